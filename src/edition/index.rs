//! The index: everything that pages may ask, built once a build from admitted articles.
//!
//! Invariant: it is immutable and its order is total, so each question has one answer a build.
//! It holds no body, and nothing of a story that the gate has withheld but its address, which
//! serves only to drop links to it.

use super::{
    gate::{Admitted, State},
    links::{self, Target},
    lists::{self, List, ListKey, ListKind, with_parents},
    news,
    people::People,
    shards::{self, Shard},
    translations::Translations,
};
use crate::{
    base::{ContentPath, Fingerprint, UrlPath},
    content::{Article, Kind},
    site::{Edition, Site},
};
use hashbrown::HashTable;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::{
    collections::{BTreeMap, BTreeSet},
    hash::BuildHasher,
    sync::Arc,
};

/// The position of an admitted article.
pub type Slot = u32;

/// A static file, or a picture beside a story.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asset {
    /// Where it is published.
    pub url: UrlPath,
    /// Where it is published under a name that carries its hash, if templates ask for it.
    pub hashed: Option<UrlPath>,
    /// Its bytes.
    pub fingerprint: Fingerprint,
    /// Width and height in pixels, of a picture.
    pub size: Option<(u32, u32)>,
}

/// What the rooms above know and pages may ask: fingerprints of templates and strings, and
/// the files. Keys of files begin with `content/`, `static/` or `theme/`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// Templates by name, with all they can reach.
    pub templates: BTreeMap<Box<str>, Fingerprint>,
    /// The strings of each edition.
    pub strings: Vec<Fingerprint>,
    /// Files by key.
    pub files: BTreeMap<Box<str>, Asset>,
    /// The Content Security Policy for pages; empty where there is none.
    pub policy: String,
    /// The settings that templates can see, theme defaults included.
    pub settings: Fingerprint,
}

type Sections = Vec<BTreeMap<Box<str>, Section>>;

/// A section of one edition.
#[derive(Clone, Debug)]
pub struct Section {
    /// The title from `_index.md`, or made from the folder's name.
    pub title: Box<str>,
    /// Its front.
    pub url: UrlPath,
    /// The position of `_index.md`, if there is one.
    pub source: Option<Slot>,
    /// Everything above, and of the file all but its body.
    pub fingerprint: Fingerprint,
}

/// What an address of this site leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Address {
    /// An article's page.
    Article(Slot),
    /// Another page or file.
    Other,
    /// A page that is being withheld.
    Withheld,
    /// Nothing that is known.
    Unknown,
}

/// Everything that pages may ask. Its tables are shared by the indices that have them in common,
/// so that a copy costs little.
#[derive(Clone, Debug)]
pub struct Index {
    /// The settings.
    pub site: Arc<Site>,
    /// What may be seen.
    pub admitted: Admitted,
    /// What the rooms above know.
    pub facts: Arc<Facts>,
    /// Who wrote.
    pub people: Arc<People>,
    /// Every list.
    pub lists: Arc<BTreeMap<ListKey, List>>,
    /// Every section by path, for each edition. The empty path stands for the edition's home.
    sections: Arc<Sections>,
    /// The sitemap.
    pub shards: Arc<BTreeMap<Box<str>, Shard>>,
    /// Old addresses, each with the article it leads to.
    pub aliases: Arc<BTreeMap<UrlPath, Slot>>,
    /// Files in the bundles of stories that are withheld, each with its story's file. They are
    /// no files to anybody else.
    pub withheld_files: Arc<BTreeMap<Box<str>, ContentPath>>,
    /// Keys of the files in `content/` that are published.
    pub published_files: Arc<BTreeSet<Box<str>>>,
    pub(super) translations: Arc<Translations>,
    cards: Arc<Vec<Fingerprint>>,
    ids: Arc<Vec<u64>>,
    by_id: Arc<FxHashMap<u64, Slot>>,
    /// Positions, found by the hash of the article's URL.
    by_url: Arc<HashTable<Slot>>,
    /// Addresses without slashes around them, so that no way of writing one slips through.
    withheld: Arc<FxHashSet<Box<str>>>,
    /// Pages of lists, each with what a feed beside it would feed.
    fronts: Arc<FxHashMap<UrlPath, Option<ListKind>>>,
}

