//! What web servers are to say with the files: security, and how long copies are good.
//!
//! Invariant: a file gets one `Cache-Control` at most. Hosts join the headers of all rules that
//! fit, and two answers to "how long" would be none. Pages are left to the host, which asks
//! again each time; files whose names carry their hash are good for ever.
//! The rules know no host's syntax; `_headers` is the one that Netlify and Cloudflare Pages read.

use super::Rendered;
use crate::{
    edition::{Index, Query},
    theme::Press,
};
use std::sync::Arc;

/// Where hosts look for the rules.
pub const FILE: &str = "_headers";

/// Headers for the files whose address fits a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rule {
    /// An address, from the root of the host; `*` at its end stands for anything.
    pub pattern: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
}

/// The rules, the widest first.
#[must_use]
pub fn rules(index: &Index) -> Vec<Rule> {
    let base = &index.site.base_url;
    let everything = Rule { pattern: format!("{}/*", base.path), headers: for_everything(index) };
    let hashed = index.hashed_files().map(|url| Rule {
        pattern: base.local(url),
        headers: vec![("Cache-Control", "public, max-age=31536000, immutable".to_owned())],
    });
    [everything].into_iter().chain(hashed).collect()
}

fn for_everything(index: &Index) -> Vec<(&'static str, String)> {
    let mut headers = policy(index);
    headers.extend([
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Referrer-Policy", "strict-origin-when-cross-origin".to_owned()),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()".to_owned()),
    ]);
    // An edition with drafts in it is a preview, whatever host it ends up on.
    if index.admitted.has_drafts() {
        headers.push(("X-Robots-Tag", "noindex".to_owned()));
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

/// `_headers`: a pattern on a line of its own, its headers indented below it.
#[must_use]
pub fn render(press: &Arc<Press>) -> Rendered {
    let tracer = press.tracer();
    tracer.ask(Query::Settings);
    let mut out = String::new();
    for rule in rules(tracer.ask(Query::Headers)) {
        out.extend([&*rule.pattern, "\n"]);
        for (name, value) in &rule.headers {
            out.extend(["  ", name, ": ", value, "\n"]);
        }
    }
    Rendered::text(out, tracer.finish())
}
