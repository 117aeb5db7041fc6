//! Atom feeds (RFC 4287).
//!
//! Invariant: `updated` is when the content changed, never when the feed was built, and an
//! entry's `id` does not change when its address does: it is made of the file's path and the
//! outlet's host (a `tag:` URI, RFC 4151).

use super::Rendered;
use crate::{
    base::{Diagnostic, UrlPath},
    content::Article,
    edition::{Index, ListKey, ListKind, Query, Slice, Slot, gate},
    site::urls,
    theme::{Press, Sheet, body},
};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};
use std::sync::Arc;

/// Whether a list has a feed.
#[must_use]
pub fn wanted(index: &Index, key: &ListKey) -> bool {
    let feeds = &index.site.feeds;
    feeds.limit > 0
        && match key.kind {
            ListKind::Latest => true,
            ListKind::Section => feeds.sections,
            ListKind::Tag => feeds.tags,
            ListKind::Author => feeds.authors,
            ListKind::Series => false,
        }
}

/// Where a list's feed is: beside its front; that of an edition beside its home.
#[must_use]
pub fn url(index: &Index, key: &ListKey) -> UrlPath {
    match key.kind {
        ListKind::Latest => urls::feed_of(&index.site.editions[usize::from(key.edition)].home()),
        _ => urls::feed_of(&index.front_url(key)),
    }
}

/// Renders a list's feed.
///
/// # Errors
/// A finding: a story's file changed meanwhile.
pub fn render(press: &Arc<Press>, key: &ListKey) -> Result<Rendered, Diagnostic> {
    let index = press.index.clone();
    let sheet = press.sheet(key.edition, "feed", url(&index, key));
    let limit = u32::try_from(index.site.feeds.limit).unwrap_or(u32::MAX);
    let slice = Slice::Newest(limit);
    sheet.tracer.ask(Query::List(key.clone(), slice));
    let list = index.lists.get(key).and_then(|list| list.slice(slice, index.site.page_size));
    let slots: Vec<Slot> = list.into_iter().flatten().collect();
    let mut feed = Feed { sheet: &sheet, xml: Writer::new(Vec::new()) };
    feed.head(key, &slots)?;
    for slot in slots {
        feed.entry(slot)?;
    }
    feed.end("feed")?;
    let bytes = feed.xml.into_inner();
    let content = super::Content::Bytes(bytes);
    Ok(Rendered { content, asked: sheet.tracer.finish() })
}

struct Feed<'a> {
    sheet: &'a Sheet,
    xml: Writer<Vec<u8>>,
}

/// Writing to memory does not fail; the type wants to know what would happen if it did.
fn written(result: std::io::Result<()>) -> Result<(), Diagnostic> {
    result.map_err(|e| Diagnostic::new(crate::base::Code::Unwritable, e.to_string()))
}

