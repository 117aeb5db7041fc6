//! Lists of stories: everything, a section, a tag, an author, a series; and how they are cut
//! into pages.
//!
//! Invariant: postings run from the oldest story to the newest, by date and then by path. Pages
//! are cut from the oldest end, so a full page never changes when a story is added.

use super::gate::{Admitted, opens};
use crate::{
    base::slug,
    content::{Article, Kind},
};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, ops::Range};

/// What a list collects.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum ListKind {
    /// Every story of an edition; its slug is empty.
    Latest,
    /// A section and the sections within it; its slug is the section's path.
    Section,
    /// A tag.
    Tag,
    /// An author.
    Author,
    /// A series.
    Series,
}

impl ListKind {
    /// `page.kind` and `front.kind` in templates.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Latest => "latest",
            Self::Section => "section",
            Self::Tag => "tag",
            Self::Author => "author",
            Self::Series => "series",
        }
    }
}

/// Which list.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct ListKey {
    /// The edition: an index into `Site::editions`.
    pub edition: u8,
    /// What it collects.
    pub kind: ListKind,
    /// Which one of its kind.
    pub slug: Box<str>,
}

/// Which part of a list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum Slice {
    /// The newest stories, down to where the numbered pages begin.
    Front,
    /// A numbered page, counted from the oldest, from 1.
    Page(u32),
    /// The newest so many.
    Newest(u32),
}

/// A list of stories.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The name as most stories write it; empty where it has a source of its own.
    pub name: Box<str>,
    /// Positions of stories, oldest first.
    pub postings: Vec<u32>,
}

impl List {
    /// How many numbered pages there are. The front takes what is left over: between
    /// `page_size` and twice as many less one, or everything if there is less.
    #[must_use]
    pub fn pages(&self, page_size: usize) -> u32 {
        u32::try_from((self.postings.len() / page_size).saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// The stories of a part, newest first; `None` for a page that is not there.
    #[must_use]
    pub fn slice(
        &self,
        slice: Slice,
        page_size: usize,
    ) -> Option<impl Iterator<Item = u32> + Clone> {
        let all = self.postings.as_slice();
        let part = match slice {
            Slice::Front => &all[self.pages(page_size) as usize * page_size..],
            Slice::Newest(n) => &all[all.len().saturating_sub(n as usize)..],
            Slice::Page(n) if n >= 1 && n <= self.pages(page_size) => {
                let end = n as usize * page_size;
                &all[end - page_size..end]
            }
            Slice::Page(_) => return None,
        };
        Some(part.iter().rev().copied())
    }
}

/// Sorts the admitted stories from the oldest to the newest: by the moment from which readers
/// could see them, so that a story whose embargo lifts is new, and moves no older page.
#[must_use]
pub fn chronicle(admitted: &Admitted) -> Vec<u32> {
    let mut stories: Vec<(i64, u32)> = admitted
        .visible()
        .iter()
        .map(|slot| (admitted.article(*slot), *slot))
        .filter(|(article, _)| article.kind == Kind::Story)
        .map(|(article, slot)| (opens(article).0, slot))
        .collect();
    // Positions are in path order, so equal dates are ordered by path.
    stories.par_sort_unstable();
    stories.into_iter().map(|(_, slot)| slot).collect()
}

/// Collects every list. `author_slug` gives the slug under which a byline's entry is listed.
#[must_use]
pub fn collect<'a>(
    admitted: &'a Admitted,
    chronicle: &[u32],
    author_slug: impl Fn(u8, &'a str) -> &'a str,
) -> BTreeMap<ListKey, List> {
    let mut gather = Gather { filed: vec![0..0; admitted.capacity()], ..Gather::default() };
    // Stories are read in the order of their paths, in which they lie in memory; what is then
    // put in the order of dates is numbers.
    for slot in admitted.visible() {
        let article = admitted.article(*slot);
        if article.kind == Kind::Story {
            gather.filed[*slot as usize] = gather.file(article, &author_slug);
        }
    }
    for slot in chronicle {
        gather.post(*slot);
    }
    gather.finish()
}

/// A section's path and those of the sections around it: `a/b/c`, `a/b`, `a`.
pub fn with_parents(section: &str) -> impl Iterator<Item = &str> {
    std::iter::successors((!section.is_empty()).then_some(section), |path| {
        path.rsplit_once('/').map(|(parent, _)| parent)
    })
}

#[derive(Default)]
struct Gather<'a> {
    numbers: FxHashMap<(u8, ListKind, &'a str), u32>,
    lists: Vec<(ListKey, Vec<u32>, Spellings<'a>)>,
    /// The numbers of the lists of one story after the other.
    rolls: Vec<u32>,
    /// Which part of the rolls is whose, by position.
    filed: Vec<Range<usize>>,
    /// The edition and section of the story before, and its part of the rolls for these:
    /// neighbours share them.
    before: (u8, &'a str, Range<usize>),
}

/// How often each spelling of a name occurs. Nearly always there is one, so a list will do.
type Spellings<'a> = Vec<(&'a str, u32)>;

impl<'a> Gather<'a> {
    /// Finds the lists that a story is on.
    fn file(
        &mut self,
        article: &'a Article,
        author_slug: impl Fn(u8, &'a str) -> &'a str,
    ) -> Range<usize> {
        let begin = self.rolls.len();
        self.file_by_place(article);
        for tag in &article.tags {
            self.enter(article.edition, ListKind::Tag, &tag.slug, &tag.name);
        }
        if let Some(series) = &article.series {
            self.enter(article.edition, ListKind::Series, &series.slug, &series.name);
        }
        for author in &article.authors {
            let slug = author_slug(article.edition, author);
            self.enter(article.edition, ListKind::Author, slug, author);
        }
        begin..self.rolls.len()
    }

    /// Everything of an edition, the section, and those around it.
    fn file_by_place(&mut self, article: &'a Article) {
        let begin = self.rolls.len();
        let (edition, section, rolls) = &self.before;
        if (*edition, *section) == (article.edition, &*article.section) && !rolls.is_empty() {
            self.rolls.extend_from_within(rolls.clone());
            return;
        }
        self.enter(article.edition, ListKind::Latest, "", "");
        for path in with_parents(&article.section) {
            self.enter(article.edition, ListKind::Section, path, "");
        }
        self.before = (article.edition, &article.section, begin..self.rolls.len());
    }

    fn enter(&mut self, edition: u8, kind: ListKind, slug: &'a str, name: &'a str) {
        let number = *self.numbers.entry((edition, kind, slug)).or_insert_with(|| {
            self.lists.push((ListKey { edition, kind, slug: slug.into() }, Vec::new(), Vec::new()));
            u32::try_from(self.lists.len() - 1).unwrap_or(u32::MAX)
        });
        self.rolls.push(number);
        let (_, _, spellings) = &mut self.lists[number as usize];
        match spellings.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => spellings.push((name, 1)),
        }
    }

    /// Puts a story on its lists.
    fn post(&mut self, slot: u32) {
        for number in &self.rolls[self.filed[slot as usize].clone()] {
            let (_, postings, _) = &mut self.lists[*number as usize];
            // A byline that names one person twice lists the story once.
            if postings.last() != Some(&slot) {
                postings.push(slot);
            }
        }
    }

    fn finish(self) -> BTreeMap<ListKey, List> {
        self.lists
            .into_iter()
            .map(|(key, postings, spellings)| {
                let name = usual(&spellings).to_owned().into();
                (key, List { name, postings })
            })
            .collect()
    }
}

/// The most frequent spelling; of equally frequent ones the first in byte order.
fn usual<'a>(spellings: &[(&'a str, u32)]) -> &'a str {
    let best = spellings.iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)));
    best.map_or("", |(name, _)| name)
}

