//! Three kinds of path that do not convert into one another by accident.
//!
//! Invariant: none of them can name anything outside its root. There is no `..`, no empty
//! segment and no backslash in any of them, and separators are always `/`.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt, path::Path, sync::Arc};
use unicode_normalization::UnicodeNormalization;

/// A file under `content/`, for example `politics/2026/11/vote.md`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct ContentPath(Box<str>);

impl ContentPath {
    /// A path relative to the content folder; `None` when it would leave it.
    #[must_use]
    pub fn new(path: &str) -> Option<Self> {
        // What comes from a walk is in order already, and there may be a million of them.
        if path.split('/').all(plain_segment) {
            return Some(Self(path.into()));
        }
        join("", path).map(|p| Self(p.into()))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds the file, without a slash at its end; empty at the top.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// Resolves a path written in this file: relative to its folder.
    #[must_use]
    pub fn sibling(&self, relative: &str) -> Option<Self> {
        join(self.folder(), relative).map(|p| Self(p.into()))
    }
}

/// Joins a folder and a relative path, resolving `.` and `..`; `None` when it would leave the
/// root or names nothing.
#[must_use]
pub fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|s| !s.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part if part.contains(['\\', '\0']) => return None,
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

/// The path of a URL on the outlet's own host, decoded, beginning with `/`; for example
/// `/politics/2026/11/vote/`. It never carries the path of `base_url`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct UrlPath(Box<str>);

/// What must be escaped in the path of a URL (RFC 3986, section 3.3).
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'\'');

/// Whether a byte surely needs no escape. Without a table and without branches, so that the processor
/// looks at many at a time.
const fn is_plain(byte: u8) -> bool {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // From `-` to `9` there are but these, `.` and `/`.
    let is_number = byte.wrapping_sub(b'-') <= b'9' - b'-';
    is_letter | is_number | (byte == b'_') | (byte == b'~')
}

impl UrlPath {
    /// A path that begins with `/` and has no `.`, `..` or empty segment.
    #[must_use]
    pub fn new(path: &str) -> Option<Self> {
        let inner = path.strip_prefix('/')?;
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let fine = inner.is_empty() || inner.split('/').all(plain_segment);
        // Nearly every path is ASCII, which is NFC as it is.
        fine.then(|| match path.is_ascii() {
            true => Self(path.into()),
            false => Self(path.nfc().collect::<String>().into()),
        })
    }

    /// A path as somebody writes it: percent-encoded or not, without query and fragment.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let plain = !text.contains(['?', '#']) && !text.chars().any(char::is_control);
        let decoded = percent_decode_str(text).decode_utf8().ok().filter(|_| plain)?;
        Self::new(&decoded)
    }

    /// The path that was probably meant by what is none: that of a URL, without query and fragment.
    #[must_use]
    pub fn meant(text: &str) -> Option<Self> {
        let path = match text.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => text,
        };
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let path = percent_decode_str(path).decode_utf8().ok()?;
        Self::new(&format!("/{}", path.trim_start_matches('/')))
            .filter(|path| *path != Self::root())
    }

    /// The outlet's front door.
    #[must_use]
    pub fn root() -> Self {
        Self("/".into())
    }

    /// The path as text, decoded.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path as it stands in a URL: percent-encoded UTF-8.
    #[must_use]
    pub fn encoded(&self) -> Cow<'_, str> {
        // Most paths need no escape at all; it is worth a look, and links are made by the million.
        if self.0.bytes().fold(true, |plain, byte| plain & is_plain(byte)) {
            return Cow::Borrowed(&self.0);
        }
        utf8_percent_encode(&self.0, PATH).to_string().into()
    }

    /// The file that a static host serves for this URL.
    #[must_use]
    pub fn file(&self) -> OutPath {
        let inner = &self.0[1..];
        if inner.is_empty() || inner.ends_with('/') {
            // Asked for every page in every build: one piece of memory of the right size.
            OutPath([inner, "index.html"].concat().into())
        } else {
            OutPath(inner.into())
        }
    }
}

fn plain_segment(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..") && !segment.contains(['\\', '\0', '\n', '\r'])
}

/// A file under the output folder, for example `politics/index.html`. The plan and the record
/// of what was made of it share the text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct OutPath(Arc<str>);

impl OutPath {
    /// A relative path without `.`, `..` or empty segments.
    #[must_use]
    pub fn new(path: &str) -> Option<Self> {
        path.split('/').all(plain_segment).then(|| Self(path.into()))
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The URL under which a static host serves the file.
    #[must_use]
    pub fn url(&self) -> UrlPath {
        let path = self.0.strip_suffix("index.html").filter(|p| p.is_empty() || p.ends_with('/'));
        UrlPath(format!("/{}", path.unwrap_or(&self.0)).into())
    }

    /// Where the file is on disk.
    #[must_use]
    pub fn under(&self, folder: &Path) -> std::path::PathBuf {
        folder.join(&*self.0)
    }
}

macro_rules! shown_as_text {
    ($($kind:ty),*) => {$(
        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}
shown_as_text!(ContentPath, UrlPath, OutPath);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_bytes_are_those_of_names() {
        for byte in 0..=u8::MAX {
            let expected = byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
            assert_eq!(is_plain(byte), expected, "{byte:#x}");
        }
    }

    #[test]
    fn joins_stay_inside() {
        for (folder, relative, joined) in [
            ("a/b", "c.md", Some("a/b/c.md")),
            ("a/b", "../c.md", Some("a/c.md")),
            ("a/b", "../../c.md", Some("c.md")),
            ("a/b", "../../../c.md", None),
            ("", "./x.md", Some("x.md")),
            ("a", "b\\c", None),
            ("a", "..", None),
        ] {
            assert_eq!(join(folder, relative).as_deref(), joined, "{folder} + {relative}");
        }
    }

    #[test]
    fn urls_and_files_mirror_each_other() {
        for (url, file) in
            [("/", "index.html"), ("/politics/", "politics/index.html"), ("/feed.xml", "feed.xml")]
        {
            let path = UrlPath::new(url).expect("a plain path");
            assert_eq!(path.file().as_str(), file);
            assert_eq!(path.file().url(), path);
        }
    }

    #[test]
    fn no_path_leads_out() {
        for path in ["politics", "//evil", "/a/../b", "/a//b/", "/.", "/a\\b"] {
            assert!(UrlPath::new(path).is_none(), "{path}");
        }
    }

    #[test]
    fn urls_keep_their_script_and_encode_it() {
        let url = UrlPath::new("/ckb/هەواڵ/").expect("a plain path");
        assert_eq!(url.encoded(), "/ckb/%D9%87%DB%95%D9%88%D8%A7%DA%B5/");
    }
}
