//! The press: renders one page at a time, with its recorder at hand.
//!
//! Invariant: a page in work is a [`Sheet`] on a stack of its own thread. Template functions
//! find it there, since Tera shows a function inside a component nothing but the component's
//! own arguments. A shared part of a page is a sheet on top of another; no function starts
//! parallel work while a sheet is in hand.

use super::{
    Layout, Theme,
    cldr::Cldr,
    menu::Entry,
    parts::{Insets, Part, Printed},
    structured::Subject,
    values,
};
use crate::{
    base::{Code, Diagnostic, Place, UrlPath, clean},
    edition::{Index, Interner, Query, Tracer},
    site::{Edition, urls},
};
use std::{
    borrow::Cow,
    cell::RefCell,
    collections::BTreeMap,
    path::PathBuf,
    rc::Rc,
    sync::{Arc, Mutex, OnceLock},
};
use tera::{Context, Value};

/// Everything needed to render pages of one edition of the outlet.
#[derive(Debug)]
pub struct Press {
    /// What may be asked.
    pub index: Arc<Index>,
    /// The theme.
    pub theme: Arc<Theme>,
    /// The table of questions.
    pub interner: Arc<Interner>,
    /// The site's root: bodies are read from `content/` below it.
    pub root: PathBuf,
    /// `site` and `edition` as templates see them, for each edition.
    common: Arc<Vec<(Value, Value)>>,
    /// For each edition the menu that its sections make, once a page has asked for it.
    menus: Arc<[OnceLock<Box<[Entry]>>]>,
    /// Shared parts rendered so far, each with what it asked.
    pub(super) parts: Mutex<BTreeMap<u64, Arc<Part>>>,
}

/// A page in work.
#[derive(Debug)]
pub struct Sheet {
    /// The press it is on.
    pub press: Arc<Press>,
    /// Records what it asks.
    pub tracer: Tracer,
    /// Its edition.
    pub edition: u8,
    /// `page.kind` in templates.
    pub kind: &'static str,
    /// Where it will be.
    pub url: UrlPath,
    /// The section it stands in, for the menu; empty if none.
    pub section: Box<str>,
    /// What structured data say it is.
    pub subject: Subject,
    /// Its title, once it is printed.
    pub title: Box<str>,
    /// The source to name in messages, relative to the site's root.
    pub source: Option<String>,
    /// Shared parts that are put in when it is set.
    pub(super) insets: Insets,
}

thread_local! {
    static IN_WORK: RefCell<Vec<Rc<Sheet>>> = const { RefCell::new(Vec::new()) };
}

/// The sheet in work on this thread.
///
/// # Errors
/// When nothing is being rendered, as while Tera compiles templates.
pub fn in_hand() -> Result<Rc<Sheet>, tera::Error> {
    IN_WORK.with_borrow(|stack| stack.last().cloned()).ok_or_else(|| {
        tera::Error::message("this function can only be used while a page is rendered")
    })
}

/// Whether a sheet on this thread, in hand or below, is the one for the shared part at `url`.
pub(super) fn is_in_work(url: &UrlPath) -> bool {
    IN_WORK.with_borrow(|stack| {
        stack.iter().any(|sheet| sheet.kind == "fragment" && sheet.url == *url)
    })
}

/// Takes the sheet off the stack, however rendering ends.
struct InHand;

impl Drop for InHand {
    fn drop(&mut self) {
        IN_WORK.with_borrow_mut(|stack| {
            stack.pop();
        });
    }
}

impl Press {
    /// Sets up a press.
    #[must_use]
    pub fn new(
        index: Arc<Index>,
        theme: Arc<Theme>,
        interner: Arc<Interner>,
        root: PathBuf,
    ) -> Self {
        let editions = 0..index.site.editions.len();
        let common = editions
            .map(|e| (values::site(&index, &theme), values::edition(&index.site, e)))
            .collect();
        let common = Arc::new(common);
        let menus = index.site.editions.iter().map(|_| OnceLock::new()).collect();
        Self { index, theme, interner, root, common, menus, parts: Mutex::default() }
    }

    /// The menu that an edition's sections make. Whoever takes it must have asked for it.
    pub(super) fn menu(&self, edition: u8, make: impl FnOnce() -> Box<[Entry]>) -> &[Entry] {
        self.menus[usize::from(edition)].get_or_init(make)
    }

