//! Standing type: the front half, kept set between one edition and the next.
//!
//! Invariant: what is standing is what a fresh start would set from the same files, whether one
//! file was looked at or all of them. Where the files have errors, what they last said without
//! them stands, and the errors are kept beside it until they are mended. Nothing is written.

use super::{
    Failure, Options,
    prepare::{facts, load, media_folders, survey},
    tips::{Place, Tips},
};
use crate::{
    base::{ContentPath, Diagnostic, Fingerprint, Moment, diag},
    check::Sources,
    content::{
        discover::{self, Folder},
        media::{self, Media},
        parse::{self, Row},
    },
    edition::{Audience, Facts, Index, admit},
    ledger,
    outputs::{self, Plan},
    site::Site,
    theme::Theme,
};
use std::{collections::BTreeMap, sync::Arc};

/// The outlet at one moment, ready to be rendered. All of it is shared with the issues before and
/// after as far as they have it in common.
#[derive(Clone, Debug)]
pub struct Issue {
    /// Everything that pages may ask.
    pub index: Arc<Index>,
    /// The theme.
    pub theme: Arc<Theme>,
    /// Every file there should be.
    pub plan: Arc<Plan>,
    /// What planning found. Of two owners of one address the first has it.
    pub findings: Arc<Vec<Diagnostic>>,
    /// The files that are not Markdown, sorted by key.
    pub media: Arc<Vec<Media>>,
}

/// What came of following tips.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Nothing.
    Same,
    /// Files were saved as they were: their times are others.
    Touched,
    /// There is something to show, or to say.
    Changed,
}

/// What has been read of the sources.
#[derive(Debug)]
pub struct Standing {
    options: Options,
    site: Arc<Site>,
    theme: Arc<Theme>,
    /// The text of site.toml that `site` was made from.
    settings: Fingerprint,
    rows: Arc<Vec<Row>>,
    media: Arc<Vec<Media>>,
    facts: Arc<Facts>,
    /// What is wrong with settings or theme.
    trouble: Vec<Diagnostic>,
    /// What is wrong with files, by the place that messages name.
    faults: BTreeMap<String, Vec<Diagnostic>>,
}

impl Standing {
    /// Reads the sources, helped by what the ledger knows of them.
    ///
    /// # Errors
    /// Settings or a theme that cannot be used: without them there is nothing to show. What is
    /// wrong with stories is no reason.
    pub fn begin(options: Options) -> Result<Self, Failure> {
        let mut trouble = Vec::new();
        let settings = settings(&options);
        let (site, theme) = load(&options, &mut trouble)?;
        let (rows, media) = ledger::sources(&options.memory(), site.parse_key());
        let mut standing = Self {
            site: Arc::new(site),
            theme: Arc::new(theme),
            settings,
            rows: Arc::new(rows),
            media: Arc::new(media),
            facts: Arc::default(),
            trouble,
            faults: BTreeMap::new(),
            options,
        };
        let known = std::mem::take(&mut standing.rows);
        standing.scan(known);
        standing.facts = standing.new_facts();
        Ok(standing)
    }

    /// The settings.
    #[must_use]
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// Follows tips; says what came of it.
    pub fn follow(&mut self, tips: &Tips) -> Outcome {
        let tips = tips.sorted_out(&self.options.root, &self.site);
        let (rows, facts, theme) = (self.rows.clone(), self.facts.clone(), self.theme.clone());
        let findings = (self.trouble.clone(), self.faults.clone());
        let mut known = self.rows.clone();
        let mut everything = tips.everything || tips.files.iter().any(|f| self.is_folder(f));
        if everything || tips.settings {
            let parse_key = self.site.parse_key();
            self.reload();
            if self.site.parse_key() != parse_key {
                known = Arc::default();
                everything = true;
            }
        }
        let media_changed = if everything { self.scan(known) } else { self.look(&tips.files) };
        if media_changed || !Arc::ptr_eq(&theme, &self.theme) {
            self.refresh_facts(&theme);
        }
        let same_article = |(a, b): (&Row, &Row)| Arc::ptr_eq(&a.article, &b.article);
        let same_rows =
            rows.len() == self.rows.len() && rows.iter().zip(&*self.rows).all(same_article);
        if !same_rows
            || !Arc::ptr_eq(&facts, &self.facts)
            || !Arc::ptr_eq(&theme, &self.theme)
            || findings != (self.trouble.clone(), self.faults.clone())
        {
            Outcome::Changed
        } else if Arc::ptr_eq(&rows, &self.rows) {
            Outcome::Same
        } else {
            Outcome::Touched
        }
    }

