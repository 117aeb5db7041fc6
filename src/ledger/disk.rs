//! The ledger on disk: a list of blocks, each a file named for what it holds; and the mark that
//! says a build is under way.
//!
//! Invariant: a ledger is read whole or not at all. Each block is believed only if it hashes to
//! its name; a wrong version, a foreign program, a torn or altered file is the same as no
//! ledger. The list is replaced by renaming, and only after everything it speaks of has been
//! written. An edit changes few rows, so most blocks are in their place already.

use super::{Block, ENGINE, Held, Ledger, OutputRow};
use crate::{
    base::{Fingerprint, Origin},
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
        let files = if list.parse_key == parse_key { files?.0 } else { Vec::new() };
        Some((files, media?.0))
    };
    read().unwrap_or_default()
}

fn list_path(folder: &Path) -> PathBuf {
    folder.join("ledger")
}

fn new_list_path(folder: &Path) -> PathBuf {
    folder.join("ledger.new")
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
    let names = list.blocks().copied().collect();
    let ((files, of_files), (outputs, of_outputs)) = (files?, outputs?);
    Some(Ledger {
        files,
        media: media?.0,
        table: table?.0,
        outputs,
        settled: false,
        held: Held { names, files: of_files, outputs: of_outputs },
        output: list.output,
        parse_key: list.parse_key,
    })
}

/// Reads rows, and says how many are in each block.
fn read_rows<T: Kept + DeserializeOwned + Send>(
    blocks: &Path,
    names: &[Fingerprint],
) -> Option<(Vec<T>, Vec<Block>)> {
    let read = |(at, name): (usize, &Fingerprint)| -> Option<Vec<T>> {
        let bytes = fs::read(blocks.join(block_name(*name))).ok()?;
        let whole = Fingerprint::of(&bytes) == *name;
        let mut rows: Vec<T> = whole.then(|| postcard::from_bytes(&bytes).ok())??;
        rows.iter_mut().for_each(|row| row.is_from(Origin::block(at)));
        Some(rows)
    };
    let read: Vec<Vec<T>> = names.par_iter().enumerate().map(read).collect::<Option<_>>()?;
    let held = names.iter().zip(&read).map(|(name, rows)| Block { name: *name, rows: rows.len() });
    let held = held.collect();
    let mut rows = Vec::with_capacity(read.iter().map(Vec::len).sum());
    rows.extend(read.into_iter().flatten());
    Some((rows, held))
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

    /// Where the row was read from, where it is worth while to know.
    fn origin(&self) -> Origin {
        Origin::NEW
    }

    /// Notes where the row was read from.
    fn is_from(&mut self, _: Origin) {}
}

impl Kept for Row {
    const ROWS: u64 = 512;

    fn mark(&self) -> u64 {
        FxBuildHasher.hash_one(&self.article.path)
    }

    fn origin(&self) -> Origin {
        self.origin
    }

