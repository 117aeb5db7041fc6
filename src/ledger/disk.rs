//! The ledger as one compact file, and the mark that says a build is under way.
//!
//! Invariant: a ledger is read whole or not at all. Each block carries its checksum; a wrong
//! version, a foreign program, a torn or altered file is the same as no ledger. It is replaced
//! by renaming, and only after everything it speaks of has been written.

use super::{ENGINE, Ledger};
use crate::base::Fingerprint;
use rayon::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

const MAGIC: &[u8; 16] = b"masthead ledger\n";
/// How many rows a block holds: enough to be worth a thread's while.
const BLOCK: usize = 2048;
/// How many blocks are in memory at once.
const BATCH: usize = 8;
/// No block is longer; a longer one is a torn file.
const LONGEST: u64 = 1 << 28;

#[derive(Serialize, Deserialize)]
struct Header {
    engine: String,
    output: String,
    parse_key: Fingerprint,
    blocks: [u64; 4],
}

/// Reads the ledger in `folder`; an empty one if there is none that can be believed.
#[must_use]
pub fn load(folder: &Path, output: &str, parse_key: Fingerprint) -> Ledger {
    let unfinished = mark_path(folder).exists();
    let mut ledger = read(&ledger_path(folder)).unwrap_or_default();
    ledger.settled = !unfinished && ledger.output == output && !ledger.outputs.is_empty();
    if ledger.parse_key != parse_key {
        ledger.files.clear();
    }
    ledger.output = output.to_owned();
    ledger.parse_key = parse_key;
    ledger
}

fn ledger_path(folder: &Path) -> PathBuf {
    folder.join("ledger")
}

fn mark_path(folder: &Path) -> PathBuf {
    folder.join("building")
}

fn read(path: &Path) -> Option<Ledger> {
    let mut file = BufReader::with_capacity(1 << 20, File::open(path).ok()?);
    let mut magic = [0; 16];
    file.read_exact(&mut magic).ok()?;
    if magic != *MAGIC {
        return None;
    }
    let header: Header = read_block(&mut file)?.decode()?;
    if header.engine != ENGINE {
        return None;
    }
    let [files, media, table, outputs] = header.blocks;
    Some(Ledger {
        output: header.output,
        parse_key: header.parse_key,
        files: read_rows(&mut file, files)?,
        media: read_rows(&mut file, media)?,
        table: read_rows(&mut file, table)?,
        outputs: read_rows(&mut file, outputs)?,
        settled: false,
    })
}

/// A block as read, with the checksum it should have.
struct Block {
    sum: Fingerprint,
    bytes: Vec<u8>,
}

impl Block {
    fn decode<T: DeserializeOwned>(&self) -> Option<T> {
        (Fingerprint::of(&self.bytes) == self.sum)
            .then(|| postcard::from_bytes(&self.bytes).ok())?
    }
}

fn read_block(file: &mut impl Read) -> Option<Block> {
    let (mut len, mut sum) = ([0; 8], [0; 16]);
    file.read_exact(&mut len).ok()?;
    file.read_exact(&mut sum).ok()?;
    let len = u64::from_le_bytes(len);
    if len > LONGEST {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(len).ok()?);
    file.take(len).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 == len).then_some(Block { sum: Fingerprint(sum), bytes })
}

fn read_rows<T: DeserializeOwned + Send>(file: &mut impl Read, blocks: u64) -> Option<Vec<T>> {
    let mut rows = Vec::with_capacity(usize::try_from(blocks).ok()?.min(1 << 12) * BLOCK);
    let mut left = usize::try_from(blocks).ok()?;
    while left > 0 {
        let batch = (0..left.min(BATCH)).map(|_| read_block(file)).collect::<Option<Vec<_>>>()?;
        left -= batch.len();
        let decoded = batch.par_iter().map(Block::decode::<Vec<T>>);
        for block in decoded.collect::<Option<Vec<Vec<T>>>>()? {
            rows.extend(block);
        }
    }
    Some(rows)
}

/// Writes the ledger to `folder`, in place of the one that is there.
///
/// # Errors
/// What the system says; then the old ledger stands.
pub fn save(folder: &Path, ledger: &Ledger) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let temporary = folder.join("ledger.new");
    let mut file = BufWriter::with_capacity(1 << 20, File::create(&temporary)?);
    file.write_all(MAGIC)?;
    let header = Header {
        engine: ENGINE.to_owned(),
        output: ledger.output.clone(),
        parse_key: ledger.parse_key,
        blocks: [
            blocks(&ledger.files),
            blocks(&ledger.media),
            blocks(&ledger.table),
            blocks(&ledger.outputs),
        ],
    };
    write_block(&mut file, &encode(&header)?)?;
    write_rows(&mut file, &ledger.files)?;
    write_rows(&mut file, &ledger.media)?;
    write_rows(&mut file, &ledger.table)?;
    write_rows(&mut file, &ledger.outputs)?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?;
    fs::rename(temporary, ledger_path(folder))
}

fn blocks<T>(rows: &[T]) -> u64 {
    rows.len().div_ceil(BLOCK) as u64
}

fn write_rows<T: Serialize + Sync>(file: &mut impl Write, rows: &[T]) -> io::Result<()> {
    for batch in rows.chunks(BLOCK * BATCH) {
        let encoded: Vec<Block> = batch.par_chunks(BLOCK).map(encode).collect::<io::Result<_>>()?;
        encoded.iter().try_for_each(|block| write_block(file, block))?;
    }
    Ok(())
}

fn encode<T: Serialize + ?Sized>(value: &T) -> io::Result<Block> {
    let bytes = postcard::to_stdvec(value).map_err(io::Error::other)?;
    Ok(Block { sum: Fingerprint::of(&bytes), bytes })
}

fn write_block(file: &mut impl Write, block: &Block) -> io::Result<()> {
    file.write_all(&(block.bytes.len() as u64).to_le_bytes())?;
    file.write_all(&block.sum.0)?;
    file.write_all(&block.bytes)
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
