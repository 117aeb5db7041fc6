//! Live reload: each open tab is told when its own page is another, by server-sent events.
//!
//! Invariant: a tab hears of nothing that does not concern it. Whether its page is another is
//! found by asking the page's recorded questions again, as for every page; where nothing but the
//! addresses of style sheets differ, the styles are swapped and the page stays.

use super::{
    answer::{self, Travel, said},
    cache::Page,
    newsroom::Newsroom,
    opener::Opener,
    outlet::Outlet,
    overlay,
};
use crate::{
    base::{Code, Diagnostic, Fingerprint},
    edition::Query,
};
use axum::{
    body::Body,
    http::Response,
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use serde_json::json;
use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};
use tokio::sync::watch;

/// A sign of life is sent so often, so that a tab that has gone is noticed.
const PULSE: Duration = Duration::from_secs(15);

/// An open tab.
struct Tab {
    newsroom: Arc<Newsroom>,
    editions: watch::Receiver<u64>,
    /// The page's address.
    page: String,
    travel: Option<Travel>,
    /// What the tab shows.
    showing: Option<Showing>,
    /// The tag of it as it was sent, with what editors need added.
    etag: String,
    /// The findings that it was told of.
    told: Option<String>,
    waiting: VecDeque<Event>,
}

/// A page as a tab has it.
#[derive(Clone)]
struct Showing {
    page: Arc<Page>,
    /// The style sheets that it links, each with the fingerprint of what is in it.
    styles: Vec<(String, Fingerprint)>,
}

/// Opens the stream of events of a tab: `page` is its address, `shown` the tag of what it shows.
pub fn open(newsroom: &Arc<Newsroom>, query: &str, travel: Option<Travel>) -> Response<Body> {
    let mut editions = newsroom.editions();
    editions.mark_unchanged();
    let tab = Tab {
        newsroom: newsroom.clone(),
        editions,
        page: said(query, "page").unwrap_or_else(|| "/".to_owned()),
        travel,
        showing: None,
        etag: String::new(),
        told: None,
        waiting: VecDeque::new(),
    };
    let shown = said(query, "shown").unwrap_or_default();
    let events = stream::unfold((tab, Some(shown)), |(mut tab, shown)| async move {
        if let Some(shown) = shown {
            tab.begin(&shown).await;
        }
        let event = tab.next().await?;
        Some((Ok::<_, Infallible>(event), (tab, None)))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(PULSE)).into_response()
}

impl Tab {
    /// Takes stock: a tab that shows something else than it would be sent now has to reload.
    async fn begin(&mut self, shown: &str) {
        // The first line tells the browser that the stream is open.
        self.waiting.push_back(Event::default().comment("open"));
        let outlet = answer::outlet(&self.newsroom, self.travel.as_ref()).await;
        if self.is_desk() {
            // The desk says which edition it shows; one more may have come since it was sent.
            if !shown.is_empty() && shown != outlet.number.to_string() {
                self.reload();
            }
            return;
        }
        let Some((page, failure, etag)) = self.look(&outlet).await else { return };
        self.showing = page.map(|page| Showing { styles: styles(&outlet, &page), page });
        if !shown.is_empty() && shown != etag {
            self.reload();
        }
        self.etag = etag;
        self.tell(&outlet, failure.as_ref());
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            self.editions.changed().await.ok()?;
            self.editions.mark_unchanged();
            self.look_again().await;
        }
    }

    fn is_desk(&self) -> bool {
        self.page.starts_with("/_desk")
    }

    fn reload(&mut self) {
        self.waiting.push_back(Event::default().event("reload").data("{}"));
    }

    /// The page as it is now, why it could not be rendered, and the tag of what would be sent.
    async fn look(
        &self,
        outlet: &Arc<Outlet>,
    ) -> Option<(Option<Arc<Page>>, Option<Diagnostic>, String)> {
        let url = outlet.url(&self.page);
        let planned = url.as_ref().and_then(|url| outlet.find(&url.file()));
        let planned = planned.or_else(|| outlet.not_found(&self.page))?;
        let made = answer::make(&self.newsroom, outlet, self.travel.as_ref(), planned).await;
        let asked = answer::Asked::of_tab(&self.newsroom, &self.page, self.travel.as_ref());
        let etag = asked.etag(outlet, planned, &made);
        Some((made.page, made.failure, etag))
    }

    /// Finds out what another outlet means for this tab.
    async fn look_again(&mut self) {
        if self.is_desk() {
            return self.reload();
        }
        let outlet = answer::outlet(&self.newsroom, self.travel.as_ref()).await;
        let Some((page, failure, etag)) = self.look(&outlet).await else { return };
        if let Some(page) = page.filter(|_| failure.is_none()) {
            self.compare(&outlet, page, etag);
        }
        self.tell(&outlet, failure.as_ref());
    }

    fn compare(&mut self, outlet: &Outlet, page: Arc<Page>, etag: String) {
        let now = Showing { styles: styles(outlet, &page), page };
        let added = std::mem::replace(&mut self.etag, etag);
        let Some(before) = self.showing.replace(now.clone()) else { return self.reload() };
        match difference(&before, &now) {
            // The page is the same; the bar on it may say something else.
            Difference::Nothing if added != self.etag => self.reload(),
            Difference::Nothing => {}
            Difference::Styles(swaps) => {
                for (from, to) in swaps {
                    let data = json!({ "from": from, "to": to }).to_string();
                    self.waiting.push_back(Event::default().event("style").data(data));
                }
            }
            Difference::Page => self.reload(),
        }
    }

    /// Says what is wrong, if it is not what was said before.
    fn tell(&mut self, outlet: &Outlet, failure: Option<&Diagnostic>) {
        // What is merely unfortunate stands on the desk, and in the bar of the page it is about.
        let errors = outlet.findings.iter().filter(|finding| finding.is_error());
        let mut errors: Vec<Diagnostic> = errors.cloned().collect();
        // A file with errors differs from what is known of it; the errors say it better.
        let more = failure.filter(|f| f.code != Code::ChangedMeanwhile || errors.is_empty());
        errors.extend(more.cloned());
        let root = &self.newsroom.settings.options.root;
        let html = overlay::panel(&errors, &Opener::new(&outlet.issue.index.site, root));
        if self.told.as_ref().map_or(!html.is_empty(), |told| *told != html) {
            let data = json!({ "html": html }).to_string();
            self.waiting.push_back(Event::default().event("findings").data(data));
        }
        self.told = Some(html);
    }
}

