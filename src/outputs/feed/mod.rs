//! Feeds: what one says, before any format writes it down.
//!
//! Invariant: `updated` is when the content changed, never when the feed was built, and an
//! entry's identity does not change when its address does: it is made of the file's path and
//! the outlet's host (a `tag:` URI, RFC 4151). All addresses are absolute, in full texts too.
//! Which feeds there are and where is said in `edition::feeds`.

mod atom;
mod json;
mod rss;

use super::{Content, Rendered};
use crate::{
    base::{Diagnostic, Moment, UrlPath, clean, slug},
    content::{Article, Term, markdown, media},
    edition::{Index, ListKey, ListKind, Query, Slice, Slot, feeds},
    site::{FeedFormat, Site, urls},
    theme::{Press, Sheet, body, cards},
};
use chrono_tz::Tz;
use std::sync::{Arc, LazyLock};

/// Renders a list's feed.
///
/// # Errors
/// A finding: a story's file changed meanwhile.
pub fn render(
    press: &Arc<Press>,
    key: &ListKey,
    format: FeedFormat,
) -> Result<Rendered, Diagnostic> {
    let index = press.index.clone();
    let sheet = press.sheet(key.edition, "feed", index.feed_url(key, format));
    let bytes = {
        let feed = Feed::gather(&sheet, &index, key)?;
        match format {
            FeedFormat::Atom => atom::write(&feed),
            FeedFormat::Rss => rss::write(&feed),
            FeedFormat::Json => json::write(&feed)?,
        }
    };
    Ok(Rendered::new(Content::Bytes(bytes), sheet.tracer.finish()))
}

/// A feed, whatever its format.
struct Feed<'a> {
    /// The identity of the feed itself.
    id: String,
    lang: &'a str,
    title: String,
    /// The list in a sentence; may be empty.
    about: &'a str,
    /// The page that it stands for.
    page: String,
    /// Where it is itself.
    own: String,
    hub: Option<&'a str>,
    outlet: Writer<'a>,
    zone: Tz,
    /// Newest first.
    entries: Vec<Entry<'a>>,
}

/// A story in a feed.
struct Entry<'a> {
    id: String,
    url: String,
    title: &'a str,
    published: Moment,
    updated: Moment,
    writers: Vec<Writer<'a>>,
    tags: &'a [Term],
    /// The standfirst, or else the beginning of the text; may be empty.
    summary: &'a str,
    /// The whole text as HTML, where the settings want it.
    text: Option<String>,
    picture: Option<Picture<'a>>,
}

/// Somebody in a byline, or the outlet.
struct Writer<'a> {
    name: &'a str,
    url: String,
}

/// A story's lead picture.
struct Picture<'a> {
    url: String,
    media_type: Option<&'static str>,
    size: Option<(u32, u32)>,
    alt: &'a str,
    caption: &'a str,
    credit: &'a str,
}

impl<'a> Feed<'a> {
    /// Asks for everything that a feed says.
    fn gather(sheet: &Sheet, index: &'a Index, key: &ListKey) -> Result<Self, Diagnostic> {
        let site = &index.site;
        let edition = &site.editions[usize::from(key.edition)];
        let limit = u32::try_from(site.feeds.limit).unwrap_or(u32::MAX);
        sheet.tracer.ask(Query::Feed(key.clone(), limit));
        let newest = Slice::Newest(limit);
        let list = index.lists.get(key).and_then(|list| list.slice(newest, site.page_size));
        let entries: Result<Vec<_>, _> =
            list.into_iter().flatten().map(|slot| Entry::gather(sheet, index, slot)).collect();
        let (name, about) = about(sheet, index, key);
        let page = index.fed_page(key);
        Ok(Self {
            id: tag_uri(index, &page.encoded()),
            lang: edition.lang.as_str(),
            title: match key.kind {
                ListKind::Latest => edition.title.clone(),
                _ => format!("{name} – {}", edition.title),
            },
            about,
            page: site.base_url.absolute(&page),
            own: site.base_url.absolute(&sheet.url),
            hub: site.feeds.hub.as_deref(),
            outlet: Writer { name: &edition.title, url: site.base_url.absolute(&edition.home()) },
            zone: site.timezone,
            entries: entries?,
        })
    }

    /// When the newest story was first published; `None` where there is none.
    fn published(&self) -> Option<Moment> {
        self.entries.iter().map(|entry| entry.published).max()
    }

    /// When any of its stories last changed.
    fn updated(&self) -> Option<Moment> {
        self.entries.iter().map(|entry| entry.updated).max()
    }
}

/// What a list is called, and what its description says of it.
fn about<'a>(sheet: &Sheet, index: &'a Index, key: &ListKey) -> (&'a str, &'a str) {
    let (edition, slug) = (key.edition, &key.slug);
    let described = match key.kind {
        ListKind::Latest => {
            let settings = &index.site.editions[usize::from(edition)];
            return (&settings.title, &settings.description);
        }
        ListKind::Section => {
            sheet.tracer.ask(Query::Section(edition, slug.clone()));
            index.section(edition, slug).and_then(|section| section.source)
        }
        ListKind::Author => {
            sheet.tracer.ask(Query::Person(edition, slug.clone()));
            index.people.get(edition, slug).and_then(|person| person.profile)
        }
        ListKind::Tag | ListKind::Series => {
            sheet.tracer.ask(Query::Name(key.clone()));
            None
        }
    };
    let summary = described.map_or("", |slot| &*index.article(slot).summary);
    (index.name(key).unwrap_or_default(), summary)
}

