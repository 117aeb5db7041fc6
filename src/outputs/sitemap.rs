//! Sitemaps and robots.txt.
//!
//! Rules: sitemaps.org/protocol.html. At most 50,000 addresses a file; `lastmod` is when the
//! content changed, never when it was built; `priority` and `changefreq` are read by nobody.

use super::Rendered;
use crate::{
    base::{Moment, UrlPath},
    content::Kind,
    edition::{Index, Query, Tracer, gate, shards::Shard},
    site::urls,
    theme::Press,
};
use quick_xml::escape::escape;
use std::{fmt::Write, sync::Arc};

const SCHEMA: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

fn tracer(press: &Arc<Press>) -> Tracer {
    let tracer = Tracer::new(press.index.clone(), press.interner.clone());
    tracer.ask(Query::Settings);
    tracer
}

/// The list of sitemaps.
#[must_use]
pub fn index(press: &Arc<Press>) -> Rendered {
    let tracer = tracer(press);
    let index = tracer.ask(Query::Shards);
    let mut xml =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"{SCHEMA}\">\n");
    for name in index.shards.keys() {
        entry(&mut xml, index, "sitemap", &urls::sitemap(name), index.shard_changed(name));
    }
    xml.push_str("</sitemapindex>\n");
    Rendered::text(xml, tracer.finish())
}

/// One sitemap.
#[must_use]
pub fn shard(press: &Arc<Press>, name: &str) -> Rendered {
    let tracer = tracer(press);
    let index = tracer.ask(Query::Shard(name.into()));
    let mut xml =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"{SCHEMA}\">\n");
    match index.shards.get(name) {
        Some(Shard::Articles(slots)) => {
            for slot in slots {
                let article = index.article(*slot);
                let changed = (article.kind == Kind::Story).then(|| gate::last_change(article));
                entry(&mut xml, index, "url", &article.url, changed);
            }
        }
        Some(Shard::Fronts(keys)) => {
            for edition in &index.site.editions {
                entry(&mut xml, index, "url", &edition.home(), None);
            }
            for key in keys {
                entry(&mut xml, index, "url", &index.front_url(key), None);
            }
        }
        None => {}
    }
    xml.push_str("</urlset>\n");
    Rendered::text(xml, tracer.finish())
}

fn entry(xml: &mut String, index: &Index, name: &str, url: &UrlPath, changed: Option<Moment>) {
    let address = index.site.base_url.absolute(url);
    let changed = changed.map_or_else(String::new, |changed| {
        format!("<lastmod>{}</lastmod>", changed.rfc3339(index.site.timezone))
    });
    // Writing to memory cannot fail.
    let _ = writeln!(xml, "<{name}><loc>{}</loc>{changed}</{name}>", escape(&address));
}

/// `robots.txt`: everything may be read, and here is the sitemap.
#[must_use]
pub fn robots(press: &Arc<Press>) -> Rendered {
    let tracer = tracer(press);
    let index = tracer.ask(Query::Settings);
    let sitemap = index.site.base_url.absolute(&urls::file_below(&UrlPath::root(), "sitemap.xml"));
    Rendered::text(format!("User-agent: *\nAllow: /\n\nSitemap: {sitemap}\n"), tracer.finish())
}
