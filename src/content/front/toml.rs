//! TOML to the tree.
//!
//! Invariant: the parser goes on after an error, so every line at fault is found at once; but
//! what it guessed after one is not decoded, since the faults of a guess are not the editor's.

use super::node::{Entry, Node, Table, Value};
use super::proof::Proof;
use super::{dates, repair};
use crate::base::{Code, Diagnostic, Moment};
use std::{collections::BTreeSet, ops::Range};
use toml::Spanned;
use toml::de::{DeFloat, DeInteger, DeTable, DeValue, Error};

/// Reads the block; `None` when it is not TOML.
pub(super) fn table<'a>(proof: &mut Proof<'a>, block: Range<usize>) -> Option<Table<'a>> {
    let (root, errors) = DeTable::parse_recoverable(&proof.text[block.clone()]);
    let mut marked = BTreeSet::new();
    let mut valid = true;
    for error in &errors {
        if proof.is_full() {
            return None;
        }
        let at = place_of(error, &block);
        if error.message().starts_with("duplicate key") {
            duplicate(proof, at);
        } else {
            valid = false;
            // One slip makes several errors; the first of a line is the one that was meant.
            let line = proof.text.get(..at.start).and_then(|text| text.rfind('\n'));
            if marked.insert(line) {
                invalid(proof, at, error.message());
            }
        }
    }
    valid.then(|| entries(root.into_inner(), block.start))
}

fn place_of(error: &Error, block: &Range<usize>) -> Range<usize> {
    let span = error.span().unwrap_or_default();
    let start = (block.start + span.start).min(block.end);
    start..(block.start + span.end).clamp(start, block.end)
}

fn duplicate(proof: &mut Proof<'_>, at: Range<usize>) {
    let key = proof.text.get(at.clone()).unwrap_or_default();
    let message = format!("`{key}` stands twice in the front matter");
    proof.mark(Code::DuplicateKey, at, message, "keep one of the two");
}

fn invalid(proof: &mut Proof<'_>, at: Range<usize>, reason: &str) {
    // A bare date that TOML cannot read is a bad date to its writer, not bad TOML.
    if let Some((key, value)) = repair::date_line(proof, at.start)
        && Moment::parse(value, proof.zone).is_err()
    {
        dates::read(proof, key, value, at);
        return;
    }
    let reason = reason.trim_end_matches(", expected nothing");
    let place = proof.place(at.clone());
    let help = repair::help(proof, at)
        .unwrap_or_else(|| "each line is `key = value`, and text stands in quotes".to_owned());
    let message = format!("the front matter is not valid TOML: {reason}");
    proof.add(Diagnostic::new(Code::BadFrontMatter, message).at(place).help(help));
}

fn entries(table: DeTable<'_>, offset: usize) -> Table<'_> {
    let mut entries: Vec<Entry<'_>> =
        table.into_iter().map(|(key, value)| entry(key, value, offset)).collect();
    // The parser's own order may be that of the alphabet.
    entries.sort_by_key(|entry| entry.key_at.start);
    entries
}

fn entry<'a>(
    key: Spanned<std::borrow::Cow<'a, str>>,
    value: Spanned<DeValue<'a>>,
    offset: usize,
) -> Entry<'a> {
    let key_at = shift(key.span(), offset);
    Entry { key: key.into_inner(), key_at, node: node(value, offset) }
}

fn shift(span: Range<usize>, offset: usize) -> Range<usize> {
    span.start + offset..span.end + offset
}

fn node(value: Spanned<DeValue<'_>>, offset: usize) -> Node<'_> {
    let at = shift(value.span(), offset);
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text),
        DeValue::Integer(number) => integer(&number),
        DeValue::Float(number) => float(&number),
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => {
            Value::List(items.into_iter().map(|item| node(item, offset)).collect())
        }
        DeValue::Table(table) => Value::Table(entries(table, offset)),
    };
    Node { at, value }
}

fn integer(number: &DeInteger<'_>) -> Value<'static> {
    match i64::from_str_radix(number.as_str(), number.radix()) {
        Ok(number) => Value::Number(number.into()),
        Err(_) => Value::Beyond,
    }
}

fn float(number: &DeFloat<'_>) -> Value<'static> {
    let number = number.as_str().parse().ok().and_then(serde_json::Number::from_f64);
    number.map_or(Value::Beyond, Value::Number)
}
