//! The desk as a page: made here, so that it can be read without a script.
//!
//! Invariant: every word of a file is escaped. A section that has nothing to say says so in a
//! line; one that has too much shows the beginning and a link to all of it.

use super::{
    super::{
        Sight, bar,
        opener::Opener,
        overlay::{counted, one},
    },
    facts::{Asked, Desk, Faulty, List, Story},
};
use crate::base::Diagnostic;
use chrono_tz::Tz;
use maud::{DOCTYPE, Markup, html};

/// What the sections need besides the facts.
struct Room<'a> {
    zone: Tz,
    asked: &'a Asked,
    opener: &'a Opener,
}

/// The page.
pub fn markup(desk: &Desk, sight: &Sight<'_>, asked: &Asked, opener: &Opener) -> Markup {
    let room = Room { zone: sight.index.site.timezone, asked, opener };
    html! {
        (DOCTYPE)
        html lang="en" dir="ltr" data-desk data-edition=(desk.edition) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                title { "Desk – " (desk.title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/_desk/preview.css";
                script src="/_desk/preview.js" defer {}
            }
            body.desk {
                header {
                    h1 { "Desk" span.quiet { " · " bdi { (desk.title) } } }
                    (homes(desk))
                    (filter(&room))
                }
                main {
                    (edition(desk, &room, sight))
                    (room.sources(desk))
                    (room.waiting(&desk.drafts, "Drafts", "No drafts.", "dated"))
                    (room.waiting(&desk.embargoed, "Under embargo", "Nothing is under embargo.", "opens"))
                    (room.waiting(&desk.expiring, "About to expire", "Nothing expires in the next 7 days.", "expires"))
                    (room.waiting(&desk.expired, "Expired lately", "Nothing expired in the last 7 days.", "expired"))
                    (room.findings(&desk.findings))
                    (room.of_site(&desk.of_site))
                    (room.pictures(&desk.pictures))
                    (room.changed(&desk.changed))
                }
                p.status role="status" data-link {}
            }
        }
    }
}

fn homes(desk: &Desk) -> Markup {
    html! {
        nav aria-label="Front pages" {
            ul {
                @for home in &desk.homes {
                    li { a href=(home.url) lang=(home.lang) { bdi { (home.name) } } }
                }
            }
        }
    }
}

fn filter(room: &Room<'_>) -> Markup {
    html! {
        form.filter role="search" action="/_desk/" {
            label for="q" { "Show only" }
            input #q type="search" name="q" value=(room.asked.q) placeholder="words of a path or headline";
            @if !room.asked.all.is_empty() { input type="hidden" name="all" value=(room.asked.all); }
            button { "Show" }
        }
    }
}

/// The edition in figures.
fn edition(desk: &Desk, room: &Room<'_>, sight: &Sight<'_>) -> Markup {
    html! {
        section.edition aria-labelledby="edition" {
            h2 #edition { "This edition" }
            dl {
                div { dt { "Shown" } dd {
                    @if desk.at_is_set { "as of " (bar::time(sight.at, room.zone)) } @else { "as it is now" }
                    @if desk.as_published { ", as the public sees it" }
                } }
                div { dt { "Changes next" } dd {
                    @match desk.changes {
                        Some(moment) => (bar::time(moment, room.zone)),
                        None => "not by itself",
                    }
                } }
                div { dt { "Published" } dd { (desk.published) @if desk.published == 1 { " page" } @else { " stories and pages" } } }
                div { dt { "Files of the website" } dd { (desk.files) } }
                div { dt { "Zone" } dd { (room.zone.name()) } }
            }
        }
    }
}

impl Room<'_> {
    /// A section with a heading that says how much there is.
    fn section<T>(&self, list: &List<T>, title: &str, none: &str, body: Markup) -> Markup {
        html! {
            section aria-labelledby=(list.id) {
                h2 #(list.id) { (title) " " span.number { (list.total) } }
                @if list.total == 0 { p.quiet { (none) } }
                @else if list.fitting == 0 { p.quiet { "None of them fits " q { (self.asked.q) } "." } }
                @else { (body) }
                @if list.fitting > list.shown.len() {
                    p.more {
                        "The first " (list.shown.len()) " of " (list.fitting) ". "
                        a href=(self.all(list.id)) { "See all " (list.fitting) span.unseen { " under " (title) } }
                    }
                }
            }
        }
    }

    /// The address of the desk with all of one section.
    fn all(&self, id: &str) -> String {
        let q = percent_encoding::utf8_percent_encode(
            &self.asked.q,
            percent_encoding::NON_ALPHANUMERIC,
        );
        format!("/_desk/?q={q}&all={id}#{id}")
    }

    fn waiting(&self, list: &List<Story>, title: &str, none: &str, verb: &str) -> Markup {
        let body = html! {
            ul.stories { @for story in &list.shown { (self.story(story, verb)) } }
        };
        self.section(list, title, none, body)
    }

    fn story(&self, story: &Story, verb: &str) -> Markup {
        html! {
            li {
                p.headline {
                    @match &story.url {
                        Some(url) => a href=(url) { bdi { (story.title) } },
                        None => bdi { (story.title) },
                    }
                }
                p.about {
                    @if !story.when.is_empty() { span { (verb) " " (bar::time(story.moment, self.zone)) } " · " }
                    (self.file(&story.path))
                }
            }
        }
    }

    /// A file, with a link that opens it.
    fn file(&self, path: &str) -> Markup {
        match self.opener.file(path) {
            Some(link) => {
                html! { a.file href=(link) title="Open in the editor" { bdi { (path) } } }
            }
            None => html! { bdi.file { (path) } },
        }
    }

    /// What keeps the outlet from being renewed.
    fn sources(&self, desk: &Desk) -> Markup {
        let errors: Vec<&Diagnostic> = desk.sources.iter().filter(|f| f.is_error()).collect();
        html! {
            @if !errors.is_empty() {
                section.alarm aria-labelledby="errors" {
                    h2 #errors { "To be mended first " span.number { (errors.len()) } }
                    p { "Until then the preview shows the last good edition." }
                    @for finding in errors { (one(finding, self.opener)) }
                }
            }
        }
    }

    fn findings(&self, list: &List<Faulty>) -> Markup {
        let body = html! { @for file in &list.shown { (self.faulty(file)) } };
        self.section(list, "Stories with findings", "Nothing is wrong with the stories.", body)
    }

    fn faulty(&self, file: &Faulty) -> Markup {
        html! {
            details {
                summary { bdi { (file.path) } " " span.quiet { (counted(file.findings.iter())) } }
                @for finding in &file.findings { (one(finding, self.opener)) }
            }
        }
    }

    fn of_site(&self, findings: &[Diagnostic]) -> Markup {
        html! {
            section aria-labelledby="site" {
                h2 #site { "Findings of the whole site " span.number { (findings.len()) } }
                @if findings.is_empty() { p.quiet { "Nothing is wrong with the rest." } }
                @for finding in findings { (one(finding, self.opener)) }
            }
        }
    }

    fn pictures(&self, list: &List<String>) -> Markup {
        let body = html! { ul.plain { @for path in &list.shown { li { (self.file(path)) } } } };
        self.section(list, "Pictures that nothing shows", "Every picture is shown somewhere.", body)
    }

    fn changed(&self, list: &List<String>) -> Markup {
        let body = html! { ul.plain { @for url in &list.shown { li { a href=(url) { bdi { (url) } } } } } };
        let none = "None of the pages that you have looked at.";
        self.section(list, "Pages that the last edit changed", none, body)
    }
}
