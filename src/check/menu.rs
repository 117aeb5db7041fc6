//! The main menu: whether its entries lead anywhere.
//!
//! Invariant: the same plan that stories' links are held against decides here. A menu stands on
//! every page, so a dead entry is the worst of dead links.

use super::pages::Pages;
use crate::{
    base::{Code, Diagnostic, UrlPath, suggest},
    edition::{Index, ListKind, index::Address},
    site::{self, Edition, MenuItem},
};
use std::path::Path;

/// Entries that lead to no page.
pub(super) fn findings(index: &Index, pages: &Pages, root: &Path) -> Vec<Diagnostic> {
    let entries = (0u8..).zip(&index.site.editions).flat_map(|(number, edition)| {
        edition.menu.iter().map(move |item| Entry { number, edition, item })
    });
    // The index knows most addresses at once; the plan knows them all.
    let known = |url: &UrlPath| matches!(index.address(url), Address::Article(_) | Address::Other);
    let dead =
        |entry: &Entry| entry.address(index).is_some_and(|url| !known(&url) && !pages.has(&url));
    entries.filter(dead).map(|entry| entry.finding(index, root)).collect()
}

struct Entry<'a> {
    number: u8,
    edition: &'a Edition,
    item: &'a MenuItem,
}

impl Entry<'_> {
    /// Where it leads on this site.
    fn address(&self, index: &Index) -> Option<UrlPath> {
        match self.item {
            MenuItem::Section { path } => Some(self.edition.section(path)),
            MenuItem::Link { url, .. } => {
                let path = url.split(['?', '#']).next().unwrap_or_default();
                UrlPath::new(index.site.base_url.path_of(path)?)
            }
        }
    }

    fn is_withheld(&self, index: &Index) -> bool {
        self.address(index).is_some_and(|url| index.address(&url) == Address::Withheld)
    }

    fn finding(&self, index: &Index, root: &Path) -> Diagnostic {
        let lang = &self.edition.lang;
        let (written, message, help) = match self.item {
            MenuItem::Section { path } => {
                let message = format!("the menu ({lang}) names `{path}`, which is no section");
                (path, message, self.section_help(index, path))
            }
            MenuItem::Link { url, .. } if self.is_withheld(index) => {
                let message =
                    format!("the menu ({lang}) leads to `{url}`, which is not published now");
                (
                    url,
                    message,
                    "nothing has to be done: the entry is left out until it is".to_owned(),
                )
            }
            MenuItem::Link { url, .. } => {
                let message = format!("the menu ({lang}) leads to `{url}`, where there is no page");
                (url, message, "correct the address, or take the entry out".to_owned())
            }
        };
        Diagnostic::new(Code::BrokenLink, message).at(site::quoted(root, written)).help(help)
    }

    fn section_help(&self, index: &Index, path: &str) -> String {
        let lists = index.lists.keys();
        let own = lists.filter(|key| key.edition == self.number && key.kind == ListKind::Section);
        if let Some(near) = suggest::nearest(path, own.map(|key| &*key.slug)) {
            return format!("did you mean `{near}`?");
        }
        let slash = if self.edition.prefix.is_empty() { "" } else { "/" };
        format!(
            "publish a story in `content/{}{slash}{path}/`, describe the section in `_index.md` \
             there, or take the entry out",
            self.edition.prefix
        )
    }
}
