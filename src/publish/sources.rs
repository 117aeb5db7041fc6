//! Where the bytes of an edition come from: the output folder, or what the target has kept.
//!
//! Invariant: bytes are given only if they hash to what the edition says, whoever wrote them.

use super::{
    manifest::{Entry, Manifest},
    packing::{packed, unpacked},
    room::kept_key,
};
use crate::{
    base::{Fingerprint, Hasher, OutPath},
    remote::{Fault, LARGE, Place, Remote, Said},
};
use bytes::Bytes;
use rustc_hash::{FxHashMap, FxHashSet};
use std::{fs, io, path::PathBuf};

/// What is to be stored.
#[derive(Clone, Debug)]
pub enum Body {
    /// All of it, packed if need be.
    Whole(Bytes),
    /// Where it is to be had.
    Large(Place),
}

/// Gives the bytes of objects as they are to be stored.
pub trait Source: Sync {
    /// Whether the bytes are likely to be there; quick.
    ///
    /// # Errors
    /// It cannot be said, or they are lost and nobody can make them again.
    fn has(&self, entry: &Entry) -> Result<bool, Fault>;

    /// The bytes; `None` if they are not there any more. Of a large file it is seen only when it is
    /// sent whether it is what it was.
    ///
    /// # Errors
    /// They cannot be read.
    fn body(&self, entry: &Entry, said: &Said) -> Result<Option<Body>, Fault>;
}

/// The output folder.
#[derive(Debug)]
pub struct Folder {
    /// The folder.
    pub output: PathBuf,
}

impl Folder {
    /// Whether the file is there as the edition has it, to the last byte.
    #[must_use]
    pub fn is_whole(&self, entry: &Entry) -> bool {
        let hash = Fingerprint::of_file(&entry.path.under(&self.output));
        hash.is_ok_and(|hash| hash == entry.hash)
    }
}

impl Source for Folder {
    fn has(&self, entry: &Entry) -> Result<bool, Fault> {
        let meta = fs::symlink_metadata(entry.path.under(&self.output));
        Ok(meta.is_ok_and(|meta| meta.is_file() && meta.len() == entry.len))
    }

    fn body(&self, entry: &Entry, said: &Said) -> Result<Option<Body>, Fault> {
        let file = entry.path.under(&self.output);
        if entry.len >= LARGE {
            return Ok(Some(Body::Large(Place::File(file))));
        }
        match fs::read(file) {
            Ok(bytes) if Fingerprint::of(&bytes) == entry.hash => {
                Ok(Some(Body::Whole(packed(bytes.into(), said))))
            }
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

/// What a target has of an earlier edition: kept aside, or still in its place.
#[derive(Debug)]
pub struct Kept<'a> {
    remote: &'a Remote,
    /// Where bytes lie that the live edition has as well: in their own place, or in another.
    own: FxHashSet<(OutPath, Fingerprint)>,
    other: FxHashMap<Fingerprint, OutPath>,
}

impl<'a> Kept<'a> {
    /// What lies at a target whose live edition is this.
    #[must_use]
    pub fn new(remote: &'a Remote, live: &Manifest) -> Self {
        let entries = || live.objects.iter();
        let own = entries().map(|entry| (entry.path.clone(), entry.hash)).collect();
        let other = entries().map(|entry| (entry.hash, entry.path.clone())).collect();
        Self { remote, own, other }
    }

    /// Where the bytes may lie. In its own place an object stays until it is written; one in
    /// another place may be replaced before, but is kept then.
    fn places(&self, entry: &Entry) -> Vec<String> {
        let own = (entry.path.clone(), entry.hash);
        let own = self.own.contains(&own).then(|| entry.path.to_string());
        let other = self.other.get(&entry.hash).map(OutPath::to_string);
        let kept = kept_key(entry.hash);
        [own, Some(kept.clone()), other, Some(kept)].into_iter().flatten().collect()
    }
}

fn lost(entry: &Entry) -> Fault {
    Fault::lasting(
        format!("`{}` of the earlier edition is not kept any more", entry.path),
        "check out the commit of that edition and publish it with `--force`",
    )
}

/// Whether an object lies at a key as its publisher put it there, as far as can be told without its
/// bytes: by the hash that was put along with it. A folder keeps none, so the bytes are read.
///
/// # Errors
/// The target does not answer.
pub fn lies_at(remote: &Remote, key: &str, hash: Fingerprint) -> Result<bool, Fault> {
    if !remote.is_folder() {
        return Ok(remote.head(key)?.is_some_and(|found| found.hash == hash.to_string()));
    }
    let open = |_: Option<&Said>| Hasher::default();
    Ok(remote.read_into(key, &open)?.is_some_and(|(_, hasher)| hasher.finish() == hash))
}

impl Kept<'_> {
    /// The bytes of an object as they were before they were packed, if they are those.
    fn whole(&self, key: &str, hash: Fingerprint) -> Result<Option<Bytes>, Fault> {
        let Some(found) = self.remote.get(key)? else { return Ok(None) };
        // A folder keeps nothing packed.
        let bytes = unpacked(&found.bytes, &found.said.unwrap_or_default());
        Ok(bytes.filter(|bytes| Fingerprint::of(bytes) == hash))
    }

    /// Where a large object is, if it is there.
    fn large(&self, key: String, hash: Fingerprint) -> Result<Option<Body>, Fault> {
        let open = |_: Option<&Said>| Hasher::default();
        let read = self.remote.read_into(&key, &open)?;
        let is_there = read.is_some_and(|(_, hasher)| hasher.finish() == hash);
        Ok(is_there.then_some(Body::Large(Place::Object(key))))
    }
}

impl Source for Kept<'_> {
    fn has(&self, entry: &Entry) -> Result<bool, Fault> {
        for key in self.places(entry) {
            if lies_at(self.remote, &key, entry.hash)? {
                return Ok(true);
            }
        }
        Err(lost(entry))
    }

    fn body(&self, entry: &Entry, said: &Said) -> Result<Option<Body>, Fault> {
        for key in self.places(entry) {
            let body = if entry.len >= LARGE {
                self.large(key, entry.hash)?
            } else {
                self.whole(&key, entry.hash)?.map(|bytes| Body::Whole(packed(bytes, said)))
            };
            if body.is_some() {
                return Ok(body);
            }
        }
        Err(lost(entry))
    }
}
