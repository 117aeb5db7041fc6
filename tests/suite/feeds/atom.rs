//! The rules of RFC 4287, as far as a program can tell.

use super::rules::{ATOM, Exam, all, text, texts};
use roxmltree::Node;

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// What is wrong with a feed that is to be found at `own`.
pub fn faults(feed: &str, own: &str) -> Vec<String> {
    let mut exam = Exam::new();
    if let Some(document) = exam.xml(feed) {
        examine(&mut exam, document.root_element(), own);
    }
    exam.faults
}

fn examine(exam: &mut Exam, feed: Node, own: &str) {
    exam.rule(feed.has_tag_name((ATOM, "feed")), "the root", "is `feed`");
    exam.language(feed.attribute((XML, "lang")).unwrap_or_default(), "xml:lang");
    // Section 4.1.1.
    let rules = [
        ("author", 0, 99),
        ("category", 0, 99),
        ("contributor", 0, 99),
        ("generator", 0, 1),
        ("icon", 0, 1),
        ("id", 1, 1),
        ("link", 1, 9),
        ("logo", 0, 1),
        ("rights", 0, 1),
        ("subtitle", 0, 1),
        ("title", 1, 1),
        ("updated", 1, 1),
        ("entry", 0, 9999),
    ];
    exam.children(feed, ATOM, &rules);
    common(exam, feed);
    let entries: Vec<Node> = all(feed, ATOM, "entry").collect();
    let signed = !texts(feed, ATOM, "author").is_empty();
    let dates: Vec<i64> = entries.iter().map(|entry| examine_entry(exam, *entry, signed)).collect();
    let updated = texts(feed, ATOM, "updated").concat();
    let updated = exam.rfc3339(&updated, "updated of the feed");
    let newest = dates.into_iter().max().unwrap_or(0);
    exam.rule(updated == newest, "updated", "is that of the entry changed last");
    let ids: Vec<String> =
        entries.iter().chain([&feed]).flat_map(|node| texts(*node, ATOM, "id")).collect();
    exam.unique(&ids, "ids");
    let selves: Vec<&str> = links(feed, "self").filter_map(|link| link.attribute("href")).collect();
    exam.rule(selves == [own], "the feed", "has one link to itself, where it is");
    exam.rule(links(feed, "alternate").count() == 1, "the feed", "has one link to its page");
}

fn links<'a, 'i: 'a>(node: Node<'a, 'i>, rel: &'a str) -> impl Iterator<Item = Node<'a, 'i>> {
    all(node, ATOM, "link").filter(move |link| link.attribute("rel").unwrap_or("alternate") == rel)
}

/// The rules of an entry (section 4.1.2); gives when it was updated.
fn examine_entry(exam: &mut Exam, entry: Node, signed: bool) -> i64 {
    let rules = [
        ("author", usize::from(!signed), 99),
        ("category", 0, 99),
        ("content", 0, 1),
        ("contributor", 0, 99),
        ("id", 1, 1),
        ("link", 1, 9),
        ("published", 0, 1),
        ("rights", 0, 1),
        ("source", 0, 1),
        ("summary", 0, 1),
        ("title", 1, 1),
        ("updated", 1, 1),
    ];
    exam.children(entry, ATOM, &rules);
    common(exam, entry);
    let alternates = links(entry, "alternate").count();
    let content = all(entry, ATOM, "content").count();
    exam.rule(alternates == 1 || content == 1, "entry", "without content links to its page");
    for content in all(entry, ATOM, "content") {
        exam.attributes(content, &["type!"]);
        exam.rule(content.attribute("type") == Some("html"), "content", "says that it is HTML");
        exam.rule(!content.children().any(|c| c.is_element()), "content", "has no elements");
        exam.html(&text(content), "content");
    }
    let date = |exam: &mut Exam, name: &str| exam.rfc3339(&texts(entry, ATOM, name).concat(), name);
    let (published, updated) = (date(exam, "published"), date(exam, "updated"));
    exam.rule(published <= updated, "updated", "is not before published");
    updated
}

/// What feeds and entries have in common.
fn common(exam: &mut Exam, node: Node) {
    for id in texts(node, ATOM, "id") {
        exam.iri(&id, "id");
    }
    for name in ["title", "subtitle", "summary"] {
        for construct in all(node, ATOM, name) {
            // Section 3.1.1: without a type it is text, and text has no elements.
            exam.attributes(construct, &[]);
            exam.rule(!construct.children().any(|c| c.is_element()), name, "is plain text");
            exam.words(&text(construct), name);
        }
    }
    for person in all(node, ATOM, "author") {
        // Section 3.2.
        exam.children(person, ATOM, &[("name", 1, 1), ("uri", 0, 1), ("email", 0, 1)]);
        texts(person, ATOM, "name").iter().for_each(|name| exam.words(name, "name"));
        texts(person, ATOM, "uri").iter().for_each(|uri| exam.url(uri, "uri"));
    }
    for link in all(node, ATOM, "link") {
        // Section 4.2.7.
        exam.attributes(link, &["href!", "rel!", "type", "hreflang", "title", "length"]);
        exam.url(link.attribute("href").unwrap_or_default(), "href");
        let kind = link.attribute("type").unwrap_or("a/b");
        exam.rule(kind.split('/').count() == 2, "type", "is a media type");
    }
    for category in all(node, ATOM, "category") {
        // Section 4.2.2.
        exam.attributes(category, &["term!", "scheme", "label"]);
        exam.words(category.attribute("term").unwrap_or_default(), "term");
    }
}
