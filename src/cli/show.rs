//! How diagnostics look on a terminal: in the manner of rustc.
//!
//! Invariant: errors come last, where they are seen, and are never summed up. Nothing here
//! decides what is worth showing: of many findings of one kind, `check` shows all.

use super::tell;
use crate::base::{Code, Diagnostic, Place, Severity};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::collections::BTreeMap;

/// Findings of one code beyond this many are summed up in a build.
const SHOWN: usize = 10;

/// Prints the findings of a build. Many warnings of one kind are summed up.
pub fn findings(findings: &[Diagnostic]) {
    let mut counts: BTreeMap<(Severity, Code), usize> = BTreeMap::new();
    let mut ordered = errors_last(findings).into_iter().peekable();
    while let Some(finding) = ordered.next() {
        let count = counts.entry((finding.severity, finding.code)).or_default();
        *count += 1;
        if finding.is_error() || *count <= SHOWN {
            tell(&format!("{}\n", text(finding)));
        }
        if ordered.peek().is_none_or(|next| next.severity != finding.severity) {
            std::mem::take(&mut counts).into_iter().for_each(summed_up);
        }
    }
}

fn summed_up(((severity, code), count): ((Severity, Code), usize)) {
    if severity != Severity::Error && count > SHOWN {
        let more = count - SHOWN;
        let what = format!("{} {}", code.slug(), word(severity, more));
        tell(&format!("… and {more} more {what}; `masthead check` shows them all\n"));
    }
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

/// One finding in the manner of rustc, with colours: what prints it takes them out where
/// nobody wants them.
#[must_use]
pub fn text(finding: &Diagnostic) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(finding.message.as_str()).id(finding.code.slug());
    let mut group = Group::with_title(title);
    for (place, kind) in places(finding) {
        group = match place.line {
            0 => group.element(Origin::path(place.path.as_str())),
            _ => group.element(snippet(place, kind)),
        };
    }
    for note in &finding.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    Renderer::styled().render(&[group])
}

fn places(finding: &Diagnostic) -> impl Iterator<Item = (&Place, AnnotationKind)> {
    let main = finding.at.iter().map(|place| (place, AnnotationKind::Primary));
    main.chain(finding.also.iter().map(|place| (place, AnnotationKind::Context)))
}

fn snippet(place: &Place, kind: AnnotationKind) -> Snippet<'_, Annotation<'_>> {
    let annotation = kind.span(place.span.clone());
    let annotation =
        if place.label.is_empty() { annotation } else { annotation.label(place.label.as_str()) };
    Snippet::source(place.excerpt.as_str())
        .line_start(place.line as usize)
        .path(place.path.as_str())
        .annotation(annotation)
}
