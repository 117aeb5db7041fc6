//! Which outputs no longer hold: recorded questions are asked again.
//!
//! Invariant: this is the only place where staleness is decided, and it knows no kind of
//! change. An output is fresh if the file is there as recorded, shows what it showed, and every
//! question it asked has the same answer. A renderer sees only answers, so it would do again
//! what it did.

use super::sink::Disk;
use crate::{
    base::{Fingerprint, OutPath},
    edition::{Index, Query},
    ledger::{Ledger, OutputRow},
    outputs::{Plan, Planned},
};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

/// Rows that stand, rows that do not, and what has to be rendered.
#[derive(Debug, Default)]
pub struct Stale {
    /// Positions in the plan that must be rendered.
    pub outputs: Vec<u32>,
    /// Rows of outputs that are left as they are, sorted by path.
    pub fresh: Vec<OutputRow>,
    /// Rows of outputs that will be rendered again: if the bytes turn out the same, the file is
    /// left alone.
    pub known: Vec<OutputRow>,
    /// With `--verify`: paths whose rows were thought to hold.
    pub sworn: FxHashSet<OutPath>,
    /// Rows of outputs that are no longer planned.
    pub gone: Vec<OutputRow>,
    /// Of each recorded question, by its number, whether it has another answer now.
    pub changed: Vec<bool>,
}

impl Stale {
    /// Whether a row that does not hold does so for its insets alone.
    #[must_use]
    pub fn is_stale_in_insets(&self, row: &OutputRow) -> bool {
        let holds = |number: &u32| self.changed.get(*number as usize) == Some(&false);
        !row.insets.is_empty() && row.own().iter().all(holds)
    }
}

/// Whether an output still holds, and if not, why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Nothing it depends on has changed.
    Fresh,
    /// The ledger knows nothing of it.
    Unknown,
    /// Its place showed something else.
    OtherOwner,
    /// A question it asked has another answer now.
    OtherAnswers,
    /// The file is missing, or is not the one that was written.
    Altered,
}

/// Finds what is stale. Fresh answers replace the old ones in the ledger's table. `on_disk` says
/// of a row, by its position, whether its file is there as it was written.
#[must_use]
pub fn find(
    index: &Index,
    plan: &Plan,
    ledger: &mut Ledger,
    on_disk: impl Fn(usize, &OutputRow) -> bool + Sync,
) -> Stale {
    let changed = ask_again(index, ledger);
    let rows = std::mem::take(&mut ledger.outputs);
    let holds = |number: u32| !changed[number as usize];
    let paired = pair(plan, &rows);
    let is_fresh = |(planned, at): (&Planned, &Option<u32>)| {
        let at = at.map(|at| at as usize);
        let there = |row: &OutputRow| at.is_some_and(|at| on_disk(at, row));
        judge(index, planned, at.map(|at| &rows[at]), there, holds) == Verdict::Fresh
    };
    let fresh: Vec<bool> = plan.par_iter().zip(&paired).map(is_fresh).collect();
    Stale { changed, ..sort_out(rows, &paired, &fresh) }
}

/// Sorts rows into those that stand, those that do not, and those nobody wants any more.
fn sort_out(rows: Vec<OutputRow>, paired: &[Option<u32>], fresh: &[bool]) -> Stale {
    let outputs = (0u32..).zip(fresh).filter(|(_, fresh)| !**fresh).map(|(at, _)| at).collect();
    let mut out = Stale { outputs, ..Stale::default() };
    let mut wanted =
        paired.iter().zip(fresh).filter_map(|(at, fresh)| Some(((*at)?, *fresh))).peekable();
    out.fresh.reserve_exact(rows.len());
    for (at, row) in (0u32..).zip(rows) {
        match wanted.next_if(|(wanted, _)| *wanted == at) {
            Some((_, true)) => out.fresh.push(row),
            Some((_, false)) => out.known.push(row),
            None => out.gone.push(row),
        }
    }
    out
}

/// Judges one output against its row; `holds` says whether a question has its old answer.
fn judge(
    index: &Index,
    planned: &Planned,
    row: Option<&OutputRow>,
    on_disk: impl Fn(&OutputRow) -> bool,
    holds: impl Fn(u32) -> bool,
) -> Verdict {
    match row {
        None => Verdict::Unknown,
        Some(row) if row.key != planned.output.key(index) => Verdict::OtherOwner,
        Some(row) if !row.asked.iter().all(|number| holds(*number)) => Verdict::OtherAnswers,
        // The disk comes last: it is the slowest to ask.
        Some(row) if !on_disk(row) => Verdict::Altered,
        Some(_) => Verdict::Fresh,
    }
}

/// Judges one output alone, and gives the questions that it asked, each with whether the
/// answer is still the same.
#[must_use]
pub fn examine<'a>(
    index: &Index,
    planned: &Planned,
    ledger: &'a Ledger,
    disk: &Disk,
) -> (Verdict, Vec<(&'a Query, bool)>) {
    let at = ledger.outputs.binary_search_by(|row| row.path.cmp(&planned.path));
    let row = at.ok().and_then(|at| ledger.outputs.get(at));
    let question = |number: u32| {
        let (query, answer) = &ledger.table[number as usize];
        (query, index.answer(query) == *answer)
    };
    let verdict =
        judge(index, planned, row, |row| disk.holds(row, ledger.settled), |n| question(n).1);
    let asked = row.into_iter().flat_map(|row| row.asked.iter());
    (verdict, asked.map(|number| question(*number)).collect())
}

/// Asks every recorded question again; says for each whether the answer is another.
fn ask_again(index: &Index, ledger: &mut Ledger) -> Vec<bool> {
    let answers: Vec<Fingerprint> =
        ledger.table.par_iter().map(|(query, _)| index.answer(query)).collect();
    let renew = |((_, old), new): (&mut (_, Fingerprint), Fingerprint)| {
        let changed = *old != new;
        *old = new;
        changed
    };
    ledger.table.iter_mut().zip(answers).map(renew).collect()
}

/// Joins plan and rows, both sorted by path: for each of the plan the position of its row.
fn pair(plan: &Plan, rows: &[OutputRow]) -> Vec<Option<u32>> {
    let mut rows = (0u32..).zip(rows).peekable();
    let row_of = |planned: &Planned| {
        while rows.next_if(|(_, row)| row.path < planned.path).is_some() {}
        rows.next_if(|(_, row)| row.path == planned.path).map(|(at, _)| at)
    };
    plan.iter().map(row_of).collect()
}
