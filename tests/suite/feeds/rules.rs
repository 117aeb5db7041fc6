//! What the rules of all formats have in common: dates, addresses, HTML, elements.
//!
//! Invariant: a broken rule is a sentence that names the element, never a panic, so that one
//! look at a feed finds everything that is wrong with it.

use chrono::DateTime;
use roxmltree::{Document, Node};
use std::collections::BTreeSet;
use url::Url;

pub const ATOM: &str = "http://www.w3.org/2005/Atom";

/// A feed under examination.
pub struct Exam {
    pub faults: Vec<String>,
}

impl Exam {
    pub fn new() -> Self {
        Self { faults: Vec::new() }
    }

    /// A rule with the place at which it holds or not.
    pub fn rule(&mut self, holds: bool, place: &str, rule: &str) {
        if !holds {
            self.faults.push(format!("{place}: {rule}"));
        }
    }

    /// The document, if the text is well-formed XML 1.0 in UTF-8 without control characters.
    pub fn xml<'a>(&mut self, text: &'a str) -> Option<Document<'a>> {
        let odd = |c: char| matches!(c, '\u{fffe}' | '\u{ffff}') || c.is_control();
        let odd = text.chars().any(|c| odd(c) && !"\t\n\r".contains(c));
        self.rule(!odd, "the text", "holds no control characters");
        match Document::parse(text) {
            Ok(document) => Some(document),
            Err(error) => {
                self.faults.push(format!("not well-formed: {error}"));
                None
            }
        }
    }

    /// RFC 3339 as RFC 4287 (section 3.3) has it: `T` and `Z` are capitals, a zone is there.
    pub fn rfc3339(&mut self, text: &str, place: &str) -> i64 {
        let shape = text.len() >= 20 && text.as_bytes()[10] == b'T' && !text.contains(['t', 'z']);
        let date = DateTime::parse_from_rfc3339(text).ok();
        self.rule(shape && date.is_some(), place, "is an RFC 3339 date with capitals and a zone");
        date.map_or(0, |date| date.timestamp())
    }

    /// RFC 822 with a year of four digits, the right day of the week and a numeric zone.
    pub fn rfc822(&mut self, text: &str, place: &str) -> i64 {
        let date = DateTime::parse_from_rfc2822(text).ok();
        let same = date.is_some_and(|d| d.format("%a, %d %b %Y %H:%M:%S %z").to_string() == text);
        self.rule(same, place, "is an RFC 822 date such as `Sun, 22 Nov 2026 08:30:00 +0300`");
        date.map_or(0, |date| date.timestamp())
    }

    /// An absolute IRI of any scheme, without blanks.
    pub fn iri(&mut self, text: &str, place: &str) {
        let plain = !text.contains(|c: char| c.is_whitespace() || "<>\"{}|\\^`".contains(c));
        self.rule(plain && Url::parse(text).is_ok(), place, "is an absolute IRI");
    }

    /// An absolute http or https URL.
    pub fn url(&mut self, text: &str, place: &str) {
        self.iri(text, place);
        let web = text.starts_with("https://") || text.starts_with("http://");
        self.rule(web, place, "is an http or https URL");
    }

    /// BCP 47, as far as its shape goes.
    pub fn language(&mut self, text: &str, place: &str) {
        let part =
            |p: &str| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric());
        let first = text.split('-').next().is_some_and(|p| (2..=3).contains(&p.len()));
        self.rule(first && text.split('-').all(part), place, "is a language tag");
    }

    /// A text that says something.
    pub fn words(&mut self, text: &str, place: &str) {
        self.rule(!text.trim().is_empty(), place, "is not empty");
    }

    /// HTML whose every address is absolute, whatever the element.
    pub fn html(&mut self, html: &str, place: &str) {
        for (tag, name, value) in attributes(html) {
            // A drawing may refer to a part of itself.
            if value.starts_with('#') && tag != "a" {
                continue;
            }
            let named = ["href", "src", "poster", "cite", "action", "data"].contains(&&*name);
            if named && Url::parse(&value.replace("&amp;", "&")).is_err() {
                self.faults.push(format!("{place}: {name}=\"{value}\" is not absolute"));
            }
            if name == "srcset" {
                for candidate in value.split(", ") {
                    let address = candidate.split(' ').next().unwrap_or_default();
                    let absolute = Url::parse(address).is_ok();
                    self.rule(absolute, place, &format!("{candidate} of a srcset is absolute"));
                }
            }
        }
    }

    /// Nothing occurs twice.
    pub fn unique(&mut self, texts: &[String], place: &str) {
        let set: BTreeSet<&String> = texts.iter().collect();
        self.rule(set.len() == texts.len(), place, "are unique");
    }

    /// How often each child may be there: `(name, least, most)`. Others must not be.
    pub fn children(&mut self, node: Node, namespace: &str, rules: &[(&str, usize, usize)]) {
        let place = node.tag_name().name();
        let own = |child: &Node| child.tag_name().namespace().unwrap_or_default() == namespace;
        for child in node.children().filter(Node::is_element).filter(own) {
            let known = rules.iter().any(|(name, ..)| *name == child.tag_name().name());
            self.rule(known, place, &format!("has no element `{}`", child.tag_name().name()));
        }
        for (name, least, most) in rules {
            let count = all(node, namespace, name).count();
            let rule = format!("has {least} to {most} `{name}`, not {count}");
            self.rule((*least..=*most).contains(&count), place, &rule);
        }
        let text = node.children().filter(Node::is_text).filter_map(|text| text.text());
        self.rule(text.collect::<String>().trim().is_empty(), place, "holds elements alone");
    }

    /// Only these attributes; those with `!` must be there.
    pub fn attributes(&mut self, node: Node, rules: &[&str]) {
        let place = node.tag_name().name();
        for attribute in node.attributes().filter(|a| a.namespace().is_none()) {
            let known = rules.iter().any(|rule| rule.trim_end_matches('!') == attribute.name());
            self.rule(known, place, &format!("has no attribute `{}`", attribute.name()));
        }
        for name in rules.iter().filter_map(|rule| rule.strip_suffix('!')) {
            self.rule(node.attribute(name).is_some(), place, &format!("has an attribute `{name}`"));
        }
    }
}

