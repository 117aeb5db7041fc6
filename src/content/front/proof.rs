//! The proof sheet of one file: its text, and the marks made on it.
//!
//! Invariant: of a file that says it is unpublished (a draft, under embargo, or to expire),
//! no mark shows more than keys: continuous integration logs are public. A story that is
//! unpublished only because its `date` is still to come cannot be told apart here, where there
//! is no clock.

use crate::base::{Code, Diagnostic, Moment, Place};
use chrono_tz::Tz;
use std::{cell::OnceCell, ops::Range};

/// More marks than this in one file are dropped: the first ones say what is the matter, and
/// a hostile file must not cost more than its size.
const MOST: usize = 50;

/// The two ways of writing front matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Syntax {
    /// Between `+++`.
    Toml,
    /// Between `---`.
    Yaml,
}

impl Syntax {
    /// The line before and after it.
    pub fn fence(self) -> &'static str {
        match self {
            Syntax::Toml => "+++",
            Syntax::Yaml => "---",
        }
    }

    /// A line to paste.
    pub fn line(self, key: &str, value: &str) -> String {
        match self {
            Syntax::Toml => format!("{key} = {value}"),
            Syntax::Yaml => format!("{key}: {value}"),
        }
    }
}

/// A file that is being read, with the findings so far.
pub(super) struct Proof<'a> {
    /// The file, below `content/`.
    pub path: &'a str,
    /// Its whole text.
    pub text: &'a str,
    /// The site's timezone.
    pub zone: Tz,
    /// The syntax its lines to paste are written in.
    pub syntax: Syntax,
    marks: Vec<Diagnostic>,
    unpublished: OnceCell<bool>,
}

impl<'a> Proof<'a> {
    /// A clean sheet.
    pub fn new(path: &'a str, text: &'a str, zone: Tz) -> Self {
        Self {
            path,
            text,
            zone,
            syntax: Syntax::Toml,
            marks: Vec::new(),
            unpublished: OnceCell::new(),
        }
    }

    /// A place in the file.
    pub fn place(&self, at: Range<usize>) -> Place {
        Place::in_text(format!("content/{}", self.path), self.text, at)
    }

    /// Adds a finding at a place.
    pub fn mark(
        &mut self,
        code: Code,
        at: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if self.is_full() {
            return;
        }
        let place = self.place(at);
        self.add(Diagnostic::new(code, message).at(place).help(help));
    }

    /// Adds a finding.
    pub fn add(&mut self, finding: Diagnostic) {
        if !self.is_full() {
            self.marks.push(finding);
        }
    }

    /// The source of `at`, to be repeated in a help; `…` for what must not be shown.
    pub fn quote(&self, at: Range<usize>) -> &'a str {
        if self.is_unpublished() { "…" } else { self.text.get(at).unwrap_or_default() }
    }

    /// A text that a message repeats; `…` for what must not be shown.
    pub fn repeat<'t>(&self, text: &'t str) -> &'t str {
        if self.is_unpublished() { "…" } else { text }
    }

    /// Whether the file says of itself that it is not, or not always, to be seen.
    pub fn is_unpublished(&self) -> bool {
        *self.unpublished.get_or_init(|| is_unpublished(self.text))
    }

    /// Whether no more marks are taken. Who asks first is spared the work of making one.
    pub fn is_full(&self) -> bool {
        self.marks.len() >= MOST
    }

    /// The findings.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        if !self.marks.is_empty() && self.is_unpublished() {
            for mark in &mut self.marks {
                mark.at.iter_mut().chain(&mut mark.also).for_each(withhold);
            }
        }
        self.marks
    }
}

/// Whether the file says of itself that it is not, or not always, to be seen. It looks at the
/// lines as they stand, since the front matter may be too broken to be read.
pub(super) fn is_unpublished(text: &str) -> bool {
    lines_of_head(text).any(|line| {
        let (key, value) = line.split_once(['=', ':']).unwrap_or((line, ""));
        match key.trim().trim_matches(['"', '\'']) {
            "draft" => {
                let word = value.split('#').next().unwrap_or_default().trim();
                !["false", "no", "off"].iter().any(|off| word.eq_ignore_ascii_case(off))
            }
            "embargo" | "publish_date" | "expires" | "expiry_date" => true,
            // A whole table in one line, a key in YAML's long form, or one that is written with
            // escapes: it could be any of them.
            key => key.starts_with(['{', '?']) || key.contains('\\'),
        }
    })
}

/// The `date` that stands in a file's head, however broken the rest of it is.
#[must_use]
pub fn date_in(text: &str, zone: Tz) -> Option<Moment> {
    lines_of_head(text).find_map(|line| {
        let (key, value) = line.split_once(['=', ':'])?;
        let value = value.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        (key.trim() == "date").then(|| Moment::parse(value, zone).ok())?
    })
}

fn lines_of_head(text: &str) -> impl Iterator<Item = &str> {
    let head = text.trim_start_matches('\u{feff}').trim_start();
    let fence = head.get(..3).unwrap_or_default();
    head.lines().skip(1).take_while(move |line| line.trim_end() != fence).map(str::trim)
}

/// Cuts a line after its key; a line that is cut already stays as it is.
pub fn withhold(place: &mut Place) {
    let line = place.excerpt.trim_start();
    let is_cut = !line.contains(['=', ':']) && line.ends_with(" …");
    if is_cut || line.is_empty() || matches!(line.trim_end(), "+++" | "---") {
        return;
    }
    let from = place.excerpt.len() - line.len();
    let key = place.excerpt.find(['=', ':']).map_or("", |to| place.excerpt[..to].trim_end());
    if key.is_empty() || line.starts_with(['-', '{', '[']) {
        place.excerpt = "…".to_owned();
        place.span = 0..place.excerpt.len();
    } else {
        place.span = from..key.len();
        place.excerpt = format!("{key} …");
    }
}
