//! From the tree to a [`Front`]: which key goes where, and what is missing.
//!
//! Invariant: every entry of the tree is either read, or marked, or says nothing (`~`, or an
//! empty text where text is wanted). The keys are those of [`super::keys::KEYS`] and no others.

use super::Front;
use super::keys::{self, Key, Wants};
use super::node::{Entry, Node, Table, Value};
use super::proof::{Proof, Syntax};
use super::tables::{corrections, image};
use super::values::{date, flag, short, text, texts, without_page, word, wrong_type};
use super::{paths, repair};
use crate::base::{Code, Diagnostic, Moment, UrlPath, suggest};
use crate::content::genre::{ACCESS_WORDS, GENRE_WORDS, Genre};
use std::ops::Range;

/// Decodes the tree. The front is only good when nothing was marked as an error.
pub(super) fn decode<'a>(
    proof: &mut Proof<'a>,
    table: Table<'a>,
    opening: Range<usize>,
    wants_date: bool,
) -> Front {
    let mut decoder =
        Decoder { proof, entries: Vec::with_capacity(table.len()), meant: Vec::new() };
    for entry in table {
        decoder.assign(entry);
    }
    decoder.required(&opening, wants_date);
    decoder.front()
}

/// The keys that keep a story from readers, in every spelling.
const WITHHOLDING: [&str; 5] = ["draft", "embargo", "publish_date", "expires", "expiry_date"];

struct Decoder<'a, 'p> {
    proof: &'p mut Proof<'a>,
    /// What is given, under the key's own name.
    entries: Vec<(&'static Key, Entry<'a>)>,
    /// Known keys that a misspelt one was probably meant to be.
    meant: Vec<&'static str>,
}

