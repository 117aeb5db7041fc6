//! Any bytes are a file: front matter is read, or findings say why not, and nothing panics.
//! `cargo fuzz run front_matter`

#![no_main]

#[path = "../properties/front_matter.rs"]
mod front_matter;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| front_matter::holds(bytes));
