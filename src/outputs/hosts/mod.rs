//! The files that tell web servers how to serve the outlet, each in its host's own words.
//!
//! Invariant: all of them say the same: what `headers`, `places` and the index know. They hold no
//! address that was never public, and they are not for readers: hosts do not hand out `_headers`
//! and `_redirects`, and the rest lies in a folder that its own rules close.

mod caddy;
mod limits;
mod nginx;
mod plain;
mod tables;

pub use limits::limits;

use super::Rendered;
use crate::{
    edition::Query,
    site::{Host, HostFile},
    theme::Press,
};
use std::sync::Arc;

/// Writes one of the files.
#[must_use]
pub fn render(press: &Arc<Press>, host: HostFile) -> Rendered {
    let tracer = press.tracer();
    let all = || {
        tracer.ask(Query::Moved);
        tracer.ask(Query::Gone);
        tracer.ask(Query::Headers)
    };
    let text = match host {
        HostFile::Headers => plain::headers(tracer.ask(Query::Headers)),
        HostFile::Redirects => {
            let index = tracer.ask(Query::Moved);
            // Only there can it be said.
            let says_gone = index.site.hosting.host == Host::Netlify;
            if says_gone {
                tracer.ask(Query::Gone);
                // The page that is shown there is that of a language.
                tracer.ask(Query::Headers);
            }
            plain::redirects(index)
        }
        HostFile::NginxMaps => nginx::maps(all()),
        HostFile::NginxServer => nginx::server(tracer.ask(Query::Headers)),
        HostFile::Caddy => caddy::file(all()),
    };
    Rendered::text(text, tracer.finish())
}

/// The file by which search engines know who tells them of changes: the key, and nothing else
/// (<https://www.indexnow.org/documentation>).
#[must_use]
pub fn indexnow_key(press: &Arc<Press>) -> Rendered {
    let tracer = press.tracer();
    let engine = tracer.ask(Query::IndexNow).site.purge.indexnow.as_ref();
    let key = engine.map_or("", |engine| &engine.key).to_owned();
    Rendered::text(key, tracer.finish())
}
