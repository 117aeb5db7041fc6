//! Links and pictures: whether they lead anywhere.
//!
//! Invariant: a link is broken here exactly if a reader of the page would find it dead, or
//! without its address. Addresses on other sites are not looked at: a check needs no network.

use super::{
    article,
    fault::{Fault, Spot, short},
    is_public,
    pages::{Page, Pages, View},
};
use crate::{
    base::{Code, suggest},
    content::{Article, Inside, Kind, Link},
    edition::{
        Index, Slot, State,
        links::{self, Target},
    },
    outputs::Plan,
};
use std::{borrow::Cow, ops::Bound};

/// Every link of the outlet, to be asked about.
pub(super) struct Links<'a> {
    index: &'a Index,
    /// What links can lead to.
    pub pages: Pages<'a>,
}

/// An article whose links are looked at.
struct Reader<'a> {
    article: &'a Article,
    view: View,
}

impl<'a> Links<'a> {
    /// Lists what links can lead to.
    pub fn new(index: &'a Index, plan: &'a Plan) -> Self {
        Self { index, pages: Pages::new(index, plan) }
    }

    /// What is wrong with the links and pictures of an article.
    pub fn faults(&self, slot: Slot) -> Vec<Fault> {
        let article = article(self.index, slot);
        let reader = Reader { article, view: View::of(self.index, article) };
        let inside = article.inside.open();
        let links = inside.links.iter().filter_map(|link| self.link(&reader, link));
        let pictures = named_once(&inside.pictures);
        let pictures =
            pictures.filter_map(|p| self.picture(&reader, &p.target, || Spot::target(p)));
        let lead = article.image.iter();
        let lead = lead
            .filter_map(|i| self.picture(&reader, &i.src, || Spot::Key("image", i.src.clone())));
        links.chain(pictures).chain(lead).collect()
    }

    fn link(&self, reader: &Reader<'a>, link: &Link) -> Option<Fault> {
        let parts = links::read(&self.index.site, reader.article, &link.target);
        let page = match &parts.target {
            Target::Here => Page::Article(reader.article),
            Target::Elsewhere => return None,
            Target::Source(path) => self.pages.of_file(path, &reader.view),
            Target::Address(url) => self.pages.at(url, &reader.view),
            Target::File(key) if self.index.facts.files.contains_key(key) => Page::Other,
            Target::File(key) => match self.owner(key, &reader.view) {
                Some(Page::Withheld(story)) => {
                    let fault = fault(Code::BrokenLink, link, withheld_file(&link.target));
                    return Some(fault.label("not published now").help(belongs_to(story)));
                }
                Some(_) => Page::Other,
                None => Page::Nothing,
            },
            Target::Nowhere => return Some(nowhere(link)),
        };
        match page {
            Page::Other => None,
            Page::Article(target) => {
                let anchor = parts.anchor()?;
                self.anchor(reader.article, target, &anchor, link)
            }
            Page::Withheld(target) => Some(self.withheld(link, target)),
            Page::Nothing => Some(broken(link)),
        }
    }

    fn withheld(&self, link: &Link, target: &Article) -> Fault {
        let why = match State::of(target, self.index.admitted.at()) {
            State::Draft => "is a draft",
            State::Embargoed => "is under embargo",
            State::Expired => "has expired",
            State::Published => "is published, but not when this story is",
        };
        let help = format!(
            "`content/{}` {why}; until that changes, readers see the words without a link",
            target.path
        );
        let message = format!("`{}` leads to a story that is not published", short(&link.target));
        fault(Code::BrokenLink, link, message).label("not published now").help(help)
    }

