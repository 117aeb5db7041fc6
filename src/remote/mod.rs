//! Object stores: the one door to what lies on other machines.
//!
//! Invariant: credentials come from the environment alone and are never printed or kept. Every
//! call ends: it has a timeout, and is tried again only so often. What is read is whole, or it is
//! an error. Async code stays inside this module.

pub mod address;
mod bucket;
pub mod fault;
mod folder;
pub mod http;
mod large;
mod pace;
mod redirect;
mod said;
pub mod store;
mod stored;

pub use address::Address;
pub use fault::Fault;
pub use large::{LARGE, Large, Place};
pub use pace::chance;
pub use said::Said;
pub use store::{BATCH, Found, Listed, Object, Remote, Version};
