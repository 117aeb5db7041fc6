//! Tags that were probably meant to be one.
//!
//! Invariant: it speaks up only where one of two tags is much rarer than the other, where both
//! share a page already, or where they are one word typed on two keyboards; and it names only
//! tags of published stories. Numbers are never misspelt: `g7` and `g20` are two tags.

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
use std::{borrow::Cow, cmp::Reverse, collections::BTreeMap};

/// A tag that is in so few stories may be a slip.
const RARE: usize = 2;
/// And the tag that was meant is so many times as frequent, at least.
const TIMES: usize = 5;

/// A tag of an edition, with the stories of each of its spellings.
struct Tag<'a> {
    edition: u8,
    slug: &'a str,
    /// The slug in the letters of one keyboard.
    word: Cow<'a, str>,
    spellings: BTreeMap<&'a str, Vec<Slot>>,
}

/// The most usual of the tags that are one word.
type Words<'t, 'a> = FxHashMap<(u8, &'t str), &'t Tag<'a>>;

impl<'a> Tag<'a> {
    fn new(index: &Index, edition: u8, slug: &'a str) -> Self {
        let lang = &index.site.editions[usize::from(edition)].lang;
        Self { edition, slug, word: word(lang.primary(), slug), spellings: BTreeMap::new() }
    }

    /// How usual it is: by its stories, else by its letters.
    fn rank(&self) -> (usize, Reverse<usize>) {
        let pairs = self.slug.chars().zip(self.word.chars());
        (self.count(), Reverse(pairs.filter(|(typed, meant)| typed != meant).count()))
    }

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
    let words = words(&tags);
    let spelt = tags.iter().flat_map(|tag| spelt(index, tag));
    let near = tags.iter().filter_map(|tag| {
        let meant = meant(tag, &words, &frequent)?;
        let slots = tag.slots();
        Some((*slots.first()?, slip(index, tag, meant, &slots)))
    });
    spelt.chain(near).chain(unpublished(index, &tags, &words, &frequent)).collect()
}

fn words<'t, 'a>(tags: &'t [Tag<'a>]) -> Words<'t, 'a> {
    let mut words = Words::default();
    // What is ASCII has but one keyboard.
    for tag in tags.iter().filter(|tag| !tag.slug.is_ascii()) {
        let chief = words.entry((tag.edition, &*tag.word)).or_insert(tag);
        if tag.rank() > chief.rank() {
            *chief = tag;
        }
    }
    words
}

/// The tag that was probably meant by another.
fn meant<'t, 'a>(
    tag: &Tag,
    words: &Words<'t, 'a>,
    frequent: &[&'t Tag<'a>],
) -> Option<&'t Tag<'a>> {
    let same = words.get(&(tag.edition, &*tag.word)).copied();
    let near = || frequent.iter().copied().find(|other| is_slip(tag, other));
    same.filter(|chief| chief.slug != tag.slug).or_else(near)
}

/// The tags of published stories, by edition and slug.
fn collect(index: &Index) -> Vec<Tag<'_>> {
    let mut numbers = FxHashMap::default();
    let mut tags: Vec<Tag> = Vec::new();
    for slot in index.admitted.visible().iter().filter(|slot| is_public(index, **slot)) {
        let article = index.article(*slot);
        for term in &article.tags {
            let number = *numbers.entry((article.edition, &*term.slug)).or_insert_with(|| {
                tags.push(Tag::new(index, article.edition, &term.slug));
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
    let message = format!(
        "the tag `{}` ({}) is nearly `{}` ({})",
        short(name),
        stories(slots.len()),
        short(usual),
        stories(meant.count())
    );
    let fault = near_tag(name, message, usual, index, slots);
    let mut letters = tag.slug.chars().zip(meant.slug.chars());
    match letters.find(|(typed, meant)| typed != meant).filter(|_| tag.word == meant.word) {
        // Printed, they are one and the same: nobody would see what there is to change.
        Some((typed, letter)) => fault.help(format!(
            "write `{}`, with the letter {letter} (U+{:04X}) and not {typed} (U+{:04X})",
            short(usual),
            u32::from(letter),
            u32::from(typed)
        )),
        None => fault,
    }
}

fn stories(count: usize) -> String {
    if count == 1 { "1 story".to_owned() } else { format!("{count} stories") }
}

/// Tags of unpublished stories, held against those of published ones.
fn unpublished(
    index: &Index,
    tags: &[Tag],
    words: &Words,
    frequent: &[&Tag],
) -> Vec<(Slot, Fault)> {
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
                    let mut tag = Tag::new(index, edition, &term.slug);
                    tag.spellings.insert(&term.name, vec![slot]);
                    meant(&tag, words, frequent)?
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
        && rare.count() <= RARE
        && frequent.count() >= TIMES * rare.count()
        && are_alike(&rare.word, &frequent.word)
}

/// A slug in the letters of Kurdish and Persian keyboards. Arabic ones have another kaf and yeh,
/// and old Kurdish texts write the vowel `ە` as a heh with a joiner (which no slug keeps). In
/// Arabic itself, yeh and alef maksura are two letters.
fn word<'a>(lang: &str, slug: &'a str) -> Cow<'a, str> {
    let letter = |c: char| match c {
        'ك' => 'ک',
        'ي' | 'ى' => 'ی',
        'ه' | 'ھ' => 'ە',
        c => c,
    };
    if lang == "ar" || slug.is_ascii() {
        return Cow::Borrowed(slug);
    }
    Cow::Owned(slug.chars().map(letter).collect())
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
    use super::{are_alike, word};

    #[test]
    fn keyboards_are_told_from_words() {
        for (lang, a, b, one) in [
            ("ckb", "كورد", "کورد", true),
            ("ckb", "هەولێر", "ههولێر", true),
            ("ckb", "ھەولێر", "هەولێر", true),
            ("ckb", "ئابووری", "ئابووري", true),
            ("ckb", "ئابووری", "ئابوورى", true),
            ("fa", "کرکوک", "كركوك", true),
            ("ckb", "کورد", "گورد", false),
            ("ckb", "شێر", "شیر", false),
            ("ar", "على", "علي", false),
        ] {
            assert_eq!(word(lang, a) == word(lang, b), one, "{lang} {a} {b}");
        }
    }

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
