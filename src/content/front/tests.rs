//! What front matter means, as tables of cases; and that no input makes the reader panic.

use super::*;
use crate::base::{Code, UrlPath};
use std::fmt::Write;

const BAGHDAD: Tz = chrono_tz::Asia::Baghdad;

fn toml(lines: &str) -> String {
    format!("+++\n{lines}\n+++\nbody\n")
}

fn yaml(lines: &str) -> String {
    format!("---\n{lines}\n---\nbody\n")
}

/// A whole story with these lines besides.
fn toml_story(lines: &str) -> String {
    toml(&format!("title = \"T\"\ndate = 2026-11-22\n{lines}"))
}

fn yaml_story(lines: &str) -> String {
    yaml(&format!("title: T\ndate: 2026-11-22\n{lines}"))
}

#[track_caller]
fn front(text: &str) -> Front {
    let (front, findings) = read("a/b.md", text, BAGHDAD, true);
    front.unwrap_or_else(|| panic!("{text}\n{findings:#?}"))
}

/// Every finding as `line code: underlined`.
fn marks(text: &str) -> Vec<String> {
    let (front, findings) = read("a/b.md", text, BAGHDAD, true);
    assert_eq!(front.is_none(), diag::any_error(&findings), "{text}");
    let mark = |finding: &Diagnostic| {
        let place = finding.at.as_ref().expect("a place");
        assert_eq!(place.path, "content/a/b.md");
        format!("{} {}: {}", place.line, finding.code.slug(), &place.excerpt[place.span.clone()])
    };
    findings.iter().map(mark).collect()
}

/// The help of the first finding.
#[track_caller]
fn help(text: &str) -> String {
    let (_, findings) = read("a/b.md", text, BAGHDAD, true);
    let first = findings.into_iter().next().unwrap_or_else(|| panic!("nothing found:\n{text}"));
    first.help.unwrap_or_else(|| panic!("no help:\n{text}"))
}

