//! The output folder.
//!
//! Invariant: a file at its final name is whole: it is written under another name on the same
//! file system, and then renamed or exchanged with what was there. Files are written only if their
//! bytes differ. The folder belongs to Masthead, which a marker file in it says, and is not touched
//! without the marker. What is no longer planned is removed; strangers are swept where the ledger
//! cannot be believed.

use super::Failure;
use crate::{
    base::{Code, Diagnostic, Fingerprint, OutPath, Place, glance::Glancer},
    ledger::OutputRow,
    outputs::Content,
};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Component, Path, PathBuf},
    sync::atomic::{AtomicI32, AtomicU32, Ordering},
};
use walkdir::WalkDir;

/// The file that says whose folder it is.
const MARKER: &str = ".masthead-output";
const MARKER_TEXT: &str = "Masthead wrote this folder and removes from it what it does not know. Do not keep files here.\n";
/// Where files are written before they are renamed.
const WORKSHOP: &str = ".masthead-workshop";

/// The output folder on disk.
#[derive(Debug)]
pub struct Disk {
    root: PathBuf,
    /// Whether there was nothing in it, so that the whole tree can be made aside and moved in
    /// by a few renames.
    fresh: bool,
    next: AtomicU32,
    /// What the system said when there was no room any more; 0 while there is.
    full: AtomicI32,
}

/// A file that is written but not yet in its place: on a bench under a number, or in the
/// tree that is moved in whole. It is small, since there may be a million.
#[derive(Clone, Copy, Debug)]
pub enum Draft {
    /// On a bench, under this number.
    OnBench(u32),
    /// In the tree, under its own path.
    InTree,
}

/// The lock of a site's folder, opened again when it is dropped.
#[derive(Debug)]
pub struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file is not enough: a program that another thread is starting at this
        // moment holds the same open file until it has begun.
        let _ = self.0.unlock();
    }
}

/// Keeps two builds from working in one folder.
///
/// # Errors
/// When another build is at work, or the folder cannot be written.
pub fn lock(root: &Path) -> Result<Option<Lock>, Failure> {
    if !root.join("site.toml").exists() {
        // There is no site; that is for a later stage to say, and no folder is made for it.
        return Ok(None);
    }
    let folder = root.join(".masthead");
    let refuse = |error: &io::Error| Failure::Environment(vec![unwritable(".masthead", error)]);
    fs::create_dir_all(&folder).map_err(|e| refuse(&e))?;
    let file = File::create(folder.join("lock")).map_err(|e| refuse(&e))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Lock(file))),
        Err(TryLockError::WouldBlock) => Err(Failure::Environment(vec![
            Diagnostic::new(Code::Busy, "another build is at work in this folder")
                .help("wait for it to end, then try again"),
        ])),
        Err(TryLockError::Error(error)) => Err(refuse(&error)),
    }
}

/// Which of the files that rows speak of are there, with the length they had.
#[must_use]
pub fn seen(output: &Path, rows: &[OutputRow]) -> Vec<bool> {
    rows.par_chunks(SHARE)
        .flat_map_iter(|rows| {
            let mut glancer = Glancer::new(output);
            rows.iter().map(move |row| {
                let (folder, name) = neighbourhood(row.path.as_str());
                let seen = glancer.look(folder, name);
                seen.is_ok_and(|seen| seen.is_file && seen.size == row.len)
            })
        })
        .collect()
}

/// How many files one thread looks at before it takes more.
const SHARE: usize = 512;

/// Splits a path where those around it are likely to split: a page has a folder of its own,
/// so what neighbours share is the folder above that.
fn neighbourhood(path: &str) -> (&str, &str) {
    let above = path.rmatch_indices('/').nth(1);
    above.map_or(("", path), |(at, _)| (&path[..at], &path[at + 1..]))
}

/// The finding for a file or folder that cannot be written.
#[must_use]
pub fn unwritable(shown: &str, error: &io::Error) -> Diagnostic {
    let help = match error.kind() {
        io::ErrorKind::StorageFull => "make room on the disk, then build again: nothing is lost",
        _ => "check who may write there, or choose another folder with `--output`",
    };
    Diagnostic::new(Code::Unwritable, format!("`{shown}`{UNWRITABLE}{error}"))
        .at(Place::file(shown))
        .help(help)
}

const UNWRITABLE: &str = " cannot be written: ";

