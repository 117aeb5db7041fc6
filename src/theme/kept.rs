//! Kept type: what many pages show alike (a name in a byline, a section, a tag, a day), set once.
//!
//! Invariant: a value is kept for what it was made from, and for as long as this thread works with
//! the same table of questions, which belongs to one index and one theme. Whoever takes one has
//! asked for what it shows, as if it had made the value anew.

use super::cldr::DateStyle;
use crate::edition::Tracer;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use tera::Value;

/// What a value was made from.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum Piece {
    /// The name and address of an entry of the index, by its place in memory: an index moves
    /// nothing.
    Link(usize),
    /// Everything about such an entry.
    Whole(usize),
    /// A day, counted from the year 1, as an edition writes it.
    Day(u8, DateStyle, i32),
}

impl Piece {
    /// The name and address of an entry.
    pub fn link<T>(entry: &T) -> Self {
        Self::Link(std::ptr::from_ref(entry).addr())
    }

    /// Everything about an entry.
    pub fn whole<T>(entry: &T) -> Self {
        Self::Whole(std::ptr::from_ref(entry).addr())
    }
}

/// The values of one thread: threads that shared them would count one another's uses, which takes
/// longer than what is saved.
#[derive(Default)]
struct Kept {
    /// Which table of questions was at work.
    run: u64,
    values: FxHashMap<Piece, Value>,
}

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

/// The value of a piece, made by `make` the first time.
pub fn kept(tracer: &Tracer, piece: Piece, make: impl FnOnce() -> Value) -> Value {
    let run = tracer.run();
    let known = KEPT.with_borrow_mut(|kept| {
        if kept.run != run {
            *kept = Kept { run, values: FxHashMap::default() };
        }
        kept.values.get(&piece).cloned()
    });
    known.unwrap_or_else(|| {
        let value = make();
        KEPT.with_borrow_mut(|kept| kept.values.insert(piece, value.clone()));
        value
    })
}
