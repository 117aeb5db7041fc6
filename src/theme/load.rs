//! A theme made ready: templates compiled, strings chained, settings merged.
//!
//! Invariant: a theme that loads has every template that pages need. Everything that is wrong
//! with its files is found here, at once, before anything is rendered.

use super::{
    circles,
    cldr::Cldr,
    closure,
    files::{Text, ThemeFiles},
    filters, functions,
    inlined::{self, Element, Inlined},
    strings::{Strings, Tables},
};
use crate::{
    base::{Code, Diagnostic, Fingerprint, Lang, Place},
    site::Site,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};
use tera::{ErrorKind, ReportError, Tera};

/// A theme made ready.
pub struct Theme {
    pub(super) tera: Tera,
    /// Templates by name, each with the fingerprint of all it can reach.
    pub templates: BTreeMap<Box<str>, Fingerprint>,
    /// What to show of a template in messages.
    sources: BTreeMap<String, Text>,
    /// The words, for each edition.
    pub strings: Vec<Strings>,
    /// Dates and digits, for each edition.
    pub cldr: Vec<Arc<Cldr>>,
    /// Static files to be published under hashed names.
    pub asked_assets: BTreeSet<String>,
    /// What templates write inline, for the Content Security Policy.
    inlined: BTreeSet<Inlined>,
    /// `[extra]` of theme.toml overlaid by that of site.toml.
    pub extra: serde_json::Value,
    /// Static files built into the program, by path.
    pub built_in: BTreeMap<String, &'static [u8]>,
}

impl std::fmt::Debug for Theme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Theme").field("templates", &self.templates.keys()).finish_non_exhaustive()
    }
}

/// Templates without which no site can be rendered.
const REQUIRED: [&str; 3] = ["story.html", "list.html", "404.html"];

/// And those without which no lite edition can.
const OF_LITE: [&str; 2] = ["lite.html", "lite_home.html"];

impl Theme {
    /// Makes a theme ready; `None` if anything is wrong with it.
    pub fn load(site: &Site, files: ThemeFiles, findings: &mut Vec<Diagnostic>) -> Option<Self> {
        let before = findings.len();
        let tera = compile(&files.templates, findings);
        let of_lite = if site.lite { &OF_LITE[..] } else { &[] };
        for name in
            REQUIRED.iter().chain(of_lite).filter(|name| !files.templates.contains_key(**name))
        {
            findings.push(missing_template(&site.theme, name));
        }
        let extra = extra(site, files.settings.as_ref(), findings);
        let cldr: Vec<Arc<Cldr>> =
            site.editions.iter().map(|edition| Arc::new(Cldr::new(&edition.lang))).collect();
        let strings = chain_strings(site, &files, &cldr, findings);
        let (inlined, blocked) = inlined::find(&files.templates);
        findings.extend(blocked.into_iter().filter(|_| site.csp.on));
        if findings[before..].iter().any(Diagnostic::is_error) {
            return None;
        }
        Some(Self {
            tera,
            templates: closure::fingerprints(&files.templates),
            asked_assets: closure::assets(&files.templates).into_iter().map(Into::into).collect(),
            sources: files.templates,
            inlined,
            strings,
            cldr,
            extra,
            built_in: files.built_in,
        })
    }

    /// The file that a template comes from, as messages name it.
    #[must_use]
    pub fn file_of(&self, template: &str) -> Option<&str> {
        self.sources.get(template).map(|text| text.shown.as_str())
    }

    /// Whether the theme has a template.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.templates.contains_key(name)
    }

    /// The template of a shared part of pages.
    #[must_use]
    pub fn fragment_template(name: &str) -> String {
        format!("fragments/{name}.html")
    }

    /// The names of the shared parts of pages: `latest` for `fragments/latest.html`.
    pub fn fragments(&self) -> impl Iterator<Item = &str> {
        self.templates
            .keys()
            .filter_map(|name| name.strip_prefix("fragments/")?.strip_suffix(".html"))
    }

    /// The fingerprint of the settings that templates can see, or that say how much of a list
    /// a page asks for.
    #[must_use]
    pub fn settings(&self, site: &Site) -> Fingerprint {
        let seen = (&site.title, &site.base_url, site.timezone.name(), &site.editions);
        let ways = (site.page_size, site.fragments, &site.feeds, &site.publisher);
        let ways = (ways, site.lite, &site.colour, site.noindex);
        Fingerprint::of_value(&(seen, ways, self.extra.to_string()))
    }

    /// The Content Security Policy that lets through what the templates write inline; empty where
    /// the settings want none. `text` gives the text of a static file.
    #[must_use]
    pub fn policy(&self, site: &Site, text: impl Fn(&str) -> Option<String>) -> String {
        let hashes = |element: Element| -> Vec<String> {
            let of_element = self.inlined.iter().filter(|inlined| inlined.element == element);
            let hashes: BTreeSet<String> = of_element.filter_map(|i| i.hash(&text)).collect();
            hashes.into_iter().collect()
        };
        site.csp.policy(&hashes(Element::Script), &hashes(Element::Style))
    }

    /// A finding for an error of Tera's.
    #[must_use]
    pub fn finding(&self, code: Code, error: &tera::Error) -> Diagnostic {
        finding(&self.sources, code, error)
    }
}

