//! Which published articles may hold a dead link or picture.
//!
//! Invariant: an article whose page asked for something and was told that it is not there is
//! among them. So a build looks closely at these alone, and not at every link of the archive;
//! anchors are left to `check`.

use crate::{
    base::Fingerprint,
    edition::{Index, ListKind, Query, Slice, Slot, index::Address},
    ledger::OutputRow,
    outputs::{Output, Plan},
};
use rayon::prelude::*;

/// The articles, by position. Rows must be sorted by path, as the plan is.
#[must_use]
pub fn suspects(
    index: &Index,
    plan: &Plan,
    rows: &[OutputRow],
    table: &[(Query, Fingerprint)],
) -> Vec<Slot> {
    let dead: Vec<bool> = table.par_iter().map(|entry| is_dead(index, entry)).collect();
    askers(index, plan, rows, &dead)
}

/// The articles whose pages asked one of some questions.
pub(super) fn askers(index: &Index, plan: &Plan, rows: &[OutputRow], dead: &[bool]) -> Vec<Slot> {
    if !dead.contains(&true) {
        return Vec::new();
    }
    let told = |row: &&OutputRow| row.asked.iter().any(|number| dead[*number as usize]);
    let mut slots: Vec<Slot> = rows
        .par_iter()
        .filter(told)
        .filter_map(|row| {
            let at = plan.binary_search_by(|planned| planned.path.cmp(&row.path)).ok()?;
            source(index, &plan[at].output)
        })
        .collect();
    slots.sort_unstable();
    slots.dedup();
    slots
}

/// Whether a question was answered with "not there".
fn is_dead(index: &Index, (query, answer): &(Query, Fingerprint)) -> bool {
    match query {
        Query::Source(_) | Query::File(_) => *answer == Fingerprint::ABSENT,
        Query::Address(url) => {
            matches!(index.address(url), Address::Withheld | Address::Unknown)
        }
        _ => false,
    }
}

/// Whether a question names something that is there and not published. What is nowhere is named by
/// those alone who ask for it.
pub(super) fn is_telling(index: &Index, query: &Query) -> bool {
    match query {
        Query::Source(path) => {
            let rows = index.admitted.everything();
            index.slot_of(path).is_none()
                && rows.binary_search_by(|row| row.article.path.cmp(path)).is_ok()
        }
        Query::File(key) => {
            key.starts_with("content/")
                && index.facts.files.contains_key(key)
                && !index.published_files.contains(key)
        }
        Query::Address(url) => matches!(index.address(url), Address::Withheld),
        _ => false,
    }
}

/// The article whose body a page shows.
fn source(index: &Index, output: &Output) -> Option<Slot> {
    match output {
        Output::Article(slot) => Some(*slot),
        Output::Home(edition) => index.section(*edition, "")?.source,
        Output::Front(key, Slice::Front) => match key.kind {
            ListKind::Section => index.section(key.edition, &key.slug)?.source,
            ListKind::Author => {
                let profile = index.people.get(key.edition, &key.slug)?.profile?;
                Some(profile)
            }
            ListKind::Latest | ListKind::Tag | ListKind::Series => None,
        },
        _ => None,
    }
}
