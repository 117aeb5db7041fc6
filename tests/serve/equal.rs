//! What is served is what a clean build publishes, after every edit of a long day.
//!
//! Invariant: the preview gets its news from the files alone, like an editor's would: nobody tells
//! it which kind of edit was made. `MASTHEAD_EDITS=3000` makes more edits, `MASTHEAD_SEED=17` others.

use crate::{
    edits::EDITS,
    preview::{Answer, PATIENCE, Preview},
    support::{NOON, TestSite, bare, moment},
    trees::Tree,
    world::{Rng, World},
};
use masthead::{
    base::{OutPath, UrlPath},
    site::BaseUrl,
};
use std::{env, thread, time::Duration, time::Instant};

/// Edits in the usual run, over both themes.
const A_DAY: usize = 300;

/// After each edit so many addresses are looked at, at most.
const SAMPLE: usize = 200;

fn number(name: &str, usual: usize) -> usize {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn a_day_with_a_theme_that_shows_everything() {
    Day::begin("plain", "client", 11).pass(number("MASTHEAD_EDITS", A_DAY) / 2);
}

#[test]
fn a_day_with_the_default_theme() {
    Day::begin("broadsheet", "inline", 12).pass(number("MASTHEAD_EDITS", A_DAY) / 2);
}

struct Day {
    rng: Rng,
    world: World,
    site: TestSite,
    preview: Preview,
    done: Vec<String>,
}

impl Day {
    fn begin(theme: &str, fragments: &str, seed: usize) -> Self {
        let mut rng = Rng::new(number("MASTHEAD_SEED", seed) as u64);
        let world = World::new(&mut rng, theme, fragments);
        let mut site = bare();
        site.become_(&world.sources());
        let preview = Preview::start(&site.root(), &["--as-published", "--at", NOON]);
        Self { rng, world, site, preview, done: vec![format!("{theme}, {fragments}")] }
    }

    fn pass(mut self, edits: usize) {
        let mut published = self.clean().expect("the first edition");
        self.compare(&published, &Tree::new());
        for _ in 0..edits {
            let before = self.world.clone();
            let (name, edit) = self.rng.pick(EDITS);
            self.done.push(name.to_owned());
            edit(&mut self.world, &mut self.rng);
            self.save();
            let Some(now) = self.clean() else {
                // What a build refuses is shown beside the last good state, and then mended.
                assert_ne!(self.preview.get("/").status, 0, "it serves on: {:?}", self.done);
                self.world = before;
                self.save();
                self.compare(&published, &Tree::new());
                continue;
            };
            self.compare(&now, &published);
            published = now;
        }
        assert!(self.done.len() > edits);
    }

    fn save(&mut self) {
        self.site.become_(&self.world.sources());
    }

    fn clean(&self) -> Option<Tree> {
        let (_, mut published) = self.site.attempt_clean().ok()?;
        published.retain(|path, _| !path.ends_with('/') && !path.starts_with('.'));
        Some(published)
    }

    /// Each address leads to what is published, and one that is gone leads nowhere. The system tells
    /// of changes when it likes, so a moment is granted.
    fn compare(&mut self, published: &Tree, before: &Tree) {
        let mut paths: Vec<&String> = published.keys().collect();
        while paths.len() > SAMPLE {
            paths.swap_remove(self.rng.below(paths.len()));
        }
        let since = Instant::now();
        for path in paths {
            let mut found = self.difference(path, &published[path]);
            while found.is_some() && since.elapsed() < PATIENCE {
                thread::sleep(Duration::from_millis(5));
                found = self.difference(path, &published[path]);
            }
            assert!(found.is_none(), "{:?}\nafter {:?}", found, self.done);
        }
        let gone = before.keys().filter(|path| !published.contains_key(*path));
        for path in gone.filter(|path| !path.ends_with("index.html")) {
            assert_eq!(self.answer(path).status, 404, "{path} after {:?}", self.done);
        }
    }

    fn answer(&self, path: &str) -> Answer {
        let url = OutPath::new(path).map(|path| path.url()).unwrap_or_else(UrlPath::root);
        let base = self.world.settings["base_url"].trim_matches('"');
        let base = BaseUrl::parse(base).expect("worlds have an address");
        self.preview.get(&base.local(&url))
    }

    fn difference(&self, path: &str, published: &[u8]) -> Option<String> {
        let answer = self.answer(path);
        if matches!(answer.status, 301 | 302) {
            // A theme writes such pages as it likes, but it names where they lead.
            let to = answer.header("location");
            let leads = String::from_utf8_lossy(published).contains(to);
            return (!leads).then(|| format!("{path} leads to {to}"));
        }
        let same = answer.status == 200 && answer.rendered() == published;
        (!same).then(|| {
            let (now, then) = (answer.text(), String::from_utf8_lossy(published).into_owned());
            let lines = now.lines().zip(then.lines()).find(|(a, b)| a != b);
            format!("{path} is {}: {lines:?}", answer.status)
        })
    }
}

/// A journey in time shows what a build for that moment publishes.
#[test]
fn journeys_show_the_outlet_of_their_moment() {
    let mut rng = Rng::new(5);
    let world = World::new(&mut rng, "plain", "inline");
    let mut site = bare();
    site.become_(&world.sources());
    let preview = Preview::start(&site.root(), &["--as-published", "--at", NOON]);
    for at in ["2026-11-19T12:00:00Z", "2026-11-23T18:00:00Z", "2026-11-26T00:00:00Z", NOON] {
        site.at(moment(at));
        let (_, published) = site.attempt_clean().expect("it can be built");
        let pages = published.iter().filter(|(path, _)| path.ends_with("index.html"));
        for (path, bytes) in pages.take(40) {
            let url = OutPath::new(path).expect("a path").url();
            let answer = preview.get(&format!("{}?at={at}", url.encoded()));
            if !matches!(answer.status, 301 | 302) {
                assert!(answer.rendered() == *bytes, "{path} at {at}: {}", answer.text());
            }
        }
    }
}
