//! The lite edition: text alone, one file, never more than 10,000 bytes.
//!
//! Invariant: what is cut is cut between blocks and said to be, and leads to the full page.

use crate::support::{TestSite, site};

const MOST: usize = 10_000;

fn outlet(body: &str, theme: &str) -> TestSite {
    let settings = format!(
        "title = \"Post\"\nbase_url = \"https://proof.example/news\"\ntheme = \"{theme}\"\nlite = true\n\
         [languages.ckb]\n"
    );
    let story = format!(
        "+++\ntitle = \"Alpha\"\nsummary = \"Of it.\"\ndate = \"2026-11-20\"\nauthors = [\"Ann Ash\"]\ntags = [\"water\"]\n\
         image = {{ src = \"a.png\", alt = \"A river\" }}\n+++\n{body}\n"
    );
    let mut outlet = site("");
    outlet.write("site.toml", settings).write("content/politics/a.md", &story);
    outlet.write("content/ckb/politics/a.md", story).write("content/politics/a.png", "bytes");
    outlet.build().equals_clean();
    outlet
}

fn page(outlet: &TestSite) -> String {
    outlet.html("/lite/politics/a/")
}

#[test]
fn a_page_is_text_alone() {
    let body = "One ![a boat](a.png \"Boats\") [two](/about/).[^1]\n\n![](a.png)\n\n\
                [![here](a.png)](https://other.example/)\n\n\
                <script>alert(1)</script>\n\n<div class=\"x\" style=\"y\">In a box &amp; out<br>now</div>\n\n\
                Some <b onclick=\"x()\">bold</b> words.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[^1]: A note.";
    for theme in ["plain", "broadsheet"] {
        let outlet = outlet(body, theme);
        let html = page(&outlet);
        for word in [
            "<img",
            "<script",
            "alert",
            "onclick",
            "style=",
            "<picture",
            "<link rel=\"stylesheet",
            "src=",
            "tabindex",
        ] {
            assert!(!html.contains(word), "{theme}: {word} in {html}");
        }
        for text in [
            "<link rel=\"canonical\" href=\"https://proof.example/news/politics/a/\">",
            "One [<a href=\"/news/politics/a.png\">",
            ": Boats</a>] <a href=\"/about/\">two</a>.",
            "href=\"#fn-1\"",
            "<a href=\"https://other.example/\" rel=\"noopener\">[",
            ": here]</a>",
            "<p dir=\"auto\">In a box &amp; out now</p>",
            "Some bold words.",
            "<td>1</td>",
            "A note.",
        ] {
            assert!(html.contains(text), "{theme}: {text} in {html}");
        }
        let full = outlet.html("/politics/a/");
        assert!(full.contains("href=\"/news/lite/politics/a/\""), "{full}");
        assert!(outlet.html("/").contains("href=\"/news/lite/\""));
        assert!(outlet.html("/lite/").contains("href=\"/news/lite/politics/a/\""));
        assert!(outlet.html("/lite/ckb/").contains("href=\"/news/lite/ckb/politics/a/\""));
        assert!(!outlet.html("/sitemaps/2026-11.xml").contains("/lite/"));
    }
}

#[test]
fn a_long_story_is_cut_between_blocks() {
    let mut body = "Go to [the end](#end).[^1]\n\n".to_owned();
    for number in 0..300 {
        body += &format!("- Item {number}\n\nParagraph {number} with a few words in it.\n\n");
    }
    body += "## The end {#end}\n\n[^1]: The note.";
    for theme in ["plain", "broadsheet"] {
        let outlet = outlet(&body, theme);
        let html = page(&outlet);
        assert!(html.len() <= MOST && html.len() > MOST - 500, "{} bytes", html.len());
        assert!(html.contains("href=\"/news/politics/a/#end\""), "{html}");
        assert!(html.contains("href=\"/news/politics/a/#fn-1\""), "{html}");
        assert!(!html.contains("The note"), "{html}");
        assert_eq!(html.matches("<li>").count(), html.matches("</li>").count());
        assert_eq!(html.matches("<ul>").count(), html.matches("</ul>").count());
        let more = if theme == "plain" { "more</a>" } else { "Continue on the full page</a>" };
        assert!(html.contains(more), "{html}");
    }
}

#[test]
fn one_block_too_long_leaves_the_way_to_the_full_page() {
    let outlet = outlet(&"word ".repeat(4000), "broadsheet");
    let html = page(&outlet);
    assert!(html.len() <= MOST && html.contains("Continue on the full page"), "{html}");
}

#[test]
fn its_front_door_is_as_small() {
    let mut outlet = outlet("Text.", "broadsheet");
    outlet.edit("site.toml", "lite = true", "lite = true\npage_size = 200");
    for number in 0..120 {
        let title = "A headline of many words ".repeat(4);
        let story = format!("+++\ntitle = \"{title}\"\ndate = \"2026-11-01\"\n+++\nText.\n");
        outlet.write(&format!("content/sport/n{number}.md"), story);
    }
    outlet.build().equals_clean();
    let html = outlet.html("/lite/");
    assert!(html.len() <= MOST && html.matches("<li>").count() > 20, "{} bytes", html.len());
}

#[test]
fn it_follows_its_story_and_ends_with_the_setting() {
    let mut outlet = outlet("Text.", "plain");
    outlet.edit("content/politics/a.md", "Text.", "Other text.");
    outlet.build().rendered(&["/politics/a/", "/lite/politics/a/"]).equals_clean();
    outlet.edit("site.toml", "lite = true", "lite = false").build().equals_clean();
    outlet.removed(&["/lite/", "/lite/ckb/", "/lite/politics/a/", "/lite/ckb/politics/a/"]);
    outlet.lacks("lite/");
}
