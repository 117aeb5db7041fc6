//! Which feeds there are, and where.
//!
//! Invariant: a feed lies beside the page of what it feeds; that of an edition beside its home.

use super::{
    index::Index,
    lists::{ListKey, ListKind},
};
use crate::{
    base::UrlPath,
    site::{FeedFormat, urls},
};

impl Index {
    /// The formats in which lists of a kind have a feed, in the order of the settings.
    #[must_use]
    pub fn feed_formats(&self, kind: ListKind) -> &[FeedFormat] {
        let feeds = &self.site.feeds;
        match kind {
            ListKind::Latest => &feeds.formats,
            ListKind::Section => &feeds.sections,
            ListKind::Tag => &feeds.tags,
            ListKind::Author => &feeds.authors,
            ListKind::Series => &[],
        }
    }

    /// The page that a list's feed stands for.
    #[must_use]
    pub fn fed_page(&self, key: &ListKey) -> UrlPath {
        match key.kind {
            ListKind::Latest => self.site.editions[usize::from(key.edition)].home(),
            _ => self.front_url(key),
        }
    }

    /// Where a list's feed is.
    #[must_use]
    pub fn feed_url(&self, key: &ListKey, format: FeedFormat) -> UrlPath {
        urls::feed_of(&self.fed_page(key), format)
    }

    /// Whether there is a feed at an address.
    pub(super) fn is_feed(&self, url: &UrlPath) -> bool {
        FeedFormat::ALL.into_iter().any(|format| {
            let page = url.as_str().strip_suffix(urls::feed_file(format)).and_then(UrlPath::new);
            let kind = page.and_then(|page| self.fed_at(&page));
            kind.is_some_and(|kind| self.feed_formats(kind).contains(&format))
        })
    }
}
