//! `kill -9` at any moment costs time, never a page.
//!
//! Invariant: while a build runs and after it was killed, each published file is that of the
//! old edition or that of the new one, whole; the next build gives what a clean build gives.
//! `MASTHEAD_KILLS=500` kills more often.

use crate::{
    support::{TestSite, bare, files},
    theme,
    trees::{Tree, assert_same, tree},
    world::Rng,
};
use std::{
    env,
    fmt::Write,
    fs,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

/// More than a thousand pages: so many change places with those that were there.
const STORIES: usize = 900;

/// One of two editions that differ in every page; some stories are in one of them alone.
fn edition(second: bool) -> Tree {
    let title = if second { "Second" } else { "First" };
    let settings = format!(
        "title = \"{title} Edition\"\nbase_url = \"https://proof.example\"\ntheme = \"plain\"\n\
         page_size = 10\n"
    );
    let mut sources: Tree =
        files(theme::PLAIN).into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
    sources.insert("site.toml".to_owned(), settings.into_bytes());
    for number in 0..STORIES {
        if number % 20 != usize::from(second) {
            let (path, text) = story(number, title);
            sources.insert(path, text.into_bytes());
        }
    }
    // What is a file in one edition is a folder in the other.
    let thing = if second { "static/thing/inner.txt" } else { "static/thing" };
    sources.insert(thing.to_owned(), b"a thing".to_vec());
    sources
}

fn story(number: usize, title: &str) -> (String, String) {
    let section = ["politics", "sport", "culture"][number % 3];
    let (month, day) = (1 + number / 28 % 10, 1 + number % 28);
    let mut text = format!(
        "+++\ntitle = \"Story {number}\"\ndate = \"2026-{month:02}-{day:02}\"\n\
         tags = [\"tag {}\"]\nauthors = [\"Author {}\"]\n+++\n",
        number % 7,
        number % 11
    );
    for paragraph in 0..20 {
        let _ = writeln!(text, "Paragraph {paragraph} of story {number} in the {title}.\n");
    }
    (format!("content/{section}/s{number}.md"), text)
}

/// Files of which readers see a part, or which belong to neither edition.
fn torn(now: &Tree, old: &Tree, new: &Tree) -> Vec<String> {
    let whole = |path: &str, bytes: &Vec<u8>| {
        path.starts_with('.') || old.get(path) == Some(bytes) || new.get(path) == Some(bytes)
    };
    let files = now.iter().filter(|(path, _)| !path.ends_with('/'));
    files.filter(|(path, bytes)| !whole(path, bytes)).map(|(path, _)| path.clone()).collect()
}

struct Press {
    outlet: TestSite,
    sources: [Tree; 2],
    published: [Tree; 2],
}

impl Press {
    /// Both editions as clean builds give them; the first is published.
    fn new() -> Self {
        let mut outlet = bare();
        let sources = [edition(false), edition(true)];
        let published = [1, 0].map(|which: usize| {
            outlet.become_(&sources[which]).build();
            tree(&outlet.public())
        });
        let [second, first] = published;
        assert!(first.len() > 1000 && second.len() > 1000, "enough to change places");
        Self { outlet, sources, published: [first, second] }
    }

    fn start(&self) -> Child {
        let mut program = self.outlet.program();
        program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program runs")
    }

    /// Publishes an edition, but is killed after a while; looks at the folder all the time.
    fn killed(&mut self, which: usize, after: Duration) {
        self.outlet.become_(&self.sources[which]);
        let mut child = self.start();
        let end = Instant::now() + after;
        while Instant::now() < end {
            self.look();
            thread::sleep(Duration::from_millis(2));
        }
        child.kill().expect("it can be killed");
        child.wait().expect("it has ended");
        self.look();
    }

    /// Whether the build was killed between its first draft and its last.
    fn left_work_behind(&self) -> bool {
        self.outlet.public().join(".masthead-workshop").exists()
    }

    fn look(&self) {
        let [first, second] = &self.published;
        let torn = torn(&tree(&self.outlet.public()), first, second);
        assert!(torn.is_empty(), "seen in part: {torn:?}");
    }

    fn finish(&mut self, which: usize) {
        self.outlet.build();
        let name = ["first", "second"][which];
        assert_same(&self.published[which], &tree(&self.outlet.public()), name, "after a kill");
    }
}

#[test]
fn a_killed_build_leaves_whole_files_and_is_made_good() {
    let kills = env::var("MASTHEAD_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    let mut press = Press::new();
    let mut rng = Rng::new(kills);
    let since = Instant::now();
    press.start().wait().expect("the program ends");
    press.outlet.become_(&press.sources[1]);
    press.start().wait().expect("the program ends");
    let usual = usize::try_from(since.elapsed().as_millis()).expect("a short time");
    let mut at_work = 0;
    for kill in 0..kills {
        let which = usize::from(kill % 2 == 0);
        press.killed(which, Duration::from_millis(rng.below(usual) as u64));
        at_work += u32::from(press.left_work_behind());
        // Every third time the sources change once more before a build may end.
        let last = if kill % 3 == 0 { 1 - which } else { which };
        press.outlet.become_(&press.sources[last]);
        press.finish(last);
    }
    assert!(at_work > 0, "no build was killed while it rendered or wrote");
}

#[test]
fn a_first_build_that_was_killed_is_made_good() {
    let kills = env::var("MASTHEAD_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(12);
    let mut press = Press::new();
    let mut rng = Rng::new(kills);
    let nothing = |press: &mut Press| {
        let _ = fs::remove_dir_all(press.outlet.public());
        press.outlet.forget();
    };
    nothing(&mut press);
    let since = Instant::now();
    press.start().wait().expect("the program ends");
    let usual = usize::try_from(since.elapsed().as_millis()).expect("a short time");
    let mut at_work = 0;
    for _ in 0..kills {
        nothing(&mut press);
        press.killed(0, Duration::from_millis(rng.below(usual) as u64));
        at_work += u32::from(press.left_work_behind());
        press.finish(0);
    }
    assert!(at_work > 0, "no build was killed while it rendered or wrote");
}
