//! How grave a finding is: for `check`, and for `build`.
//!
//! Invariant: `[lint]` can silence or lower any finding here, but a build is never stopped by
//! what is only raised there: breaking news must go out.

use crate::{
    base::{Code, Diagnostic, Severity},
    site::{Level, Lint},
};

/// The level of a finding for `check`; `None` where `[lint]` does not want to hear of it.
#[must_use]
pub fn weigh(lint: &Lint, finding: Diagnostic) -> Option<Diagnostic> {
    let usual = match finding.code {
        Code::BrokenLink | Code::BrokenAnchor | Code::MissingPicture | Code::OutsideContent => {
            Severity::Error
        }
        _ => finding.severity,
    };
    at(level(lint, finding.code).unwrap_or(Level::On(usual)), finding)
}

/// The level of a finding for `build`.
pub(super) fn for_build(lint: &Lint, finding: Diagnostic) -> Option<Diagnostic> {
    // A build goes on without the link, as it does without any that is broken.
    let usual = match finding.code {
        Code::OutsideContent => Severity::Warning,
        _ => finding.severity,
    };
    let level = match level(lint, finding.code) {
        Some(Level::On(severity)) => Level::On(severity.max(usual)),
        Some(Level::Off) => Level::Off,
        None => Level::On(usual),
    };
    at(level, finding)
}

fn level(lint: &Lint, code: Code) -> Option<Level> {
    lint.levels.get(&code).copied()
}

fn at(level: Level, finding: Diagnostic) -> Option<Diagnostic> {
    match level {
        Level::Off => None,
        Level::On(severity) => Some(Diagnostic { severity, ..finding }),
    }
}
