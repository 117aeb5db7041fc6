//! Diagnostics: what an editor or theme author can mend, as data.
//!
//! Invariant: a diagnostic says where (file, line, the text) and what to do next. It never
//! carries a headline or other words of a story, only the line it underlines, and findings
//! about unpublished work underline nothing but front matter keys.
//! What it looks like is decided in [`super::drawn()`].

use super::code::Code;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How grave a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The site cannot be built as it stands.
    Error,
    /// The site is built; a reader would notice something.
    Warning,
    /// Worth knowing.
    Note,
}

/// A place in a file: one line of it, and the part that is meant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Place {
    /// The file, relative to the site's root.
    pub path: String,
    /// The line, from 1; 0 when the whole file is meant.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The text of the line.
    pub excerpt: String,
    /// The part of `excerpt` that is meant, in bytes.
    pub span: Range<usize>,
    /// What to say under the underlined text.
    pub label: String,
}

impl Place {
    /// A whole file.
    #[must_use]
    pub fn file(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            line: 0,
            column: 0,
            excerpt: String::new(),
            span: 0..0,
            label: String::new(),
        }
    }

    /// A byte range of `text`, which is the content of the file at `path`. A range over
    /// several lines is cut at the end of its first.
    #[must_use]
    pub fn in_text(path: impl Into<String>, text: &str, range: Range<usize>) -> Self {
        let start = floor_char(text, range.start);
        let end = floor_char(text, range.end).max(start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let excerpt = text[line_start..line_end].trim_end_matches('\r');
        let from = (start - line_start).min(excerpt.len());
        let to = (end - line_start).clamp(from, excerpt.len());
        Self {
            path: path.into(),
            line: count(text[..start].bytes().filter(|b| *b == b'\n').count() + 1),
            column: count(text[line_start..start].chars().count() + 1),
            excerpt: excerpt.to_owned(),
            span: from..to,
            label: String::new(),
        }
    }

    /// Adds what to say under the underlined text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Which rule found it.
    pub code: Code,
    /// How grave it is here; `[lint]` can change it for `check`.
    pub severity: Severity,
    /// The fact, in the site's own words.
    pub message: String,
    /// Where.
    pub at: Option<Place>,
    /// Other places that belong to it, such as the first of two owners.
    pub also: Vec<Place>,
    /// What to do, with text to paste.
    pub help: Option<String>,
    /// Where the rule lives, and what else is worth knowing.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// A finding of `code` at its usual severity.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            at: None,
            also: Vec::new(),
            help: None,
            notes: Vec::new(),
        }
    }

    /// Where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.at = Some(place);
        self
    }

    /// Another place that belongs to it.
    #[must_use]
    pub fn also(mut self, place: Place) -> Self {
        self.also.push(place);
        self
    }

    /// What to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Something else worth knowing.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Whether the site cannot be built while this stands.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Sorts findings as they are shown: by file, line, column, then code.
pub fn sort(findings: &mut [Diagnostic]) {
    let key = |d: &Diagnostic| {
        let at = d.at.as_ref();
        (at.map(|p| (p.path.clone(), p.line, p.column)), d.code.slug(), d.message.clone())
    };
    findings.sort_by_cached_key(key);
}

/// Whether any finding is an error.
#[must_use]
pub fn any_error(findings: &[Diagnostic]) -> bool {
    findings.iter().any(Diagnostic::is_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_knows_its_line() {
        let text = "+++\ntilte = \"x\"\r\n+++\n";
        let place = Place::in_text("a.md", text, 4..9);
        assert_eq!((place.line, place.column), (2, 1));
        assert_eq!(place.excerpt, "tilte = \"x\"");
        assert_eq!(&place.excerpt[place.span], "tilte");
    }

    #[test]
    fn a_place_survives_any_range() {
        let text = "هەواڵ\n";
        for start in 0..text.len() + 3 {
            for end in 0..text.len() + 3 {
                let place = Place::in_text("a.md", text, start..end);
                assert!(place.excerpt.get(place.span).is_some(), "{start}..{end}");
            }
        }
    }
}
