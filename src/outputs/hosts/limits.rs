//! What hosts do not read any more: their documented limits, held against what is written; and
//! what they cannot say, since it is not so.
//!
//! Invariant: a limit is a warning. The news goes out, and what matters most comes first in each
//! file: the security headers, the redirects of the newest stories.

use super::{
    super::headers::{self, LONGEST_LINE, MOST_RULES},
    plain::{self, Room},
};
use crate::{
    base::{Code, Diagnostic, Place, UrlPath},
    edition::Index,
    site::{self, Host, HostFile},
};
use std::path::Path;

/// What goes beyond the limits of the host, which the settings name; of one they do not name
/// nothing is known. Netlify documents no number for either file.
#[must_use]
pub fn limits(index: &Index, root: &Path) -> Vec<Diagnostic> {
    let hosting = &index.site.hosting;
    let mut findings = Vec::new();
    if hosting.wants(HostFile::Headers) && hosting.host == Host::Cloudflare {
        findings.extend(headers_beyond(index));
    }
    if let Some(room) = plain::room(hosting.host).filter(|_| hosting.wants(HostFile::Redirects)) {
        findings.extend(redirects_beyond(index, &room));
    }
    let there = hosting.gone.iter().filter(|url| index.is_there(url));
    findings.extend(there.map(|url| not_gone(url, root)));
    findings
}

fn not_gone(url: &UrlPath, root: &Path) -> Diagnostic {
    Diagnostic::new(Code::NotGone, format!("`gone` names {url}, where there is something"))
        .at(site::quoted(root, url.as_str()))
        .help("take the address out of `gone`, or what is there out of the outlet")
}

fn headers_beyond(index: &Index) -> Vec<Diagnostic> {
    let rules = headers::rules(index);
    let long = |(name, value): &(&str, String)| name.len() + value.len() + 4 > LONGEST_LINE;
    let long = rules.iter().flat_map(|rule| &rule.headers).find(|header| long(header));
    let long = long.map(|(name, _)| {
        finding(
            format!("`{name}` in `_headers` is longer than the {LONGEST_LINE} characters that Cloudflare Pages reads of a line"),
            "name fewer hosts in `[csp]`, or let the theme write less inline; pages carry the policy themselves",
        )
    });
    let many = (rules.len() > MOST_RULES).then(|| {
        finding(
            format!("`_headers` would have {} rules, and Cloudflare Pages reads {MOST_RULES}", rules.len()),
            "nothing has to be done: some sections keep the times of stories; a worker can set headers of any number",
        )
    });
    many.into_iter().chain(long).collect()
}

fn redirects_beyond(index: &Index, room: &Room) -> Vec<Diagnostic> {
    let (lines, host) = (plain::lines(index), room.host);
    let many = (lines.len() > room.rules).then(|| {
        finding(
            format!("there are {} redirects, and {host} reads {}", lines.len(), room.rules),
            "nothing has to be done: those of the newest stories are written, and at the other addresses pages lead on",
        )
    });
    let length: usize = lines.iter().map(|line| line.len() + 1).sum();
    let large = (length > room.bytes).then(|| {
        finding(
            format!("the redirects take {length} bytes, and {host} reads {}", room.bytes),
            "nothing has to be done: those of the newest stories are written, and at the other addresses pages lead on",
        )
    });
    let long = lines.iter().filter(|line| line.chars().count() > room.line).count();
    let long = (long > 0).then(|| {
        finding(
            format!(
                "{long} of the redirects are longer than the {} characters that {host} reads",
                room.line
            ),
            "shorten the `aliases`; at these addresses pages lead on",
        )
    });
    many.into_iter().chain(large).chain(long).collect()
}

fn finding(message: String, help: &str) -> Diagnostic {
    Diagnostic::new(Code::HostLimit, message).at(Place::file("site.toml")).help(help)
}
