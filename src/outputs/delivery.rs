//! What is said along with a file, whoever sends it: the preview, a web server, an object store.
//!
//! Invariant: it follows from the plan alone, never from the bytes, so that hosts can be told
//! before anything is rendered. It knows no host's syntax.

pub use crate::edition::places::Class;

use super::{Output, Planned, headers, keys, redirect};
use crate::{
    base::{Lang, OutPath},
    edition::Index,
    site::Cache,
};
use serde::{Deserialize, Serialize};

/// An address that leads elsewhere.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Redirect {
    /// Where to: a path from the root of the host, percent-encoded.
    pub to: String,
    /// 301 for ever, 302 for now (RFC 9110, 15.4).
    pub status: u16,
}

/// What is said along with a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Delivery {
    /// How long it is good for.
    pub class: Class,
    /// `Content-Type`, with the charset where there is one.
    pub content_type: String,
    /// `Content-Language`: the language of those for whom it is written.
    pub language: Option<Lang>,
    /// Where readers are sent who ask for it; the file says the same for hosts that cannot.
    pub redirect: Option<Redirect>,
}

/// What is said along with a planned file.
#[must_use]
pub fn of(index: &Index, planned: &Planned) -> Delivery {
    Delivery {
        class: class(&planned.output),
        content_type: match &planned.output {
            Output::Feed(_, format) => in_utf8(format.media_type()),
            _ => content_type(&planned.path),
        },
        language: edition(index, &planned.output)
            .and_then(|edition| index.site.editions.get(usize::from(edition)))
            .map(|edition| edition.lang.clone()),
        redirect: redirect::target(index, &planned.output)
            .map(|(to, status)| Redirect { to: index.site.base_url.local(&to), status }),
    }
}

/// `Cache-Control` for a class. Of what changes, browsers ask again soon, and until they have an
/// answer, or while there is none, the copy they have is shown.
#[must_use]
pub fn cache_control(times: &Cache, class: Class) -> String {
    let age = match class {
        Class::Hashed => return "public, max-age=31536000, immutable".to_owned(),
        Class::File => times.files,
        Class::Article => times.pages,
        Class::List => times.lists,
        Class::Machine => times.feeds,
    };
    let Cache { stale, on_error, .. } = times;
    format!("public, max-age={age}, stale-while-revalidate={stale}, stale-if-error={on_error}")
}

/// What keeps search engines from showing a preview.
#[must_use]
pub fn noindex() -> (&'static str, String) {
    ("X-Robots-Tag", "noindex".to_owned())
}

/// What a server sends with a planned file, always in the same order: type, caching, language,
/// security, and the keys by which a CDN can throw it away. Where it leads is said in
/// [`Delivery::redirect`], since each store has its own way to say so.
#[must_use]
pub fn headers(index: &Index, planned: &Planned) -> Vec<(&'static str, String)> {
    let Delivery { class, content_type, language, redirect: _ } = of(index, planned);
    let mut out = vec![
        ("Content-Type", content_type),
        ("Cache-Control", cache_control(&index.site.hosting.cache, class)),
    ];
    out.extend(language.map(|lang| ("Content-Language", lang.to_string())));
    out.extend(headers::for_everything(index));
    out.extend(keys::headers(index, planned));
    out
}

/// How long an output is good for.
#[must_use]
pub fn class(output: &Output) -> Class {
    match output {
        Output::Hashed(_) => Class::Hashed,
        Output::File(_) | Output::Icon(_) => Class::File,
        Output::Article(_) | Output::Lite(_) => Class::Article,
        Output::LiteHome(_)
        | Output::Home(_)
        | Output::Front(..)
        | Output::NextPage(..)
        | Output::NotFound(_)
        | Output::Fragment(..)
        | Output::Redirect(_) => Class::List,
        Output::Feed(..)
        | Output::SitemapIndex
        | Output::Sitemap(_)
        | Output::NewsSitemap(..)
        | Output::Host(_)
        | Output::IndexNowKey
        | Output::Manifest(_)
        | Output::Notice(_) => Class::Machine,
    }
}

/// The edition for whose readers an output is; `None` for what is for all, or for machines.
fn edition(index: &Index, output: &Output) -> Option<u8> {
    match output {
        Output::Article(slot) | Output::Lite(slot) => Some(index.article(*slot).edition),
        Output::LiteHome(edition)
        | Output::Home(edition)
        | Output::NotFound(edition)
        | Output::Fragment(edition, _)
        | Output::Manifest(edition) => Some(*edition),
        Output::Front(key, _) | Output::NextPage(key, _) | Output::Feed(key, _) => {
            Some(key.edition)
        }
        Output::Redirect(from) => index.aliases.get(from).map(|slot| index.article(*slot).edition),
        Output::SitemapIndex
        | Output::Sitemap(_)
        | Output::NewsSitemap(..)
        | Output::Host(_)
        | Output::IndexNowKey
        | Output::Icon(_)
        | Output::Notice(_)
        | Output::File(_)
        | Output::Hashed(_) => None,
    }
}

/// The media type that a file's ending means, with `charset=utf-8` for text: everything that
/// Masthead writes is UTF-8, and so is what an outlet should put beside it.
#[must_use]
pub fn content_type(path: &OutPath) -> String {
    let name = path.as_str().rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    let known = match ending.as_str() {
        // What the table of endings leaves open or has under an older name.
        "webmanifest" => Some("application/manifest+json"),
        "atom" => Some("application/atom+xml"),
        "rss" => Some("application/rss+xml"),
        "js" | "mjs" => Some("text/javascript"),
        "xml" => Some("application/xml"),
        "avif" => Some("image/avif"),
        // `_headers`, `_redirects` and their like.
        "" => Some("text/plain"),
        _ => None,
    };
    let guess = || mime_guess::from_ext(&ending).first_or_octet_stream().essence_str().to_owned();
    let essence = known.map_or_else(guess, str::to_owned);
    let is_text = essence.starts_with("text/")
        || essence.ends_with("xml")
        || essence.ends_with("json")
        || essence.ends_with("javascript");
    if is_text { essence + "; charset=utf-8" } else { essence }
}

/// A media type of text, with its charset.
#[must_use]
pub fn in_utf8(media_type: &str) -> String {
    format!("{media_type}; charset=utf-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_and_types() {
        let of = |path: &str| content_type(&OutPath::new(path).expect("a path"));
        for (path, expected) in [
            ("index.html", "text/html; charset=utf-8"),
            ("css/a.1f3c9a2b00.css", "text/css; charset=utf-8"),
            ("js/a.js", "text/javascript; charset=utf-8"),
            ("sitemap.xml", "application/xml; charset=utf-8"),
            ("atom.atom", "application/atom+xml; charset=utf-8"),
            ("manifest.webmanifest", "application/manifest+json; charset=utf-8"),
            ("robots.txt", "text/plain; charset=utf-8"),
            ("_headers", "text/plain; charset=utf-8"),
            ("a/b.JPG", "image/jpeg"),
            ("a/b.avif", "image/avif"),
            ("icon.svg", "image/svg+xml; charset=utf-8"),
            ("a/b.woff2", "font/woff2"),
            ("a/b.mp4", "video/mp4"),
            ("a/b.unheard-of", "application/octet-stream"),
        ] {
            assert_eq!(of(path), expected, "{path}");
        }
    }
}
