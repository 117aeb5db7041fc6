//! How many diagnostics are shown on a terminal, and in which order.
//!
//! Invariant: errors come last, where they are seen, and are never summed up. Nothing here
//! decides what is worth showing: of many findings of one kind, `check` shows all.

use super::tell;
use crate::base::{Code, Diagnostic, Severity, drawn};
use std::collections::BTreeMap;

/// Findings of one code beyond this many are summed up in a build.
const SHOWN: usize = 10;

/// Prints the findings of a build. Many warnings of one kind are summed up.
pub fn findings(findings: &[Diagnostic]) {
    for block in summed_up(findings) {
        tell(&format!("{block}\n"));
    }
}

/// The findings as text, at most so many warnings or notes of one code.
fn summed_up(findings: &[Diagnostic]) -> Vec<String> {
    let mut blocks = Vec::new();
    for group in errors_last(findings).chunk_by(|a, b| a.severity == b.severity) {
        let mut counts: BTreeMap<Code, usize> = BTreeMap::new();
        for finding in group {
            let count = counts.entry(finding.code).or_default();
            *count += 1;
            if finding.is_error() || *count <= SHOWN {
                blocks.push(drawn(finding));
            }
        }
        let severity = group.first().map_or(Severity::Error, |finding| finding.severity);
        let many = counts.into_iter().filter(|(_, n)| *n > SHOWN && severity != Severity::Error);
        blocks.extend(many.map(|(code, count)| {
            let more = count - SHOWN;
            let what = format!("{} {}", code.slug(), word(severity, more));
            format!("… and {more} more {what}; `masthead check` shows them all")
        }));
    }
    blocks
}

/// The findings with notes first and errors last, in the given order otherwise.
#[must_use]
pub fn errors_last(findings: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut ordered: Vec<&Diagnostic> = findings.iter().collect();
    ordered.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    ordered
}

/// `1 error`, `12 warnings`.
#[must_use]
pub fn counted(count: usize, severity: Severity) -> String {
    format!("{count} {}", word(severity, count))
}

fn word(severity: Severity, count: usize) -> &'static str {
    match (severity, count) {
        (Severity::Error, 1) => "error",
        (Severity::Error, _) => "errors",
        (Severity::Warning, 1) => "warning",
        (Severity::Warning, _) => "warnings",
        (Severity::Note, 1) => "note",
        (Severity::Note, _) => "notes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_of_a_kind_are_summed_up_unless_they_are_errors() {
        for (code, count, blocks, last) in [
            (Code::BrokenLink, 10, 10, "warning[broken-link]"),
            (Code::BrokenLink, 12, 11, "… and 2 more broken-link warnings;"),
            (Code::MissingCredit, 11, 11, "… and 1 more missing-credit note;"),
            (Code::BadDate, 12, 12, "error[bad-date]"),
        ] {
            let many = vec![Diagnostic::new(code, "it is so"); count];
            let shown = summed_up(&many);
            let end = anstream::adapter::strip_str(&shown[shown.len() - 1]).to_string();
            assert!(shown.len() == blocks && end.starts_with(last), "{count}: {end}");
        }
    }

    #[test]
    fn errors_come_last() {
        let codes = [Code::BadDate, Code::MissingCredit, Code::BrokenLink];
        let given = codes.map(|code| Diagnostic::new(code, ""));
        let order: Vec<Code> = errors_last(&given).iter().map(|finding| finding.code).collect();
        assert_eq!(order, [Code::MissingCredit, Code::BrokenLink, Code::BadDate]);
    }
}