impl Index {
    /// Builds the index.
    #[must_use]
    pub fn new(site: Arc<Site>, admitted: Admitted, facts: impl Into<Arc<Facts>>) -> Self {
        let (collected, (ids, by_id, by_url)) =
            rayon::join(|| Collected::new(&site, &admitted), || tables(&admitted));
        let Collected { people, lists, sections, translations, shards } = collected;
        let mut index = Self {
            by_id: by_id.into(),
            by_url: by_url.into(),
            withheld: withheld_addresses(&admitted).into(),
            withheld_files: Arc::default(),
            fronts: fronts(&site, lists.keys()).into(),
            aliases: aliases(&admitted).into(),
            translations: translations.into(),
            published_files: Arc::default(),
            cards: Arc::default(),
            ids: ids.into(),
            site,
            admitted,
            facts: facts.into(),
            people: people.into(),
            lists: lists.into(),
            sections: sections.into(),
            shards: shards.into(),
        };
        index.withhold_files();
        index.published_files = index.find_published_files().into();
        index.cards = index.fingerprint_cards().into();
        index
    }

    /// An article, by position.
    #[must_use]
    pub fn article(&self, slot: Slot) -> &Article {
        self.admitted.article(slot)
    }

    /// The identity of an article: stable between builds, made from its path.
    #[must_use]
    pub fn id(&self, slot: Slot) -> u64 {
        self.ids[slot as usize]
    }

    /// The admitted article with this identity.
    #[must_use]
    pub fn slot(&self, id: u64) -> Option<Slot> {
        self.by_id.get(&id).copied()
    }

    /// The admitted article of a file.
    #[must_use]
    pub fn slot_of(&self, path: &ContentPath) -> Option<Slot> {
        let slot = self.slot(id_of(path))?;
        (self.article(slot).path == *path).then_some(slot)
    }

    /// The news of an edition, in files.
    #[must_use]
    pub fn news(&self, edition: u8) -> Vec<&[Slot]> {
        let latest = ListKey { edition, kind: ListKind::Latest, slug: "".into() };
        news::files(&self.admitted, self.lists.get(&latest))
    }

    /// The fingerprint of all that other pages may know of an article.
    #[must_use]
    pub fn card(&self, slot: Slot) -> Fingerprint {
        self.cards[slot as usize]
    }

    /// What an address of this site leads to. A missing slash at the end is forgiven, and so is
    /// the name of the file behind it.
    #[must_use]
    pub fn address(&self, url: &UrlPath) -> Address {
        let found = self.address_as_written(url);
        let text = url.as_str();
        if found != Address::Unknown || text.ends_with('/') {
            return found;
        }
        let folder = text.strip_suffix("/index.html").unwrap_or(text);
        let slashed = UrlPath::new(&format!("{folder}/"));
        slashed.map_or(Address::Unknown, |url| self.address_as_written(&url))
    }

    fn address_as_written(&self, url: &UrlPath) -> Address {
        if let Some(full) = self.full(url) {
            // The lite edition tells no more of what is withheld than the full one.
            return match self.address_as_written(&full) {
                Address::Article(_) | Address::Other => Address::Other,
                other => other,
            };
        }
        let same = |slot: &Slot| self.article(*slot).url == *url;
        if let Some(slot) = self.by_url.find(FxBuildHasher.hash_one(url), same) {
            Address::Article(*slot)
        } else if self.is_front(url) || self.is_file(url) || self.aliases.contains_key(url) {
            Address::Other
        } else if self.withheld.contains(bare(url)) || self.is_withheld_file(url) {
            Address::Withheld
        } else {
            Address::Unknown
        }
    }

    /// The page of the full edition for a page of the lite one.
    fn full(&self, url: &UrlPath) -> Option<UrlPath> {
        let path = url.as_str().strip_prefix("/lite").filter(|_| self.site.lite)?;
        UrlPath::new(path)
    }

    fn is_front(&self, url: &UrlPath) -> bool {
        let text = url.as_str();
        let known = |text: &str| UrlPath::new(text).is_some_and(|u| self.fronts.contains_key(&u));
        known(text)
            || self.is_feed(url)
            || text.split_once("/page/").is_some_and(|(front, _)| known(&format!("{front}/")))
    }

    /// What a feed beside this page would feed.
    pub(super) fn fed_at(&self, page: &UrlPath) -> Option<ListKind> {
        *self.fronts.get(page)?
    }

