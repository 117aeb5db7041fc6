//! Compares what lies at a target with its manifest: what did strangers do there?
//!
//! Invariant: it writes nothing. What an unfinished edition may have touched is told apart.

use super::{
    failed,
    manifest::{Entry, Manifest, ROOM},
    packing::{Digest, is_packed},
    room::State,
};
use crate::{
    base::{Code, Diagnostic, Hasher, OutPath},
    build::Failure,
    remote::{Address, Fault, Found, Listed, Remote, Said},
};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// What was found.
#[derive(Debug, Default, Serialize)]
pub struct Verdict {
    /// How many objects the manifest has.
    pub objects: usize,
    /// Objects that are not as they were put there, each with what differs.
    pub changed: Vec<(String, String)>,
    /// Objects that no edition put there.
    pub added: Vec<String>,
    /// Objects that are not there any more.
    pub removed: Vec<String>,
    /// Objects that an edition which was not finished may have touched.
    pub unfinished: Vec<String>,
}

impl Verdict {
    /// Whether everything is as the manifest says.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.changed.is_empty()
            && self.added.is_empty()
            && self.removed.is_empty()
            && self.unfinished.is_empty()
    }
}

/// Compares; `deep` reads every byte.
///
/// # Errors
/// The target cannot be reached, or has no manifest.
pub fn verify(address: &Address, deep: bool, patience: Duration) -> Result<Verdict, Failure> {
    let finding = |fault: Fault| failed(fault.finding());
    let remote = Remote::open(address, ROOM, patience).map_err(finding)?;
    let state = State::read(&remote).map_err(failed)?;
    let Some(manifest) = &state.manifest else {
        let message = format!("`{address}` has no manifest: nothing was published there");
        let finding = Diagnostic::new(Code::BadTarget, message);
        return Err(Failure::Site(vec![finding.help("publish there, or name another target")]));
    };
    let listed = remote.list("").map_err(finding)?;
    let listed: BTreeMap<&str, &Listed> =
        listed.iter().filter(|one| !is_own(&one.key)).map(|one| (one.key.as_str(), one)).collect();
    let changed = Mutex::new(BTreeMap::new());
    let present: Vec<&Entry> =
        manifest.objects.iter().filter(|entry| listed.contains_key(entry.path.as_str())).collect();
    let look = |entry: &&Entry| {
        let len = listed.get(entry.path.as_str()).map(|listed| listed.len);
        let difference = difference(&remote, manifest, entry, len, deep)?;
        let mut changed = changed.lock().unwrap_or_else(PoisonError::into_inner);
        changed.extend(difference.map(|what| (entry.path.to_string(), what)));
        Ok(())
    };
    remote.each(&present, look).map_err(finding)?;
    let known: BTreeSet<&str> = manifest.objects.iter().map(|entry| entry.path.as_str()).collect();
    let unsure = |path: &str| OutPath::new(path).is_some_and(|path| state.unsure.contains(&path));
    let added = listed.keys().filter(|key| !known.contains(**key) && !unsure(key));
    let removed = known.iter().filter(|path| !listed.contains_key(**path) && !unsure(path));
    let mut unfinished: Vec<String> = state.unsure.iter().map(OutPath::to_string).collect();
    unfinished.sort();
    let changed = changed.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Verdict {
        objects: manifest.objects.len(),
        changed: changed.into_iter().filter(|(path, _)| !unsure(path)).collect(),
        added: added.map(|key| (*key).to_owned()).collect(),
        removed: removed.map(|path| (*path).to_owned()).collect(),
        unfinished,
    })
}

/// Which of some paths are not as the manifest says.
///
/// # Errors
/// The target does not answer.
pub fn astray(
    remote: &Remote,
    manifest: &Manifest,
    paths: &BTreeSet<OutPath>,
) -> Result<Vec<OutPath>, Fault> {
    let astray = Mutex::new(BTreeSet::new());
    let paths: Vec<&OutPath> = paths.iter().collect();
    remote.each(&paths, |path| {
        let wrong = match manifest.entry(path) {
            Some(entry) => difference(remote, manifest, entry, None, false)?.is_some(),
            None => remote.head(path.as_str())?.is_some(),
        };
        if wrong {
            astray.lock().unwrap_or_else(PoisonError::into_inner).insert((*path).clone());
        }
        Ok(())
    })?;
    Ok(astray.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect())
}

fn is_own(key: &str) -> bool {
    key.strip_prefix(ROOM).is_some_and(|rest| rest.starts_with('/'))
}

/// What is other about an object than the manifest says; `len` is how long it is stored, if known.
fn difference(
    remote: &Remote,
    manifest: &Manifest,
    entry: &Entry,
    len: Option<u64>,
    deep: bool,
) -> Result<Option<String>, Fault> {
    let key = entry.path.as_str();
    let wanted = manifest.said_of(entry);
    // How long something packed is, the manifest does not know.
    if len.is_some_and(|len| len != entry.len) && !is_packed(&wanted) {
        return Ok(Some("bytes".to_owned()));
    }
    let read = || {
        let open = |said: Option<&Said>| Digest::new(said.unwrap_or(&wanted), Hasher::default());
        let read = remote.read_into(key, &open)?;
        Ok(read.map(|(found, digest)| (found, digest.hash() == Some(entry.hash))))
    };
    let head = if deep || remote.is_folder() { None } else { remote.head(key)? };
    // Whoever wrote something without its hash was no publisher: the bytes alone tell then.
    let found = match head.filter(|found| found.hash == entry.hash.to_string()) {
        Some(found) => Some((found, true)),
        None => read()?,
    };
    Ok(match found {
        // Gone since the list was made.
        None => Some("removed".to_owned()),
        Some((_, false)) => Some("bytes".to_owned()),
        Some((found, true)) => differs(&found, &wanted, entry),
    })
}

fn differs(found: &Found, wanted: &Said, entry: &Entry) -> Option<String> {
    let said = found.said.as_ref()?;
    let mut names = headers(said, wanted);
    if found.hash != entry.hash.to_string() {
        names.insert(HASH);
    }
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    (!names.is_empty()).then(|| format!("headers: {names}"))
}

/// What messages call the hash that is kept along with an object; stores spell it in their own ways.
const HASH: &str = "masthead-hash";

/// The names of the headers that differ.
fn headers<'a>(said: &'a Said, wanted: &'a Said) -> BTreeSet<&'a str> {
    let differing = said.headers.iter().chain(&wanted.headers);
    let differing = differing.filter(|(name, _)| said.get(name) != wanted.get(name));
    let mut names: BTreeSet<&str> = differing.map(|(name, _)| name.as_str()).collect();
    if said.redirect != wanted.redirect {
        names.insert("x-amz-website-redirect-location");
    }
    names
}
