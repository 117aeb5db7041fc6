//! The spine: discover → parse → admit → index → plan → stale → render → write → record.
//!
//! Invariant: a build is a function of the files, the settings and a moment. Nothing is written
//! before everything has been planned and found free of errors, and what is written is what a
//! clean build would write.

mod discretion;
pub mod explain;
pub mod newslist;
pub mod prepare;
pub mod produce;
mod proofread;
mod replate;
pub mod report;
pub mod sink;
pub mod stale;
pub mod standing;
pub mod suspects;
pub mod tips;
pub mod travel;

pub use explain::explain;
pub use newslist::newslist;
pub use prepare::{Options, Prepared, prepare};
pub use produce::{Elsewhere, Handover, produce};
pub use proofread::{proofread, proofread_story};
pub use report::{Report, Stage};

use crate::{base::Diagnostic, check};

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The site has errors: exit code 1.
    Site(Vec<Diagnostic>),
    /// The environment failed, such as a folder that cannot be written: exit code 3.
    Environment(Vec<Diagnostic>),
    /// The environment failed when some pages had been put in their places already, each of them
    /// whole: exit code 3. The next build makes it good.
    Midway(Vec<Diagnostic>),
}

impl Failure {
    /// What is wrong.
    #[must_use]
    pub fn findings(&self) -> &[Diagnostic] {
        let (Self::Site(findings) | Self::Environment(findings) | Self::Midway(findings)) = self;
        findings
    }
}

/// Builds the site.
///
/// # Errors
/// The site's errors, all of a stage at once; or what the environment refused. The previous
/// output stands, unless [`Failure::Midway`] says otherwise.
pub fn build(options: &Options, progress: &dyn Progress) -> Result<Report, Failure> {
    run(options, None, progress).map(|(report, _)| report)
}

/// Builds the site for somebody who publishes it: files that already lie where they are wanted
/// need not be here as well.
///
/// # Errors
/// As [`build`].
pub fn edition(
    options: &Options,
    elsewhere: Elsewhere<'_>,
    progress: &dyn Progress,
) -> Result<(Report, Handover), Failure> {
    match run(options, Some(elsewhere), progress)? {
        (report, Some(handover)) => Ok((report, handover)),
        (report, None) => Err(Failure::Environment(report.findings)),
    }
}

/// What is there, if a build would change nothing; `None` if it would.
///
/// # Errors
/// As [`build`]; nothing is written.
pub fn finished(
    options: &Options,
    progress: &dyn Progress,
) -> Result<Option<(Report, Handover)>, Failure> {
    let _lock = sink::lock(&options.root)?;
    let mut report = Report::default();
    let Prepared { index, plan, mut ledger, .. } =
        prepare::prepare(options, &mut report, progress)?;
    let disk = sink::Disk::open(&options.root, &options.output)?;
    let settled = ledger.settled;
    let stale = stale::find(&index, &plan, &mut ledger, |_, row| disk.holds(row, settled));
    let whole = settled && stale.outputs.is_empty() && stale.gone.is_empty();
    Ok(whole.then_some((report, Handover { index, plan, rows: stale.fresh })))
}

fn run(
    options: &Options,
    taker: Option<Elsewhere<'_>>,
    progress: &dyn Progress,
) -> Result<(Report, Option<Handover>), Failure> {
    let _lock = sink::lock(&options.root)?;
    let mut report = Report::default();
    let mut gathered = prepare::gather(options, &mut report, progress)?;
    let rows = std::mem::take(&mut gathered.ledger.outputs);
    let settled = gathered.ledger.settled;
    // The disk answers while files are read and the index is being made.
    let (prepared, seen) = rayon::join(
        || prepare::compose(gathered, options, &mut report, progress),
        || settled.then(|| sink::seen(&options.output, &rows)),
    );
    let mut prepared = prepared?;
    prepared.ledger.outputs = rows;
    report.findings.extend(check::before_build(&prepared.index, &options.root));
    prepare::stop_on_errors(&mut report.findings)?;
    let handover = produce(prepared, seen, taker, options, &mut report, progress)?;
    report.keep(&options.memory()).map_err(|error| {
        Failure::Environment(vec![sink::unwritable(".masthead/build.json", &error)])
    })?;
    Ok((report, handover))
}

/// Is told how far a build has come.
pub trait Progress: Sync {
    /// A stage begins, with as many steps as are known.
    fn begin(&self, stage: Stage, steps: usize);
    /// So many more steps are done.
    fn step(&self, steps: usize);
}

/// Nobody is looking.
#[derive(Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Stage, _: usize) {}
    fn step(&self, _: usize) {}
}
