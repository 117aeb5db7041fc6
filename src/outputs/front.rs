//! Fronts: the home page, the lists with their numbered pages, and the 404 page.

use super::Rendered;
use crate::{
    base::{Diagnostic, UrlPath},
    edition::{Index, ListKey, ListKind, Query, Slice, Slot, gate},
    site::{Edition, urls},
    theme::{
        Layout, Press, Sheet, body, cards,
        structured::Subject,
        values::{self, Version},
    },
};
use std::sync::Arc;
use tera::{Context, Value};

/// Every theme has it.
const ANY_LIST: &str = "list.html";
/// What renders a home page.
pub(super) const HOME: Layout = Layout::either("home.html", ANY_LIST);
/// What renders a 404 page.
pub(super) const NOT_FOUND: Layout = Layout::only("404.html");

/// What renders a list.
pub(super) fn layout(kind: ListKind) -> Layout {
    let own = match kind {
        ListKind::Latest => "latest.html",
        ListKind::Section => "section.html",
        ListKind::Tag => "tag.html",
        ListKind::Author => "author.html",
        ListKind::Series => "series.html",
    };
    Layout::either(own, ANY_LIST)
}

/// Renders an edition's home page.
///
/// # Errors
/// A finding: the template failed.
pub fn home(press: &Arc<Press>, edition: u8) -> Result<Rendered, Diagnostic> {
    let settings = &press.index.site.editions[usize::from(edition)];
    let mut sheet = press.sheet(edition, "home", settings.home());
    sheet.subject = Subject::Home;
    let template = sheet.template(HOME);
    let key = ListKey { edition, kind: ListKind::Latest, slug: "".into() };
    let size = u32::try_from(press.index.site.page_size).unwrap_or(u32::MAX);
    let cards = cards::cards(&sheet.tracer, &key, Slice::Newest(size)).unwrap_or_default();
    let source = describe(&mut sheet, Query::Section(edition, "".into()), |index| {
        index.section(edition, "").and_then(|section| section.source)
    });
    let front = Front { key: &key, slice: Slice::Front, title: settings.title.clone(), source };
    let mut context = Context::new();
    context.insert_value("front", front.value(&sheet, true)?);
    context.insert_value("cards", cards.into());
    Ok(sheet.print(template, "", &settings.description, context)?.into())
}

/// Renders a part of a list.
///
/// # Errors
/// A finding: the template failed, or the section's or author's file changed meanwhile.
pub fn render(press: &Arc<Press>, key: &ListKey, slice: Slice) -> Result<Rendered, Diagnostic> {
    let front = press.index.front_url(key);
    let url = match slice {
        Slice::Page(n) => urls::page_of(&front, n),
        Slice::Front | Slice::Newest(_) => front,
    };
    let mut sheet = press.sheet(key.edition, key.kind.as_str(), url);
    sheet.subject = Subject::List(key.clone());
    if key.kind == ListKind::Section {
        sheet.section = key.slug.clone();
    }
    let (title, source) = name(&mut sheet, key);
    let summary = source.map_or("", |slot| &*press.index.article(slot).summary).to_owned();
    let front = Front { key, slice, title: title.clone(), source };
    let mut context = Context::new();
    let cards = cards::cards(&sheet.tracer, key, slice).unwrap_or_default();
    context.insert_value("front", front.value(&sheet, false)?);
    context.insert_value("cards", cards.into());
    let template = sheet.template(layout(key.kind));
    Ok(sheet.print(template, &title, &summary, context)?.into())
}

/// What a list is called, and the file that describes it.
fn name(sheet: &mut Sheet, key: &ListKey) -> (String, Option<Slot>) {
    let edition = key.edition;
    let path = key.slug.clone();
    match key.kind {
        ListKind::Latest => (sheet.string("latest", None, &[]), None),
        ListKind::Tag | ListKind::Series => {
            let index = sheet.tracer.ask(Query::Name(key.clone()));
            (index.lists.get(key).map_or_else(String::new, |list| list.name.to_string()), None)
        }
        ListKind::Section => {
            let query = Query::Section(edition, path.clone());
            let source = describe(sheet, query, |index| index.section(edition, &path)?.source);
            let section = sheet.press.index.section(edition, &key.slug);
            (section.map_or_else(String::new, |section| section.title.to_string()), source)
        }
        ListKind::Author => {
            let query = Query::Person(edition, path.clone());
            let source = describe(sheet, query, |index| index.people.get(edition, &path)?.profile);
            let person = sheet.press.index.people.get(edition, &key.slug);
            (person.map_or_else(String::new, |person| person.name.to_string()), source)
        }
    }
}

/// Asks for what describes a list, and takes its file as the page's source.
fn describe(
    sheet: &mut Sheet,
    query: Query,
    source: impl FnOnce(&Index) -> Option<Slot>,
) -> Option<Slot> {
    let index = sheet.tracer.ask(query);
    let slot = source(index)?;
    sheet.tracer.ask(Query::Article(index.id(slot)));
    sheet.source = Some(format!("content/{}", sheet.press.index.article(slot).path));
    Some(slot)
}

