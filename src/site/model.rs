//! The resolved settings of an outlet.
//!
//! Invariant: no field is an `Option` that has a default; what site.toml leaves out is filled
//! in by `resolve`. Nearly everything here can be seen by templates, so changing it
//! makes pages stale; nothing secret belongs here.

use super::{
    csp::Csp, editor::Editor, hosting::Hosting, notices::Notices, publish::Target,
    publisher::Publisher, purge::Purge, urls::BaseUrl,
};
use crate::base::{Code, Fingerprint, Lang, Severity};
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::BTreeMap;

/// What site.toml means.
#[derive(Clone, Debug, Serialize)]
pub struct Site {
    /// The outlet's name.
    pub title: String,
    /// Where it lives.
    pub base_url: BaseUrl,
    /// The zone in which dates without one are read and all dates are shown.
    pub timezone: Tz,
    /// The folder name of the theme.
    pub theme: String,
    /// The language editions; the default language is the first.
    pub editions: Vec<Edition>,
    /// The shape of story URLs.
    pub permalink: Permalink,
    /// How many stories a page of a list holds (the front of a list holds up to twice as
    /// many, less one).
    pub page_size: usize,
    /// How shared parts of pages are delivered.
    pub fragments: Fragments,
    /// What feeds hold.
    pub feeds: Feeds,
    /// The organisation behind the outlet.
    pub publisher: Publisher,
    /// From where pages may load.
    pub csp: Csp,
    /// The static file that icons are made from; empty for the theme's.
    pub icon: String,
    /// The outlet's colour, as CSS has it: `#rgb` or `#rrggbb`.
    pub colour: String,
    /// Whether each story has a page of text alone, below `/lite/`.
    pub lite: bool,
    /// What the outlet tells those who come by programme. Not seen by templates.
    pub notices: Notices,
    /// Whether search engines must not show this edition, which is a preview then.
    pub noindex: bool,
    /// How the outlet is served. Not seen by templates.
    #[serde(skip)]
    pub hosting: Hosting,
    /// Whose copies are thrown away when something changes. Not seen by templates.
    #[serde(skip)]
    pub purge: Purge,
    /// Which program the preview opens files in. Not seen by templates.
    #[serde(skip)]
    pub editor: Editor,
    /// Where the outlet is published. Not seen by templates.
    #[serde(skip)]
    pub targets: Vec<Target>,
    /// Levels and limits for `check`. Not seen by templates.
    #[serde(skip)]
    pub lint: Lint,
    /// The theme's own settings.
    pub extra: serde_json::Value,
}

/// One language edition.
#[derive(Clone, Debug, Serialize)]
pub struct Edition {
    /// The language.
    pub lang: Lang,
    /// The folder under `content/` and in URLs: empty for the default language, else the
    /// language code as written in site.toml.
    pub prefix: String,
    /// The language's name in itself, for the language switch; for example `کوردی`.
    pub name: String,
    /// The outlet's name in this language.
    pub title: String,
    /// The outlet in a sentence; may be empty.
    pub description: String,
    /// The entries of the main menu; empty means every top-level section.
    pub menu: Vec<MenuItem>,
    /// The theme's own settings for this edition.
    pub extra: serde_json::Value,
}

/// One entry of the main menu.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum MenuItem {
    /// A section, by its path, under its own title.
    Section {
        /// The section's path, such as `politics`.
        path: String,
    },
    /// Any address under a given label.
    Link {
        /// The text shown.
        label: String,
        /// A path on this site or an absolute URL, as written.
        url: String,
    },
}

/// The shape of story URLs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Permalink(pub Vec<PermalinkPart>);

/// A piece of a permalink pattern.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum PermalinkPart {
    /// Text that stands as it is.
    Text(String),
    /// `:path`, the folders under the section's language folder, as they are.
    Path,
    /// `:section`, the section's path.
    Section,
    /// `:year`, four digits, of first publication in the outlet's timezone.
    Year,
    /// `:month`, two digits.
    Month,
    /// `:day`, two digits.
    Day,
    /// `:slug`.
    Slug,
}

/// How shared parts such as "The Latest" come into a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fragments {
    /// Baked into each page.
    Inline,
    /// Fetched by a small script; a plain link without it.
    Client,
    /// Put in by a CDN that knows Edge Side Includes.
    Esi,
    /// Put in by a web server that knows Server Side Includes.
    Ssi,
}

/// What feeds hold, and which there are.
#[derive(Clone, Debug, Serialize)]
pub struct Feeds {
    /// How many of the newest stories. With 0 the lists of formats below are empty.
    pub limit: usize,
    /// Whether they carry the whole text rather than the standfirst.
    pub full_text: bool,
    /// The formats of each edition's own feed, the one to be shown to readers first.
    pub formats: Vec<FeedFormat>,
    /// The formats of each section's.
    pub sections: Vec<FeedFormat>,
    /// The formats of each tag's.
    pub tags: Vec<FeedFormat>,
    /// The formats of each author's.
    pub authors: Vec<FeedFormat>,
    /// The WebSub hub that tells subscribers of news.
    pub hub: Option<String>,
    /// The host in the identities of entries: where the outlet lives, or once lived.
    pub id_host: String,
}

/// A format of feeds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FeedFormat {
    /// Atom 1.0 (RFC 4287).
    Atom,
    /// RSS 2.0 (rssboard.org/rss-specification).
    Rss,
    /// JSON Feed 1.1 (jsonfeed.org/version/1.1).
    Json,
}

impl FeedFormat {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Atom, Self::Rss, Self::Json];

    /// The word for it in settings and templates.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Rss => "rss",
            Self::Json => "json",
        }
    }

    /// Its name as readers know it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Atom => "Atom",
            Self::Rss => "RSS",
            Self::Json => "JSON Feed",
        }
    }

    /// The media type that links to it name and hosts should serve it as.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml",
            Self::Rss => "application/rss+xml",
            Self::Json => "application/feed+json",
        }
    }
}

/// How `check` weighs what it finds.
#[derive(Clone, Debug)]
pub struct Lint {
    /// Levels that differ from the code's own.
    pub levels: BTreeMap<Code, Level>,
    /// The longest headline, in characters.
    pub headline_max: usize,
}

/// A level in `[lint]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    /// Not reported at all.
    Off,
    /// Reported with this severity.
    On(Severity),
}

impl Site {
    /// The default edition.
    #[must_use]
    pub fn default_edition(&self) -> &Edition {
        // `resolve` always puts the default language first.
        &self.editions[0]
    }

    /// What the rows of parsed files depend on besides the files: when this changes, every
    /// file is parsed anew.
    #[must_use]
    pub fn parse_key(&self) -> Fingerprint {
        let prefixes: Vec<&str> = self.editions.iter().map(|e| e.prefix.as_str()).collect();
        Fingerprint::of_value(&(prefixes, self.timezone.name(), &self.permalink))
    }
}
