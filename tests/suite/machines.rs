//! What pages say to machines: structured data, robots, languages.
//!
//! Invariant: the outlets here have hostile words in every field, and what is read back from a
//! page is what an editor wrote.

use crate::support::{TestSite, site};
use serde_json::Value;

/// The structured data of a page, one value an element.
fn data(site: &TestSite, path: &str) -> Vec<Value> {
    let html = site.html(path);
    let parts = html.split("<script type=\"application/ld+json\">").skip(1);
    let json = parts.map(|part| part.split("</script>").next().expect("a closed element"));
    json.map(|json| serde_json::from_str(json).expect("JSON")).collect()
}

/// A story's front matter beyond title and date, and what its structured data say.
fn outlet(front: &str) -> TestSite {
    let mut outlet = site("");
    outlet.write(
        "content/politics/local/a.md",
        format!("+++\ntitle = \"A </script><b>\u{2028}\\\"&\"\ndate = \"2026-11-02\"\n{front}\n+++\nText.\n"),
    );
    outlet.write("content/politics/_index.md", "+++\ntitle = \"Politics & <Power>\"\n+++\n");
    outlet.write("content/pages/ethics.md", "+++\ntitle = \"Ethics\"\n+++\n");
    outlet
}

#[test]
fn a_story_says_what_it_is() {
    for (front, pointer, value) in [
        ("", "/@type", "\"NewsArticle\""),
        ("type = \"opinion\"", "/@type", "\"OpinionNewsArticle\""),
        ("type = \"Reviewnewsarticle\"", "/@type", "\"ReviewNewsArticle\""),
        ("", "/headline", r#""A </script><b>\u2028\"&""#),
        ("", "/datePublished", "\"2026-11-02T00:00:00Z\""),
        ("", "/dateModified", "\"2026-11-02T00:00:00Z\""),
        ("updated = \"2026-11-05\"", "/dateModified", "\"2026-11-05T00:00:00Z\""),
        (
            "updated = \"2026-11-05\"\ncorrections = [{ date = \"2026-11-06\", text = \"</script>\" }]",
            "/dateModified",
            "\"2026-11-06T00:00:00Z\"",
        ),
        (
            "corrections = [{ date = \"2026-11-06\", text = \"</script>\" }]",
            "/correction",
            r#"[{"@type":"CorrectionComment","text":"</script>","datePublished":"2026-11-06T00:00:00Z"}]"#,
        ),
        ("embargo = \"2026-11-07\"", "/dateModified", "\"2026-11-07T00:00:00Z\""),
        ("expires = \"2026-12-01\"", "/expires", "\"2026-12-01T00:00:00Z\""),
        ("", "/articleSection", "\"Local\""),
        ("dateline = \"KIRKUK\"", "/dateline", "\"KIRKUK\""),
        ("tags = [\"a\", \"b & c\"]", "/keywords", r#"["a","b & c"]"#),
        (
            "authors = [\"Ann <Ash>\", \"Bo\"]",
            "/author",
            r#"[{"@type":"Person","name":"Ann <Ash>","url":"https://proof.example/authors/ann-ash/"},{"@type":"Person","name":"Bo","url":"https://proof.example/authors/bo/"}]"#,
        ),
        (
            "authors = [\"ann-ash\", \"Bo\", \"ANN ASH\", \"Bo \"]",
            "/author",
            r#"[{"@type":"Person","name":"ann-ash","url":"https://proof.example/authors/ann-ash/"},{"@type":"Person","name":"Bo","url":"https://proof.example/authors/bo/"}]"#,
        ),
        (
            "",
            "/author",
            r#"[{"@type":"Organization","name":"Proof Post","url":"https://proof.example/"}]"#,
        ),
        (
            "image = { src = \"https://cdn.example/a.jpg\", alt = \"b\", caption = \"c\", credit = \"d\" }",
            "/image",
            r#"{"@type":"ImageObject","url":"https://cdn.example/a.jpg","caption":"c","creditText":"d"}"#,
        ),
        ("", "/isAccessibleForFree", "true"),
        ("access = \"subscribers\"", "/isAccessibleForFree", "false"),
        (
            "access = \"subscribers\"",
            "/hasPart",
            r#"{"@type":"WebPageElement","isAccessibleForFree":false,"cssSelector":".paywall"}"#,
        ),
        ("", "/inLanguage", "\"en\""),
    ] {
        let mut outlet = outlet(front);
        let data = data(outlet.build(), "/politics/local/a/");
        let found = data[0].pointer(pointer).cloned().unwrap_or_default();
        let wanted: Value = serde_json::from_str(value).expect("JSON");
        assert_eq!(found, wanted, "{pointer} of {front}");
    }
}

#[test]
fn the_publisher_names_pages_that_are_there() {
    let mut outlet = outlet("");
    outlet.write("static/logo.png", crate::world::picture(60, 30, 0));
    outlet.edit(
        "site.toml",
        "page_size = 2\n",
        "page_size = 2\n[publisher]\nname = \"Media & Co\"\nlogo = \"/logo.png\"\nfounding_date = \"1998\"\n\
         same_as = [\"https://social.example/@a\"]\n[publisher.policies]\nethics = \"@/pages/ethics.md#a\"\n\
         corrections = \"/ethics/\"\nownership = \"/nowhere/\"\nmasthead = \"https://other.example/who\"\n",
    );
    let publisher = &data(outlet.build(), "/politics/local/a/")[0]["publisher"];
    let wanted: Value = serde_json::from_str(
        r#"{"@type": "NewsMediaOrganization", "@id": "https://proof.example/#publisher",
        "name": "Media & Co", "alternateName": "Proof Post", "url": "https://proof.example/",
        "logo": {"@type": "ImageObject", "url": "https://proof.example/logo.png", "width": 60, "height": 30},
        "foundingDate": "1998", "sameAs": ["https://social.example/@a"],
        "ethicsPolicy": "https://proof.example/ethics/#a",
        "correctionsPolicy": "https://proof.example/ethics/",
        "masthead": "https://other.example/who"}"#,
    )
    .expect("JSON");
    assert_eq!(*publisher, wanted);
    outlet.write("content/pages/ethics.md", "+++\ntitle = \"Ethics\"\ndraft = true\n+++\n");
    outlet.build().equals_clean();
    let publisher = &data(&outlet, "/politics/local/a/")[0]["publisher"];
    assert_eq!(publisher["ethicsPolicy"], Value::Null);
}

#[test]
fn breadcrumbs_follow_the_sections() {
    let mut outlet = outlet("authors = [\"Ann\"]");
    outlet.build();
    for (path, names) in [
        (
            "/politics/local/a/",
            "Proof Post > Politics & <Power> > Local > A </script><b>\u{2028}\"&",
        ),
        ("/politics/local/", "Proof Post > Politics & <Power> > Local"),
        ("/authors/ann/", "Proof Post > Ann"),
        ("/latest/", "Proof Post > Latest"),
        ("/ethics/", "Proof Post > Ethics"),
    ] {
        let all = data(&outlet, path);
        let list = all.last().expect("breadcrumbs")["itemListElement"].as_array().cloned();
        let list = list.expect("a list");
        let found: Vec<&str> = list.iter().filter_map(|item| item["name"].as_str()).collect();
        assert_eq!(found.join(" > "), names);
        let last = list.last().expect("one").clone();
        assert_eq!(last["item"], format!("https://proof.example{path}"));
        assert_eq!(last["position"], list.len());
    }
}
