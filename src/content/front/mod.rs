//! Front matter: from the head of a Markdown file to what an editor said in it.
//!
//! Invariant: TOML and YAML become one tree of values with their places, and one decoder reads
//! that tree; so the two syntaxes cannot come to mean different things. Every fault of a file
//! is found at once, and no input makes it panic.
//! It does not know the file's section, URL or body, and asks neither clock nor disk.

mod dates;
mod decode;
mod fence;
mod keys;
mod node;
mod paths;
mod proof;
mod repair;
mod tables;
mod toml;
mod values;
mod yaml;

#[cfg(test)]
mod tests;

pub use fence::as_text;
pub use keys::{CORRECTION_KEYS, IMAGE_KEYS, KEYS, Key, Wants};
pub use proof::{date_in, withhold};

use super::article::{Correction, Image};
use super::genre::Genre;
use crate::base::{Diagnostic, Moment, UrlPath, diag};
use chrono_tz::Tz;
use proof::{Proof, Syntax};
use std::{collections::BTreeMap, ops::Range};

/// What the front matter of a file says. Absent texts are empty; every text is trimmed.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Front {
    /// The headline; never empty.
    pub title: String,
    /// Where the headline is in the file, in bytes.
    pub title_at: Range<usize>,
    /// First publication; there is one wherever it was asked for.
    pub date: Option<Moment>,
    /// The last substantial change, as written: it may be earlier than `date`.
    pub updated: Option<Moment>,
    /// Names or profile slugs, none of them empty.
    pub authors: Vec<String>,
    /// Tags, none of them empty, in the order written, repetitions included.
    pub tags: Vec<String>,
    /// The standfirst.
    pub summary: String,
    /// A word or two above the headline.
    pub kicker: String,
    /// Where the story was written.
    pub dateline: String,
    /// The name of the series.
    pub series: String,
    /// What kind of journalism it is.
    pub genre: Genre,
    /// Whether it is for subscribers.
    pub paid: bool,
    /// The lead picture.
    pub image: Option<Image>,
    /// The story's own URL segment.
    pub slug: Option<String>,
    /// Old paths that lead here, each once.
    pub aliases: Vec<UrlPath>,
    /// Never published without `--drafts`.
    pub draft: bool,
    /// Not before this moment, whatever `date` says.
    pub embargo: Option<Moment>,
    /// Gone from this moment on.
    pub expires: Option<Moment>,
    /// Corrections in the order written.
    pub corrections: Vec<Correction>,
    /// The path of the story that this one translates.
    pub translation_of: String,
    /// Whether readers may comment, where the story says.
    pub comments: Option<bool>,
    /// The theme's own table as the text of a JSON object, its keys in the order written;
    /// empty if there is none.
    pub extra: String,
    /// Where the body begins in the file, in bytes.
    pub body_at: usize,
    /// Where each key that is given stands, under the key's name in [`KEYS`]: from the
    /// beginning of the key to the end of its value, in bytes.
    pub places: BTreeMap<&'static str, Range<usize>>,
}

/// Reads the front matter of the file at `path` (below `content/`), whose whole text is `text`.
/// What names no timezone is in `zone`; `wants_date` says whether a `date` must be there.
///
/// There is a front exactly when no finding is an error.
#[must_use]
pub fn read(
    path: &str,
    text: &str,
    zone: Tz,
    wants_date: bool,
) -> (Option<Front>, Vec<Diagnostic>) {
    let mut proof = Proof::new(path, text, zone);
    let front = read_into(&mut proof, wants_date);
    let findings = proof.finish();
    (front.filter(|_| !diag::any_error(&findings)), findings)
}

fn read_into(proof: &mut Proof<'_>, wants_date: bool) -> Option<Front> {
    let fences = fence::split(proof, wants_date)?;
    proof.syntax = fences.syntax;
    let table = match fences.syntax {
        Syntax::Toml => toml::table(proof, fences.block),
        Syntax::Yaml => yaml::table(proof, fences.block),
    }?;
    let mut front = decode::decode(proof, table, fences.opening, wants_date);
    front.body_at = fences.body_at;
    Some(front)
}
