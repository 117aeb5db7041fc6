//! The preview: the outlet as it is being written, rendered when somebody looks.
//!
//! Invariant: it writes no file, and what it adds for editors is added to the response, never to
//! the rendered bytes.

mod ansi;
mod answer;
pub mod assets;
mod bar;
pub mod cache;
pub mod desk;
mod door;
mod events;
mod file;
pub mod guard;
pub mod inbox;
pub mod inject;
mod marks;
pub mod newsroom;
pub mod opener;
pub mod outlet;
pub mod overlay;
mod range;
mod watch;

pub use door::{Stopped, serve};
pub use newsroom::{Newsroom, Refreshed};
pub use outlet::Outlet;

use crate::{
    base::{Diagnostic, Moment},
    build::Options,
    edition::Index,
    outputs::{Plan, Planned},
};
use std::{net::IpAddr, path::Path, sync::Arc};

/// What the desk, the bar and the overlay are told of the outlet: one edition of it, as it is
/// shown at one moment.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    /// Everything that may be asked; what is withheld is in `index.admitted.everything()`, and
    /// `index.admitted.state(slot)` is what holds for an article.
    pub index: &'a Arc<Index>,
    /// Every file there is, sorted by path.
    pub plan: &'a Plan,
    /// The site's folder.
    pub root: &'a Path,
    /// Everything that is wrong with the sources: where one is an error, the outlet shown is the
    /// last that could be made.
    pub findings: &'a [Diagnostic],
    /// Addresses (from the root of the host) of the pages seen in this preview that the last edit
    /// changed.
    pub changed: &'a [String],
    /// The moment at which the outlet is shown.
    pub at: Moment,
    /// The clock.
    pub now: Moment,
    /// Whether `at` was asked for, on the command line or in the address: then it does not move.
    pub at_is_set: bool,
    /// Whether only what the public sees is shown.
    pub as_published: bool,
    /// Counts the editions since the preview began.
    pub edition: u64,
    /// Finds what `check` finds, when it is first called for this edition.
    pub checked: &'a (dyn Fn() -> Arc<Vec<Diagnostic>> + Sync),
}

/// The page that a response shows.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// What it is; none where the address leads nowhere that even a 404 page could be made for.
    pub planned: Option<&'a Planned>,
    /// The address asked for, from the root of the host, encoded, without the query.
    pub address: &'a str,
    /// `?at=…` as it was written, where it was.
    pub travel: Option<&'a str>,
    /// Why the page could not be rendered now; then what is shown is its last good state.
    pub failure: Option<&'a Diagnostic>,
    /// The page as it was rendered.
    pub html: &'a [u8],
}

/// What the preview was asked for.
#[derive(Clone)]
pub struct Settings {
    /// The site's folder and what takes the place of its settings; the output folder is not used.
    pub options: Options,
    /// The moment at which the outlet is shown; the present one, which moves, where there is none.
    pub at: Option<Moment>,
    /// Whether only what the public sees is shown.
    pub as_published: bool,
    /// Whether files are looked at again and again, rather than waiting to be told of changes.
    pub poll: bool,
    /// Where to listen.
    pub bind: IpAddr,
    /// The port, and whether it must be this one and no other.
    pub port: (u16, bool),
    /// Names besides its addresses under which the preview may be asked for.
    pub names: Vec<String>,
    /// The clock.
    pub clock: fn() -> Moment,
    /// Finds what `check` finds. Given from outside, since the leaves do not know one another.
    pub check: fn(&Outlet, &Path) -> Vec<Diagnostic>,
}

/// Is told what the preview does.
pub trait Witness: Send + Sync {
    /// It can be asked at this address. `taken` is the port that it should have had.
    fn opened(&self, address: &str, taken: Option<u16>);
    /// The first outlet is there.
    fn began(&self, outlet: &Outlet);
    /// Files or time have changed.
    fn refreshed(&self, refreshed: &Refreshed);
    /// Something that is worth knowing.
    fn remark(&self, text: &str);
}
