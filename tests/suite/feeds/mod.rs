//! Feeds, judged: by the rules of their formats, by other people's readers, and by what stands
//! in the sources.
//!
//! Invariant: `atom`, `rss` and `json` hold the rules and know nothing of Masthead; `outlets`
//! says what goes in; here is what must come out.

mod atom;
mod json;
mod outlets;
mod rss;
mod rules;

use crate::{
    support::{TestSite, site},
    trees::tree,
};
use outlets::{BASE, Source, demo, hostile, seen, sources};
use serde_json::Value;
use std::collections::BTreeMap;

/// Every feed of a built site, by its address.
fn feeds(outlet: &TestSite, base: &str) -> BTreeMap<String, String> {
    let files = tree(&outlet.public());
    let is_feed = |path: &str| {
        ["feed.xml", "rss.xml", "feed.json"]
            .iter()
            .any(|name| path.rsplit('/').next() == Some(name))
    };
    let feeds = files.into_iter().filter(|(path, _)| is_feed(path));
    let address = |path: String| {
        let page = url::Url::parse(&format!("{base}/{path}")).expect("an address");
        page.to_string()
    };
    feeds.map(|(path, bytes)| (address(path), String::from_utf8(bytes).expect("UTF-8"))).collect()
}

fn faults(address: &str, feed: &str) -> Vec<String> {
    match address.rsplit('/').next() {
        Some("feed.xml") => atom::faults(feed, address),
        Some("rss.xml") => rss::faults(feed, address),
        _ => json::faults(feed, address),
    }
}

/// Every feed of a site keeps the rules; gives how many there are of each format.
fn keeps_the_rules(outlet: &TestSite, base: &str) -> [usize; 3] {
    let feeds = feeds(outlet, base);
    for (address, feed) in &feeds {
        let faults = faults(address, feed);
        assert!(faults.is_empty(), "{address}:\n{}\n\n{feed}", faults.join("\n"));
    }
    ["feed.xml", "rss.xml", "feed.json"]
        .map(|name| feeds.keys().filter(|address| address.ends_with(&format!("/{name}"))).count())
}

const DEMO: &str = "https://zagros-ledger.example";

#[test]
fn the_demo_keeps_the_rules() {
    let mut outlet = demo();
    outlet.build_at("2026-11-22T12:00:00+03:00");
    let [atom, rss, json] = keeps_the_rules(&outlet, DEMO);
    assert!(atom > 50 && atom == rss && atom == json, "{atom} {rss} {json}");
    outlet.edit("site.toml", "full_text = false", "full_text = true");
    outlet.build().equals_clean();
    keeps_the_rules(&outlet, DEMO);
    assert!(outlet.html("/rss.xml").contains("<content:encoded>"));
}

#[test]
fn the_hostile_outlet_keeps_the_rules() {
    let mut outlet = hostile();
    outlet.build();
    let [atom, rss, json] = keeps_the_rules(&outlet, BASE);
    assert!(atom > 40 && atom == rss && atom == json, "{atom} {rss} {json}");
    outlet.edit("site.toml", "full_text = true", "full_text = false");
    outlet.build().equals_clean();
    keeps_the_rules(&outlet, BASE);
}

/// What a reader of feeds gets to know of a story.
#[derive(PartialEq, Eq, Debug)]
struct Read {
    id: String,
    title: String,
    link: String,
    authors: Vec<String>,
    tags: Vec<String>,
    published: i64,
}

fn seconds(date: &str) -> i64 {
    let date = chrono::DateTime::parse_from_rfc3339(date);
    date.expect("a date").timestamp()
}

