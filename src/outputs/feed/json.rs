//! A feed as JSON Feed 1.1 (jsonfeed.org/version/1.1).

use super::{Entry, Feed, Writer};
use crate::base::{Code, Diagnostic, clean_json};
use chrono_tz::Tz;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    language: &'a str,
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub<'a>>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
    url: &'a str,
}

#[derive(Serialize)]
struct Hub<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a str>,
    /// An item must have a content; without the whole text that is the standfirst.
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    date_modified: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<&'a str>,
    language: &'a str,
}

/// Writes a feed down.
///
/// # Errors
/// None that could be brought about: only maps with odd keys cannot be JSON.
pub fn write(feed: &Feed) -> Result<Vec<u8>, Diagnostic> {
    let hubs = feed.hub.iter().map(|url| Hub { kind: "WebSub", url });
    let document = Document {
        version: "https://jsonfeed.org/version/1.1",
        title: &feed.title,
        home_page_url: &feed.page,
        feed_url: &feed.own,
        description: feed.about,
        language: feed.lang,
        authors: vec![author(&feed.outlet)],
        hubs: hubs.collect(),
        items: feed.entries.iter().map(|entry| item(entry, feed.lang, feed.zone)).collect(),
    };
    let text = clean_json(&document)
        .map_err(|error| Diagnostic::new(Code::Unwritable, error.to_string()))?;
    Ok(format!("{text}\n").into_bytes())
}

fn author<'a>(writer: &'a Writer) -> Author<'a> {
    Author { name: writer.name, url: &writer.url }
}

fn item<'a>(entry: &'a Entry, lang: &'a str, zone: Tz) -> Item<'a> {
    Item {
        id: &entry.id,
        url: &entry.url,
        title: entry.title,
        content_html: entry.text.as_deref(),
        content_text: entry.text.is_none().then_some(entry.summary),
        summary: if entry.text.is_some() { entry.summary } else { "" },
        image: entry.picture.as_ref().map(|picture| &*picture.url),
        date_published: entry.published.rfc3339(zone),
        date_modified: entry.updated.rfc3339(zone),
        authors: entry.writers.iter().map(author).collect(),
        tags: entry.tags.iter().map(|tag| &*tag.name).collect(),
        language: lang,
    }
}
