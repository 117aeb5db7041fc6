//! The addresses in finished HTML, made others: for texts that are read far from their page.
//!
//! Invariant: nothing but the values of attributes that hold an address changes, and of those
//! only the ones for which there is another address. Addresses in examples are made others as
//! well: to a browser, a link in `<pre>` is a link.

use super::raw_html::{self, Candidate, Reader, Token, decode};
use pulldown_cmark_escape::escape_html;
use std::ops::Range;

/// Attributes that hold one address (HTML Standard, "Attributes" in its index).
const ADDRESSES: [&str; 9] =
    ["href", "src", "poster", "cite", "action", "formaction", "data", "longdesc", "xlink:href"];

/// The HTML with each address replaced by what `other` gives for it, if it gives one.
#[must_use]
pub fn readdressed(html: String, other: impl Fn(&str) -> Option<String>) -> String {
    let edits = edits(&html, other);
    if edits.is_empty() {
        return html;
    }
    let mut out = String::with_capacity(html.len() + edits.len() * 32);
    let mut written = 0;
    for (at, value) in edits {
        out.push_str(&html[written..at.start]);
        out.push('"');
        // Writing to a `String` cannot fail.
        let _ = escape_html(&mut out, &value);
        out.push('"');
        written = at.end;
    }
    out.push_str(&html[written..]);
    out
}

/// New values with the ranges, quotes included, that they replace.
fn edits(html: &str, other: impl Fn(&str) -> Option<String>) -> Vec<(Range<usize>, String)> {
    let mut edits = Vec::new();
    Reader::default().read(html, |token| {
        let Token::Open(tag) = token else { return };
        let is_link = is_one_of(tag.name, &["a", "area"]);
        for attribute in &tag.attributes {
            let value = decode(attribute.value.trim());
            // A drawing in the text refers to parts of itself.
            let inner = value.starts_with('#') && !is_link;
            let new = match attribute.name {
                name if is_one_of(name, &["srcset"]) => candidates(&value, &other),
                name if is_one_of(name, &ADDRESSES) && !inner => other(&value),
                _ => None,
            };
            let quote = usize::from(attribute.quoted);
            let at = attribute.range.start - quote..attribute.range.end + quote;
            edits.extend(new.map(|new| (at, new)));
        }
    });
    edits
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// A `srcset` with other addresses.
fn candidates(value: &str, other: impl Fn(&str) -> Option<String>) -> Option<String> {
    let (mut out, mut written) = (String::new(), 0);
    for Candidate { address: at, .. } in raw_html::candidates(value) {
        if let Some(new) = other(&value[at.clone()]) {
            out.push_str(&value[written..at.start]);
            out.push_str(&new);
            written = at.end;
        }
    }
    out.push_str(&value[written..]);
    (out != value).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_others() {
        let other = |written: &str| {
            let near = !written.contains(':') && !written.is_empty();
            near.then(|| format!("https://x.org/{written}"))
        };
        for (html, expected) in [
            ("<p>href=\"a\"</p>", "<p>href=\"a\"</p>"),
            ("<a href=\"b?c&amp;d\">b</a>", "<a href=\"https://x.org/b?c&amp;d\">b</a>"),
            ("<A HREF=b title='c'>b</A>", "<A HREF=\"https://x.org/b\" title='c'>b</A>"),
            ("<a href='it&#39;s'>b</a>", "<a href=\"https://x.org/it&#39;s\">b</a>"),
            ("<a href=\"#n\">1</a>", "<a href=\"https://x.org/#n\">1</a>"),
            ("<use href=\"#n\"></use>", "<use href=\"#n\"></use>"),
            ("<a href=\"mailto:b@c.d\">b</a>", "<a href=\"mailto:b@c.d\">b</a>"),
            ("<pre><a href=\"b\">b</a></pre>", "<pre><a href=\"https://x.org/b\">b</a></pre>"),
            ("<!-- <a href=\"b\"> --><a href>", "<!-- <a href=\"b\"> --><a href>"),
            ("<script>'<a href=\"b\">'</script>", "<script>'<a href=\"b\">'</script>"),
            (
                "<video src=v poster=p><track src=t></video>",
                "<video src=\"https://x.org/v\" poster=\"https://x.org/p\">\
                 <track src=\"https://x.org/t\"></video>",
            ),
            (
                "<img srcset=\"a.png 1x, b,c.png 2x,d.png\">",
                "<img srcset=\"https://x.org/a.png 1x, https://x.org/b,c.png 2x,https://x.org/d.png\">",
            ),
            ("<img srcset=\"data:a,b 1x\">", "<img srcset=\"data:a,b 1x\">"),
        ] {
            assert_eq!(readdressed(html.to_owned(), other), expected, "{html}");
        }
    }

    proptest::proptest! {
        #[test]
        fn once_is_enough(html in "([ -~é\\n]|<a |href=|srcset=\"|\"|'|>|<!--|-->|,){0,40}") {
            let other = |written: &str| (!written.starts_with("x:")).then(|| format!("x:{written}"));
            let once = readdressed(html, other);
            proptest::prop_assert_eq!(readdressed(once.clone(), other), once);
        }
    }
}
