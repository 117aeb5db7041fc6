//! What a build did, as data.

use crate::base::{Diagnostic, Moment, OutPath, diag};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    fs, io,
    path::Path,
    time::{Duration, Instant},
};

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
    /// The ledger is written.
    Record,
    /// Pages are put in their places.
    Write,
    /// What is no longer planned is removed.
    Prune,
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
    /// How many of them only had shared parts exchanged, and were not set anew.
    pub replated: usize,
    /// Outputs whose bytes changed or are new.
    pub written: Tally,
    /// How many outputs were left as they were.
    pub reused: usize,
    /// With `--verify`: how many pages of the folder were not as the ledger says, though their rows
    /// held. They were written anew.
    pub mended: usize,
    /// Outputs that were removed.
    pub removed: Tally,
    /// The moment the site was built for.
    pub at: Moment,
    /// When the next story appears, disappears or is no longer news.
    pub next_change: Option<Moment>,
    /// The site's timezone, in which moments are shown.
    pub timezone: Tz,
    /// Whether drafts are shown, which makes this an edition that must not be published.
    pub drafts: bool,
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

    /// The report for programs. Moments are in UTC.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "ok": !diag::any_error(&self.findings),
            "at": self.at.rfc3339(Tz::UTC),
            "next_change": self.next_change.map(|next| next.rfc3339(Tz::UTC)),
            "timezone": self.timezone.name(),
            "drafts": self.drafts,
            "articles": self.articles,
            "parsed": self.parsed,
            "rendered": self.rendered.count,
            "replated": self.replated,
            "written": self.written.count,
            "reused": self.reused,
            "mended": self.mended,
            "removed": self.removed.count,
            "paths": {
                "rendered": self.rendered.paths,
                "written": self.written.paths,
                "removed": self.removed.paths,
            },
            "stages": self.stages,
            "findings": self.findings,
        })
    }

    /// Leaves the report as `build.json` in the ledger's folder, for whoever schedules the next
    /// build. A build that did nothing leaves the one that is there, unless that names another
    /// next change.
    ///
    /// # Errors
    /// What the system says.
    pub fn keep(&self, folder: &Path) -> io::Result<()> {
        let file = folder.join("build.json");
        if self.did_nothing() && self.is_known(&file) {
            return Ok(());
        }
        let temporary = folder.join("build.json.new");
        fs::write(&temporary, format!("{:#}\n", self.to_json()))?;
        fs::rename(temporary, file)
    }

    fn did_nothing(&self) -> bool {
        self.rendered.count + self.written.count + self.removed.count == 0
    }

    fn is_known(&self, file: &Path) -> bool {
        let text = fs::read(file).unwrap_or_default();
        let next = self.next_change.map(|next| next.rfc3339(Tz::UTC));
        serde_json::from_slice::<Kept>(&text).is_ok_and(|kept| kept.next_change == next)
    }
}

/// What of an earlier report decides whether it still holds.
#[derive(Deserialize)]
struct Kept {
    next_change: Option<String>,
}
