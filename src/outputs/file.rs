//! Files that are published as they are.

use super::{Content, Rendered};
use crate::{
    base::Fingerprint,
    edition::Query,
    theme::{Press, files::static_path},
};
use std::{path::PathBuf, sync::Arc};

/// Says what a file is to hold: a copy of one on disk, or one built into the program.
#[must_use]
pub fn render(press: &Arc<Press>, key: &str) -> Rendered {
    let tracer = press.tracer();
    let index = tracer.ask(Query::File(key.into()));
    let known = index.facts.files.get(key);
    let fingerprint = known.map_or(Fingerprint::ABSENT, |asset| asset.fingerprint);
    let path = on_disk(press, key);
    let content = match built_in(press, key) {
        Some(bytes) if Fingerprint::of(bytes) == fingerprint => Content::Bytes(bytes.to_vec()),
        _ => Content::Copy(path, fingerprint),
    };
    Rendered::new(content, tracer.finish())
}

fn on_disk(press: &Press, key: &str) -> PathBuf {
    static_path(&press.root, &press.index.site.theme, key)
}

fn built_in(press: &Press, key: &str) -> Option<&'static [u8]> {
    press.theme.built_in.get(key.strip_prefix("theme/")?).copied()
}

/// The bytes of a static file, wherever it lies.
#[must_use]
pub fn bytes(press: &Press, key: &str) -> Option<Vec<u8>> {
    let read = std::fs::read(on_disk(press, key)).ok();
    read.or_else(|| built_in(press, key).map(<[u8]>::to_vec))
}
