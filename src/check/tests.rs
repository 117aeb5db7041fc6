//! Whole sites in a few lines, and what the desk says of them.

use super::{after_build, before_build, everything, weigh};
use crate::{
    base::{Diagnostic, Moment, diag},
    build::{Options, Report, Silent, prepare},
};
use std::fs;

const SITE: &str = "title = \"T\"\nbase_url = \"https://t.example\"\n";

/// A site: files by path; those without front matter get one.
struct Outlet {
    folder: tempfile::TempDir,
}

fn outlet(files: &[(&str, &str)]) -> Outlet {
    let folder = tempfile::tempdir().expect("a folder");
    let outlet = Outlet { folder };
    outlet.add("site.toml", SITE);
    for (path, text) in files {
        outlet.add(path, text);
    }
    outlet
}

impl Outlet {
    fn add(&self, path: &str, text: &str) {
        let file = self.folder.path().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        let whole = path.ends_with(".md") && !text.starts_with("+++") && !text.starts_with("---");
        let head = "+++\ntitle = \"Title\"\ndate = 2026-01-01\nsummary = \"S\"\n+++\n";
        fs::write(file, if whole { format!("{head}{text}") } else { text.to_owned() })
            .expect("a file");
    }

    fn options(&self) -> Options {
        Options {
            root: self.folder.path().to_owned(),
            output: self.folder.path().join("public"),
            at: Moment::parse("2026-11-22", chrono_tz::Tz::UTC).expect("a moment"),
            drafts: false,
            base_url: None,
            verify: false,
        }
    }

    /// What a build hears, or why it stops.
    fn at_build(&self) -> Vec<Diagnostic> {
        let mut report = Report::default();
        match prepare(&self.options(), &mut report, &Silent) {
            Ok(ready) => {
                let all = ready.index.admitted.visible().to_vec();
                let mut findings = report.findings;
                findings.extend(before_build(&ready.index, self.folder.path()));
                findings.extend(after_build(&ready.index, &ready.plan, self.folder.path(), &all));
                findings
            }
            Err(failure) => failure.findings().to_vec(),
        }
    }

    fn check(&self) -> Vec<Diagnostic> {
        let mut report = Report::default();
        let ready = prepare(&self.options(), &mut report, &Silent).expect("a site");
        let found = everything(&ready.index, &ready.plan, &ready.theme, self.folder.path());
        let all = report.findings.into_iter().chain(found);
        let mut findings: Vec<Diagnostic> =
            all.filter_map(|finding| weigh(&ready.index.site.lint, finding)).collect();
        diag::sort(&mut findings);
        findings
    }
}

/// `severity code path:line «underlined» help`, one line a finding.
fn lines(findings: &[Diagnostic]) -> Vec<String> {
    findings.iter().map(line).collect()
}

fn line(finding: &Diagnostic) -> String {
    let place = finding.at.as_ref().map_or(String::new(), |at| {
        let path = at.path.strip_prefix("content/").unwrap_or(&at.path);
        format!(" {path}:{} «{}»", at.line, &at.excerpt[at.span.clone()])
    });
    let severity = format!("{:?}", finding.severity).to_lowercase();
    format!("{severity} {}{place}", finding.code.slug())
}

