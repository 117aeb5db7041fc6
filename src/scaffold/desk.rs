//! A new story: where it goes, and how it begins.
//!
//! Invariant: no file is overwritten, and the file that is written is read without an error;
//! otherwise nothing is written. A section that is misspelt is not begun by accident.

use super::{
    Refusal,
    archetype::{self, Values},
};
use crate::{
    base::{Diagnostic, Moment, path, slug, suggest},
    build::{Failure, prepare},
    content::{Kind, front},
    site::Site,
};
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};
use walkdir::WalkDir;

/// The longest slug that is made from a headline, in characters.
const LONGEST_SLUG: usize = 60;

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The site's folder.
    pub root: &'a Path,
    /// The section, below the language's folder where it has one; `pages` and `authors` serve
    /// as sections.
    pub section: &'a str,
    /// The headline, or the name of a person.
    pub headline: &'a str,
    /// The slug, if it is not to be made from the headline.
    pub slug: Option<&'a str>,
    /// The moment of publication as typed.
    pub at: Option<&'a str>,
    /// The moment it is now.
    pub now: Moment,
}

/// What was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Begun {
    /// The file, relative to the site's root.
    pub path: String,
    /// The section that the story began, if it is a new one.
    pub new_section: Option<String>,
}

/// Writes the beginning of a story.
///
/// # Errors
/// What is wrong with the order or the site, or what the system says.
pub fn begin(order: &Order<'_>) -> Result<Begun, Refusal> {
    let site = site(order.root)?;
    let folder = folder(order.section)?;
    let headline = headline(order.headline)?;
    let at = moment(order, &site)?;
    let slug = slug(order.slug, &headline)?;
    let content = order.root.join("content");
    let section = unfiled(&content, &folder);
    let is_new = !content.join(section).is_dir();
    if is_new {
        misspelt(&content, section)?;
    }
    let kind = kind(&site, section);
    let date = at.rfc3339(site.timezone);
    let name = within_edition(&site, section).to_owned();
    let values = Values { title: headline, date, slug: slug.clone(), section: name };
    let text = compose(order.root, &site, kind, section, &values)?;
    let new_section = (is_new && kind == Kind::Story).then(|| section.to_owned());
    let folder = match kind {
        // Whoever names the folder of a month has filed the story already.
        Kind::Story if section == folder => {
            format!("{section}/{}", at.in_zone(site.timezone).format("%Y/%m"))
        }
        _ => folder,
    };
    let path = format!("{folder}/{slug}.md");
    refuse_bundle(&content, &folder, &slug)?;
    write(&content, &path, &text)?;
    Ok(Begun { path: format!("content/{path}"), new_section })
}

fn site(root: &Path) -> Result<Site, Refusal> {
    let mut findings = Vec::new();
    let site = prepare::load_site(root, None, &mut findings);
    site.ok_or_else(|| Refusal::Failed(prepare::failure(findings)))
}

fn folder(typed: &str) -> Result<String, Refusal> {
    let bare = typed.trim().trim_matches('/');
    let bare = bare.strip_prefix("content/").unwrap_or(bare);
    let plain = |part: &str| !part.is_empty() && slug::of_file(part).as_deref() == Some(part);
    if bare.split('/').all(plain) && path::join("", bare).as_deref() == Some(bare) {
        return Ok(bare.to_owned());
    }
    let parts = bare.split('/').filter_map(slug::of_file).filter(|part| !part.starts_with('.'));
    let near = parts.collect::<Vec<_>>().join("/");
    let near = if near.is_empty() { "politics" } else { &near };
    Err(Refusal::misused(
        format!("`{typed}` cannot be the path of a section"),
        format!("name folders below `content/`, such as `{near}`"),
    ))
}

/// The section to which a folder belongs: folders at its end that file by date are none, unless
/// they are described.
fn unfiled<'f>(content: &Path, folder: &'f str) -> &'f str {
    let mut section = folder;
    while !content.join(section).join("_index.md").is_file() {
        let (parent, name) = section.rsplit_once('/').unwrap_or(("", section));
        if section.is_empty() || !is_filing(name) {
            break;
        }
        section = parent;
    }
    section
}