/// Compiles all templates. Syntax errors are collected by leaving out each template that has
/// one, since Tera stops at the first.
fn compile(templates: &BTreeMap<String, Text>, findings: &mut Vec<Diagnostic>) -> Tera {
    let mut broken: BTreeSet<String> = BTreeSet::new();
    loop {
        let mut tera = Tera::new();
        functions::register(&mut tera);
        filters::register(&mut tera);
        let text = |name: &String, text: &Text| {
            if broken.contains(name) { String::new() } else { text.text.clone() }
        };
        let batch: Vec<(String, String)> =
            templates.iter().map(|(name, t)| (name.clone(), text(name, t))).collect();
        let Err(error) = tera.add_raw_templates(batch) else { return tera };
        match error.kind() {
            ErrorKind::SyntaxError(report) if broken.insert(report.filename().to_owned()) => {
                findings.push(finding(templates, Code::BadTemplate, &error));
            }
            // With templates left out, what is missing may be what they define.
            _ if !broken.is_empty() => return Tera::new(),
            _ => {
                findings.push(finding(templates, Code::BadTemplate, &error));
                return Tera::new();
            }
        }
    }
}

fn finding(sources: &BTreeMap<String, Text>, code: Code, error: &tera::Error) -> Diagnostic {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let finding = Diagnostic::new(code, report.message());
            let finding = match place(sources, report) {
                Some(place) => finding.at(place),
                None => finding,
            };
            with_chain(finding, error).help(remedy(report.message()))
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain: chain }
        | ErrorKind::CircularInclude { tpl, include_chain: chain } => {
            let mut circle: Vec<&str> = chain.iter().map(String::as_str).collect();
            let place = match circles::place_in_circle(sources, tpl, chain) {
                Some((place, next)) => {
                    // Of parents, Tera leaves out the one that closes the circle.
                    let open = matches!(error.kind(), ErrorKind::CircularExtend { .. });
                    circle.extend(open.then_some(next));
                    place
                }
                None => Place::file(shown(sources, tpl)),
            };
            let circle = circle.join("` → `");
            Diagnostic::new(
                Code::TemplateCycle,
                format!("templates go round in a circle: `{circle}`"),
            )
            .at(place)
            .help("take one `extends` or `include` out of the circle")
        }
        ErrorKind::MissingParent { current, parent } => {
            let known = crate::base::suggest::nearest(parent, sources.keys().map(String::as_str));
            let help = known.map_or_else(
                || format!("add the template `{parent}`, or correct the name"),
                |known| format!("write `{{% extends \"{known}\" %}}`"),
            );
            Diagnostic::new(code, format!("there is no template `{parent}` to extend"))
                .at(in_source(sources, current, parent))
                .help(help)
        }
        _ => {
            let text = error.to_string();
            let endless = text.contains(circles::ENDLESS).then(|| circles::endless(sources, code));
            endless.flatten().unwrap_or_else(|| from_text(sources, code, &text))
        }
    }
}

/// Tera joins several missing names into one text; its first line says what is missing, and a
/// line with an arrow says where.
fn from_text(sources: &BTreeMap<String, Text>, code: Code, text: &str) -> Diagnostic {
    let message = text.lines().next().unwrap_or(text).trim_start_matches("error: ");
    let mut finding = Diagnostic::new(code, message).help(remedy(message));
    let arrow = text.lines().find_map(|line| line.trim_start().strip_prefix("--> "));
    if let Some((name, line, column)) = arrow.and_then(location) {
        finding.at = sources.get(name).map(|source| at_line(source, line, column));
    }
    if text.lines().count() > 1 {
        finding.notes.push(text.trim_end().to_owned());
    }
    finding
}

fn location(arrow: &str) -> Option<(&str, usize, usize)> {
    let arrow = arrow.trim().trim_start_matches('[').trim_end_matches(']');
    let (rest, column) = arrow.rsplit_once(':')?;
    let (name, line) = rest.rsplit_once(':')?;
    Some((name, line.parse().ok()?, column.parse().ok()?))
}

