//! Shared parts of pages: rendered once for each edition, and put into pages as the settings say.
//!
//! Invariant: where parts are baked in, a template is shown only where one will be; what is in it is
//! put there when the page is set. So a page depends on a part by its text alone, and the part can
//! be exchanged without setting the page anew (see [`crate::base::inset`]).

use super::{
    Theme,
    press::{Press, Sheet, is_in_work, tera_escaped},
};
use crate::{
    base::{Diagnostic, Fingerprint, Inset, UrlPath, inset},
    edition::Query,
    site::Fragments,
};
use std::{
    cell::{Cell, RefCell},
    sync::{Arc, PoisonError},
};
use tera::Context;

/// A shared part of pages, rendered.
#[derive(Debug)]
pub struct Part {
    /// Its markup.
    pub html: String,
    /// What it asked.
    pub asked: Box<[u32]>,
}

/// A page that is set.
#[derive(Debug)]
pub struct Printed {
    /// Its markup.
    pub html: String,
    /// What it asked, ascending; behind that what only its insets asked, ascending.
    pub asked: Box<[u32]>,
    /// How many of the questions only its insets asked.
    pub lent: u32,
    /// The parts that can be exchanged.
    pub insets: Box<[Inset]>,
}

impl Printed {
    /// Puts together what a page asked and what the parts in it did.
    #[must_use]
    pub fn new(html: String, own: &[u32], insets: Box<[Inset]>, parts: &[Arc<Part>]) -> Self {
        let is_lent = |number: &u32| own.binary_search(number).is_err();
        let asked = parts.iter().flat_map(|part| part.asked.iter().copied());
        let mut lent: Vec<u32> = asked.filter(is_lent).collect();
        lent.sort_unstable();
        lent.dedup();
        let count = u32::try_from(lent.len()).unwrap_or(u32::MAX);
        Self { html, asked: [own, &lent].concat().into(), lent: count, insets }
    }

    /// The page as one that cannot be taken apart: its markup, and all that it asked.
    #[must_use]
    pub fn whole(self) -> (String, Box<[u32]>) {
        let mut asked = self.asked;
        asked.sort_unstable();
        (self.html, asked)
    }
}

/// The shared parts that a page in work has asked for.
#[derive(Debug, Default)]
pub struct Insets {
    parts: RefCell<Vec<(u64, Arc<Part>)>>,
    /// Whether the template is shown what is in them.
    shown: Cell<bool>,
}

impl Insets {
    /// Takes a part; gives what the template is to print for it.
    fn take(&self, id: u64, part: &Arc<Part>) -> String {
        let mut parts = self.parts.borrow_mut();
        parts.push((id, part.clone()));
        inset::stand_in(parts.len() - 1)
    }

    /// Puts the parts in. `None` if the template did more with one than to print it.
    pub(super) fn fill(&self, html: String) -> Option<(String, Box<[Inset]>)> {
        let parts = self.parts.borrow();
        if parts.is_empty() {
            return Some((html, Box::default()));
        }
        let ids: Vec<u64> = parts.iter().map(|(id, _)| *id).collect();
        let text = |id: u64| Some(&*parts.iter().find(|(part, _)| *part == id)?.1.html);
        let (page, insets) = inset::exchange(html.as_bytes(), &inset::find(&html, &ids)?, text)?;
        Some((String::from_utf8(page).ok()?, insets))
    }

    /// From now on the template is shown what is in parts, and the page depends on all of it.
    pub(super) fn show(&self) {
        self.parts.take();
        self.shown.set(true);
    }

    /// The page, with what it and its parts asked.
    pub(super) fn printed(self, html: String, insets: Box<[Inset]>, own: &[u32]) -> Printed {
        let parts: Vec<_> = self.parts.into_inner().into_iter().map(|(_, part)| part).collect();
        Printed::new(html, own, insets, &parts)
    }
}

