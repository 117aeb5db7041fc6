//! What site.toml may say, and what is said when it says something else.
//!
//! `wrong` and `right` are the only ones that touch the API; the tests are tables. What is
//! shown on a terminal is tested in `cli`.

use super::super::{
    csp::CspTable,
    editor::{Editor, ServeTable},
    file::{FeedsTable, LanguageTable, LinkTable, SiteFile},
    hosting::{Cache, CacheTable, Host, HostFile, HostingTable},
    model::{Edition, Feeds, MenuItem},
    publish::{Packing, PublishTable},
    publisher::{PoliciesTable, PublisherTable},
    purge::{By, CloudflareTable, CloudfrontTable, FastlyTable, IndexNowTable, Purge, PurgeTable},
    written::{Key, Section},
};
use super::*;

const HEAD: &str = "title = \"Post\"\nbase_url = \"https://x.org\"\n";
const DOCS: &str = include_str!("../../../docs/configuration.md");

/// The findings, one a line: `code line «underlined» help`.
fn wrong(text: &str) -> Vec<String> {
    let (site, findings) = resolve("site.toml", text, None);
    assert_eq!(site.is_none(), any_error(&findings), "{text}");
    findings.iter().map(shown).collect()
}

fn shown(finding: &Diagnostic) -> String {
    let at = finding.at.as_ref().expect("a place");
    let help = finding.help.as_deref().expect("a help");
    format!("{} {} «{}» {help}", finding.code.slug(), at.line, &at.excerpt[at.span.clone()])
}

/// The site that the lines below title and `base_url` make.
fn right(lines: &str) -> Site {
    let (site, findings) = resolve("site.toml", &format!("{HEAD}{lines}"), None);
    site.unwrap_or_else(|| panic!("{lines}: {findings:#?}"))
}

/// Checks the one finding about each row's lines, which begin at line 3.
fn each_is_wrong(rows: &[(&str, &str)]) {
    for (lines, expected) in rows {
        assert_eq!(wrong(&format!("{HEAD}{lines}")), [*expected], "{lines}");
    }
}

#[test]
fn two_keys_are_enough() {
    let site = right("");
    assert_eq!(site.title, "Post");
    assert_eq!(site.base_url.origin, "https://x.org");
    assert_eq!(site.timezone, Tz::UTC);
    assert_eq!(site.theme, "broadsheet");
    assert_eq!(site.page_size, 20);
    assert_eq!(site.fragments, Fragments::Inline);
    assert_eq!(site.extra, serde_json::json!({}));
    assert_eq!(Permalink::parse("/:path/:slug/"), Ok(site.permalink));
    assert_eq!(shown_feeds(&site.feeds), "30 standfirst [atom rss json] [atom] [atom] [atom]");
    assert_eq!((site.feeds.hub, site.feeds.id_host.as_str()), (None, "x.org"));
    let Lint { levels, headline_max } = site.lint;
    assert_eq!((levels.len(), headline_max), (0, 110));
    let [edition] = site.editions.as_slice() else { panic!("one edition") };
    assert_eq!(facts(edition), "en/ English: Post | ");
    assert_eq!(edition.menu, []);
}

fn shown_feeds(feeds: &Feeds) -> String {
    let Feeds { limit, full_text, formats, sections, tags, authors, hub: _, id_host: _ } = feeds;
    let text = if *full_text { "full" } else { "standfirst" };
    let lists = [formats, sections, tags, authors].map(|formats| {
        let words: Vec<&str> = formats.iter().map(|format| format.as_str()).collect();
        format!("[{}]", words.join(" "))
    });
    format!("{limit} {text} {}", lists.join(" "))
}

fn facts(edition: &Edition) -> String {
    let Edition { lang, prefix, name, title, description, menu: _, extra: _ } = edition;
    format!("{lang}/{prefix} {name}: {title} | {description}")
}