/// How a page differs from what a tab shows.
#[derive(PartialEq, Eq, Debug)]
enum Difference {
    Nothing,
    /// Style sheets, from one address to another.
    Styles(Vec<(String, String)>),
    Page,
}

fn difference(before: &Showing, now: &Showing) -> Difference {
    let is_other_file = |(query, answer): &(Query, Fingerprint)| {
        let is_style = |key: &str| key.ends_with(".css");
        matches!(query, Query::File(key) if !is_style(key))
            && before.page.asked.iter().any(|(old, was)| old == query && was != answer)
    };
    if before.page.fingerprint == now.page.fingerprint {
        // The page shows the same address, and something else is there.
        if now.page.asked.iter().any(is_other_file) {
            return Difference::Page;
        }
    } else if before.styles.len() != now.styles.len() || !same_but_styles(before, now) {
        return Difference::Page;
    }
    let pairs = before.styles.iter().zip(&now.styles);
    let swaps = pairs.filter(|(old, new)| old != new).map(|(old, new)| {
        // Under the same address the browser would take its copy.
        let version = if old.0 == new.0 { format!("?v={}", new.1.hex(10)) } else { String::new() };
        (old.0.clone(), format!("{}{version}", new.0))
    });
    let swaps: Vec<(String, String)> = swaps.collect();
    if swaps.is_empty() { Difference::Nothing } else { Difference::Styles(swaps) }
}

