//! Sitemaps: what they list, and when each of them changes.
//!
//! Invariant: stories enter the news and drop out of it by time alone, so every build here that
//! only moves time must equal a clean one, and must have been announced as the next change.

use crate::support::{TestSite, moment, site};

const OUTLET: &str = r#"
-- site.toml --
title = "Proof & Post"
base_url = "https://proof.example"
theme = "plain"
fragments = "client"
[languages.ckb]
title = "پۆست"
[languages.pt-BR]

-- content/politics/a.md --
+++
title = "Alpha <b> & Co"
date = "2026-11-20T09:00:00Z"
embargo = "2026-11-20T12:00:00Z"
image = "a b.png"
+++
Alpha.

-- content/politics/a b.png --
not a picture

-- content/ckb/politics/a.md --
+++
title = "ئەلفا"
date = "2026-11-21T09:00:00Z"
+++
Alpha.

-- content/pt-BR/politics/b.md --
+++
title = "Beta"
date = "2026-11-21T10:00:00Z"
image = "https://cdn.example/b.png?a=1&b=2"
+++
Beta.

-- content/politics/old.md --
+++
title = "Old"
date = "2026-10-01"
+++
Old.

-- content/pages/about.md --
+++
title = "About"
+++
We.
"#;

fn outlet() -> TestSite {
    let mut outlet = site(OUTLET);
    outlet.build_at("2026-11-22T11:00:00Z");
    outlet
}

#[test]
fn each_version_lists_all_of_them() {
    let outlet = outlet();
    let month = outlet.html("/sitemaps/2026-11.xml");
    let links = [
        "hreflang=\"en\" href=\"https://proof.example/politics/a/\"/>",
        "hreflang=\"x-default\" href=\"https://proof.example/politics/a/\"/>",
        "hreflang=\"ckb\" href=\"https://proof.example/ckb/politics/a/\"/>",
        "hreflang=\"ku-Arab\" href=\"https://proof.example/ckb/politics/a/\"/>",
    ];
    for link in links {
        assert_eq!(month.matches(link).count(), 2, "{link} in {month}");
    }
    assert_eq!(month.matches("<xhtml:link").count(), 8, "{month}");
    let homes = outlet.html("/sitemaps/homes.xml");
    assert_eq!(homes.matches("<url>").count(), 3, "{homes}");
    assert_eq!(homes.matches("hreflang=\"pt-BR\"").count(), 3, "{homes}");
    let fronts = outlet.html("/sitemaps/fronts.xml");
    let politics = "hreflang=\"pt-BR\" href=\"https://proof.example/pt-BR/politics/\"";
    assert_eq!(fronts.matches(politics).count(), 3, "{fronts}");
}

#[test]
fn pictures_are_listed_where_they_are() {
    let outlet = outlet();
    let month = outlet.html("/sitemaps/2026-11.xml").replace('\n', "");
    for picture in
        ["https://proof.example/politics/a%20b.png", "https://cdn.example/b.png?a=1&amp;b=2"]
    {
        let written = format!("<image:image><image:loc>{picture}</image:loc></image:image>");
        assert!(month.contains(&written), "{picture} in {month}");
    }
    assert!(!outlet.html("/sitemaps/pages.xml").contains("image:loc"));
}

#[test]
fn a_translation_changes_the_months_of_its_versions() {
    let story = "+++\ntitle = \"Kevn\"\ndate = \"2026-09-01\"\n+++\nKevn.\n";
    let mut outlet = outlet();
    outlet.write("content/pt-BR/politics/old.md", story).build().equals_clean();
    let october = outlet.html("/sitemaps/2026-10.xml");
    assert!(october.contains("hreflang=\"pt-BR\""), "{october}");
    outlet.delete("content/pt-BR/politics/old.md").build().equals_clean();
    assert!(!outlet.html("/sitemaps/2026-10.xml").contains("hreflang"));
}

