//! The ledger, fit to leave the house: for a target, where a blank machine finds it.
//!
//! Invariant: it names nothing that is not published. Rows that might are left out, which costs
//! whoever uses it a little time: files that are not published, stories that lead to one, and
//! pages that asked for something that is not there.

use super::{Handover, Options, suspects};
use crate::{
    base::Origin,
    edition::Slot,
    ledger::{self, Held, Ledger},
};
use rustc_hash::FxHashSet;
use std::{
    io,
    path::{Path, PathBuf},
};

/// Writes it into a folder of its own beside the ledger, and gives the folder; `None` where there
/// is no ledger that can be believed.
///
/// # Errors
/// What the system says.
pub fn pack(options: &Options, handover: &Handover) -> io::Result<Option<PathBuf>> {
    let index = &handover.index;
    let parse_key = index.site.parse_key();
    let mut ledger = ledger::load(&options.memory(), &options.output_name(), parse_key);
    if !ledger.settled {
        return Ok(None);
    }
    shed(&mut ledger, handover);
    let folder = options.memory().join("travel");
    ledger::save(&folder, &ledger)?;
    Ok(Some(folder))
}

fn shed(ledger: &mut Ledger, handover: &Handover) {
    let index = &handover.index;
    let telling: Vec<bool> =
        ledger.table.iter().map(|(query, _)| suspects::is_telling(index, query)).collect();
    let askers = suspects::askers(index, &handover.plan, &ledger.outputs, &telling);
    let askers: FxHashSet<Slot> = askers.into_iter().collect();
    let open = |slot: &&Slot| {
        // What a translation names may not be published.
        !askers.contains(slot) && index.article(**slot).translation_of.is_empty()
    };
    let open: FxHashSet<_> = index
        .admitted
        .visible()
        .iter()
        .filter(open)
        .map(|slot| &index.article(*slot).path)
        .collect();
    ledger.files.retain(|row| open.contains(&row.article.path));
    let published = |key: &str| !key.starts_with("content/") || index.published_files.contains(key);
    ledger.media.retain(|media| published(&media.key));
    ledger.outputs.retain(|row| !row.asked.iter().any(|number| telling[*number as usize]));
    // Times are this machine's own, and no two checkouts have the same.
    for row in &mut ledger.files {
        row.stamp.changed = 0;
        row.origin = Origin::NEW;
    }
    ledger.media.iter_mut().for_each(|media| media.stamp.changed = 0);
    ledger.forget_idle();
    ledger.held = Held::default();
}

/// Where a machine keeps the ledger that it got from elsewhere: nothing that lies in the output
/// folder is believed for its sake unless the bytes agree.
///
/// # Errors
/// What the system says.
pub fn unpack(memory: &Path, list: &[u8], blocks: &[(String, Vec<u8>)]) -> io::Result<()> {
    ledger::Mark::set(memory)?;
    ledger::disk::plant(memory, list, blocks)
}
