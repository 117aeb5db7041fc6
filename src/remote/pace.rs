//! How many requests are under way at once: more while the target keeps up, half as many when it
//! says that it is busy or does not answer.
//!
//! Invariant: never none, and never more than [`MOST`]. Additive increase, multiplicative decrease:
//! what TCP does (RFC 5681), for the same reason.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The most requests at once.
pub const MOST: usize = 64;
/// With how many it begins.
const FIRST: f64 = 16.0;

/// The pace of a target.
#[derive(Debug)]
pub struct Pace {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug)]
struct State {
    limit: f64,
    active: usize,
    /// Requests that were under way when the limit was last cut: their failing says nothing new.
    blamed: usize,
}

impl Default for Pace {
    fn default() -> Self {
        let state = State { limit: FIRST, active: 0, blamed: 0 };
        Self { state: Mutex::new(state), freed: Condvar::new() }
    }
}

impl Pace {
    /// Waits until one more request may be made.
    pub fn enter(&self) {
        let mut state = self.lock();
        while state.active as f64 >= state.limit.floor() {
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.active += 1;
    }

    /// A request has ended; `well` unless the target was busy or did not answer.
    pub fn leave(&self, well: bool) {
        let mut state = self.lock();
        state.active = state.active.saturating_sub(1);
        let blamed = state.blamed > 0;
        state.blamed = state.blamed.saturating_sub(1);
        if well {
            state.limit = (state.limit + 1.0 / state.limit).min(MOST as f64);
        } else if !blamed {
            state.limit = (state.limit / 2.0).max(1.0);
            state.blamed = state.active;
        }
        drop(state);
        self.freed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long to wait before a request is made again, for the `tried`-th time: twice as long each
/// time up to ten seconds, and somewhere between the half and the whole of that, so that many who
/// failed together do not come back together.
#[must_use]
pub fn pause(tried: u32) -> Duration {
    let whole = 200u64.saturating_mul(1 << tried.min(10)).min(10_000);
    let half = whole / 2;
    Duration::from_millis(half + chance() % (half + 1))
}

/// A number that nobody can foresee; for pauses and names, never for what readers see.
#[must_use]
pub fn chance() -> u64 {
    RandomState::new().build_hasher().finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(pace: &Pace) -> f64 {
        pace.lock().limit
    }

    #[test]
    fn success_adds_and_trouble_halves() {
        let pace = Pace::default();
        for _ in 0..16 {
            pace.enter();
            pace.leave(true);
        }
        assert!(limit(&pace) > 16.9 && limit(&pace) < 17.1, "{}", limit(&pace));
        pace.enter();
        pace.leave(false);
        assert!(limit(&pace) < 8.6, "{}", limit(&pace));
    }

    #[test]
    fn one_trouble_is_counted_once() {
        let pace = Pace::default();
        (0..16).for_each(|_| pace.enter());
        (0..16).for_each(|_| pace.leave(false));
        assert_eq!(limit(&pace), 8.0);
        (0..8).for_each(|_| pace.enter());
        (0..8).for_each(|_| pace.leave(false));
        assert_eq!(limit(&pace), 4.0);
    }

    #[test]
    fn it_never_stops_nor_runs_away() {
        let pace = Pace::default();
        for _ in 0..100 {
            pace.enter();
            pace.leave(false);
        }
        assert_eq!(limit(&pace), 1.0);
        for _ in 0..10_000 {
            pace.enter();
            pace.leave(true);
        }
        assert_eq!(limit(&pace), MOST as f64);
    }

    #[test]
    fn pauses_grow_and_end() {
        for tried in 0..40 {
            let whole = (200u128 << tried.min(10)).min(10_000);
            let pause = pause(tried).as_millis();
            assert!(pause >= whole / 2 && pause <= whole, "{tried}: {pause}");
        }
    }
}
