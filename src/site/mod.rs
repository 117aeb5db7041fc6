//! What the outlet declared: site.toml as written, and as meant; and every URL's shape.
//!
//! Invariant: a [`Site`] is fully resolved. Every default is applied and every value checked,
//! so nobody further on asks whether a setting is there.

pub mod model;
pub mod urls;

pub use model::{Edition, Feeds, Fragments, Level, Lint, MenuItem, Permalink, Site};
pub use urls::BaseUrl;
