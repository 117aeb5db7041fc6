//! Object stores: the one door to what lies on other machines.
//!
//! Invariant: credentials come from the environment alone and are never printed or kept.

pub mod http;
