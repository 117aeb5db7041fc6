//! The functions that templates ask with: arguments to a question, its answer to a value.
//!
//! Invariant: every function that looks beyond the page goes through the tracer of the sheet in
//! hand, and reads only what its question covers.

use super::{
    cards,
    files::{static_keys, static_text},
    menu::{self, Entry},
    press::{Sheet, in_hand},
    values,
};
use crate::{
    base::{ContentPath, UrlPath},
    edition::{ListKey, ListKind, Query, Slice, index::Address},
    site::MenuItem,
};
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

/// Registers every function; to be done before templates are added.
pub fn register(tera: &mut Tera) {
    tera.register_function("cards", newest);
    tera.register_function("sections", sections);
    tera.register_function("menu", entries);
    tera.register_function("fragment", fragment);
    tera.register_function("asset", asset);
    tera.register_function("asset_text", asset_text);
    tera.register_function("csp", csp);
    tera.register_function("structured", structured);
    tera.register_function("url", url);
    tera.register_function("t", t);
}

/// The lists that `cards` can be asked for.
const LISTS: [(&str, ListKind); 4] = [
    ("section", ListKind::Section),
    ("tag", ListKind::Tag),
    ("author", ListKind::Author),
    ("series", ListKind::Series),
];

fn newest(args: Kwargs, _: &State) -> TeraResult<Vec<Value>> {
    let sheet = in_hand()?;
    if let Some(name) = unknown_argument(&args) {
        let message = format!(
            "`cards` knows no argument `{name}`: it takes `limit` and one of `section`, `tag`, `author` and `series`"
        );
        return Err(Error::message(message));
    }
    let limit = args.get::<u32>("limit")?.unwrap_or(5);
    let mut key = ListKey { edition: sheet.edition, kind: ListKind::Latest, slug: "".into() };
    for (name, kind) in LISTS {
        if let Some(slug) = args.get::<&str>(name)? {
            key = ListKey { edition: sheet.edition, kind, slug: slug.into() };
        }
    }
    Ok(cards::cards(&sheet.tracer, &key, Slice::Newest(limit)).unwrap_or_default())
}

/// A misspelt argument would otherwise ask for the list of everything.
fn unknown_argument(args: &Kwargs) -> Option<String> {
    let known = |name: &str| name == "limit" || LISTS.iter().any(|(list, _)| *list == name);
    args.iter().filter_map(|(name, _)| name.as_str()).find(|name| !known(name)).map(str::to_owned)
}

fn sections(_: Kwargs, _: &State) -> TeraResult<Vec<Value>> {
    let sheet = in_hand()?;
    Ok(values::sections(&sheet.tracer, sheet.edition, sheet.cldr()))
}

fn entries(_: Kwargs, _: &State) -> TeraResult<Vec<Value>> {
    let sheet = in_hand()?;
    let own = &sheet.edition().menu;
    if own.is_empty() {
        let index = sheet.tracer.ask(Query::Menu(sheet.edition));
        let top = sheet.press.menu(sheet.edition, || {
            let top = values::in_order(index, sheet.edition, sheet.cldr()).into_iter();
            top.map(|(path, section)| Entry::new(index, path, section)).collect()
        });
        return Ok(top.iter().map(|entry| entry.on(&sheet.section)).collect());
    }
    Ok(own.iter().filter_map(|item| entry(&sheet, item)).collect())
}

/// A menu entry for a section that is not there is left out, and so is one for a page that is being
/// withheld: its address is nobody's to read yet.
fn entry(sheet: &Sheet, item: &MenuItem) -> Option<Value> {
    match item {
        MenuItem::Section { path } => {
            let slug = path.as_str().into();
            let key = ListKey { edition: sheet.edition, kind: ListKind::Section, slug };
            let index = sheet.tracer.ask(Query::Name(key));
            let section = index.section(sheet.edition, path)?;
            Some(menu::of_section(index, path, section, &sheet.section))
        }
        MenuItem::Link { label, url } => link(sheet, label, url),
    }
}

fn link(sheet: &Sheet, label: &str, url: &str) -> Option<Value> {
    let base_url = &sheet.press.index.site.base_url;
    let (address, suffix) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let Some(path) = base_url.path_of(address).and_then(UrlPath::new) else {
        return Some(menu::of(label, url.to_owned(), false));
    };
    let index = sheet.tracer.ask(Query::Address(path.clone()));
    let url = format!("{}{suffix}", base_url.local(&path));
    let current = suffix.is_empty() && path == sheet.url;
    (index.address(&path) != Address::Withheld).then(|| menu::of(label, url, current))
}

