//! The bench: one archive, two generators, one table.
//!
//! ```text
//! cargo bench --bench build -- --stories 100000 --hugo PATH --probe
//! ```
//!
//! Invariant: every row begins from a site that was built and not touched since, and leaves it
//! so; a run that was broken off leaves no archive that a later one would trust.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is the table")]

mod corpus;
mod desk;
mod floor;
mod measure;
mod table;

use clap::Parser;
use corpus::Archive;
use desk::{Desk, Edit, Generator, Hugo, Masthead};
use measure::{Listing, Outcome, Usage, conclude, cores, settle, throw_away};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use table::{Row, Sample};

/// The allocator that Masthead uses: the floor shall not be higher for want of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures builds of a made-up archive.
#[derive(Parser)]
struct Options {
    /// How many stories
    #[arg(long, default_value_t = 10_000)]
    stories: u64,
    /// How many runs the medians are of
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// How many runs of Hugo, which does the same whatever changed
    #[arg(long, default_value_t = 1)]
    hugo_runs: usize,
    /// Measures Hugo as well: its binary itself, not a script that starts it
    #[arg(long, value_name = "PATH")]
    hugo: Option<PathBuf>,
    /// Measures the floor as well
    #[arg(long)]
    probe: bool,
    /// Adds a clean build of bodies this many times as long
    #[arg(long, value_name = "FACTOR", default_value_t = 1)]
    body_scale: u64,
    /// Writes the archive and measures nothing
    #[arg(long)]
    corpus: bool,
    /// Leaves Masthead out
    #[arg(long)]
    without_masthead: bool,
    /// Measures another build of Masthead
    #[arg(long, value_name = "PATH", default_value = env!("CARGO_BIN_EXE_masthead"))]
    masthead: PathBuf,
    /// Where archives and sites lie; an archive is used again
    #[arg(long, value_name = "DIR", default_value = env!("CARGO_TARGET_TMPDIR"))]
    work: PathBuf,
    /// The seed of the archive
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Threads of the floor and of what is not measured
    #[arg(long, default_value_t = cores())]
    threads: usize,
    /// Cargo says so when it runs a bench
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    conclude(options.bench, || options.run())
}

/// The folder this file is in.
fn benches() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches")
}

impl Options {
    fn run(&self) -> Outcome<()> {
        let desk = self.desk(1)?;
        if self.corpus {
            println!("{}", desk.content().display());
            if self.body_scale > 1 {
                println!("{}", self.desk(self.body_scale)?.content().display());
            }
            return Ok(());
        }
        println!("{}", table::circumstances(&benches(), self.threads));
        desk.unstamped(|| self.measure(&desk))
    }

    fn desk(&self, body_scale: u64) -> Outcome<Desk> {
        let archive = Archive { stories: self.stories, body_scale, seed: self.seed };
        // Masthead takes a relative output folder to be below the site.
        Desk::open(&std::path::absolute(&self.work)?, archive, self.threads)
    }

    fn measure(&self, desk: &Desk) -> Outcome<()> {
        let ours = if self.without_masthead { None } else { Some(self.our_rows(desk)?) };
        let theirs = match &self.hugo {
            Some(program) => Some(self.their_rows(desk, program)?),
            None => None,
        };
        let clean = ours.as_ref().and_then(|rows| rows.samples.first()).map(|row| row.1.clone());
        let floors = [&ours, &theirs].map(|rows| rows.as_ref()?.floor.clone());
        println!("{}", table::rows(&side_by_side(ours, theirs)));
        if let Some(floor) = floors.into_iter().flatten().next() {
            println!("{}", table::floor(&floor, clean.as_ref()));
        }
        throw_away(&desk.place(YARD))
    }

    /// Where the floor is measured, if it is wanted.
    fn ground(&self, desk: &Desk) -> Option<floor::Ground> {
        self.probe.then(|| floor::Ground {
            content: desk.content(),
            templates: benches().join("theme/templates"),
            yard: desk.place(YARD),
            threads: self.threads,
        })
    }

