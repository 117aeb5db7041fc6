//! Structured data: what a page is, in the words of schema.org, as JSON-LD for its head.
//!
//! Invariant: every value goes through [`clean_json`] and [`for_script`], so no headline can end
//! the element it stands in; and everything beyond the page's own answers is asked for. It is
//! made here and not in a template because it is one shape for every theme, and a template
//! would spell it letter by letter. A theme that wants another one does not call it.
//! Rules: <https://developers.google.com/search/docs/appearance/structured-data/article>,
//! …/paywalled-content, …/breadcrumb, …/profile-page.

use super::{
    cards,
    press::Sheet,
    publisher::{self, ImageObject, Publisher},
};
use crate::{
    base::{UrlPath, clean_json},
    content::Article,
    edition::{Index, ListKey, ListKind, Query, Slot, lists::with_parents},
};
use serde::Serialize;

/// What a page is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// Nothing that structured data has words for.
    Nothing,
    /// A story.
    Story(Slot),
    /// An edition's front door.
    Home,
    /// A list of stories, or one of its numbered pages.
    List(ListKey),
}

/// The class of what only subscribers may read; search engines look for it.
const PAYWALL: &str = ".paywall";

/// Structured data about the page in hand, as `<script>` elements.
#[must_use]
pub fn structured(sheet: &Sheet) -> String {
    let mut out = String::new();
    match &sheet.subject {
        Subject::Story(slot) => {
            put(&mut out, &story(sheet, *slot));
            put(&mut out, &Breadcrumbs::new(trail(sheet)));
        }
        Subject::Home => put(&mut out, &home(sheet)),
        Subject::List(key) => {
            if key.kind == ListKind::Author {
                put(&mut out, &profile(sheet, key));
            }
            put(&mut out, &Breadcrumbs::new(trail(sheet)));
        }
        Subject::Nothing => put(&mut out, &Breadcrumbs::new(trail(sheet))),
    }
    out
}

fn put(out: &mut String, data: &impl Serialize) {
    // Texts, numbers and lists of them: JSON has words for all.
    let json = clean_json(&InContext { context: "https://schema.org", data });
    let json = for_script(&json.unwrap_or_default());
    out.extend(["<script type=\"application/ld+json\">", &json, "</script>\n"]);
}

/// JSON that can stand inside `<script>`: no `<`, `>` or `&`, and none of the two characters
/// that end a line in JavaScript but not in JSON.
#[must_use]
pub fn for_script(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            c => safe.push(c),
        }
    }
    safe
}

#[derive(Serialize)]
struct InContext<'a, T> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(flatten)]
    data: &'a T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewsArticle<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    main_entity_of_page: String,
    headline: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    in_language: &'a str,
    date_published: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    article_section: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    dateline: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keywords: Vec<&'a str>,
    author: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<ImageObject<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    correction: Vec<CorrectionComment<'a>>,
    is_accessible_for_free: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_part: Option<WebPageElement>,
    word_count: u32,
    publisher: Publisher<'a>,
}

/// One object a person; the outlet itself where nobody signs.
#[derive(Serialize)]
struct Author<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: &'a str,
    url: String,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct CorrectionComment<'a> {
    text: &'a str,
    date_published: String,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct WebPageElement {
    is_accessible_for_free: bool,
    css_selector: &'static str,
}

fn story(sheet: &Sheet, slot: Slot) -> NewsArticle<'_> {
    let index = sheet.tracer.ask(Query::Settings);
    let index = sheet.tracer.ask(Query::Article(index.id(slot)));
    let article = index.article(slot);
    let site = &index.site;
    super::values::ask_lead(&sheet.tracer, article);
    NewsArticle {
        kind: article.genre.schema(),
        main_entity_of_page: site.base_url.absolute(&article.url),
        headline: &article.title,
        description: cards::summary(article),
        in_language: sheet.edition().lang.as_str(),
        date_published: cards::moment(site, article.date),
        date_modified: cards::moment(site, index.admitted.last_change(article)),
        expires: article.expires.map(|expires| cards::moment(site, expires)),
        article_section: index.section_of(article).map(|section| &*section.title),
        dateline: &article.dateline,
        keywords: keywords(sheet, article),
        author: authors(sheet, article),
        image: cards::picture(index, article).map(ImageObject::of),
        correction: corrections(index, article),
        is_accessible_for_free: !article.paid,
        has_part: article
            .paid
            .then_some(WebPageElement { is_accessible_for_free: false, css_selector: PAYWALL }),
        word_count: article.words,
        publisher: publisher::publisher(sheet),
    }
}

/// The tags, under the names that most stories use.
fn keywords<'a>(sheet: &'a Sheet, article: &'a Article) -> Vec<&'a str> {
    let name = |tag: &'a crate::content::Term| {
        let (edition, slug) = (article.edition, tag.slug.clone());
        let key = ListKey { edition, kind: ListKind::Tag, slug };
        let index = sheet.tracer.ask(Query::Name(key.clone()));
        index.name(&key).unwrap_or(&tag.name)
    };
    article.tags.iter().map(name).collect()
}