    fn anchor(&self, from: &Article, target: &Article, anchor: &str, link: &Link) -> Option<Fault> {
        // Text fragments (`:~:text=`) are for the browser.
        let anchor = anchor.split(":~:").next().unwrap_or_default();
        // A home page has bands for its sections, which the theme names.
        let is_home = target.kind == Kind::Section && target.section.is_empty();
        if anchor.is_empty() || anchor.eq_ignore_ascii_case("top") || is_home {
            return None;
        }
        let ids = ids(target);
        if ids.iter().any(|id| id == anchor) {
            return None;
        }
        let other = format!("the page of `content/{}`", target.path);
        let page = if target.path == from.path { "this page" } else { &other };
        let message = format!("there is no anchor `#{}` on {page}", short(anchor));
        let fault = fault(Code::BrokenAnchor, link, message).label("no such anchor");
        let slot = self.index.slot_of(&target.path);
        let shown = slot.is_some_and(|slot| is_public(self.index, slot));
        Some(match suggest::nearest(anchor, ids.iter().map(AsRef::as_ref)).filter(|_| shown) {
            Some(near) => fault.help(format!("did you mean `#{near}`?")),
            None => fault.help(
                "an anchor is made from a heading's words, or is set with `## Heading {#anchor}`",
            ),
        })
    }

    fn picture(
        &self,
        Reader { article, view }: &Reader,
        written: &str,
        spot: impl FnOnce() -> Spot,
    ) -> Option<Fault> {
        let target = links::read(&self.index.site, article, written).target;
        let there = match &target {
            Target::Elsewhere => true,
            // A file of the theme is no picture of ours, but it is served.
            Target::Address(url) if self.pages.has(url) => true,
            _ => self.index.file(article, written).is_some(),
        };
        if there {
            return None;
        }
        if target == Target::Nowhere && leads_out(written) {
            return Some(outside(written, spot()));
        }
        let keys = links::picture_keys(&self.index.site, article, written);
        match keys.iter().find_map(|key| self.owner(key, view)) {
            Some(Page::Withheld(story)) => {
                let fault = Fault::new(Code::MissingPicture, spot(), withheld_file(written));
                return Some(fault.label("not published now").help(belongs_to(story)));
            }
            Some(_) => return None,
            None => {}
        }
        let message = format!("there is no picture `{}`", short(written));
        let fault = Fault::new(Code::MissingPicture, spot(), message).label("no such file");
        Some(fault.help(match template_syntax(written) {
            Some(help) => help.to_owned(),
            None => self.picture_help(&target),
        }))
    }

    /// The story in whose folder a withheld file lies.
    fn owner(&self, key: &str, view: &View) -> Option<Page<'a>> {
        let story = self.index.withheld_files.get(key)?;
        Some(self.pages.of_file(story, view))
    }

    fn picture_help(&self, target: &Target) -> String {
        let key = match target {
            Target::File(key) => key.to_string(),
            Target::Address(url) => format!("static{url}"),
            _ => return "put the picture beside the story, or under `static/`".to_owned(),
        };
        let (folder, name) = key.rsplit_once('/').unwrap_or(("static", &key));
        match suggest::nearest(name, self.files_in(folder)) {
            Some(near) => format!("did you mean `{near}`, which lies in the same folder?"),
            None => format!("put the file into `{folder}/`, or take the picture out"),
        }
    }

    fn files_in(&self, folder: &str) -> impl Iterator<Item = &str> {
        let folder = format!("{folder}/");
        let files = self
            .index
            .facts
            .files
            .range::<str, _>((Bound::Included(folder.as_str()), Bound::Unbounded));
        let here = files.map(|(key, _)| key.strip_prefix(folder.as_str()).unwrap_or_default());
        let names: Vec<&str> = here.take_while(|name| !name.is_empty()).collect();
        names.into_iter().filter(|name| !name.contains('/'))
    }
}

/// Pictures without those that their tag has named before, in `src` and `srcset`.
fn named_once<'p>(pictures: &'p [Link<'p>]) -> impl Iterator<Item = &'p Link<'p>> {
    let before = |nth: usize| pictures[..nth].iter().rev();
    let is_new = move |(nth, picture): &(usize, &Link)| {
        let mut of_tag = before(*nth).take_while(|other| other.at == picture.at);
        !of_tag.any(|other| other.target == picture.target)
    };
    pictures.iter().enumerate().filter(is_new).map(|(_, picture)| picture)
}

