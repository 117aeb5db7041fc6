//! The front half: from folders to a plan. It writes nothing.
//!
//! Invariant: all findings of a stage are collected before it gives up.

use super::{Failure, Progress, Report, Stage, discretion};
use crate::{
    base::{Code, Diagnostic, Fingerprint, Moment, Place, UrlPath, diag, utf8},
    check::Sources,
    content::{
        Kind,
        discover::{self, Folder, Found},
        media::{self, Media},
        parse::{self, Parsed, Row},
    },
    edition::{
        Asset, Audience, Facts, Index, admit,
        icons::{self, Icon},
    },
    ledger::{self, Ledger},
    outputs::{self, Plan},
    site::{self, Site},
    theme::{Theme, ThemeFiles, files},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

/// What a command was asked to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The site's root folder.
    pub root: PathBuf,
    /// The output folder.
    pub output: PathBuf,
    /// The moment to build for.
    pub at: Moment,
    /// Whether drafts are shown.
    pub drafts: bool,
    /// Takes the place of `base_url` in site.toml.
    pub base_url: Option<String>,
    /// Render everything and compare with what the ledger says.
    pub verify: bool,
}

impl Options {
    /// The folder of the ledger.
    #[must_use]
    pub fn memory(&self) -> PathBuf {
        self.root.join(".masthead")
    }

    /// What the ledger calls the output folder: the same wherever the command was run from, and
    /// where the site lies within it, wherever the site was moved.
    #[must_use]
    pub fn output_name(&self) -> String {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let (root, output) = (absolute(&self.root), absolute(&self.output));
        output.strip_prefix(&root).unwrap_or(&output).to_string_lossy().into_owned()
    }
}

/// The front half's result.
#[derive(Debug)]
pub struct Prepared {
    /// Everything that pages may ask.
    pub index: Arc<Index>,
    /// The theme.
    pub theme: Arc<Theme>,
    /// Every file there should be.
    pub plan: Plan,
    /// The memory of the last build, without the rows of files, which are in the index now.
    pub ledger: Ledger,
    /// Files that are not Markdown, for the next ledger.
    pub media: Vec<Media>,
    /// Whether the rows of files differ from those in the ledger.
    pub files_changed: bool,
}

/// What the front half has found, before anything is made of it.
#[derive(Debug)]
pub struct Gathered {
    site: Site,
    theme: Theme,
    markdown: Vec<Found>,
    /// The memory of the last build.
    pub ledger: Ledger,
    media: Vec<Media>,
    media_changed: bool,
    findings: Vec<Diagnostic>,
}

/// Runs the front half.
///
/// # Errors
/// The site's errors, all of a stage at once.
pub fn prepare(
    options: &Options,
    report: &mut Report,
    progress: &dyn Progress,
) -> Result<Prepared, Failure> {
    let gathered = gather(options, report, progress)?;
    compose(gathered, options, report, progress)
}

/// Load and discover: what there is, and what was known of it.
///
/// # Errors
/// The errors of settings and theme.
pub fn gather(
    options: &Options,
    report: &mut Report,
    progress: &dyn Progress,
) -> Result<Gathered, Failure> {
    let since = Instant::now();
    let mut findings = Vec::new();
    let (site, theme) = load(options, &mut findings)?;
    report.took(Stage::Load, since);

    progress.begin(Stage::Discover, 0);
    let since = Instant::now();
    // The one waits for the disk while the other reckons.
    let (mut ledger, content) = rayon::join(
        || ledger::load(&options.memory(), &options.output_name(), site.parse_key()),
        || discover::discover(&options.root.join("content"), "content", &mut findings),
    );
    let known = std::mem::take(&mut ledger.media);
    let (media, media_changed) = survey(options, &site, &content, &known, &mut findings);
    report.took(Stage::Discover, since);
    let markdown = content.markdown;
    Ok(Gathered { site, theme, markdown, ledger, media, media_changed, findings })
}