/// Whether a folder of this name files by date.
fn is_filing(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_digit())
}

fn headline(typed: &str) -> Result<String, Refusal> {
    let words: Vec<&str> = typed.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return Err(Refusal::misused(
            "the headline is empty",
            "write it in quotes: `masthead new politics \"Council votes on the budget\"`",
        ));
    }
    Ok(words.join(" "))
}

fn moment(order: &Order<'_>, site: &Site) -> Result<Moment, Refusal> {
    let Some(typed) = order.at else { return Ok(order.now) };
    Moment::parse(typed, site.timezone).map_err(|why| {
        Refusal::misused(format!("--at: {why}"), "write it as `2026-11-22` or `2026-11-22T08:30`")
    })
}

/// The slug that is wanted, or one made from the headline.
fn slug(wanted: Option<&str>, headline: &str) -> Result<String, Refusal> {
    let made = || slug::slug(headline).map(|slug| cut(&slug).to_owned());
    match wanted {
        None => made().filter(|slug| slug != "index").ok_or_else(|| {
            Refusal::misused(
                "no slug can be made from this headline",
                "give one: `--slug some-words`",
            )
        }),
        Some(wanted) if slug::of_file(wanted).as_deref() == Some(wanted) && !reserved(wanted) => {
            Ok(wanted.to_owned())
        }
        Some(wanted) => {
            let better = slug::slug(wanted).filter(|slug| !reserved(slug)).or_else(made);
            let better = better.unwrap_or_else(|| "some-words".to_owned());
            Err(Refusal::misused(
                format!("`{wanted}` cannot be a slug: it is one part of a URL"),
                format!("write `--slug {better}`"),
            ))
        }
    }
}

/// Names that mean something else: a folder's own story, a section's description.
fn reserved(slug: &str) -> bool {
    matches!(slug, "index" | "_index") || slug.chars().count() > LONGEST_SLUG * 2
}

/// A slug's beginning, cut between words.
fn cut(slug: &str) -> &str {
    let Some((end, _)) = slug.char_indices().nth(LONGEST_SLUG) else { return slug };
    let whole = slug[end..].starts_with('-');
    match slug[..end].rfind('-') {
        Some(hyphen) if !whole => &slug[..hyphen],
        _ => &slug[..end],
    }
}

/// What a file in this folder is.
fn kind(site: &Site, section: &str) -> Kind {
    match within_edition(site, section).split('/').next() {
        Some("authors") => Kind::Author,
        Some("pages") => Kind::Page,
        _ => Kind::Story,
    }
}

/// A section's path without the folder of its language.
fn within_edition<'s>(site: &Site, section: &'s str) -> &'s str {
    let (first, rest) = section.split_once('/').unwrap_or((section, ""));
    let prefixed = site.editions.iter().any(|e| !e.prefix.is_empty() && e.prefix == first);
    if prefixed { rest } else { section }
}

/// Refuses a section that is not there but has a name like one that is.
fn misspelt(content: &Path, section: &str) -> Result<(), Refusal> {
    let known = folders(content);
    match suggest::nearest(section, known.iter().map(String::as_str)) {
        None => Ok(()),
        Some(near) => Err(Refusal::misused(
            format!("there is no section `{section}`; did you mean `{near}`?"),
            format!("to begin a section of that name, make the folder `content/{section}/` first"),
        )),
    }
}

/// The folders that may be sections: all but those that file by date, and bundles.
fn folders(content: &Path) -> Vec<String> {
    let walk = WalkDir::new(content).min_depth(1).sort_by_file_name().into_iter();
    let wanted = |entry: &walkdir::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.file_type().is_dir()
            && !name.starts_with('.')
            && !is_filing(&name)
            && !entry.path().join("index.md").exists()
    };
    let found = walk.filter_entry(wanted).flatten();
    found
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(content).ok()?.to_str()?;
            Some(path.replace(std::path::MAIN_SEPARATOR, "/"))
        })
        .collect()
}