#[track_caller]
fn marked(cases: &[(String, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(marks(text), *expected, "{text}");
    }
}

#[track_caller]
fn helped(cases: &[(String, &str)]) {
    for (text, expected) in cases {
        let help = help(text);
        assert!(help.contains(expected), "{text}\nhelp: {help}\nwanted: {expected}");
    }
}

const WHOLE_TOML: &str = r#"title = " Water returns "
date = 2026-11-22T08:30:00
updated = 2026-11-23
authors = ["Shilan Ahmed", " karwan ", ""]
tags = ["water", 2026, " "]
summary = "After nine days."
kicker = "Analysis"
type = "analysis"
access = "subscribers"
dateline = "Erbil"
series = "The dry year"
image = { src = "tap.jpg", alt = "A tap", caption = "Open again", credit = "S. Ahmed" }
slug = "water"
aliases = ["/old/water/", "/caf%C3%A9/"]
draft = false
embargo = "2026-11-22T09:00:00+03:00"
expires = 2027-01-01
corrections = [{ date = 2026-11-24, text = "Nine days, not ten." }]
translation_of = "ckb/ناو.md"
comments = false
extra = { z = 1, a = [1.5, true, { d = 2026-11-22 }] }"#;

const WHOLE_YAML: &str = r#"title: " Water returns "
date: 2026-11-22T08:30:00
updated: 2026-11-23
authors: [Shilan Ahmed, " karwan ", ""]
tags:
  - water
  - 2026
  - " "
  - ~
summary: After nine days.
kicker: Analysis
type: AnalysisNewsArticle
access: Subscribers
dateline: Erbil
series: The dry year
image:
  src: tap.jpg
  alt: A tap
  caption: Open again
  credit: S. Ahmed
slug: water
aliases:
- /old/water/
- /caf%C3%A9/
draft: no
embargo: 2026-11-22 9:00 +03
expires: "2027-01-01"
corrections:
  - date: 2026-11-24
    text: Nine days, not ten.
translation_of: ckb/ناو.md
comments: off
extra: { z: 1, a: [1.5, true, { d: 2026-11-22 }] }"#;

#[test]
fn both_syntaxes_say_the_same() {
    let (mut toml, mut yaml) = (front(&toml(WHOLE_TOML)), front(&yaml(WHOLE_YAML)));
    for front in [&mut toml, &mut yaml] {
        front.places.clear();
        (front.title_at, front.body_at) = (0..0, 0);
    }
    assert_eq!(toml, yaml);
    assert_eq!(toml.title, "Water returns");
    assert_eq!(toml.date.map(|d| d.rfc3339(BAGHDAD)).as_deref(), Some("2026-11-22T08:30:00+03:00"));
    assert_eq!(toml.authors, ["Shilan Ahmed", "karwan"]);
    assert_eq!(toml.tags, ["water", "2026"]);
    let aliases: Vec<&str> = toml.aliases.iter().map(UrlPath::as_str).collect();
    assert_eq!(aliases, ["/old/water/", "/café/"]);
    assert_eq!(toml.extra, r#"{"z":1,"a":[1.5,true,{"d":"2026-11-22"}]}"#);
    assert_eq!((toml.draft, toml.comments), (false, Some(false)));
    assert_eq!(toml.corrections.len(), 1);
}

#[test]
fn every_key_is_read() {
    let whole = front(&toml(WHOLE_TOML));
    let known: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
    assert!(known.iter().all(|key| whole.places.contains_key(key)), "{:?}", whole.places);
    assert_eq!(whole.places.len(), known.len());
}

#[test]
fn places_are_those_of_the_file() {
    for text in [toml(WHOLE_TOML), yaml(WHOLE_YAML), yaml(&WHOLE_YAML.replace('\n', "\r\n"))] {
        let front = front(&text);
        assert!(text[front.title_at].contains("Water returns"));
        assert_eq!(text[front.body_at..].trim(), "body");
        for (key, at) in front.places {
            let entry = &text[at];
            assert!(entry.starts_with(key), "{key}: {entry}");
            assert!(!entry.ends_with(char::is_whitespace), "{key}: {entry}");
        }
    }
}

#[test]
fn the_fences_may_be_untidy() {
    for text in [
        "+++\ntitle = 'T'\ndate = 2026-11-22\n+++\nbody",
        "\u{feff}+++\ntitle = 'T'\ndate = 2026-11-22\n+++\nbody",
        "\u{feff}\r\n \n---  \r\ntitle: T\r\ndate: 2026-11-22\r\n---\t\r\nbody",
        "---\ntitle: T\ndate: 2026-11-22\n---   \nbody",
        "---\ntitle: T # the headline\n\n# and the day\ndate: 2026-11-22\n\n---\nbody",
        "---\n{title: T, date: 2026-11-22}\n---\nbody",
        "---\ntitle: |\n  T\n  --- \ndate: 2026-11-22\n---\nbody",
    ] {
        let front = front(text);
        assert_eq!(front.title.lines().next(), Some("T"), "{text}");
        assert_eq!(&text[front.body_at..], "body", "{text}");
    }
    let bare = "---\ntitle: T\ndate: 2026-11-22\n---";
    assert_eq!(front(bare).body_at, bare.len());
}

#[test]
fn what_has_no_front_matter_is_told_so() {
    marked(&[
        (String::new(), &["1 no-front-matter: "]),
        ("Once upon a time\n".into(), &["1 no-front-matter: "]),
        ("-----\ntitle: T\n-----\n".into(), &["1 no-front-matter: -----"]),
        ("—\ntitle: T\n—\n".into(), &["1 no-front-matter: —"]),
        ("---\ntitle: T\n\nbody\n".into(), &["1 unclosed-front-matter: ---"]),
        ("\n+++\ntitle = 'T'\n---\n".into(), &["2 unclosed-front-matter: +++"]),
        ("---".into(), &["1 unclosed-front-matter: ---"]),
        ("---\n---".into(), &["1 missing-title: ---", "1 missing-date: ---"]),
        ("+++\n# nothing\n+++\n".into(), &["1 missing-title: +++", "1 missing-date: +++"]),
    ]);
    helped(&[
        ("Once upon a time\n".into(), "+++\ntitle = \"…\"\ndate = 2026-11-22\n+++"),
        ("—\ntitle: T\n—\n".into(), "exactly `---`"),
        ("---\ntitle: T\n\nbody\n".into(), "add a line `---` after the last key, before line 3"),
        ("+++\ntitle = 'T'\n---\n".into(), "write `+++` here as well"),
    ]);
}

#[test]
fn pages_need_no_date() {
    let (front, findings) = read("about.md", "+++\ntitle = 'About'\n+++\n", BAGHDAD, false);
    assert_eq!((front.and_then(|front| front.date), findings), (None, vec![]));
    let (_, findings) = read("about.md", "About us", BAGHDAD, false);
    assert!(!findings[0].help.as_deref().expect("a help").contains("date"));
}

#[test]
fn moments_are_read_as_they_are_written() {
    for (written, expected) in [
        ("2026-11-22", "2026-11-22T00:00:00+03:00"),
        ("2026-11-22T08:30:00", "2026-11-22T08:30:00+03:00"),
        ("2026-11-22 08:30:00", "2026-11-22T08:30:00+03:00"),
        ("2026-11-22T08:30", "2026-11-22T08:30:00+03:00"),
        ("2026-11-22T08:30:00.5", "2026-11-22T08:30:00+03:00"),
        ("2026-11-22T08:30:00Z", "2026-11-22T11:30:00+03:00"),
        ("2026-11-22T08:30:00-05:00", "2026-11-22T16:30:00+03:00"),
        ("\"2026-11-22T08:30:00-05:00\"", "2026-11-22T16:30:00+03:00"),
        ("\"2026-11-22\"", "2026-11-22T00:00:00+03:00"),
        ("\"2026-11-22 8:30\"", "2026-11-22T08:30:00+03:00"),
    ] {
        for text in [
            toml(&format!("title = 'T'\ndate = {written}")),
            yaml(&format!("title: T\ndate: {written}")),
        ] {
            let date = front(&text).date.map(|date| date.rfc3339(BAGHDAD));
            assert_eq!(date.as_deref(), Some(expected), "{text}");
        }
    }
}

#[test]
fn bad_dates_come_with_the_good_one() {
    helped(&[
        (yaml("title: T\ndate: 22.11.2026"), "write `date: 2026-11-22`"),
        (yaml("title: T\ndate: 22/11/2026"), "write `date: 2026-11-22`"),
        (yaml("title: T\ndate: 11/22/2026"), "write `date: 2026-11-22`"),
        (yaml("title: T\ndate: 3/4/2026"), "`date: 2026-04-03` or `date: 2026-03-04`"),
        (yaml("title: T\ndate: 2026/11/22"), "write `date: 2026-11-22`"),
        (yaml("title: T\ndate: 2026-1-5"), "write `date: 2026-01-05`"),
        (yaml("title: T\ndate: 20261122"), "write `date: 2026-11-22`"),
        (yaml("title: T\ndate: 2026-22-11"), "write `date: 2026-11-22`"),
        (yaml("title: T\ndate: Nov 22, 2026"), "write `date: 2026-11-22`"),
        (yaml("title: T\ndate: 22 November 2026"), "write `date: 2026-11-22`"),
        (yaml("title: T\ndate: Sunday, 22 November 2026"), "write `date: 2026-11-22`"),
        (yaml("title: T\ndate: 22.11.2026 8:30"), "write `date: \"2026-11-22 8:30\"`"),
        (yaml("title: T\ndate: ٢٢/١١/٢٠٢٦"), "write `date: 2026-11-22`"),
        (yaml("title: T\ndate: ۲۰۲۶-۱۱-۲۲"), "write `date: 2026-11-22`"),
        (yaml("title: T\ndate: yesterday"), "`date: 2026-11-22T08:30:00+03:00`"),
        (toml("title = 'T'\ndate = 22.11.2026"), "write `date = 2026-11-22`"),
        (toml("title = 'T'\ndate = \"22.11.2026\""), "write `date = 2026-11-22`"),
        (toml("title = 'T'\ndate = 2026-11-22 8:30"), "`date = \"2026-11-22 8:30\"`"),
        (toml("title = 'T'\ndate = 2026-02-30"), "`date = 2026-11-22T08:30:00+03:00`"),
    ]);
    marked(&[
        (toml("title = 'T'\ndate = 2026-02-30"), &["3 bad-date: 2026-02-30"]),
        (toml("title = 'T'\ndate = 08:30:00"), &["3 bad-date: 08:30:00"]),
        (toml("title = 'T'\ndate = \"2026-11-22T25:00\""), &["3 bad-date: \"2026-11-22T25:00\""]),
        (yaml_story("updated: never"), &["4 bad-date: never"]),
        (yaml_story("embargo: soon"), &["4 bad-date: embargo"]),
        (yaml_story("expires: 2026"), &["4 bad-date: expires"]),
        (yaml_story("corrections: [{date: then, text: x}]"), &["4 bad-date: then"]),
    ]);
}

#[test]
fn nothing_is_absent() {
    let nothing = ["~", "null", "", "\"\"", "\"  \""];
    for key in KEYS.iter().filter(|key| !matches!(key.name, "title" | "date" | "slug")) {
        for value in nothing {
            let mut given = front(&yaml_story(&format!("{}: {value}", key.name)));
            given.places.clear();
            given.body_at = front(&yaml_story("")).body_at;
            let mut without = front(&yaml_story(""));
            without.places.clear();
            assert_eq!(given, without, "{}: {value}", key.name);
        }
    }
    for key in ["authors", "tags", "aliases", "corrections"] {
        assert_eq!(marks(&yaml_story(&format!("{key}: []"))), [""; 0]);
        assert_eq!(marks(&yaml_story(&format!("{key}: [~, \"\"]"))), [""; 0]);
    }
    assert_eq!(marks(&yaml_story("image: {src: '', alt: ''}")), [""; 0]);
    assert_eq!(marks(&yaml_story("slug:")), [""; 0]);
}

#[test]
fn one_text_is_a_list_of_one() {
    assert_eq!(front(&toml_story("author = \"Shilan, Karwan\"")).authors, ["Shilan, Karwan"]);
    assert_eq!(front(&yaml_story("tags: water")).tags, ["water"]);
    assert_eq!(front(&yaml_story("tags: 2026")).tags, ["2026"]);
    assert_eq!(
        front(&yaml_story("tags: [1.10, 007, no, 2026-01-01]")).tags.join(" "),
        "1.10 007 no 2026-01-01"
    );
    assert_eq!(front(&toml_story("tags = [2026-01-01, 0x1F]")).tags, ["2026-01-01", "0x1F"]);
    assert_eq!(front(&yaml_story("aliases: /old/")).aliases.len(), 1);
    assert_eq!(front(&yaml_story("aliases: [/old/, /old/, '/%6fld/']")).aliases.len(), 1);
    assert_eq!(front(&yaml_story("corrections: {date: 2026-11-23, text: x}")).corrections.len(), 1);
    assert_eq!(&*front(&yaml_story("image: tap.jpg")).image.expect("a picture").src, "tap.jpg");
}

#[test]
fn truth_has_several_words() {
    for (word, truth) in [
        ("true", true),
        ("yes", true),
        ("On", true),
        ("false", false),
        ("no", false),
        ("'No'", false),
    ] {
        let front = front(&yaml_story(&format!("draft: {word}\ncomments: {word}")));
        assert_eq!((front.draft, front.comments), (truth, Some(truth)), "{word}");
    }
    assert!(front(&toml_story("draft = \"yes\"")).draft);
}

#[test]
fn keys_have_second_names() {
    let front = front(&toml_story(
        "author = 'A'\ndescription = 'S'\npublish_date = 2026-11-23\nexpiry_date = 2026-11-24",
    ));
    assert_eq!((front.authors.join(""), &*front.summary), ("A".to_owned(), "S"));
    assert!(front.embargo < front.expires && front.embargo.is_some());
    assert_eq!(front.places.keys().filter(|key| **key == "embargo").count(), 1);
}

#[test]
fn a_key_stands_once() {
    marked(&[
        (yaml_story("title: U"), &["4 duplicate-key: title"]),
        (toml_story("title = 'U'"), &["4 duplicate-key: title"]),
        (yaml_story("summary: x\ndescription: y"), &["5 duplicate-key: description"]),
        (toml_story("author = 'x'\nauthors = ['y']"), &["5 duplicate-key: authors"]),
        (yaml_story("extra: {a: 1, b: 2, a: 3}"), &["4 duplicate-key: a"]),
        (toml_story("extra = { a = 1, a = 2 }"), &["4 duplicate-key: a"]),
        (toml_story("tags = []\n[extra]\n[extra]"), &["6 duplicate-key: extra"]),
        (
            yaml_story("tags: a\ntags: b\ntags: c\nslug: ''"),
            &["5 duplicate-key: tags", "6 duplicate-key: tags", "7 bad-slug: ''"],
        ),
    ]);
}

#[test]
fn unknown_keys_are_named() {
    marked(&[
        (yaml("titel: T\ndate: 2026-11-22"), &["2 unknown-key: titel"]),
        (
            yaml_story("layout: post\nweight: 3"),
            &["4 unknown-key: layout", "5 unknown-key: weight"],
        ),
        (toml_story("'two words' = 1"), &["4 unknown-key: 'two words'"]),
        (toml_story("image = { src = 'x', atl = 'y' }"), &["4 unknown-key: atl"]),
        (
            toml_story("[[corrections]]\ndate = 2026-11-23\ntext = 'x'\nby = 'me'"),
            &["7 unknown-key: by"],
        ),
    ]);
    helped(&[
        (yaml_story("tgas: x"), "did you mean `tags`?"),
        (yaml_story("Kicker: x"), "did you mean `kicker`?"),
        (yaml_story("headline: x"), "did you mean `title`?"),
        (yaml_story("redirect_from: x"), "did you mean `aliases`?"),
        (yaml_story("layout: post"), "`extra: { layout: post }`"),
        (toml_story("layout = 'post'"), "`extra.layout = 'post'`"),
        (toml_story("'two words' = 1"), "`extra.\"two words\" = 1`"),
        (toml_story("image = { src = 'x', atl = 'y' }"), "did you mean `alt`?"),
        (toml_story("[image]\nsrc = 'x'\ntags = []"), "move it up, before `image`"),
        (toml("title = 'T'\n[extra]\ndate = 2026-11-22"), "`date` stands below `[extra]`"),
    ]);
}

#[test]
fn wrong_types_are_named() {
    marked(&[
        (yaml("title: 1984\ndate: 2026-11-22"), &["2 wrong-type: 1984"]),
        (toml("title = ['T']\ndate = 2026-11-22"), &["2 wrong-type: ['T']"]),
        (toml("title = ''\ndate = ''"), &["2 missing-title: title", "3 missing-date: date"]),
        (toml_story("tags = { a = 1 }"), &["4 wrong-type: { a = 1 }"]),
        (toml_story("authors = [true]"), &["4 wrong-type: true"]),
        (yaml_story("updated: [2026-11-22]"), &["4 wrong-type: [2026-11-22]"]),
        (yaml_story("draft: perhaps"), &["4 wrong-type: draft"]),
        (yaml_story("comments: 1"), &["4 wrong-type: 1"]),
        (yaml_story("aliases: {a: b}"), &["4 wrong-type: {a: b}"]),
        (yaml_story("aliases: [5]"), &["4 wrong-type: 5"]),
        (yaml_story("slug: 5"), &["4 wrong-type: 5"]),
        (yaml_story("type: opnion"), &["4 wrong-type: opnion"]),
        (toml_story("type = 5"), &["4 wrong-type: 5"]),
        (toml_story("access = \"paid\""), &["4 wrong-type: \"paid\""]),
        (yaml_story("image: [a.jpg]"), &["4 wrong-type: [a.jpg]"]),
        (yaml_story("image:\n  alt: x"), &["5 wrong-type: alt: x"]),
        (yaml_story("image:\n  src: 1"), &["5 wrong-type: 1"]),
        (yaml_story("corrections: [x]"), &["4 wrong-type: x"]),
        (yaml_story("corrections:\n- date: 2026-11-22"), &["5 wrong-type: date: 2026-11-22"]),
        (yaml_story("corrections:\n- text: x"), &["5 wrong-type: text: x"]),
        (yaml_story("extra: x"), &["4 wrong-type: x"]),
        (yaml_story("extra: {a: [.nan]}"), &["4 wrong-type: .nan"]),
        (toml_story("extra.a = inf"), &["4 wrong-type: inf"]),
        (toml_story("extra.a = 99999999999999999999"), &["4 wrong-type: 99999999999999999999"]),
        (yaml_story("tags:\n- a: b\n- c"), &["5 wrong-type: a: b"]),
    ]);
    helped(&[
        (yaml("title: 1984\ndate: 2026-11-22"), "write `title: \"1984\"`"),
        (toml_story("tags = { a = 1 }"), "write `tags = [\"…\", \"…\"]`"),
        (yaml_story("tags:\n- Erbil: one year on"), "put it in quotes: `\"Erbil: one year on\"`"),
        (yaml("title: #hashtag\ndate: 2026-11-22"), "`title: \"#hashtag\"`"),
    ]);
}

#[test]
fn all_faults_are_found_at_once() {
    marked(&[(
        yaml("title: [T]\ndate: 22.11.2026\nlayout: post\nslug: a/b\naliases: [x]\ntags: {}"),
        &[
            "4 unknown-key: layout",
            "2 wrong-type: [T]",
            "3 bad-date: 22.11.2026",
            "5 bad-slug: a/b",
            "6 bad-alias: x",
            "7 wrong-type: {}",
        ],
    )]);
}

#[test]
fn slugs_are_one_segment() {
    for slug in
        ["water", "ئاو-و-خاک", "a.b", "Water Returns", "c++", "2026-11", "نیم\u{200c}روز", "🦀"]
    {
        assert_eq!(front(&yaml_story(&format!("slug: '{slug} '"))).slug.as_deref(), Some(slug));
    }
    for (slug, proposed) in [
        ("a/b", "`slug: \"b\"`"),
        ("../../Up And Away", "`slug: \"up-and-away\"`"),
        ("..", "leave `slug` out"),
        (".", "leave `slug` out"),
        ("", "leave `slug` out"),
        ("/politics/vote/", "`slug: \"vote\"`"),
        ("a\\\\b", "`slug: \"b\"`"),
        ("who?", "`slug: \"who\"`"),
        ("a#b", "`slug: \"a-b\"`"),
        ("50%", "`slug: \"50\"`"),
        ("a\\u0007b", "`slug: \"a-b\"`"),
        ("\\u200b", "leave `slug` out"),
        ("\\u00a0\\ufe0f\\ufeff", "leave `slug` out"),
        ("\\u202Ex", "`slug: \"x\"`"),
        ("a\\u2067b", "`slug: \"a-b\"`"),
    ] {
        let text = yaml_story(&format!("slug: \"{slug}\""));
        assert!(marks(&text)[0].starts_with("4 bad-slug: "), "{slug}");
        assert!(help(&text).contains(proposed), "{slug}: {}", help(&text));
    }
}

#[test]
fn aliases_are_paths_on_this_site() {
    for (alias, help_with) in [
        ("old/path/", "`aliases: [\"/old/path/\"]`"),
        ("https://example.org/old/?p=5", "`aliases: [\"/old/\"]`"),
        ("/old/?p=5", "`aliases: [\"/old/\"]`"),
        ("/old/#top", "`aliases: [\"/old/\"]`"),
        ("/a/../b/", "begins with `/`"),
        ("/%2e%2e/b/", "begins with `/`"),
        ("/a//b/", "begins with `/`"),
        ("/%ff/", "begins with `/`"),
        ("https://example.org", "begins with `/`"),
        ("//evil.example/", "`aliases: [\"/evil.example/\"]`"),
    ] {
        let text = yaml_story(&format!("aliases: [/fine/, '{alias}']"));
        assert_eq!(marks(&text), [format!("4 bad-alias: '{alias}'")]);
        assert!(help(&text).contains(help_with), "{alias}: {}", help(&text));
    }
}

#[test]
fn early_expiry_is_a_warning() {
    for (lines, early) in [
        ("expires: 2026-11-21", true),
        ("expires: 2026-11-22", true),
        ("expires: 2026-11-23", false),
        ("embargo: 2026-12-01\nexpires: 2026-11-23", true),
    ] {
        let (front, findings) = read("a.md", &yaml_story(lines), BAGHDAD, true);
        assert!(front.is_some(), "{lines}");
        assert_eq!(findings.iter().any(|f| f.code == Code::ExpiresEarly), early, "{lines}");
    }
}

#[test]
fn yaml_that_cannot_be_read() {
    marked(&[
        (yaml("title: Vote: what now\ndate: x"), &["2 bad-front-matter: :"]),
        (yaml("title: T\ntags: \"a\ndate: 2026-11-22"), &["3 bad-front-matter: \""]),
        (yaml("title: T\ntags:\n\t- x"), &["4 bad-front-matter: \t"]),
        (yaml("title: T\nwords"), &["3 bad-front-matter: w"]),
        (yaml("words"), &["2 bad-front-matter: words"]),
        (yaml("- a\n- b"), &["2 bad-front-matter: - a"]),
        (yaml("title: T\n--- two\n"), &["3 bad-front-matter: ---"]),
        (yaml("a: &a [*a]"), &["2 bad-front-matter: *a"]),
        // It could say that the story is a draft.
        (yaml("? [a, b]\n: c"), &["2 bad-front-matter: …"]),
    ]);
    helped(&[
        (yaml("title: Vote: what now"), "`title: \"Vote: what now\"`"),
        (yaml("title: T\ntags:\n- a: b: c"), "`- \"a: b: c\"`"),
        (yaml("title: \"He said \"no\" twice\""), r#"`title: "He said \"no\" twice"`"#),
        (yaml("title: 'It's over'"), "`title: \"It's over\"`"),
        (yaml("title: *bold* claim"), "`title: \"*bold* claim\"`"),
        (yaml("title: @handle"), "`title: \"@handle\"`"),
        (yaml("title: [Opinion] Why"), "`title: \"[Opinion] Why\"`"),
        (yaml("title: {{ page.title }} x"), "`title: \"{{ page.title }} x\"`"),
        (yaml("title: \"open\ndate: 2026-11-22"), "`title: \"open\"`"),
        (yaml("title: T\n\tdate: x"), "spaces, never with tabs"),
        (yaml("title: T\n  date: 2026-11-22"), "begin the line at the margin: `date:"),
        (yaml("title = \"T\""), "`title: \"T\"`"),
        (yaml("title: T\n--- two\n"), "exactly `---`"),
    ]);
}

#[test]
fn toml_that_cannot_be_read() {
    marked(&[
        (
            toml("title = A vote\ntags = [water]"),
            &["2 bad-front-matter: A vote", "3 bad-front-matter: water"],
        ),
        (toml("title: T"), &["2 bad-front-matter: "]),
        (toml("title = \"T\ndate = 2026-11-22"), &["2 bad-front-matter: "]),
        (toml("[title"), &["2 bad-front-matter: "]),
    ]);
    helped(&[
        (toml("title = A vote"), "`title = \"A vote\"`"),
        (toml("title = “A vote”"), "`title = \"A vote\"`"),
        (toml("title = \"A vote"), "`title = \"A vote\"`"),
        (toml("title = \"He said \"no\"\""), r#"`title = "He said \"no\""`"#),
        (toml("tags = [water, \"x\"]"), "`tags = [\"water\", \"x\"]`"),
        (toml("title: A vote"), "`title = \"A vote\"`"),
        (toml("draft: true"), "`draft = true`"),
        (toml("title ="), "`title = \"…\"`"),
        (toml("title = \"T\" date = 5"), "a line of its own"),
    ]);
}

#[test]
fn unpublished_words_stay_inside() {
    for text in [
        yaml("draft: true\ntilte: canary\ntags: {canary: 1}\nlayout: canary"),
        yaml("title: canary: canary\ndraft: yes"),
        yaml("title: [canary]\nembargo: 2026-11-22"),
        yaml("title: [canary\nexpires: 2026-11-22"),
        yaml("title: #canary\ndraft: true"),
        yaml("draft: true\ntags:\n- canary: canary\n- {canary: 1}"),
        yaml("{draft: true, title: [canary]}"),
        toml("draft = true\ntitle = canary\nkicker: canary"),
        toml("title = \"canary\ndraft = true"),
        toml("publish_date = 2026-11-22\nheadline = \"canary\"\ntitle = ['canary']"),
        "---\ntitle: canary\ndraft: true\n".to_owned(),
        "canary".to_owned(),
    ] {
        let (front, findings) = read("a.md", &text, BAGHDAD, true);
        assert!(front.is_none(), "{text}");
        assert!(!format!("{findings:?}").contains("canary"), "{text}\n{findings:#?}");
    }
}

#[test]
fn unpublished_words_stay_inside_where_bytes_are_no_text() {
    for below in [
        "embargo = 2026-12-01\n+++\n",
        "draft = true\n+++\n",
        "\"dr\\u0061ft\" = true\n+++\n",
        "? draft\n: true\n---\n",
    ] {
        let fence = if below.ends_with("+++\n") { "+++" } else { "---" };
        let text = [fence.as_bytes(), b"\ntitle = \"canary \xff\"\n", below.as_bytes()].concat();
        let finding = as_text(&text, "a.md").expect_err("not UTF-8");
        assert!(!format!("{finding:?}").contains("canary"), "{below}: {finding:?}");
    }
}

#[test]
fn bytes_that_are_no_text() {
    let latin = b"---\ntitle: T\ndate: 2026-11-22\n---\nCaf\xe9 au lait\n";
    let finding = as_text(latin, "a.md").expect_err("not UTF-8");
    let place = finding.at.expect("a place");
    assert_eq!((place.path.as_str(), place.line, place.column), ("content/a.md", 5, 4));
    assert_eq!(&place.excerpt[place.span], "\u{fffd}");
    assert!(finding.message.contains("0xe9 at line 5, column 4"), "{}", finding.message);
    let utf16 = as_text(b"\xff\xfe-\0-\0", "a.md").expect_err("UTF-16");
    assert!(utf16.message.contains("UTF-16"));
    assert_eq!(as_text("ئاو".as_bytes(), "a.md"), Ok("ئاو"));
    for end in 0..latin.len() {
        let mut bytes = latin.to_vec();
        bytes[end] = 0xff;
        assert!(as_text(&bytes, "a.md").is_err());
    }
}

/// Keys that keep a story from readers, where they would not: below `[extra]` by a slip.
#[test]
fn nobody_is_published_by_a_slip() {
    for key in ["draft", "embargo", "publish_date", "expires", "expiry_date"] {
        for (text, mark) in [
            (toml_story(&format!("[extra]\nx = 1\n{key} = true")), "6"),
            (toml_story(&format!("[extra.film]\nx = 1\n{key} = 2026-11-22")), "6"),
            (toml_story(&format!("extra.{key} = true")), "4"),
            (yaml_story(&format!("extra:\n  x: 1\n  {key}: 2027-01-01")), "6"),
        ] {
            let marks = marks(&text);
            assert_eq!(marks.len(), 1, "{text}");
            assert!(marks[0].starts_with(&format!("{mark} misplaced-key: ")), "{marks:?}");
            assert!(!marks[0].contains("20"), "{marks:?}");
        }
    }
    helped(&[
        (toml_story("[extra]\ndraft = true"), "above `[extra]`"),
        (yaml_story("extra:\n  Draft: true"), "at the margin: `draft:`"),
    ]);
    assert_eq!(marks(&toml_story("draft = true\n[extra]\nredraft = true")), [""; 0]);
}

#[test]
fn a_section_takes_no_slug() {
    for (path, found) in [("a/_index.md", 1), ("_index.md", 1), ("a/index.md", 0), ("a/b.md", 0)] {
        let (front, findings) = read(path, &toml("title = \"T\"\nslug = \"x\""), BAGHDAD, false);
        let codes: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, vec![Code::NoEffect; found], "{path}");
        assert!(front.is_some(), "{path}");
    }
}

#[test]
fn what_has_no_letter_has_no_page() {
    for (lines, found) in [
        ("tags = [\"!!!\", \"C++\", \"¿?\"]", vec!["4 no-effect: \"!!!\"", "4 no-effect: \"¿?\""]),
        ("tags = [\"\", \"آو\", \"7\"]", vec![]),
        ("series = \"…\"", vec!["4 no-effect: \"…\""]),
        ("series = \"Water…\"", vec![]),
        ("tags = \"—\"", vec!["4 no-effect: \"—\""]),
    ] {
        assert_eq!(marks(&toml_story(lines)), found, "{lines}");
    }
}

#[test]
fn line_ends_of_old_macs_are_named() {
    for text in [toml_story(""), yaml_story("draft: true")] {
        let old = text.replace('\n', "\r");
        assert_eq!(marks(&old), ["1 no-front-matter: "], "{old:?}");
        assert!(help(&old).contains("LF"), "{}", help(&old));
        assert_eq!(marks(&text.replace('\n', "\r\n")), [""; 0], "{text}");
    }
}

/// A few lines that would be a great deal if they were believed.
#[test]
fn bombs_do_not_go_off() {
    let mut laughs = String::from("a: &a [x, x, x, x, x, x, x, x, x, x]\n");
    for (name, of) in "bcdefghij".chars().zip("abcdefghi".chars()) {
        let _ = writeln!(laughs, "{name}: &{name} [{}]", vec![format!("*{of}"); 10].join(", "));
    }
    let deep = |open: &str, close: &str| open.repeat(20_000) + &close.repeat(20_000);
    for text in [
        yaml(&laughs),
        yaml(&format!("extra: {}", deep("[", "]"))),
        yaml(&format!("extra: {}", deep("{a: ", "}"))),
        yaml(&(0..2_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<String>()),
        yaml(&"- ".repeat(20_000)),
        yaml(&"? ".repeat(20_000)),
        yaml(&format!("tags: [{}]", "x, ".repeat(50_000))),
        toml(&format!("extra = {}", deep("[", "]"))),
        toml(&format!("extra = {}", deep("{a=", "}"))),
        toml(&format!("extra{} = 1", ".a".repeat(20_000))),
        toml(&format!("[extra{}]", ".a".repeat(20_000))),
        toml(&(0..50_000).map(|n| format!("k{n} = 1\n")).collect::<String>()),
        yaml(&format!("a: &a |\n  {}\nb: [{}]", "x".repeat(100_000), vec!["*a"; 9_000].join(","))),
        yaml(&format!("tags: [{}]", vec!["{a: b}"; 3_000].join(","))),
        toml(&"x = = =\n".repeat(50_000)),
    ] {
        assert_ne!(marks(&text), [""; 0], "{:.60}", text);
    }
}

/// Pieces that front matter is made of, and some that it should not be.
const PIECES: &[&str] = &[
    "---\n",
    "+++\n",
    "\n",
    "\r\n",
    " ",
    "\t",
    ": ",
    " = ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!!str ",
    "|\n",
    ">-\n",
    "<<: ",
    "? ",
    "%",
    "@",
    "`",
    "\\",
    "\\u0000",
    "\u{feff}",
    "ئ",
    "٢٠٢٦",
    "\u{202e}",
    "\0",
    "title",
    "date",
    "tags",
    "slug",
    "extra",
    "[extra]\n",
    "[[corrections]]\n",
    "image",
    "2026-11-22",
    "22.11.2026",
    "08:30",
    "0x",
    "1e999",
    "nan",
    ".inf",
    "~",
    "null",
    "true",
    "yes",
    "/..",
    "..",
    "%ff",
    "://",
    "a.b.c",
    "\"\"\"",
    "'''",
    ",",
    "draft",
    "[extra.a]\n",
    "1_0",
];

/// Numbers that look random and are the same in every run (xorshift64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end.max(1) as u64)).expect("below a usize")
    }

    fn place_in(&mut self, text: &str) -> usize {
        let at = self.below(text.len() + 1);
        (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
    }

    fn spoil(&mut self, text: &mut String) {
        let (a, b) = (self.place_in(text), self.place_in(text));
        match self.below(4) {
            0 => text.replace_range(a.min(b)..a.max(b), ""),
            1 => {
                let copy = text[a.min(b)..a.max(b)].to_owned();
                let at = self.place_in(text);
                text.insert_str(at, &copy);
            }
            _ => text.insert_str(a, PIECES[self.below(PIECES.len())]),
        }
    }
}

/// Thousands of spoilt files; `MASTHEAD_FUZZ` is how many.
#[test]
fn no_input_makes_it_panic() {
    let runs = std::env::var("MASTHEAD_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(4_000);
    let mut dice = Dice(0x6d61_7374_6865_6164);
    for run in 0..runs {
        let mut text = if run % 2 == 0 { toml(WHOLE_TOML) } else { yaml(WHOLE_YAML) };
        for _ in 0..=dice.below(8) {
            dice.spoil(&mut text);
        }
        text.truncate(text.floor_char_boundary(20_000));
        for mark in marks(&text) {
            assert!(!mark.is_empty());
        }
        let (front, findings) = read("a/b.md", &text, BAGHDAD, run % 3 == 0);
        assert_eq!(front.is_some(), !diag::any_error(&findings), "{text}");
        assert!(findings.iter().all(|finding| finding.help.is_some()), "{text}");
        if let Some(front) = front {
            assert!(text.is_char_boundary(front.body_at) && !front.title.is_empty(), "{text}");
            assert!(front.places.values().all(|at| text.get(at.clone()).is_some()), "{text}");
            let extra = serde_json::from_str::<serde_json::Value>(&front.extra);
            assert!(front.extra.is_empty() || extra.is_ok(), "{text}");
        }
    }
}

/// A real archive of eleven years, where it is at hand.
#[test]
fn a_real_outlet_reads_without_a_word() {
    let folder = std::env::var("MASTHEAD_REAL_OUTLET").map_or_else(
        |_| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real-outlet"),
        std::path::PathBuf::from,
    );
    let mut seen = 0;
    for entry in walkdir::WalkDir::new(folder.join("content")).into_iter().flatten() {
        if entry.path().extension().is_some_and(|ext| ext == "md") {
            let bytes = std::fs::read(entry.path()).expect("a readable file");
            let text = as_text(&bytes, "x.md").expect("UTF-8");
            let (front, findings) = read("x.md", text, chrono_tz::America::New_York, true);
            assert_eq!(findings, [], "{}", entry.path().display());
            assert!(front.is_some());
            seen += 1;
        }
    }
    assert_eq!(seen > 0, folder.is_dir(), "{}", folder.display());
}

/// `cargo test --release -- --ignored --nocapture what_it_costs`
#[test]
#[ignore = "a measurement"]
#[expect(clippy::print_stdout, reason = "a measurement is for reading")]
fn what_it_costs() {
    let twelve = |text: &str| text.lines().take(12).collect::<Vec<_>>().join("\n");
    let yaml_lines = WHOLE_YAML.split("slug:").next().expect("the head").trim_end();
    for (name, text) in [("TOML", toml(&twelve(WHOLE_TOML))), ("YAML", yaml(yaml_lines))] {
        let start = std::time::Instant::now();
        for _ in 0..20_000 {
            let (front, _) = read("a.md", std::hint::black_box(&text), BAGHDAD, true);
            assert!(std::hint::black_box(front).is_some());
        }
        println!("{name}: {:.1} µs", start.elapsed().as_secs_f64() * 1e6 / 20_000.0);
    }
}