/// As the crate `atom_syndication` reads it.
fn read_atom(text: &str) -> Vec<Read> {
    let feed = atom_syndication::Feed::read_from(text.as_bytes()).expect("an Atom feed");
    let read = |entry: &atom_syndication::Entry| Read {
        id: entry.id().to_owned(),
        title: entry.title().value.clone(),
        link: entry.links().iter().map(|link| link.href()).collect(),
        authors: entry.authors().iter().map(|author| author.name().to_owned()).collect(),
        tags: entry.categories().iter().filter_map(|c| c.label()).map(str::to_owned).collect(),
        published: entry.published().expect("a date").timestamp(),
    };
    feed.entries().iter().map(read).collect()
}

/// As the crate `rss` reads it.
fn read_rss(text: &str) -> Vec<Read> {
    let channel = ::rss::Channel::read_from(text.as_bytes()).expect("an RSS feed");
    let date = |text: &str| chrono::DateTime::parse_from_rfc2822(text).expect("a date").timestamp();
    let read = |item: &::rss::Item| Read {
        id: item.guid().expect("a guid").value().to_owned(),
        title: item.title().unwrap_or_default().to_owned(),
        link: item.link().unwrap_or_default().to_owned(),
        authors: item.dublin_core_ext().map_or(Vec::new(), |dc| dc.creators().to_vec()),
        tags: item.categories().iter().map(|category| category.name().to_owned()).collect(),
        published: item.pub_date().map(date).expect("a date"),
    };
    channel.items().iter().map(read).collect()
}

fn read_json(text: &str) -> Vec<Read> {
    let feed: Value = serde_json::from_str(text).expect("JSON");
    let string = |value: &Value| seen(value.as_str().unwrap_or_default());
    let strings = |value: &Value| value.as_array().into_iter().flatten().map(string).collect();
    let read = |item: &Value| Read {
        id: string(&item["id"]),
        title: string(&item["title"]),
        link: string(&item["url"]),
        authors: item["authors"].as_array().map_or(Vec::new(), |authors| {
            authors.iter().map(|author| string(&author["name"])).collect()
        }),
        tags: strings(&item["tags"]),
        published: seconds(&string(&item["date_published"])),
    };
    feed["items"].as_array().expect("items").iter().map(read).collect()
}

#[test]
fn readers_get_what_the_sources_say() {
    let mut outlet = hostile();
    outlet.build();
    let read = |source: &Source| Read {
        id: format!("tag:hostile.example,2000:/{}", source.path.replace(".md", "")),
        title: seen(source.title),
        link: format!("{BASE}/{}/", source.path.replace(".md", "")),
        authors: source.authors.iter().map(|name| seen(name)).collect(),
        tags: source.tags.iter().map(|name| seen(name)).collect(),
        published: seconds(source.date),
    };
    let mut wanted: Vec<Read> = sources().iter().map(read).collect();
    wanted.sort_by_key(|read| -read.published);
    assert_eq!(read_atom(&outlet.html("/feed.xml")), wanted);
    assert_eq!(read_rss(&outlet.html("/rss.xml")), wanted);
    assert_eq!(read_json(&outlet.html("/feed.json")), wanted);
}

#[test]
fn readers_get_the_same_in_every_format() {
    let mut outlet = demo();
    outlet.build_at("2026-11-22T12:00:00+03:00");
    let feeds = feeds(&outlet, DEMO);
    let mut stories = 0;
    for (address, atom) in feeds.iter().filter(|(address, _)| address.ends_with("/feed.xml")) {
        let beside = |name: &str| &feeds[&address.replace("feed.xml", name)];
        let atom = read_atom(atom);
        assert_eq!(atom, read_rss(beside("rss.xml")), "{address}");
        assert_eq!(atom, read_json(beside("feed.json")), "{address}");
        stories += atom.len();
    }
    assert!(stories > 100, "{stories}");
}

/// The lines of a feed that hold a word.
fn lines(text: &str, word: &str) -> Vec<String> {
    text.lines().filter(|line| line.contains(word)).map(|line| line.trim().to_owned()).collect()
}

