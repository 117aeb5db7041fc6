//! The editor's desk: what waits, what is wrong, what the last edit did.
//!
//! Invariant: it reads the edition that the preview shows and changes nothing. The page and what
//! programs get say the same. It is never part of a build.

pub mod facts;
mod page;
mod pictures;

pub use facts::{Asked, Desk};

use super::{Sight, marks, opener::Opener, overlay};
use crate::build;

/// The desk's page.
#[must_use]
pub fn page(sight: &Sight<'_>, asked: &Asked) -> String {
    let opener = Opener::new(&sight.index.site, sight.root);
    page::markup(&Desk::of(sight, asked), sight, asked, &opener).into_string()
}

/// What is wrong with the story at an address, as safe HTML; empty where nothing is.
#[must_use]
pub fn of_page(sight: &Sight<'_>, address: &str) -> String {
    let Some(slot) = marks::article_at(sight.index, address) else { return String::new() };
    let findings = build::proofread_story(sight.index, sight.plan, sight.root, slot);
    overlay::list(&findings, &Opener::new(&sight.index.site, sight.root))
}

/// The same facts for programs, as JSON.
#[must_use]
pub fn status(sight: &Sight<'_>, asked: &Asked) -> String {
    serde_json::to_string(&Desk::of(sight, asked)).unwrap_or_default()
}
