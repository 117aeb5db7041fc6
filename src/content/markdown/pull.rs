//! Pull quotes: quotes that say again what the story says.
//!
//! Invariant: a quote is one exactly if the words of its first paragraph stand, in the same
//! order, in the text outside of quotes, and nothing in it can be clicked. Then it is for the
//! eye alone, and those who hear the page need not hear it twice.

use super::anchors::plain;
use super::story::{Piece, Placed, Story};
use memchr::memmem;
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
            Piece::Event(Event::End(TagEnd::Paragraph)) => squeeze("\n", &mut text),
            Piece::Picture { .. } => {}
            piece if depth == 0 => squeeze(plain(piece), &mut text),
            _ => {}
        }
    }
    text
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
            piece if first => squeeze(plain(piece), &mut words),
            _ => {}
        }
    }
    let words = words.trim_matches(|c: char| !c.is_alphanumeric());
    words.chars().count() >= FEWEST && memmem::find(said.as_bytes(), words.as_bytes()).is_some()
}

/// Adds a piece of text, with one blank for any number of them. Whole stories go through here,
/// and most pieces have nothing to squeeze.
fn squeeze(piece: &str, out: &mut String) {
    if is_squeezed(piece.as_bytes()) {
        let joint = out.is_empty() || out.ends_with(' ');
        out.push_str(if joint { piece.trim_start_matches(' ') } else { piece });
        return;
    }
    let blank = |out: &mut String| {
        if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    };
    for (index, word) in piece.split(char::is_whitespace).enumerate() {
        if index > 0 {
            blank(out);
        }
        out.push_str(word);
    }
}

/// Whether it is all visible ASCII, but for single blanks. Looks at everything, which the processor
/// does many bytes at a time.
fn is_squeezed(piece: &[u8]) -> bool {
    let odd = piece.iter().fold(false, |odd, byte| odd | !(b' '..=b'~').contains(byte));
    let blanks = |pair: (&u8, &u8)| (*pair.0 == b' ') & (*pair.1 == b' ');
    !odd && !piece.iter().zip(piece.iter().skip(1)).fold(false, |two, pair| two | blanks(pair))
}
