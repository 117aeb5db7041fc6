//! Links that open a file in the editor's own editor.
//!
//! Invariant: it is a link and nothing else; the server starts no program. What does not lie in the
//! site's folder, such as a template built into the program, has none.

use crate::{
    base::Place,
    site::{Editor, Site},
};
use std::path::{Path, PathBuf};

/// Makes the links.
#[derive(Clone, Debug)]
pub struct Opener {
    editor: Editor,
    usual: String,
    root: PathBuf,
}

impl Opener {
    /// For the files of the site in `root`.
    #[must_use]
    pub fn new(site: &Site, root: &Path) -> Self {
        let usual = ["VISUAL", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok());
        Self {
            editor: site.editor.clone(),
            usual: usual.unwrap_or_default(),
            root: std::path::absolute(root).unwrap_or_else(|_| root.to_owned()),
        }
    }

    /// The link to a file, by its path below the site's folder.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<String> {
        self.at(path, 1, 1)
    }

    /// The link to a place.
    #[must_use]
    pub fn place(&self, place: &Place) -> Option<String> {
        self.at(&place.path, place.line, place.column)
    }

    fn at(&self, path: &str, line: u32, column: u32) -> Option<String> {
        if path.ends_with("(built in)") {
            return None;
        }
        let file = self.root.join(path);
        self.editor.open(&self.usual, &file.to_string_lossy(), line, column)
    }
}
