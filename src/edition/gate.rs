//! The gate: draft, embargo and expiry are decided here and nowhere else.
//!
//! Invariant: an [`Admitted`] can only be made by [`admit`], and gives out admitted rows only.
//! What is withheld can be asked for by the ledger, which must remember it, by the editors' own
//! lists (`list`, `check`, the desk), which never write to the output, and by the index, which
//! keeps addresses and files of it out of what is seen.

use crate::{
    base::Moment,
    content::{Article, Correction, Kind, discover::Stamp, parse::Row},
};
use std::sync::Arc;

/// Whether a story may be seen, and if not, why.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum State {
    /// Seen by everybody.
    Published,
    /// Marked as a draft.
    Draft,
    /// Its moment has not come.
    Embargoed,
    /// Its moment is over.
    Expired,
}

impl State {
    /// The word that templates and `list` use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Draft => "draft",
            Self::Embargoed => "embargoed",
            Self::Expired => "expired",
        }
    }

    /// What holds for `article` at `at`.
    #[must_use]
    pub fn of(article: &Article, at: Moment) -> Self {
        if article.draft {
            Self::Draft
        } else if article.expires.is_some_and(|expires| expires <= at) {
            Self::Expired
        } else if opens(article) > at {
            Self::Embargoed
        } else {
            Self::Published
        }
    }
}

/// The moment from which an article may be seen: the later of its date and its embargo.
#[must_use]
pub fn opens(article: &Article) -> Moment {
    article.embargo.map_or(article.date, |embargo| embargo.max(article.date))
}

/// How long a story is news after it opened, in seconds: two days.
pub const WINDOW: i64 = 48 * 60 * 60;

/// Who looks at the outlet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Audience {
    /// Everybody: what is published.
    Public,
    /// Those who are shown drafts as well, once the drafts' moment has come.
    Drafts,
    /// Those who write it: drafts, and what is still under embargo. What has expired is gone for
    /// them as well, since they look at the outlet as it will be.
    Newsroom,
}

/// The outlet as it may be seen at one moment.
#[derive(Clone, Debug)]
pub struct Admitted {
    rows: Arc<Vec<Row>>,
    visible: Arc<Vec<u32>>,
    at: Moment,
    next_change: Option<Moment>,
    audience: Audience,
}

/// The moments that a file gives its changes.
pub fn dated(article: &Article) -> impl Iterator<Item = Moment> {
    let corrected = article.corrections.iter().map(|correction| correction.date);
    article.updated.into_iter().chain(corrected)
}

/// Lets through what an audience may see at `at`.
#[must_use]
pub fn admit(rows: impl Into<Arc<Vec<Row>>>, at: Moment, audience: Audience) -> Admitted {
    let rows = rows.into();
    let mut visible = Vec::with_capacity(rows.len());
    let mut next_change: Option<Moment> = None;
    for (slot, row) in (0u32..).zip(&*rows) {
        let article = &row.article;
        if article.draft && audience == Audience::Public {
            continue;
        }
        let (opens, closes) = (opens(article), article.expires);
        let is_open = opens <= at || audience == Audience::Newsroom;
        if is_open && closes.is_none_or(|closes| closes > at) {
            visible.push(slot);
        }
        // An article that closes before it opens is never seen, so no moment matters.
        let ever = closes.is_none_or(|closes| closes > opens);
        let stale = (article.kind == Kind::Story).then(|| Moment(opens.0.saturating_add(WINDOW)));
        // What is gone by then drops out of nothing.
        let stale = stale.filter(|stale| closes.is_none_or(|closes| closes > *stale));
        // A change that is dated ahead is not there before its moment, nor after the end.
        let ahead = dated(article).filter(|m| *m > opens && closes.is_none_or(|end| *m < end));
        let changes = [Some(opens), closes, stale].into_iter().flatten().chain(ahead);
        for change in changes.filter(|m| ever && *m > at) {
            next_change = Some(next_change.map_or(change, |next| next.min(change)));
        }
    }
    Admitted { rows, visible: Arc::new(visible), at, next_change, audience }
}

impl Admitted {
    /// When an article was last updated. What is dated ahead has not happened.
    #[must_use]
    pub fn updated(&self, article: &Article) -> Option<Moment> {
        article.updated.filter(|updated| *updated <= self.at)
    }

