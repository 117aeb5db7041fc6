//! What was built from what.
//!
//! Invariant: the ledger is disposable. Deleting it, tearing it or reading one from another
//! version costs time and changes no output. It knows unpublished stories, so it never lies
//! under the output folder.

pub mod disk;

pub use disk::{Mark, load, save, sources};

use crate::{
    base::{Fingerprint, Inset, Origin, OutPath},
    content::{media::Media, parse::Row},
    edition::Query,
};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// The program that wrote a ledger: any other is not believed.
pub const ENGINE: &str = env!("MASTHEAD_ENGINE");

/// One file in the output folder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OutputRow {
    /// The file.
    pub path: OutPath,
    /// What it shows: a page that becomes another kind of page is a new one.
    pub key: u64,
    /// Its bytes.
    pub hash: Fingerprint,
    /// Its length in bytes.
    pub len: u64,
    /// The questions it asked: numbers in [`Ledger::table`], ascending; behind them those that only
    /// its insets asked, ascending.
    pub asked: Box<[u32]>,
    /// How many of them only its insets asked.
    pub lent: u32,
    /// Shared parts that can be exchanged without setting the page anew.
    pub insets: Box<[Inset]>,
    /// Where it was read from.
    #[serde(skip)]
    pub origin: Origin,
}

impl OutputRow {
    /// What the page itself asked.
    #[must_use]
    pub fn own(&self) -> &[u32] {
        let (own, _) = self.asked.split_at(self.asked.len().saturating_sub(self.lent as usize));
        own
    }
}

/// A block of rows on disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    /// Its name, which is the hash of its bytes.
    pub name: Fingerprint,
    /// How many rows are in it.
    pub rows: usize,
}

/// The blocks on disk that were read whole: they need not be written again.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Held {
    /// All of them.
    pub names: FxHashSet<Fingerprint>,
    /// Those of [`Ledger::files`], in their order.
    pub files: Vec<Block>,
    /// Those of [`Ledger::outputs`], in their order.
    pub outputs: Vec<Block>,
}

/// One question in so many may be asked by no output before the table is put in order.
const IDLE: usize = 16;

/// The memory of the last build.
#[derive(Debug, Default)]
pub struct Ledger {
    /// The output folder that `outputs` speaks of.
    pub output: String,
    /// What rows of files depend on besides the files: [`crate::site::Site::parse_key`].
    pub parse_key: Fingerprint,
    /// Markdown files, sorted by path.
    pub files: Vec<Row>,
    /// Other files, sorted by key.
    pub media: Vec<Media>,
    /// Every question that some output asked, with the answer it got.
    pub table: Vec<(Query, Fingerprint)>,
    /// Every output, sorted by path.
    pub outputs: Vec<OutputRow>,
    /// Whether `outputs` can be believed without looking at the files: false after a build
    /// that did not end, for another output folder, or without a ledger.
    pub settled: bool,
    /// What is on disk already.
    pub held: Held,
}

impl Ledger {
    /// Drops questions that no output asks any more, and closes the gaps in their numbers.
    /// A few are left alone: every row would be another for their sake.
    pub fn compact(&mut self) {
        let used = self.used();
        let unused = used.iter().filter(|used| !**used).count();
        if unused * IDLE >= used.len() {
            self.close_gaps(&used);
        }
    }

    /// Drops every question that no output asks.
    pub fn forget_idle(&mut self) {
        self.close_gaps(&self.used());
    }

    /// Which questions some output asks.
    fn used(&self) -> Vec<bool> {
        let mut used = vec![false; self.table.len()];
        for number in self.outputs.iter().flat_map(|row| row.asked.iter()) {
            used[*number as usize] = true;
        }
        used
    }

    fn close_gaps(&mut self, used: &[bool]) {
        let mut renumbered = vec![0u32; used.len()];
        let mut next = 0;
        for (number, used) in renumbered.iter_mut().zip(used) {
            *number = next;
            next += u32::from(*used);
        }
        let mut used = used.iter();
        self.table.retain(|_| used.next().copied().unwrap_or(false));
        for row in &mut self.outputs {
            row.origin = Origin::NEW;
            for number in &mut row.asked {
                *number = renumbered[*number as usize];
            }
        }
    }
}
