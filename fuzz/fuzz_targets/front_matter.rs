//! Any bytes are a file: front matter is read, or findings say why not, and nothing panics.
//! `cargo fuzz run front_matter`

#![no_main]

use libfuzzer_sys::fuzz_target;
use masthead::content::front;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = front::as_text(bytes, "news/fuzz.md") else { return };
    let (front, findings) = front::read("news/fuzz.md", text, chrono_tz::Tz::UTC, true);
    assert_eq!(front.is_none(), findings.iter().any(|finding| finding.is_error()));
});
