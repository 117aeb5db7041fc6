//! What web servers are told: the same of every file, whichever server it is.
//!
//! Invariant: the files are read here as each host's documentation says they are read, and held
//! against what the model says of each planned file.

use crate::support::{TestSite, site};
use masthead::{
    base::UrlPath,
    edition::places,
    outputs::{Output, Planned, delivery},
};

/// Two languages, pages of lists, feeds of all kinds, files of all kinds, an outlet below a path.
const OUTLET: &str = r#"
-- site.toml --
title = "Proof Post"
base_url = "https://proof.example/news"
theme = "plain"
page_size = 2
lite = true
fragments = "client"
security = { contact = ["tel:1"], expires = 2027-06-01 }
indexnow = { key = "7f3c2a9be1d04c58" }
[hosting]
host = "cloudflare"
[feeds]
sections = true
tags = true
[languages.ckb]

-- content/politics/_index.md --
+++
title = "Politics"
+++
-- content/politics/a.md --
+++
title = "Alpha"
date = "2026-11-01"
tags = ["water"]
authors = ["Ann Ash"]
aliases = ["/old/alpha", "/old/a:b*c/", "/quite old/ئەلفا/", "/old/alpha.php"]
+++
[Terms](terms.PDF)
-- content/politics/terms.PDF --
terms
-- content/politics/b.md --
+++
title = "Beta"
date = "2026-11-02"
tags = ["water"]
image = "b.png"
aliases = ["/old/beta/"]
+++
-- content/politics/b.png --
b
-- content/politics/c.md --
+++
title = "Gamma"
date = "2026-11-03"
tags = ["water"]
+++
-- content/politics/d.md --
+++
title = "Delta"
date = "2026-11-04"
tags = ["water"]
+++
-- content/politics/e.md --
+++
title = "Epsilon"
date = "2026-11-05"
tags = ["ئاو"]
+++
-- content/ckb/politics/a.md --
+++
title = "ئەلفا"
date = "2026-11-01"
authors = ["Ann Ash"]
+++
-- content/authors/ann-ash.md --
+++
title = "Ann Ash"
image = "ann.png"
+++
-- content/authors/ann.png --
ann
-- content/pages/about.md --
+++
title = "About"
+++
-- static/old-map.html --
<!doctype html><title>Map</title>
-- static/CNAME --
proof.example
-- static/downloads/data.json --
{}
"#;

/// A file of the plan, and the path at which readers ask for it.
fn files(outlet: &TestSite) -> (masthead::build::Prepared, Vec<Planned>) {
    let prepared = outlet.prepared();
    // Hosts never hand out the one, and answer for the other with a redirect.
    let leads = |planned: &&Planned| {
        matches!(planned.output, Output::Host(_) | Output::Redirect(_) | Output::NextPage(..))
    };
    let files = prepared.plan.iter().filter(|planned| !leads(planned)).cloned().collect();
    (prepared, files)
}

#[test]
fn patterns_tell_the_class_of_every_file() {
    let mut outlet = site(OUTLET);
    let (prepared, files) = files(outlet.build());
    let kinds = places::kinds(&prepared.index);
    for planned in files {
        let url = planned.path.url();
        let fitting = kinds.iter().rev().find(|kind| kind.place.fits(&url));
        let class = fitting.map_or(delivery::Class::Article, |kind| kind.class);
        assert_eq!(class, delivery::class(&planned.output), "{url}: {fitting:?}");
    }
}

/// A rule of `_headers`: its pattern, what it takes away, what it sets.
type Rule<'t> = (&'t str, Vec<&'t str>, Vec<(&'t str, &'t str)>);

fn rules(text: &str) -> Vec<Rule<'_>> {
    let mut rules: Vec<Rule<'_>> = Vec::new();
    for line in text.lines() {
        let Some(inner) = line.strip_prefix("  ") else {
            rules.push((line, Vec::new(), Vec::new()));
            continue;
        };
        let (_, without, set) = rules.last_mut().expect("a rule above its headers");
        match inner.strip_prefix("! ") {
            Some(name) => without.push(name),
            None => set.push(inner.split_once(": ").expect("a name and a value")),
        }
    }
    rules
}

