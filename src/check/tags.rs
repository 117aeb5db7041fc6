//! Tags that were probably meant to be one.
//!
//! Invariant: it speaks up only where one of two tags is much rarer than the other, or where
//! both share a page already; and it names only tags of published stories. Numbers are never
//! misspelt: `g7` and `g20` are two tags.

use super::{
    article,
    fault::{Fault, Spot, short},
    is_public, people,
};
use crate::{
    base::Code,
    edition::{Index, ListKey, ListKind, Slot},
};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// A tag that is in so few stories may be a slip.
const RARE: usize = 2;
/// And the tag that was meant is so many times as frequent, at least.
const TIMES: usize = 5;

/// A tag of an edition, with the stories of each of its spellings.
struct Tag<'a> {
    edition: u8,
    slug: &'a str,
    spellings: BTreeMap<&'a str, Vec<Slot>>,
}

impl Tag<'_> {
    fn count(&self) -> usize {
        self.spellings.values().map(Vec::len).sum()
    }

    fn slots(&self) -> Vec<Slot> {
        let mut slots: Vec<Slot> = self.spellings.values().flatten().copied().collect();
        slots.sort_unstable();
        slots
    }
}

/// Tags that are spelt in several ways, and rare ones that are like a frequent one.
pub(super) fn faults(index: &Index) -> Vec<(Slot, Fault)> {
    let tags = collect(index);
    let frequent: Vec<&Tag> = tags.iter().filter(|tag| tag.count() > RARE).collect();
    let spelt = tags.iter().flat_map(|tag| spelt(index, tag));
    let near = tags.iter().filter(|tag| tag.count() <= RARE).filter_map(|tag| {
        let meant = frequent.iter().find(|other| is_slip(tag, other))?;
        let slots = tag.slots();
        Some((*slots.first()?, slip(index, tag, meant, &slots)))
    });
    spelt.chain(near).chain(unpublished(index, &tags, &frequent)).collect()
}

/// The tags of published stories, by edition and slug.
fn collect(index: &Index) -> Vec<Tag<'_>> {
    let mut numbers = FxHashMap::default();
    let mut tags: Vec<Tag> = Vec::new();
    for slot in index.admitted.visible().iter().filter(|slot| is_public(index, **slot)) {
        let article = index.article(*slot);
        for term in &article.tags {
            let number = *numbers.entry((article.edition, &*term.slug)).or_insert_with(|| {
                let (edition, slug) = (article.edition, &*term.slug);
                tags.push(Tag { edition, slug, spellings: BTreeMap::new() });
                tags.len() - 1
            });
            tags[number].spellings.entry(&*term.name).or_default().push(*slot);
        }
    }
    tags.sort_unstable_by_key(|tag| (tag.edition, tag.slug));
    tags
}

/// The name under which a tag's page is published.
fn usual<'a>(index: &'a Index, edition: u8, slug: &str) -> Option<&'a str> {
    let key = ListKey { edition, kind: ListKind::Tag, slug: slug.into() };
    index.lists.get(&key).map(|list| &*list.name).filter(|name| !name.is_empty())
}

fn spelt(index: &Index, tag: &Tag) -> Vec<(Slot, Fault)> {
    let Some(usual) = usual(index, tag.edition, tag.slug) else { return Vec::new() };
    let others = tag.spellings.iter().filter(|(name, _)| **name != usual);
    let fault = |(name, slots): (&&str, &Vec<Slot>)| {
        let message = format!("the tag `{}` is also written `{}`", short(usual), short(name));
        (slots[0], near_tag(name, message, usual, index, slots))
    };
    others.map(fault).collect()
}

fn near_tag(name: &str, message: String, usual: &str, index: &Index, slots: &[Slot]) -> Fault {
    let notes = people::others(index, slots).into_iter().collect();
    let fault = Fault::new(Code::NearTag, Spot::Key("tags", name.into()), message);
    Fault { notes, ..fault.help(format!("write `{}`", short(usual))) }
}

