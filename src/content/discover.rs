//! Finds the files: paths with size and time of change. Reads none of them.
//!
//! Invariant: the lists are sorted by path, and hold neither hidden files nor editors' backups
//! nor anything outside the site's root. Where the disk cannot be read, a finding says so.

use crate::base::{Code, ContentPath, Diagnostic, Fingerprint, Moment, Place};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::{fs, io, io::Read, path::Path, path::PathBuf, time::SystemTime};
use walkdir::{DirEntry, WalkDir};

/// Size and time of change of a file; equal stamps mean an unchanged file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Stamp {
    /// Size in bytes.
    pub size: u64,
    /// Nanoseconds since 1970; 0 when the file changed so recently that a further change
    /// could leave the same time behind. A zero never equals anything.
    pub changed: i64,
}

impl Stamp {
    /// Whether a file with this stamp is certainly the one that had `earlier`.
    #[must_use]
    pub fn same_as(self, earlier: Stamp) -> bool {
        self == earlier && self.changed != 0
    }
}

/// A file that was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Relative to the folder that was walked.
    pub path: ContentPath,
    /// Its size and time.
    pub stamp: Stamp,
}

/// The span before a scan in which a file's time is not trusted: above the coarsest tick of
/// the kernel's clock (10 ms) with some to spare.
const UNSETTLED: i64 = 50_000_000;

/// What a folder holds: Markdown files, and all others.
#[derive(Debug, Default)]
pub struct Folder {
    /// Markdown files.
    pub markdown: Vec<Found>,
    /// Everything else.
    pub files: Vec<Found>,
}

/// Walks `folder` (named `shown` in messages). A folder that is not there is empty.
#[must_use]
pub fn discover(folder: &Path, shown: &str, findings: &mut Vec<Diagnostic>) -> Folder {
    let settled = Moment::now_nanos() - UNSETTLED;
    let (paths, errors) = walk(folder);
    findings.extend(errors.into_iter().map(|e| unreadable_walk(shown, &e)));
    let stamped: Vec<Result<Option<Found>, Diagnostic>> =
        paths.into_par_iter().map(|path| stamp(folder, shown, &path, settled)).collect();
    let mut out = Folder::default();
    for found in stamped {
        match found {
            Ok(Some(found)) if found.path.as_str().ends_with(".md") => out.markdown.push(found),
            Ok(Some(found)) => out.files.push(found),
            Ok(None) => {}
            Err(finding) => findings.push(finding),
        }
    }
    out.markdown.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    out.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    out
}

/// How deep the walk goes on one thread before it is shared out: sections and years.
const SHARED_FROM: usize = 2;

fn walk(folder: &Path) -> (Vec<PathBuf>, Vec<walkdir::Error>) {
    if !folder.exists() {
        return (Vec::new(), Vec::new());
    }
    let (mut paths, mut errors, mut folders) = (Vec::new(), Vec::new(), Vec::new());
    let top = WalkDir::new(folder).max_depth(SHARED_FROM);
    for entry in top.into_iter().filter_entry(|e| e.depth() == 0 || wanted(e)) {
        match entry {
            Ok(entry) if !entry.file_type().is_dir() => paths.push(entry.into_path()),
            Ok(entry) if entry.depth() == SHARED_FROM => folders.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => errors.push(error),
        }
    }
    let below: Vec<_> = folders.par_iter().map(|folder| walk_below(folder)).collect();
    for (more, failed) in below {
        paths.extend(more);
        errors.extend(failed);
    }
    (paths, errors)
}

fn walk_below(folder: &Path) -> (Vec<PathBuf>, Vec<walkdir::Error>) {
    let (mut paths, mut errors) = (Vec::new(), Vec::new());
    for entry in WalkDir::new(folder).into_iter().filter_entry(|e| e.depth() == 0 || wanted(e)) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => paths.push(entry.into_path()),
            Err(error) => errors.push(error),
        }
    }
    (paths, errors)
}

/// Hidden files, editors' backups and lock files are nobody's content. `.well-known` is the
/// one hidden folder that the web asks for (RFC 8615).
fn wanted(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    (!name.starts_with('.') || name == ".well-known")
        && !name.ends_with('~')
        && !name.starts_with('#')
        && name != "Thumbs.db"
}

fn stamp(
    folder: &Path,
    shown: &str,
    path: &Path,
    settled: i64,
) -> Result<Option<Found>, Diagnostic> {
    let relative = path.strip_prefix(folder).unwrap_or(path);
    let name = relative.to_string_lossy();
    let place = || Place::file(format!("{shown}/{name}"));
    if relative.to_str().is_none() {
        return Err(Diagnostic::new(Code::BadFileName, "a file's name is not UTF-8")
            .at(place())
            .help("rename the file"));
    }
    let meta = fs::symlink_metadata(path).map_err(|e| unreadable(place(), &e))?;
    if meta.is_symlink() {
        return Err(Diagnostic::new(Code::OutsideContent, "a symbolic link is not followed")
            .at(place())
            .help("put the file itself in its place: what a link leads to may change unseen, or lie outside the site"));
    }
    let found = ContentPath::new(&name).map(|path| Found { path, stamp: stamp_of(&meta, settled) });
    Ok(found.filter(|_| meta.is_file()))
}

fn stamp_of(meta: &fs::Metadata, settled: i64) -> Stamp {
    let nanos = changed(meta);
    Stamp { size: meta.len(), changed: if nanos < settled { nanos } else { 0 } }
}

/// Nanoseconds since 1970; 0 where the system does not say.
fn changed(meta: &fs::Metadata) -> i64 {
    let since = meta.modified().ok().and_then(|t| t.duration_since(SystemTime::UNIX_EPOCH).ok());
    since.and_then(|d| i64::try_from(d.as_nanos()).ok()).unwrap_or(0)
}

/// Reads a file that had a certain stamp and content when it was found; `None` if it is no
/// longer the same, or not there.
#[must_use]
pub fn read_again(path: &Path, stamp: Stamp, source: Fingerprint) -> Option<Vec<u8>> {
    let mut file = fs::File::open(path).ok()?;
    let meta = file.metadata().ok()?;
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).ok()? + 1);
    file.read_to_end(&mut bytes).ok()?;
    let now = Stamp { size: bytes.len() as u64, changed: changed(&meta) };
    (now.same_as(stamp) || Fingerprint::of(&bytes) == source).then_some(bytes)
}

/// The finding for a file that cannot be read.
#[must_use]
pub fn unreadable(place: Place, error: &io::Error) -> Diagnostic {
    let message = format!("`{}` cannot be read: {error}", place.path);
    Diagnostic::new(Code::Unreadable, message)
        .at(place)
        .help("check that it exists and that you may read it")
}

fn unreadable_walk(shown: &str, error: &walkdir::Error) -> Diagnostic {
    let path = error.path().map_or_else(|| shown.to_owned(), |p| p.display().to_string());
    let message = format!("`{path}` cannot be read: {error}");
    Diagnostic::new(Code::Unreadable, message)
        .at(Place::file(path))
        .help("check that you may read the folder")
}
