//! site.toml as it is written: which keys there are, and of what kind.
//!
//! Invariant: nothing is filled in and nothing is judged here; `None` is a key that is not
//! there. What it means is decided in `resolve`, which takes every field apart, so a key that
//! is added here cannot be forgotten there.

use super::{
    csp::CspEntry,
    editor::ServeTable,
    hosting::{CacheTable, HostingTable},
    notices::{AdsLines, RobotsTable, SecurityTable},
    publish::PublishTable,
    publisher::PublisherTable,
    purge::{IndexNowTable, PurgeTable},
    values::Named,
    written::{Reader, Setting, section},
};
use crate::base::Code;
use serde_json::{Map, Value};
use toml::{
    Spanned,
    de::{DeString, DeValue},
};

section! {
    /// The whole file.
    SiteFile is "a table" {
        /// The outlet's name.
        title: String = r#""The Valley Post""# required,
        /// Where the outlet lives.
        base_url: String = r#""https://example.org""# required,
        /// The outlet in a sentence.
        description: String = r#""News from the valley""#,
        /// The default language.
        language: String = r#""en""#,
        /// The zone of dates, by its IANA name.
        timezone: String = r#""Asia/Baghdad""#,
        /// The folder name of the theme.
        theme: String = r#""broadsheet""#,
        /// The shape of story URLs.
        permalink: String = r#""/:path/:slug/""#,
        /// How many stories a page of a list holds.
        page_size: usize = "20",
        /// How shared parts of pages are delivered.
        fragments: String = r#""inline""#,
        /// The main menu.
        menu: Vec<Spanned<MenuEntry>> = r#"["politics", { label = "About", url = "/about/" }]"#,
        /// The theme's own settings.
        extra: Map<String, Value> = r##"{ accent = "#a00" }"##,
        /// What feeds hold, or that there are none.
        feeds: FeedsEntry = "false",
        /// The organisation behind the outlet.
        publisher: PublisherTable = r#"{ name = "Valley Media" }"#,
        /// From where pages may load, or that there is no policy.
        csp: CspEntry = "false",
        /// The picture that icons are made from.
        icon: String = r#""logo.svg""#,
        /// The outlet's colour, behind icons and around the page on telephones.
        color: String = r##""#a00000""##,
        /// Whether there is a lite edition.
        lite: bool = "true",
        /// Who may sell the outlet's advertising space.
        ads_txt: AdsLines = r#"["adexchange.example, 12345, DIRECT, abc123"]"#,
        /// What programs may read.
        robots: RobotsTable = r#"{ ai = "search-only" }"#,
        /// Whom to tell of a security hole.
        security: SecurityTable = r#"{ contact = ["mailto:security@example.org"], expires = 2027-06-01 }"#,
        /// Whether search engines must not show this edition.
        noindex: bool = "true",
        /// Which files are written for web servers.
        hosting: HostingTable = r#"{ host = "cloudflare" }"#,
        /// How long copies are good.
        cache: CacheTable = "{ pages = 60 }",
        /// Whose copies are thrown away when something changes.
        purge: PurgeTable = r#"{ cloudflare = { zone = "023e105f4ecef8ad9ca31a8372d0c353" } }"#,
        /// Whether search engines are told of changes.
        indexnow: IndexNowTable = r#"{ key = "7f3c2a9be1d04c58" }"#,
        /// How the preview behaves.
        serve: ServeTable = r#"{ editor = "vscode" }"#,
        /// The language editions, by code.
        languages: Named<LanguageTable> = r#"{ ckb = { title = "پۆستی دۆڵ" } }"#,
        /// Where the outlet is published.
        publish: Named<PublishTable> = r#"{ live = { url = "s3://bucket/prefix" } }"#,
        /// How `check` weighs what it finds.
        lint: LintTable = r#"{ long-headline = "off" }"#,
    }
}

section! {
    /// `[languages.CODE]`.
    LanguageTable is r#"a table such as `{ name = "Français" }`"# {
        /// The language's name in itself.
        name: String = r#""Français""#,
        /// The outlet's name in this language.
        title: String = r#""Le Courrier""#,
        /// The outlet in a sentence.
        description: String = r#""Les nouvelles de la vallée""#,
        /// The main menu of this edition.
        menu: Vec<Spanned<MenuEntry>> = r#"["politics", { label = "About", url = "/about/" }]"#,
        /// The theme's own settings for this edition.
        extra: Map<String, Value> = r##"{ accent = "#a00" }"##,
    }
}

