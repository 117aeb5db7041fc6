//! Publishing: what was built is put where readers get it, only what changed, in an order in which
//! no page is there before what it needs.
//!
//! Invariant: at every moment each object at the target is a whole old one or a whole new one.
//! Whatever stops a publisher, whoever publishes next makes it good.

pub mod change;
pub mod purge;
pub mod choose;
mod commit;
mod edition;
mod grace;
mod ground;
pub mod guards;
mod lease;
pub mod manifest;
mod memory;
mod packing;
pub mod plan;
mod rollback;
mod room;
mod ship;
mod sources;
mod tidings;
pub mod verify;
mod withdrawn;

pub use change::{Change, ChangeKind};
pub use guards::Leave;
pub use ship::Watch;
pub use verify::verify;

use crate::{
    base::{Diagnostic, Moment, OutPath, UrlPath, diag},
    build::{self, Failure, Handover, Progress},
    ledger::{Mark, OutputRow},
    remote::{Address, Fault, Object, Remote},
    site::{Packing, Target},
};
use edition::Means;
use guards::Guard;
use lease::Lease;
use manifest::{LIVE, Manifest, ROOM};
use plan::{Notice, Plan, Upload};
use room::{Intent, State};
use ship::{Errand, Halt};
use sources::{Folder, Source};
use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

/// What a publisher is asked to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// What is built.
    pub build: build::Options,
    /// Where to.
    pub target: Target,
    /// The target's address, understood.
    pub address: Address,
    /// Tell what would be done, and do nothing.
    pub dry_run: bool,
    /// Publish what is there, if it is whole and up to date.
    pub no_build: bool,
    /// Return to the edition before this one.
    pub rollback: bool,
    /// Keep the ledger at the target as well, and take it from there where there is none.
    pub remote_ledger: bool,
    /// Write every object anew, whatever the manifest says of it.
    pub all: bool,
    /// What is allowed beyond the usual.
    pub leave: Leave,
    /// What the clock says: no edition may be of a moment that is yet to come.
    pub now: Moment,
    /// How long a small request may take.
    pub patience: Duration,
    /// How long another publisher may say nothing before they are taken to be dead.
    pub silence: Duration,
}

/// What was done, or would be.
#[derive(Debug, Default)]
pub struct Report {
    /// What the build said.
    pub build: Option<build::Report>,
    /// What was there before.
    pub before: Option<Live>,
    /// What is there now.
    pub now: Option<Live>,
    /// What was done to objects.
    pub plan: Plan,
    /// What readers notice.
    pub notice: Notice,
    /// What was said to CDNs and others; `None` if nothing was published.
    pub purged: Option<purge::Outcome>,
    /// In a dry run: what speaks against the edition.
    pub objections: Vec<Diagnostic>,
    /// Whether a rollback undid an edition that was not finished, and nothing else.
    pub restored: bool,
    /// How often somebody else was quicker.
    pub lost: usize,
    /// Whether anything was done.
    pub published: bool,
}

/// An edition in a few words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Live {
    /// How many there have been at the target.
    pub number: u64,
    /// The moment it was built for.
    pub at: Moment,
    /// Its commit.
    pub commit: Option<String>,
    /// Where readers find it.
    pub base_url: String,
    /// How many objects it has.
    pub objects: usize,
}

impl Live {
    fn of(manifest: &Manifest) -> Self {
        Self {
            number: manifest.number,
            at: manifest.at,
            commit: manifest.commit.clone(),
            base_url: manifest.base_url.clone(),
            objects: manifest.objects.len(),
        }
    }
}

/// How far a publisher came that stopped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reached {
    /// The target is as it was.
    Nothing,
    /// Some objects may be those of the new edition already.
    Part,
    /// The edition is live.
    All,
}

/// Why a publisher stopped, and how far they had come.
#[derive(Debug)]
pub struct Stopped {
    /// Why.
    pub why: Failure,
    /// How far.
    pub reached: Reached,
}

impl From<Failure> for Stopped {
    fn from(why: Failure) -> Self {
        Self { why, reached: Reached::Nothing }
    }
}

/// How often it looks anew: once when its turn has come, and then because somebody else was
/// quicker, or bytes had to be made.
const ROUNDS: usize = 12;