    fn is_from(&mut self, origin: Origin) {
        self.origin = origin;
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

    fn origin(&self) -> Origin {
        self.origin
    }

    fn is_from(&mut self, origin: Origin) {
        self.origin = origin;
    }
}

/// Writes the ledger to `folder`, in place of the one that is there.
///
/// # Errors
/// What the system says; then the old ledger stands, and nothing is left of the new one.
pub fn save(folder: &Path, ledger: &Ledger) -> io::Result<()> {
    let blocks = blocks_path(folder);
    fs::create_dir_all(&blocks)?;
    let saved = write(folder, &blocks, ledger);
    match &saved {
        Ok(list) => sweep(&blocks, list.blocks()),
        // On a full disk the next build needs the room.
        Err(_) => {
            let _ = fs::remove_file(new_list_path(folder));
            sweep(&blocks, ledger.held.names.iter());
        }
    }
    saved.map(drop)
}

fn write(folder: &Path, blocks: &Path, ledger: &Ledger) -> io::Result<List> {
    let shelf = Shelf { blocks, held: &ledger.held.names };
    let list = List {
        engine: ENGINE.to_owned(),
        output: ledger.output.clone(),
        parse_key: ledger.parse_key,
        files: shelf.keep(&ledger.files, &ledger.held.files)?,
        media: shelf.keep(&ledger.media, &[])?,
        table: shelf.keep(&ledger.table, &[])?,
        outputs: shelf.keep(&ledger.outputs, &ledger.held.outputs)?,
    };
    let text = postcard::to_stdvec(&list).map_err(io::Error::other)?;
    let bytes = [MAGIC.as_slice(), &Fingerprint::of(&text).0, &text].concat();
    let temporary = new_list_path(folder);
    fs::write(&temporary, bytes)?;
    fs::rename(temporary, list_path(folder))?;
    Ok(list)
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
    let temporary = new_list_path(folder);
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
    /// Keeps rows; gives the names of their blocks. A block of which nothing has changed is known
    /// by where its rows were read from, and not even looked at.
    fn keep<T: Kept>(&self, rows: &[T], held: &[Block]) -> io::Result<Vec<Fingerprint>> {
        let keep = |(rows, name): (&[T], Option<Fingerprint>)| match name {
            Some(name) => {
                debug_assert_eq!(name, self.put(rows)?, "a row was changed and not made a new one");
                Ok(name)
            }
            None => self.put(rows),
        };
        cut(rows, held).into_par_iter().map(keep).collect()
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

/// Cuts rows into blocks, each with its name if it is one of those that were read.
fn cut<'r, T: Kept>(rows: &'r [T], held: &[Block]) -> Vec<(&'r [T], Option<Fingerprint>)> {
    let (mut blocks, mut rest) = (Vec::new(), rows);
    while !rest.is_empty() {
        let known = known(rest, held);
        let to_mark = || rest.iter().position(T::ends_block).map_or(rest.len(), |at| at + 1);
        let (block, after) = rest.split_at(known.map_or_else(to_mark, |known| known.rows));
        blocks.push((block, known.map(|known| known.name)));
        rest = after;
    }
    blocks
}

/// The block with which rows begin, if all of it is there and it ends where it would be cut.
fn known<T: Kept>(rows: &[T], held: &[Block]) -> Option<Block> {
    let position = rows.first()?.origin().position();
    let block = *held.get(position?)?;
    let part = rows.get(..block.rows)?;
    let whole = part.iter().all(|row| row.origin().position() == position);
    let ends = block.rows == rows.len() || part.last()?.ends_block();
    (whole && ends).then_some(block)
}

/// Removes all blocks but those that a ledger speaks of. What cannot be removed now is tried again
/// the next time.
fn sweep<'n>(blocks: &Path, spoken_of: impl Iterator<Item = &'n Fingerprint>) {
    let names: FxHashSet<String> = spoken_of.map(|name| block_name(*name)).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::OutPath;

    /// Rows of pages `1` to `count`, in the order of their paths.
    fn rows(count: u32) -> Vec<OutputRow> {
        let path = |n: u32| OutPath::new(&format!("{n:05}.html")).expect("a path");
        let row = |n: u32| OutputRow {
            path: path(n),
            key: u64::from(n),
            hash: Fingerprint::ABSENT,
            len: 1,
            asked: [n].into(),
            lent: 0,
            insets: Box::default(),
            origin: Origin::NEW,
        };
        (1..=count).map(row).collect()
    }

    /// Saves rows and reads them again: with what is held of them.
    fn kept(folder: &Path, rows: &[OutputRow]) -> (Vec<OutputRow>, Vec<Block>) {
        let held = FxHashSet::default();
        let names = Shelf { blocks: folder, held: &held }.keep(rows, &[]).expect("room");
        read_rows(folder, &names).expect("what was saved")
    }

    /// How many blocks are known after a change, of how many; whatever is known, the cuts are
    /// those of rows that nobody knows.
    fn known_after(change: impl FnOnce(&mut Vec<OutputRow>)) -> (usize, usize) {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut rows, held) = kept(folder.path(), &rows(20_000));
        change(&mut rows);
        let blocks = cut(&rows, &held);
        let lengths = |blocks: Vec<(&[OutputRow], _)>| -> Vec<usize> {
            blocks.iter().map(|(rows, _)| rows.len()).collect()
        };
        assert_eq!(lengths(blocks.clone()), lengths(cut(&rows, &[])));
        (blocks.iter().filter(|(_, name)| name.is_some()).count(), blocks.len())
    }

    #[test]
    fn what_has_not_changed_is_known() {
        let (known, all) = known_after(|_| ());
        assert!(known == all && all > 4, "{known} of {all}");
        for (name, change) in [
            ("changed", (|rows| rows[9_000].origin = Origin::NEW) as fn(&mut Vec<OutputRow>)),
            ("gone", |rows| drop(rows.remove(9_000))),
            ("more", |rows| rows.insert(9_000, self::rows(20_001).remove(20_000))),
            ("the last is gone", |rows| drop(rows.pop())),
            ("one more at the end", |rows| rows.extend(self::rows(20_001).pop())),
        ] {
            let (known, all) = known_after(change);
            assert!(known < all && known + 2 >= all, "{name}: {known} of {all}");
        }
        assert_eq!(known_after(Vec::clear), (0, 0));
    }
}
