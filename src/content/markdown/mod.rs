//! The Markdown dialect of stories: `CommonMark` with tables, footnotes, strikethrough,
//! `{#id .class}` on headings and raw HTML as written.
//!
//! Invariant: [`scan()`] (parse time) and [`html()`] (render time) read one `story::Story`, so
//! what the first lists is what the second writes: the same ids, links and pictures, in the
//! same order. Every string is a valid body; nothing here fails.
//! It does not know where links lead: [`Resolve`] does. Template syntax in a body is text.

mod addresses;
mod anchors;
mod footnotes;
mod html;
mod pull;
mod raw_html;
mod scan;
mod story;
#[cfg(test)]
mod tests;
mod words;

pub use addresses::readdressed;
pub use html::{html, lite};
pub use scan::{Scan, scan};

/// Says where the links and pictures of a body lead. It is asked once for each, in reading
/// order, for every kind of target: `mailto:`, `https:` and `#fragment` as well.
pub trait Resolve {
    /// What to write for a link's target.
    fn link(&mut self, target: &str) -> Href;

    /// What to write for a picture; `None` when it is missing, and is then written as it is.
    fn picture(&mut self, target: &str) -> Option<Picture>;

    /// Whether nobody may learn of a picture, not even where it would be: its words stand for it.
    /// Asked before [`Resolve::picture`].
    fn hides(&mut self, _target: &str) -> bool {
        false
    }
}

/// How a body is written for the lite edition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lite<'a> {
    /// The page to which links within the text lead, when the end of it may be missing; empty
    /// when all of it is there.
    pub away: &'a str,
    /// What a picture is called.
    pub picture: &'a str,
}

/// Where a link leads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Href {
    /// To this address on the outlet itself.
    To(String),
    /// To somebody else's site: `rel="noopener"` is added.
    External(String),
    /// Nowhere: the text is kept, without a link.
    Broken,
}

/// A picture that is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    /// Its address.
    pub url: String,
    /// Its width in pixels, if known.
    pub width: Option<u32>,
    /// Its height in pixels, if known.
    pub height: Option<u32>,
}

/// What the markup says to those who hear the page, in the reader's language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Words<'a> {
    /// The name of the region that holds the footnotes.
    pub footnotes: &'a str,
    /// What the arrow at the end of a footnote does.
    pub back_to_text: &'a str,
    /// The name of a table's scrolling region.
    pub table: &'a str,
    /// The language's digits, from nought to nine.
    pub digits: [char; 10],
}

impl Words<'_> {
    /// A number in the language's digits.
    fn number(&self, n: usize) -> String {
        let own = |c: char| c.to_digit(10).map_or(c, |digit| self.digits[digit as usize]);
        n.to_string().chars().map(own).collect()
    }
}
