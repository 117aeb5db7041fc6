//! The editor's desk.

use super::Sight;

/// The desk's page.
#[must_use]
pub fn page(_sight: &Sight<'_>) -> String {
    "<!doctype html>\n<title>The desk</title>\n".to_owned()
}

/// The same facts for programs, as JSON.
#[must_use]
pub fn status(_sight: &Sight<'_>) -> String {
    "{}".to_owned()
}