impl<'a> Decoder<'a, '_> {
    fn assign(&mut self, entry: Entry<'a>) {
        let Some(key) = keys::find(&entry.key) else {
            return self.unknown(&entry);
        };
        let first = self.entries.iter().find(|(given, _)| given.name == key.name);
        let Some((_, first)) = first else {
            return self.entries.push((key, entry));
        };
        if self.proof.is_full() {
            return;
        }
        let message = format!("`{}` and `{}` mean the same", first.key, entry.key);
        let finding = Diagnostic::new(Code::DuplicateKey, message)
            .at(self.proof.place(entry.key_at))
            .also(self.proof.place(first.key_at.clone()).label("first given here"))
            .help(format!("keep one of the two, best as `{}`", key.name));
        self.proof.add(finding);
    }

    fn unknown(&mut self, entry: &Entry<'a>) {
        if self.proof.is_full() {
            return;
        }
        let key = &*entry.key;
        let meant = keys::meant(key);
        self.meant.extend(meant);
        let own = format!("a key of your own belongs in `extra`: {}", self.in_extra(entry));
        let message = format!("`{}` is not a front matter key", short(key));
        let place = self.proof.place(entry.key_at.clone());
        let finding = Diagnostic::new(Code::UnknownKey, message).at(place);
        let known = suggest::one_of(keys::KEYS.iter().map(|key| key.name));
        self.proof.add(match meant {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")).note(own),
            None => finding.help(own).note(format!("the keys are {known}")),
        });
    }

    /// The entry moved to where it may stand.
    fn in_extra(&self, entry: &Entry<'_>) -> String {
        let source = self.proof.quote(entry.node.at.clone());
        let scalar = !matches!(entry.node.value, Value::List(_) | Value::Table(_) | Value::Null);
        let fits = scalar && source.len() <= 60 && !source.contains('\n');
        let value = if fits { source } else { "…" };
        let key = if entry.key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
            entry.key.clone().into_owned()
        } else {
            repair::quoted(&entry.key)
        };
        match self.proof.syntax {
            Syntax::Toml => format!("`extra.{key} = {value}`"),
            Syntax::Yaml => format!("`extra: {{ {key}: {value} }}`"),
        }
    }

    fn given(&self, name: &str) -> Option<&Entry<'a>> {
        self.entries.iter().find(|(key, _)| key.name == name).map(|(_, entry)| entry)
    }

    fn is_blank(&self, name: &str) -> bool {
        self.given(name).is_none_or(|entry| entry.node.is_blank())
    }

    /// Marks what must be there and is not.
    fn required(&mut self, opening: &Range<usize>, wants_date: bool) {
        for (name, code, wanted) in
            [("title", Code::MissingTitle, true), ("date", Code::MissingDate, wants_date)]
        {
            // A misspelt key is marked already; its absence is the same mistake.
            if wanted && self.is_blank(name) && !self.meant.contains(&name) {
                self.missing(name, code, opening);
            }
        }
    }

    fn missing(&mut self, name: &'static str, code: Code, opening: &Range<usize>) {
        let wants = keys::find(name).map_or(Wants::Text, |key| key.wants);
        let line = self.proof.syntax.line(name, wants.example(self.proof.syntax));
        let empty = self.given(name);
        let at = empty.map_or(opening, |entry| &entry.key_at).clone();
        let commented = empty.and_then(|entry| self.commented(entry));
        let message = match empty {
            Some(_) => format!("the `{name}` is empty"),
            None => format!("there is no `{name}`"),
        };
        let help = if let Some(text) = commented {
            let line = self.proof.syntax.line(name, &repair::quoted(text));
            format!("what follows `#` is a comment; put the text in quotes: `{line}`")
        } else if empty.is_none() && self.is_swallowed(name) {
            format!("`{name}` stands below `[extra]` and belongs to it: move it up, before that")
        } else {
            format!("add a line `{line}`")
        };
        self.proof.mark(code, at, message, help);
    }

    /// The value that was written, but after a `#`.
    fn commented(&self, entry: &Entry<'_>) -> Option<&'a str> {
        let rest = self.proof.text.get(entry.key_at.end..)?;
        let line = rest.lines().next()?;
        let hash = entry.key_at.end + line.find('#')?;
        Some(self.proof.quote(hash..entry.key_at.end + line.len()))
    }

    /// In TOML, all that follows `[extra]` belongs to it, which surprises people.
    fn is_swallowed(&self, name: &str) -> bool {
        let extra = self.given("extra").map(|entry| &entry.node.value);
        let held =
            matches!(extra, Some(Value::Table(table)) if table.iter().any(|e| e.key == name));
        held && self.proof.syntax == Syntax::Toml
    }

    fn front(mut self) -> Front {
        let mut front = Front {
            title_at: self.given("title").map_or(0..0, |entry| entry.node.at.clone()),
            places: self.entries.iter().map(|(key, entry)| (key.name, entry.at())).collect(),
            ..Front::default()
        };
        for (key, entry) in std::mem::take(&mut self.entries) {
            self.field(&mut front, key, entry.node);
        }
        self.expires_early(&front);
        front
    }

    /// Reads one key into its field.
    fn field(&mut self, front: &mut Front, key: &'static Key, node: Node<'a>) {
        let proof = &mut *self.proof;
        // An empty slug is a mistake; elsewhere, what says nothing is as good as absent.
        if matches!(node.value, Value::Null) || (node.is_blank() && key.wants != Wants::Slug) {
            return;
        }
        match key.name {
            "title" => front.title = text(proof, key.name, &node),
            "date" => front.date = date(proof, key.name, &node),
            "updated" => front.updated = date(proof, key.name, &node),
            "authors" => front.authors = texts(proof, key, node),
            "tags" => front.tags = texts(proof, key, node),
            "summary" => front.summary = text(proof, key.name, &node),
            "kicker" => front.kicker = text(proof, key.name, &node),
            "dateline" => front.dateline = text(proof, key.name, &node),
            "series" => {
                front.series = text(proof, key.name, &node);
                without_page(proof, "series", &front.series, &node.at);
            }
            "type" => {
                let word = word(proof, key.name, &GENRE_WORDS, &node).and_then(Genre::of);
                front.genre = word.unwrap_or_default();
            }
            "access" => {
                front.paid = word(proof, key.name, &ACCESS_WORDS, &node) == Some("subscribers");
            }
            "image" => front.image = image(proof, node),
            "slug" => front.slug = slug(proof, &node),
            "aliases" => front.aliases = aliases(proof, node),
            "draft" => front.draft = flag(proof, key.name, &node).unwrap_or_default(),
            "embargo" => front.embargo = date(proof, key.name, &node),
            "expires" => front.expires = date(proof, key.name, &node),
            "corrections" => front.corrections = corrections(proof, node),
            "translation_of" => front.translation_of = text(proof, key.name, &node),
            "comments" => front.comments = flag(proof, key.name, &node),
            _ => front.extra = extra(proof, &node),
        }
    }

    fn expires_early(&mut self, front: &Front) {
        // Publication is the later of the two, whatever the order they are written in.
        let published: Option<Moment> = front.date.max(front.embargo);
        let (Some(from), Some(until)) = (published, front.expires) else {
            return;
        };
        if until <= from {
            let at = front.places.get("expires").cloned().unwrap_or_default();
            let message = "the story expires before it is published, so it is never shown";
            let help = "set `expires` to a moment after `date` (and `embargo`), or remove it";
            self.proof.mark(Code::ExpiresEarly, at, message, help);
        }
    }
}

