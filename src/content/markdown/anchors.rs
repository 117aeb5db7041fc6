//! The ids of a body: of headings, footnotes and raw HTML.
//!
//! Invariant: no id is given twice. What an editor wrote (raw HTML, then `{#id}`) comes first,
//! so that a made-up id never takes its place, wherever in the body it stands.

use super::raw_html::Kind;
use super::story::{Head, Piece, Story};
use crate::base::slug::slug;
use pulldown_cmark::{Event, TagEnd};
use std::collections::BTreeMap;

/// Ids that pages give to parts of their own, around the body: a heading "Corrections" must not
/// take the place to which the page's own link leads. docs/themes.md lists them for themes.
const OF_PAGES: &[&str] = &["corrections", "corrections-title", "main", "menu", "river"];

/// The ids given so far.
#[derive(Default)]
pub struct Ids {
    /// Each id, with the number that was last put behind it.
    taken: BTreeMap<Box<str>, u32>,
}

impl Ids {
    /// Gives out `wanted`, or the first free one of `wanted-2`, `wanted-3` and so on.
    pub fn claim(&mut self, wanted: String) -> Box<str> {
        let Some(last) = self.last(&wanted) else {
            return self.take(wanted);
        };
        let mut number = last + 1;
        while self.last(&format!("{wanted}-{number}")).is_some() {
            number += 1;
        }
        let id = format!("{wanted}-{number}");
        // Remembered, so that a thousand equal headings do not count up a thousand times.
        self.taken.insert(wanted.into(), number);
        self.take(id)
    }

    /// The number that was last put behind an id, if it is taken.
    fn last(&self, id: &str) -> Option<u32> {
        let of_page = || OF_PAGES.contains(&id).then_some(1);
        self.taken.get(id).copied().or_else(of_page)
    }

    fn take(&mut self, id: String) -> Box<str> {
        let id: Box<str> = id.into();
        self.taken.insert(id.clone(), 1);
        id
    }

    /// Notes an id that stands in raw HTML, perhaps more than once.
    fn reserve(&mut self, id: &str) {
        if !self.taken.contains_key(id) {
            self.taken.insert(id.into(), 1);
        }
    }
}

/// Gives every heading of the story its id and level, every footnote its ids, and lists the
/// anchors that are not headings.
pub fn name(story: &mut Story) {
    let (order, mut ids) = survey(story);
    story.anchors.extend(ids.taken.keys().cloned());
    let explicit = |head: &Head| head.wanted.as_deref().map(str::to_owned);
    claim(&order, &mut story.heads, |head| explicit(head).map(|id| ids.claim(id)));
    story.name_notes(&mut ids);
    claim(&order, &mut story.heads, |head| head.id.is_empty().then(|| ids.claim(made_up(head))));
    shift(&order, &mut story.heads);
}

fn claim(order: &[usize], heads: &mut [Head], mut id: impl FnMut(&Head) -> Option<Box<str>>) {
    for head in order {
        if let Some(id) = id(&heads[*head]) {
            heads[*head].id = id;
        }
    }
}

fn made_up(head: &Head) -> String {
    slug(&head.text).unwrap_or_else(|| "section".to_owned())
}

/// Moves all headings so that the highest becomes the second level, below the headline. Levels
/// that the editor skipped stay skipped; nothing sinks below the sixth.
fn shift(order: &[usize], heads: &mut [Head]) {
    let top = order.iter().map(|head| heads[*head].level).min().unwrap_or(2);
    for head in order {
        heads[*head].level = (heads[*head].level + 2 - top).min(6);
    }
}

/// Reads the headings' texts, and finds which headings are rendered and the ids of raw HTML.
fn survey(story: &mut Story) -> (Vec<usize>, Ids) {
    let (mut order, mut ids, mut open) = (Vec::new(), Ids::default(), None);
    let Story { main, notes, heads, .. } = story;
    for (piece, _) in main.iter().chain(notes.iter().flat_map(|note| &note.pieces)) {
        match piece {
            Piece::Heading(head) => {
                order.push(*head);
                open = Some(*head);
            }
            Piece::Event(Event::End(TagEnd::Heading(_))) => open = None,
            Piece::Raw { found, .. } => {
                let written = found.iter().filter(|found| found.kind == Kind::Id);
                written.for_each(|found| ids.reserve(&found.text));
            }
            _ => {
                if let Some(head) = open {
                    heads[head].text.push_str(plain(piece));
                }
            }
        }
    }
    (order, ids)
}

/// The text of a piece, without markup.
pub fn plain<'p>(piece: &'p Piece) -> &'p str {
    match piece {
        Piece::Event(Event::Text(text) | Event::Code(text)) => text,
        Piece::Event(Event::SoftBreak | Event::HardBreak) => " ",
        Piece::Picture { alt, .. } => alt,
        _ => "",
    }
}