    /// Whether an address is, or may become, a numbered page of a list.
    #[must_use]
    pub fn is_numbered_page(&self, url: &UrlPath) -> bool {
        let text = url.as_str().trim_end_matches('/');
        let Some((front, number)) = text.rsplit_once("/page/") else { return false };
        let front = UrlPath::new(&format!("{front}/"));
        number.bytes().all(|b| b.is_ascii_digit())
            && front.is_some_and(|front| self.fronts.contains_key(&front))
    }

    fn is_file(&self, url: &UrlPath) -> bool {
        let key = |root: &str| -> Box<str> { format!("{root}{url}").into() };
        self.facts.files.contains_key(&key("static"))
            || self.facts.files.contains_key(&key("theme"))
            || self.published_files.contains(&key("content"))
            || matches!(url.as_str(), "/sitemap.xml" | "/robots.txt")
            || self.site.editions.iter().any(|edition| edition.not_found() == *url)
    }

    fn is_withheld_file(&self, url: &UrlPath) -> bool {
        self.withheld_files.contains_key(&*format!("content{url}"))
    }

    /// A file that a story shows or offers, by what is written there.
    #[must_use]
    pub fn file(&self, article: &Article, written: &str) -> Option<(Box<str>, &Asset)> {
        let keys = links::picture_keys(&self.site, article, written);
        keys.into_iter().find_map(|key| {
            let asset = self.facts.files.get(&key)?;
            Some((key, asset))
        })
    }

    /// What a list is called; `None` if there is no such list.
    #[must_use]
    pub fn name(&self, key: &ListKey) -> Option<&str> {
        let list = self.lists.get(key)?;
        Some(match key.kind {
            ListKind::Section => &self.section(key.edition, &key.slug)?.title,
            ListKind::Author => &self.people.get(key.edition, &key.slug)?.name,
            ListKind::Latest | ListKind::Tag | ListKind::Series => &list.name,
        })
    }

    /// The URL of a list's front.
    #[must_use]
    pub fn front_url(&self, key: &ListKey) -> UrlPath {
        front_url(&self.site, key)
    }

    /// A picture belongs to the story in whose bundle it lies, and is seen when that is.
    fn withhold_files(&mut self) {
        let bundles = self.admitted.withheld().flat_map(|article| {
            self.bundle(article).into_iter().map(|key| (key, article.path.clone()))
        });
        self.withheld_files = Arc::new(bundles.collect());
        self.facts = self.without_withheld(self.facts.clone());
    }

    /// What the rooms above know, but for what nobody is to know yet.
    pub(super) fn without_withheld(&self, mut facts: Arc<Facts>) -> Arc<Facts> {
        for key in self.withheld_files.keys() {
            if facts.files.contains_key(key) {
                Arc::make_mut(&mut facts).files.remove(key);
            }
        }
        facts
    }

    /// Files in `content/` that are published: what admitted articles show or link to, and
    /// everything in an admitted bundle.
    fn find_published_files(&self) -> BTreeSet<Box<str>> {
        let in_content = |key: &str| key.starts_with("content/");
        if !self.facts.files.keys().any(|key| in_content(key)) {
            return BTreeSet::new();
        }
        let of_article = |slot: &Slot| {
            let article = self.article(*slot);
            let inside = article.inside.open();
            let shown = inside.pictures.iter().chain(&inside.links).map(|link| &*link.target);
            let lead = article.image.iter().map(|image| &*image.src);
            let named = shown.chain(lead).filter_map(|written| self.file(article, written));
            let mut keys: Vec<Box<str>> =
                named.map(|(key, _)| key).filter(|key| in_content(key)).collect();
            keys.extend(self.bundle(article));
            keys
        };
        self.admitted.visible().par_iter().flat_map_iter(of_article).collect()
    }

    /// The files of a bundle. Those of a bundle within it are not its own: that one may be
    /// withheld.
    fn bundle(&self, article: &Article) -> Vec<Box<str>> {
        if article.path.name() != "index.md" || article.path.folder().is_empty() {
            return Vec::new();
        }
        let folder: Box<str> = format!("content/{}/", article.path.folder()).into();
        let files = self.facts.files.range(folder.clone()..).map(|(key, _)| key);
        let files = files.take_while(|key| key.starts_with(&*folder));
        files.filter(|key| !self.is_of_inner_bundle(&folder, key)).cloned().collect()
    }

