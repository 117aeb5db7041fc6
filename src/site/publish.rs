//! `[publish.NAME]` as written → the targets that have a name.
//!
//! Invariant: nothing secret stands here: credentials come from the environment alone, and an
//! address that carries one is refused.

use super::{
    hosting::Cache,
    resolve::{choice, words},
    urls::BaseUrl,
    values::Named,
    written::{Reader, Refusal, section},
};
use crate::base::{Code, Diagnostic, Place};
use toml::Spanned;

section! {
    /// `[publish.NAME]`.
    PublishTable is r#"a table such as `{ url = "s3://bucket/prefix" }`"# {
        /// The address.
        url: String = r#""s3://bucket/prefix""# required,
        /// Where readers find it.
        base_url: String = r#""https://example.org""#,
        /// How many earlier editions can be returned to.
        keep: usize = "3",
        /// How much of the outlet an edition may take down, in percent.
        max_deletes: usize = "10",
        /// How long style sheets, scripts and fonts stay that no page asks for any more, in seconds.
        grace: usize = "604800",
        /// How text is packed.
        compress: String = r#""br""#,
        /// Whether CDNs, subscribers and search engines are told of what changes.
        purge: bool = "false",
    }
}

/// How a target's text is packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Packing {
    /// Not at all: what stands before the target does it.
    Plain,
    /// gzip (RFC 1952), which every client knows.
    Gzip,
    /// Brotli (RFC 7932), smaller.
    Brotli,
}

/// A target with a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// Its address, as written.
    pub url: String,
    /// Where readers find it, if that is said: an edition for another address is refused.
    pub base_url: Option<String>,
    /// How many earlier editions can be returned to.
    pub keep: usize,
    /// How much of the outlet an edition may take down, in percent.
    pub max_deletes: usize,
    /// How long style sheets, scripts and fonts stay that no page asks for any more, in seconds.
    pub grace: usize,
    /// How text is packed.
    pub compress: Packing,
    /// Whether CDNs, subscribers and search engines are told of what changes: of a staging area
    /// they have no copies, and nobody waits for its news.
    pub purge: bool,
}

impl Target {
    /// A target that has an address alone.
    #[must_use]
    pub fn unnamed(url: &str) -> Self {
        Self {
            name: String::new(),
            url: url.to_owned(),
            base_url: None,
            keep: KEEP,
            max_deletes: MAX_DELETES,
            grace: GRACE,
            compress: Packing::Plain,
            purge: true,
        }
    }

    /// With a time of grace, if there is one, that is as long as pages are shown without being
    /// asked for anew.
    #[must_use]
    pub fn with_grace_for(self, cache: &Cache) -> Self {
        let shown = cache.pages.max(cache.lists) + cache.stale + cache.on_error;
        let grace = if self.grace == 0 { 0 } else { self.grace.max(shown) };
        Self { grace, ..self }
    }
}

const KEEP: usize = 3;
/// So many can be kept without the target growing out of bounds.
const MOST_KEPT: usize = 20;
const MAX_DELETES: usize = 10;
/// A week: a page that was left open over a few days still finds its style sheet.
const GRACE: usize = 7 * 24 * 3600;
/// A year: files whose names carry a hash are good for no longer either.
const LONGEST_GRACE: usize = 31_536_000;

const PACKINGS: [(&str, Packing); 3] =
    [("none", Packing::Plain), ("gzip", Packing::Gzip), ("br", Packing::Brotli)];

/// The targets, in the order of their names.
pub(super) fn targets(
    written: Option<Spanned<Named<PublishTable>>>,
    reader: &mut Reader<'_>,
) -> Vec<Target> {
    let tables = written.map(Spanned::into_inner).unwrap_or_default().0;
    let mut out: Vec<Target> =
        tables.into_iter().map(|(name, table)| target(name.into_inner(), table, reader)).collect();
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}

fn target(name: String, table: PublishTable, reader: &mut Reader<'_>) -> Target {
    let PublishTable { url, base_url, keep, max_deletes, grace, compress, purge } = table;
    let url = reader.checked(url, String::new(), words("url"));
    if holds_secret(&url) {
        reader.report_as_is(secret(&name));
    }
    Target {
        name,
        url,
        base_url: reader.checked(base_url, None, |url| home(&url).map(Some)),
        keep: reader.checked(keep, KEEP, at_most("keep", MOST_KEPT, KEEP)),
        max_deletes: reader.checked(
            max_deletes,
            MAX_DELETES,
            at_most("max_deletes", 100, MAX_DELETES),
        ),
        grace: reader.checked(grace, GRACE, at_most("grace", LONGEST_GRACE, GRACE)),
        compress: reader.checked(compress, Packing::Plain, choice("compress", &PACKINGS)),
        purge: purge.is_none_or(Spanned::into_inner),
    }
}

/// Whether an address holds a password or a query, where secrets stand.
fn holds_secret(url: &str) -> bool {
    let (_, rest) = url.split_once("://").unwrap_or_default();
    let authority = rest.split('/').next().unwrap_or_default();
    url.contains('?') || authority.split_once('@').is_some_and(|(user, _)| user.contains(':'))
}

/// The line is not shown: what is printed may be public.
fn secret(name: &str) -> Diagnostic {
    let message = format!(
        "`url` in `[publish.{name}]` holds a password or a query; site.toml is no place for secrets"
    );
    let help = "write the address alone, `url = \"s3://bucket/prefix\"`, and put credentials into the environment";
    Diagnostic::new(Code::BadSettings, message).at(Place::file("site.toml")).help(help)
}

fn home(text: &str) -> Result<String, Refusal> {
    BaseUrl::parse(text).map(|url| format!("{}{}", url.origin, url.path)).map_err(|fact| {
        Refusal::new(Code::BadBaseUrl, fact, "write `base_url = \"https://example.org\"`")
    })
}

fn at_most(
    key: &'static str,
    most: usize,
    usual: usize,
) -> impl FnOnce(usize) -> Result<usize, Refusal> {
    move |number| {
        if number <= most {
            return Ok(number);
        }
        let message = format!("`{key}` is {number}, but must be from 0 to {most}");
        Err(Refusal::new(Code::BadSettings, message, format!("write `{key} = {usual}`")))
    }
}
