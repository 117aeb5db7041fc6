//! A file with faults, read again to show where they are.
//!
//! Invariant: what is shown was in the file when it was parsed; of a file that has changed
//! since, only the name is given. Of unpublished work a place shows a line's number and a key.

use super::{
    article,
    fault::{Fault, Spot},
    is_public,
};
use crate::{
    base::{Code, Diagnostic, Fingerprint, Place},
    content::front::{self, Front},
    edition::{Index, Slot},
    outputs::plan::{Claim, Places},
    site,
};
use chrono_tz::Tz;
use std::{ops::Range, path::Path};

/// A file that has faults.
pub(super) struct Source {
    shown: String,
    text: Option<String>,
    front: Option<Front>,
    public: bool,
}

impl Source {
    /// Reads the file of an article.
    pub fn read(index: &Index, root: &Path, slot: Slot) -> Self {
        let article = article(index, slot);
        let shown = format!("content/{}", article.path);
        let bytes = std::fs::read(root.join(&shown)).ok();
        let bytes = bytes.filter(|bytes| Fingerprint::of(bytes) == article.source);
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let read = |text: &String| front::read(article.path.as_str(), text, Tz::UTC, false).0;
        let front = text.as_ref().and_then(read);
        Self { shown, text, front, public: is_public(index, slot) }
    }

    /// The finding that a fault becomes.
    pub fn finding(&self, fault: &Fault) -> Diagnostic {
        let message = if self.public { fault.message.clone() } else { fault.discreet() };
        let mut finding = Diagnostic::new(fault.code, message).at(self.place(fault));
        finding.help = fault.help.as_ref().map(|help| self.in_syntax(help));
        if self.public {
            finding.notes.clone_from(&fault.notes);
        }
        finding
    }

    /// A help in the syntax of this file: `key = value` is `key: value` in YAML.
    fn in_syntax(&self, help: &str) -> String {
        let yaml = self.text.as_deref().is_some_and(|text| text.trim_start().starts_with("---"));
        if yaml { help.replace(" = ", ": ") } else { help.to_owned() }
    }

    fn place(&self, fault: &Fault) -> Place {
        let Some((text, range)) = self.text.as_deref().zip(self.range(&fault.spot)) else {
            return Place::file(self.shown.as_str());
        };
        let mut place = Place::in_text(self.shown.as_str(), text, range).label(fault.label);
        if !self.public {
            withhold(&mut place, &fault.spot);
        }
        place
    }

    fn range(&self, spot: &Spot) -> Option<Range<usize>> {
        match spot {
            Spot::Body(from, to, words) => {
                let whole = *from as usize..*to as usize;
                let part = self.text.as_deref().and_then(|text| within(text, &whole, words));
                Some(part.unwrap_or(whole))
            }
            Spot::Name(key) => {
                let start = self.front.as_ref()?.places.get(key)?.start;
                Some(start..start + key.len())
            }
            Spot::Key(key, words) => {
                let (text, front) = (self.text.as_deref()?, self.front.as_ref()?);
                let entry = front.places.get(key)?.clone();
                Some(match *key {
                    "title" => front.title_at.clone(),
                    _ => within(text, &entry, words).unwrap_or(entry),
                })
            }
        }
    }
}

/// Looks up places for the plan's findings.
#[derive(Debug)]
pub struct Sources<'a> {
    /// The outlet.
    pub index: &'a Index,
    /// The site's root.
    pub root: &'a Path,
}

impl Places for Sources<'_> {
    fn claim(&self, slot: Slot, claim: Claim<'_>) -> Place {
        let spot = match claim {
            Claim::Slug => Spot::key("slug"),
            Claim::Alias(url) => Spot::Key("aliases", url.as_str().into()),
        };
        let fault = Fault::new(Code::DuplicateUrl, spot, "");
        Source::read(self.index, self.root, slot).place(&fault)
    }

    fn setting(&self, key: &str) -> Place {
        site::place(self.root, key)
    }
}

/// Where in a part of the text some words stand, as a whole. A key comes before its value, so
/// the last of several is meant.
fn within(text: &str, part: &Range<usize>, words: &str) -> Option<Range<usize>> {
    let source = text.get(part.clone())?;
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let is_whole = |at: usize| {
        !inside(source[..at].chars().next_back())
            && !inside(source[at + words.len()..].chars().next())
    };
    let mut found = source.rmatch_indices(words).map(|(at, _)| at);
    let at = part.start + found.find(|at| !words.is_empty() && is_whole(*at))?;
    Some(at..at + words.len())
}

/// Cuts the place in unpublished work down to its line and key.
fn withhold(place: &mut Place, spot: &Spot) {
    let (excerpt, meant) = match spot {
        Spot::Body(..) => ("…".to_owned(), "…".len()),
        Spot::Name(key) | Spot::Key(key, _) => (format!("{key} …"), key.len()),
    };
    place.excerpt = excerpt;
    place.span = 0..meant;
    place.column = 1;
}
