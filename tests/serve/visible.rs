//! Who sees what: editors everything that is being written, the public what is published.

use crate::{
    preview::Preview,
    support::{NOON, TestSite, site},
};

fn outlet() -> TestSite {
    let mut outlet = site("");
    for (name, front) in [
        ("open", ""),
        ("draft", "draft = true\n"),
        ("later", "embargo = \"2026-11-24T06:00:00Z\"\n"),
        ("future", "draft = true\nembargo = \"2026-11-24T06:00:00Z\"\n"),
        ("gone", "expires = \"2026-11-10\"\n"),
        ("soon-gone", "expires = \"2026-11-23T12:00:00Z\"\n"),
    ] {
        let text =
            format!("+++\ntitle = \"The {name}\"\ndate = \"2026-11-01\"\n{front}+++\nText.\n");
        outlet.write(&format!("content/politics/{name}.md"), text);
    }
    outlet
}

fn seen(preview: &Preview, query: &str) -> Vec<&'static str> {
    let home = preview.get(&format!("/politics/{query}")).rendered();
    let home = String::from_utf8_lossy(&home).into_owned();
    let names = ["open", "draft", "later", "future", "gone", "soon-gone"];
    let page = |name: &str| preview.get(&format!("/politics/{name}/{query}")).status == 200;
    let seen: Vec<&str> = names.into_iter().filter(|name| page(name)).collect();
    for name in names {
        let listed = home.contains(&format!("/politics/{name}/"));
        assert_eq!(listed, seen.contains(&name), "{name} is listed if it is there: {home}");
    }
    seen
}

#[test]
fn editors_see_what_is_being_written_and_the_public_does_not() {
    let mut outlet = outlet();
    // A section's front lists at most so many.
    outlet.edit("site.toml", "page_size = 2", "page_size = 9");
    let editors = Preview::start(&outlet.root(), &["--at", NOON]);
    assert_eq!(seen(&editors, ""), ["open", "draft", "later", "future", "soon-gone"]);
    assert_eq!(seen(&editors, "?at=2026-11-25"), ["open", "draft", "later", "future"]);
    assert_eq!(editors.get("/").header("x-robots-tag"), "noindex");
    let public = Preview::start(&outlet.root(), &["--at", NOON, "--as-published"]);
    assert_eq!(seen(&public, ""), ["open", "soon-gone"]);
    assert_eq!(seen(&public, "?at=2026-11-25"), ["open", "later"]);
    assert_eq!(seen(&public, "?at=2026-11-05"), ["open", "gone", "soon-gone"]);
    assert_eq!(public.get("/").header("x-robots-tag"), "");
}

#[test]
fn a_moment_that_is_none_is_said_to_be_none() {
    let outlet = outlet();
    let preview = Preview::start(&outlet.root(), &[]);
    for bad in ["yesterday", "", "2026-13-01", "%00", "%F0%28"] {
        let answer = preview.get(&format!("/?at={bad}"));
        assert_eq!(answer.status, 400, "{bad}");
        assert!(answer.text().contains("write it as 2026-11-22"), "{}", answer.text());
    }
    for good in ["2026-11-22", "2026-11-22T08:30", "2026-11-22T08:30:00%2B03:00"] {
        assert_eq!(preview.get(&format!("/?at={good}")).status, 200, "{good}");
    }
    // A journey goes on through redirects.
    let answer = preview.get("/politics/open?at=2026-11-22");
    assert_eq!((answer.status, answer.header("location")), (301, "/politics/open/?at=2026-11-22"));
}

/// When the moment of the next change comes, the outlet is another without a file being touched.
#[test]
fn the_clock_moves() {
    let mut outlet = outlet();
    let soon = masthead::base::Moment(masthead::base::Moment::now().0 + 3).rfc3339(chrono_tz::UTC);
    let text =
        format!("+++\ntitle = \"Now\"\ndate = \"2026-11-01\"\nembargo = \"{soon}\"\n+++\nText.\n");
    outlet.write("content/politics/now.md", text);
    let preview = Preview::start(&outlet.root(), &["--as-published"]);
    assert_eq!(preview.get("/politics/now/").status, 404);
    preview.until("/politics/now/", |answer| answer.status == 200);
    preview.shows("/politics/", "/politics/now/");
}
