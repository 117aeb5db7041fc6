//! The proofs of the engine: what is promised in docs/architecture.md, tried.
//!
//! Invariant: `support` is the only file that knows the library's API; every other file says
//! what goes in and what must come out. Each test makes its own site in a folder of its own.

mod support;
mod theme;
mod trees;

mod crash;
mod desk;
mod determinism;
mod edits;
mod embargo;
mod feeds;
mod floors;
mod fuzz;
mod hosts;
mod incremental;
mod machines;
mod page;
mod lite;
mod real;
mod replate;
mod reported;
mod sitemaps;
mod stale;
mod world;
