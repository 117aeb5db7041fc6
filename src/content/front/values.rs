//! Single values: text, lists of texts, dates, truth values.
//!
//! Invariant: what can mean only one thing is read as it; everything else is marked with what
//! was found, what is wanted, and a line to paste.

use super::dates;
use super::keys::{Key, Wants};
use super::node::{Node, Value};
use super::proof::{Proof, Syntax};
use super::repair::quoted;
use crate::base::{Code, Moment, slug::slug, suggest};
use std::ops::Range;

/// Reads a text, or marks it; empty where there is none.
pub(super) fn text(proof: &mut Proof<'_>, key: &str, node: &Node<'_>) -> String {
    match &node.value {
        Value::Null => String::new(),
        Value::Text(text) => clean(text),
        _ => {
            wrong_type(proof, key, Wants::Text, node);
            String::new()
        }
    }
}

/// Reads a date, or marks it; `None` as well where there is none.
pub(super) fn date(proof: &mut Proof<'_>, key: &str, node: &Node<'_>) -> Option<Moment> {
    match &node.value {
        _ if node.is_blank() => None,
        Value::Date(text) => dates::read(proof, key, text, node.at.clone()),
        Value::Text(text) => dates::read(proof, key, text, node.at.clone()),
        Value::Number(number) => dates::read(proof, key, &number.to_string(), node.at.clone()),
        _ => {
            wrong_type(proof, key, Wants::Date, node);
            None
        }
    }
}

/// Names or tags. What looks like a number or a date is text among texts: a tag `2026` is no
/// sum.
pub(super) fn texts(proof: &mut Proof<'_>, key: &Key, node: Node<'_>) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for item in node.into_items() {
        let text = match &item.value {
            Value::Null => continue,
            Value::Text(text) => clean(text),
            Value::Number(_) | Value::Date(_) => {
                proof.text.get(item.at.clone()).unwrap_or_default().to_owned()
            }
            _ => {
                wrong_item(proof, key, &item);
                continue;
            }
        };
        if key.name == "tags" {
            without_page(proof, "tag", &text, &item.at);
        }
        if key.name == "tags" && texts.iter().any(|other| is_respelt(other, &text)) {
            let message = "the story has one tag in two spellings";
            proof.mark(Code::NearTag, item.at, message, "keep one of the two");
        }
        if !text.is_empty() {
            texts.push(text);
        }
    }
    texts
}

/// Marks a tag or series that nobody will see. A letter or digit is always part of an address, so
/// few are turned into one here: that costs time.
pub(super) fn without_page(proof: &mut Proof<'_>, what: &str, name: &str, at: &Range<usize>) {
    if name.is_empty() || name.chars().any(char::is_alphanumeric) || slug(name).is_some() {
        return;
    }
    let message = format!("a {what} without a letter or digit has no page, and is not shown");
    proof.mark(Code::NoEffect, at.clone(), message, "name it in words, or take it out");
}

/// Whether two tags differ, but share their page. Most pairs are told apart by their first
/// letter, since slugs cost time.
fn is_respelt(a: &str, b: &str) -> bool {
    let initial = |text: &str| text.chars().next().map(|c| c.to_lowercase().next());
    a != b && initial(a) == initial(b) && slug(a).is_some_and(|a| slug(b) == Some(a))
}

fn wrong_item(proof: &mut Proof<'_>, key: &Key, item: &Node<'_>) {
    // `- Baghdad: after the vote` is a table to YAML and a text to its writer.
    let source = proof.text.get(item.at.clone()).unwrap_or_default();
    let colon = proof.syntax == Syntax::Yaml && source.contains(": ") && !source.contains('\n');
    if colon && matches!(item.value, Value::Table(_)) {
        let message = format!("an item of `{}` is a table, since it holds a colon", key.name);
        let help = format!("put it in quotes: `{}`", quoted(proof.quote(item.at.clone())));
        proof.mark(Code::WrongType, item.at.clone(), message, help);
    } else {
        wrong_type(proof, key.name, key.wants, item);
    }
}

/// A truth value. Text that can mean only one of the two is taken as it: YAML 1.1 had `yes`
/// and `no`, and a draft must not be published over a pair of quotes.
pub(super) fn flag(proof: &mut Proof<'_>, key: &'static str, node: &Node<'_>) -> Option<bool> {
    let word = match &node.value {
        Value::Bool(value) => return Some(*value),
        Value::Text(text) => text.trim().to_ascii_lowercase(),
        _ => String::new(),
    };
    match word.as_str() {
        "true" | "yes" | "on" => Some(true),
        "false" | "no" | "off" => Some(false),
        _ => {
            wrong_type(proof, key, Wants::Bool, node);
            None
        }
    }
}

/// One of a few words, in capitals or not. Advice names those in small letters.
pub(super) fn word(
    proof: &mut Proof<'_>,
    key: &str,
    words: &'static [&'static str],
    node: &Node<'_>,
) -> Option<&'static str> {
    let Value::Text(written) = &node.value else {
        wrong_type(proof, key, Wants::Word(words), node);
        return None;
    };
    let written = clean(written);
    let found = words.iter().find(|word| word.eq_ignore_ascii_case(&written));
    if found.is_none() {
        let plain = words.iter().copied().filter(|word| word.starts_with(char::is_lowercase));
        let help = match suggest::nearest(&written, words.iter().copied()) {
            Some(near) => {
                format!("write `{}`", proof.syntax.line(key, &quoted(near)))
            }
            None => format!("it can be {}", suggest::one_of(plain)),
        };
        let message = format!("`{key}` cannot be `{}`", short(&written));
        proof.mark(Code::WrongType, node.at.clone(), message, help);
    }
    found.copied()
}

/// Text of the file in a message: on one line, and not the whole of a long one.
pub(super) fn short(text: &str) -> String {
    let mut short = String::new();
    for c in text.chars().take(60) {
        if c.is_control() { short.extend(c.escape_default()) } else { short.push(c) }
    }
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    short
}

/// Marks a value of another type than its key wants.
pub(super) fn wrong_type(proof: &mut Proof<'_>, key: &str, wants: Wants, node: &Node<'_>) {
    let message = format!("`{key}` wants {}, this is {}", wants.words(), node.kind());
    let source = proof.quote(node.at.clone());
    let value = match (&node.value, wants) {
        (Value::Number(_) | Value::Date(_) | Value::Bool(_), Wants::Text | Wants::Slug)
            if source.len() <= 60 =>
        {
            quoted(source)
        }
        _ => wants.example(proof.syntax).to_owned(),
    };
    // Inside a table, the name of the table is not repeated.
    let line = proof.syntax.line(key.rsplit('.').next().unwrap_or(key), &value);
    proof.mark(Code::WrongType, node.at.clone(), message, format!("write `{line}`"));
}

/// Text as it is kept: without blanks around it, and without control characters, which XML
/// (and so a feed) cannot hold.
pub(super) fn clean(text: &str) -> String {
    let text = text.trim();
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains(odd) { text.replace(odd, "") } else { text.to_owned() }
}