/// Publishes.
///
/// # Errors
/// The site's errors and what speaks against publishing it, all at once; or the target failed.
pub fn publish(
    options: &Options,
    progress: &dyn Progress,
    watch: &dyn Watch,
) -> Result<Report, Stopped> {
    if options.build.drafts && !options.rollback {
        return Err(Failure::Site(vec![guards::drafts()]).into());
    }
    let build = &options.build;
    if let Some(shared) = ground::shared(&options.address, &build.root, &build.output) {
        return Err(Failure::Site(vec![shared]).into());
    }
    let remote = Remote::open(&options.address, ROOM, options.patience);
    let remote = Arc::new(remote.map_err(|fault| failed(fault.finding()))?);
    if options.remote_ledger && !options.rollback {
        // Without it the build takes longer, and that is all.
        let _ = memory::fetch(&remote, &options.build.memory());
    }
    let mut publisher = Publisher {
        options,
        remote,
        progress,
        watch,
        id: crate::remote::chance(),
        lease: None,
        built: None,
        touched: BTreeSet::new(),
        begun: false,
        untidy: None,
        report: Report::default(),
    };
    let ran = publisher.rounds();
    if ran.is_err() {
        // What was live for a moment is in caches, whoever has replaced it; what cannot be said
        // now stands in `purge.json`.
        let _ = publisher.purge();
    }
    match ran.and_then(|()| publisher.finish()) {
        Ok(()) => Ok(publisher.report),
        Err(why) => Err(Stopped { why, reached: publisher.reached() }),
    }
}

struct Publisher<'a> {
    options: &'a Options,
    remote: Arc<Remote>,
    progress: &'a dyn Progress,
    watch: &'a dyn Watch,
    id: u64,
    lease: Option<Lease>,
    /// What was built, and what it was built against.
    built: Option<(Manifest, Handover)>,
    /// What an attempt that did not succeed may have touched.
    touched: BTreeSet<OutPath>,
    /// Whether any attempt came so far that readers might see of it.
    begun: bool,
    /// What could not be tidied away once everything was live.
    untidy: Option<Diagnostic>,
    report: Report,
}