#[test]
fn a_site_can_say_everything() {
    let site = right(
        r##"
description = "News from the valley"
language = "ku"
timezone = "Asia/Baghdad"
theme = "valley"
permalink = "/:section/:year-:month/:slug/"
page_size = 12
fragments = "esi"
menu = ["politics", { label = "Derbar", url = "/about/" }]
[extra]
accent = "#a00"
since = 1998-05-01
numbers = [1, 2.5, true, { deep = "er" }]
[feeds]
limit = 50
full_text = true
formats = ["rss", "json", "rss"]
sections = false
tags = true
authors = ["atom"]
hub = "https://Hub.example/?q"
id_host = "Old.example"
[languages.en]
title = "The Post"
description = "News"
menu = ["/sport/football/"]
extra.accent = "#00a"
[languages.ckb]
name = "کوردی"
[languages.ku]
title = "Posta"
[lint]
headline_max = 90
long-headline = "error"
near-tag = "off"
missing-credit = "warning"
"##,
    );
    let editions: Vec<String> = site.editions.iter().map(facts).collect();
    assert_eq!(
        editions,
        [
            "ku/ Kurmancî: Posta | News from the valley",
            "ckb/ckb کوردی: Post | ",
            "en/en English: The Post | News",
        ]
    );
    assert_eq!(site.timezone, Tz::Asia__Baghdad);
    assert_eq!(
        (site.theme.as_str(), site.page_size, site.fragments),
        ("valley", 12, Fragments::Esi)
    );
    assert_eq!(shown_feeds(&site.feeds), "50 full [rss json] [] [rss json] [atom]");
    assert_eq!(site.feeds.hub.as_deref(), Some("https://hub.example/?q"));
    assert_eq!(site.feeds.id_host, "old.example");
    let section = |path: &str| MenuItem::Section { path: path.to_owned() };
    let about = MenuItem::Link { label: "Derbar".to_owned(), url: "/about/".to_owned() };
    assert_eq!(site.editions[0].menu, [section("politics"), about]);
    assert_eq!(site.editions[2].menu, [section("sport/football")]);
    assert_eq!(site.editions[2].extra, serde_json::json!({ "accent": "#00a" }));
    assert_eq!(
        site.extra,
        serde_json::json!({
            "accent": "#a00", "since": "1998-05-01", "numbers": [1, 2.5, true, { "deep": "er" }],
        })
    );
    assert_eq!(site.lint.headline_max, 90);
    let levels: Vec<_> = site.lint.levels.into_iter().collect();
    assert_eq!(
        levels,
        [
            (Code::NearTag, Level::Off),
            (Code::LongHeadline, Level::On(Severity::Error)),
            (Code::MissingCredit, Level::On(Severity::Warning)),
        ]
    );
}

#[test]
fn windows_editors_are_fine() {
    let text = format!("\u{feff}{}", HEAD.replace('\n', "\r\n"));
    assert_eq!(wrong(&text), [""; 0]);
    let unknown = ["unknown-setting 3 «tilte» did you mean `title`?"];
    assert_eq!(wrong(&format!("{text}tilte = 1\r\n")), unknown);
}

#[test]
fn feeds_can_be_switched() {
    for (lines, feeds) in [
        ("feeds = false", "0 standfirst [] [] [] []"),
        ("feeds = true", "30 standfirst [atom rss json] [atom] [atom] [atom]"),
        ("feeds = { limit = 0, tags = true }", "0 standfirst [] [] [] []"),
        ("[feeds]\ntags = false", "30 standfirst [atom rss json] [atom] [] [atom]"),
        ("[feeds]\ntags = true", "30 standfirst [atom rss json] [atom] [atom rss json] [atom]"),
        ("[feeds]\nformats = [\"rss\"]", "30 standfirst [rss] [rss] [rss] [rss]"),
        ("[feeds]\nformats = []\ntags = [\"json\"]", "30 standfirst [] [] [json] []"),
    ] {
        assert_eq!(shown_feeds(&right(lines).feeds), feeds, "{lines}");
    }
}

#[test]
fn languages_name_themselves_and_keep_their_code() {
    for (code, edition) in [
        ("ckb", "ckb/ckb کوردیی ناوەندی: Post | "),
        ("kmr", "kmr/kmr Kurmancî: Post | "),
        ("ar", "ar/ar العربية: Post | "),
        ("pt-br", "pt-BR/pt-br pt-BR: Post | "),
        ("EN", "en/ English: Post | "),
    ] {
        let site = right(&format!("[languages.{code}]"));
        assert_eq!(site.editions.last().map(facts).as_deref(), Some(edition));
    }
}

#[test]
fn unknown_keys() {
    each_is_wrong(&[
        ("tilte = \"x\"", "unknown-setting 3 «tilte» did you mean `title`?"),
        ("pagesize = 3", "unknown-setting 3 «pagesize» did you mean `page_size`?"),
        (
            "[params]",
            "unknown-setting 3 «params» here one can set `title`, `base_url`, `description`, `language`, `timezone`, `theme`, `permalink`, `page_size`, `fragments`, `menu`, `extra`, `feeds`, `publisher`, `csp`, `icon`, `color`, `lite`, `ads_txt`, `robots`, `security`, `noindex`, `hosting`, `cache`, `purge`, `indexnow`, `serve`, `languages`, `publish` or `lint`; your own values go under `[extra]`",
        ),
        ("[feeds]\nlimits = 3", "unknown-setting 4 «limits» did you mean `limit`?"),
        (
            "[feeds]\ntheme = \"x\"",
            "unknown-setting 4 «theme» move `theme` above the first line in brackets: it would belong to that one",
        ),
        (
            "feeds.zebra = 1",
            "unknown-setting 3 «zebra» here one can set `limit`, `full_text`, `formats`, `sections`, `tags`, `authors`, `hub` or `id_host`; your own values go under `[extra]`",
        ),
        ("[languages.ckb]\ntitel = \"x\"", "unknown-setting 4 «titel» did you mean `title`?"),
        (
            "menu = [{ label = \"A\", url = \"/a/\", image = \"a\" }]",
            "unknown-setting 3 «image» here one can set `label` or `url`; your own values go under `[extra]`",
        ),
        (
            "[lint]\nlong-headlines = \"off\"",
            "unknown-setting 4 «long-headlines» did you mean `long-headline`?",
        ),
        (
            "[lint]\nheadline-max = 3",
            "unknown-setting 4 «headline-max» did you mean `headline_max`?",
        ),
        (
            "[lint]\npublish-refused = \"off\"",
            "unknown-setting 4 «publish-refused» name a code as findings show it, such as `long-headline`",
        ),
        (
            "[lint]\nzebra = \"off\"",
            "unknown-setting 4 «zebra» name a code as findings show it, such as `long-headline`",
        ),
    ]);
}

