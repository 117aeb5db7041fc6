//! Pull quotes: quotes that say again what the story says.
//!
//! Invariant: a quote is one exactly if the words of its first paragraph stand, in the same
//! order, in the text outside of quotes, and nothing in it can be clicked. Then it is for the
//! eye alone, and those who hear the page need not hear it twice.

use super::anchors::plain;
use super::story::{Piece, Placed, Story};
use pulldown_cmark::{Event, Tag, TagEnd};

/// Fewer letters than this are repeated by chance.
const FEWEST: usize = 12;

/// The words of a story outside of its quotes, one blank between them.
pub fn said(story: &Story) -> String {
    let (mut text, mut depth) = (String::new(), 0usize);
    for (piece, _) in &story.main {
        match piece {
            Piece::Event(Event::Start(Tag::BlockQuote(_))) => depth += 1,
            Piece::Event(Event::End(TagEnd::BlockQuote(_))) => depth = depth.saturating_sub(1),
            Piece::Event(Event::End(TagEnd::Paragraph)) => text.push('\n'),
            Piece::Picture { .. } => {}
            piece if depth == 0 => text.push_str(plain(piece)),
            _ => {}
        }
    }
    squeeze(&text)
}

/// Whether the quote whose content begins here repeats what was `said`.
pub fn is_pull(rest: &[Placed], said: &str) -> bool {
    let ends =
        |(piece, _): &&Placed| !matches!(piece, Piece::Event(Event::End(TagEnd::BlockQuote(_))));
    let (mut words, mut first) = (String::new(), true);
    for (piece, _) in rest.iter().take_while(ends) {
        match piece {
            Piece::Event(Event::Start(Tag::Paragraph | Tag::Emphasis | Tag::Strong)) => {}
            // Lists, links, notes, pictures: more than words.
            Piece::Event(Event::Start(_)) | Piece::Mark { .. } | Piece::Raw { .. } => return false,
            Piece::Picture { .. } | Piece::Heading(_) => return false,
            Piece::Event(Event::End(TagEnd::Paragraph)) => first = false,
            piece if first => words.push_str(plain(piece)),
            _ => {}
        }
    }
    let words = squeeze(&words);
    let words = words.trim_matches(|c: char| !c.is_alphanumeric());
    words.chars().count() >= FEWEST && said.contains(words)
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
