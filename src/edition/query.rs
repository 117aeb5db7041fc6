//! Questions, and the fingerprints of their answers.
//!
//! Invariant: a question is pure and total. It may come from an old ledger and name what is no
//! longer there; then the answer is that it is absent, which is an answer like any other.

use super::{
    icons,
    index::{Address, Index},
    lists::{ListKey, ListKind, Slice},
    shards::Shard,
};
use crate::{
    base::{ContentPath, Fingerprint, UrlPath},
    content::Kind,
};
use serde::{Deserialize, Serialize};

/// A question that a page may ask.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Query {
    /// All of an article, its body and its versions in other languages included: asked by its
    /// own page.
    Article(u64),
    /// What other pages may know of an article.
    Card(u64),
    /// The cards of a part of a list.
    List(ListKey, Slice),
    /// What a feed says of the newest so many of a list: their cards, their tags, and where they
    /// were.
    Feed(ListKey, u32),
    /// Whether a list is there, and its name.
    Name(ListKey),
    /// A person, and of the profile all but its body.
    Person(u8, Box<str>),
    /// A section's title, and of its description all but its body.
    Section(u8, Box<str>),
    /// The top-level sections of an edition.
    Sections(u8),
    /// The names of the top-level sections of an edition.
    Menu(u8),
    /// The address of an article.
    Url(u64),
    /// The page of a Markdown file that is not there, or not to be seen.
    Source(ContentPath),
    /// What an address of this site leads to.
    Address(UrlPath),
    /// A file.
    File(Box<str>),
    /// The settings that pages can see.
    Settings,
    /// The Content Security Policy.
    Policy,
    /// What web servers are told about files: the policy, how long copies are good, and by what
    /// the kinds of files can be told apart.
    Headers,
    /// Which addresses lead elsewhere.
    Moved,
    /// Which addresses are gone for good.
    Gone,
    /// The key by which search engines know who tells them of changes.
    IndexNow,
    /// What the outlet tells those who come by programme, and where it lives.
    Notices,
    /// A template with all it can reach.
    Template(Box<str>),
    /// Which picture the icons are made from, and on which colour.
    Icon,
    /// Whether there is a template of this name, whatever it holds.
    HasTemplate(Box<str>),
    /// The theme's words in the language of an edition.
    Strings(u8),
    /// The addresses, dates, pictures and other languages in a sitemap shard.
    Shard(Box<str>),
    /// Which shards and news sitemaps there are, and when each shard last changed.
    Shards,
    /// The cards of one file of an edition's news, counted from 0.
    News(u8, u32),
    /// The page to which an old address leads.
    Alias(UrlPath),
}

impl Index {
    /// The fingerprint of the answer to a question.
    #[must_use]
    pub fn answer(&self, query: &Query) -> Fingerprint {
        match query {
            Query::Article(id) => self.slot(*id).map_or(Fingerprint::ABSENT, |slot| {
                let own = [self.article(slot).source, self.card(slot)];
                let versions = self.translations_of(slot).into_iter().map(|slot| self.card(slot));
                Fingerprint::of_all(own.into_iter().chain(versions))
            }),
            Query::Card(id) => self.slot(*id).map_or(Fingerprint::ABSENT, |slot| self.card(slot)),
            Query::List(key, slice) => self.answer_list(key, *slice),
            Query::Feed(key, limit) => self.answer_feed(key, *limit),
            Query::Name(key) => of(self.name(key)),
            Query::Person(edition, slug) => {
                self.people.get(*edition, slug).map_or(Fingerprint::ABSENT, |p| p.fingerprint)
            }
            Query::Section(edition, path) => self.answer_section(*edition, path),
            Query::Sections(edition) => self.answer_sections(*edition),
            Query::Menu(edition) => Fingerprint::of_all(
                self.top_sections(*edition)
                    .map(|(path, section)| Fingerprint::of_value(&(path, &section.title))),
            ),
            Query::Url(id) => of(self.slot(*id).map(|slot| &self.article(slot).url)),
            Query::Source(path) => of(self.slot_of(path).map(|slot| &self.article(slot).url)),
            Query::Address(url) => match self.address(url) {
                Address::Article(slot) => Fingerprint::of_value(&self.article(slot).url),
                Address::Other => Fingerprint::of_value("other"),
                Address::Withheld => Fingerprint::of_value("withheld"),
                Address::Unknown => Fingerprint::ABSENT,
            },
            Query::File(key) if self.withheld_files.contains_key(key) => {
                Fingerprint::of_value("withheld")
            }
            Query::File(key) => {
                of(self.facts.files.get(key).map(|a| (&a.url, &a.hashed, a.fingerprint, a.size)))
            }
            Query::Settings => self.facts.settings,
            Query::Policy => Fingerprint::of_value(&self.facts.policy),
            Query::Headers => self.answer_headers(),
            Query::Moved => self.answer_moved(),
            Query::Gone => Fingerprint::of_value(&self.gone()),
            Query::IndexNow => of(self.site.purge.indexnow.as_ref().map(|engine| &engine.key)),
            Query::Notices => Fingerprint::of_value(&(&self.site.notices, &self.site.base_url)),
            Query::Template(name) => {
                self.facts.templates.get(name).copied().unwrap_or(Fingerprint::ABSENT)
            }
            Query::Icon => {
                let source = icons::source(&self.site, &self.facts.files);
                Fingerprint::of_value(&(source, &self.site.colour))
            }
            Query::HasTemplate(name) => of(self.facts.templates.get(name).map(|_| "there")),
            Query::Strings(edition) => {
                let strings = self.facts.strings.get(usize::from(*edition));
                strings.copied().unwrap_or(Fingerprint::ABSENT)
            }
            Query::Shard(name) => self.answer_shard(name),
            Query::Shards => self.answer_shards(),
            Query::News(edition, file) => {
                let files = self.news(*edition);
                let file = usize::try_from(*file).ok().and_then(|file| files.get(file));
                file.map_or(Fingerprint::ABSENT, |slots| {
                    Fingerprint::of_all(slots.iter().map(|slot| self.card(*slot)))
                })
            }
            Query::Alias(url) => of(self
                .aliases
                .get(url)
                .map(|slot| (&self.article(*slot).url, &self.article(*slot).title))),
        }
    }

