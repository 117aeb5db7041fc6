//! Pictures that nothing shows.
//!
//! Invariant: it errs on the side of silence. A picture whose name stands anywhere in a template,
//! a style sheet, a script, the settings or a story's own table counts as shown, since a name may
//! be put together there.

use super::super::Sight;
use crate::edition::{Index, icons::Icon};
use memchr::memmem;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::path::Path;
use walkdir::WalkDir;

/// What a picture's name ends with.
const PICTURES: [&str; 9] =
    [".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".svg", ".ico", ".jxl"];
/// What the name of a file that may name pictures ends with.
const TEXTS: [&str; 8] = [".html", ".css", ".js", ".mjs", ".json", ".webmanifest", ".toml", ".xml"];
/// Texts longer than this name no pictures: they are data. In bytes.
const LONGEST: u64 = 1 << 20;

/// The pictures under `content/` and `static/` that no story, template or setting uses, by path.
#[must_use]
pub fn unlinked(sight: &Sight<'_>) -> Vec<String> {
    let index = sight.index;
    let pictures = index.facts.files.keys().filter(|key| is_own_picture(key));
    let mut pictures: FxHashSet<&str> = pictures.map(AsRef::as_ref).collect();
    if pictures.is_empty() {
        return Vec::new();
    }
    for used in used_by_stories(index) {
        pictures.remove(&*used);
    }
    let texts = texts(sight);
    let named = |key: &str| {
        let name = key.rsplit('/').next().unwrap_or(key);
        let finder = memmem::Finder::new(name);
        is_known_by_name(index, key, name)
            || texts.iter().any(|text| finder.find(text.as_bytes()).is_some())
            || is_named_beside(sight, key, &finder)
    };
    let mut left: Vec<&str> = pictures.drain().collect();
    left.sort_unstable();
    left.into_iter().filter(|key| !named(key)).map(str::to_owned).collect()
}

fn is_own_picture(key: &str) -> bool {
    let own = key.starts_with("content/") || key.starts_with("static/");
    own && PICTURES.iter().any(|ending| key.to_ascii_lowercase().ends_with(ending))
}

/// What stories show or link to, whether they are published or not.
fn used_by_stories(index: &Index) -> Vec<Box<str>> {
    let rows = index.admitted.everything();
    let used = rows.par_iter().flat_map_iter(|row| {
        let article = &row.article;
        let inside = article.inside.open();
        let named = inside.pictures.iter().chain(&inside.links).map(|link| &*link.target);
        let named = named.chain(article.image.iter().map(|image| &*image.src));
        named.filter_map(|written| Some(index.file(article, written)?.0)).collect::<Vec<_>>()
    });
    used.collect()
}

/// Files that browsers ask for by their names, and those that take the place of a theme's own.
fn is_known_by_name(index: &Index, key: &str, name: &str) -> bool {
    let of_theme = key.replacen("static/", "theme/", 1);
    Icon::ALL.iter().any(|icon| icon.name() == name)
        || name.starts_with("apple-touch-icon")
        || name.starts_with("favicon")
        || (key.starts_with("static/") && index.facts.files.contains_key(&*of_theme))
}

/// Whether a story in the picture's own folder names it in a way that the outline does not hold.
fn is_named_beside(sight: &Sight<'_>, key: &str, name: &memmem::Finder<'_>) -> bool {
    let folder = sight.root.join(key);
    let beside = folder.parent().and_then(|folder| std::fs::read_dir(folder).ok());
    let stories = beside.into_iter().flatten().flatten().map(|file| file.path());
    let mut stories = stories.filter(|file| file.extension().is_some_and(|ending| ending == "md"));
    stories.any(|file| std::fs::read(file).is_ok_and(|text| name.find(&text).is_some()))
}

/// Every text that may name a picture.
fn texts(sight: &Sight<'_>) -> Vec<String> {
    let theme = Path::new("themes").join(&sight.index.site.theme);
    let folders =
        [theme.as_path(), Path::new("templates"), Path::new("static"), Path::new("strings")];
    let in_folders = folders.iter().flat_map(|folder| texts_in(&sight.root.join(folder)));
    let rows = sight.index.admitted.everything().iter();
    let tables = rows.map(|row| row.article.extra.to_string()).filter(|extra| !extra.is_empty());
    let settings = std::fs::read_to_string(sight.root.join("site.toml")).ok();
    in_folders.chain(tables).chain(settings).collect()
}

fn texts_in(folder: &Path) -> Vec<String> {
    let files = WalkDir::new(folder).into_iter().flatten();
    let files = files.filter(|file| {
        let name = file.file_name().to_string_lossy().to_ascii_lowercase();
        TEXTS.iter().any(|ending| name.ends_with(ending))
            && file.metadata().is_ok_and(|about| about.is_file() && about.len() <= LONGEST)
    });
    files.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect()
}
