//! Files to articles, in parallel, skipping what the ledger already knows.
//!
//! Invariant: rows come out sorted by path, and findings in path order, whatever the number of
//! threads. A file whose bytes are known is not parsed again, even if its time has changed
//! (as all times do in a fresh checkout).

use super::{
    Article, Kind, Term,
    discover::{self, Found, Stamp, unreadable},
    front::{self, Front},
    inside::Inside,
    markdown,
};
use crate::{
    base::{
        Ahead, Code, ContentPath, Diagnostic, Fingerprint, Moment, Origin, Place, UrlPath, slug,
    },
    site::{PermalinkPart, Site},
};
use chrono::Datelike;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

/// A Markdown file with its stamp: what the ledger keeps of it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Row {
    /// Size and time when it was read.
    pub stamp: Stamp,
    /// What was read. Shared, since the preview keeps several lists of rows that differ in a few.
    pub article: Arc<Article>,
    /// Where it was read from.
    #[serde(skip)]
    pub origin: Origin,
}

/// What parsing gives.
#[derive(Debug, Default)]
pub struct Parsed {
    /// One row a file, sorted by path. Files with errors have none.
    pub rows: Vec<Row>,
    /// All findings, in path order; warnings of unchanged files among them.
    pub findings: Vec<Diagnostic>,
    /// How many files were read and parsed.
    pub parsed: usize,
    /// Whether any row differs from what was known, even in its stamp.
    pub changed: bool,
}

enum Outcome {
    Known(Row),
    Restamped(Row),
    Fresh(Option<Row>, Vec<Diagnostic>),
}

/// Parses what `found` lists under `folder`, taking unchanged rows from `known` (sorted by
/// path).
#[must_use]
pub fn parse(site: &Site, folder: &Path, found: Vec<Found>, known: Vec<Row>) -> Parsed {
    let before = known.len();
    let known = pair(&found, known);
    let is_known = |(found, row): (&Found, &Option<Row>)| is_as_known(found, row.as_ref());
    let unread: Vec<bool> = found.iter().zip(&known).map(|pair| !is_known(pair)).collect();
    let path = |at: usize| unread[at].then(|| folder.join(found[at].path.as_str()));
    let outcomes: Vec<Outcome> = known
        .into_par_iter()
        .enumerate()
        .map_init(Ahead::default, |ahead, (at, row)| {
            ahead.reach(at, found.len(), path);
            one(site, folder, &found[at], row)
        })
        .collect();
    let mut out = Parsed { changed: outcomes.len() != before, ..Parsed::default() };
    out.rows.reserve_exact(outcomes.len());
    for outcome in outcomes {
        let (row, findings) = match outcome {
            Outcome::Known(row) => (Some(row), Vec::new()),
            Outcome::Restamped(row) => {
                out.changed = true;
                (Some(row), Vec::new())
            }
            Outcome::Fresh(row, findings) => {
                out.changed = true;
                out.parsed += 1;
                (row, findings)
            }
        };
        out.findings.extend(findings);
        if let Some(row) = row {
            out.findings.extend(row.article.findings.iter().cloned());
            out.rows.push(row);
        }
    }
    out
}

/// What is known of each file that was found. Both lists are sorted by path.
fn pair(found: &[Found], known: Vec<Row>) -> Vec<Option<Row>> {
    let mut known = known.into_iter().peekable();
    let row = |found: &Found| {
        while known.next_if(|row| row.article.path < found.path).is_some() {}
        known.next_if(|row| row.article.path == found.path)
    };
    found.iter().map(row).collect()
}

fn is_as_known(found: &Found, known: Option<&Row>) -> bool {
    known.is_some_and(|row| found.stamp.same_as(row.stamp))
}

fn one(site: &Site, folder: &Path, found: &Found, known: Option<Row>) -> Outcome {
    let known = match known {
        Some(row) if is_as_known(found, Some(&row)) => return Outcome::Known(row),
        known => known,
    };
    let bytes = match discover::read(&folder.join(found.path.as_str()), found.stamp.size) {
        Ok(bytes) => bytes,
        Err(error) => {
            let place = Place::file(format!("content/{}", found.path));
            return Outcome::Fresh(None, vec![unreadable(place, &error)]);
        }
    };
    let source = Fingerprint::of(&bytes);
    match known {
        Some(mut row) if row.article.source == source => {
            row.stamp = found.stamp;
            row.origin = Origin::NEW;
            Outcome::Restamped(row)
        }
        _ => {
            let (article, findings) = article(site, &found.path, &bytes, source);
            let row = article.map(|article| Row {
                stamp: found.stamp,
                article: Arc::new(article),
                origin: Origin::NEW,
            });
            Outcome::Fresh(row, findings)
        }
    }
}

