//! What an edition does to a target: found by comparing content with the manifest, never by dates
//! or by looking around in the bucket.
//!
//! Invariant: done to a target that is as its manifest and the intents there say, it leaves the
//! edition and nothing else that an edition ever put there. What strangers put there is left alone.

use super::{
    change::{Change, ChangeKind},
    manifest::{Entry, Manifest},
    room::State,
};
use crate::{
    base::{Fingerprint, Moment, OutPath},
    outputs::delivery::Class,
    remote::Said,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// Why an object is written or removed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It was not there.
    New,
    /// Its bytes are others.
    Bytes,
    /// What is said along with it is something else.
    Headers,
    /// An edition that was not finished may have touched it.
    Unfinished,
    /// Everything is to be written anew.
    Asked,
    /// It is not part of the edition any more.
    Gone,
    /// Its time of grace is over.
    Rested,
}

impl Reason {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Bytes => "bytes changed",
            Self::Headers => "headers changed",
            Self::Unfinished => "an edition was not finished",
            Self::Asked => "asked for",
            Self::Gone => "gone",
            Self::Rested => "used by no page any more",
        }
    }
}

/// An object to be written.
#[derive(Clone, Debug)]
pub struct Upload {
    /// As it is to be.
    pub entry: Entry,
    /// What is said along with it.
    pub said: Said,
    /// Why.
    pub reason: Reason,
    /// The bytes that are there now, if they are others and are to be kept.
    pub before: Option<Fingerprint>,
    /// Whether it is certain what is there now.
    pub sure: bool,
}

/// An object to be removed.
#[derive(Clone, Debug)]
pub struct Deletion {
    /// Its path.
    pub path: OutPath,
    /// What it was.
    pub class: Class,
    /// Why.
    pub reason: Reason,
    /// The bytes that are there now, if they are to be kept.
    pub before: Option<Fingerprint>,
    /// Whether it is certain what is there now.
    pub sure: bool,
}

/// What is to be done.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What is written, by class and path.
    pub uploads: Vec<Upload>,
    /// What is removed.
    pub deletions: Vec<Deletion>,
    /// What no page asks for any more and stays for a while, with the moment at which it may go.
    pub resting: Vec<(OutPath, Moment)>,
    /// How many objects stay as they are.
    pub unchanged: usize,
}

/// Compares an edition with what is there.
#[must_use]
pub fn plan(edition: &Manifest, state: &State) -> Plan {
    let nothing = Manifest::default();
    let live = state.manifest.as_ref().unwrap_or(&nothing);
    let mut plan = Plan::default();
    for entry in &edition.objects {
        let before = live.entry(&entry.path);
        let said = edition.said.get(entry.said as usize);
        let sure = !state.unsure.contains(&entry.path);
        let doubt = if state.asked { Reason::Asked } else { Reason::Unfinished };
        match reason(entry, said, before, live, (!sure).then_some(doubt)) {
            None => plan.unchanged += 1,
            Some(reason) => plan.uploads.push(Upload {
                said: said.cloned().unwrap_or_default(),
                before: before.map(|old| old.hash).filter(|old| *old != entry.hash),
                entry: entry.clone(),
                reason,
                sure,
            }),
        }
    }
    plan.uploads
        .sort_by(|a, b| (a.entry.class, &a.entry.path).cmp(&(b.entry.class, &b.entry.path)));
    plan.deletions = deletions(edition, live, state);
    plan
}

fn reason(
    entry: &Entry,
    said: Option<&Said>,
    before: Option<&Entry>,
    live: &Manifest,
    doubt: Option<Reason>,
) -> Option<Reason> {
    let Some(before) = before else { return Some(Reason::New) };
    if (before.hash, before.len) != (entry.hash, entry.len) {
        Some(Reason::Bytes)
    } else if live.said.get(before.said as usize) != said {
        Some(Reason::Headers)
    } else {
        doubt
    }
}

fn deletions(edition: &Manifest, live: &Manifest, state: &State) -> Vec<Deletion> {
    let gone = live.objects.iter().filter(|entry| edition.entry(&entry.path).is_none());
    let mut out: BTreeMap<OutPath, Deletion> = gone
        .map(|entry| {
            let deletion = Deletion {
                path: entry.path.clone(),
                class: entry.class,
                reason: if live.is_resting(&entry.path) { Reason::Rested } else { Reason::Gone },
                before: Some(entry.hash),
                sure: !state.unsure.contains(&entry.path),
            };
            (entry.path.clone(), deletion)
        })
        .collect();
    let mut unsure: Vec<&OutPath> = state.unsure.iter().collect();
    unsure.sort();
    for path in unsure.into_iter().filter(|path| edition.entry(path).is_none()) {
        out.entry(path.clone()).or_insert_with(|| Deletion {
            path: path.clone(),
            class: Class::Machine,
            reason: Reason::Unfinished,
            before: None,
            sure: false,
        });
    }
    out.into_values().collect()
}

