//! Counts the words of a body.
//!
//! Invariant: a word is what stands between blanks (Unicode's `White_Space`) and holds a letter
//! or digit of any script; markup inside a word does not split it. It is written for speed,
//! since it sees every byte of an archive: a look at each character takes longer than parsing.

use super::raw_html::{Reader, Token};
use super::story::{Piece, Story};
use pulldown_cmark::{Event, Tag, TagEnd};
use std::sync::LazyLock;

/// How many words the story has, code blocks excepted.
pub fn words(story: &Story) -> u32 {
    let (mut counter, mut reader, mut code) = (Counter::default(), Reader::default(), false);
    for (piece, _) in story.pieces() {
        match piece {
            Piece::Event(Event::Text(text) | Event::Code(text)) if !code => counter.text(text),
            Piece::Event(Event::Start(tag)) if !is_inline(tag.to_end()) => {
                counter.in_word = false;
                code = matches!(tag, Tag::CodeBlock(_));
            }
            Piece::Event(Event::End(tag)) if !is_inline(*tag) => {
                counter.in_word = false;
                code = false;
            }
            Piece::Event(Event::SoftBreak | Event::HardBreak) | Piece::Heading(_) => {
                counter.in_word = false;
            }
            Piece::Raw { html, .. } => counter.raw(html, &mut reader),
            _ => {}
        }
    }
    counter.words
}

fn is_inline(tag: TagEnd) -> bool {
    use TagEnd::{Emphasis, Link, Strikethrough, Strong};
    matches!(tag, Emphasis | Strong | Strikethrough | Link)
}

#[derive(Default)]
struct Counter {
    words: u32,
    in_word: bool,
}

impl Counter {
    fn raw(&mut self, html: &str, reader: &mut Reader) {
        reader.read(html, |token| match token {
            Token::Text(text) => self.text(text),
            Token::Open(tag) if tag.is_break() => self.in_word = false,
            Token::Open(_) => {}
        });
    }

    fn text(&mut self, text: &str) {
        let mut rest = text;
        // The end of a run of ASCII is always between characters.
        while let Some((block, _)) = rest.as_bytes().split_first_chunk::<BLOCK>() {
            if block.is_ascii() {
                self.block(block);
                rest = &rest[BLOCK..];
            } else {
                let end = rest.ceil_char_boundary(BLOCK);
                self.characters(&rest[..end]);
                rest = &rest[end..];
            }
        }
        self.characters(rest);
    }

    /// Counts a whole block at once. In the bits of `rest`, which are all that are no blanks, each
    /// word is a run of ones. Adding a letter of a run carries out of its end, where there is a
    /// nought, and so does adding several; a run without a letter stays as it is.
    fn block(&mut self, block: &[u8; BLOCK]) {
        let letters = bits(block, |byte| byte.is_ascii_alphanumeric());
        let blanks = bits(block, |byte| (byte == b' ') | (byte.wrapping_sub(0x09) <= 0x0D - 0x09));
        let rest = !blanks;
        // A word that has been counted goes on to the first blank; its letters count no more.
        let going_on = if self.in_word { rest & !rest.wrapping_add(1) } else { 0 };
        let letters = letters & !going_on;
        let (sum, beyond) = rest.overflowing_add(letters);
        self.words += (sum & blanks).count_ones() + u32::from(beyond);
        self.in_word = beyond || going_on == u64::MAX;
    }

    /// ASCII is counted without branches, which processors would guess wrong twice a word; of
    /// other characters only the first of a word and possible blanks are decoded.
    fn characters(&mut self, text: &str) {
        let (bytes, mut at) = (text.as_bytes(), 0);
        let (mut words, mut in_word) = (self.words, self.in_word);
        while let Some(byte) = bytes.get(at) {
            let (letter, blank, length) = match CLASSES[usize::from(*byte)] {
                class @ (OTHER | LETTER | BLANK) => (class == LETTER, class == BLANK, 1),
                BEYOND if in_word => (false, false, 1),
                _ => {
                    // Words begin and end between characters, so this is the start of one.
                    let c = text[at..].chars().next().unwrap_or_default();
                    (is_letter(c), c.is_whitespace(), c.len_utf8())
                }
            };
            words += u32::from(letter & !in_word);
            in_word = (in_word | letter) & !blank;
            at += length;
        }
        (self.words, self.in_word) = (words, in_word);
    }
}

/// How many bytes are looked at together: as many as a number has bits.
const BLOCK: usize = 64;

/// Which bytes of a block are of a kind, the first in the lowest bit. Eight flags at a time are
/// gathered in the uppermost byte of a product.
fn bits(block: &[u8; BLOCK], is: impl Fn(u8) -> bool) -> u64 {
    let flags = block.map(|byte| u8::from(is(byte)));
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().rev().fold(0, |bits, eight| {
        let gathered = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits << 8 | gathered
    })
}

/// An ASCII character that is neither of the next two.
const OTHER: u8 = 0;
const LETTER: u8 = 1;
const BLANK: u8 = 2;
/// The first byte of the characters beyond ASCII among which there are blanks: U+0085, U+00A0,
/// U+1680, U+2000 to U+205F and U+3000.
const MAYBE_BLANK: u8 = 3;
/// Any other byte of a character beyond ASCII.
const BEYOND: u8 = 4;

const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte: u8 = 0;
    while byte < 255 {
        classes[byte as usize] = class(byte);
        byte += 1;
    }
    classes
};

const fn class(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => LETTER,
        b' ' | 0x09..=0x0D => BLANK,
        0xC2 | 0xE1..=0xE3 => MAYBE_BLANK,
        0x80.. => BEYOND,
        _ => OTHER,
    }
}

/// Which of the characters with two bytes in UTF-8 are letters or digits: most alphabets.
static LETTERS: LazyLock<Vec<bool>> = LazyLock::new(|| {
    (0..0x800).map(|c| char::from_u32(c).is_some_and(char::is_alphanumeric)).collect()
});

/// Looks in the table first: the standard library searches for the character each time.
fn is_letter(c: char) -> bool {
    LETTERS.get(c as usize).copied().unwrap_or_else(|| c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    fn slowly(text: &str) -> usize {
        text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count()
    }

    fn quickly(text: &str) -> usize {
        let mut counter = Counter::default();
        counter.text(text);
        counter.words as usize
    }

    #[test]
    fn every_character_counts_as_it_should() {
        for c in (0..=0x0001_FFFF).filter_map(char::from_u32) {
            let text = format!("a{c}b {c} 字{c}ه");
            assert_eq!(quickly(&text), slowly(&text), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_counted(text in "[ -~\u{80}-\u{3100}\n]{0,60}") {
            prop_assert_eq!(quickly(&text), slowly(&text));
        }

        #[test]
        fn blocks_are_counted(pieces in vec("([ \n]|[-a.]|[a-z.,]{0,90}|[ö\u{2003}]){0,40}", 0..4)) {
            let mut counter = Counter::default();
            pieces.iter().for_each(|piece| counter.text(piece));
            prop_assert_eq!(counter.words as usize, slowly(&pieces.concat()));
        }
    }
}
