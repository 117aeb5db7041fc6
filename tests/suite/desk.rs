//! What the editor sees in the preview: the desk, the bar, the marks on links.
//!
//! `Room` is the only one that touches the API; it shows drafts, as the preview does.

use crate::support::{SETTINGS, TestSite, moment, site};
use masthead::{
    base::{Code, Diagnostic, Moment, Place},
    build::{Options, Prepared, Report, Silent, prepare, proofread},
    serve::{
        Shown, Sight,
        desk::{self, Asked},
        inject::{self, Extras},
    },
};
use serde_json::Value;
use std::{path::PathBuf, sync::Arc};

const NOON: &str = "2026-11-22T12:00:00Z";

/// An outlet as the preview shows it.
struct Room {
    root: PathBuf,
    at: Moment,
    at_is_set: bool,
    prepared: Prepared,
    findings: Vec<Diagnostic>,
    changed: Vec<String>,
}

impl Room {
    fn of(site: &TestSite) -> Self {
        Self::at(site, NOON)
    }

    fn at(site: &TestSite, at: &str) -> Self {
        let (root, at) = (site.root(), moment(at));
        let output = site.public();
        let options =
            Options { root: root.clone(), output, at, drafts: true, base_url: None, verify: false };
        let prepared =
            prepare(&options, &mut Report::default(), &Silent).expect("the site is fine");
        Self { root, at, at_is_set: false, prepared, findings: Vec::new(), changed: Vec::new() }
    }

