//! Words that every other module uses: diagnostics, fingerprints, paths, languages, moments.
//!
//! Invariant: nothing here gives what is in a file, and nothing here knows what a site is. The only
//! contacts with the outside are [`time::Moment::now`], the program's only clock, [`glance`], which
//! asks for the size and time of files, and [`ahead`], which has the system fetch some.

pub mod ahead;
pub mod clean;
pub mod code;
pub mod diag;
pub mod drawn;
pub mod glance;
pub mod hash;
pub mod inset;
pub mod lang;
pub mod origin;
pub mod path;
pub mod slug;
pub mod suggest;
pub mod time;
pub mod utf8;

pub use ahead::Ahead;
pub use clean::{clean, clean_json};
pub use code::Code;
pub use diag::{Diagnostic, Place, Severity};
pub use drawn::drawn;
pub use hash::{Fingerprint, Hasher};
pub use inset::Inset;
pub use lang::{Direction, Lang};
pub use origin::Origin;
pub use path::{ContentPath, OutPath, UrlPath};
pub use time::Moment;
