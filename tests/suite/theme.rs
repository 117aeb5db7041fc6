//! The theme `plain`: a few short templates that use every function and filter there is.
//!
//! Invariant: it shows every field of the contract somewhere, so that a field which changes
//! unseen by the tracer shows up as a page that differs from a clean build.

/// The theme's files, as [`crate::support::files`] reads them.
pub const PLAIN: &str = include_str!("plain.theme");
