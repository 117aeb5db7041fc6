//! Names to URL segments.
//!
//! Invariant: a slug keeps its own script (NFC, lower case, letters, digits and marks of any
//! language), is never empty and is always a plain URL segment. Two names with one slug are
//! one term.

use super::hash::Fingerprint;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The slug of a name; `None` when it holds nothing that could stand in a URL.
#[must_use]
pub fn slug(name: &str) -> Option<String> {
    // Most names are ASCII, where nothing has to be composed, and there are many.
    if name.is_ascii() { of(name.chars()) } else { of(name.nfc()) }
}

fn of(name: impl Iterator<Item = char>) -> Option<String> {
    let mut out = String::new();
    for c in name.flat_map(char::to_lowercase).filter(|c| !is_invisible(*c)) {
        if c.is_alphanumeric() || (is_combining_mark(c) && !out.is_empty() && c != '\u{307}') {
            out.push(c);
        } else if !matches!(c, '\'' | '’' | '\u{307}') && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    (!out.is_empty()).then(|| shortened(out))
}

/// The longest segment of a URL, in bytes: file systems take names of 255, and a temporary name
/// needs some room.
pub const LONGEST: usize = 200;

/// A slug that fits into a file name. What is cut off is kept as a hash, so that two long
/// names remain two.
fn shortened(mut slug: String) -> String {
    if slug.len() <= LONGEST {
        return slug;
    }
    let hash = Fingerprint::of(slug.as_bytes()).hex(8);
    let end = (0..=LONGEST - 9).rev().find(|at| slug.is_char_boundary(*at)).unwrap_or(0);
    slug.truncate(end);
    format!("{slug}-{hash}")
}

/// Joiners and marks of direction, which readers neither see nor type. (A dot above, U+0307,
/// is what Turkish `İ` leaves behind in lower case; it is dropped as well.)
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// The URL segment of a file: its name without extension where that already is a plain
/// segment (so that `18F-at-five.md` keeps its capitals), else its slug.
#[must_use]
pub fn of_file(stem: &str) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || "-_.".contains(c) || is_combining_mark(c);
    let stem = if stem.is_ascii() { stem.to_owned() } else { stem.nfc().collect() };
    let fine = stem.chars().all(plain) && !stem.starts_with('.') && !stem.is_empty();
    if fine { Some(stem) } else { slug(&stem) }
}

/// A readable name for a folder without a description of its own: `north-east` is "North east".
#[must_use]
pub fn to_name(segment: &str) -> String {
    let words = segment.replace(['-', '_'], " ");
    let mut chars = words.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs() {
        for (name, expected) in [
            ("Security ", Some("security")),
            ("security", Some("security")),
            ("Water & Power", Some("water-power")),
            ("Women’s rights", Some("womens-rights")),
            ("ئابووری", Some("ئابووری")),
            ("İstanbul", Some("istanbul")),
            ("Şırnak", Some("şırnak")),
            ("a\u{200c}b", Some("ab")),
            ("2026", Some("2026")),
            ("--", None),
            ("", None),
        ] {
            assert_eq!(slug(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn file_names_are_kept_where_they_can_be() {
        for (stem, expected) in [
            ("18F-at-five", Some("18F-at-five")),
            ("my story", Some("my-story")),
            ("هەواڵ", Some("هەواڵ")),
            ("?", None),
        ] {
            assert_eq!(of_file(stem).as_deref(), expected, "{stem}");
        }
    }
}
