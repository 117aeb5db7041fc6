//! The ground that a target which is a folder stands on: what lies there already, and what it
//! shares a place with.
//!
//! Invariant: it looks and touches nothing. What no edition put there is a stranger's; a folder of
//! a stranger's is never made way with, whatever is forced.

use super::{
    guards::refused,
    manifest::ROOM,
    plan::{Plan, Reason},
    room::{self, State},
};
use crate::{
    base::{Diagnostic, OutPath},
    build::sink,
    remote::{Address, Remote},
};
use rustc_hash::FxHashSet;
use std::{collections::BTreeSet, fs, path::Path};
use walkdir::WalkDir;

/// A target that the site is read from or built to: each edition would be made of the one before,
/// or write over what is kept of it.
#[must_use]
pub fn shared(address: &Address, root: &Path, output: &Path) -> Option<Diagnostic> {
    let Address::Folder(folder) = address else { return None };
    // Without a site nothing is built: a return needs the target alone.
    if !root.join("site.toml").is_file() {
        return None;
    }
    let [target, site, output] = [folder, root, output].map(sink::resolved);
    let what = if target.starts_with(&output) || output.starts_with(&target) {
        "the output folder".to_owned()
    } else {
        format!("`{}`, which the site is made of", sink::overlap(&site, &target)?)
    };
    let message = format!("the target `{}` shares a place with {what}", folder.display());
    Some(refused(message).help("publish to a folder of its own, such as `../www`"))
}

/// What lies in the way of a plan though no edition put it there.
#[must_use]
pub fn in_the_way(remote: &Remote, plan: &Plan, state: &State, force: bool) -> Vec<Diagnostic> {
    let Some(root) = remote.folder() else { return Vec::new() };
    let mut ground = Ground { root, state, files: BTreeSet::new(), folders: BTreeSet::new() };
    let mut seen = FxHashSet::default();
    for upload in &plan.uploads {
        ground.look_above(&upload.entry.path, &mut seen);
        ground.look(&upload.entry.path, upload.reason == Reason::New && upload.sure);
    }
    // Somebody else may be publishing here just now: then it is theirs.
    let settled =
        |now: State| (now.version, now.intents) == (state.version.clone(), state.intents.clone());
    if ground.is_free() || !State::read(remote).is_ok_and(settled) {
        return Vec::new();
    }
    ground.objections(force)
}

/// Links in a target to folders elsewhere, through which a plan would reach what is not the
/// target's.
#[must_use]
pub fn leading_out(remote: &Remote, plan: &Plan, force: bool) -> Option<Diagnostic> {
    let root = remote.folder().filter(|_| !force)?;
    let touched = plan.paths();
    let above = |path: &OutPath| {
        let path = path.as_str().to_owned();
        let ends: Vec<usize> = path.match_indices('/').map(|(end, _)| end).collect();
        ends.into_iter().map(move |end| path[..end].to_owned())
    };
    let own = [ROOM].into_iter().map(str::to_owned).chain(room::FOLDERS.map(str::to_owned));
    let folders: BTreeSet<String> = touched.iter().flat_map(above).chain(own).collect();
    let links = folders.into_iter().filter(|folder| root.join(folder).is_symlink()).collect();
    let message =
        format!("at the target a link stands where this edition needs a folder: {}", told(&links)?);
    let help = "put a folder in its place; `--force` follows it, and writes and removes there";
    Some(refused(message).help(help))
}

/// What was met in a target.
struct Ground<'a> {
    root: &'a Path,
    state: &'a State,
    /// Strangers' files where something is to be.
    files: BTreeSet<String>,
    /// Folders with strangers' files where a file is to be.
    folders: BTreeSet<String>,
}

impl Ground<'_> {
    fn is_free(&self) -> bool {
        self.files.is_empty() && self.folders.is_empty()
    }

    /// Looks for files where folders above a file are to be, each of those once.
    fn look_above(&mut self, path: &OutPath, seen: &mut FxHashSet<String>) {
        let text = path.as_str();
        for (end, _) in text.match_indices('/') {
            let above = &text[..end];
            if seen.insert(above.to_owned()) && self.root.join(above).is_file() {
                self.meet(above);
            }
        }
    }

    /// Looks where a file is to be: for a folder with strangers' files, and if it is a new one, for a
    /// file.
    fn look(&mut self, path: &OutPath, is_new: bool) {
        let text = path.as_str();
        let Ok(meta) = fs::symlink_metadata(self.root.join(text)) else { return };
        if !meta.is_dir() && is_new {
            self.meet(text);
        } else if meta.is_dir() && self.holds_others(text) {
            self.folders.insert(text.to_owned());
        }
    }

    fn meet(&mut self, path: &str) {
        if !self.is_known(path) {
            self.files.insert(path.to_owned());
        }
    }

    fn holds_others(&self, folder: &str) -> bool {
        let entries = WalkDir::new(self.root.join(folder)).into_iter().flatten();
        let mut files = entries.filter(|entry| !entry.file_type().is_dir());
        files.any(|file| {
            let path = file.path().strip_prefix(self.root).ok().and_then(Path::to_str);
            !path.is_some_and(|path| self.is_known(path))
        })
    }

    fn is_known(&self, path: &str) -> bool {
        let Some(path) = OutPath::new(path) else { return false };
        let live = self.state.manifest.as_ref();
        live.is_some_and(|live| live.entry(&path).is_some()) || self.state.unsure.contains(&path)
    }

    fn objections(&self, force: bool) -> Vec<Diagnostic> {
        let folders = told(&self.folders).map(|some| {
            let message = format!("where this edition has a file, the target has a folder with files that are not Masthead's: {some}");
            refused(message).help("move it away, or choose another folder")
        });
        let files = told(&self.files).filter(|_| !force).map(|some| {
            let message = format!(
                "this edition would write over files at the target that are not Masthead's: {some}"
            );
            refused(message)
                .help("choose another folder, or move them away; `--force` writes over them")
        });
        folders.into_iter().chain(files).collect()
    }
}

/// The first of some paths, and how many more there are.
fn told(paths: &BTreeSet<String>) -> Option<String> {
    let first = paths.first()?;
    Some(match paths.len() - 1 {
        0 => format!("`{first}`"),
        more => format!("`{first}` and {more} more"),
    })
}
