//! site.toml as written → as meant: every default and every check.
//!
//! Invariant: all findings of the file come at once, each with its place; a [`Site`] comes out
//! only when none of them is an error. Nothing outside the text is asked, so whether the theme
//! and the menu's sections exist is found elsewhere.

use super::{
    csp::csp,
    editions::{Fallback, editions},
    editor::editor,
    feeds::feeds,
    file::{LintTable, SiteFile},
    hosting::hosting,
    menu::menu,
    model::{Fragments, Level, Lint, Permalink, Site},
    notices::{Written, notices},
    publish::targets,
    publisher::publisher,
    purge::purge,
    urls::BaseUrl,
    written::{Reader, Refusal},
};
use crate::base::{
    Code, Diagnostic, Severity,
    diag::any_error,
    suggest::{nearest, one_of},
};
use chrono_tz::{TZ_VARIANTS, Tz};
use serde_json::Value;
use std::ops::RangeInclusive;
use toml::Spanned;

/// How many stories a page of a list may hold.
const PAGE_SIZES: RangeInclusive<usize> = 1..=500;

const FRAGMENTS: [(&str, Fragments); 4] = [
    ("inline", Fragments::Inline),
    ("client", Fragments::Client),
    ("esi", Fragments::Esi),
    ("ssi", Fragments::Ssi),
];

const LEVELS: [(&str, Level); 4] = [
    ("off", Level::Off),
    ("note", Level::On(Severity::Note)),
    ("warning", Level::On(Severity::Warning)),
    ("error", Level::On(Severity::Error)),
];

/// Reads site.toml. `path` is what messages call the file, `text` is its content, and
/// `base_url_override` (from `--base-url`) stands in for its `base_url`.
///
/// The site is there exactly when no finding is an error.
#[must_use]
pub fn resolve(
    path: &str,
    text: &str,
    base_url_override: Option<&str>,
) -> (Option<Site>, Vec<Diagnostic>) {
    let (file, mut reader) = Reader::read(path, text);
    let site = file.and_then(|file| site(file, base_url_override, &mut reader));
    let findings = reader.into_findings();
    (site.filter(|_| !any_error(&findings)), findings)
}

fn site(file: SiteFile, base_url_override: Option<&str>, reader: &mut Reader<'_>) -> Option<Site> {
    let SiteFile {
        title,
        base_url,
        description,
        language,
        timezone,
        theme,
        permalink,
        page_size,
        fragments,
        menu: entries,
        extra,
        feeds: feeds_written,
        publisher: organisation,
        csp: policy,
        icon,
        color,
        lite,
        ads_txt: ads,
        robots,
        security,
        noindex,
        hosting: hosts,
        cache,
        purge: copies,
        indexnow,
        serve,
        languages,
        publish,
        lint,
    } = file;
    let timezone = reader.checked(timezone, Tz::UTC, |name| zone(&name));
    let title = reader.checked(title, String::new(), words("title"));
    let base_url = where_it_lives(base_url, base_url_override, reader);
    let fallback = Fallback {
        title: title.clone(),
        description: description.map(Spanned::into_inner).unwrap_or_default(),
        menu: entries.map(|entries| menu(entries.into_inner(), reader)).unwrap_or_default(),
    };
    let languages = languages.map(Spanned::into_inner).unwrap_or_default();
    Some(Site {
        publisher: publisher(organisation, &title, reader),
        csp: csp(policy, reader),
        title,
        timezone,
        theme: theme.map_or_else(|| "broadsheet".to_owned(), Spanned::into_inner),
        editions: editions(language, languages, fallback, reader),
        permalink: reader
            .checked(permalink, Permalink::mirror(), |pattern| Permalink::parse(&pattern)),
        page_size: reader.checked(page_size, 20, size),
        fragments: reader.checked(fragments, Fragments::Inline, choice("fragments", &FRAGMENTS)),
        feeds: feeds(feeds_written.map(Spanned::into_inner), base_url.as_ref(), reader),
        icon: reader.checked(icon, String::new(), picture),
        colour: reader.checked(color, "#ffffff".to_owned(), colour),
        lite: lite.is_some_and(Spanned::into_inner),
        targets: targets(publish, reader),
        notices: notices(Written { robots, security, ads }, timezone, reader),
        noindex: noindex.is_some_and(Spanned::into_inner),
        hosting: hosting(hosts, cache, base_url.as_ref(), reader),
        purge: purge(copies, indexnow, reader),
        editor: editor(serve, reader),
        lint: lint_of(lint.map(Spanned::into_inner).unwrap_or_default(), reader),
        extra: Value::Object(extra.map(Spanned::into_inner).unwrap_or_default()),
        base_url: base_url?,
    })
}

