//! What readers of the program reported, each as the case that showed it.

use crate::support::{TestSite, bare};

fn outlet(settings: &str, stories: &[(&str, &str)]) -> TestSite {
    let mut outlet = bare();
    let base = "title = \"T\"\nbase_url = \"https://t.example\"\n";
    outlet.write("site.toml", format!("{base}{settings}"));
    for (path, text) in stories {
        outlet.write(path, text);
    }
    outlet
}

fn story(front: &str, body: &str) -> String {
    format!("+++\n{front}\n+++\n\n{body}\n")
}

#[test]
fn a_story_is_new_on_the_day_its_embargo_lifts() {
    let mut outlet = outlet("page_size = 2\n", &[]);
    for day in 1..=8 {
        let embargo = if day == 3 { "\nembargo = 2026-11-20" } else { "" };
        let front = format!("title = \"Story {day}\"\ndate = 2026-10-0{day}{embargo}");
        outlet.write(&format!("content/news/s{day}.md"), story(&front, "Text."));
    }
    outlet.build_at("2026-11-19T12:00:00Z");
    let (one, two) = (outlet.html("/news/page/1/"), outlet.html("/news/page/2/"));
    assert!(!outlet.html("/latest/").contains("Story 3"));
    outlet.build_at("2026-11-20T12:00:00Z");
    assert!(outlet.html("/latest/").contains("Story 3"), "it is among the newest");
    assert!(one == outlet.html("/news/page/1/") && two == outlet.html("/news/page/2/"));
    outlet.equals_clean();
}

#[test]
fn no_way_of_writing_a_withheld_address_slips_through() {
    let hidden = story("title = \"H\"\ndate = 2031-01-01\naliases = [\"/canary\"]", "Text.");
    let body = "[a](/canary) [b](/canary/) [c](/canary/index.html) [d](/news/hidden/)";
    let seen = story("title = \"Seen\"\ndate = 2026-01-01", body);
    let mut outlet =
        outlet("", &[("content/news/hidden.md", &hidden), ("content/news/seen.md", &seen)]);
    outlet.build_at("2026-11-20T12:00:00Z");
    let page = outlet.html("/news/seen/");
    assert!(!page.contains("canary") && !page.contains("/news/hidden"), "{page}");
}

#[test]
fn a_lead_picture_that_is_missing_is_no_picture() {
    let front = "title = \"A\"\ndate = 2026-01-01\nimage = { src = \"nope.jpg\", alt = \"x\" }";
    let mut outlet = outlet("", &[("content/news/a.md", &story(front, "Text."))]);
    outlet.build_at("2026-11-20T12:00:00Z");
    for page in ["/", "/latest/", "/news/a/"] {
        assert!(!outlet.html(page).contains("nope.jpg"), "{page}");
    }
}

#[test]
fn feeds_hold_no_character_that_xml_has_not() {
    let front = "title = \"a\\uFFFEb\\uFFFFc\"\ndate = 2026-01-01";
    let mut outlet = outlet("", &[("content/news/a.md", &story(front, "Text."))]);
    outlet.build_at("2026-11-20T12:00:00Z");
    let feed = outlet.html("/feed.xml");
    assert!(!feed.contains(['\u{fffe}', '\u{ffff}']) && feed.contains("<title>abc</title>"));
}