    /// The same press with an empty table of questions, for pages that are kept each with its own.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self {
            index: self.index.clone(),
            theme: self.theme.clone(),
            interner: Arc::default(),
            root: self.root.clone(),
            common: self.common.clone(),
            menus: self.menus.clone(),
            parts: Mutex::default(),
        }
    }

    /// A recorder for what is made without a template.
    #[must_use]
    pub fn tracer(&self) -> Tracer {
        Tracer::new(self.index.clone(), self.interner.clone())
    }

    /// A sheet for a page at `url`, with nothing asked but the settings.
    #[must_use]
    pub fn sheet(self: &Arc<Self>, edition: u8, kind: &'static str, url: UrlPath) -> Sheet {
        let tracer = self.tracer();
        tracer.ask(Query::Settings);
        Sheet {
            press: self.clone(),
            tracer,
            edition,
            kind,
            url,
            section: "".into(),
            subject: Subject::Nothing,
            title: "".into(),
            source: None,
            insets: Insets::default(),
        }
    }
}

impl Sheet {
    /// The settings of this page's edition.
    #[must_use]
    pub fn edition(&self) -> &Edition {
        &self.press.index.site.editions[usize::from(self.edition)]
    }

    /// What CLDR knows of this page's language, which the settings name.
    #[must_use]
    pub fn cldr(&self) -> &Cldr {
        &self.press.theme.cldr[usize::from(self.edition)]
    }

    /// Asks for a theme string.
    #[must_use]
    pub fn string(&self, key: &str, n: Option<i64>, args: &[(&str, String)]) -> String {
        self.tracer.ask(Query::Strings(self.edition));
        let strings = &self.press.theme.strings[usize::from(self.edition)];
        strings.lookup(key, n, args).unwrap_or_else(|| key.to_owned())
    }

    /// Whether the theme has a template. That it has none is an answer too.
    #[must_use]
    pub fn has(&self, template: &str) -> bool {
        self.tracer.ask(Query::Template(template.into()));
        self.press.theme.has(template)
    }

    /// The template that renders it.
    #[must_use]
    pub fn template(&self, layout: Layout) -> &'static str {
        layout.template(|name| self.has(name))
    }

    /// Renders a template with `page` filled in, and gives the bytes and what was asked.
    ///
    /// # Errors
    /// A finding that names the template's line and the page's source.
    pub fn print(
        mut self,
        template: &str,
        title: &str,
        description: &str,
        mut context: Context,
    ) -> Result<Printed, Diagnostic> {
        self.tracer.ask(Query::Template(template.into()));
        self.title = title.into();
        let base = &self.press.index.site.base_url;
        let is_lite = self.press.index.site.lite && matches!(self.kind, "story" | "home");
        let lite = if is_lite { base.local(&urls::lite(&self.url)) } else { String::new() };
        let page = values::map([
            ("kind", self.kind.into()),
            ("url", base.local(&self.url).into()),
            ("permalink", base.absolute(&self.url).into()),
            ("lite_url", lite.into()),
            ("title", title.into()),
            ("description", description.into()),
        ]);
        let (site, edition) = &self.press.common[usize::from(self.edition)];
        context.insert_value("page", page);
        context.insert_value("site", site.clone());
        context.insert_value("edition", edition.clone());
        let sheet = Rc::new(self);
        let html = sheet.clone().set(template, &context)?;
        let (html, insets) = match sheet.insets.fill(html) {
            Some(filled) => filled,
            None => {
                sheet.insets.show();
                (sheet.clone().set(template, &context)?, Box::default())
            }
        };
        let kept = || Diagnostic::new(Code::TemplateFailed, "a function kept the page");
        let sheet = Rc::into_inner(sheet).ok_or_else(kept)?;
        Ok(sheet.insets.printed(html, insets, &sheet.tracer.finish()))
    }

    fn set(self: Rc<Self>, template: &str, context: &Context) -> Result<String, Diagnostic> {
        IN_WORK.with_borrow_mut(|stack| stack.push(self.clone()));
        let _in_hand = InHand;
        self.press.theme.tera.render(template, context).map(cleaned).map_err(|error| {
            let finding = self.press.theme.finding(Code::TemplateFailed, &error);
            match &self.source {
                Some(source) => finding.also(Place::file(source).label("while rendering this")),
                None => finding.note(format!("while rendering {}", self.url)),
            }
        })
    }
}

/// A page without what no page may hold, from wherever it came.
fn cleaned(html: String) -> String {
    match clean(&html) {
        Cow::Borrowed(_) => html,
        Cow::Owned(cleaned) => cleaned,
    }
}

/// Text made safe for HTML, as Tera does it.
pub(super) fn tera_escaped(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    // Writing to memory cannot fail.
    let _ = tera::escape_html(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}