    /// Whether what a tip takes for a file is, or was, a folder of files.
    fn is_folder(&self, place: &Place) -> bool {
        let below = format!("{}/", place.path);
        let row = self.rows.partition_point(|row| row.article.path.as_str() < below.as_str());
        let is_below = |row: &Row| row.article.path.as_str().starts_with(&below);
        let key = format!("{}/{below}", place.root);
        let media = self.media.partition_point(|row| *row.key < *key);
        place.root == "content" && self.rows.get(row).is_some_and(is_below)
            || self.media.get(media).is_some_and(|row| row.key.starts_with(&key))
    }

    /// Everything that is wrong with the sources, in the order in which it is shown.
    #[must_use]
    pub fn findings(&self) -> Vec<Diagnostic> {
        let mut findings = self.trouble.clone();
        findings.extend(self.faults.values().flatten().cloned());
        diag::sort(&mut findings);
        findings
    }

    /// What becomes of it for an audience at a moment. What it has in common with the issue
    /// `before` is taken from there.
    #[must_use]
    pub fn issue(&self, at: Moment, audience: Audience, before: Option<&Issue>) -> Issue {
        let before = before.filter(|issue| Arc::ptr_eq(&issue.index.site, &self.site));
        let renewed = before.and_then(|issue| {
            let index = issue.index.renewed(self.rows.clone(), at, self.facts.clone())?;
            Some((issue, index))
        });
        match renewed {
            Some((issue, index)) if self.plans_same(issue) => {
                let (index, theme) = (Arc::new(index), self.theme.clone());
                Issue { index, theme, media: self.media.clone(), ..issue.clone() }
            }
            Some((_, index)) => self.planned(index),
            None => {
                let admitted = admit(self.rows.clone(), at, audience);
                self.planned(Index::new(self.site.clone(), admitted, self.facts.clone()))
            }
        }
    }

    fn planned(&self, index: Index) -> Issue {
        let (plan, findings) = outputs::plan(
            &index,
            &self.theme,
            &Sources { index: &index, root: &self.options.root },
        );
        let (plan, findings) = (Arc::new(plan), Arc::new(findings));
        let (index, theme, media) = (Arc::new(index), self.theme.clone(), self.media.clone());
        Issue { index, theme, plan, findings, media }
    }

    /// Whether an issue with the same tables has the same plan: besides the tables it is made from
    /// the names of files and the theme's shared parts.
    fn plans_same(&self, issue: &Issue) -> bool {
        let (old, new) = (&issue.index.facts, &self.facts);
        let hashed = |facts: &Facts| -> Vec<_> {
            facts.files.values().filter_map(|asset| asset.hashed.clone()).collect()
        };
        let same_files = Arc::ptr_eq(old, new) || hashed(old) == hashed(new);
        same_files && issue.theme.fragments().eq(self.theme.fragments())
    }

    /// Reads settings and theme again. Where either has errors, both stay as they are.
    fn reload(&mut self) {
        let mut trouble = Vec::new();
        let settings = settings(&self.options);
        match load(&self.options, &mut trouble) {
            Ok((site, theme)) => {
                if settings != self.settings {
                    self.site = Arc::new(site);
                    self.settings = settings;
                }
                self.theme = Arc::new(theme);
                self.trouble = trouble;
            }
            Err(
                Failure::Site(findings)
                | Failure::Environment(findings)
                | Failure::Midway(findings),
            ) => {
                self.trouble = findings;
            }
        }
    }

    /// Looks at every file; says whether one that is not Markdown is another.
    fn scan(&mut self, known: Arc<Vec<Row>>) -> bool {
        let mut findings = Vec::new();
        let folder = self.options.root.join("content");
        let content = discover::discover(&folder, "content", &mut findings);
        let (media, media_changed) =
            survey(&self.options, &self.site, &content, &self.media, &mut findings);
        if media_changed {
            self.media = Arc::new(media);
        }
        let known_rows = Arc::unwrap_or_clone(known);
        let parsed = parse::parse(&self.site, &folder, content.markdown, known_rows.clone());
        let mut rows = parsed.rows;
        findings.extend(parsed.findings);
        keep_broken(&mut rows, &known_rows, &findings);
        if !same_rows(&rows, &self.rows) {
            self.rows = Arc::new(rows);
        }
        self.faults = by_place(findings);
        media_changed
    }

    /// Looks at some files by name; says whether one that is not Markdown is another.
    fn look(&mut self, places: &[Place]) -> bool {
        let mut findings = Vec::new();
        let mut media_changed = false;
        let folders = media_folders(&self.options.root, &self.site);
        for (folder, shown) in folders {
            let of_folder = places.iter().filter(|place| place.root == shown);
            let mut paths: Vec<&str> = of_folder.map(|place| place.path.as_str()).collect();
            paths.sort_unstable();
            if paths.is_empty() {
                continue;
            }
            paths.iter().for_each(|path| drop(self.faults.remove(&format!("{shown}/{path}"))));
            let mut found = discover::look(&folder, shown, &paths, &mut findings);
            if shown == "content" {
                let markdown = std::mem::take(&mut found.markdown);
                self.take_rows(&paths, Folder { markdown, files: Vec::new() }, &mut findings);
            }
            found.files.append(&mut found.markdown);
            found.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
            let known: Vec<Media> =
                paths.iter().filter_map(|p| self.known_media(shown, p)).cloned().collect();
            let media = media::survey(&folder, shown, &found.files, &known, &mut findings);
            if media != known {
                media_changed = true;
                self.take_media(shown, &paths, media);
            }
        }
        self.faults.extend(by_place(findings));
        media_changed
    }

