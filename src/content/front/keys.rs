//! The table of front matter keys: the one place that names them all.
//!
//! Invariant: the decoder, the messages, the schema and the editors' guide know no key that is
//! not in this table.

use super::proof::Syntax;
use crate::base::suggest;
use crate::content::genre::{ACCESS_WORDS, GENRE_WORDS};

/// A front matter key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Key {
    /// The key as the documentation writes it.
    pub name: &'static str,
    /// Another spelling that is accepted; empty if there is none.
    pub other: &'static str,
    /// What it wants.
    pub wants: Wants,
    /// What it means, in a line.
    pub about: &'static str,
}

/// What a key wants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wants {
    /// Text.
    Text,
    /// A list of texts; a single text is a list of one.
    Texts,
    /// A date or date-time, bare or as text.
    Date,
    /// `true` or `false`.
    Bool,
    /// One segment of a URL.
    Slug,
    /// A list of paths on this site, each beginning with `/`; a single one is a list of one.
    Paths,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A table with [`IMAGE_KEYS`], or the picture's path.
    Image,
    /// A list of tables with `date` and `text`.
    Corrections,
    /// A table with whatever a theme asks for.
    Table,
}

const fn key(name: &'static str, other: &'static str, wants: Wants, about: &'static str) -> Key {
    Key { name, other, wants, about }
}

/// Every key, in the order of the editors' guide.
pub const KEYS: &[Key] = &[
    key("title", "", Wants::Text, "The headline. Required."),
    key("date", "", Wants::Date, "First publication. Required for a story."),
    key("updated", "", Wants::Date, "The last substantial change; shown when later than `date`."),
    key("authors", "author", Wants::Texts, "Names or profile slugs."),
    key("tags", "", Wants::Texts, "Tags."),
    key("summary", "description", Wants::Text, "The standfirst."),
    key("kicker", "", Wants::Text, "A word or two above the headline."),
    key("dateline", "", Wants::Text, "Where the story was written."),
    key("series", "", Wants::Text, "The series the story belongs to."),
    key("type", "", Wants::Word(&GENRE_WORDS), "News, opinion, analysis, …"),
    key("access", "", Wants::Word(&ACCESS_WORDS), "Whether the story is for subscribers."),
    key("image", "", Wants::Image, "The lead picture."),
    key("slug", "", Wants::Slug, "The story's own URL segment."),
    key("aliases", "", Wants::Paths, "Old URLs that redirect here."),
    key("draft", "", Wants::Bool, "Never published without `--drafts`."),
    key("embargo", "publish_date", Wants::Date, "Not before this moment, whatever `date` says."),
    key("expires", "expiry_date", Wants::Date, "Gone from this moment on."),
    key("corrections", "", Wants::Corrections, "Corrections, shown on the page."),
    key("translation_of", "", Wants::Text, "The path of the story that this one translates."),
    key("comments", "", Wants::Bool, "`false` switches comments off."),
    key("extra", "", Wants::Table, "Keys of your own, for the theme."),
];

/// The keys of the `image` table.
pub const IMAGE_KEYS: &[&str] = &["src", "alt", "caption", "credit"];

/// The keys of each of the `corrections`.
pub const CORRECTION_KEYS: &[&str] = &["date", "text"];

/// What other programs and newsrooms call our keys; spelling alone would not lead there.
const ELSEWHERE: &[(&str, &str)] = &[
    ("headline", "title"),
    ("genre", "type"),
    ("kind", "type"),
    ("paywall", "access"),
    ("published", "date"),
    ("lastmod", "updated"),
    ("modified", "updated"),
    ("byline", "authors"),
    ("keywords", "tags"),
    ("categories", "tags"),
    ("category", "tags"),
    ("standfirst", "summary"),
    ("subtitle", "summary"),
    ("excerpt", "summary"),
    ("dek", "summary"),
    ("lede", "summary"),
    ("location", "dateline"),
    ("cover", "image"),
    ("picture", "image"),
    ("photo", "image"),
    ("thumbnail", "image"),
    ("permalink", "slug"),
    ("redirect_from", "aliases"),
];

/// The key that is written `name`.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name || (!key.other.is_empty() && key.other == name))
}

/// The key that was probably meant by `name`, which is none.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    let known = KEYS.iter().flat_map(|key| [key.name, key.other]).filter(|name| !name.is_empty());
    let elsewhere = ELSEWHERE.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
    elsewhere.map(|(_, key)| *key).or_else(|| suggest::nearest(name, known))
}

impl Wants {
    /// What it wants, in the words of a message.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Wants::Text => "a text",
            Wants::Texts => "a list of texts",
            Wants::Date => "a date",
            Wants::Bool => "`true` or `false`",
            Wants::Word(_) => "a word",
            Wants::Slug => "a text, one segment of a URL",
            Wants::Paths => "a list of paths",
            Wants::Image => "a table with `src`, or the picture's path",
            Wants::Corrections => "a list of tables with `date` and `text`",
            Wants::Table => "a table",
        }
    }

    /// A value to paste.
    pub(super) fn example(self, syntax: Syntax) -> &'static str {
        match (self, syntax) {
            (Wants::Text | Wants::Word(_), _) => r#""…""#,
            (Wants::Texts, _) => r#"["…", "…"]"#,
            (Wants::Date, _) => "2026-11-22",
            (Wants::Bool, _) => "true",
            (Wants::Slug, _) => r#""some-story""#,
            (Wants::Paths, _) => r#"["/old/path/"]"#,
            (Wants::Image, Syntax::Toml) => r#"{ src = "picture.jpg", alt = "…" }"#,
            (Wants::Image, Syntax::Yaml) => r#"{ src: "picture.jpg", alt: "…" }"#,
            (Wants::Corrections, Syntax::Toml) => r#"[{ date = 2026-11-22, text = "…" }]"#,
            (Wants::Corrections, Syntax::Yaml) => r#"[{ date: 2026-11-22, text: "…" }]"#,
            (Wants::Table, Syntax::Toml) => r#"{ name = "…" }"#,
            (Wants::Table, Syntax::Yaml) => r#"{ name: "…" }"#,
        }
    }
}
