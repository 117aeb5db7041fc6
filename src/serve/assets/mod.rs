//! The script and the styles that the preview adds.

/// `/_desk/preview.js`.
pub const PREVIEW_JS: &str = "";
/// `/_desk/preview.css`.
pub const PREVIEW_CSS: &str = "";
