//! The rules of JSON Feed 1.1, as far as a program can tell.

use super::rules::Exam;
use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// What is wrong with a feed that is to be found at `own`.
pub fn faults(feed: &str, own: &str) -> Vec<String> {
    let mut exam = Exam::new();
    match serde_json::from_str(feed) {
        Ok(Value::Object(feed)) => examine(&mut exam, &feed, own),
        other => exam.faults.push(format!("not a JSON object: {other:?}")),
    }
    exam.faults
}

fn examine(exam: &mut Exam, feed: &Object, own: &str) {
    let known = [
        "version",
        "title",
        "home_page_url",
        "feed_url",
        "description",
        "user_comment",
        "next_url",
        "icon",
        "favicon",
        "authors",
        "language",
        "expired",
        "hubs",
        "items",
    ];
    keys(exam, feed, &known, "the feed");
    let version = string(exam, feed, "version", true);
    exam.rule(version == "https://jsonfeed.org/version/1.1", "version", "is 1.1");
    let title = string(exam, feed, "title", true);
    exam.words(&title, "title");
    keeps(exam, feed, "home_page_url", true, Exam::url);
    let feed_url = string(exam, feed, "feed_url", true);
    exam.rule(feed_url == own, "feed_url", "is where the feed is");
    keeps(exam, feed, "language", true, Exam::language);
    authors(exam, feed);
    for hub in objects(exam, feed, "hubs") {
        keeps(exam, hub, "type", true, Exam::words);
        keeps(exam, hub, "url", true, Exam::url);
    }
    exam.rule(feed.get("items").is_some_and(Value::is_array), "items", "is a list");
    let items = objects(exam, feed, "items");
    let ids: Vec<String> = items.iter().map(|item| examine_item(exam, item)).collect();
    exam.unique(&ids, "ids");
}

/// The rules of an item; gives its identity.
fn examine_item(exam: &mut Exam, item: &Object) -> String {
    let known = [
        "id",
        "url",
        "external_url",
        "title",
        "content_html",
        "content_text",
        "summary",
        "image",
        "banner_image",
        "date_published",
        "date_modified",
        "authors",
        "tags",
        "language",
        "attachments",
    ];
    keys(exam, item, &known, "an item");
    let has = |key: &str| item.contains_key(key);
    exam.rule(has("content_html") || has("content_text"), "an item", "has a content");
    keeps(exam, item, "content_html", false, Exam::html);
    string(exam, item, "content_text", false);
    string(exam, item, "summary", false);
    keeps(exam, item, "title", true, Exam::words);
    keeps(exam, item, "url", true, Exam::url);
    keeps(exam, item, "image", false, Exam::url);
    let published = string(exam, item, "date_published", true);
    let published = exam.rfc3339(&published, "date_published");
    let modified = string(exam, item, "date_modified", true);
    let modified = exam.rfc3339(&modified, "date_modified");
    exam.rule(published <= modified, "date_modified", "is not before date_published");
    keeps(exam, item, "language", true, Exam::language);
    authors(exam, item);
    let tags = item.get("tags").and_then(Value::as_array).into_iter().flatten();
    tags.for_each(|tag| exam.words(tag.as_str().unwrap_or_default(), "a tag"));
    let id = string(exam, item, "id", true);
    exam.iri(&id, "id");
    id
}

fn authors(exam: &mut Exam, of: &Object) {
    for author in objects(exam, of, "authors") {
        keys(exam, author, &["name", "url", "avatar"], "an author");
        exam.rule(!author.is_empty(), "an author", "has a name, address or picture");
        keeps(exam, author, "name", true, Exam::words);
        keeps(exam, author, "url", true, Exam::url);
    }
}

fn keys(exam: &mut Exam, object: &Object, known: &[&str], place: &str) {
    for key in object.keys() {
        let fine = known.contains(&key.as_str()) || key.starts_with('_');
        exam.rule(fine, place, &format!("has no key `{key}`"));
    }
}

fn string(exam: &mut Exam, object: &Object, key: &str, required: bool) -> String {
    let value = object.get(key);
    let fine = value.map_or(!required, Value::is_string);
    exam.rule(fine, key, "is there, and a text");
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A text that keeps a rule, if it is there.
fn keeps(
    exam: &mut Exam,
    object: &Object,
    key: &str,
    required: bool,
    rule: fn(&mut Exam, &str, &str),
) {
    let text = string(exam, object, key, required);
    if object.contains_key(key) {
        rule(exam, &text, key);
    }
}

fn objects<'a>(exam: &mut Exam, object: &'a Object, key: &str) -> Vec<&'a Object> {
    let Some(value) = object.get(key) else { return Vec::new() };
    let entries = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let objects: Vec<&Object> = entries.iter().filter_map(Value::as_object).collect();
    exam.rule(value.is_array() && objects.len() == entries.len(), key, "is a list of objects");
    objects
}
