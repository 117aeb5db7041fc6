//! What `init` and `new` write: a site to begin with, and the beginnings of stories.
//!
//! Invariant: nothing that is there is overwritten, and what is written is read without a
//! finding. This module neither prints nor reads the clock.

pub mod archetype;
pub mod desk;
pub mod starter;

use crate::build::Failure;

/// Why nothing was written.
#[derive(Debug)]
pub enum Refusal {
    /// The arguments make no sense: what is wrong, and what to do.
    Misused(String, String),
    /// The site has errors, or the environment failed.
    Failed(Failure),
}

impl Refusal {
    fn misused(why: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Misused(why.into(), help.into())
    }

    fn environment(shown: &str, error: &std::io::Error) -> Self {
        Self::Failed(Failure::Environment(vec![crate::build::sink::unwritable(shown, error)]))
    }
}
