//! The rules of RSS 2.0 and of its modules, as far as a program can tell.

use super::rules::{ATOM, Exam, all, text, texts};
use roxmltree::Node;

pub const CONTENT: &str = "http://purl.org/rss/1.0/modules/content/";
pub const DC: &str = "http://purl.org/dc/elements/1.1/";
pub const MEDIA: &str = "http://search.yahoo.com/mrss/";

/// What is wrong with a feed that is to be found at `own`.
pub fn faults(feed: &str, own: &str) -> Vec<String> {
    let mut exam = Exam::new();
    if let Some(document) = exam.xml(feed) {
        let rss = document.root_element();
        exam.rule(rss.has_tag_name("rss"), "the root", "is `rss`");
        exam.rule(rss.attribute("version") == Some("2.0"), "rss", "is of version 2.0");
        exam.children(rss, "", &[("channel", 1, 1)]);
        all(rss, "", "channel").for_each(|channel| examine(&mut exam, channel, own));
    }
    exam.faults
}

fn examine(exam: &mut Exam, channel: Node, own: &str) {
    let rules = [
        ("title", 1, 1),
        ("link", 1, 1),
        ("description", 1, 1),
        ("language", 1, 1),
        ("copyright", 0, 1),
        ("pubDate", 0, 1),
        ("lastBuildDate", 0, 1),
        ("category", 0, 99),
        ("generator", 0, 1),
        ("docs", 0, 1),
        ("ttl", 0, 1),
        ("image", 0, 1),
        ("item", 0, 9999),
    ];
    exam.children(channel, "", &rules);
    for name in ["title", "description"] {
        exam.words(&texts(channel, "", name).concat(), name);
    }
    exam.url(&texts(channel, "", "link").concat(), "link");
    exam.language(&texts(channel, "", "language").concat(), "language");
    let links: Vec<Node> = all(channel, ATOM, "link").collect();
    for link in &links {
        exam.attributes(*link, &["href!", "rel!", "type"]);
        exam.url(link.attribute("href").unwrap_or_default(), "href");
    }
    let selves = links.iter().filter(|link| link.attribute("rel") == Some("self"));
    let selves: Vec<_> = selves.map(|l| (l.attribute("href"), l.attribute("type"))).collect();
    let wanted = [(Some(own), Some("application/rss+xml"))];
    exam.rule(selves == wanted, "channel", "has one link to itself, where it is");
    let items: Vec<Node> = all(channel, "", "item").collect();
    let dates: Vec<(i64, i64)> = items.iter().map(|item| examine_item(exam, *item)).collect();
    let ids: Vec<String> = items.iter().flat_map(|item| texts(*item, "", "guid")).collect();
    exam.unique(&ids, "guids");
    let published = dates.iter().map(|date| date.0).max();
    let changed = dates.iter().map(|date| date.0.max(date.1)).max();
    for (name, newest) in [("pubDate", published), ("lastBuildDate", changed)] {
        let own: Vec<String> = texts(channel, "", name);
        let own: Vec<i64> = own.iter().map(|date| exam.rfc822(date, name)).collect();
        exam.rule(own.into_iter().next() == newest, name, "is that of the newest item");
    }
}

/// The rules of an item; gives when it was published and updated.
fn examine_item(exam: &mut Exam, item: Node) -> (i64, i64) {
    // `author` would have to be an e-mail address; `enclosure` a file with its length.
    let rules = [
        ("title", 1, 1),
        ("link", 1, 1),
        ("description", 0, 1),
        ("category", 0, 99),
        ("guid", 1, 1),
        ("pubDate", 1, 1),
    ];
    exam.children(item, "", &rules);
    exam.children(item, CONTENT, &[("encoded", 0, 1)]);
    exam.children(item, DC, &[("creator", 0, 99)]);
    exam.children(item, MEDIA, &[("content", 0, 1)]);
    exam.children(item, ATOM, &[("updated", 0, 1)]);
    exam.words(&texts(item, "", "title").concat(), "title");
    exam.url(&texts(item, "", "link").concat(), "link");
    for guid in all(item, "", "guid") {
        // Without the attribute it would have to be the address of the page.
        exam.attributes(guid, &["isPermaLink!"]);
        exam.rule(guid.attribute("isPermaLink") == Some("false"), "guid", "is no address");
        exam.iri(&text(guid), "guid");
    }
    for name in texts(item, "", "category").iter().chain(&texts(item, DC, "creator")) {
        exam.words(name, "category or creator");
    }
    let texts_of = |namespace: &str, name: &str| texts(item, namespace, name).concat();
    exam.html(&texts_of("", "description"), "description");
    exam.html(&texts_of(CONTENT, "encoded"), "content:encoded");
    all(item, MEDIA, "content").for_each(|media| examine_media(exam, media));
    let updated = texts(item, ATOM, "updated");
    let updated: Vec<i64> = updated.iter().map(|date| exam.rfc3339(date, "atom:updated")).collect();
    let published = exam.rfc822(&texts_of("", "pubDate"), "pubDate");
    exam.rule(updated.iter().all(|date| *date > published), "atom:updated", "is after pubDate");
    (published, updated.into_iter().next().unwrap_or(0))
}

fn examine_media(exam: &mut Exam, media: Node) {
    exam.attributes(media, &["url!", "type", "medium!", "width", "height"]);
    exam.url(media.attribute("url").unwrap_or_default(), "url of media:content");
    exam.rule(media.attribute("medium") == Some("image"), "medium", "is an image");
    let kind = media.attribute("type").unwrap_or("image/");
    exam.rule(kind.starts_with("image/"), "type", "is that of an image");
    for side in ["width", "height"].iter().filter_map(|name| media.attribute(*name)) {
        exam.rule(side.parse::<u32>().is_ok_and(|n| n > 0), "a side", "is a number of pixels");
    }
    exam.children(media, MEDIA, &[("title", 0, 1), ("description", 0, 1), ("credit", 0, 1)]);
    for child in media.children().filter(Node::is_element) {
        exam.words(&text(child), child.tag_name().name());
        let kind = child.attribute("type").unwrap_or("plain");
        exam.rule(kind == "plain" || kind == "html", "type", "is `plain` or `html`");
    }
}
