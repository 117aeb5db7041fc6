//! The script and the styles that the preview adds: files of this folder, built into the program.

/// `/_desk/preview.js`.
pub const PREVIEW_JS: &str = include_str!("preview.js");
/// `/_desk/preview.css`.
pub const PREVIEW_CSS: &str = include_str!("preview.css");
