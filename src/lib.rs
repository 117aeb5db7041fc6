//! Masthead: Markdown in, a newsroom's website out, incrementally.
//!
//! The modules are listed from the bottom up; each imports only from those above it in this
//! list. Data flows one way: discover → parse → admit → index → plan → stale → render → write
//! → record.

pub mod base;
pub mod site;
pub mod content;
pub mod edition;
pub mod ledger;
pub mod theme;
pub mod outputs;
pub mod check;
pub mod build;
pub mod remote;
pub mod serve;
pub mod publish;
pub mod scaffold;
pub mod cli;
