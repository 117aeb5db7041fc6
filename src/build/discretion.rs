//! Discretion: what a log may say of a story whose date is still to come.
//!
//! Invariant: of such a story no finding shows more than file, line and key. Parsing has no
//! clock, so it can hold back only what a file says of itself; here the moment is known. What
//! is published is not decided here.

use super::Options;
use crate::{
    base::{Code, Diagnostic, Place},
    content::front,
    edition::Admitted,
};
use chrono_tz::Tz;

/// Holds back the words of files that are not public.
pub fn about_rows(findings: &mut [Diagnostic], admitted: &Admitted) {
    for finding in findings.iter_mut() {
        if file_of(finding).is_some_and(|path| admitted.conceals(path)) {
            places(finding).for_each(front::withhold);
        }
    }
}

/// The same where errors keep a file from becoming a row: its text is looked at.
pub fn about_files(findings: &mut [Diagnostic], options: &Options, zone: Tz) {
    for finding in findings.iter_mut() {
        let Some(path) = file_of(finding) else { continue };
        let text = std::fs::read(options.root.join("content").join(path)).unwrap_or_default();
        let date = front::date_in(&String::from_utf8_lossy(&text), zone);
        if date.is_some_and(|date| date > options.at) {
            finding.message = in_general(finding.code);
            finding.help = Some(format!("`masthead explain {}` says more", finding.code.slug()));
            finding.notes.clear();
            places(finding).for_each(front::withhold);
        }
    }
}

fn file_of(finding: &Diagnostic) -> Option<&str> {
    finding.at.as_ref()?.path.strip_prefix("content/")
}

fn places(finding: &mut Diagnostic) -> impl Iterator<Item = &mut Place> {
    finding.at.iter_mut().chain(&mut finding.also)
}

/// What a code means, in its first sentence.
fn in_general(code: Code) -> String {
    code.explanation().split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned()
}
