//! Files to articles: metadata only, never a body.

pub mod article;

pub use article::{Article, Correction, Heading, Image, Kind, Link, Term};
