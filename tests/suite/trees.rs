//! Folders as values: everything in one, and how two differ.
//!
//! Invariant: a difference is told by the path and the first line that differs, so that a
//! failing test can be read.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};
use walkdir::WalkDir;

/// Files by path; a folder is a path that ends with `/`.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// Writes a file and the folders above it.
pub fn put(file: &Path, bytes: &[u8]) {
    let folder = file.parent().expect("a file is in a folder");
    fs::create_dir_all(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    fs::write(file, bytes).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
}

/// Everything in a folder.
pub fn tree(folder: &Path) -> Tree {
    let entries = WalkDir::new(folder).min_depth(1).into_iter().flatten();
    let entry = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(folder).expect("it is below the folder");
        let path = path.to_str().expect("tests write UTF-8").to_owned();
        if entry.file_type().is_dir() {
            return Some((path + "/", Vec::new()));
        }
        Some((path, fs::read(entry.path()).ok()?))
    };
    entries.filter_map(entry).collect()
}

/// The sources of a site.
pub fn tree_of_sources(root: &Path) -> Tree {
    let mut tree = tree(root);
    tree.retain(|path, _| !path.starts_with(".masthead"));
    tree
}

/// When each file was last written, and which file it is.
pub fn stamps(folder: &Path) -> BTreeMap<PathBuf, (SystemTime, u64)> {
    use std::os::unix::fs::MetadataExt;
    let entries = WalkDir::new(folder).into_iter().flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let meta = entry.metadata().expect("a published file");
            (entry.into_path(), (meta.modified().expect("a time"), meta.ino()))
        })
        .collect()
}

/// Two trees are the same; else says which path differs, and its first line that does.
pub fn assert_same(left: &Tree, right: &Tree, one: &str, other: &str) {
    let paths: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    let different: Vec<String> =
        paths.into_iter().filter_map(|path| difference(path, left, right, one, other)).collect();
    assert!(different.is_empty(), "{} paths differ:\n{}", different.len(), different.join("\n"));
}

fn difference(path: &str, left: &Tree, right: &Tree, one: &str, other: &str) -> Option<String> {
    match (left.get(path), right.get(path)) {
        (Some(l), Some(r)) if l == r => None,
        (Some(l), Some(r)) => {
            let (l, r) = (String::from_utf8_lossy(l), String::from_utf8_lossy(r));
            let mut lines = l.lines().chain([""]).zip(r.lines().chain([""]));
            let (l, r) = lines.find(|(l, r)| l != r).unwrap_or(("(its end)", "(its end)"));
            Some(format!("{path}\n  {one}: {l}\n  {other}: {r}"))
        }
        (Some(_), None) => Some(format!("{path} is only in {one}")),
        _ => Some(format!("{path} is only in {other}")),
    }
}