/// The text of the file: from the section's archetype, that of a section around it, the
/// default one, or the one built in. An edition uses those of the default language where it
/// has none of its own.
fn compose(
    root: &Path,
    site: &Site,
    kind: Kind,
    section: &str,
    values: &Values,
) -> Result<String, Refusal> {
    let within = within_edition(site, section);
    let mut names: Vec<String> = Vec::new();
    for whole in [section, within] {
        let parents = Path::new(whole).ancestors().filter_map(Path::to_str);
        names.extend(parents.filter(|name| !name.is_empty()).map(|name| format!("{name}.md")));
    }
    if kind == Kind::Story {
        names.push("default.md".to_owned());
    }
    let folder = root.join("archetypes");
    for name in names {
        let shown = format!("archetypes/{name}");
        match fs::read_to_string(folder.join(&name)) {
            Ok(text) => return proven(&shown, archetype::fill(&text, values), site, kind),
            Err(error) if is_absent(&error) => {}
            Err(error) => return Err(Refusal::environment(&shown, &error)),
        }
    }
    let built_in = match kind {
        Kind::Author => archetype::AUTHOR,
        Kind::Page => archetype::PAGE,
        Kind::Story | Kind::Section => archetype::STORY,
    };
    proven("the built-in archetype", archetype::fill(built_in, values), site, kind)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The text, if it can be read; otherwise what is wrong with the archetype.
fn proven(shown: &str, text: String, site: &Site, kind: Kind) -> Result<String, Refusal> {
    let (_, mut findings) = front::read(shown, &text, site.timezone, kind == Kind::Story);
    findings.retain(Diagnostic::is_error);
    for place in findings.iter_mut().filter_map(|finding| finding.at.as_mut()) {
        shown.clone_into(&mut place.path);
    }
    if findings.is_empty() { Ok(text) } else { Err(Refusal::Failed(Failure::Site(findings))) }
}

/// A folder with a story in it has the same URL as a file of that name.
fn refuse_bundle(content: &Path, folder: &str, slug: &str) -> Result<(), Refusal> {
    let bundle = format!("{folder}/{slug}/index.md");
    if content.join(&bundle).exists() { Err(taken(&bundle)) } else { Ok(()) }
}

fn taken(path: &str) -> Refusal {
    Refusal::misused(
        format!("content/{path} is there already"),
        "give the story another slug: `--slug some-words`",
    )
}

fn write(content: &Path, path: &str, text: &str) -> Result<(), Refusal> {
    let file: PathBuf = content.join(path);
    let refuse = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => Refusal::environment(&format!("content/{path}"), &error),
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(refuse)?;
    }
    let mut file = fs::File::create_new(&file).map_err(refuse)?;
    file.write_all(text.as_bytes()).map_err(refuse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_made_or_given() {
        for (wanted, headline, slug_or_help) in [
            (None, "Water & power", Ok("water-power")),
            (None, "ئاوی کانیسپی", Ok("ئاوی-کانیسپی")),
            (None, "?!", Err("give one: `--slug some-words`")),
            (None, "Index", Err("give one: `--slug some-words`")),
            (Some("vote"), "?!", Ok("vote")),
            (Some("a/b"), "x", Err("write `--slug a-b`")),
            (Some(".."), "The vote", Err("write `--slug the-vote`")),
            (Some("index"), "The vote", Err("write `--slug the-vote`")),
            (
                None,
                "Valley List and Civic Alliance open talks after the closest count in a generation",
                Ok("valley-list-and-civic-alliance-open-talks-after-the-closest"),
            ),
        ] {
            let result = slug(wanted, headline).map_err(|refusal| match refusal {
                Refusal::Misused(_, help) => help,
                Refusal::Failed(_) => String::new(),
            });
            assert_eq!(result, slug_or_help.map(Into::into).map_err(Into::into), "{headline}");
        }
    }

    #[test]
    fn sections_are_plain_paths() {
        for (typed, path) in [
            ("politics", Some("politics")),
            ("/content/ckb/politics/", Some("ckb/politics")),
            ("../x", None),
            ("a//b", None),
            ("", None),
            ("a b", None),
            (".git", None),
        ] {
            assert_eq!(folder(typed).ok().as_deref(), path, "{typed}");
        }
    }
}
