//! A time of grace: style sheets, scripts and fonts stay at a target for a while after the last
//! edition whose pages ask for them. A reader whose browser, or whose CDN, still shows a page of
//! before would else see it bare.
//!
//! Invariant: the time is counted from editions' moments and by no clock, so that the same editions
//! leave the same target. Only what a theme looks with rests; a picture, a page or a feed that is
//! taken down goes at once.

use super::{
    manifest::{Entry, Manifest, Rest},
    room::State,
    verify,
};
use crate::{
    base::{Moment, OutPath},
    outputs::delivery::{self, Class},
    remote::{Fault, Remote},
};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Whether an object may rest. Templates can ask for pictures as well; those may be what was taken
/// down.
fn may_rest(entry: &Entry) -> bool {
    let is_look = |named: &str| {
        ["text/css", "text/javascript", "font/"].iter().any(|kind| named.starts_with(kind))
    };
    entry.class == Class::Hashed && is_look(&delivery::content_type(&entry.path))
}

/// The moment at which a rest ends.
fn end(rest: &Rest, grace: usize) -> Moment {
    Moment(rest.since.0.saturating_add(i64::try_from(grace).unwrap_or(i64::MAX)))
}

/// What rests, and until when.
#[must_use]
pub fn ends(edition: &Manifest, grace: usize) -> Vec<(OutPath, Moment)> {
    edition.resting.iter().map(|rest| (rest.path.clone(), end(rest, grace))).collect()
}

/// What the edition stops using, and what was at rest before, stays with it until its time is
/// over: `grace` in seconds. An object that somebody may have touched is given up.
pub fn keep(edition: &mut Manifest, state: &State, grace: usize) {
    let Some(live) = state.manifest.as_ref().filter(|_| grace > 0) else { return };
    let resting: FxHashMap<&OutPath, Moment> =
        live.resting.iter().map(|rest| (&rest.path, rest.since)).collect();
    let stopped = edition.at.max(live.at);
    for entry in unused(edition, live) {
        let since = resting.get(&entry.path).copied().unwrap_or(stopped);
        let rest = Rest { path: entry.path.clone(), since };
        if edition.at < end(&rest, grace) && !state.unsure.contains(&entry.path) {
            let said = edition.number_of(live.said_of(&entry));
            edition.objects.push(Entry { said, ..entry });
            edition.resting.push(rest);
        }
    }
    edition.objects.sort_by(|a, b| a.path.cmp(&b.path));
    edition.resting.sort_by(|a, b| a.path.cmp(&b.path));
}

/// What may rest of a live edition beside another.
fn unused(edition: &Manifest, live: &Manifest) -> Vec<Entry> {
    let unused = |entry: &&Entry| may_rest(entry) && edition.entry(&entry.path).is_none();
    live.objects.iter().filter(unused).cloned().collect()
}

/// An edition that was not finished may have removed what is to rest, and nobody has its bytes any
/// more: so one looks. What is as it was published is not in doubt.
///
/// # Errors
/// The target does not answer.
pub fn settle(remote: &Remote, edition: &Manifest, state: &mut State) -> Result<(), Fault> {
    let Some(live) = &state.manifest else { return Ok(()) };
    let unused = unused(edition, live).into_iter().map(|entry| entry.path);
    let doubted: BTreeSet<OutPath> = unused.filter(|path| state.unsure.contains(path)).collect();
    if doubted.is_empty() {
        return Ok(());
    }
    let astray: BTreeSet<OutPath> = verify::astray(remote, live, &doubted)?.into_iter().collect();
    state.unsure.retain(|path| !doubted.contains(path) || astray.contains(path));
    Ok(())
}
