//! One edit → the exact list of what is rendered again, and of what is written.
//!
//! Invariant: a row is an edit and what it does: `/a/` was rendered and written, `(/a/)` was
//! rendered and came out the same, `-/a/` was removed; nothing else was touched. Each row is
//! tried on an outlet of its own, and must equal a clean build.

use crate::support::{TestSite, moment, site};

/// Seven stories, fragments fetched by script, lists of two.
const OUTLET: &str = r#"
-- site.toml --
title = "Proof Post"
base_url = "https://proof.example"
theme = "plain"
page_size = 2
fragments = "client"

-- content/authors/ann-ash.md --
+++
title = "Ann Ash"
summary = "Writes of water."
+++
Ann lives by the river.

-- content/pages/about.md --
+++
title = "About"
summary = "Who we are."
comments = true
+++
Who we are.

-- content/politics/_index.md --
+++
title = "Politics"
summary = "Who decides."
+++

-- content/politics/a.md --
+++
title = "Alpha"
summary = "Of Alpha."
date = "2026-10-01"
authors = ["ann-ash"]
tags = ["water"]
series = "River Year"
+++
The first story.

-- content/politics/b.md --
+++
title = "Beta"
summary = "Of Beta."
date = "2026-10-02"
authors = ["ann-ash"]
tags = ["water"]
series = "River Year"
+++
It links to [what comes](@/sport/h.md).

-- content/politics/c.md --
+++
title = "Gamma"
summary = "Of Gamma."
date = "2026-10-03"
authors = ["Bo Birk"]
tags = ["budget"]
image = "c.png"
+++
It says [alpha](a.md).

-- content/politics/c.png --
not a picture that anybody could measure

-- content/politics/d.md --
+++
title = "Delta"
summary = "Of Delta."
date = "2026-11-04"
authors = ["Bo Birk"]
+++
Delta.

-- content/sport/f.md --
+++
title = "Zeta"
summary = "Of Zeta."
date = "2026-11-05"
aliases = ["/old/zeta/"]
+++
Zeta.

-- content/sport/g.md --
+++
title = "Eta"
summary = "Of Eta."
date = "2026-11-06"
+++
Eta.

-- content/sport/h.md --
+++
title = "Theta"
summary = "Of Theta."
date = "2026-11-07"
embargo = "2026-11-25T06:00:00Z"
+++
Theta.
"#;

fn outlet() -> TestSite {
    let mut outlet = site(OUTLET);
    outlet.build();
    outlet
}

fn check(outlet: &mut TestSite, edit: impl Fn(&mut TestSite), done: &str) {
    edit(outlet);
    let all = || done.split_whitespace();
    let removed: Vec<&str> = all().filter_map(|word| word.strip_prefix('-')).collect();
    let rendered = all().filter(|word| !word.starts_with('-'));
    let rendered: Vec<&str> = rendered.map(|word| word.trim_matches(['(', ')'])).collect();
    let written: Vec<&str> = all().filter(|word| word.starts_with('/')).collect();
    outlet.build().rendered(&rendered).written(&written).removed(&removed);
    outlet.equals_clean();
}

/// An edit, and what it does.
macro_rules! row {
    ($name:ident: $edit:expr => $done:expr) => {
        #[test]
        fn $name() {
            check(&mut outlet(), $edit, $done);
        }
    };
}

row! { nothing: |_: &mut TestSite| {} =>
"" }

row! { a_fresh_checkout: |s: &mut TestSite| { s.touch(); } =>
"" }

row! { a_body: |s: &mut TestSite| { s.edit("content/politics/b.md", "It links", "It always links"); } =>
"/politics/b/" }

