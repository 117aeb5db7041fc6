//! Pages that lead elsewhere: old addresses of stories, and numbered pages still to come.

use super::{Output, Rendered};
use crate::{
    base::{Diagnostic, UrlPath},
    edition::{Index, ListKey, Query},
    site::urls,
    theme::Press,
};
use std::sync::Arc;
use tera::{Context, Value};

/// What renders it, where the theme has it.
pub(super) const TEMPLATE: &str = "redirect.html";

/// Where an output leads that is nothing but a way to somewhere else, with the status of HTTP
/// that says so: an old address has moved for good, the place of a page to come has not.
#[must_use]
pub fn target(index: &Index, output: &Output) -> Option<(UrlPath, u16)> {
    match output {
        Output::Redirect(from) => {
            let slot = index.aliases.get(from)?;
            Some((index.article(*slot).url.clone(), 301))
        }
        Output::NextPage(key, _) => Some((index.front_url(key), 302)),
        _ => None,
    }
}

/// Renders the page at an old address.
///
/// # Errors
/// A finding: the theme's template failed.
pub fn alias(press: &Arc<Press>, from: &UrlPath) -> Result<Rendered, Diagnostic> {
    let slot = press.index.aliases.get(from).copied();
    let edition = slot.map_or(0, |slot| press.index.article(slot).edition);
    let to = slot.map(|slot| press.index.article(slot));
    let (url, title) = to.map_or((UrlPath::root(), ""), |a| (a.url.clone(), &*a.title));
    render(press, edition, from, &url, title, Query::Alias(from.clone()))
}

/// Renders the place of a numbered page that is still to come.
///
/// # Errors
/// A finding: the theme's template failed.
pub fn next_page(press: &Arc<Press>, key: &ListKey, page: u32) -> Result<Rendered, Diagnostic> {
    let front = press.index.front_url(key);
    let from = urls::page_of(&front, page);
    render(press, key.edition, &from, &front, "", Query::Settings)
}

fn render(
    press: &Arc<Press>,
    edition: u8,
    from: &UrlPath,
    to: &UrlPath,
    title: &str,
    query: Query,
) -> Result<Rendered, Diagnostic> {
    let sheet = press.sheet(edition, "redirect", from.clone());
    sheet.tracer.ask(query);
    let base = &press.index.site.base_url;
    if sheet.has(TEMPLATE) {
        let mut context = Context::new();
        context.insert_value("target", Value::from(base.local(to)));
        context.insert_value("target_permalink", Value::from(base.absolute(to)));
        return Ok(sheet.print(TEMPLATE, title, "", context)?.into());
    }
    let settings = sheet.edition();
    let (lang, dir) = (&settings.lang, settings.lang.direction().as_str());
    let (local, absolute) = (base.local(to), base.absolute(to));
    let html = format!(
        "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\">\n<meta charset=\"utf-8\">\n\
         <title>{absolute}</title>\n<link rel=\"canonical\" href=\"{absolute}\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <meta http-equiv=\"refresh\" content=\"0; url={local}\">\n<a href=\"{local}\">{absolute}</a>\n</html>\n"
    );
    Ok(Rendered::text(html, sheet.tracer.finish()))
}
