//! `_headers` and `_redirects`, which Netlify and Cloudflare Pages read.
//!
//! Invariant: one file serves both hosts where the settings do not name one. Then Netlify shows
//! the page at an old address, which leads on by itself, since it goes by rules only where there
//! is no file; told that it is Netlify, the rules are forced (`301!`).
//! <https://docs.netlify.com/manage/routing/redirects/overview/>,
//! <https://developers.cloudflare.com/pages/configuration/redirects/>

use super::super::headers::{self, MOST_RULES, Rule};
use crate::{
    edition::{Index, hosting::Moved},
    site::Host,
};
use std::fmt::Write;

/// The most redirects that Cloudflare Pages reads, and the most characters of one.
/// <https://developers.cloudflare.com/pages/configuration/redirects/>
pub const MOST_REDIRECTS: usize = 2000;
/// See [`MOST_REDIRECTS`].
pub const LONGEST_REDIRECT: usize = 1000;

/// `_headers`: a pattern on a line of its own, its headers indented below it.
pub fn headers(index: &Index) -> String {
    let mut out = String::new();
    for rule in fitting(index, headers::rules(index)) {
        out.extend([&*rule.pattern, "\n"]);
        rule.without.iter().for_each(|name| out.extend(["  ! ", name, "\n"]));
        for (name, value) in &rule.headers {
            out.extend(["  ", name, ": ", value, "\n"]);
        }
    }
    out
}

/// As many rules as the host reads: the wide ones come first and what lies at single addresses
/// last, so it is the sections in the middle that go.
fn fitting(index: &Index, mut rules: Vec<Rule>) -> Vec<Rule> {
    let too_many = rules.len().saturating_sub(MOST_RULES);
    if index.site.hosting.host == Host::Cloudflare && too_many > 0 {
        // Behind the rule for everything, those for languages and those for each edition's lists.
        let from = 1 + headers::languages(index).len() + 5 * index.site.editions.len();
        let from = from.min(rules.len() - too_many);
        rules.drain(from..from + too_many);
    }
    rules
}

/// `_redirects`: old address, new address, status.
pub fn redirects(index: &Index) -> String {
    let mut out = String::new();
    let most = match index.site.hosting.host {
        Host::Cloudflare => MOST_REDIRECTS,
        Host::Any | Host::Netlify => usize::MAX,
    };
    let lines = index.moved().into_iter().map(|moved| line(index, &moved));
    let fits = |line: &String| {
        index.site.hosting.host != Host::Cloudflare || line.chars().count() <= LONGEST_REDIRECT
    };
    for line in lines.filter(fits).take(most) {
        let _ = writeln!(out, "{line}");
    }
    out
}

/// A redirect as it is written.
pub fn line(index: &Index, moved: &Moved) -> String {
    let base = &index.site.base_url;
    let force = if index.site.hosting.host == Host::Netlify { "!" } else { "" };
    let from = headers::literal(&base.local(&moved.from));
    let to = headers::literal(&base.local(&moved.to));
    format!("{from} {to} {}{force}", moved.status)
}
