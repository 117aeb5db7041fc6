//! Requests to responses: what a host would send, with what editors need added on the way out.
//!
//! Invariant: an address leads to what is planned or to nothing; no path is made from it. Whatever
//! is said of a file is what `outputs` says to every host, but for how long copies are good: an
//! editor must never see an old one.

use super::{
    Shown, Sight,
    assets::{PREVIEW_CSS, PREVIEW_JS},
    desk, events, file,
    guard::Guard,
    inject::{self, Extras},
    newsroom::Newsroom,
    outlet::{Made, Outlet},
    range,
};
use crate::{
    base::{Code, Diagnostic, Fingerprint, Moment, OutPath},
    build::tips::Tips,
    content::discover,
    outputs::{Output, Planned, delivery},
};
use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header},
};
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// Who answers.
pub struct Room {
    /// Where the outlet is kept.
    pub newsroom: Arc<Newsroom>,
    /// Who is let in.
    pub guard: Guard,
}

/// How often it is tried again when files change while a page is made.
const TRIES: usize = 8;

/// A journey in time: what was written, and the moment it means.
#[derive(Clone, Debug)]
pub struct Travel {
    /// As it was written.
    pub written: String,
    /// What it means.
    pub at: Moment,
}

/// Answers a request.
pub async fn answer(State(room): State<Arc<Room>>, request: Request) -> Response<Body> {
    let (parts, _) = request.into_parts();
    if let Err((status, why)) = room.guard.admit(&parts) {
        return refusal(status, &why);
    }
    let newsroom = &room.newsroom;
    newsroom.up_to_date().await;
    let query = parts.uri.query().unwrap_or_default();
    let travel = match travel(newsroom, query) {
        Ok(travel) => travel,
        Err(why) => return refusal(StatusCode::BAD_REQUEST, &why),
    };
    let path = parts.uri.path();
    match path.strip_prefix("/_desk") {
        Some("") => lead(StatusCode::MOVED_PERMANENTLY, "/_desk/"),
        Some("/events") => events::open(newsroom, query, travel),
        Some(name) if name.starts_with('/') => {
            at_desk(newsroom, name, query, travel, &parts.headers).await
        }
        _ => Asked { newsroom, path, query, travel, headers: &parts.headers }.answer().await,
    }
}

