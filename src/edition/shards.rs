//! How the sitemap is cut: stories by month of first publication, everything else apart.
//!
//! Invariant: a new story changes the shard of its own month, and no shard is larger than the
//! protocol allows (50,000 addresses and 50 MB; sitemaps.org/protocol.html). A month that is
//! too large is cut by days, and what is still too large by a hash of each page's identity:
//! cut by position, a story more would push another one into the next file, and so on.

use super::{
    gate::{Admitted, opens},
    index::id_of,
    lists::ListKey,
    translations::Translations,
};
use crate::{
    base::{Fingerprint, Moment},
    content::Kind,
    site::Site,
};
use chrono::{DateTime, Datelike, NaiveDate};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// The most addresses and the most bytes of a shard, by a rough count: well below what the
/// protocol allows.
const MOST: Size = Size { addresses: 40_000, bytes: 40_000_000 };

/// What a shard of so few addresses weighs need not be counted.
const LIGHT: usize = 5_000;

/// One sitemap file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shard {
    /// Articles by position: a month's stories, or plain pages.
    Articles(Vec<u32>),
    /// Fronts of lists.
    Fronts(Vec<ListKey>),
    /// The front doors of all editions.
    Homes,
}

#[derive(Clone, Copy)]
struct Size {
    addresses: usize,
    bytes: usize,
}

/// Cuts the sitemap. Keys are file names without extension.
#[must_use]
pub fn cut<'a>(
    site: &Site,
    admitted: &Admitted,
    translations: &Translations,
    chronicle: &[u32],
    lists: impl Iterator<Item = &'a ListKey>,
) -> BTreeMap<Box<str>, Shard> {
    let scales = Scales { site, admitted, translations };
    let mut shards = BTreeMap::from([("homes".into(), Shard::Homes)]);
    let mut put = |name: String, slots: &[u32]| {
        let identity = |slot: &u32| id_of(&admitted.article(*slot).path);
        let fits = |slots: &[u32]| scales.fit(slots, |slot| scales.article(*slot));
        for (name, part) in halved(name, slots.to_vec(), &identity, &fits, 0) {
            shards.insert(name.into(), Shard::Articles(part));
        }
    };
    for (name, stories) in spans(site, admitted, chronicle, month) {
        if scales.fit(stories, |slot| scales.article(*slot)) {
            put(name, stories);
        } else {
            let days = spans(site, admitted, stories, day);
            days.into_iter().for_each(|(name, stories)| put(name, stories));
        }
    }
    let pages = admitted.visible().iter().copied();
    let pages: Vec<u32> = pages.filter(|s| admitted.article(*s).kind == Kind::Page).collect();
    put("pages".to_owned(), &pages);
    let fronts: Vec<ListKey> = lists.cloned().collect();
    let identity = |key: &ListKey| Fingerprint::of_value(key).short();
    let fits = |keys: &[ListKey]| scales.fit(keys, |key| scales.front(key));
    for (name, part) in halved("fronts".to_owned(), fronts, &identity, &fits, 0) {
        shards.insert(name.into(), Shard::Fronts(part));
    }
    shards
}

/// A name, and the moment at which what it names is over. Whole archives are cut by it, so no
/// story's date has to be turned into a local one.
type Span = fn(&DateTime<Tz>) -> (String, Option<NaiveDate>);

fn month(at: &DateTime<Tz>) -> (String, Option<NaiveDate>) {
    let (year, month) = (at.year(), at.month());
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    (format!("{year:04}-{month:02}"), NaiveDate::from_ymd_opt(next.0, next.1, 1))
}

fn day(at: &DateTime<Tz>) -> (String, Option<NaiveDate>) {
    let date = at.date_naive();
    (date.format("%Y-%m-%d").to_string(), date.succ_opt())
}

/// Stories from the oldest to the newest, taken apart by months or days.
fn spans<'s>(
    site: &Site,
    admitted: &Admitted,
    stories: &'s [u32],
    span: Span,
) -> Vec<(String, &'s [u32])> {
    let mut spans = Vec::new();
    let mut rest = stories;
    while let Some(first) = rest.first() {
        let (name, next) = span(&opens(admitted.article(*first)).in_zone(site.timezone));
        let end = next.and_then(|next| Moment::parse(&next.to_string(), site.timezone).ok());
        let end = end.unwrap_or(Moment(i64::MAX));
        let before = rest.partition_point(|s| opens(admitted.article(*s)) < end);
        let (within, later) = rest.split_at(before.max(1));
        rest = later;
        spans.push((name, within));
    }
    spans
}

