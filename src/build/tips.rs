//! Tips: what may have changed, by hearsay.
//!
//! Invariant: a tip says where to look and nothing more; what is there is looked up. Whatever a
//! tip cannot be sure of (a folder, a name that was one) means that everything is looked at.

use super::prepare::media_folders;
use crate::{content::discover::is_wanted, site::Site};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// So many files are looked at one by one; where there are more, everything is.
const FEW: usize = 64;

/// Where something may have changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tips {
    /// Everything has to be looked at.
    pub everything: bool,
    /// Files and folders, relative to the site's root.
    pub paths: BTreeSet<PathBuf>,
}

/// A file below one of the folders that keys of files begin with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub root: &'static str,
    pub path: String,
}

/// Tips by what is to be done about them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct SortedOut {
    pub everything: bool,
    /// site.toml, templates or strings.
    pub settings: bool,
    pub files: Vec<Place>,
}

impl Tips {
    /// That everything has to be looked at.
    #[must_use]
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.everything && self.paths.is_empty()
    }

    /// Adds others.
    pub fn add(&mut self, other: Self) {
        self.everything |= other.everything;
        self.paths.extend(other.paths);
    }

    pub(super) fn sorted_out(&self, root: &Path, site: &Site) -> SortedOut {
        let mut out = SortedOut { everything: self.everything, ..SortedOut::default() };
        if self.paths.len() > FEW {
            out.everything = true;
        }
        for path in &self.paths {
            out.sort(root, site, path);
        }
        out.files.dedup();
        out
    }
}

impl SortedOut {
    fn sort(&mut self, root: &Path, site: &Site, path: &Path) {
        let Some(text) = path.to_str() else {
            self.everything = true;
            return;
        };
        if !text.split('/').all(is_wanted) {
            return;
        }
        let full = root.join(path);
        let folders = media_folders(root, site);
        let below = |folder: &Path| full.strip_prefix(folder).ok().and_then(Path::to_str);
        let found = folders.iter().find_map(|(folder, shown)| Some((*shown, below(folder)?)));
        match found {
            _ if path == Path::new("site.toml") => self.settings = true,
            Some((_, "")) => self.everything = true,
            Some((shown, file)) if is_file_or_gone(&full) => {
                self.files.push(Place { root: shown, path: file.to_owned() });
            }
            Some(_) => self.everything = true,
            None if is_of_theme(path) => self.settings = true,
            None => {}
        }
    }
}

/// Templates, strings, and all of a theme.
fn is_of_theme(path: &Path) -> bool {
    ["templates", "strings", "themes"].iter().any(|folder| path.starts_with(folder))
}

/// Whether a path can be looked at as a file: what is gone was one if its name has an ending.
fn is_file_or_gone(path: &Path) -> bool {
    match std::fs::symlink_metadata(path) {
        Ok(meta) => meta.is_file(),
        Err(_) => path.extension().is_some(),
    }
}