fn at_line(source: &Text, line: usize, column: usize) -> Place {
    let start: usize =
        source.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &source.text[start.min(source.text.len())..];
    let line_end = rest.find('\n').unwrap_or(rest.len());
    let at = rest.char_indices().nth(column.saturating_sub(1)).map_or(line_end, |(at, _)| at);
    Place::in_text(&source.shown, &source.text, start + at.min(line_end)..start + line_end)
}

fn place(sources: &BTreeMap<String, Text>, report: &ReportError) -> Option<Place> {
    let source = sources.get(report.filename())?;
    let Range { start, end } = report.span().range.clone();
    Some(Place::in_text(&source.shown, &source.text, start..end.max(start + 1)))
}

/// The calls that led there stand only in the error's text, below its first frame.
fn with_chain(finding: Diagnostic, error: &tera::Error) -> Diagnostic {
    let text = error.to_string();
    match text.find("\nnote: ") {
        Some(at) => finding.note(text[at..].trim().to_owned()),
        None => finding,
    }
}

fn remedy(message: &str) -> String {
    if message.contains("not found")
        || message.contains("undefined")
        || message.contains("Undefined")
    {
        "check the name; docs/themes.md lists every variable, function and filter, and `x?.y` reads what may be absent".to_owned()
    } else {
        "docs/themes.md has the template contract; the syntax is Tera 2's".to_owned()
    }
}

fn shown(sources: &BTreeMap<String, Text>, name: &str) -> String {
    sources.get(name).map_or_else(|| name.to_owned(), |source| source.shown.clone())
}

fn in_source(sources: &BTreeMap<String, Text>, name: &str, needle: &str) -> Place {
    match sources.get(name) {
        Some(source) => match source.text.find(needle) {
            Some(at) => Place::in_text(&source.shown, &source.text, at..at + needle.len()),
            None => Place::file(&source.shown),
        },
        None => Place::file(name),
    }
}

fn missing_template(theme: &str, name: &str) -> Diagnostic {
    Diagnostic::new(Code::MissingTemplate, format!("the theme `{theme}` has no template `{name}`"))
        .at(Place::file(format!("themes/{theme}/templates/{name}")))
        .help(format!("add the file, or put one in templates/{name} of the site"))
}

#[derive(serde::Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default, rename = "name")]
    _name: String,
    #[serde(default, rename = "description")]
    _description: String,
    #[serde(default)]
    extra: toml::Table,
}

/// The theme's defaults under the site's own settings, key by key at the top.
fn extra(site: &Site, text: Option<&Text>, findings: &mut Vec<Diagnostic>) -> serde_json::Value {
    let mut merged = serde_json::Map::new();
    if let Some(Text { shown, text }) = text {
        match toml::from_str::<Settings>(text) {
            Ok(settings) => merged.extend(json_table(settings.extra)),
            Err(error) => {
                let range = error.span().unwrap_or(0..1);
                findings.push(
                    Diagnostic::new(Code::BadSettings, error.message())
                        .at(Place::in_text(shown, text, range))
                        .help("theme.toml knows `name`, `description` and `[extra]`"),
                );
            }
        }
    }
    if let serde_json::Value::Object(own) = &site.extra {
        merged.extend(own.clone());
    }
    serde_json::Value::Object(merged)
}

fn json_table(table: toml::Table) -> serde_json::Map<String, serde_json::Value> {
    match serde_json::to_value(table) {
        Ok(serde_json::Value::Object(map)) => map,
        _ => serde_json::Map::new(),
    }
}

fn chain_strings(
    site: &Site,
    files: &ThemeFiles,
    cldr: &[Arc<Cldr>],
    findings: &mut Vec<Diagnostic>,
) -> Vec<Strings> {
    let own = tables(&files.own_strings, findings);
    let theme = tables(&files.strings, findings);
    let editions = site.editions.iter().zip(cldr);
    editions.map(|(e, cldr)| Strings::new(&e.lang, cldr.clone(), &own, &theme)).collect()
}

/// Files whose names are no language are nobody's strings.
fn tables(files: &BTreeMap<String, Text>, findings: &mut Vec<Diagnostic>) -> Tables {
    let mut tables = Tables::new();
    for (name, text) in files {
        let (table, found) = Strings::parse(&text.shown, &text.text);
        findings.extend(found);
        if let Some(lang) = Lang::parse(name) {
            tables.insert(lang, table);
        }
    }
    tables
}
