//! A site for a test: written in one string, built, edited, built again, and looked at.
//!
//! Invariant: the only file that knows how the library is called. Nothing here depends on the
//! clock: a test site is built for one fixed moment unless it says otherwise.

use crate::{
    theme,
    trees::{Tree, assert_same, put, stamps, tree, tree_of_sources},
};
use masthead::{
    base::{Diagnostic, Moment},
    build::{Options, Prepared, Report, Silent, build, prepare},
};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::{Duration, SystemTime},
};
use tempfile::TempDir;
use walkdir::WalkDir;

/// The moment for which sites are built.
pub const NOON: &str = "2026-11-22T12:00:00Z";

/// What site.toml says where a test does not care.
pub const SETTINGS: &str = "title = \"Proof Post\"\nbase_url = \"https://proof.example\"\n\
                            theme = \"plain\"\npage_size = 2\n";

/// A site in a folder of its own.
pub struct TestSite {
    folder: TempDir,
    output: String,
    at: Moment,
    drafts: bool,
    base_url: Option<String>,
    threads: usize,
    report: Report,
}

/// A site from a text in which `-- path --` stands above the content of each file. Settings
/// and the theme `plain` are there unless the text brings its own.
pub fn site(text: &str) -> TestSite {
    let mut site = bare();
    site.write("site.toml", SETTINGS);
    for (path, text) in files(theme::PLAIN).into_iter().chain(files(text)) {
        site.write(&path, text);
    }
    site
}

/// A site without a single file.
pub fn bare() -> TestSite {
    TestSite {
        folder: TempDir::with_prefix("masthead-").expect("a temporary folder can be made"),
        output: "public".to_owned(),
        at: moment(NOON),
        drafts: false,
        base_url: None,
        threads: 2,
        report: Report::default(),
    }
}

/// Takes a text apart at its `-- path --` lines.
pub fn files(text: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let name = line.trim_end().strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --"));
        match (name, out.last_mut()) {
            (Some(name), _) => out.push((name.to_owned(), String::new())),
            (None, Some((_, text))) => text.push_str(line),
            (None, None) => assert!(line.trim().is_empty(), "no file is open for: {line}"),
        }
    }
    out
}

/// Reads a moment as editors write it.
pub fn moment(text: &str) -> Moment {
    Moment::parse(text, chrono_tz::Tz::UTC).expect("tests name real moments")
}

impl TestSite {
    /// The folder of the sources.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    /// The folder that is published.
    pub fn public(&self) -> PathBuf {
        self.folder.path().join(&self.output)
    }

    /// A folder beside the site.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a source file.
    pub fn write(&mut self, path: &str, text: impl AsRef<[u8]>) -> &mut Self {
        put(&self.root().join(path), text.as_ref());
        self
    }

    /// Replaces a text in a source file; it must be there.
    pub fn edit(&mut self, path: &str, from: &str, to: &str) -> &mut Self {
        let file = self.root().join(path);
        let text = fs::read_to_string(&file).unwrap_or_else(|e| panic!("{path}: {e}"));
        assert!(text.contains(from), "{path} does not hold {from:?}");
        self.write(path, text.replace(from, to))
    }

    /// Moves a source file or folder.
    pub fn rename(&mut self, from: &str, to: &str) -> &mut Self {
        let target = self.root().join(to);
        fs::create_dir_all(target.parent().expect("a path in the site")).expect("a folder");
        fs::rename(self.root().join(from), target).unwrap_or_else(|e| panic!("{from}: {e}"));
        self
    }

