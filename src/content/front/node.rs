//! The tree that both syntaxes are read into: values, and where each stands in the file.
//!
//! Invariant: places are byte ranges of the whole file, not of the front matter; tables keep
//! the order in which their keys are written. It knows no key's meaning.

use serde::{Serialize, Serializer};
use std::{borrow::Cow, ops::Range};

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    /// Where it is in the file.
    pub at: Range<usize>,
    /// What it is.
    pub value: Value<'a>,
}

/// A value of either syntax.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    /// YAML's `~`, `null` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number that JSON can hold.
    Number(serde_json::Number),
    /// A number that JSON cannot hold: NaN, an infinity, or one that is too large.
    Beyond,
    /// A bare TOML date or time. YAML has none: there, a date is text.
    Date(String),
    /// Text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Node<'a>>),
    /// A table.
    Table(Table<'a>),
}

/// The entries of a table in the order written, each key once.
pub(super) type Table<'a> = Vec<Entry<'a>>;

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry<'a> {
    /// The key.
    pub key: Cow<'a, str>,
    /// Where the key is in the file.
    pub key_at: Range<usize>,
    /// Its value.
    pub node: Node<'a>,
}

impl Entry<'_> {
    /// From the beginning of the key to the end of the value.
    pub fn at(&self) -> Range<usize> {
        // The value of a `[table]` is placed at its header, around the key.
        let start = self.key_at.start.min(self.node.at.start);
        start..self.key_at.end.max(self.node.at.end)
    }
}

impl<'a> Node<'a> {
    /// What it is, in the words of a message.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Bool(true) => "`true`",
            Value::Bool(false) => "`false`",
            Value::Number(_) | Value::Beyond => "a number",
            Value::Date(_) => "a date",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }

    /// Whether it says nothing: `~`, or text of blanks alone.
    pub fn is_blank(&self) -> bool {
        match &self.value {
            Value::Null => true,
            Value::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// A list's items; anything else is a list of itself, and nothing is a list of nothing.
    pub fn into_items(self) -> Vec<Node<'a>> {
        match self.value {
            Value::List(items) => items,
            _ if self.is_blank() => Vec::new(),
            _ => vec![self],
        }
    }
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null | Value::Beyond => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(number) => number.serialize(serializer),
            Value::Date(text) => serializer.serialize_str(text),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => serializer.collect_seq(items.iter().map(|item| &item.value)),
            Value::Table(table) => {
                serializer.collect_map(table.iter().map(|entry| (&entry.key, &entry.node.value)))
            }
        }
    }
}
