//! The copy desk: what is wrong with the outlet's content, and where.
//!
//! Invariant: a finding is true of the site as it is planned, since links are held against the
//! plan and not against a guess. Unpublished work is checked as well, but of it a finding names
//! no more than file, line and key. Files are read again only where there is something to show.
//! It stands below `build`, which calls it, and decides nothing about what is published.

mod copy;
mod fault;
mod guess;
mod links;
mod menu;
mod pages;
mod people;
mod publisher;
mod source;
mod strings;
mod tags;
#[cfg(test)]
mod tests;
mod weigh;

pub use source::Sources;
pub use weigh::weigh;

use crate::{
    base::{Code, Diagnostic},
    content::{Article, Kind},
    edition::{Index, Slot, State},
    outputs::{Plan, hosts},
    theme::Theme,
};
use fault::Fault;
use links::Links;
use rayon::prelude::*;
use std::path::Path;

/// What stands in the way of a build: links of published stories that lead out of the content
/// folder.
#[must_use]
pub fn before_build(index: &Index, root: &Path) -> Vec<Diagnostic> {
    let desk = Desk { index, root };
    let faults = desk.each(index.admitted.visible(), |slot| links::out_of_content(index, slot));
    let findings = desk.placed(faults).into_iter();
    findings.filter_map(|finding| weigh::for_build(&index.site.lint, finding)).collect()
}

/// What a build should hear of: broken links and missing pictures of the published articles in
/// `slots`, whether security.txt holds, and whether anything is published. As warnings, since the news must go out.
#[must_use]
pub fn after_build(index: &Index, plan: &Plan, root: &Path, slots: &[Slot]) -> Vec<Diagnostic> {
    let desk = Desk { index, root };
    let links = Links::new(index, plan);
    let mut faults = desk.each(slots, |slot| links.faults(slot));
    faults.retain(|(_, fault)| fault.code != Code::OutsideContent);
    let site = &index.site;
    let security = site.notices.fault(index.admitted.at(), site.timezone);
    let rest = menu::findings(index, &links.pages, root).into_iter().chain(security);
    let rest = rest.chain(no_content(index)).chain(hosts::limits(index, root));
    let findings = desk.placed(faults).into_iter().chain(rest);
    findings.filter_map(|finding| weigh::for_build(&index.site.lint, finding)).collect()
}

/// Everything there is to find. Levels are not applied yet; see [`weigh()`].
#[must_use]
pub fn everything(index: &Index, plan: &Plan, theme: &Theme, root: &Path) -> Vec<Diagnostic> {
    let mut findings = before_build(index, root);
    findings.extend(after_build(index, plan, root, index.admitted.visible()));
    findings.extend(beyond_build(index, plan, theme, root));
    findings
}

/// What there is to find in one file, whether it is published or not. What only a look at the
/// whole outlet shows, such as two spellings of a tag, is not among it.
#[must_use]
pub fn of_article(index: &Index, plan: &Plan, root: &Path, slot: Slot) -> Vec<Diagnostic> {
    let links = Links::new(index, plan);
    let faults = links.faults(slot).into_iter().chain(copy::faults(index, slot));
    let found = article(index, slot).findings.iter().cloned();
    let desk = Desk { index, root };
    found.chain(desk.placed(faults.map(|fault| (slot, fault)).collect())).collect()
}

/// What a build does not look at: the links of unpublished work, and what is merely
/// unfortunate.
fn beyond_build(index: &Index, plan: &Plan, theme: &Theme, root: &Path) -> Vec<Diagnostic> {
    let desk = Desk { index, root };
    let links = Links::new(index, plan);
    let all: Vec<Slot> = (0u32..).take(index.admitted.capacity()).collect();
    let withheld: Vec<Slot> =
        all.iter().copied().filter(|slot| !is_admitted(index, *slot)).collect();
    let mut faults = desk.each(&withheld, |slot| links.faults(slot));
    faults.extend(desk.each(&all, |slot| copy::faults(index, slot)));
    faults.extend(people::faults(index));
    faults.extend(tags::faults(index));
    let mut findings = desk.placed(faults);
    findings.extend(publisher::findings(index, &links.pages, root));
    findings.extend(strings::findings(index, theme));
    findings
}

/// Any row's article. Findings about it must mind [`is_public`].
fn article(index: &Index, slot: Slot) -> &Article {
    &index.admitted.everything()[slot as usize].article
}

fn is_admitted(index: &Index, slot: Slot) -> bool {
    index.admitted.visible().binary_search(&slot).is_ok()
}

/// Whether an article's words may be shown: drafts that `--drafts` admits are still nobody's.
fn is_public(index: &Index, slot: Slot) -> bool {
    is_admitted(index, slot) && index.admitted.state(slot) == State::Published
}

fn no_content(index: &Index) -> Option<Diagnostic> {
    let mut visible = index.admitted.visible().iter();
    let none = !visible.any(|slot| index.article(*slot).kind == Kind::Story);
    none.then(|| {
        Diagnostic::new(Code::NoContent, "there is no story to publish")
            .help("begin one with `masthead new SECTION \"The headline\"`; `masthead list` shows what is not published yet")
    })
}

struct Desk<'a> {
    index: &'a Index,
    root: &'a Path,
}

impl Desk<'_> {
    /// Asks `of` about each article; what it finds comes in the order of `slots`.
    fn each(&self, slots: &[Slot], of: impl Fn(Slot) -> Vec<Fault> + Sync) -> Vec<(Slot, Fault)> {
        let found = slots.par_iter().flat_map_iter(|slot| {
            let slot = *slot;
            of(slot).into_iter().map(move |fault| (slot, fault))
        });
        found.collect()
    }

    /// Looks up the places; each file is read once.
    fn placed(&self, mut faults: Vec<(Slot, Fault)>) -> Vec<Diagnostic> {
        faults.sort_by_key(|(slot, _)| *slot);
        guess::help(self.index, &mut faults);
        let files: Vec<&[(Slot, Fault)]> = faults.chunk_by(|a, b| a.0 == b.0).collect();
        let findings = files.into_par_iter().flat_map_iter(|file| {
            let source = source::Source::read(self.index, self.root, file[0].0);
            file.iter().map(move |(_, fault)| source.finding(fault)).collect::<Vec<_>>()
        });
        findings.collect()
    }
}