/// One `*` stands for anything.
fn fits(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((before, after)) => {
            path.len() >= before.len() + after.len()
                && path.starts_with(before)
                && path.ends_with(after)
        }
    }
}

/// What the values of a header are at a path: rules in their order, each takes away before it
/// sets.
fn sent<'t>(rules: &[Rule<'t>], path: &str, header: &str) -> Vec<&'t str> {
    let mut values = Vec::new();
    for (pattern, without, set) in rules {
        if fits(pattern, path) {
            if without.contains(&header) {
                values.clear();
            }
            values.extend(set.iter().filter(|(name, _)| *name == header).map(|(_, value)| *value));
        }
    }
    values
}

#[test]
fn cloudflare_sends_what_the_model_says() {
    let mut outlet = site(OUTLET);
    let (prepared, files) = files(outlet.build().equals_clean());
    let text = outlet.html("/_headers");
    let rules = rules(&text);
    assert!(rules.len() <= 100, "{text}");
    let base = &prepared.index.site.base_url;
    for planned in &files {
        let path = base.local(&planned.path.url());
        let wanted = delivery::headers(&prepared.index, planned);
        let wanted = |header: &str| wanted.iter().find(|(name, _)| *name == header);
        for header in ["Cache-Control", "Content-Security-Policy", "X-Content-Type-Options"] {
            let value = wanted(header).map(|(_, value)| value.as_str());
            assert_eq!(sent(&rules, &path, header), Vec::from_iter(value), "{header} of {path}");
        }
        if let Some((_, language)) = wanted("Content-Language") {
            assert_eq!(sent(&rules, &path, "Content-Language"), [language], "{path}");
        }
        if let Output::Feed(..) = planned.output {
            let (_, kind) = wanted("Content-Type").expect("a type");
            assert_eq!(sent(&rules, &path, "Content-Type"), [kind], "{path}");
        }
    }
}

/// Netlify knows no `!`, and joins what fits; a host of which nothing is known may.
#[test]
fn nobody_is_told_twice_how_long() {
    for host in ["host = \"netlify\"", ""] {
        let mut outlet = site(OUTLET);
        outlet.edit("site.toml", "host = \"cloudflare\"", host);
        let (prepared, files) = files(outlet.build().equals_clean());
        let text = outlet.html("/_headers");
        let rules = rules(&text);
        assert!(!text.contains('!'), "{text}");
        let mut told = 0;
        for planned in &files {
            let path = prepared.index.site.base_url.local(&planned.path.url());
            let times = sent(&rules, &path, "Cache-Control");
            let wanted = delivery::headers(&prepared.index, planned);
            assert!(times.len() <= 1, "{path}: {times:?}");
            for time in &times {
                assert!(wanted.contains(&("Cache-Control", (*time).to_owned())), "{path}: {time}");
            }
            told += times.len();
            assert!(sent(&rules, &path, "Content-Language").len() <= 1, "{path}");
        }
        assert!(told > 20, "{told}\n{text}");
    }
}

#[test]
fn redirects_are_written_as_each_host_reads_them() {
    for (host, force) in [
        ("host = \"netlify\"", "!"),
        ("host = \"cloudflare\"", ""),
        ("host = \"gitlab\"", ""),
        ("", ""),
    ] {
        let mut outlet = site(OUTLET);
        outlet.edit("site.toml", "host = \"cloudflare\"", host).build().equals_clean();
        let text = outlet.html("/_redirects");
        let expected = [
            // The newest story first; then what may be another page one day.
            format!("/news/old/beta/ /news/politics/b/ 301{force}"),
            format!("/news/old/a%3Ab%2Ac/ /news/politics/a/ 301{force}"),
            format!("/news/old/alpha /news/politics/a/ 301{force}"),
            format!("/news/old/alpha.php /news/politics/a/ 301{force}"),
            format!(
                "/news/quite%20old/%D8%A6%DB%95%D9%84%D9%81%D8%A7/ /news/politics/a/ 301{force}"
            ),
            format!("/news/latest/page/2/ /news/latest/ 302{force}"),
            format!("/news/politics/page/2/ /news/politics/ 302{force}"),
            format!("/news/tags/water/page/2/ /news/tags/water/ 302{force}"),
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), expected, "{host}");
    }
}

