//! `masthead init`.

use super::{USAGE, args::Init};

/// Not there yet.
pub fn run(_: &Init) -> u8 {
    USAGE
}
