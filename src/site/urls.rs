//! Every URL the outlet has, and where it is absolute or carries the path of `base_url`.
//!
//! Invariant: this is the only file that knows what a URL looks like. Paths inside the program
//! are [`UrlPath`]s, which never carry the path of `base_url`; it is added here, on the way out.

use super::model::{Edition, FeedFormat};
use crate::base::UrlPath;
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use url::Url;

/// Where the outlet lives: `https://example.org/news` is the origin `https://example.org` and
/// the path `/news`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct BaseUrl {
    /// Scheme and host, without a slash at the end.
    pub origin: String,
    /// The path without a slash at the end; empty at the root of the host.
    pub path: String,
}

impl BaseUrl {
    /// Reads an absolute http or https URL.
    ///
    /// # Errors
    /// A sentence saying what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .ok_or_else(|| format!("`{text}` does not begin with `https://` or `http://`"))?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() || host.contains(['@', ' ', '?', '#', '\\', '<', '>', '"']) {
            return Err(format!("`{text}` names no host"));
        }
        if path.contains(['?', '#', ' ', '\\', '<', '>', '"']) {
            return Err(format!("`{text}` has a query, a fragment or a space"));
        }
        let url = Url::parse(text).map_err(|_| format!("`{text}` names no host"))?;
        let path = match path.trim_end_matches('/') {
            "" => String::new(),
            path => {
                let path = percent_decode_str(path).decode_utf8_lossy();
                let path = UrlPath::new(&format!("/{path}"));
                let odd = || format!("the path of `{text}` has empty or dotted segments");
                path.ok_or_else(odd)?.encoded().into_owned()
            }
        };
        Ok(Self { origin: url.origin().ascii_serialization(), path })
    }

    /// The whole URL of a page, percent-encoded.
    #[must_use]
    pub fn absolute(&self, url: &UrlPath) -> String {
        [&*self.origin, &*self.path, &*url.encoded()].concat()
    }

    /// The absolute URL of what a page of this site calls `written`, wherever that leads;
    /// `None` for what is no URL at all.
    #[must_use]
    pub fn absolute_of(&self, page: &UrlPath, written: &str) -> Option<String> {
        let page = Url::parse(&self.absolute(page)).ok()?;
        Some(page.join(written).ok()?.into())
    }

    /// The host, without its port.
    #[must_use]
    pub fn host(&self) -> &str {
        let host = self.origin.split_once("//").map_or(&*self.origin, |(_, host)| host);
        host.split(':').next().unwrap_or(host)
    }

    /// The URL of a page as links on this site write it: from the root of the host.
    #[must_use]
    pub fn local(&self, url: &UrlPath) -> String {
        [&*self.path, &*url.encoded()].concat()
    }

    /// What follows this outlet's host, under either scheme or none, in capitals or not, in
    /// its own letters or in ASCII: all of these lead here.
    fn after_origin<'a>(&self, written: &'a str) -> Option<&'a str> {
        let (scheme, host) = self.origin.split_once("//")?;
        let rest = ["https://", "http://", "//"].iter().find_map(|s| after(written, s))?;
        let (authority, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let is_own = || {
            let other = Url::parse(&format!("{scheme}//{authority}")).ok();
            other.is_some_and(|other| other.origin().ascii_serialization() == self.origin)
        };
        // Links are many, and nearly all are written as browsers would.
        let own = authority.eq_ignore_ascii_case(host) || !is_plain(authority) && is_own();
        own.then_some(rest)
    }

    /// What follows the path of `base_url`, percent-encoded or not.
    fn after_path<'a>(&self, path: &'a str) -> Option<&'a str> {
        let decoded = percent_decode_str(&self.path).decode_utf8_lossy();
        let rest = path.strip_prefix(&*self.path).or_else(|| path.strip_prefix(&*decoded))?;
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }

    /// The path on this site that a written URL leads to, if it leads here. It takes absolute
    /// URLs of this outlet and paths from the root of the host, with or without the path of
    /// `base_url`; query and fragment must have been cut off.
    #[must_use]
    pub fn path_of<'a>(&self, written: &'a str) -> Option<&'a str> {
        let or_root = |path: &'a str| if path.is_empty() { "/" } else { path };
        match self.after_origin(written) {
            Some("") => self.path.is_empty().then_some("/"),
            Some(rest) => self.after_path(rest).map(or_root),
            None => written
                .starts_with('/')
                .then(|| self.after_path(written).filter(|p| !p.is_empty()).unwrap_or(written))
                .filter(|path| !path.starts_with("//")),
        }
    }
}

/// Whether this is a host, without a port, that stays as it is but for capitals: a name in ASCII,
/// and no number (URL Standard, section 3.5).
fn is_plain(authority: &str) -> bool {
    let last = authority.rsplit('.').next().unwrap_or_default();
    last.starts_with(|c: char| c.is_ascii_alphabetic())
        && authority.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
}