/// A host that does not read a file would show it to readers.
#[test]
fn nobody_is_given_what_they_do_not_read() {
    for (host, read) in
        [("netlify", [true, true]), ("gitlab", [false, true]), ("github", [false; 2])]
    {
        let mut outlet = site(OUTLET);
        outlet.edit("site.toml", "\"cloudflare\"", &format!("\"{host}\"")).build().equals_clean();
        let there = ["_headers", "_redirects"].map(|name| outlet.public().join(name).exists());
        assert_eq!(there, read, "{host}");
    }
}

/// What has expired is gone, in the words of the edition it was in. Only Netlify lets a rule say so.
#[test]
fn what_is_gone_is_said_where_it_can_be() {
    let over = |title: &str| {
        format!(
            "+++\ntitle = \"{title}\"\ndate = \"2026-10-01\"\nexpires = \"2026-10-02\"\naliases = [\"/once/{title}/\"]\n+++\n"
        )
    };
    for host in ["netlify", "cloudflare", "gitlab"] {
        let mut outlet = site(OUTLET);
        outlet.edit("site.toml", "\"cloudflare\"", &format!("\"{host}\""));
        outlet.write("content/politics/over.md", over("over"));
        outlet.write("content/ckb/politics/past.md", over("past"));
        outlet.build().equals_clean();
        let text = outlet.html("/_redirects");
        let gone: Vec<&str> = text.lines().filter(|line| line.ends_with(" 410")).collect();
        let expected = [
            "/news/ckb/politics/past/ /news/ckb/404.html 410",
            "/news/lite/ckb/politics/past/ /news/ckb/404.html 410",
            "/news/lite/politics/over/ /news/404.html 410",
            "/news/once/over/ /news/404.html 410",
            "/news/once/past/ /news/404.html 410",
            "/news/politics/over/ /news/404.html 410",
        ];
        assert_eq!(gone, expected[..if host == "netlify" { 6 } else { 0 }], "{host}");
        // Taken out altogether, nobody knows any more that it was there.
        outlet.delete("content/politics/over.md").delete("content/ckb/politics/past.md");
        outlet.build().equals_clean();
        assert!(!outlet.html("/_redirects").contains("410"), "{host}");
        // Unless somebody says so. What is there is not gone, whoever says so.
        let gone =
            "gone = [\"/ckb/politics/past/\", \"/politics/a/\", \"/old/alpha\", \"/once/%C3%A9/\"]";
        let line = format!("host = \"{host}\"");
        outlet.edit("site.toml", &line, &format!("{line}\n{gone}"));
        outlet.build().equals_clean();
        let text = outlet.html("/_redirects");
        let gone: Vec<&str> = text.lines().filter(|line| line.ends_with(" 410")).collect();
        let expected = [
            "/news/ckb/politics/past /news/ckb/404.html 410",
            "/news/ckb/politics/past/ /news/ckb/404.html 410",
            "/news/lite/ckb/politics/past /news/ckb/404.html 410",
            "/news/lite/ckb/politics/past/ /news/ckb/404.html 410",
            "/news/lite/once/%C3%A9 /news/404.html 410",
            "/news/lite/once/%C3%A9/ /news/404.html 410",
            "/news/once/%C3%A9 /news/404.html 410",
            "/news/once/%C3%A9/ /news/404.html 410",
        ];
        assert_eq!(gone, expected[..if host == "netlify" { 8 } else { 0 }], "{host}");
    }
}

