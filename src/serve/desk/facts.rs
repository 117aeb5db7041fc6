//! What the desk knows of an edition: who waits for what, and what is wrong.
//!
//! Invariant: it is a function of what the preview shows and of what is asked; it is what the page
//! shows and what programs get. A list names all there is by number, and shows no more than asked.

use super::{super::Sight, pictures};
use crate::{
    base::{Diagnostic, Moment},
    content::{Article, Kind},
    edition::{Slot, State, gate},
};
use serde::Serialize;

/// So many entries of a list are shown unless all of it is asked for.
const SHOWN: usize = 25;
/// How far the desk looks ahead, and back, for what expires: in seconds, a week.
const SOON: i64 = 7 * 24 * 60 * 60;

/// What somebody asks of the desk, by the query of its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Words that the path or headline of what is shown must hold; all of them.
    pub q: String,
    /// The section to be shown in full, by its [`List::id`].
    pub all: String,
}

/// Everything on the desk.
#[derive(Debug, Serialize)]
pub struct Desk {
    /// The outlet's name.
    pub title: String,
    /// The moment at which the outlet is shown, in its zone.
    pub at: String,
    /// Whether that moment was asked for.
    pub at_is_set: bool,
    /// Whether only what the public sees is shown.
    pub as_published: bool,
    /// When the edition next changes by itself.
    pub next_change: Option<String>,
    /// How many stories and plain pages the public sees.
    pub published: usize,
    /// How many files the website has.
    pub files: usize,
    /// Counts the editions since the preview began.
    pub edition: u64,
    /// The front door of each language.
    pub homes: Vec<Home>,
    /// Errors that keep the outlet from being renewed, and the like.
    pub sources: Vec<Diagnostic>,
    /// Drafts, the latest first.
    pub drafts: List<Story>,
    /// Under embargo, the next to open first.
    pub embargoed: List<Story>,
    /// To expire within a week, the next first.
    pub expiring: List<Story>,
    /// Expired within a week, the latest first.
    pub expired: List<Story>,
    /// What is wrong with stories, file by file.
    pub findings: List<Faulty>,
    /// What is wrong with the rest of the site.
    pub of_site: Vec<Diagnostic>,
    /// Pictures that nothing shows.
    pub pictures: List<String>,
    /// Pages seen in this preview that the last edit changed.
    pub changed: List<String>,
    #[serde(skip)]
    pub(super) changes: Option<Moment>,
}

/// A front door.
#[derive(Debug, Serialize)]
pub struct Home {
    /// The language's name in itself.
    pub name: String,
    /// Its code.
    pub lang: String,
    /// Its address from the root of the host.
    pub url: String,
}

/// A part of a list, and how much there is.
#[derive(Debug, Serialize)]
pub struct List<T> {
    /// The name of the section in addresses.
    pub id: &'static str,
    /// How many there are in all.
    pub total: usize,
    /// How many of them fit what was asked.
    pub fitting: usize,
    /// Those that are shown.
    pub shown: Vec<T>,
}

/// A story on a list.
#[derive(Debug, Serialize)]
pub struct Story {
    /// The headline.
    pub title: String,
    /// Its file, below the site's folder.
    pub path: String,
    /// Its page, if it can be seen in this preview.
    pub url: Option<String>,
    /// When it opens or expires, or its date; RFC 3339.
    pub when: String,
    #[serde(skip)]
    pub(super) moment: Moment,
}

/// A file and what is wrong with it.
#[derive(Debug, Serialize)]
pub struct Faulty {
    /// The file, below the site's folder.
    pub path: String,
    /// What is wrong.
    pub findings: Vec<Diagnostic>,
}

impl Desk {
    /// Looks at everything.
    #[must_use]
    pub fn of(sight: &Sight<'_>, asked: &Asked) -> Self {
        let index = sight.index;
        let zone = index.site.timezone;
        let waiting = Waiting::of(sight, asked);
        let (of_stories, of_site) = (sight.checked)().iter().cloned().partition(is_about_a_story);
        let changes = index.admitted.next_change();
        Self {
            title: index.site.title.clone(),
            at: sight.at.rfc3339(zone),
            at_is_set: sight.at_is_set,
            as_published: sight.as_published,
            next_change: changes.map(|moment| moment.rfc3339(zone)),
            published: waiting.published,
            files: sight.plan.len(),
            edition: sight.edition,
            homes: homes(sight),
            sources: sight.findings.to_vec(),
            drafts: waiting.drafts,
            embargoed: waiting.embargoed,
            expiring: waiting.expiring,
            expired: waiting.expired,
            findings: faulty(asked, of_stories),
            of_site,
            pictures: asked
                .list("pictures", pictures::unlinked(sight), |path| path.as_str().into()),
            changed: asked.list("changed", sight.changed.to_vec(), |url| url.as_str().into()),
            changes,
        }
    }
}

