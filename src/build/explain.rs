//! Why a page is as it is: its source, its template, what it asked, and whether that holds.
//!
//! Invariant: staleness is judged by [`stale`] alone, and nothing is written: the ledger is as
//! it was. Of what is not published it names the path and the moment, never a word.

use super::{
    Failure, Options, Report, Silent, prepare,
    prepare::Prepared,
    sink::Disk,
    stale::{self, Verdict},
};
use crate::{
    base::{ContentPath, Moment, OutPath, UrlPath, path, suggest},
    content::Article,
    edition::{Index, ListKey, ListKind, Slot, State, gate, index::id_of},
    outputs::{Output, Plan, Planned, plan},
};
use chrono_tz::Tz;
use percent_encoding::percent_decode_str;
use std::{collections::BTreeMap, path::Path};

/// What is to be said of an address.
#[derive(Debug)]
pub enum Explained {
    /// There is a page, or another file.
    Page(Box<Page>),
    /// There is a source, but it may not be seen.
    Withheld(Withheld),
    /// There is nothing.
    Nothing {
        /// The nearest that there is, if any is near.
        nearest: Option<String>,
    },
}

/// A file of the website.
#[derive(Debug)]
pub struct Page {
    /// The whole URL.
    pub url: String,
    /// The file.
    pub output: OutPath,
    /// What it shows, in words, such as `the tag “water” (en)`.
    pub shows: String,
    /// The file it is made from, relative to the site's root, if there is one.
    pub source: Option<String>,
    /// The template that renders it, and the file that the template comes from.
    pub template: Option<(String, String)>,
    /// Whether it would be rendered now, and why.
    pub verdict: Verdict,
    /// What it asked when it was last rendered.
    pub asked: Vec<Question>,
}

/// A question that a page asked.
#[derive(Debug)]
pub struct Question {
    /// The question in words.
    pub words: String,
    /// Whether the answer is another now.
    pub changed: bool,
}

/// A source that may not be seen.
#[derive(Debug)]
pub struct Withheld {
    /// The file, relative to the site's root.
    pub source: String,
    /// Why it may not be seen.
    pub state: State,
    /// When it opens (an embargoed one) or ended (an expired one).
    pub moment: Option<Moment>,
    /// The site's timezone.
    pub timezone: Tz,
}

/// Explains what is at `what`: a URL, a path of the site, an output file or a content file.
///
/// # Errors
/// The site's errors, or an output folder that is not Masthead's.
pub fn explain(options: &Options, what: &str) -> Result<Explained, Failure> {
    let prepared = prepare(options, &mut Report::default(), &Silent)?;
    let disk = Disk::open(&options.root, &options.output)?;
    let desk = Desk { prepared: &prepared, options };
    Ok(match desk.find(what) {
        Ok(planned) => Explained::Page(Box::new(desk.page(planned, &disk))),
        Err(article) => match article.or_else(|| desk.withheld(what)) {
            Some(article) => Explained::Withheld(desk.refusal(article)),
            None => Explained::Nothing { nearest: desk.nearest(what) },
        },
    })
}

/// Who answers.
struct Desk<'a> {
    prepared: &'a Prepared,
    options: &'a Options,
}

impl<'a> Desk<'a> {
    /// The output that is meant; or else the article whose page there is none of.
    fn find(&self, what: &str) -> Result<&'a Planned, Option<&'a Article>> {
        if let Some(url) = self.address(what) {
            return self.at_address(&url).ok_or(None);
        }
        let what = self.relative(what);
        if let Some(article) = self.article(&what) {
            let shown = self.index().slot_of(&article.path).is_some();
            let planned = if shown { self.at(&article.url.file()) } else { None };
            return planned.ok_or(Some(article));
        }
        let file = self.index().facts.files.get(what.as_str()).map(|asset| asset.url.file());
        let output = OutPath::new(&what);
        let named = file.into_iter().chain(output).find_map(|path| self.at(&path));
        let url = UrlPath::new(&format!("/{what}"));
        named.or_else(|| self.at_address(&url?)).ok_or(None)
    }

