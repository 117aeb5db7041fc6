//! Bytes that ought to be text, and where they are none.
//!
//! Invariant: the finding names the first byte that is no text, and is the same for every kind of
//! file. What may be shown of unpublished work is not decided here.

use super::{Code, Diagnostic, Place};

/// The text of the file that messages call `shown`.
///
/// # Errors
/// A finding that names the first byte which is not UTF-8.
pub fn as_text<'a>(bytes: &'a [u8], shown: &str) -> Result<&'a str, Diagnostic> {
    std::str::from_utf8(bytes).map_err(|error| not_text(bytes, error.valid_up_to(), shown))
}

fn not_text(bytes: &[u8], at: usize, shown: &str) -> Diagnostic {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Diagnostic::new(Code::NotUtf8, "the file is UTF-16, not UTF-8")
            .at(Place::file(shown))
            .help("save it as UTF-8: in Notepad, “Save as” and there “Encoding: UTF-8”");
    }
    let line_end = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |n| at + n);
    // Everything up to `at` is valid, so the first replacement character of the rest is ours.
    let mut text = String::from_utf8_lossy(&bytes[..at]).into_owned();
    text.push_str(&String::from_utf8_lossy(&bytes[at..line_end]));
    let place = Place::in_text(shown, &text, at..at + '\u{fffd}'.len_utf8());
    let (byte, line, column) = (bytes[at], place.line, place.column);
    let message = format!(
        "the file is not UTF-8: the byte {byte:#04x} at line {line}, column {column} is no text"
    );
    Diagnostic::new(Code::NotUtf8, message)
        .at(place)
        .help("open it in an editor in the encoding it was written in, and save it as UTF-8")
}
