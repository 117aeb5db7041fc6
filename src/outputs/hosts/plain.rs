//! `_headers` and `_redirects`, which Netlify and Cloudflare Pages read; GitLab Pages, the latter.
//!
//! Invariant: one file serves both hosts where the settings do not name one. Then Netlify shows
//! the page at an old address, which leads on by itself, since it goes by rules only where there
//! is no file; told that it is Netlify, the rules are forced (`301!`), and what is gone is
//! said to be (410), since Netlify alone lets a rule have any status.
//! <https://docs.netlify.com/manage/routing/redirects/overview/>,
//! <https://docs.netlify.com/manage/routing/redirects/redirect-options/>,
//! <https://developers.cloudflare.com/pages/configuration/redirects/>

use super::super::headers::{self, MOST_RULES, Rule};
use crate::{
    base::UrlPath,
    edition::{Index, hosting::Moved},
    site::Host,
};

/// The most redirects that Cloudflare Pages reads, and the most characters of one.
/// <https://developers.cloudflare.com/pages/configuration/redirects/>
pub const MOST_REDIRECTS: usize = 2000;
/// See [`MOST_REDIRECTS`].
pub const LONGEST_REDIRECT: usize = 1000;

/// How much of `_redirects` a host reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Room {
    /// What messages call the host.
    pub host: &'static str,
    /// Rules.
    pub rules: usize,
    /// Characters of a rule.
    pub line: usize,
    /// Bytes of the file.
    pub bytes: usize,
}

/// What a host documents of `_redirects`; Netlify documents no number. GitLab's are those of an
/// instance as it comes: whoever runs one may have set others.
/// <https://docs.gitlab.com/user/project/pages/redirects/#create-redirects>
pub fn room(host: Host) -> Option<Room> {
    let all = usize::MAX;
    match host {
        Host::Cloudflare => {
            let host = "Cloudflare Pages";
            Some(Room { host, rules: MOST_REDIRECTS, line: LONGEST_REDIRECT, bytes: all })
        }
        Host::Gitlab => Some(Room { host: "GitLab Pages", rules: 1000, line: all, bytes: 64_000 }),
        Host::Any | Host::Netlify | Host::Github => None,
    }
}

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

/// `_redirects`: old address, new address, status; as much of it as the host reads.
pub fn redirects(index: &Index) -> String {
    let host = index.site.hosting.host;
    let mut lines = lines(index);
    if let Some(room) = room(host) {
        lines.retain(|line| line.chars().count() <= room.line);
        lines.truncate(room.rules.min(fitting_in(&lines, room.bytes)));
    }
    if host == Host::Netlify {
        lines.extend(gone(index));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// Every redirect as it is written, those of the newest stories first.
pub fn lines(index: &Index) -> Vec<String> {
    index.moved().iter().map(|moved| line(index, moved)).collect()
}

/// How many lines, from the first, are no more than so many bytes together.
pub fn fitting_in(lines: &[String], bytes: usize) -> usize {
    let ends = lines.iter().scan(0, |end, line| {
        *end += line.len() + 1;
        Some(*end)
    });
    ends.take_while(|end| *end <= bytes).count()
}

/// What is gone for good, with the page that is shown there, in the language of its readers.
fn gone(index: &Index) -> Vec<String> {
    let base = &index.site.base_url;
    let others = headers::languages(index);
    let page = |url: &UrlPath| {
        let below = |(folder, _): &&(UrlPath, _)| url.as_str().starts_with(folder.as_str());
        let edition = others.iter().find(below).map(|(_, edition)| *edition);
        edition.unwrap_or(index.site.default_edition()).not_found()
    };
    let line = |url: &UrlPath| {
        format!("{} {} 410", headers::literal(&base.local(url)), base.local(&page(url)))
    };
    index.gone().iter().map(line).collect()
}

/// A redirect as it is written.
fn line(index: &Index, moved: &Moved) -> String {
    let base = &index.site.base_url;
    let force = if index.site.hosting.host == Host::Netlify { "!" } else { "" };
    let from = headers::literal(&base.local(&moved.from));
    let to = headers::literal(&base.local(&moved.to));
    format!("{from} {to} {}{force}", moved.status)
}
