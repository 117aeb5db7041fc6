//! Publishing: what was built is put where readers get it, only what changed, in an order in which
//! no page is there before what it needs.
//!
//! Invariant: at every moment each object at the target is a whole old one or a whole new one.

pub mod change;
pub mod purge;

pub use change::{Change, ChangeKind};
