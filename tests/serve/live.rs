//! Live: what open tabs are told, what is said of errors, and how a refresh comes about.

use crate::{
    preview::Preview,
    support::{NOON, TestSite, site},
};
use std::{fs, thread, time::Duration};

const STORY: &str = "+++\ntitle = \"Alpha\"\ndate = \"2026-11-01\"\nsummary = \"S\"\n+++\nText.\n";

fn outlet() -> TestSite {
    let mut outlet = site("");
    outlet.write("content/politics/a.md", STORY);
    outlet.write("content/politics/b.md", STORY.replace("Alpha", "Beta"));
    outlet.write("content/sport/c.md", STORY.replace("Alpha", "Gamma"));
    outlet
}

fn start(outlet: &TestSite) -> Preview {
    Preview::start(&outlet.root(), &["--as-published", "--at", NOON])
}

/// Long enough for an event that should not come.
fn a_while() {
    thread::sleep(Duration::from_millis(400));
}

#[test]
fn exactly_those_tabs_reload_whose_page_is_another() {
    let mut outlet = outlet();
    let preview = start(&outlet);
    let (a, b, home) =
        (preview.tab("/politics/a/", ""), preview.tab("/politics/b/", ""), preview.tab("/", ""));
    outlet.edit("content/politics/a.md", "Text.", "Other text.");
    a.hears("event: reload");
    a_while();
    assert!(!b.so_far().contains("reload"), "b does not show it: {}", b.so_far());
    assert!(!home.so_far().contains("reload"), "home shows no body: {}", home.so_far());
    outlet.edit("content/politics/a.md", "Alpha", "Alpha two");
    home.hears("event: reload");
}

#[test]
fn a_tab_that_shows_an_older_page_reloads_at_once() {
    let outlet = outlet();
    let preview = start(&outlet);
    let etag = preview.get("/politics/a/").header("etag").to_owned();
    let quoted = etag.replace('"', "%22").replace('/', "%2F");
    let fresh = preview.tab("/politics/a/", &format!("&shown={quoted}"));
    let old = preview.tab("/politics/a/", "&shown=W%2F%22older%22");
    old.hears("event: reload");
    a_while();
    assert!(!fresh.so_far().contains("reload"), "{}", fresh.so_far());
}

#[test]
fn styles_are_swapped_and_the_page_stays() {
    let mut outlet = outlet();
    outlet.write("site.toml", "title = \"P\"\nbase_url = \"https://p.example\"\n");
    outlet.write("static/css/own.css", "a{}");
    outlet.write(
        "templates/story.html",
        "<!doctype html><link rel=\"stylesheet\" href=\"{{ asset(path='css/own.css') }}\">{{ story.title }}",
    );
    let preview = start(&outlet);
    let tab = preview.tab("/politics/a/", "");
    outlet.write("static/css/own.css", "b{}");
    let heard = tab.hears("event: style");
    a_while();
    assert!(!tab.so_far().contains("reload"), "{}", tab.so_far());
    let to = heard.split("\"to\":\"").nth(1).and_then(|rest| rest.split('"').next());
    let to = to.expect("the new address");
    assert_eq!(preview.get(to).text(), "b{}", "{to} is there");
    tab.forget();
    // One under its own name is asked for again, too.
    outlet.write(
        "templates/story.html",
        "<!doctype html><link rel=stylesheet href=/css/own.css>{{ story.title }}",
    );
    tab.hears("event: reload");
    tab.forget();
    outlet.write("static/css/own.css", "c{}");
    tab.hears("\"to\":\"/css/own.css?v=");
}

#[test]
fn errors_are_shown_and_go_when_they_are_mended() {
    let mut outlet = outlet();
    let preview = start(&outlet);
    for (path, good, bad, code) in [
        ("content/politics/b.md", "title = ", "tilte = ", "unknown-key"),
        ("site.toml", "title = ", "tilte = ", "unknown-setting"),
        ("themes/plain/templates/story.html", "{%", "{% if %}{%", "bad-template"),
        (
            "themes/plain/templates/story.html",
            "{{ story.title }}",
            "{{ story.x.y }}",
            "template-failed",
        ),
    ] {
        preview.shows("/politics/a/", "Alpha");
        let tab = preview.tab("/politics/a/", "");
        assert!(!tab.so_far().contains(code));
        let text = fs::read_to_string(outlet.root().join(path)).expect(path);
        assert!(text.contains(good), "{path} holds {good}");
        outlet.write(path, text.replacen(good, bad, 1));
        tab.hears(code);
        let page = preview.get("/politics/a/");
        assert!(page.text().contains("Alpha"), "the last good page stays: {}", page.text());
        tab.forget();
        outlet.write(path, text);
        tab.hears("event: findings");
        preview.until("/politics/a/", |answer| answer.status == 200);
    }
}