    /// Removes a source file.
    pub fn delete(&mut self, path: &str) -> &mut Self {
        fs::remove_file(self.root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
        self
    }

    /// Makes the sources these files and no others, touching only what differs.
    pub fn become_(&mut self, sources: &Tree) -> &mut Self {
        let now = tree_of_sources(&self.root());
        for path in now.keys().filter(|path| !path.ends_with('/') && !sources.contains_key(*path)) {
            self.delete(path);
        }
        for (path, bytes) in sources.iter().filter(|(path, bytes)| now.get(*path) != Some(bytes)) {
            self.clear_the_way(path);
            self.write(path, bytes);
        }
        self
    }

    /// What was a folder of files can become a file, and the other way about.
    fn clear_the_way(&self, path: &str) {
        let file = self.root().join(path);
        let _ = fs::remove_dir_all(&file);
    }

    /// Gives every source file the time of another day, as a fresh checkout does.
    pub fn touch(&mut self) -> &mut Self {
        self.touch_at(1_700_000_000)
    }

    /// Gives every source file this time, in seconds since 1970.
    pub fn touch_at(&mut self, seconds: u64) -> &mut Self {
        let day = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        for entry in WalkDir::new(self.root()).into_iter().flatten() {
            if entry.file_type().is_file() && !entry.path().to_string_lossy().contains(".masthead")
            {
                let file = fs::File::options().write(true).open(entry.path()).expect("a source");
                file.set_modified(day).expect("times can be set");
            }
        }
        self
    }

    /// Removes the memory of earlier builds.
    pub fn forget(&mut self) -> &mut Self {
        let _ = fs::remove_dir_all(self.root().join(".masthead"));
        self
    }

    /// The files that the ledger is made of, in order.
    pub fn ledger_blocks(&self) -> Vec<PathBuf> {
        let folder = self.root().join(".masthead/blocks");
        let files = WalkDir::new(folder).min_depth(1).sort_by_file_name().into_iter().flatten();
        files.map(walkdir::DirEntry::into_path).collect()
    }

    /// Cuts a file of the ledger in half.
    pub fn tear(&mut self, block: &Path) -> &mut Self {
        let bytes = fs::read(block).unwrap_or_else(|e| panic!("{}: {e}", block.display()));
        put(block, &bytes[..bytes.len() / 2]);
        self
    }

    /// Publishes to another folder from now on.
    pub fn output(&mut self, name: &str) -> &mut Self {
        name.clone_into(&mut self.output);
        self
    }

    /// Builds for another moment from now on.
    pub fn at(&mut self, at: Moment) -> &mut Self {
        self.at = at;
        self
    }

    /// Shows drafts from now on, or no longer.
    pub fn drafts(&mut self, drafts: bool) -> &mut Self {
        self.drafts = drafts;
        self
    }

    /// Takes the place of `base_url` from now on.
    pub fn base_url(&mut self, base_url: Option<String>) -> &mut Self {
        self.base_url = base_url;
        self
    }

    /// Builds with so many threads from now on.
    pub fn threads(&mut self, threads: usize) -> &mut Self {
        self.threads = threads;
        self
    }

    fn options(&self) -> Options {
        Options {
            root: self.root(),
            output: self.public(),
            at: self.at,
            drafts: self.drafts,
            base_url: self.base_url.clone(),
            verify: false,
        }
    }

    /// Builds, and gives what the library says.
    pub fn attempt(&self) -> Result<Report, Vec<Diagnostic>> {
        run(&self.options(), self.threads)
    }

    /// What the site is, and every file there should be.
    pub fn prepared(&self) -> Prepared {
        let prepared = prepare(&self.options(), &mut Report::default(), &Silent);
        prepared.unwrap_or_else(|failure| panic!("{failure:?}"))
    }

    /// Builds; a site that cannot be built fails the test.
    pub fn build(&mut self) -> &mut Self {
        self.report = self.attempt().unwrap_or_else(|findings| panic!("{}", shown(&findings)));
        self
    }

    /// Builds for a moment.
    pub fn build_at(&mut self, at: &str) -> &mut Self {
        self.at(moment(at)).build()
    }

    /// Builds, and must be refused with a finding of this code.
    pub fn fails(&mut self, code: &str) -> &mut Self {
        let before = tree(&self.public());
        match self.attempt() {
            Ok(_) => panic!("it should fail with {code}"),
            Err(findings) => {
                let found = findings.iter().any(|f| f.is_error() && f.code.slug() == code);
                assert!(found, "not {code}:\n{}", shown(&findings));
            }
        }
        assert_same(&before, &tree(&self.public()), "before", "after a build that failed");
        self
    }

    /// What the last build did.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The findings of the last build, as data.
    pub fn findings(&self) -> String {
        shown(&self.report.findings)
    }

    /// The last build rendered exactly these; `/a/` stands for `a/index.html`.
    pub fn rendered(&mut self, paths: &[&str]) -> &mut Self {
        same_list("rendered", &self.report.rendered.paths, paths);
        self
    }

    /// The last build wrote exactly these.
    pub fn written(&mut self, paths: &[&str]) -> &mut Self {
        same_list("written", &self.report.written.paths, paths);
        self
    }

    /// The last build removed exactly these.
    pub fn removed(&mut self, paths: &[&str]) -> &mut Self {
        same_list("removed", &self.report.removed.paths, paths);
        self
    }

    /// The text of a published file; `/a/` stands for `a/index.html`.
    pub fn html(&self, path: &str) -> String {
        let file = self.public().join(file_of(path));
        fs::read_to_string(&file).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    /// The paths of what is published.
    pub fn published(&self) -> Vec<String> {
        tree(&self.public()).into_keys().collect()
    }

    /// No published byte and no published path holds the word.
    pub fn lacks(&mut self, word: &str) -> &mut Self {
        if let Some(place) = self.place_of(word) {
            panic!("{word} is published: {place}");
        }
        self
    }

    /// Some published byte or path holds the word.
    pub fn has(&mut self, word: &str) -> &mut Self {
        assert!(self.place_of(word).is_some(), "{word} is not published");
        self
    }

    fn place_of(&self, word: &str) -> Option<String> {
        let published = tree(&self.public());
        published.into_iter().find_map(|(path, bytes)| {
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            let word = word.to_lowercase();
            if path.to_lowercase().contains(&word) {
                return Some(path);
            }
            text.lines().find(|line| line.contains(&word)).map(|line| format!("{path}: {line}"))
        })
    }

    /// What a clean build of the same sources for the same moment does, in other folders and
    /// without a memory.
    pub fn attempt_clean(&self) -> Result<(Report, Tree), Vec<Diagnostic>> {
        let (root, public) = (self.beside("clean"), self.beside("clean-public"));
        let _ = fs::remove_dir_all(&root);
        let _ = fs::remove_dir_all(&public);
        for (path, bytes) in tree_of_sources(&self.root()) {
            if !path.ends_with('/') {
                put(&root.join(path), &bytes);
            }
        }
        let options = Options { root, output: public.clone(), ..self.options() };
        let report = run(&options, self.threads)?;
        Ok((report, tree(&public)))
    }

    /// What is published is, file by file and byte by byte, what a clean build gives.
    pub fn equals_clean(&mut self) -> &mut Self {
        let (report, clean) = self.attempt_clean().unwrap_or_else(|f| panic!("{}", shown(&f)));
        assert_same(&clean, &tree(&self.public()), "clean", "incremental");
        assert_eq!(report.next_change, self.report.next_change, "the next change");
        assert_eq!(report.articles, self.report.articles, "the number of articles");
        assert_eq!(shown(&report.findings), self.findings(), "the findings");
        self
    }

    /// A further build finds nothing to do, and touches no file.
    pub fn is_at_rest(&mut self) -> &mut Self {
        let before = stamps(&self.public());
        self.build();
        let did = (self.report.rendered.count, self.report.written.count, self.report.parsed);
        assert_eq!(did, (0, 0, 0), "rendered, written, parsed by a build with nothing to do");
        assert_eq!(before, stamps(&self.public()), "files touched by a build with nothing to do");
        self
    }

    /// Rendering everything anew finds no page that should have been rendered before.
    pub fn is_true(&mut self) -> &mut Self {
        let options = Options { verify: true, ..self.options() };
        let report = run(&options, self.threads).unwrap_or_else(|f| panic!("{}", shown(&f)));
        let lies: Vec<&Diagnostic> = report.findings.iter().filter(|f| f.is_error()).collect();
        assert!(lies.is_empty(), "{lies:?}");
        assert_eq!(report.written.count, 0, "written by --verify");
        self
    }

    /// The program, set to build this site for its moment.
    pub fn program(&self) -> Command {
        self.program_into(&self.public())
    }

    /// The program, set to build this site into another folder.
    pub fn program_into(&self, output: &Path) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_masthead"));
        program.arg("build").arg("--root").arg(self.root()).arg("--output").arg(output);
        program.args(["--at", &self.at.rfc3339(chrono_tz::Tz::UTC)]);
        program
    }

    /// What the program prints when it builds, both streams.
    pub fn printed(&self, args: &[&str]) -> String {
        let output = self.program().args(args).output().expect("the program runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        text(&output.stdout) + &text(&output.stderr)
    }
}

fn run(options: &Options, threads: usize) -> Result<Report, Vec<Diagnostic>> {
    pool(threads).install(|| build(options, &Silent)).map_err(|failure| failure.findings().to_vec())
}

fn pool(threads: usize) -> &'static rayon::ThreadPool {
    static POOLS: [OnceLock<rayon::ThreadPool>; 3] = [const { OnceLock::new() }; 3];
    POOLS[threads].get_or_init(|| {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
        builder.build().expect("threads can be started")
    })
}

/// Findings as text, without what differs from one folder to the next.
pub fn shown(findings: &[Diagnostic]) -> String {
    let lines: Vec<String> = findings.iter().map(|finding| format!("{finding:?}")).collect();
    lines.join("\n")
}

fn same_list(what: &str, paths: &[String], wanted: &[&str]) {
    let paths: BTreeSet<String> = paths.iter().map(|path| address_of(path)).collect();
    let wanted: BTreeSet<String> = wanted.iter().map(|path| (*path).to_owned()).collect();
    let too_many: Vec<_> = paths.difference(&wanted).collect();
    let too_few: Vec<_> = wanted.difference(&paths).collect();
    assert!(paths == wanted, "{what}: too many {too_many:#?}, too few {too_few:#?}");
}

fn address_of(path: &str) -> String {
    format!("/{}", path.strip_suffix("index.html").unwrap_or(path))
}

fn file_of(address: &str) -> String {
    let path = address.trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    }
}