/// A check that the text of `key` is not empty.
pub(super) fn words(key: &'static str) -> impl FnOnce(String) -> Result<String, Refusal> {
    move |text| {
        if !text.trim().is_empty() {
            return Ok(text);
        }
        let help = format!("write something between the quotes of `{key} = \"…\"`");
        Err(Refusal::new(Code::BadSettings, format!("`{key}` is empty"), help))
    }
}

/// A check that a word is one of a few.
pub(super) fn choice<T: Copy>(
    key: &'static str,
    choices: &'static [(&str, T)],
) -> impl FnOnce(String) -> Result<T, Refusal> {
    move |word| {
        let found = choices.iter().find(|(known, _)| *known == word);
        found.map(|(_, choice)| *choice).ok_or_else(|| {
            let words = choices.iter().map(|(word, _)| *word);
            let help = match nearest(&word, words.clone()) {
                Some(meant) => format!("write `{key} = \"{meant}\"`"),
                None => format!("write {}", one_of(words)),
            };
            Refusal::new(Code::BadSettings, format!("`{key}` cannot be `{word}`"), help)
        })
    }
}

/// The written address is looked at even where the command line has a better one.
fn where_it_lives(
    written: Option<Spanned<String>>,
    instead: Option<&str>,
    reader: &mut Reader<'_>,
) -> Option<BaseUrl> {
    let written = reader.checked(written, None, |url| base_url(&url).map(Some));
    match instead.map(base_url) {
        None => written,
        Some(Ok(instead)) => Some(instead),
        Some(Err(refusal)) => {
            reader.report_as_is(refusal.finding().note("it was given as `--base-url`"));
            None
        }
    }
}

fn base_url(text: &str) -> Result<BaseUrl, Refusal> {
    BaseUrl::parse(text).map_err(|fact| {
        let bare = text.split(['?', '#']).next().unwrap_or(text).trim();
        let better = [bare.to_owned(), format!("https://{bare}")];
        let better = better.into_iter().find(|url| BaseUrl::parse(url).is_ok());
        let better = better.unwrap_or_else(|| "https://example.org".to_owned());
        Refusal::new(Code::BadBaseUrl, fact, format!("write `base_url = \"{better}\"`"))
    })
}

fn zone(name: &str) -> Result<Tz, Refusal> {
    name.parse().map_err(|_| {
        let help = match nearest_zone(name) {
            Some(zone) => format!("write `timezone = \"{zone}\"`"),
            None => "write an IANA name such as `timezone = \"Asia/Baghdad\"`".to_owned(),
        };
        Refusal::new(Code::BadTimezone, format!("`{name}` is not a timezone"), help)
    })
}

/// The zone meant by a misspelt name, or by that of its city alone.
fn nearest_zone(name: &str) -> Option<&'static str> {
    let zones = || TZ_VARIANTS.iter().map(|zone| zone.name());
    let city = |zone: &'static str| zone.rsplit('/').next().unwrap_or(zone);
    nearest(name, zones()).or_else(|| {
        let meant = nearest(name, zones().filter(|zone| zone.contains('/')).map(city))?;
        zones().find(|zone| city(zone) == meant)
    })
}

/// A static file from which icons can be drawn.
fn picture(path: String) -> Result<String, Refusal> {
    let path = path.trim_start_matches('/').to_owned();
    if path.ends_with(".svg") || path.ends_with(".png") {
        return Ok(path);
    }
    let help = "write the path of an SVG or PNG below `static/`: `icon = \"logo.svg\"`";
    Err(Refusal::new(Code::BadSettings, format!("no icons can be made from `{path}`"), help))
}

fn colour(written: String) -> Result<String, Refusal> {
    let digits = written.strip_prefix('#').unwrap_or_default();
    let hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
    if hex && matches!(digits.len(), 3 | 6) {
        return Ok(written);
    }
    let message = format!("`{written}` is not a colour as `color` has it");
    Err(Refusal::new(Code::BadSettings, message, "write six digits, as in `color = \"#a00000\"`"))
}

fn size(size: usize) -> Result<usize, Refusal> {
    let (least, most) = (PAGE_SIZES.start(), PAGE_SIZES.end());
    PAGE_SIZES.contains(&size).then_some(size).ok_or_else(|| {
        let message = format!("`page_size` is {size}, but must be from {least} to {most}");
        Refusal::new(Code::BadSettings, message, "write `page_size = 20`")
    })
}

fn lint_of(written: LintTable, reader: &mut Reader<'_>) -> Lint {
    let LintTable { headline_max, levels } = written;
    let mut lint = Lint {
        headline_max: headline_max.map_or(110, Spanned::into_inner),
        levels: Default::default(),
    };
    for (code, written) in levels {
        let check = choice(code.slug(), &LEVELS);
        if let Some(level) = reader.checked(Some(written), None, |word| check(word).map(Some)) {
            lint.levels.insert(code, level);
        }
    }
    lint
}

#[cfg(test)]
mod tests;
