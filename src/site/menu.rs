//! The main menu: entries as written → as meant.
//!
//! Invariant: a section's path has no slash at its ends. Whether the section exists is not
//! asked here; only the content can tell.

use super::{
    file::{LinkTable, MenuEntry},
    model::MenuItem,
    resolve::words,
    written::{Reader, Refusal},
};
use crate::base::{Code, UrlPath};
use toml::Spanned;

/// The entries that are fine; the others are reported.
pub(super) fn menu(entries: Vec<Spanned<MenuEntry>>, reader: &mut Reader<'_>) -> Vec<MenuItem> {
    entries
        .into_iter()
        .filter_map(|entry| {
            let span = entry.span();
            match entry.into_inner() {
                MenuEntry::Section(path) => {
                    section(&path).map_err(|refusal| reader.refuse(span, refusal)).ok()
                }
                MenuEntry::Link(link) => Some(self::link(link, reader)),
            }
        })
        .collect()
}

fn section(written: &str) -> Result<MenuItem, Refusal> {
    let path = written.trim_matches('/');
    let inside = UrlPath::new(&format!("/{path}")).is_some();
    if inside && !path.is_empty() && !path.contains([':', '?', '#']) {
        return Ok(MenuItem::Section { path: path.to_owned() });
    }
    let message = format!("`{written}` is not the path of a section");
    let help = if written.is_empty() {
        "write a section's folder, such as `\"politics\"`".to_owned()
    } else {
        format!("a link needs its label: `{{ label = \"About\", url = \"{written}\" }}`")
    };
    Err(Refusal::new(Code::BadSettings, message, help))
}

fn link(link: LinkTable, reader: &mut Reader<'_>) -> MenuItem {
    let LinkTable { label, url } = link;
    MenuItem::Link {
        label: reader.checked(label, String::new(), words("label")),
        url: reader.checked(url, String::new(), words("url")),
    }
}
