//! A target that is a folder of this machine.
//!
//! Invariant: a file at its name is whole: it is written under another name and renamed. The
//! folder of Masthead's own things in it is closed to others, since a web server may serve the
//! rest. A folder keeps no headers; the manifest alone knows them.

use super::{
    Fault,
    large::{Large, Place},
    store::{Found, Listed, Version},
};
use crate::base::{Fingerprint, Hasher, OutPath};
use bytes::Bytes;
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Component, Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};
use walkdir::WalkDir;

/// Where files are written before they are renamed, in the folder of Masthead's own things.
const BENCH: &str = "bench";

/// A folder as a store of objects.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    /// The folder of Masthead's own things.
    room: PathBuf,
    run: u64,
    next: AtomicU64,
}

impl Folder {
    /// Takes a folder into use; it is made when something is written.
    pub fn new(root: &Path, room: &str) -> Self {
        let run = super::pace::chance();
        Self { root: root.to_owned(), room: root.join(room), run, next: AtomicU64::new(0) }
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a file is. A key names what is below the target and nothing else, wherever it was read.
    pub fn path(&self, key: &str) -> Result<PathBuf, Fault> {
        let path = OutPath::new(key).filter(|_| is_below(Path::new(key)));
        path.map(|path| path.under(&self.root)).ok_or_else(|| {
            let what =
                format!("`{}` cannot be the name of a file at the target", key.escape_debug());
            Fault::lasting(what, "give the story another `slug`, or the file another name")
        })
    }

    /// The file, if it is there.
    pub fn get(&self, key: &str) -> Result<Option<Found>, Fault> {
        match fs::read(self.path(key)?) {
            Ok(bytes) => Ok(Some(found(bytes))),
            Err(error) if absent(&error) => Ok(None),
            Err(error) => Err(Fault::of_io(key, &error)),
        }
    }

    /// Whether the file is there: nothing is said along with it.
    pub fn head(&self, key: &str) -> Result<Option<Found>, Fault> {
        match fs::metadata(self.path(key)?) {
            Ok(meta) => Ok(meta.is_file().then(Found::default)),
            Err(error) if absent(&error) => Ok(None),
            Err(error) => Err(Fault::of_io(key, &error)),
        }
    }

    /// Reads a file through.
    pub fn read_into<S: Write>(&self, key: &str, mut sink: S) -> Result<Option<(Found, S)>, Fault> {
        let path = self.path(key)?;
        let read = |sink: &mut S| io::copy(&mut File::open(&path)?, sink);
        match read(&mut sink) {
            Ok(_) => Ok(Some((Found::default(), sink))),
            Err(error) if absent(&error) => Ok(None),
            Err(error) => Err(Fault::of_io(key, &error)),
        }
    }

    /// Writes a file piece by piece; false if the bytes are not there, or are others than promised.
    pub fn put_large(&self, key: &str, object: &Large) -> Result<bool, Fault> {
        let from = match &object.place {
            Place::File(path) => path.clone(),
            Place::Object(key) => self.path(key)?,
        };
        let path = self.path(key)?;
        let write = || {
            let mut from = File::open(from)?;
            let draft = self.draft()?;
            let mut both = Both { file: File::create(&draft.path)?, hasher: Hasher::default() };
            io::copy(&mut from, &mut both)?;
            if both.hasher.finish() != object.hash {
                return Ok(false);
            }
            self.rename(draft, &path).map(|()| true)
        };
        match write() {
            Err(error) if absent(&error) => Ok(false),
            result => result.map_err(|error| Fault::of_io(key, &error)),
        }
    }

    /// Writes a file.
    pub fn put(&self, key: &str, bytes: &[u8]) -> Result<Version, Fault> {
        let path = self.path(key)?;
        let write = || {
            let draft = self.draft()?;
            fs::write(&draft.path, bytes)?;
            self.rename(draft, &path)
        };
        write().map_err(|error| Fault::of_io(key, &error))?;
        Ok(version(bytes))
    }

    /// Writes a file if it is still what it was; `None` if it is not.
    pub fn put_if(
        &self,
        key: &str,
        bytes: &[u8],
        before: Option<&Version>,
    ) -> Result<Option<Version>, Fault> {
        let lock = self.lock().map_err(|error| Fault::of_io(key, &error))?;
        let now = self.get(key)?.map(|found| found.version);
        let won = now.as_ref() == before;
        let version = if won { Some(self.put(key, bytes)?) } else { None };
        let _ = lock.unlock();
        Ok(version)
    }

    /// Copies a file; says whether it was there.
    pub fn copy(&self, from: &str, to: &str) -> Result<bool, Fault> {
        // A folder in its place is as good as nothing.
        let (source, target) = (self.path(from)?, self.path(to)?);
        if source.is_dir() {
            return Ok(false);
        }
        let copy = || {
            let draft = self.draft()?;
            fs::copy(&source, &draft.path)?;
            self.rename(draft, &target)
        };
        match copy() {
            Ok(()) => Ok(true),
            Err(error) if absent(&error) => Ok(false),
            Err(error) => Err(Fault::of_io(from, &error)),
        }
    }

    /// Removes a file, and the folders that it leaves empty.
    pub fn delete(&self, key: &str) -> Result<(), Fault> {
        let file = self.path(key)?;
        match fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if absent(&error) || file.is_dir() => return Ok(()),
            Err(error) => return Err(Fault::of_io(key, &error)),
        }
        let above = file.ancestors().skip(1);
        for folder in above.take_while(|folder| **folder != *self.root && **folder != *self.room) {
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// The files below a prefix that is a folder, or all.
    pub fn list(&self, prefix: &str) -> Result<Vec<Listed>, Fault> {
        let mut out = Vec::new();
        let top = if prefix.is_empty() { self.root.clone() } else { self.path(prefix)? };
        for entry in WalkDir::new(top).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) if error.io_error().is_some_and(absent) => continue,
                Err(error) => {
                    return Err(Fault::lasting(error.to_string(), "check who may read there"));
                }
            };
            let key = entry.path().strip_prefix(&self.root).ok().and_then(Path::to_str);
            let Some(key) = key.filter(|_| !entry.file_type().is_dir()) else { continue };
            let len = entry.metadata().map_or(0, |meta| meta.len());
            out.push(Listed { key: key.to_owned(), len });
        }
        Ok(out)
    }

    fn draft(&self) -> io::Result<Draft> {
        let bench = self.room.join(BENCH);
        if !bench.is_dir() {
            fs::create_dir_all(&self.root)?;
            private(&self.room)?;
            private(&bench)?;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        Ok(Draft { path: bench.join(format!("{:016x}-{number}", self.run)), moved: false })
    }

    fn rename(&self, mut draft: Draft, target: &Path) -> io::Result<()> {
        self.put_in_place(&draft.path, target)?;
        draft.moved = true;
        Ok(())
    }

    fn put_in_place(&self, draft: &Path, target: &Path) -> io::Result<()> {
        match fs::rename(draft, target) {
            Err(_) if target.is_dir() => {
                // What was a folder of pages is a file now. A file in it is a stranger's.
                remove_empty(target)?;
                fs::rename(draft, target)
            }
            Err(error) if absent(&error) => {
                self.make_parents(target)?;
                fs::rename(draft, target)
            }
            result => result,
        }
    }

    /// A file where a folder must be makes way: no edition has both.
    fn make_parents(&self, target: &Path) -> io::Result<()> {
        let Some(parent) = target.parent() else { return Ok(()) };
        let inside = |path: &&Path| **path != *self.root && path.starts_with(&self.root);
        if let Some(file) = parent.ancestors().take_while(inside).find(|path| path.is_file()) {
            fs::remove_file(file)?;
        }
        fs::create_dir_all(parent)
    }

    fn lock(&self) -> io::Result<File> {
        // Makes the room, if this is the first thing in it.
        drop(self.draft()?);
        let lock = File::create(self.room.join("lock"))?;
        lock.lock()?;
        Ok(lock)
    }

    /// Removes what earlier runs left on the bench when they were ended from outside. Only for
    /// one who is alone at the target.
    pub fn tidy(&self) {
        let mine = format!("{:016x}-", self.run);
        for entry in fs::read_dir(self.room.join(BENCH)).into_iter().flatten().flatten() {
            if !entry.file_name().to_string_lossy().starts_with(&mine) {
                // What cannot be removed now is tried again the next time.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Removes a folder with the folders in it, if there is nothing else in it.
fn remove_empty(folder: &Path) -> io::Result<()> {
    let is_file = |entry: &walkdir::DirEntry| !entry.file_type().is_dir();
    let folders: Vec<_> =
        WalkDir::new(folder).contents_first(true).into_iter().collect::<Result<_, _>>()?;
    if folders.iter().any(is_file) {
        return Err(io::ErrorKind::DirectoryNotEmpty.into());
    }
    folders.iter().try_for_each(|folder| fs::remove_dir(folder.path()))
}

/// On some systems a name alone can lead to another disk.
fn is_below(key: &Path) -> bool {
    key.components().all(|part| matches!(part, Component::Normal(_)))
}

/// A file that is not in its place yet; where nothing comes of it, it takes no room.
struct Draft {
    path: PathBuf,
    moved: bool,
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.moved {
            // There may be none; or it is tidied away when somebody publishes.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Writes, and makes the hash of what is written.
struct Both {
    file: File,
    hasher: Hasher,
}

impl Write for Both {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn found(bytes: Vec<u8>) -> Found {
    let version = version(&bytes);
    Found { bytes: Bytes::from(bytes), version, said: None, hash: String::new() }
}

fn version(bytes: &[u8]) -> Version {
    Version { tag: Some(Fingerprint::of(bytes).to_string()), number: None }
}

fn absent(error: &io::Error) -> bool {
    use io::ErrorKind::{IsADirectory, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory | IsADirectory)
}

/// Makes a folder that nobody else may look into.
fn private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_leads_out() {
        let place = tempfile::tempdir().expect("a folder");
        let victim = place.path().join("victim");
        fs::write(&victim, "precious").expect("written");
        let folder = Folder::new(&place.path().join("target"), "_masthead");
        folder.put("a/b", b"x").expect("a key");
        let absolute = victim.display().to_string();
        for key in [&absolute, "../victim", "a/../../victim", "/", "", "a//b", ".", "a/./b", "a\\b"]
        {
            assert!(folder.get(key).is_err(), "get {key}");
            assert!(folder.put(key, b"y").is_err(), "put {key}");
            assert!(folder.put_if(key, b"y", None).is_err(), "put_if {key}");
            assert!(folder.copy(key, "c").is_err(), "copy from {key}");
            assert!(folder.copy("a/b", key).is_err(), "copy to {key}");
            assert!(folder.delete(key).is_err(), "delete {key}");
        }
        for prefix in [&absolute, "../", "a/../.."] {
            assert!(folder.list(prefix).is_err(), "list {prefix}");
        }
        assert_eq!(fs::read(&victim).expect("it is there"), b"precious");
        assert_eq!(
            folder.list("").expect("a list").iter().filter(|one| one.key == "a/b").count(),
            1
        );
    }

    #[test]
    fn what_fails_leaves_nothing_behind() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = Folder::new(place.path(), "_masthead");
        folder.put("a", b"x").expect("written");
        folder.put("taken/by", b"a stranger").expect("written");
        let path = place.path().join("a");
        let hash = Fingerprint::of(b"x");
        let large = Large { place: Place::File(path), len: 1, hash, said: Default::default() };
        assert!(folder.put("taken", b"y").is_err());
        assert!(folder.copy("a", "taken").is_err());
        assert!(folder.put_large("taken", &large).is_err());
        assert_eq!(
            folder.put_large("b", &Large { hash: Fingerprint::of(b"y"), ..large }),
            Ok(false)
        );
        let bench = fs::read_dir(place.path().join("_masthead/bench")).expect("the bench");
        assert_eq!(bench.count(), 0);
        assert_eq!(fs::read(place.path().join("taken/by")).expect("it is there"), b"a stranger");
    }
}
