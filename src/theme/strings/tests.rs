//! Strings files, good and bad, and what comes of them; then the files of the default theme.

use super::*;

fn lang(tag: &str) -> Lang {
    Lang::parse(tag).expect("a language")
}

/// Folders are written `en: a = "A"; b = "B" | ku: …`.
fn tables(folder: &str) -> Tables {
    let file = |part: &str| {
        let (tag, text) = part.split_once(':').expect("a language and a colon");
        let (table, findings) = Strings::parse("strings", &text.replace(';', "\n"));
        assert_eq!(findings, [], "{part}");
        (lang(tag.trim()), table)
    };
    folder.split('|').filter(|part| !part.trim().is_empty()).map(file).collect()
}

fn strings(tag: &str, site: &str, theme: &str) -> Strings {
    let cldr = Arc::new(Cldr::new(&lang(tag)));
    Strings::new(&lang(tag), cldr, &tables(site), &tables(theme))
}

/// What is said about a file: line, column, underlined text, label, help.
fn findings(text: &str) -> Vec<String> {
    let (_, findings) = Strings::parse("strings/en.toml", text);
    findings
        .iter()
        .map(|finding| {
            assert_eq!(finding.code, Code::BadStrings);
            let at = finding.at.as_ref().expect("a place");
            let marked = &at.excerpt[at.span.clone()];
            let help = finding.help.as_ref().expect("a help");
            format!("{}:{} `{marked}` {} | {help}", at.line, at.column, at.label)
        })
        .collect()
}

#[test]
fn the_nearest_file_has_the_word() {
    let theme = "en: a = 'theme en'; b = 'theme en'; c = 'theme en'; d = 'theme en'
        | pt: a = 'theme pt'; b = 'theme pt'; c = 'theme pt' | pt-BR: a = 'theme pt-BR'
        | ku: a = 'theme ku' | de: a = 'theme de'";
    let site = "pt: b = 'site pt' | en: d = 'site en'; e = 'site en'";
    for (tag, key, text) in [
        ("pt-BR", "a", Some("theme pt-BR")),
        ("pt-BR", "b", Some("site pt")),
        ("pt-BR", "c", Some("theme pt")),
        ("pt-BR", "d", Some("site en")),
        ("pt-BR", "e", Some("site en")),
        ("pt-BR", "f", None),
        ("pt", "a", Some("theme pt")),
        ("kmr", "a", Some("theme ku")),
        ("ku", "a", Some("theme ku")),
        ("ku-Arab", "a", Some("theme en")),
        ("en", "a", Some("theme en")),
        ("en-GB", "a", Some("theme en")),
        ("fr", "a", Some("theme en")),
    ] {
        let found = strings(tag, site, theme).lookup(key, None, &[]);
        assert_eq!(found.as_deref(), text, "{tag} {key}");
    }
}

#[test]
fn placeholders_are_filled() {
    for (tag, text, n, filled) in [
        ("en", "By {name}", None, "By Zana {n}"),
        ("en", "{name}, {name}", None, "Zana {n}, Zana {n}"),
        ("en", "Page {n}", Some(1234), "Page 1,234"),
        ("ckb", "لاپەڕەی {n}", Some(1234), "لاپەڕەی ١٬٢٣٤"),
        ("en", "Page {n}", None, "Page {n}"),
        ("en", "Size {percent}", None, "Size {percent}"),
        ("en", "no } open", None, "no } open"),
        ("en", "never {closed", None, "never {closed"),
        ("en", "{}", None, "{}"),
        ("en", "{{name}}", None, "{{name}}"),
        ("en", "", None, ""),
    ] {
        let strings = strings(tag, "", &format!("{tag}: key = '{text}'"));
        let found = strings.lookup("key", n, &[("name", "Zana {n}".to_owned())]);
        assert_eq!(found.as_deref(), Some(filled), "{text}");
    }
}

