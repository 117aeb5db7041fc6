//! The newsroom: keeps the present outlet, and makes the next one when files change or time does.
//!
//! Invariant: there is always an outlet, and it is whole. Where the sources have errors the last
//! one without them stays, with the findings beside it. Who asks for a page after a file has
//! changed gets no outlet from before, as far as anybody has heard of the change.

use super::{Settings, Witness, cache::Cache, inbox::Inbox, outlet::Outlet};
use crate::{
    base::{Moment, diag},
    build::{
        Failure,
        standing::{Issue, Outcome, Standing},
        tips::Tips,
    },
    edition::Audience,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// How many journeys in time are remembered.
const JOURNEYS: usize = 3;

/// Of so many pages it is looked up whether an edit changed them.
const LOOKED_AFTER: usize = 200;

/// The clock is looked at so often, at least: a computer may have slept meanwhile.
const GLANCE: Duration = Duration::from_secs(20);

/// How long a request waits for a refresh before it takes what there is.
const PATIENCE: Duration = Duration::from_secs(10);

/// Room for pages, in bytes.
const ROOM: usize = 64 << 20;

/// What was done about tips.
#[derive(Debug)]
pub struct Refreshed {
    /// What had been heard.
    pub tips: Tips,
    /// From when the tips had settled until the outlet could be asked for.
    pub took: Duration,
    /// The outlet.
    pub outlet: Arc<Outlet>,
    /// Whether the sources have errors, so that the outlet is an older one in part or in whole.
    pub has_errors: bool,
}

/// Keeps the outlet.
pub struct Newsroom {
    /// What was asked for.
    pub settings: Settings,
    /// Pages that were rendered.
    pub cache: Cache,
    /// Tips.
    pub inbox: Inbox,
    standing: Mutex<Standing>,
    current: RwLock<Arc<Outlet>>,
    journeys: Mutex<Vec<Journey>>,
    numbers: AtomicU64,
    editions: watch::Sender<u64>,
    witness: Arc<dyn Witness>,
}

/// The outlet at a moment that somebody travelled to.
struct Journey {
    at: Moment,
    /// The number of the outlet of the present when it was made.
    present: u64,
    outlet: Arc<Outlet>,
}

impl Newsroom {
    /// Reads the sources and makes the first outlet.
    ///
    /// # Errors
    /// Settings or a theme that cannot be used.
    pub fn open(settings: Settings, witness: Arc<dyn Witness>) -> Result<Arc<Self>, Failure> {
        let standing = Standing::begin(settings.options.clone())?;
        let at = settings.at.unwrap_or_else(settings.clock);
        let issue = standing.issue(at, settings.audience(), None);
        let outlet = Outlet::new(issue, standing.findings(), 1, &settings.options.root);
        Ok(Arc::new(Self {
            cache: Cache::new(ROOM),
            inbox: Inbox::default(),
            standing: Mutex::new(standing),
            current: RwLock::new(Arc::new(outlet)),
            journeys: Mutex::default(),
            numbers: AtomicU64::new(2),
            editions: watch::Sender::new(1),
            settings,
            witness,
        }))
    }

    /// The outlet of the present, or of the moment on the command line.
    #[must_use]
    pub fn outlet(&self) -> Arc<Outlet> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gives a sign whenever there is another outlet.
    #[must_use]
    pub fn editions(&self) -> watch::Receiver<u64> {
        self.editions.subscribe()
    }

    /// Waits until all that has been heard of is in the outlet.
    pub async fn up_to_date(&self) {
        self.inbox.followed(self.inbox.last(), PATIENCE).await;
    }

    /// Leaves a tip and waits until it has been followed.
    pub async fn follow_up(&self, tips: Tips) {
        let number = self.inbox.leave(tips);
        self.inbox.followed(number, PATIENCE).await;
    }

    /// The outlet at another moment.
    #[must_use]
    pub fn journey(&self, at: Moment) -> Arc<Outlet> {
        let mut journeys = self.journeys.lock().unwrap_or_else(PoisonError::into_inner);
        let present = self.outlet();
        let known = journeys.iter().position(|journey| journey.at == at);
        let known = known.map(|position| journeys.remove(position));
        let journey = match known {
            Some(journey) if journey.present == present.number => journey,
            known => {
                let before = known.map(|journey| journey.outlet.issue.clone());
                let outlet = self.travel(at, before.as_ref());
                Journey { at, present: present.number, outlet }
            }
        };
        let outlet = journey.outlet.clone();
        journeys.push(journey);
        if journeys.len() > JOURNEYS {
            journeys.remove(0);
        }
        outlet
    }

    fn travel(&self, at: Moment, before: Option<&Issue>) -> Arc<Outlet> {
        let standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let issue = standing.issue(at, self.settings.audience(), before);
        let findings = standing.findings();
        drop(standing);
        Arc::new(Outlet::new(issue, findings, self.number(), &self.settings.options.root))
    }

    fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Follows tips, and the clock, until the inbox is closed. `poll` looks at everything so often.
    pub fn run(&self, poll: Option<Duration>) {
        let mut failed = false;
        loop {
            let limit = poll.unwrap_or(GLANCE).min(self.until_next_change());
            let Some((mut tips, number)) = self.inbox.take(limit) else { return };
            tips.everything |= failed && !tips.is_empty();
            let tips = match poll {
                Some(_) if tips.is_empty() => Tips::everything(),
                _ => tips,
            };
            // A fault of the program must not end the preview: the next refresh looks at everything.
            let refreshed = catch_unwind(AssertUnwindSafe(|| self.refresh(tips)));
            failed = refreshed.is_err();
            if failed {
                self.witness.remark("the program failed on these files; please report it");
            }
            self.inbox.done(number);
            if let Ok(Some(refreshed)) = refreshed {
                self.witness.refreshed(&refreshed);
            }
        }
    }

    fn until_next_change(&self) -> Duration {
        let next = self.outlet().issue.index.admitted.next_change();
        match next.filter(|_| self.settings.at.is_none()) {
            Some(next) => {
                let seconds = next.0.saturating_sub((self.settings.clock)().0);
                Duration::from_secs(u64::try_from(seconds).unwrap_or(0)) + Duration::from_millis(5)
            }
            None => GLANCE,
        }
    }

    /// Makes another outlet if anything calls for one.
    fn refresh(&self, tips: Tips) -> Option<Refreshed> {
        let since = Instant::now();
        let before = self.outlet();
        let at = self.settings.at.unwrap_or_else(self.settings.clock);
        let time_moves = before.issue.index.admitted.next_change().is_some_and(|next| next <= at);
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = if tips.is_empty() { Outcome::Same } else { standing.follow(&tips) };
        if outcome == Outcome::Same && !time_moves {
            return None;
        }
        let issue = standing.issue(at, self.settings.audience(), Some(&before.issue));
        let findings = standing.findings();
        drop(standing);
        let quiet = outcome == Outcome::Touched && !time_moves;
        let number = if quiet { before.number } else { self.number() };
        let root = &self.settings.options.root;
        let mut outlet = Outlet::new(issue, findings, number, root);
        let has_errors = diag::any_error(&outlet.findings);
        outlet.changed = if quiet { before.changed.clone() } else { self.changed(&outlet) };
        let outlet = Arc::new(outlet);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        *current = outlet.clone();
        drop(current);
        if quiet {
            return None;
        }
        self.editions.send_replace(number);
        let took = since.elapsed();
        Some(Refreshed { tips, took, outlet, has_errors })
    }

    /// The addresses of the pages seen whose answers are others now.
    fn changed(&self, outlet: &Outlet) -> Vec<String> {
        let pages = self.cache.latest(LOOKED_AFTER).into_iter();
        let changed = pages.filter(|(path, page)| {
            outlet.find(path).is_none_or(|planned| {
                planned.output.key(&outlet.issue.index) != page.key || !outlet.holds(page)
            })
        });
        let mut changed: Vec<String> = changed.map(|(path, _)| outlet.address(&path)).collect();
        changed.sort_unstable();
        changed
    }
}

impl Settings {
    /// Who looks.
    #[must_use]
    pub fn audience(&self) -> Audience {
        if self.as_published { Audience::Public } else { Audience::Newsroom }
    }
}
