//! A line that cannot be read, written as its editor probably meant it.
//!
//! Invariant: what it proposes is valid in the file's syntax. It proposes nothing where it
//! would have to guess, and repeats no text of an unpublished story.

use super::dates;
use super::keys::{self, Wants};
use super::proof::{Proof, Syntax};
use std::ops::Range;

/// What to do about the line at `at`, with the line to paste.
pub(super) fn help(proof: &Proof<'_>, at: Range<usize>) -> Option<String> {
    let syntax = proof.syntax;
    let line = line(proof.text, at.start)?;
    let parts = Parts::of(line, syntax)?;
    let wants = keys::find(parts.key).map(|key| key.wants);
    if syntax == Syntax::Yaml && line.starts_with(' ') && wants.is_some() {
        return Some(format!("begin the line at the margin: `{}:`", parts.key));
    }
    let rest = proof.text.get(at.start..)?.lines().next().unwrap_or_default();
    if syntax == Syntax::Toml && rest.contains('=') && parts.value.starts_with('"') {
        return Some("each key stands on a line of its own".to_owned());
    }
    let (advice, value) = mended(proof, &parts, wants)?;
    // What is held back from the log is not repeated in the help.
    let hidden = value.contains('"') && proof.is_unpublished();
    let value = if hidden { "\"…\"" } else { &value };
    let line = if parts.key.is_empty() { value.to_owned() } else { syntax.line(parts.key, value) };
    Some(format!("{advice}: `{}{line}`", parts.dash))
}

/// The value as it should be written, and why.
fn mended(
    proof: &Proof<'_>,
    parts: &Parts<'_>,
    wants: Option<Wants>,
) -> Option<(&'static str, String)> {
    let value = parts.value;
    let template = value.starts_with("{{") || value.starts_with("{%");
    if value.is_empty() {
        let example = wants.unwrap_or(Wants::Text).example(proof.syntax);
        Some(("write the value as well", example.to_owned()))
    } else if wants == Some(Wants::Date) {
        Some(("write the date so", dates::readings(value, proof.zone).into_iter().next()?))
    } else if value.starts_with('[') && value.ends_with(']') {
        Some(("put each text in quotes", list(value)))
    } else if value.starts_with(['{', '|', '>']) && !template {
        None
    } else if parts.foreign {
        let value = if is_bare(value) { value.to_owned() } else { quoted(value) };
        Some((other_syntax(proof.syntax), value))
    } else {
        Some(("put the text in quotes", quoted(value)))
    }
}

fn other_syntax(syntax: Syntax) -> &'static str {
    match syntax {
        Syntax::Toml => "between `+++` stands TOML, which has `=` after the key",
        Syntax::Yaml => "between `---` stands YAML, which has `:` after the key",
    }
}

/// The line that holds `at`, without its break.
fn line(text: &str, at: usize) -> Option<&str> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |n| n + 1);
    text[start..].lines().next()
}

/// The key and the value of a line of TOML whose key wants a date, if the value is bare.
pub(super) fn date_line<'a>(proof: &Proof<'a>, at: usize) -> Option<(&'a str, &'a str)> {
    let parts = Parts::of(line(proof.text, at)?, Syntax::Toml)?;
    let value = parts.value.split('#').next().unwrap_or_default().trim();
    let date = keys::find(parts.key).is_some_and(|key| key.wants == Wants::Date);
    let bare = !value.is_empty() && !value.starts_with(['"', '\'', '[', '{']);
    (date && bare && !parts.foreign).then_some((parts.key, value))
}

/// A line taken apart.
struct Parts<'a> {
    /// `- ` of a YAML list, or nothing.
    dash: &'a str,
    /// The key; empty for an item of a list.
    key: &'a str,
    value: &'a str,
    /// Whether it is written like a line of the other syntax.
    foreign: bool,
}

impl<'a> Parts<'a> {
    fn of(line: &'a str, syntax: Syntax) -> Option<Self> {
        let line = line.trim();
        let rest = line.strip_prefix("- ").filter(|_| syntax == Syntax::Yaml);
        if let Some(value) = rest.map(str::trim_start) {
            return Some(Self { dash: "- ", key: "", value, foreign: false });
        }
        let colon = line.split_once(':').filter(|(_, v)| v.is_empty() || v.starts_with([' ', '"']));
        let equals = line.split_once('=');
        let (own, other) = if syntax == Syntax::Yaml { (colon, equals) } else { (equals, colon) };
        let part = |(key, value): (&'a str, &'a str), foreign| {
            let key = key.trim().trim_matches('"');
            is_key(key).then_some(Self { dash: "", key, value: value.trim(), foreign })
        };
        own.and_then(|split| part(split, false)).or_else(|| part(other?, true))
    }
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

/// Whether it is a number or a truth value, which needs no quotes in either syntax.
fn is_bare(value: &str) -> bool {
    matches!(value, "true" | "false") || value.parse::<i64>().is_ok()
}

fn list(value: &str) -> String {
    let inner = value.trim_start_matches('[').trim_end().trim_end_matches([']', ',']);
    let items = inner.split(',').map(str::trim).filter(|item| !item.is_empty());
    format!("[{}]", items.map(quoted).collect::<Vec<_>>().join(", "))
}

/// The text in quotes, whatever of its own quotes is there.
pub(super) fn quoted(text: &str) -> String {
    let inner = bare(text.trim());
    let plain = inner.replace("\\\"", "\"");
    format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The text without the quotes around it, or the one at either end that lacks its fellow.
fn bare(text: &str) -> &str {
    for (open, close) in [('"', '"'), ('\'', '\''), ('“', '”'), ('«', '»')] {
        if let Some(inner) = text.strip_prefix(open) {
            return inner.strip_suffix(close).unwrap_or(inner);
        }
    }
    let lone = text.matches('"').count() == 1;
    text.strip_suffix('"').filter(|_| lone).unwrap_or(text)
}