/// What is found in the story `s/a.md` with this body, beside a few others.
fn body(text: &str) -> Vec<Diagnostic> {
    let site = outlet(&[
        ("content/s/a.md", text),
        ("content/s/vote.md", "## The count\n\n<p id=\"raw\">x</p>\n"),
        ("content/s/2026/late-vote.md", ""),
        (
            "content/s/mended.md",
            "+++\ntitle = \"T\"\ndate = 2026-01-01\nsummary = \"S\"\n\
             corrections = [{ date = 2026-01-02, text = \"It is 27.\" }]\n+++\n",
        ),
        ("content/_index.md", "## Home"),
        ("content/p/_index.md", "## Beats\n\nText.[^1]\n\n[^1]: Note.\n"),
        ("content/authors/ann.md", "## Her work"),
        ("content/pages/about.md", ""),
        ("content/s/river.jpg", "not really"),
        ("static/report.pdf", "not really"),
        ("static/img/map.png", "not really"),
        (
            "content/s/secret.md",
            "+++\ntitle = \"Canary\"\ndate = 2026-01-01\ndraft = true\nsummary = \"S\"\naliases = [\"/old-secret/\"]\n+++\n",
        ),
        ("content/s/soon.md", "+++\ntitle = \"Canary\"\ndate = 2027-01-01\nsummary = \"S\"\n+++\n"),
        (
            "content/s/gone.md",
            "+++\ntitle = \"Canary\"\ndate = 2026-01-01\nexpires = 2026-02-01\nsummary = \"S\"\n+++\n",
        ),
    ]);
    site.check()
}

#[test]
fn links_that_lead_somewhere() {
    for link in [
        "/s/vote/",
        "/s/vote",
        "vote.md",
        "./vote.md",
        "@/s/vote.md",
        "../vote/",
        "../../s/vote/",
        "https://t.example/s/vote/",
        "/",
        "..",
        "../..",
        "/index.html",
        "/s/",
        "/s/feed.xml",
        "/latest/",
        "/about/",
        "/sitemap.xml",
        "/robots.txt",
        "/404.html",
        "/report.pdf",
        "/s/river.jpg",
        "river.jpg",
        "https://elsewhere.example/x",
        "mailto:a@b.example",
        "//cdn.example/x",
        "#",
        "#top",
        "#here",
        "?q=1",
        "vote.md#the-count",
        "/s/vote/#raw",
        "/s/vote/?x=1#the-count",
        "/s/vote/#:~:text=count",
        "/s/#anything",
        "/#section-1",
        "@/_index.md#river",
        "#main",
        "/s/vote/#menu",
        "/about/#main",
        "mended.md#corrections",
        "/s/mended/#corrections-title",
        "/p/#beats",
        "/p#fn-1",
        "@/p/_index.md#main",
        "@/authors/ann.md#her-work",
        "/authors/ann/#top",
        "tel:+123",
    ] {
        let found = body(&format!("## Here\n\n[x]({link})\n"));
        assert!(found.is_empty(), "{link}: {:?}", lines(&found));
    }
}

#[test]
fn links_that_lead_nowhere() {
    for (link, code, help) in [
        ("/s/votes/", "broken-link", "did you mean `/s/vote/`?"),
        ("/2020/late-vote/", "broken-link", "did you mean `/s/2026/late-vote/`?"),
        ("/tag/s", "broken-link", "did you mean `/s/`?"),
        ("votr.md", "broken-link", "did you mean `/s/vote/`?"),
        ("@/s/nothing.md", "broken-link", "correct the address"),
        ("/s//vote/", "broken-link", "did you mean `/s/vote/`?"),
        ("/s/feed.xml/", "broken-link", "correct the address"),
        ("minutes.pdf", "broken-link", "correct the address"),
        ("../../../../vote/", "broken-link", "did you mean `/s/vote/`?"),
        ("/{{ page }}/", "broken-link", "`{{ … }}` and `{% … %}` are text in a story"),
        ("/s/secret/", "broken-link", "`content/s/secret.md` is a draft"),
        ("secret.md", "broken-link", "`content/s/secret.md` is a draft"),
        ("/old-secret/", "broken-link", "`content/s/secret.md` is a draft"),
        ("soon.md", "broken-link", "`content/s/soon.md` is under embargo"),
        ("/s/gone/", "broken-link", "`content/s/gone.md` has expired"),
        ("#her", "broken-anchor", "did you mean `#here`?"),
        ("vote.md#the-cuont", "broken-anchor", "did you mean `#the-count`?"),
        ("vote.md#corrections", "broken-anchor", "an anchor is made from a heading's words"),
        ("#corrections", "broken-anchor", "an anchor is made from a heading's words"),
        ("@/p/_index.md#beat", "broken-anchor", "did you mean `#beats`?"),
        ("/p/#nope", "broken-anchor", "an anchor is made from a heading's words"),
        ("/authors/ann/#her-wrok", "broken-anchor", "did you mean `#her-work`?"),
        ("/s/vote/#zebra", "broken-anchor", "an anchor is made from a heading's words"),
        ("../../x.md", "outside-content", "move the file into `content/`"),
        ("@/../x.md", "outside-content", "move the file into `content/`"),
    ] {
        let found = body(&format!("## Here\n\n[x](<{link}>)\n"));
        assert_eq!(lines(&found), [format!("error {code} s/a.md:8 «{link}»")], "{link}");
        let said = found[0].help.as_deref().unwrap_or_default();
        assert!(said.starts_with(help), "{link}: {said}");
        assert!(!format!("{found:?}").contains("Canary"), "{link}");
    }
}

