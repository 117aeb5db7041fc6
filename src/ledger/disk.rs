//! The ledger on disk: a list of blocks, each a file named for what it holds; and the mark that
//! says a build is under way.
//!
//! Invariant: a ledger is read whole or not at all. Each block is believed only if it hashes to
//! its name; a wrong version, a foreign program, a torn or altered file is the same as no
//! ledger. The list is replaced by renaming, and only after everything it speaks of has been
//! written. An edit changes few rows, so most blocks are in their place already.

use super::{ENGINE, Ledger, OutputRow};
use crate::{
    base::Fingerprint,
    content::{media::Media, parse::Row},
    edition::Query,
};
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashSet};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    fs,
    hash::BuildHasher,
    io,
    path::{Path, PathBuf},
};

const MAGIC: &[u8; 16] = b"masthead blocks\n";

/// What the file `ledger` holds.
#[derive(Serialize, Deserialize)]
struct List {
    engine: String,
    output: String,
    parse_key: Fingerprint,
    files: Vec<Fingerprint>,
    media: Vec<Fingerprint>,
    table: Vec<Fingerprint>,
    outputs: Vec<Fingerprint>,
}

impl List {
    fn blocks(&self) -> impl Iterator<Item = &Fingerprint> {
        [&self.files, &self.media, &self.table, &self.outputs].into_iter().flatten()
    }
}

/// Reads the ledger in `folder`; an empty one if there is none that can be believed.
#[must_use]
pub fn load(folder: &Path, output: &str, parse_key: Fingerprint) -> Ledger {
    let unfinished = mark_path(folder).exists();
    let mut ledger = read(folder).unwrap_or_default();
    ledger.settled = !unfinished && ledger.output == output && !ledger.outputs.is_empty();
    if ledger.parse_key != parse_key {
        ledger.files.clear();
    }
    ledger.output = output.to_owned();
    ledger.parse_key = parse_key;
    ledger
}

/// Reads what the ledger in `folder` knows of the sources, and nothing of the outputs; empty if
/// there is none that can be believed. It may be read while another program writes it: then there
/// is none.
#[must_use]
pub fn sources(folder: &Path, parse_key: Fingerprint) -> (Vec<Row>, Vec<Media>) {
    let read = || {
        let list = read_list(folder)?;
        let blocks = blocks_path(folder);
        let (files, media) =
            rayon::join(|| read_rows(&blocks, &list.files), || read_rows(&blocks, &list.media));
        let files = if list.parse_key == parse_key { files? } else { Vec::new() };
        Some((files, media?))
    };
    read().unwrap_or_default()
}

fn list_path(folder: &Path) -> PathBuf {
    folder.join("ledger")
}

fn blocks_path(folder: &Path) -> PathBuf {
    folder.join("blocks")
}

fn mark_path(folder: &Path) -> PathBuf {
    folder.join("building")
}

fn block_name(block: Fingerprint) -> String {
    block.hex(32)
}

fn read_list(folder: &Path) -> Option<List> {
    let bytes = fs::read(list_path(folder)).ok()?;
    let (sum, list) = bytes.strip_prefix(MAGIC)?.split_at_checked(16)?;
    if Fingerprint::of(list).0 != sum {
        return None;
    }
    let list: List = postcard::from_bytes(list).ok()?;
    (list.engine == ENGINE).then_some(list)
}

fn read(folder: &Path) -> Option<Ledger> {
    let list = read_list(folder)?;
    let blocks = blocks_path(folder);
    let (files, (table, (outputs, media))) = rayon::join(
        || read_rows(&blocks, &list.files),
        || {
            rayon::join(
                || read_rows(&blocks, &list.table),
                || {
                    rayon::join(
                        || read_rows(&blocks, &list.outputs),
                        || read_rows(&blocks, &list.media),
                    )
                },
            )
        },
    );
    let held = list.blocks().copied().collect();
    Some(Ledger {
        files: files?,
        media: media?,
        table: table?,
        outputs: outputs?,
        settled: false,
        held,
        output: list.output,
        parse_key: list.parse_key,
    })
}

fn read_rows<T: DeserializeOwned + Send>(blocks: &Path, names: &[Fingerprint]) -> Option<Vec<T>> {
    let read = |name: &Fingerprint| -> Option<Vec<T>> {
        let bytes = fs::read(blocks.join(block_name(*name))).ok()?;
        (Fingerprint::of(&bytes) == *name).then(|| postcard::from_bytes(&bytes).ok())?
    };
    let read: Vec<Vec<T>> = names.par_iter().map(read).collect::<Option<_>>()?;
    let mut rows = Vec::with_capacity(read.iter().map(Vec::len).sum());
    rows.extend(read.into_iter().flatten());
    Some(rows)
}

/// Rows that are kept in blocks. Where a block ends is decided by the rows themselves, so that
/// a row more or less changes the block it is in and no other.
trait Kept: Serialize + Sync {
    /// How many rows a block has on average, a power of two.
    const ROWS: u64;

    /// What tells this row from the others; the same in every build.
    fn mark(&self) -> u64;

    /// Whether a block ends with this row.
    fn ends_block(&self) -> bool {
        // The upper bits: those of an `FxHash` are the better ones.
        (self.mark() >> 32).is_multiple_of(Self::ROWS)
    }
}

impl Kept for Row {
    const ROWS: u64 = 512;