#[test]
fn wrong_kinds() {
    each_is_wrong(&[
        ("page_size = \"20\"", "bad-settings 3 «\"20\"» write `page_size = 20`"),
        ("page_size = -1", "bad-settings 3 «-1» write `page_size = 20`"),
        ("page_size = 1.5", "bad-settings 3 «1.5» write `page_size = 20`"),
        (
            "page_size = 99999999999999999999",
            "bad-settings 3 «99999999999999999999» write `page_size = 20`",
        ),
        ("language = [\"en\"]", "bad-settings 3 «[\"en\"]» write `language = \"en\"`"),
        ("[theme]\nx = 1", "bad-settings 3 «[theme]» write `theme = \"broadsheet\"`"),
        ("extra = 1", "bad-settings 3 «1» write `extra = { accent = \"#a00\" }`"),
        (
            "menu = \"politics\"",
            "bad-settings 3 «\"politics\"» write `menu = [\"politics\", { label = \"About\", url = \"/about/\" }]`",
        ),
        (
            "menu = [3]",
            "bad-settings 3 «3» write the path of a section such as `\"politics\"`, or `{ label = \"About\", url = \"/about/\" }`",
        ),
        ("feeds = 3", "bad-settings 3 «3» write `feeds = false`"),
        ("[feeds]\ntags = \"no\"", "bad-settings 4 «\"no\"» write `tags = false`"),
        (
            "languages = [\"ckb\"]",
            "bad-settings 3 «[\"ckb\"]» write `languages = { ckb = { title = \"پۆستی دۆڵ\" } }`",
        ),
        (
            "[languages]\nckb = \"x\"",
            "bad-settings 4 «\"x\"» write a table such as `{ name = \"Français\" }`",
        ),
        ("[lint]\nnear-tag = false", "bad-settings 4 «false» write `near-tag = \"warning\"`"),
        (
            "lint = 1979-05-27",
            "bad-settings 3 «1979-05-27» write `lint = { long-headline = \"off\" }`",
        ),
    ]);
}

#[test]
fn wrong_values() {
    each_is_wrong(&[
        ("page_size = 0", "bad-settings 3 «0» write `page_size = 20`"),
        ("page_size = 501", "bad-settings 3 «501» write `page_size = 20`"),
        (
            "icon = \"logo.jpg\"",
            "bad-settings 3 «\"logo.jpg\"» write the path of an SVG or PNG below `static/`: `icon = \"logo.svg\"`",
        ),
        (
            "color = \"red\"",
            "bad-settings 3 «\"red\"» write six digits, as in `color = \"#a00000\"`",
        ),
        ("fragments = \"clint\"", "bad-settings 3 «\"clint\"» write `fragments = \"client\"`"),
        (
            "fragments = \"baked\"",
            "bad-settings 3 «\"baked\"» write `inline`, `client`, `esi` or `ssi`",
        ),
        (
            "[lint]\nnear-tag = \"warn\"",
            "bad-settings 4 «\"warn\"» write `off`, `note`, `warning` or `error`",
        ),
        ("[lint]\nnear-tag = \"Error\"", "bad-settings 4 «\"Error\"» write `near-tag = \"error\"`"),
        ("[feeds]\nformats = [\"atom\", \"rss2\"]", "bad-settings 4 «\"rss2\"» write `\"rss\"`"),
        (
            "[feeds]\ntags = [\"xml-ish\"]",
            "bad-settings 4 «\"xml-ish\"» write `atom`, `rss` or `json`",
        ),
        (
            "[feeds]\nhub = \"hub.example/a\"",
            "bad-settings 4 «\"hub.example/a\"» write `hub = \"https://hub.example/a\"`",
        ),
        (
            "[feeds]\nhub = \"https://me:secret@hub.example/\"",
            "bad-settings 4 «\"https://me:secret@hub.example/\"» write the address without them",
        ),
        (
            "[feeds]\nhub = \"mailto:a@b\"",
            "bad-settings 4 «\"mailto:a@b\"» write `hub = \"https://hub.example.org/\"`",
        ),
        (
            "[feeds]\nid_host = \"https://old.example/news\"",
            "bad-settings 4 «\"https://old.example/news\"» write `id_host = \"old.example\"`",
        ),
        ("[feeds]\nid_host = \"\"", "bad-settings 4 «\"\"» write `id_host = \"example.org\"`"),
        ("menu = [\"\"]", "bad-settings 3 «\"\"» write a section's folder, such as `\"politics\"`"),
        (
            "menu = [\"https://y.org\"]",
            "bad-settings 3 «\"https://y.org\"» a link needs its label: `{ label = \"About\", url = \"https://y.org\" }`",
        ),
        (
            "menu = [\"../x\"]",
            "bad-settings 3 «\"../x\"» a link needs its label: `{ label = \"About\", url = \"../x\" }`",
        ),
        (
            "menu = [{ label = \"A\" }]",
            "bad-settings 3 «{ label = \"A\" }» add `url = \"/about/\"`",
        ),
        (
            "menu = [{ label = \"\", url = \"/a/\" }]",
            "bad-settings 3 «\"\"» write something between the quotes of `label = \"…\"`",
        ),
        (
            "[extra]\nx = [nan]",
            "bad-settings 4 «nan» write a finite number below 9223372036854775808, or put it in quotes as text",
        ),
        (
            "[extra]\nx = 1e999",
            "bad-settings 4 «1e999» write a finite number below 9223372036854775808, or put it in quotes as text",
        ),
        (
            "[languages.ckb]\nextra.x = -inf",
            "bad-settings 4 «-inf» write a finite number below 9223372036854775808, or put it in quotes as text",
        ),
        (
            "[languages.ckb]\ntitle = \" \"",
            "bad-settings 4 «\" \"» write something between the quotes of `title = \"…\"`",
        ),
    ]);
}

