//! Which pages there are for a link to lead to.
//!
//! Invariant: an address is there exactly if the plan has a file that a static host serves
//! under it. A link is judged at the moment when the story it stands in is seen: now, for a
//! published one; when it opens, for one that waits; at its last moment, for an expired one.

use super::article;
use crate::{
    base::{ContentPath, Moment, UrlPath},
    content::Article,
    edition::{Index, Slot, State, gate, index::Address},
    outputs::{Output, Plan, Planned},
};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// Every page and file.
pub(super) struct Pages<'a> {
    index: &'a Index,
    plan: &'a Plan,
    /// Planned files by address, without slashes around it. Most links lead to articles, which
    /// the index knows, so this is made only when it is first wanted.
    planned: OnceLock<FxHashMap<&'a str, &'a Planned>>,
    /// Unpublished articles by address, old ones included.
    withheld: FxHashMap<&'a str, Slot>,
}

/// What a link leads to.
pub(super) enum Page<'a> {
    /// The page of an article.
    Article(&'a Article),
    /// Another page or file, of whose anchors nothing is known.
    Other,
    /// A page that is not published.
    Withheld(&'a Article),
    /// Nothing.
    Nothing,
}

/// From when a story looks at others.
pub(super) struct View {
    at: Moment,
    draft: bool,
}

impl View {
    /// How the links of an article are looked at.
    pub fn of(index: &Index, article: &Article) -> Self {
        let now = index.admitted.at();
        let at = match State::of(article, now) {
            State::Published => now,
            State::Draft | State::Embargoed => gate::opens(article).max(now),
            State::Expired => article.expires.map_or(now, |end| Moment(end.0.saturating_sub(1))),
        };
        // Drafts that link to one another are finished together.
        Self { at, draft: article.draft }
    }

    fn sees(&self, other: &Article) -> bool {
        let open = gate::opens(other) <= self.at && other.expires.is_none_or(|end| end > self.at);
        open && (self.draft || !other.draft)
    }
}

impl<'a> Pages<'a> {
    /// Lists what is withheld.
    pub fn new(index: &'a Index, plan: &'a Plan) -> Self {
        Self { index, plan, planned: OnceLock::new(), withheld: withheld(index) }
    }

    /// What is at an address of this site. A missing slash at the end is forgiven, since hosts
    /// forgive it.
    pub fn at(&self, url: &UrlPath, view: &View) -> Page<'a> {
        if let Address::Article(slot) = self.index.address(url) {
            return Page::Article(article(self.index, slot));
        }
        match self.planned(url) {
            Some(Output::Article(slot)) => Page::Article(article(self.index, *slot)),
            Some(_) => Page::Other,
            None => match self.withheld.get(url.as_str().trim_matches('/')) {
                Some(slot) => judge(article(self.index, *slot), view),
                None => Page::Nothing,
            },
        }
    }

    /// The output at an address.
    fn planned(&self, url: &UrlPath) -> Option<&'a Output> {
        let path = url.as_str().strip_prefix('/').unwrap_or(url.as_str());
        let folder = path.strip_suffix("index.html").filter(|p| p.is_empty() || p.ends_with('/'));
        let path = folder.unwrap_or(path);
        let by_address = || self.plan.iter().map(|planned| (served_at(planned), planned)).collect();
        let planned = *self.planned.get_or_init(by_address).get(path.trim_end_matches('/'))?;
        let is_folder = served_at(planned) != planned.path.as_str();
        (is_folder || !path.ends_with('/')).then_some(&planned.output)
    }

    /// Whether there is a file at an address.
    pub fn has(&self, url: &UrlPath) -> bool {
        self.planned(url).is_some()
    }

    /// The page of a Markdown file.
    pub fn of_file(&self, path: &ContentPath, view: &View) -> Page<'a> {
        if let Some(slot) = self.index.slot_of(path) {
            return Page::Article(article(self.index, slot));
        }
        let rows = self.index.admitted.everything();
        match rows.binary_search_by(|row| row.article.path.cmp(path)) {
            Ok(at) => judge(&rows[at].article, view),
            Err(_) => Page::Nothing,
        }
    }
}

/// The addresses of what is not published, old ones included.
fn withheld(index: &Index) -> FxHashMap<&str, Slot> {
    let mut withheld = FxHashMap::default();
    let mut visible = index.admitted.visible().iter().peekable();
    for slot in (0u32..).take(index.admitted.capacity()) {
        if visible.next_if(|next| **next == slot).is_some() {
            continue;
        }
        let article = article(index, slot);
        for url in [&article.url].into_iter().chain(&article.aliases) {
            withheld.entry(url.as_str().trim_matches('/')).or_insert(slot);
        }
    }
    withheld
}

fn judge<'a>(article: &'a Article, view: &View) -> Page<'a> {
    if view.sees(article) { Page::Article(article) } else { Page::Withheld(article) }
}

/// The address of a planned file, without slashes around it.
fn served_at(planned: &Planned) -> &str {
    let path = planned.path.as_str();
    let folder = path.strip_suffix("index.html").filter(|p| p.is_empty() || p.ends_with('/'));
    folder.unwrap_or(path).trim_end_matches('/')
}