impl Asked {
    /// The part of `all` that is asked for; `words` gives what is searched.
    fn list<T>(&self, id: &'static str, all: Vec<T>, words: impl Fn(&T) -> String) -> List<T> {
        let total = all.len();
        let wanted: Vec<String> = self.q.split_whitespace().map(str::to_lowercase).collect();
        let fits = |entry: &T| {
            let words = if wanted.is_empty() { String::new() } else { words(entry).to_lowercase() };
            wanted.iter().all(|word| words.contains(word))
        };
        let mut shown: Vec<T> = all.into_iter().filter(fits).collect();
        let fitting = shown.len();
        shown.truncate(if self.all == id { usize::MAX } else { SHOWN });
        List { id, total, fitting, shown }
    }
}

/// What waits to be seen, or to go.
struct Waiting {
    published: usize,
    drafts: List<Story>,
    embargoed: List<Story>,
    expiring: List<Story>,
    expired: List<Story>,
}

impl Waiting {
    fn of(sight: &Sight<'_>, asked: &Asked) -> Self {
        let at = sight.at.0;
        let [mut drafts, mut embargoed, mut expiring, mut expired] = [const { Vec::new() }; 4];
        let mut published = 0;
        for (slot, row) in (0..).zip(sight.index.admitted.everything().iter()) {
            let article = &row.article;
            if !matches!(article.kind, Kind::Story | Kind::Page) {
                continue;
            }
            let expires = article.expires.unwrap_or_default();
            match State::of(article, sight.at) {
                State::Draft => drafts.push((article.date, slot)),
                State::Embargoed => embargoed.push((gate::opens(article), slot)),
                State::Expired if at - expires.0 <= SOON => expired.push((expires, slot)),
                State::Expired => {}
                State::Published => {
                    published += 1;
                    let soon = article.expires.is_some_and(|expires| expires.0 - at <= SOON);
                    expiring.extend(soon.then_some((expires, slot)));
                }
            }
        }
        drafts.sort_unstable_by(|a, b| b.cmp(a));
        embargoed.sort_unstable();
        expiring.sort_unstable();
        expired.sort_unstable_by(|a, b| b.cmp(a));
        let list = |id, slots| stories(sight, asked, id, slots);
        Self {
            published,
            drafts: list("drafts", drafts),
            embargoed: list("embargoed", embargoed),
            expiring: list("expiring", expiring),
            expired: list("expired", expired),
        }
    }
}

fn stories(
    sight: &Sight<'_>,
    asked: &Asked,
    id: &'static str,
    slots: Vec<(Moment, Slot)>,
) -> List<Story> {
    let article =
        |slot: Slot| -> &Article { &sight.index.admitted.everything()[slot as usize].article };
    let words = |(_, slot): &(Moment, Slot)| {
        let Article { path, title, .. } = article(*slot);
        format!("content/{path} {title}")
    };
    let List { id, total, fitting, shown } = asked.list(id, slots, words);
    let shown = shown.into_iter().map(|(moment, slot)| story(sight, slot, article(slot), moment));
    List { id, total, fitting, shown: shown.collect() }
}

fn story(sight: &Sight<'_>, slot: Slot, article: &Article, moment: Moment) -> Story {
    let site = &sight.index.site;
    let seen = sight.index.admitted.visible().binary_search(&slot).is_ok();
    Story {
        title: article.title.to_string(),
        path: format!("content/{}", article.path),
        url: seen.then(|| site.base_url.local(&article.url)),
        when: if moment == Moment::default() {
            String::new()
        } else {
            moment.rfc3339(site.timezone)
        },
        moment,
    }
}

fn homes(sight: &Sight<'_>) -> Vec<Home> {
    let site = &sight.index.site;
    let home = |edition: &crate::site::Edition| Home {
        name: edition.name.clone(),
        lang: edition.lang.to_string(),
        url: site.base_url.local(&edition.home()),
    };
    site.editions.iter().map(home).collect()
}

fn is_about_a_story(finding: &Diagnostic) -> bool {
    finding.at.as_ref().is_some_and(|place| place.path.starts_with("content/"))
}

/// The findings file by file; they come in the order of files.
fn faulty(asked: &Asked, findings: Vec<Diagnostic>) -> List<Faulty> {
    let path = |finding: &Diagnostic| finding.at.as_ref().map_or("", |at| &at.path).to_owned();
    let files = findings.chunk_by(|a, b| path(a) == path(b));
    let files = files.map(|file| Faulty { path: path(&file[0]), findings: file.to_vec() });
    let words = |faulty: &Faulty| {
        let codes = faulty.findings.iter().map(|finding| finding.code.slug());
        format!("{} {}", faulty.path, codes.collect::<Vec<_>>().join(" "))
    };
    asked.list("findings", files.collect(), words)
}
