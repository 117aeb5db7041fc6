//! The icons of the outlet: which there are, all of them made from one picture.
//!
//! Invariant: which icons there are follows from the settings and the names of files alone; what
//! pages see of it is part of the question about settings. A file of the site or theme at an
//! icon's address goes before the one that would be made.

use super::index::Asset;
use crate::{base::UrlPath, site::Site, site::urls};
use std::collections::BTreeMap;

/// An icon.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Icon {
    /// What browsers ask for by themselves.
    Favicon,
    /// The picture itself, if it can be drawn at any size.
    Svg,
    /// For telephones and the list of apps.
    Small,
    /// The same, larger.
    Large,
    /// For systems that cut icons to a shape of their own: all that matters stands in the middle
    /// (w3.org/TR/appmanifest, "maskable": a circle of 40 % of the width).
    Maskable,
    /// For Apple's home screens, which know no transparency.
    Apple,
}

impl Icon {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Favicon, Self::Svg, Self::Small, Self::Large, Self::Maskable, Self::Apple];

    /// The name of its file, at the root of the site.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Favicon => "favicon.ico",
            Self::Svg => "icon.svg",
            Self::Small => "icon-192.png",
            Self::Large => "icon-512.png",
            Self::Maskable => "icon-maskable-512.png",
            Self::Apple => "apple-touch-icon.png",
        }
    }

    /// Where it is.
    #[must_use]
    pub fn url(self) -> UrlPath {
        urls::file_below(&UrlPath::root(), self.name())
    }

    /// Its width and height in pixels.
    #[must_use]
    pub fn pixels(self) -> u32 {
        match self {
            Self::Favicon => 32,
            Self::Apple => 180,
            Self::Small => 192,
            Self::Svg | Self::Large | Self::Maskable => 512,
        }
    }

    /// How much of its width the picture takes, in hundredths.
    #[must_use]
    pub fn share(self) -> u16 {
        match self {
            Self::Favicon | Self::Svg | Self::Small | Self::Large => 100,
            Self::Apple => 80,
            Self::Maskable => 60,
        }
    }

    /// Whether the picture stands on the outlet's colour.
    #[must_use]
    pub fn is_opaque(self) -> bool {
        matches!(self, Self::Apple | Self::Maskable)
    }
}

/// What the theme calls the picture, where site.toml names none.
const USUAL: &str = "favicon.svg";

type Files = BTreeMap<Box<str>, Asset>;

/// The keys under which the picture may stand: the site's own comes before the theme's.
#[must_use]
pub fn sources(site: &Site) -> [Box<str>; 2] {
    let path = if site.icon.is_empty() { USUAL } else { &site.icon };
    [format!("static/{path}").into(), format!("theme/{path}").into()]
}

/// The key of the picture that all icons are made from.
#[must_use]
pub fn source(site: &Site, files: &Files) -> Option<Box<str>> {
    sources(site).into_iter().find(|key| files.contains_key(key))
}

/// The icons to be made.
#[must_use]
pub fn made(site: &Site, files: &Files) -> Vec<Icon> {
    let Some(source) = source(site, files) else { return Vec::new() };
    let there = |icon: &Icon| *icon != Icon::Svg || source.ends_with(".svg");
    Icon::ALL.into_iter().filter(there).filter(|icon| !is_own(*icon, files)).collect()
}

/// The icons that there are, made or not.
#[must_use]
pub fn all(site: &Site, files: &Files) -> Vec<Icon> {
    let made = made(site, files);
    Icon::ALL.into_iter().filter(|icon| made.contains(icon) || is_own(*icon, files)).collect()
}

fn is_own(icon: Icon, files: &Files) -> bool {
    ["static", "theme"]
        .iter()
        .any(|root| files.contains_key(format!("{root}/{}", icon.name()).as_str()))
}