    fn is_of_inner_bundle(&self, folder: &str, key: &str) -> bool {
        let inner = key.rsplit_once('/').map_or("", |(inner, _)| inner);
        lists::with_parents(inner).take_while(|inner| inner.len() >= folder.len()).any(|inner| {
            let path = inner.strip_prefix("content/").unwrap_or(inner);
            self.admitted.is_file(&format!("{path}/index.md"))
        })
    }

    fn fingerprint_cards(&self) -> Vec<Fingerprint> {
        let mut cards = vec![Fingerprint::ABSENT; self.admitted.capacity()];
        let made: Vec<(Slot, Fingerprint)> = self
            .admitted
            .visible()
            .par_iter()
            .map(|slot| (*slot, self.fingerprint_card(*slot)))
            .collect();
        for (slot, card) in made {
            cards[slot as usize] = card;
        }
        cards
    }

    /// The file's own part, the people in the byline, the section's title and the picture.
    fn fingerprint_card(&self, slot: Slot) -> Fingerprint {
        let article = self.article(slot);
        let people = article.authors.iter().filter_map(|a| self.people.written(article.edition, a));
        let section = self.section_of(article).map(|s| Fingerprint::of_value(&s.title));
        let picture = article.image.as_ref().and_then(|image| self.file(article, &image.src));
        let picture = picture.map(|(_, asset)| Fingerprint::of_value(&(&asset.url, asset.size)));
        let parts = [article.card].into_iter().chain(people.map(|p| p.byline));
        let rest = section.into_iter().chain(picture);
        let state = match self.admitted.state(slot) {
            State::Published => None,
            other => Some(Fingerprint::of_value(other.as_str())),
        };
        // With every moment that comes there are fewer.
        let ahead = match self.admitted.ahead(article) {
            0 => None,
            changes => Some(Fingerprint::of_value(&changes)),
        };
        Fingerprint::of_all(parts.chain(rest).chain(state).chain(ahead))
    }

    /// The section an article is filed under.
    #[must_use]
    pub fn section_of(&self, article: &Article) -> Option<&Section> {
        if article.section.is_empty() {
            return None;
        }
        self.section(article.edition, &article.section)
    }

    /// A section, by path.
    #[must_use]
    pub fn section(&self, edition: u8, path: &str) -> Option<&Section> {
        self.sections.get(usize::from(edition))?.get(path)
    }

    /// The top-level sections of an edition, by path.
    pub fn top_sections(&self, edition: u8) -> impl Iterator<Item = (&str, &Section)> {
        let of_edition = self.sections.get(usize::from(edition)).into_iter().flatten();
        of_edition
            .map(|(path, section)| (&**path, section))
            .filter(|(path, _)| !path.is_empty() && !path.contains('/'))
    }

    /// What a written link leads to, for `check` and for rendering.
    #[must_use]
    pub fn resolve(&self, article: &Article, written: &str) -> Target {
        links::read(&self.site, article, written).target
    }
}

/// An address without the slashes and the file name that hosts forgive.
fn bare(url: &UrlPath) -> &str {
    let text = url.as_str();
    text.strip_suffix("/index.html").unwrap_or(text).trim_matches('/')
}

/// Where what is withheld will be or was, by its old addresses too.
fn withheld_addresses(admitted: &Admitted) -> FxHashSet<Box<str>> {
    let addresses =
        admitted.withheld().flat_map(|story| [&story.url].into_iter().chain(&story.aliases));
    addresses.map(|url| bare(url).into()).collect()
}

/// The identity of a file, from its path.
#[must_use]
pub fn id_of(path: &ContentPath) -> u64 {
    Fingerprint::of_value(path).short()
}

/// The pages of lists. The feed of everything lies beside the home page.
fn fronts<'a>(
    site: &Site,
    lists: impl Iterator<Item = &'a ListKey>,
) -> FxHashMap<UrlPath, Option<ListKind>> {
    let fed = |kind| (kind != ListKind::Latest).then_some(kind);
    let homes = site.editions.iter().map(|edition| (edition.home(), Some(ListKind::Latest)));
    lists.map(|key| (front_url(site, key), fed(key.kind))).chain(homes).collect()
}

/// Identities by position, and the tables that lead back to positions.
fn tables(admitted: &Admitted) -> (Vec<u64>, FxHashMap<u64, Slot>, HashTable<Slot>) {
    let rows = admitted.everything();
    let ids: Vec<u64> = rows.par_iter().map(|row| id_of(&row.article.path)).collect();
    let by_id = admitted.visible().iter().map(|slot| (ids[*slot as usize], *slot)).collect();
    let hash = |slot: &Slot| FxBuildHasher.hash_one(&admitted.article(*slot).url);
    let mut by_url = HashTable::with_capacity(admitted.visible().len());
    for slot in admitted.visible() {
        by_url.insert_unique(hash(slot), *slot, hash);
    }
    (ids, by_id, by_url)
}

