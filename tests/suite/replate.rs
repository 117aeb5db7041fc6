//! Where parts are baked in, they are exchanged; a page is set anew only where it must be.
//!
//! Invariant: a row is what templates do with a part, an edit, and how many pages were replated.
//! Whatever the number, the output must equal a clean build, and rendering everything must find
//! each row of the ledger true.

use crate::support::{TestSite, site};

/// Four stories that show "The Latest", one of which the last three are in.
const OUTLET: &str = r#"
-- site.toml --
title = "Proof Post"
base_url = "https://proof.example"
theme = "plain"
fragments = "inline"

-- templates/fragments/latest.html --
{% for item in cards(limit=2) %}<b>{{ item.title }}</b>{% endfor %}

-- templates/fragments/first.html --
{% for item in cards(limit=9) %}{% if item.kicker == "First" %}<i>{{ item.title }}</i>{% endif %}{% endfor -%}

-- templates/fragments/both.html --
<p>{{ fragment(name="latest") }}{{ fragment(name="first") }}</p>

-- templates/story.html --
<h1>{{ story.title }}</h1>{{ story.body }}{{ fragment(name="latest") }}

-- content/news/a.md --
+++
title = "Alpha"
date = "2026-10-01"
+++
One.

-- content/news/b.md --
+++
title = "Beta"
date = "2026-10-02"
+++
It [links](a.md).

-- content/news/c.md --
+++
title = "Gamma"
date = "2026-10-03"
+++
Three.

-- content/news/d.md --
+++
title = "Delta"
date = "2026-10-04"
+++
Four.
"#;

fn outlet(template: &str) -> TestSite {
    let mut outlet = site(OUTLET);
    let page = format!("<h1>{{{{ story.title }}}}</h1>{{{{ story.body }}}}{template}");
    outlet.write("templates/story.html", page).build();
    outlet
}

/// How many story pages are replated after an edit.
fn replated(outlet: &mut TestSite, edit: impl Fn(&mut TestSite)) -> usize {
    edit(outlet);
    outlet.build();
    let replated = outlet.report().replated;
    outlet.equals_clean().is_true().is_at_rest();
    replated
}

fn a_story_more(outlet: &mut TestSite) {
    let more = "+++\ntitle = \"Epsilon\"\ndate = \"2026-10-05\"\n+++\nFive.\n";
    outlet.write("content/news/e.md", more);
}

macro_rules! row {
    ($name:ident: $template:expr, $edit:expr => $pages:expr) => {
        #[test]
        fn $name() {
            assert_eq!(replated(&mut outlet($template), $edit), $pages);
        }
    };
}

const LATEST: &str = r#"{{ fragment(name="latest") }}"#;

row! { a_part: LATEST, a_story_more => 4 }
row! { twice: r#"{{ fragment(name="latest") }}-{{ fragment(name="latest") }}"#, a_story_more => 4 }
row! { kept_and_printed_twice: r#"{% set part = fragment(name="latest") %}{{ part }}{{ part }}"#, a_story_more => 4 }
row! { two_parts: r#"{{ fragment(name="first") }}{{ fragment(name="latest") }}"#, |s| {
    a_story_more(s);
    s.edit("content/news/b.md", "title", "kicker = \"First\"\ntitle");
} => 0 }
row! { a_part_in_a_part: r#"{{ fragment(name="both") }}"#, a_story_more => 4 }
row! { another_template_of_the_part: LATEST, |s| {
    s.edit("templates/fragments/latest.html", "<b>", "<b class=\"x\">");
} => 4 }
row! { a_story_that_is_in_the_part: LATEST, |s| {
    s.edit("content/news/d.md", "Delta", "Delta again");
} => 3 }
row! { the_part_and_the_page: LATEST, |s| {
    a_story_more(s);
    s.edit("content/news/c.md", "Three", "Four");
} => 3 }
row! { the_part_and_a_link: LATEST, |s| {
    a_story_more(s);
    s.rename("content/news/a.md", "content/news/z.md");
    s.edit("content/news/b.md", "a.md", "z.md");
} => 2 }
row! { the_part_is_gone: LATEST, |s| {
    s.edit("templates/story.html", LATEST, "");
    s.delete("templates/fragments/latest.html");
} => 0 }

row! { asked_for_and_not_printed: r#"{% if fragment(name="latest") %}<hr>{% endif %}"#, a_story_more => 0 }
row! { measured: r#"{{ fragment(name="latest") | length }}"#, a_story_more => 0 }
row! { in_capitals: r#"{{ fragment(name="latest") | upper }}"#, a_story_more => 0 }
row! { as_data: r#"<script type="application/json">{{ fragment(name="latest") | json }}</script>"#, a_story_more => 0 }

#[test]
fn a_part_with_nothing_in_it_is_shown_to_templates() {
    let template = r#"{% set first = fragment(name="first") %}{% if first %}<aside>{{ first }}</aside>{% endif %}"#;
    let mut outlet = outlet(template);
    assert!(!outlet.html("/news/a/").contains("<aside>"));
    let first = |from: &'static str, to: &'static str| {
        move |s: &mut TestSite| {
            s.edit("content/news/b.md", from, to);
        }
    };
    assert_eq!(replated(&mut outlet, first("title", "kicker = \"First\"\ntitle")), 0);
    assert!(outlet.html("/news/a/").contains("<aside><i>Beta</i></aside>"));
    assert_eq!(replated(&mut outlet, first("Beta", "Better")), 3);
    assert!(outlet.html("/news/a/").contains("<aside><i>Better</i></aside>"));
    assert_eq!(replated(&mut outlet, first("kicker = \"First\"", "")), 0);
    assert!(!outlet.html("/news/a/").contains("<aside>"));
}

#[test]
fn a_page_that_somebody_altered_is_set_anew() {
    let mut outlet = outlet(LATEST);
    let page = outlet.public().join("news/a/index.html");
    let text = outlet.html("/news/a/").replace("One.", "0ne.");
    std::fs::write(page, text).expect("the page can be written");
    assert_eq!(replated(&mut outlet, a_story_more), 3);
}

#[test]
fn a_chain_of_exchanges_ends_where_a_clean_build_does() {
    let mut outlet = outlet(r#"{{ fragment(name="both") }}{{ fragment(name="latest") }}"#);
    for (n, title) in ["ڕۆژنامە", "x", "A longer headline than all before it"].iter().enumerate()
    {
        let story =
            format!("+++\ntitle = \"{title}\"\ndate = \"2026-11-0{}\"\n+++\nText.\n", n + 1);
        let edit = |s: &mut TestSite| {
            s.write(&format!("content/news/n{n}.md"), &story);
        };
        assert_eq!(replated(&mut outlet, edit), 4 + n, "{title}");
    }
    for n in 0..3 {
        let delete = |s: &mut TestSite| {
            s.delete(&format!("content/news/n{}.md", 2 - n));
        };
        assert_eq!(replated(&mut outlet, delete), 6 - n);
    }
}