/// What a name in the query says, decoded.
pub fn said(query: &str, name: &str) -> Option<String> {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn travel(newsroom: &Newsroom, query: &str) -> Result<Option<Travel>, String> {
    let Some(written) = said(query, "at") else { return Ok(None) };
    let zone = newsroom.outlet().issue.index.site.timezone;
    // A plus sign that was not encoded has become a space.
    let at = Moment::parse(&written, zone)
        .or_else(|why| Moment::parse(&written.trim().replace(' ', "+"), zone).map_err(|_| why));
    at.map(|at| Some(Travel { written, at })).map_err(|why| {
        format!("`at`: {why}; write it as 2026-11-22, 2026-11-22T08:30 or 2026-11-22T08:30:00Z")
    })
}

/// The outlet of the present, or of a journey.
pub async fn outlet(newsroom: &Arc<Newsroom>, travel: Option<&Travel>) -> Arc<Outlet> {
    let Some(at) = travel.map(|travel| travel.at) else { return newsroom.outlet() };
    let room = newsroom.clone();
    let there = spawn_blocking(move || room.journey(at)).await;
    there.unwrap_or_else(|_| newsroom.outlet())
}

/// Shows an outlet to those who add to its pages.
pub fn with_sight<R>(
    newsroom: &Newsroom,
    outlet: &Outlet,
    travels: bool,
    show: impl FnOnce(&Sight<'_>) -> R,
) -> R {
    let settings = &newsroom.settings;
    let root = &settings.options.root;
    let checked = || outlet.checked(|| (settings.check)(outlet, root));
    show(&Sight {
        index: &outlet.issue.index,
        plan: &outlet.issue.plan,
        root,
        findings: &outlet.findings,
        changed: &outlet.changed,
        at: outlet.issue.index.admitted.at(),
        now: (settings.clock)(),
        at_is_set: travels || settings.at.is_some(),
        as_published: settings.as_published,
        edition: outlet.number,
        checked: &checked,
    })
}

/// What a file of the outlet was asked for with.
pub struct Asked<'a> {
    newsroom: &'a Arc<Newsroom>,
    path: &'a str,
    query: &'a str,
    travel: Option<Travel>,
    headers: &'a HeaderMap,
}

/// What an address leads to.
enum Found<'o> {
    Planned(&'o Planned),
    /// The outlet is below a folder of its host.
    Below(String),
    /// The page has a slash at its end.
    Slash,
    Nothing(Option<&'o Planned>),
}

impl<'a> Asked<'a> {
    /// What an open tab would ask.
    pub fn of_tab(newsroom: &'a Arc<Newsroom>, path: &'a str, travel: Option<&Travel>) -> Self {
        static NOTHING: std::sync::LazyLock<HeaderMap> = std::sync::LazyLock::new(HeaderMap::new);
        Self { newsroom, path, query: "", travel: travel.cloned(), headers: &NOTHING }
    }

    /// The tag of what would be sent.
    pub fn etag(&self, outlet: &Outlet, planned: &Planned, made: &Made) -> String {
        let html = made.page.as_ref().map_or(Bytes::from(BLANK), |page| page.bytes.clone());
        self.dress(outlet, planned, made, html).1
    }

    async fn answer(&self) -> Response<Body> {
        let mut answer = None;
        for _ in 0..TRIES {
            let outlet = outlet(self.newsroom, self.travel.as_ref()).await;
            let before = self.newsroom.outlet().number;
            match self.attempt(&outlet).await {
                Ok(response) => return response,
                Err((response, tips)) => {
                    answer = Some(response);
                    self.newsroom.follow_up(tips).await;
                }
            }
            if self.newsroom.outlet().number == before {
                break;
            }
        }
        answer.unwrap_or_else(|| refusal(StatusCode::SERVICE_UNAVAILABLE, "files are changing"))
    }

    /// Answers from an outlet; or gives what could be answered, with a tip, where a file is no
    /// longer what the outlet knows of it.
    async fn attempt(
        &self,
        outlet: &Arc<Outlet>,
    ) -> Result<Response<Body>, (Response<Body>, Tips)> {
        let (planned, status) = match self.find(outlet) {
            Found::Planned(planned) => (planned, StatusCode::OK),
            Found::Nothing(Some(planned)) => (planned, StatusCode::NOT_FOUND),
            Found::Nothing(None) => {
                return Ok(refusal(StatusCode::NOT_FOUND, "there is no such page"));
            }
            Found::Below(home) => return Ok(lead(StatusCode::FOUND, &self.onwards(&home))),
            Found::Slash => {
                let query = if self.query.is_empty() { "" } else { "?" };
                let to = format!("{}/{query}{}", self.path, self.query);
                return Ok(lead(StatusCode::MOVED_PERMANENTLY, &to));
            }
        };
        if let Some(redirect) = delivery::of(&outlet.issue.index, planned).redirect {
            let status = StatusCode::from_u16(redirect.status).unwrap_or(StatusCode::FOUND);
            return Ok(lead(status, &self.onwards(&redirect.to)));
        }
        match &planned.output {
            Output::File(key) | Output::Hashed(key) => {
                self.file(outlet, planned, key, status).await
            }
            _ => self.page(outlet, planned, status).await,
        }
    }

    fn find<'o>(&self, outlet: &'o Outlet) -> Found<'o> {
        let base = &outlet.issue.index.site.base_url;
        if !base.path.is_empty() && (self.path == "/" || self.path == base.path) {
            return Found::Below(format!("{}/", base.path));
        }
        let Some(url) = outlet.url(self.path) else {
            return Found::Nothing(outlet.not_found(self.path));
        };
        if let Some(planned) = outlet.find(&url.file()) {
            return Found::Planned(planned);
        }
        let folder = OutPath::new(&format!("{}/index.html", url.file()));
        match folder.and_then(|folder| outlet.find(&folder)) {
            Some(_) => Found::Slash,
            None => Found::Nothing(outlet.not_found(url.as_str())),
        }
    }

    /// An address with the journey that we are on.
    fn onwards(&self, to: &str) -> String {
        match said(self.query, "at") {
            Some(at) => {
                let mut query = url::form_urlencoded::Serializer::new(String::new());
                format!("{to}?{}", query.append_pair("at", &at).finish())
            }
            None => to.to_owned(),
        }
    }

    async fn file(
        &self,
        outlet: &Arc<Outlet>,
        planned: &Planned,
        key: &str,
        status: StatusCode,
    ) -> Result<Response<Body>, (Response<Body>, Tips)> {
        let root = &self.newsroom.settings.options.root;
        let said = self.common(outlet, planned);
        match file::send(outlet, root, key, self.headers, said).await {
            Some(mut response) => {
                if status != StatusCode::OK {
                    *response.status_mut() = status;
                }
                Ok(response)
            }
            None => {
                let why = format!("`{key}` changed while it was being read");
                Err((refusal(StatusCode::SERVICE_UNAVAILABLE, &why), Tips::everything()))
            }
        }
    }

    async fn page(
        &self,
        outlet: &Arc<Outlet>,
        planned: &Planned,
        status: StatusCode,
    ) -> Result<Response<Body>, (Response<Body>, Tips)> {
        let tip = self.newer_source(outlet, planned);
        let made = make(self.newsroom, outlet, self.travel.as_ref(), planned).await;
        let changed = made.failure.as_ref().filter(|f| f.code == Code::ChangedMeanwhile);
        let again = tip.or_else(|| changed.map(|_| Tips::everything()));
        let response = self.respond(outlet, planned, &made, status);
        match again {
            Some(tips) => Err((response, tips)),
            None => Ok(response),
        }
    }

    /// A tip about the page's own file, if it is no longer the one that the outlet knows: whoever
    /// saves it and loads the page may be quicker than the watcher.
    fn newer_source(&self, outlet: &Outlet, planned: &Planned) -> Option<Tips> {
        let (source, slot) = outlet.source(&planned.output)?;
        let known = outlet.issue.index.admitted.stamp(slot);
        let meta = std::fs::symlink_metadata(self.newsroom.settings.options.root.join(&source));
        let same = meta.is_ok_and(|meta| discover::stamp_of(&meta).same_as(known));
        (!same).then(|| Tips { everything: false, paths: [source.into()].into() })
    }

    fn respond(
        &self,
        outlet: &Outlet,
        planned: &Planned,
        made: &Made,
        status: StatusCode,
    ) -> Response<Body> {
        let common = self.common(outlet, planned);
        let is_html = common
            .get(header::CONTENT_TYPE)
            .is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
        // Who saves without a pause is shown the page as it was a moment ago, which is no failure.
        let is_outrun =
            |failure: &Diagnostic| failure.code == Code::ChangedMeanwhile && made.page.is_some();
        let status = match &made.failure {
            Some(failure) if !is_outrun(failure) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => status,
        };
        let bytes = made.page.as_ref().map(|page| page.bytes.clone());
        let (bytes, etag) = match (is_html, bytes) {
            (true, bytes) => self.dress(outlet, planned, made, bytes.unwrap_or(Bytes::from(BLANK))),
            (false, Some(bytes)) => {
                let etag = weak(Fingerprint::of(&bytes));
                (bytes, etag)
            }
            (false, None) => {
                let why = made.failure.as_ref().map_or("", |failure| &failure.message);
                return refusal(status, why);
            }
        };
        if status == StatusCode::OK && range::is_known(self.headers, &etag) {
            return with(StatusCode::NOT_MODIFIED, common, &etag, Body::empty());
        }
        with(status, common, &etag, Body::from(bytes))
    }

    /// Adds what editors need.
    fn dress(
        &self,
        outlet: &Outlet,
        planned: &Planned,
        made: &Made,
        html: Bytes,
    ) -> (Bytes, String) {
        let travel = self.travel.as_ref().map(|travel| travel.written.as_str());
        let failure = made.failure.as_ref();
        let planned = Some(planned);
        let shown = Shown { planned, address: self.path, travel, failure, html: &html };
        let mut extras =
            with_sight(self.newsroom, outlet, travel.is_some(), |sight| Extras::of(sight, &shown));
        let etag = etag(&html, &extras);
        extras.etag.clone_from(&etag);
        (inject::into(&html, &extras).into(), etag)
    }

    /// What is said with a file whatever is in it.
    fn common(&self, outlet: &Outlet, planned: &Planned) -> HeaderMap {
        let mut said = HeaderMap::new();
        for (name, value) in delivery::headers(&outlet.issue.index, planned) {
            say(&mut said, name, &value);
        }
        private(&mut said);
        said
    }
}