#[test]
fn identities_and_dates_survive_a_change_of_address() {
    let mut outlet = hostile();
    outlet.build();
    let facts = |outlet: &TestSite| {
        let (atom, rss) = (outlet.html("/feed.xml"), outlet.html("/rss.xml"));
        let json: Value = serde_json::from_str(&outlet.html("/feed.json")).expect("JSON");
        let items = json["items"].as_array().expect("items").clone();
        let items: Vec<(Value, Value)> =
            items.iter().map(|i| (i["id"].clone(), i["date_modified"].clone())).collect();
        let lines = [
            lines(&atom, "<id>"),
            lines(&atom, "<updated>"),
            lines(&rss, "<guid"),
            lines(&rss, "Date>"),
            lines(&rss, "<atom:updated>"),
        ];
        (lines, items)
    };
    let before = facts(&outlet);
    let bare = "title = \"Bare\"\n";
    outlet.edit("content/politics/bare.md", bare, &format!("{bare}slug = \"naked\"\n"));
    outlet.build().equals_clean();
    assert!(outlet.html("/feed.xml").contains("/politics/naked/"));
    assert_eq!(facts(&outlet), before, "after a change of the slug");
    outlet.edit("site.toml", "timezone", "permalink = \"/:year/:slug/\"\ntimezone").build();
    assert_eq!(facts(&outlet), before, "after a change of all addresses");
    outlet.edit("site.toml", "hub =", "id_host = \"hostile.example\"\nhub =");
    outlet.edit("site.toml", "hostile.example/news", "moved.example");
    outlet.build().equals_clean();
    assert!(!outlet.html("/feed.xml").contains("hostile.example/news"));
    assert_eq!(facts(&outlet), before, "after a move to another host");
}

#[test]
fn a_story_in_the_place_of_another_has_an_identity_of_its_own() {
    let mut outlet = site(
        r#"
-- site.toml --
title = "Proof Post"
base_url = "https://proof.example"
theme = "plain"

-- content/news/a.md --
+++
title = "Moved"
date = "2026-11-01"
aliases = ["/news/b/"]
+++
"#,
    );
    let ids = |outlet: &TestSite| lines(&outlet.html("/feed.xml"), "<id>");
    let moved = "<id>tag:proof.example,2000:/news/b</id>";
    assert!(ids(outlet.build()).contains(&moved.to_owned()));
    let other = "+++\ntitle = \"Other\"\ndate = \"2026-11-02\"\nslug = \"b-2\"\n+++\n";
    outlet.write("content/news/b.md", other).build().equals_clean();
    let both = ids(&outlet);
    assert_eq!(both.iter().filter(|id| *id == moved).count(), 1, "{both:?}");
    assert!(both.contains(&moved.replace("/b<", "/b.md<")), "{both:?}");
    outlet.edit("content/news/a.md", "aliases = [\"/news/b/\"]\n", "").build().equals_clean();
    assert!(ids(&outlet).contains(&moved.to_owned()), "{:?}", ids(&outlet));
}

#[test]
fn the_moment_of_the_build_is_in_no_feed() {
    let mut outlet = hostile();
    outlet.build_at("2026-11-22T12:00:00Z");
    let before = feeds(&outlet, BASE);
    outlet.forget().build_at("2027-03-01T00:00:00Z");
    assert_eq!(feeds(&outlet, BASE), before);
}

#[test]
fn corrections_and_updates_are_news() {
    let mut outlet = hostile();
    let bare = "title = \"Bare\"\n";
    let more = "corrections = [{ date = \"2026-11-21T10:00:00+03:00\", text = \"No.\" }]\n";
    outlet.build().edit("content/politics/bare.md", bare, &format!("{bare}{more}"));
    outlet.build().equals_clean();
    let rss = outlet.html("/rss.xml");
    assert_eq!(lines(&outlet.html("/feed.xml"), "<updated>2026-11-21T10:00:00+03:00").len(), 2);
    assert_eq!(lines(&rss, "<atom:updated>2026-11-21T10:00:00+03:00").len(), 1);
    assert_eq!(lines(&rss, "lastBuildDate>Sat, 21 Nov 2026 10:00:00 +0300").len(), 1);
}