#[test]
fn the_count_chooses_the_form() {
    let theme = "en: k = { one = '{n} story', other = '{n} stories' }
        | ar: k = { zero = 'z', one = 'o', two = 't', few = '{n} f', many = '{n} m', other = '{n} x' }
        | he: k = { one = 'o', two = 't', other = '{n} x' }";
    for (tag, n, text) in [
        ("en", Some(1), "1 story"),
        ("en", Some(0), "0 stories"),
        ("en", None, "{n} stories"),
        ("ar", Some(0), "z"),
        ("ar", Some(1), "o"),
        ("ar", Some(2), "t"),
        ("ar", Some(3), "3 f"),
        ("ar", Some(11), "11 m"),
        ("ar-IQ", Some(11), "١١ m"),
        ("ar", Some(100), "100 x"),
        ("he", Some(2), "t"),
        ("he", Some(3), "3 x"),
        // French has one form for 0 and 1; the words are English, so English chooses.
        ("fr", Some(0), "0 stories"),
        // No word of Sorani, so English, in the digits of the page.
        ("ckb", Some(2), "٢ stories"),
    ] {
        let found = strings(tag, "", theme).lookup("k", n, &[]);
        assert_eq!(found.as_deref(), Some(text), "{tag} {n:?}");
    }
    let found = strings("ar", "", "ar: k = { other = 'x' }").lookup("k", Some(2), &[]);
    assert_eq!(found.as_deref(), Some("x"), "a form that is not there");
}

#[test]
fn what_is_borrowed_is_missing() {
    let theme = "en: a = 'A'; b = 'B'; c = 'C' | ku: a = 'A'";
    for (tag, site, missing) in [
        ("en", "", ""),
        ("en-GB", "", ""),
        ("ku", "", "b c"),
        ("kmr", "kmr: c = 'C'", "b"),
        ("fr", "", "a b c"),
    ] {
        assert_eq!(strings(tag, site, theme).missing().join(" "), missing, "{tag}");
    }
}

#[test]
fn the_fingerprint_follows_the_words() {
    let of = |tag, site, theme| strings(tag, site, theme).fingerprint();
    let before = of("ku", "", "en: a = 'A' | ku: b = 'B'");
    assert_eq!(before, of("ku", "ku: b = 'B'", "en: a = 'A' | ku: b = 'X'"), "the same words");
    assert_eq!(before, of("ku", "", "en: a = 'A' | ku: b = 'B' | de: a = 'X'"), "not in the line");
    assert_ne!(before, of("ku", "", "en: a = 'X' | ku: b = 'B'"), "another fallback");
    assert_ne!(before, of("ku", "", "ku: b = 'B'; a = 'A'"), "no longer borrowed");
    assert_ne!(before, of("ku", "", "en: a = 'A' | ku: b = { other = 'B' }"), "another shape");
}

#[test]
fn what_is_wrong_is_underlined() {
    for (text, said) in [
        ("menu = 1", "1:8 `1` this is of type integer | write `menu = \"…\"`"),
        ("menu = true", "1:8 `true` this is of type boolean | write `menu"),
        ("a = \"A\"\nmenu = [\"x\"]", "2:8 `[\"x\"]` this is of type array | write"),
        ("n = { on = \"x\", other = \"y\" }", "1:7 `on` did you mean `one`? | a table"),
        ("[article]\nby = \"By\"", "2:1 `by` not a plural category | a table"),
        ("n = { one = \"x\" }", "1:1 `n` every language needs `other` | write"),
        ("n = {}", "1:1 `n` every language needs `other` | write"),
        ("n = { other = 3 }", "1:15 `3` this is of type integer | other = \"…\""),
        ("menu = Menu", "1:8 `Menu` "),
        ("menu = \"Menu", "1:13 `` "),
        ("menu \"Menu\"", "1:6 "),
        ("a = \"A\"\na = \"B\"", "2:1 `a` duplicate key"),
    ] {
        let findings = findings(text);
        let found = findings.first().expect("a finding");
        assert!(found.starts_with(said), "{text}\nsays {found}\n not {said}");
    }
}

#[test]
fn everything_wrong_is_said_at_once_and_the_rest_is_read() {
    let text =
        "a = 1\nb = \"B\"\nc = { on = \"x\", tow = \"y\" }\nd = { other = \"D\", oen = \"\" }";
    assert_eq!(findings(text).len(), 4);
    let (table, _) = Strings::parse("strings/en.toml", text);
    assert_eq!(table.keys().collect::<Vec<_>>(), ["b", "d"]);
}

proptest::proptest! {
    #[test]
    fn no_file_is_too_strange(text in "\\PC{0,60}|[a-z{}=\"'\\[\\]\n .]{0,60}", n in 0..200i64) {
        let (table, findings) = Strings::parse("strings/ar.toml", &text);
        for finding in &findings {
            assert!(finding.at.is_some() && finding.help.is_some());
        }
        let keys: Vec<String> = table.keys().map(str::to_owned).collect();
        let theme = Tables::from([(lang("ar"), table)]);
        let cldr = Arc::new(Cldr::new(&lang("ar")));
        let strings = Strings::new(&lang("ar"), cldr, &Tables::new(), &theme);
        for key in keys {
            assert!(strings.lookup(&key, Some(n), &[]).is_some());
        }
    }
}