    fn answer_list(&self, key: &ListKey, slice: Slice) -> Fingerprint {
        let page_size = self.site.page_size;
        let Some(list) = self.lists.get(key) else { return Fingerprint::ABSENT };
        let Some(slots) = list.slice(slice, page_size) else { return Fingerprint::ABSENT };
        // A front links to the newest numbered page; the others know nothing of their number.
        let pages = (slice == Slice::Front).then(|| Fingerprint::of_value(&list.pages(page_size)));
        // An empty part of a list that is there differs from no list.
        let there = Fingerprint::of_value("list");
        Fingerprint::of_all([there].into_iter().chain(pages).chain(slots.map(|s| self.card(s))))
    }

    fn answer_feed(&self, key: &ListKey, limit: u32) -> Fingerprint {
        let Some(list) = self.lists.get(key) else { return Fingerprint::ABSENT };
        let newest = list.slice(Slice::Newest(limit), self.site.page_size);
        let Some(slots) = newest else { return Fingerprint::ABSENT };
        let mirror = Fingerprint::of_value(&self.site.permalink.is_mirror());
        let displaced = |slot| {
            self.lies_in_anothers_place(slot).then(|| Fingerprint::of_value("in another's place"))
        };
        let entry = |slot| [self.card(slot), self.article(slot).entry];
        let entries = slots.flat_map(|slot| entry(slot).into_iter().chain(displaced(slot)));
        Fingerprint::of_all([mirror].into_iter().chain(entries))
    }

    fn answer_section(&self, edition: u8, path: &str) -> Fingerprint {
        self.section(edition, path).map_or(Fingerprint::ABSENT, |section| section.fingerprint)
    }

    fn answer_sections(&self, edition: u8) -> Fingerprint {
        Fingerprint::of_all(self.top_sections(edition).flat_map(|(path, _)| {
            [Fingerprint::of_value(path), self.answer_section(edition, path)]
        }))
    }

    /// The versions of an article in other editions.
    #[must_use]
    pub fn translations_of(&self, slot: u32) -> Vec<u32> {
        self.translations.of(&self.site, &self.admitted, slot)
    }

    /// The version in its own language that readers of the others are led to in an article's stead.
    #[must_use]
    pub fn displaced_by(&self, slot: u32) -> Option<u32> {
        self.translations.displaced_by(&self.admitted, slot)
    }

    fn answer_shard(&self, name: &str) -> Fingerprint {
        match self.shards.get(name) {
            None => Fingerprint::ABSENT,
            Some(Shard::Articles(slots)) => Fingerprint::of_all(slots.iter().flat_map(|slot| {
                let versions = self.translations_of(*slot).into_iter();
                let version = |v: u32| Fingerprint::of_value(&self.article(v).url);
                [self.card(*slot)].into_iter().chain(versions.map(version))
            })),
            Some(Shard::Fronts(keys)) => Fingerprint::of_all(
                keys.iter().map(|key| Fingerprint::of_value(&(key, self.twins_of(key)))),
            ),
            // What the settings say of it is asked for apart.
            Some(Shard::Homes) => Fingerprint::of_value("homes"),
        }
    }