#[test]
fn pictures_that_are_there_and_not() {
    for (markup, expected) in [
        ("![a](river.jpg)", ""),
        ("![a](/img/map.png)", ""),
        ("![a](https://elsewhere.example/x.jpg)", ""),
        ("![a](data:image/png;base64,AA==)", ""),
        ("<img src=\"river.jpg\" alt=\"\">", ""),
        ("![a](rivr.jpg)", "error missing-picture s/a.md:6 «rivr.jpg»"),
        ("<img\nsrc=\"/img/mop.png\" alt=\"a\">", "error missing-picture s/a.md:7 «/img/mop.png»"),
        ("<video poster=\"river.jpg\"></video>", ""),
        ("<video poster=\"\"></video>", ""),
        ("<q cite=\"/s/a/\">T</q><object data=\"/report.pdf\"></object>", ""),
        ("<q cite=\"/s/b/\">T</q>", "error broken-link s/a.md:6 «/s/b/»"),
        (
            "<video poster=\"rivr.jpg\" src=\"/report.pdf\"></video>",
            "error missing-picture s/a.md:6 «rivr.jpg»",
        ),
        (
            "<picture><source srcset=\"river.jpg 1x, rivr.jpg 2x\"></picture>",
            "error missing-picture s/a.md:6 «rivr.jpg»",
        ),
        (
            "<img src=\"river.jpg\" alt=\"a\" srcset=\"river.jpg 1x, /img/map.png 2x,data:image/png;base64,AA== 3x\">",
            "",
        ),
        (
            "<img src=\"rivr.jpg\" alt=\"a\" srcset=\"rivr.jpg\">",
            "error missing-picture s/a.md:6 «rivr.jpg»",
        ),
        ("![a](../../../x.jpg)", "error outside-content s/a.md:6 «../../../x.jpg»"),
        ("![](river.jpg)", "warning missing-alt s/a.md:6 «river.jpg»"),
        ("<img src=\"river.jpg\">", "warning missing-alt s/a.md:6 «river.jpg»"),
    ] {
        assert_eq!(lines(&body(markup)).join("\n"), expected, "{markup}");
    }
}

/// What is found in a story with these lines of front matter.
fn front(head: &str) -> Vec<String> {
    let story = format!("+++\ntitle = \"T\"\ndate = 2026-01-01\n{head}\n+++\n");
    let site = outlet(&[
        (
            "site.toml",
            "title = \"T\"\nbase_url = \"https://t.example\"\n[languages.ku]\n[lint]\nheadline_max = 20\nmissing-string = \"off\"\n",
        ),
        ("content/s/a.md", &story),
        ("content/ku/s/b.md", ""),
        ("content/ku/s/c.md", ""),
        (
            "content/s/0.md",
            "+++\ntitle = \"T\"\ndate = 2026-01-01\nsummary = \"S\"\ntranslation_of = \"ku/s/c.md\"\n+++\n",
        ),
        ("content/s/lead.jpg", "not really"),
        ("content/authors/sara-aziz.md", "+++\ntitle = \"Sara Aziz\"\n+++\n"),
    ]);
    lines(&site.check())
}

