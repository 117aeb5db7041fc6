//! What an edition changes for readers, as whoever clears caches must know it.

use crate::{base::OutPath, outputs::delivery::Class};
use serde::{Deserialize, Serialize};

/// What happened to a file of the website.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// Its bytes, or what is said along with them, are others.
    Changed,
    /// It is there no longer.
    Removed,
}

/// A file of the website that is not as it was.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Change {
    /// The file.
    pub path: OutPath,
    /// What happened to it.
    pub kind: ChangeKind,
    /// How long copies of it are kept.
    pub class: Class,
    /// Whether it leads elsewhere for good; of a file that is gone nobody asks.
    pub leads_on: bool,
}