    fn mark(&self) -> u64 {
        FxBuildHasher.hash_one(&self.article.path)
    }
}

impl Kept for Media {
    const ROWS: u64 = 2048;

    fn mark(&self) -> u64 {
        FxBuildHasher.hash_one(&self.key)
    }
}

impl Kept for (Query, Fingerprint) {
    const ROWS: u64 = 8192;

    fn mark(&self) -> u64 {
        FxBuildHasher.hash_one(&self.0)
    }
}

impl Kept for OutputRow {
    const ROWS: u64 = 2048;

    fn mark(&self) -> u64 {
        FxBuildHasher.hash_one(&self.path)
    }
}

/// Writes the ledger to `folder`, in place of the one that is there.
///
/// # Errors
/// What the system says; then the old ledger stands.
pub fn save(folder: &Path, ledger: &Ledger) -> io::Result<()> {
    let blocks = blocks_path(folder);
    fs::create_dir_all(&blocks)?;
    let shelf = Shelf { blocks: &blocks, held: &ledger.held };
    let list = List {
        engine: ENGINE.to_owned(),
        output: ledger.output.clone(),
        parse_key: ledger.parse_key,
        files: shelf.keep(&ledger.files)?,
        media: shelf.keep(&ledger.media)?,
        table: shelf.keep(&ledger.table)?,
        outputs: shelf.keep(&ledger.outputs)?,
    };
    let text = postcard::to_stdvec(&list).map_err(io::Error::other)?;
    let bytes = [MAGIC.as_slice(), &Fingerprint::of(&text).0, &text].concat();
    let temporary = folder.join("ledger.new");
    fs::write(&temporary, bytes)?;
    fs::rename(temporary, list_path(folder))?;
    sweep(&blocks, &list);
    Ok(())
}

/// Whether there is a ledger that this program wrote. Whether it is whole is found when it is read.
#[must_use]
pub fn is_there(folder: &Path) -> bool {
    read_list(folder).is_some()
}

/// The list of a ledger and the names of its blocks, as they lie on disk.
///
/// # Errors
/// What the system says.
pub fn parts(folder: &Path) -> io::Result<(Vec<u8>, Vec<String>)> {
    let list = read_list(folder).ok_or(io::ErrorKind::NotFound)?;
    let mut names: Vec<String> = list.blocks().map(|name| block_name(*name)).collect();
    names.sort();
    names.dedup();
    Ok((fs::read(list_path(folder))?, names))
}

/// A block, as it lies on disk.
///
/// # Errors
/// What the system says.
pub fn block(folder: &Path, name: &str) -> io::Result<Vec<u8>> {
    fs::read(blocks_path(folder).join(name))
}

/// Puts a ledger that came from elsewhere in place of the one that is there, the blocks first.
/// Names must be those of blocks; whether the bytes agree is seen when they are read.
///
/// # Errors
/// What the system says.
pub fn plant(folder: &Path, list: &[u8], blocks: &[(String, Vec<u8>)]) -> io::Result<()> {
    let shelf = blocks_path(folder);
    fs::create_dir_all(&shelf)?;
    for (name, bytes) in blocks {
        if name.len() != 32 || !name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        fs::write(shelf.join(name), bytes)?;
    }
    let temporary = folder.join("ledger.new");
    fs::write(&temporary, list)?;
    fs::rename(temporary, list_path(folder))
}

/// Where blocks are put.
struct Shelf<'a> {
    blocks: &'a Path,
    /// Blocks that were read whole and so need not be written again.
    held: &'a FxHashSet<Fingerprint>,
}

impl Shelf<'_> {
    /// Keeps rows; gives the names of their blocks.
    fn keep<T: Kept>(&self, rows: &[T]) -> io::Result<Vec<Fingerprint>> {
        let blocks: Vec<&[T]> = rows.split_inclusive(T::ends_block).collect();
        blocks.into_par_iter().map(|rows| self.put(rows)).collect()
    }

    fn put<T: Kept>(&self, rows: &[T]) -> io::Result<Fingerprint> {
        let bytes = postcard::to_stdvec(rows).map_err(io::Error::other)?;
        let name = Fingerprint::of(&bytes);
        if !self.held.contains(&name) {
            let target = self.blocks.join(block_name(name));
            let temporary = target.with_extension("new");
            fs::write(&temporary, bytes)?;
            fs::rename(temporary, target)?;
        }
        Ok(name)
    }
}

/// Removes the blocks that no ledger speaks of. What cannot be removed now is tried again the
/// next time.
fn sweep(blocks: &Path, list: &List) {
    let names: FxHashSet<String> = list.blocks().map(|name| block_name(*name)).collect();
    let Ok(entries) = fs::read_dir(blocks) else { return };
    for entry in entries.flatten() {
        if !entry.file_name().to_str().is_some_and(|name| names.contains(name)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The mark that a build has begun to write and has not ended. While it is there, rows are
/// believed only where the file's hash agrees.
#[derive(Debug)]
pub struct Mark(PathBuf);

impl Mark {
    /// Leaves the mark.
    ///
    /// # Errors
    /// What the system says.
    pub fn set(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        fs::write(mark_path(folder), b"")?;
        Ok(Self(mark_path(folder)))
    }

    /// Removes the mark: what was written is what the ledger says.
    ///
    /// # Errors
    /// What the system says; then the next build looks at every file.
    pub fn clear(self) -> io::Result<()> {
        fs::remove_file(self.0)
    }
}
