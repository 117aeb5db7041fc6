//! How the sitemap is cut: stories by month of first publication, everything else apart.
//!
//! Invariant: a new story changes the shard of its own month. No shard holds more than
//! [`LIMIT`] addresses (the protocol allows 50,000; sitemaps.org/protocol.html).

use super::{
    gate::{Admitted, opens},
    lists::ListKey,
};
use crate::{base::Moment, content::Kind, site::Site};
use chrono::{DateTime, Datelike};
use chrono_tz::Tz;
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
    let mut rest = chronicle;
    while let Some(first) = rest.first() {
        let day = opens(admitted.article(*first)).in_zone(site.timezone);
        let end = next_month(&day, site.timezone);
        let (stories, later) =
            rest.split_at(rest.partition_point(|s| opens(admitted.article(*s)) < end));
        rest = later;
        let name = format!("{:04}-{:02}", day.year(), day.month());
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

/// The moment at which the month after a day begins. Whole archives are cut by it, so no
/// story's date has to be turned into a local one.
fn next_month(day: &DateTime<Tz>, zone: Tz) -> Moment {
    let (year, month) = match day.month() {
        12 => (day.year() + 1, 1),
        month => (day.year(), month + 1),
    };
    Moment::parse(&format!("{year:04}-{month:02}-01"), zone).unwrap_or(Moment(i64::MAX))
}

/// `2026-11`, then `2026-11-part-2` and so on.
fn numbered(name: &str, number: u32) -> Box<str> {
    if number == 1 { name.into() } else { format!("{name}-part-{number}").into() }
}
