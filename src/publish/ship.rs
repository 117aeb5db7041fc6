//! Brings a plan about, in an order in which no reader meets a page before what it needs.
//!
//! Invariant: what is about to be touched has been announced before; a phase ends before the next
//! begins; what is replaced is kept first; nothing is written once the lease is lost; the manifest
//! is last, and only if nobody wrote it meanwhile.

use super::{
    lease::Lease,
    manifest::{LIVE, Manifest, Past},
    packing::Digest,
    plan::{Plan, Upload},
    room::{self, Intent, State, intent_key, kept_key, past_key},
    sources::{Body, Source, lies_at},
    withdrawn,
};
use crate::{
    base::{Diagnostic, Fingerprint, Hasher, OutPath},
    outputs::delivery::Class,
    remote::{BATCH, Fault, LARGE, Large, Object, Remote, Said},
};
use rustc_hash::FxHashSet;
use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

/// Is told how far it has come.
pub trait Watch: Sync {
    /// A phase begins, with so many steps.
    fn begin(&self, phase: &str, steps: usize);
    /// One step more is done.
    fn step(&self);
}

/// Why it stopped.
#[derive(Debug)]
pub enum Halt {
    /// Somebody else has published meanwhile: look again, plan again.
    Lost,
    /// Bytes are wanted that are not on this machine: build again.
    Missing,
    /// The target failed.
    Failed(Diagnostic),
}

/// One attempt to bring a plan about.
pub struct Errand<'a> {
    /// The target.
    pub remote: &'a Remote,
    /// Names the intent.
    pub id: u64,
    /// The right to write.
    pub lease: &'a Lease,
    /// What was there when the plan was made.
    pub state: &'a State,
    /// What is to be there.
    pub edition: &'a Manifest,
    /// What is to be done.
    pub plan: &'a Plan,
    /// Where bytes come from.
    pub source: &'a dyn Source,
    /// Whether what is replaced is kept, for a return or in case this comes to no end.
    pub keeps: bool,
    /// Whether it returns to an earlier edition.
    pub back: bool,
    /// Who looks on.
    pub watch: &'a dyn Watch,
    /// Whether anything that readers see may have been touched.
    pub begun: AtomicBool,
}

const PHASES: [(&str, &[Class]); 4] = [
    ("files", &[Class::Hashed, Class::File]),
    ("stories", &[Class::Article]),
    ("lists", &[Class::List]),
    ("machine", &[Class::Machine]),
];