    /// Puts the rows of some files in the place of those that are known of them.
    fn take_rows(&mut self, paths: &[&str], found: Folder, findings: &mut Vec<Diagnostic>) {
        let folder = self.options.root.join("content");
        let row_at = |path: &str| {
            let rows = &self.rows;
            rows.binary_search_by(|row| row.article.path.as_str().cmp(path)).ok()
        };
        let mut at: Vec<usize> = paths.iter().filter_map(|path| row_at(path)).collect();
        at.sort_unstable();
        let known: Vec<Row> = at.iter().map(|at| self.rows[*at].clone()).collect();
        let mut parsed = parse::parse(&self.site, &folder, found.markdown, known.clone());
        keep_broken(&mut parsed.rows, &known, &parsed.findings);
        findings.append(&mut parsed.findings);
        if same_rows(&parsed.rows, &known) {
            return;
        }
        let mut rows = (*self.rows).clone();
        let same = |(row, at): (&Row, &usize)| row.article.path == rows[*at].article.path;
        if parsed.rows.len() == at.len() && parsed.rows.iter().zip(&at).all(same) {
            at.iter().zip(parsed.rows).for_each(|(at, row)| rows[*at] = row);
        } else {
            at.iter().rev().for_each(|at| drop(rows.remove(*at)));
            rows.extend(parsed.rows);
            rows.sort_unstable_by(|a, b| a.article.path.cmp(&b.article.path));
        }
        self.rows = Arc::new(rows);
    }

    fn known_media(&self, shown: &str, path: &str) -> Option<&Media> {
        let key = format!("{shown}/{path}");
        let at = self.media.binary_search_by(|row| (*row.key).cmp(&*key)).ok()?;
        self.media.get(at)
    }

    fn take_media(&mut self, shown: &str, paths: &[&str], media: Vec<Media>) {
        let media_rows = Arc::make_mut(&mut self.media);
        for path in paths {
            let key = format!("{shown}/{path}");
            if let Ok(at) = media_rows.binary_search_by(|row| (*row.key).cmp(&*key)) {
                media_rows.remove(at);
            }
        }
        for row in media {
            let at = media_rows.partition_point(|known| known.key < row.key);
            media_rows.insert(at, row);
        }
    }

    /// Gathers the facts anew if they are made from something else now.
    fn refresh_facts(&mut self, theme: &Arc<Theme>) {
        let new = self.new_facts();
        if !Arc::ptr_eq(theme, &self.theme) || *new != *self.facts {
            self.facts = new;
        }
    }

    fn new_facts(&self) -> Arc<Facts> {
        Arc::new(facts(&self.site, &self.theme, &self.media, &self.options.root))
    }
}

fn same_rows(old: &[Row], new: &[Row]) -> bool {
    let same = |(a, b): (&Row, &Row)| a.stamp == b.stamp && Arc::ptr_eq(&a.article, &b.article);
    old.len() == new.len() && old.iter().zip(new).all(same)
}

/// A file that has errors now has no row; what it last said without them stands.
fn keep_broken(rows: &mut Vec<Row>, known: &[Row], findings: &[Diagnostic]) {
    let errors = findings.iter().filter(|finding| finding.is_error());
    let paths = errors.filter_map(|finding| finding.at.as_ref()?.path.strip_prefix("content/"));
    for path in paths.filter_map(ContentPath::new) {
        let find = |rows: &[Row]| rows.binary_search_by(|row| row.article.path.cmp(&path));
        if let (Err(place), Ok(at)) = (find(rows), find(known)) {
            rows.insert(place, known[at].clone());
        }
    }
}

fn by_place(findings: Vec<Diagnostic>) -> BTreeMap<String, Vec<Diagnostic>> {
    let mut by_place: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    for finding in findings {
        let place = finding.at.as_ref().map_or_else(String::new, |place| place.path.clone());
        by_place.entry(place).or_default().push(finding);
    }
    by_place
}

/// What site.toml holds, as a fingerprint; absent where it cannot be read.
fn settings(options: &Options) -> Fingerprint {
    let text = std::fs::read(options.root.join("site.toml"));
    text.map_or(Fingerprint::ABSENT, |text| Fingerprint::of(&text))
}
