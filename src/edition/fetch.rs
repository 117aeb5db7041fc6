//! Looking ahead: articles are brought into the processor's cache some at a time.
//!
//! Invariant: nothing is done with what is seen; leaving this out changes only speed. In an archive
//! an article, its headline, its standfirst and so on lie far apart in memory, and a page that
//! takes one after the other waits for each. Asked for together, many places come in the time of
//! one, and cards are made a good third quicker.

use super::index::{Index, Slot};
use crate::content::Article;
use std::hint::black_box;

/// How much the processor fetches at once, in bytes.
const LINE: usize = 64;

impl Index {
    /// Looks at articles whose cards are about to be made. Twenty are well; a thousand would push
    /// one another out again.
    pub fn fetch(&self, slots: impl Iterator<Item = Slot> + Clone) {
        let articles = || slots.clone().map(|slot| self.article(slot));
        black_box(articles().fold(0, |seen, article| seen ^ head(article)));
        black_box(articles().fold(0, |seen, article| seen ^ texts(article)));
        let authors = articles().flat_map(|article| &article.authors);
        black_box(authors.fold(0, |seen, author| seen ^ text(author)));
    }
}

/// Something of each part of the article itself.
fn head(a: &Article) -> usize {
    let names = a.url.as_str().len() ^ a.section.len();
    let shown = a.title.len() ^ a.kicker.len() ^ a.summary.len() ^ a.excerpt.len();
    let lists = a.authors.len() ^ a.tags.len() ^ a.corrections.len();
    let rest = usize::from(a.draft) ^ usize::from(a.updated.is_some()) ^ usize::from(a.source.0[0]);
    names ^ shown ^ lists ^ rest ^ usize::from(a.image.is_some()) ^ usize::from(a.embargo.is_some())
}

/// What the article shows of itself. Where it has a standfirst, the beginning of its text is not
/// shown.
fn texts(a: &Article) -> u8 {
    let standfirst = if a.summary.is_empty() { &a.excerpt } else { &a.summary };
    let authors = a.authors.first().map_or(0, |author| author.len().to_le_bytes()[0]);
    text(&a.title) ^ text(standfirst) ^ text(a.url.as_str()) ^ authors
}

/// A byte of each line of a text.
fn text(text: &str) -> u8 {
    let bytes = text.as_bytes();
    bytes.iter().step_by(LINE).chain(bytes.last()).fold(0, |seen, byte| seen ^ byte)
}
