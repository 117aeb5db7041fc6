//! What holds of any bytes that are given for a story. The fuzzer asks it, and so does
//! `tests/suite/fuzz.rs`.

use masthead::content::front;

/// Panics where what is promised of every file does not hold of this one.
pub fn holds(bytes: &[u8]) {
    let Ok(text) = front::as_text(bytes, "news/fuzz.md") else { return };
    let (front, findings) = front::read("news/fuzz.md", text, chrono_tz::Tz::UTC, true);
    assert_eq!(front.is_none(), findings.iter().any(|finding| finding.is_error()), "{text:?}");
    if let Some(front) = front {
        assert!(text.is_char_boundary(front.body_at), "{text:?}");
        assert!(!front.title.is_empty(), "{text:?}");
    }
}
