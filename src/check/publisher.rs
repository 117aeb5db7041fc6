//! The publisher's logo and policies: whether what the settings name is there.
//!
//! Invariant: what is found here is left out of the pages, so nobody but the outlet would
//! ever miss it.

use super::pages::Pages;
use crate::{
    base::{Code, ContentPath, Diagnostic, UrlPath},
    edition::{Index, index::Address},
    site,
};
use std::path::Path;

/// Settings of `[publisher]` that lead nowhere.
pub(super) fn findings(index: &Index, pages: &Pages, root: &Path) -> Vec<Diagnostic> {
    let publisher = &index.site.publisher;
    let lost = publisher.policies.iter().filter(|(_, page)| !is_page(index, pages, page));
    let lost = lost.map(|(name, page)| {
        let message = format!("the publisher's `{name}` leads to `{page}`, where there is no page");
        let help = "correct the address, publish the page, or take the line out";
        (page, Diagnostic::new(Code::BrokenLink, message).help(help))
    });
    let logo = Some(&publisher.logo).filter(|logo| !is_logo(index, logo)).map(|logo| {
        let message = format!("there is no picture `{logo}` for the publisher's logo");
        let help = format!("put the file into `static/`, as `static{logo}`, or correct the path");
        (logo, Diagnostic::new(Code::MissingPicture, message).help(help))
    });
    let found = lost.chain(logo);
    found.map(|(written, finding)| finding.at(site::quoted(root, written))).collect()
}

fn is_page(index: &Index, pages: &Pages, written: &str) -> bool {
    let path = written.split('#').next().unwrap_or_default();
    if let Some(file) = path.strip_prefix("@/") {
        return ContentPath::new(file).is_some_and(|file| index.slot_of(&file).is_some());
    }
    let known = |url: UrlPath| {
        matches!(index.address(&url), Address::Article(_) | Address::Other) || pages.has(&url)
    };
    !path.starts_with('/') || UrlPath::new(path).is_some_and(known)
}

fn is_logo(index: &Index, written: &str) -> bool {
    let there = |folder: &str| index.facts.files.contains_key(&*format!("{folder}{written}"));
    !written.starts_with('/') || there("static") || there("theme")
}
