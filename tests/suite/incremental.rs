//! Incremental equals clean, byte for byte: random edit scripts.
//!
//! Invariant: after every edit the published folder is what a clean build of the same sources
//! gives elsewhere; a second build finds nothing to do; and no recorded answer was wrong.
//! `MASTHEAD_SCRIPTS=5000` runs more scripts, `MASTHEAD_SEED=17` runs one.
#![expect(clippy::print_stderr, reason = "a script that fails says how to run it again")]

use crate::{
    edits::EDITS,
    support::{TestSite, bare, moment, shown, site},
    trees::{Tree, assert_same, tree},
    world::{Rng, World},
};
use std::{env, fs, panic::catch_unwind};

const EDITS_A_SCRIPT: usize = 8;
const FRAGMENTS: [&str; 4] = ["inline", "client", "esi", "ssi"];

#[test]
fn scripts_with_a_theme_that_shows_everything() {
    run_scripts("plain", 0);
}

#[test]
fn scripts_with_the_default_theme() {
    run_scripts("broadsheet", 1);
}

/// A build that is refused leaves what is published, and what it remembers, as it was.
#[test]
fn what_is_refused_changes_nothing() {
    let story = "+++\ntitle = \"Alpha\"\ndate = \"2026-11-01\"\n+++\nText.\n";
    let mut outlet = site("");
    outlet.write("content/politics/a.md", story).build();
    outlet.write("content/politics/a/index.md", story).fails("duplicate-url");
    outlet.delete("content/politics/a/index.md").build().rendered(&[]);
    outlet.write("content/politics/b.md", story.replace("date", "dat")).fails("unknown-key");
    outlet.write("content/politics/b.md", story).write("templates/list.html", "{% if %}");
    outlet.fails("bad-template");
    outlet.write("templates/list.html", "{{ front.title.x.y }}").fails("template-failed");
    outlet.delete("templates/list.html").build().equals_clean().is_at_rest();
}

/// Runs the seeds that have this remainder by two: all of them, whatever fails.
fn run_scripts(theme: &str, remainder: u64) {
    let number = |name: &str| env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let scripts = number("MASTHEAD_SCRIPTS").unwrap_or(200).max(2);
    let seeds = number("MASTHEAD_SEED").map_or(0..scripts, |seed| seed..seed + 1);
    let failed: Vec<u64> = seeds
        .filter(|seed| seed % 2 == remainder)
        .filter(|seed| catch_unwind(|| Script::new(*seed, theme).run()).is_err())
        .collect();
    assert!(failed.is_empty(), "scripts that failed: {failed:?}");
}

/// A site, what was done to it, and what is to come.
struct Script {
    seed: u64,
    rng: Rng,
    world: World,
    site: TestSite,
    done: Vec<String>,
}

/// Something that happens beside the sources.
type Event = fn(&mut Script);

/// Every event by its name.
const EVENTS: [(&str, Event); 10] = [
    ("time moves", |s| {
        let at = s.rng.moment(4, 4);
        s.site.at(moment(&at));
    }),
    ("time moves on", |s| {
        let at = s.rng.moment(0, 5);
        s.site.at(moment(&at));
    }),
    ("drafts are shown or not", |s| {
        let drafts = s.rng.chance(50);
        s.site.drafts(drafts);
    }),
    ("another base_url", |s| {
        let url = s.rng.chance(50).then(|| "https://stage.example/a".to_owned());
        s.site.base_url(url);
    }),
    ("a published file is lost", |s| s.meddle(None)),
    ("a published file is altered", |s| s.meddle(Some(b"altered by hand"))),
    ("the ledger is lost", |s| {
        s.site.forget();
    }),
    ("a block of the ledger is torn", |s| {
        let blocks = s.site.ledger_blocks();
        if !blocks.is_empty() {
            s.site.tear(&s.rng.pick(&blocks));
        }
    }),
    ("another output folder", |s| {
        let name = s.rng.pick(&["public", "public", "elsewhere"]);
        s.site.output(name);
    }),
    ("a fresh checkout", |s| {
        s.site.touch();
    }),
];

impl Script {
    fn new(seed: u64, theme: &str) -> Self {
        let mut rng = Rng::new(seed);
        let fragments = FRAGMENTS[usize::try_from(seed / 2 % 4).expect("a small number")];
        let world = World::new(&mut rng, theme, fragments);
        let mut site = bare();
        site.threads(if (seed / 8).is_multiple_of(2) { 1 } else { 2 });
        Self { seed, rng, world, site, done: vec![format!("{theme}, {fragments}")] }
    }

    fn run(mut self) {
        let first = self.world.sources();
        self.site.become_(&first);
        self.check(&first);
        for _ in 0..EDITS_A_SCRIPT {
            let before = self.world.clone();
            self.step();
            let sources = self.world.sources();
            self.site.become_(&sources);
            if !self.check(&sources) {
                self.done.push("undone".to_owned());
                self.world = before;
                let sources = self.world.sources();
                self.site.become_(&sources);
                self.check(&sources);
            }
        }
        self.site.is_true();
        self.done.clear();
    }

    fn step(&mut self) {
        if self.rng.chance(25) {
            let (name, event) = self.rng.pick(&EVENTS);
            self.done.push(name.to_owned());
            event(self);
        } else {
            let (name, edit) = self.rng.pick(EDITS);
            self.done.push(name.to_owned());
            edit(&mut self.world, &mut self.rng);
        }
    }

    /// Removes a published file, or gives it other bytes of another length.
    fn meddle(&mut self, bytes: Option<&[u8]>) {
        let published = tree(&self.site.public());
        let files: Vec<&String> = published
            .keys()
            .filter(|path| !path.ends_with('/') && !path.starts_with('.'))
            .collect();
        if files.is_empty() {
            return;
        }
        let file = self.site.public().join(self.rng.pick(&files).as_str());
        match bytes {
            Some(bytes) => fs::write(file, bytes).expect("a published file can be written"),
            None => fs::remove_file(file).expect("a published file can be removed"),
        }
    }

    /// Builds and compares. False if the sources have errors; then a clean build has the same,
    /// and what was published stands.
    fn check(&mut self, sources: &Tree) -> bool {
        let before = tree(&self.site.public());
        match self.site.attempt() {
            Ok(_) => {
                self.site.build().equals_clean().is_at_rest();
                true
            }
            Err(findings) => {
                let clean = self.site.attempt_clean().err().unwrap_or_default();
                assert_eq!(shown(&clean), shown(&findings), "a clean build has other errors");
                let now = tree(&self.site.public());
                assert_same(&before, &now, "before", "after a build that failed");
                assert!(self.done.len() > 1, "the first edition of {} files", sources.len());
                false
            }
        }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("MASTHEAD_SEED={} fails after: {}", self.seed, self.done.join("; "));
        }
    }
}
