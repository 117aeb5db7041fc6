//! Files to articles: metadata only, never a body.

pub mod article;
pub mod discover;
pub mod front;
pub mod inside;
pub mod markdown;
pub mod media;
pub mod parse;

pub use article::{Article, Correction, Image, Kind, Term};
pub use inside::{Heading, Inside, Link};
