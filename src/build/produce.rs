//! The back half: renders what is stale, writes it, and records what was done.
//!
//! Invariant: nothing is written if anything fails to render, so the previous output stands.
//! The mark of an unfinished build is there before the ledger that speaks of it, and until the last
//! page is in its place.

use super::{
    Failure, Options, Prepared, Progress, Report, Stage,
    replate::replate,
    sink::{self, Disk, Draft, unwritable},
    stale::{self, Stale},
    suspects,
};
use crate::{
    base::{Ahead, Code, Diagnostic, Fingerprint, Origin, OutPath, diag},
    check,
    edition::{Index, Interner, Query},
    ledger::{self, Ledger, Mark, OutputRow},
    outputs::{self, Output, Plan, Planned, Rendered},
    theme::Press,
};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::{collections::BTreeSet, path::PathBuf, sync::Arc, time::Instant};

/// Says of a row whether its file, though not on this machine, lies where it is wanted.
pub type Elsewhere<'a> = &'a (dyn Fn(&OutputRow) -> bool + Sync);

/// What whoever publishes an edition must know of it.
#[derive(Debug)]
pub struct Handover {
    /// Everything that pages may ask.
    pub index: Arc<Index>,
    /// Every file there should be, sorted by path.
    pub plan: Plan,
    /// What is known of each, sorted by path; a file that could not be made has none.
    pub rows: Vec<OutputRow>,
}

/// Runs the back half. Where somebody takes over, they say which files lie elsewhere, and get
/// what they must know.
///
/// # Errors
/// Templates that failed, or what the environment refused.
pub fn produce(
    prepared: Prepared,
    seen: Option<Vec<bool>>,
    taker: Option<Elsewhere<'_>>,
    options: &Options,
    report: &mut Report,
    progress: &dyn Progress,
) -> Result<Option<Handover>, Failure> {
    let Prepared { index, theme, plan, mut ledger, media, files_changed } = prepared;
    let disk = Disk::open(&options.root, &options.output)?;
    progress.begin(Stage::Stale, 0);
    let since = Instant::now();
    let settled = ledger.settled;
    let on_disk = |at: usize, row: &OutputRow| {
        seen.as_ref().map_or_else(|| disk.holds(row, settled), |seen| seen[at])
            || taker.is_some_and(|lies_elsewhere| lies_elsewhere(row))
    };
    let mut stale = stale::find(&index, &plan, &mut ledger, on_disk);
    if options.verify {
        render_everything(&mut stale, plan.len());
    }
    report.took(Stage::Stale, since);
    report.reused = stale.fresh.len();
    if stale.outputs.is_empty() && stale.gone.is_empty() && settled && !files_changed {
        look_closer(&index, &plan, options, &stale.fresh, &ledger.table, report);
        disk.tidy();
        if taker.is_some() {
            return Ok(Some(Handover { index, plan, rows: stale.fresh }));
        }
        discard((index, theme, plan, ledger, stale));
        return Ok(None);
    }
    let interner = Arc::new(Interner::seeded(std::mem::take(&mut ledger.table)));
    let press = Arc::new(Press::new(index, theme, interner, options.root.clone()));
    let verify = options.verify;
    let work = Work { press: &press, plan: &plan, stale: &stale, disk: &disk, settled, verify };
    let made = work.print(report, progress)?;
    let (mut rows, drafts) = account(made, report);
    rows.append(&mut stale.fresh);

    // The ledger comes before the pages: where there is no room for it, they are as they were.
    progress.begin(Stage::Record, 0);
    let since = Instant::now();
    rows.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
    // No page may be given up without a word: the drafts are not in their places yet.
    let kept = || Diagnostic::new(Code::TemplateFailed, "a function of a template kept a page");
    let press = Arc::into_inner(press).ok_or_else(|| Failure::Site(vec![kept()]))?;
    let Press { index, interner, .. } = press;
    let table = Arc::into_inner(interner).map(Interner::into_table).unwrap_or_default();
    look_closer(&index, &plan, options, &rows, &table, report);
    ledger = Ledger { files: Vec::new(), media, table, outputs: rows, ..ledger };
    // Sharing the index costs a copy of the rows of files, which a plain build is spared.
    let shared = taker.is_some().then(|| Arc::clone(&index));
    let mark = record(&mut ledger, index, options).map_err(|finding| {
        disk.close_workshop();
        environment(finding)
    })?;
    report.took(Stage::Record, since);

    Placing { plan: &plan, gone: &stale.gone, disk: &disk, sweep: !settled || verify }
        .publish(&drafts, report, progress)?;
    mark.clear().map_err(|e| midway(unwritable(".masthead", &e)))?;
    if let Some(index) = shared {
        return Ok(Some(Handover { index, plan, rows: ledger.outputs }));
    }
    discard((plan, ledger));
    Ok(None)
}