/// What the system said of a file that cannot be written, which it may say of thousands.
#[must_use]
pub fn said(finding: &Diagnostic) -> Option<&str> {
    let said = finding.message.split_once(UNWRITABLE).map(|(_, said)| said);
    said.filter(|_| finding.code == Code::Unwritable)
}

impl Disk {
    /// Takes the output folder into use, without writing to it.
    ///
    /// # Errors
    /// When it holds what Masthead did not write, or lies where Masthead reads.
    pub fn open(root: &Path, output: &Path) -> Result<Self, Failure> {
        let shown = output.display().to_string();
        if let Some(inside) = overlap(root, output) {
            let finding = Diagnostic::new(
                Code::OutputInside,
                format!("the output folder `{shown}` and `{inside}` lie within one another"),
            );
            return Err(Failure::Site(vec![
                finding.help("choose a folder of its own, such as `--output public`"),
            ]));
        }
        let fresh =
            is_empty(output).map_err(|e| Failure::Environment(vec![unwritable(&shown, &e)]))?;
        if !fresh && !output.join(MARKER).exists() {
            let finding = Diagnostic::new(
                Code::OutputNotOurs,
                format!("the output folder `{shown}` holds files that Masthead did not write"),
            );
            return Err(Failure::Site(vec![
                finding.help("choose another folder with `--output`, or empty this one"),
            ]));
        }
        Ok(Self {
            root: output.to_owned(),
            fresh,
            next: AtomicU32::new(0),
            full: AtomicI32::new(0),
        })
    }

    /// Makes the workshop. Nothing that readers see is touched.
    ///
    /// # Errors
    /// What the system says.
    pub fn open_workshop(&self) -> Result<(), Failure> {
        let _ = fs::remove_dir_all(self.root.join(WORKSHOP));
        fs::create_dir_all(self.tree()).map_err(|e| self.refuse(&e))
    }

    /// Marks the folder as Masthead's.
    ///
    /// # Errors
    /// What the system says.
    pub fn claim(&self) -> Result<(), Failure> {
        let marker = self.root.join(MARKER);
        if marker.exists() {
            return Ok(());
        }
        fs::write(marker, MARKER_TEXT).map_err(|e| self.refuse(&e))
    }

    /// Removes a workshop that a build left which was ended from outside.
    pub fn tidy(&self) {
        if self.root.join(WORKSHOP).exists() {
            self.close_workshop();
        }
    }

    /// Removes the workshop, and the folder itself if there is nothing else in it.
    pub fn close_workshop(&self) {
        let workshop = self.root.join(WORKSHOP);
        let benches: Vec<_> = fs::read_dir(&workshop).into_iter().flatten().flatten().collect();
        // If it stays, the next build removes it.
        benches.par_iter().for_each(|bench| drop(fs::remove_dir_all(bench.path())));
        let _ = fs::remove_dir_all(workshop);
        let _ = fs::remove_dir(&self.root);
    }

    fn refuse(&self, error: &io::Error) -> Failure {
        Failure::Environment(vec![unwritable(&self.shown(), error)])
    }

    fn shown(&self) -> String {
        self.root.display().to_string()
    }

    fn on_bench(&self, number: u32) -> PathBuf {
        let bench = (number % BENCHES).to_string();
        self.root.join(WORKSHOP).join(bench).join(number.to_string())
    }

    /// Where the whole tree is made when there is nothing yet.
    fn tree(&self) -> PathBuf {
        self.root.join(WORKSHOP).join("tree")
    }

