//! The tracer: an answer is only given together with a record that it was asked for.
//!
//! Invariant: what a page asked is exactly what was recorded. Each distinct question has one
//! number a build; a page keeps the numbers, and the table of questions keeps one fingerprint
//! each. An index is immutable, so a number's fingerprint never changes within a build.

use super::{index::Index, query::Query};
use crate::base::{ContentPath, Fingerprint, UrlPath};
use hashbrown::HashTable;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::{
    cell::RefCell,
    hash::BuildHasher,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};

/// How many parts the table of new questions has, so that threads seldom wait for one another.
const PARTS: usize = 64;

/// The table of distinct questions of one build.
#[derive(Debug)]
pub struct Interner {
    /// Which table of this process it is, counted from 1.
    run: u64,
    /// The questions of an earlier build, under their old numbers and with today's answers.
    known: Vec<(Query, Fingerprint)>,
    /// Numbers of known questions, found by the hash of the question.
    numbers: HashTable<u32>,
    parts: Vec<Mutex<Part>>,
    next: AtomicU32,
}

/// How many tables there were.
static RUNS: AtomicU64 = AtomicU64::new(0);

/// The number of a question, and the fingerprint of its answer.
type Known = (u32, Fingerprint);

type Part = FxHashMap<Query, Known>;

impl Default for Interner {
    fn default() -> Self {
        Self::seeded(Vec::new())
    }
}

impl Interner {
    /// A table that begins with the questions of an earlier build, under their old numbers
    /// and with today's answers.
    #[must_use]
    pub fn seeded(known: Vec<(Query, Fingerprint)>) -> Self {
        let hashes: Vec<u64> = known.par_iter().map(|(query, _)| hash(query)).collect();
        let mut numbers = HashTable::with_capacity(known.len());
        for (number, hash) in (0u32..).zip(&hashes) {
            numbers.insert_unique(*hash, number, |number| hashes[*number as usize]);
        }
        let next = AtomicU32::new(u32::try_from(known.len()).unwrap_or(u32::MAX));
        let run = RUNS.fetch_add(1, Ordering::Relaxed) + 1;
        Self { run, known, numbers, parts: (0..PARTS).map(|_| Mutex::default()).collect(), next }
    }

    /// The number of a question, which is answered the first time it is asked.
    pub fn number(&self, index: &Index, query: Query) -> u32 {
        let hash = hash(&query);
        if !is_common(&query) {
            return self.look_up(index, query, hash).0;
        }
        let known = COMMON.with_borrow(|common| common.find(self.run, hash, &query));
        if let Some((number, answer)) = known {
            swear(index, &query, answer);
            return number;
        }
        let known = self.look_up(index, query.clone(), hash);
        COMMON.with_borrow_mut(|common| common.note(self.run, hash, query, known));
        known.0
    }

    fn look_up(&self, index: &Index, query: Query, hash: u64) -> Known {
        let same = |number: &u32| self.known[*number as usize].0 == query;
        if let Some(number) = self.numbers.find(hash, same) {
            let answer = self.known[*number as usize].1;
            swear(index, &query, answer);
            return (*number, answer);
        }
        // The upper bits: the map within the part uses the lower ones.
        let part = &self.parts[(hash >> 48) as usize % PARTS];
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = part.get(&query) {
            swear(index, &query, known.1);
            return *known;
        }
        let known = (self.next.fetch_add(1, Ordering::Relaxed), index.answer(&query));
        part.insert(query, known);
        known
    }

    /// The questions by number, with the fingerprints of their answers.
    #[must_use]
    pub fn into_table(self) -> Vec<(Query, Fingerprint)> {
        let mut table = self.known;
        // Every number is given out once, so each of these makes way for a question.
        table.resize(self.next.into_inner() as usize, (Query::Settings, Fingerprint::ABSENT));
        for part in self.parts {
            let part = part.into_inner().unwrap_or_else(PoisonError::into_inner);
            #[expect(clippy::iter_over_hash_type, reason = "each goes to its own number")]
            for (query, (number, answer)) in part {
                table[number as usize] = (query, answer);
            }
        }
        table
    }
}