#[test]
fn front_matter_that_could_be_better() {
    for (head, expected) in [
        ("summary = \"S\"", ""),
        ("", "note missing-summary s/a.md:2 «title»"),
        ("summary = \"S\"\nauthors = [\"sara-aziz\", \"Sara Aziz\"]", ""),
        ("summary = \"S\"\nauthor = \"Sara Azis\"", "warning unknown-author s/a.md:5 «Sara Azis»"),
        ("summary = \"S\"\nimage = { src = \"lead.jpg\", alt = \"A\", credit = \"C\" }", ""),
        (
            "summary = \"S\"\nimage = \"lead.jpg\"",
            "warning missing-alt s/a.md:5 «lead.jpg»\nnote missing-credit s/a.md:5 «lead.jpg»",
        ),
        (
            "summary = \"S\"\nimage = { src = \"leed.jpg\", alt = \"A\", credit = \"C\" }",
            "error missing-picture s/a.md:5 «leed.jpg»",
        ),
        ("summary = \"S\"\ntranslation_of = \"ku/s/b.md\"", ""),
        ("summary = \"S\"\ntranslation_of = \"/ku/s/b\"", ""),
        (
            "summary = \"S\"\ntranslation_of = \"s/a.md\"",
            "warning unknown-translation s/a.md:5 «s/a.md»",
        ),
        (
            "summary = \"S\"\ntranslation_of = \"ku/s/c.md\"",
            "warning double-translation s/a.md:5 «ku/s/c.md»",
        ),
        ("summary = \"S\"\nexpires = 2025-01-01", "warning expires-early s/a.md:5 «expires»"),
        (
            "summary = \"S\"\ntags = [\"security\", \"Security \"]",
            "warning near-tag s/a.md:5 «\"Security \"»",
        ),
    ] {
        assert_eq!(front(head).join("\n"), expected, "{head}");
    }
}

#[test]
fn headlines_are_measured_in_characters() {
    let headline = |title: &str| {
        let site = outlet(&[
            ("site.toml", &format!("{SITE}[lint]\nheadline_max = 5\n")),
            (
                "content/s/a.md",
                &format!("---\ntitle: {title}\ndate: 2026-01-01\nsummary: S\n---\n"),
            ),
        ]);
        lines(&site.check())
    };
    assert_eq!(headline("هەواڵ"), [""; 0]);
    assert_eq!(headline("هەواڵی"), ["warning long-headline s/a.md:2 «هەواڵی»"]);
    // As readers count them: an accent or a joined emoji is no character of its own.
    assert_eq!(headline(&"e\u{301}".repeat(5)), [""; 0]);
    assert_eq!(headline(&"👨\u{200d}👩\u{200d}👧".repeat(5)), [""; 0]);
    let six = "e\u{301}".repeat(6);
    assert_eq!(headline(&six), [format!("warning long-headline s/a.md:2 «{six}»")]);
}

/// Stories of one tag each; what is said of them.
fn tags(tags: &[(&str, usize)]) -> Vec<String> {
    let site = outlet(&[]);
    for (number, (tag, count)) in tags.iter().enumerate() {
        for nth in 0..*count {
            site.add(
                &format!("content/s/{number}-{nth}.md"),
                &format!("+++\ntitle = \"T\"\ndate = 2026-01-01\nsummary = \"S\"\ntags = [\"{tag}\"]\n+++\n"),
            );
        }
    }
    site.check()
        .iter()
        .map(|f| format!("{}; {}", f.message, f.help.as_deref().unwrap_or("")))
        .collect()
}

