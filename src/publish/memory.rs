//! The ledger at the target, for machines that begin with nothing.
//!
//! Invariant: it is never needed. Whatever is wrong with it, torn, of another program or of another
//! outlet, costs time and changes nothing that readers see. It names only what is published.

use super::manifest::{pack, unpack};
use crate::{
    build::{self, Handover, travel},
    ledger::disk,
    remote::{BATCH, Fault, Object, Remote},
};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::Path,
    sync::{Mutex, PoisonError},
};

const LIST: &str = "_masthead/ledger/list";
/// Where everything of it lies.
const FOLDER: &str = "_masthead/ledger";

/// What the list at the target holds.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Bundle {
    list: Vec<u8>,
    blocks: Vec<String>,
}

fn key(block: &str) -> String {
    format!("{FOLDER}/{block}")
}

/// Fetches the ledger where this machine has none; says whether it did. What does not succeed is
/// not tried again: a build without a ledger is as good.
#[must_use]
pub fn fetch(remote: &Remote, memory: &Path) -> bool {
    if disk::is_there(memory) {
        return false;
    }
    let Ok(Some(found)) = remote.get(LIST) else { return false };
    let Some(bundle) = unpack::<Bundle>(&found.bytes) else { return false };
    let blocks = Mutex::new(Vec::new());
    let fetched = remote.each(&bundle.blocks, |name| {
        let absent = || Fault::lasting(format!("block {name} of the ledger"), "");
        let found = remote.get(&key(name))?.ok_or_else(absent)?;
        let block: Vec<u8> = unpack(&found.bytes).ok_or_else(absent)?;
        blocks.lock().unwrap_or_else(PoisonError::into_inner).push((name.clone(), block));
        Ok(())
    });
    let blocks = blocks.into_inner().unwrap_or_else(PoisonError::into_inner);
    fetched.is_ok() && travel::unpack(memory, &bundle.list, &blocks).is_ok()
}

/// Puts the ledger of this machine there; only blocks that are new are sent.
///
/// # Errors
/// The target does not answer.
pub fn push(remote: &Remote, options: &build::Options, handover: &Handover) -> Result<(), Fault> {
    let mine = |error: io::Error| {
        Fault::lasting(format!("the ledger: {error}"), "check who may write there")
    };
    let Some(folder) = travel::pack(options, handover).map_err(mine)? else { return Ok(()) };
    let (list, blocks) = disk::parts(&folder).map_err(mine)?;
    let before = remote.get(LIST)?.and_then(|found| unpack::<Bundle>(&found.bytes));
    let before = before.unwrap_or_default();
    if before.list == list {
        return Ok(());
    }
    let known: FxHashSet<&String> = before.blocks.iter().collect();
    let new: Vec<&String> = blocks.iter().filter(|name| !known.contains(name)).collect();
    remote.each(&new, |name| {
        let block = disk::block(&folder, name).map_err(mine)?;
        remote.put(&key(name), &Object::own(pack(&block)))
    })?;
    let wanted: FxHashSet<String> = blocks.iter().map(|name| key(name)).collect();
    remote.put(LIST, &Object::own(pack(&Bundle { list, blocks: blocks.clone() })))?;
    remove_all_but(remote, |key| key == LIST || wanted.contains(key))
}

/// Whether anything of one is there.
///
/// # Errors
/// The target does not answer.
pub fn is_there(remote: &Remote) -> Result<bool, Fault> {
    Ok(!remote.list(FOLDER)?.is_empty())
}

/// Removes what is there: it would tell of what is published no longer.
///
/// # Errors
/// The target does not answer.
pub fn forget(remote: &Remote) -> Result<(), Fault> {
    remove_all_but(remote, |_| false)
}

/// What lies there is looked up: a list may be lost, and no word of it is believed.
fn remove_all_but(remote: &Remote, wanted: impl Fn(&str) -> bool) -> Result<(), Fault> {
    let listed = remote.list(FOLDER)?.into_iter().map(|listed| listed.key);
    let mut keys: Vec<String> = listed.filter(|key| !wanted(key)).collect();
    // The list first: what it names is not looked for then.
    keys.sort_by_key(|key| key != LIST);
    keys.chunks(BATCH).try_for_each(|batch| remote.delete(batch))
}