impl Errand<'_> {
    /// Does it all; says what went wrong when it was live already, and only what nobody needs any
    /// more was to go.
    ///
    /// # Errors
    /// Why it stopped; what was announced stands then, so that whoever comes next knows.
    pub fn run(&self) -> Result<Option<Fault>, Halt> {
        self.look_for_bytes()?;
        self.announce()?;
        self.keep_what_goes()?;
        self.begun.store(true, Ordering::Relaxed);
        for (name, classes) in PHASES {
            let of_phase = |upload: &&Upload| classes.contains(&upload.entry.class);
            let uploads: Vec<&Upload> = self.plan.uploads.iter().filter(of_phase).collect();
            self.each(name, &uploads, |upload| self.upload(upload))?;
        }
        self.remove()?;
        self.conclude()
    }

    /// Nothing is touched before everything that is wanted is there.
    fn look_for_bytes(&self) -> Result<(), Halt> {
        let missing = AtomicBool::new(false);
        let look = |upload: &Upload| {
            let is_there = self.source.has(&upload.entry)?;
            missing.fetch_or(!is_there, Ordering::Relaxed);
            Ok(())
        };
        self.remote.each(&self.plan.uploads, look).map_err(failed)?;
        if missing.into_inner() { Err(Halt::Missing) } else { Ok(()) }
    }

    fn announce(&self) -> Result<(), Halt> {
        let mut paths = self.plan.paths();
        paths.extend(self.state.unsure.iter().cloned());
        paths.sort();
        paths.dedup();
        let mut kept = self.plan.replaced();
        kept.extend(&self.state.kept);
        room::announce(self.remote, self.id, &Intent { paths, kept, back: self.back })
            .map_err(failed)
    }

    /// Does something with each, and stops all when one stops.
    fn each<T: Sync>(
        &self,
        phase: &str,
        items: &[T],
        act: impl Fn(&T) -> Result<(), Halt> + Sync,
    ) -> Result<(), Halt> {
        if items.is_empty() {
            return Ok(());
        }
        self.watch.begin(phase, items.len());
        let halt = Mutex::new(None);
        let result = self.remote.each(items, |item| {
            let done = if self.lease.is_held() { act(item) } else { Err(Halt::Lost) };
            self.watch.step();
            done.map_err(|why| {
                halt.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
                Fault::passing("stopped")
            })
        });
        match (halt.into_inner().unwrap_or_else(PoisonError::into_inner), result) {
            (Some(halt), _) => Err(halt),
            (None, result) => result.map_err(failed),
        }
    }

    fn upload(&self, upload: &Upload) -> Result<(), Halt> {
        let entry = &upload.entry;
        let whole = entry.len < LARGE;
        // What is large takes its room when it is sent.
        let _room = whole.then(|| self.remote.room(entry.len));
        let body = self.source.body(entry, &upload.said).map_err(failed)?.ok_or(Halt::Missing)?;
        if let Some(before) = upload.before {
            self.keep(before, &entry.path, upload.sure).map_err(failed)?;
        }
        if self.remote.is_folder() {
            self.make_way(&entry.path).map_err(failed)?;
        }
        let (key, said) = (entry.path.as_str(), upload.said.clone());
        match body {
            Body::Whole(bytes) => {
                let object = Object { bytes, said, hash: entry.hash.to_string() };
                self.remote.put(key, &object).map_err(failed)
            }
            Body::Large(place) => {
                let object = Large { place, len: entry.len, hash: entry.hash, said };
                let sent = self.remote.put_large(key, &object).map_err(failed)?;
                if sent { Ok(()) } else { Err(Halt::Missing) }
            }
        }
    }

    /// In a folder a file takes the place of a folder of pages, which go first.
    fn make_way(&self, path: &OutPath) -> Result<(), Fault> {
        let below = format!("{path}/");
        let gone = &self.plan.deletions;
        let first = gone.partition_point(|deletion| deletion.path.as_str() < below.as_str());
        let gone = gone[first..].iter().map(|deletion| deletion.path.to_string());
        let keys: Vec<String> = gone.take_while(|path| path.starts_with(&below)).collect();
        self.remote.delete(&keys)
    }

    /// Keeps the bytes at a path before they are replaced, under their hash.
    fn keep(&self, hash: Fingerprint, path: &OutPath, sure: bool) -> Result<(), Fault> {
        if !self.keeps || self.is_kept(hash) {
            return Ok(());
        }
        let key = kept_key(hash);
        if sure {
            // What a stranger put there is not kept in the name of what they wrote over.
            let is_whole = lies_at(self.remote, path.as_str(), hash)?;
            return if is_whole { self.remote.copy(path.as_str(), &key).map(drop) } else { Ok(()) };
        }
        // Whoever touched it before kept it before that; only if they did not come so far are the
        // bytes still in their place.
        if lies_at(self.remote, &key, hash)? {
            return Ok(());
        }
        let nothing = Said::default();
        let open = |said: Option<&Said>| Digest::new(said.unwrap_or(&nothing), Hasher::default());
        let read = self.remote.read_into(path.as_str(), &open)?;
        if read.is_some_and(|(_, digest)| digest.hash() == Some(hash)) {
            self.remote.copy(path.as_str(), &key)?;
        }
        Ok(())
    }

    fn is_kept(&self, hash: Fingerprint) -> bool {
        let live = self.state.manifest.as_ref();
        live.is_some_and(|live| live.history.iter().any(|past| past.kept.contains(&hash)))
    }

    /// Keeps what will be removed. It comes first: in a folder, what is written may push aside a
    /// file where a folder must be.
    fn keep_what_goes(&self) -> Result<(), Halt> {
        if !self.keeps {
            return Ok(());
        }
        self.each("keep", &self.plan.deletions, |deletion| match deletion.before {
            Some(before) => self.keep(before, &deletion.path, deletion.sure).map_err(failed),
            None => Ok(()),
        })
    }

    fn remove(&self) -> Result<(), Halt> {
        let keys: Vec<String> = self.plan.deletions.iter().map(|d| d.path.to_string()).collect();
        let batches: Vec<&[String]> = keys.chunks(BATCH).collect();
        self.each("remove", &batches, |batch| self.remote.delete(batch).map_err(failed))
    }

    /// The manifest, and what may go once it is written.
    fn conclude(&self) -> Result<Option<Fault>, Halt> {
        if !self.lease.is_held() {
            return Err(Halt::Lost);
        }
        if let Some(past) = self.edition.history.first().filter(|_| self.keeps_live()) {
            self.remote.copy(LIVE, &past_key(past.number)).map_err(failed)?;
        }
        let object = Object::own(self.edition.encode());
        let written = self.remote.put_if(LIVE, &object, self.state.version.as_ref());
        if written.map_err(failed)?.is_none() {
            return Err(Halt::Lost);
        }
        Ok(self.sweep().err())
    }

    /// Whether the edition that was live is one of those that can be returned to.
    fn keeps_live(&self) -> bool {
        let live = self.state.manifest.as_ref().map(|live| live.number);
        live.is_some() && live == self.edition.history.first().map(|past| past.number)
    }

    fn sweep(&self) -> Result<(), Fault> {
        let needed: FxHashSet<String> = needed(&self.edition.history);
        let before = self.state.manifest.iter().flat_map(|live| &live.dropped);
        let mut keys: Vec<String> = before
            .filter(|key| !needed.contains(*key))
            .chain(&self.edition.dropped)
            .cloned()
            .collect();
        // Where nothing is to be left, and where nobody knows what was kept, one looks.
        if !self.keeps || self.state.manifest.is_none() {
            keys.extend(room::kept(self.remote)?.into_iter().filter(|key| !needed.contains(key)));
        }
        keys.sort();
        keys.dedup();
        keys.chunks(BATCH).try_for_each(|batch| self.remote.delete(batch))?;
        // The intents last: until then somebody knows what there might be.
        let mut intents = self.state.intents.clone();
        intents.push(intent_key(self.id));
        self.remote.delete(&intents)?;
        self.remote.tidy();
        Ok(())
    }
}

