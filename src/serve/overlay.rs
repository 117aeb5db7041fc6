//! Findings as they are shown over a page: what the terminal shows, with a link to each place.
//!
//! Invariant: nothing of a file comes out but escaped. Errors come first, since the panel is read
//! from the top. Where there is nothing to say, there is no panel.

use super::{ansi::coloured, opener::Opener};
use crate::base::{Diagnostic, Severity, drawn};
use maud::{Markup, html};

/// So many findings are shown over a page; the desk shows them all.
const SHOWN: usize = 30;

/// The findings as safe HTML; empty where there are none. `data-errors` on its root says how many
/// of them are errors.
#[must_use]
pub fn panel(findings: &[Diagnostic], opener: &Opener) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let lead = html! {
        @if errors > 0 {
            p {
                "The page behind this is the last good one. It is renewed, and this goes away, "
                "as soon as the files are mended."
            }
        }
    };
    with_lead(findings, lead, opener)
}

/// The same of findings that stand in nobody's way.
#[must_use]
pub fn list(findings: &[Diagnostic], opener: &Opener) -> String {
    with_lead(findings, html! {}, opener)
}

fn with_lead(findings: &[Diagnostic], lead: Markup, opener: &Opener) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let mut ordered: Vec<&Diagnostic> = findings.iter().collect();
    ordered.sort_by_key(|finding| finding.severity);
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let panel = html! {
        div.panel data-errors=(errors) data-findings=(findings.len()) {
            (lead)
            @for finding in ordered.iter().take(SHOWN) { (one(finding, opener)) }
            @if findings.len() > SHOWN {
                p { "… and " (findings.len() - SHOWN) " more on " a href="/_desk/" { "the desk" } "." }
            }
        }
    };
    panel.into_string()
}

/// One finding: where it is, with a link that opens the editor there, and what it is.
#[must_use]
pub fn one(finding: &Diagnostic, opener: &Opener) -> Markup {
    let severity = word(finding.severity);
    html! {
        div.finding.(severity) {
            @if let Some(place) = &finding.at {
                p.place {
                    @let shown = shown(&place.path, place.line, place.column);
                    @match opener.place(place) {
                        Some(link) => a href=(link) title="Open in the editor" { bdi { (shown) } },
                        None => bdi { (shown) },
                    }
                }
            }
            pre dir="ltr" tabindex="0" role="group" aria-label=(format!("{severity}: {}", finding.code.slug())) {
                code { (coloured(&drawn(finding))) }
            }
        }
    }
}

fn shown(path: &str, line: u32, column: u32) -> String {
    if line == 0 { path.to_owned() } else { format!("{path}:{line}:{column}") }
}

/// The word for a severity, which is its class as well.
#[must_use]
pub fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// `2 errors, 1 warning`; empty where there is nothing.
#[must_use]
pub fn counted<'a>(findings: impl Iterator<Item = &'a Diagnostic>) -> String {
    let mut counts = [0_usize; 3];
    findings.for_each(|finding| counts[finding.severity as usize] += 1);
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    let parts = severities.into_iter().zip(counts).filter(|(_, count)| *count > 0);
    let parts = parts.map(|(severity, count)| {
        let ending = if count == 1 { "" } else { "s" };
        format!("{count} {}{ending}", word(severity))
    });
    parts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{Code, Place},
        site,
    };
    use std::path::Path;

    fn opener(editor: &str) -> Opener {
        let text =
            format!("title = \"A\"\nbase_url = \"https://a.org\"\nserve.editor = \"{editor}\"\n");
        let (site, findings) = site::resolve("site.toml", &text, None);
        Opener::new(&site.unwrap_or_else(|| panic!("{findings:?}")), Path::new("/news room"))
    }

    fn finding(code: Code, path: &str, text: &str) -> Diagnostic {
        Diagnostic::new(code, "it <is> so").at(Place::in_text(path, text, 0..5)).help("`a < b`")
    }

    /// What a reader sees of HTML.
    fn words(html: &str) -> String {
        let parts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
        let text = parts.collect::<String>();
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")]
            .iter()
            .fold(text, |text, (escaped, plain)| text.replace(escaped, plain))
    }

    #[test]
    fn a_panel_shows_what_the_terminal_shows_and_where_to_mend_it() {
        let broken = finding(Code::UnknownKey, "content/a.md", "tilte = \"<script>\"");
        let shown = panel(std::slice::from_ref(&broken), &opener("zed"));
        let drawn = anstream::adapter::strip_str(&drawn(&broken)).to_string();
        assert!(words(&shown).ends_with(&drawn), "{drawn}\n{shown}");
        assert!(shown.contains(r#"href="zed://file/news%20room/content/a.md:1:1""#), "{shown}");
        assert!(!shown.contains("<script") && !shown.contains("<is>"), "{shown}");
        assert!(shown.contains(r#"data-errors="1""#), "{shown}");
    }

    #[test]
    fn errors_come_first_and_nothing_is_no_panel() {
        let both = [
            finding(Code::BrokenLink, "content/warned.md", "[x](y)"),
            finding(Code::UnknownKey, "content/broken.md", "tilte = 1"),
        ];
        let shown = panel(&both, &opener("none"));
        assert!(shown.find("broken.md") < shown.find("warned.md"), "{shown}");
        assert!(!shown.contains("href"), "{shown}");
        assert_eq!(panel(&[], &opener("none")), "");
        assert_eq!(counted(both.iter()), "1 error, 1 warning");
        let many = vec![both[0].clone(); SHOWN + 2];
        let shown = panel(&many, &opener("none"));
        assert!(shown.contains(r#"data-errors="0""#) && shown.contains("… and 2 more"), "{shown}");
    }

    #[test]
    fn what_is_built_in_is_not_opened() {
        let path = "themes/broadsheet/templates/story.html (built in)";
        assert_eq!(opener("zed").file(path), None);
        let place = Place { path: path.to_owned(), ..Place::file("") };
        let shown = panel(&[Diagnostic::new(Code::UnknownKey, "x").at(place)], &opener("zed"));
        assert!(shown.contains("(built in)") && !shown.contains("href"), "{shown}");
    }
}