    fn look<T>(&self, see: impl FnOnce(&Sight<'_>) -> T) -> T {
        let Prepared { index, plan, theme, .. } = &self.prepared;
        let checked = || Arc::new(proofread(Vec::new(), index, plan, theme, &self.root));
        see(&Sight {
            index,
            plan,
            root: &self.root,
            findings: &self.findings,
            changed: &self.changed,
            at: self.at,
            now: self.at,
            at_is_set: self.at_is_set,
            as_published: false,
            edition: 1,
            checked: &checked,
        })
    }

    fn status(&self, q: &str, all: &str) -> Value {
        let asked = Asked { q: q.to_owned(), all: all.to_owned() };
        let status = self.look(|sight| desk::status(sight, &asked));
        serde_json::from_str(&status).expect("JSON")
    }

    fn desk(&self) -> String {
        self.look(|sight| desk::page(sight, &Asked::default()))
    }

    /// A page with what is added, shown at an address with `html` as its rendered text.
    fn page(&self, address: &str, html: &str) -> String {
        let file = format!("{}index.html", address.trim_start_matches('/'));
        let planned = self.prepared.plan.iter().find(|planned| planned.path.as_str() == file);
        let html = html.as_bytes();
        let shown = Shown { planned, address, travel: None, failure: None, html };
        let page = self.look(|sight| inject::into(html, &Extras::of(sight, &shown)));
        assert_eq!(inject::strip(&page), html);
        String::from_utf8(page).expect("text")
    }
}

/// The paths of a list, without `content/news/` and the ending.
fn paths(list: &Value) -> String {
    let shown = list["shown"].as_array().expect("a list").iter();
    let path = |entry: &Value| entry["path"].as_str().or(entry.as_str()).unwrap_or("?").to_owned();
    let paths: Vec<String> = shown.map(path).collect();
    paths.join(" ").replace("content/news/", "").replace(".md", "")
}

fn story(name: &str, front: &str) -> String {
    format!(
        "-- content/news/{name}.md --\n+++\ntitle = \"The {name}\"\nsummary = \"So.\"\n{front}\n+++\nText.\n"
    )
}

fn outlet() -> TestSite {
    let day = "date = 2026-11-20";
    let stories = [
        story("plain", day),
        story("draft", "date = 2026-11-21\ndraft = true"),
        story("older-draft", "date = 2026-11-01\ndraft = true"),
        story("later", &format!("{day}\nembargo = 2026-11-29T06:00:00Z")),
        story("sooner", "date = 2026-11-23"),
        story("going", &format!("{day}\nexpires = 2026-11-25")),
        story("going-in-a-month", &format!("{day}\nexpires = 2026-12-25")),
        story("gone", &format!("{day}\nexpires = 2026-11-21")),
        story("gone-long-ago", "date = 2026-01-01\nexpires = 2026-02-01"),
    ];
    site(&stories.concat())
}

#[test]
fn the_desk_says_who_waits_for_what() {
    let room = Room::of(&outlet());
    let status = room.status("", "");
    for (list, expected) in [
        ("drafts", "draft older-draft"),
        ("embargoed", "sooner later"),
        ("expiring", "going"),
        ("expired", "gone"),
    ] {
        assert_eq!(paths(&status[list]), expected, "{list}");
    }
    assert_eq!(status["published"], 3);
    assert_eq!(status["next_change"], "2026-11-23T00:00:00Z");
    assert_eq!(status["embargoed"]["shown"][1]["when"], "2026-11-29T06:00:00Z");
    assert_eq!(status["drafts"]["shown"][0]["url"], "/news/draft/");
    let page = room.desk();
    for words in
        ["The older-draft", "Sun 29 Nov 2026, 06:00", "vscode://file/", "href=\"/news/draft/\""]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    // At another moment another desk.
    let later = Room::at(&outlet(), "2026-11-26T00:00:00Z").status("", "");
    assert_eq!(paths(&later["embargoed"]), "later");
    assert_eq!(paths(&later["expired"]), "going gone");
}

#[test]
fn long_lists_are_cut_and_can_be_searched() {
    let many: String = (0..60)
        .map(|n| story(&format!("draft-{n:02}"), "draft = true\ndate = 2026-11-20"))
        .collect();
    let room = Room::of(&site(&many));
    for (q, all, total, fitting, shown) in [
        ("", "", 60, 60, 25),
        ("", "drafts", 60, 60, 60),
        ("", "expired", 60, 60, 25),
        ("draft-1", "", 60, 10, 10),
        ("DRAFT-1 the news", "", 60, 10, 10),
        ("nothing", "", 60, 0, 0),
    ] {
        let list = &room.status(q, all)["drafts"];
        let seen = list["shown"].as_array().map_or(0, Vec::len);
        let expected = (Value::from(total), Value::from(fitting), shown);
        assert_eq!((list["total"].clone(), list["fitting"].clone(), seen), expected, "{q} {all}");
    }
    assert!(room.desk().contains("/_desk/?q=&amp;all=drafts#drafts"));
}

#[test]
fn the_desk_shows_what_is_wrong_story_by_story() {
    let text = "-- content/news/a.md --\n+++\ntitle = \"A <b>\"\ndate = 2026-11-20\n+++\n[x](gone.md) ![](p.png)\n\
                -- content/news/b.md --\n+++\ntitle = \"B\"\nsummary = \"S\"\ndate = 2026-11-20\n+++\nText.\n";
    let mut room = Room::of(&site(text));
    let status = room.status("", "");
    assert_eq!(paths(&status["findings"]), "a");
    let codes: Vec<&str> = status["findings"]["shown"][0]["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|finding| finding["code"].as_str())
        .collect();
    for code in ["broken-link", "missing-picture", "missing-alt", "missing-summary"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
    let page = room.desk();
    assert!(page.contains("gone.md") && !page.contains("A <b>"), "{page}");
    assert!(!page.contains("To be mended first"));
    let place = Place::in_text("content/news/b.md", "tilte = 1", 0..5);
    room.findings = vec![Diagnostic::new(Code::UnknownKey, "<script>").at(place)];
    let page = room.desk();
    assert!(page.contains("To be mended first") && !page.contains("<script>"), "{page}");
}

#[test]
fn pictures_that_nothing_shows_are_named() {
    let text = format!(
        "-- site.toml --\n{SETTINGS}[extra]\nshare = \"images/share.png\"\n\
         -- content/news/a.md --\n+++\ntitle = \"A\"\ndate = 2026-11-20\nimage = {{ src = \"lead.jpg\", alt = \"L\" }}\n\
         draft = true\n[extra]\nbackdrop = \"behind.webp\"\n+++\n![x](inside.png)\n<img src=\"x.png\" srcset=\"wide.png 2x\">\n\
         -- static/site.css --\nbody {{ background: url(images/paper.png) }}\n"
    );
    let mut site = site(&text);
    for picture in [
        "content/news/lead.jpg",
        "content/news/inside.png",
        "content/news/wide.png",
        "content/news/behind.webp",
        "content/news/left.JPG",
        "static/images/share.png",
        "static/images/paper.png",
        "static/favicon.png",
        "static/images/left.svg",
        "static/left.txt",
    ] {
        site.write(picture, "");
    }
    let left = paths(&Room::of(&site).status("", "")["pictures"]);
    assert_eq!(left, "left.JPG static/images/left.svg");
}

#[test]
fn the_bar_knows_the_page() {
    let mut room = Room::of(&outlet());
    for (address, facts) in [
        (
            "/news/plain/",
            &["badge published", "1 word · 1 min", "content/news/plain.md", "vscode://file/"][..],
        ),
        ("/news/draft/", &["badge draft", "frame draft"]),
        ("/news/going/", &["badge published", "expires", "Wed 25 Nov 2026, 00:00"]),
        ("/news/", &["badge other", ">section<"]),
        ("/", &[">front page<"]),
        ("/nowhere/", &[">nothing here<"]),
    ] {
        let page = room.page(address, "<!doctype html><body></body>");
        for fact in facts {
            assert!(page.contains(fact), "{address}: {fact}: {page}");
        }
        assert!(!page.contains("Back to now") && !page.contains("badge travel"), "{page}");
        // The clock may go on; the page must not change by itself.
        room.at = Moment(room.at.0 + 60);
        assert_eq!(page, room.page(address, "<!doctype html><body></body>"), "{address}");
    }
    assert!(!room.page("/news/plain/", "<!doctype html>").contains("class=\"frame"));
    room.at_is_set = true;
    assert!(room.page("/", "<!doctype html>").contains("badge travel"));
}

#[test]
fn links_to_what_is_not_published_are_marked() {
    let room = Room::of(&outlet());
    for (link, marked) in [
        ("/news/draft/", true),
        ("https://proof.example/news/draft/?a=1&amp;b#c", true),
        ("/news/draft/index.html", true),
        ("/news/plain/", false),
        ("/news/nowhere/", false),
        ("https://other.example/news/draft/", false),
        ("draft/", false),
    ] {
        let page = room.page("/news/", &format!("<!doctype html><a href=\"{link}\">x</a>"));
        let (_, data) = page.split_once("data-page=\"").expect("the data");
        let data = data.split('"').next().unwrap_or_default();
        let data = data.replace("&quot;", "\"").replace("&amp;", "&");
        let data: Value = serde_json::from_str(&data).expect("JSON");
        let marks = data["marks"].as_object().expect("an object");
        assert_eq!(marks.get(&link.replace("&amp;", "&")).is_some(), marked, "{link}: {marks:?}");
        assert_eq!(marks.len(), usize::from(marked), "{link}");
    }
}

/// What the preview adds needs nothing that the site's own policy does not let through.
#[test]
fn the_policy_of_pages_lets_the_preview_work() {
    let mut site = outlet();
    site.build();
    let page = site.html("/news/plain/");
    let policy = page.split("content=\"").nth(1).and_then(|rest| rest.split('"').next());
    let policy = policy.expect("a policy").replace("&#x27;", "'").replace("&#39;", "'");
    for directive in ["script-src", "style-src", "connect-src", "form-action"] {
        let sources = policy.split("; ").find(|part| part.starts_with(directive));
        assert!(sources.is_some_and(|sources| sources.contains("'self'")), "{directive}: {policy}");
    }
}