/// Whether a written address needs no page to be understood.
#[must_use]
pub fn is_absolute(written: &str) -> bool {
    Url::parse(written).is_ok()
}

/// A written address in ASCII, as browsers ask for it: letters of a host become Punycode, all others
/// are percent-encoded. One that is no absolute URL stays as it is.
#[must_use]
pub fn in_ascii(written: &str) -> Cow<'_, str> {
    if written.is_ascii() {
        return written.into();
    }
    let relative = written.starts_with("//");
    let whole = if relative { format!("https:{written}") } else { written.to_owned() };
    match Url::parse(&whole) {
        Ok(url) if relative => url.as_str()["https:".len()..].to_owned().into(),
        Ok(url) => String::from(url).into(),
        Err(_) => written.into(),
    }
}

/// What follows a prefix, in capitals or not.
fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Builds a path below an edition's own folder: `("tags", "water")` is `/ckb/tags/water/`.
fn below(edition: &Edition, parts: &[&str]) -> UrlPath {
    let mut path = String::from("/");
    let prefix = (!edition.prefix.is_empty()).then_some(edition.prefix.as_str());
    for part in prefix.into_iter().chain(parts.iter().copied()) {
        path.push_str(part);
        path.push('/');
    }
    // Every part is a slug, a section path or a number, which are plain segments.
    UrlPath::new(&path).unwrap_or_else(UrlPath::root)
}

impl Edition {
    /// The edition's front door.
    #[must_use]
    pub fn home(&self) -> UrlPath {
        below(self, &[])
    }

    /// The page of everything, newest first.
    #[must_use]
    pub fn latest(&self) -> UrlPath {
        below(self, &["latest"])
    }

    /// The front of a section.
    #[must_use]
    pub fn section(&self, path: &str) -> UrlPath {
        below(self, &[path])
    }

    /// The front of a tag, author or series: `kind` is `tags`, `authors` or `series`.
    #[must_use]
    pub fn term(&self, kind: &str, slug: &str) -> UrlPath {
        below(self, &[kind, slug])
    }

    /// The shared file of a fragment.
    #[must_use]
    pub fn fragment(&self, name: &str) -> UrlPath {
        file_below(&below(self, &["_fragments"]), &format!("{name}.html"))
    }

    /// A file of the news sitemap, counted from 0.
    #[must_use]
    pub fn news_sitemap(&self, file: usize) -> UrlPath {
        let number = (file > 0).then(|| (file + 1).to_string());
        let edition = (!self.prefix.is_empty()).then(|| self.prefix.clone());
        let parts: Vec<String> =
            ["news".to_owned()].into_iter().chain(edition).chain(number).collect();
        sitemap(&parts.join("-"))
    }

    /// The web manifest.
    #[must_use]
    pub fn manifest(&self) -> UrlPath {
        file_below(&self.home(), "manifest.webmanifest")
    }

    /// The page shown where there is none.
    #[must_use]
    pub fn not_found(&self) -> UrlPath {
        file_below(&self.home(), "404.html")
    }
}

/// A file directly below a URL that ends with `/`.
#[must_use]
pub fn file_below(folder: &UrlPath, name: &str) -> UrlPath {
    UrlPath::new(&format!("{folder}{name}")).unwrap_or_else(UrlPath::root)
}

/// Page `number` of a list whose front is at `front`, numbered from the oldest.
#[must_use]
pub fn page_of(front: &UrlPath, number: u32) -> UrlPath {
    UrlPath::new(&format!("{front}page/{number}/")).unwrap_or_else(UrlPath::root)
}

/// The page of the lite edition for a page of the full one.
#[must_use]
pub fn lite(url: &UrlPath) -> UrlPath {
    UrlPath::new(&format!("/lite{url}")).unwrap_or_else(UrlPath::root)
}

/// The name of a feed's file, which lies beside the page of what it feeds.
#[must_use]
pub fn feed_file(format: FeedFormat) -> &'static str {
    match format {
        FeedFormat::Atom => "feed.xml",
        FeedFormat::Rss => "rss.xml",
        FeedFormat::Json => "feed.json",
    }
}

/// The feed of a list whose front is at `front`.
#[must_use]
pub fn feed_of(front: &UrlPath, format: FeedFormat) -> UrlPath {
    file_below(front, feed_file(format))
}

