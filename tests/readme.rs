//! The commands in the README and in `docs/`, as a newcomer would type them.
//!
//! Every line of a block that calls the program is run, in order: the README's and the editors'
//! in an empty folder, the others' in an outlet with a target. What is named within a sentence,
//! or in a recipe for CI (which has a judge of its own), has to be a command with such options.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn text(document: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(document);
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{document}: {error}"))
}

/// The README and everything in `docs/`.
fn documents() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let names = fs::read_dir(folder).expect("docs").map(|entry| entry.expect("an entry"));
    let names = names.map(|entry| format!("docs/{}", entry.file_name().to_string_lossy()));
    let mut all: Vec<String> = names.filter(|name| name.ends_with(".md")).collect();
    all.push("README.md".to_owned());
    all.sort();
    all
}

/// The lines of a document's blocks, without comments.
fn lines(text: &str) -> Vec<String> {
    let mut inside = false;
    let lines = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        inside ^= fence;
        inside && !fence
    });
    lines.map(|line| line.split(" #").next().unwrap_or(line).trim().to_owned()).collect()
}

/// Those of them that somebody types.
fn commands(document: &str) -> Vec<String> {
    let typed = ["masthead ", "cd ", "cargo ", "tests/run"];
    let mut lines = lines(&text(document));
    lines.retain(|line| typed.iter().any(|word| line.starts_with(word)));
    lines
}

/// Every call of the program that a document names, in a block or within a sentence.
fn named(document: &str) -> Vec<String> {
    let text = text(document);
    let blocks = lines(&text).into_iter();
    let calls = blocks.filter_map(|line| {
        let call = &line[line.find("masthead ")?..];
        let first = line.starts_with("masthead ") || line.contains("run: masthead ");
        let first = first || line.starts_with("- masthead ");
        first.then(|| call.split(" || ").next().unwrap_or(call).to_owned())
    });
    let spans = text.split('`').skip(1).step_by(2).filter(|span| span.starts_with("masthead "));
    calls.chain(spans.map(|span| span.replace('\n', " "))).collect()
}

/// Splits at spaces, but not within quotes.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let words = parts.flat_map(|(at, part)| match at % 2 {
        1 => vec![part.to_owned()],
        _ => part.split_whitespace().map(str::to_owned).collect(),
    });
    words.collect()
}

fn masthead(arguments: &[&str], folder: &Path) -> (bool, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_masthead"));
    let out = program.args(arguments).current_dir(folder).output().expect("the program runs");
    (out.status.success(), String::from_utf8_lossy(&out.stderr).into_owned())
}

/// Types what a document says, and gives how often the program was called.
fn type_all(document: &str, mut folder: PathBuf) -> usize {
    let mut run = 0;
    for line in commands(document) {
        let words = words(&line);
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["cd", into] => folder.push(into),
            // It runs until it is stopped: `tests/serve` does that.
            ["masthead", "serve", ..] => {}
            // It needs a server: `tests/publish` has one.
            ["masthead", "publish", "s3://bucket/prefix"] => {}
            ["masthead", arguments @ ..] => {
                let (fine, said) = masthead(arguments, &folder);
                assert!(fine, "{document}: {line}\n{said}");
                run += 1;
            }
            ["cargo", "run" | "install", ..] | ["tests/run"] => {}
            _ => panic!("{document}: what is `{line}`?"),
        }
    }
    run
}

#[test]
fn what_begins_with_nothing_can_be_typed() {
    for (document, fewest) in [("README.md", 6), ("docs/editors.md", 5), ("docs/preview.md", 1)] {
        let empty = tempfile::tempdir().expect("a folder");
        let run = type_all(document, empty.path().to_owned());
        assert!(run >= fewest, "{document} calls the program {run} times");
    }
}

#[test]
fn what_begins_with_an_outlet_can_be_typed() {
    for (document, fewest) in [("docs/publishing.md", 5), ("docs/purging.md", 2)] {
        let temporary = tempfile::tempdir().expect("a folder");
        assert!(masthead(&["init", "outlet"], temporary.path()).0);
        let outlet = temporary.path().join("outlet");
        let settings = fs::read_to_string(outlet.join("site.toml")).expect("settings");
        let target = "[publish.live]\nurl = \"../live\"\n";
        fs::write(outlet.join("site.toml"), format!("{settings}\n{target}")).expect("written");
        // There is an edition to return to.
        let (fine, said) = masthead(&["publish", "live", "--at", "2026-01-01T00:00:00Z"], &outlet);
        assert!(fine, "{said}");
        let run = type_all(document, outlet);
        assert!(run >= fewest, "{document} calls the program {run} times");
    }
}

#[test]
fn what_is_named_is_there() {
    let empty = tempfile::tempdir().expect("a folder");
    let mut number = 0;
    for document in documents() {
        for call in named(&document) {
            let words = words(call.trim_start_matches("masthead ").trim_end_matches(" …"));
            // Whatever stands before it is understood first.
            let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
            arguments.push("--help");
            let (fine, said) = masthead(&arguments, empty.path());
            assert!(fine, "{document}: {call}\n{said}");
            number += 1;
        }
    }
    assert!(number >= 50, "the documents name {number} calls");
}

/// The names in a list of dependencies in `Cargo.toml`.
fn dependencies(list: &str) -> Vec<String> {
    let manifest = text("Cargo.toml");
    let (_, rest) = manifest.split_once(&format!("[{list}]\n")).expect("the list");
    let lines = rest.lines().take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| line.split_once(" = "));
    names.map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn every_dependency_says_why_it_is_here() {
    let reasons = text("docs/dependencies.md");
    let rows = reasons.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let rows: String = rows.collect();
    let all = dependencies("dependencies");
    assert!(all.len() > 50, "{all:?}");
    let without = all.iter().filter(|name| !rows.contains(&format!("`{name}`")));
    assert_eq!(without.collect::<Vec<_>>(), [""; 0], "no line in docs/dependencies.md");
    let without = dependencies("dev-dependencies");
    let without = without.iter().filter(|name| !reasons.contains(&format!("`{name}`")));
    assert_eq!(without.collect::<Vec<_>>(), [""; 0], "not in docs/dependencies.md");
}
