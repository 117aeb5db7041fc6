//! What web servers have to know of the edition: where addresses have moved, which are gone for
//! good, and by what the kinds of files can be told apart.
//!
//! Invariant: an address that is gone was public once, so its story's moment had come before it
//! ended. Nothing here names what is still to come.

use super::{
    gate,
    index::{Address, Index},
    lists::ListKind,
    places,
};
use crate::{
    base::{Fingerprint, UrlPath},
    site::urls,
};
use std::collections::BTreeSet;

/// An address that leads elsewhere.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Moved {
    /// The address.
    pub from: UrlPath,
    /// Where it leads.
    pub to: UrlPath,
    /// 301 for ever, 302 for now (RFC 9110, 15.4).
    pub status: u16,
}

/// An address, and where it is no file's, the one that differs by the slash at its end: readers
/// ask for either, and whoever writes it down may mean the other.
fn with_and_without_slash(url: &UrlPath) -> impl Iterator<Item = UrlPath> {
    let text = url.as_str();
    let is_file = text.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let other = match text.strip_suffix('/') {
        Some(bare) => UrlPath::new(bare),
        None if is_file => None,
        None => UrlPath::new(&format!("{text}/")),
    };
    [url.clone()].into_iter().chain(other)
}

impl Index {
    /// Whether any address leads elsewhere.
    #[must_use]
    pub fn has_moved(&self) -> bool {
        let page_size = self.site.page_size;
        !self.aliases.is_empty() || self.lists.values().any(|list| list.pages(page_size) > 0)
    }

    /// The addresses that lead elsewhere: those of the newest stories first, since a host that
    /// reads only so many of them should know what readers ask for; then the places of pages to
    /// come.
    #[must_use]
    pub fn moved(&self) -> Vec<Moved> {
        let mut aliases: Vec<(&UrlPath, u32)> =
            self.aliases.iter().map(|(from, slot)| (from, *slot)).collect();
        aliases.sort_by_key(|(_, slot)| std::cmp::Reverse(gate::opens(self.article(*slot))));
        let aliases = aliases.into_iter().map(|(from, slot)| Moved {
            from: from.clone(),
            to: self.article(slot).url.clone(),
            status: 301,
        });
        let next_pages = self.lists.iter().filter_map(|(key, list)| {
            let pages = list.pages(self.site.page_size);
            let to = (pages > 0).then(|| self.front_url(key))?;
            Some(Moved { from: urls::page_of(&to, pages + 1), to, status: 302 })
        });
        aliases.chain(next_pages).collect()
    }

    /// The addresses of what was public and has ended, old ones among them, and of what the
    /// settings call gone; sorted. An address where there is something today is not gone.
    #[must_use]
    pub fn gone(&self) -> Vec<UrlPath> {
        let with_lite = |url: &UrlPath| {
            let lite = (self.site.lite).then(|| urls::lite(url));
            [url.clone()].into_iter().chain(lite)
        };
        let ended = self
            .admitted
            .ended()
            .flat_map(|article| with_lite(&article.url).chain(article.aliases.iter().cloned()));
        let nothing = |url: &UrlPath| self.address(url) == Address::Withheld;
        let deleted = self.site.hosting.gone.iter().filter(|url| !self.is_there(url));
        let deleted = deleted.flat_map(with_and_without_slash).collect::<Vec<_>>();
        let deleted = deleted.iter().flat_map(with_lite);
        let mut gone: Vec<UrlPath> = ended.filter(nothing).chain(deleted).collect();
        gone.sort_unstable();
        gone.dedup();
        gone
    }

    /// Of some addresses those of which nothing is known, not even that they are gone.
    #[must_use]
    pub fn untold(&self, urls: impl Iterator<Item = UrlPath>) -> Vec<UrlPath> {
        let gone = self.gone();
        let unknown = |url: &UrlPath| {
            self.address(url) == Address::Unknown && gone.binary_search(url).is_err()
        };
        urls.filter(unknown).collect()
    }

    /// Whether readers find something at an address.
    #[must_use]
    pub fn is_there(&self, url: &UrlPath) -> bool {
        matches!(self.address(url), Address::Article(_) | Address::Other)
    }

    /// The keys of the files that are published as they are, but those of the theme that the
    /// site has of its own.
    pub fn shown_files(&self) -> impl Iterator<Item = (&str, &super::Asset)> {
        let files = self.facts.files.iter().map(|(key, asset)| (&**key, asset));
        files.filter(|(key, _)| {
            let own = key.strip_prefix("theme/").map(|path| format!("static/{path}"));
            let hidden = own.is_some_and(|own| self.facts.files.contains_key(own.as_str()));
            !hidden && (!key.starts_with("content/") || self.published_files.contains(*key))
        })
    }

    /// The files that are published under a name that carries their hash.
    pub fn hashed_files(&self) -> impl Iterator<Item = &UrlPath> {
        self.facts.files.values().filter_map(|asset| asset.hashed.as_ref())
    }

    /// The endings of files that are published as they are, each as it is written.
    #[must_use]
    pub fn endings(&self) -> BTreeSet<&str> {
        let name = |key: &'_ str| key.rfind('/').map_or(0, |at| at + 1);
        let ending = |key| str::rsplit_once(&key[name(key)..], '.').map(|(_, ending)| ending);
        self.shown_files().filter_map(|(key, _)| ending(key)).collect()
    }

    /// The fronts of sections, each with whether it has numbered pages.
    pub fn section_fronts(&self) -> impl Iterator<Item = (UrlPath, bool)> {
        let sections = self.lists.iter().filter(|(key, _)| key.kind == ListKind::Section);
        sections.map(|(key, list)| (self.front_url(key), list.pages(self.site.page_size) > 0))
    }

    pub(super) fn answer_moved(&self) -> Fingerprint {
        Fingerprint::of_value(&(&self.site.base_url, &self.site.hosting.host, self.moved()))
    }

    pub(super) fn answer_headers(&self) -> Fingerprint {
        let site = &self.site;
        let policy =
            (&self.facts.policy, &site.csp.report_to, self.admitted.has_drafts(), site.noindex);
        let languages: Vec<_> = site.editions.iter().map(|e| (&e.prefix, &e.lang)).collect();
        let settings = (&site.base_url, &site.hosting, languages, site.lite, &site.fragments);
        Fingerprint::of_value(&(policy, settings, places::kinds(self)))
    }
}
