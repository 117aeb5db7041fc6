//! What is kept of a body when it has been read: outline, links, pictures, anchors, length and
//! beginning.
//!
//! Invariant: lists only what `html` writes, in the order in which it writes it; a link in a
//! footnote that nobody mentions is not there. It judges nothing: whether a link leads anywhere
//! is found out later.

use super::anchors::plain;
use super::raw_html::{Found, Kind};
use super::story::{Head, Piece, Placed, Story};
use super::words::words;
use crate::content::{Heading, Inside, Link};
use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// What is kept of a body.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Scan {
    /// Headings, links (and the media files of raw HTML), pictures, frames, and the other ids that
    /// links may lead to: those of raw HTML, each once, and of footnotes.
    pub inside: Inside<'static>,
    /// How many words it has, code blocks excepted.
    pub words: u32,
    /// The beginning of the first paragraph with text: at most 240 characters, the ellipsis
    /// included. Empty if it was not wanted.
    pub excerpt: Box<str>,
}

/// How long an excerpt may be, in characters.
const EXCERPT: usize = 240;

/// Reads a body that begins at byte `offset` of its file.
#[must_use]
pub fn scan(body: &str, offset: u32, want_excerpt: bool) -> Scan {
    let story = Story::parse(body);
    let excerpt = if want_excerpt { excerpt(&story.main) } else { Box::default() };
    let mut scan = Scan { words: words(&story), excerpt, ..Scan::default() };
    for (piece, at) in story.pieces() {
        scan.note(&story, piece, at);
    }
    let Inside { links, pictures, frames, scripts, .. } = &mut scan.inside;
    for link in links.iter_mut().chain(pictures).chain(frames).chain(scripts) {
        link.at = (link.at.0.saturating_add(offset), link.at.1.saturating_add(offset));
    }
    scan.inside.anchors = story.anchors.into_iter().map(|id| id.into_string().into()).collect();
    scan
}

impl Scan {
    fn note(&mut self, story: &Story, piece: &Piece, at: &Range<usize>) {
        match piece {
            Piece::Heading(head) => self.inside.outline.push(heading(&story.heads[*head])),
            Piece::Event(Event::Start(Tag::Link { dest_url, .. })) => {
                self.inside.links.push(link(dest_url, at, false));
            }
            Piece::Picture { target, alt, .. } => {
                self.inside.pictures.push(link(target, at, !alt.trim().is_empty()));
            }
            Piece::Raw { found, .. } => found.iter().for_each(|found| self.note_found(found)),
            _ => {}
        }
    }

    fn note_found(&mut self, found: &Found) {
        match found.kind {
            Kind::Id => {}
            Kind::Link => self.inside.links.push(link(&found.text, &found.tag, false)),
            // What is in a frame is a page like any that a link leads to.
            Kind::Frame => {
                self.inside.links.push(link(&found.text, &found.tag, false));
                self.inside.frames.push(link(&found.text, &found.tag, false));
            }
            Kind::Script => self.inside.scripts.push(link(&found.text, &found.tag, false)),
            Kind::Picture { alt, .. } => {
                self.inside.pictures.push(link(&found.text, &found.tag, alt))
            }
        }
    }
}

fn heading(head: &Head) -> Heading<'static> {
    let text = head.text.trim().to_owned().into();
    Heading { level: head.level, id: head.id.to_string().into(), text }
}

fn link(target: &str, at: &Range<usize>, alt: bool) -> Link<'static> {
    let narrow = |at| u32::try_from(at).unwrap_or(u32::MAX);
    Link { target: target.to_owned().into(), at: (narrow(at.start), narrow(at.end)), alt }
}

fn excerpt(main: &[Placed]) -> Box<str> {
    let (mut text, mut open) = (String::new(), false);
    for (piece, _) in main {
        match piece {
            Piece::Event(Event::Start(Tag::Paragraph)) => open = true,
            Piece::Event(Event::End(TagEnd::Paragraph)) if !text.trim().is_empty() => break,
            Piece::Event(Event::End(TagEnd::Paragraph)) => open = false,
            Piece::Picture { .. } => {}
            Piece::Raw { html, .. } if open && html.starts_with("<br") => text.push(' '),
            _ if open => text.push_str(plain(piece)),
            _ => {}
        }
    }
    shorten(text.trim())
}

/// Cuts text at the end of a word.
fn shorten(text: &str) -> Box<str> {
    let Some((limit, _)) = text.char_indices().nth(EXCERPT) else { return text.into() };
    // One character is left for the ellipsis, and the cut may fall right before a blank.
    let mut letters = text[..limit].char_indices().rev().filter(|(_, c)| !is_combining_mark(*c));
    let last = letters.next().map_or(0, |(at, _)| at);
    let whole = text[..limit].rfind(char::is_whitespace).filter(|at| *at > 0);
    let cut = whole.unwrap_or(last).min(last);
    let kept = text[..cut].trim_end_matches(|c: char| !c.is_alphanumeric() && !is_closing(c));
    format!("{kept}…").into()
}

/// What may stand before an ellipsis besides letters.
fn is_closing(c: char) -> bool {
    is_combining_mark(c) || matches!(c, ')' | ']' | '"' | '”' | '»' | '’')
}