/// Parse what is new.
fn read(
    gathered: &mut Gathered,
    options: &Options,
    report: &mut Report,
    progress: &dyn Progress,
) -> Result<Parsed, Failure> {
    let Gathered { site, markdown, ledger, findings, .. } = gathered;
    progress.begin(Stage::Parse, markdown.len());
    let since = Instant::now();
    let (found, known) = (std::mem::take(markdown), std::mem::take(&mut ledger.files));
    let mut parsed = parse::parse(site, &options.root.join("content"), found, known);
    findings.append(&mut parsed.findings);
    report.parsed = parsed.parsed;
    report.took(Stage::Parse, since);
    if diag::any_error(findings) {
        discretion::about_files(findings, options, site.timezone);
    }
    stop_on_errors(findings)?;
    report.findings = std::mem::take(findings);
    Ok(parsed)
}

/// Parse, admit, index and plan: what becomes of it at a moment.
///
/// # Errors
/// The errors of files, all at once; two owners of one address.
pub fn compose(
    mut gathered: Gathered,
    options: &Options,
    report: &mut Report,
    progress: &dyn Progress,
) -> Result<Prepared, Failure> {
    let parsed = read(&mut gathered, options, report, progress)?;
    let Gathered { site, theme, ledger, media, media_changed, .. } = gathered;
    progress.begin(Stage::Index, 0);
    let since = Instant::now();
    let facts = facts(&site, &theme, &media, &options.root);
    let rows: Vec<Row> = parsed.rows;
    let audience = if options.drafts { Audience::Drafts } else { Audience::Public };
    let admitted = admit(rows, options.at, audience);
    discretion::about_rows(&mut report.findings, &admitted);
    report.at = options.at;
    report.timezone = site.timezone;
    report.drafts = options.drafts;
    report.next_change = admitted.next_change();
    let page = |slot: &&u32| matches!(admitted.article(**slot).kind, Kind::Story | Kind::Page);
    report.articles = admitted.visible().iter().filter(page).count();
    let index = Arc::new(Index::new(Arc::new(site), admitted, facts));
    report.took(Stage::Index, since);

    progress.begin(Stage::Plan, 0);
    let since = Instant::now();
    let (plan, collisions) =
        outputs::plan(&index, &theme, &Sources { index: &index, root: &options.root });
    report.findings.extend(collisions);
    stop_on_errors(&mut report.findings)?;
    report.took(Stage::Plan, since);
    let files_changed = parsed.changed || media_changed;
    Ok(Prepared { index, theme: Arc::new(theme), plan, ledger, media, files_changed })
}

/// Settings and theme, with all that is wrong with either.
pub(super) fn load(
    options: &Options,
    findings: &mut Vec<Diagnostic>,
) -> Result<(Site, Theme), Failure> {
    let site = load_site(&options.root, options.base_url.as_deref(), findings);
    let theme = site.as_ref().and_then(|site| {
        let files = ThemeFiles::read(&options.root, &site.theme, findings);
        if diag::any_error(findings) { None } else { Theme::load(site, files, findings) }
    });
    match (site, theme) {
        (Some(site), Some(theme)) if !diag::any_error(findings) => Ok((site, theme)),
        _ => Err(failure(std::mem::take(findings))),
    }
}

