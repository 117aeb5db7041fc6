//! Cards: all that other pages may know of a story, as templates see it.
//!
//! Invariant: a card shows what its fingerprint in the index covers, no more. The structs are
//! the contract of docs/themes.md; they are made by the ten-thousand, so each goes to Tera in
//! one pass.

use super::{
    kept::{Piece, kept},
    values::of,
};
use crate::{
    base::Moment,
    content::{ACCESS_WORDS, Article, Kind},
    edition::{Index, ListKey, Query, Slice, Slot, Tracer, people::Person},
    site::Site,
};
use serde::Serialize;
use tera::Value;

/// A story on other pages.
#[derive(Serialize)]
struct Card<'a> {
    url: String,
    title: &'a str,
    kicker: &'a str,
    summary: &'a str,
    byline: Vec<Value>,
    date: Option<String>,
    updated: Option<String>,
    image: Option<Picture<'a>>,
    section: Option<Value>,
    #[serde(rename = "type")]
    genre: &'static str,
    access: &'static str,
    state: &'a str,
}

/// Somebody in a card's byline.
#[derive(Serialize)]
struct Writer<'a> {
    name: &'a str,
    slug: &'a str,
    url: String,
}

/// A section, as stories name it.
#[derive(Serialize)]
struct SectionLink<'a> {
    title: &'a str,
    url: String,
    path: &'a str,
}

/// A lead picture.
#[derive(Serialize)]
pub struct Picture<'a> {
    url: String,
    pub(super) absolute_url: String,
    alt: &'a str,
    pub(super) caption: &'a str,
    pub(super) credit: &'a str,
    pub(super) width: Option<u32>,
    pub(super) height: Option<u32>,
}

/// The cards of a part of a list, newest first; `None` if there is no such part.
#[must_use]
pub fn cards(tracer: &Tracer, key: &ListKey, slice: Slice) -> Option<Vec<Value>> {
    let index = tracer.ask(Query::List(key.clone(), slice));
    let slots = index.lists.get(key)?.slice(slice, index.site.page_size)?;
    index.fetch(slots.clone());
    Some(slots.map(|slot| of(&card(tracer, index, slot))).collect())
}

fn card<'a>(tracer: &Tracer, index: &'a Index, slot: Slot) -> Card<'a> {
    let article = index.article(slot);
    let people = article.authors.iter().filter_map(|a| index.people.written(article.edition, a));
    Card {
        url: index.site.base_url.local(&article.url),
        title: &article.title,
        kicker: &article.kicker,
        summary: summary(article),
        byline: people.map(|person| writer(tracer, index, person)).collect(),
        date: date(&index.site, article),
        updated: updated(index, article),
        image: picture(index, article),
        section: section(tracer, index, article),
        genre: article.genre.word(),
        access: access(article),
        state: index.admitted.state(slot).as_str(),
    }
}

fn writer(tracer: &Tracer, index: &Index, person: &Person) -> Value {
    kept(tracer, Piece::link(person), || {
        let url = index.site.base_url.local(&person.url);
        of(&Writer { name: &person.name, slug: &person.slug, url })
    })
}

/// The standfirst, or else the beginning of the text.
#[must_use]
pub fn summary(article: &Article) -> &str {
    if article.summary.is_empty() { &article.excerpt } else { &article.summary }
}

/// A moment as RFC 3339 in the outlet's zone.
#[must_use]
pub fn moment(site: &Site, moment: Moment) -> String {
    moment.rfc3339(site.timezone)
}

/// When a story was first published; nothing for what is no story.
#[must_use]
pub fn date(site: &Site, article: &Article) -> Option<String> {
    (article.kind == Kind::Story).then(|| moment(site, article.date))
}

/// When it was last changed in substance, if it was.
#[must_use]
pub fn updated(index: &Index, article: &Article) -> Option<String> {
    index.admitted.updated(article).map(|updated| moment(&index.site, updated))
}

/// When readers last got another version: the update or correction, or else publication or the
/// end of an embargo.
#[must_use]
pub fn modified(index: &Index, article: &Article) -> Option<String> {
    let changed = || moment(&index.site, index.admitted.last_change(article));
    (article.kind == Kind::Story).then(changed)
}

/// Who may read it, in the editors' word.
#[must_use]
pub fn access(article: &Article) -> &'static str {
    ACCESS_WORDS[usize::from(article.paid)]
}

/// The lead picture of an article.
#[must_use]
pub fn picture<'a>(index: &'a Index, article: &'a Article) -> Option<Picture<'a>> {
    let (image, asset) = index.lead(article)?;
    let absolute_url = index.lead_url(article)?;
    let url = match asset {
        Some(asset) => index.site.base_url.local(&asset.url),
        None => absolute_url.clone(),
    };
    let (width, height) = asset.and_then(|asset| asset.size).unzip();
    Some(Picture {
        url,
        absolute_url,
        alt: &image.alt,
        caption: &image.caption,
        credit: &image.credit,
        width,
        height,
    })
}

/// The section an article is filed under.
#[must_use]
pub fn section(tracer: &Tracer, index: &Index, article: &Article) -> Option<Value> {
    let section = index.section_of(article)?;
    Some(kept(tracer, Piece::link(section), || {
        let url = index.site.base_url.local(&section.url);
        of(&SectionLink { title: &section.title, url, path: &article.section })
    }))
}