/// Where a file stands: its edition, its kind and its section.
#[derive(Debug, PartialEq, Eq)]
struct Standing {
    edition: u8,
    kind: Kind,
    /// The folders without the edition's, as they are.
    folders: String,
    /// The folders that are sections: those of dates left out.
    section: String,
    /// What the slug is made from.
    stem: String,
}

fn standing(site: &Site, path: &ContentPath) -> Standing {
    let mut folders: Vec<&str> = path.as_str().split('/').collect();
    let name = folders.pop().unwrap_or_default();
    let mut edition = 0;
    if let Some(at) = folders.first().and_then(|first| {
        site.editions.iter().position(|e| !e.prefix.is_empty() && e.prefix == *first)
    }) {
        edition = u8::try_from(at).unwrap_or(0);
        folders.remove(0);
    }
    let mut stem = name.strip_suffix(".md").unwrap_or(name);
    if stem == "index" && !folders.is_empty() {
        stem = folders.pop().unwrap_or(stem);
    }
    let kind = match (stem, folders.first().copied()) {
        ("_index", _) => Kind::Section,
        (_, Some("authors")) => Kind::Author,
        (_, None | Some("pages")) => Kind::Page,
        _ => Kind::Story,
    };
    if kind == Kind::Page && folders.first() == Some(&"pages") {
        folders.remove(0);
    }
    let files_by_date = |s: &&str| s.bytes().all(|b| b.is_ascii_digit());
    let sections: Vec<&str> = folders.iter().copied().filter(|s| !files_by_date(s)).collect();
    let section = match kind {
        Kind::Section => folders.join("/"),
        Kind::Story => sections.join("/"),
        Kind::Page | Kind::Author => String::new(),
    };
    Standing { edition, kind, folders: folders.join("/"), section, stem: stem.to_owned() }
}

/// Reads one file.
fn article(
    site: &Site,
    path: &ContentPath,
    bytes: &[u8],
    source: Fingerprint,
) -> (Option<Article>, Vec<Diagnostic>) {
    let text = match front::as_text(bytes, path.as_str()) {
        Ok(text) => text,
        Err(finding) => return (None, vec![finding]),
    };
    let standing = standing(site, path);
    let wants_date = standing.kind == Kind::Story;
    let (front, mut findings) = front::read(path.as_str(), text, site.timezone, wants_date);
    let Some(front) = front else { return (None, findings) };
    let Some(slug) = front.slug.clone().or_else(|| slug::of_file(&standing.stem)) else {
        findings.push(bad_file_name(path));
        return (None, findings);
    };
    let url = url(site, &standing, &slug, front.date.unwrap_or_default());
    let article = assemble(path, text, source, standing, slug, url, front, findings);
    (Some(article), Vec::new())
}

fn bad_file_name(path: &ContentPath) -> Diagnostic {
    Diagnostic::new(Code::BadFileName, format!("`{}` leaves nothing for a URL", path.name()))
        .at(Place::file(format!("content/{path}")))
        .help("rename the file, or add a line such as `slug = \"budget-vote\"`")
}

/// The URL of a file's page.
fn url(site: &Site, standing: &Standing, slug: &str, date: Moment) -> UrlPath {
    let edition = &site.editions[usize::from(standing.edition)];
    match standing.kind {
        Kind::Section if standing.section.is_empty() => edition.home(),
        Kind::Section => edition.section(&standing.section),
        Kind::Author => edition.term("authors", slug),
        Kind::Page => edition.section(&below(&standing.folders, slug)),
        Kind::Story => {
            let path = permalink(site, standing, slug, date);
            let prefix = if edition.prefix.is_empty() { "" } else { "/" };
            UrlPath::new(&format!("{prefix}{}{path}", edition.prefix)).unwrap_or_else(UrlPath::root)
        }
    }
}

fn below(folders: &str, slug: &str) -> String {
    if folders.is_empty() { slug.to_owned() } else { format!("{folders}/{slug}") }
}