#[test]
fn wrong_zones() {
    each_is_wrong(&[
        (
            "timezone = \"Asia/Bagdad\"",
            "bad-timezone 3 «\"Asia/Bagdad\"» write `timezone = \"Asia/Baghdad\"`",
        ),
        (
            "timezone = \"asia/baghdad\"",
            "bad-timezone 3 «\"asia/baghdad\"» write `timezone = \"Asia/Baghdad\"`",
        ),
        (
            "timezone = \"Baghdad\"",
            "bad-timezone 3 «\"Baghdad\"» write `timezone = \"Asia/Baghdad\"`",
        ),
        (
            "timezone = \"New York\"",
            "bad-timezone 3 «\"New York\"» write `timezone = \"America/New_York\"`",
        ),
        (
            "timezone = \"+03:00\"",
            "bad-timezone 3 «\"+03:00\"» write an IANA name such as `timezone = \"Asia/Baghdad\"`",
        ),
    ]);
}

#[test]
fn wrong_languages() {
    each_is_wrong(&[
        (
            "language = \"english\"",
            "bad-language 3 «\"english\"» write a BCP 47 tag such as `en`, `ckb`, `ku` or `pt-BR`",
        ),
        (
            "language = \"\"",
            "bad-language 3 «\"\"» write a BCP 47 tag such as `en`, `ckb`, `ku` or `pt-BR`",
        ),
        (
            "[languages.politics]",
            "bad-language 3 «politics» write a BCP 47 tag such as `en`, `ckb`, `ku` or `pt-BR`",
        ),
        (
            "[languages.pt-BR]\n[languages.pt-br]",
            "bad-language 4 «pt-br» keep one of the two, and put its stories into one folder",
        ),
        (
            "[languages.ku]\n[languages.kmr]",
            "bad-language 3 «ku» keep one of the two, and put its stories into one folder",
        ),
        (
            "language = \"ku\"\n[languages.kmr]",
            "bad-language 4 «kmr» keep one of the two, and put its stories into one folder",
        ),
        (
            "[languages.en]\n[languages.EN]",
            "bad-language 3 «en» keep one of the two, and put its stories into one folder",
        ),
    ]);
}

#[test]
fn wrong_permalinks() {
    each_is_wrong(&[
        ("permalink = \"/:path/:slgu/\"", "bad-permalink 3 «:slgu» did you mean `:slug`?"),
        (
            "permalink = \"/:path/:zebra/:slug/\"",
            "bad-permalink 3 «:zebra» use `:path`, `:section`, `:year`, `:month`, `:day` or `:slug`",
        ),
        (
            "permalink = \"/:/:slug/\"",
            "bad-permalink 3 «:» use `:path`, `:section`, `:year`, `:month`, `:day` or `:slug`",
        ),
        (
            "permalink = \":path/:slug\"",
            "bad-permalink 3 «\":path/:slug\"» write `permalink = \"/:path/:slug/\"`",
        ),
        (
            "permalink = \"//:slug/\"",
            "bad-permalink 3 «\"//:slug/\"» write `permalink = \"/:slug/\"`",
        ),
        (
            "permalink = \"/:path/\"",
            "bad-permalink 3 «\"/:path/\"» write `permalink = \"/:path/:slug/\"`",
        ),
        ("permalink = \"\"", "bad-permalink 3 «\"\"» write `permalink = \"/:path/:slug/\"`"),
        (
            "permalink = \"/a/../:slug/\"",
            "bad-permalink 3 «\"/a/../:slug/\"» write `permalink = \"/:path/:slug/\"`",
        ),
        (
            "permalink = \"/a//:slug/\"",
            "bad-permalink 3 «\"/a//:slug/\"» write `permalink = \"/:path/:slug/\"`",
        ),
        (
            "permalink = \"/:slug/?p=1/\"",
            "bad-permalink 3 «\"/:slug/?p=1/\"» write `permalink = \"/:path/:slug/\"`",
        ),
        (
            "permalink = \"/a b/:slug/\"",
            "bad-permalink 3 «\"/a b/:slug/\"» write `permalink = \"/:path/:slug/\"`",
        ),
    ]);
}