/// The files of the default theme, each with its plural categories.
const BROADSHEET: [(&str, &str, &str); 10] = [
    ("en", "one other", include_str!("../../../themes/broadsheet/strings/en.toml")),
    ("ckb", "one other", include_str!("../../../themes/broadsheet/strings/ckb.toml")),
    ("ku", "one other", include_str!("../../../themes/broadsheet/strings/ku.toml")),
    (
        "ar",
        "few many one other two zero",
        include_str!("../../../themes/broadsheet/strings/ar.toml"),
    ),
    ("tr", "one other", include_str!("../../../themes/broadsheet/strings/tr.toml")),
    ("fa", "one other", include_str!("../../../themes/broadsheet/strings/fa.toml")),
    ("he", "one other two", include_str!("../../../themes/broadsheet/strings/he.toml")),
    ("fr", "many one other", include_str!("../../../themes/broadsheet/strings/fr.toml")),
    ("de", "one other", include_str!("../../../themes/broadsheet/strings/de.toml")),
    ("es", "many one other", include_str!("../../../themes/broadsheet/strings/es.toml")),
];

fn broadsheet() -> Tables {
    let read = |(tag, _, text)| {
        let (table, findings) = Strings::parse(tag, text);
        assert_eq!(findings, []);
        (lang(tag), table)
    };
    BROADSHEET.into_iter().map(read).collect()
}

/// The placeholders of a text, without repeats.
fn placeholders(text: &str) -> std::collections::BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

#[test]
fn every_language_of_the_default_theme_has_every_text() {
    let tables = broadsheet();
    let english = &tables[&lang("en")];
    for (tag, categories, _) in BROADSHEET {
        let table = &tables[&lang(tag)];
        assert_eq!(table.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>(), "{tag}");
        for (key, text) in &table.0 {
            match (text, &english.0[key]) {
                (Text::Plain(text), Text::Plain(english)) => {
                    assert_eq!(placeholders(text), placeholders(english), "{tag} {key}");
                    assert!(!text.trim().is_empty(), "{tag} {key}");
                }
                (Text::Plural(forms), Text::Plural(_)) => {
                    let found: Vec<&str> = forms.keys().copied().collect();
                    assert_eq!(found.join(" "), categories, "{tag} {key}");
                    assert_eq!(placeholders(&forms["other"]), ["n"].into(), "{tag} {key}");
                }
                _ => panic!("{tag} {key} has another shape than in English"),
            }
        }
    }
}

#[test]
fn the_default_theme_speaks() {
    let theme = broadsheet();
    for (tag, key, n, said) in [
        ("en", "latest", None, "The Latest"),
        ("en", "stories_count", Some(1), "1 story"),
        ("ckb", "stories_count", Some(1250), "١٬٢٥٠ بابەت"),
        ("ckb", "page_n", Some(12), "لاپەڕەی ١٢"),
        ("kmr", "page_n", Some(12), "Rûpel 12"),
        ("ar", "stories_count", Some(0), "لا مقالات"),
        ("ar", "stories_count", Some(2), "مقالان"),
        ("ar", "stories_count", Some(5), "5 مقالات"),
        ("ar", "stories_count", Some(15), "15 مقالًا"),
        ("ar-IQ", "stories_count", Some(100), "١٠٠ مقال"),
        ("fa", "page_n", Some(12), "صفحهٔ ۱۲"),
        ("he", "minutes_read", Some(2), "שתי דקות קריאה"),
        ("tr", "minutes_read", Some(4), "4 dakikalık okuma"),
        ("fr", "stories_count", Some(0), "0 article"),
        ("de", "minutes_read", Some(4), "4 Minuten Lesezeit"),
        ("es", "stories_count", Some(2), "2 artículos"),
        ("ja", "latest", None, "The Latest"),
    ] {
        let strings =
            Strings::new(&lang(tag), Arc::new(Cldr::new(&lang(tag))), &Tables::new(), &theme);
        assert_eq!(strings.lookup(key, n, &[]).as_deref(), Some(said), "{tag} {key}");
    }
}
