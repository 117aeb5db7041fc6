//! `[hosting]` and `[cache]`: which files tell web servers how to serve the outlet, and how long
//! copies of it are good.
//!
//! Invariant: pages see nothing of it, so a change here touches no page.

use super::{
    resolve::choice,
    urls::BaseUrl,
    written::{Reader, Refusal, section},
};
use crate::base::{Code, UrlPath, suggest::one_of};
use serde::Serialize;
use toml::Spanned;

/// How the outlet is served.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Hosting {
    /// Which host takes the outlet.
    pub host: Host,
    /// The files that are written for web servers, each once.
    pub files: Vec<HostFile>,
    /// How long copies are good.
    pub cache: Cache,
    /// Addresses of what was deleted for good, sorted, each once.
    pub gone: Vec<UrlPath>,
}

/// A host that takes the outlet as files.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub enum Host {
    /// Not said: what is written is understood by Netlify and Cloudflare Pages.
    #[default]
    Any,
    /// Netlify.
    Netlify,
    /// Cloudflare Pages.
    Cloudflare,
    /// GitLab Pages, which reads `_redirects` alone.
    /// <https://docs.gitlab.com/user/project/pages/redirects/>
    Gitlab,
    /// GitHub Pages, which reads neither.
    Github,
}

const HOSTS: [(&str, Host); 4] = [
    ("netlify", Host::Netlify),
    ("cloudflare", Host::Cloudflare),
    ("gitlab", Host::Gitlab),
    ("github", Host::Github),
];

/// A file for a web server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
pub enum HostFile {
    /// `_headers`.
    Headers,
    /// `_redirects`.
    Redirects,
    /// `_hosting/nginx-maps.conf`, for the `http` block.
    NginxMaps,
    /// `_hosting/nginx-server.conf`, for the `server` block.
    NginxServer,
    /// `_hosting/Caddyfile`.
    Caddy,
}

const FILES: [(&str, &[HostFile]); 4] = [
    ("headers", &[HostFile::Headers]),
    ("redirects", &[HostFile::Redirects]),
    ("nginx", &[HostFile::NginxMaps, HostFile::NginxServer]),
    ("caddy", &[HostFile::Caddy]),
];

impl HostFile {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Headers, Self::Redirects, Self::NginxMaps, Self::NginxServer, Self::Caddy];

    /// Where it is in the output folder.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Headers => "_headers",
            Self::Redirects => "_redirects",
            Self::NginxMaps => "_hosting/nginx-maps.conf",
            Self::NginxServer => "_hosting/nginx-server.conf",
            Self::Caddy => "_hosting/Caddyfile",
        }
    }
}

/// How long copies are good, in seconds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Cache {
    /// Stories and plain pages.
    pub pages: usize,
    /// Home, lists and shared parts.
    pub lists: usize,
    /// Feeds, sitemaps and what else is written for machines.
    pub feeds: usize,
    /// Pictures and other files that keep their names.
    pub files: usize,
    /// How much longer a copy may be shown while a new one is fetched
    /// (`stale-while-revalidate`, RFC 5861, section 3).
    pub stale: usize,
    /// How much longer a copy may be shown while the server fails (`stale-if-error`, RFC 5861,
    /// section 4).
    pub on_error: usize,
}

impl Default for Cache {
    fn default() -> Self {
        Self { pages: 60, lists: 30, feeds: 300, files: 3600, stale: 600, on_error: 86_400 }
    }
}

section! {
    /// `[hosting]`.
    HostingTable is "a table" {
        /// Which host takes the outlet.
        host: String = r#""cloudflare""#,
        /// The files that are written.
        files: Vec<Spanned<String>> = r#"["headers", "redirects"]"#,
        /// Addresses of what was deleted for good.
        gone: Vec<Spanned<String>> = r#"["/politics/2026/11/a-story/"]"#,
    }
}

section! {
    /// `[cache]`.
    CacheTable is "a table" {
        /// Stories and plain pages.
        pages: usize = "60",
        /// Home, lists and shared parts.
        lists: usize = "30",
        /// Feeds, sitemaps and their like.
        feeds: usize = "300",
        /// Pictures and other files.
        files: usize = "3600",
        /// How much longer while a new one is fetched.
        stale: usize = "600",
        /// How much longer while the server fails.
        on_error: usize = "86400",
    }
}

