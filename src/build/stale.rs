//! Which outputs no longer hold: recorded questions are asked again.
//!
//! Invariant: this is the only place where staleness is decided, and it knows no kind of
//! change. An output is fresh if the file is there as recorded, shows what it showed, and every
//! question it asked has the same answer. A renderer sees only answers, so it would do again
//! what it did.

use super::sink::Disk;
use crate::{
    base::{Fingerprint, OutPath},
    edition::Index,
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

/// Finds what is stale. Fresh answers replace the old ones in the ledger's table.
#[must_use]
pub fn find(index: &Index, plan: &Plan, ledger: &mut Ledger, disk: &Disk) -> Stale {
    let changed = ask_again(index, ledger);
    let rows = std::mem::take(&mut ledger.outputs);
    let settled = ledger.settled;
    let (paired, gone) = pair(plan, rows);
    let judged: Vec<bool> = paired
        .par_iter()
        .map(|(planned, row)| {
            row.as_ref().is_some_and(|row| {
                row.key == planned.output.key(index)
                    && !row.asked.iter().any(|number| changed[*number as usize])
                    && disk.holds(row, settled)
            })
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
