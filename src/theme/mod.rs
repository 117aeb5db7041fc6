//! Templates: how answers become pages.
//!
//! Invariant: a template learns of anything but its own page only by asking, through
//! [`functions`], and every question is recorded. Tera is used nowhere else in the program.
//! There is no clock and no randomness in here.

pub mod body;
pub mod cards;
pub mod cldr;
mod circles;
pub mod closure;
pub mod files;
pub mod filters;
pub mod functions;
pub mod inlined;
mod kept;
pub mod layout;
pub mod load;
mod menu;
pub mod parts;
pub mod press;
mod publisher;
pub mod strings;
pub mod structured;
pub mod values;

pub use files::ThemeFiles;
pub use layout::Layout;
pub use load::Theme;
pub use press::{Press, Sheet};
