//! The proofs of the preview: asked from outside, over HTTP, as a browser or an enemy would.
//!
//! Invariant: `preview` is the only file that knows how the program is started and spoken to. What
//! a page must be is what a clean build of the same sources says, not what this one said before.

#[path = "../suite/edits.rs"]
#[allow(dead_code, reason = "the suite uses the rest")]
mod edits;
#[path = "../suite/support.rs"]
#[allow(dead_code, reason = "the suite uses the rest")]
mod support;
#[path = "../suite/theme.rs"]
mod theme;
#[path = "../suite/trees.rs"]
#[allow(dead_code, reason = "the suite uses the rest")]
mod trees;
#[path = "../suite/world.rs"]
#[allow(dead_code, reason = "the suite uses the rest")]
mod world;

mod door;
mod equal;
mod live;
mod preview;
mod storm;
mod visible;
