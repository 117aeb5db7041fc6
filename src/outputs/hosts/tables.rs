//! What a web server looks up for each request, in an order in which the first that fits counts,
//! and in no server's words.
//!
//! Invariant: addresses are as a server sees them: decoded, from the root of the host. An address
//! stands in a table once.

use super::super::delivery;
use crate::{
    base::{OutPath, UrlPath},
    edition::{
        Index,
        places::{self, Class, Place},
    },
    site::{Edition, FeedFormat, HostFile, urls},
};
use std::collections::{BTreeMap, BTreeSet};

/// What a request is held against.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Pattern {
    /// This path.
    Exact(String),
    /// A regular expression, as both nginx (PCRE) and Caddy (RE2) read it.
    Regex(String),
}

/// A path on the host.
fn on_host(index: &Index, url: &UrlPath) -> String {
    format!("{}{url}", decoded_base(index))
}

/// The path of `base_url` as a server sees it.
pub fn decoded_base(index: &Index) -> String {
    let path = &index.site.base_url.path;
    percent_encoding::percent_decode_str(path).decode_utf8_lossy().into_owned()
}

/// Text in which nothing stands for anything else.
pub fn escaped(text: &str) -> String {
    let special = |c: char| r"\.+*?()|[]{}^$#&-~".contains(c);
    text.chars().fold(String::new(), |mut out, c| {
        if special(c) {
            out.push('\\');
        }
        out.push(c);
        out
    })
}

/// `Cache-Control` by path; what fits none is a story.
pub fn caching(index: &Index) -> Vec<(Pattern, String)> {
    let times = &index.site.hosting.cache;
    let (mut exact, mut patterns) = (BTreeMap::new(), Vec::new());
    for kind in places::kinds(index) {
        let value = delivery::cache_control(times, kind.class);
        match regex(index, &kind.place) {
            Pattern::Exact(path) => drop(exact.insert(path, value)),
            pattern => patterns.push((pattern, value)),
        }
    }
    // Of kinds the last counts, and a single address before all others.
    let exact = exact.into_iter().map(|(path, value)| (Pattern::Exact(path), value));
    exact.chain(patterns.into_iter().rev()).collect()
}

/// `Cache-Control` of what fits nothing.
pub fn usual_caching(index: &Index) -> String {
    delivery::cache_control(&index.site.hosting.cache, Class::Article)
}

fn regex(index: &Index, place: &Place) -> Pattern {
    match place {
        Place::At(url) => Pattern::Exact(on_host(index, url)),
        Place::Below(folder) => Pattern::Regex(format!("^{}", escaped(&on_host(index, folder)))),
        Place::Named(name) => Pattern::Regex(format!("/{}$", escaped(name))),
        Place::Ending(ending) => Pattern::Regex(format!("\\.{}$", escaped(ending))),
    }
}

/// Media types by ending, without their charset.
pub fn types(index: &Index) -> BTreeMap<String, String> {
    let usual = ["html", "xml", "json", "txt", "css", "js", "svg", "png", "ico", "webmanifest"];
    let endings: BTreeSet<String> =
        usual.into_iter().chain(index.endings()).map(str::to_owned).collect();
    let plain = |ending: &String| ending.bytes().all(|b| b.is_ascii_alphanumeric());
    let of = |ending: String| {
        let named = delivery::content_type(&OutPath::new(&format!("a.{ending}"))?);
        let essence = named.split(';').next().unwrap_or_default().to_owned();
        Some((ending.to_lowercase(), essence))
    };
    endings.into_iter().filter(plain).filter_map(of).collect()
}

/// The types of feeds, by the names of their files.
pub fn feed_types(index: &Index) -> Vec<(&'static str, &'static str)> {
    let kinds = places::kinds(index);
    let written = |name: &str| kinds.iter().any(|kind| kind.place == Place::Named(urls_name(name)));
    let all = FeedFormat::ALL.into_iter().map(|f| (urls::feed_file(f), f.media_type()));
    all.filter(|(name, _)| written(name)).collect()
}

fn urls_name(name: &str) -> &'static str {
    let all = FeedFormat::ALL.into_iter().map(urls::feed_file);
    all.into_iter().find(|known| *known == name).unwrap_or_default()
}

/// The languages of what readers read, by path; the default edition comes last.
pub fn languages(index: &Index) -> Vec<(String, String)> {
    let feeds: Vec<String> = FeedFormat::ALL.map(|f| escaped(urls::feed_file(f))).to_vec();
    let files = format!("[^/]*\\.html|manifest\\.webmanifest|{}", feeds.join("|"));
    let read_below = |folder: &UrlPath, edition: &Edition| {
        let folder = escaped(&on_host(index, folder));
        (format!("^{folder}(.*/)?({files})?$"), edition.lang.to_string())
    };
    let others = super::super::headers::languages(index);
    let others = others.iter().map(|(folder, edition)| read_below(folder, edition));
    let own = read_below(&UrlPath::root(), index.site.default_edition());
    others.chain([own]).collect()
}

/// Old addresses and where they lead, with the status.
pub fn moved(index: &Index) -> Vec<(String, String, u16)> {
    let base = &index.site.base_url;
    let line = |from: &UrlPath, to: &UrlPath, status| {
        (on_host(index, from), base.local(to).replace('$', "%24"), status)
    };
    let mut seen = BTreeSet::new();
    let all = index.moved().into_iter().map(|moved| line(&moved.from, &moved.to, moved.status));
    all.filter(|(from, ..)| seen.insert(from.clone())).collect()
}

/// Addresses that are gone for good.
pub fn gone(index: &Index) -> Vec<String> {
    index.gone().iter().map(|url| on_host(index, url)).collect()
}

/// The page for what is not there.
pub struct NotFound {
    /// The folders for which it is.
    pub folders: Vec<String>,
    /// The page.
    pub page: String,
    /// Its language.
    pub lang: String,
}

/// The pages for what is not there: the default edition's first, which is for everywhere else.
pub fn not_found(index: &Index) -> Vec<NotFound> {
    let of = |edition: &Edition| {
        let lite = (index.site.lite).then(|| urls::lite(&edition.home()));
        let folders = [edition.home()].into_iter().chain(lite);
        NotFound {
            folders: folders.map(|folder| on_host(index, &folder)).collect(),
            page: on_host(index, &edition.not_found()),
            lang: edition.lang.to_string(),
        }
    };
    index.site.editions.iter().map(of).collect()
}

/// `Cache-Control` of one path.
pub fn caching_of(index: &Index, path: &str) -> String {
    let exact = Pattern::Exact(path.to_owned());
    let found = caching(index).into_iter().find(|(pattern, _)| *pattern == exact);
    found.map_or_else(|| usual_caching(index), |(_, value)| value)
}

/// What readers are not shown.
pub fn hidden(index: &Index) -> Vec<String> {
    let base = decoded_base(index);
    let files =
        [HostFile::Headers, HostFile::Redirects].map(|host| format!("{base}/{}", host.path()));
    files.into_iter().chain([format!("{base}/.masthead-output")]).collect()
}

/// The folders that readers are not shown: the files for web servers, and what `publish` keeps
/// in a folder that it publishes to.
pub fn closed(index: &Index) -> [String; 2] {
    let base = decoded_base(index);
    [format!("{base}/_hosting/"), format!("{base}/_masthead/")]
}