#[test]
fn tags_that_are_meant_to_be_one() {
    for (given, expected) in [
        (
            vec![("security", 3), ("Security ", 1)],
            "the tag `security` is also written `Security`; write `security`",
        ),
        (
            vec![("agency", 10), ("agencies", 2)],
            "the tag `agencies` (2 stories) is nearly `agency` (10 stories); write `agency`",
        ),
        (
            vec![("procurement", 5), ("procurment", 1)],
            "the tag `procurment` (1 story) is nearly `procurement` (5 stories); write `procurement`",
        ),
        (
            vec![("کورد", 3), ("كورد", 2)],
            "the tag `كورد` (2 stories) is nearly `کورد` (3 stories); write `کورد`, with the letter ک (U+06A9) and not ك (U+0643)",
        ),
        (
            vec![("هه\u{200c}ولێر", 1), ("هەولێر", 1)],
            "the tag `هه\u{200c}ولێر` (1 story) is nearly `هەولێر` (1 story); write `هەولێر`, with the letter ە (U+06D5) and not ه (U+0647)",
        ),
        (vec![("agency", 10), ("agencies", 3)], ""),
        (vec![("agency", 4), ("agencies", 1)], ""),
        (vec![("election-2024", 10), ("election-2026", 1)], ""),
        (vec![("iran", 10), ("iraq", 1)], ""),
    ] {
        assert_eq!(tags(&given).join("\n"), expected, "{given:?}");
    }
}

#[test]
fn unpublished_work_is_checked_in_silence() {
    let bad = "authors = [\"Canary Nobody\"]\ntags = [\"Security canary\"]\ntranslation_of = \"canary.md\"\nimage = \"canary.jpg\"\n+++\n[canary](/canary/) and ![](canary.png) and [x](#canary)\n";
    for state in ["draft = true", "embargo = 2027-01-01", "expires = 2026-02-01"] {
        let story = format!(
            "+++\ntitle = \"Canary, {}\"\ndate = 2026-01-01\n{state}\n{bad}",
            "x".repeat(200)
        );
        let site = outlet(&[
            ("content/s/a.md", story.as_str()),
            (
                "content/s/b.md",
                "+++\ntitle = \"T\"\ndate = 2026-01-01\nsummary = \"S\"\ntags = [\"security Canary\"]\n+++\n",
            ),
        ]);
        let found = site.check();
        assert_eq!(
            lines(&found),
            [
                "warning long-headline s/a.md:2 «title»",
                "note missing-summary s/a.md:2 «title»",
                "warning unknown-author s/a.md:5 «authors»",
                "warning near-tag s/a.md:6 «tags»",
                "warning unknown-translation s/a.md:7 «translation_of»",
                "warning missing-alt s/a.md:8 «image»",
                "note missing-credit s/a.md:8 «image»",
                "error missing-picture s/a.md:8 «image»",
                "error broken-anchor s/a.md:10 «…»",
                "error broken-link s/a.md:10 «…»",
                "warning missing-alt s/a.md:10 «…»",
                "error missing-picture s/a.md:10 «…»",
            ],
            "{state}"
        );
        let said = format!("{found:?}").replace("security Canary", "");
        assert!(!said.to_lowercase().contains("canary"), "{state}: {said}");
        let at_build = site.at_build();
        assert!(at_build.is_empty(), "{state}: {:?}", lines(&at_build));
    }
}

#[test]
fn stories_that_appear_together_may_link_to_one_another() {
    let story = |state: &str, link: &str| {
        format!(
            "+++\ntitle = \"T\"\ndate = 2026-01-01\nsummary = \"S\"\n{state}\n+++\n[x]({link})\n"
        )
    };
    for (a, b, fine) in [
        ("draft = true", "draft = true", true),
        ("embargo = 2027-01-01", "embargo = 2027-01-01", true),
        ("embargo = 2027-01-02", "embargo = 2027-01-01", true),
        ("embargo = 2027-01-01", "embargo = 2027-01-02", false),
        ("embargo = 2027-01-01", "draft = true", false),
        ("draft = true", "embargo = 2027-01-01", false),
        ("expires = 2026-02-01", "expires = 2026-02-01", true),
        ("expires = 2026-03-01", "expires = 2026-02-01", false),
    ] {
        let site = outlet(&[
            ("content/s/a.md", &story(a, "b.md")),
            ("content/s/b.md", &story(b, "https://elsewhere.example/")),
            ("content/s/c.md", ""),
        ]);
        assert_eq!(site.check().is_empty(), fine, "{a} → {b}: {:?}", lines(&site.check()));
    }
}

