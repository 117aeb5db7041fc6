//! What readers of the program reported, each as the case that showed it.

use crate::{
    support::{TestSite, bare, moment},
    world::picture,
};

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

#[test]
fn icons_are_drawn_anew_from_another_picture() {
    let square = |colour: &str| {
        let shape = format!("<rect width=\"8\" height=\"8\" fill=\"{colour}\"/>");
        format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\">{shape}</svg>")
    };
    let mut outlet = outlet("icon = \"red.svg\"\n", &[("static/red.svg", &square("red"))]);
    outlet.write("static/blue.svg", square("blue")).build();
    outlet.edit("site.toml", "icon = \"red.svg\"", "icon = \"blue.svg\"").build().equals_clean();
    assert!(outlet.html("/icon.svg").contains("blue"));
    outlet.edit("site.toml", "icon = \"blue.svg\"\n", "").build().equals_clean();
}

#[test]
fn headings_leave_the_ids_of_the_page_alone() {
    let front =
        "title = \"A\"\ndate = 2026-01-01\ncorrections = [{ date = 2026-01-02, text = \"C\" }]";
    let body = "## Corrections\n\nOne.\n\n## Main\n\nTwo.\n\n## Menu\n\nThree.";
    let mut outlet = outlet("", &[("content/news/a.md", &story(front, body))]);
    outlet.build_at("2026-11-20T12:00:00Z");
    let page = outlet.html("/news/a/");
    for id in ["corrections", "main", "menu", "corrections-2", "main-2", "menu-2"] {
        assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
}

#[test]
fn what_subscribers_pay_for_is_nowhere_else() {
    let front = "title = \"A\"\ndate = 2026-01-01\naccess = \"subscribers\"\nsummary = \"Open.\"";
    let settings =
        "lite = true\n[feeds]\nfull_text = true\nformats = [\"atom\", \"rss\", \"json\"]\n";
    let mut outlet = outlet(settings, &[("content/news/a.md", &story(front, "Costly words."))]);
    outlet.build_at("2026-11-20T12:00:00Z");
    assert!(outlet.html("/news/a/").contains("Costly words."));
    for page in ["/lite/news/a/", "/feed.xml", "/rss.xml", "/feed.json"] {
        assert!(outlet.html(page).contains("Open."), "{page}");
        assert!(!outlet.html(page).contains("Costly"), "{page}");
    }
}

#[test]
fn corrections_without_end_do_not_stop_the_lite_edition() {
    let correction = format!("{{ date = 2026-01-02, text = \"{}\" }}", "wrong ".repeat(80));
    let corrections = [correction.as_str(); 30].join(", ");
    let front = format!("title = \"A\"\ndate = 2026-01-01\ncorrections = [{corrections}]");
    let mut outlet = outlet("lite = true\n", &[("content/news/a.md", &story(&front, "Text."))]);
    outlet.build_at("2026-11-20T12:00:00Z");
    let page = outlet.html("/lite/news/a/");
    assert!(page.len() <= 10_000 && page.contains("href=\"/news/a/\""), "{page}");
}

#[test]
fn a_story_that_is_gone_drops_out_of_no_news() {
    let front = "title = \"A\"\ndate = 2026-11-20T08:00:00Z\nexpires = 2026-11-20T10:00:00Z";
    let mut outlet = outlet("", &[("content/news/a.md", &story(front, "Text."))]);
    outlet.build_at("2026-11-20T09:00:00Z");
    assert_eq!(outlet.report().next_change, Some(moment("2026-11-20T10:00:00Z")));
    outlet.build_at("2026-11-20T12:00:00Z");
    assert_eq!(outlet.report().next_change, None);
}

#[test]
fn a_frame_shows_nothing_that_is_withheld() {
    let hidden = story("title = \"H\"\ndate = 2031-01-01", "Text.");
    let seen = story(
        "title = \"Seen\"\ndate = 2026-01-01",
        "<iframe src=\"/news/canary/\" title=\"x\"></iframe>\n\n<iframe src=\"/news/seen/\" title=\"y\"></iframe>",
    );
    let mut outlet =
        outlet("", &[("content/news/canary.md", &hidden), ("content/news/seen.md", &seen)]);
    outlet.build_at("2026-11-20T12:00:00Z").lacks("canary");
    assert!(outlet.html("/news/seen/").contains("<iframe src=\"/news/seen/\""));
}

#[test]
fn the_edition_line_follows_what_readers_could_see() {
    let one = story("title = \"One\"\ndate = 2026-11-20T08:00:00Z", "Text.");
    let two = "title = \"Two\"\ndate = 2026-11-01T08:00:00Z\nembargo = 2026-11-21T06:00:00Z";
    let two = story(two, "Text.");
    let mut outlet = outlet("", &[("content/news/one.md", &one), ("content/news/two.md", &two)]);
    outlet.build_at("2026-11-20T12:00:00Z");
    assert!(outlet.html("/").contains("Edition of <time datetime=\"2026-11-20T08:00:00"));
    outlet.build_at("2026-11-21T12:00:00Z").equals_clean();
    assert!(outlet.html("/").contains("Edition of <time datetime=\"2026-11-21T06:00:00"));
    assert!(outlet.html("/news/two/").contains("\"dateModified\":\"2026-11-21T06:00:00"));
}

#[test]
fn a_picture_in_raw_html_keeps_its_room() {
    let body = "<img src=\"p.png\" alt=\"x\">\n\n<img src=p.png alt=y>\n\n<img src=\"p.png\" width=\"9\" alt=\"z\">";
    let front = "title = \"A\"\ndate = 2026-01-01";
    let mut outlet = outlet("", &[("content/news/a.md", &story(front, body))]);
    outlet.write("content/news/p.png", picture(30, 20, 0));
    outlet.build_at("2026-11-20T12:00:00Z");
    let page = outlet.html("/news/a/");
    for tag in [
        "<img src=\"/news/p.png\" width=\"30\" height=\"20\" alt=\"x\">",
        "<img src=\"/news/p.png\" width=\"30\" height=\"20\" alt=y>",
        "<img src=\"/news/p.png\" height=\"6\" width=\"9\" alt=\"z\">",
    ] {
        assert!(page.contains(tag), "{tag}: {page}");
    }
}

#[test]
fn a_picture_is_seen_when_the_story_whose_folder_it_lies_in_is() {
    let hidden = story("title = \"H\"\ndate = 2026-11-21", "![x](canary.png)");
    let front =
        "title = \"Seen\"\ndate = 2026-01-01\nimage = { src = \"h/canary.png\", alt = \"x\" }";
    let body = "![x](h/canary.png) <img src=\"h/canary.png\" alt=\"x\"> [map](h/canary.pdf)";
    let mut outlet = outlet(
        "[feeds]\nfull_text = true\n",
        &[("content/news/h/index.md", &hidden), ("content/news/seen.md", &story(front, body))],
    );
    outlet.write("content/news/h/canary.png", picture(8, 6, 1));
    outlet.write("content/news/h/canary.pdf", "canary");
    outlet.build_at("2026-11-20T12:00:00Z");
    let files = outlet.published();
    assert!(!files.iter().any(|file| file.contains("canary")), "{files:?}");
    let found = outlet.findings();
    assert!(found.contains("belongs to a story that is not published"), "{found}");
    outlet.equals_clean().build_at("2026-11-21T12:00:00Z").equals_clean();
    assert!(outlet.html("/news/seen/").contains("width=\"8\""));
    outlet.has("canary.pdf").edit(
        "content/news/h/index.md",
        "date = 2026-11-21",
        "date = 2026-11-21\ndraft = true",
    );
    outlet.build().equals_clean();
    assert!(!outlet.published().iter().any(|file| file.contains("canary")));
}

/// The `hreflang` codes of a page or sitemap entry, each with its address.
fn versions(text: &str) -> Vec<(&str, &str)> {
    let links = text.split("hreflang=\"").skip(1).filter_map(|link| link.split_once("\" href=\""));
    links.filter_map(|(code, rest)| Some((code, rest.split_once('"')?.0))).collect()
}

#[test]
fn a_page_is_listed_once_under_each_code_and_has_a_default() {
    let settings = "[languages.ckb]\n[languages.ku-Arab]\n[languages.kmr]\n";
    let one = story("title = \"A\"\ndate = 2026-01-01", "Text.");
    let stories =
        ["ckb/news/a", "ku-Arab/news/a", "kmr/news/a", "news/b", "ckb/news/b", "ckb/news/c"];
    let mut outlet = outlet(settings, &[]);
    for path in stories {
        outlet.write(&format!("content/{path}.md"), &one);
    }
    outlet.build_at("2026-11-20T12:00:00Z");
    let at = |path: &str| format!("https://t.example/{path}/");
    for (story, wanted) in [
        (
            "a",
            &[
                ("ckb", "ckb/news/a"),
                ("kmr", "kmr/news/a"),
                ("ku", "kmr/news/a"),
                ("ku-Arab", "ku-Arab/news/a"),
                ("x-default", "ckb/news/a"),
            ][..],
        ),
        ("b", &[("en", "news/b"), ("ckb", "ckb/news/b"), ("x-default", "news/b")]),
        ("c", &[]),
    ] {
        let wanted: Vec<(&str, String)> = wanted.iter().map(|(c, path)| (*c, at(path))).collect();
        let wanted: Vec<(&str, &str)> = wanted.iter().map(|(c, url)| (*c, &**url)).collect();
        let month = outlet.html("/sitemaps/2026-01.xml");
        for path in stories.iter().filter(|path| path.ends_with(story)) {
            let html = outlet.html(&format!("/{path}/"));
            assert_eq!(versions(html.split("<body").next().expect("a head")), wanted, "{path}");
            let entry = month.split("<url>").find(|e| e.contains(&format!("<loc>{}<", at(path))));
            assert_eq!(versions(entry.expect("an entry")), wanted, "{path} in the sitemap");
        }
    }
}

#[test]
fn what_is_dated_ahead_has_not_happened() {
    let front = "title = \"A\"\ndate = 2026-11-01\nupdated = 2026-11-21\n\
                 corrections = [{ date = 2026-11-02, text = \"Early.\" }, { date = 2026-11-22, text = \"Canary.\" }]";
    let one = story(front, "Text.");
    let mut outlet = outlet("lite = true\n", &[("content/news/a.md", &one)]);
    outlet.build_at("2026-11-20T12:00:00Z").lacks("canary").lacks("2026-11-21").lacks("2026-11-22");
    outlet.has("early.");
    for (at, next) in [
        ("2026-11-20T12:00:00Z", Some("2026-11-21T00:00:00Z")),
        ("2026-11-21T12:00:00Z", Some("2026-11-22T00:00:00Z")),
        ("2026-11-22T12:00:00Z", None),
    ] {
        outlet.build_at(at).equals_clean();
        assert_eq!(outlet.report().next_change, next.map(moment), "{at}");
    }
    for file in ["/news/a/", "/lite/news/a/"] {
        assert!(outlet.html(file).contains("Canary."), "{file}");
    }
    assert!(outlet.html("/feed.xml").contains("<updated>2026-11-22T00:00:00Z</updated>"));
    assert!(outlet.html("/sitemap.xml").contains("<lastmod>2026-11-22T00:00:00Z</lastmod>"));
}

#[test]
fn sections_stand_in_the_order_of_the_alphabet() {
    let mut outlet = outlet("language = \"tr\"\n", &[]);
    for (folder, title) in
        [("a", "Şehir"), ("b", "Spor"), ("c", "Zaman"), ("d", "Çevre"), ("e", "Ceza")]
    {
        outlet.write(
            &format!("content/{folder}/_index.md"),
            story(&format!("title = \"{title}\""), ""),
        );
    }
    outlet.build_at("2026-11-20T12:00:00Z");
    let home = outlet.html("/");
    let at = |title: &str| home.find(&format!(">{title}</a>")).expect("a section in the menu");
    let places = ["Ceza", "Çevre", "Spor", "Şehir", "Zaman"].map(at);
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn footnotes_are_numbered_in_the_digits_of_the_language() {
    let one =
        story("title = \"A\"\ndate = 2026-01-01", "A.[^1] B.[^2] A.[^1]\n\n[^1]: One.\n[^2]: Two.");
    let stories = [("content/news/a.md", &*one), ("content/ckb/news/a.md", &*one)];
    let mut outlet = outlet("[languages.ckb]\n", &stories);
    outlet.build_at("2026-11-20T12:00:00Z");
    for (page, marks) in [("/news/a/", ["1", "2"]), ("/ckb/news/a/", ["١", "٢"])] {
        let html = outlet.html(page);
        for mark in marks {
            assert!(html.contains(&format!("role=\"doc-noteref\">{mark}</a>")), "{mark}: {html}");
        }
        assert!(html.contains(&format!("<sup>{}</sup>", marks[1])), "{html}");
        assert!(html.contains("href=\"#fn-1\"") && html.contains("id=\"fn-1\""), "{html}");
    }
}

#[test]
fn no_page_holds_what_no_document_may_hold() {
    let settings = "description = \"d\\u0001e\"\nlanguages = { en = { title = \"p\\u0006q\" } }\n[feeds]\nfull_text = true\n[extra]\nfooter = [{ label = \"l\\u0002m\", url = \"/\" }]\n";
    let front =
        "title = \"a\\u0008\\uFFFEb\\u0085\"\ndate = 2026-01-01\nsummary = \"\\uFEFFs\\u001B\"";
    let body = "T\u{b}e\u{1f}x\u{7f}t\u{fdd0} &#1; `c\u{ffff}` [l](/a\u{1}b) ![p\u{2}](x.png)";
    let mut outlet = outlet(settings, &[("content/news/a.md", &story(front, body))]);
    outlet.build_at("2026-11-20T12:00:00Z");
    let files = outlet.published().into_iter();
    let texts =
        files.filter(|f| [".html", ".xml", ".json", ".webmanifest"].iter().any(|e| f.ends_with(e)));
    for file in texts {
        let text = outlet.html(&format!("/{file}"));
        let odd = |c: char| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{fdd0}')
        };
        let escaped = ["\\u000", "\\u001", "\\b", "\\f"].iter().any(|odd| text.contains(odd));
        assert!(!text.contains(odd) && !escaped, "{file}: {text:?}");
    }
    assert!(outlet.html("/news/a/").contains("<h1 class=\"headline\">ab</h1>"));
}

#[test]
fn feeds_and_lite_pages_hold_nothing_that_runs() {
    let settings = "lite = true\ncsp = false\n[feeds]\nfull_text = true\n";
    let body = "[one](javascript:canary) [two](JAVA&#10;Script:canary) <a href=\"javascript:canary\">three</a> \
                <b onclick=\"canary()\" style=\"color:canary\">four</b> <i lang=\"fr\">cinq</i>\n\n\
                <script>canary()</script>\n<style>canary</style>\n\n\
                <iframe src=\"https://canary.example/\"></iframe>\n\n\
                <form action=\"https://canary.example/\"><input name=\"canary\"></form>\n\n\
                ![Six](x.png \"Seven\")\n\n| Eight |\n|---|\n| 9 |\n\nTen[^1].\n\n[^1]: Eleven.\n";
    let front = "title = \"A\"\ndate = 2026-01-01";
    let mut outlet = outlet(settings, &[("content/news/a.md", &story(front, body))]);
    outlet.write("content/news/x.png", picture(8, 6, 1)).build_at("2026-11-20T12:00:00Z");
    for file in ["/feed.xml", "/rss.xml", "/feed.json", "/lite/news/a/"] {
        let text = outlet.html(file);
        assert!(!text.contains("canary"), "{file}: {text}");
        for word in ["one", "two", "three", "four", "cinq", "Seven", "Eight", "Ten"] {
            assert!(text.contains(word), "{word} in {file}: {text}");
        }
    }
    let json = outlet.html("/feed.json");
    for markup in ["<i lang=\\\"fr\\\">", "width=\\\"8\\\"", "<figcaption>", "<table>", "<th scope"]
    {
        assert!(json.contains(markup), "{markup}: {json}");
    }
    assert!(!outlet.html("/news/a/").contains("javascript:"));
}

#[test]
fn a_story_that_was_moved_is_the_same_to_feed_readers() {
    let front = "title = \"A\"\ndate = 2026-01-01";
    let mut outlet = outlet("", &[("content/news/a.md", &story(front, "Text."))]);
    outlet.build_at("2026-11-20T12:00:00Z");
    let ids = |outlet: &TestSite| -> Vec<String> {
        let feed = outlet.html("/feed.xml");
        feed.lines().filter(|line| line.contains("<id>")).map(str::to_owned).collect()
    };
    let first = ids(&outlet);
    let mut at = "content/news/a.md".to_owned();
    for (to, more) in [
        ("content/world/b.md", "aliases = [\"/news/a/\"]"),
        ("content/world/c/index.md", "aliases = [\"/news/a/\", \"/world/b/\"]"),
        ("content/world/c/index.md", "aliases = [\"/short/\", \"/news/a/\", \"/world/b/\"]"),
        ("content/news/a.md", "slug = \"n\"\naliases = [\"/news/a/\"]"),
        ("content/news/a.md", "slug = \"m\"\naliases = [\"/news/n/\", \"/news/a/\"]"),
        ("content/sport/a.md", "slug = \"m\"\naliases = [\"/news/m/\"]"),
        ("content/news/a.md", "aliases = [\"/a/\"]"),
    ] {
        outlet.delete(&at).write(to, story(&format!("{front}\n{more}"), "Text."));
        outlet.build().equals_clean();
        assert_eq!(ids(&outlet), first, "{to} {more}");
        at = to.to_owned();
    }
}

#[test]
fn an_identity_follows_all_that_it_is_made_of() {
    let front = "title = \"A\"\ndate = 2026-01-01\naliases = [\"/old/a/\"]";
    let plain = "title = \"B\"\ndate = 2026-01-02";
    let mut outlet = outlet(
        "permalink = \"/:path/:slug/\"\n",
        &[
            ("content/news/a.md", &story(front, "A.")),
            ("content/news/big b.md", &story(plain, "B.")),
        ],
    );
    outlet.build_at("2026-11-20T12:00:00Z");
    outlet.rename("content/news/big b.md", "content/news/big-b.md").build().equals_clean();
    outlet.edit("site.toml", "/:path/", "/:section/").build().equals_clean();
}

#[test]
fn a_plain_page_shows_what_was_mended_in_it() {
    let plain = story("title = \"Plain\"", "Text.");
    let mended = story(
        "title = \"Mended\"\nupdated = 2026-11-03\n\
         corrections = [{ date = 2026-11-02, text = \"It is 27.\" }, { date = 2027-01-01, text = \"Not yet.\" }]",
        "Text.",
    );
    let mut outlet =
        outlet("", &[("content/pages/plain.md", &plain), ("content/pages/mended.md", &mended)]);
    outlet.build_at("2026-11-20T12:00:00Z");
    let page = outlet.html("/mended/");
    for part in ["id=\"corrections\"", "It is 27.", "datetime=\"2026-11-03T00:00:00Z\""] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for part in ["Not yet.", "Published", "1 min"] {
        assert!(!page.contains(part), "{part}: {page}");
    }
    let page = outlet.html("/plain/");
    assert!(!page.contains("story-meta") && !page.contains("corrections"), "{page}");
    outlet.build_at("2027-01-02T12:00:00Z");
    assert!(outlet.html("/mended/").contains("Not yet."));
    outlet.equals_clean();
}

#[test]
fn a_home_page_shows_what_is_said_of_it() {
    let mut outlet =
        outlet("", &[("content/news/a.md", &story("title = \"A\"\ndate = 2026-01-01", "Text."))]);
    outlet.build_at("2026-11-20T12:00:00Z");
    assert!(!outlet.html("/").contains("front-head"));
    let front = "title = \"Home\"\nsummary = \"Read us.\"";
    outlet.write("content/_index.md", story(front, "## Why\n\nBecause [of this](news/a.md)."));
    outlet.build_at("2026-11-20T12:00:00Z");
    let home = outlet.html("/");
    for part in
        ["<p class=\"standfirst\">Read us.</p>", "<h2 id=\"why\">Why</h2>", "\"/news/a/\">of this"]
    {
        assert!(home.contains(part), "{part}: {home}");
    }
    assert!(!outlet.html("/latest/").contains("Read us."));
    outlet.equals_clean();
}