impl Feed<'_> {
    fn write(&mut self, event: Event) -> Result<(), Diagnostic> {
        written(self.xml.write_event(event))
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) -> Result<(), Diagnostic> {
        self.write(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())))
    }

    fn end(&mut self, name: &str) -> Result<(), Diagnostic> {
        self.write(Event::End(BytesEnd::new(name)))?;
        self.write(Event::Text(BytesText::from_escaped("\n")))
    }

    fn text(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        text: &str,
    ) -> Result<(), Diagnostic> {
        self.start(name, attributes)?;
        // Control characters have no place in XML 1.0, not even as references.
        let clean: String = text.chars().filter(|c| is_xml(*c)).collect();
        self.write(Event::Text(BytesText::new(&clean)))?;
        self.end(name)
    }

    fn link(&mut self, rel: &str, kind: &str, href: &str) -> Result<(), Diagnostic> {
        let attributes = [("rel", rel), ("type", kind), ("href", href)];
        self.write(Event::Empty(BytesStart::new("link").with_attributes(attributes)))?;
        self.write(Event::Text(BytesText::from_escaped("\n")))
    }

    fn head(&mut self, key: &ListKey, slots: &[Slot]) -> Result<(), Diagnostic> {
        let index = &*self.sheet.press.index;
        let edition = self.sheet.edition();
        let base = &index.site.base_url;
        let own = base.absolute(&self.sheet.url);
        let front = match key.kind {
            ListKind::Latest => edition.home(),
            _ => index.front_url(key),
        };
        let latest = slots.iter().map(|slot| gate::last_change(index.article(*slot))).max();
        self.write(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        self.write(Event::Text(BytesText::from_escaped("\n")))?;
        let namespace = "http://www.w3.org/2005/Atom";
        self.start("feed", &[("xmlns", namespace), ("xml:lang", edition.lang.as_str())])?;
        self.text("id", &[], &own)?;
        self.text("title", &[], &self.title(key))?;
        if !edition.description.is_empty() && key.kind == ListKind::Latest {
            self.text("subtitle", &[], &edition.description)?;
        }
        self.text("updated", &[], &latest.unwrap_or_default().rfc3339(index.site.timezone))?;
        self.link("self", "application/atom+xml", &own)?;
        self.link("alternate", "text/html", &base.absolute(&front))?;
        self.author(&edition.title, None)
    }

    fn title(&self, key: &ListKey) -> String {
        let outlet = &self.sheet.edition().title;
        if key.kind == ListKind::Latest {
            return outlet.clone();
        }
        let name = self.sheet.tracer.ask(Query::Name(key.clone())).name(key);
        format!("{} – {outlet}", name.unwrap_or_default())
    }

    fn author(&mut self, name: &str, url: Option<&str>) -> Result<(), Diagnostic> {
        self.start("author", &[])?;
        self.text("name", &[], name)?;
        if let Some(url) = url {
            self.text("uri", &[], url)?;
        }
        self.end("author")
    }

    fn entry(&mut self, slot: Slot) -> Result<(), Diagnostic> {
        let index = self.sheet.press.index.clone();
        let article = index.article(slot);
        let site = &index.site;
        let zone = site.timezone;
        self.start("entry", &[])?;
        self.text("id", &[], &entry_id(&index, article))?;
        self.text("title", &[], &article.title)?;
        self.link("alternate", "text/html", &site.base_url.absolute(&article.url))?;
        self.text("published", &[], &article.date.rfc3339(zone))?;
        self.text("updated", &[], &gate::last_change(article).rfc3339(zone))?;
        for person in
            article.authors.iter().filter_map(|a| index.people.written(article.edition, a))
        {
            let url = site.base_url.absolute(&person.url);
            self.author(&person.name, Some(&url))?;
        }
        let summary = if article.summary.is_empty() { &article.excerpt } else { &article.summary };
        if !summary.is_empty() {
            self.text("summary", &[], summary)?;
        }
        if site.feeds.full_text {
            self.sheet.tracer.ask(Query::Article(index.id(slot)));
            let html = body::render(self.sheet, slot)?;
            let base = site.base_url.absolute(&article.url);
            self.text("content", &[("type", "html"), ("xml:base", &base)], &html)?;
        }
        self.end("entry")
    }
}

/// Whether XML 1.0 has this character (section 2.2), and readers could see something of it.
fn is_xml(c: char) -> bool {
    !matches!(c, '\u{fffe}' | '\u{ffff}') && (!c.is_control() || "\t\n\r".contains(c))
}

/// A permanent identity: the file's path under the outlet's host.
fn entry_id(index: &Index, article: &Article) -> String {
    let origin = &index.site.base_url.origin;
    let host = origin.split("//").nth(1).unwrap_or(origin);
    let host = host.split(':').next().unwrap_or(host);
    let path = article.path.as_str();
    let path = path.strip_suffix("/index.md").or_else(|| path.strip_suffix(".md")).unwrap_or(path);
    let path = UrlPath::new(&format!("/{path}"))
        .map_or_else(|| path.to_owned(), |p| p.encoded().into_owned());
    format!("tag:{host},2000:{path}")
}
