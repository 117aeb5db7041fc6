//! The lite edition: every story as text alone, for slow lines and old telephones.
//!
//! Invariant: a page is one file of at most [`MOST`] bytes, whatever the story and the theme
//! are; a text that is too long is cut at the end of a block, and the page says so. It passes
//! the same gate, since it is planned from the same admitted stories.

use super::Rendered;
use crate::{
    base::{Code, Diagnostic, Place},
    edition::{ListKey, ListKind, Query, Slice, Slot},
    site::urls,
    theme::{Layout, Press, Sheet, body, cards, values},
};
use std::sync::Arc;
use tera::Context;

/// The most bytes of a page, before anything is compressed.
pub const MOST: usize = 10_000;

/// What renders a story.
pub(super) const STORY: Layout = Layout::only("lite.html");
/// What renders the front door.
pub(super) const HOME: Layout = Layout::only("lite_home.html");

/// Renders a story's page in the lite edition.
///
/// # Errors
/// A finding: the template failed, or leaves no room; or the file changed meanwhile.
pub fn story(press: &Arc<Press>, slot: Slot) -> Result<Rendered, Diagnostic> {
    let article = press.index.article(slot);
    let base = &press.index.site.base_url;
    let (local, absolute) = (base.local(&article.url), base.absolute(&article.url));
    // Of what only subscribers may read, a page that anybody can read holds no text.
    let mut room = article.paid.then_some(0);
    let mut bare = false;
    let mut before: Box<[u32]> = Box::default();
    loop {
        let mut sheet = press.sheet(article.edition, "lite", urls::lite(&article.url));
        sheet.section = article.section.clone();
        sheet.source = Some(format!("content/{}", article.path));
        sheet.tracer.ask_again(&before);
        sheet.tracer.ask(Query::Article(press.index.id(slot)));
        let text = text(&sheet, slot, room, &local)?;
        let full = values::map([
            ("url", local.as_str().into()),
            ("permalink", absolute.as_str().into()),
            ("cut", room.is_some().into()),
            ("bare", bare.into()),
        ]);
        let mut context = Context::new();
        context.insert_value("story", values::story(&sheet.tracer, slot, &text));
        context.insert_value("full", full);
        let (template, summary) = (sheet.template(STORY), cards::summary(article));
        let (html, asked) = sheet.print(template, &article.title, summary, context)?.whole();
        if html.len() <= MOST {
            return Ok(Rendered::text(html, asked));
        }
        if text.is_empty() && !bare {
            // A standfirst or corrections without end must not stop the news.
            bare = true;
            before = asked;
            continue;
        }
        if text.is_empty() {
            let place = Place::file(format!("content/{}", article.path));
            return Err(too_large("lite.html", html.len()).also(place.label("of this story")));
        }
        // What is taken away is at least what is too much, so this ends.
        room = Some(text.len().saturating_sub(html.len() - MOST));
        before = asked;
    }
}

/// The story's text; its beginning, if there is not room for all of it.
fn text(sheet: &Sheet, slot: Slot, room: Option<usize>, full: &str) -> Result<String, Diagnostic> {
    let Some(room) = room else { return Ok(body::lite(sheet, slot, "")?.0) };
    let (mut html, ends) = body::lite(sheet, slot, full)?;
    let end = ends.into_iter().take_while(|end| *end <= room).last();
    html.truncate(end.unwrap_or(0));
    Ok(html)
}

/// Renders the front door of the lite edition: the newest stories, as many as there is room
/// for.
///
/// # Errors
/// A finding: the template failed, or leaves no room.
pub fn home(press: &Arc<Press>, edition: u8) -> Result<Rendered, Diagnostic> {
    let site = &press.index.site;
    let settings = &site.editions[usize::from(edition)];
    let key = ListKey { edition, kind: ListKind::Latest, slug: "".into() };
    let mut count = site.page_size;
    let mut before: Box<[u32]> = Box::default();
    loop {
        let sheet = press.sheet(edition, "lite", urls::lite(&settings.home()));
        sheet.tracer.ask_again(&before);
        let newest = Slice::Newest(u32::try_from(count).unwrap_or(u32::MAX));
        let cards = cards::cards(&sheet.tracer, &key, newest).unwrap_or_default();
        let shown = cards.len();
        let full = values::map([
            ("url", site.base_url.local(&settings.home()).into()),
            ("permalink", site.base_url.absolute(&settings.home()).into()),
            ("cut", (count < site.page_size).into()),
        ]);
        let mut context = Context::new();
        context.insert_value("cards", cards.into());
        context.insert_value("full", full);
        let template = sheet.template(HOME);
        let (html, asked) = sheet.print(template, "", &settings.description, context)?.whole();
        if html.len() <= MOST {
            return Ok(Rendered::text(html, asked));
        }
        if shown == 0 {
            return Err(too_large("lite_home.html", html.len()));
        }
        count = (shown - 1).min(shown * MOST / html.len());
        before = asked;
    }
}

fn too_large(template: &str, bytes: usize) -> Diagnostic {
    let message = format!("`{template}` takes {bytes} bytes before any text is in it");
    let help = format!("leave out of it what a page of at most {MOST} bytes can do without");
    Diagnostic::new(Code::LiteTooLarge, message).help(help)
}
