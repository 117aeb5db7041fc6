//! One publisher at a time.
//!
//! Invariant: whoever holds the lease says every few seconds that they live. One who is silent for
//! too long is taken to be dead, by the clock of whoever waits alone; one who died on the same
//! machine, at once. Whoever has not spoken for a while, as after a pause of the whole machine,
//! asks whether the lease is still theirs before they write on; and the manifest's condition stops
//! them in any case.

use super::manifest::{pack, unpack};
use crate::{
    base::Diagnostic,
    remote::{Fault, Object, Remote, Version},
};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

const KEY: &str = "_masthead/lease";
/// The holder speaks so many times in the time that they may be silent.
const BEATS: u32 = 6;
/// And no more seldom than this.
const BEAT: Duration = Duration::from_secs(5);
/// Nor more often: Google takes about one write a second to an object
/// (cloud.google.com/storage/quotas).
const FASTEST: Duration = Duration::from_secs(1);
/// How often those who wait look.
const LOOK: Duration = Duration::from_millis(500);
/// How long somebody waits for a holder who lives.
const PATIENCE: Duration = Duration::from_secs(3600);

/// What stands in the lease.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Claim {
    /// Who; 0 when nobody holds it.
    id: u64,
    /// The machine, as far as processes can be told apart on it.
    place: String,
    /// The process and when it was started, on a machine that says so.
    process: Option<(u32, String)>,
    /// Counts up while they live.
    beat: u64,
}

/// The lease of a target.
#[derive(Debug)]
pub struct Lease {
    remote: Arc<Remote>,
    held: Arc<Held>,
    heart: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Held {
    claim: Mutex<(Claim, Version)>,
    /// When the lease was last known to be ours.
    spoken: Mutex<Instant>,
    beat: Duration,
    lost: AtomicBool,
    done: Mutex<bool>,
    end: Condvar,
}

impl Lease {
    /// Waits until nobody else publishes; `silence` is how long a holder may say nothing.
    /// `waiting` is told when it has to.
    ///
    /// # Errors
    /// The target does not answer, or another publisher takes all too long.
    pub fn take(
        remote: &Arc<Remote>,
        id: u64,
        silence: Duration,
        waiting: impl Fn(),
    ) -> Result<Self, Diagnostic> {
        let silence = bearable(silence);
        let claim = Claim { id, place: place(), process: process(std::process::id()), beat: 0 };
        let (mut seen, mut silent, mut waited) = (None, Duration::ZERO, Duration::ZERO);
        loop {
            let found = remote.get(KEY).map_err(|fault| fault.finding())?;
            let version = found.as_ref().map(|found| found.version.clone());
            let holder = found.and_then(|found| unpack::<Claim>(&found.bytes));
            silent = if version == seen { silent + LOOK } else { Duration::ZERO };
            if is_free(holder.as_ref()) || silent >= silence {
                let object = Object::own(pack(&claim));
                let mut taken = remote.put_if(KEY, &object, version.as_ref());
                if taken.is_err() && remote.is_folder() {
                    // What one who died left may fill the disk.
                    remote.tidy();
                    taken = remote.put_if(KEY, &object, version.as_ref());
                }
                if let Some(version) = taken.map_err(|fault| fault.finding())? {
                    return Ok(Self::held(remote, claim, version, silence));
                }
                silent = Duration::ZERO;
            }
            if waited >= PATIENCE {
                return Err(Fault::passing("another publisher is at work at the target").finding());
            }
            if waited.is_zero() {
                waiting();
            }
            seen = version;
            thread::sleep(LOOK);
            waited += LOOK;
        }
    }

    fn held(remote: &Arc<Remote>, claim: Claim, version: Version, silence: Duration) -> Self {
        let held = Arc::new(Held {
            claim: Mutex::new((claim, version)),
            spoken: Mutex::new(Instant::now()),
            beat: beat(silence),
            lost: AtomicBool::new(false),
            done: Mutex::new(false),
            end: Condvar::new(),
        });
        let heart = thread::spawn({
            let (remote, held) = (Arc::clone(remote), Arc::clone(&held));
            move || held.live(&remote)
        });
        Self { remote: Arc::clone(remote), held, heart: Some(heart) }
    }