    /// Masthead's rows.
    fn our_rows(&self, desk: &Desk) -> Outcome<Rows> {
        let press = Masthead::at(desk, &self.masthead, &benches())?;
        let mut rows = Rows::begin(&press, self.runs, self.threads, self.ground(desk))?;
        rows.edit(BODY, &desk.body_edit()?)?;
        rows.edit(HEADLINE, &desk.headline_edit()?)?;
        rows.nothing()?;
        rows.edit(TEMPLATE, &press.template_edit()?)?;
        rows.edit(ADDED, &desk.added_story())?;
        rows.still_clean()?;
        let inline = press.inline_fragments()?;
        inline.make()?;
        rows.clean(CLEAN_INLINE, |_| Ok(()))?;
        rows.edit(ADDED_INLINE, &desk.added_story())?;
        inline.take_back()?;
        rows.anew()?;
        if self.body_scale > 1 {
            rows.add(LONG_BODIES, self.long_bodies()?);
        }
        rows.end()
    }

    /// A clean build of an archive with longer bodies.
    fn long_bodies(&self) -> Outcome<Sample> {
        let desk = self.desk(self.body_scale)?;
        let press = Masthead::at(&desk, &self.masthead, &benches())?;
        let rows = Rows::begin(&press, 1, self.threads, None)?;
        Ok(rows.end()?.samples[0].1.clone())
    }

    /// Hugo's rows. Its theme has one way to show The Latest, which stands in both rows.
    fn their_rows(&self, desk: &Desk, program: &Path) -> Outcome<Rows> {
        let press = Hugo::at(desk, program, &benches())?;
        let ground = self.ground(desk).filter(|_| self.without_masthead);
        let mut rows = Rows::begin(&press, self.hugo_runs, self.threads, ground)?;
        rows.edit(BODY, &desk.body_edit()?)?;
        rows.edit(HEADLINE, &desk.headline_edit()?)?;
        rows.nothing()?;
        rows.edit(TEMPLATE, &press.template_edit()?)?;
        rows.edit(ADDED, &desk.added_story())?;
        let added = rows.samples.last().map(|(_, sample)| sample.clone());
        rows.samples.extend(added.map(|sample| (ADDED_INLINE, sample)));
        rows.end()
    }
}

/// The folder in which the floor's files are made.
const YARD: &str = "floor";

const CLEAN: &str = "clean";
const CLEAN_INLINE: &str = "clean, `inline`";
const NOTHING: &str = "nothing changed";
const BODY: &str = "one body edit";
const HEADLINE: &str = "one headline edit";
const TEMPLATE: &str = "one template edit";
const ADDED: &str = "one story added, `client`";
const ADDED_INLINE: &str = "one story added, `inline`";
const LONG_BODIES: &str = "clean, longer bodies";

/// The rows of one generator while they are measured.
struct Measuring<'a> {
    press: &'a dyn Generator,
    runs: usize,
    threads: usize,
    published: Listing,
    floor: Option<floor::Floor>,
    samples: Vec<(&'static str, Sample)>,
}

/// The rows of one generator, and the floor if it was asked for.
struct Rows {
    floor: Option<floor::Floor>,
    samples: Vec<(&'static str, Sample)>,
}

impl Rows {
    /// Measures clean builds, and the floor of each at once: an hour of other work, with millions of
    /// files made and removed, leaves the disk another one.
    fn begin(
        press: &dyn Generator,
        runs: usize,
        threads: usize,
        ground: Option<floor::Ground>,
    ) -> Outcome<Measuring<'_>> {
        let (published, samples) = (Listing::default(), Vec::new());
        let mut measuring = Measuring { press, runs, threads, published, floor: None, samples };
        let mut floors = Vec::new();
        measuring.clean(CLEAN, |published| {
            floors.extend(ground.as_ref().map(|ground| ground.measure(published)).transpose()?);
            Ok(())
        })?;
        measuring.floor = floor::Floor::median(&floors);
        Ok(measuring)
    }
}

