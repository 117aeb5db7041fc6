//! The newslist: every story with its state, for the editors.
//!
//! Invariant: it judges by [`State::of`] alone and needs neither theme nor plan, so it works
//! where a build would not. Of what is not published it gives the path and the moments, never
//! a word: lists end up in public logs.

use super::{Failure, Options, prepare};
use crate::{
    base::{Diagnostic, Moment},
    content::{Article, Kind, discover, parse},
    edition::{State, gate},
    ledger,
};
use chrono_tz::Tz;

/// The stories of a site.
#[derive(Debug)]
pub struct Newslist {
    /// Stories and plain pages, the newest first; what has no date comes last.
    pub stories: Vec<Listed>,
    /// The site's timezone, in which moments are shown.
    pub timezone: Tz,
    /// Errors in files, which are not listed.
    pub errors: Vec<Diagnostic>,
}

/// A story in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The file, relative to the site's root.
    pub path: String,
    /// Whether it may be seen.
    pub state: State,
    /// First publication; `None` for a plain page.
    pub date: Option<Moment>,
    /// The moment from which an embargoed story may be seen.
    pub opens: Option<Moment>,
    /// The moment from which it is gone.
    pub expires: Option<Moment>,
    /// The headline of a published story.
    pub title: Option<String>,
}

/// Lists every story of the site.
///
/// # Errors
/// The settings' errors, or what cannot be read.
pub fn newslist(options: &Options) -> Result<Newslist, Failure> {
    let mut findings = Vec::new();
    let site = prepare::load_site(&options.root, options.base_url.as_deref(), &mut findings);
    let Some(site) = site else { return Err(prepare::failure(findings)) };
    let known = ledger::load(&options.memory(), &options.output_name(), site.parse_key()).files;
    let folder = options.root.join("content");
    let found = discover::discover(&folder, "content", &mut findings).markdown;
    let parsed = parse::parse(&site, &folder, found, known);
    findings.extend(parsed.findings);
    findings.retain(Diagnostic::is_error);
    let articles = parsed.rows.iter().map(|row| &*row.article);
    let mut stories: Vec<Listed> = articles
        .filter(|article| matches!(article.kind, Kind::Story | Kind::Page))
        .map(|article| listed(article, options.at))
        .collect();
    stories.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.path.cmp(&b.path)));
    Ok(Newslist { stories, timezone: site.timezone, errors: findings })
}

fn listed(article: &Article, at: Moment) -> Listed {
    let state = State::of(article, at);
    Listed {
        path: format!("content/{}", article.path),
        state,
        date: (article.kind == Kind::Story).then_some(article.date),
        opens: (state == State::Embargoed).then(|| gate::opens(article)),
        expires: article.expires,
        title: (state == State::Published).then(|| article.title.to_string()),
    }
}