fn slip(index: &Index, tag: &Tag, meant: &Tag, slots: &[Slot]) -> Fault {
    let name = tag.spellings.keys().next().copied().unwrap_or(tag.slug);
    let usual = usual(index, meant.edition, meant.slug).unwrap_or(meant.slug);
    let (few, many) = (slots.len(), meant.count());
    let stories = if few == 1 { "story" } else { "stories" };
    let message = format!(
        "the tag `{}` ({few} {stories}) is nearly `{}` ({many} stories)",
        short(name),
        short(usual)
    );
    near_tag(name, message, usual, index, slots)
}

/// Tags of unpublished stories, held against those of published ones.
fn unpublished(index: &Index, tags: &[Tag], frequent: &[&Tag]) -> Vec<(Slot, Fault)> {
    let slots = (0u32..).take(index.admitted.capacity());
    let terms = slots.filter(|slot| !is_public(index, *slot)).flat_map(|slot| {
        let article = article(index, slot);
        article.tags.iter().map(move |term| (slot, article.edition, term))
    });
    terms
        .filter_map(|(slot, edition, term)| {
            let known = tags.binary_search_by_key(&(edition, &*term.slug), |t| (t.edition, t.slug));
            let meant = match known {
                Ok(at) if tags[at].spellings.contains_key(&*term.name) => return None,
                Ok(at) => &tags[at],
                Err(_) => {
                    let spellings = BTreeMap::from([(&*term.name, vec![slot])]);
                    let tag = Tag { edition, slug: &term.slug, spellings };
                    frequent.iter().find(|other| is_slip(&tag, other))?
                }
            };
            let usual = usual(index, edition, meant.slug)?;
            let fault = Fault::new(Code::NearTag, Spot::key("tags"), String::new());
            Some((slot, fault.help(format!("published stories write `{}`", short(usual)))))
        })
        .collect()
}

/// Whether a rare tag was probably meant to be a frequent one.
fn is_slip(rare: &Tag, frequent: &Tag) -> bool {
    rare.edition == frequent.edition
        && frequent.count() >= TIMES * rare.count()
        && are_alike(rare.slug, frequent.slug)
}

/// Whether two slugs are one word in singular and plural, differ in their hyphens alone, or by
/// a slip of the finger in a long word.
fn are_alike(a: &str, b: &str) -> bool {
    let digits = |slug: &str| slug.chars().filter(char::is_ascii_digit).collect::<String>();
    if a.chars().next() != b.chars().next() || digits(a) != digits(b) {
        return false;
    }
    is_plural(a, b) || is_plural(b, a) || without_hyphens(a) == without_hyphens(b) || {
        let shorter = a.chars().count().min(b.chars().count());
        let allowed = match shorter {
            0..=6 => 0,
            7..=13 => 1,
            _ => 2,
        };
        a.len().abs_diff(b.len()) <= 8 && strsim::osa_distance(a, b) <= allowed
    }
}

/// Whether `many` is the plural of `one`, as English and its neighbours form it.
fn is_plural(one: &str, many: &str) -> bool {
    let long = one.chars().count() >= 4;
    let by_ending = many.strip_prefix(one).is_some_and(|ending| matches!(ending, "s" | "es"));
    let by_change = one.strip_suffix('y').and_then(|stem| many.strip_prefix(stem)) == Some("ies");
    long && (by_ending || by_change)
}

fn without_hyphens(slug: &str) -> String {
    slug.replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::are_alike;

    #[test]
    fn slips_are_told_from_words() {
        for (a, b, alike) in [
            ("contract", "contracts", true),
            ("agency", "agencies", true),
            ("open-source", "opensource", true),
            ("procurment", "procurement", true),
            ("accessibilty", "accessibility", true),
            ("user-centred-design", "user-centered-design", true),
            ("new", "news", false),
            ("iran", "iraq", false),
            ("police", "policy", false),
            ("house", "horse", false),
            ("conservation", "conversation", false),
            ("election-2024", "election-2026", false),
            ("g7", "g20", false),
            ("migration", "immigration", false),
        ] {
            assert_eq!(are_alike(a, b), alike, "{a} {b}");
            assert_eq!(are_alike(b, a), alike, "{b} {a}");
        }
    }
}
