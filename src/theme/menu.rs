//! Entries of the menu, as templates see them.
//!
//! Invariant: an entry follows from the index and from the section that the page stands in; whoever
//! makes one has asked for the section.

use super::values;
use crate::edition::{Index, index::Section};
use tera::Value;

/// A section in the menu, as it is on pages of other sections and on its own: made once for all.
#[derive(Debug)]
pub struct Entry {
    path: Box<str>,
    elsewhere: Value,
    here: Value,
}

impl Entry {
    /// The entry of the section at `path`.
    pub fn new(index: &Index, path: &str, section: &Section) -> Self {
        let url = index.site.base_url.local(&section.url);
        Self {
            path: path.into(),
            elsewhere: of(&section.title, url.clone(), false),
            here: of(&section.title, url, true),
        }
    }

    /// As a page has it that stands in the section `standing`.
    pub fn on(&self, standing: &str) -> Value {
        let entry = if is_within(standing, &self.path) { &self.here } else { &self.elsewhere };
        entry.clone()
    }
}

/// The entry of the section at `path`, on a page that stands in the section `standing`.
pub fn of_section(index: &Index, path: &str, section: &Section, standing: &str) -> Value {
    let url = index.site.base_url.local(&section.url);
    of(&section.title, url, is_within(standing, path))
}

/// An entry.
pub fn of(label: &str, url: String, current: bool) -> Value {
    values::map([("label", label.into()), ("url", url.into()), ("current", current.into())])
}

fn is_within(standing: &str, path: &str) -> bool {
    standing.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