row! { a_headline: |s: &mut TestSite| { s.edit("content/politics/b.md", "Beta", "Better"); } =>
"/ /authors/ann-ash/ /authors/ann-ash/feed.xml /feed.xml /rss.xml /feed.json /latest/page/1/ /politics/a/
     /politics/b/ /politics/feed.xml /politics/page/1/ /series/river-year/ /tags/water/
     /tags/water/feed.xml (/sitemaps/2026-10.xml)" }

row! { a_headline_at_the_top: |s: &mut TestSite| { s.edit("content/sport/g.md", "Eta", "Beta"); } =>
"/ /_fragments/latest.html /feed.xml /rss.xml /feed.json /latest/ /sport/ /sport/feed.xml /sport/g/
 (/sitemaps/2026-11.xml)" }

row! { a_correction: |s: &mut TestSite| {
    s.edit("content/politics/c.md", "tags =", "corrections = [{ date = \"2026-11-09\", text = \"No.\" }]\ntags =");
} =>
    "/authors/bo-birk/feed.xml /feed.xml /rss.xml /feed.json /politics/c/ /politics/feed.xml /sitemap.xml
     /sitemaps/2026-10.xml /tags/budget/feed.xml
     (/) (/authors/bo-birk/) (/latest/page/2/) (/politics/) (/tags/budget/)" }

row! { a_story_more: |s: &mut TestSite| {
    s.write("content/sport/i.md", story("Iota", 8));
} =>
    "/ /_fragments/latest.html /feed.xml /rss.xml /feed.json /latest/ /sitemap.xml /sitemaps/2026-11.xml /sport/
     /sport/feed.xml /sport/i/" }

row! { a_story_of_today: |s: &mut TestSite| {
    s.write("content/sport/i.md", story("Iota", 22));
} =>
    "/ /_fragments/latest.html /feed.xml /rss.xml /feed.json /latest/ /sitemap.xml /sitemaps/2026-11.xml
     /sitemaps/news.xml /sport/ /sport/feed.xml /sport/i/" }

row! { a_story_less: |s: &mut TestSite| { s.delete("content/politics/a.md"); } =>
"(/_headers) /_redirects /authors/ann-ash/ /authors/ann-ash/feed.xml /feed.xml /rss.xml /feed.json /latest/ /latest/page/1/
     /latest/page/2/ /politics/ /politics/b/ /politics/c/ /politics/feed.xml /series/river-year/
     /sitemaps/2026-10.xml /tags/water/ /tags/water/feed.xml -/latest/page/3/ -/politics/a/
     -/politics/page/1/ -/politics/page/2/" }

row! { a_renamed_file: |s: &mut TestSite| { s.rename("content/sport/f.md", "content/sport/ff.md"); } =>
"/ /_fragments/latest.html /_redirects /feed.xml /rss.xml /feed.json /latest/ /old/zeta/ /sitemaps/2026-11.xml /sport/
 /sport/feed.xml /sport/ff/ -/sport/f/" }

row! { a_tag_renamed: |s: &mut TestSite| { s.edit("content/politics/c.md", "budget", "money"); } =>
"/authors/bo-birk/feed.xml /feed.xml /rss.xml /feed.json /politics/c/ /politics/feed.xml
 /sitemaps/fronts.xml /tags/money/ /tags/money/feed.xml -/tags/budget/
 -/tags/budget/feed.xml" }

row! { an_author_profile: |s: &mut TestSite| { s.edit("content/authors/ann-ash.md", "Writes of", "Asks about"); } =>
"/authors/ann-ash/ /authors/ann-ash/feed.xml /politics/a/ /politics/b/" }

row! { a_profile_body: |s: &mut TestSite| { s.edit("content/authors/ann-ash.md", "lives", "lived"); } =>
"/authors/ann-ash/" }

row! { an_embargo_lifted: |s: &mut TestSite| { s.at(moment("2026-11-26")); } =>
"/ /_fragments/latest.html /feed.xml /rss.xml /feed.json /latest/ /politics/b/ /sitemap.xml /sitemaps/2026-11.xml
 /sitemaps/news.xml /sport/ /sport/feed.xml /sport/h/" }

row! { time_that_changes_nothing: |s: &mut TestSite| { s.at(moment("2026-11-23")); } =>
"" }

row! { a_picture: |s: &mut TestSite| { s.write("content/politics/c.png", "other bytes"); } =>
"/politics/c.png (/politics/c/)" }

row! { a_page: |s: &mut TestSite| { s.edit("content/pages/about.md", "comments = true", "comments = false"); } =>
"/about/" }

row! { a_section: |s: &mut TestSite| { s.edit("content/politics/_index.md", "Who decides", "Who rules"); } =>
"/ /politics/ /politics/feed.xml /politics/page/1/" }

row! { a_section_title: |s: &mut TestSite| { s.edit("content/politics/_index.md", "\"Politics\"", "\"Power\""); } =>
"/ /404.html /_fragments/latest.html /about/ /authors/ann-ash/ /authors/bo-birk/ /latest/
     /latest/page/1/ /latest/page/2/ /politics/ /politics/a/ /politics/b/ /politics/c/
     /politics/d/ /politics/feed.xml /politics/page/1/ /series/river-year/ /sport/ /sport/f/
     /sport/g/ /tags/budget/ /tags/water/ (/authors/ann-ash/feed.xml) (/authors/bo-birk/feed.xml)
     (/feed.xml) (/rss.xml) (/feed.json) (/sitemaps/2026-10.xml) (/sitemaps/2026-11.xml) (/tags/budget/feed.xml)
     (/tags/water/feed.xml)" }

row! { a_list_template: |s: &mut TestSite| { s.edit("themes/plain/templates/list.html", "<h1>", "<h1 id=\"a\">"); } =>
"/authors/ann-ash/ /authors/bo-birk/ /latest/ /latest/page/1/ /latest/page/2/ /politics/
 /politics/page/1/ /series/river-year/ /sport/ /tags/budget/ /tags/water/" }

row! { a_template_of_one_kind: |s: &mut TestSite| { s.write("templates/page.html", "{{ story.title }}"); } =>
"/about/" }

row! { the_fragment: |s: &mut TestSite| { s.edit("themes/plain/templates/fragments/latest.html", "<h2>", "<h2 id=\"a\">"); } =>
"/_fragments/latest.html" }

row! { a_static_file: |s: &mut TestSite| { s.write("static/a.txt", "a"); } =>
"/a.txt (/_headers)" }

row! { an_asset_of_every_page: |s: &mut TestSite| { s.write("static/site.css", "b"); } =>
"/ /404.html /about/ /authors/ann-ash/ /authors/bo-birk/ /latest/ /latest/page/1/
     /latest/page/2/ /politics/ /politics/a/ /politics/b/ /politics/c/ /politics/d/
     /politics/page/1/ /series/river-year/ /_headers /site.10e5cf3d3c.css /site.css /sport/ /sport/f/
     /sport/g/ /tags/budget/ /tags/water/ -/site.c0000137ab.css" }

row! { a_type: |s: &mut TestSite| { s.edit("content/sport/g.md", "title", "type = \"opinion\"\ntitle"); } =>
"/ /_fragments/latest.html /latest/ /sport/ /sport/g/ (/feed.xml) (/feed.json) (/rss.xml)
 (/sitemaps/2026-11.xml) (/sport/feed.xml)" }

row! { an_inlined_file: |s: &mut TestSite| { s.write("static/inline.css", "c"); } =>
"/ /404.html /_headers /about/ /authors/ann-ash/ /authors/bo-birk/ /inline.css /latest/
 /latest/page/1/ /latest/page/2/ /politics/ /politics/a/ /politics/b/ /politics/c/ /politics/d/
 /politics/page/1/ /series/river-year/ /sport/ /sport/f/ /sport/g/ /tags/budget/ /tags/water/" }

row! { hosts_of_the_policy: |s: &mut TestSite| { s.edit("site.toml", "fragments", "csp.frames = [\"https://player.example\"]\nfragments"); } =>
"/ /404.html /_headers /about/ /authors/ann-ash/ /authors/bo-birk/ /latest/ /latest/page/1/
 /latest/page/2/ /politics/ /politics/a/ /politics/b/ /politics/c/ /politics/d/
 /politics/page/1/ /series/river-year/ /sport/ /sport/f/ /sport/g/ /tags/budget/ /tags/water/" }

row! { lint_levels: |s: &mut TestSite| { s.edit("site.toml", "fragments", "lint = { headline_max = 50 }\nfragments"); } =>
"" }

row! { what_robots_are_told: |s: &mut TestSite| { s.edit("site.toml", "fragments", "robots = { ai = \"disallow\" }\nfragments"); } =>
"/robots.txt" }

row! { a_security_txt: |s: &mut TestSite| {
    s.edit("site.toml", "fragments", "security = { contact = [\"tel:1\"], expires = 2027-06-01 }\nfragments");
} =>
"/.well-known/security.txt (/robots.txt) /_headers" }

row! { an_ads_txt_of_their_own: |s: &mut TestSite| {
    s.edit("site.toml", "fragments", "ads_txt = [\"ads.example, 1, DIRECT\"]\nfragments");
    s.write("static/ads.txt", "# ours\n");
} =>
"/ads.txt (/robots.txt) (/_headers)" }

row! { an_alias: |s: &mut TestSite| { s.edit("content/sport/f.md", "/old/zeta/", "/older/zeta/"); } =>
"/_redirects /older/zeta/ /feed.xml /rss.xml /feed.json /sport/feed.xml (/sport/f/) -/old/zeta/" }

row! { what_web_servers_are_told: |s: &mut TestSite| { s.edit("site.toml", "fragments", "cache.lists = 5\nhosting.host = \"netlify\"\nfragments"); } =>
"/_headers /_redirects" }

row! { whom_search_engines_hear: |s: &mut TestSite| { s.edit("site.toml", "fragments", "indexnow.key = \"12345678\"\nfragments"); } =>
"/12345678.txt /_headers" }

row! { a_lost_file: |s: &mut TestSite| { std::fs::remove_file(s.public().join("sport/f/index.html")).expect("it is there"); } =>
"/sport/f/" }

row! { an_old_front_page_splits: |s: &mut TestSite| {
    s.write("content/sport/i.md", story("Iota", 8)).write("content/sport/j.md", story("Kappa", 9));
} =>
    "/ /_fragments/latest.html (/_headers) /_redirects /feed.xml /rss.xml /feed.json /latest/ /latest/page/3/ /latest/page/4/ /sitemap.xml
     /sitemaps/2026-11.xml /sport/ /sport/feed.xml /sport/i/ /sport/j/ /sport/page/1/ /sport/page/2/" }

/// A byline on a page leads to an author page, as it does on a story.
#[test]
fn whoever_signs_a_page_has_a_page() {
    let page = "+++\ntitle = \"Ethics\"\nauthors = [\"Nobody Known\"]\n+++\nWe ask twice.\n";
    let mut outlet = outlet();
    outlet.write("content/pages/ethics.md", page).build().equals_clean();
    assert!(outlet.html("/ethics/").contains("/authors/nobody-known/"));
    assert!(outlet.html("/authors/nobody-known/").contains("Nobody Known"));
}

#[test]
fn two_profiles_of_one_person_are_refused() {
    let profile = "+++\ntitle = \"Ann\"\n+++\n";
    outlet().write("content/authors/ann-ash/index.md", profile).fails("duplicate-url");
}

/// An outlet below a path of its host links to its own front door.
#[test]
fn the_front_door_is_where_the_outlet_lives() {
    let mut outlet = outlet();
    outlet.edit("content/politics/b.md", "It links", "[Home](/) links");
    outlet.edit("site.toml", "proof.example", "proof.example/news").build().equals_clean();
    assert!(outlet.html("/politics/b/").contains("<a href=\"/news/\">Home</a>"));
}

#[test]
fn a_lost_ledger_renders_all_and_writes_nothing() {
    let mut outlet = outlet();
    let all = outlet.report().rendered.count;
    outlet.forget().build().written(&[]).removed(&[]).equals_clean();
    assert_eq!(outlet.report().rendered.count, all);
}

#[test]
fn a_torn_block_of_the_ledger_is_the_same_as_none() {
    let mut outlet = outlet();
    let all = outlet.report().rendered.count;
    for at in 0..outlet.ledger_blocks().len() {
        // Threads number the questions as they come, so the names are not the same each time.
        let block = outlet.ledger_blocks()[at].clone();
        outlet.tear(&block).build().written(&[]).removed(&[]).equals_clean();
        assert_eq!(outlet.report().rendered.count, all, "{}", block.display());
        outlet.build();
        assert_eq!(outlet.report().rendered.count, 0, "the ledger is whole again");
    }
}

#[test]
fn the_ledger_keeps_no_block_that_it_does_not_speak_of() {
    let mut outlet = outlet();
    let blocks = outlet.ledger_blocks().len();
    for round in 0..5 {
        outlet.write("content/politics/b.md", story(&format!("Beta {round}"), 2)).build();
        assert!(outlet.ledger_blocks().len() <= blocks + 2, "{:?}", outlet.ledger_blocks());
    }
}

/// What a story more does where "The Latest" is baked into every story page.
#[test]
fn a_story_more_with_inline_fragments() {
    let mut outlet = site(OUTLET);
    outlet.edit("site.toml", "fragments = \"client\"", "fragments = \"inline\"").build();
    check(
        &mut outlet,
        |s| {
            s.write("content/sport/i.md", story("Iota", 8));
        },
        "/ /about/ /feed.xml /rss.xml /feed.json /latest/ /politics/a/ /politics/b/ /politics/c/ /politics/d/ /sitemap.xml
         /sitemaps/2026-11.xml /sport/ /sport/f/ /sport/feed.xml /sport/g/ /sport/i/",
    );
}

/// However many stories there are: with fragments apart, one more does as much.
#[test]
fn one_more_does_as_much_in_a_larger_archive() {
    let files = [12, 48].map(|stories| {
        let mut outlet = site(OUTLET);
        for number in 0..stories {
            let path = format!("content/politics/2025/n{number}.md");
            outlet.write(&path, story("Nu", 1).replace("2026-11", "2025-11"));
        }
        outlet.build().write("content/sport/i.md", story("Iota", 8)).build();
        outlet.report().written.paths.clone()
    });
    assert_eq!(files[0], files[1]);
    assert!(files[0].len() <= 25, "{:?}", files[0]);
}

fn story(title: &str, day: u32) -> String {
    format!(
        "+++\ntitle = \"{title}\"\nsummary = \"Of {title}.\"\ndate = \"2026-11-{day:02}\"\n+++\n{title}.\n"
    )
}