#[test]
fn wrong_addresses() {
    for (url, better) in [
        ("x.org", "https://x.org"),
        ("https://x.org/?a=b", "https://x.org/"),
        ("//x.org", "https://example.org"),
        ("", "https://example.org"),
    ] {
        assert_eq!(
            wrong(&format!("title = \"T\"\nbase_url = \"{url}\"")),
            [format!("bad-base-url 2 «\"{url}\"» write `base_url = \"{better}\"`")]
        );
    }
}

#[test]
fn the_command_line_has_the_last_word_on_the_address() {
    let origin = |instead| {
        let (site, findings) = resolve("site.toml", HEAD, instead);
        site.map(|site| site.base_url.origin).ok_or_else(|| findings[0].code)
    };
    assert_eq!(origin(None).as_deref(), Ok("https://x.org"));
    assert_eq!(origin(Some("http://localhost:1111")).as_deref(), Ok("http://localhost:1111"));
    assert_eq!(origin(Some("localhost")), Err(Code::BadBaseUrl));
}

#[test]
fn what_is_missing() {
    let title = "bad-settings 0 «» add `title = \"The Valley Post\"`";
    let base_url = "bad-settings 0 «» add `base_url = \"https://example.org\"`";
    let above = format!("{title} above the first line in brackets");
    for (text, expected) in [
        ("", vec![base_url, title]),
        ("# nothing yet\n", vec![base_url, title]),
        ("title = \"T\"", vec![base_url]),
        ("base_url = \"https://x.org\"", vec![title]),
        ("base_url = \"https://x.org\"\n[feeds]", vec![above.as_str()]),
        (
            "title = \"  \"\nbase_url = \"https://x.org\"",
            vec!["bad-settings 1 «\"  \"» write something between the quotes of `title = \"…\"`"],
        ),
        (
            "title = 1\nbase_url = \"https://x.org\"",
            vec!["bad-settings 1 «1» write `title = \"The Valley Post\"`"],
        ),
    ] {
        assert_eq!(wrong(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_toml() {
    each_is_wrong(&[
        ("theme = The Valley", "bad-settings 3 «The Valley» write `theme = \"The Valley\"`"),
        ("theme = “valley”", "bad-settings 3 «“valley”» write `theme = \"valley\"`"),
        (
            "theme: valley # ours",
            "bad-settings 3 «theme: valley # ours» write `theme = \"valley\"`",
        ),
        ("page_size: 20", "bad-settings 3 «page_size: 20» write `page_size = 20`"),
        ("theme = \"valley", "bad-settings 3 «theme = \"valley» write `theme = \"valley\"`"),
        ("title = \"Twice\"", "bad-settings 3 «title» keep one of the two"),
        ("menu = [\"a\"\n\n", "bad-settings 3 «menu = [\"a\"» expected here: `]`"),
        ("[feeds", "bad-settings 3 «[feeds» expected here: `]`"),
        ("page_size =", "bad-settings 3 «page_size =» expected here: literal string"),
        ("= 3", "bad-settings 3 «= 3» expected here: letters, numbers, `-`, `_`"),
        (
            "[extra]\n  on = 2026-02-30",
            "bad-settings 4 «2026-02-30» expected here: day between 01 and 28",
        ),
    ]);
    let deep = format!("{HEAD}[extra]\nx = {}{}", "[".repeat(4000), "]".repeat(4000));
    assert!(!wrong(&deep).is_empty());
}

#[test]
fn hosts_of_the_policy_are_hosts() {
    each_is_wrong(&[
        (
            "csp.frames = [\"https://a.example; script-src *\"]",
            "bad-settings 3 «\"https://a.example; script-src *\"» write a host such as `\"https://player.example\"`, one an entry",
        ),
        (
            "csp.scripts = [\"https://a.example\", \"'unsafe-inline'\"]",
            "bad-settings 3 «\"'unsafe-inline'\"» write hosts; what a theme writes inline is let through by its hash, and `csp = false` drops the policy",
        ),
        (
            "csp.report_to = \"/csp\"",
            "bad-settings 3 «\"/csp\"» write `report_to = \"https://reports.example/csp\"`",
        ),
        ("csp.frame = []", "unknown-setting 3 «frame» did you mean `frames`?"),
        ("csp = 3", "bad-settings 3 «3» write `csp = false`"),
    ]);
    let policy = |lines: &str| right(lines).csp.policy(&["'sha256-a'".to_owned()], &[]);
    assert_eq!(policy("csp = false"), "");
    assert_eq!(
        policy(""),
        "default-src 'none'; script-src 'self' 'sha256-a'; style-src 'self'; \
         img-src 'self' data: https:; media-src 'self'; font-src 'self'; connect-src 'self'; \
         frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'"
    );
    let own = policy("csp.frames = [\"https://a.example\"]\ncsp.images = []");
    assert!(
        own.contains("img-src 'self' data:;")
            && own.contains("frame-src 'self' https://a.example;")
    );
}

#[test]
fn the_publisher_says_who_it_is() {
    each_is_wrong(&[
        (
            "publisher.founding_date = \"May 1998\"",
            "bad-settings 3 «\"May 1998\"» write a year, a month or a day, such as `founding_date = \"1998-05-01\"`",
        ),
        (
            "publisher.same_as = [\"@valley\"]",
            "bad-settings 3 «\"@valley\"» write it whole, such as `\"https://social.example/@valley\"`",
        ),
        (
            "publisher.policies.ethics = \"ethics\"",
            "bad-settings 3 «\"ethics\"» write a path such as `\"/ethics/\"`, a file such as `\"@/pages/ethics.md\"`, or an absolute address",
        ),
        (
            "publisher.policies.correction = \"/a/\"",
            "unknown-setting 3 «correction» did you mean `corrections`?",
        ),
    ]);
    assert_eq!(right("").publisher.name, "Post");
    for date in ["1998", "1998-05", "1998-05-01"] {
        assert_eq!(
            right(&format!("publisher.founding_date = \"{date}\"")).publisher.founding_date,
            date
        );
    }
}

#[test]
fn editors() {
    let known = "write `vscode`, `vscodium`";
    for (written, expected) in [
        ("vscdoe", "bad-settings 3 «\"vscdoe\"» write `editor = \"vscode\"`"),
        (
            "javascript:{path}",
            "bad-settings 3 «\"javascript:{path}\"» write an address that opens a program, such as `\"vscode://file/{path}:{line}:{column}\"`",
        ),
        (
            "x://open?{line}",
            "bad-settings 3 «\"x://open?{line}\"» write where the file goes, such as in `\"vscode://file/{path}:{line}:{column}\"`",
        ),
        (
            "x://{path}:{row}",
            "bad-settings 3 «\"x://{path}:{row}\"» write `{path}`, `{line}` and `{column}`, and nothing else in braces; a blank is `%20`",
        ),
    ] {
        each_is_wrong(&[(&format!("serve.editor = \"{written}\""), expected)]);
    }
    assert!(wrong(&format!("{HEAD}serve.editor = \"butterflies\""))[0].contains(known));
    assert_eq!(right("").editor, Editor::Usual);
    assert_eq!(right("serve.editor = \"none\"").editor, Editor::None);
    let own = "vim+x://open?f={path}&l={line}";
    assert_eq!(right(&format!("serve.editor = \"{own}\"")).editor, Editor::Address(own.to_owned()));
}

#[test]
fn targets_hold_no_secret_and_keep_within_limits() {
    each_is_wrong(&[
        (
            "publish.live.url = \"\"",
            "bad-settings 3 «\"\"» write something between the quotes of `url = \"…\"`",
        ),
        ("publish.live = { url = \"./www\", keep = 21 }", "bad-settings 3 «21» write `keep = 3`"),
        (
            "publish.live = { url = \"./www\", max_deletes = 101 }",
            "bad-settings 3 «101» write `max_deletes = 10`",
        ),
        (
            "publish.live = { url = \"./www\", grace = 31536001 }",
            "bad-settings 3 «31536001» write `grace = 604800`",
        ),
        (
            "publish.live = { url = \"./www\", compress = \"zip\" }",
            "bad-settings 3 «\"zip\"» write `compress = \"gzip\"`",
        ),
        (
            "publish.live = { url = \"./www\", base_url = \"example.org\" }",
            "bad-base-url 3 «\"example.org\"» write `base_url = \"https://example.org\"`",
        ),
    ]);
    for url in ["s3://key:hidden@bucket", "az://box/x?sig=hidden"] {
        let text = format!("{HEAD}publish.live.url = \"{url}\"");
        let (_, findings) = resolve("site.toml", &text, None);
        let [finding] = findings.as_slice() else { panic!("{findings:?}") };
        assert!(!format!("{finding:?}").contains("hidden"), "{finding:?}");
    }
    let site = right(
        "[publish.b]\nurl = \"./b\"\ncompress = \"br\"\n[publish.a]\nurl = \"./a\"\nkeep = 0\npurge = false",
    );
    let [a, b] = site.targets.as_slice() else { panic!("two targets") };
    assert_eq!((a.name.as_str(), a.keep, a.max_deletes, a.compress), ("a", 0, 10, Packing::Plain));
    assert_eq!((b.name.as_str(), b.keep, b.compress), ("b", 3, Packing::Brotli));
    assert_eq!((a.purge, b.purge), (false, true));
    // As long as copies of pages may be shown, or not at all.
    for (written, pages, grace) in [
        ("", 60, 604_800),
        ("grace = 0", 60, 0),
        ("grace = 100", 60, 60 + 600 + 86_400),
        ("grace = 100", 700_000, 700_000 + 600 + 86_400),
        ("grace = 900000", 700_000, 900_000),
    ] {
        let text = format!("[cache]\npages = {pages}\n[publish.a]\nurl = \"./a\"\n{written}\n");
        let site = right(&text);
        assert_eq!(
            site.targets[0].clone().with_grace_for(&site.hosting.cache).grace,
            grace,
            "{text}"
        );
    }
}

#[test]
fn everything_is_found_at_once() {
    assert_eq!(
        wrong(
            "titel = \"x\"\nbase_url = \"x\"\npage_size = true\nmenu = [1, \"a\", \"\"]\n[languages.x]\n[feeds]\nlimit = \"3\"\ntag = true\n"
        ),
        [
            "bad-settings 0 «» add `title = \"The Valley Post\"` above the first line in brackets",
            "unknown-setting 1 «titel» did you mean `title`?",
            "bad-base-url 2 «\"x\"» write `base_url = \"https://x\"`",
            "bad-settings 3 «true» write `page_size = 20`",
            "bad-settings 4 «1» write the path of a section such as `\"politics\"`, or `{ label = \"About\", url = \"/about/\" }`",
            "bad-settings 4 «\"\"» write a section's folder, such as `\"politics\"`",
            "bad-language 5 «x» write a BCP 47 tag such as `en`, `ckb`, `ku` or `pt-BR`",
            "bad-settings 7 «\"3\"» write `limit = 30`",
            "unknown-setting 8 «tag» did you mean `tags`?",
        ]
    );
    assert_eq!(wrong("title = A\nbase_url = B\n").len(), 2);
}

#[test]
fn messages_name_both_kinds() {
    for (lines, message) in [
        ("page_size = \"20\"", "`page_size` must be a whole number, but this is text"),
        ("page_size = -1", "`page_size` must be a whole number, but this is a number below 0"),
        (
            "feeds.tags = 1",
            "`tags` must be `true`, `false` or a list such as `[\"atom\", \"rss\"]`, but this is a number",
        ),
        (
            "menu = [3]",
            "an entry of this list must be the path of a section such as `\"politics\"`, or `{ label = \"About\", url = \"/about/\" }`, but this is a number",
        ),
        ("theme = x", "this is not TOML: string values must be quoted"),
        ("[languages.pt]\n[languages.PT]", "`pt` is the same language as `PT`"),
    ] {
        let (_, findings) = resolve("site.toml", &format!("{HEAD}{lines}"), None);
        assert_eq!(findings[0].message, message);
    }
}

#[test]
fn there_is_room_for_250_languages() {
    let codes = ('a'..='z').flat_map(|a| ('a'..='z').map(move |b| format!("q{a}{b}")));
    let table = |code: String| format!("[languages.{code}]\n");
    let most: String = codes.clone().take(249).map(table).collect();
    assert_eq!(right(&most).editions.len(), 250);
    let more: String = codes.take(251).map(table).collect();
    assert_eq!(
        wrong(&format!("{HEAD}{more}")),
        [
            "bad-settings 252 «qjp» make an outlet of its own, with its own site.toml, for some of them"
        ]
    );
}

/// Every key with its example, as it would stand in the file.
fn examples() -> Vec<(&'static str, String)> {
    let line = |head: &'static str, key: &'static Key, tail: &str| {
        (key.name, format!("{head}{} = {}{tail}", key.name, key.example))
    };
    let top = SiteFile::KEYS.iter().filter(|key| !key.required).map(|key| line("", key, ""));
    let feeds = FeedsTable::KEYS.iter().map(|key| line("[feeds]\n", key, ""));
    let languages = LanguageTable::KEYS.iter().map(|key| line("[languages.fr]\n", key, ""));
    let csp = CspTable::KEYS.iter().map(|key| line("[csp]\n", key, ""));
    let serve = ServeTable::KEYS.iter().map(|key| line("[serve]\n", key, ""));
    let publisher = PublisherTable::KEYS.iter().map(|key| line("[publisher]\n", key, ""));
    let policies = PoliciesTable::KEYS.iter().map(|k| line("[publisher.policies]\n", k, ""));
    let target = |key: &'static Key| match key.required {
        true => line("[publish.live]\n", key, ""),
        false => line("[publish.live]\nurl = \"./www\"\n", key, ""),
    };
    let publish = PublishTable::KEYS.iter().map(target);
    let label = line("menu = [{ url = \"/a/\", ", &LinkTable::KEYS[0], " }]");
    let url = line("menu = [{ label = \"A\", ", &LinkTable::KEYS[1], " }]");
    let more = csp.chain(serve).chain(publisher).chain(policies).chain(publish).chain(for_hosts());
    top.chain(feeds).chain(languages).chain(more).chain([label, url]).collect()
}

/// The examples of what concerns web servers and CDNs.
fn for_hosts() -> Vec<(&'static str, String)> {
    let tables: [(&str, &'static [Key]); 7] = [
        ("[hosting]\n", HostingTable::KEYS),
        ("[cache]\n", CacheTable::KEYS),
        ("[purge]\n", PurgeTable::KEYS),
        ("[purge.fastly]\n", FastlyTable::KEYS),
        ("[purge.cloudflare]\n", CloudflareTable::KEYS),
        ("[purge.cloudfront]\n", CloudfrontTable::KEYS),
        ("[indexnow]\nkey = \"12345678\"\n", &IndexNowTable::KEYS[1..]),
    ];
    let line =
        |head, key: &'static Key| (key.name, format!("{head}{} = {}", key.name, key.example));
    let all = tables.into_iter();
    all.flat_map(|(head, keys)| keys.iter().map(move |key| line(head, key))).collect()
}

#[test]
fn what_web_servers_and_cdns_are_told() {
    let hosting = right("").hosting;
    assert_eq!(hosting.host, Host::Any);
    assert_eq!(hosting.files, [HostFile::Headers, HostFile::Redirects]);
    let cache =
        Cache { pages: 60, lists: 30, feeds: 300, files: 3600, stale: 600, on_error: 86_400 };
    assert_eq!(hosting.cache, cache);
    let site = right("hosting = { files = [\"caddy\", \"nginx\", \"caddy\"] }\ncache.lists = 0");
    assert_eq!(site.hosting.files, [HostFile::NginxMaps, HostFile::NginxServer, HostFile::Caddy]);
    assert_eq!(site.hosting.cache.lists, 0);
    let none =
        Purge { most: 3000, fastly: None, cloudflare: None, cloudfront: None, indexnow: None };
    assert_eq!(site.purge, none);
    let purge = right("[purge]\nfastly = {}\ncloudflare = { by = \"tags\" }\n[purge.cloudfront]\ndistribution = \"E1\"").purge;
    assert_eq!(
        purge.fastly.map(|fastly| (fastly.service, fastly.soft)),
        Some((String::new(), true))
    );
    assert_eq!(purge.cloudflare.map(|cloudflare| cloudflare.by), Some(By::Tags));
    assert_eq!(purge.cloudfront.map(|cloudfront| cloudfront.distribution), Some("E1".to_owned()));
    each_is_wrong(&[
        ("hosting.host = \"netlfy\"", "bad-settings 3 «\"netlfy\"» write `host = \"netlify\"`"),
        (
            "hosting.files = [\"apache\"]",
            "bad-settings 3 «\"apache\"» write `headers`, `redirects`, `nginx` or `caddy`",
        ),
        (
            "purge.fastly.service = \"a/b\"",
            "bad-settings 3 «\"a/b\"» copy it from the CDN's own pages: letters and digits alone",
        ),
        ("purge.cloudflare.by = \"url\"", "bad-settings 3 «\"url\"» write `by = \"urls\"`"),
        (
            "indexnow.key = \"short\"",
            "bad-settings 3 «\"short\"» write 8 to 128 letters, digits and dashes: `key = \"7f3c2a9be1d04c58\"`",
        ),
        (
            "indexnow = { key = \"12345678\", endpoint = \"x\" }",
            "bad-settings 3 «\"x\"» write `endpoint = \"https://api.indexnow.org/indexnow\"`",
        ),
    ]);
}

#[test]
fn examples_are_right_and_every_key_is_documented() {
    for (key, lines) in examples() {
        right(&lines);
        assert!(DOCS.contains(&format!("`{key}`")), "docs/configuration.md: `{key}`");
    }
}

#[test]
fn what_the_reference_shows_is_right() {
    let blocks: Vec<&str> =
        DOCS.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() > 5);
    for block in blocks {
        // A target has a `base_url` as well, below its own line in brackets.
        let is_whole = block.split("\n[").next().is_some_and(|top| top.contains("base_url ="));
        let head = if is_whole && !block.starts_with('[') { "" } else { HEAD };
        assert_eq!(wrong(&format!("{head}{block}")), [""; 0], "{block}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*", toml in "([a-z_]{1,9} ?[=:] ?[\\[{\"]?[a-z/:0-9\u{640}é-]{0,9}[\\]}\"]?\n){0,4}") {
        for text in [&text, &toml, &format!("{HEAD}{toml}")] {
            let (site, findings) = resolve("site.toml", text, None);
            proptest::prop_assert_eq!(site.is_none(), any_error(&findings));
        }
    }
}
