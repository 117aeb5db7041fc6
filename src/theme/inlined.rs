//! What templates write between `<script>` and `</script>`, or `<style>` and `</style>`, and
//! its hashes for the Content Security Policy.
//!
//! Invariant: what is hashed is what the browser sees, byte for byte: text that stands in the
//! template, and whole static files through `asset_text`. Whatever differs from page to page
//! has no hash that one policy for the site could name, and is a finding.
//! It reads templates as text: tags are found as browsers find them, but for Tera's own syntax.

use super::files::Text;
use crate::base::{Code, Diagnostic, Place, clean};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// An element whose content is run or applied where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Element {
    /// `<script>`.
    Script,
    /// `<style>`.
    Style,
}

/// The content of such an element.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Inlined {
    /// Between which tags it stands.
    pub element: Element,
    parts: Vec<Part>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Part {
    /// Text of the template.
    Text(String),
    /// The text of a static file, by its path.
    File(String),
}

impl Inlined {
    /// The source expression that lets it through (CSP 3, section 2.3.1); `text` gives a static
    /// file's text. `None` where a file is missing.
    #[must_use]
    pub fn hash(&self, text: impl Fn(&str) -> Option<String>) -> Option<String> {
        let mut content = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => content.push_str(text),
                Part::File(path) => content.push_str(&text(path)?),
            }
        }
        // Pages are cleaned, and browsers turn line ends into `\n` before they look (HTML Standard, section 13.2.3.5).
        let content = clean(&content).replace("\r\n", "\n").replace('\r', "\n");
        Some(format!("'sha256-{}'", STANDARD.encode(Sha256::digest(content))))
    }
}

/// What all templates hold inline, and a finding for each element that no hash can name.
#[must_use]
pub fn find(templates: &BTreeMap<String, Text>) -> (BTreeSet<Inlined>, Vec<Diagnostic>) {
    let (mut found, mut findings) = (BTreeSet::new(), Vec::new());
    for text in templates.values() {
        for (element, tag) in [(Element::Script, "script"), (Element::Style, "style")] {
            for content in contents(&text.text, element, tag) {
                match parts(&text.text[content.clone()]) {
                    Some(parts) => {
                        found.insert(Inlined { element, parts });
                    }
                    None => findings.push(blocked(text, content, tag)),
                }
            }
        }
    }
    (found, findings)
}

fn blocked(text: &Text, content: std::ops::Range<usize>, tag: &str) -> Diagnostic {
    let message =
        format!("browsers will refuse this `<{tag}>`: its text differs from page to page");
    let rest = &text.text[content.clone()];
    let start = content.start + rest.find(['{']).unwrap_or(0);
    let end = text.text[start..].find('\n').map_or(content.end, |at| start + at).min(content.end);
    Diagnostic::new(Code::BlockedInline, message)
        .at(Place::in_text(&text.shown, &text.text, start..end.max(start + 1)))
        .help("put what differs into a `data-` attribute or a `<script type=\"application/json\">`, and read it from a fixed script")
}

/// The contents of elements of this name that are run or applied.
fn contents<'t>(
    text: &'t str,
    element: Element,
    tag: &'t str,
) -> impl Iterator<Item = std::ops::Range<usize>> + 't {
    let (opening, closing) = (format!("<{tag}"), format!("</{tag}"));
    let lower = text.to_ascii_lowercase();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + lower[at..].find(&opening)? + opening.len();
            let inside = tag_end(text, start);
            at = inside;
            let attributes = &lower[start..inside];
            if !attributes.starts_with(|c: char| c.is_ascii_whitespace() || c == '>') {
                continue;
            }
            let end = lower[inside..].find(&closing).map_or(text.len(), |end| inside + end);
            at = end;
            if element == Element::Style || is_run(attributes) {
                return Some(inside..end);
            }
        }
    })
}

/// Where a tag ends, behind its `>`. What stands in Tera's braces belongs to the tag.
fn tag_end(text: &str, mut at: usize) -> usize {
    while let Some(found) = text[at..].find(['>', '{']) {
        at += found;
        let close = match &text[at..] {
            rest if rest.starts_with("{{") => "}}",
            rest if rest.starts_with("{%") => "%}",
            rest if rest.starts_with('{') => "{",
            _ => return at + 1,
        };
        at += text[at..].find(close).map_or(text.len() - at, |end| end + close.len());
    }
    text.len()
}

