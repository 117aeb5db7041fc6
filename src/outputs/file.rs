//! Files that are published as they are.

use super::{Content, Rendered};
use crate::{base::Fingerprint, edition::Query, theme::Press};
use std::sync::Arc;

/// Says what a file is to hold: a copy of one on disk, or one built into the program.
#[must_use]
pub fn render(press: &Arc<Press>, key: &str) -> Rendered {
    let tracer = crate::edition::Tracer::new(press.index.clone(), press.interner.clone());
    let index = tracer.ask(Query::File(key.into()));
    let known = index.facts.files.get(key);
    let fingerprint = known.map_or(Fingerprint::ABSENT, |asset| asset.fingerprint);
    let path = match key.strip_prefix("theme/") {
        Some(path) => press.root.join("themes").join(&index.site.theme).join("static").join(path),
        None => press.root.join(key),
    };
    let built_in = key.strip_prefix("theme/").and_then(|path| press.theme.built_in.get(path));
    let content = match built_in {
        Some(bytes) if Fingerprint::of(bytes) == fingerprint => Content::Bytes(bytes.to_vec()),
        _ => Content::Copy(path, fingerprint),
    };
    Rendered { content, asked: tracer.finish() }
}
