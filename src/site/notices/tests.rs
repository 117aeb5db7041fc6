//! What robots.txt, security.txt and ads.txt may be told in site.toml.

use super::super::resolve;
use super::*;

/// The settings that lines make, or what is said of them: `line «underlined» help`.
fn read(lines: &str) -> Result<Notices, Vec<String>> {
    let text = format!("title = \"T\"\nbase_url = \"https://x.org\"\n{lines}");
    let (site, findings) = resolve("site.toml", &text, None);
    let shown = |finding: &Diagnostic| {
        let at = finding.at.as_ref().expect("a place");
        let help = finding.help.as_deref().expect("a help");
        format!("{} «{}» {help}", at.line, &at.excerpt[at.span.clone()])
    };
    site.map(|site| site.notices).ok_or_else(|| findings.iter().map(shown).collect())
}

fn right(lines: &str) -> Notices {
    read(lines).unwrap_or_else(|findings| panic!("{lines}: {findings:#?}"))
}

#[test]
fn robots_are_told() {
    let notices = right("robots = { ai = \"search-only\", disallow = [\"/a b/\", \"/ه/*$\"] }");
    assert_eq!(notices.ai, Ai::SearchOnly);
    assert_eq!(notices.disallow, ["/a%20b/", "/%D9%87/*$"]);
    assert_eq!(right("").ai, Ai::Allow);
}

#[test]
fn security_is_told() {
    let notices = right(
        "[security]\ncontact = [\"mailto:s@x.org\", \"https://x.org/tell/\"]\nexpires = 2027-06-01\n\
         policy = \"https://x.org/policy/\"\npreferred_languages = [\"en\", \"CKB\"]",
    );
    let security = notices.security.expect("security");
    assert_eq!(
        security.fields,
        [
            ("Contact", "mailto:s@x.org".to_owned()),
            ("Contact", "https://x.org/tell/".to_owned()),
            ("Policy", "https://x.org/policy/".to_owned()),
            ("Preferred-Languages", "en, ckb".to_owned()),
        ]
    );
    assert_eq!(security.expires.rfc3339(Tz::UTC), "2027-06-01T00:00:00Z");
}

#[test]
fn sellers_are_told() {
    for lines in [
        "ads_txt = [\"ads.example, 12, DIRECT, f08c\", \"b.example,1,reseller # us\", \"# note\"]",
        "ads_txt = \"\"\"\ncontact=ads@x.org\nSUBDOMAIN=a.x.org\n\"\"\"",
        "ads_txt = [\"MANAGERDOMAIN=m.example, US\", \"a.example, 1, DIRECT;x=y\", \"\"]",
    ] {
        assert!(!right(lines).ads.is_empty(), "{lines}");
    }
    assert!(right("ads_txt = []").ads.is_empty());
}

#[test]
fn what_is_wrong_is_shown() {
    let help = "a line is `adexchange.example, 12345, DIRECT, abc123`, or one of `CONTACT`, \
                `SUBDOMAIN`, `INVENTORYPARTNERDOMAIN`, `OWNERDOMAIN` or `MANAGERDOMAIN` with `=` \
                and a value";
    let of_ads =
        |line: &str, underlined: &str| (line.to_owned(), format!("3 «{underlined}» {help}"));
    let rows = [
        ("robots.ai = \"search\"", "3 «\"search\"» write `allow`, `search-only` or `disallow`"),
        ("robots.disallow = [\"a/\"]", "3 «\"a/\"» write `disallow = [\"/a/\"]`"),
        (
            "robots.disallow = [\"/a\\nAllow: /\"]",
            "3 «\"/a\\nAllow: /\"» write `disallow = [\"/aAllow: /\"]`",
        ),
        (
            "security = { expires = 2027-06-01 }",
            "3 «{ expires = 2027-06-01 }» add `contact = [\"mailto:security@example.org\"]`",
        ),
        (
            "security = { contact = [\"s@x.org\"], expires = 2027-06-01 }",
            "3 «\"s@x.org\"» write `\"mailto:s@x.org\"`",
        ),
        (
            "security = { contact = [], expires = 2027-06-01 }",
            "3 «[]» write `contact = [\"mailto:security@example.org\"]`",
        ),
        (
            "security = { contact = [\"tel:1\"], expires = \"soon\" }",
            "3 «\"soon\"» write `expires = 2027-06-01`",
        ),
        ("security = { contact = [\"tel:1\"], expires = 5 }", "3 «5» write `expires = 2027-06-01`"),
        (
            "security = { contact = [\"tel:1\"], expires = 2027-06-01, policy = \"http://x.org/p\" }",
            "3 «\"http://x.org/p\"» write `\"https://x.org/p\"`",
        ),
        (
            "security = { contact = [\"tel:1\"], expires = 2027-06-01, preferred_languages = [\"english\"] }",
            "3 «\"english\"» write a BCP 47 tag such as `en`, `ckb` or `pt-BR`",
        ),
    ];
    let rows = rows.map(|(line, shown)| (line.to_owned(), shown.to_owned()));
    let ads = [
        of_ads("ads_txt = [\"ads.example, 12\"]", "ads.example, 12"),
        of_ads("ads_txt = [\"ads, 12, DIRECT\"]", "ads, 12, DIRECT"),
        of_ads("ads_txt = \"ads.example, 12, DIRCT\"", "ads.example, 12, DIRCT"),
        of_ads("ads_txt = [\"ads.example, 12, DIRECT, a, b\"]", "ads.example, 12, DIRECT, a, b"),
        of_ads("ads_txt = [\"OWNER=x.org\"]", "OWNER=x.org"),
        of_ads("ads_txt = [\"OWNERDOMAIN=x\"]", "OWNERDOMAIN=x"),
        of_ads("ads_txt = [\"CONTACT=\"]", "CONTACT="),
    ];
    for (line, shown) in rows.into_iter().chain(ads) {
        assert_eq!(read(&line).err(), Some(vec![shown]), "{line}");
    }
}

#[test]
fn an_expiry_is_looked_at() {
    let notices = right("security = { contact = [\"tel:1\"], expires = 2027-06-01 }");
    for (at, message) in [
        ("2026-05-30", Some("security.txt expires on 2027-06-01, which is more than a year ahead")),
        ("2026-06-02", None),
        ("2027-05-31", None),
        ("2027-06-01", Some("security.txt has expired on 2027-06-01, so nobody may rely on it")),
    ] {
        let at = Moment::parse(at, Tz::UTC).expect("a moment");
        let fault = notices.fault(at, Tz::UTC);
        assert_eq!(fault.map(|fault| fault.message).as_deref(), message, "{at:?}");
    }
}

/// Every key with its example stands as it would in the file.
#[test]
fn examples_are_right_and_every_key_is_documented() {
    use crate::site::written::Section;
    let docs = include_str!("../../../docs/configuration.md");
    for key in RobotsTable::KEYS {
        right(&format!("[robots]\n{} = {}", key.name, key.example));
        assert!(docs.contains(&format!("`{}`", key.name)), "{}", key.name);
    }
    for key in SecurityTable::KEYS {
        let others =
            SecurityTable::KEYS.iter().filter(|other| other.required || other.name == key.name);
        let lines: Vec<String> =
            others.map(|key| format!("{} = {}", key.name, key.example)).collect();
        right(&format!("[security]\n{}", lines.join("\n")));
        assert!(docs.contains(&format!("`{}`", key.name)), "{}", key.name);
    }
}