/// Adds what is wrong with the links of those pages that were told of something missing.
fn look_closer(
    index: &Index,
    plan: &Plan,
    options: &Options,
    rows: &[OutputRow],
    table: &[(Query, Fingerprint)],
    report: &mut Report,
) {
    let slots = suspects::suspects(index, plan, rows, table);
    report.findings.extend(check::after_build(index, plan, &options.root, &slots));
}

/// Frees what is no longer needed without keeping anybody waiting: that takes a while for
/// millions of small things, and the end of the program cuts it short.
fn discard<T: Send + 'static>(value: T) {
    rayon::spawn(move || drop(value));
}

fn environment(finding: Diagnostic) -> Failure {
    Failure::Environment(vec![finding])
}

fn midway(finding: Diagnostic) -> Failure {
    Failure::Midway(vec![finding])
}

/// With `--verify` no row is taken on trust: every output is rendered, and those whose rows
/// held must come out as recorded.
fn render_everything(stale: &mut Stale, planned: usize) {
    stale.outputs = (0u32..).take(planned).collect();
    stale.sworn = stale.fresh.iter().map(|row| row.path.clone()).collect();
    stale.known.append(&mut stale.fresh);
    stale.known.sort_unstable_by(|a, b| a.path.cmp(&b.path));
}

/// Writes the ledger, with the rows of files that the index holds. Gives the mark that stands until
/// the pages are what it says.
fn record(ledger: &mut Ledger, index: Arc<Index>, options: &Options) -> Result<Mark, Diagnostic> {
    let files = index.admitted.everything().clone();
    drop(index);
    ledger.files = Arc::try_unwrap(files).unwrap_or_else(|shared| shared.to_vec());
    ledger.compact();
    let mark = Mark::set(&options.memory()).map_err(|e| unwritable(".masthead", &e))?;
    ledger::save(&options.memory(), ledger).map_err(|e| unwritable(".masthead/ledger", &e))?;
    Ok(mark)
}

/// An output that was rendered.
struct Made {
    row: OutputRow,
    /// Which of the three rounds of writing it belongs to.
    round: Round,
    draft: Option<Draft>,
    finding: Option<Box<Diagnostic>>,
    /// Whether only shared parts of it were exchanged.
    replated: bool,
    /// Whether its row held, and the file on disk did not.
    mended: bool,
}

/// Files are put in place in this order, so that a reader of a folder that is being served
/// meets no page whose picture is not there, and no list whose story is not there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Round {
    Files,
    Articles,
    Lists,
}

impl Round {
    const ALL: [Self; 3] = [Self::Files, Self::Articles, Self::Lists];

    fn of(output: &Output) -> Self {
        match output {
            Output::File(_) | Output::Hashed(_) | Output::Icon(_) => Self::Files,
            Output::Article(_) | Output::Lite(_) => Self::Articles,
            _ => Self::Lists,
        }
    }
}

struct Work<'a> {
    press: &'a Arc<Press>,
    plan: &'a [Planned],
    stale: &'a Stale,
    disk: &'a Disk,
    settled: bool,
    verify: bool,
}