/// `front` in templates.
struct Front<'a> {
    key: &'a ListKey,
    slice: Slice,
    title: String,
    source: Option<Slot>,
}

impl Front<'_> {
    fn value(&self, sheet: &Sheet, home: bool) -> Result<Value, Diagnostic> {
        let index = &*sheet.press.index;
        let base = &index.site.base_url;
        let source = self.source.map(|slot| index.article(slot));
        let url = if home { sheet.url.clone() } else { index.front_url(self.key) };
        let (older, newer) = if home { (None, None) } else { self.neighbours(sheet, &url) };
        let link = |url: Option<UrlPath>| url.map_or_else(String::new, |url| base.local(&url));
        let (formats, fed) = (index.feed_formats(self.key.kind), index.fed_page(self.key));
        let outlet = &sheet.edition().title;
        let feed_title = match self.key.kind {
            ListKind::Latest => outlet.clone(),
            _ => format!("{} – {outlet}", self.title),
        };
        let others = self.others(sheet, home);
        let number = match self.slice {
            Slice::Page(n) => n.into(),
            Slice::Front | Slice::Newest(_) => Value::none(),
        };
        if let Some(article) = source {
            values::ask_lead(&sheet.tracer, article);
        }
        Ok(values::map([
            ("kind", sheet.kind.into()),
            ("title", self.title.as_str().into()),
            ("summary", source.map_or("", |a| &*a.summary).into()),
            ("body", Value::safe_string(&self.body(sheet)?)),
            ("slug", (&*self.key.slug).into()),
            ("url", base.local(&url).into()),
            ("feed_url", values::feed_url(&index.site, formats, &fed).into()),
            ("feeds", values::feeds(&index.site, formats, &fed, &feed_title)),
            ("number", number),
            ("older_url", link(older).into()),
            ("newer_url", link(newer).into()),
            ("image", source.map_or_else(Value::none, |a| values::of(&cards::picture(index, a)))),
            ("extra", values::extra(source)),
            ("newest", self.newest(index).into()),
            ("translations", values::translations(&index.site, &others)),
            ("alternates", values::alternates(&index.site, sheet.edition, &url, &others)),
        ]))
    }

    /// When the newest story of this part could first be seen. The part was asked for with its
    /// cards, which cover it.
    fn newest(&self, index: &Index) -> Option<String> {
        let list = index.lists.get(self.key)?;
        let newest = list.slice(self.slice, index.site.page_size)?.next()?;
        Some(cards::moment(&index.site, gate::opens(index.article(newest))))
    }

    /// The description is shown on the front alone.
    fn body(&self, sheet: &Sheet) -> Result<String, Diagnostic> {
        match (self.source, self.slice) {
            (Some(slot), Slice::Front) => body::render(sheet, slot),
            _ => Ok(String::new()),
        }
    }

    /// A numbered page links to the next by number even where that is still to come (then it
    /// leads to the front), so that its bytes never change.
    fn neighbours(&self, sheet: &Sheet, front: &UrlPath) -> (Option<UrlPath>, Option<UrlPath>) {
        let page = |n: u32| Some(urls::page_of(front, n));
        match self.slice {
            Slice::Page(n) => (if n > 1 { page(n - 1) } else { None }, page(n + 1)),
            Slice::Front | Slice::Newest(_) => {
                // Covered by the question for the front, which every front has asked.
                let index = sheet.tracer.ask(Query::List(self.key.clone(), Slice::Front));
                let list = index.lists.get(self.key);
                let pages = list.map_or(0, |list| list.pages(index.site.page_size));
                (if pages > 0 { page(pages) } else { None }, None)
            }
        }
    }

    fn others(&self, sheet: &Sheet, home: bool) -> Vec<Version> {
        if home {
            return homes(sheet);
        }
        if matches!(self.slice, Slice::Page(_)) {
            return Vec::new();
        }
        values::twins(&sheet.tracer, self.key)
    }
}

/// The front doors of the other editions.
fn homes(sheet: &Sheet) -> Vec<Version> {
    let editions = (0u8..).zip(&sheet.press.index.site.editions);
    let others = editions.filter(|(number, _)| *number != sheet.edition);
    let home = |(edition, e): (u8, &Edition)| Version {
        edition,
        url: e.home(),
        title: e.title.as_str().into(),
    };
    others.map(home).collect()
}

/// Renders an edition's 404 page.
///
/// # Errors
/// A finding: the template failed.
pub fn not_found(press: &Arc<Press>, edition: u8) -> Result<Rendered, Diagnostic> {
    let settings = &press.index.site.editions[usize::from(edition)];
    let sheet = press.sheet(edition, "404", settings.not_found());
    let title = sheet.string("not_found_title", None, &[]);
    let template = sheet.template(NOT_FOUND);
    Ok(sheet.print(template, &title, "", Context::new())?.into())
}