/// The children of a name.
pub fn all<'a, 'i: 'a>(
    node: Node<'a, 'i>,
    namespace: &'a str,
    name: &'a str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| {
        let tag = child.tag_name();
        child.is_element() && tag.name() == name && tag.namespace().unwrap_or_default() == namespace
    })
}

/// The text of an element; empty if it holds none.
pub fn text(node: Node) -> String {
    node.text().unwrap_or_default().to_owned()
}

/// The texts of the children of a name.
pub fn texts(node: Node, namespace: &str, name: &str) -> Vec<String> {
    all(node, namespace, name).map(text).collect()
}

/// Tag, name and value of all attributes, in the order of the text.
fn attributes(html: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if rest.starts_with("!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end..]);
            continue;
        }
        let Some(name) = rest.find(|c: char| !c.is_ascii_alphanumeric()).filter(|at| *at > 0)
        else {
            continue;
        };
        let tag = rest[..name].to_ascii_lowercase();
        rest = &rest[name..];
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let Some(end) = rest.find(|c: char| c.is_ascii_whitespace() || "=>/".contains(c))
            else {
                break;
            };
            if end == 0 {
                break;
            }
            let name = rest[..end].to_ascii_lowercase();
            rest = rest[end..].trim_start();
            let Some(value) = rest.strip_prefix('=') else { continue };
            let value = value.trim_start();
            let (quote, start) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => (quote, 1),
                _ => ('>', 0),
            };
            let end = value[start..].find(|c: char| c == quote || (start == 0 && c == ' '));
            let end = end.map_or(value.len(), |end| start + end);
            found.push((tag.clone(), name, value[start..end].to_owned()));
            rest = &value[(end + start).min(value.len())..];
        }
    }
    found
}
