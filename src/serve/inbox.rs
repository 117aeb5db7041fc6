//! The inbox: tips about changed files, until somebody reads them.
//!
//! Invariant: every tip has a number, and whoever has to know of all tips up to a number can wait
//! until they have been followed. A burst of tips is read at once, when it has settled.

use crate::build::tips::Tips;
use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// Tips are read when none has come for so long: between the steps in which programs save a file.
const QUIET: Duration = Duration::from_millis(12);

/// And after so long in any case.
const LONGEST: Duration = Duration::from_millis(1500);

/// Tips that wait to be followed.
#[derive(Debug)]
pub struct Inbox {
    waiting: Mutex<Waiting>,
    arrival: Condvar,
    /// The number up to which tips have been followed.
    followed: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Waiting {
    tips: Tips,
    /// The number of the last tip.
    number: u64,
    closed: bool,
}

impl Default for Inbox {
    fn default() -> Self {
        Self { waiting: Mutex::default(), arrival: Condvar::new(), followed: watch::Sender::new(0) }
    }
}

impl Inbox {
    /// Leaves tips; gives their number.
    pub fn leave(&self, tips: Tips) -> u64 {
        let mut waiting = self.lock();
        waiting.tips.add(tips);
        waiting.number += 1;
        self.arrival.notify_all();
        waiting.number
    }

    /// The number of the last tip.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.lock().number
    }

    /// Waits until the tips up to a number have been followed, or for `limit`.
    pub async fn followed(&self, number: u64, limit: Duration) {
        let mut followed = self.followed.subscribe();
        let wait = followed.wait_for(|followed| *followed >= number);
        // Who cannot wait longer takes what there is.
        let _ = tokio::time::timeout(limit, wait).await;
    }

    /// Takes the tips when they have settled; none when `limit` passes before there are any.
    /// `None` when there will be no more.
    pub fn take(&self, limit: Duration) -> Option<(Tips, u64)> {
        let mut waiting = self.lock();
        let deadline = Instant::now() + limit;
        while waiting.tips.is_empty() && !waiting.closed && Instant::now() < deadline {
            waiting = self.wait(waiting, deadline.saturating_duration_since(Instant::now()));
        }
        let longest = Instant::now() + LONGEST;
        while !waiting.tips.is_empty() && !waiting.closed && Instant::now() < longest {
            let before = waiting.number;
            waiting = self.wait(waiting, QUIET);
            if waiting.number == before {
                break;
            }
        }
        (!waiting.closed).then(|| (std::mem::take(&mut waiting.tips), waiting.number))
    }

    /// Says that the tips up to a number have been followed.
    pub fn done(&self, number: u64) {
        self.followed.send_replace(number);
    }

    /// No more tips will be read.
    pub fn close(&self) {
        self.lock().closed = true;
        self.arrival.notify_all();
    }

    fn wait<'a>(
        &self,
        waiting: MutexGuard<'a, Waiting>,
        limit: Duration,
    ) -> MutexGuard<'a, Waiting> {
        self.arrival.wait_timeout(waiting, limit).unwrap_or_else(PoisonError::into_inner).0
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
