//! Files as they are: pictures, films, styles, whole or in part.
//!
//! Invariant: what is sent is what the outlet knows of the file, or nothing. Only files that are
//! planned come here, by the key that the plan has for them.

use super::{
    answer::with,
    outlet::Outlet,
    range::{self, Part},
};
use crate::{
    base::Fingerprint,
    content::{discover, discover::Stamp, media::Media},
    theme::files::static_path,
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
};
use futures::stream;
use std::{
    io::SeekFrom,
    path::{Path, PathBuf},
};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

/// Files up to this size are read at once; larger ones are films, of which parts are asked for.
const SMALL: u64 = 4 << 20;

/// So much of a large file is read at a time.
const PIECE: u64 = 256 << 10;

/// Sends the file of this key; `None` where it is no longer what the outlet knows.
pub async fn send(
    outlet: &Outlet,
    root: &Path,
    key: &str,
    headers: &HeaderMap,
    said: HeaderMap,
) -> Option<Response<Body>> {
    let asset = outlet.issue.index.facts.files.get(key)?;
    let etag = format!("\"{}\"", asset.fingerprint.hex(20));
    if range::is_known(headers, &etag) {
        return Some(with(StatusCode::NOT_MODIFIED, said, &etag, Body::empty()));
    }
    let source = source(outlet, root, key, asset.fingerprint).await?;
    let length = source.length();
    let part = range::part(headers, &etag, length);
    let (status, from, to) = match part {
        Part::Whole => (StatusCode::OK, 0, length),
        Part::Some(from, to) => (StatusCode::PARTIAL_CONTENT, from, to),
        Part::None => (StatusCode::RANGE_NOT_SATISFIABLE, 0, 0),
    };
    let body = source.body(from, to).await?;
    let mut response = with(status, said, &etag, body);
    let said = response.headers_mut();
    said.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    said.insert(header::CONTENT_LENGTH, HeaderValue::from(to - from));
    let range = match part {
        Part::Whole => None,
        Part::Some(from, to) => Some(format!("bytes {from}-{}/{length}", to - 1)),
        Part::None => Some(format!("bytes */{length}")),
    };
    if let Some(range) = range.and_then(|range| HeaderValue::from_str(&range).ok()) {
        said.insert(header::CONTENT_RANGE, range);
    }
    Some(response)
}

/// Where the bytes come from.
enum Source {
    Read(Bytes),
    Disk(PathBuf, u64),
}

async fn source(outlet: &Outlet, root: &Path, key: &str, known: Fingerprint) -> Option<Source> {
    let issue = &outlet.issue;
    let media = &issue.media;
    let at = media.binary_search_by(|row| (*row.key).cmp(key)).ok();
    let Some(row) = at.map(|at| media[at].clone()) else {
        let bytes = issue.theme.built_in.get(key.strip_prefix("theme/")?).copied()?;
        return (Fingerprint::of(bytes) == known).then(|| Source::Read(Bytes::from_static(bytes)));
    };
    let path = static_path(root, &issue.index.site.theme, key);
    tokio::task::spawn_blocking(move || of_disk(path, &row)).await.ok()?
}

fn of_disk(path: PathBuf, row: &Media) -> Option<Source> {
    let now: Stamp = std::fs::metadata(&path).ok().map(|meta| discover::stamp_of(&meta))?;
    if now.size > SMALL && now.same_as(row.stamp) {
        return Some(Source::Disk(path, now.size));
    }
    discover::read_again(&path, row.stamp, row.fingerprint).map(|bytes| Source::Read(bytes.into()))
}

impl Source {
    fn length(&self) -> u64 {
        match self {
            Self::Read(bytes) => bytes.len() as u64,
            Self::Disk(_, length) => *length,
        }
    }

    async fn body(self, from: u64, to: u64) -> Option<Body> {
        match self {
            Self::Read(bytes) => {
                let index = |n: u64| usize::try_from(n).ok();
                Some(Body::from(bytes.slice(index(from)?..index(to)?)))
            }
            Self::Disk(path, _) => {
                let mut file = tokio::fs::File::open(path).await.ok()?;
                file.seek(SeekFrom::Start(from)).await.ok()?;
                Some(Body::from_stream(pieces(file, to - from)))
            }
        }
    }
}

/// The next so many bytes of a file, piece by piece.
fn pieces(
    file: tokio::fs::File,
    length: u64,
) -> impl futures::Stream<Item = std::io::Result<Vec<u8>>> {
    stream::try_unfold((file, length), |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let mut piece = Vec::new();
        let read = (&mut file).take(left.min(PIECE)).read_to_end(&mut piece).await?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Some((piece, (file, left - read as u64))))
    })
}