    /// Whether it is still ours.
    #[must_use]
    pub fn is_held(&self) -> bool {
        let held = &self.held;
        !held.lost.load(Ordering::Relaxed)
            && (!held.was_silent() || held.say(&self.remote, |claim| claim.beat += 1))
    }
}

impl Held {
    fn live(&self, remote: &Remote) {
        loop {
            let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
            let wait = self.end.wait_timeout_while(done, self.beat, |done| !*done);
            if *wait.unwrap_or_else(PoisonError::into_inner).0 {
                return;
            }
            if !self.say(remote, |claim| claim.beat += 1) {
                return;
            }
        }
    }

    /// Whether two beats and more have been missed.
    fn was_silent(&self) -> bool {
        let spoken = self.spoken.lock().unwrap_or_else(PoisonError::into_inner);
        spoken.elapsed() > self.beat * 2
    }

    /// Writes the claim anew; false when it has become another's. A target that does not answer
    /// now is asked again at the next beat.
    fn say(&self, remote: &Remote, alter: impl FnOnce(&mut Claim)) -> bool {
        let mut held = self.claim.lock().unwrap_or_else(PoisonError::into_inner);
        if self.lost.load(Ordering::Relaxed) {
            return false;
        }
        alter(&mut held.0);
        let since = Instant::now();
        match remote.put_if(KEY, &Object::own(pack(&held.0)), Some(&held.1)) {
            Ok(Some(version)) => {
                held.1 = version;
                *self.spoken.lock().unwrap_or_else(PoisonError::into_inner) = since;
            }
            Ok(None) => {
                self.lost.store(true, Ordering::Relaxed);
                return false;
            }
            Err(_) => {}
        }
        true
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        *self.held.done.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.held.end.notify_all();
        if let Some(heart) = self.heart.take() {
            // It has nothing to say but that it ended.
            let _ = heart.join();
        }
        if !self.held.lost.load(Ordering::Relaxed) {
            self.held.say(&self.remote, |claim| claim.id = 0);
        }
    }
}

/// How often somebody speaks who may be silent for so long.
fn beat(silence: Duration) -> Duration {
    (silence / BEATS).clamp(FASTEST, BEAT)
}

/// How long silence must last before it says anything: others may speak more seldom than we do.
fn bearable(silence: Duration) -> Duration {
    silence.max(BEAT * 2)
}

/// Whether the lease may be taken at once: nobody has it, it is damaged, or its holder died here.
fn is_free(holder: Option<&Claim>) -> bool {
    let Some(holder) = holder else { return true };
    let dead = || match &holder.process {
        Some((number, _)) if holder.place == place() && !holder.place.is_empty() => {
            process(*number) != holder.process
        }
        _ => false,
    };
    holder.id == 0 || dead()
}

/// The running system and the room of processes in it; empty where that cannot be told.
fn place() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let room = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    if boot.is_empty() { String::new() } else { format!("{} {}", boot.trim(), room.display()) }
}

/// A process that lives, with the moment of its start, since numbers are used again (proc(5)).
fn process(number: u32) -> Option<(u32, String)> {
    let stat = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    // The name stands in brackets and may hold anything.
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    let state = fields.next()?;
    let started = fields.nth(18)?;
    (!matches!(state, "Z" | "X")).then(|| (number, started.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(id: u64, place: String, process: Option<(u32, String)>) -> Claim {
        Claim { id, place, process, beat: 0 }
    }

    #[test]
    fn nobody_speaks_all_the_time_or_hears_too_little() {
        let seconds = Duration::from_secs;
        for (wait, every, silent) in
            [(0, 1, 10), (3, 1, 10), (12, 2, 12), (60, 5, 60), (600, 5, 600)]
        {
            assert_eq!(beat(seconds(wait)), seconds(every), "--wait {wait}");
            assert_eq!(bearable(seconds(wait)), seconds(silent), "--wait {wait}");
        }
    }

    #[test]
    fn the_living_and_strangers_are_waited_for() {
        let own = process(std::process::id());
        assert!(is_free(None));
        assert!(is_free(Some(&claim(0, place(), own.clone()))));
        assert!(!is_free(Some(&claim(1, place(), own))));
        assert!(!is_free(Some(&claim(1, "elsewhere".to_owned(), Some((1, "1".to_owned()))))));
        assert!(!is_free(Some(&claim(1, String::new(), None))));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_dead_of_this_machine_are_not() {
        let mut child = std::process::Command::new("true").spawn().expect("a program");
        let number = child.id();
        let started = process(number).map_or_else(|| "0".to_owned(), |(_, started)| started);
        child.wait().expect("it ends");
        assert!(is_free(Some(&claim(1, place(), Some((number, started))))));
    }
}
