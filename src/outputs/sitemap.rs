//! Sitemaps.
//!
//! Rules: sitemaps.org/protocol.html; for other languages
//! developers.google.com/search/docs/specialty/international/localized-versions#sitemap, for
//! pictures …/crawling-indexing/sitemaps/image-sitemaps, for news …/sitemaps/news-sitemap.
//! `lastmod` is when the content changed, never when it was built; `priority` and `changefreq`
//! are read by nobody. Where a page has other languages, each version lists all, itself among
//! them.

use super::{Content, Rendered, xml::Xml};
use crate::{
    base::{Moment, UrlPath},
    content::{Article, Kind},
    edition::{Index, ListKey, Query, Slot, Tracer, gate, shards::Shard, translations::alternates},
    site::urls,
    theme::Press,
};
use std::sync::Arc;

const SITEMAP: (&str, &str) = ("xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9");
const IMAGE: (&str, &str) = ("xmlns:image", "http://www.google.com/schemas/sitemap-image/1.1");
const NEWS: (&str, &str) = ("xmlns:news", "http://www.google.com/schemas/sitemap-news/0.9");
const XHTML: (&str, &str) = ("xmlns:xhtml", "http://www.w3.org/1999/xhtml");

fn tracer(press: &Arc<Press>) -> Tracer {
    let tracer = press.tracer();
    tracer.ask(Query::Settings);
    tracer
}

/// The list of sitemaps.
#[must_use]
pub fn index(press: &Arc<Press>) -> Rendered {
    let tracer = tracer(press);
    let index = tracer.ask(Query::Shards);
    let mut map = Sitemap::new(index, "sitemapindex", &[SITEMAP]);
    for name in index.shards.keys() {
        map.open("sitemap", &urls::sitemap(name), index.shard_changed(name));
        map.xml.close();
    }
    for (number, edition) in (0u8..).zip(&index.site.editions) {
        for file in 0..index.news(number).len() {
            // No `lastmod`: it would move whenever a story drops out, which is no news.
            map.open("sitemap", &edition.news_sitemap(file), None);
            map.xml.close();
        }
    }
    rendered(map.xml.finish(), tracer)
}

/// One sitemap.
#[must_use]
pub fn shard(press: &Arc<Press>, name: &str) -> Rendered {
    let tracer = tracer(press);
    let index = tracer.ask(Query::Shard(name.into()));
    let mut map = Sitemap::new(index, "urlset", &[SITEMAP, IMAGE, XHTML]);
    match index.shards.get(name) {
        Some(Shard::Articles(slots)) => slots.iter().for_each(|slot| map.article(*slot)),
        Some(Shard::Fronts(keys)) => keys.iter().for_each(|key| map.front(key)),
        Some(Shard::Homes) => map.homes(),
        None => {}
    }
    rendered(map.xml.finish(), tracer)
}

/// A file of an edition's news.
#[must_use]
pub fn news(press: &Arc<Press>, edition: u8, file: u32) -> Rendered {
    let tracer = tracer(press);
    let index = tracer.ask(Query::News(edition, file));
    let mut map = Sitemap::new(index, "urlset", &[SITEMAP, NEWS]);
    let files = index.news(edition);
    let slots = usize::try_from(file).ok().and_then(|file| files.get(file));
    slots.into_iter().copied().flatten().for_each(|slot| map.news(index.article(*slot)));
    rendered(map.xml.finish(), tracer)
}

fn rendered(bytes: Vec<u8>, tracer: Tracer) -> Rendered {
    Rendered::new(Content::Bytes(bytes), tracer.finish())
}

/// A sitemap being written.
struct Sitemap<'a> {
    index: &'a Index,
    xml: Xml,
}

impl<'a> Sitemap<'a> {
    fn new(index: &'a Index, root: &'static str, namespaces: &[(&str, &str)]) -> Self {
        let mut xml = Xml::new();
        xml.open(root, namespaces);
        Self { index, xml }
    }

    fn open(&mut self, name: &'static str, url: &UrlPath, changed: Option<Moment>) {
        let site = &self.index.site;
        self.xml.open(name, &[]);
        self.xml.text("loc", &[], &site.base_url.absolute(url));
        if let Some(changed) = changed {
            self.xml.text("lastmod", &[], &changed.rfc3339(site.timezone));
        }
    }

    fn article(&mut self, slot: Slot) {
        let index = self.index;
        let article = index.article(slot);
        let admitted = &index.admitted;
        let changed = (article.kind == Kind::Story).then(|| admitted.last_change(article));
        self.open("url", &article.url, changed);
        let others = index.translations_of(slot).into_iter().map(|slot| index.article(slot));
        let versions = [article].into_iter().chain(others);
        self.versions(versions.map(|a| (a.edition, a.url.clone())).collect());
        // Its caption and credit are read off the page.
        let picture = index.lead_url(article).filter(|url| url.starts_with("http"));
        if let Some(picture) = picture {
            self.xml.open("image:image", &[]);
            self.xml.text("image:loc", &[], &picture);
            self.xml.close();
        }
        self.xml.close();
    }

    fn front(&mut self, key: &ListKey) {
        let index = self.index;
        self.open("url", &index.front_url(key), None);
        let editions = [key.edition].into_iter().chain(index.twins_of(key));
        let version = |edition| (edition, index.front_url(&ListKey { edition, ..key.clone() }));
        self.versions(editions.map(version).collect());
        self.xml.close();
    }

    fn homes(&mut self) {
        let homes: Vec<(u8, UrlPath)> =
            (0u8..).zip(&self.index.site.editions).map(|(n, e)| (n, e.home())).collect();
        for (_, home) in &homes {
            self.open("url", home, None);
            self.versions(homes.clone());
            self.xml.close();
        }
    }

    /// The same page in all its languages.
    fn versions(&mut self, versions: Vec<(u8, UrlPath)>) {
        for version in alternates(&self.index.site, versions) {
            let (code, url) = (version.code.as_str(), version.url.as_str());
            let attributes = [("rel", "alternate"), ("hreflang", code), ("href", url)];
            self.xml.empty("xhtml:link", &attributes);
        }
    }

    /// Languages are those of ISO 639, without a script or a country.
    fn news(&mut self, article: &Article) {
        let site = &self.index.site;
        let edition = &site.editions[usize::from(article.edition)];
        self.open("url", &article.url, None);
        let xml = &mut self.xml;
        xml.open("news:news", &[]);
        xml.open("news:publication", &[]);
        xml.text("news:name", &[], &edition.title);
        xml.text("news:language", &[], edition.lang.primary());
        xml.close();
        let opened = gate::opens(article).rfc3339(site.timezone);
        xml.text("news:publication_date", &[], &opened);
        xml.text("news:title", &[], &article.title);
        xml.close();
        xml.close();
    }
}
