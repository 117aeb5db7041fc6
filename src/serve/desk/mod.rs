//! The editor's desk: what waits, what is wrong, what the last edit did.
//!
//! Invariant: it reads the edition that the preview shows and changes nothing. The page and what
//! programs get say the same. It is never part of a build.

pub mod facts;
mod page;
mod pictures;

pub use facts::{Asked, Desk};

use super::{Sight, opener::Opener};

/// The desk's page.
#[must_use]
pub fn page(sight: &Sight<'_>, asked: &Asked) -> String {
    let opener = Opener::new(&sight.index.site, sight.root);
    page::markup(&Desk::of(sight, asked), sight, asked, &opener).into_string()
}

/// The same facts for programs, as JSON.
#[must_use]
pub fn status(sight: &Sight<'_>, asked: &Asked) -> String {
    serde_json::to_string(&Desk::of(sight, asked)).unwrap_or_default()
}
