//! Pages that were rendered, kept while there is room.
//!
//! Invariant: what is kept is what was rendered, with what it asked. Whether it still holds is
//! not decided here.

use crate::{
    base::{Fingerprint, OutPath},
    edition::Query,
};
use axum::body::Bytes;
use rustc_hash::FxHashMap;
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU64, Ordering},
};

/// A page that was rendered.
#[derive(Debug)]
pub struct Page {
    /// What it shows; see [`crate::outputs::Output::key`].
    pub key: u64,
    /// The page.
    pub bytes: Bytes,
    /// The fingerprint of its bytes.
    pub fingerprint: Fingerprint,
    /// What it asked, with the answers it got.
    pub asked: Vec<(Query, Fingerprint)>,
    /// The outlet in which its answers were last found to be the same.
    good: AtomicU64,
}

/// What a question weighs, roughly, in bytes.
const QUESTION: usize = 96;

impl Page {
    /// A page rendered in the outlet of this number.
    #[must_use]
    pub fn new(key: u64, bytes: Bytes, asked: Vec<(Query, Fingerprint)>, number: u64) -> Self {
        let fingerprint = Fingerprint::of(&bytes);
        Self { key, bytes, fingerprint, asked, good: AtomicU64::new(number) }
    }

    /// Whether it was found to hold in the outlet of this number.
    #[must_use]
    pub fn is_known_good(&self, number: u64) -> bool {
        self.good.load(Ordering::Relaxed) == number
    }

    /// Notes that it holds in the outlet of this number.
    pub fn is_good(&self, number: u64) {
        self.good.store(number, Ordering::Relaxed);
    }

    fn weight(&self) -> usize {
        self.bytes.len() + self.asked.len() * QUESTION
    }
}

/// The moment of a journey in time, if it is one, and the file.
type Key = (Option<i64>, OutPath);

/// Pages, the ones used longest ago making way for others.
#[derive(Debug)]
pub struct Cache {
    room: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    pages: FxHashMap<Key, (Arc<Page>, u64)>,
    weight: usize,
    clock: u64,
}

impl Cache {
    /// Room for so many bytes.
    #[must_use]
    pub fn new(room: usize) -> Self {
        Self { room, kept: Mutex::default() }
    }

    /// A page, if it is kept.
    #[must_use]
    pub fn get(&self, travel: Option<i64>, path: &OutPath) -> Option<Arc<Page>> {
        let mut kept = self.lock();
        kept.clock += 1;
        let now = kept.clock;
        let (page, used) = kept.pages.get_mut(&(travel, path.clone()))?;
        *used = now;
        Some(page.clone())
    }

    /// Keeps a page in the place of what was kept before.
    pub fn put(&self, travel: Option<i64>, path: OutPath, page: Arc<Page>) {
        let mut kept = self.lock();
        kept.clock += 1;
        kept.weight += page.weight();
        let now = kept.clock;
        if let Some((old, _)) = kept.pages.insert((travel, path), (page, now)) {
            kept.weight -= old.weight();
        }
        if kept.weight > self.room {
            kept.shrink(self.room / 2);
        }
    }

    /// The pages of the present that were used last, at most so many.
    #[must_use]
    pub fn latest(&self, most: usize) -> Vec<(OutPath, Arc<Page>)> {
        let kept = self.lock();
        let mut pages: Vec<_> = kept.pages.iter().filter(|((at, _), _)| at.is_none()).collect();
        pages.sort_unstable_by_key(|(_, (_, used))| std::cmp::Reverse(*used));
        pages.truncate(most);
        pages.into_iter().map(|((_, path), (page, _))| (path.clone(), page.clone())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Lets go of what was used longest ago until the rest weighs no more than this. It is done for
    /// many at once, so that it need not be done for each.
    fn shrink(&mut self, weight: usize) {
        let mut used: Vec<(u64, Key)> =
            self.pages.iter().map(|(key, (_, used))| (*used, key.clone())).collect();
        used.sort_unstable_by_key(|(used, _)| *used);
        for (_, key) in used {
            if self.weight <= weight {
                break;
            }
            if let Some((page, _)) = self.pages.remove(&key) {
                self.weight -= page.weight();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_longest_ago_makes_way() {
        let cache = Cache::new(1000);
        let path = |n: usize| OutPath::new(&format!("{n}.html")).expect("a path");
        let page = || Arc::new(Page::new(1, Bytes::from(vec![0; 100]), Vec::new(), 1));
        for n in 0..10 {
            cache.put(None, path(n), page());
        }
        assert!(cache.get(None, &path(0)).is_some(), "ten fit");
        cache.put(None, path(10), page());
        let kept: Vec<usize> = (0..=10).filter(|n| cache.get(None, &path(*n)).is_some()).collect();
        assert_eq!(kept, [0, 7, 8, 9, 10]);
        assert!(cache.get(Some(7), &path(10)).is_none(), "another time is another page");
        assert_eq!(cache.latest(2)[0].0, path(10));
    }
}
