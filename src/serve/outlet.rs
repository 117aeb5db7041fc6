//! One edition of the outlet as it is served, and the pages of it.
//!
//! Invariant: an outlet never changes; a refresh makes another one. A page is given out from
//! memory only while the questions that it asked have the same answers.

use super::cache::{Cache, Page};
use crate::{
    base::{Code, Diagnostic, Fingerprint, OutPath, UrlPath},
    build::standing::Issue,
    content::Kind,
    edition::{Interner, Query, Slot},
    outputs::{self, Content, Output, Plan, Planned},
    theme::Press,
};
use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

/// The outlet at one moment.
#[derive(Debug)]
pub struct Outlet {
    /// What is shown.
    pub issue: Issue,
    /// Everything that is wrong with the sources and the plan.
    pub findings: Arc<Vec<Diagnostic>>,
    /// Counts the outlets that were made, whatever their moment.
    pub number: u64,
    /// Addresses of the pages seen that are other than in the outlet before.
    pub changed: Vec<String>,
    press: Press,
    checked: OnceLock<Arc<Vec<Diagnostic>>>,
}

/// What became of a page.
#[derive(Debug, Default)]
pub struct Made {
    /// The page; its last good state where it could not be rendered now.
    pub page: Option<Arc<Page>>,
    /// Why it could not be rendered now.
    pub failure: Option<Diagnostic>,
}

impl Outlet {
    /// An outlet of an issue.
    #[must_use]
    pub fn new(issue: Issue, mut findings: Vec<Diagnostic>, number: u64, root: &Path) -> Self {
        findings.extend(issue.findings.iter().cloned());
        let press = Press::new(
            issue.index.clone(),
            issue.theme.clone(),
            Arc::new(Interner::default()),
            root.to_owned(),
        );
        let findings = Arc::new(findings);
        Self { issue, findings, number, press, changed: Vec::new(), checked: OnceLock::new() }
    }

    /// Every file there is.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.issue.plan
    }

    /// The file at a path.
    #[must_use]
    pub fn find(&self, path: &OutPath) -> Option<&Planned> {
        let at = self.plan().binary_search_by(|planned| planned.path.cmp(path)).ok()?;
        self.plan().get(at)
    }

    /// The page that is shown where there is none: that of the edition in whose folder it would be.
    #[must_use]
    pub fn not_found(&self, url: &str) -> Option<&Planned> {
        let editions = &self.issue.index.site.editions;
        let first = url.trim_start_matches('/').split('/').next().unwrap_or_default();
        let own = editions.iter().find(|e| !e.prefix.is_empty() && e.prefix == first);
        self.find(&own.or(editions.first())?.not_found().file())
    }

    /// The address of a planned file, from the root of the host, percent-encoded.
    #[must_use]
    pub fn address(&self, path: &OutPath) -> String {
        self.issue.index.site.base_url.local(&path.url())
    }

    /// The path that an address means; `None` for one that lies outside the outlet.
    #[must_use]
    pub fn url(&self, address: &str) -> Option<UrlPath> {
        let decoded = percent_encoding::percent_decode_str(address).decode_utf8().ok()?;
        let below = decoded.strip_prefix(self.issue.index.site.base_url.path.as_str())?;
        UrlPath::new(below)
    }

    /// What `check` finds, asked once.
    pub fn checked(&self, check: impl FnOnce() -> Vec<Diagnostic>) -> Arc<Vec<Diagnostic>> {
        self.checked.get_or_init(|| Arc::new(check())).clone()
    }

    /// The file that a page is made of, if it is one file's page: `content/…` and the position.
    #[must_use]
    pub fn source(&self, output: &Output) -> Option<(String, Slot)> {
        let (Output::Article(slot) | Output::Lite(slot)) = output else { return None };
        Some((format!("content/{}", self.issue.index.article(*slot).path), *slot))
    }

    /// The page of a planned file: from memory if that still holds, rendered otherwise.
    pub fn page(&self, cache: &Cache, travel: Option<i64>, planned: &Planned) -> Made {
        let key = planned.output.key(&self.issue.index);
        let kept = cache.get(travel, &planned.path).filter(|page| page.key == key);
        if let Some(page) = kept.as_ref().filter(|page| self.holds(page)) {
            return Made { page: Some(page.clone()), failure: None };
        }
        match self.render(planned, key) {
            Ok(page) => {
                let page = Arc::new(page);
                cache.put(travel, planned.path.clone(), page.clone());
                Made { page: Some(page), failure: None }
            }
            Err(failure) => Made { page: kept, failure: Some(failure) },
        }
    }

    /// Whether a page would be rendered as it was.
    #[must_use]
    pub fn holds(&self, page: &Page) -> bool {
        if page.is_known_good(self.number) {
            return true;
        }
        let holds = self.differing(page).next().is_none();
        if holds {
            page.is_good(self.number);
        }
        holds
    }

    /// The questions of a page that have another answer now.
    pub fn differing<'p>(&'p self, page: &'p Page) -> impl Iterator<Item = &'p Query> {
        let index = &self.issue.index;
        let differing = page.asked.iter().filter(|(query, old)| index.answer(query) != *old);
        differing.map(|(query, _)| query)
    }

    fn render(&self, planned: &Planned, key: u64) -> Result<Page, Diagnostic> {
        let press = Arc::new(self.press.cleared());
        let rendered = outputs::render(&press, &planned.output)?;
        let asked = Arc::into_inner(press).and_then(|press| Arc::into_inner(press.interner));
        let asked = asked.map(Interner::into_table).unwrap_or_default();
        let bytes = match rendered.content {
            Content::Bytes(bytes) => bytes,
            Content::Copy(path, fingerprint) => read(&path, fingerprint, &planned.path)?,
        };
        Ok(Page::new(key, bytes.into(), asked, self.number))
    }

    /// Whether a story or page is among what is shown.
    #[must_use]
    pub fn shows(&self, slot: Slot) -> bool {
        matches!(self.issue.index.article(slot).kind, Kind::Story | Kind::Page)
    }
}

fn read(path: &Path, fingerprint: Fingerprint, shown: &OutPath) -> Result<Vec<u8>, Diagnostic> {
    let bytes = std::fs::read(path).ok().filter(|bytes| Fingerprint::of(bytes) == fingerprint);
    bytes.ok_or_else(|| changed_meanwhile(shown.as_str()))
}

/// That a file is no longer what the outlet knows of it.
#[must_use]
pub fn changed_meanwhile(path: &str) -> Diagnostic {
    Diagnostic::new(Code::ChangedMeanwhile, format!("`{path}` changed while it was being read"))
        .help("load the page again")
}