    fn answer_shards(&self) -> Fingerprint {
        let shards = self.shards.keys().flat_map(|name| {
            [Fingerprint::of_value(name), Fingerprint::of_value(&self.shard_changed(name))]
        });
        let editions = (0u8..).zip(&self.site.editions);
        let news = editions.map(|(edition, _)| Fingerprint::of_value(&self.news(edition).len()));
        Fingerprint::of_all(shards.chain(news))
    }

    /// The editions besides its own that have the same list.
    #[must_use]
    pub fn twins_of(&self, key: &ListKey) -> Vec<u8> {
        let editions = (0u8..).zip(&self.site.editions).map(|(edition, _)| edition);
        let others = editions.filter(|edition| *edition != key.edition);
        others
            .filter(|e| self.lists.contains_key(&ListKey { edition: *e, ..key.clone() }))
            .collect()
    }

    /// When what a shard lists last changed; `None` where nothing in it is dated.
    #[must_use]
    pub fn shard_changed(&self, name: &str) -> Option<crate::base::Moment> {
        let Some(Shard::Articles(slots)) = self.shards.get(name) else { return None };
        let articles = slots.iter().map(|slot| self.article(*slot));
        let stories = articles.filter(|article| article.kind == Kind::Story);
        stories.map(|story| self.admitted.last_change(story)).max()
    }
}

fn of<T: Serialize>(answer: Option<T>) -> Fingerprint {
    answer.map_or(Fingerprint::ABSENT, |answer| Fingerprint::of_value(&answer))
}

impl Query {
    /// The question in words, for `explain`. `path` turns an article's identity into its file.
    #[must_use]
    pub fn in_words(&self, path: impl Fn(u64) -> String, lang: impl Fn(u8) -> String) -> String {
        match self {
            Self::Article(id) => format!("all of {}", path(*id)),
            Self::Card(id) => format!("the card of {}", path(*id)),
            Self::List(key, slice) => {
                format!("{} of {}", slice_in_words(*slice), list_in_words(key, &lang(key.edition)))
            }
            Self::Feed(key, limit) => {
                let list = list_in_words(key, &lang(key.edition));
                format!("what a feed says of the newest {limit} of {list}")
            }
            Self::Name(key) => format!("the name of {}", list_in_words(key, &lang(key.edition))),
            Self::Person(edition, slug) => format!("the author {slug} ({})", lang(*edition)),
            Self::Section(edition, section) => {
                format!("the section /{section} ({})", lang(*edition))
            }
            Self::Sections(edition) => format!("the top-level sections ({})", lang(*edition)),
            Self::Menu(edition) => {
                format!("the names of the top-level sections ({})", lang(*edition))
            }
            Self::Url(id) => format!("the address of {}", path(*id)),
            Self::Source(path) => format!("the address of content/{path}"),
            Self::Address(url) => format!("what is at {url}"),
            Self::File(key) => format!("the file {key}"),
            Self::Settings => "the settings that templates can see".to_owned(),
            Self::Policy => "the Content Security Policy".to_owned(),
            Self::Headers => "what web servers are told about files".to_owned(),
            Self::Moved => "which addresses lead elsewhere".to_owned(),
            Self::Gone => "which addresses are gone".to_owned(),
            Self::IndexNow => "the key of IndexNow".to_owned(),
            Self::Notices => "the settings of robots.txt and its like".to_owned(),
            Self::Template(name) => format!("the template {name} and all it reaches"),
            Self::Icon => "which picture the icons are made from".to_owned(),
            Self::HasTemplate(name) => format!("whether there is a template {name}"),
            Self::Strings(edition) => format!("the theme's words in {}", lang(*edition)),
            Self::Shard(name) => format!("the addresses of sitemap {name}"),
            Self::Shards => "which sitemaps there are".to_owned(),
            Self::News(edition, _) => format!("the news of the last two days ({})", lang(*edition)),
            Self::Alias(url) => format!("where the old address {url} leads"),
        }
    }
}

fn slice_in_words(slice: Slice) -> String {
    match slice {
        Slice::Front => "the front".to_owned(),
        Slice::Page(n) => format!("page {n}"),
        Slice::Newest(n) => format!("the newest {n}"),
    }
}

fn list_in_words(key: &ListKey, lang: &str) -> String {
    match key.kind {
        ListKind::Latest => format!("everything ({lang})"),
        kind => format!("{} {} ({lang})", kind.as_str(), key.slug),
    }
}
