//! A story, or a plain page.

use super::Rendered;
use crate::{
    base::Diagnostic,
    content::Kind,
    edition::{Query, Slot},
    theme::{Layout, Press, body, structured::Subject, values},
};
use std::sync::Arc;
use tera::Context;

/// What renders an article.
pub(super) fn layout(kind: Kind) -> Layout {
    match kind {
        Kind::Page => Layout::either("page.html", "story.html"),
        Kind::Story | Kind::Section | Kind::Author => Layout::only("story.html"),
    }
}

/// Renders an article's page.
///
/// # Errors
/// A finding: the template failed, or the file changed meanwhile.
pub fn render(press: &Arc<Press>, slot: Slot) -> Result<Rendered, Diagnostic> {
    let article = press.index.article(slot);
    let kind = if article.kind == Kind::Page { "page" } else { "story" };
    let mut sheet = press.sheet(article.edition, kind, article.url.clone());
    let template = sheet.template(layout(article.kind));
    sheet.section = article.section.clone();
    if article.kind == Kind::Story {
        sheet.subject = Subject::Story(slot);
    }
    sheet.source = Some(format!("content/{}", article.path));
    sheet.tracer.ask(Query::Article(press.index.id(slot)));
    let html = body::render(&sheet, slot)?;
    let mut context = Context::new();
    context.insert_value("story", values::story(&sheet.tracer, slot, &html));
    let description = if article.summary.is_empty() { &article.excerpt } else { &article.summary };
    Ok(sheet.print(template, &article.title, description, context)?.into())
}
