//! What the outlet declared: site.toml as written, and as meant; and every URL's shape.
//!
//! Invariant: a [`Site`] is fully resolved. Every default is applied and every value checked,
//! so nobody further on asks whether a setting is there.

pub mod csp;
mod editions;
pub mod editor;
mod feeds;
mod file;
pub mod hosting;
mod menu;
pub mod model;
pub mod notices;
mod permalink;
mod place;
pub mod publish;
pub mod publisher;
pub mod purge;
mod resolve;
mod syntax;
pub mod urls;
mod values;
pub(crate) mod written;

pub use csp::Csp;
pub use editor::Editor;
pub use hosting::{Cache, Host, HostFile, Hosting};
pub use model::{
    Edition, FeedFormat, Feeds, Fragments, Level, Lint, MenuItem, Permalink, PermalinkPart, Site,
};
pub use notices::{Ai, Notices};
pub use place::{place, quoted};
pub use publish::{Packing, Target};
pub use publisher::Publisher;
pub use purge::Purge;
pub use resolve::resolve;
pub use urls::BaseUrl;
