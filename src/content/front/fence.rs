//! Where front matter begins and ends, and whether a file is text at all.
//!
//! Invariant: the block between the fences is found by whole lines alone, so that a body can
//! be skipped without parsing anything. It reads no key.

use super::proof::{self, Proof, Syntax};
use crate::base::{Code, Diagnostic, Place, utf8};
use std::ops::Range;

/// A file cut in three.
pub(super) struct Fences {
    /// What the block is written in.
    pub syntax: Syntax,
    /// The opening fence.
    pub opening: Range<usize>,
    /// What stands between the fences.
    pub block: Range<usize>,
    /// Where the body begins.
    pub body_at: usize,
}

/// The lines of `text` from `start` on, each with its place and without its line break.
fn lines(text: &str, start: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut at = start;
    text[start..].split_inclusive('\n').map(move |line| {
        let here = at;
        at += line.len();
        (here, line)
    })
}

/// Finds the fences. A byte order mark and blank lines may stand before them.
pub(super) fn split(proof: &mut Proof<'_>, wants_date: bool) -> Option<Fences> {
    let text = proof.text;
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let first = lines(text, start).find(|(_, line)| !line.trim().is_empty());
    let (at, line) = first.unwrap_or((text.len(), ""));
    let syntax = match line.trim_end() {
        "+++" => Syntax::Toml,
        "---" => Syntax::Yaml,
        _ => return no_fence(proof, at, line, wants_date),
    };
    let opening = at..at + syntax.fence().len();
    let block_at = at + line.len();
    for (end, line) in lines(text, block_at) {
        // The first byte decides nearly always; trimming every line would cost more.
        if line.starts_with(syntax.fence()) && line.trim_end() == syntax.fence() {
            return Some(Fences {
                syntax,
                opening,
                block: block_at..end,
                body_at: end + line.len(),
            });
        }
    }
    unclosed(proof, syntax, opening, block_at)
}

/// The file does not begin with a fence.
fn no_fence(proof: &mut Proof<'_>, at: usize, line: &str, wants_date: bool) -> Option<Fences> {
    if let Some(fence) = line.split('\r').next().filter(|_| line.trim().contains('\r'))
        && matches!(fence.trim_end(), "+++" | "---")
    {
        let message = "the file's lines end with a carriage return alone, as on old Macs";
        let place = Place::in_text(format!("content/{}", proof.path), "", 0..0);
        let help = "save it with line ends of Unix (LF) or Windows (CRLF)";
        proof.add(Diagnostic::new(Code::NoFrontMatter, message).at(place).help(help));
        return None;
    }
    let line = line.trim();
    let date = if wants_date { "date = 2026-11-22\n" } else { "" };
    let paste = format!("begin the file with:\n+++\ntitle = \"…\"\n{date}+++");
    let almost = |c: char| matches!(c, '-' | '+' | '–' | '—' | '―' | '−');
    let (place, help) = if !line.is_empty() && line.chars().all(almost) {
        let fence = if line.starts_with('+') { "+++" } else { "---" };
        (proof.place(at..at + line.len()), format!("the opening line is exactly `{fence}`"))
    } else {
        // The first line is a line of the story: it is not shown.
        (Place::in_text(format!("content/{}", proof.path), "", 0..0), paste)
    };
    let finding = Diagnostic::new(Code::NoFrontMatter, "the file has no front matter");
    proof.add(finding.at(place).help(help));
    None
}

/// The opening fence has no counterpart.
fn unclosed(
    proof: &mut Proof<'_>,
    syntax: Syntax,
    opening: Range<usize>,
    block_at: usize,
) -> Option<Fences> {
    let fence = syntax.fence();
    let other = if syntax == Syntax::Toml { "---" } else { "+++" };
    let message = format!("the front matter is opened with `{fence}` but never closed");
    let place = proof.place(opening).label("opened here");
    let mut finding = Diagnostic::new(Code::UnclosedFrontMatter, message).at(place);
    let found = lines(proof.text, block_at)
        .find(|(_, line)| line.trim().is_empty() || line.trim_end() == other);
    let help = match found {
        Some((at, line)) if line.trim_end() == other => {
            let place = proof.place(at..at + other.len());
            finding = finding.also(place.label("this does not close it"));
            format!("write `{fence}` here as well")
        }
        Some((at, _)) => {
            let line = proof.place(at..at).line;
            format!("add a line `{fence}` after the last key, before line {line}")
        }
        None => format!("add a line `{fence}` after the last key"),
    };
    proof.add(finding.help(help));
    None
}

/// The text of a file at `path` (below `content/`).
///
/// # Errors
/// A finding that names the first byte which is not UTF-8.
pub fn as_text<'a>(bytes: &'a [u8], path: &str) -> Result<&'a str, Diagnostic> {
    utf8::as_text(bytes, &format!("content/{path}")).map_err(|mut finding| {
        // What says so may stand below the line that is shown.
        if proof::is_unpublished(&String::from_utf8_lossy(bytes)) {
            finding.at.iter_mut().for_each(proof::withhold);
        }
        finding
    })
}
