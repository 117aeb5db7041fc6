//! `masthead list`.

use super::{USAGE, args::List};

/// Not there yet.
pub fn run(_: &List) -> u8 {
    USAGE
}