fn authors<'a>(sheet: &'a Sheet, article: &'a Article) -> Vec<Author<'a>> {
    let index = sheet.tracer.ask(Query::Settings);
    let base = &index.site.base_url;
    let slugs = article.authors.iter().map(|a| index.people.slug_of(article.edition, a));
    let known = slugs.filter_map(|slug| {
        let index = sheet.tracer.ask(Query::Person(article.edition, slug.into()));
        index.people.get(article.edition, slug)
    });
    let people: Vec<Author> = known
        .map(|p| Author { kind: "Person", name: &p.name, url: base.absolute(&p.url) })
        .collect();
    if !people.is_empty() {
        return people;
    }
    let url = base.absolute(&UrlPath::root());
    vec![Author { kind: "Organization", name: &index.site.publisher.name, url }]
}

fn corrections<'a>(index: &Index, article: &'a Article) -> Vec<CorrectionComment<'a>> {
    let one = |c: &'a crate::content::Correction| CorrectionComment {
        text: &c.text,
        date_published: cards::moment(&index.site, c.date),
    };
    index.admitted.corrections(article).map(one).collect()
}

#[derive(Serialize)]
struct Graph<'a> {
    #[serde(rename = "@graph")]
    graph: (Publisher<'a>, WebSite<'a>),
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct WebSite<'a> {
    name: &'a str,
    url: String,
    in_language: &'a str,
    publisher: Reference,
}

#[derive(Serialize)]
struct Reference {
    #[serde(rename = "@id")]
    id: String,
}

fn home(sheet: &Sheet) -> Graph<'_> {
    let base = &sheet.press.index.site.base_url;
    let edition = sheet.edition();
    let website = WebSite {
        name: &edition.title,
        url: base.absolute(&edition.home()),
        in_language: edition.lang.as_str(),
        publisher: Reference { id: publisher::id(sheet) },
    };
    Graph { graph: (publisher::publisher(sheet), website) }
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct ProfilePage<'a> {
    main_entity: Person<'a>,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
struct Person<'a> {
    name: &'a str,
    url: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<ImageObject<'a>>,
    works_for: Publisher<'a>,
}

fn profile<'a>(sheet: &'a Sheet, key: &ListKey) -> ProfilePage<'a> {
    let index = sheet.tracer.ask(Query::Person(key.edition, key.slug.clone()));
    let person = index.people.get(key.edition, &key.slug);
    let source = person.and_then(|person| person.profile).map(|slot| index.article(slot));
    if let Some(source) = source {
        super::values::ask_lead(&sheet.tracer, source);
    }
    ProfilePage {
        main_entity: Person {
            name: person.map_or("", |person| &person.name),
            url: index.site.base_url.absolute(&index.front_url(key)),
            description: source.map_or("", |article| &article.summary),
            image: source.and_then(|a| cards::picture(index, a)).map(ImageObject::of),
            works_for: publisher::publisher(sheet),
        },
    }
}

/// A place on the way to a page: its name and address.
type Crumb = (String, UrlPath);

#[derive(Serialize)]
#[serde(tag = "@type", rename = "BreadcrumbList", rename_all = "camelCase")]
struct Breadcrumbs {
    item_list_element: Vec<ListItem>,
}

#[derive(Serialize)]
#[serde(tag = "@type")]
struct ListItem {
    position: usize,
    name: String,
    item: String,
}

impl Breadcrumbs {
    fn new(crumbs: Vec<(String, String)>) -> Self {
        let item = |(position, (name, item))| ListItem { position, name, item };
        Self { item_list_element: (1..).zip(crumbs).map(item).collect() }
    }
}

/// The way from the edition's front door to the page in hand.
fn trail(sheet: &Sheet) -> Vec<(String, String)> {
    let edition = sheet.edition();
    let mut crumbs = vec![(edition.title.clone(), edition.home())];
    match &sheet.subject {
        Subject::List(key) if key.kind == ListKind::Section => {
            crumbs.extend(sections(sheet, &key.slug));
        }
        Subject::List(key) => {
            crumbs.push((sheet.title.to_string(), sheet.press.index.front_url(key)));
        }
        Subject::Story(_) | Subject::Nothing | Subject::Home => {
            crumbs.extend(sections(sheet, &sheet.section));
            crumbs.push((sheet.title.to_string(), sheet.url.clone()));
        }
    }
    let base = &sheet.press.index.site.base_url;
    crumbs.into_iter().map(|(name, url)| (name, base.absolute(&url))).collect()
}

/// A section and those it lies in, the outermost first.
fn sections(sheet: &Sheet, path: &str) -> Vec<Crumb> {
    let crumb = |path: &str| {
        let slug = path.into();
        let key = ListKey { edition: sheet.edition, kind: ListKind::Section, slug };
        let index = sheet.tracer.ask(Query::Name(key.clone()));
        Some((index.name(&key)?.to_owned(), index.front_url(&key)))
    };
    let mut crumbs: Vec<Crumb> = with_parents(path).filter_map(crumb).collect();
    crumbs.reverse();
    crumbs
}
