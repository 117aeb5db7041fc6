//! Files to articles: metadata only, never a body.

pub mod article;
pub mod discover;
pub mod front;
pub mod markdown;
pub mod media;
pub mod parse;

pub use article::{Article, Correction, Heading, Image, Kind, Link, Term};
