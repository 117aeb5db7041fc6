//! Any text is a body: what the scan lists is what the HTML holds, and nothing panics.
//! `cargo fuzz run markdown`

#![no_main]

#[path = "../properties/markdown.rs"]
mod markdown;

libfuzzer_sys::fuzz_target!(|body: &str| markdown::holds(body));
