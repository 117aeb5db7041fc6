//! What can be done at a target: read, write, copy, remove, list. Blocking.
//!
//! Invariant: each call has a timeout that grows with its size, and is made again at most
//! [`TRIES`] times, with growing pauses. A conditional write whose answer was lost is looked up
//! before it is called lost.

use super::{
    Address, Fault, Said,
    address::Keeper,
    bucket,
    folder::Folder,
    large::Scales,
    pace::{Pace, pause},
    redirect::LeadsTo,
    said::Names,
};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, future::BoxFuture};
use object_store::{
    Error, Extensions, GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion,
    path::Path as Key,
};
use std::{
    io::{self, Write},
    path::Path,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};
use tokio::runtime::Runtime;

/// How often a call is made before it is given up.
pub(super) const TRIES: u32 = 8;
/// A connection slower than this is no connection: bytes a second.
pub(super) const SLOWEST: u64 = 32 * 1024;

/// How many objects are removed in one request (S3's DeleteObjects takes 1,000).
pub const BATCH: usize = 1000;

/// The longest key in bytes (docs.aws.amazon.com/AmazonS3, "Naming Amazon S3 objects"; Google's and
/// Azure's are as long).
const LONGEST: usize = 1024;

/// What is read piece by piece has a limit for each piece; for all of it, this many bytes' worth.
const LONG: u64 = 1 << 30;

/// Which of the objects that were at a key in the course of time.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Version {
    /// Its entity tag.
    pub tag: Option<String>,
    /// Its number, at stores that number.
    pub number: Option<String>,
}

/// An object that was read.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Its bytes; none where only the rest was asked for.
    pub bytes: Bytes,
    /// Which one.
    pub version: Version,
    /// What is said along with it, where the store keeps that.
    pub said: Option<Said>,
    /// The hash that was kept with it; empty where the store keeps none.
    pub hash: String,
}

/// An object in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Its length in bytes.
    pub len: u64,
}

/// An object to be written.
#[derive(Clone, Debug)]
pub struct Object {
    /// Its bytes.
    pub bytes: Bytes,
    /// What is said along with it.
    pub said: Said,
    /// The hash to be kept with it; empty for none.
    pub hash: String,
}

impl Object {
    /// An object of Masthead's own, which no cache should keep.
    #[must_use]
    pub fn own(bytes: impl Into<Bytes>) -> Self {
        let headers =
            [("cache-control", "private, no-store"), ("content-type", "application/octet-stream")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { bytes: bytes.into(), said: Said::new(headers, None), hash: String::new() }
    }
}

/// A target.
#[derive(Debug)]
pub struct Remote {
    shown: String,
    pub(super) backend: Backend,
    /// How the store spells names of metadata.
    pub(super) names: Names,
    /// Whether an object can say that it leads elsewhere.
    leads: bool,
    runtime: Runtime,
    pace: Pace,
    pub(super) scales: Scales,
    pub(super) patience: Duration,
}

#[derive(Debug)]
pub(super) enum Backend {
    Folder(Folder),
    Bucket(Arc<dyn ObjectStore>, String),
}

/// What a store answers: its own errors are judged where the call is repeated.
pub(super) type Answer<T> = Result<T, Error>;

impl Remote {
    /// Takes a target into use. `room` is the folder in it of Masthead's own things, and
    /// `patience` how long a small request may take.
    ///
    /// # Errors
    /// The environment does not say how to reach it.
    pub fn open(address: &Address, room: &str, patience: Duration) -> Result<Self, Fault> {
        let builder = &mut tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(2).enable_all().build();
        let runtime =
            runtime.map_err(|error| Fault::lasting(error.to_string(), "close some programs"))?;
        let (backend, keeper) = match address {
            Address::Folder(folder) => (Backend::Folder(Folder::new(folder, room)), None),
            Address::Bucket { keeper, url, prefix } => {
                let store = runtime.block_on(bucket::open(*keeper, url))?;
                (Backend::Bucket(store, prefix.clone()), Some(*keeper))
            }
        };
        Ok(Self {
            shown: address.to_string(),
            backend,
            names: if keeper == Some(Keeper::Azure) { Names::Joined } else { Names::Hyphened },
            leads: keeper == Some(Keeper::S3),
            runtime,
            pace: Pace::default(),
            scales: Scales::default(),
            patience,
        })
    }

