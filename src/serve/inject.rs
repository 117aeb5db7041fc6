//! What is added to a page on its way out: the bar, the data for the script, the script.
//!
//! Invariant: it is added in one piece, and [`strip`] gives the rendered bytes back. Only whole
//! pages get it, since a shared part is put into a page by a script. The site's own policy lets it
//! through as it is: its script, its styles and its connection are of the same origin (`'self'`,
//! see `site/csp.rs`), nothing is inline, and the data stand in an attribute, escaped as all else.

use super::{Shown, Sight, bar, marks};
use maud::{PreEscaped, html};
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;

/// What is added to a page. It says nothing that changes by itself, such as the time: the page's
/// `ETag` is made from it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Extras {
    /// The `ETag` of the response; empty while it is being made.
    pub etag: String,
    /// The address of the page, as the server knows it.
    page: String,
    /// `?at=…` as it was written; empty where it was not.
    at: String,
    /// Addresses on the page of what is not published, each with its state.
    marks: BTreeMap<String, &'static str>,
    /// The bar.
    bar: String,
}

impl Extras {
    /// What is added to a page.
    #[must_use]
    pub fn of(sight: &Sight<'_>, shown: &Shown<'_>) -> Self {
        Self {
            etag: String::new(),
            page: shown.address.to_owned(),
            at: shown.travel.unwrap_or_default().to_owned(),
            marks: marks::unpublished(sight.index, shown.html),
            bar: bar::markup(sight, shown).into_string(),
        }
    }

    fn markup(&self) -> String {
        let Self { etag, page, at, marks, bar: _ } = self;
        let data = json!({ "etag": etag, "page": page, "at": at, "marks": marks }).to_string();
        let bar = PreEscaped(self.bar.as_str());
        let added = html! {
            masthead-preview data-page=(data) { template shadowrootmode="open" { (bar) } }
            script src="/_desk/preview.js" defer {}
        };
        format!("{BEGINS}{}{ENDS}", added.into_string())
    }
}

const BEGINS: &str = "<!--masthead-preview-->";
const ENDS: &str = "<!--/masthead-preview-->";

/// The page with what is added: before the end of its body, or at its end where that is left out.
#[must_use]
pub fn into(html: &[u8], extras: &Extras) -> Vec<u8> {
    if !is_page(html) {
        return html.to_vec();
    }
    let at = end_of_body(html).unwrap_or(html.len());
    [&html[..at], extras.markup().as_bytes(), &html[at..]].concat()
}

/// The page as it was rendered.
#[must_use]
pub fn strip(html: &[u8]) -> Vec<u8> {
    let begins = memchr::memmem::rfind(html, BEGINS.as_bytes());
    let ends = memchr::memmem::rfind(html, ENDS.as_bytes());
    match begins.zip(ends) {
        Some((from, to)) if from < to => [&html[..from], &html[to + ENDS.len()..]].concat(),
        _ => html.to_vec(),
    }
}

/// Whether it begins as a page does, and not as a part of one.
fn is_page(html: &[u8]) -> bool {
    let head = html.trim_ascii_start();
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    ["<!doctype", "<html", "<head", "<body"].iter().any(|tag| begins_with(head, tag.as_bytes()))
}

fn begins_with(text: &[u8], tag: &[u8]) -> bool {
    text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
}

/// Where `</body` stands for the last time, in capitals or not.
fn end_of_body(html: &[u8]) -> Option<usize> {
    const END: &[u8] = b"</body";
    memchr::memrchr_iter(b'<', html).find(|at| begins_with(&html[*at..], END))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extras(marks: &[(&str, &'static str)]) -> Extras {
        let marks = marks.iter().map(|(url, state)| ((*url).to_owned(), *state)).collect();
        Extras { page: "/a/".to_owned(), marks, bar: "<p>bar</p>".to_owned(), ..Extras::default() }
    }

    fn added(html: &str) -> String {
        String::from_utf8(into(html.as_bytes(), &extras(&[]))).expect("it was text")
    }

    #[test]
    fn it_stands_at_the_end_of_the_body() {
        for (html, before, after) in [
            ("<!doctype html><body>x</body></html>", "<body>x", "</body></html>"),
            ("<!DOCTYPE html><BODY>x</BODY >", "<BODY>x", "</BODY >"),
            ("\n<html><body>a </body> in a <pre></body>", "<pre>", "</body>"),
            ("<!doctype html><p>no end", "<p>no end", ""),
            ("\u{feff}<!doctype html><p>", "<p>", ""),
        ] {
            let page = added(html);
            assert!(page.contains(&format!("{before}{BEGINS}")), "{page}");
            assert!(page.ends_with(&format!("{ENDS}{after}")), "{page}");
        }
    }

    #[test]
    fn what_is_added_can_be_taken_out_again() {
        for html in [
            "<!doctype html><body>x</body></html>",
            "<!doctype html><p>no end",
            "<!doctype html><p><!--masthead-preview--><!--/masthead-preview--></body>",
            "<!doctype html>",
            "<p>a part of a page</p>",
            "",
        ] {
            let page = added(html);
            let back = if is_page(html.as_bytes()) { strip(page.as_bytes()) } else { page.into() };
            assert_eq!(String::from_utf8_lossy(&back), html);
        }
    }

    #[test]
    fn parts_of_pages_and_other_files_get_nothing() {
        for html in ["<section>The latest</section>", "<!-- c --><p>", "{}", "<!doc", ""] {
            assert_eq!(added(html), html);
        }
    }

    #[test]
    fn data_cannot_leave_its_element() {
        let evil = "/\"><script>alert(1)</script><!--/";
        let page = into(b"<!doctype html>", &extras(&[(evil, "draft")]));
        let page = String::from_utf8_lossy(&page).into_owned();
        assert_eq!(page.matches("</script").count(), 1, "{page}");
        let (_, data) = page.split_once("data-page=\"").expect("the data");
        let (data, _) = data.split_once('"').expect("their end");
        let data = data.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">");
        let data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
        assert_eq!(data["marks"][evil], "draft");
    }
}
