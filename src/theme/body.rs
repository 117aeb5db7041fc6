//! A story's body: Markdown to HTML, link by link through the tracer.
//!
//! Invariant: a link to what is not published keeps its words and loses its address; when the
//! target appears, the recorded "missing" no longer holds and the page is rendered again.

use super::press::Sheet;
use crate::{
    base::{Code, Diagnostic, Place, UrlPath},
    content::{
        Article, discover,
        markdown::{self, Href, Lite, Picture, Resolve, Words},
    },
    edition::{
        Query, Slot,
        index::Address,
        links::{self, Target},
    },
    site::urls,
};

/// Reads and renders the body of an article. The article must be covered by a question that
/// this page has asked.
///
/// # Errors
/// A finding when the file cannot be read, or is no longer the one that was parsed.
pub fn render(sheet: &Sheet, slot: Slot) -> Result<String, Diagnostic> {
    let article = sheet.press.index.article(slot);
    let text = read(sheet, slot)?;
    let mut html = String::new();
    with_words(sheet, &text, |words| {
        markdown::html(&text, &mut Resolver { sheet, article }, &words, &mut html);
    });
    Ok(html)
}

/// Reads and renders the body of an article for the lite edition; gives the lengths at which
/// it can be cut as well. `away` is the page that has all of it, if this one may not.
///
/// # Errors
/// As [`render`].
pub fn lite(sheet: &Sheet, slot: Slot, away: &str) -> Result<(String, Vec<usize>), Diagnostic> {
    let article = sheet.press.index.article(slot);
    let text = read(sheet, slot)?;
    let (mut html, mut ends) = (String::new(), Vec::new());
    with_words(sheet, &text, |words| {
        let picture = sheet.string("picture", None, &[]);
        let lite = Lite { away, picture: &picture };
        ends = markdown::lite(&text, &mut Resolver { sheet, article }, &words, lite, &mut html);
    });
    Ok((html, ends))
}

/// The body as it is written.
fn read(sheet: &Sheet, slot: Slot) -> Result<String, Diagnostic> {
    let index = &sheet.press.index;
    let article = index.article(slot);
    let shown = format!("content/{}", article.path);
    let stamp = index.admitted.stamp(slot);
    let bytes = discover::read_again(&sheet.press.root.join(&shown), stamp, article.source);
    let Some(text) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) else {
        return Err(Diagnostic::new(
            Code::ChangedMeanwhile,
            format!("`{shown}` changed while the site was being built"),
        )
        .at(Place::file(shown))
        .help("build again"));
    };
    Ok(text[article.body_at as usize..].to_owned())
}

/// Asks for what the markup says; where there is no text there is no markup.
fn with_words(sheet: &Sheet, text: &str, write: impl FnOnce(Words<'_>)) {
    if text.trim().is_empty() {
        return;
    }
    let (footnotes, back, table) = (
        sheet.string("footnotes", None, &[]),
        sheet.string("back_to_text", None, &[]),
        sheet.string("table_scroll_hint", None, &[]),
    );
    let digits = sheet.cldr().digits;
    write(Words { footnotes: &footnotes, back_to_text: &back, table: &table, digits });
}

struct Resolver<'a> {
    sheet: &'a Sheet,
    article: &'a Article,
}

impl Resolve for Resolver<'_> {
    fn link(&mut self, written: &str) -> Href {
        // The policy would not let it run; the lite edition and feeds may have none.
        if links::is_script(written) {
            return Href::Broken;
        }
        let site = &self.sheet.press.index.site;
        let parts = links::read(site, self.article, written);
        let tracer = &self.sheet.tracer;
        let local =
            |url: &UrlPath| Href::To(format!("{}{}", site.base_url.local(url), parts.suffix));
        match &parts.target {
            Target::Here => Href::To(written.to_owned()),
            Target::Elsewhere if written.starts_with("http") || written.starts_with("//") => {
                Href::External(urls::in_ascii(written).into_owned())
            }
            Target::Elsewhere => Href::To(written.to_owned()),
            Target::Source(path) => tracer.ask_source(path).map_or(Href::Broken, local),
            Target::File(key) => {
                let index = tracer.ask(Query::File(key.clone()));
                index.facts.files.get(key).map_or(Href::Broken, |asset| local(&asset.url))
            }
            Target::Address(url) => {
                let index = tracer.ask(Query::Address(url.clone()));
                match index.address(url) {
                    Address::Article(slot) => local(&index.article(slot).url),
                    Address::Other => local(url),
                    Address::Withheld => Href::Broken,
                    // Nothing of ours, but the host may serve something there.
                    Address::Unknown => Href::To(urls::in_ascii(written).into_owned()),
                }
            }
            Target::Nowhere => Href::Broken,
        }
    }

    fn picture(&mut self, written: &str) -> Option<Picture> {
        let site = &self.sheet.press.index.site;
        for key in links::picture_keys(site, self.article, written) {
            let index = self.sheet.tracer.ask(Query::File(key.clone()));
            if let Some(asset) = index.facts.files.get(&key) {
                let url = site.base_url.local(&asset.url);
                let (width, height) = asset.size.unzip();
                return Some(Picture { url, width, height });
            }
        }
        None
    }

    fn hides(&mut self, written: &str) -> bool {
        let site = &self.sheet.press.index.site;
        links::picture_keys(site, self.article, written).into_iter().any(|key| {
            let index = self.sheet.tracer.ask(Query::File(key.clone()));
            index.withheld_files.contains_key(&key)
        })
    }
}
