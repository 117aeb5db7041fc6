//! Where shared parts lie in a page.
//!
//! Invariant: a page in which a part is exchanged is, byte for byte, the page set anew with the
//! other part. For that a template is shown only where a part will be, never what is in it.

use serde::{Deserialize, Serialize};

/// A shared part in a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Inset {
    /// Which part it is: what the press numbers parts by.
    pub part: u64,
    /// Where it begins, in bytes.
    pub at: u32,
    /// Its length in bytes.
    pub len: u32,
}

/// Puts other texts where insets are; gives the new page and where they lie in it. `None` if a
/// text is not to be had, or if there are no such places.
#[must_use]
pub fn exchange<'t>(
    page: &[u8],
    insets: &[Inset],
    text: impl Fn(u64) -> Option<&'t str>,
) -> Option<(Vec<u8>, Box<[Inset]>)> {
    let mut out = Vec::with_capacity(page.len());
    let (mut moved, mut done) = (Vec::with_capacity(insets.len()), 0);
    for inset in insets {
        let (at, text) = (inset.at as usize, text(inset.part)?);
        out.extend_from_slice(page.get(done..at)?);
        let (at_now, len) = (u32::try_from(out.len()).ok()?, u32::try_from(text.len()).ok()?);
        moved.push(Inset { part: inset.part, at: at_now, len });
        out.extend_from_slice(text.as_bytes());
        done = at + inset.len as usize;
    }
    out.extend_from_slice(page.get(done..)?);
    Some((out, moved.into()))
}

/// What stands in a page for the part that was asked for as the `number`th, until the page is set.
/// Letters of private use keep it apart from anything that people write; as a tag it does not
/// survive what takes markup away, which shows that a template does more than to print it.
#[must_use]
pub fn stand_in(number: usize) -> String {
    format!("<\u{e0a5}part {number}\u{e0a5}>")
}

/// Where what stands in for parts is in a page, in order. `None` if one of them is not there: then
/// the template does more with it than to print it.
#[must_use]
pub fn find(page: &str, parts: &[u64]) -> Option<Vec<Inset>> {
    let mut insets = Vec::new();
    for (number, part) in parts.iter().enumerate() {
        let mark = stand_in(number);
        let before = insets.len();
        let found = page.match_indices(&mark);
        let len = u32::try_from(mark.len()).ok()?;
        for (at, _) in found {
            insets.push(Inset { part: *part, at: u32::try_from(at).ok()?, len });
        }
        if insets.len() == before {
            return None;
        }
    }
    insets.sort_unstable_by_key(|inset| inset.at);
    Some(insets)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A template's text, with `0` and `1` in brackets for the parts 7 and 8; printed with one pair
    /// of texts, and then exchanged for another.
    fn set(template: &str, texts: [&str; 2]) -> Option<(String, Box<[Inset]>)> {
        let page = template.replace("[0]", &stand_in(0)).replace("[1]", &stand_in(1));
        let (page, insets) =
            exchange(page.as_bytes(), &find(&page, &[7, 8])?, |part| match part {
                7 => Some(texts[0]),
                8 => Some(texts[1]),
                _ => None,
            })?;
        Some((String::from_utf8(page).expect("text"), insets))
    }

    #[test]
    fn an_exchanged_page_is_one_set_anew() {
        let (old, new) = (["a", "bb"], ["<p>ccc</p>", ""]);
        for template in ["[0][1]", "x[1]y[0]z", "[0] and [0], [1]", "ڕۆژ[0]نامە[1]"] {
            let (page, insets) = set(template, old).expect("both are there");
            let again = exchange(page.as_bytes(), &insets, |part| {
                Some(if part == 7 { new[0] } else { new[1] })
            });
            let again =
                again.map(|(page, insets)| (String::from_utf8(page).expect("text"), insets));
            assert_eq!(again, set(template, new), "{template}");
        }
    }

    #[test]
    fn what_is_not_printed_is_not_found() {
        assert_eq!(set("[0]", ["a", "b"]), None);
        let (page, insets) = set("[0][1]", ["a", "b"]).expect("both are there");
        assert_eq!(exchange(page.as_bytes(), &insets, |_| None), None);
        assert_eq!(exchange(b"", &insets, |_| Some("a")), None);
    }
}
