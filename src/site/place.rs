//! Where a setting stands in site.toml, for findings that come after it was read.
//!
//! Invariant: what is shown is in the file as it is now; where nothing can be read, the file alone
//! is named.

use crate::base::Place;
use std::path::Path;
use toml::de::DeTable;

/// The value of a key at the top of the site.toml in `root`, or its first line where that key is
/// not given.
#[must_use]
pub fn place(root: &Path, key: &str) -> Place {
    let text = std::fs::read_to_string(root.join("site.toml")).unwrap_or_default();
    if text.is_empty() {
        return Place::file("site.toml");
    }
    let table = DeTable::parse(&text).ok();
    let value = table.as_ref().and_then(|table| {
        let mut entries = table.get_ref().iter();
        entries.find(|(name, _)| name.get_ref() == key).map(|(_, value)| value.span())
    });
    let first = || 0..text.lines().next().map_or(0, str::len);
    Place::in_text("site.toml", &text, value.unwrap_or_else(first))
}

/// What is written between quotes in the site.toml in `root`, if that is the only place where it is.
#[must_use]
pub fn quoted(root: &Path, written: &str) -> Place {
    let text = std::fs::read_to_string(root.join("site.toml")).unwrap_or_default();
    let value = format!("\"{written}\"");
    let mut found = text.match_indices(&value).map(|(at, _)| at + 1);
    match (found.next(), found.next()) {
        (Some(at), None) => Place::in_text("site.toml", &text, at..at + written.len()),
        _ => Place::file("site.toml"),
    }
}
