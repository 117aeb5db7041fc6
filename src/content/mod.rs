//! Files to articles: metadata only, never a body.

pub mod article;
pub mod discover;
pub mod front;
pub mod genre;
pub mod inside;
pub mod markdown;
pub mod media;
pub mod parse;
pub mod pixels;

pub use article::{Article, Correction, Image, Kind, Term};
pub use genre::{ACCESS_WORDS, GENRE_WORDS, Genre};
pub use inside::{Heading, Inside, Link};
