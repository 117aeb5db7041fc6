//! Finds the files: paths with size and time of change. Reads none of them.
//!
//! Invariant: the lists are sorted by path, and hold neither hidden files nor editors' backups
//! nor anything outside the site's root. Where the disk cannot be read, a finding says so.

use crate::base::{
    Code, ContentPath, Diagnostic, Fingerprint, Moment, Place, glance, glance::Glancer,
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::{fs, io, io::Read, path::Path, path::PathBuf};
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
    let walk = Walk::of(folder);
    findings.extend(walk.errors.iter().map(|e| unreadable_walk(shown, e)));
    findings.extend(walk.strange.iter().map(|path| not_utf8(shown, path)));
    let stamped: Vec<Result<Option<Found>, Box<Diagnostic>>> = walk
        .paths
        .par_chunks(SHARE)
        .flat_map_iter(|paths| {
            let mut glancer = Glancer::new(folder);
            paths.iter().map(move |path| stamp(&mut glancer, shown, path, settled))
        })
        .collect();
    let mut out = Folder::default();
    out.markdown.reserve_exact(stamped.len());
    for found in stamped {
        match found {
            Ok(Some(found)) if found.path.as_str().ends_with(".md") => out.markdown.push(found),
            Ok(Some(found)) => out.files.push(found),
            Ok(None) => {}
            Err(finding) => findings.push(*finding),
        }
    }
    // The walk has put each folder in order already, which a stable sort makes use of.
    out.markdown.par_sort_by(|a, b| a.path.cmp(&b.path));
    out.files.par_sort_by(|a, b| a.path.cmp(&b.path));
    out
}

/// Looks at some files below `folder` by name, as [`discover`] would. What is not there, or is
/// nobody's content, is left out.
#[must_use]
pub fn look(folder: &Path, shown: &str, paths: &[&str], findings: &mut Vec<Diagnostic>) -> Folder {
    let settled = Moment::now_nanos() - UNSETTLED;
    let mut glancer = Glancer::new(folder);
    let mut out = Folder::default();
    for path in paths.iter().filter(|path| path.split('/').all(is_wanted)) {
        if std::fs::symlink_metadata(folder.join(path)).is_err() {
            continue;
        }
        match stamp(&mut glancer, shown, path, settled) {
            Ok(Some(found)) if found.path.as_str().ends_with(".md") => out.markdown.push(found),
            Ok(Some(found)) => out.files.push(found),
            Ok(None) => {}
            Err(finding) => findings.push(*finding),
        }
    }
    out
}

/// How many files one thread looks at before it takes more.
const SHARE: usize = 256;

/// How deep the walk goes on one thread before it is shared out: sections and years.
const SHARED_FROM: usize = 2;

/// What a walk comes by.
#[derive(Default)]
struct Walk {
    /// Everything that is no folder, relative to where the walk began.
    paths: Vec<Box<str>>,
    /// The same where a name is not UTF-8.
    strange: Vec<PathBuf>,
    errors: Vec<walkdir::Error>,
}

impl Walk {
    fn of(folder: &Path) -> Self {
        let mut walk = Self::default();
        if !folder.exists() {
            return walk;
        }
        let mut folders = Vec::new();
        let top = WalkDir::new(folder).max_depth(SHARED_FROM);
        for entry in top.into_iter().filter_entry(|e| e.depth() == 0 || wanted(e)) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() && entry.depth() == SHARED_FROM => {
                    folders.push(entry.into_path());
                }
                entry => walk.take(folder, entry),
            }
        }
        folders.sort_unstable();
        let below: Vec<Self> = folders.par_iter().map(|below| Self::below(folder, below)).collect();
        for mut below in below {
            walk.paths.append(&mut below.paths);
            walk.strange.append(&mut below.strange);
            walk.errors.append(&mut below.errors);
        }
        walk
    }

    fn below(folder: &Path, below: &Path) -> Self {
        let mut walk = Self::default();
        let entries = WalkDir::new(below).into_iter();
        for entry in entries.filter_entry(|e| e.depth() == 0 || wanted(e)) {
            walk.take(folder, entry);
        }
        walk.paths.sort_unstable();
        walk
    }

    fn take(&mut self, folder: &Path, entry: walkdir::Result<DirEntry>) {
        let entry = match entry {
            Ok(entry) if entry.file_type().is_dir() => return,
            Ok(entry) => entry,
            Err(error) => return self.errors.push(error),
        };
        let relative = || entry.path().strip_prefix(folder).unwrap_or(entry.path());
        match text_below(folder, entry.path()) {
            Some(path) if std::path::MAIN_SEPARATOR == '/' => self.paths.push(path.into()),
            Some(path) => self.paths.push(path.replace(std::path::MAIN_SEPARATOR, "/").into()),
            None => self.strange.push(relative().to_owned()),
        }
    }
}

