//! `[feeds]` as written → which feeds there are.
//!
//! Invariant: a section, tag or author has a feed in one format unless the settings ask for
//! more. An archive has thousands of them, and each is one more file that a story changes.

use super::{
    file::{FeedsEntry, FeedsTable, FormatsEntry},
    model::{FeedFormat, Feeds},
    urls::BaseUrl,
    written::{Reader, Refusal},
};
use crate::base::{
    Code,
    suggest::{nearest, one_of},
};
use toml::Spanned;
use url::Url;

/// What the settings say of feeds. Where the outlet lives is not known when `base_url` was
/// refused.
pub(super) fn feeds(
    written: Option<FeedsEntry>,
    base_url: Option<&BaseUrl>,
    reader: &mut Reader<'_>,
) -> Feeds {
    let (table, on) = match written {
        None => (FeedsTable::default(), true),
        Some(FeedsEntry::Switch(on)) => (FeedsTable::default(), on),
        Some(FeedsEntry::Table(table)) => (*table, true),
    };
    let FeedsTable { limit, full_text, formats, sections, tags, authors, hub, id_host } = table;
    let own = match formats {
        Some(written) => known(written.into_inner(), reader),
        None => FeedFormat::ALL.to_vec(),
    };
    let limit = if on { limit.map_or(30, Spanned::into_inner) } else { 0 };
    let mut of = |written: Option<Spanned<FormatsEntry>>| {
        let formats = match written.map(Spanned::into_inner) {
            None => own.iter().take(1).copied().collect(),
            Some(FormatsEntry::Switch(on)) => {
                if on {
                    own.clone()
                } else {
                    Vec::new()
                }
            }
            Some(FormatsEntry::List(written)) => known(written, reader),
        };
        if limit > 0 { formats } else { Vec::new() }
    };
    let (sections, tags, authors) = (of(sections), of(tags), of(authors));
    let home = base_url.map_or("", BaseUrl::host).to_owned();
    Feeds {
        limit,
        full_text: full_text.is_some_and(Spanned::into_inner),
        formats: if limit > 0 { own } else { Vec::new() },
        sections,
        tags,
        authors,
        hub: reader.checked(hub, None, |text| hub_url(&text).map(Some)),
        id_host: reader.checked(id_host, home, |text| host(&text)),
    }
}

/// The formats of a list, each once.
fn known(written: Vec<Spanned<String>>, reader: &mut Reader<'_>) -> Vec<FeedFormat> {
    let mut formats = Vec::new();
    for word in written {
        let format = reader.checked(Some(word), None, |word| format(&word).map(Some));
        formats.extend(format.filter(|format| !formats.contains(format)));
    }
    formats
}

fn format(word: &str) -> Result<FeedFormat, Refusal> {
    let words = || FeedFormat::ALL.iter().map(|format| format.as_str());
    let found = FeedFormat::ALL.into_iter().find(|format| format.as_str() == word);
    found.ok_or_else(|| {
        let help = match nearest(word, words()) {
            Some(meant) => format!("write `\"{meant}\"`"),
            None => format!("write {}", one_of(words())),
        };
        Refusal::new(Code::BadSettings, format!("there is no feed format `{word}`"), help)
    })
}

fn hub_url(text: &str) -> Result<String, Refusal> {
    let url = Url::parse(text.trim()).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
    if url.as_ref().is_some_and(|url| !url.username().is_empty() || url.password().is_some()) {
        let fact = "`hub` holds a name or a password, and every feed tells its readers the hub";
        return Err(Refusal::new(Code::BadSettings, fact, "write the address without them"));
    }
    url.map(Into::into).ok_or_else(|| {
        let bare = text.trim().trim_start_matches('/');
        let better = Some(format!("https://{bare}")).filter(|url| Url::parse(url).is_ok());
        let better = better.filter(|_| !bare.contains(':') && bare.contains('.'));
        let better = better.unwrap_or_else(|| "https://hub.example.org/".to_owned());
        let fact = format!("`{text}` is not an absolute http or https URL");
        Refusal::new(Code::BadSettings, fact, format!("write `hub = \"{better}\"`"))
    })
}

/// A host name as a `tag:` URI takes it (RFC 4151, section 2.1).
fn host(text: &str) -> Result<String, Refusal> {
    let is_host = |text: &str| {
        let part = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        text.split('.').all(part)
    };
    let lower = text.to_ascii_lowercase();
    if is_host(&lower) {
        return Ok(lower);
    }
    let better = Url::parse(lower.trim()).ok();
    let better = better.as_ref().and_then(Url::host_str).filter(|host| is_host(host));
    let help = format!("write `id_host = \"{}\"`", better.unwrap_or("example.org"));
    Err(Refusal::new(Code::BadSettings, format!("`{text}` is not the name of a host"), help))
}
