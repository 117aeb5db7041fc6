//! The leaves: each says which files there are and how to make one.
//!
//! Invariant: the plan is complete before anything is rendered, and every path has one owner.
//! Rendering is a pure function of the answers a page gets; it makes no outputs of its own.

pub mod article;
pub mod delivery;
pub mod feed;
pub mod file;
pub mod front;
pub mod headers;
pub mod hosts;
pub mod icon;
pub mod keys;
pub mod lite;
pub mod plan;
pub mod redirect;
pub mod notices;
pub mod sitemap;
mod xml;

pub use plan::{Plan, Planned, plan};

use crate::{
    base::{Diagnostic, Fingerprint, Inset, UrlPath},
    edition::{Index, ListKey, Slice, Slot, icons::Icon},
    site::{FeedFormat, HostFile},
    theme::{Layout, Press, Theme, parts::Printed},
};
use rustc_hash::FxHasher;
use std::{
    hash::{Hash, Hasher},
    path::PathBuf,
    sync::Arc,
};

/// One file of the website.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Output {
    /// A story or plain page.
    Article(Slot),
    /// A story in the lite edition.
    Lite(Slot),
    /// The front door of an edition's lite edition.
    LiteHome(u8),
    /// The front door of an edition.
    Home(u8),
    /// The front of a list, or one of its numbered pages.
    Front(ListKey, Slice),
    /// Where a list's next numbered page will be: until then it leads to the front.
    NextPage(ListKey, u32),
    /// The feed of a list, in a format.
    Feed(ListKey, FeedFormat),
    /// The page shown where there is none.
    NotFound(u8),
    /// A shared part of an edition's pages.
    Fragment(u8, Box<str>),
    /// An old address.
    Redirect(UrlPath),
    /// The list of sitemaps.
    SitemapIndex,
    /// One sitemap.
    Sitemap(Box<str>),
    /// A file of an edition's news sitemap, counted from 0.
    NewsSitemap(u8, u32),
    /// What a web server reads.
    Host(HostFile),
    /// The key by which search engines know the outlet.
    IndexNowKey,
    /// An icon made from the outlet's picture.
    Icon(Icon),
    /// An edition's web manifest.
    Manifest(u8),
    /// `robots.txt` or its like.
    Notice(notices::Notice),
    /// A file as it is, by key.
    File(Box<str>),
    /// The same file under a name that carries its hash.
    Hashed(Box<str>),
}

impl Output {
    /// What the file shows, as a number that stays the same between builds of one program.
    #[must_use]
    pub fn key(&self, index: &Index) -> u64 {
        let mut hasher = FxHasher::default();
        match self {
            // A position changes when files come and go; the identity does not.
            Self::Article(slot) => index.id(*slot).hash(&mut hasher),
            Self::Lite(slot) => ("lite", index.id(*slot)).hash(&mut hasher),
            other => other.hash(&mut hasher),
        }
        hasher.finish()
    }

    /// The template that renders it; `None` for what is made without one.
    #[must_use]
    pub fn template(&self, index: &Index, theme: &Theme) -> Option<String> {
        let layout = match self {
            Self::Article(slot) => article::layout(index.article(*slot).kind),
            Self::Lite(_) => lite::STORY,
            Self::LiteHome(_) => lite::HOME,
            Self::Home(_) => front::HOME,
            Self::Front(key, _) => front::layout(key.kind),
            Self::NotFound(_) => front::NOT_FOUND,
            Self::Fragment(_, name) => return Some(Theme::fragment_template(name)),
            Self::Redirect(_) | Self::NextPage(..) if theme.has(redirect::TEMPLATE) => {
                Layout::only(redirect::TEMPLATE)
            }
            _ => return None,
        };
        Some(layout.template(|name| theme.has(name)).to_owned())
    }

    /// Whether the file shows a page of HTML.
    #[must_use]
    pub fn is_page(&self) -> bool {
        matches!(self, Self::Article(_) | Self::Home(_) | Self::Front(..) | Self::NotFound(_))
    }
}

/// What a file is to hold.
#[derive(Debug)]
pub enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A copy of a file on disk with this fingerprint.
    Copy(PathBuf, Fingerprint),
}

/// A rendered output.
#[derive(Debug)]
pub struct Rendered {
    /// What the file is to hold.
    pub content: Content,
    /// The questions it asked.
    pub asked: Box<[u32]>,
    /// How many of them, at the end, only its insets asked.
    pub lent: u32,
    /// Shared parts that can be exchanged.
    pub insets: Box<[Inset]>,
}

impl Rendered {
    fn text(text: String, asked: Box<[u32]>) -> Self {
        Self::new(Content::Bytes(text.into_bytes()), asked)
    }

    fn new(content: Content, asked: Box<[u32]>) -> Self {
        Self { content, asked, lent: 0, insets: Box::default() }
    }
}

impl From<Printed> for Rendered {
    fn from(page: Printed) -> Self {
        let content = Content::Bytes(page.html.into_bytes());
        Self { content, asked: page.asked, lent: page.lent, insets: page.insets }
    }
}

/// Renders one output.
///
/// # Errors
/// A finding: a template failed, or a source changed meanwhile.
pub fn render(press: &Arc<Press>, output: &Output) -> Result<Rendered, Diagnostic> {
    match output {
        Output::Article(slot) => article::render(press, *slot),
        Output::Lite(slot) => lite::story(press, *slot),
        Output::LiteHome(edition) => lite::home(press, *edition),
        Output::Home(edition) => front::home(press, *edition),
        Output::Front(key, slice) => front::render(press, key, *slice),
        Output::NextPage(key, page) => redirect::next_page(press, key, *page),
        Output::Feed(key, format) => feed::render(press, key, *format),
        Output::NotFound(edition) => front::not_found(press, *edition),
        Output::Fragment(edition, name) => {
            let (html, asked) = press.print_fragment(*edition, name)?;
            Ok(Rendered::text(html, asked))
        }
        Output::Redirect(from) => redirect::alias(press, from),
        Output::SitemapIndex => Ok(sitemap::index(press)),
        Output::Sitemap(name) => Ok(sitemap::shard(press, name)),
        Output::NewsSitemap(edition, file) => Ok(sitemap::news(press, *edition, *file)),
        Output::Host(host) => Ok(hosts::render(press, *host)),
        Output::IndexNowKey => Ok(hosts::indexnow_key(press)),
        Output::Icon(icon) => icon::render(press, *icon),
        Output::Manifest(edition) => Ok(icon::manifest(press, *edition)),
        Output::Notice(notice) => Ok(notices::render(press, *notice)),
        Output::File(key) | Output::Hashed(key) => Ok(file::render(press, key)),
    }
}

/// The file whose body an output shows, if it is one story's.
#[must_use]
pub fn source(press: &Press, output: &Output) -> Option<PathBuf> {
    let (Output::Article(slot) | Output::Lite(slot)) = output else { return None };
    Some(press.root.join("content").join(press.index.article(*slot).path.as_str()))
}