/// All under one name if it fits; else two halves by a bit of each one's identity, and so on.
fn halved<T>(
    name: String,
    all: Vec<T>,
    identity: &impl Fn(&T) -> u64,
    fits: &impl Fn(&[T]) -> bool,
    bit: u32,
) -> Vec<(String, Vec<T>)> {
    if all.is_empty() {
        return Vec::new();
    }
    if bit == u64::BITS || fits(&all) {
        return vec![(name, all)];
    }
    let (ones, zeros): (Vec<T>, Vec<T>) =
        all.into_iter().partition(|one| identity(one) >> bit & 1 == 1);
    let dash = if bit == 0 { "-" } else { "" };
    let mut parts = halved(format!("{name}{dash}0"), zeros, identity, fits, bit + 1);
    parts.extend(halved(format!("{name}{dash}1"), ones, identity, fits, bit + 1));
    parts
}

/// Tells how large a shard will be.
struct Scales<'a> {
    site: &'a Site,
    admitted: &'a Admitted,
    translations: &'a Translations,
}

impl Scales<'_> {
    fn fit<T>(&self, all: &[T], bytes: impl Fn(&T) -> usize) -> bool {
        let light = all.len() * self.site.editions.len() <= LIGHT;
        light || (all.len() <= MOST.addresses && all.iter().map(bytes).sum::<usize>() <= MOST.bytes)
    }

    /// At the most: each version is listed for itself and as the default.
    fn article(&self, slot: u32) -> usize {
        let article = self.admitted.article(slot);
        let others = self.translations.of(self.site, self.admitted, slot);
        let others = others.iter().map(|s| self.address(self.admitted.article(*s).url.as_str()));
        let picture = article
            .image
            .as_ref()
            .map_or(0, |image| self.address(&image.src) + article.path.folder().len() * 3);
        let own = self.address(article.url.as_str());
        let versions: usize = others.sum();
        own + picture + if versions == 0 { 0 } else { 3 * (own + versions) }
    }

    fn front(&self, key: &ListKey) -> usize {
        self.address(&key.slug) * (3 * self.site.editions.len() + 1)
    }

    /// An address with the markup around it. Letters beyond ASCII take three times their bytes.
    fn address(&self, text: &str) -> usize {
        let base = &self.site.base_url;
        let own = if text.is_ascii() { text.len() } else { 3 * text.len() };
        120 + base.origin.len() + base.path.len() + own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(all: &[u64], most: usize) -> Vec<(String, Vec<u64>)> {
        let fits = |part: &[u64]| part.len() <= most;
        halved("pages".to_owned(), all.to_vec(), &|one| *one, &fits, 0)
    }

    #[test]
    fn what_fits_is_one_file() {
        assert_eq!(parts(&[1, 2, 3], 3), [("pages".to_owned(), vec![1, 2, 3])]);
    }

    #[test]
    fn what_does_not_is_halved_by_identity() {
        let cut = parts(&[0, 1, 2, 3, 4, 5, 7], 2);
        let names: Vec<(&str, &[u64])> = cut.iter().map(|(n, p)| (n.as_str(), &p[..])).collect();
        let expected: [(&str, &[u64]); 4] = [
            ("pages-00", &[0, 4]),
            ("pages-01", &[2]),
            ("pages-10", &[1, 5]),
            ("pages-11", &[3, 7]),
        ];
        assert_eq!(names, expected);
    }

    /// Wherever one is added, one file changes, but for the day on which that file is cut.
    #[test]
    fn one_more_changes_one_file() {
        let spread = |n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let all: Vec<u64> = (0..500).map(spread).collect();
        let before = parts(&all, 40);
        for new in 500..600 {
            let mut more = all.clone();
            more.insert(usize::try_from(new % 500).expect("it is small"), spread(new));
            let after = parts(&more, 40);
            let changed = after.iter().filter(|part| !before.contains(part)).count();
            assert!(changed == 1 || after.len() > before.len(), "{changed} files for {new}");
        }
    }

    #[test]
    fn equal_identities_end_somewhere() {
        assert!(parts(&[7, 7, 7], 2).iter().any(|(_, part)| part.len() == 3));
    }

    #[test]
    fn months_and_days_are_the_outlets_own() {
        let zone = chrono_tz::Asia::Baghdad;
        let at = Moment::parse("2026-12-31T23:30:00Z", zone).expect("a moment").in_zone(zone);
        assert_eq!(month(&at), ("2027-01".to_owned(), NaiveDate::from_ymd_opt(2027, 2, 1)));
        assert_eq!(day(&at), ("2027-01-01".to_owned(), NaiveDate::from_ymd_opt(2027, 1, 2)));
    }
}
