//! An article as the rest of the program knows it: metadata, outline and links.
//!
//! Invariant: an [`Article`] never holds its body. It depends on its own file, its path and
//! [`crate::site::Site::parse_key`] alone, so a row from the ledger is as good as a fresh one.

use super::{genre::Genre, inside::Packed};
use crate::base::{ContentPath, Diagnostic, Fingerprint, Moment, UrlPath};
use serde::{Deserialize, Serialize};

/// What a Markdown file is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Kind {
    /// A story: dated, in a section, listed.
    Story,
    /// A plain page such as "about": undated, listed nowhere.
    Page,
    /// The description of a section (`_index.md`), or of an edition's home when at the top.
    Section,
    /// A profile in `authors/`.
    Author,
}

/// A Markdown file's metadata.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Article {
    /// The file.
    pub path: ContentPath,
    /// What it is.
    pub kind: Kind,
    /// The edition: an index into `Site::editions`.
    pub edition: u8,
    /// The section's path without the edition's folder and without folders that only file
    /// stories by date: `politics`, `sport/football`. Empty for pages and authors.
    pub section: Box<str>,
    /// The last segment of the URL.
    pub slug: Box<str>,
    /// Where the page is.
    pub url: UrlPath,
    /// The fingerprint of the whole file.
    pub source: Fingerprint,
    /// The fingerprint of what other pages may show of it, as far as its own file decides.
    pub card: Fingerprint,
    /// The fingerprint of what feeds say of it and the card does not, as far as its own file
    /// decides: tags, and what its identity is made of.
    pub entry: Fingerprint,
    /// Where the body begins in the file, in bytes.
    pub body_at: u32,
    /// The headline, or the name of a section or person.
    pub title: Box<str>,
    /// The standfirst as written; empty if there is none.
    pub summary: Box<str>,
    /// A word or two above the headline; may be empty.
    pub kicker: Box<str>,
    /// Where the story was written; may be empty.
    pub dateline: Box<str>,
    /// The series it belongs to.
    pub series: Option<Term>,
    /// Profile slugs or names, as written.
    pub authors: Box<[Box<str>]>,
    /// The tags, in the order written, one spelling a slug.
    pub tags: Box<[Term]>,
    /// What kind of journalism it is.
    pub genre: Genre,
    /// Whether it is marked as being for subscribers.
    pub paid: bool,
    /// The lead picture.
    pub image: Option<Image>,
    /// First publication; `Moment(0)` for what needs no date.
    pub date: Moment,
    /// The last substantial change, if it is later than `date`.
    pub updated: Option<Moment>,
    /// Never published without `--drafts`.
    pub draft: bool,
    /// Not before this moment, whatever `date` says.
    pub embargo: Option<Moment>,
    /// Gone from this moment on.
    pub expires: Option<Moment>,
    /// Corrections, in the order written.
    pub corrections: Box<[Correction]>,
    /// Old URLs that lead here.
    pub aliases: Box<[UrlPath]>,
    /// The story in another language that this one translates, as written; may be empty.
    pub translation_of: Box<str>,
    /// Whether readers may comment, where the story says.
    pub comments: Option<bool>,
    /// The theme's own table, as JSON; empty if there is none.
    pub extra: Box<str>,
    /// Headings, links, pictures, frames and anchors of the body.
    pub inside: Packed,
    /// Whether something of it is written with `..`: nothing else can lead out of `content/`.
    pub climbs: bool,
    /// How many words the body has.
    pub words: u32,
    /// The beginning of the text, for lists, where there is no summary.
    pub excerpt: Box<str>,
    /// Warnings found while parsing, kept so that they are shown in every build.
    pub findings: Box<[Diagnostic]>,
}

/// Readers get through about so many words a minute.
const PACE: u32 = 230;

impl Article {
    /// How long it takes to read, in minutes: at least one.
    #[must_use]
    pub fn minutes(&self) -> u32 {
        self.words.div_ceil(PACE).max(1)
    }

    /// Whether nothing but the body is another: all that is kept of it besides is what the page
    /// itself shows and asks for. Every field is named here, so that none is forgotten.
    #[must_use]
    pub fn differs_in_body_alone(&self, other: &Self) -> bool {
        let Self {
            path,
            kind,
            edition,
            section,
            slug,
            url,
            source: _,
            card,
            entry,
            body_at: _,
            title,
            summary,
            kicker,
            dateline,
            series,
            authors,
            tags,
            genre,
            paid,
            image,
            date,
            updated,
            draft,
            embargo,
            expires,
            corrections,
            aliases,
            translation_of,
            comments,
            extra,
            inside: _,
            climbs: _,
            words: _,
            excerpt,
            findings: _,
        } = self;
        let o = other;
        (path, kind, edition, section, slug, url, card, entry)
            == (&o.path, &o.kind, &o.edition, &o.section, &o.slug, &o.url, &o.card, &o.entry)
            && (title, summary, kicker, dateline, series, authors, tags)
                == (&o.title, &o.summary, &o.kicker, &o.dateline, &o.series, &o.authors, &o.tags)
            && (genre, paid, image, date, updated, draft, embargo, expires)
                == (
                    &o.genre, &o.paid, &o.image, &o.date, &o.updated, &o.draft, &o.embargo,
                    &o.expires,
                )
            && (corrections, aliases, translation_of, comments, extra, excerpt)
                == (
                    &o.corrections,
                    &o.aliases,
                    &o.translation_of,
                    &o.comments,
                    &o.extra,
                    &o.excerpt,
                )
    }

    /// The fingerprint of what is said of a section or person, but for the body.
    #[must_use]
    pub fn head(&self) -> Fingerprint {
        Fingerprint::of_value(&(self.card, &self.extra))
    }
}

/// A name and the URL segment that stands for it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Term {
    /// As the editor wrote it.
    pub name: Box<str>,
    /// As URLs have it; equal slugs are one term.
    pub slug: Box<str>,
}

/// A picture with what is said of it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Image {
    /// The file, as written: relative to the story, or from the root of the site.
    pub src: Box<str>,
    /// What is to be seen.
    pub alt: Box<str>,
    /// The caption; may be empty.
    pub caption: Box<str>,
    /// Who made it; may be empty.
    pub credit: Box<str>,
}

/// A correction.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Correction {
    /// When it was made.
    pub date: Moment,
    /// What was wrong and what is right.
    pub text: Box<str>,
}