/// Whether a script's text is run: not where it is a file's, and not where it is data (HTML
/// Standard, section 4.12.1).
fn is_run(attributes: &str) -> bool {
    let named = |name: &str| {
        let mut names = attributes.match_indices(name).map(|(at, _)| at);
        names.find(|at| attributes[..*at].ends_with(|c: char| c.is_ascii_whitespace()))
    };
    if named("src=").is_some() {
        return false;
    }
    let Some(at) = named("type=") else { return true };
    let value = attributes[at + "type=".len()..].trim_start_matches(['"', '\'']);
    let end = value.find(['"', '\'', '>', ' ']).unwrap_or(value.len());
    let data = value[..end].contains('/') && !value[..end].ends_with("javascript");
    !data || value.starts_with('{')
}

/// Takes the content of an element apart; `None` if it holds more of Tera than `asset_text`
/// and comments.
fn parts(content: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let (mut rest, mut trim) = (content, false);
    loop {
        let end = ["{{", "{%", "{#"].iter().filter_map(|open| rest.find(open)).min();
        let (text, tail) = rest.split_at(end.unwrap_or(rest.len()));
        let text = if trim { text.trim_start() } else { text };
        let inner = tail.get(2..).unwrap_or_default();
        let text = if inner.starts_with('-') { text.trim_end() } else { text };
        parts.extend((!text.is_empty()).then(|| Part::Text(text.to_owned())));
        if tail.is_empty() {
            return Some(parts);
        }
        let close = match &tail[..2] {
            "{{" => "}}",
            "{#" => "#}",
            _ => return None,
        };
        let (inner, after) = inner.split_once(close)?;
        trim = inner.ends_with('-');
        if close == "}}" {
            parts.push(Part::File(asked(inner.trim_matches('-').trim())?.to_owned()));
        }
        rest = after;
    }
}

/// The path in `asset_text(path="…")`, if the call is all there is.
fn asked(call: &str) -> Option<&str> {
    let inner = call.strip_prefix("asset_text")?.trim().strip_prefix('(')?.strip_suffix(')')?;
    let value = inner.trim().strip_prefix("path")?.trim().strip_prefix('=')?.trim();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let path = value.strip_prefix(quote)?.strip_suffix(quote)?;
    (!path.contains(quote)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(text: &str) -> BTreeMap<String, Text> {
        let text = Text { shown: "a.html".to_owned(), text: text.to_owned() };
        BTreeMap::from([("a.html".to_owned(), text)])
    }

    /// What is inlined, with files in angle brackets; `!` for what has no hash.
    fn found(text: &str) -> String {
        let (found, findings) = find(&theme(text));
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::File(path) => format!("<{path}>"),
        };
        let one = |inlined: &Inlined| inlined.parts.iter().map(part).collect::<String>();
        let mut all: Vec<String> = found.iter().map(one).collect();
        all.extend(findings.iter().map(|_| "!".to_owned()));
        all.join("|")
    }

    #[test]
    fn finds_what_stands_inline() {
        for (template, inlined) in [
            (r#"<script>{{ asset_text(path="js/a.js") }}</script>"#, "<js/a.js>"),
            ("<script>\n{{ asset_text(path='a.js') }}\n</script>", "\n<a.js>\n"),
            ("<script>\n{{- asset_text( path = 'a.js' ) -}}\n</script>", "<a.js>"),
            ("<SCRIPT nomodule>let a = {b: 1}</SCRIPT>", "let a = {b: 1}"),
            ("<script>a{# of course #}b</script>", "ab"),
            (r#"<script type="module">a</script>"#, "a"),
            ("<style media=print>{{ asset_text(path=`a.css`) }}</style>", "<a.css>"),
            (r#"<script src="{{ asset(path="a.js") }}" defer></script>"#, ""),
            (r#"<script type="application/ld+json">{{ story | json }}</script>"#, ""),
            ("<scripture>a</scripture>", ""),
            ("<script>let title = {{ story.title | json }}</script>", "!"),
            ("<script>{% if a %}a{% endif %}</script>", "!"),
            (r#"<style>p { color: {{ site.extra.accent }} }</style>"#, "!"),
            (r#"<script data-a="{{ a > b }}">a</script><style>b</style>"#, "a|b"),
        ] {
            assert_eq!(found(template), inlined, "{template}");
        }
    }

    /// The first is the example in CSP 3, section 8.3; the other is from `openssl dgst -sha256`.
    #[test]
    fn hashes_as_browsers_do() {
        for (content, hash) in [
            ("alert('Hello, world.');", "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"),
            ("", "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"),
        ] {
            let (found, _) = find(&theme(&format!("<script>{content}</script>")));
            let hashes: Vec<_> = found.iter().filter_map(|i| i.hash(|_| None)).collect();
            assert_eq!(hashes, [hash], "{content}");
        }
        let crlf = find(&theme("<script>{{ asset_text(path='a') }}</script>")).0;
        let hash = |text: &'static str| crlf.iter().next()?.hash(|_| Some(text.to_owned()));
        assert_eq!(hash("a\r\nb"), hash("a\nb"));
    }
}
