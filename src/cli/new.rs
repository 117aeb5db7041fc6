//! `masthead new`: the beginning of a story.

use super::{
    FINE,
    args::{Format, New},
    build, misused, put, tell,
};
use crate::{
    base::Moment,
    scaffold::{
        Refusal,
        desk::{self, Order},
    },
};

/// Writes the file, and prints its path.
pub fn run(args: &New) -> u8 {
    let order = Order {
        root: &args.root,
        section: &args.section,
        headline: &args.headline,
        slug: args.slug.as_deref(),
        at: args.at.as_deref(),
        now: Moment::now(),
    };
    match desk::begin(&order) {
        Ok(begun) => {
            if let Some(section) = &begun.new_section {
                tell(&format!(
                    "note: `{section}` is a new section; content/{section}/_index.md can give it a title"
                ));
            }
            put(&format!("{}\n", begun.path), FINE)
        }
        Err(refusal) => refuse(&refusal),
    }
}

/// Says why nothing was written.
pub fn refuse(refusal: &Refusal) -> u8 {
    match refusal {
        Refusal::Misused(why, help) => misused(why, help),
        Refusal::Failed(failure) => build::refuse(failure, Format::Text),
    }
}
