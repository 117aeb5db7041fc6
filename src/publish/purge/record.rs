//! `purge.json`, beside the ledger: what the last edition changed for each target, and what of
//! it nobody has been told yet.
//!
//! Invariant: it is whole or not there, and holds nothing secret and no name that is not public.
//! Lists are sorted, and each entry stands there once. One alone works with it at a time, so that
//! nobody's record is lost to another's.

use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// What changed, in all the ways in which somebody may want to hear of it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Orders {
    /// Whole URLs, as readers ask for them.
    pub urls: Vec<String>,
    /// Surrogate keys.
    pub keys: Vec<String>,
    /// Those of the URLs that search engines list.
    pub pages: Vec<String>,
    /// Those of the URLs that are feeds.
    pub feeds: Vec<String>,
}

/// What there is to say of one target.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Target {
    /// What its last edition changed.
    pub changed: Orders,
    /// What has not been said yet, by the name of who should hear it.
    #[serde(default)]
    pub left: BTreeMap<String, Vec<String>>,
}

/// The file.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Record {
    /// The format: 1.
    pub version: u8,
    /// By name or URL of the target.
    pub targets: BTreeMap<String, Target>,
}

/// The format of this program.
const VERSION: u8 = 1;

/// Where it is.
#[must_use]
pub fn record_file(memory: &Path) -> PathBuf {
    memory.join("purge.json")
}

/// Waits until nobody else works with the record; whoever is killed works with it no longer.
fn alone(memory: &Path) -> io::Result<File> {
    fs::create_dir_all(memory)?;
    let lock = File::create(memory.join("purge.lock"))?;
    lock.lock().map(|()| lock)
}

impl Orders {
    /// Puts all lists in order.
    pub fn sort(&mut self) {
        [&mut self.urls, &mut self.keys, &mut self.pages, &mut self.feeds]
            .into_iter()
            .for_each(in_order);
    }
}

/// Sorts, and leaves one of each.
pub fn in_order(list: &mut Vec<String>) {
    list.sort_unstable();
    list.dedup();
}

impl Target {
    /// Writes down what somebody is still to be told.
    pub(super) fn add(&mut self, service: &str, items: Vec<String>) {
        let left = self.left.entry(service.to_owned()).or_default();
        left.extend(items);
        in_order(left);
    }

    /// Of what somebody was to be told, this much is left.
    pub(super) fn leave(&mut self, service: &str, before: &[String], left: &[String]) {
        let done: BTreeSet<&String> = before.iter().collect();
        let list = self.left.entry(service.to_owned()).or_default();
        list.retain(|item| !done.contains(item));
        list.extend(left.iter().cloned());
        in_order(list);
        self.left.retain(|_, list| !list.is_empty());
    }
}

impl Record {
    /// Reads it. One that is torn or of another format is none.
    #[must_use]
    pub fn load(memory: &Path) -> Self {
        let bytes = fs::read(record_file(memory)).unwrap_or_default();
        let read = serde_json::from_slice::<Self>(&bytes).ok();
        read.filter(|record| record.version == VERSION).unwrap_or_default()
    }

    /// Writes it.
    ///
    /// # Errors
    /// What the system says.
    fn save(&self, memory: &Path) -> io::Result<()> {
        let record = Self { version: VERSION, targets: self.targets.clone() };
        let text = serde_json::to_string_pretty(&record).map_err(io::Error::other)?;
        let file = record_file(memory);
        let temporary = file.with_extension("json.new");
        fs::write(&temporary, text + "\n")?;
        fs::rename(temporary, file)
    }

    /// Changes what is written of a target.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn alter<T>(
        memory: &Path,
        target: &str,
        change: impl FnOnce(&mut Target) -> T,
    ) -> io::Result<T> {
        let _alone = alone(memory)?;
        let mut record = Self::load(memory);
        let out = change(record.targets.entry(target.to_owned()).or_default());
        record.save(memory).map(|()| out)
    }

    /// The targets for which something is left.
    pub fn unfinished(&self) -> impl Iterator<Item = &str> {
        let targets = self.targets.iter().map(|(name, target)| (name.as_str(), target));
        targets.filter(|(_, t)| t.left.values().any(|l| !l.is_empty())).map(|(name, _)| name)
    }
}