#[test]
fn a_retagged_story_is_retagged_in_feeds() {
    let mut outlet = hostile();
    outlet.build().edit("content/politics/bare.md", "title", "tags = [\"Anew\"]\ntitle");
    outlet.build().equals_clean();
    for feed in ["/feed.xml", "/rss.xml", "/feed.json", "/politics/feed.xml"] {
        assert!(outlet.html(feed).contains("Anew"), "{feed}");
    }
}

#[test]
fn a_hub_is_named_in_every_feed() {
    let mut outlet = hostile();
    outlet.build();
    let hub = "https://hub.example/?a=1&amp;b=2";
    for (address, feed) in feeds(&outlet, BASE) {
        let wanted = match address.rsplit('/').next() {
            Some("feed.xml") => format!("<link rel=\"hub\" href=\"{hub}\"/>"),
            Some("rss.xml") => format!("<atom:link rel=\"hub\" href=\"{hub}\"/>"),
            _ => "\"hubs\":[{\"type\":\"WebSub\",\"url\":\"https://hub.example/?a=1&b=2\"}]"
                .to_owned(),
        };
        assert_eq!(feed.matches(&wanted).count(), 1, "{address}");
    }
    let hub = format!("<link rel=\"hub\" href=\"{hub}\">");
    assert!(outlet.html("/").contains(&hub) && outlet.html("/politics/").contains(&hub));
    assert!(!outlet.html("/politics/bare/").contains("rel=\"hub\""));
}

#[test]
fn pictures_are_told_with_all_that_is_known() {
    let mut outlet = hostile();
    outlet.build();
    let rss = outlet.html("/rss.xml");
    for media in [
        "<media:content url=\"https://hostile.example/news/politics/shot.png\" type=\"image/png\" medium=\"image\" width=\"16\" height=\"9\">\n\
         <media:title type=\"plain\">A &lt;b&gt;\"river\"&lt;/b&gt; &amp; ]]&gt;</media:title>\n\
         <media:description type=\"plain\">The 'river' &lt;/media:description&gt;</media:description>\n\
         <media:credit>Ann &amp; Bo</media:credit>\n</media:content>",
        "<media:content url=\"https://cdn.example/a%20b.jpg?x=1&amp;y=2\" type=\"image/jpeg\" medium=\"image\">\n</media:content>",
    ] {
        assert!(rss.contains(media), "{media}\n{rss}");
    }
    let pictures = rss.matches("<media:content ").count();
    assert_eq!(pictures, 3, "a picture that is missing is no picture");
    let json = outlet.html("/feed.json");
    assert!(json.contains("\"image\":\"https://hostile.example/news/politics/shot.png\""));
}

#[test]
fn every_page_leads_to_its_feeds() {
    let mut outlet = demo();
    outlet.build_at("2026-11-22T12:00:00+03:00");
    let links = |page: &str| -> Vec<String> {
        let page = outlet.html(page);
        let links = page.lines().filter(|line| line.starts_with("<link rel=\"alternate\" type="));
        let href = |line: &str| line.split("href=\"").nth(1)?.split('"').next().map(str::to_owned);
        links.filter_map(href).collect()
    };
    let own = ["/feed.xml", "/rss.xml", "/feed.json"];
    assert_eq!(links("/"), own);
    assert_eq!(links("/about/"), own);
    let section = own.iter().map(|feed| format!("/politics{feed}"));
    let wanted: Vec<String> = own.iter().map(|feed| (*feed).to_owned()).chain(section).collect();
    assert_eq!(links("/politics/"), wanted);
    assert_eq!(links("/ckb/"), ["/ckb/feed.xml", "/ckb/rss.xml", "/ckb/feed.json"]);
    assert!(outlet.html("/").contains("title=\"The Zagros Ledger (RSS)\""));
}

