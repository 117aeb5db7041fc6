//! A feed as RSS 2.0 (rssboard.org/rss-specification), with the names of writers (Dublin Core),
//! pictures (rssboard.org/media-rss), full texts and links to itself in modules.

use super::super::xml::Xml;
use super::{Entry, Feed, Picture, atom};
use crate::site::FeedFormat;
use chrono_tz::Tz;
use quick_xml::escape::partial_escape;

const MODULES: [(&str, &str); 4] = [
    ("xmlns:atom", atom::NAMESPACE),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:media", "http://search.yahoo.com/mrss/"),
];

/// Writes a feed down.
pub fn write(feed: &Feed) -> Vec<u8> {
    let mut xml = Xml::new();
    let version = [("version", "2.0")];
    xml.open("rss", &[&version, &MODULES[..]].concat());
    xml.open("channel", &[]);
    xml.text("title", &[], &feed.title);
    xml.text("link", &[], &feed.page);
    // A channel must have a description, if only its own name.
    let about = if feed.about.is_empty() { &feed.title } else { feed.about };
    xml.text("description", &[], &as_html(about));
    xml.text("language", &[], feed.lang);
    if let Some(moment) = feed.published() {
        xml.text("pubDate", &[], &moment.rfc822(feed.zone));
    }
    if let Some(moment) = feed.updated() {
        xml.text("lastBuildDate", &[], &moment.rfc822(feed.zone));
    }
    let own = FeedFormat::Rss.media_type();
    xml.empty("atom:link", &[("rel", "self"), ("type", own), ("href", &feed.own)]);
    if let Some(hub) = feed.hub {
        xml.empty("atom:link", &[("rel", "hub"), ("href", hub)]);
    }
    for entry in &feed.entries {
        item(&mut xml, entry, feed.zone);
    }
    xml.finish()
}

fn item(xml: &mut Xml, entry: &Entry, zone: Tz) {
    xml.open("item", &[]);
    xml.text("title", &[], entry.title);
    xml.text("link", &[], &entry.url);
    xml.text("guid", &[("isPermaLink", "false")], &entry.id);
    xml.text("pubDate", &[], &entry.published.rfc822(zone));
    if entry.updated > entry.published {
        // RSS has no word for it.
        xml.text("atom:updated", &[], &entry.updated.rfc3339(zone));
    }
    for writer in &entry.writers {
        xml.text("dc:creator", &[], writer.name);
    }
    for tag in entry.tags {
        xml.text("category", &[], &tag.name);
    }
    if !entry.summary.is_empty() {
        xml.text("description", &[], &as_html(entry.summary));
    }
    if let Some(text) = &entry.text {
        xml.text("content:encoded", &[], text);
    }
    if let Some(picture) = &entry.picture {
        media(xml, picture);
    }
    xml.close();
}

/// Descriptions are HTML, so a plain text is escaped once for HTML and once more for XML.
fn as_html(text: &str) -> String {
    partial_escape(text).into_owned()
}

/// Media RSS has no alternative text; a picture's title is the nearest to it. Who is credited
/// may be a photographer, an agency or a draughtsman, so no role is claimed.
fn media(xml: &mut Xml, picture: &Picture) {
    let size = picture.size.map(|(width, height)| (width.to_string(), height.to_string()));
    let mut attributes = vec![("url", &*picture.url)];
    attributes.extend(picture.media_type.map(|name| ("type", name)));
    attributes.push(("medium", "image"));
    if let Some((width, height)) = &size {
        attributes.extend([("width", &**width), ("height", &**height)]);
    }
    xml.open("media:content", &attributes);
    let caption = if picture.caption.is_empty() { picture.alt } else { picture.caption };
    for (name, text) in [("media:title", picture.alt), ("media:description", caption)] {
        if !text.is_empty() {
            xml.text(name, &[("type", "plain")], text);
        }
    }
    if !picture.credit.is_empty() {
        xml.text("media:credit", &[], picture.credit);
    }
    xml.close();
}