/// The sitemap shard of a month (`YYYY-MM`), or of what has no date (`pages`, `fronts`).
#[must_use]
pub fn sitemap(shard: &str) -> UrlPath {
    file_below(&UrlPath::root(), &format!("sitemaps/{shard}.xml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> BaseUrl {
        BaseUrl::parse(text).expect("a base URL")
    }

    #[test]
    fn reads_and_writes_bases() {
        let url = UrlPath::new("/a/b/").expect("a path");
        for (text, absolute, local) in [
            ("https://x.org", "https://x.org/a/b/", "/a/b/"),
            ("https://X.org/", "https://x.org/a/b/", "/a/b/"),
            ("http://x.org:8080/news/", "http://x.org:8080/news/a/b/", "/news/a/b/"),
            ("https://x.org:443/", "https://x.org/a/b/", "/a/b/"),
            (
                "https://Bücher.example/ü/é%20",
                "https://xn--bcher-kva.example/%C3%BC/%C3%A9%20/a/b/",
                "/%C3%BC/%C3%A9%20/a/b/",
            ),
            (
                "https://xn--bcher-kva.example/%c3%bc",
                "https://xn--bcher-kva.example/%C3%BC/a/b/",
                "/%C3%BC/a/b/",
            ),
        ] {
            assert_eq!(base(text).absolute(&url), absolute);
            assert_eq!(base(text).local(&url), local);
        }
    }

    #[test]
    fn refuses_what_is_no_base() {
        for text in [
            "x.org",
            "ftp://x.org",
            "https://",
            "https://x.org/?q",
            "https://x.org/a/../b",
            "https://[",
            "https://x.org:x",
        ] {
            assert!(BaseUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn makes_absolute_what_a_page_says() {
        let page = UrlPath::new("/politics/vote/").expect("a path");
        for (written, absolute) in [
            ("/a/", Some("https://x.org/a/")),
            ("../b/?q#f", Some("https://x.org/news/politics/b/?q#f")),
            ("#note", Some("https://x.org/news/politics/vote/#note")),
            ("?p=2", Some("https://x.org/news/politics/vote/?p=2")),
            ("", Some("https://x.org/news/politics/vote/")),
            ("//cdn.org/a b.png", Some("https://cdn.org/a%20b.png")),
            ("shot.png", Some("https://x.org/news/politics/vote/shot.png")),
            ("https://Y.org/a b", Some("https://y.org/a%20b")),
            ("mailto:desk@x.org", Some("mailto:desk@x.org")),
            ("https://[", None),
        ] {
            let found = base("https://x.org/news").absolute_of(&page, written);
            assert_eq!(found.as_deref(), absolute, "{written}");
            assert_eq!(is_absolute(written), written.contains(":") && found.is_some(), "{written}");
        }
        assert_eq!(base("http://x.org:8080/news/").host(), "x.org");
    }

    #[test]
    fn addresses_are_asked_for_in_ascii() {
        for (written, asked) in [
            ("https://Bücher.example/ü?ö#ä", "https://xn--bcher-kva.example/%C3%BC?%C3%B6#%C3%A4"),
            ("//bücher.example/a b", "//xn--bcher-kva.example/a%20b"),
            ("https://x.org/A b", "https://x.org/A b"),
            ("/ü/", "/ü/"),
            ("mailto:jürgen@x.org", "mailto:j%C3%BCrgen@x.org"),
        ] {
            assert_eq!(in_ascii(written), asked);
        }
    }

    #[test]
    fn knows_its_own_links() {
        for (at, written, path) in [
            ("https://x.org", "https://x.org/a/", Some("/a/")),
            ("https://x.org", "https://x.org", Some("/")),
            ("https://x.org", "https://x.organic/a/", None),
            ("https://x.org", "//cdn.org/a", None),
            ("https://x.org", "//x.org/a/", Some("/a/")),
            ("https://x.org", "http://X.org/a/", Some("/a/")),
            ("https://x.org", "https://x.org:8080/a/", None),
            ("https://x.org", "a/b", None),
            ("https://x.org/news", "/news/a/", Some("/a/")),
            ("https://x.org/news", "/a/", Some("/a/")),
            ("https://x.org/news", "https://x.org/news/a/", Some("/a/")),
            ("https://x.org/news", "https://x.org/other/", None),
            ("https://x.org/news", "https://x.org/newsroom/", None),
            ("https://x.org/news", "https://x.org", None),
            ("https://x.org/news", "/newsroom/", Some("/newsroom/")),
            ("https://x.org", "https://x.org:443/a/", Some("/a/")),
            ("https://x.org", "https://u@x.org/a/", Some("/a/")),
            ("https://10.0.0.1", "https://0xA.1/a/", Some("/a/")),
            ("https://10.0.0.1", "https://10.0.0.2/a/", None),
            ("https://bücher.example/ü", "https://BÜCHER.example/ü/a/", Some("/a/")),
            ("https://bücher.example/ü", "//xn--bcher-kva.example/%C3%BC/a/", Some("/a/")),
            ("https://xn--bcher-kva.example/%C3%BC", "https://bücher.example/ü/a/", Some("/a/")),
            ("https://bücher.example/ü", "/ü/a/", Some("/a/")),
            ("https://bücher.example/ü", "/%C3%BC/a/", Some("/a/")),
            ("https://bücher.example/ü", "https://buecher.example/ü/a/", None),
        ] {
            assert_eq!(base(at).path_of(written), path, "{written} at {at}");
        }
    }
}
