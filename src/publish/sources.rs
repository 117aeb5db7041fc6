//! Where the bytes of an edition come from: the output folder, or what the target has kept.
//!
//! Invariant: bytes are given only if they hash to what the edition says, whoever wrote them.

use super::{
    manifest::{Entry, Manifest},
    room::kept_key,
};
use crate::{
    base::{Fingerprint, OutPath},
    remote::{Fault, Found, Remote, Said},
};
use bytes::Bytes;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use rustc_hash::FxHashMap;
use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// Gives the bytes of objects as they are to be stored.
pub trait Source: Sync {
    /// Whether the bytes are likely to be there; quick.
    fn has(&self, entry: &Entry) -> bool;

    /// The bytes; `None` if they are not there any more.
    ///
    /// # Errors
    /// They cannot be read.
    fn bytes(&self, entry: &Entry, said: &Said) -> Result<Option<Bytes>, Fault>;
}

/// The output folder.
#[derive(Debug)]
pub struct Folder {
    /// The folder.
    pub output: PathBuf,
}

impl Source for Folder {
    fn has(&self, entry: &Entry) -> bool {
        let meta = fs::symlink_metadata(entry.path.under(&self.output));
        meta.is_ok_and(|meta| meta.is_file() && meta.len() == entry.len)
    }

    fn bytes(&self, entry: &Entry, said: &Said) -> Result<Option<Bytes>, Fault> {
        match read(&self.output, &entry.path) {
            Ok(bytes) if Fingerprint::of(&bytes) == entry.hash => Ok(Some(packed(bytes, said))),
            // Altered since it was built; a build makes it good.
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let what = format!("`{}` cannot be read: {error}", entry.path);
                Err(Fault::lasting(what, "check who may read the output folder"))
            }
        }
    }
}

fn read(output: &Path, path: &OutPath) -> io::Result<Vec<u8>> {
    fs::read(path.under(output))
}

/// What a target has of an earlier edition: kept aside, or still in its place.
#[derive(Debug)]
pub struct Kept<'a> {
    remote: &'a Remote,
    /// Where bytes lie that the live edition has as well.
    live: FxHashMap<Fingerprint, (OutPath, Said)>,
}

impl<'a> Kept<'a> {
    /// What lies at a target whose live edition is this.
    #[must_use]
    pub fn new(remote: &'a Remote, live: &Manifest) -> Self {
        let place = |entry: &Entry| (entry.hash, (entry.path.clone(), live.said_of(entry)));
        Self { remote, live: live.objects.iter().map(place).collect() }
    }
}

impl Source for Kept<'_> {
    fn has(&self, _: &Entry) -> bool {
        true
    }

    fn bytes(&self, entry: &Entry, _: &Said) -> Result<Option<Bytes>, Fault> {
        let aside = self.remote.get(&kept_key(entry.hash))?;
        let intact = |found: &Found, said: &Said| {
            unpacked(found, found.said.as_ref().unwrap_or(said))
                .is_some_and(|bytes| Fingerprint::of(&bytes) == entry.hash)
        };
        if let Some(found) = aside.filter(|found| intact(found, &Said::default())) {
            return Ok(Some(found.bytes));
        }
        if let Some((path, said)) = self.live.get(&entry.hash) {
            let found = self.remote.get(path.as_str())?;
            if let Some(found) = found.filter(|found| intact(found, said)) {
                return Ok(Some(found.bytes));
            }
        }
        let what = format!("`{}` of the earlier edition is not kept any more", entry.path);
        Err(Fault::lasting(
            what,
            "check out the commit of that edition and publish it with `--force`",
        ))
    }
}

/// How much trouble packing takes: objects are packed once and read many times.
const GZIP: u32 = 9;
const BROTLI: i32 = 9;
/// The largest window that every browser takes (RFC 7932, 9.1).
const WINDOW: i32 = 22;

/// Bytes as they are stored, the same each time.
fn packed(bytes: Vec<u8>, said: &Said) -> Bytes {
    match said.get("content-encoding") {
        Some("gzip") => {
            let mut packer = GzEncoder::new(Vec::new(), Compression::new(GZIP));
            // Memory takes everything.
            let packed = packer.write_all(&bytes).and_then(|()| packer.finish());
            packed.unwrap_or_default().into()
        }
        Some("br") => {
            let mut out = Vec::new();
            let parameters = brotli::enc::BrotliEncoderParams {
                quality: BROTLI,
                lgwin: WINDOW,
                ..Default::default()
            };
            let _ = brotli::BrotliCompress(&mut &bytes[..], &mut out, &parameters);
            out.into()
        }
        _ => bytes.into(),
    }
}

/// The bytes of an object as they were before they were packed.
#[must_use]
pub fn unpacked(found: &Found, said: &Said) -> Option<Bytes> {
    let mut out = Vec::new();
    match said.get("content-encoding") {
        None | Some("identity") => return Some(found.bytes.clone()),
        Some("gzip") => GzDecoder::new(&found.bytes[..]).read_to_end(&mut out).ok()?,
        Some("br") => {
            brotli::Decompressor::new(&found.bytes[..], 4096).read_to_end(&mut out).ok()?
        }
        Some(_) => return None,
    };
    Some(out.into())
}
