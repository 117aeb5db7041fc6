//! The table that a run of the bench prints, in Markdown.
//!
//! Invariant: it holds what was measured in this run and ratios of it, nothing from elsewhere.

use crate::desk::Report;
use crate::floor::Floor;
use crate::measure::Usage;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What one generator did for one row.
#[derive(Clone)]
pub struct Sample {
    /// Medians of the runs.
    pub usage: Usage,
    /// What the generator says, if it says anything.
    pub report: Option<Report>,
    /// Output files whose bytes changed, counted from outside.
    pub changed: usize,
}

/// One row.
pub struct Row {
    /// What was built.
    pub name: &'static str,
    /// By Masthead.
    pub masthead: Option<Sample>,
    /// By Hugo.
    pub hugo: Option<Sample>,
}

/// The machine and the commit, as a list.
pub fn circumstances(root: &Path, threads: usize) -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let commit = Command::new("git").arg("-C").arg(root).args(["rev-parse", "HEAD"]).output();
    let commit = commit.map(|done| String::from_utf8_lossy(&done.stdout).into_owned());
    format!(
        "- date: {}\n- commit: {}\n- machine: {threads} cores, {}, Linux {}\n",
        chrono::Utc::now().format("%Y-%m-%d"),
        commit.unwrap_or_default().trim(),
        model.trim_start_matches(['\t', ' ', ':']),
        kernel.trim(),
    )
}

/// The rows as a table.
pub fn rows(rows: &[Row]) -> String {
    let mut out = String::from(
        "| build | wall s | CPU s | peak MiB | rendered | written | files changed \
         | Hugo wall s | CPU s | peak MiB | files changed | faster | less memory |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for row in rows {
        // A String takes whatever is written to it.
        let _ = writeln!(out, "| {} |{}", row.name, cells(row).join("|") + "|");
    }
    out
}

fn cells(row: &Row) -> Vec<String> {
    let mut cells = costs(row.masthead.as_ref());
    let report = row.masthead.as_ref().and_then(|sample| sample.report);
    cells.push(count(report.map(|report| report.rendered)));
    cells.push(count(report.map(|report| report.written)));
    cells.push(count(row.masthead.as_ref().map(|sample| sample.changed as u64)));
    cells.extend(costs(row.hugo.as_ref()));
    cells.push(count(row.hugo.as_ref().map(|sample| sample.changed as u64)));
    cells.push(ratio(row, |usage| usage.wall));
    cells.push(ratio(row, |usage| usage.peak));
    cells
}

fn costs(sample: Option<&Sample>) -> Vec<String> {
    match sample {
        Some(Sample { usage, .. }) => vec![
            format!(" {:.2} ", usage.wall),
            format!(" {:.2} ", usage.cpu),
            format!(" {:.0} ", usage.peak),
        ],
        None => vec![" – ".to_owned(); 3],
    }
}

fn count(number: Option<u64>) -> String {
    number.map_or_else(|| " – ".to_owned(), |number| format!(" {number} "))
}

/// How many times Hugo's cost is Masthead's.
fn ratio(row: &Row, of: impl Fn(&Usage) -> f64) -> String {
    match (&row.masthead, &row.hugo) {
        (Some(ours), Some(theirs)) => format!(" {:.1}× ", of(&theirs.usage) / of(&ours.usage)),
        _ => " – ".to_owned(),
    }
}

/// The floor, and how far above it a clean build is.
pub fn floor(floor: &Floor, clean: Option<&Sample>) -> String {
    let mut out = String::from("| floor | wall s |\n|---|--:|\n");
    for (name, seconds) in [
        ("walk and stat the sources", floor.walk),
        ("read, parse and convert them", floor.convert),
        ("render as many pages with Tera", floor.render),
        (&format!("create the same {} files", floor.files), floor.create),
        ("sum", floor.sum()),
    ] {
        let _ = writeln!(out, "| {name} | {seconds:.2} |");
    }
    if let Some(clean) = clean {
        let _ = writeln!(out, "| clean build ÷ floor | {:.2}× |", clean.usage.wall / floor.sum());
    }
    out
}
