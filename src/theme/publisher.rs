//! The organisation behind the outlet, as structured data.
//!
//! Invariant: a page that the settings name and that is not published is not named here. Paths
//! mean what they mean in `url()`: this page's edition first, then the whole site.

use super::{cards::Picture, files::static_keys, functions::place, press::Sheet};
use crate::{base::UrlPath, edition::Query, site};
use serde::Serialize;
use std::collections::BTreeMap;

/// `NewsMediaOrganization`.
#[derive(Serialize)]
#[serde(tag = "@type", rename = "NewsMediaOrganization", rename_all = "camelCase")]
pub struct Publisher<'a> {
    #[serde(rename = "@id")]
    id: String,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    alternate_name: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    legal_name: &'a str,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<ImageObject<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    founding_date: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    same_as: &'a [String],
    #[serde(flatten)]
    policies: BTreeMap<&'static str, String>,
}

/// `ImageObject`.
#[derive(Serialize)]
#[serde(tag = "@type", rename_all = "camelCase")]
pub struct ImageObject<'a> {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "str::is_empty")]
    caption: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    credit_text: &'a str,
}

impl<'a> ImageObject<'a> {
    /// A story's or a person's picture.
    pub fn of(picture: Picture<'a>) -> Self {
        Self {
            url: picture.absolute_url,
            width: picture.width,
            height: picture.height,
            caption: picture.caption,
            credit_text: picture.credit,
        }
    }
}

/// What other data call the organisation.
#[must_use]
pub fn id(sheet: &Sheet) -> String {
    format!("{}#publisher", sheet.press.index.site.base_url.absolute(&UrlPath::root()))
}

/// The organisation, as the settings describe it.
#[must_use]
pub fn publisher(sheet: &Sheet) -> Publisher<'_> {
    let index = sheet.tracer.ask(Query::Settings);
    let site::Publisher { name, legal_name, logo, founding_date, same_as, policies } =
        &index.site.publisher;
    let title = &sheet.edition().title;
    let policies = policies.iter().filter_map(|(name, written)| {
        let (path, anchor) = written.split_at(written.find('#').unwrap_or(written.len()));
        Some((*name, format!("{}{anchor}", place(sheet, path)?)))
    });
    Publisher {
        id: id(sheet),
        name,
        alternate_name: (title != name).then_some(title),
        legal_name,
        url: index.site.base_url.absolute(&UrlPath::root()),
        logo: self::logo(sheet, logo),
        founding_date,
        same_as,
        policies: policies.collect(),
    }
}

/// A static file with its size, or a picture from elsewhere.
fn logo<'a>(sheet: &Sheet, written: &str) -> Option<ImageObject<'a>> {
    let plain =
        |url: String| ImageObject { url, width: None, height: None, caption: "", credit_text: "" };
    if written.starts_with("http") {
        return Some(plain(written.to_owned()));
    }
    let keys = (!written.is_empty()).then(|| static_keys(written));
    keys.into_iter().flatten().find_map(|key| {
        let index = sheet.tracer.ask(Query::File(key.clone()));
        let asset = index.facts.files.get(&key)?;
        let (width, height) = asset.size.unzip();
        Some(ImageObject { width, height, ..plain(index.site.base_url.absolute(&asset.url)) })
    })
}