impl Work<'_> {
    /// Renders what is stale, beside the output.
    fn print(&self, report: &mut Report, progress: &dyn Progress) -> Result<Vec<Made>, Failure> {
        progress.begin(Stage::Render, self.stale.outputs.len());
        let since = Instant::now();
        let made = self.render(progress);
        report.took(Stage::Render, since);
        let (made, warnings) = made.inspect_err(|_| self.disk.close_workshop())?;
        report.findings.extend(warnings);
        Ok(made)
    }

    /// Renders what is stale into the workshop.
    fn render(&self, progress: &dyn Progress) -> Result<(Vec<Made>, Vec<Diagnostic>), Failure> {
        self.disk.open_workshop()?;
        let stale = &self.stale.outputs;
        let source = |at: usize| self.will_read(&self.plan[stale[at] as usize]);
        let made: Vec<Result<Made, Box<Diagnostic>>> = stale
            .par_iter()
            .enumerate()
            .map_init(Ahead::default, |ahead, (at, position)| {
                ahead.reach(at, stale.len(), source);
                let made = self.make(&self.plan[*position as usize]).map_err(Box::new);
                progress.step(1);
                made
            })
            .collect();
        let mut findings = Vec::new();
        // In place: there may be millions.
        let keep = |made: Result<Made, Box<Diagnostic>>| made.map_err(|e| findings.push(*e)).ok();
        let out: Vec<Made> = made.into_iter().filter_map(keep).collect();
        // A story that changed meanwhile is left as it was and has no row, so that the next
        // build takes it up; anything worse stops the build.
        if diag::any_error(&findings) { Err(failure(findings)) } else { Ok((out, findings)) }
    }

    fn make(&self, planned: &Planned) -> Result<Made, Diagnostic> {
        self.disk.has_room(&planned.path)?;
        let known = self.known(planned);
        let key = planned.output.key(&self.press.index);
        let replated = self.replated(known.filter(|row| row.key == key));
        let is_replated = replated.is_some();
        let rendered = replated.map_or_else(|| outputs::render(self.press, &planned.output), Ok)?;
        let sworn = self.stale.sworn.contains(&planned.path);
        let settled = self.settled && !sworn;
        let (draft, hash, len) =
            self.disk.draft(&planned.path, &rendered.content, known, settled)?;
        let broken = known.filter(|row| sworn && row.hash != hash);
        let row = OutputRow {
            path: planned.path.clone(),
            key,
            hash,
            len,
            asked: rendered.asked,
            lent: rendered.lent,
            insets: rendered.insets,
            origin: Origin::NEW,
        };
        let round = Round::of(&planned.output);
        let finding = broken.map(|row| Box::new(broken_oath(row)));
        let mended = sworn && draft.is_some() && finding.is_none();
        Ok(Made { row, round, draft, finding, replated: is_replated, mended })
    }

    /// The page of a row with other shared parts, if that is all that changed. With `--verify`
    /// everything is set anew.
    fn replated(&self, row: Option<&OutputRow>) -> Option<Rendered> {
        let row = row.filter(|row| !self.verify && self.stale.is_stale_in_insets(row))?;
        replate(self.press, &self.disk.read(row)?, row)
    }

    /// The file that making an output begins with.
    fn will_read(&self, planned: &Planned) -> Option<PathBuf> {
        let replated = self.known(planned).filter(|row| self.stale.is_stale_in_insets(row));
        match replated {
            Some(row) => Some(self.disk.place(row)),
            None => outputs::source(self.press, &planned.output),
        }
    }

    fn known(&self, planned: &Planned) -> Option<&OutputRow> {
        let rows = &self.stale.known;
        let at = rows.binary_search_by(|row| row.path.cmp(&planned.path)).ok()?;
        rows.get(at)
    }
}

/// A draft, and where it belongs.
struct Placed {
    draft: Draft,
    round: Round,
    path: OutPath,
}

/// The end of a build: drafts go to their places, and what is no longer planned goes.
struct Placing<'a> {
    plan: &'a [Planned],
    gone: &'a [OutputRow],
    disk: &'a Disk,
    /// Whether everything in the folder that the plan does not own goes, as where the ledger
    /// cannot be believed.
    sweep: bool,
}

