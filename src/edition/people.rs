//! People: who a byline means.
//!
//! Invariant: a written author (a profile's slug, a profile's name, or any name) means one
//! person an edition, whatever the order of files. A profile of the default edition serves the
//! others where they have none of their own.

use super::gate::Admitted;
use crate::{
    base::{Fingerprint, UrlPath, slug},
    content::Kind,
    site::Site,
};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// A person in one edition.
#[derive(Clone, Debug)]
pub struct Person {
    /// The URL segment.
    pub slug: Box<str>,
    /// The name as shown.
    pub name: Box<str>,
    /// The page in this edition.
    pub url: UrlPath,
    /// The profile's position, if there is one.
    pub profile: Option<u32>,
    /// What bylines show: the slug and the name.
    pub byline: Fingerprint,
    /// Everything above, and of the profile all but its body.
    pub fingerprint: Fingerprint,
}

/// Everybody who wrote, or has a profile.
#[derive(Debug, Default)]
pub struct People {
    /// In the order of slugs, for each edition.
    everybody: Vec<Vec<Person>>,
    /// From what bylines say to positions in the list above. Bylines are looked up for each card.
    written: Vec<FxHashMap<Box<str>, u32>>,
}

impl People {
    /// Reads the profiles, then the bylines of `stories`, then those of pages.
    #[must_use]
    pub fn new(site: &Site, admitted: &Admitted, stories: &[u32]) -> Self {
        let mut people = Gathered {
            everybody: site.editions.iter().map(|_| BTreeMap::new()).collect(),
            written: site.editions.iter().map(|_| FxHashMap::default()).collect(),
        };
        people.read_profiles(admitted);
        let pages = admitted.visible().iter();
        let pages = pages.filter(|slot| admitted.article(**slot).kind == Kind::Page);
        for slot in stories.iter().chain(pages) {
            let article = admitted.article(*slot);
            for author in &article.authors {
                people.meet(site, article.edition, author);
            }
        }
        people.settle()
    }

    /// The slug under which a written author is listed.
    #[must_use]
    pub fn slug_of<'a>(&'a self, edition: u8, author: &'a str) -> &'a str {
        self.written(edition, author).map_or(author, |person| &person.slug)
    }

    /// A person, by slug.
    #[must_use]
    pub fn get(&self, edition: u8, slug: &str) -> Option<&Person> {
        let people = self.everybody.get(usize::from(edition))?;
        let at = people.binary_search_by(|person| (*person.slug).cmp(slug)).ok()?;
        people.get(at)
    }

    /// The person whom a byline's entry means.
    #[must_use]
    pub fn written(&self, edition: u8, author: &str) -> Option<&Person> {
        let edition = usize::from(edition);
        let at = *self.written.get(edition)?.get(author)?;
        self.everybody.get(edition)?.get(at as usize)
    }

    /// Everybody, by edition and slug.
    pub fn iter(&self) -> impl Iterator<Item = (u8, &Person)> {
        (0u8..)
            .zip(&self.everybody)
            .flat_map(|(edition, people)| people.iter().map(move |person| (edition, person)))
    }
}

/// People while they are being met.
struct Gathered {
    /// By slug, for each edition.
    everybody: Vec<BTreeMap<Box<str>, Person>>,
    /// From what bylines say to slugs, for each edition.
    written: Vec<FxHashMap<Box<str>, Box<str>>>,
}

impl Gathered {
    fn read_profiles(&mut self, admitted: &Admitted) {
        for slot in admitted.visible() {
            let article = admitted.article(*slot);
            if article.kind != Kind::Author {
                continue;
            }
            let person = Person {
                slug: article.slug.clone(),
                name: article.title.clone(),
                url: article.url.clone(),
                profile: Some(*slot),
                byline: Fingerprint::of_value(&(&article.slug, &article.title)),
                fingerprint: article.head(),
            };
            self.add(article.edition, person);
        }
    }

    fn add(&mut self, edition: u8, person: Person) {
        let names = &mut self.written[usize::from(edition)];
        for name in [person.slug.clone(), person.name.clone()] {
            names.entry(name).or_insert_with(|| person.slug.clone());
        }
        self.everybody[usize::from(edition)].entry(person.slug.clone()).or_insert(person);
    }

    /// Makes sure that a written author is somebody.
    fn meet(&mut self, site: &Site, edition: u8, author: &str) {
        let number = usize::from(edition);
        if self.written[number].contains_key(author) {
            return;
        }
        let mut person = match self.written[0].get(author).and_then(|slug| self.get(0, slug)) {
            Some(person) if edition != 0 => person.clone(),
            _ => stranger(author),
        };
        person.url = site.editions[number].term("authors", &person.slug);
        self.written[number].insert(author.into(), person.slug.clone());
        let known =
            self.everybody[number].entry(person.slug.clone()).or_insert_with(|| person.clone());
        // Of two spellings with one slug the first in byte order names the person.
        if known.profile.is_none() && person.name < known.name {
            *known = person;
        }
    }

    fn get(&self, edition: usize, slug: &str) -> Option<&Person> {
        self.everybody.get(edition)?.get(slug)
    }

    /// Gives everybody a position.
    fn settle(self) -> People {
        let positions = |(names, people): (FxHashMap<_, Box<str>>, &BTreeMap<Box<str>, Person>)| {
            let at: FxHashMap<&str, u32> = people.keys().map(|slug| &**slug).zip(0u32..).collect();
            names.into_iter().filter_map(|(name, slug)| Some((name, *at.get(&*slug)?))).collect()
        };
        let written = self.written.into_iter().zip(&self.everybody).map(positions).collect();
        let everybody = self.everybody.into_iter().map(|people| people.into_values().collect());
        People { everybody: everybody.collect(), written }
    }
}

/// Somebody without a profile.
fn stranger(name: &str) -> Person {
    let slug = slug::slug(name).unwrap_or_else(|| "author".to_owned());
    let byline = Fingerprint::of_value(&(&slug, name));
    Person {
        slug: slug.into(),
        name: name.into(),
        url: UrlPath::root(),
        profile: None,
        byline,
        fingerprint: byline,
    }
}
