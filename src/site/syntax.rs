//! What to say about a settings file that is not TOML.
//!
//! Invariant: a line gets one finding at most, since a second is mostly an echo of the first.
//! The grammar is the `toml` crate's; only its words are made an editor's here.

use crate::base::{Code, Diagnostic};
use std::{collections::BTreeSet, ops::Range};
use toml::de::DeValue;

/// A finding for each line at fault, with the span to underline.
pub(super) fn findings(text: &str, faults: &[toml::de::Error]) -> Vec<(Range<usize>, Diagnostic)> {
    let mut lines = BTreeSet::new();
    let mut findings = Vec::new();
    for fault in faults {
        let (start, line) = line_at(text, fault.span().map_or(0, |span| span.start));
        if lines.insert(start) {
            let whole_line = start + indent(line)..start + line.trim_end().len();
            let span = fault.span().filter(|span| !span.is_empty()).unwrap_or(whole_line);
            findings.push((span, finding(fault.message(), line)));
        }
    }
    findings
}

fn finding(message: &str, line: &str) -> Diagnostic {
    let (fact, wanted) = message.split_once(", expected ").unwrap_or((message, ""));
    let help = match mended(line) {
        Some(mended) => format!("write `{mended}`"),
        None if fact == "duplicate key" => "keep one of the two".to_owned(),
        None if wanted.is_empty() => "a setting is written `key = value`".to_owned(),
        None => format!("expected here: {wanted}"),
    };
    Diagnostic::new(Code::BadSettings, format!("this is not TOML: {fact}")).help(help)
}

/// The start and text of the line at a byte offset; the last line with text when the offset is
/// behind it, as it is for something left open.
fn line_at(text: &str, at: usize) -> (usize, &str) {
    let before = text.get(..at).unwrap_or(text);
    let before = if at >= text.trim_end().len() { text.trim_end() } else { before };
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (start, text[start..].lines().next().unwrap_or(""))
}

/// The line as it was probably meant, where the fault is that text is not in straight quotes
/// or that a colon stands for the equals sign.
fn mended(line: &str) -> Option<String> {
    let line = line.split(" #").next().unwrap_or(line);
    let at = line.find(['=', ':'])?;
    let (key, value) = (line[..at].trim(), line[at + 1..].trim());
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if key.is_empty() || !key.chars().all(plain) || value.starts_with(['[', '{']) {
        return None;
    }
    match DeValue::parse(value) {
        Ok(_) if line[at..].starts_with('=') => None,
        Ok(_) => Some(format!("{key} = {value}")),
        Err(_) => quoted(value).map(|value| format!("{key} = {value}")),
    }
}

/// The words of a value in straight quotes, if it holds words.
fn quoted(value: &str) -> Option<String> {
    let words = value.trim_matches(['"', '\'', '“', '”', '„', '‘', '’', '«', '»']);
    let fine = words.starts_with(char::is_alphabetic) && !words.contains('"');
    fine.then(|| toml::Value::from(words).to_string())
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
