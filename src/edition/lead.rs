//! The lead picture of an article.
//!
//! Invariant: a picture of ours that is missing, or withheld, is none.

use super::{
    index::{Asset, Index},
    links::Target,
};
use crate::content::{Article, Image};

impl Index {
    /// The lead picture of an article, with the file if it is ours; none if the file is missing.
    #[must_use]
    pub fn lead<'a>(&'a self, article: &'a Article) -> Option<(&'a Image, Option<&'a Asset>)> {
        let image = article.image.as_ref()?;
        match self.file(article, &image.src) {
            Some((_, asset)) => Some((image, Some(asset))),
            None => {
                (self.resolve(article, &image.src) == Target::Elsewhere).then_some((image, None))
            }
        }
    }

    /// The absolute URL of a lead picture, ours or not.
    #[must_use]
    pub fn lead_url(&self, article: &Article) -> Option<String> {
        let base = &self.site.base_url;
        match self.lead(article)? {
            (_, Some(asset)) => Some(base.absolute(&asset.url)),
            (image, None) => base.absolute_of(&article.url, &image.src),
        }
    }
}