#[test]
fn news_says_who_published_what_and_when() {
    let outlet = outlet();
    let news = outlet.html("/sitemaps/news.xml").replace('\n', "");
    let entry = "<url><loc>https://proof.example/politics/a/</loc><news:news><news:publication>\
                 <news:name>Proof &amp; Post</news:name><news:language>en</news:language>\
                 </news:publication><news:publication_date>2026-11-20T12:00:00Z\
                 </news:publication_date><news:title>Alpha &lt;b&gt; &amp; Co</news:title>\
                 </news:news></url>";
    assert!(news.contains(entry), "{news}");
    assert_eq!(news.matches("<url>").count(), 1, "{news}");
    assert!(outlet.html("/sitemaps/news-ckb.xml").contains("<news:language>ckb<"));
    assert!(outlet.html("/sitemaps/news-pt-BR.xml").contains("<news:language>pt<"));
    let list = outlet.html("/sitemap.xml");
    for name in ["news", "news-ckb", "news-pt-BR"] {
        assert!(list.contains(&format!("<loc>https://proof.example/sitemaps/{name}.xml<")));
    }
}

/// From one next change to the following: each build does what it was announced for.
#[test]
fn news_drops_out_on_time() {
    let mut outlet = outlet();
    for (at, file) in [
        ("2026-11-22T12:00:00Z", "/sitemaps/news.xml"),
        ("2026-11-23T09:00:00Z", "/sitemaps/news-ckb.xml"),
        ("2026-11-23T10:00:00Z", "/sitemaps/news-pt-BR.xml"),
    ] {
        assert_eq!(outlet.report().next_change, Some(moment(at)), "before {at}");
        let eve = moment(at).0 - 1;
        outlet.at(masthead::base::Moment(eve)).build().rendered(&[]).equals_clean();
        assert!(outlet.html(file).contains("<url>"), "{file} on the eve of {at}");
        outlet.build_at(at).rendered(&[file]).written(&[file]).equals_clean();
        assert!(!outlet.html(file).contains("<url>"), "{file} at {at}");
    }
    assert_eq!(outlet.report().next_change, None);
    outlet.is_at_rest();
}

/// What time has taken out comes back where time goes back; what expires is no news.
#[test]
fn news_is_of_its_moment() {
    let mut outlet = outlet();
    outlet.build_at("2026-11-30").equals_clean().build_at("2026-11-21").equals_clean();
    assert!(outlet.html("/sitemaps/news.xml").contains("/politics/a/"));
    outlet.build_at("2026-11-20T11:00:00Z").equals_clean().lacks("Alpha &lt;b");
    assert_eq!(outlet.report().next_change, Some(moment("2026-11-20T12:00:00Z")));
    outlet.edit("content/politics/a.md", "embargo", "expires = \"2026-11-21\"\nembargo");
    outlet.build_at("2026-11-20T13:00:00Z").equals_clean();
    assert_eq!(outlet.report().next_change, Some(moment("2026-11-21")));
    outlet.build_at("2026-11-21").lacks("Alpha &lt;b").equals_clean();
    outlet.edit("content/politics/a.md", "expires", "draft = true\nexpires").build();
    assert_eq!(outlet.report().next_change, Some(moment("2026-11-21T09:00:00Z")));
}

#[test]
fn a_flood_of_news_takes_several_files() {
    let mut outlet = site("");
    for number in 0..1005 {
        let story = format!(
            "+++\ntitle = \"Wire {number}\"\ndate = \"2026-11-22T08:{:02}:{:02}Z\"\n+++\nWire.\n",
            number / 60,
            number % 60
        );
        outlet.write(&format!("content/wire/{number:04}.md"), story);
    }
    outlet.build();
    let count = |outlet: &TestSite, file: &str| outlet.html(file).matches("<news:news>").count();
    assert_eq!(count(&outlet, "/sitemaps/news.xml"), 1000);
    assert_eq!(count(&outlet, "/sitemaps/news-2.xml"), 5);
    assert!(outlet.html("/sitemap.xml").contains("/sitemaps/news-2.xml"));
    outlet.build_at("2026-11-24T08:05:00Z").equals_clean();
    assert_eq!(count(&outlet, "/sitemaps/news.xml"), 704);
    assert!(!outlet.html("/sitemap.xml").contains("/sitemaps/news-2.xml"));
}
