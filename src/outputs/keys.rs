//! Surrogate keys, which Cloudflare calls cache tags: names under which a CDN can throw away
//! many copies with one request.
//!
//! Invariant: keys are short, in small letters, and without a blank, comma, colon or `#`, so
//! that every CDN takes them (Akamai and CloudFront are the strictest); each file has fewer than
//! ten. The first is the file's own and follows from its path alone, so that a file that is there
//! no longer can still be named. They never change from edition to edition.

use super::{Output, Planned, delivery};
use crate::{
    base::{Fingerprint, OutPath},
    edition::{Index, ListKey, ListKind},
};

/// A file's own key.
#[must_use]
pub fn own(path: &OutPath) -> String {
    format!("at-{}", Fingerprint::of(path.as_str().as_bytes()).hex(12))
}

/// Every key of a planned file, its own first.
#[must_use]
pub fn keys(index: &Index, planned: &Planned) -> Vec<String> {
    let delivered = delivery::of(index, planned);
    let mut keys = vec![own(&planned.path)];
    keys.extend(what(index, &planned.output));
    keys.extend(delivered.language.map(|lang| format!("edition-{lang}").to_lowercase()));
    keys.push(format!("class-{}", class(delivered.class)));
    keys
}

/// The story or the list that a file shows.
fn what(index: &Index, output: &Output) -> Option<String> {
    let story = |slot: u32| format!("story-{:016x}", index.id(slot));
    match output {
        Output::Article(slot) | Output::Lite(slot) => Some(story(*slot)),
        Output::Redirect(from) => index.aliases.get(from).map(|slot| story(*slot)),
        Output::Front(key, _) | Output::NextPage(key, _) | Output::Feed(key, _) => {
            Some(list(index, key))
        }
        _ => None,
    }
}

/// `list-tag-water`, `list-ckb-section-politics`. A name that does not go into a header
/// as it is gives way to its hash.
#[must_use]
pub fn list(index: &Index, key: &ListKey) -> String {
    let prefix = &index.site.editions[usize::from(key.edition)].prefix;
    let kind = if key.kind == ListKind::Latest { "latest" } else { key.kind.as_str() };
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    let slug = match key.slug.len() <= 60 && key.slug.bytes().all(plain) {
        true => key.slug.to_string(),
        false => Fingerprint::of(key.slug.as_bytes()).hex(12),
    };
    let prefix = prefix.to_lowercase();
    let parts = ["list", &prefix, kind, &slug];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

fn class(class: delivery::Class) -> &'static str {
    match class {
        delivery::Class::Hashed => "hashed",
        delivery::Class::File => "file",
        delivery::Class::Article => "article",
        delivery::Class::List => "list",
        delivery::Class::Machine => "machine",
    }
}

/// The headers that carry the keys, for those CDNs that the settings name.
pub(super) fn headers(index: &Index, planned: &Planned) -> Vec<(&'static str, String)> {
    let purge = &index.site.purge;
    if purge.fastly.is_none() && purge.cloudflare.is_none() {
        return Vec::new();
    }
    let keys = keys(index, planned);
    let fastly = purge.fastly.iter().map(|_| ("Surrogate-Key", keys.join(" ")));
    let cloudflare = purge.cloudflare.iter().map(|_| ("Cache-Tag", keys.join(",")));
    fastly.chain(cloudflare).collect()
}