impl Sheet {
    /// A shared part of this page, as the settings say it is delivered.
    ///
    /// # Errors
    /// When the theme has no such part, or it fails.
    pub fn fragment(&self, name: &str) -> Result<String, tera::Error> {
        let (template, url) = (Theme::fragment_template(name), self.edition().fragment(name));
        if is_in_work(&url) {
            let message = format!("the fragment `{name}` asks for itself, and would never end");
            return Err(tera::Error::message(message));
        }
        self.tracer.ask(Query::HasTemplate(template.as_str().into()));
        if !self.press.theme.has(&template) {
            return Err(tera::Error::message(format!("the theme has no template `{template}`")));
        }
        let site = &self.press.index.site;
        let local = || site.base_url.local(&url);
        Ok(match site.fragments {
            Fragments::Inline => self.inline(name, &url)?,
            Fragments::Esi => format!("<esi:include src=\"{}\"/>", local()),
            Fragments::Ssi => format!("<!--#include virtual=\"{}\" -->", local()),
            Fragments::Client => {
                let latest = site.base_url.local(&self.edition().latest());
                let label = tera_escaped(&self.string(name, None, &[]));
                let url = local();
                format!("<div data-fragment=\"{url}\"><a href=\"{latest}\">{label}</a></div>")
            }
        })
    }

    /// A shared part baked in. A template may ask whether there is anything in it, so where there
    /// is nothing it is shown that.
    fn inline(&self, name: &str, url: &UrlPath) -> Result<String, tera::Error> {
        let id = id_of(url);
        let part = match self.press.known_part(id) {
            Some(part) => part,
            None => self
                .press
                .make_part(self.edition, name, id)
                .map_err(|finding| tera::Error::message(with_place(&finding)))?,
        };
        if self.insets.shown.get() || part.html.is_empty() {
            self.tracer.ask_again(&part.asked);
            return Ok(part.html.clone());
        }
        Ok(self.insets.take(id, &part))
    }
}

impl Press {
    /// Renders a shared part of an edition's pages; gives its markup and what it asked.
    ///
    /// # Errors
    /// A finding that names the template's line.
    pub fn print_fragment(
        self: &Arc<Self>,
        edition: u8,
        name: &str,
    ) -> Result<(String, Box<[u32]>), Diagnostic> {
        let url = self.index.site.editions[usize::from(edition)].fragment(name);
        let sheet = self.sheet(edition, "fragment", url);
        Ok(sheet.print(&Theme::fragment_template(name), "", "", Context::new())?.whole())
    }

    /// The part that an inset speaks of; `None` if there is none any more, or if it fails.
    #[must_use]
    pub fn part(self: &Arc<Self>, id: u64) -> Option<Arc<Part>> {
        self.known_part(id).or_else(|| {
            let (edition, name) =
                (0u8..).zip(&self.index.site.editions).find_map(|(at, edition)| {
                    let name =
                        self.theme.fragments().find(|name| id_of(&edition.fragment(name)) == id);
                    name.map(|name| (at, name))
                })?;
            self.make_part(edition, name, id).ok()
        })
    }

    fn known_part(&self, id: u64) -> Option<Arc<Part>> {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.get(&id).cloned()
    }

    /// Parts are the same on every page of an edition, so each is rendered once a build.
    fn make_part(
        self: &Arc<Self>,
        edition: u8,
        name: &str,
        id: u64,
    ) -> Result<Arc<Part>, Diagnostic> {
        let (html, asked) = self.print_fragment(edition, name)?;
        let part = Arc::new(Part { html, asked });
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.insert(id, part.clone());
        Ok(part)
    }
}

/// Which part it is, for insets: where it would be if it were a page of its own.
fn id_of(url: &UrlPath) -> u64 {
    Fingerprint::of_value(url).short()
}

/// A finding's message with its place, for where it becomes part of another's.
fn with_place(finding: &Diagnostic) -> String {
    match &finding.at {
        Some(at) => format!("{} ({}:{})", finding.message, at.path, at.line),
        None => finding.message.clone(),
    }
}