fn slug(proof: &mut Proof<'_>, node: &Node<'_>) -> Option<String> {
    if let Value::Text(text) = &node.value {
        let slug = paths::slug(proof, node, text);
        if slug.is_some() && matches!(proof.path.rsplit('/').next(), Some("_index.md")) {
            let message = "a section's address is that of its folder; its `slug` does nothing";
            let help = "take the line out, or rename the folder";
            proof.mark(Code::NoEffect, node.at.clone(), message, help);
        }
        return slug;
    }
    wrong_type(proof, "slug", Wants::Slug, node);
    None
}

fn aliases(proof: &mut Proof<'_>, node: Node<'_>) -> Vec<UrlPath> {
    if matches!(node.value, Value::Text(_) | Value::List(_)) {
        return paths::aliases(proof, node);
    }
    wrong_type(proof, "aliases", Wants::Paths, &node);
    Vec::new()
}

/// The theme's table as JSON.
fn extra(proof: &mut Proof<'_>, node: &Node<'_>) -> String {
    if !matches!(node.value, Value::Table(_)) {
        wrong_type(proof, "extra", Wants::Table, node);
        return String::new();
    }
    beyond(proof, node);
    withholding(proof, node);
    // Keys are texts and numbers are finite, so JSON can hold it.
    serde_json::to_string(&node.value).unwrap_or_default()
}

/// Marks every key that would have kept the story from readers where it belongs. It stands below a
/// table's line by a slip, or is indented by one; nobody's draft may be published for that.
fn withholding(proof: &mut Proof<'_>, node: &Node<'_>) {
    let Value::Table(table) = &node.value else { return };
    for entry in table {
        let key = WITHHOLDING.iter().find(|key| key.eq_ignore_ascii_case(&entry.key));
        if let Some(key) = key {
            let help = match proof.syntax {
                Syntax::Toml => {
                    "move the line up, above `[extra]`: what follows that belongs to it".to_owned()
                }
                Syntax::Yaml => format!("begin the line at the margin: `{key}:`"),
            };
            let message = format!("`{key}` stands within `extra`, where it withholds nothing");
            let place = proof.place(entry.key_at.clone());
            let finding = Diagnostic::new(Code::MisplacedKey, message).at(place).help(help);
            proof.add(finding.note("a key of the theme's own needs another name"));
        }
        withholding(proof, &entry.node);
    }
}

/// Marks every number that JSON cannot hold.
fn beyond(proof: &mut Proof<'_>, node: &Node<'_>) {
    match &node.value {
        Value::Beyond => {
            let message = "`extra` holds a number that is infinite, too large, or none at all";
            let help = "put it in quotes, so that the theme gets it as text";
            proof.mark(Code::WrongType, node.at.clone(), message, help);
        }
        Value::List(items) => items.iter().for_each(|item| beyond(proof, item)),
        Value::Table(table) => table.iter().for_each(|entry| beyond(proof, &entry.node)),
        _ => {}
    }
}
