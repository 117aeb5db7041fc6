//! The two keys that hold tables of known keys: `image` and `corrections`.
//!
//! Invariant: an unknown key inside them is a finding, as it is outside.

use super::keys::{self, CORRECTION_KEYS, IMAGE_KEYS, Wants};
use super::node::{Entry, Node, Table, Value};
use super::proof::{Proof, Syntax};
use super::values::{clean, date, short, text, wrong_type};
use crate::base::{Code, suggest};
use crate::content::article::{Correction, Image};
use std::ops::Range;

/// Reads the lead picture, or marks it.
pub(super) fn image(proof: &mut Proof<'_>, node: Node<'_>) -> Option<Image> {
    match node.value {
        Value::Text(text) => {
            let src = clean(&text);
            (!src.is_empty()).then(|| Image { src: src.into(), ..Image::default() })
        }
        Value::Table(table) => image_table(proof, node.at, table),
        _ => {
            wrong_type(proof, "image", Wants::Image, &node);
            None
        }
    }
}

fn image_table(proof: &mut Proof<'_>, at: Range<usize>, table: Table<'_>) -> Option<Image> {
    let mut image = Image::default();
    for entry in table {
        let part = match &*entry.key {
            "src" => &mut image.src,
            "alt" => &mut image.alt,
            "caption" => &mut image.caption,
            "credit" => &mut image.credit,
            _ => {
                unknown_part(proof, "image", IMAGE_KEYS, &entry);
                continue;
            }
        };
        *part = text(proof, &format!("image.{}", entry.key), &entry.node).into();
    }
    if image == Image::default() {
        return None;
    }
    if image.src.is_empty() {
        let example = proof.syntax.line("image", Wants::Image.example(proof.syntax));
        let help = format!("say where the picture is: `{example}`");
        proof.mark(Code::WrongType, at, "`image` has no `src`", help);
        return None;
    }
    Some(image)
}

/// Reads the corrections, and marks those that are none.
pub(super) fn corrections(proof: &mut Proof<'_>, node: Node<'_>) -> Vec<Correction> {
    let mut corrections = Vec::new();
    for item in node.into_items() {
        match item.value {
            Value::Table(table) => corrections.extend(correction(proof, item.at, table)),
            _ if item.is_blank() => {}
            _ => wrong_type(proof, "corrections", Wants::Corrections, &item),
        }
    }
    corrections
}

fn correction(proof: &mut Proof<'_>, at: Range<usize>, table: Table<'_>) -> Option<Correction> {
    let (mut when, mut what) = (None, String::new());
    let mut given = Vec::new();
    for entry in table {
        match &*entry.key {
            key if !CORRECTION_KEYS.contains(&key) => {
                unknown_part(proof, "corrections", CORRECTION_KEYS, &entry);
            }
            _ if entry.node.is_blank() => {}
            "date" => {
                given.push("date");
                when = date(proof, "date", &entry.node);
            }
            _ => {
                given.push("text");
                what = text(proof, "corrections.text", &entry.node);
            }
        }
    }
    for missing in CORRECTION_KEYS.iter().filter(|key| !given.contains(key)) {
        let example = proof.syntax.line("corrections", Wants::Corrections.example(proof.syntax));
        let message = format!("a correction has no `{missing}`");
        proof.mark(Code::WrongType, at.clone(), message, format!("write `{example}`"));
    }
    Some(Correction { date: when?, text: what.into() })
}

fn unknown_part(proof: &mut Proof<'_>, table: &str, known: &[&'static str], entry: &Entry<'_>) {
    let message = format!("`{}` is not a key of `{table}`", short(&entry.key));
    let help = match suggest::nearest(&entry.key, known.iter().copied()) {
        // In TOML, all that follows a `[table]` belongs to it, which surprises people.
        _ if proof.syntax == Syntax::Toml && keys::find(&entry.key).is_some() => {
            format!("it belongs to the table that begins above it: move it up, before `{table}`")
        }
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("it knows {}", suggest::one_of(known.iter().copied())),
    };
    proof.mark(Code::UnknownKey, entry.key_at.clone(), message, help);
}