/// The questions of one thread that thousands of pages ask alike. In the shared table threads would
/// take turns for them.
#[derive(Default)]
struct Common {
    /// Which table of questions they are from.
    run: u64,
    /// Found by the hash of the question.
    known: HashTable<(Query, Known)>,
}

thread_local! {
    static COMMON: RefCell<Common> = RefCell::default();
}

impl Common {
    fn find(&self, run: u64, hash: u64, query: &Query) -> Option<Known> {
        let found = self.known.find(hash, |(common, _)| common == query);
        found.filter(|_| self.run == run).map(|(_, known)| *known)
    }

    fn note(&mut self, run: u64, hash_of_query: u64, query: Query, known: Known) {
        if self.run != run {
            *self = Self { run, ..Self::default() };
        }
        self.known.insert_unique(hash_of_query, (query, known), |(query, _)| hash(query));
    }
}

/// Whether many pages ask this.
fn is_common(query: &Query) -> bool {
    matches!(
        query,
        Query::Settings
            | Query::Policy
            | Query::Menu(_)
            | Query::Strings(_)
            | Query::Name(_)
            | Query::Person(..)
            | Query::Section(..)
            | Query::Sections(_)
            | Query::Template(_)
            | Query::HasTemplate(_)
    )
}

/// Makes sure, while the program is being tested, that a question has one answer.
fn swear(index: &Index, query: &Query, known: Fingerprint) {
    debug_assert_eq!(known, index.answer(query), "an impure answer to {query:?}");
}

fn hash(query: &Query) -> u64 {
    FxBuildHasher.hash_one(query)
}

/// The recorder of one page.
#[derive(Debug)]
pub struct Tracer {
    index: Arc<Index>,
    interner: Arc<Interner>,
    asked: RefCell<Vec<u32>>,
}

impl Tracer {
    /// A recorder with nothing asked yet.
    #[must_use]
    pub fn new(index: Arc<Index>, interner: Arc<Interner>) -> Self {
        Self { index, interner, asked: RefCell::default() }
    }

    /// Records a question and gives what answers it. The caller must read from the index only
    /// what the question covers; that is the one thing to watch when adding a question.
    pub fn ask(&self, query: Query) -> &Index {
        let number = self.interner.number(&self.index, query);
        let mut asked = self.asked.borrow_mut();
        if asked.last() != Some(&number) {
            asked.push(number);
        }
        &self.index
    }

    /// Asks for the page of a Markdown file. What is there is asked for by its identity, which
    /// is smaller; what is not there by its path, which `explain` can show. Either question
    /// gets another answer when the file comes or goes.
    #[must_use]
    pub fn ask_source(&self, path: &ContentPath) -> Option<&UrlPath> {
        let Some(slot) = self.index.slot_of(path) else {
            self.ask(Query::Source(path.clone()));
            return None;
        };
        let index = self.ask(Query::Url(self.index.id(slot)));
        Some(&index.article(slot).url)
    }

    /// Which table of questions it records with, as a number that no other one in this process has.
    /// A table belongs to one index.
    #[must_use]
    pub fn run(&self) -> u64 {
        self.interner.run
    }

    /// Takes over what a shared part of the page asked when it was rendered.
    pub fn ask_again(&self, numbers: &[u32]) {
        self.asked.borrow_mut().extend_from_slice(numbers);
    }

    /// A recorder for a shared part, over the same index and table.
    #[must_use]
    pub fn sibling(&self) -> Self {
        Self::new(self.index.clone(), self.interner.clone())
    }

    /// What was asked: distinct numbers, ascending.
    #[must_use]
    pub fn finish(self) -> Box<[u32]> {
        let mut asked = self.asked.into_inner();
        asked.sort_unstable();
        asked.dedup();
        asked.into()
    }
}