impl Measuring<'_> {
    /// Measures clean builds; files are compared with the last of them from now on. After each,
    /// `then` is told what was published.
    fn clean(
        &mut self,
        name: &'static str,
        mut then: impl FnMut(&Listing) -> Outcome<()>,
    ) -> Outcome<()> {
        let clean = repeat(self.runs, || {
            self.press.forget()?;
            settle()?;
            let built = self.press.build()?;
            self.published = Listing::of(self.press.output(), self.threads)?;
            then(&self.published)?;
            Ok(built)
        })?;
        self.add(name, Sample { changed: self.published.len(), ..clean });
        Ok(())
    }

    /// Measures builds of what has not changed.
    fn nothing(&mut self) -> Outcome<()> {
        let nothing = repeat(self.runs, || {
            settle()?;
            self.press.build()
        })?;
        let changed = self.changed()?;
        self.add(NOTHING, Sample { changed, ..nothing });
        Ok(())
    }

    /// Measures builds after an edit, which is taken back after each.
    fn edit(&mut self, name: &'static str, edit: &Edit) -> Outcome<()> {
        let mut first = None;
        let sample = repeat(self.runs, || {
            edit.make()?;
            settle()?;
            let built = self.press.build()?;
            // Reading all files takes longer than the build; they are the same in every run.
            if first.is_none() {
                first = Some(self.changed()?);
            }
            edit.take_back()?;
            if self.press.remembers() {
                self.press.build()?;
            }
            Ok(built)
        })?;
        self.add(name, Sample { changed: first.unwrap_or_default(), ..sample });
        Ok(())
    }

    /// Adds a row, and tells whoever waits, who has something then if the run is broken off.
    fn add(&mut self, name: &'static str, sample: Sample) {
        let Usage { wall, cpu, peak } = sample.usage;
        eprintln!("{name}: {wall:.2} s, {cpu:.2} s of CPU, {peak:.0} MiB");
        self.samples.push((name, sample));
    }

    /// Builds after a change that stays; files are compared with this build from now on.
    fn anew(&mut self) -> Outcome<()> {
        self.press.build()?;
        self.published = Listing::of(self.press.output(), self.threads)?;
        Ok(())
    }

    fn changed(&self) -> Outcome<usize> {
        Ok(Listing::of(self.press.output(), self.threads)?.changed_since(&self.published))
    }

    /// Makes sure that edits taken back have left the output of the clean build.
    fn still_clean(&self) -> Outcome<()> {
        match self.changed()? {
            0 => Ok(()),
            files => Err(format!("{files} files differ from the clean build's").into()),
        }
    }

    fn end(self) -> Outcome<Rows> {
        throw_away(self.press.output())?;
        Ok(Rows { floor: self.floor, samples: self.samples })
    }
}

/// Does `build` several times: the median cost, and the report of the first.
fn repeat(
    runs: usize,
    mut build: impl FnMut() -> Outcome<(Usage, Option<desk::Report>)>,
) -> Outcome<Sample> {
    let (first, report) = build()?;
    let mut usages = vec![first];
    for _ in 1..runs {
        usages.push(build()?.0);
    }
    Ok(Sample { usage: Usage::median(&usages), report, changed: 0 })
}

/// Puts the rows of both into one table, by their names.
fn side_by_side(ours: Option<Rows>, theirs: Option<Rows>) -> Vec<Row> {
    let all =
        [CLEAN, CLEAN_INLINE, NOTHING, BODY, HEADLINE, ADDED, ADDED_INLINE, TEMPLATE, LONG_BODIES];
    let find = |rows: &Option<Rows>, name: &str| {
        let samples = &rows.as_ref()?.samples;
        samples.iter().find(|(of, _)| *of == name).map(|(_, sample)| sample.clone())
    };
    all.into_iter()
        .map(|name| Row { name, masthead: find(&ours, name), hugo: find(&theirs, name) })
        .filter(|row| row.masthead.is_some() || row.hugo.is_some())
        .collect()
}
