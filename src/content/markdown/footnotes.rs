//! Footnotes: which are mentioned, in which order, and what their ids are.
//!
//! Invariant: notes are numbered by their first mention in reading order, the text first and
//! then the notes themselves. A note that nobody mentions is dropped with all that is in it;
//! of two with one label the first counts; a mention of no note is text.

use super::anchors::Ids;
use super::story::{Piece, Placed, Story};
use crate::base::slug::slug;
use pulldown_cmark::{CowStr, Event};
use std::collections::BTreeMap;

/// A footnote.
pub struct Note<'a> {
    /// The label, as written.
    pub label: CowStr<'a>,
    /// Its text.
    pub pieces: Vec<Placed<'a>>,
    /// Its id.
    pub id: Box<str>,
    /// The ids of its mentions.
    pub marks: Vec<Box<str>>,
}

impl<'a> Note<'a> {
    /// A note without text.
    pub fn new(label: CowStr<'a>) -> Self {
        Self { label, pieces: Vec::new(), id: Box::default(), marks: Vec::new() }
    }
}

/// Labels are compared as the parser does: without regard to case.
fn key(label: &str) -> String {
    label.to_lowercase()
}

/// Puts the notes that are mentioned in order, and numbers their mentions.
pub fn arrange<'a>(main: &mut [Placed<'a>], drafts: Vec<Note<'a>>) -> Vec<Note<'a>> {
    let mut desk = Desk::new(drafts);
    desk.number(main);
    let mut next = 0;
    while next < desk.notes.len() {
        let mut pieces = std::mem::take(&mut desk.notes[next].pieces);
        desk.number(&mut pieces);
        desk.notes[next].pieces = pieces;
        next += 1;
    }
    desk.notes
}

struct Desk<'a> {
    /// The notes as defined; those that are mentioned have been taken out.
    drafts: Vec<Option<Note<'a>>>,
    /// By label: the index of the draft and, once it is mentioned, of the note.
    labels: BTreeMap<String, (usize, Option<usize>)>,
    notes: Vec<Note<'a>>,
}

impl<'a> Desk<'a> {
    fn new(drafts: Vec<Note<'a>>) -> Self {
        let mut labels = BTreeMap::new();
        for (index, draft) in drafts.iter().enumerate() {
            labels.entry(key(&draft.label)).or_insert((index, None));
        }
        Self { drafts: drafts.into_iter().map(Some).collect(), labels, notes: Vec::new() }
    }

    fn number(&mut self, pieces: &mut [Placed<'a>]) {
        for (piece, _) in pieces {
            if let Piece::Mention(label) = piece {
                *piece = self.mark(label);
            }
        }
    }

    fn mark(&mut self, label: &str) -> Piece<'a> {
        match self.note(label) {
            Some(note) => {
                let marks = &mut self.notes[note].marks;
                marks.push(Box::default());
                Piece::Mark { note, nth: marks.len() - 1 }
            }
            None => Piece::Event(Event::Text(format!("[^{label}]").into())),
        }
    }

    /// The index of the note with this label, which gets the next number if it has none.
    fn note(&mut self, label: &str) -> Option<usize> {
        let (draft, note) = self.labels.get_mut(&key(label))?;
        if note.is_none() {
            self.notes.push(self.drafts[*draft].take()?);
            *note = Some(self.notes.len() - 1);
        }
        *note
    }
}

impl Story<'_> {
    /// Gives every note and every mention its id, and lists them as anchors.
    pub fn name_notes(&mut self, ids: &mut Ids) {
        for (index, note) in self.notes.iter_mut().enumerate() {
            let name = slug(&note.label).unwrap_or_else(|| (index + 1).to_string());
            note.id = ids.claim(format!("fn-{name}"));
            self.anchors.push(note.id.clone());
            for mark in &mut note.marks {
                *mark = ids.claim(format!("fnref-{name}"));
                self.anchors.push(mark.clone());
            }
        }
    }
}
