//! Bylines: who has no profile.
//!
//! Invariant: a name is reported once an edition, at the first story that bears it; the index
//! decides whom a byline means.

use super::{
    article,
    fault::{Fault, Spot, short},
    is_admitted, is_public,
};
use crate::{
    base::{Code, slug, suggest},
    content::{Article, Kind},
    edition::{Index, Slot},
};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Names without a profile.
pub(super) fn faults(index: &Index) -> Vec<(Slot, Fault)> {
    let mut strangers: BTreeMap<(u8, &str), Vec<Slot>> = BTreeMap::new();
    let mut faults = Vec::new();
    for slot in (0u32..).take(index.admitted.capacity()) {
        let article = article(index, slot);
        for name in article.authors.iter().filter(|name| !has_profile(index, article, name)) {
            if is_public(index, slot) {
                strangers.entry((article.edition, name)).or_default().push(slot);
            } else {
                faults.push((slot, discreet()));
            }
        }
    }
    let profiles = profiles(index);
    let public = strangers.into_iter();
    faults.extend(
        public.map(|((_, name), slots)| (slots[0], stranger(index, name, &slots, &profiles))),
    );
    faults
}

fn has_profile(index: &Index, article: &Article, name: &str) -> bool {
    // A profile in the default language serves the other editions as well.
    [article.edition, 0].into_iter().any(|edition| {
        index.people.written(edition, name).is_some_and(|person| person.profile.is_some())
    })
}

fn discreet() -> Fault {
    Fault::new(Code::UnknownAuthor, Spot::key("authors"), String::new())
        .help("write the name or slug of a profile in `content/authors/`, or add one")
}

/// What the profiles of all editions can be called by.
fn profiles(index: &Index) -> Vec<&str> {
    let visible = index.admitted.visible().iter().map(|slot| index.article(*slot));
    let authors = visible.filter(|article| article.kind == Kind::Author);
    let names: FxHashSet<&str> = authors.flat_map(|a| [&*a.slug, &*a.title]).collect();
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    names
}

fn stranger(index: &Index, name: &str, slots: &[Slot], profiles: &[&str]) -> Fault {
    let message = format!("`{}` has no profile", short(name));
    let spot = Spot::Key("authors", name.into());
    let fault =
        Fault::new(Code::UnknownAuthor, spot, message).label("nobody in `content/authors/`");
    let fault = match (suggest::nearest(name, profiles.iter().copied()), slug::slug(name)) {
        (Some(near), _) => fault.help(format!("did you mean `{near}`?")),
        (None, Some(slug)) => {
            fault.help(format!("add `content/authors/{slug}.md` with the name as its `title`"))
        }
        (None, None) => fault.help("add a profile to `content/authors/`"),
    };
    Fault { notes: others(index, slots).into_iter().collect(), ..fault }
}

/// The other files of which the same is true.
pub(super) fn others(index: &Index, slots: &[Slot]) -> Option<String> {
    const NAMED: usize = 3;
    let rest: Vec<Slot> =
        slots.iter().skip(1).copied().filter(|slot| is_admitted(index, *slot)).collect();
    let paths =
        rest.iter().take(NAMED).map(|slot| format!("content/{}", index.article(*slot).path));
    let named: Vec<String> = paths.collect();
    let more = rest.len().saturating_sub(NAMED);
    match (named.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(format!("the same in {}", named.join(", "))),
        (false, more) => Some(format!("the same in {} and {more} more", named.join(", "))),
    }
}
