//! What kind of journalism a story is, and who may read it.
//!
//! Invariant: the words are the editors'; schema.org's names are accepted as well and stand for
//! the same (<https://schema.org/NewsArticle>, "More specific Types").

use serde::{Deserialize, Serialize};

/// What kind of journalism a story is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub enum Genre {
    /// What happened.
    #[default]
    News,
    /// What somebody thinks of it.
    Opinion,
    /// What it means, by somebody who knows the subject.
    Analysis,
    /// What one should know beforehand.
    Background,
    /// What a reporter saw.
    Reportage,
    /// What a book, a play or a meal is worth.
    Review,
    /// What readers asked.
    AskPublic,
    /// What is not meant seriously.
    Satire,
    /// What somebody paid for.
    Advertising,
}

/// Each kind with the editors' word and schema.org's name.
const GENRES: [(Genre, &str, &str); 9] = [
    (Genre::News, "news", "NewsArticle"),
    (Genre::Opinion, "opinion", "OpinionNewsArticle"),
    (Genre::Analysis, "analysis", "AnalysisNewsArticle"),
    (Genre::Background, "background", "BackgroundNewsArticle"),
    (Genre::Reportage, "reportage", "ReportageNewsArticle"),
    (Genre::Review, "review", "ReviewNewsArticle"),
    (Genre::AskPublic, "ask-public", "AskPublicNewsArticle"),
    (Genre::Satire, "satire", "SatiricalArticle"),
    (Genre::Advertising, "advertising", "AdvertiserContentArticle"),
];

/// What may be written: the editors' words, then schema.org's names.
pub const GENRE_WORDS: [&str; 18] = {
    let mut words = [""; 18];
    let mut at = 0;
    while at < GENRES.len() {
        words[at] = GENRES[at].1;
        words[at + GENRES.len()] = GENRES[at].2;
        at += 1;
    }
    words
};

/// What `access` may be.
pub const ACCESS_WORDS: [&str; 2] = ["free", "subscribers"];

impl Genre {
    /// The kind that a word of [`GENRE_WORDS`] stands for.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let found = GENRES.iter().find(|(_, own, name)| *own == word || *name == word);
        found.map(|(genre, _, _)| *genre)
    }

    fn row(self) -> (&'static str, &'static str) {
        let found = GENRES.iter().find(|(genre, _, _)| *genre == self);
        found.map_or(("news", "NewsArticle"), |(_, word, name)| (word, name))
    }

    /// The editors' word.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.row().0
    }

    /// schema.org's name.
    #[must_use]
    pub fn schema(self) -> &'static str {
        self.row().1
    }
}
