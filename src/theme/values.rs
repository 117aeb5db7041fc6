//! What templates see besides cards: stories, people, settings, as Tera values.
//!
//! Invariant: this is the template contract of docs/themes.md, no more and no less. A value is
//! made from what its question covers (see `edition::query`); fields of a returned value cannot
//! be traced, so nothing may slip in here that the question's fingerprint does not contain.

use super::{
    Theme, cards,
    cldr::Cldr,
    kept::{Piece, kept},
};
use crate::{
    base::{Lang, UrlPath},
    content::{Article, Term},
    edition::{
        Index, ListKey, ListKind, Query, Slot, Tracer,
        icons::{self, Icon},
        index::Section,
        translations::{self, Alternate},
    },
    site::{FeedFormat, Site, urls},
};
use serde::{Serialize, Serializer, ser::SerializeStruct};
use tera::{Map, Value};

/// A map with these fields, in this order.
pub fn map<const N: usize>(fields: [(&'static str, Value); N]) -> Value {
    of(&Fields(fields))
}

/// Fields in their order. Tera takes values within a struct as they are, and puts each into its
/// map once; out of a finished map it would make another.
struct Fields<const N: usize>([(&'static str, Value); N]);

impl<const N: usize> Serialize for Fields<N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut to = to.serialize_struct("", N)?;
        for (name, value) in &self.0 {
            to.serialize_field(name, value)?;
        }
        to.end()
    }
}

/// `site`.
#[must_use]
pub fn site(index: &Index, theme: &Theme) -> Value {
    let site = &*index.site;
    let languages: Vec<Value> = (0..site.editions.len())
        .map(|e| {
            let edition = &site.editions[e];
            map([
                ("code", edition.lang.as_str().into()),
                ("name", edition.name.as_str().into()),
                ("dir", edition.lang.direction().as_str().into()),
                ("title", edition.title.as_str().into()),
                ("url", site.base_url.local(&edition.home()).into()),
            ])
        })
        .collect();
    map([
        ("title", site.title.as_str().into()),
        ("base_url", format!("{}{}", site.base_url.origin, site.base_url.path).into()),
        ("timezone", site.timezone.name().into()),
        ("languages", languages.into()),
        ("hub", site.feeds.hub.as_deref().unwrap_or_default().into()),
        ("noindex", site.noindex.into()),
        ("icons", icons(index)),
        ("color", site.colour.as_str().into()),
        ("extra", of(&theme.extra)),
    ])
}

/// `site.icons`. Which there are is part of the question about settings.
fn icons(index: &Index) -> Value {
    let there = icons::all(&index.site, &index.facts.files);
    let url = |icon: Icon| {
        let url = there.contains(&icon).then(|| index.site.base_url.local(&icon.url()));
        url.unwrap_or_default().into()
    };
    map([("ico", url(Icon::Favicon)), ("svg", url(Icon::Svg)), ("apple", url(Icon::Apple))])
}

/// `edition`.
#[must_use]
pub fn edition(site: &Site, number: usize) -> Value {
    let edition = &site.editions[number];
    let latest = edition.latest();
    let home = edition.home();
    let formats = &site.feeds.formats;
    map([
        ("lang", edition.lang.as_str().into()),
        ("dir", edition.lang.direction().as_str().into()),
        ("locale", edition.lang.with_territory().into()),
        ("name", edition.name.as_str().into()),
        ("title", edition.title.as_str().into()),
        ("description", edition.description.as_str().into()),
        ("url", site.base_url.local(&home).into()),
        ("latest_url", site.base_url.local(&latest).into()),
        ("feed_url", feed_url(site, formats, &home).into()),
        ("feeds", feeds(site, formats, &home, &edition.title)),
        ("manifest_url", site.base_url.local(&edition.manifest()).into()),
        ("prefix", edition.prefix.as_str().into()),
        ("extra", of(&edition.extra)),
    ])
}

/// The address of a list's foremost feed; empty if it has none.
#[must_use]
pub fn feed_url(site: &Site, formats: &[FeedFormat], page: &UrlPath) -> String {
    let feed = formats.first().map(|format| urls::feed_of(page, *format));
    feed.map_or_else(String::new, |feed| site.base_url.local(&feed))
}

/// Every feed of a list whose page is at `page`. Where there are several, their titles tell
/// the formats apart, so that a reader who is offered all knows which is which.
#[must_use]
pub fn feeds(site: &Site, formats: &[FeedFormat], page: &UrlPath, title: &str) -> Value {
    let one = |format: &FeedFormat| {
        let title = match formats.len() {
            1 => title.to_owned(),
            _ => format!("{title} ({})", format.name()),
        };
        map([
            ("format", format.as_str().into()),
            ("type", format.media_type().into()),
            ("url", site.base_url.local(&urls::feed_of(page, *format)).into()),
            ("title", title.into()),
        ])
    };
    Value::from(formats.iter().map(one).collect::<Vec<Value>>())
}

/// A value as a Tera one.
#[must_use]
pub fn of<T: Serialize + ?Sized>(value: &T) -> Value {
    // Only a map whose keys are no texts can fail, and we have none.
    Value::try_from_serializable(value).unwrap_or_else(|_| Value::none())
}

/// A JSON text as a Tera value; an empty map for an empty text.
fn json_text(text: &str) -> Value {
    serde_json::from_str(text)
        .map_or_else(|_| Value::from(Map::new()), |value: serde_json::Value| of(&value))
}

/// The top-level sections of an edition in the order of its alphabet, by title.
#[must_use]
pub fn in_order<'a>(index: &'a Index, edition: u8, cldr: &Cldr) -> Vec<(&'a str, &'a Section)> {
    let mut all: Vec<_> = index.top_sections(edition).collect();
    all.sort_by(|(a_path, a), (b_path, b)| {
        cldr.compare(&a.title, &b.title).then_with(|| a_path.cmp(b_path))
    });
    all
}

/// The top-level sections, for `sections()`.
#[must_use]
pub fn sections(tracer: &Tracer, edition: u8, cldr: &Cldr) -> Vec<Value> {
    let index = tracer.ask(Query::Sections(edition));
    in_order(index, edition, cldr)
        .into_iter()
        .map(|(path, section)| {
            let summary = section.source.map_or("", |slot| &*index.article(slot).summary);
            map([
                ("title", (&*section.title).into()),
                ("url", index.site.base_url.local(&section.url).into()),
                ("path", path.into()),
                ("summary", summary.into()),
            ])
        })
        .collect()
}

/// A person with the profile. Asks for each, and for the portrait, which is a file of its own.
#[must_use]
pub fn person(tracer: &Tracer, edition: u8, slug: &str) -> Value {
    let index = tracer.ask(Query::Person(edition, slug.into()));
    let Some(person) = index.people.get(edition, slug) else { return Value::none() };
    let profile = person.profile.map(|slot| index.article(slot));
    if let Some(profile) = profile {
        ask_lead(tracer, profile);
    }
    kept(tracer, Piece::whole(person), || {
        map([
            ("name", (&*person.name).into()),
            ("slug", (&*person.slug).into()),
            ("url", index.site.base_url.local(&person.url).into()),
            ("summary", profile.map_or("", |p| &*p.summary).into()),
            ("image", profile.map_or_else(Value::none, |p| of(&cards::picture(index, p)))),
            ("extra", json_text(profile.map_or("", |p| &p.extra))),
        ])
    })
}

/// Asks for the file of an article's lead picture, wherever it may be found.
pub fn ask_lead(tracer: &Tracer, article: &Article) {
    let Some(image) = &article.image else { return };
    let site = tracer.ask(Query::Settings).site.clone();
    for key in crate::edition::links::picture_keys(&site, article, &image.src) {
        tracer.ask(Query::File(key));
    }
}

/// A page in another edition.
#[derive(Clone, Debug)]
pub struct Version {
    /// The number of the edition.
    pub edition: u8,
    /// Where the page is.
    pub url: UrlPath,
    /// The story's title, or the edition's for a home page; empty for lists.
    pub title: Box<str>,
}

/// The versions of an article in other languages.
#[must_use]
pub fn translated(tracer: &Tracer, slot: Slot) -> Vec<Version> {
    let id = tracer.ask(Query::Settings).id(slot);
    let index = tracer.ask(Query::Article(id));
    let others = index.translations_of(slot).into_iter().map(|slot| index.article(slot));
    let version =
        |a: &Article| Version { edition: a.edition, url: a.url.clone(), title: a.title.clone() };
    others.map(version).collect()
}

/// The same list in other editions.
#[must_use]
pub fn twins(tracer: &Tracer, key: &ListKey) -> Vec<Version> {
    let editions = (0u8..).zip(&tracer.ask(Query::Settings).site.editions).map(|(e, _)| e);
    let others = editions.filter(|edition| *edition != key.edition);
    others
        .filter_map(|edition| {
            let twin = ListKey { edition, ..key.clone() };
            let index = tracer.ask(Query::Name(twin.clone()));
            index.lists.get(&twin)?;
            Some(Version { edition, url: index.front_url(&twin), title: "".into() })
        })
        .collect()
}

/// `translations` of a story or front.
#[must_use]
pub fn translations(site: &Site, others: &[Version]) -> Value {
    let one = |version: &Version| {
        let settings = &site.editions[usize::from(version.edition)];
        let lang: &Lang = &settings.lang;
        map([
            ("lang", lang.as_str().into()),
            ("dir", lang.direction().as_str().into()),
            ("locale", lang.with_territory().into()),
            ("name", settings.name.as_str().into()),
            ("url", site.base_url.local(&version.url).into()),
            ("absolute_url", site.base_url.absolute(&version.url).into()),
            ("title", (&*version.title).into()),
        ])
    };
    Value::from(others.iter().map(one).collect::<Vec<Value>>())
}

/// `alternates` of a story or front, whose own page is at `url`.
#[must_use]
pub fn alternates(site: &Site, edition: u8, url: &UrlPath, others: &[Version]) -> Value {
    let others = others.iter().map(|version| (version.edition, version.url.clone()));
    let all = others.chain([(edition, url.clone())]).collect();
    let one = |a: Alternate| map([("code", a.code.into()), ("url", a.url.into())]);
    let all = translations::alternates(site, all).into_iter();
    Value::from(all.map(one).collect::<Vec<Value>>())
}

/// A term with its page.
#[must_use]
pub fn term(index: &Index, edition: u8, kind: &str, term: &Term) -> Value {
    let settings = &index.site.editions[usize::from(edition)];
    map([
        ("name", (&*term.name).into()),
        ("slug", (&*term.slug).into()),
        ("url", index.site.base_url.local(&settings.term(kind, &term.slug)).into()),
    ])
}

/// `story`. Asks for everything it shows; `body` is the rendered text.
#[must_use]
pub fn story(tracer: &Tracer, slot: Slot, body: &str) -> Value {
    let id = tracer.ask(Query::Settings).id(slot);
    let index = tracer.ask(Query::Article(id));
    let article = index.article(slot);
    let edition = article.edition;
    let people = article.authors.iter().map(|a| index.people.slug_of(edition, a));
    let people: Vec<Value> = people.map(|slug| person(tracer, edition, slug)).collect();
    let tags = article.tags.iter().map(|t| named(tracer, edition, ListKind::Tag, t));
    let series = article.series.as_ref().map(|s| named(tracer, edition, ListKind::Series, s));
    let others = translated(tracer, slot);
    ask_lead(tracer, article);
    map([
        ("title", (&*article.title).into()),
        ("kicker", (&*article.kicker).into()),
        ("summary", (&*article.summary).into()),
        ("dateline", (&*article.dateline).into()),
        ("byline", people.into()),
        ("date", cards::date(&index.site, article).into()),
        ("updated", cards::updated(index, article).into()),
        ("modified", cards::modified(index, article).into()),
        ("expires", article.expires.map(|e| cards::moment(&index.site, e)).into()),
        ("type", article.genre.word().into()),
        ("access", cards::access(article).into()),
        ("image", of(&cards::picture(index, article))),
        ("section", cards::section(tracer, index, article).into()),
        ("tags", tags.collect::<Vec<Value>>().into()),
        ("series", series.unwrap_or_else(Value::none)),
        ("corrections", corrections(index, article)),
        ("translations", translations(&index.site, &others)),
        ("alternates", alternates(&index.site, edition, &article.url, &others)),
        ("body", Value::safe_string(body)),
        ("outline", outline(article)),
        ("words", article.words.into()),
        ("minutes", article.minutes().into()),
        ("comments", article.comments.map_or_else(Value::none, Value::from)),
        ("state", index.admitted.state(slot).as_str().into()),
        ("extra", json_text(&article.extra)),
    ])
}

/// A tag or series under the name that most stories use.
fn named(tracer: &Tracer, edition: u8, kind: ListKind, written: &Term) -> Value {
    let key = ListKey { edition, kind, slug: written.slug.clone() };
    let index = tracer.ask(Query::Name(key.clone()));
    let folder = if kind == ListKind::Tag { "tags" } else { "series" };
    let Some(list) = index.lists.get(&key) else { return term(index, edition, folder, written) };
    kept(tracer, Piece::link(list), || {
        term(index, edition, folder, &Term { name: list.name.clone(), slug: written.slug.clone() })
    })
}

fn corrections(index: &Index, article: &Article) -> Value {
    let one = |c: &crate::content::Correction| {
        map([("date", cards::moment(&index.site, c.date).into()), ("text", (&*c.text).into())])
    };
    Value::from(index.admitted.corrections(article).map(one).collect::<Vec<Value>>())
}

fn outline(article: &Article) -> Value {
    let one = |h: crate::content::Heading| {
        map([("level", h.level.into()), ("id", (&*h.id).into()), ("text", (&*h.text).into())])
    };
    Value::from(article.inside.open().outline.into_iter().map(one).collect::<Vec<Value>>())
}

/// The `extra` table of the file that describes a list; an empty one without such a file.
#[must_use]
pub fn extra(source: Option<&Article>) -> Value {
    json_text(source.map_or("", |article| &article.extra))
}