    /// Whether the file is there as the row says: by its length alone where the last build
    /// ended well, else by its bytes. Of many, [`seen`] asks quicker.
    #[must_use]
    pub fn holds(&self, row: &OutputRow, settled: bool) -> bool {
        let path = self.place(row);
        if settled {
            fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() == row.len)
        } else {
            Fingerprint::of_file(&path).is_ok_and(|hash| hash == row.hash)
        }
    }

    /// Where the file of a row is.
    #[must_use]
    pub fn place(&self, row: &OutputRow) -> PathBuf {
        row.path.under(&self.root)
    }

    /// The file of a row, if its bytes are those that were written.
    #[must_use]
    pub fn read(&self, row: &OutputRow) -> Option<Vec<u8>> {
        let bytes = fs::read(self.place(row)).ok()?;
        (Fingerprint::of(&bytes) == row.hash).then_some(bytes)
    }

    /// Writes a file beside the output, unless it is in its place already. Gives the draft, if
    /// one was written, and the fingerprint and length of the bytes.
    ///
    /// # Errors
    /// What the system says.
    pub fn draft(
        &self,
        path: &OutPath,
        content: &Content,
        known: Option<&OutputRow>,
        settled: bool,
    ) -> Result<(Option<Draft>, Fingerprint, u64), Diagnostic> {
        let (hash, len) = match content {
            Content::Bytes(bytes) => (Fingerprint::of(bytes), bytes.len() as u64),
            Content::Copy(source, hash) => (*hash, fs::metadata(source).map_or(0, |m| m.len())),
        };
        let there = match known {
            Some(row) => row.hash == hash && self.holds(row, settled),
            None => !self.fresh && !settled && self.already(path, hash, len),
        };
        if there {
            return Ok((None, hash, len));
        }
        let draft = self.write(path, content).map_err(|error| {
            if error.kind() == io::ErrorKind::StorageFull {
                self.full.store(error.raw_os_error().unwrap_or(0), Ordering::Relaxed);
            }
            unwritable(path.as_str(), &error)
        })?;
        Ok((Some(draft), hash, len))
    }

    /// Whether there was room so far. On a full disk nobody need render the rest of an archive.
    ///
    /// # Errors
    /// That this file cannot be written either.
    pub fn has_room(&self, path: &OutPath) -> Result<(), Diagnostic> {
        match self.full.load(Ordering::Relaxed) {
            0 => Ok(()),
            said => Err(unwritable(path.as_str(), &io::Error::from_raw_os_error(said))),
        }
    }

    /// Whether a file that no row knows has these bytes, as after the ledger was lost.
    fn already(&self, path: &OutPath, hash: Fingerprint, len: u64) -> bool {
        let path = path.under(&self.root);
        fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_file() && meta.len() == len)
            && Fingerprint::of_file(&path).is_ok_and(|there| there == hash)
    }

    fn write(&self, path: &OutPath, content: &Content) -> io::Result<Draft> {
        let next = || Draft::OnBench(self.next.fetch_add(1, Ordering::Relaxed));
        let draft = if self.fresh { Draft::InTree } else { next() };
        let place = match draft {
            Draft::InTree => path.under(&self.tree()),
            Draft::OnBench(number) => self.on_bench(number),
        };
        make_room(&place)?;
        match content {
            Content::Bytes(bytes) => fs::write(place, bytes)?,
            Content::Copy(source, _) => {
                fs::copy(source, place)?;
            }
        }
        Ok(draft)
    }

    /// Moves a tree that was made aside to its place; says whether there was one.
    ///
    /// # Errors
    /// What the system says.
    pub fn move_in(&self) -> Result<bool, Diagnostic> {
        let refuse = |e: io::Error| unwritable(&self.shown(), &e);
        if !self.fresh {
            return Ok(false);
        }
        for entry in fs::read_dir(self.tree()).map_err(refuse)? {
            let entry = entry.map_err(refuse)?;
            fs::rename(entry.path(), self.root.join(entry.file_name())).map_err(refuse)?;
        }
        Ok(true)
    }

    /// Does what puts drafts in their places: if they are many, with more threads than there are
    /// processors. The disk is waited for then, which takes some time to give free what a file
    /// held (ext4 tells it of every one, if so mounted), but takes many such requests at once.
    pub fn while_putting<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        let pool = || rayon::ThreadPoolBuilder::new().num_threads(PUTTERS).build().ok();
        match self.has_many().then(pool).flatten() {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    fn has_many(&self) -> bool {
        self.next.load(Ordering::Relaxed) >= MANY
    }

    /// Puts a draft in its place.
    ///
    /// # Errors
    /// What the system says.
    pub fn put(&self, draft: Draft, path: &OutPath) -> Result<(), Diagnostic> {
        let Draft::OnBench(number) = draft else { return Ok(()) };
        self.rename(&self.on_bench(number), &path.under(&self.root))
            .map_err(|e| unwritable(path.as_str(), &e))
    }

    fn rename(&self, draft: &Path, target: &Path) -> io::Result<()> {
        if self.has_many() && exchange(draft, target) {
            // What was there is in the workshop now. If it stays, it goes with that.
            let _ = fs::remove_file(draft);
            return Ok(());
        }
        match fs::rename(draft, target) {
            Err(error) if gone(&error) && !target.is_dir() => {
                make_parents(target)?;
                fs::rename(draft, target)
            }
            Err(_) if target.is_dir() => {
                // What was a folder of pages is a file now.
                fs::remove_dir_all(target)?;
                fs::rename(draft, target)
            }
            result => result,
        }
    }

    /// Removes a file, and the folders that it leaves empty.
    ///
    /// # Errors
    /// What the system says.
    pub fn remove(&self, path: &OutPath) -> Result<bool, Diagnostic> {
        let file = path.under(&self.root);
        match fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if gone(&error) => return Ok(false),
            Err(error) => return Err(unwritable(path.as_str(), &error)),
        }
        for folder in file.ancestors().skip(1).take_while(|f| **f != *self.root) {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(true)
    }

    /// Files in the folder that are not in `owned`, and folders with nothing in them.
    #[must_use]
    pub fn strangers(&self, owned: &FxHashSet<&str>) -> Vec<OutPath> {
        if self.fresh {
            return Vec::new();
        }
        let files = WalkDir::new(&self.root).min_depth(1).into_iter().flatten();
        let files: Vec<_> = files.filter(|entry| !entry.file_type().is_dir()).collect();
        files
            .par_iter()
            .filter_map(|entry| {
                let path = entry.path().strip_prefix(&self.root).ok()?.to_str()?;
                let path = path.replace(std::path::MAIN_SEPARATOR, "/");
                if path == MARKER || path.starts_with(WORKSHOP) || owned.contains(path.as_str()) {
                    return None;
                }
                OutPath::new(&path)
            })
            .collect()
    }

    /// Removes folders that hold nothing, such as an earlier crash may have left.
    pub fn remove_empty_folders(&self) {
        if self.fresh {
            return;
        }
        let folders = WalkDir::new(&self.root).min_depth(1).contents_first(true).into_iter();
        for entry in folders.flatten().filter(|entry| entry.file_type().is_dir()) {
            // A folder that is not empty stays; that is what the call is for.
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// From so many drafts on, files change places instead of replacing one another. Some systems
/// (ext4, `auto_da_alloc`) send a file to the disk before they let it replace another, so that a
/// power failure cannot leave an empty one; for all pages of an archive that takes as long as
/// rendering them. Where many are written that comfort is forgone, as in a clean build: an empty
/// page has not the length that the ledger knows, so the next build makes it good.
const MANY: u32 = 1000;

/// How many threads put many drafts in their places. Twice as many were no quicker.
const PUTTERS: usize = 16;

/// How many benches there are: more than threads, since only one at a time can add to a folder
/// or take from it.
const BENCHES: u32 = 32;

/// Lets two files change places; says whether they have.
#[cfg(target_os = "linux")]
fn exchange(draft: &Path, target: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, draft, CWD, target, RenameFlags::EXCHANGE).is_ok()
}

/// Lets two files change places; says whether they have.
#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> bool {
    false
}

/// Makes the folder that a draft is to be in. Most pages have a folder of their own in a folder
/// that is there.
fn make_room(place: &Path) -> io::Result<()> {
    let Some(folder) = place.parent() else { return Ok(()) };
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(folder),
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// A file where a folder must be makes way: no plan has both.
fn make_parents(target: &Path) -> io::Result<()> {
    let Some(parent) = target.parent() else { return Ok(()) };
    match fs::create_dir_all(parent) {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists
            ) =>
        {
            if let Some(file) = parent.ancestors().find(|path| path.is_file() || path.is_symlink())
            {
                fs::remove_file(file)?;
            }
            fs::create_dir_all(parent)
        }
        result => result,
    }
}

fn gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory
    )
}

/// Whether there is nothing in a folder, or no folder. A first build that was ended from outside
/// leaves its workshop behind and nothing else.
fn is_empty(folder: &Path) -> io::Result<bool> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        entries => entries?,
    };
    for entry in entries {
        if entry?.file_name() != WORKSHOP {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The folder that Masthead reads and the output folder shares a place with, if any.
#[must_use]
pub fn overlap(root: &Path, output: &Path) -> Option<String> {
    let (root, output) = (resolved(root), resolved(output));
    if root.starts_with(&output) {
        return Some(root.display().to_string());
    }
    let read =
        ["content", "static", "templates", "themes", "strings", "archetypes", ".masthead", ".git"];
    let folder = read.iter().find(|name| output.starts_with(root.join(name)))?;
    Some((*folder).to_owned())
}

/// A path without links and ways back, as far as it is there.
#[must_use]
pub fn resolved(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut out = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            part => out.push(part),
        }
        out = fs::canonicalize(&out).unwrap_or(out);
    }
    out
}
