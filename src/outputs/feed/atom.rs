//! A feed as Atom 1.0 (RFC 4287).

use super::super::xml::Xml;
use super::{Entry, Feed, Writer};
use crate::site::FeedFormat;
use chrono_tz::Tz;

/// The namespace of Atom's elements.
pub const NAMESPACE: &str = "http://www.w3.org/2005/Atom";

/// Writes a feed down.
pub fn write(feed: &Feed) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.open("feed", &[("xmlns", NAMESPACE), ("xml:lang", feed.lang)]);
    xml.text("id", &[], &feed.id);
    xml.text("title", &[], &feed.title);
    if !feed.about.is_empty() {
        xml.text("subtitle", &[], feed.about);
    }
    // A feed must say when it changed (section 4.1.1); an empty one never did.
    xml.text("updated", &[], &feed.updated().unwrap_or_default().rfc3339(feed.zone));
    let own = FeedFormat::Atom.media_type();
    xml.empty("link", &[("rel", "self"), ("type", own), ("href", &feed.own)]);
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &feed.page)]);
    if let Some(hub) = feed.hub {
        xml.empty("link", &[("rel", "hub"), ("href", hub)]);
    }
    // It stands for entries without a byline (section 4.2.1).
    author(&mut xml, &feed.outlet);
    for item in &feed.entries {
        entry(&mut xml, item, feed.zone);
    }
    xml.finish()
}

fn author(xml: &mut Xml, writer: &Writer) {
    xml.open("author", &[]);
    xml.text("name", &[], writer.name);
    xml.text("uri", &[], &writer.url);
    xml.close();
}

fn entry(xml: &mut Xml, entry: &Entry, zone: Tz) {
    xml.open("entry", &[]);
    xml.text("id", &[], &entry.id);
    xml.text("title", &[], entry.title);
    xml.empty("link", &[("rel", "alternate"), ("type", "text/html"), ("href", &entry.url)]);
    xml.text("published", &[], &entry.published.rfc3339(zone));
    xml.text("updated", &[], &entry.updated.rfc3339(zone));
    for writer in &entry.writers {
        author(xml, writer);
    }
    for tag in entry.tags {
        xml.empty("category", &[("term", &tag.slug), ("label", &tag.name)]);
    }
    if !entry.summary.is_empty() {
        xml.text("summary", &[], entry.summary);
    }
    if let Some(text) = &entry.text {
        xml.text("content", &[("type", "html")], text);
    }
    xml.close();
}
