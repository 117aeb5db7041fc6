//! `masthead schema`.

use super::{USAGE, args::Schema};

/// Not there yet.
pub fn run(_: &Schema) -> u8 {
    USAGE
}
