//! Objects that are too large to be held: they are sent and looked through piece by piece.
//!
//! Invariant: of all objects under way together no more than [`HELD`] bytes are held. Stores put the
//! parts of an object together in one step, so at its name there is the whole old one until there
//! is the whole new one; and that step is made only if the parts are what was promised. What is not
//! put together is thrown away, unless the program is killed.

use super::{
    Fault, Said,
    pace::pause,
    store::{Answer, Backend, Found, Remote, SLOWEST, TRIES, in_time, locate, torn},
};
use crate::base::{Fingerprint, Hasher};
use bytes::Bytes;
use futures::{
    StreamExt, TryStreamExt,
    future::BoxFuture,
    stream::{self, BoxStream, FuturesUnordered},
};
use object_store::{
    MultipartUpload, ObjectStore, ObjectStoreExt, PutMultipartOptions,
    path::Path as Key,
    retry::{RetryContext, RetryFailure, RetryPolicy},
};
use std::{
    fs::File,
    io::{self, Read, Write},
    path::PathBuf,
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

/// From so many bytes on an object is large. Its parts have this size: S3 wants five MiB at least
/// and ten thousand parts at most (docs.aws.amazon.com/AmazonS3, "Amazon S3 multipart upload
/// limits"), R2 wants all but the last to be equal.
pub const LARGE: u64 = 8 << 20;
/// How many parts of an object are under way at once.
const PARTS: usize = 3;
/// How much is read at a time.
const PIECE: usize = 256 << 10;
/// How many bytes of objects are held at once.
const HELD: u64 = 64 << 20;

/// Where the bytes of a large object are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// In a file of this machine.
    File(PathBuf),
    /// In another object of the target.
    Object(String),
}

/// A large object to be written.
#[derive(Clone, Debug)]
pub struct Large {
    /// Where its bytes are.
    pub place: Place,
    /// How many.
    pub len: u64,
    /// Their hash, which is kept with them.
    pub hash: Fingerprint,
    /// What is said along with it.
    pub said: Said,
}

/// How much is held, and a wait for there to be room.
#[derive(Debug, Default)]
pub(super) struct Scales {
    held: Mutex<u64>,
    freed: Condvar,
}

/// Room for some bytes, until it is dropped.
#[derive(Debug)]
pub struct Room<'a> {
    scales: &'a Scales,
    bytes: u64,
}

impl Scales {
    fn take(&self, bytes: u64) -> Room<'_> {
        let bytes = bytes.min(HELD);
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let room = self.freed.wait_while(held, |held| *held + bytes > HELD);
        *room.unwrap_or_else(PoisonError::into_inner) += bytes;
        Room { scales: self, bytes }
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        *self.scales.held.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        self.scales.freed.notify_all();
    }
}