impl Plan {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.uploads.is_empty() && self.deletions.is_empty()
    }

    /// Whether it makes another edition for readers: not where it only repairs, or where feeds and
    /// sitemaps follow the clock, or where what rested goes.
    #[must_use]
    pub fn is_for_readers(&self, live: &Manifest) -> bool {
        let written = self.uploads.iter().map(|upload| (upload.entry.class, upload.reason));
        let removed = self.deletions.iter().filter(|deletion| !live.is_resting(&deletion.path));
        let removed = removed.map(|deletion| (deletion.class, deletion.reason));
        let mut all = written.chain(removed);
        all.any(|(class, reason)| {
            class != Class::Machine && !matches!(reason, Reason::Unfinished | Reason::Asked)
        })
    }

    /// How many bytes are written, unpacked.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.uploads.iter().map(|upload| upload.entry.len).sum()
    }

    /// Everything that is touched.
    #[must_use]
    pub fn paths(&self) -> Vec<OutPath> {
        let uploads = self.uploads.iter().map(|upload| upload.entry.path.clone());
        uploads.chain(self.deletions.iter().map(|deletion| deletion.path.clone())).collect()
    }

    /// The hashes of the bytes that are replaced or removed, each once.
    #[must_use]
    pub fn replaced(&self) -> Vec<Fingerprint> {
        let uploads = self.uploads.iter().filter_map(|upload| upload.before);
        let deletions = self.deletions.iter().filter_map(|deletion| deletion.before);
        let mut out: Vec<Fingerprint> = uploads.chain(deletions).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// What changes for readers and caches.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let kind =
            |reason| if reason == Reason::New { ChangeKind::Added } else { ChangeKind::Changed };
        let uploads = self.uploads.iter().map(|upload| Change {
            path: upload.entry.path.clone(),
            kind: kind(upload.reason),
            class: upload.entry.class,
            leads_on: upload.said.redirect.is_some(),
        });
        let deletions = self.deletions.iter().map(|deletion| Change {
            path: deletion.path.clone(),
            kind: ChangeKind::Removed,
            class: deletion.class,
            leads_on: false,
        });
        uploads.chain(deletions).collect()
    }
}

/// What readers will notice.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Notice {
    /// Stories that were not there: address and headline.
    pub added: Vec<(String, String)>,
    /// Stories that were edited.
    pub changed: Vec<(String, String)>,
    /// Stories that are there no longer.
    pub taken_down: Vec<(String, String)>,
    /// Stories with another headline: address, the old one, the new one.
    pub headlines: Vec<(String, String, String)>,
    /// How many pages of other stories are drawn anew, with another "The Latest" or template.
    pub redrawn: usize,
    /// Addresses of what was deleted, where a host could say that it is gone and does not know.
    pub silent: Vec<String>,
}

/// An edition as readers see it beside the one that is live.
#[must_use]
pub fn notice(edition: &Manifest, state: &State, plan: &Plan) -> Notice {
    let nothing = Manifest::default();
    let live = state.manifest.as_ref().unwrap_or(&nothing);
    let old: BTreeMap<&OutPath, _> = live.told().collect();
    let new: BTreeMap<&OutPath, _> = edition.told().collect();
    // A headline is one line, whatever was written.
    let told = |path: &OutPath, title: &str| {
        (path.url().to_string(), title.replace(char::is_control, " "))
    };
    let mut notice = Notice::default();
    for (path, (title, _)) in &new {
        match old.get(path) {
            None => notice.added.push(told(path, title)),
            Some((before, _)) if before != title => {
                let (url, title) = told(path, title);
                notice.headlines.push((url, told(path, before).1, title));
            }
            Some(_) => {}
        }
    }
    let altered = plan.uploads.iter().filter(|upload| upload.reason == Reason::Bytes);
    for path in altered.map(|upload| &upload.entry.path) {
        let Some((title, source)) = new.get(path) else { continue };
        let before = old.get(path).and_then(|(_, source)| *source);
        if source.is_some() && *source == before {
            notice.redrawn += 1;
        } else {
            notice.changed.push(told(path, title));
        }
    }
    notice.changed.sort();
    let gone = old.iter().filter(|(path, _)| !new.contains_key(**path));
    notice.taken_down.extend(gone.map(|(path, (title, _))| told(path, title)));
    notice
}
