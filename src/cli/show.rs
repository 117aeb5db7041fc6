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
                blocks.push(text(finding));
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
            line if place.excerpt.is_empty() => {
                group.element(Origin::path(place.path.as_str()).line(line as usize))
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(code: Code, path: &str, text: &str, span: std::ops::Range<usize>) -> Diagnostic {
        Diagnostic::new(code, "it is so").at(Place::in_text(path, text, span))
    }

    /// A finding as it is without colours.
    fn plain(finding: &Diagnostic) -> String {
        anstream::adapter::strip_str(&text(finding)).to_string()
    }

    #[test]
    fn findings_look_like_rustcs() {
        let given = finding(Code::UnknownKey, "content/a.md", "+++\ntilte = 1\n", 4..9)
            .help("did you mean `title`?")
            .also(Place::in_text("site.toml", "a = 1", 0..1).label("and here"))
            .note("there are others");
        let expected = "\
error[unknown-key]: it is so
 --> content/a.md:2:1
  |
2 | tilte = 1
  | ^^^^^
  |
 ::: site.toml:1:1
  |
1 | a = 1
  | - and here
  |
  = note: there are others
  = help: did you mean `title`?";
        assert_eq!(plain(&given), expected);
    }

    #[test]
    fn places_without_a_line_are_named() {
        let whole = Diagnostic::new(Code::NotUtf8, "it is so").at(Place::file("content/a.md"));
        assert_eq!(plain(&whole), "error[not-utf8]: it is so\n--> content/a.md");
        let empty = finding(Code::NoFrontMatter, "content/a.md", "", 0..0);
        assert_eq!(plain(&empty), "error[no-front-matter]: it is so\n--> content/a.md:1");
    }

    #[test]
    fn long_lines_are_cut_around_what_is_meant() {
        let words = "هەواڵ word ".repeat(300);
        let line = format!("{words}[x](/y/) {words}");
        let given = finding(Code::BrokenLink, "content/a.md", &line, words.len()..words.len() + 8);
        let shown = plain(&given);
        assert!(shown.contains("content/a.md:1:3301"), "{shown}");
        assert!(shown.contains("... ") && shown.contains("[x](/y/)"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() < 160), "{shown}");
    }

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
