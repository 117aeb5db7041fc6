//! What Masthead keeps at a target for itself, and reading it.
//!
//! Invariant: whatever an edition that was not finished may have touched is known: it names it in
//! the room before it touches it.

use super::manifest::{LIVE, Manifest, is_kept_key, is_publishable, pack, unpack_with};
use crate::{
    base::{Diagnostic, Fingerprint, OutPath},
    remote::{Fault, Object, Remote, Version},
};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// Where intents lie.
const INTENTS: &str = "_masthead/pending";
/// Where bytes lie that an edition replaced.
const KEPT: &str = "_masthead/kept";
/// Where the manifests of earlier editions lie.
const EDITIONS: &str = "_masthead/editions";

/// The folders of the room, and that of the ledger.
pub const FOLDERS: [&str; 5] = [INTENTS, KEPT, EDITIONS, "_masthead/ledger", "_masthead/bench"];

/// What an edition is about to touch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Objects that it writes or removes.
    pub paths: Vec<OutPath>,
    /// Hashes of bytes that it keeps.
    pub kept: Vec<Fingerprint>,
    /// Whether it is a return to an earlier edition.
    pub back: bool,
}

/// What is known of a target.
#[derive(Debug, Default)]
pub struct State {
    /// What the live edition says lies there.
    pub manifest: Option<Manifest>,
    /// Which manifest that is.
    pub version: Option<Version>,
    /// Keys of the intents of editions that were not finished, or are under way.
    pub intents: Vec<String>,
    /// What those may have touched: nobody knows what lies there.
    pub unsure: FxHashSet<OutPath>,
    /// Whether everything is to be written anew because somebody asks for it.
    pub asked: bool,
    /// What those may have kept.
    pub kept: Vec<Fingerprint>,
    /// Whether one of them went forward, and did not return to an earlier edition.
    pub forward: bool,
}

impl State {
    /// Looks at a target.
    ///
    /// # Errors
    /// It cannot be reached, or its manifest cannot be believed.
    pub fn read(remote: &Remote) -> Result<Self, Diagnostic> {
        let finding = |fault: Fault| fault.finding();
        // The intents first: one that ends meanwhile has written its manifest by then.
        let mut state = Self { intents: intents(remote).map_err(finding)?, ..Self::default() };
        for key in &state.intents {
            // Gone meanwhile: then it is finished. Torn: its owner never began.
            let Some(found) = remote.get(key).map_err(finding)? else { continue };
            // Those of earlier programs do not say whether they went back.
            let Some(intent) = unpack_with::<Intent>(&found.bytes, &[0]) else { continue };
            state.forward |= !intent.back;
            // What cannot be the name of an object was never touched.
            let may_be = |path: &OutPath| {
                is_publishable(path.as_str()) && remote.takes(path.as_str()).is_ok()
            };
            state.unsure.extend(intent.paths.into_iter().filter(may_be));
            state.kept.extend(intent.kept);
        }
        if let Some(found) = remote.get(LIVE).map_err(finding)? {
            state.manifest = Some(Manifest::decode(&found.bytes, remote.shown())?);
            state.version = Some(found.version);
        }
        Ok(state)
    }

    /// Treats every object as one that somebody may have touched.
    pub fn doubt_everything(&mut self) {
        self.asked = true;
        let objects = self.manifest.iter().flat_map(|manifest| &manifest.objects);
        self.unsure.extend(objects.map(|entry| entry.path.clone()));
    }

    /// Whether an object is known to lie at the target.
    #[must_use]
    pub fn holds(&self, path: &OutPath, hash: Fingerprint, len: u64) -> bool {
        let entry = self.manifest.as_ref().and_then(|manifest| manifest.entry(path));
        entry.is_some_and(|entry| entry.hash == hash && entry.len == len)
            && !self.unsure.contains(path)
    }
}

/// The keys of all intents.
///
/// # Errors
/// The target does not answer.
pub fn intents(remote: &Remote) -> Result<Vec<String>, Fault> {
    let keys = remote.list(INTENTS)?.into_iter().map(|listed| listed.key);
    Ok(keys.filter(|key| is_intent_key(key)).collect())
}

/// The key of an edition's intent.
#[must_use]
pub fn intent_key(id: u64) -> String {
    format!("{INTENTS}/{id:016x}")
}

/// Whether a key is that of an intent: what else lies there is a stranger's.
fn is_intent_key(key: &str) -> bool {
    let id = key.strip_prefix(INTENTS).and_then(|rest| rest.strip_prefix('/'));
    id.is_some_and(|id| id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The keys of everything that is kept for returns, whoever knows of it.
///
/// # Errors
/// The target does not answer.
pub fn kept(remote: &Remote) -> Result<Vec<String>, Fault> {
    let mut out = remote.list(KEPT)?;
    out.extend(remote.list(EDITIONS)?);
    let keys = out.into_iter().map(|listed| listed.key);
    Ok(keys.filter(|key| is_kept_key(key)).collect())
}

/// Says what an edition is about to touch.
///
/// # Errors
/// The target does not answer; then nothing may be touched.
pub fn announce(remote: &Remote, id: u64, intent: &Intent) -> Result<(), Fault> {
    remote.put(&intent_key(id), &Object::own(pack(intent)))
}

/// Where bytes are kept that an edition replaced.
#[must_use]
pub fn kept_key(hash: Fingerprint) -> String {
    format!("{KEPT}/{hash}")
}

/// Where the manifest of an earlier edition is kept.
#[must_use]
pub fn past_key(number: u64) -> String {
    format!("{EDITIONS}/{number:08}")
}