impl Publisher<'_> {
    fn rounds(&mut self) -> Result<(), Failure> {
        for _ in 0..ROUNDS {
            if self.round()? {
                return Ok(());
            }
        }
        let fault =
            Fault::passing("others publish to the target all the time, and were quicker each time");
        Err(failed(fault.finding()))
    }

    fn reached(&self) -> Reached {
        match (self.report.published, self.begun && !self.touched.is_empty()) {
            (_, true) => Reached::Part,
            (true, false) => Reached::All,
            (false, false) => Reached::Nothing,
        }
    }

    /// One look, one plan, one attempt; whether it is done.
    fn round(&mut self) -> Result<bool, Failure> {
        let mut state = State::read(&self.remote).map_err(failed)?;
        if self.options.all && !self.report.published {
            state.doubt_everything();
        }
        let mut edition =
            if self.options.rollback { self.earlier(&state)? } else { self.built(&state)? };
        let grace = self.options.target.grace;
        grace::settle(&self.remote, &edition, &mut state)
            .map_err(|fault| failed(fault.finding()))?;
        grace::keep(&mut edition, &state, grace);
        let mut plan = plan::plan(&edition, &state);
        plan.resting = grace::ends(&edition, grace);
        let mut objections = self.objections(&edition, &state, &plan);
        objections.extend(self.deaf(&edition)?);
        if self.options.dry_run {
            // Whoever looks first wants to see what it is that is refused.
            self.report.objections = objections;
        } else if !objections.is_empty() {
            self.own_up(&state)?;
            return Err(Failure::Site(objections));
        }
        if self.report.before.is_none() {
            self.report.before = state.manifest.as_ref().map(Live::of);
        }
        let enough = |live: &Manifest| {
            live.history.len() <= self.options.target.keep && live.resting == edition.resting
        };
        let idle = !self.options.rollback
            && plan.is_empty()
            && state.intents.is_empty()
            && state.manifest.as_ref().is_some_and(enough)
            && !self.has_leftovers()?;
        let origin = |edition: &Manifest| (edition.commit.clone(), edition.base.clone());
        let known = |live: &Manifest| (origin(live), live.at) == (origin(&edition), edition.at);
        if self.options.dry_run || (idle && state.manifest.as_ref().is_some_and(known)) {
            self.tell(&edition, &state, plan);
            self.report.now = state.manifest.as_ref().map(Live::of);
            return Ok(true);
        }
        if self.lease.as_ref().is_none_or(|lease| !lease.is_held()) {
            self.lease = None;
            let waiting = || self.watch.begin("waiting for another publisher", 0);
            let lease = Lease::take(&self.remote, self.id, self.options.silence, waiting);
            let lease = lease.map_err(failed)?;
            self.remote.tidy();
            self.lease = Some(lease);
            // What was seen before may not be so any more.
            return Ok(false);
        }
        if idle {
            return self.note(&edition, &state, plan);
        }
        let keep = self.options.target.keep;
        if self.options.rollback && state.forward {
            self.report.restored = true;
            ship::restore(&mut edition, &state);
        } else if self.options.rollback {
            ship::return_to(&mut edition, &state, &plan);
        } else {
            ship::succeed(&mut edition, &state, &plan, keep);
        }
        self.ship(&edition, state, plan)
    }

    fn ship(&mut self, edition: &Manifest, state: State, plan: Plan) -> Result<bool, Failure> {
        let Some(lease) = self.lease.take() else { return Ok(false) };
        let folder = Folder { output: self.options.build.output.clone() };
        // Without a build nothing makes good what was altered, so it is looked at first.
        let altered = |upload: &Upload| !folder.is_whole(&upload.entry);
        if self.options.no_build && plan.uploads.iter().any(altered) {
            return Err(Failure::Site(vec![guards::out_of_date(&self.options.build.output)]));
        }
        let kept;
        let source: &dyn Source = match &state.manifest {
            Some(live) if self.options.rollback => {
                kept = sources::Kept::new(&self.remote, live);
                &kept
            }
            _ => &folder,
        };
        let errand = Errand {
            remote: &self.remote,
            id: self.id,
            lease: &lease,
            state: &state,
            edition,
            plan: &plan,
            source,
            keeps: self.options.rollback || self.options.target.keep > 0,
            back: self.options.rollback,
            watch: self.watch,
            begun: AtomicBool::new(false),
        };
        if self.options.rollback || !self.options.remote_ledger {
            memory::forget(&self.remote).map_err(|fault| failed(fault.finding()))?;
        }
        self.foresee(edition, &plan)?;
        self.touched.extend(plan.paths());
        let done = errand.run();
        self.begun |= errand.begun.into_inner();
        self.lease = Some(lease);
        match done {
            Ok(untidy) => {
                self.touched.clear();
                self.untidy = untidy.map(|fault| fault.finding());
            }
            Err(Halt::Lost) => {
                self.report.lost += 1;
                return Ok(false);
            }
            Err(Halt::Missing) => {
                // The next build must not believe that what lies in the folder is what it wrote.
                self.built = None;
                let _ = Mark::set(&self.options.build.memory());
                return Ok(false);
            }
            Err(Halt::Failed(finding)) => return Err(failed(finding)),
        }
        self.tell(edition, &state, plan);
        self.report.published = true;
        self.report.now = Some(Live::of(edition));
        if self.untidy.is_some() {
            return Ok(true);
        }
        // Somebody whom we took for dead may have woken up and written meanwhile.
        let intents = room::intents(&self.remote).map_err(|fault| failed(fault.finding()))?;
        Ok(intents.is_empty() || self.options.rollback)
    }

    /// Nothing has changed; but of this commit and moment it is now, so that whatever is older is
    /// known to be.
    fn note(&mut self, edition: &Manifest, state: &State, plan: Plan) -> Result<bool, Failure> {
        let Some(live) = &state.manifest else { return Ok(false) };
        let noted = Manifest {
            id: edition.id,
            at: edition.at,
            commit: edition.commit.clone(),
            base: edition.base.clone(),
            stories: edition.stories.clone(),
            sources: edition.sources.clone(),
            withdrawn: withdrawn::after(edition, live),
            ..live.clone()
        };
        let object = Object::own(noted.encode());
        let written = self.remote.put_if(LIVE, &object, state.version.as_ref());
        if written.map_err(|fault| failed(fault.finding()))?.is_none() {
            self.report.lost += 1;
            return Ok(false);
        }
        self.tell(&noted, state, plan);
        self.report.now = Some(Live::of(&noted));
        Ok(true)
    }

    /// Whether anything is left of earlier editions where nothing should be.
    fn has_leftovers(&self) -> Result<bool, Failure> {
        if self.options.target.keep > 0 {
            return Ok(false);
        }
        let finding = |fault: Fault| failed(fault.finding());
        let ledger =
            !self.options.remote_ledger && memory::is_there(&self.remote).map_err(finding)?;
        Ok(ledger || !room::kept(&self.remote).map_err(finding)?.is_empty())
    }

    /// The edition that the sources make, built once unless bytes are missing.
    fn built(&mut self, state: &State) -> Result<Manifest, Failure> {
        if let Some((built, _)) = &self.built {
            return Ok(built.clone());
        }
        let lies_there = |row: &OutputRow| state.holds(&row.path, row.hash, row.len);
        let (report, handover) = self.build(&lies_there)?;
        if diag::any_error(&report.findings) {
            return Err(Failure::Site(report.findings));
        }
        let root = &self.options.build.root;
        // A folder keeps no headers, so nobody would know what is packed.
        let is_folder = self.remote.is_folder();
        let means = Means {
            packing: if is_folder { Packing::Plain } else { self.options.target.compress },
            leads: is_folder || self.remote.leads(),
            whole: is_folder,
        };
        let edition = edition::edition(root, &report, &handover, means);
        let edition = edition.map_err(|finding| Failure::Site(vec![finding]))?;
        self.report.build = Some(report);
        self.built = Some((edition.clone(), handover));
        Ok(edition)
    }

    fn build(
        &self,
        lies_there: build::Elsewhere<'_>,
    ) -> Result<(build::Report, Handover), Failure> {
        if !self.options.no_build {
            return build::edition(&self.options.build, lies_there, self.progress);
        }
        let finished = build::finished(&self.options.build, self.progress)?;
        finished.ok_or_else(|| Failure::Site(vec![guards::out_of_date(&self.options.build.output)]))
    }

    /// The edition before the one that is live.
    fn earlier(&self, state: &State) -> Result<Manifest, Failure> {
        if let (Some(before), Some(live)) = (&self.report.before, &state.manifest)
            && before.number != live.number
        {
            return Err(Failure::Site(vec![rollback::another_came()]));
        }
        rollback::earlier(&self.remote, state)
    }

    /// Having begun, and then been overtaken by an edition that must not be undone: names what is
    /// not as that edition put it there, for whoever publishes next, or takes the own intent back.
    fn own_up(&mut self, live: &State) -> Result<(), Failure> {
        let finding = |fault: Fault| failed(fault.finding());
        let (Some(manifest), false) = (&live.manifest, self.touched.is_empty()) else {
            return Ok(());
        };
        let astray = verify::astray(&self.remote, manifest, &self.touched).map_err(finding)?;
        if astray.is_empty() {
            self.touched.clear();
            return self.remote.delete(&[room::intent_key(self.id)]).map_err(finding);
        }
        let intent = Intent { paths: astray, ..Intent::default() };
        room::announce(&self.remote, self.id, &intent).map_err(finding)
    }

    fn objections(&self, edition: &Manifest, state: &State, plan: &Plan) -> Vec<Diagnostic> {
        let link = ground::leading_out(&self.remote, plan, self.options.leave.force);
        if self.options.rollback {
            let force = self.options.leave.force;
            let in_the_way = ground::in_the_way(&self.remote, plan, state, force);
            return link.into_iter().chain(in_the_way).collect();
        }
        let guard = Guard {
            root: &self.options.build.root,
            base_url: self.options.target.base_url.as_deref(),
            max_deletes: self.options.target.max_deletes,
            leave: self.options.leave,
            now: self.options.now,
        };
        let mut objections = guard.objections(edition, state, plan);
        objections.extend(link);
        // Before anything is announced: what has no name there could never be taken back.
        let nameless = plan.uploads.iter().map(|upload| upload.entry.path.as_str());
        let nameless = nameless.filter_map(|path| self.remote.takes(path).err()).next();
        objections.extend(nameless.map(|why| guards::nameless(&why)));
        objections.extend(ground::in_the_way(&self.remote, plan, state, self.options.leave.force));
        objections
    }

    /// What is left to do when everything is live: nobody waits for it but the next publisher.
    fn finish(&mut self) -> Result<(), Failure> {
        // Caches must hear of what is live, even if the ledger did not get there.
        let remembered = self.remember();
        self.report.purged = self.purge()?;
        self.untidy.take().map_or(Ok(()), |finding| Err(failed(finding)))?;
        remembered
    }

    /// Leaves the ledger at the target, while nobody else publishes there.
    fn remember(&self) -> Result<(), Failure> {
        let wanted = self.options.remote_ledger && !self.options.dry_run && !self.options.rollback;
        match self.built.as_ref().filter(|_| wanted) {
            Some((_, handover)) => memory::push(&self.remote, &self.options.build, handover)
                .map_err(|fault| failed(fault.finding())),
            None => Ok(()),
        }
    }

    /// Where stories were that are known no more, and hosts will say 404 for want of a word.
    fn silent(&self, notice: &Notice) -> Vec<String> {
        let Some((_, Handover { index, .. })) = &self.built else { return Vec::new() };
        if notice.taken_down.is_empty() || !index.site.hosting.says_gone() {
            return Vec::new();
        }
        let urls = notice.taken_down.iter().filter_map(|(url, _)| UrlPath::typed(url));
        index.untold(urls).iter().map(UrlPath::to_string).collect()
    }

    /// Adds to the report; a later round of the same edition only repairs.
    fn tell(&mut self, edition: &Manifest, state: &State, plan: Plan) {
        if self.report.published {
            self.report.plan.uploads.extend(plan.uploads);
            self.report.plan.deletions.extend(plan.deletions);
            return;
        }
        let mut notice = plan::notice(edition, state, &plan);
        notice.silent = self.silent(&notice);
        self.report.notice = notice;
        self.report.plan = plan;
    }
}

/// A failure of the target.
fn failed(finding: Diagnostic) -> Failure {
    Failure::Environment(vec![finding])
}
