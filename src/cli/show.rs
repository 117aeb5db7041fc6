//! How diagnostics look: on a terminal, and as JSON.

use crate::base::{Diagnostic, Place, Severity};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstream::{eprint, eprintln};

/// Findings of one kind beyond this many are summed up.
const SHOWN: usize = 10;

/// Prints findings to the terminal, errors last, so that they are what is seen.
pub fn findings(findings: &[Diagnostic]) {
    let mut ordered: Vec<&Diagnostic> = findings.iter().collect();
    ordered.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for group in ordered.chunk_by(|a, b| a.severity == b.severity) {
        let all = group.first().is_some_and(|d| d.is_error());
        let shown = if all { group.len() } else { SHOWN.min(group.len()) };
        for finding in &group[..shown] {
            eprintln!("{}\n", text(finding));
        }
        if group.len() > shown {
            let word = if group.first().is_some_and(|d| d.severity == Severity::Note) {
                "notes"
            } else {
                "warnings"
            };
            eprint!(
                "… and {} more {word}; `masthead check` shows them all\n\n",
                group.len() - shown
            );
        }
    }
}

/// One finding in the manner of rustc.
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
            0 => group.element(annotate_snippets::Origin::path(place.path.as_str())),
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

fn snippet(place: &Place, kind: AnnotationKind) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
    let annotation = kind.span(place.span.clone());
    let annotation =
        if place.label.is_empty() { annotation } else { annotation.label(place.label.as_str()) };
    Snippet::source(place.excerpt.as_str())
        .line_start(place.line as usize)
        .path(place.path.as_str())
        .annotation(annotation)
}
