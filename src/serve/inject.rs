//! What is added to a page on its way out.

use super::{Shown, Sight};
use serde::Serialize;

/// What is added to a page. It says nothing that changes by itself, such as the time: the page's
/// `ETag` is made from it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Extras {
    /// The `ETag` of the response; empty while it is being made.
    pub etag: String,
}

impl Extras {
    /// What is added to a page.
    #[must_use]
    pub fn of(_sight: &Sight<'_>, _shown: &Shown<'_>) -> Self {
        Self::default()
    }
}

/// The page with what is added.
#[must_use]
pub fn into(html: &[u8], _extras: &Extras) -> Vec<u8> {
    html.to_vec()
}