/// A section's name where it has no `_index.md`.
#[must_use]
pub fn section_name(path: &str) -> String {
    slug::to_name(path.rsplit('/').next().unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(len: u32) -> List {
        List { name: "".into(), postings: (0..len).collect() }
    }

    fn part(len: u32, slice: Slice) -> Option<Vec<u32>> {
        list(len).slice(slice, 3).map(Iterator::collect)
    }

    #[test]
    fn pages_are_cut_from_the_oldest() {
        for (len, pages, front) in [
            (0, 0, vec![]),
            (1, 0, vec![0]),
            (5, 0, vec![4, 3, 2, 1, 0]),
            (6, 1, vec![5, 4, 3]),
            (8, 1, vec![7, 6, 5, 4, 3]),
            (9, 2, vec![8, 7, 6]),
        ] {
            assert_eq!(list(len).pages(3), pages, "{len}");
            assert_eq!(part(len, Slice::Front), Some(front), "{len}");
        }
    }

    #[test]
    fn a_full_page_never_changes() {
        for len in 6..40 {
            assert_eq!(part(len, Slice::Page(1)), Some(vec![2, 1, 0]));
        }
        assert_eq!(part(8, Slice::Page(2)), None);
        assert_eq!(part(8, Slice::Page(0)), None);
    }

    #[test]
    fn sections_count_for_those_around_them() {
        let paths: Vec<&str> = with_parents("sport/football/women").collect();
        assert_eq!(paths, ["sport/football/women", "sport/football", "sport"]);
        assert_eq!(with_parents("").count(), 0);
    }

    #[test]
    fn the_usual_spelling_names_a_term() {
        assert_eq!(usual(&[("Security", 1), ("security", 3)]), "security");
        assert_eq!(usual(&[("b", 1), ("a", 1)]), "a");
    }
}