    /// An article's corrections. One that is dated ahead is not shown before.
    pub fn corrections<'a>(&self, article: &'a Article) -> impl Iterator<Item = &'a Correction> {
        let at = self.at;
        article.corrections.iter().filter(move |correction| correction.date <= at)
    }

    /// When readers last got something new of an article: when it opened, was updated, or was
    /// corrected.
    #[must_use]
    pub fn last_change(&self, article: &Article) -> Moment {
        dated(article).filter(|change| *change <= self.at).fold(opens(article), Moment::max)
    }

    /// How many changes of an article are dated ahead.
    #[must_use]
    pub fn ahead(&self, article: &Article) -> usize {
        dated(article).filter(|change| *change > self.at).count()
    }

    /// The positions of admitted rows, in path order.
    #[must_use]
    pub fn visible(&self) -> &[u32] {
        &self.visible
    }

    /// An admitted article, by its position. Positions come from [`Admitted::visible`].
    #[must_use]
    pub fn article(&self, slot: u32) -> &Article {
        &self.rows[slot as usize].article
    }

    /// The stamp of an admitted article's file.
    #[must_use]
    pub fn stamp(&self, slot: u32) -> Stamp {
        self.rows[slot as usize].stamp
    }

    /// How many rows there are, admitted or not: the length of tables by position.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.rows.len()
    }

    /// The moment of the build.
    #[must_use]
    pub fn at(&self) -> Moment {
        self.at
    }

    /// When the next story appears, disappears or is no longer news.
    #[must_use]
    pub fn next_change(&self) -> Option<Moment> {
        self.next_change
    }

    /// Whether more is shown than the public sees, which makes this an edition that must not be
    /// published.
    #[must_use]
    pub fn has_drafts(&self) -> bool {
        self.audience != Audience::Public
    }

    /// The same with other rows and at another moment, if that lets through the same; `None` where
    /// it has to be decided anew. `same` says of two rows that they differ in nothing that matters
    /// to whoever asks; it is not called for rows that are one and the same.
    pub(super) fn renewed(
        &self,
        rows: Arc<Vec<Row>>,
        at: Moment,
        same: impl Fn(&Article, &Article) -> bool,
    ) -> Option<Self> {
        let in_span = self.at <= at && self.next_change.is_none_or(|next| at < next);
        if !in_span || rows.len() != self.rows.len() {
            return None;
        }
        let mut pairs = self.rows.iter().zip(rows.iter());
        let fine = pairs.all(|(old, new)| {
            Arc::ptr_eq(&old.article, &new.article) || same(&old.article, &new.article)
        });
        fine.then(|| Self { rows, at, ..self.clone() })
    }

    /// What holds for an admitted article: published, or what the audience is shown besides.
    #[must_use]
    pub fn state(&self, slot: u32) -> State {
        State::of(self.article(slot), self.at)
    }

    /// What is withheld. The index asks, so that a published text neither links to a page that is
    /// not there yet and whose address would tell of it, nor shows a picture out of it.
    pub(super) fn withheld(&self) -> impl Iterator<Item = &Article> {
        let mut visible = self.visible.iter().copied().peekable();
        let hidden = move |(slot, _): &(u32, &Row)| visible.next_if_eq(slot).is_none();
        (0u32..).zip(self.rows.iter()).filter(hidden).map(|(_, row)| &*row.article)
    }

    /// What readers could once see and is over: its moment came before it ended. Whoever asks
    /// for its address may be told that it is gone.
    pub(super) fn ended(&self) -> impl Iterator<Item = &Article> {
        let articles = self.rows.iter().map(|row| &*row.article);
        articles.filter(|article| {
            let ended = State::of(article, self.at) == State::Expired;
            let shown = matches!(article.kind, Kind::Story | Kind::Page);
            ended && shown && article.expires.is_some_and(|expires| opens(article) < expires)
        })
    }

    fn row(&self, path: &str) -> Option<&Row> {
        let at = self.rows.binary_search_by(|row| row.article.path.as_str().cmp(path)).ok()?;
        self.rows.get(at)
    }

    /// Whether there is a Markdown file at a path, admitted or not.
    #[must_use]
    pub(super) fn is_file(&self, path: &str) -> bool {
        self.row(path).is_some()
    }

    /// Whether the words of the file at a path are not public, so that a log must not repeat
    /// them.
    #[must_use]
    pub fn conceals(&self, path: &str) -> bool {
        self.row(path).is_some_and(|row| State::of(&row.article, self.at) != State::Published)
    }

    /// All rows, withheld ones among them: for the ledger and for the editor's own lists.
    #[must_use]
    pub fn everything(&self) -> &Arc<Vec<Row>> {
        &self.rows
    }
}
