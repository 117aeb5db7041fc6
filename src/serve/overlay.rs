//! Findings, as they are shown over a page.

use crate::base::Diagnostic;

/// The findings as safe HTML; empty where there are none.
#[must_use]
pub fn panel(findings: &[Diagnostic]) -> String {
    let lines: Vec<String> = findings.iter().map(|f| f.code.slug().to_owned()).collect();
    lines.join("\n")
}