#[test]
fn there_are_the_feeds_that_the_settings_ask_for() {
    for (settings, own, tag, section) in [
        ("", "atom rss json", "atom", "atom"),
        ("[feeds]\nformats = [\"rss\"]\ntags = false", "rss", "", "rss"),
        ("[feeds]\ntags = true\nsections = [\"json\"]", "atom rss json", "atom rss json", "json"),
        ("[feeds]\nlimit = 0\ntags = true", "", "", ""),
        ("feeds = false", "", "", ""),
    ] {
        let head = "title = \"T\"\nbase_url = \"https://t.example\"\n";
        let mut outlet = crate::support::bare();
        let story =
            "+++\ntitle = \"A\"\ndate = 2026-01-01\ntags = [\"x\"]\n+++\nSee [it](/s/feed.xml).\n";
        outlet.write("site.toml", format!("{head}{settings}\n")).write("content/s/a.md", story);
        outlet.build().equals_clean();
        let there = |folder: &str| {
            let names = [("atom", "feed.xml"), ("rss", "rss.xml"), ("json", "feed.json")];
            let there =
                names.iter().filter(|name| outlet.public().join(folder).join(name.1).exists());
            there.map(|name| name.0).collect::<Vec<_>>().join(" ")
        };
        let found = (there(""), there("tags/x"), there("s"));
        assert_eq!(found, (own.to_owned(), tag.to_owned(), section.to_owned()), "{settings}");
        let dead = outlet.report().findings.iter().any(|f| f.code.slug() == "broken-link");
        assert!(dead != section.contains("atom"), "{settings}: {}", outlet.findings());
    }
}

/// A rule that nothing breaks is no rule.
#[test]
fn the_rules_can_be_broken() {
    let mut outlet = hostile();
    outlet.build();
    for (file, from, to) in [
        ("feed.xml", "<id>tag:", "<id>/tag:"),
        ("feed.xml", "T09:00:00+03:00</published>", " 09:00:00+03:00</published>"),
        ("feed.xml", "<title>Bare</title>", ""),
        ("feed.xml", "rel=\"self\"", "rel=\"via\""),
        ("feed.xml", "/feed.xml", "/old.xml"),
        ("feed.xml", "type=\"html\">", "type=\"xhtml\">"),
        ("feed.xml", "href=\"https://hostile.example/news/politics/", "href=\"/news/politics/"),
        ("feed.xml", "<name>Ann Ash</name>", "<name> </name>"),
        ("feed.xml", "<title>Bare</title>", "<title>Ba\u{7}re</title>"),
        ("feed.xml", "<title>Bare</title>", "<title><b>Bare</b></title>"),
        ("rss.xml", "isPermaLink=\"false\"", ""),
        ("rss.xml", "<pubDate>Sun, ", "<pubDate>Mon, "),
        ("rss.xml", "<dc:creator>", "<author>x</author><dc:creator>"),
        ("rss.xml", "medium=\"image\"", "medium=\"picture\""),
        ("rss.xml", "<language>en</language>", ""),
        ("rss.xml", "<link>https:", "<link>"),
        ("rss.xml", "&lt;a href=\"https://hostile.example/", "&lt;a href=\"/"),
        ("feed.json", "version/1.1", "version/1"),
        ("feed.json", "\"content_html\"", "\"content\""),
        ("feed.json", "\"feed_url\":\"https", "\"feed_url\":\"http"),
        ("feed.json", "\"id\":\"tag:", "\"id\":\"tag "),
        ("feed.json", "\"date_modified\":\"2", "\"date_modified\":\"1"),
    ] {
        let feed = outlet.html(&format!("/{file}"));
        assert!(feed.contains(from), "{file} does not hold {from}");
        let address = format!("{BASE}/{file}");
        assert!(!faults(&address, &feed.replacen(from, to, 1)).is_empty(), "{file}: {from} → {to}");
    }
}