#[test]
fn a_story_that_does_not_parse_stops_nothing() {
    let mut outlet = outlet();
    outlet.write("content/politics/b.md", "+++\ntitle = \n+++\n");
    let preview = start(&outlet);
    preview.prints("content/politics/b.md");
    assert_eq!(preview.get("/politics/a/").status, 200);
    assert_eq!(preview.get("/politics/b/").status, 404);
    outlet.write("content/politics/b.md", STORY);
    preview.until("/politics/b/", |answer| answer.status == 200);
    // Two owners of one address: the first has it, and it is said.
    outlet.write("content/politics/b/index.md", STORY);
    preview.prints("duplicate-url");
    assert_eq!(preview.get("/politics/b/").status, 200);
}

/// However files are saved, come and go, it is noticed.
#[test]
fn every_way_of_saving() {
    let mut outlet = outlet();
    let preview = start(&outlet);
    let at = |path: &str| outlet_path(&outlet, path);
    let file = at("content/politics/a.md");
    // In place.
    fs::write(&file, STORY.replace("Text.", "One.")).expect("in place");
    preview.shows("/politics/a/", "One.");
    // Written beside and renamed over it, as vim and VS Code do.
    fs::write(at("content/politics/.a.md.swp"), STORY.replace("Text.", "Two.")).expect("beside");
    fs::rename(at("content/politics/.a.md.swp"), &file).expect("over it");
    preview.shows("/politics/a/", "Two.");
    // Moved away first, then written anew.
    fs::rename(&file, at("content/politics/a.md~")).expect("away");
    fs::write(&file, STORY.replace("Text.", "Three.")).expect("anew");
    preview.shows("/politics/a/", "Three.");
    // A folder that appears with everything in it; templates that were not there at the start.
    fs::create_dir_all(at("new/culture/2026/11")).expect("a folder");
    fs::write(at("new/culture/2026/11/d.md"), STORY).expect("a story");
    fs::rename(at("new/culture"), at("content/culture")).expect("it appears");
    preview.until("/culture/2026/11/d/", |answer| answer.status == 200);
    fs::create_dir_all(at("templates")).expect("a folder");
    fs::write(at("templates/404.html"), "Nowhere at all").expect("a template");
    preview.shows("/nowhere/", "Nowhere at all");
    fs::create_dir_all(at("static/deep/er")).expect("a folder");
    fs::write(at("static/deep/er/x.txt"), "deep").expect("a file");
    preview.shows("/deep/er/x.txt", "deep");
    // Folders that go.
    fs::remove_dir_all(at("content/culture")).expect("it goes");
    preview.until("/culture/2026/11/d/", |answer| answer.status == 404);
    fs::remove_dir_all(at("templates")).expect("it goes");
    preview.until("/nowhere/", |answer| !answer.text().contains("Nowhere at all"));
    fs::rename(at("content/sport"), at("content/games")).expect("it is renamed");
    preview.until("/games/c/", |answer| answer.status == 200);
    preview.until("/sport/c/", |answer| answer.status == 404);
    outlet.edit("site.toml", "Proof Post", "Proof Daily");
    preview.shows("/", "Proof Daily");
}

fn outlet_path(outlet: &TestSite, path: &str) -> std::path::PathBuf {
    outlet.root().join(path)
}

#[test]
fn polling_notices_as_well() {
    let mut outlet = outlet();
    let preview = Preview::start(&outlet.root(), &["--as-published", "--at", NOON, "--poll"]);
    preview.shows("/politics/", "Alpha");
    outlet.edit("content/politics/a.md", "Alpha", "Omega");
    preview.shows("/politics/", "Omega");
    outlet.write("content/politics/new.md", STORY);
    preview.until("/politics/new/", |answer| answer.status == 200);
}

/// The page of a story that was saved a moment ago is never the old one.
#[test]
fn a_page_is_never_older_than_its_file() {
    let mut outlet = outlet();
    let preview = start(&outlet);
    for number in 0..100 {
        let text = format!("Number {number}.");
        outlet.write("content/politics/a.md", STORY.replace("Text.", &text));
        let page = preview.get("/politics/a/").text();
        assert!(page.contains(&text), "{number}: {page}");
    }
}

#[test]
fn nothing_is_written() {
    let mut outlet = outlet();
    outlet.build();
    let before = crate::trees::stamps(&outlet.root());
    let preview = start(&outlet);
    for page in ["/", "/politics/a/", "/nowhere", "/_desk/", "/_desk/status.json", "/feed.xml"] {
        preview.get(page);
    }
    assert!(preview.stop("-TERM").success());
    assert_eq!(before, crate::trees::stamps(&outlet.root()));
}
