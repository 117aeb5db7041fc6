//! Which pages say the same in different languages.
//!
//! Invariant: the relation is symmetric. Pages belong together that `translation_of` ties to
//! one another, and pages that stand at the same path in several editions.

use super::gate::Admitted;
use crate::{
    base::UrlPath,
    content::{Article, parse::Row},
    site::Site,
};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// Groups of pages in several languages.
#[derive(Debug, Default)]
pub struct Translations {
    groups: Vec<Vec<u32>>,
    /// The group of each page that has one.
    group_of: FxHashMap<u32, u32>,
}

/// How many steps of `translation_of` are followed before giving up on a circle.
const CHAIN: usize = 8;

impl Translations {
    /// Groups what is admitted.
    #[must_use]
    pub fn new(site: &Site, admitted: &Admitted) -> Self {
        let mut by_key: FxHashMap<Box<str>, Vec<u32>> = FxHashMap::default();
        if site.editions.len() > 1 {
            for slot in admitted.visible() {
                let key = key(site, admitted.everything(), admitted.article(*slot));
                by_key.entry(key.into()).or_default().push(*slot);
            }
        }
        // Groups come in no order; their numbers are seen by nobody.
        let groups: Vec<_> = by_key.into_values().filter(|members| members.len() > 1).collect();
        let numbered = (0u32..).zip(&groups);
        let group_of = numbered.flat_map(|(n, members)| members.iter().map(move |m| (*m, n)));
        Self { group_of: group_of.collect(), groups }
    }

    /// The versions of a page in other editions, one an edition, in the order of editions.
    #[must_use]
    pub fn of(&self, site: &Site, admitted: &Admitted, slot: u32) -> Vec<u32> {
        let Some(group) = self.group_of.get(&slot) else { return Vec::new() };
        let own = usize::from(admitted.article(slot).edition);
        let others = (0..site.editions.len()).filter(|e| *e != own);
        others.filter_map(|edition| self.first_of(admitted, *group, edition)).collect()
    }

    /// The page of the same edition that stands for this one in other languages, if that is
    /// another one: `of` names one page an edition.
    #[must_use]
    pub fn displaced_by(&self, admitted: &Admitted, slot: u32) -> Option<u32> {
        let own = usize::from(admitted.article(slot).edition);
        let first = self.first_of(admitted, *self.group_of.get(&slot)?, own);
        first.filter(|first| *first != slot)
    }

    fn first_of(&self, admitted: &Admitted, group: u32, edition: usize) -> Option<u32> {
        let mut members = self.groups[group as usize].iter().copied();
        members.find(|member| usize::from(admitted.article(*member).edition) == edition)
    }
}

/// A page in one language, as search engines are told of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alternate {
    /// The value of `hreflang`: a language tag, or `x-default`.
    pub code: String,
    /// The page's absolute URL.
    pub url: String,
}

/// A page in all its languages, itself among them, each with its edition: the same in the head
/// of every version and in sitemaps. Nothing for a page in one language alone. Who reads none
/// of the languages is sent to the first of them in the outlet's order (`x-default`).
/// Rules: <https://developers.google.com/search/docs/specialty/international/localized-versions>.
#[must_use]
pub fn alternates(site: &Site, mut versions: Vec<(u8, UrlPath)>) -> Vec<Alternate> {
    if versions.len() < 2 {
        return Vec::new();
    }
    versions.sort();
    let mut out = Vec::with_capacity(versions.len() + 2);
    for (edition, url) in &versions {
        let lang = &site.editions[usize::from(*edition)].lang;
        // An edition in the language that the other name is for goes before it.
        let alias =
            lang.search_name().filter(|name| !site.editions.iter().any(|e| e.lang == *name));
        let codes = [Some(lang.clone()), alias].into_iter().flatten();
        let url = site.base_url.absolute(url);
        out.extend(codes.map(|code| Alternate { code: code.to_string(), url: url.clone() }));
    }
    let first = out[0].url.clone();
    out.push(Alternate { code: "x-default".to_owned(), url: first });
    out
}

/// What a group is known by: the path of the original, without its edition's folder.
fn key<'a>(site: &Site, rows: &'a [Row], article: &'a Article) -> Cow<'a, str> {
    let mut current = article;
    for _ in 0..CHAIN {
        match original(rows, current) {
            Some(row) => current = &row.article,
            None => break,
        }
    }
    let prefix = &site.editions[usize::from(current.edition)].prefix;
    let path = current.path.as_str();
    let rest = path.strip_prefix(prefix.as_str()).unwrap_or(path);
    rest.trim_start_matches('/').into()
}

/// The row that `translation_of` names, in another language.
#[must_use]
pub fn original<'a>(rows: &'a [Row], article: &Article) -> Option<&'a Row> {
    let written = article.translation_of.trim_start_matches("@/").trim_start_matches('/');
    if written.is_empty() {
        return None;
    }
    let written = written.strip_prefix("content/").unwrap_or(written);
    let candidates = [written.to_owned(), format!("{written}.md"), format!("{written}/index.md")];
    candidates
        .iter()
        .filter_map(|path| {
            let at = rows.binary_search_by(|row| row.article.path.as_str().cmp(path)).ok()?;
            rows.get(at)
        })
        .find(|row| row.article.edition != article.edition)
}
