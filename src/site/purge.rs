//! `[purge]` and `[indexnow]`: whose copies have to be thrown away when something changes, and
//! who is told of it.
//!
//! Invariant: nothing secret stands here. Who may do it is known to the environment alone, and
//! so may be where (`FASTLY_SERVICE_ID` and its like) if the settings do not say.

use super::{
    resolve::{choice, words},
    written::{Reader, Refusal, section},
};
use crate::base::Code;
use serde::Serialize;
use toml::Spanned;

/// Whose copies are thrown away, and who is told.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Purge {
    /// When more addresses than this have changed, all copies are thrown away at once.
    pub most: usize,
    /// Fastly, by surrogate keys.
    pub fastly: Option<Fastly>,
    /// Cloudflare.
    pub cloudflare: Option<Cloudflare>,
    /// Amazon CloudFront, by paths.
    pub cloudfront: Option<Cloudfront>,
    /// Search engines that listen to IndexNow.
    pub indexnow: Option<IndexNow>,
}

impl Purge {
    /// The CDN that goes by surrogate keys, if there is one.
    #[must_use]
    pub fn by_keys(&self) -> Option<&'static str> {
        let tags = self.cloudflare.as_ref().is_some_and(|cloudflare| cloudflare.by == By::Tags);
        if self.fastly.is_some() { Some("Fastly") } else { tags.then_some("Cloudflare") }
    }
}

/// `[purge.fastly]`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fastly {
    /// The service; empty where the environment says it.
    pub service: String,
    /// Whether copies are marked as stale rather than thrown away.
    pub soft: bool,
}

/// `[purge.cloudflare]`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Cloudflare {
    /// The zone; empty where the environment says it.
    pub zone: String,
    /// How copies are named.
    pub by: By,
}

/// How copies are named to a CDN.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum By {
    /// By address.
    Urls,
    /// By the cache tags that the origin sends.
    Tags,
    /// By the path of the file: `/a/index.html` rather than `/a/`.
    Files,
}

const CLOUDFLARE: [(&str, By); 2] = [("urls", By::Urls), ("tags", By::Tags)];
const CLOUDFRONT: [(&str, By); 2] = [("urls", By::Urls), ("files", By::Files)];

/// `[purge.cloudfront]`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Cloudfront {
    /// The distribution; empty where the environment says it.
    pub distribution: String,
    /// Whether paths are readers' or those of the files behind them.
    pub by: By,
}

/// `[indexnow]`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct IndexNow {
    /// The key, which stands in a file of its name as well. It is no secret.
    pub key: String,
    /// Where changed addresses are sent.
    pub endpoint: String,
}

section! {
    /// `[purge]`.
    PurgeTable is "a table" {
        /// When more addresses have changed, everything is purged.
        most: usize = "3000",
        /// Fastly.
        fastly: FastlyTable = r#"{ service = "SU1Z0isxPaozGVKXdv0eY" }"#,
        /// Cloudflare.
        cloudflare: CloudflareTable = r#"{ zone = "023e105f4ecef8ad9ca31a8372d0c353" }"#,
        /// Amazon CloudFront.
        cloudfront: CloudfrontTable = r#"{ distribution = "EDFDVBD6EXAMPLE" }"#,
    }
}

section! {
    /// `[purge.fastly]`.
    FastlyTable is "a table" {
        /// The service.
        service: String = r#""SU1Z0isxPaozGVKXdv0eY""#,
        /// Whether copies are marked as stale rather than thrown away.
        soft: bool = "true",
    }
}

section! {
    /// `[purge.cloudflare]`.
    CloudflareTable is "a table" {
        /// The zone.
        zone: String = r#""023e105f4ecef8ad9ca31a8372d0c353""#,
        /// How copies are named.
        by: String = r#""urls""#,
    }
}

