//! A small outlet for the tests, and the program at work on it.

use super::{kinds::Kind, proxy::Proxy, s3::Server};
use std::{
    collections::BTreeMap,
    fs,
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// What a run of the program came to.
pub struct Run {
    /// Its exit code, or below zero the signal that ended it.
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    /// Runs a program to its end. It says nothing secret and does not break down.
    pub fn of(program: &mut Command) -> Self {
        let out = program.output().expect("the program runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let ended = || -out.status.signal().unwrap_or_default();
        let code = out.status.code().unwrap_or_else(ended);
        let run = Self { code, out: text(&out.stdout), err: text(&out.stderr) };
        assert!(!run.err.contains("panicked"), "{}", run.err);
        assert!(
            !run.err.contains("canary-secret") && !run.out.contains("canary-secret"),
            "a secret"
        );
        run
    }

    /// It went well.
    pub fn fine(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }

    /// It was refused, in these words.
    pub fn refused(self, code: i32, words: &str) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        assert!(self.err.contains(words), "not {words:?}:\n{}", self.err);
        self
    }

    /// What it said for programs.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }

    /// How many objects were written and removed.
    pub fn did(&self) -> (usize, usize) {
        let json = self.json();
        let len = |key: &str| json[key].as_array().map_or(0, Vec::len);
        (len("uploads"), len("deletions"))
    }
}

/// A site in a folder of its own.
pub struct Outlet {
    folder: TempDir,
    pub at: String,
}

/// The moment for which outlets are built.
pub const NOON: &str = "2026-11-22T12:00:00Z";

impl Outlet {
    /// An outlet with so many stories.
    pub fn new(stories: usize) -> Self {
        let outlet = Self { folder: tempfile::tempdir().expect("a folder"), at: NOON.to_owned() };
        outlet.write("site.toml", "title = \"Proof Post\"\nbase_url = \"https://proof.example\"\ntheme = \"plain\"\npage_size = 5\nfragments = \"client\"\n");
        for (path, text) in files(include_str!("../suite/plain.theme")) {
            outlet.write(&path, &text);
        }
        for number in 0..stories {
            outlet.story(number, &format!("Story {number}"), "");
        }
        outlet
    }

    /// The outlet that comes with the program.
    pub fn demo() -> Self {
        let at = "2026-11-22T12:00:00+03:00".to_owned();
        let outlet = Self { folder: tempfile::tempdir().expect("a folder"), at };
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        for part in ["content", "static", "themes", "archetypes", "site.toml"] {
            for entry in walkdir::WalkDir::new(home.join(part)).into_iter().flatten() {
                if entry.file_type().is_file() {
                    let path = entry.path().strip_prefix(home).expect("it is below");
                    let file = outlet.root().join(path);
                    fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
                    fs::copy(entry.path(), file).expect("a copy");
                }
            }
        }
        outlet
    }

    /// Sets the target `live`, in place of those that were set before.
    pub fn target(&self, settings: &str) {
        let all = fs::read_to_string(self.root().join("site.toml")).expect("settings");
        let own = all.split("[publish.").next().expect("the start");
        self.write("site.toml", &format!("{own}[publish.live]\n{settings}"));
    }

    /// Writes a story, anew or over the old one.
    pub fn story(&self, number: usize, title: &str, more: &str) {
        let section = ["politics", "sport", "culture"][number % 3];
        let (month, day) = (1 + number / 28 % 10, 1 + number % 28);
        let body = format!("The text of story {number} is not long. ").repeat(20);
        self.write(
            &format!("content/{section}/s{number}.md"),
            &format!("+++\ntitle = \"{title}\"\ndate = \"2026-{month:02}-{day:02}\"\ntags = [\"tag {}\"]\n{more}+++\n{body}\n", number % 4),
        );
    }

    /// Adds to the text of a story.
    pub fn append(&self, number: usize, text: &str) {
        let section = ["politics", "sport", "culture"][number % 3];
        let path = format!("content/{section}/s{number}.md");
        let story = fs::read_to_string(self.root().join(&path)).expect("a story");
        self.write(&path, &format!("{story}\n{text}\n"));
    }

    /// Takes a story out.
    pub fn remove(&self, number: usize) {
        let section = ["politics", "sport", "culture"][number % 3];
        fs::remove_file(self.root().join(format!("content/{section}/s{number}.md")))
            .expect("removed");
    }

    /// Writes a file of the site.
    pub fn write(&self, path: &str, text: &str) {
        let file = self.root().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("written");
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    pub fn public(&self) -> PathBuf {
        self.folder.path().join("public")
    }

    /// A place beside the site.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The same sources in a folder of their own, without anything that was made of them.
    pub fn copy(&self) -> Self {
        let other = Self { folder: tempfile::tempdir().expect("a folder"), at: self.at.clone() };
        for (path, bytes) in tree(&self.root()) {
            if !path.starts_with(".masthead") {
                let file = other.root().join(path);
                fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
                fs::write(file, bytes).expect("written");
            }
        }
        other
    }

    /// The program, set to work on this site.
    pub fn program(&self, words: &str, endpoint: Option<&str>) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_masthead"));
        program.args(words.split_whitespace());
        program.arg("--root").arg(self.root());
        if words.starts_with("publish") {
            program.arg("--output").arg(self.public()).args(["--at", &self.at]);
        }
        program.env_clear().env("PATH", std::env::var("PATH").unwrap_or_default());
        program.current_dir(self.folder.path());
        program.envs(endpoint.map(|endpoint| Kind::S3.env(endpoint)).unwrap_or_default());
        program.stdin(Stdio::null());
        program
    }

    /// The program, set to work on this site and on a server, or a proxy in front of it.
    pub fn program_for(&self, words: &str, server: &Server, endpoint: &str) -> Command {
        let mut program = self.program(&server.kind.words(words), None);
        program.envs(server.kind.env(endpoint));
        program
    }

    /// Runs the program to its end.
    pub fn run_at(&self, words: &str, endpoint: Option<&str>) -> Run {
        Run::of(&mut self.program(words, endpoint))
    }

    /// Runs the program with the server at hand.
    pub fn run(&self, words: &str, server: &Server) -> Run {
        Run::of(&mut self.program_for(words, server, &server.endpoint()))
    }

    /// Runs the program with a proxy in front of the server.
    pub fn run_behind(&self, words: &str, server: &Server, proxy: &Proxy) -> Run {
        Run::of(&mut self.program_for(words, server, &proxy.endpoint()))
    }
}

/// Takes a text apart at its `-- path --` lines.
fn files(text: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match line.trim_end().strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --")) {
            Some(name) => out.push((name.to_owned(), String::new())),
            None => out.last_mut().expect("a file is open").1.push_str(line),
        }
    }
    out
}

/// Every file in a folder.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().flatten();
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(folder).ok()?.to_str()?.to_owned();
            Some((path, fs::read(entry.path()).ok()?))
        })
        .collect()
}

/// A folder as readers see it: without Masthead's own things.
pub fn shown(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut tree = tree(folder);
    tree.retain(|path, _| !path.starts_with("_masthead/") && !path.starts_with(".masthead"));
    tree
}

/// What was built, without the files for web servers: no bucket gets those, and every machine
/// makes them.
pub fn for_readers(outlet: &Outlet) -> BTreeMap<String, Vec<u8>> {
    let mut built = shown(&outlet.public());
    built.retain(|path, _| !matches!(path.as_str(), "_headers" | "_redirects"));
    built
}

/// Two folders show the same.
pub fn assert_shown(one: &Path, other: &Path, when: &str) {
    let (left, right) = (shown(one), shown(other));
    let differing: Vec<&String> = left
        .keys()
        .chain(right.keys())
        .filter(|path| left.get(*path) != right.get(*path))
        .collect();
    assert!(differing.is_empty(), "{when}: {differing:?}");
}

/// Random numbers from a seed (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}
