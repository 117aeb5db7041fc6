//! What a build did, as data.

use crate::base::{Diagnostic, Moment, OutPath};
use serde::Serialize;
use std::time::{Duration, Instant};

/// A stage of a build.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Settings, theme and ledger are read.
    Load,
    /// Files are found.
    Discover,
    /// Changed files are read.
    Parse,
    /// Visible stories are chosen and indexed.
    Index,
    /// Outputs are planned.
    Plan,
    /// Recorded questions are asked again.
    Stale,
    /// Pages are rendered, beside the output.
    Render,
    /// Pages are put in their places.
    Write,
    /// What is no longer planned is removed.
    Prune,
    /// The ledger is written.
    Record,
}

impl Stage {
    /// The stage's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Discover => "discover",
            Self::Parse => "parse",
            Self::Index => "index",
            Self::Plan => "plan",
            Self::Stale => "stale",
            Self::Render => "render",
            Self::Write => "write",
            Self::Prune => "prune",
            Self::Record => "record",
        }
    }
}

/// How long a stage took.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Timing {
    /// The stage.
    pub name: Stage,
    /// Wall time in milliseconds.
    pub ms: f64,
}

/// How many of the paths of a [`Tally`] are kept.
const KEPT: usize = 1000;

/// Outputs that had something done to them.
#[derive(Debug, Default, Serialize)]
pub struct Tally {
    /// How many.
    pub count: usize,
    /// Their paths, sorted; of more than a thousand only the first thousand.
    pub paths: Vec<String>,
}

impl Tally {
    /// Counts an output. Paths must come in order.
    pub fn add(&mut self, path: &OutPath) {
        self.count += 1;
        if self.paths.len() < KEPT {
            self.paths.push(path.to_string());
        }
    }
}

/// What a build did.
#[derive(Debug, Default)]
pub struct Report {
    /// How many stories and pages may be seen.
    pub articles: usize,
    /// How many Markdown files were read and parsed.
    pub parsed: usize,
    /// Outputs that were rendered.
    pub rendered: Tally,
    /// Outputs whose bytes changed or are new.
    pub written: Tally,
    /// How many outputs were left as they were.
    pub reused: usize,
    /// Outputs that were removed.
    pub removed: Tally,
    /// The moment the site was built for.
    pub at: Moment,
    /// When the next story appears or disappears.
    pub next_change: Option<Moment>,
    /// How long each stage took, in order.
    pub stages: Vec<Timing>,
    /// What was found on the way: warnings and notes.
    pub findings: Vec<Diagnostic>,
}

impl Report {
    /// Records how long a stage took that began at `since`.
    pub fn took(&mut self, name: Stage, since: Instant) {
        let ms = since.elapsed().as_secs_f64() * 1000.0;
        self.stages.push(Timing { name, ms });
    }

    /// The time of all stages together.
    #[must_use]
    pub fn total(&self) -> Duration {
        Duration::from_secs_f64(self.stages.iter().map(|s| s.ms).sum::<f64>() / 1000.0)
    }
}
