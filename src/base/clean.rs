//! Characters that no document may hold.
//!
//! Invariant: what is left out has no place in HTML nor in XML 1.0 and shows nothing to anybody:
//! control characters but tab and line ends, what Unicode says is no character, and byte order
//! marks, which word processors leave behind. Whatever passed through here is left as it is.

use serde::Serialize;
use serde_json::{
    Serializer,
    ser::{CharEscape, CompactFormatter, Formatter},
};
use std::{borrow::Cow, io};

/// Text without characters that no document may hold (XML 1.0, section 2.2; HTML Standard,
/// section 13.2.3.5).
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if !is_suspect(text) || text.chars().all(is_shown) {
        return text.into();
    }
    text.chars().filter(|c| is_shown(*c)).collect::<String>().into()
}

/// Whether some byte belongs to such a character, or may. Every page goes through here, so it is
/// done in steps that the processor takes sixteen bytes at a time.
fn is_suspect(text: &str) -> bool {
    let odd = |b: u8| {
        (b < 0x20) & (b != b'\n') & (b != b'\t') & (b != b'\r')
            | (b == 0x7f)
            | (b == 0xc2)
            | (b >= 0xef)
    };
    let steps = text.as_bytes().chunks(256);
    steps.into_iter().any(|step| step.iter().fold(false, |found, b| found | odd(*b)))
}

fn is_shown(c: char) -> bool {
    let no_character = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    !no_character && c != '\u{feff}' && (!c.is_control() || "\t\n\r".contains(c))
}

/// A value as JSON that says nothing of such characters either: JSON could escape them.
///
/// # Errors
/// Only for maps with keys that are no text.
pub fn clean_json<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let mut out = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut out, Shown))?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// Compact JSON without characters that no document may hold.
struct Shown;

impl Formatter for Shown {
    fn write_string_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        writer.write_all(clean(fragment).as_bytes())
    }

    fn write_char_escape<W>(&mut self, writer: &mut W, escape: CharEscape) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        match escape {
            CharEscape::AsciiControl(_) | CharEscape::Backspace | CharEscape::FormFeed => Ok(()),
            shown => CompactFormatter.write_char_escape(writer, shown),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_says_nothing_of_them() {
        let value = ("a\u{0}\u{8}\u{c}\u{1f}\u{7f}\u{fffe}\"b\"\n\t\\u0001", [1, 2]);
        let text = clean_json(&value).expect("texts and numbers");
        assert_eq!(text, "[\"a\\\"b\\\"\\n\\t\\\\u0001\",[1,2]]");
    }

    #[test]
    fn only_what_shows_nothing_is_left_out() {
        for (text, shown) in [
            ("a\tb\nc\r\n", "a\tb\nc\r\n"),
            (
                "nû çê ئێ «ح» \u{a0}\u{200c}\u{2067}\u{1f980}",
                "nû çê ئێ «ح» \u{a0}\u{200c}\u{2067}\u{1f980}",
            ),
            ("a\u{0}\u{8}\u{b}\u{c}\u{1b}\u{7f}b", "ab"),
            ("a\u{80}\u{85}\u{9f}b", "ab"),
            ("\u{feff}a\u{fffe}\u{ffff}\u{fdd0}\u{1fffe}\u{10ffff}b\u{fffd}", "ab\u{fffd}"),
        ] {
            assert_eq!(clean(text), shown);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_quick_look_misses_nothing(text in "\\PC{0,300}.{0,4}") {
            proptest::prop_assert!(clean(&text).chars().all(is_shown));
        }
    }
}
