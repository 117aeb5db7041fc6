//! `masthead explain`.

use super::{USAGE, args::Explain};

/// Not there yet.
pub fn run(_: &Explain) -> u8 {
    USAGE
}