fn failed(fault: Fault) -> Halt {
    Halt::Failed(fault.finding())
}

fn needed(history: &[Past]) -> FxHashSet<String> {
    let kept = history.iter().flat_map(|past| past.kept.iter().map(|hash| kept_key(*hash)));
    kept.chain(history.iter().map(|past| past_key(past.number))).collect()
}

/// Gives an edition its place after those before it.
pub fn succeed(edition: &mut Manifest, state: &State, plan: &Plan, keep: usize) {
    let Some(live) = &state.manifest else {
        edition.number = 1;
        edition.dropped = state.kept.iter().map(|hash| kept_key(*hash)).collect();
        return;
    };
    edition.number = live.number + 1;
    edition.withdrawn = withdrawn::after(edition, live);
    let newest = Past { number: live.number, kept: plan.replaced() };
    let mut history = live.history.clone();
    let mut over = Vec::new();
    if plan.is_for_readers(live) {
        history.insert(0, newest);
    } else {
        // Nobody would want to return to what looks the same; but what was there before may need
        // what is replaced now.
        if let Some(before) = history.first_mut() {
            before.kept.extend(&newest.kept);
            before.kept.sort_unstable();
            before.kept.dedup();
        }
        over.push(newest);
    }
    over.extend(history.split_off(keep.min(history.len())));
    edition.history = history;
    drop_all_but_needed(edition, over.iter(), state);
}

/// After an edition that was not finished is undone: everything is as it was before it.
pub fn restore(edition: &mut Manifest, state: &State) {
    drop_all_but_needed(edition, [].iter(), state);
}

/// After a return to an earlier edition: what was before it can still be returned to.
pub fn return_to(edition: &mut Manifest, state: &State, plan: &Plan) {
    let Some(live) = &state.manifest else { return };
    edition.number = live.number + 1;
    edition.withdrawn = withdrawn::by_return(edition, live);
    edition.history = live.history.iter().skip(1).cloned().collect();
    // What is withdrawn is kept until the return has come to its end, and then no longer.
    let withdrawn = Past { number: live.number, kept: plan.replaced() };
    drop_all_but_needed(edition, live.history.iter().take(1).chain([&withdrawn]), state);
}

fn drop_all_but_needed<'a>(
    edition: &mut Manifest,
    over: impl Iterator<Item = &'a Past>,
    state: &State,
) {
    let mut keys: Vec<String> = state.kept.iter().map(|hash| kept_key(*hash)).collect();
    for past in over {
        keys.extend(past.kept.iter().map(|hash| kept_key(*hash)));
        keys.push(past_key(past.number));
    }
    let needed = needed(&edition.history);
    keys.retain(|key| !needed.contains(key));
    keys.sort();
    keys.dedup();
    edition.dropped = keys;
}
