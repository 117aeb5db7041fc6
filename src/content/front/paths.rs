//! Slugs and aliases: the two keys that end up in URLs.
//!
//! Invariant: what is accepted here can stand in a URL and cannot lead out of the site.

use super::node::{Node, Value};
use super::proof::Proof;
use super::repair::quoted;
use super::values::short;
use crate::base::{Code, UrlPath, slug::LONGEST};

/// Reads a slug, or marks it.
pub(super) fn slug(proof: &mut Proof<'_>, node: &Node<'_>, text: &str) -> Option<String> {
    let slug = text.trim();
    let refused = |c: char| matches!(c, '/' | '\\' | '?' | '#' | '%') || c.is_control();
    let reason = match slug {
        "" => "is empty".to_owned(),
        "." | ".." => format!("`{slug}` is no name of its own"),
        _ => match slug.chars().find(|c| refused(*c)) {
            Some(c) => {
                let c = c.encode_utf8(&mut [0; 4]).to_owned();
                format!("`{}` holds `{}`", short(proof.repeat(slug)), short(&c))
            }
            None if !slug.chars().any(is_visible) => "holds nothing that can be seen".to_owned(),
            None if slug.contains(turns) => {
                "holds a mark of direction, which nobody sees".to_owned()
            }
            None if slug.len() > LONGEST => format!("is longer than {LONGEST} bytes"),
            None => return Some(slug.to_owned()),
        },
    };
    let help = match proposed(slug) {
        slug if slug.is_empty() => {
            "leave `slug` out: the file's name stands in the URL then".to_owned()
        }
        slug => format!("write `{}`", proof.syntax.line("slug", &quoted(proof.repeat(&slug)))),
    };
    proof.mark(Code::BadSlug, node.at.clone(), format!("the slug {reason}"), help);
    None
}

/// Marks and controls of direction: an address that holds one reads otherwise than it is (Unicode
/// Standard Annex 9, section 2).
fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character shows by itself. The others are Unicode's `Default_Ignorable_Code_Point`;
/// joiners among them stand in Persian and Kurdish words, so a slug may hold them beside letters.
fn is_visible(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// How many words of a slug are proposed to be kept.
const WORDS: usize = 12;

/// The last segment, with hyphens for whatever is neither letter nor digit.
fn proposed(slug: &str) -> String {
    let last = slug.rsplit(['/', '\\']).find(|part| part.chars().any(char::is_alphanumeric));
    let words = last.unwrap_or_default().split(|c: char| !c.is_alphanumeric() && c != '_');
    let words = words.filter(|word| !word.is_empty()).take(WORDS);
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

/// Reads the aliases, and marks those that are none.
pub(super) fn aliases(proof: &mut Proof<'_>, node: Node<'_>) -> Vec<UrlPath> {
    let mut aliases: Vec<UrlPath> = Vec::new();
    for item in node.into_items() {
        match &item.value {
            _ if item.is_blank() => {}
            Value::Text(text) => {
                let alias = alias(proof, &item, text.trim());
                aliases.extend(alias.filter(|alias| !aliases.contains(alias)));
            }
            _ => {
                let message = format!("`aliases` wants a list of paths, this is {}", item.kind());
                let help = format!("write `{}`", example(proof, "/old/path/"));
                proof.mark(Code::WrongType, item.at, message, help);
            }
        }
    }
    aliases
}

fn alias(proof: &mut Proof<'_>, item: &Node<'_>, text: &str) -> Option<UrlPath> {
    let short_enough = |path: &UrlPath| path.as_str().split('/').all(|part| part.len() <= LONGEST);
    let path = UrlPath::typed(text).filter(short_enough);
    if path.is_none() {
        let alias = short(proof.repeat(text));
        let message = format!("the alias `{alias}` is not a path on this site");
        let help = match UrlPath::meant(text).filter(|_| !proof.is_unpublished()) {
            Some(path) => format!("write `{}`", example(proof, path.as_str())),
            None => "an alias begins with `/` and has no `..`, query or fragment, \
                 such as `/old/path/`; each part has at most 200 bytes"
                .to_owned(),
        };
        proof.mark(Code::BadAlias, item.at.clone(), message, help);
    }
    path
}

fn example(proof: &Proof<'_>, path: &str) -> String {
    proof.syntax.line("aliases", &format!("[{}]", quoted(path)))
}
