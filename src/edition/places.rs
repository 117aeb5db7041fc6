//! By what a web server can tell kinds of files apart: patterns of addresses, a few dozen for an
//! outlet of any size, since no server wants a line for each of a hundred thousand stories.
//!
//! Invariant: for every file of the plan, the last pattern that fits has the class that
//! `delivery` gives it; what none fits is a story or plain page. A test holds both against each
//! other.

use super::{Index, ListKind, icons};
use crate::{
    base::UrlPath,
    site::{Edition, FeedFormat, Fragments, urls},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Files that are good for equally long, in the order in which a target gets them: what a page
/// needs is there before the page, and a page before what lists it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A file whose name carries its hash.
    Hashed,
    /// A picture or other file that keeps its name when it changes.
    File,
    /// A story or plain page, lite or not.
    Article,
    /// What shows many stories: home, lists, shared parts; and the page shown where there is
    /// none, and pages that lead elsewhere.
    List,
    /// Feeds, sitemaps, and what else is written for machines.
    Machine,
}

/// A pattern of addresses.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum Place {
    /// This address.
    At(UrlPath),
    /// Everything below a folder.
    Below(UrlPath),
    /// A file of this name in any folder.
    Named(&'static str),
    /// A file with this ending, as it is written, in any folder.
    Ending(String),
}

/// What lies at a place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Kind {
    /// Where.
    pub place: Place,
    /// How long copies are good.
    pub class: Class,
    /// What a server that goes by endings would not know.
    pub media_type: Option<&'static str>,
}

impl Place {
    /// Whether an address is there.
    #[must_use]
    pub fn fits(&self, url: &UrlPath) -> bool {
        let text = url.as_str();
        let name = || text.rsplit('/').next().unwrap_or_default();
        match self {
            Self::At(at) => at == url,
            Self::Below(folder) => text.starts_with(folder.as_str()),
            Self::Named(wanted) => name() == *wanted,
            Self::Ending(ending) => name().rsplit_once('.').is_some_and(|(_, own)| own == ending),
        }
    }
}

fn kind(place: Place, class: Class) -> Kind {
    Kind { place, class, media_type: None }
}

/// The kinds of files by place; of those that fit, the last counts.
#[must_use]
pub fn kinds(index: &Index) -> Vec<Kind> {
    let mut kinds = lists(index);
    kinds.extend(files(index));
    kinds.extend(shared(index));
    kinds.extend(feeds(index));
    kinds.extend(machines(index));
    let hashed = index.hashed_files().map(|url| kind(Place::At(url.clone()), Class::Hashed));
    kinds.extend(hashed);
    kinds
}

fn lists(index: &Index) -> Vec<Kind> {
    let of_edition = |edition: &Edition| {
        let folders = ["tags", "authors", "series"].map(|folder| edition.section(folder));
        let below = folders.into_iter().chain([edition.latest()]).map(Place::Below);
        [Place::At(edition.home())].into_iter().chain(below).collect::<Vec<_>>()
    };
    let mut places: Vec<Place> = index.site.editions.iter().flat_map(of_edition).collect();
    for (front, has_pages) in index.section_fronts() {
        let pages = UrlPath::new(&format!("{front}page/")).filter(|_| has_pages);
        places.push(Place::At(front));
        places.extend(pages.map(Place::Below));
    }
    places.into_iter().map(|place| kind(place, Class::List)).collect()
}

/// Files that are published as they are, by their endings; those without one by address, and so
/// those that end as pages do, which are told apart by their folders.
fn files(index: &Index) -> Vec<Kind> {
    let made = icons::made(&index.site, &index.facts.files).into_iter();
    let made = made.filter_map(|icon| Some(icon.name().rsplit_once('.')?.1));
    let (mut endings, mut bare) = (BTreeSet::from_iter(made), Vec::new());
    for (_, asset) in index.shown_files() {
        match ending(&asset.url) {
            None | Some("html") => bare.push(asset.url.clone()),
            Some(ending) => drop(endings.insert(ending)),
        }
    }
    let endings = endings.into_iter().map(|ending| Place::Ending(ending.to_owned()));
    let places = endings.chain(bare.into_iter().map(Place::At));
    places.map(|place| kind(place, Class::File)).collect()
}

fn ending(url: &UrlPath) -> Option<&str> {
    let name = url.as_str().rsplit('/').next()?;
    Some(name.rsplit_once('.')?.1)
}

/// The page for what is not there, shared parts, and the front doors of lite editions.
fn shared(index: &Index) -> Vec<Kind> {
    let site = &index.site;
    let of_edition = |edition: &Edition| {
        let fragments = (site.fragments != Fragments::Inline)
            .then(|| UrlPath::new(edition.fragment("x").as_str().trim_end_matches("x.html")))
            .flatten();
        let lite = site.lite.then(|| urls::lite(&edition.home()));
        let places = [edition.not_found()].into_iter().chain(lite).map(Place::At);
        places.chain(fragments.map(Place::Below)).collect::<Vec<_>>()
    };
    let places = site.editions.iter().flat_map(of_edition);
    places.map(|place| kind(place, Class::List)).collect()
}

fn feeds(index: &Index) -> Vec<Kind> {
    let kinds = [ListKind::Latest, ListKind::Section, ListKind::Tag, ListKind::Author];
    let written =
        |format: &FeedFormat| kinds.iter().any(|kind| index.feed_formats(*kind).contains(format));
    let formats = FeedFormat::ALL.into_iter().filter(written);
    let feed = |format| Kind {
        place: Place::Named(urls::feed_file(format)),
        class: Class::Machine,
        media_type: Some(format.media_type()),
    };
    formats.map(feed).collect()
}

fn machines(index: &Index) -> Vec<Kind> {
    let file = |name: &str| urls::file_below(&UrlPath::root(), name);
    let own = |path: &str| index.facts.files.contains_key(format!("static/{path}").as_str());
    let notices = &index.site.notices;
    let notices = [
        ("robots.txt", true),
        (".well-known/security.txt", notices.security.is_some()),
        ("ads.txt", !notices.ads.is_empty()),
    ];
    let notices = notices.into_iter().filter(|(_, wanted)| *wanted);
    let key = index.site.purge.indexnow.iter().map(|engine| format!("{}.txt", engine.key));
    let names = notices.map(|(name, _)| name.to_owned()).chain(key);
    let manifests = index.site.editions.iter().map(|edition| edition.manifest());
    let manifests = manifests.filter(|url| !own(url.as_str().trim_start_matches('/')));
    let files = names.filter(|name| !own(name)).map(|name| file(&name));
    let at = [file("sitemap.xml")].into_iter().chain(files).chain(manifests).map(Place::At);
    let places = at.chain([Place::Below(file("sitemaps/"))]);
    places.map(|place| kind(place, Class::Machine)).collect()
}