fn fragment(args: Kwargs, _: &State) -> TeraResult<Value> {
    let html = in_hand()?.fragment(args.must_get::<&str>("name")?)?;
    Ok(Value::safe_string(&html))
}

/// The Content Security Policy, for a `<meta>` element: free of what would have to be escaped.
fn csp(_: Kwargs, _: &State) -> TeraResult<Value> {
    let sheet = in_hand()?;
    Ok(Value::safe_string(&sheet.tracer.ask(Query::Policy).facts.policy))
}

fn structured(_: Kwargs, _: &State) -> TeraResult<Value> {
    Ok(Value::safe_string(&super::structured::structured(&*in_hand()?)))
}

fn asset(args: Kwargs, _: &State) -> TeraResult<String> {
    let sheet = in_hand()?;
    let path = args.must_get::<&str>("path")?;
    for key in static_keys(path) {
        let index = sheet.tracer.ask(Query::File(key.clone()));
        if let Some(asset) = index.facts.files.get(&key) {
            let url = asset.hashed.as_ref().unwrap_or(&asset.url);
            return Ok(index.site.base_url.local(url));
        }
    }
    Err(no_asset(path))
}

fn no_asset(path: &str) -> Error {
    Error::message(format!("there is no static file `{path}` in the theme or in `static/`"))
}

fn asset_text(args: Kwargs, _: &State) -> TeraResult<Value> {
    let sheet = in_hand()?;
    let path = args.must_get::<&str>("path")?;
    for key in static_keys(path) {
        if sheet.tracer.ask(Query::File(key.clone())).facts.files.contains_key(&key) {
            let press = &sheet.press;
            let theme = (&*press.index.site.theme, &press.theme.built_in);
            let text = static_text(&press.root, theme, &key).ok_or_else(|| no_asset(path))?;
            return Ok(Value::safe_string(&text));
        }
    }
    Err(no_asset(path))
}

fn url(args: Kwargs, _: &State) -> TeraResult<Value> {
    let sheet = in_hand()?;
    let written = args.must_get::<&str>("path")?;
    let base = &sheet.press.index.site.base_url;
    let found = match written.strip_prefix("@/") {
        Some(path) => source_url(&sheet, path),
        None => address_url(&sheet, written),
    };
    let absolute = args.get::<bool>("absolute")?.unwrap_or(false);
    let write = |url: UrlPath| if absolute { base.absolute(&url) } else { base.local(&url) };
    Ok(found.map_or_else(Value::none, |url| write(url).into()))
}

/// The absolute URL of a place that the settings name, if it is published.
pub(super) fn place(sheet: &Sheet, written: &str) -> Option<String> {
    let found = match written.strip_prefix("@/") {
        Some(path) => source_url(sheet, path),
        None if written.starts_with('/') => address_url(sheet, written),
        None => return Some(written.to_owned()),
    };
    found.map(|url| sheet.press.index.site.base_url.absolute(&url))
}

fn source_url(sheet: &Sheet, path: &str) -> Option<UrlPath> {
    sheet.tracer.ask_source(&ContentPath::new(path)?).cloned()
}

/// A path from the root is looked for in this page's edition first, then in the whole site.
fn address_url(sheet: &Sheet, written: &str) -> Option<UrlPath> {
    let prefix = &sheet.edition().prefix;
    let in_edition = (!prefix.is_empty()).then(|| format!("/{prefix}{written}"));
    in_edition.into_iter().chain([written.to_owned()]).find_map(|path| {
        let url = UrlPath::new(&path)?;
        let index = sheet.tracer.ask(Query::Address(url.clone()));
        match index.address(&url) {
            Address::Article(_) | Address::Other => Some(url),
            Address::Withheld | Address::Unknown => None,
        }
    })
}

fn t(args: Kwargs, _: &State) -> TeraResult<String> {
    let sheet = in_hand()?;
    let key = args.must_get::<&str>("key")?;
    let n = args.get::<i64>("n")?;
    let texts: Vec<(&str, String)> = args
        .iter()
        .filter_map(|(name, value)| Some((name.as_str()?, value)))
        .filter(|(name, _)| !matches!(*name, "key" | "n"))
        .map(|(name, value)| (name, value.to_string()))
        .collect();
    Ok(sheet.string(key, n, &texts))
}