    fn index(&self) -> &'a Index {
        &self.prepared.index
    }

    fn plan(&self) -> &'a Plan {
        &self.prepared.plan
    }

    /// The path of the site that a whole URL, or a path from the root, leads to.
    fn address(&self, what: &str) -> Option<UrlPath> {
        let end = what.find(['?', '#']).unwrap_or(what.len());
        let decoded = percent_decode_str(&what[..end]).decode_utf8_lossy();
        UrlPath::new(self.index().site.base_url.path_of(&decoded)?)
    }

    /// The output at an address. A missing slash at the end is forgiven.
    fn at_address(&self, url: &UrlPath) -> Option<&'a Planned> {
        let slashed = || UrlPath::new(&format!("{url}/")).and_then(|url| self.at(&url.file()));
        self.at(&url.file()).or_else(slashed)
    }

    fn at(&self, path: &OutPath) -> Option<&'a Planned> {
        let at = self.plan().binary_search_by(|planned| planned.path.cmp(path)).ok()?;
        self.plan().get(at)
    }

    /// A file's path as seen from the site's folder or from the output folder.
    fn relative(&self, what: &str) -> String {
        let (typed, root) = (Path::new(what), &self.options.root);
        let within = |folder: &Path| typed.strip_prefix(folder).ok().and_then(Path::to_str);
        let output = within(&self.options.output).or_else(|| within(Path::new("public")));
        let inner = output.or_else(|| within(root)).unwrap_or(what);
        path::join("", inner).unwrap_or_default()
    }

    /// The article of a content file, whether it may be seen or not.
    fn article(&self, what: &str) -> Option<&'a Article> {
        let path = ContentPath::new(what.strip_prefix("content/").unwrap_or(what))?;
        let rows = self.index().admitted.everything();
        let at = rows.binary_search_by(|row| row.article.path.cmp(&path)).ok()?;
        rows.get(at).map(|row| &*row.article)
    }

    /// The article that would be at an address if it might be seen.
    fn withheld(&self, what: &str) -> Option<&'a Article> {
        let typed = || UrlPath::new(&format!("/{}", self.relative(what)));
        let url = self.address(what).or_else(typed)?;
        let file = url.file();
        let slashed = format!("{url}/");
        let there = |own: &UrlPath| *own == url || own.as_str() == slashed || own.file() == file;
        let rows = self.index().admitted.everything().iter().map(|row| &*row.article);
        let mut hidden = rows.filter(|article| self.index().slot_of(&article.path).is_none());
        hidden.find(|article| there(&article.url) || article.aliases.iter().any(there))
    }

    fn refusal(&self, article: &Article) -> Withheld {
        let state = State::of(article, self.options.at);
        Withheld {
            source: format!("content/{}", article.path),
            state,
            moment: match state {
                State::Embargoed => Some(gate::opens(article)),
                State::Expired => article.expires,
                State::Published | State::Draft => None,
            },
            timezone: self.index().site.timezone,
        }
    }

    /// What was probably meant: a page, or a content file where one was named.
    fn nearest(&self, what: &str) -> Option<String> {
        if let Some(url) = self.address(what) {
            return self.nearest_page(url.as_str());
        }
        let what = self.relative(what);
        if !what.ends_with(".md") {
            return self.nearest_page(&format!("/{what}"));
        }
        let rows = self.index().admitted.everything().iter();
        let typed = what.strip_prefix("content/").unwrap_or(&what);
        let nearest = suggest::nearest(typed, rows.map(|row| row.article.path.as_str()))?;
        Some(format!("content/{nearest}"))
    }

    fn nearest_page(&self, typed: &str) -> Option<String> {
        let pages = self.plan().iter().filter(|planned| planned.output.is_page());
        let urls: Vec<UrlPath> = pages.map(|planned| planned.path.url()).collect();
        suggest::nearest(typed, urls.iter().map(UrlPath::as_str)).map(ToOwned::to_owned)
    }

    fn page(&self, planned: &Planned, disk: &Disk) -> Page {
        let (index, theme) = (self.index(), &self.prepared.theme);
        let (verdict, asked) = stale::examine(index, planned, &self.prepared.ledger, disk);
        let template = planned.output.template(index, theme);
        let paths = self.paths();
        let path = |id: u64| paths.get(&id).map_or_else(gone, |path| format!("content/{path}"));
        let editions = &index.site.editions;
        let lang = |e: u8| editions.get(usize::from(e)).map_or_else(gone, |e| e.lang.to_string());
        let question = |(query, same): (&crate::edition::Query, bool)| Question {
            words: query.in_words(path, lang),
            changed: !same,
        };
        Page {
            url: index.site.base_url.absolute(&planned.path.url()),
            output: planned.path.clone(),
            shows: plan::owner(index, &planned.output),
            source: source(index, &planned.output)
                .map(|slot| format!("content/{}", index.article(slot).path)),
            template: template.map(|name| {
                let file = theme.file_of(&name).unwrap_or_default().to_owned();
                (name, file)
            }),
            verdict,
            asked: asked.into_iter().map(question).collect(),
        }
    }

    /// The files behind the identities that questions speak of.
    fn paths(&self) -> BTreeMap<u64, &'a ContentPath> {
        let rows = self.index().admitted.everything().iter();
        rows.map(|row| (id_of(&row.article.path), &row.article.path)).collect()
    }
}

fn gone() -> String {
    "something that is gone".to_owned()
}

/// The Markdown file that an output is made from, or that describes it.
fn source(index: &Index, output: &Output) -> Option<Slot> {
    let section = |edition: u8, path: &str| index.section(edition, path)?.source;
    match output {
        Output::Article(slot) | Output::Lite(slot) => Some(*slot),
        Output::Redirect(from) => index.aliases.get(from).copied(),
        Output::Home(edition) => section(*edition, ""),
        Output::Front(ListKey { edition, kind: ListKind::Section, slug }, _) => {
            section(*edition, slug)
        }
        Output::Front(ListKey { edition, kind: ListKind::Author, slug }, _) => {
            index.people.get(*edition, slug)?.profile
        }
        _ => None,
    }
}