/// Whether the old page is the new one once its style sheets have the new addresses.
fn same_but_styles(before: &Showing, now: &Showing) -> bool {
    let text = |showing: &Showing| String::from_utf8_lossy(&showing.page.bytes).into_owned();
    let mut old = text(before);
    for ((from, _), (to, _)) in before.styles.iter().zip(&now.styles) {
        old = old.replace(from.as_str(), to);
    }
    old == text(now)
}

/// The style sheets of the outlet that a page links, in order.
fn styles(outlet: &Outlet, page: &Page) -> Vec<(String, Fingerprint)> {
    let html = String::from_utf8_lossy(&page.bytes);
    let files = &outlet.issue.index.facts.files;
    let known = |href: &str| {
        let url = outlet.url(href)?;
        let found = outlet.find(&url.file())?;
        let (crate::outputs::Output::File(key) | crate::outputs::Output::Hashed(key)) =
            &found.output
        else {
            return None;
        };
        Some((href.to_owned(), files.get(key)?.fingerprint))
    };
    linked(&html).filter_map(known).collect()
}

/// The addresses of `<link rel="stylesheet">`.
fn linked(html: &str) -> impl Iterator<Item = &str> {
    let elements = html.split("<link ").skip(1).filter_map(|rest| rest.split('>').next());
    let sheets = elements.filter(|element| attribute(element, "rel") == Some("stylesheet"));
    sheets.filter_map(|element| attribute(element, "href"))
}

fn attribute<'h>(element: &'h str, name: &str) -> Option<&'h str> {
    let mut rest = element;
    loop {
        let at = rest.find(name)?;
        let begins = at == 0 || rest.as_bytes()[at - 1].is_ascii_whitespace();
        let value = rest[at + name.len()..].strip_prefix('=').filter(|_| begins);
        if let Some(value) = value {
            return Some(match value.strip_prefix(['"', '\'']) {
                Some(quoted) => quoted.split(['"', '\'']).next().unwrap_or_default(),
                None => value.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default(),
            });
        }
        rest = &rest[at + name.len()..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn showing(html: &str, styles: &[(&str, &str)], asked: &[(&str, &str)]) -> Showing {
        let print = |text: &str| Fingerprint::of(text.as_bytes());
        let asked = asked.iter().map(|(key, is)| (Query::File((*key).into()), print(is)));
        let page = Page::new(1, html.to_owned().into(), asked.collect(), 1);
        let styles = styles.iter().map(|(href, is)| ((*href).to_owned(), print(is))).collect();
        Showing { page: Arc::new(page), styles }
    }

    #[test]
    fn styles_are_swapped_where_nothing_else_differs() {
        let page = |css: &str, text: &str| format!("<link href=\"{css}\">{text}");
        let hashed = |n: &str, text: &str| showing(&page(n, text), &[(n, n)], &[]);
        let swap = |from: &str, to: &str| Difference::Styles(vec![(from.into(), to.into())]);
        let before = hashed("/a.1.css", "x");
        assert_eq!(difference(&before, &hashed("/a.1.css", "x")), Difference::Nothing);
        assert_eq!(difference(&before, &hashed("/a.2.css", "x")), swap("/a.1.css", "/a.2.css"));
        assert_eq!(difference(&before, &hashed("/a.2.css", "y")), Difference::Page);
        let plain = |is: &str| showing("x", &[("/a.css", is)], &[]);
        let new = Fingerprint::of(b"new").hex(10);
        let to = format!("/a.css?v={new}");
        assert_eq!(difference(&plain("old"), &plain("new")), swap("/a.css", &to));
        let pictured = |is: &str| showing("x", &[], &[("static/a.png", is)]);
        assert_eq!(difference(&pictured("old"), &pictured("new")), Difference::Page);
        assert_eq!(difference(&pictured("old"), &pictured("old")), Difference::Nothing);
    }

    #[test]
    fn finds_style_sheets() {
        let html = "<link rel=\"stylesheet\" href=\"/a.css\"><link rel=icon href=/i.svg>\
                    <link data-href='/no.css' href='/b.css' rel='stylesheet'>\
                    <link href=/c.css rel=stylesheet>";
        assert_eq!(linked(html).collect::<Vec<_>>(), ["/a.css", "/b.css", "/c.css"]);
    }
}