#[test]
fn levels_follow_the_settings() {
    let weighed = |lint: &str| {
        let site = outlet(&[
            ("site.toml", &format!("{SITE}[lint]\n{lint}\n")),
            ("content/s/a.md", "[x](/nowhere/)"),
        ]);
        let severity = |found: Vec<Diagnostic>| {
            found.first().map_or(String::from("off"), |f| format!("{:?}", f.severity))
        };
        format!("{} {}", severity(site.at_build()), severity(site.check()))
    };
    for (lint, expected) in [
        ("", "Warning Error"),
        ("broken-link = \"error\"", "Warning Error"),
        ("broken-link = \"warning\"", "Warning Warning"),
        ("broken-link = \"note\"", "Note Note"),
        ("broken-link = \"off\"", "off off"),
    ] {
        assert_eq!(weighed(lint), expected, "{lint}");
    }
}

#[test]
fn what_is_about_the_whole_site() {
    for (site, expected) in [
        (
            "menu = [\"s\", { label = \"About\", url = \"/about/\" }, { label = \"X\", url = \"https://x.example/\" }]",
            "",
        ),
        ("menu = [\"sprot\"]", "error broken-link site.toml:3 «sprot»"),
        (
            "menu = [{ label = \"Shop\", url = \"/shop/\" }]",
            "error broken-link site.toml:3 «/shop/»",
        ),
        (
            "menu = [{ label = \"Soon\", url = \"/s/soon/#x\" }]",
            "error broken-link site.toml:3 «/s/soon/#x»",
        ),
        ("hosting.gone = [\"/s/b/\", \"/s/a/\"]", "warning not-gone site.toml:3 «/s/a/»"),
        ("publisher.policies.ethics = \"/about/#ethics\"", ""),
        (
            "publisher.policies.ethics = \"@/pages/ethics.md\"",
            "error broken-link site.toml:3 «@/pages/ethics.md»",
        ),
        ("publisher.logo = \"/logo.png\"", "error missing-picture site.toml:3 «/logo.png»"),
        ("[languages.tlh]\n", "note missing-string strings/tlh.toml:0 «»"),
    ] {
        let outlet = outlet(&[
            ("site.toml", &format!("{SITE}{site}\n")),
            ("content/s/a.md", ""),
            (
                "content/s/soon.md",
                "+++\ntitle = \"T\"\ndate = 2026-01-01\ndraft = true\nsummary = \"S\"\n+++\n",
            ),
            ("content/pages/about.md", ""),
        ]);
        assert_eq!(lines(&outlet.check()).join("\n"), expected, "{site}");
    }
    assert_eq!(lines(&outlet(&[]).check()), ["warning no-content"]);
}

#[test]
fn one_name_is_reported_once() {
    let story =
        "+++\ntitle = \"T\"\ndate = 2026-01-01\nsummary = \"S\"\nauthors = [\"Nobody\"]\n+++\n";
    let paths = ["a", "b", "c", "d", "e", "f"].map(|name| format!("content/s/{name}.md"));
    let files = paths.each_ref().map(|path| (path.as_str(), story));
    let found = outlet(&files).check();
    assert_eq!(lines(&found), ["warning unknown-author s/a.md:5 «Nobody»"]);
    assert_eq!(
        found[0].notes,
        ["the same in content/s/b.md, content/s/c.md, content/s/d.md and 2 more"]
    );
}
