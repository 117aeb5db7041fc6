//! Replating: where only shared parts of a page are others, they are exchanged, and the page is not
//! set anew.
//!
//! Invariant: gives what rendering would give, or nothing. It is for pages whose own questions have
//! their old answers, of the bytes that were rendered then. A template may ask whether there is
//! anything in a part, so where there is nothing the page is set anew.

use crate::{
    base::inset,
    ledger::OutputRow,
    outputs::Rendered,
    theme::{
        Press,
        parts::{Part, Printed},
    },
};
use std::sync::Arc;

/// The page of a row, whose bytes are `page`, with the parts of today.
#[must_use]
pub fn replate(press: &Arc<Press>, page: &[u8], row: &OutputRow) -> Option<Rendered> {
    let part = |id: u64| press.part(id).filter(|part| !part.html.is_empty());
    let parts: Vec<Arc<Part>> =
        row.insets.iter().map(|inset| part(inset.part)).collect::<Option<_>>()?;
    let text = |id: u64| {
        let mut parts = row.insets.iter().zip(&parts);
        parts.find(|(inset, _)| inset.part == id).map(|(_, part)| &*part.html)
    };
    let (page, insets) = inset::exchange(page, &row.insets, text)?;
    Some(Printed::new(String::from_utf8(page).ok()?, row.own(), insets, &parts).into())
}
