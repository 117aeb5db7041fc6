//! How the sitemap is cut: stories by month of first publication, everything else apart.
//!
//! Invariant: a new story changes the shard of its own month. No shard holds more than
//! [`LIMIT`] addresses (the protocol allows 50,000; sitemaps.org/protocol.html).

use super::{gate::Admitted, lists::ListKey};
use crate::{content::Kind, site::Site};
use chrono::Datelike;
use std::collections::BTreeMap;

/// The most addresses a shard holds.
pub const LIMIT: usize = 40_000;

/// One sitemap file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shard {
    /// Articles by position: a month's stories, or plain pages.
    Articles(Vec<u32>),
    /// Fronts of lists.
    Fronts(Vec<ListKey>),
}

/// Cuts the sitemap. Keys are file names without extension.
#[must_use]
pub fn cut<'a>(
    site: &Site,
    admitted: &Admitted,
    chronicle: &[u32],
    lists: impl Iterator<Item = &'a ListKey>,
) -> BTreeMap<Box<str>, Shard> {
    let mut shards = BTreeMap::new();
    let month = |slot: &u32| {
        let day = admitted.article(*slot).date.in_zone(site.timezone);
        (day.year(), day.month())
    };
    for stories in chronicle.chunk_by(|a, b| month(a) == month(b)) {
        let name =
            stories.first().map(month).map_or_else(String::new, |(y, m)| format!("{y:04}-{m:02}"));
        for (number, part) in (1..).zip(stories.chunks(LIMIT)) {
            shards.insert(numbered(&name, number), Shard::Articles(part.to_vec()));
        }
    }
    let pages = admitted.visible().iter().copied();
    let pages: Vec<u32> = pages.filter(|s| admitted.article(*s).kind == Kind::Page).collect();
    for (number, part) in (1..).zip(pages.chunks(LIMIT)) {
        shards.insert(numbered("pages", number), Shard::Articles(part.to_vec()));
    }
    let fronts: Vec<ListKey> = lists.cloned().collect();
    for (number, part) in (1..).zip(fronts.chunks(LIMIT)) {
        shards.insert(numbered("fronts", number), Shard::Fronts(part.to_vec()));
    }
    shards
}

/// `2026-11`, then `2026-11-part-2` and so on.
fn numbered(name: &str, number: u32) -> Box<str> {
    if number == 1 { name.into() } else { format!("{name}-part-{number}").into() }
}