/// The settings as meant.
pub(super) fn hosting(
    written: Option<Spanned<HostingTable>>,
    times: Option<Spanned<CacheTable>>,
    base: Option<&BaseUrl>,
    reader: &mut Reader<'_>,
) -> Hosting {
    let HostingTable { host, files, gone } = written.map(Spanned::into_inner).unwrap_or_default();
    let host = reader.checked(host, Host::Any, choice("host", &HOSTS));
    let files = match files {
        None => vec![HostFile::Headers, HostFile::Redirects],
        Some(written) => known(written.into_inner(), reader),
    };
    let gone = addresses(gone.map(Spanned::into_inner).unwrap_or_default(), base, reader);
    Hosting { host, files, cache: cache(times, reader), gone }
}

/// Addresses, which are those of the outlet: below the path of `base_url`, and without it.
fn addresses(
    written: Vec<Spanned<String>>,
    base: Option<&BaseUrl>,
    reader: &mut Reader<'_>,
) -> Vec<UrlPath> {
    let above = base.map_or("", |base| base.path.as_str());
    let below = |path: UrlPath| {
        let inner = path.as_str().strip_prefix(above).filter(|_| !above.is_empty());
        inner.filter(|inner| inner.starts_with('/')).and_then(UrlPath::new).unwrap_or(path)
    };
    let read = |text: String| {
        let typed = UrlPath::typed(&text).filter(|path| below(path.clone()) == *path);
        typed.map(Some).ok_or_else(|| {
            let help = UrlPath::meant(&text).map(below).map_or_else(
                || "an address begins with `/`, such as `/politics/a-story/`".to_owned(),
                |path| format!("write `\"{path}\"`"),
            );
            let message = format!("`{text}` in `gone` is not an address on this site");
            Refusal::new(Code::BadSettings, message, help)
        })
    };
    let mut out: Vec<UrlPath> =
        written.into_iter().filter_map(|text| reader.checked(Some(text), None, read)).collect();
    out.sort_unstable();
    out.dedup();
    out
}

fn known(written: Vec<Spanned<String>>, reader: &mut Reader<'_>) -> Vec<HostFile> {
    let read = |word: String| {
        let found = FILES.iter().find(|(known, _)| *known == word);
        found.map(|(_, files)| *files).ok_or_else(|| {
            let help = format!("write {}", one_of(FILES.iter().map(|(word, _)| *word)));
            Refusal::new(Code::BadSettings, format!("there is no file `{word}` for hosts"), help)
        })
    };
    let none: &[HostFile] = &[];
    let read = |word| reader.checked(Some(word), none, read).iter().copied();
    let mut files: Vec<HostFile> = written.into_iter().flat_map(read).collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// A year: what RFC 9111 and its readers take for "for ever".
const LONGEST: usize = 31_536_000;

fn cache(written: Option<Spanned<CacheTable>>, reader: &mut Reader<'_>) -> Cache {
    let table = written.map(Spanned::into_inner).unwrap_or_default();
    let CacheTable { pages, lists, feeds, files, stale, on_error } = table;
    let usual = Cache::default();
    let mut time = |key: &'static str, written, usual| {
        reader.checked(written, usual, |seconds: usize| {
            (seconds <= LONGEST).then_some(seconds).ok_or_else(|| {
                let message = format!("`{key}` is {seconds} seconds, which is more than a year");
                Refusal::new(Code::BadSettings, message, format!("write `{key} = {usual}`"))
            })
        })
    };
    Cache {
        pages: time("pages", pages, usual.pages),
        lists: time("lists", lists, usual.lists),
        feeds: time("feeds", feeds, usual.feeds),
        files: time("files", files, usual.files),
        stale: time("stale", stale, usual.stale),
        on_error: time("on_error", on_error, usual.on_error),
    }
}

impl Hosting {
    /// Whether any host is told what is gone for good.
    #[must_use]
    pub fn says_gone(&self) -> bool {
        let netlify = self.host == Host::Netlify && self.wants(HostFile::Redirects);
        netlify || self.wants(HostFile::NginxMaps) || self.wants(HostFile::Caddy)
    }

    /// Whether a file is to be written.
    #[must_use]
    pub fn wants(&self, file: HostFile) -> bool {
        self.files.contains(&file)
    }
}
