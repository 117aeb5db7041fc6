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
use std::path::Path;

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
