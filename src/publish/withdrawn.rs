//! What rollbacks have withdrawn from a target.
//!
//! Invariant: it stays away until somebody forces it, whatever else is published meanwhile. It is
//! known by its commit and all that led to it, and by its content.

use super::manifest::Manifest;
use crate::{
    base::{Fingerprint, Moment, OutPath},
    outputs::delivery::Class,
};
use serde::{Deserialize, Serialize};

/// So many are remembered, the newest.
pub const MOST: usize = 64;

/// An edition that was withdrawn.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The commit that it was made of.
    pub commit: Option<String>,
    /// Its content, if it alone had that.
    pub content: Option<Fingerprint>,
    /// The moment it was built for.
    pub at: Moment,
}

/// What an edition shows: pages, lists and files, with the bytes of each. Feeds and sitemaps are
/// left out, since they change with the clock, and so is what rests.
fn content(edition: &Manifest) -> Fingerprint {
    let shown = edition
        .objects
        .iter()
        .filter(|entry| entry.class != Class::Machine && !edition.is_resting(&entry.path));
    let shown: Vec<(&OutPath, Fingerprint)> =
        shown.map(|entry| (&entry.path, entry.hash)).collect();
    // Lists of known length always serialise.
    Fingerprint::of(&postcard::to_stdvec(&shown).unwrap_or_default())
}

impl Withdrawn {
    /// Whether it was made of the commit that an edition is made of.
    #[must_use]
    pub fn is_of(&self, commit: Option<&str>) -> bool {
        self.commit.is_some() && self.commit.as_deref() == commit
    }

    /// Whether an edition that follows the live one would bring it back. One of the same commit as
    /// both shows what the clock has brought since; what the live one shows was let stay.
    fn comes_with(&self, edition: &Manifest, live: &Manifest, shows: Shows) -> bool {
        let of_commit = self.is_of(edition.follows());
        let of_live = self.is_of(live.follows());
        let by_commit = of_commit && (!of_live || (!shows.live && edition.at >= self.at));
        by_commit || (!shows.live && self.content == Some(shows.content))
    }
}

/// What an edition shows, beside the live one.
#[derive(Clone, Copy)]
struct Shows {
    content: Fingerprint,
    /// The same as the live one.
    live: bool,
}

impl Shows {
    fn of(edition: &Manifest, live: &Manifest) -> Self {
        let shown = content(edition);
        Self { content: shown, live: content(live) == shown }
    }
}

/// What an edition would bring back that is not live.
#[must_use]
pub fn brought_back<'a>(edition: &Manifest, live: &'a Manifest) -> Option<&'a Withdrawn> {
    if live.withdrawn.is_empty() {
        return None;
    }
    let shows = Shows::of(edition, live);
    live.withdrawn.iter().find(|one| one.comes_with(edition, live, shows))
}

/// What stays withdrawn when an edition follows the live one: everything but what it forced in.
#[must_use]
pub fn after(edition: &Manifest, live: &Manifest) -> Vec<Withdrawn> {
    let mut out = live.withdrawn.clone();
    if !out.is_empty() {
        let shows = Shows::of(edition, live);
        out.retain(|one| !one.comes_with(edition, live, shows));
    }
    out
}

/// What is withdrawn when an earlier edition takes the live one's place.
#[must_use]
pub fn by_return(edition: &Manifest, live: &Manifest) -> Vec<Withdrawn> {
    let gone = Withdrawn { commit: live.commit.clone(), content: Some(content(live)), at: live.at };
    let mut out = vec![gone];
    out.extend(live.withdrawn.iter().cloned());
    // What is live again is not withdrawn.
    let shown = content(edition);
    for one in &mut out {
        one.content = one.content.filter(|content| *content != shown);
    }
    out.retain(|one| one.commit.is_some() || one.content.is_some());
    out.truncate(MOST);
    out
}