/// What is gathered from the stories in the order of their dates.
struct Collected {
    people: People,
    lists: BTreeMap<ListKey, List>,
    sections: Sections,
    translations: Translations,
    shards: BTreeMap<Box<str>, Shard>,
}

impl Collected {
    fn new(site: &Site, admitted: &Admitted) -> Self {
        let chronicle = lists::chronicle(admitted);
        let people = People::new(site, admitted, &chronicle);
        let mut lists = lists::collect(admitted, &chronicle, |e, name| people.slug_of(e, name));
        let sections = sections(site, admitted, &lists);
        add_empty_lists(&people, &sections, &mut lists);
        let translations = Translations::new(site, admitted);
        let shards = shards::cut(site, admitted, &translations, &chronicle, lists.keys());
        Self { people, lists, sections, translations, shards }
    }
}

/// Old addresses. The first file in path order keeps one that two files claim; the plan
/// reports the second.
fn aliases(admitted: &Admitted) -> BTreeMap<UrlPath, Slot> {
    let mut out = BTreeMap::new();
    for slot in admitted.visible() {
        for alias in &admitted.article(*slot).aliases {
            out.entry(alias.clone()).or_insert(*slot);
        }
    }
    out
}

fn sections(site: &Site, admitted: &Admitted, lists: &BTreeMap<ListKey, List>) -> Sections {
    // Every edition has a home, described or not.
    let home = |edition: &Edition| {
        let title = edition.title.clone().into();
        let home =
            Section { title, url: edition.home(), source: None, fingerprint: Fingerprint::ABSENT };
        BTreeMap::from([("".into(), home)])
    };
    let mut out: Sections = site.editions.iter().map(home).collect();
    for key in lists.keys().filter(|key| key.kind == ListKind::Section) {
        out[usize::from(key.edition)]
            .insert(key.slug.clone(), undescribed(site, key.edition, &key.slug));
    }
    for slot in admitted.visible() {
        let article = admitted.article(*slot);
        if article.kind == Kind::Section {
            describe(site, &mut out[usize::from(article.edition)], article, *slot);
        }
    }
    out
}

/// Takes up an `_index.md`, and the sections around it.
fn describe(
    site: &Site,
    sections: &mut BTreeMap<Box<str>, Section>,
    article: &Article,
    slot: Slot,
) {
    for parent in with_parents(&article.section).skip(1) {
        sections.entry(parent.into()).or_insert_with(|| undescribed(site, article.edition, parent));
    }
    let section = Section {
        title: article.title.clone(),
        url: article.url.clone(),
        source: Some(slot),
        fingerprint: article.head(),
    };
    sections.insert(article.section.clone(), section);
}

fn undescribed(site: &Site, edition: u8, path: &str) -> Section {
    let title = lists::section_name(path);
    Section {
        fingerprint: Fingerprint::of_value(&title),
        title: title.into(),
        url: site.editions[usize::from(edition)].section(path),
        source: None,
    }
}

/// What has a page without having stories: described sections, profiles, each edition's
/// "everything".
fn add_empty_lists(people: &People, sections: &Sections, lists: &mut BTreeMap<ListKey, List>) {
    let mut add = |edition: u8, kind: ListKind, slug: &str| {
        lists.entry(ListKey { edition, kind, slug: slug.into() }).or_default();
    };
    for (edition, sections) in (0u8..).zip(sections) {
        add(edition, ListKind::Latest, "");
        sections
            .keys()
            .filter(|path| !path.is_empty())
            .for_each(|path| add(edition, ListKind::Section, path));
    }
    for (edition, person) in people.iter() {
        add(edition, ListKind::Author, &person.slug);
    }
}

fn front_url(site: &Site, key: &ListKey) -> UrlPath {
    let edition = &site.editions[usize::from(key.edition)];
    match key.kind {
        ListKind::Latest => edition.latest(),
        ListKind::Section => edition.section(&key.slug),
        ListKind::Tag => edition.term("tags", &key.slug),
        ListKind::Author => edition.term("authors", &key.slug),
        ListKind::Series => edition.term("series", &key.slug),
    }
}
