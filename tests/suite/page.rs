//! The pages of the demo outlet, looked at as a browser does: what the policy lets run, and how
//! much a reader has to fetch.
//!
//! Invariant: nothing here knows the theme's templates; it reads what was published.

use crate::trees::{Tree, tree};
use base64::{Engine, engine::general_purpose::STANDARD};
use masthead::{
    base::Moment,
    build::{Options, Silent, build},
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// The demo outlet as it is published.
fn demo() -> Tree {
    let folder = tempfile::tempdir().expect("a folder");
    let (root, output) = (folder.path().join("site"), folder.path().join("public"));
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    for part in ["content", "static", "archetypes", "site.toml"] {
        copy(&repository.join(part), &root.join(part));
    }
    let at = Moment::parse("2026-11-22T12:00:00Z", chrono_tz::Tz::UTC).expect("a moment");
    let options =
        Options { root, output: output.clone(), at, drafts: false, base_url: None, verify: false };
    build(&options, &Silent).expect("the demo can be built");
    tree(&output)
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().flatten() {
        let target = to.join(entry.path().strip_prefix(from).expect("it is below"));
        if entry.file_type().is_file() {
            let target = if from.is_file() { to.to_owned() } else { target };
            crate::trees::put(&target, &std::fs::read(entry.path()).expect("a file"));
        }
    }
}

fn pages(public: &Tree) -> impl Iterator<Item = (&str, &str)> {
    let html = public.iter().filter(|(path, _)| path.ends_with(".html"));
    html.map(|(path, bytes)| (path.as_str(), std::str::from_utf8(bytes).expect("UTF-8")))
}

/// Elements of a name: the opening tag's attributes, and what stands in each.
fn elements<'h>(html: &'h str, name: &str) -> Vec<(&'h str, &'h str)> {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let parts = html.split(open.as_str()).skip(1);
    let whole = parts.filter(|part| part.starts_with([' ', '>', '\n']));
    let one = |part: &'h str| {
        let (attributes, rest) = part.split_once('>')?;
        Some((attributes, rest.split(close.as_str()).next()?))
    };
    whole.filter_map(one).collect()
}

fn policy(html: &str) -> &str {
    let meta = "<meta http-equiv=\"Content-Security-Policy\" content=\"";
    let rest = html.split(meta).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default()
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

#[test]
fn the_policy_lets_all_that_is_inline_and_nothing_is_left_to_chance() {
    let public = demo();
    let headers = String::from_utf8(public["_headers"].clone()).expect("UTF-8");
    let mut inline = 0;
    for (path, html) in pages(&public) {
        let policy = policy(html);
        assert!(policy.starts_with("default-src 'none'; "), "{path} has no policy");
        assert!(headers.contains(&format!(": {policy}; frame-ancestors")), "{path}: {policy}");
        let before = html.split("<meta http-equiv").next().unwrap_or_default();
        assert!(!before.contains("<script") && !before.contains("<link"), "{path}: too late");
        for (attributes, text) in elements(html, "script") {
            let data = attributes.contains("application/ld+json");
            if !data && !attributes.contains("src=") {
                inline += 1;
                assert!(policy.contains(&hash(text)), "{path}: {text}");
            }
        }
        for (_, text) in elements(html, "style") {
            assert!(policy.contains(&hash(text)), "{path}: {text}");
        }
        for tag in html.split('<').filter_map(|tag| tag.split('>').next()) {
            assert!(!tag.contains(" style="), "{path}: <{tag}>");
            let handler =
                tag.split_whitespace().skip(1).any(|a| a.starts_with("on") && a.contains('='));
            assert!(!handler, "{path}: <{tag}>");
        }
        for host in ["src=\"http", "url(http"] {
            assert!(!html.contains(host), "{path} asks a third party");
        }
    }
    assert!(inline > 10);
}

/// The limits that a reader on a slow line would set.
const PAGE_AND_STYLE: usize = 14_000;
const SCRIPTS: usize = 3_000;

fn on_the_way(bytes: &[u8]) -> usize {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut out, bytes).expect("memory");
    out.finish().expect("memory").len()
}

#[test]
fn a_story_and_its_style_fit_into_the_first_packets() {
    let public = demo();
    let sum = |ending: &str| -> usize {
        let hashed = |path: &&String| path.ends_with(ending) && path.matches('.').count() == 2;
        let files: Vec<&String> = public.keys().filter(hashed).collect();
        assert!(!files.is_empty(), "no {ending}");
        files.into_iter().map(|path| on_the_way(&public[path])).sum()
    };
    let (style, scripts) = (sum(".css"), sum(".js"));
    for (path, html) in pages(&public) {
        let all = on_the_way(html.as_bytes()) + style;
        assert!(all <= PAGE_AND_STYLE, "{path}: {all} bytes with its style");
        let inline: usize = elements(html, "script").iter().map(|(_, text)| text.len()).sum();
        let data: usize = elements(html, "script")
            .iter()
            .filter(|(attributes, _)| attributes.contains("json"))
            .map(|(_, text)| text.len())
            .sum();
        assert!(scripts + inline - data <= SCRIPTS, "{path}: {scripts} + {inline} bytes of script");
    }
}

/// Room is kept for each picture before it comes, so that nothing moves under the reader's eyes.
#[test]
fn every_picture_of_ours_says_how_large_it_is() {
    for (path, html) in pages(&demo()) {
        for tag in html.split("<img").skip(1).filter_map(|rest| rest.split('>').next()) {
            assert!(tag.contains(" width=\"") && tag.contains(" height=\""), "{path}: <img{tag}>");
            assert!(tag.contains(" alt=\""), "{path}: <img{tag}>");
        }
    }
}

/// The language versions that a page lists: `hreflang` and address.
fn versions(html: &str) -> BTreeSet<(&str, &str)> {
    let links = html.split("<link rel=\"alternate\" hreflang=\"").skip(1);
    let parts = links.filter_map(|link| link.split_once("\" href=\""));
    parts.filter_map(|(lang, rest)| Some((lang, rest.split_once('"')?.0))).collect()
}

/// Every version lists itself and all others, and all list the same; search engines drop the
/// whole group otherwise. Sorani has a second name, since they do not know the first.
#[test]
fn languages_list_one_another() {
    let public = demo();
    let all: BTreeMap<&str, &str> = pages(&public).collect();
    let mut groups = 0;
    for (path, html) in &all {
        let listed = versions(html);
        if listed.is_empty() {
            continue;
        }
        groups += 1;
        let canonical = html.split("<link rel=\"canonical\" href=\"").nth(1).expect("a canonical");
        let own = canonical.split('"').next().expect("an address");
        assert!(listed.iter().any(|(_, url)| *url == own), "{path} does not list itself");
        let has = |lang: &str| listed.iter().any(|(known, _)| *known == lang);
        assert_eq!(has("ckb"), has("ku-Arab"), "{path}");
        assert_eq!(has("en"), has("x-default"), "{path}");
        for (lang, url) in &listed {
            let file = url.trim_start_matches("https://zagros-ledger.example/");
            let other = all.get(format!("{file}index.html").as_str());
            let other = other.unwrap_or_else(|| panic!("{path} lists {url}, which is not there"));
            assert_eq!(versions(other), listed, "{path} and its version in {lang}");
        }
    }
    assert!(groups > 20);
}