section! {
    /// `[purge.cloudfront]`.
    CloudfrontTable is "a table" {
        /// The distribution.
        distribution: String = r#""EDFDVBD6EXAMPLE""#,
        /// Whether paths are readers' or those of files.
        by: String = r#""files""#,
    }
}

section! {
    /// `[indexnow]`.
    IndexNowTable is r#"a table such as `{ key = "7f3c2a9be1d04c58" }`"# {
        /// The key.
        key: String = r#""7f3c2a9be1d04c58""# required,
        /// Where changed addresses are sent.
        endpoint: String = r#""https://api.indexnow.org/indexnow""#,
    }
}

/// The settings as meant.
pub(super) fn purge(
    written: Option<Spanned<PurgeTable>>,
    news: Option<Spanned<IndexNowTable>>,
    reader: &mut Reader<'_>,
) -> Purge {
    let PurgeTable { most, fastly, cloudflare, cloudfront } =
        written.map(Spanned::into_inner).unwrap_or_default();
    let fastly = fastly.map(|table| {
        let FastlyTable { service, soft } = table.into_inner();
        let service = reader.checked(service, String::new(), identity("service"));
        Fastly { service, soft: soft.is_none_or(Spanned::into_inner) }
    });
    let cloudflare = cloudflare.map(|table| {
        let CloudflareTable { zone, by } = table.into_inner();
        let zone = reader.checked(zone, String::new(), identity("zone"));
        Cloudflare { zone, by: reader.checked(by, By::Urls, choice("by", &CLOUDFLARE)) }
    });
    let cloudfront = cloudfront.map(|table| {
        let CloudfrontTable { distribution, by } = table.into_inner();
        let distribution = reader.checked(distribution, String::new(), identity("distribution"));
        Cloudfront { distribution, by: reader.checked(by, By::Urls, choice("by", &CLOUDFRONT)) }
    });
    Purge {
        most: most.map_or(3000, Spanned::into_inner),
        fastly,
        cloudflare,
        cloudfront,
        indexnow: news.and_then(|table| indexnow(table.into_inner(), reader)),
    }
}

/// What is part of an address at the CDN must be letters and digits.
fn identity(key: &'static str) -> impl FnOnce(String) -> Result<String, Refusal> {
    move |text| {
        let text = words(key)(text)?;
        let fine = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        fine.then(|| text.clone()).ok_or_else(|| {
            let fact = format!("`{text}` is not the identity of a {key}");
            let help = "copy it from the CDN's own pages: letters and digits alone";
            Refusal::new(Code::BadSettings, fact, help)
        })
    }
}

fn indexnow(table: IndexNowTable, reader: &mut Reader<'_>) -> Option<IndexNow> {
    let IndexNowTable { key, endpoint } = table;
    let usual = "https://api.indexnow.org/indexnow".to_owned();
    let endpoint = reader.checked(endpoint, usual, https);
    let key = reader.checked(Some(key?), None, |key| indexnow_key(key).map(Some))?;
    Some(IndexNow { key, endpoint })
}

/// 8 to 128 letters, digits and dashes (<https://www.indexnow.org/documentation>).
fn indexnow_key(key: String) -> Result<String, Refusal> {
    let fine = (8..=128).contains(&key.len())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    fine.then(|| key.clone()).ok_or_else(|| {
        let help = "write 8 to 128 letters, digits and dashes: `key = \"7f3c2a9be1d04c58\"`";
        Refusal::new(Code::BadSettings, format!("`{key}` is no key for IndexNow"), help)
    })
}

fn https(text: String) -> Result<String, Refusal> {
    let parsed = url::Url::parse(&text).ok();
    let fine = parsed.is_some_and(|url| matches!(url.scheme(), "http" | "https"));
    fine.then(|| text.clone()).ok_or_else(|| {
        let help = "write `endpoint = \"https://api.indexnow.org/indexnow\"`";
        Refusal::new(Code::BadSettings, format!("`{text}` is not an absolute URL"), help)
    })
}