    /// Whether an object can say that it leads elsewhere, so that readers are sent there.
    #[must_use]
    pub fn leads(&self) -> bool {
        self.leads
    }

    /// Its address.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether it is a folder, which keeps no headers.
    #[must_use]
    pub fn is_folder(&self) -> bool {
        matches!(self.backend, Backend::Folder(_))
    }

    /// Where it is, if it is a folder.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match &self.backend {
            Backend::Folder(folder) => Some(folder.root()),
            Backend::Bucket(..) => None,
        }
    }

    /// Removes what killed runs left unfinished, where that is possible at all.
    pub fn tidy(&self) {
        if let Backend::Folder(folder) = &self.backend {
            folder.tidy();
        }
    }

    /// Whether a key can be that of an object here.
    ///
    /// # Errors
    /// It cannot, and why.
    pub fn takes(&self, key: &str) -> Result<(), Fault> {
        match &self.backend {
            Backend::Folder(folder) => folder.path(key).map(drop),
            Backend::Bucket(_, prefix) => locate(prefix, key).map(drop),
        }
    }

    /// Reads an object; `None` if there is none.
    ///
    /// # Errors
    /// The target does not answer, or refuses.
    pub fn get(&self, key: &str) -> Result<Option<Found>, Fault> {
        if let Backend::Folder(folder) = &self.backend {
            return folder.get(key);
        }
        let found = self.read(key, false, &|_| Vec::new())?;
        Ok(found.map(|(found, bytes)| Found { bytes: bytes.into(), ..found }))
    }

    /// Reads what is said along with an object, and not its bytes.
    ///
    /// # Errors
    /// The target does not answer, or refuses.
    pub fn head(&self, key: &str) -> Result<Option<Found>, Fault> {
        match &self.backend {
            Backend::Folder(folder) => folder.head(key),
            Backend::Bucket(..) => {
                Ok(self.read(key, true, &|_| io::sink())?.map(|(found, _)| found))
            }
        }
    }

    /// Reads an object of a bucket into what `open` makes for it, anew with each try.
    pub(super) fn read<S: Write + Send>(
        &self,
        key: &str,
        head: bool,
        open: &(dyn Fn(Option<&Said>) -> S + Sync),
    ) -> Result<Option<(Found, S)>, Fault> {
        let Backend::Bucket(store, prefix) = &self.backend else { return Ok(None) };
        let at = locate(prefix, key)?;
        let read = || -> BoxFuture<'_, Answer<Option<(Found, S)>>> {
            Box::pin(async {
                let options = GetOptions { head, ..GetOptions::default() };
                let answer = match in_time(self.patience, store.get_opts(&at, options)).await {
                    Err(Error::NotFound { .. }) => return Ok(None),
                    answer => answer?,
                };
                let version =
                    Version { tag: answer.meta.e_tag.clone(), number: answer.meta.version.clone() };
                let to = answer.extensions.get::<LeadsTo>().map(|to| to.0.clone());
                let (said, hash) = Said::read(&answer.attributes, to, self.names);
                let (len, mut read) = (answer.meta.size, 0);
                let mut sink = open(Some(&said));
                let mut stream = answer.into_stream();
                while !head && let Some(part) = in_time(self.patience, stream.try_next()).await? {
                    sink.write_all(&part).map_err(|error| torn(&error.to_string()))?;
                    read += part.len() as u64;
                }
                if !head && read != len {
                    return Err(torn("it ended early"));
                }
                Ok(Some((Found { bytes: Bytes::new(), version, said: Some(said), hash }, sink)))
            })
        };
        self.again(key, LONG, read)
    }

    /// Writes an object, in place of the one that is there.
    ///
    /// # Errors
    /// The target does not answer, or refuses.
    pub fn put(&self, key: &str, object: &Object) -> Result<(), Fault> {
        let (store, prefix) = match &self.backend {
            Backend::Folder(folder) => return folder.put(key, &object.bytes).map(drop),
            Backend::Bucket(store, prefix) => (store, prefix),
        };
        let at = locate(prefix, key)?;
        let put = || -> BoxFuture<'_, Answer<()>> {
            let options = self.options(object, PutMode::Overwrite);
            let bytes = object.bytes.clone();
            Box::pin(async { store.put_opts(&at, bytes.into(), options).await.map(drop) })
        };
        self.again(key, object.bytes.len() as u64, put)
    }

    /// Writes an object if what is there is still `before` (`None`: nothing). `None` when it is
    /// not: somebody else has been here. The bytes must be such as nobody else would write.
    ///
    /// # Errors
    /// The target does not answer, or refuses.
    pub fn put_if(
        &self,
        key: &str,
        object: &Object,
        before: Option<&Version>,
    ) -> Result<Option<Version>, Fault> {
        let (store, prefix) = match &self.backend {
            Backend::Folder(folder) => return folder.put_if(key, &object.bytes, before),
            Backend::Bucket(store, prefix) => (store, prefix),
        };
        let at = locate(prefix, key)?;
        let mode = before.map_or(PutMode::Create, |before| {
            PutMode::Update(UpdateVersion {
                e_tag: before.tag.clone(),
                version: before.number.clone(),
            })
        });
        let put = || -> BoxFuture<'_, Answer<Option<Version>>> {
            let options = self.options(object, mode.clone());
            let bytes = object.bytes.clone();
            Box::pin(async {
                match store.put_opts(&at, bytes.into(), options).await {
                    Ok(put) => Ok(Some(Version { tag: put.e_tag, number: put.version })),
                    Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(None),
                    Err(error) => Err(error),
                }
            })
        };
        match self.again(key, object.bytes.len() as u64, put)? {
            Some(version) => Ok(Some(version)),
            // An earlier try may have come through though its answer did not.
            None => {
                let now = self.get(key)?;
                Ok(now.filter(|now| now.bytes == object.bytes).map(|now| now.version))
            }
        }
    }

    /// Copies an object where it lies; says whether it was there.
    ///
    /// # Errors
    /// The target does not answer, or refuses.
    pub fn copy(&self, from: &str, to: &str) -> Result<bool, Fault> {
        let (store, prefix) = match &self.backend {
            Backend::Folder(folder) => return folder.copy(from, to),
            Backend::Bucket(store, prefix) => (store, prefix),
        };
        let (source, target) = (locate(prefix, from)?, locate(prefix, to)?);
        let copy = || -> BoxFuture<'_, Answer<bool>> {
            Box::pin(async {
                match store.copy(&source, &target).await {
                    Ok(()) => Ok(true),
                    Err(Error::NotFound { .. }) => Ok(false),
                    Err(error) => Err(error),
                }
            })
        };
        self.again(from, 2 << 20, copy)
    }

    /// Removes objects; those that are not there count as removed.
    ///
    /// # Errors
    /// The target does not answer, or refuses.
    pub fn delete(&self, keys: &[String]) -> Result<(), Fault> {
        let (store, prefix) = match &self.backend {
            Backend::Folder(folder) => return keys.iter().try_for_each(|key| folder.delete(key)),
            Backend::Bucket(store, prefix) => (store, prefix),
        };
        let Some(first) = keys.first() else { return Ok(()) };
        let at: Vec<Key> = keys.iter().map(|key| locate(prefix, key)).collect::<Result<_, _>>()?;
        let delete = || -> BoxFuture<'_, Answer<()>> {
            let at = futures::stream::iter(at.clone()).map(Ok).boxed();
            Box::pin(async {
                let absent = |error: &Error| matches!(error, Error::NotFound { .. });
                let answers: Vec<Answer<Key>> = store.delete_stream(at).collect().await;
                answers
                    .into_iter()
                    .filter(|a| !a.as_ref().is_err_and(absent))
                    .try_for_each(|a| a.map(drop))
            })
        };
        self.again(first, 2 << 20, delete)
    }

    /// The objects below a prefix that ends where a folder would; all for an empty one.
    ///
    /// # Errors
    /// The target does not answer, or refuses.
    pub fn list(&self, below: &str) -> Result<Vec<Listed>, Fault> {
        let (store, prefix) = match &self.backend {
            Backend::Folder(folder) => return folder.list(below),
            Backend::Bucket(store, prefix) => (store, prefix),
        };
        let at = locate(prefix, below)?;
        let skip = if prefix.is_empty() { 0 } else { prefix.len() + 1 };
        let list = || -> BoxFuture<'_, Answer<Vec<Listed>>> {
            let at = (!at.is_root()).then_some(&at);
            let listed = store.list(at).map_ok(move |meta| {
                let key = meta.location.as_ref().get(skip..).unwrap_or_default().to_owned();
                Listed { key, len: meta.size }
            });
            Box::pin(async {
                let (mut out, mut listed) = (Vec::new(), pin!(listed));
                while let Some(one) = in_time(self.patience, listed.try_next()).await? {
                    out.push(one);
                }
                Ok(out)
            })
        };
        self.again(below, LONG, list)
    }

    /// Does something with each of many, as many at once as the target bears. After the first
    /// fault nothing new is begun.
    ///
    /// # Errors
    /// The first fault.
    pub fn each<T: Sync>(
        &self,
        items: &[T],
        act: impl Fn(&T) -> Result<(), Fault> + Sync,
    ) -> Result<(), Fault> {
        let next = AtomicUsize::new(0);
        let stop = AtomicBool::new(false);
        let fault = Mutex::new(None);
        let work = || {
            while !stop.load(Ordering::Relaxed) {
                let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                if let Err(why) = act(item) {
                    stop.store(true, Ordering::Relaxed);
                    fault.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..items.len().min(self.workers()) {
                scope.spawn(work);
            }
        });
        fault.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
    }

    fn options(&self, object: &Object, mode: PutMode) -> PutOptions {
        let mut extensions = Extensions::new();
        if let Some(to) = object.said.redirect.as_ref().filter(|_| self.leads) {
            extensions.insert(LeadsTo(to.clone()));
        }
        let attributes = object.said.attributes(&object.hash, self.names);
        PutOptions { mode, attributes, extensions, ..PutOptions::default() }
    }

    fn workers(&self) -> usize {
        // A disk is not made faster by asking it more at once.
        if self.is_folder() { 4 } else { super::pace::MOST }
    }

    /// Makes a call until it succeeds, or there is no hope.
    pub(super) fn again<'a, T>(
        &self,
        key: &str,
        bytes: u64,
        call: impl Fn() -> BoxFuture<'a, Answer<T>>,
    ) -> Result<T, Fault> {
        let limit = self.patience + Duration::from_secs(bytes / SLOWEST);
        let mut tried = 0;
        loop {
            self.pace.enter();
            let answer = self.runtime.block_on(async { tokio::time::timeout(limit, call()).await });
            let fault = match answer {
                Ok(Ok(value)) => {
                    self.pace.leave(true);
                    return Ok(value);
                }
                Ok(Err(error)) => Fault::of_store(&self.shown, key, &error),
                Err(_) => {
                    let shown = &self.shown;
                    Fault::passing(format!("the target `{shown}`, `{key}`: no answer in {limit:?}"))
                }
            };
            self.pace.leave(!fault.passing);
            tried += 1;
            if !fault.passing {
                return Err(fault);
            }
            if tried >= TRIES {
                return Err(Fault {
                    what: format!("{}, tried {tried} times", fault.what),
                    ..fault
                });
            }
            thread::sleep(pause(tried));
        }
    }
}

/// Gives up where nothing comes for too long.
pub(super) async fn in_time<T>(
    limit: Duration,
    answer: impl Future<Output = Answer<T>>,
) -> Answer<T> {
    match tokio::time::timeout(limit, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(torn(&format!("no answer in {limit:?}"))),
    }
}

pub(super) fn locate(prefix: &str, key: &str) -> Result<Key, Fault> {
    let full = if prefix.is_empty() { key.to_owned() } else { format!("{prefix}/{key}") };
    let refused = |why: &str| {
        let what = format!("`{key}` cannot be the name of an object: {why}");
        Fault::lasting(what, "give the story another `slug`, or the file another name")
    };
    if full.len() > LONGEST {
        return Err(refused(&format!(
            "it has {} bytes, and no more than {LONGEST} may be",
            full.len()
        )));
    }
    Key::parse(&full).map_err(|why| refused(&why.to_string()))
}

pub(super) fn torn(why: &str) -> Error {
    Error::Generic { store: "target", source: why.into() }
}
