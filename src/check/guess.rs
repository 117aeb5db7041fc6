//! "Did you mean": the published page that a dead link was probably meant to lead to.
//!
//! Invariant: only what is published is ever proposed, and the same link gets the same proposal
//! whatever the number of threads.

use super::fault::Fault;
use crate::{
    base::{UrlPath, slug},
    content::Kind,
    edition::{Index, Slot},
};
use percent_encoding::percent_decode_str;
use rustc_hash::FxHashMap;

/// Near misses are looked for so often only: each takes a look at every page, and whoever has
/// more dead links than this has moved the whole site.
const MOST: usize = 100;

/// Fills in the help of links that lead nowhere.
pub(super) fn help(index: &Index, faults: &mut [(Slot, Fault)]) {
    let mut lost = faults.iter_mut().filter(|(_, fault)| fault.lost.is_some()).peekable();
    if lost.peek().is_none() {
        return;
    }
    let guesses = Guesses::new(index);
    for (number, (_, fault)) in lost.enumerate() {
        let wanted = fault.lost.as_deref().and_then(last_segment);
        let near = wanted.and_then(|wanted| guesses.nearest(&wanted, number < MOST));
        fault.help = Some(match near {
            Some(url) => format!("did you mean `{url}`?"),
            None => "correct the address, or remove the link; if the page has moved, add this \
                     address to `aliases` in its file"
                .to_owned(),
        });
    }
}

/// What identifies a page in an address, as a slug.
fn last_segment(written: &str) -> Option<String> {
    let path = written.split(['?', '#']).next().unwrap_or_default();
    let path = percent_decode_str(path).decode_utf8_lossy();
    let path = path.trim_end_matches('/').trim_end_matches("/index.md");
    let last = path.rsplit('/').next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    // Only digits: a year or the number of a page, which is like every other.
    slug::slug(stem).filter(|slug| slug.bytes().any(|b| !b.is_ascii_digit()))
}

struct Guesses {
    /// Slugs and addresses, in the order of files, then of lists.
    pages: Vec<(Box<str>, String)>,
    first: FxHashMap<Box<str>, usize>,
}

impl Guesses {
    fn new(index: &Index) -> Self {
        let written = |url: &UrlPath| format!("{}{url}", index.site.base_url.path);
        let articles = index.admitted.visible().iter().map(|slot| index.article(*slot));
        let articles = articles.filter(|a| matches!(a.kind, Kind::Story | Kind::Page));
        let mut pages: Vec<(Box<str>, String)> =
            articles.map(|a| (a.slug.to_lowercase().into(), written(&a.url))).collect();
        pages.extend(index.lists.keys().map(|key| {
            let last = key.slug.rsplit('/').next().unwrap_or_default();
            let name = if last.is_empty() { key.kind.as_str() } else { last };
            (name.into(), written(&index.front_url(key)))
        }));
        let mut first = FxHashMap::default();
        for (number, (slug, _)) in pages.iter().enumerate() {
            first.entry(slug.clone()).or_insert(number);
        }
        Self { pages, first }
    }

    /// The address of the page with this slug, or else with one that is nearly this.
    fn nearest(&self, wanted: &str, look: bool) -> Option<&str> {
        if let Some(number) = self.first.get(wanted) {
            return Some(&self.pages[*number].1);
        }
        let length = wanted.chars().count();
        let allowed = (length / 6).max(usize::from(length >= 4));
        let worth = |slug: &str| {
            slug.len().abs_diff(wanted.len()) <= 4 * allowed
                && slug.chars().next() == wanted.chars().next()
        };
        let near = self.pages.iter().filter(|(slug, _)| look && allowed > 0 && worth(slug));
        near.map(|(slug, url)| (strsim::osa_distance(wanted, slug), url))
            .filter(|(distance, _)| *distance <= allowed)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, url)| url.as_str())
    }
}