/// The redirects of the newest stories are within the limits that a host documents.
#[test]
fn redirects_keep_to_the_limits() {
    for (host, aliases, letters, lines, words) in [
        ("gitlab", 990, 9, 995, None),
        ("gitlab", 1010, 9, 1000, Some("1015 redirects, and GitLab Pages reads 1000")),
        ("gitlab", 400, 150, 357, Some("bytes, and GitLab Pages reads 64000")),
        ("cloudflare", 2010, 9, 2000, Some("2015 redirects, and Cloudflare Pages reads 2000")),
        ("cloudflare", 5, 200, 5, Some("5 of the redirects are longer than the 1000 characters")),
        ("netlify", 2010, 9, 2015, None),
    ] {
        let mut outlet = site(OUTLET);
        outlet.edit("site.toml", "\"cloudflare\"", &format!("\"{host}\""));
        // A folder has a name of 255 bytes at most.
        let depth = if letters == 200 { 5 } else { 1 };
        let name = |n: usize| format!("\"{}/\"", format!("/{n:0>letters$}").repeat(depth));
        let names: Vec<String> = (0..aliases).map(name).collect();
        let names = names.join(", ");
        outlet.edit(
            "content/politics/a.md",
            "\"/old/alpha\", \"/old/a:b*c/\", \"/quite old/ئەلفا/\", \"/old/alpha.php\"",
            &names,
        );
        outlet.edit("content/politics/b.md", "\"/old/beta/\"", "\"/old/beta/\", \"/old/b/\"");
        outlet.build();
        let text = outlet.html("/_redirects");
        assert_eq!(text.lines().count(), lines, "{host} {aliases}");
        assert!(text.starts_with("/news/old/"), "the newest story's come first");
        assert!(host != "gitlab" || text.len() <= 64_000);
        let findings = outlet.findings();
        assert_eq!(findings.contains("HostLimit"), words.is_some(), "{findings}");
        assert!(words.is_none_or(|words| findings.contains(words)), "{findings}");
    }
}

#[test]
fn an_outlet_that_speaks_to_its_host_itself_is_left_alone() {
    let mut outlet = site(OUTLET);
    outlet.write("static/_headers", "/*\n  X-Ours: 1\n");
    outlet.edit("site.toml", "host = \"cloudflare\"", "files = [\"headers\"]").build();
    assert_eq!(outlet.html("/_headers"), "/*\n  X-Ours: 1\n");
    assert!(!outlet.public().join("_redirects").exists());
    outlet.edit("site.toml", "files = [\"headers\"]", "files = []").delete("static/_headers");
    outlet.build().removed(&["/_headers"]).equals_clean();
}

#[test]
fn the_key_of_indexnow_stands_in_its_file() {
    let mut outlet = site(OUTLET);
    assert_eq!(outlet.build().html("/7f3c2a9be1d04c58.txt"), "7f3c2a9be1d04c58");
}

#[test]
fn every_header_has_its_order_and_its_keys() {
    let mut outlet = site(OUTLET);
    outlet.edit(
        "site.toml",
        "[hosting]",
        "[purge]\nfastly = { service = \"abc\" }\ncloudflare = { zone = \"def\" }\n[hosting]",
    );
    let prepared = outlet.build().prepared();
    let planned = |url: &str| {
        let file = UrlPath::new(url).expect("an address").file();
        prepared.plan.iter().find(|planned| planned.path == file).expect("a planned file")
    };
    let names = |url: &str| -> Vec<&str> {
        let headers = delivery::headers(&prepared.index, planned(url));
        headers.into_iter().map(|(name, _)| name).collect()
    };
    let shown = [
        "Content-Type",
        "Cache-Control",
        "Content-Language",
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Permissions-Policy",
        "Surrogate-Key",
        "Cache-Tag",
    ];
    assert_eq!(names("/politics/a/"), shown);
    let keys =
        |url: &str| masthead::outputs::keys::keys(&prepared.index, planned(url))[1..].join(" ");
    for (url, expected) in [
        ("/tags/water/", "list-tag-water edition-en class-list"),
        ("/tags/water/page/1/", "list-tag-water edition-en class-list"),
        ("/tags/water/rss.xml", "list-tag-water edition-en class-machine"),
        ("/tags/ئاو/", "list-tag-fd35ec2e2148 edition-en class-list"),
        ("/ckb/politics/", "list-ckb-section-politics edition-ckb class-list"),
        ("/latest/", "list-latest edition-en class-list"),
        ("/politics/b.png", "class-file"),
        ("/", "edition-en class-list"),
        ("/sitemap.xml", "class-machine"),
    ] {
        assert_eq!(keys(url), expected, "{url}");
    }
    assert_eq!(keys("/politics/a/"), keys("/lite/politics/a/"));
    assert!(keys("/politics/a/").starts_with("story-"));
    let all: Vec<String> =
        prepared.plan.iter().map(|p| masthead::outputs::keys::own(&p.path)).collect();
    let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
    assert!(all.iter().all(|key| key.len() == 15), "{all:?}");
}

