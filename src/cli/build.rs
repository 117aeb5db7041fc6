//! `masthead build`.

use super::{
    ENVIRONMENT, FINE, SITE, USAGE,
    args::{Build, Format},
    show,
};
use crate::{
    base::Diagnostic,
    build::{self, Failure, Progress, Report, Stage},
};
use anstream::{eprintln, println};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::{io::IsTerminal, sync::Mutex};

/// Builds, and prints what was done.
pub fn run(args: &Build) -> u8 {
    let options = match args.common.options(&args.output, args.verify) {
        Ok(options) => options,
        Err(why) => {
            eprintln!("error: {why}");
            return USAGE;
        }
    };
    let bar = Bar::default();
    let result = build::build(&options, &bar);
    bar.finish();
    match result {
        Ok(report) => {
            let failed = report.findings.iter().any(Diagnostic::is_error);
            print(&report, args.format);
            if failed { SITE } else { FINE }
        }
        Err(failure) => refuse(&failure, args.format),
    }
}

/// Prints why nothing was done.
pub fn refuse(failure: &Failure, format: Format) -> u8 {
    let (findings, code) = match failure {
        Failure::Site(findings) => (findings, SITE),
        Failure::Environment(findings) => (findings, ENVIRONMENT),
    };
    match format {
        Format::Json => println!("{}", json!({ "ok": false, "findings": findings })),
        Format::Text => {
            show::findings(findings);
            let errors = findings.iter().filter(|f| f.is_error()).count();
            let s = if errors == 1 { "" } else { "s" };
            eprintln!("{errors} error{s}; nothing was changed");
        }
    }
    code
}

fn print(report: &Report, format: Format) {
    match format {
        Format::Json => println!("{}", as_json(report)),
        Format::Text => {
            show::findings(&report.findings);
            as_text(report);
        }
    }
}

/// The report for programs.
#[must_use]
pub fn as_json(report: &Report) -> serde_json::Value {
    let utc = |moment: crate::base::Moment| moment.rfc3339(chrono_tz::Tz::UTC);
    json!({
        "ok": !report.findings.iter().any(Diagnostic::is_error),
        "at": utc(report.at),
        "next_change": report.next_change.map(utc),
        "articles": report.articles,
        "parsed": report.parsed,
        "rendered": report.rendered.count,
        "written": report.written.count,
        "reused": report.reused,
        "removed": report.removed.count,
        "paths": {
            "rendered": report.rendered.paths,
            "written": report.written.paths,
            "removed": report.removed.paths,
        },
        "stages": report.stages,
        "findings": report.findings,
    })
}

fn as_text(report: &Report) {
    println!(
        "{} stories and pages: {} outputs rendered, {} written, {} reused, {} removed",
        report.articles,
        report.rendered.count,
        report.written.count,
        report.reused,
        report.removed.count
    );
    let stages: Vec<String> =
        report.stages.iter().map(|s| format!("{} {:.0} ms", s.name.as_str(), s.ms)).collect();
    println!("{} ({:.2} s)", stages.join(", "), report.total().as_secs_f64());
    match report.next_change {
        Some(next) => println!("next change: {}", next.rfc3339(chrono_tz::Tz::UTC)),
        None => println!("next change: none scheduled"),
    }
}

/// A progress bar where somebody is looking; plain lines are the report's.
#[derive(Default)]
struct Bar(Mutex<Option<ProgressBar>>);

impl Bar {
    fn with(&self, act: impl FnOnce(&mut Option<ProgressBar>)) {
        if std::io::stderr().is_terminal() {
            act(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        }
    }

    fn finish(&self) {
        self.with(|bar| bar.iter().for_each(ProgressBar::finish_and_clear));
    }
}

impl Progress for Bar {
    fn begin(&self, stage: Stage, steps: usize) {
        self.with(|bar| {
            bar.iter().for_each(ProgressBar::finish_and_clear);
            let new = ProgressBar::new(steps as u64);
            if let Ok(style) = ProgressStyle::with_template("{msg:>9} {bar:40} {pos}/{len}") {
                new.set_style(style);
            }
            new.set_message(stage.as_str());
            *bar = Some(new);
        });
    }

    fn step(&self, steps: usize) {
        self.with(|bar| bar.iter().for_each(|bar| bar.inc(steps as u64)));
    }
}
