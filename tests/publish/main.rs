//! The proofs of publishing: servers that speak as S3, Azure and Google do, and a folder; the real
//! program.
//!
//! Invariant: a target is judged from outside, by what a reader would get. Whatever was done to a
//! publisher, in the end the target equals the build, byte for byte and header for header.
//! `tests/publish/install` brings the server.

mod back;
mod blank;
mod faults;
mod gone;
mod grace;
mod guards;
mod kills;
mod kinds;
mod large;
mod outlet;
mod packed;
mod plain;
mod proxy;
mod purged;
mod race;
mod s3;
mod vendors;
