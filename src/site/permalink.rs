//! Reading the `permalink` pattern.
//!
//! Invariant: whatever stands for its placeholders, a pattern that is read here gives a URL
//! path that ends with `/` and tells stories of one folder apart by their slug.

use super::{
    model::{Permalink, PermalinkPart},
    written::Refusal,
};
use crate::base::{
    Code, UrlPath,
    suggest::{nearest, one_of},
};

/// The default: the folders of the content, as they are.
const MIRROR: &str = "/:path/:slug/";

/// The placeholders, in the order in which help lists them.
const PLACEHOLDERS: [(&str, PermalinkPart); 6] = [
    (":path", PermalinkPart::Path),
    (":section", PermalinkPart::Section),
    (":year", PermalinkPart::Year),
    (":month", PermalinkPart::Month),
    (":day", PermalinkPart::Day),
    (":slug", PermalinkPart::Slug),
];

impl Permalink {
    /// [`MIRROR`], read.
    pub(super) fn mirror() -> Self {
        use PermalinkPart::{Path, Slug, Text};
        let slash = || Text("/".to_owned());
        Self(vec![slash(), Path, slash(), Slug, slash()])
    }

    /// Whether the addresses of stories are the paths of their files.
    #[must_use]
    pub fn is_mirror(&self) -> bool {
        *self == Self::mirror()
    }

    pub(super) fn parse(pattern: &str) -> Result<Self, Refusal> {
        let parts = parts(pattern)?;
        let slashed = format!("/{}/", pattern.trim_matches('/'));
        let forbidden = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '?' | '#');
        if !parts.contains(&PermalinkPart::Slug) {
            Err(refusal("has no `:slug`, so all stories of a folder would have one URL", MIRROR))
        } else if UrlPath::new(&slashed).is_none() || pattern.contains(forbidden) {
            Err(refusal("holds an empty or dotted part, or what cannot stand in a path", MIRROR))
        } else if slashed != pattern {
            Err(refusal("must begin and end with one `/`", &slashed))
        } else {
            Ok(Self(parts))
        }
    }
}

fn refusal(fact: &str, better: &str) -> Refusal {
    let help = format!("write `permalink = \"{better}\"`");
    Refusal::new(Code::BadPermalink, format!("the permalink {fact}"), help)
}

fn parts(pattern: &str) -> Result<Vec<PermalinkPart>, Refusal> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(':') {
        text(&mut parts, &rest[..at]);
        let name = &rest[at + 1..];
        let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
        parts.push(placeholder(&rest[at..at + 1 + end])?);
        rest = &name[end..];
    }
    text(&mut parts, rest);
    Ok(parts)
}

fn text(parts: &mut Vec<PermalinkPart>, text: &str) {
    if !text.is_empty() {
        parts.push(PermalinkPart::Text(text.to_owned()));
    }
}

fn placeholder(name: &str) -> Result<PermalinkPart, Refusal> {
    let known = PLACEHOLDERS.iter().map(|(known, _)| *known);
    let found = PLACEHOLDERS.iter().find(|(known, _)| *known == name);
    found.map(|(_, part)| part.clone()).ok_or_else(|| {
        let help = match nearest(name, known.clone()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("use {}", one_of(known)),
        };
        let message = format!("`{name}` stands for nothing in a permalink");
        Refusal::new(Code::BadPermalink, message, help).of_part(name)
    })
}