fn permalink(site: &Site, standing: &Standing, slug: &str, date: Moment) -> String {
    let day = date.in_zone(site.timezone);
    let mut out = String::with_capacity(64);
    for part in &site.permalink.0 {
        match part {
            PermalinkPart::Text(text) => out.push_str(text),
            PermalinkPart::Path => out.push_str(&standing.folders),
            PermalinkPart::Section => out.push_str(&standing.section),
            PermalinkPart::Year => out.push_str(&format!("{:04}", day.year())),
            PermalinkPart::Month => out.push_str(&format!("{:02}", day.month())),
            PermalinkPart::Day => out.push_str(&format!("{:02}", day.day())),
            PermalinkPart::Slug => out.push_str(slug),
        }
    }
    while out.contains("//") {
        out = out.replace("//", "/");
    }
    out
}

/// Puts the row together from front matter and a scan of the body.
#[expect(clippy::too_many_arguments, reason = "each is one part of the row, used once")]
fn assemble(
    path: &ContentPath,
    text: &str,
    source: Fingerprint,
    standing: Standing,
    slug: String,
    url: UrlPath,
    front: Front,
    findings: Vec<Diagnostic>,
) -> Article {
    let body = &text[front.body_at..];
    let offset = u32::try_from(front.body_at).unwrap_or(u32::MAX);
    let scan = markdown::scan(body, offset, front.summary.is_empty());
    let tags = terms(front.tags);
    let date = front.date.unwrap_or_default();
    let mut article = Article {
        path: path.clone(),
        kind: standing.kind,
        edition: standing.edition,
        section: standing.section.into(),
        slug: slug.into(),
        url,
        source,
        card: Fingerprint::ABSENT,
        entry: Fingerprint::ABSENT,
        body_at: offset,
        title: front.title.into(),
        summary: front.summary.into(),
        kicker: front.kicker.into(),
        dateline: front.dateline.into(),
        series: term(front.series),
        authors: people(front.authors),
        tags,
        genre: front.genre,
        paid: front.paid,
        image: front.image,
        date,
        updated: front.updated.filter(|updated| *updated > date),
        draft: front.draft,
        embargo: front.embargo,
        expires: front.expires,
        corrections: front.corrections.into(),
        aliases: front.aliases.into(),
        translation_of: front.translation_of.into(),
        comments: front.comments,
        extra: front.extra.into(),
        inside: scan.inside.pack(),
        climbs: false,
        words: scan.words,
        excerpt: scan.excerpt,
        findings: findings.into(),
    };
    article.card = card(&article);
    article.entry = entry(&article);
    article.climbs = climbs(&article, &scan.inside);
    article
}

/// What the story's own file says of its card. Names of people and the size of the picture
/// are added by the index, which knows them.
fn card(a: &Article) -> Fingerprint {
    let words = (&a.title, &a.kicker, &a.summary, &a.excerpt, &a.image, a.genre, a.paid);
    // Feeds make an entry's identity of the path, and date it by its last correction.
    let identity = (&a.path, &a.url, a.kind);
    let corrected = a.corrections.iter().map(|correction| correction.date).max();
    let dates = (a.date, a.updated, a.embargo, corrected);
    Fingerprint::of_value(&(identity, words, dates, &a.section, &a.authors))
}

/// What a feed says besides: see `outputs::feed` for what an identity is made of.
fn entry(a: &Article) -> Fingerprint {
    Fingerprint::of_value(&(&a.path, &a.slug, &a.aliases, &a.tags))
}

fn climbs(a: &Article, inside: &Inside) -> bool {
    let written = inside.links.iter().chain(&inside.pictures).map(|link| &*link.target);
    let lead = a.image.iter().map(|image| &*image.src);
    written.chain(lead).any(|written| written.contains(".."))
}

fn term(name: String) -> Option<Term> {
    let slug = slug::slug(&name)?;
    Some(Term { name: name.into(), slug: slug.into() })
}

/// Tags with a slug, the first spelling of each.
fn terms(names: Vec<String>) -> Box<[Term]> {
    let mut seen = BTreeMap::new();
    let mut out: Vec<Term> = Vec::with_capacity(names.len());
    for term in names.into_iter().filter_map(term) {
        if seen.insert(term.slug.clone(), ()).is_none() {
            out.push(term);
        }
    }
    out.into()
}

/// The people named, each once: names that have one slug are one person.
fn people(names: Vec<String>) -> Box<[Box<str>]> {
    let mut seen = BTreeSet::new();
    let is_new = |name: &String| slug::slug(name).is_none_or(|slug| seen.insert(slug));
    names.into_iter().filter(is_new).map(Into::into).collect()
}