impl<'a> Entry<'a> {
    /// Reads a story of which the feed has asked.
    fn gather(sheet: &Sheet, index: &'a Index, slot: Slot) -> Result<Self, Diagnostic> {
        let (article, base) = (index.article(slot), &index.site.base_url);
        let people = article.authors.iter();
        let people = people.filter_map(|author| index.people.written(article.edition, author));
        let writers = people.map(|p| Writer { name: &p.name, url: base.absolute(&p.url) });
        Ok(Self {
            id: entry_id(index, slot),
            url: base.absolute(&article.url),
            title: &article.title,
            published: article.date,
            updated: index.admitted.last_change(article),
            writers: writers.collect(),
            tags: &article.tags,
            summary: cards::summary(article),
            text: match index.site.feeds.full_text && !article.paid {
                true => Some(text(sheet, index, slot)?),
                false => None,
            },
            picture: picture(index, article),
        })
    }
}

/// The whole text of a story. Feed readers show it far away from its page, and few know where
/// that was, so every address in it is made absolute. Nor do they know the outlet's policy, so
/// nothing is left in it that could run, load or be sent.
fn text(sheet: &Sheet, index: &Index, slot: Slot) -> Result<String, Diagnostic> {
    sheet.tracer.ask(Query::Article(index.id(slot)));
    let html = body::render(sheet, slot)?;
    let (base, page) = (&index.site.base_url, &index.article(slot).url);
    let absolute = |written: &str| match urls::is_absolute(written) {
        true => None,
        false => base.absolute_of(page, written),
    };
    let html = markdown::readdressed(clean(&html).into_owned(), absolute);
    Ok(HARMLESS.clean(&html).to_string())
}

/// What may stand in a full text: what Markdown gives, and what else the crate holds for harmless.
/// Scripts, events, styles, forms and frames are not of it.
static HARMLESS: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::default();
    builder
        .add_tags([
            "figure",
            "figcaption",
            "section",
            "picture",
            "source",
            "video",
            "audio",
            "track",
        ])
        .add_generic_attributes(["dir", "id", "role", "aria-label", "aria-hidden", "class"])
        .add_tag_attributes("img", ["srcset", "sizes", "loading", "decoding"])
        .add_tag_attributes("source", ["src", "srcset", "sizes", "type", "media"])
        .add_tag_attributes("video", ["src", "poster", "controls", "width", "height"])
        .add_tag_attributes("audio", ["src", "controls"])
        .add_tag_attributes("track", ["src", "kind", "srclang", "label"])
        .add_tag_attributes("a", ["rel"])
        .link_rel(None);
    builder
});

fn picture<'a>(index: &'a Index, article: &'a Article) -> Option<Picture<'a>> {
    let (image, asset) = index.lead(article)?;
    let url = index.lead_url(article)?;
    Some(Picture {
        media_type: media::type_of(&url),
        url,
        size: asset.and_then(|asset| asset.size),
        alt: &image.alt,
        caption: &image.caption,
        credit: &image.credit,
    })
}

/// A permanent identity: the path under which the file was first published, and the outlet's
/// host. A story whose file lies where another one lay before keeps the file's ending in it.
fn entry_id(index: &Index, slot: Slot) -> String {
    let article = index.article(slot);
    let place = feeds::place_of(article);
    let path = match former_path(&index.site, article, place) {
        Some(former) => former,
        None if index.lies_in_anothers_place(slot) => article.path.to_string(),
        None => place.to_owned(),
    };
    match UrlPath::new(&format!("/{path}")) {
        Some(path) => tag_uri(index, &path.encoded()),
        None => tag_uri(index, &path),
    }
}

/// Where the file of a story lay that has been moved, as its oldest alias tells. Where addresses
/// are those of files, a story that has no slug of its own has another address only because its
/// file was moved; one that has kept its slug, because it was moved to another folder. An alias of
/// one segment is a short cut.
fn former_path(site: &Site, article: &Article, path: &str) -> Option<String> {
    if !site.permalink.is_mirror() {
        return None;
    }
    let aliases = article.aliases.iter().map(|alias| alias.as_str().trim_matches('/'));
    let (folder, last) = aliases.filter_map(|alias| alias.rsplit_once('/')).next()?;
    let (_, stem) = path.rsplit_once('/')?;
    if slug::of_file(stem).as_deref() == Some(&*article.slug) {
        return Some(format!("{folder}/{last}"));
    }
    (last == &*article.slug).then(|| format!("{folder}/{stem}"))
}

fn tag_uri(index: &Index, path: &str) -> String {
    format!("tag:{},2000:{path}", index.site.feeds.id_host)
}
