//! A finding drawn in the manner of rustc: the file, the line, the words underlined, what to do.
//!
//! Invariant: what is drawn is text with the colours of a terminal in it (ECMA-48, SGR), and
//! nothing else decides what a finding looks like. Whoever prints it takes the colours out where
//! nobody wants them; the preview turns them into HTML.

use super::{Diagnostic, Place, Severity};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// One finding in the manner of rustc, with colours.
#[must_use]
pub fn drawn(finding: &Diagnostic) -> String {
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
    use crate::base::Code;

    fn finding(code: Code, path: &str, text: &str, span: std::ops::Range<usize>) -> Diagnostic {
        Diagnostic::new(code, "it is so").at(Place::in_text(path, text, span))
    }

    /// A finding as it is without colours.
    fn plain(finding: &Diagnostic) -> String {
        anstream::adapter::strip_str(&drawn(finding)).to_string()
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
}
