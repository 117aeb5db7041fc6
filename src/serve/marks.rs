//! Links on a page that lead to what is not published: what the preview puts a mark on.
//!
//! Invariant: only what the page links to is looked up, so a page says nothing of stories that are
//! not on it, and its length alone decides the cost. What is shown to everybody has no mark.

use crate::{
    base::UrlPath,
    edition::{Index, Slot, State, index::Address},
};
use memchr::memmem;
use percent_encoding::percent_decode_str;
use std::{borrow::Cow, collections::BTreeMap};

/// The addresses, as the page writes them, of what the public does not see, each with its state.
#[must_use]
pub fn unpublished(index: &Index, html: &[u8]) -> BTreeMap<String, &'static str> {
    let links = memmem::find_iter(html, b"href=").filter_map(|at| value(&html[at + 5..]));
    links
        .filter_map(|link| {
            let link = unescaped(std::str::from_utf8(link).ok()?);
            let state = state(index, &link)?;
            Some((link.into_owned(), state))
        })
        .collect()
}

/// What stands behind `=`: in quotes of either kind, or in none.
fn value(rest: &[u8]) -> Option<&[u8]> {
    let quote = *rest.first()?;
    if quote == b'"' || quote == b'\'' {
        let inside = &rest[1..];
        return Some(&inside[..memchr::memchr(quote, inside)?]);
    }
    let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>')?;
    Some(&rest[..end])
}

/// The references that stand in addresses.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    text.replace("&#x2F;", "/")
        .replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
        .into()
}

fn state(index: &Index, link: &str) -> Option<&'static str> {
    match index.admitted.state(article_at(index, link)?) {
        State::Published => None,
        state => Some(in_words(state)),
    }
}

/// The article whose page is at an address as links write it.
#[must_use]
pub fn article_at(index: &Index, link: &str) -> Option<Slot> {
    let path = link.split(['?', '#']).next().unwrap_or_default();
    let path = index.site.base_url.path_of(path)?;
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    match index.address(&UrlPath::new(&decoded)?) {
        Address::Article(slot) => Some(slot),
        _ => None,
    }
}

/// What editors call a state.
#[must_use]
pub fn in_words(state: State) -> &'static str {
    match state {
        State::Published => "published",
        State::Draft => "draft",
        State::Embargoed => "under embargo",
        State::Expired => "expired",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_however_they_are_written() {
        for (html, expected) in [
            (r#"<a href="/a/">"#, Some("/a/")),
            ("<a href='/a/?b=1&amp;c'>", Some("/a/?b=1&c")),
            ("<a href=/a/>x", Some("/a/")),
            ("<a href=/a/ rel=x>x", Some("/a/")),
            (r#"<a href="/a/"#, None),
            ("<a href=", None),
            ("href", None),
        ] {
            let at = html.find("href=").map(|at| &html.as_bytes()[at + 5..]);
            let found = at.and_then(value).map(|v| unescaped(std::str::from_utf8(v).unwrap_or("")));
            assert_eq!(found.as_deref(), expected, "{html}");
        }
    }
}
