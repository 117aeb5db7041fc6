//! Files that are not Markdown: pictures and other media beside stories, and static files.
//!
//! Invariant: a row depends on the file's bytes alone. Bytes are read once to be fingerprinted
//! and measured, and not again while the file's stamp stays.

use super::{
    discover::{Found, Stamp, unreadable},
    pixels,
};
use crate::base::{Code, Diagnostic, Fingerprint, Place};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A file that is not Markdown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Media {
    /// `content/…`, `static/…` or `theme/…`.
    pub key: Box<str>,
    /// Size and time when it was read.
    pub stamp: Stamp,
    /// Its bytes.
    pub fingerprint: Fingerprint,
    /// Width and height in pixels, of a picture whose format is known.
    pub size: Option<(u32, u32)>,
}

/// The media type of a picture, by the ending of its name or address.
#[must_use]
pub fn type_of(name: &str) -> Option<&'static str> {
    let path = name.split(['?', '#']).next().unwrap_or(name);
    let (_, ending) = path.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "avif" => "image/avif",
        "svg" => "image/svg+xml",
        "bmp" => "image/bmp",
        _ => return None,
    })
}

/// Reads what changed among `found`, which lies in `folder` and is known as `root/…`. Rows
/// that still hold are taken from `known`, which is sorted by key.
pub fn survey(
    folder: &Path,
    root: &str,
    found: &[Found],
    known: &[Media],
    findings: &mut Vec<Diagnostic>,
) -> Vec<Media> {
    if root == "content" {
        findings.extend(found.iter().filter_map(unread));
    }
    let rows: Vec<Result<Media, Diagnostic>> = found
        .par_iter()
        .map(|found| {
            let key: Box<str> = format!("{root}/{}", found.path).into();
            let old = known.binary_search_by(|row| row.key.cmp(&key)).ok().map(|at| &known[at]);
            match old {
                Some(row) if found.stamp.same_as(row.stamp) => Ok(row.clone()),
                _ => measure(&folder.join(found.path.as_str()), key, found.stamp),
            }
        })
        .collect();
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        match row {
            Ok(row) => out.push(row),
            Err(finding) => findings.push(finding),
        }
    }
    out
}

/// What other programs and other systems call Markdown.
const OTHER_ENDINGS: [&str; 6] = ["md", "markdown", "mdown", "mkdn", "mkd", "mdx"];

/// A file that its writer takes for a story, by its name, and that is none: those end in `.md`.
fn unread(found: &Found) -> Option<Diagnostic> {
    let (stem, ending) = found.path.name().rsplit_once('.')?;
    if stem.is_empty() || !OTHER_ENDINGS.iter().any(|other| other.eq_ignore_ascii_case(ending)) {
        return None;
    }
    let message = format!("`{}` is not read: a story's name ends in `.md`", found.path.name());
    let finding = Diagnostic::new(Code::UnreadFile, message)
        .at(Place::file(format!("content/{}", found.path)))
        .help(format!("rename the file to `{stem}.md`"));
    Some(finding)
}

fn measure(path: &Path, key: Box<str>, stamp: Stamp) -> Result<Media, Diagnostic> {
    let (fingerprint, size) = if pixels::are_known(&key) {
        let bytes = std::fs::read(path).map_err(|e| unreadable(Place::file(&*key), &e))?;
        (Fingerprint::of(&bytes), pixels::of(&key, &bytes))
    } else {
        let hash = Fingerprint::of_file(path);
        (hash.map_err(|e| unreadable(Place::file(&*key), &e))?, None)
    };
    Ok(Media { key, stamp, fingerprint, size })
}