impl Placing<'_> {
    fn publish(
        &self,
        drafts: &[Placed],
        report: &mut Report,
        progress: &dyn Progress,
    ) -> Result<(), Failure> {
        progress.begin(Stage::Write, drafts.len());
        let since = Instant::now();
        self.disk.claim()?;
        self.put(drafts, progress).map_err(midway)?;
        report.took(Stage::Write, since);

        let since = Instant::now();
        self.prune(report).map_err(midway)?;
        self.disk.close_workshop();
        report.took(Stage::Prune, since);
        Ok(())
    }

    /// Puts the drafts in their places.
    fn put(&self, drafts: &[Placed], progress: &dyn Progress) -> Result<(), Diagnostic> {
        if self.disk.move_in()? {
            return Ok(());
        }
        let put = |placed: &Placed| {
            progress.step(1);
            self.disk.put(placed.draft, &placed.path)
        };
        self.disk.while_putting(|| {
            Round::ALL.into_iter().try_for_each(|round| {
                drafts.par_iter().filter(|placed| placed.round == round).try_for_each(put)
            })
        })
    }

    /// Removes what is no longer planned.
    fn prune(&self, report: &mut Report) -> Result<(), Diagnostic> {
        let mut gone: BTreeSet<OutPath> = BTreeSet::new();
        for row in self.gone {
            if self.disk.remove(&row.path)? {
                gone.insert(row.path.clone());
            }
        }
        if self.sweep {
            let owned: FxHashSet<&str> = self.plan.iter().map(|p| p.path.as_str()).collect();
            for path in self.disk.strangers(&owned) {
                if self.disk.remove(&path)? {
                    gone.insert(path);
                }
            }
            self.disk.remove_empty_folders();
        }
        gone.iter().for_each(|path| report.removed.add(path));
        Ok(())
    }
}

fn broken_oath(row: &OutputRow) -> Diagnostic {
    Diagnostic::new(
        Code::VerifyFailed,
        format!("`{}` was thought to be fresh, but renders differently", row.path),
    )
    .help(
        "please report it, with what `masthead explain` says of the page; it has been written anew",
    )
}

fn failure(findings: Vec<Diagnostic>) -> Failure {
    let findings = by_fault(findings);
    if findings.iter().all(|f| f.code == Code::Unwritable) {
        Failure::Environment(findings)
    } else {
        Failure::Site(findings)
    }
}

/// How many of the pages that one fault stops are named.
const NAMED: usize = 3;

/// One finding a fault: a template that fails on every story of an archive fails once, and so
/// does a disk.
fn by_fault(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diag::sort(&mut findings);
    let same = |a: &Diagnostic, b: &Diagnostic| {
        let place = a.at.is_some() && a.at == b.at && a.code == b.code && a.message == b.message;
        place || sink::said(a).is_some_and(|said| sink::said(b) == Some(said))
    };
    let mut out: Vec<Diagnostic> = Vec::new();
    for group in findings.chunk_by(same) {
        let Some(mut finding) = group.first().cloned() else { continue };
        let is_disk = sink::said(&finding).is_some();
        if is_disk && group.len() <= NAMED {
            out.extend_from_slice(group);
            continue;
        }
        let others = group.iter().skip(1).take(NAMED - 1).flat_map(|other| other.also.clone());
        finding.also.extend(others);
        if is_disk {
            finding.notes.push(format!("nor can {} more files", group.len() - 1));
        } else if group.len() > NAMED {
            finding.notes.push(format!("it stops {} more pages", group.len() - NAMED));
        }
        out.push(finding);
    }
    out
}

/// Fills in the report; gives the rows, and the drafts that go to places of their own: a tree that
/// was made aside is moved in whole.
fn account(made: Vec<Made>, report: &mut Report) -> (Vec<OutputRow>, Vec<Placed>) {
    let mut drafts = Vec::new();
    let enter = |made: Made| {
        let Made { row, round, draft, finding, replated, mended } = made;
        report.rendered.add(&row.path);
        report.replated += usize::from(replated);
        report.mended += usize::from(mended);
        if let Some(draft) = draft {
            report.written.add(&row.path);
            if let Draft::OnBench(_) = draft {
                drafts.push(Placed { draft, round, path: row.path.clone() });
            }
        }
        report.findings.extend(finding.map(|finding| *finding));
        row
    };
    (made.into_iter().map(enter).collect(), drafts)
}
