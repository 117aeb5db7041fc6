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

/// Finds what is stale. Fresh answers replace the old ones in the ledger's table.
#[must_use]
pub fn find(index: &Index, plan: &Plan, ledger: &mut Ledger, disk: &Disk) -> Stale {
    let changed = ask_again(index, ledger);
    let rows = std::mem::take(&mut ledger.outputs);
    let settled = ledger.settled;
    let (paired, gone) = pair(plan, rows);
    let holds = |number: u32| !changed[number as usize];
    let judged: Vec<bool> = paired
        .par_iter()
        .map(|(planned, row)| {
            let row = row.as_ref();
            judge(index, planned, row, disk, settled, holds) == Verdict::Fresh
        })
        .collect();
    let mut out = Stale { gone, ..Stale::default() };
    for (position, ((_, row), fresh)) in (0u32..).zip(paired.into_iter().zip(judged)) {
        match row {
            Some(row) if fresh => out.fresh.push(row),
            row => {
                out.outputs.push(position);
                out.known.extend(row);
            }
        }
    }
    out
}

/// Judges one output against its row; `holds` says whether a question has its old answer.
fn judge(
    index: &Index,
    planned: &Planned,
    row: Option<&OutputRow>,
    disk: &Disk,
    settled: bool,
    holds: impl Fn(u32) -> bool,
) -> Verdict {
    match row {
        None => Verdict::Unknown,
        Some(row) if row.key != planned.output.key(index) => Verdict::OtherOwner,
        Some(row) if !row.asked.iter().all(|number| holds(*number)) => Verdict::OtherAnswers,
        // The disk comes last: it is the slowest to ask.
        Some(row) if !disk.holds(row, settled) => Verdict::Altered,
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
    let verdict = judge(index, planned, row, disk, ledger.settled, |n| question(n).1);
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

/// Joins plan and rows, both sorted by path.
fn pair(plan: &Plan, rows: Vec<OutputRow>) -> (Vec<(&Planned, Option<OutputRow>)>, Vec<OutputRow>) {
    let mut gone = Vec::new();
    let mut rows = rows.into_iter().peekable();
    let mut paired = Vec::with_capacity(plan.len());
    for planned in plan {
        while let Some(row) = rows.next_if(|row| row.path < planned.path) {
            gone.push(row);
        }
        paired.push((planned, rows.next_if(|row| row.path == planned.path)));
    }
    gone.extend(rows);
    (paired, gone)
}
