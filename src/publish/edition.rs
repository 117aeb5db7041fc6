//! An edition as it is to lie at a target.
//!
//! Invariant: it follows from what was built and the settings alone, in one order.

use super::{
    commit::{self, Origin},
    manifest::{Entry, Manifest, Source},
    packing,
};
use crate::{
    base::{Code, Diagnostic, OutPath},
    build::{Handover, Report},
    content::{Article, Kind},
    edition::Index,
    outputs::{
        Output, Planned,
        delivery::{self, Delivery},
    },
    remote::Said,
    site::{Fragments, Packing},
};
use rustc_hash::FxHashMap;
use std::path::Path;

/// What a target can do.
#[derive(Clone, Copy, Debug)]
pub struct Means {
    /// How text is packed.
    pub packing: Packing,
    /// Whether an object can say that it leads elsewhere.
    pub leads: bool,
    /// Whether it gets the files for web servers, of which readers of a bucket would be shown the
    /// text.
    pub whole: bool,
}

/// The edition that was built.
///
/// # Errors
/// A file could not be made, because its source changed meanwhile.
pub fn edition(
    root: &Path,
    report: &Report,
    built: &Handover,
    means: Means,
) -> Result<Manifest, Diagnostic> {
    let index = &built.index;
    let base = &index.site.base_url;
    let Origin { commit, base: followed } = commit::origin(root);
    let mut out = Manifest {
        id: crate::remote::chance(),
        base_url: format!("{}{}", base.origin, base.path),
        at: report.at,
        commit,
        base: followed,
        drafts: report.drafts,
        ..Manifest::default()
    };
    let mut numbers: FxHashMap<Said, u32> = FxHashMap::default();
    let mut rows = built.rows.iter();
    let has_parts = matches!(index.site.fragments, Fragments::Esi | Fragments::Ssi);
    for planned in &built.plan {
        let Some(row) = rows.next().filter(|row| row.path == planned.path) else {
            return Err(changed_meanwhile(&planned.path));
        };
        if !means.whole && matches!(planned.output, Output::Host(_)) {
            continue;
        }
        let delivery = delivery::of(index, planned);
        let headers = delivery::headers(index, planned);
        // Whoever puts parts into pages reads them, and few of those unpack what they read.
        let is_put_together = has_parts && delivery.content_type.starts_with("text/html");
        let packing = if is_put_together { Packing::Plain } else { means.packing };
        let said = said(&delivery, headers, row.len, Means { packing, ..means });
        let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        let number = *numbers.entry(said).or_insert_with_key(|said| {
            out.said.push(said.clone());
            next
        });
        out.objects.push(Entry {
            path: row.path.clone(),
            hash: row.hash,
            len: row.len,
            said: number,
            class: delivery.class,
        });
        if let Some(story) = story(index, planned) {
            out.stories.push((row.path.clone(), story.title.to_string()));
            out.sources.push(source(story));
        }
    }
    Ok(out)
}

fn changed_meanwhile(path: &OutPath) -> Diagnostic {
    let message = format!("`{path}` could not be made: its source changed meanwhile");
    Diagnostic::new(Code::PublishRefused, message).help("publish again")
}

/// Headers that targets keep. The rest, such as the policy, is for who stands before the target
/// to add: metadata of S3 has room for two kilobytes.
const KEPT: [&str; 5] =
    ["content-type", "cache-control", "content-language", "surrogate-key", "cache-tag"];

fn said(delivery: &Delivery, headers: Vec<(&'static str, String)>, len: u64, means: Means) -> Said {
    let headers = headers.into_iter().map(|(name, value)| (name.to_lowercase(), value));
    let headers = headers.filter(|(name, _)| KEPT.contains(&name.as_str()));
    // The header of S3 means "for good"; a page that may come one day must not be given up for it.
    let for_good = delivery.redirect.as_ref().filter(|to| means.leads && to.status == 301);
    let said = Said::new(headers, for_good.map(|redirect| redirect.to.clone()));
    match packing::of(delivery, len, means.packing) {
        Some(encoding) => said.with("content-encoding", encoding),
        None => said,
    }
}

/// The story whose page is planned, if it is one.
fn story<'a>(index: &'a Index, planned: &Planned) -> Option<&'a Article> {
    let Output::Article(slot) = planned.output else { return None };
    Some(index.article(slot)).filter(|article| article.kind == Kind::Story)
}

fn source(story: &Article) -> Source {
    let mut out = Source::default();
    out.iter_mut().zip(story.source.0).for_each(|(to, from)| *to = from);
    out
}
