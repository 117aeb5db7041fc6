//! Sitemaps.
//!
//! Rules: sitemaps.org/protocol.html; for other languages
//! developers.google.com/search/docs/specialty/international/localized-versions#sitemap, for
//! pictures …/crawling-indexing/sitemaps/image-sitemaps, for news …/sitemaps/news-sitemap.
//! `lastmod` is when the content changed, never when it was built; `priority` and `changefreq`
//! are read by nobody. Where a page has other languages, each version lists all, itself among
//! them.

use super::Rendered;
use crate::{
    base::{Moment, UrlPath, clean},
    content::{Article, Kind},
    edition::{Index, ListKey, Query, Slot, Tracer, gate, shards::Shard, translations::alternates},
    site::urls,
    theme::Press,
};
use quick_xml::escape::escape;
use std::{fmt::Write, sync::Arc};

const SITEMAP: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";
const IMAGE: &str = "xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\"";
const NEWS: &str = "xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\"";
const XHTML: &str = "xmlns:xhtml=\"http://www.w3.org/1999/xhtml\"";

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
    let mut xml = Xml::new(index, "sitemapindex", &[SITEMAP]);
    for name in index.shards.keys() {
        xml.open("sitemap", &urls::sitemap(name), index.shard_changed(name));
        xml.close("sitemap");
    }
    for (number, edition) in (0u8..).zip(&index.site.editions) {
        for file in 0..index.news(number).len() {
            // No `lastmod`: it would move whenever a story drops out, which is no news.
            xml.open("sitemap", &edition.news_sitemap(file), None);
            xml.close("sitemap");
        }
    }
    let xml = xml.finish("sitemapindex");
    Rendered::text(xml, tracer.finish())
}

/// One sitemap.
#[must_use]
pub fn shard(press: &Arc<Press>, name: &str) -> Rendered {
    let tracer = tracer(press);
    let index = tracer.ask(Query::Shard(name.into()));
    let mut xml = Xml::new(index, "urlset", &[SITEMAP, IMAGE, XHTML]);
    match index.shards.get(name) {
        Some(Shard::Articles(slots)) => slots.iter().for_each(|slot| xml.article(*slot)),
        Some(Shard::Fronts(keys)) => keys.iter().for_each(|key| xml.front(key)),
        Some(Shard::Homes) => xml.homes(),
        None => {}
    }
    let xml = xml.finish("urlset");
    Rendered::text(xml, tracer.finish())
}

/// A file of an edition's news.
#[must_use]
pub fn news(press: &Arc<Press>, edition: u8, file: u32) -> Rendered {
    let tracer = tracer(press);
    let index = tracer.ask(Query::News(edition, file));
    let mut xml = Xml::new(index, "urlset", &[SITEMAP, NEWS]);
    let files = index.news(edition);
    let slots = usize::try_from(file).ok().and_then(|file| files.get(file));
    slots.into_iter().copied().flatten().for_each(|slot| xml.news(index.article(*slot)));
    let xml = xml.finish("urlset");
    Rendered::text(xml, tracer.finish())
}

/// A sitemap being written.
struct Xml<'a> {
    index: &'a Index,
    text: String,
}

impl<'a> Xml<'a> {
    fn new(index: &'a Index, root: &str, namespaces: &[&str]) -> Self {
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
        Self { index, text: format!("{head}\n<{root} {}>\n", namespaces.join(" ")) }
    }

    fn finish(mut self, root: &str) -> String {
        self.push(format_args!("</{root}>\n"));
        self.text
    }

    // Writing to memory cannot fail.
    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = self.text.write_fmt(text);
    }

    fn open(&mut self, name: &str, url: &UrlPath, changed: Option<Moment>) {
        let site = &self.index.site;
        self.push(format_args!("<{name}><loc>{}</loc>", escape(site.base_url.absolute(url))));
        if let Some(changed) = changed {
            self.push(format_args!("<lastmod>{}</lastmod>", changed.rfc3339(site.timezone)));
        }
    }

    fn close(&mut self, name: &str) {
        self.push(format_args!("</{name}>\n"));
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
        self.picture(article);
        self.close("url");
    }

    fn front(&mut self, key: &ListKey) {
        let index = self.index;
        self.open("url", &index.front_url(key), None);
        let editions = [key.edition].into_iter().chain(index.twins_of(key));
        let version = |edition| (edition, index.front_url(&ListKey { edition, ..key.clone() }));
        self.versions(editions.map(version).collect());
        self.close("url");
    }

    fn homes(&mut self) {
        let homes: Vec<(u8, UrlPath)> =
            (0u8..).zip(&self.index.site.editions).map(|(n, e)| (n, e.home())).collect();
        for (_, home) in &homes {
            self.open("url", home, None);
            self.versions(homes.clone());
            self.close("url");
        }
    }

    /// The same page in all its languages.
    fn versions(&mut self, versions: Vec<(u8, UrlPath)>) {
        for version in alternates(&self.index.site, versions) {
            self.push(format_args!(
                "<xhtml:link rel=\"alternate\" hreflang=\"{}\" href=\"{}\"/>",
                version.code,
                escape(version.url)
            ));
        }
    }

    /// The lead picture. Its caption and credit are read off the page.
    fn picture(&mut self, article: &Article) {
        let base = &self.index.site.base_url;
        let url = match self.index.lead(article) {
            Some((_, Some(asset))) => base.absolute(&asset.url),
            Some((image, None)) if image.src.starts_with("http") => image.src.to_string(),
            _ => return,
        };
        self.push(format_args!(
            "<image:image><image:loc>{}</image:loc></image:image>",
            escape(url)
        ));
    }

    /// Languages are those of ISO 639, without a script or a country.
    fn news(&mut self, article: &Article) {
        let site = &self.index.site;
        let edition = &site.editions[usize::from(article.edition)];
        self.open("url", &article.url, None);
        self.push(format_args!(
            "<news:news><news:publication><news:name>{}</news:name>\
             <news:language>{}</news:language></news:publication>\
             <news:publication_date>{}</news:publication_date>\
             <news:title>{}</news:title></news:news>",
            escape(clean(&edition.title)),
            edition.lang.primary(),
            gate::opens(article).rfc3339(site.timezone),
            escape(clean(&article.title))
        ));
        self.close("url");
    }
}
