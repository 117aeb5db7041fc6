//! What a written link means.
//!
//! Invariant: the meaning depends on the text, the file it stands in and the settings alone;
//! whether the target is there is asked of the index.

use crate::{
    base::{ContentPath, UrlPath, path::join},
    content::Article,
    site::Site,
};
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// To a place on the same page.
    Here,
    /// Away from this site, or to a mail address: as written.
    Elsewhere,
    /// To a Markdown file's page.
    Source(ContentPath),
    /// To a file beside the story, by its key (`content/…`).
    File(Box<str>),
    /// To a path of this site.
    Address(UrlPath),
    /// Out of the content folder, or nowhere that could be.
    Nowhere,
}

/// A link taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Parts<'a> {
    /// Where it leads.
    pub target: Target,
    /// Query and fragment, as written, with their `?` or `#`.
    pub suffix: &'a str,
}

impl<'a> Parts<'a> {
    /// The anchor that the link names, if any.
    #[must_use]
    pub fn anchor(&self) -> Option<Cow<'a, str>> {
        let (_, fragment) = self.suffix.split_once('#')?;
        (!fragment.is_empty()).then(|| percent_decode_str(fragment).decode_utf8_lossy())
    }
}

/// Takes apart a link that stands in `article`.
#[must_use]
pub fn read<'a>(site: &Site, article: &Article, written: &'a str) -> Parts<'a> {
    let end = written.find(['?', '#']).unwrap_or(written.len());
    let (path, suffix) = written.split_at(end);
    let target = if path.is_empty() { Target::Here } else { target(site, article, path) };
    Parts { target, suffix }
}

fn target(site: &Site, article: &Article, path: &str) -> Target {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    if let Some(rooted) = decoded.strip_prefix("@/") {
        return content_file(ContentPath::new(rooted));
    }
    if let Some(own) = site.base_url.path_of(&decoded) {
        return UrlPath::new(own).map_or(Target::Nowhere, Target::Address);
    }
    if has_scheme(path) || path.starts_with("//") {
        return Target::Elsewhere;
    }
    let last = decoded.rsplit('/').next().unwrap_or_default();
    if last.contains('.') && !matches!(last, "." | "..") {
        return content_file(article.path.sibling(&decoded));
    }
    // A relative address, as a browser would resolve it against the page's own.
    match join(article.url.as_str(), &decoded).and_then(|p| UrlPath::new(&format!("/{p}/"))) {
        Some(url) => Target::Address(url),
        None if leads_to_root(article, &decoded) => Target::Address(UrlPath::root()),
        None => Target::Nowhere,
    }
}

/// Whether a relative address goes up to the front door exactly, and no farther.
fn leads_to_root(article: &Article, path: &str) -> bool {
    join(article.url.as_str(), &format!("{path}/x")).as_deref() == Some("x")
}

fn content_file(path: Option<ContentPath>) -> Target {
    match path {
        Some(path) if path.as_str().ends_with(".md") => Target::Source(path),
        Some(path) => Target::File(format!("content/{path}").into()),
        None => Target::Nowhere,
    }
}

/// Whether a text begins with a URL scheme (RFC 3986, section 3.1).
fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

/// Whether an address is a program rather than a place. Browsers pass over line ends in it, and
/// over blanks before it (URL Standard, section 4.4).
#[must_use]
pub fn is_script(written: &str) -> bool {
    let Some((scheme, _)) = written.split_once(':') else { return false };
    let scheme: String = scheme.chars().filter(|c| !c.is_ascii_control()).collect();
    let scheme = scheme.trim_start();
    ["javascript", "vbscript"].iter().any(|script| scheme.eq_ignore_ascii_case(script))
}

/// The keys under which a picture may be found: beside the story, or under `static/` for a
/// path from the root. Empty for a picture from elsewhere.
#[must_use]
pub fn picture_keys(site: &Site, article: &Article, written: &str) -> Vec<Box<str>> {
    match read(site, article, written).target {
        Target::File(key) => vec![key],
        Target::Address(url) => {
            vec![format!("static{url}").into(), format!("content{url}").into()]
        }
        Target::Source(_) | Target::Here | Target::Elsewhere | Target::Nowhere => Vec::new(),
    }
}
