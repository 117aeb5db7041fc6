//! `masthead check`: every finding, and how many there are.
//!
//! Invariant: it writes nothing but its output, and exits with 1 exactly if a finding is an
//! error. Findings are what was asked for, so they go to standard output.

use super::{
    ENVIRONMENT, FINE, SITE,
    args::{Check, Format},
    misused, put, put_json, show,
};
use crate::{
    base::{Diagnostic, Severity, drawn},
    build::{self, Failure, Options, Prepared, Report, Silent},
};
use serde_json::json;

/// What a check came to.
struct Outcome {
    findings: Vec<Diagnostic>,
    /// How many Markdown files were looked at, if it came so far.
    files: Option<usize>,
    /// Whether the environment stood in the way.
    refused: bool,
}

/// Checks, and prints what was found.
pub fn run(args: &Check) -> u8 {
    match args.common.options(None, false) {
        Ok(options) => print(&look(&options), args.format),
        Err(why) => misused(&why, ""),
    }
}

fn look(options: &Options) -> Outcome {
    let mut report = Report::default();
    let prepared = match build::prepare(options, &mut report, &Silent) {
        Ok(prepared) => prepared,
        Err(Failure::Site(findings)) => return Outcome { findings, files: None, refused: false },
        Err(Failure::Environment(findings) | Failure::Midway(findings)) => {
            return Outcome { findings, files: None, refused: true };
        }
    };
    let Prepared { index, plan, theme, .. } = &prepared;
    let findings = build::proofread(report.findings, index, plan, theme, &options.root);
    Outcome { findings, files: Some(index.admitted.capacity()), refused: false }
}

impl Outcome {
    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    fn code(&self) -> u8 {
        match self.count(Severity::Error) {
            0 => FINE,
            _ if self.refused => ENVIRONMENT,
            _ => SITE,
        }
    }

    fn as_json(&self) -> serde_json::Value {
        json!({
            "ok": self.count(Severity::Error) == 0,
            "errors": self.count(Severity::Error),
            "warnings": self.count(Severity::Warning),
            "notes": self.count(Severity::Note),
            "files": self.files,
            "findings": self.findings,
        })
    }

    /// `3 errors, 12 warnings, 4 notes in 81 files`.
    fn in_a_line(&self) -> String {
        let counts = [Severity::Error, Severity::Warning, Severity::Note]
            .map(|severity| show::counted(self.count(severity), severity));
        let files = self.files.map(|n| format!(" in {n} file{}", if n == 1 { "" } else { "s" }));
        format!("{}{}", counts.join(", "), files.unwrap_or_default())
    }
}

fn print(outcome: &Outcome, format: Format) -> u8 {
    let code = outcome.code();
    match format {
        Format::Json => put_json(&outcome.as_json(), code),
        Format::Text => {
            let findings = show::errors_last(&outcome.findings).into_iter();
            let shown: Vec<String> = findings.map(|f| format!("{}\n\n", drawn(f))).collect();
            put(&format!("{}{}\n", shown.concat(), outcome.in_a_line()), code)
        }
    }
}
