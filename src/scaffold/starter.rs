//! The site that `init` writes: small, real, and without a single finding.
//!
//! Invariant: it is written into a folder that holds nothing but perhaps a repository, so
//! nobody's file is touched.

use super::{
    Refusal,
    archetype::{self, Values},
};
use crate::base::{Moment, slug};
use chrono_tz::Tz;
use std::{fs, io, path::Path};

/// The files with their texts; `{{ … }}` as in archetypes, and in paths `{month}`.
const FILES: &[(&str, &str)] = &[
    ("site.toml", include_str!("starter/site.toml")),
    (".gitignore", include_str!("starter/gitignore")),
    ("archetypes/default.md", include_str!("starter/archetypes/default.md")),
    ("content/authors/newsroom.md", include_str!("starter/content/authors/newsroom.md")),
    ("content/culture/_index.md", include_str!("starter/content/culture/_index.md")),
    ("content/news/_index.md", include_str!("starter/content/news/_index.md")),
    (FIRST_STORY, include_str!("starter/content/news/first-story.md")),
    ("content/pages/about.md", include_str!("starter/content/pages/about.md")),
];

const FIRST_STORY: &str = "content/news/{month}/first-story.md";

/// How many of the files in the way are named.
const NAMED: usize = 5;

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Starter {
    /// The outlet's name.
    pub title: String,
    /// The files, relative to the folder.
    pub files: Vec<String>,
    /// The first story among them.
    pub story: String,
}

/// Writes a site into `folder`, named `title` or else after the folder.
///
/// # Errors
/// When there is something in the folder, or what the system says.
pub fn plant(folder: &Path, title: Option<&str>, now: Moment) -> Result<Starter, Refusal> {
    refuse_occupied(folder)?;
    let title = title.map(str::trim).filter(|title| !title.is_empty());
    let title = title.map_or_else(|| named_after(folder), ToOwned::to_owned);
    let month = now.in_zone(Tz::UTC).format("%Y/%m").to_string();
    let values = Values {
        title: title.clone(),
        date: now.rfc3339(Tz::UTC),
        slug: "first-story".to_owned(),
        section: "news".to_owned(),
    };
    let mut files = Vec::with_capacity(FILES.len());
    for (path, text) in FILES {
        let path = path.replace("{month}", &month);
        write(folder, &path, &text_of(&path, text, &values))?;
        files.push(path);
    }
    Ok(Starter { title, files, story: FIRST_STORY.replace("{month}", &month) })
}

/// An archetype keeps its placeholders. Settings are TOML from their first line to the last.
fn text_of(path: &str, text: &str, values: &Values) -> String {
    if path.starts_with("archetypes/") {
        text.to_owned()
    } else if path == "site.toml" {
        let fenced = archetype::fill(&format!("+++\n{text}"), values);
        fenced.trim_start_matches("+++\n").to_owned()
    } else {
        archetype::fill(text, values)
    }
}

/// Refuses a folder with something in it. A repository may be there: many begin with one.
fn refuse_occupied(folder: &Path) -> Result<(), Refusal> {
    let shown = folder.display();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(Refusal::misused(format!("`{shown}` is a file"), "name a new folder"));
        }
        Err(error) => return Err(Refusal::environment(&shown.to_string(), &error)),
    };
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name != ".git").collect();
    if names.is_empty() {
        return Ok(());
    }
    names.sort();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Err(Refusal::misused(
        format!("`{shown}` is not empty: there is {}{more}", names.join(", ")),
        "name a new folder, or empty this one",
    ))
}

/// A name for the outlet: `valley-post` is "Valley post".
fn named_after(folder: &Path) -> String {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = slug::to_name(name.unwrap_or_default().trim());
    if name.trim().is_empty() { "The Morning Post".to_owned() } else { name }
}

fn write(folder: &Path, path: &str, text: &str) -> Result<(), Refusal> {
    let file = folder.join(path);
    let made = file.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(&file, text)).map_err(|e| Refusal::environment(path, &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlet_is_named_after_its_folder() {
        for (folder, title) in [
            ("valley-post", "Valley post"),
            ("/tmp/the_courier", "The courier"),
            ("/", "The Morning Post"),
        ] {
            assert_eq!(named_after(Path::new(folder)), title, "{folder}");
        }
    }
}