/// A key with a capital is compared as it is; one that the tables of nginx have no room for makes
/// them larger.
#[test]
fn nginx_gets_tables_that_it_can_read() {
    let mut outlet = site(OUTLET);
    let long = "x".repeat(180);
    outlet.edit("site.toml", "host = \"cloudflare\"", "files = [\"nginx\"]");
    outlet.edit(
        "content/politics/a.md",
        "\"/old/alpha\"",
        &format!("\"/Old/\\\"Alpha\\\" $1.2/\", \"/{long}/\""),
    );
    outlet.build().equals_clean();
    let maps = outlet.html("/_hosting/nginx-maps.conf");
    for line in [
        "map_hash_bucket_size 256;",
        "  \"~^/news/Old/\\\"Alpha\\\" \\\\$1\\\\.2/$\" \"/news/politics/a/\";",
        "  \"/news/quite old/ئەلفا/\" \"/news/politics/a/\";",
        "  \"/news/tags/water/page/2/\" \"/news/tags/water/\";",
        "  \"/news/politics/\" \"public, max-age=30, stale-while-revalidate=600, stale-if-error=86400\";",
        "  \"~\\\\.PDF$\" \"public, max-age=3600, stale-while-revalidate=600, stale-if-error=86400\";",
    ] {
        assert!(maps.lines().any(|known| known == line), "{line}\n{maps}");
    }
    assert!(!maps.contains("\"/\" "), "every address is below the path of the host");
}

/// A preview says so in each page, wherever it is served, and to those who send headers.
#[test]
fn a_preview_is_not_for_search_engines() {
    let mut outlet = site(OUTLET);
    outlet.edit("site.toml", "\"plain\"", "\"broadsheet\"").build();
    let said = "<meta name=\"robots\" content=\"noindex\">";
    let pages =
        ["/", "/politics/", "/politics/a/", "/about/", "/lite/", "/lite/politics/a/", "/404.html"];
    assert!(
        !outlet.html("/politics/a/").contains(said)
            && !outlet.html("/_headers").contains("X-Robots")
    );
    let settings = std::fs::read_to_string(outlet.root().join("site.toml")).expect("site.toml");
    outlet.write("site.toml", format!("noindex = true\n{settings}")).build().equals_clean();
    for page in pages {
        assert_eq!(outlet.html(page).matches(said).count(), 1, "{page}");
    }
    assert!(outlet.html("/_headers").contains("  X-Robots-Tag: noindex\n"));
}

/// An outlet of many sections has more rules than the host reads: what is said of everything and
/// of files with hashed names stays, and it is told.
#[test]
fn what_matters_most_is_within_the_limit() {
    let mut outlet = site(OUTLET);
    for n in 0..120 {
        let section = format!("content/section-{n:03}/_index.md");
        outlet.write(&section, format!("+++\ntitle = \"Section {n}\"\n+++\n"));
    }
    outlet.build().equals_clean();
    assert!(outlet.findings().contains("HostLimit"), "{}", outlet.findings());
    let text = outlet.html("/_headers");
    let rules = rules(&text);
    assert_eq!(rules.len(), 100);
    assert!(rules[0].2.iter().any(|(name, _)| *name == "X-Content-Type-Options"));
    for path in ["/news/site.css", "/news/tags/water/", "/news/rss.xml", "/news/sitemap.xml"] {
        let times = sent(&rules, path, "Cache-Control");
        assert!(times.len() == 1 && !times[0].contains("max-age=60,"), "{path}: {times:?}");
    }
    assert!(text.contains("immutable"), "{text}");
}
