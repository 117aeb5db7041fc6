//! `masthead new`.

use super::{USAGE, args::New};

/// Not there yet.
pub fn run(_: &New) -> u8 {
    USAGE
}