/// A page of which nothing can be shown.
const BLANK: &str = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width\">\n<title>This page has errors</title>\n\
    </head>\n<body>\n<h1>This page has errors</h1>\n</body>\n</html>\n";

/// Makes a page, away from those who wait for requests.
pub async fn make(
    newsroom: &Arc<Newsroom>,
    outlet: &Arc<Outlet>,
    travel: Option<&Travel>,
    planned: &Planned,
) -> Made {
    let (room, outlet, planned) = (newsroom.clone(), outlet.clone(), planned.clone());
    let at = travel.map(|travel| travel.at.0);
    let made = spawn_blocking(move || outlet.page(&room.cache, at, &planned)).await;
    made.unwrap_or_else(|_| Made {
        page: None,
        failure: Some(
            crate::base::Diagnostic::new(Code::TemplateFailed, "the program failed on this page")
                .help("please report it, with the page and its template"),
        ),
    })
}

/// The tag of a page as it is sent.
fn etag(html: &[u8], extras: &Extras) -> String {
    weak(Fingerprint::of_value(&(Fingerprint::of(html), extras)))
}

/// A weak tag: the page may be sent packed in several ways.
fn weak(fingerprint: Fingerprint) -> String {
    format!("W/\"{}\"", fingerprint.hex(20))
}