impl Remote {
    /// Waits until so many bytes may be read to be written.
    pub fn room(&self, bytes: u64) -> Room<'_> {
        self.scales.take(bytes)
    }

    /// Writes a large object, in place of the one that is there. False if the bytes are not there,
    /// or others than promised: then nothing is written.
    ///
    /// # Errors
    /// The target does not answer, or refuses.
    pub fn put_large(&self, key: &str, object: &Large) -> Result<bool, Fault> {
        let (store, prefix) = match &self.backend {
            Backend::Folder(folder) => return folder.put_large(key, object),
            Backend::Bucket(store, prefix) => (store, prefix),
        };
        let _room = self.room(LARGE * (PARTS as u64 + 1));
        let at = locate(prefix, key)?;
        let from = match &object.place {
            Place::Object(key) => Some(locate(prefix, key)?),
            Place::File(_) => None,
        };
        let put = || -> BoxFuture<'_, Answer<bool>> {
            Box::pin(async {
                let pieces = match (&object.place, &from) {
                    (Place::File(path), _) => match File::open(path) {
                        Ok(file) => of_file(file),
                        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
                        Err(error) => return Err(torn(&error.to_string())),
                    },
                    (Place::Object(_), Some(from)) => {
                        in_time(self.patience, store.get(from)).await?.into_stream()
                    }
                    (Place::Object(_), None) => return Ok(false),
                };
                self.send(store.as_ref(), &at, object, pieces).await
            })
        };
        self.again(key, object.len * 2, put)
    }

    /// Sends the parts, and has them put together or thrown away.
    async fn send(
        &self,
        store: &dyn ObjectStore,
        at: &Key,
        object: &Large,
        pieces: Pieces<'_>,
    ) -> Answer<bool> {
        let attributes = object.said.attributes(&object.hash.to_string(), self.names);
        let options = PutMultipartOptions { attributes, ..PutMultipartOptions::default() };
        let options = options.with_retry_policy(Arc::new(Again));
        let mut upload = in_time(self.patience, store.put_multipart_opts(at, options)).await?;
        let sent = self.fill(upload.as_mut(), pieces).await;
        let done = match sent {
            Ok(hash) if hash == object.hash => {
                // A store may have to copy the parts.
                let limit = self.patience + Duration::from_secs(object.len / SLOWEST);
                in_time(limit, upload.complete()).await.map(|_| true)
            }
            other => other.map(|_| false),
        };
        if !matches!(done, Ok(true)) {
            // What cannot be thrown away now is left to the bucket's rule for unfinished uploads.
            let _ = in_time(self.patience, upload.abort()).await;
        }
        done
    }

    async fn fill(
        &self,
        upload: &mut dyn MultipartUpload,
        mut pieces: Pieces<'_>,
    ) -> Answer<Fingerprint> {
        let limit = self.patience + Duration::from_secs(LARGE / SLOWEST);
        let (mut hasher, mut part) = (Hasher::default(), Vec::new());
        let mut under_way = FuturesUnordered::new();
        loop {
            let piece = in_time(self.patience, pieces.try_next()).await?;
            let mut rest = piece.as_deref().unwrap_or_default();
            hasher.update(rest);
            while part.len() + rest.len() >= LARGE as usize {
                let (head, tail) = rest.split_at(LARGE as usize - part.len());
                part.extend_from_slice(head);
                rest = tail;
                under_way.push(upload.put_part(std::mem::take(&mut part).into()));
            }
            part.extend_from_slice(rest);
            if piece.is_none() && !part.is_empty() {
                under_way.push(upload.put_part(std::mem::take(&mut part).into()));
            }
            let most = if piece.is_none() { 0 } else { PARTS };
            while under_way.len() > most {
                in_time(limit, under_way.try_next()).await?;
            }
            if piece.is_none() {
                return Ok(hasher.finish());
            }
        }
    }

    /// Reads an object through, into what `open` makes of what is said along with it; `None` if
    /// there is no object. What `open` makes must take whatever comes.
    ///
    /// # Errors
    /// The target does not answer, or refuses.
    pub fn read_into<S: Write + Send>(
        &self,
        key: &str,
        open: &(dyn Fn(Option<&Said>) -> S + Sync),
    ) -> Result<Option<(Found, S)>, Fault> {
        match &self.backend {
            Backend::Folder(folder) => folder.read_into(key, open(None)),
            Backend::Bucket(..) => self.read(key, false, open),
        }
    }
}

type Pieces<'a> = BoxStream<'a, Answer<Bytes>>;

fn of_file(file: File) -> Pieces<'static> {
    stream::try_unfold(file, |mut file| async {
        let mut piece = vec![0; PIECE];
        let read = file.read(&mut piece).map_err(|error| torn(&error.to_string()))?;
        piece.truncate(read);
        Ok((read > 0).then(|| (Bytes::from(piece), file)))
    })
    .boxed()
}

/// A part that did not come through is sent again, without those that did.
#[derive(Debug)]
struct Again;

impl RetryPolicy for Again {
    fn retry<'life, 'call>(&'life self, context: RetryContext) -> BoxFuture<'call, bool>
    where
        'life: 'call,
        Self: 'call,
    {
        let passing = match context.failure {
            RetryFailure::Status(status) => {
                status.is_server_error() || matches!(status.as_u16(), 408 | 409 | 429)
            }
            _ => true,
        };
        Box::pin(async move {
            let tried = u32::try_from(context.attempt).unwrap_or(TRIES);
            if !passing || tried >= TRIES {
                return false;
            }
            tokio::time::sleep(pause(tried)).await;
            true
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicU64, Ordering},
        thread,
    };

    #[test]
    fn no_more_is_held_than_there_is_room_for() {
        let scales = Scales::default();
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        thread::scope(|scope| {
            for number in 0..16u64 {
                let (scales, now, most) = (&scales, &now, &most);
                scope.spawn(move || {
                    let bytes = (number + 1) * (6 << 20);
                    let room = scales.take(bytes);
                    let held = now.fetch_add(room.bytes, Ordering::SeqCst) + room.bytes;
                    most.fetch_max(held, Ordering::SeqCst);
                    thread::sleep(Duration::from_millis(2));
                    now.fetch_sub(room.bytes, Ordering::SeqCst);
                });
            }
        });
        assert!(most.into_inner() <= HELD);
        assert_eq!(*scales.held.lock().expect("the scales"), 0);
    }
}
