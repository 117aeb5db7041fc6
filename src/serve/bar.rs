//! The bar on each page of the preview: what the editor should know of it.
//!
//! Invariant: it is made from the page's own article and the moment shown, and says nothing that
//! changes by itself; the script counts down and counts findings. It stands in a shadow root, so
//! the site's styles cannot touch it, nor it the site's; and it works without the script.

use super::{Shown, Sight, marks, opener::Opener, overlay};
use crate::{
    base::Moment,
    content::Article,
    edition::{ListKind, State, gate},
    outputs::Output,
};
use chrono_tz::Tz;
use maud::{Markup, html};

/// What the bar says of the page.
#[derive(Debug)]
struct Facts<'a> {
    /// The state's word, its class as well, but for `is_other`: what is neither story nor page.
    state: Option<State>,
    /// The kind of page, where it is no article.
    kind: &'static str,
    article: Option<&'a Article>,
    /// The file behind the page, below the site's folder.
    source: Option<String>,
    /// The moment of the state's next change: when it opens, or when it expires.
    turns: Option<Moment>,
}

/// The bar, and what shows over the page.
#[must_use]
pub fn markup(sight: &Sight<'_>, shown: &Shown<'_>) -> Markup {
    let opener = Opener::new(&sight.index.site, sight.root);
    let facts = facts(sight, shown);
    let marked = facts.state.filter(|state| *state != State::Published);
    html! {
        link rel="stylesheet" href="/_desk/preview.css";
        @if let Some(state) = marked { div.frame.(state.as_str()) hidden {} }
        aside.bar hidden aria-label="Preview" lang="en" dir="ltr" {
            details open {
                summary { (badge(&facts, sight)) }
                div.items {
                    (words(&facts))
                    (source(&facts, &opener))
                    span.item data-count=(page_of(&facts, sight)) hidden { button type="button" { "Findings" } }
                    a.item href="/_desk/" { "Desk" }
                    (moment(sight, shown))
                    span.item.quiet role="status" data-link {}
                }
            }
        }
        dialog.overlay aria-labelledby="overlay-title" {
            div.top {
                h2 #overlay-title { "Findings" }
                button type="button" data-close { "Close" }
            }
            div data-sources {
                @if let Some(failure) = shown.failure.filter(|f| f.is_error()) {
                    (maud::PreEscaped(overlay::panel(std::slice::from_ref(failure), &opener)))
                }
            }
            div data-own {}
        }
    }
}

/// The address of the story that the page shows; empty where it shows none.
fn page_of(facts: &Facts<'_>, sight: &Sight<'_>) -> String {
    facts.article.map_or_else(String::new, |a| sight.index.site.base_url.local(&a.url))
}

fn facts<'a>(sight: &Sight<'a>, shown: &Shown<'a>) -> Facts<'a> {
    let index = sight.index;
    let slot = match shown.planned.map(|planned| &planned.output) {
        Some(Output::Article(slot) | Output::Lite(slot)) => Some(*slot),
        _ => None,
    };
    let article = slot.map(|slot| index.article(slot));
    let state = slot.map(|slot| index.admitted.state(slot));
    let turns = article.zip(state).and_then(|(article, state)| match state {
        State::Embargoed => Some(gate::opens(article)),
        State::Published => article.expires,
        State::Draft | State::Expired => None,
    });
    let (kind, source) = match article {
        Some(article) => ("", Some(format!("content/{}", article.path))),
        None => other(sight, shown),
    };
    Facts { state, kind, article, source, turns }
}

/// What a page is that shows no article, and the file that describes it.
fn other(sight: &Sight<'_>, shown: &Shown<'_>) -> (&'static str, Option<String>) {
    let index = sight.index;
    let file = |slot| format!("content/{}", index.article(slot).path);
    let section = |edition, slug: &str| index.section(edition, slug)?.source.map(file);
    match shown.planned.map(|planned| &planned.output) {
        Some(Output::Home(edition) | Output::LiteHome(edition)) => {
            ("front page", section(*edition, ""))
        }
        Some(Output::Front(key, _)) => match key.kind {
            ListKind::Section => ("section", section(key.edition, &key.slug)),
            ListKind::Tag => ("tag", None),
            ListKind::Author => ("author", author(sight, key.edition, &key.slug)),
            ListKind::Series => ("series", None),
            ListKind::Latest => ("latest", None),
        },
        Some(Output::NotFound(_)) | None => ("nothing here", None),
        Some(_) => ("page", None),
    }
}

/// The profile of an author.
fn author(sight: &Sight<'_>, edition: u8, slug: &str) -> Option<String> {
    let slot = sight.index.people.get(edition, slug)?.profile?;
    Some(format!("content/{}", sight.index.article(slot).path))
}

/// The mark that is seen even when the bar is closed.
fn badge(facts: &Facts<'_>, sight: &Sight<'_>) -> Markup {
    let zone = sight.index.site.timezone;
    let (class, word) = match facts.state {
        Some(state) => (state.as_str(), marks::in_words(state)),
        None => ("other", facts.kind),
    };
    let turns = facts.turns.map(|turns| {
        let verb = if facts.state == Some(State::Embargoed) { "until" } else { "expires" };
        html! { " " (verb) " " (time(turns, zone)) }
    });
    html! {
        span.badge.(class) { (word) }
        @if let Some(turns) = turns { span.turns { (turns) } }
        @if sight.at_is_set { span.badge.travel { "as of " (time(sight.at, zone)) } }
        @if sight.as_published { span.badge.other { "as published" } }
    }
}

/// A moment in the outlet's zone; the script adds how long it is until then.
#[must_use]
pub fn time(moment: Moment, zone: Tz) -> Markup {
    let written = moment.in_zone(zone);
    html! {
        time datetime=(moment.rfc3339(zone)) data-at=(moment.0) title=(zone.name()) {
            (written.format("%a %-d %b %Y, %H:%M").to_string())
        }
    }
}

/// How long the story is.
fn words(facts: &Facts<'_>) -> Markup {
    let Some(article) = facts.article else { return html! {} };
    let minutes = article.minutes();
    let word = if article.words == 1 { "word" } else { "words" };
    html! { span.item { (article.words) " " (word) " · " (minutes) " min" } }
}

fn source(facts: &Facts<'_>, opener: &Opener) -> Markup {
    let Some(path) = &facts.source else { return html! {} };
    match opener.file(path) {
        Some(link) => html! {
            a.item.source href=(link) data-editor { span.quiet { "Open in editor " } bdi { (path) } }
        },
        None => html! { span.item.source { bdi { (path) } } },
    }
}

/// The moment that is shown, and a way to another.
fn moment(sight: &Sight<'_>, shown: &Shown<'_>) -> Markup {
    let zone = sight.index.site.timezone;
    let value = sight.at.in_zone(zone).format("%Y-%m-%dT%H:%M").to_string();
    html! {
        form.item.travel method="get" action=(shown.address) {
            label for="at" { @if sight.at_is_set { "As it will be on" } @else { "Show it as on" } }
            // While the clock moves the field stays empty: a page must not change by itself.
            input #at type="datetime-local" name="at" required value=[sight.at_is_set.then_some(value)];
            button { "Show" }
            @if shown.travel.is_some() { a href=(shown.address) data-now { "Back to now" } }
        }
    }
}
