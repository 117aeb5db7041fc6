//! Where a theme's files come from: the site's own folders, the theme's folder, the program.
//!
//! Invariant: files are layered one by one. A site's `templates/` and `strings/` come before
//! the theme's folder, and that before the theme built into the program.

use crate::{
    base::{Code, Diagnostic, Fingerprint, Place, UrlPath, utf8},
    content::{discover, pixels},
    edition::Asset,
    site,
};
use include_dir::{Dir, include_dir};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// The theme built into the program.
static BROADSHEET: Dir = include_dir!("$CARGO_MANIFEST_DIR/themes/broadsheet");
/// Its name.
pub const BUILT_IN: &str = "broadsheet";

/// A text file of a theme, with the path that messages name.
#[derive(Clone, Debug)]
pub struct Text {
    /// The path shown in messages.
    pub shown: String,
    /// The file's text.
    pub text: String,
}

/// Everything a theme consists of, but its static files on disk.
#[derive(Debug, Default)]
pub struct ThemeFiles {
    /// `theme.toml`.
    pub settings: Option<Text>,
    /// Templates by name, such as `story.html`.
    pub templates: BTreeMap<String, Text>,
    /// The theme's strings, by file name without ending.
    pub strings: BTreeMap<String, Text>,
    /// The site's own strings, likewise.
    pub own_strings: BTreeMap<String, Text>,
    /// Static files built into the program, by path below `static/`.
    pub built_in: BTreeMap<String, &'static [u8]>,
}

impl ThemeFiles {
    /// Reads the theme `name` of the site at `root`.
    pub fn read(root: &Path, name: &str, findings: &mut Vec<Diagnostic>) -> Self {
        let mut files = Self::default();
        let folder = root.join("themes").join(name);
        if name == BUILT_IN {
            files.add_built_in(&BROADSHEET);
        } else if !folder.is_dir() {
            findings.push(unknown_theme(root, name));
            return files;
        }
        files.add_folder(&folder, &format!("themes/{name}"), findings);
        for (name, text) in texts(&root.join("templates"), "templates", ".html", findings) {
            files.templates.insert(name, text);
        }
        files.own_strings = strings(&root.join("strings"), "strings", findings);
        files
    }

    fn add_built_in(&mut self, folder: &'static Dir) {
        for file in folder.files() {
            let path = file.path().to_string_lossy().replace('\\', "/");
            let text = || Text {
                shown: format!("themes/{BUILT_IN}/{path} (built in)"),
                text: file.contents_utf8().unwrap_or_default().to_owned(),
            };
            if path == "theme.toml" {
                self.settings = Some(text());
            } else if let Some(name) = path.strip_prefix("templates/") {
                self.templates.insert(name.to_owned(), text());
            } else if let Some(name) = path.strip_prefix("strings/") {
                self.strings.insert(name.trim_end_matches(".toml").to_owned(), text());
            } else if let Some(name) = path.strip_prefix("static/") {
                self.built_in.insert(name.to_owned(), file.contents());
            }
        }
        folder.dirs().for_each(|inner| self.add_built_in(inner));
    }

    fn add_folder(&mut self, folder: &Path, shown: &str, findings: &mut Vec<Diagnostic>) {
        for (name, text) in texts(folder, shown, "theme.toml", findings) {
            if name == "theme.toml" {
                self.settings = Some(text);
            }
        }
        let templates =
            texts(&folder.join("templates"), &format!("{shown}/templates"), ".html", findings);
        self.templates.extend(templates);
        self.strings.extend(strings(
            &folder.join("strings"),
            &format!("{shown}/strings"),
            findings,
        ));
    }
}

/// Static files built into the program, as the index wants them.
pub fn built_in_assets(
    files: &BTreeMap<String, &'static [u8]>,
) -> impl Iterator<Item = (Box<str>, Asset)> {
    files.iter().filter_map(|(path, bytes)| {
        let asset = Asset {
            url: UrlPath::new(&format!("/{path}"))?,
            hashed: None,
            fingerprint: Fingerprint::of(bytes),
            size: pixels::of(path, bytes),
        };
        Some((format!("theme/{path}").into(), asset))
    })
}

/// The keys under which a static file may stand: the site's own come before the theme's.
#[must_use]
pub fn static_keys(path: &str) -> [Box<str>; 2] {
    let path = path.trim_start_matches('/');
    [format!("static/{path}").into(), format!("theme/{path}").into()]
}

/// Where the file with this key lies, if it is not one that is built in.
#[must_use]
pub fn static_path(root: &Path, theme: &str, key: &str) -> PathBuf {
    match key.strip_prefix("theme/") {
        Some(path) => root.join("themes").join(theme).join("static").join(path),
        None => root.join(key),
    }
}

/// The text of a static file, by key: the site's, the theme's on disk, or the one built in.
#[must_use]
pub fn static_text(
    root: &Path,
    (theme, built_in): (&str, &BTreeMap<String, &'static [u8]>),
    key: &str,
) -> Option<String> {
    std::fs::read_to_string(static_path(root, theme, key)).ok().or_else(|| {
        let bytes = built_in.get(key.strip_prefix("theme/")?)?;
        String::from_utf8(bytes.to_vec()).ok()
    })
}

fn strings(folder: &Path, shown: &str, findings: &mut Vec<Diagnostic>) -> BTreeMap<String, Text> {
    texts(folder, shown, ".toml", findings)
        .into_iter()
        .map(|(name, text)| (name.trim_end_matches(".toml").to_owned(), text))
        .collect()
}

/// Text files below `folder` whose names end with `ending`, by path.
fn texts(
    folder: &Path,
    shown: &str,
    ending: &str,
    findings: &mut Vec<Diagnostic>,
) -> Vec<(String, Text)> {
    let found = discover::discover(folder, shown, findings).files;
    let mut out = Vec::new();
    for file in found.iter().filter(|file| file.path.as_str().ends_with(ending)) {
        let shown = format!("{shown}/{}", file.path);
        let read = discover::read(&folder.join(file.path.as_str()), file.stamp.size);
        let text = match &read {
            Ok(bytes) => utf8::as_text(bytes, &shown).map(str::to_owned),
            Err(error) => Err(discover::unreadable(Place::file(&shown), error)),
        };
        match text {
            Ok(text) => out.push((file.path.as_str().to_owned(), Text { shown, text })),
            Err(finding) => findings.push(finding),
        }
    }
    out
}

fn unknown_theme(root: &Path, name: &str) -> Diagnostic {
    let mut known: Vec<String> = std::fs::read_dir(root.join("themes"))
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .chain([BUILT_IN.to_owned()])
        .collect();
    known.sort();
    known.dedup();
    let known = crate::base::suggest::one_of(known.iter().map(String::as_str));
    Diagnostic::new(Code::UnknownTheme, format!("there is no theme `{name}`"))
        .at(site::place(root, "theme"))
        .help(format!("write `theme = …` with {known}, or make the folder themes/{name}/"))
}