fn say(headers: &mut HeaderMap, name: &str, value: &str) {
    let value = HeaderValue::from_str(value);
    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value) {
        headers.insert(name, value);
    }
}

/// Nobody keeps a copy without asking, and no other origin embeds it.
fn private(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    say(headers, "cross-origin-resource-policy", "same-origin");
}

/// A response with a tag.
pub fn with(status: StatusCode, mut said: HeaderMap, etag: &str, body: Body) -> Response<Body> {
    say(&mut said, "etag", etag);
    if status == StatusCode::NOT_MODIFIED {
        said.remove(header::CONTENT_TYPE);
    }
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = said;
    response
}

fn refusal(status: StatusCode, why: &str) -> Response<Body> {
    let mut said = HeaderMap::new();
    say(&mut said, "content-type", "text/plain; charset=utf-8");
    say(&mut said, "x-content-type-options", "nosniff");
    if status == StatusCode::METHOD_NOT_ALLOWED {
        say(&mut said, "allow", "GET, HEAD");
    }
    said.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let mut response = Response::new(Body::from(format!("{why}\n")));
    *response.status_mut() = status;
    *response.headers_mut() = said;
    response
}

fn lead(status: StatusCode, to: &str) -> Response<Body> {
    let mut response = refusal(status, to);
    say(response.headers_mut(), "location", to);
    response
}

/// What is allowed on the desk: its own script and styles, nothing from elsewhere.
const DESK_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' \
    data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

/// What belongs to the preview and to no site.
async fn at_desk(
    newsroom: &Arc<Newsroom>,
    name: &str,
    query: &str,
    travel: Option<Travel>,
    headers: &HeaderMap,
) -> Response<Body> {
    let fixed = |text: &'static str| Some(text.to_owned());
    let part = |name| said(query, name).unwrap_or_default();
    let asked = desk::Asked { q: part("q"), all: part("all") };
    let (content_type, text) = match name {
        "/preview.js" => ("text/javascript", fixed(PREVIEW_JS)),
        "/preview.css" => ("text/css", fixed(PREVIEW_CSS)),
        "/" => {
            let page = move |sight: &Sight<'_>| desk::page(sight, &asked);
            ("text/html", of_desk(newsroom, travel, page).await)
        }
        "/status.json" => {
            let status = move |sight: &Sight<'_>| desk::status(sight, &asked);
            ("application/json", of_desk(newsroom, travel, status).await)
        }
        "/findings" => {
            let address = said(query, "page").unwrap_or_default();
            let findings = move |sight: &Sight<'_>| desk::of_page(sight, &address);
            ("text/html", of_desk(newsroom, travel, findings).await)
        }
        _ => ("", None),
    };
    let Some(text) = text else {
        return refusal(StatusCode::NOT_FOUND, "the desk has no such page");
    };
    let mut said = HeaderMap::new();
    say(&mut said, "content-type", &format!("{content_type}; charset=utf-8"));
    say(&mut said, "content-security-policy", DESK_POLICY);
    say(&mut said, "x-content-type-options", "nosniff");
    private(&mut said);
    let etag = weak(Fingerprint::of(text.as_bytes()));
    if range::is_known(headers, &etag) {
        return with(StatusCode::NOT_MODIFIED, said, &etag, Body::empty());
    }
    with(StatusCode::OK, said, &etag, Body::from(text))
}

async fn of_desk(
    newsroom: &Arc<Newsroom>,
    travel: Option<Travel>,
    make: impl FnOnce(&Sight<'_>) -> String + Send + 'static,
) -> Option<String> {
    let outlet = outlet(newsroom, travel.as_ref()).await;
    let room = newsroom.clone();
    let travels = travel.is_some();
    spawn_blocking(move || with_sight(&room, &outlet, travels, make)).await.ok()
}