/// The ids on an article's page: those of its text, and those that are kept free for the theme
/// (docs/themes.md).
fn ids(target: &Article) -> Vec<Cow<'_, str>> {
    let Inside { outline, anchors, .. } = target.inside.open();
    let of_page: &[&str] = match target.kind {
        Kind::Story | Kind::Page if target.corrections.is_empty() => &["main", "menu"],
        Kind::Story | Kind::Page => &["main", "menu", "corrections", "corrections-title"],
        Kind::Section | Kind::Author => &["main", "menu", "river"],
    };
    let of_page = of_page.iter().copied().map(Cow::Borrowed);
    outline.into_iter().map(|heading| heading.id).chain(anchors).chain(of_page).collect()
}

fn withheld_file(written: &str) -> String {
    format!("`{}` belongs to a story that is not published", short(written))
}

fn belongs_to(story: &Article) -> String {
    let story = &story.path;
    format!(
        "it lies in the folder of `content/{story}`, and is seen when that is; put a copy beside this story"
    )
}

fn fault(code: Code, link: &Link, message: String) -> Fault {
    Fault::new(code, Spot::target(link), message)
}

fn broken(link: &Link) -> Fault {
    let message = format!("`{}` leads to no page of this site", short(&link.target));
    let fault = fault(Code::BrokenLink, link, message).label("no such page");
    if let Some(help) = template_syntax(&link.target) {
        return fault.help(help);
    }
    Fault { lost: Some((*link.target).into()), ..fault }
}

/// What to say of a target that another program was meant to fill in.
fn template_syntax(written: &str) -> Option<&'static str> {
    let help = "`{{ … }}` and `{% … %}` are text in a story: write the path itself, such as \
                `/pictures/river.jpg`";
    (written.contains("{{") || written.contains("{%")).then_some(help)
}

/// Links and pictures that lead out of the content folder: what the file itself gets wrong,
/// wherever it stands in the outlet.
pub(super) fn out_of_content(index: &Index, slot: Slot) -> Vec<Fault> {
    let article = article(index, slot);
    // Asked in every build, of every article: most are known at a glance to have no such link.
    if !article.climbs {
        return Vec::new();
    }
    let inside = article.inside.open();
    let climbing = |link: &&Link| leads_out(&link.target);
    let links = inside.links.iter().chain(&inside.pictures).filter(climbing);
    let nowhere = links.filter(|link| index.resolve(article, &link.target) == Target::Nowhere);
    let lead = article.image.iter().filter(|image| {
        leads_out(&image.src) && index.resolve(article, &image.src) == Target::Nowhere
    });
    let lead = lead.map(|i| outside(&i.src, Spot::Key("image", i.src.clone())));
    nowhere.map(|link| outside(&link.target, Spot::target(link))).chain(lead).collect()
}

/// A target that cannot be.
fn nowhere(link: &Link) -> Fault {
    if leads_out(&link.target) { outside(&link.target, Spot::target(link)) } else { broken(link) }
}

/// Whether a file is meant that lies above the content folder. Without an ending, a target is
/// an address, and browsers stop at the root of the site.
fn leads_out(written: &str) -> bool {
    let path = written.split(['?', '#']).next().unwrap_or_default();
    let file = path.starts_with("@/") || path.rsplit('/').next().is_some_and(|n| n.contains('.'));
    file && !path.starts_with('/') && path.split('/').any(|part| part == "..")
}

fn outside(written: &str, spot: Spot) -> Fault {
    let message = format!("`{}` leads out of the `content/` folder", short(written));
    Fault::new(Code::OutsideContent, spot, message).label("one `../` too many").help(
        "move the file into `content/` beside the story, or into `static/` and write its path \
         from the root of the site, such as `/reports/budget.pdf`",
    )
}
