//! Which feeds there are, and where.
//!
//! Invariant: a feed lies beside the page of what it feeds; that of an edition beside its home.

use super::{
    index::{Index, Slot},
    lists::{ListKey, ListKind},
};
use crate::{
    base::UrlPath,
    content::Article,
    site::{FeedFormat, urls},
};

/// Where the file of a story lies, without what files are called beyond that.
#[must_use]
pub fn place_of(article: &Article) -> &str {
    let path = article.path.as_str();
    path.strip_suffix("/index.md").or_else(|| path.strip_suffix(".md")).unwrap_or(path)
}

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

    /// Whether another story says that it lay where the file of this one lies: then the identity that
    /// the path would give belongs to that one, since readers have met it there.
    #[must_use]
    pub fn lies_in_anothers_place(&self, slot: Slot) -> bool {
        if self.aliases.is_empty() || !self.site.permalink.is_mirror() {
            return false;
        }
        let place = UrlPath::new(&format!("/{}/", place_of(self.article(slot))));
        place.and_then(|place| self.aliases.get(&place)).is_some_and(|other| *other != slot)
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
