//! `masthead build`.

use super::{
    ENVIRONMENT, FINE, SITE,
    args::{Build, Format},
    count, misused, put, put_json, show, tell,
};
use crate::{
    base::{Diagnostic, Severity},
    build::{
        self, Failure, Progress, Report, Stage,
        report::{Tally, Timing},
    },
    publish::Watch,
};
use chrono_tz::Tz;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::{
    collections::BTreeSet,
    io::IsTerminal,
    sync::{Mutex, PoisonError},
};

/// Paths are listed where there are no more than this many.
const LISTED: usize = 20;

/// Builds, and prints what was done.
pub fn run(args: &Build) -> u8 {
    let options = match args.common.options(args.output.as_deref(), args.verify) {
        Ok(options) => options,
        Err(why) => return misused(&why, ""),
    };
    let bar = Bar::default();
    let result = build::build(&options, &bar);
    bar.finish();
    match result {
        Ok(report) => print(&report, args),
        Err(failure) => refuse(&failure, args.format),
    }
}

/// Prints why nothing was done.
pub fn refuse(failure: &Failure, format: Format) -> u8 {
    let so = match failure {
        Failure::Midway(_) => "some pages are those of the new edition already: build again",
        Failure::Site(_) | Failure::Environment(_) => "nothing was changed",
    };
    stop(failure, so, format)
}

/// Prints why something was not done, and what has come of it.
pub fn stop(failure: &Failure, so: &str, format: Format) -> u8 {
    let (findings, code) = match failure {
        Failure::Site(findings) => (findings, SITE),
        Failure::Environment(findings) | Failure::Midway(findings) => (findings, ENVIRONMENT),
    };
    match format {
        Format::Json => {
            put_json(&json!({ "ok": false, "outcome": so, "findings": findings }), code)
        }
        Format::Text => {
            show::findings(findings);
            let errors = findings.iter().filter(|f| f.is_error()).count();
            tell(&format!("{}; {so}", count(errors, "error", "errors")));
            code
        }
    }
}

fn print(report: &Report, args: &Build) -> u8 {
    let failed = report.findings.iter().any(Diagnostic::is_error);
    let code = if failed { SITE } else { FINE };
    match args.format {
        Format::Json => put_json(&report.to_json(), code),
        Format::Text => {
            show::findings(&report.findings);
            put(&as_text(report, args.verify), code)
        }
    }
}

fn as_text(report: &Report, verified: bool) -> String {
    let mut lines = vec![format!(
        "{}: {} rendered{}, {} reused, {} removed; {} written",
        count(report.articles, "story or page", "stories and pages"),
        report.rendered.count,
        replated(report),
        report.reused,
        report.removed.count,
        count(report.written.count, "file", "files"),
    )];
    if report.rendered.count + report.removed.count <= LISTED {
        lines.extend(rendered(report));
        lines.extend(report.removed.paths.iter().map(|path| format!("  removed   {path}")));
    }
    lines.extend(found(&report.findings));
    if verified {
        lines.push(oath(report));
    }
    lines.push(stages(&report.stages, report.total().as_secs_f64()));
    lines.push(match report.next_change {
        Some(next) => format!("next change: {}", in_words(next, report.timezone)),
        None => "next change: none is scheduled".to_owned(),
    });
    if report.drafts {
        lines.push("drafts are shown: do not publish this edition".to_owned());
    }
    lines.join("\n") + "\n"
}

/// How many pages only had another "The Latest" or the like put in.
fn replated(report: &Report) -> String {
    match report.replated {
        0 => String::new(),
        replated => format!(" ({replated} of them by exchanging shared parts)"),
    }
}

/// What was rendered, with a word where the bytes were the same as before.
fn rendered(report: &Report) -> impl Iterator<Item = String> {
    let Tally { paths, .. } = &report.written;
    let written: BTreeSet<&str> = paths.iter().map(String::as_str).collect();
    report.rendered.paths.iter().map(move |path| {
        let same = if written.contains(path.as_str()) { "" } else { " (same as before)" };
        format!("  rendered  {path}{same}")
    })
}

/// `2 warnings, 1 note`, if there are any.
fn found(findings: &[Diagnostic]) -> Option<String> {
    let of = |severity| findings.iter().filter(|f| f.severity == severity).count();
    let kinds = [
        (of(Severity::Error), "error", "errors"),
        (of(Severity::Warning), "warning", "warnings"),
        (of(Severity::Note), "note", "notes"),
    ];
    let kinds = kinds.into_iter().filter(|(n, ..)| *n > 0);
    let kinds: Vec<String> = kinds.map(|(n, one, many)| count(n, one, many)).collect();
    (!kinds.is_empty()).then(|| kinds.join(", "))
}

/// What `--verify` found.
fn oath(report: &Report) -> String {
    let findings = &report.findings;
    let broken = findings.iter().filter(|f| f.code == crate::base::Code::VerifyFailed).count();
    let rendered = match broken {
        0 => "every page is as the ledger says".to_owned(),
        n => count(n, "page differs", "pages differ"),
    };
    match report.mended {
        0 => format!("verified: {rendered}"),
        n => {
            let files = count(n, "file had other bytes and was", "files had other bytes and were");
            format!("verified: {rendered}; {files} written anew")
        }
    }
}

fn stages(stages: &[Timing], total: f64) -> String {
    let each: Vec<String> =
        stages.iter().map(|s| format!("{} {:.0} ms", s.name.as_str(), s.ms)).collect();
    format!("{} ({total:.2} s)", each.join(", "))
}

/// A moment for people, ready to be pasted after `--at`: `Friday 2026-11-27T06:00:00+03:00`.
pub fn in_words(moment: crate::base::Moment, zone: Tz) -> String {
    format!("{} {}", moment.in_zone(zone).format("%A"), moment.rfc3339(zone))
}

/// A progress bar where somebody is looking, plain lines otherwise.
pub struct Bar {
    watched: bool,
    bar: Mutex<Option<ProgressBar>>,
}

impl Default for Bar {
    fn default() -> Self {
        Self { watched: std::io::stderr().is_terminal(), bar: Mutex::default() }
    }
}

impl Bar {
    fn with(&self, act: impl FnOnce(&mut Option<ProgressBar>)) {
        if self.watched {
            act(&mut self.bar.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// Takes it away.
    pub fn finish(&self) {
        self.with(|bar| bar.iter().for_each(ProgressBar::finish_and_clear));
    }
}

impl Bar {
    fn open(&self, what: &str, steps: usize) {
        if !self.watched && steps > 0 {
            tell(&format!("{what} {steps}"));
        }
        self.with(|bar| {
            bar.iter().for_each(ProgressBar::finish_and_clear);
            let new = ProgressBar::new(steps as u64);
            if let Ok(style) = ProgressStyle::with_template("{msg:>9} {bar:40} {pos}/{len}") {
                new.set_style(style);
            }
            new.set_message(what.to_owned());
            *bar = Some(new);
        });
    }
}

impl Watch for Bar {
    fn begin(&self, phase: &str, steps: usize) {
        self.open(phase, steps);
    }

    fn step(&self) {
        Progress::step(self, 1);
    }
}

impl Progress for Bar {
    fn begin(&self, stage: Stage, steps: usize) {
        self.open(stage.as_str(), steps);
    }

    fn step(&self, steps: usize) {
        self.with(|bar| bar.iter().for_each(|bar| bar.inc(steps as u64)));
    }
}