/// The path below a folder, if it is text. Taking both apart name by name, as paths are compared
/// otherwise, would cost more than to walk to the file.
fn text_below<'a>(folder: &Path, path: &'a Path) -> Option<&'a str> {
    match (folder.to_str(), path.to_str()) {
        (Some(folder), Some(path)) => {
            Some(path.strip_prefix(folder)?.trim_start_matches(std::path::MAIN_SEPARATOR))
        }
        _ => path.strip_prefix(folder).ok()?.to_str(),
    }
}

fn not_utf8(shown: &str, path: &Path) -> Diagnostic {
    Diagnostic::new(Code::BadFileName, "a file's name is not UTF-8")
        .at(Place::file(format!("{shown}/{}", path.to_string_lossy())))
        .help("rename the file")
}

/// Hidden files, editors' backups and lock files are nobody's content. `.well-known` is the
/// one hidden folder that the web asks for (RFC 8615).
fn wanted(entry: &DirEntry) -> bool {
    is_wanted(&entry.file_name().to_string_lossy())
}

/// Whether a file or folder of this name may be somebody's content.
#[must_use]
pub fn is_wanted(name: &str) -> bool {
    (!name.starts_with('.') || name == ".well-known")
        && !name.ends_with('~')
        && !name.starts_with('#')
        && name != "Thumbs.db"
}

fn stamp(
    glancer: &mut Glancer,
    shown: &str,
    path: &str,
    settled: i64,
) -> Result<Option<Found>, Box<Diagnostic>> {
    let place = || Place::file(format!("{shown}/{path}"));
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let seen = glancer.look(folder, name).map_err(|e| unreadable(place(), &e))?;
    if seen.is_link {
        let finding = Diagnostic::new(Code::OutsideContent, "a symbolic link is not followed")
            .at(place())
            .help("put the file itself in its place: what a link leads to may change unseen, or lie outside the site");
        return Err(finding.into());
    }
    let changed = if seen.changed < settled { seen.changed } else { 0 };
    let stamp = Stamp { size: seen.size, changed };
    let found = ContentPath::new(path).map(|path| Found { path, stamp });
    Ok(found.filter(|_| seen.is_file))
}

/// The stamp of a file as it is now, whatever changes it the next moment.
#[must_use]
pub fn stamp_of(meta: &fs::Metadata) -> Stamp {
    Stamp { size: meta.len(), changed: glance::changed(meta) }
}

/// Reads a file that had this size when it was found.
///
/// # Errors
/// What the system says.
pub fn read(path: &Path, size: u64) -> io::Result<Vec<u8>> {
    whole(&mut fs::File::open(path)?, size)
}

/// All of a file. The size is known from the walk, so the system need not be asked for it, nor for
/// more once it has given that much: an archive's files are many and small.
fn whole(file: &mut fs::File, size: u64) -> io::Result<Vec<u8>> {
    let wanted = usize::try_from(size).map_err(io::Error::other)?;
    let mut bytes = vec![0; wanted + 1];
    let length = file.read(&mut bytes)?;
    bytes.truncate(length);
    if length != wanted {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Reads a file that had a certain stamp and content when it was found; `None` if it is no
/// longer the same, or not there.
#[must_use]
pub fn read_again(path: &Path, stamp: Stamp, source: Fingerprint) -> Option<Vec<u8>> {
    let mut file = fs::File::open(path).ok()?;
    let meta = file.metadata().ok()?;
    let bytes = whole(&mut file, meta.len()).ok()?;
    let now = Stamp { size: bytes.len() as u64, changed: glance::changed(&meta) };
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