section! {
    /// `[feeds]`.
    FeedsTable is "a table" {
        /// How many of the newest stories.
        limit: usize = "30",
        /// Whether they carry the whole text.
        full_text: bool = "true",
        /// The formats of the outlet's own feed.
        formats: Vec<Spanned<String>> = r#"["atom", "rss", "json"]"#,
        /// Which formats each section has.
        sections: FormatsEntry = "false",
        /// Which formats each tag has.
        tags: FormatsEntry = "false",
        /// Which formats each author has.
        authors: FormatsEntry = "false",
        /// The WebSub hub.
        hub: String = r#""https://hub.example.org/""#,
        /// The host in the identities of entries.
        id_host: String = r#""example.org""#,
    }
}

section! {
    /// A menu entry with a label of its own.
    LinkTable is "a table" {
        /// The text shown.
        label: String = r#""About""# required,
        /// Where it leads.
        url: String = r#""/about/""# required,
    }
}

/// `feeds`: a table, or a switch for all of them.
#[derive(Debug)]
pub(crate) enum FeedsEntry {
    /// `feeds = false`, or `true` for the defaults.
    Switch(bool),
    /// `[feeds]`.
    Table(Box<FeedsTable>),
}

impl Setting for FeedsEntry {
    const KIND: &'static str = "`false` or a table such as `{ limit = 30 }`";

    fn read(value: Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref().as_bool() {
            Some(on) => Some(Self::Switch(on)),
            None => FeedsTable::read(value, reader).map(Box::new).map(Self::Table),
        }
    }
}

/// Formats of feeds: a list of their own, or a switch.
#[derive(Debug)]
pub(crate) enum FormatsEntry {
    /// `false` for none, `true` for all that the outlet's own feed has.
    Switch(bool),
    /// The formats.
    List(Vec<Spanned<String>>),
}

impl Setting for FormatsEntry {
    const KIND: &'static str = r#"`true`, `false` or a list such as `["atom", "rss"]`"#;

    fn read(value: Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref().as_bool() {
            Some(on) => Some(Self::Switch(on)),
            None => Vec::read(value, reader).map(Self::List),
        }
    }
}

/// An entry of `menu`.
#[derive(Debug)]
pub(crate) enum MenuEntry {
    /// The path of a section.
    Section(String),
    /// `{ label, url }`.
    Link(LinkTable),
}

impl Setting for MenuEntry {
    const KIND: &'static str =
        r#"the path of a section such as `"politics"`, or `{ label = "About", url = "/about/" }`"#;

    fn read(value: Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref().as_str() {
            Some(path) => Some(Self::Section(path.to_owned())),
            None => LinkTable::read(value, reader).map(Self::Link),
        }
    }
}

/// `[lint]`: a limit, and a level for each code. The codes are the keys, so they are known
/// here already.
#[derive(Debug, Default)]
pub(crate) struct LintTable {
    /// The longest headline, in characters.
    pub headline_max: Option<Spanned<usize>>,
    /// The levels.
    pub levels: Vec<(Code, Spanned<String>)>,
}

const HEADLINE_MAX: &str = "headline_max";

impl Setting for LintTable {
    const KIND: &'static str = "a table";

    fn read(value: Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let table = reader.table(value, &[])?;
        let mut lint = Self::default();
        for (key, value) in table {
            let code = Code::from_slug(key.get_ref()).filter(|code| code.is_weighable());
            match (key.get_ref().as_ref(), code) {
                (HEADLINE_MAX, _) => lint.headline_max = reader.setting(&key, value, "110"),
                (_, Some(code)) => {
                    let level = reader.setting(&key, value, r#""warning""#);
                    lint.levels.extend(level.map(|level| (code, level)));
                }
                _ => unknown_rule(&key, reader),
            }
        }
        Some(lint)
    }
}

fn unknown_rule(key: &Spanned<DeString<'_>>, reader: &mut Reader<'_>) {
    let weighable = Code::ALL.iter().filter(|code| code.is_weighable());
    let slugs = weighable.map(|code| code.slug());
    let known: Vec<&str> = std::iter::once(HEADLINE_MAX).chain(slugs).collect();
    reader.unknown(key, &known, "name a code as findings show it, such as `long-headline`");
}
