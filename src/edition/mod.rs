//! What may be asked of today's outlet: the gate, the index behind it, and the tracer through
//! which every answer is given.
//!
//! Invariant: nothing above this module learns of an unpublished story, not by name, by count
//! or by side effect. [`gate::admit`] is the only place where visibility is decided.

pub mod feeds;
mod fetch;
pub mod gate;
pub mod hosting;
pub mod icons;
pub mod index;
mod lead;
pub mod links;
pub mod lists;
pub mod news;
pub mod people;
pub mod places;
pub mod query;
mod renew;
pub mod shards;
pub mod trace;
pub mod translations;

pub use gate::{Admitted, Audience, State, admit};
pub use index::{Asset, Facts, Index, Slot};
pub use lists::{List, ListKey, ListKind, Slice};
pub use query::Query;
pub use trace::{Interner, Tracer};
