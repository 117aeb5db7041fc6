//! `masthead check`.

use super::{USAGE, args::Check};

/// Not there yet.
pub fn run(_: &Check) -> u8 {
    USAGE
}