/// Reads and resolves the site.toml in `root`; `base_url` takes the place of the one in it.
pub fn load_site(
    root: &Path,
    base_url: Option<&str>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Site> {
    match std::fs::read(root.join("site.toml")) {
        Ok(bytes) => match utf8::as_text(&bytes, "site.toml") {
            Ok(text) => {
                let (site, found) = site::resolve("site.toml", text, base_url);
                findings.extend(found);
                site
            }
            Err(finding) => {
                findings.push(finding);
                None
            }
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            findings.push(
                Diagnostic::new(Code::NoSite, format!("there is no site.toml in {}", root.display()))
                    .help("run the command in the site's folder, name it with `--root DIR`, or begin one with `masthead init DIR`"),
            );
            None
        }
        Err(error) => {
            findings.push(discover::unreadable(Place::file("site.toml"), &error));
            None
        }
    }
}

/// Errors of the environment are told apart from the site's, for the exit code.
#[must_use]
pub fn failure(mut findings: Vec<Diagnostic>) -> Failure {
    diag::sort(&mut findings);
    let of_environment =
        |d: &Diagnostic| matches!(d.code, Code::Unreadable | Code::Unwritable | Code::Busy);
    let mut errors = findings.iter().filter(|d| d.is_error());
    if errors.all(of_environment) {
        Failure::Environment(findings)
    } else {
        Failure::Site(findings)
    }
}

pub(super) fn stop_on_errors(findings: &mut Vec<Diagnostic>) -> Result<(), Failure> {
    if diag::any_error(findings) { Err(failure(std::mem::take(findings))) } else { Ok(()) }
}

/// Fingerprints the files that are not Markdown; says whether any row changed.
pub(super) fn survey(
    options: &Options,
    site: &Site,
    content: &Folder,
    known: &[Media],
    findings: &mut Vec<Diagnostic>,
) -> (Vec<Media>, bool) {
    let [beside, others @ ..] = media_folders(&options.root, site);
    let mut media = media::survey(&beside.0, beside.1, &content.files, known, findings);
    for (folder, shown) in others {
        let mut found = discover::discover(&folder, shown, findings);
        found.files.append(&mut found.markdown);
        found.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        media.extend(media::survey(&folder, shown, &found.files, known, findings));
    }
    let changed = media != known;
    (media, changed)
}

/// The folders of files that are not Markdown, each with the root of its keys, in the order of keys.
pub(super) fn media_folders(root: &Path, site: &Site) -> [(PathBuf, &'static str); 3] {
    let theme = root.join("themes").join(&site.theme).join("static");
    [(root.join("content"), "content"), (root.join("static"), "static"), (theme, "theme")]
}

/// What the index is told of templates, strings and files.
pub(super) fn facts(site: &Site, theme: &Theme, media: &[Media], root: &Path) -> Facts {
    let mut files: BTreeMap<Box<str>, Asset> = files::built_in_assets(&theme.built_in).collect();
    for row in media {
        let Some((_, path)) = row.key.split_once('/') else { continue };
        let Some(url) = UrlPath::new(&format!("/{path}")) else { continue };
        let asset = Asset { url, hashed: None, fingerprint: row.fingerprint, size: row.size };
        files.insert(row.key.clone(), asset);
    }
    for path in &theme.asked_assets {
        let path = path.trim_start_matches('/');
        // The site's own file hides the theme's, so only the one that is used gets a name.
        let used = used(path, &files);
        if let Some(asset) = used.and_then(|key| files.get_mut(&key)) {
            asset.hashed = UrlPath::new(&hashed_name(path, asset.fingerprint));
        }
    }
    let text =
        |path: &str| files::static_text(root, (&site.theme, &theme.built_in), &used(path, &files)?);
    let icons: Vec<&str> = icons::all(site, &files).into_iter().map(Icon::name).collect();
    Facts {
        policy: theme.policy(site, text),
        templates: theme.templates.clone(),
        strings: theme.strings.iter().map(|s| s.fingerprint()).collect(),
        files,
        settings: Fingerprint::of_value(&(theme.settings(site), icons)),
    }
}

/// The key of the static file that a path means.
fn used(path: &str, files: &BTreeMap<Box<str>, Asset>) -> Option<Box<str>> {
    files::static_keys(path).into_iter().find(|key| files.contains_key(key))
}

/// `/css/style.css` becomes `/css/style.1f3c9a2b.css`.
fn hashed_name(path: &str, fingerprint: Fingerprint) -> String {
    let hash = fingerprint.hex(10);
    let name_at = path.rfind('/').map_or(0, |at| at + 1);
    match path[name_at..].rfind('.') {
        Some(dot) if dot > 0 => {
            let dot = name_at + dot;
            format!("/{}.{hash}{}", &path[..dot], &path[dot..])
        }
        _ => format!("/{path}.{hash}"),
    }
}
