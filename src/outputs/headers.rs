//! What web servers are to say with the files: security, how long copies are good, languages.
//!
//! Invariant: a file gets one `Cache-Control` at most. Hosts join the headers of all rules that
//! fit, and two answers to "how long" would be none. So where the host is Cloudflare, a closer
//! rule takes away what a wider one said (`! Cache-Control`); where it is not known to be, there
//! are rules for single addresses and for folders with nothing else in them, and the rest is
//! left to the host: both answer `public, max-age=0, must-revalidate`, and empty their own
//! caches with each deploy.
//! <https://developers.cloudflare.com/pages/configuration/headers/>,
//! <https://docs.netlify.com/manage/routing/headers/>

use super::delivery::{self, Class};
use crate::{
    base::UrlPath,
    edition::{
        Index,
        places::{self, Kind, Place},
    },
    site::{Edition, Host, urls},
};

/// Headers for the files whose address fits a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// An address, from the root of the host; `*` stands for anything.
    pub pattern: String,
    /// What a wider rule said and this one takes away.
    pub without: Vec<&'static str>,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
}

/// The most rules that Cloudflare Pages reads, and the most characters of a line.
/// <https://developers.cloudflare.com/pages/configuration/headers/>
pub const MOST_RULES: usize = 100;
/// See [`MOST_RULES`].
pub const LONGEST_LINE: usize = 2000;

/// The rules, the widest first.
#[must_use]
pub fn rules(index: &Index) -> Vec<Rule> {
    let mut everything = Rule {
        pattern: format!("{}/*", index.site.base_url.path),
        without: Vec::new(),
        headers: for_everything(index),
    };
    let cloudflare = index.site.hosting.host == Host::Cloudflare;
    let mut kinds = places::kinds(index);
    if cloudflare {
        everything.headers.push(cache(index, Class::Article));
        everything.headers.push(language(index.site.default_edition()));
    } else {
        kinds = alone(kinds);
    }
    let without = |name: &'static str| if cloudflare { vec![name] } else { Vec::new() };
    let languages = languages(index).into_iter().map(|(folder, edition)| Rule {
        pattern: pattern(index, &Place::Below(folder)),
        without: without("Content-Language"),
        headers: vec![language(edition)],
    });
    let kinds = kinds.iter().map(|kind| Rule {
        pattern: pattern(index, &kind.place),
        without: without("Cache-Control"),
        headers: of_kind(index, kind),
    });
    [everything].into_iter().chain(languages).chain(kinds).collect()
}

/// The folders of the editions besides the default one.
#[must_use]
pub fn languages(index: &Index) -> Vec<(UrlPath, &Edition)> {
    let editions = index.site.editions.iter().skip(1);
    let folders = |edition: &'_ Edition| {
        let lite = index.site.lite.then(|| urls::lite(&edition.home()));
        [edition.home()].into_iter().chain(lite).collect::<Vec<_>>()
    };
    editions.flat_map(|e| folders(e).into_iter().map(move |folder| (folder, e))).collect()
}

/// The kinds whose places have nothing else in them. A list's folder has its feed in it.
fn alone(mut kinds: Vec<Kind>) -> Vec<Kind> {
    kinds.retain(|kind| match &kind.place {
        Place::At(_) => true,
        Place::Below(_) => kind.class == Class::Machine,
        Place::Named(_) | Place::Ending(_) => false,
    });
    // A later one would have counted: a static file at the address of a list, say.
    let mut seen = Vec::new();
    kinds.reverse();
    kinds.retain(|kind| {
        let new = !seen.contains(&kind.place);
        seen.push(kind.place.clone());
        new
    });
    kinds.reverse();
    kinds
}

/// How long, and what a server that goes by endings would not know.
#[must_use]
pub fn of_kind(index: &Index, kind: &Kind) -> Vec<(&'static str, String)> {
    let media_type = kind.media_type.map(|named| ("Content-Type", delivery::in_utf8(named)));
    [cache(index, kind.class)].into_iter().chain(media_type).collect()
}

fn cache(index: &Index, class: Class) -> (&'static str, String) {
    ("Cache-Control", delivery::cache_control(&index.site.hosting.cache, class))
}

fn language(edition: &Edition) -> (&'static str, String) {
    ("Content-Language", edition.lang.to_string())
}

/// A place as both hosts write it, from the root of the host. What they would take for a
/// placeholder is escaped.
fn pattern(index: &Index, place: &Place) -> String {
    let base = &index.site.base_url;
    match place {
        Place::At(url) => literal(&base.local(url)),
        Place::Below(folder) => format!("{}*", literal(&base.local(folder))),
        Place::Named(name) => format!("{}/*{name}", base.path),
        Place::Ending(ending) => format!("{}/*.{ending}", base.path),
    }
}

/// An address in which nothing stands for anything else.
#[must_use]
pub fn literal(url: &str) -> String {
    url.replace('*', "%2A").replace(':', "%3A")
}

/// What goes with every file: security, and whether search engines may show it.
#[must_use]
pub fn for_everything(index: &Index) -> Vec<(&'static str, String)> {
    let mut headers = policy(index);
    headers.extend([
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Referrer-Policy", "strict-origin-when-cross-origin".to_owned()),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()".to_owned()),
    ]);
    // An edition with drafts in it is a preview, whatever host it ends up on.
    if index.admitted.has_drafts() || index.site.noindex {
        headers.push(delivery::noindex());
    }
    headers
}

/// The pages' own policy with what can only be said here.
fn policy(index: &Index) -> Vec<(&'static str, String)> {
    let policy = &index.facts.policy;
    let report_to = &index.site.csp.report_to;
    if policy.is_empty() {
        return Vec::new();
    }
    if report_to.is_empty() {
        let policy = format!("{policy}; frame-ancestors 'self'");
        return vec![("Content-Security-Policy", policy)];
    }
    // `report-uri` is for browsers that do not know `report-to` yet.
    let reports = format!("report-uri {report_to}; report-to csp");
    let policy = format!("{policy}; frame-ancestors 'self'; {reports}");
    vec![
        ("Reporting-Endpoints", format!("csp=\"{report_to}\"")),
        ("Content-Security-Policy", policy),
    ]
}
