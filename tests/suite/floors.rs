//! The rules of the house, read off its sources.
//!
//! Invariant: a rule that a compiler cannot keep is kept here. A line is named with its file,
//! so that a failing rule says what to mend.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use walkdir::WalkDir;

/// A file of the library or the program, without its tests.
struct Source {
    path: String,
    lines: Vec<String>,
}

fn sources() -> Vec<Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = WalkDir::new(&folder).sort_by_file_name().into_iter().flatten();
    let files = files.map(walkdir::DirEntry::into_path);
    files.filter(|file| is_program(file)).map(|file| read(&folder, &file)).collect()
}

fn is_program(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending == "rs") && !file.ends_with("tests.rs")
}

fn read(folder: &Path, file: &PathBuf) -> Source {
    let text = fs::read_to_string(file).expect("a source file");
    let path = file.strip_prefix(folder).expect("it is below src").display().to_string();
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]").map(str::to_owned);
    Source { path, lines: lines.collect() }
}

/// Lines of code that hold one of these words, but for files that may: `path:line: text`.
fn holding(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources() {
        if allowed.iter().any(|start| source.path.starts_with(start)) {
            continue;
        }
        for (number, line) in (1..).zip(&source.lines) {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| code.contains(word)) {
                found.push(format!("src/{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    found
}

fn nowhere_but(words: &[&str], allowed: &[&str]) {
    let found = holding(words, allowed);
    assert!(found.is_empty(), "{words:?} stand where they may not:\n{}", found.join("\n"));
}

#[test]
fn every_file_says_what_it_is() {
    for source in sources() {
        let first = source.lines.first().map_or("", String::as_str);
        assert!(first.starts_with("//! "), "src/{} does not open with `//!`", source.path);
    }
}

#[test]
fn only_its_keepers_read_the_clock() {
    nowhere_but(&["Utc::now", "SystemTime::now", "Local::now"], &["base/time.rs"]);
    // How long a stage took is measured, the preview waits until a burst of changes is over, and a
    // publisher must know how long they have been silent.
    let timed = [
        "build/prepare.rs",
        "build/produce.rs",
        "serve/inbox.rs",
        "serve/newsroom.rs",
        "publish/lease.rs",
        "cli/",
    ];
    nowhere_but(&["Instant::now"], &timed);
    nowhere_but(&["Moment::now()"], &["base/time.rs", "cli/"]);
}

#[test]
fn only_its_keepers_write_files() {
    let writes = [
        "fs::write",
        "fs::rename",
        "fs::remove",
        "fs::create_dir",
        "fs::copy",
        "File::create",
        "OpenOptions",
        "set_permissions",
    ];
    // The report keeps itself beside the ledger; `scaffold` begins sites and stories; a target may
    // be a folder; `purge.json` is what is left to be said when a CDN does not listen.
    let keepers = [
        "build/sink.rs",
        "build/report.rs",
        "ledger/disk.rs",
        "scaffold",
        "remote/folder.rs",
        "publish/purge/record.rs",
    ];
    nowhere_but(&writes, &keepers);
}

#[test]
fn only_the_command_line_prints() {
    nowhere_but(&["println!", "print!(", "eprintln!", "eprint!(", "dbg!("], &["cli/"]);
}

#[test]
fn bad_input_is_no_panic() {
    nowhere_but(&[".unwrap()", "panic!(", "todo!(", "unimplemented!(", "unreachable!("], &[]);
    nowhere_but(&["unsafe "], &[]);
}

#[test]
fn tera_stays_in_its_room() {
    nowhere_but(&["tera::Tera", "Tera::"], &["theme/"]);
}

#[test]
fn files_and_functions_are_short() {
    for source in sources() {
        let length = source.lines.len();
        assert!(length <= 600, "src/{} has {length} lines", source.path);
        for (name, length) in functions(&source.lines) {
            assert!(length <= 70, "src/{}: `{name}` has {length} lines", source.path);
        }
    }
}

#[test]
fn most_functions_are_very_short() {
    let mut lengths: Vec<usize> =
        sources().iter().flat_map(|source| functions(&source.lines)).map(|f| f.1).collect();
    lengths.sort_unstable();
    let at = |percent: usize| lengths[lengths.len() * percent / 100];
    assert!(at(50) <= 9, "the median function has {} lines", at(50));
    assert!(at(90) <= 30, "one function in ten has more than {} lines", at(90));
}

/// Each function with its number of lines, by the indentation that rustfmt gives it.
fn functions(lines: &[String]) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let Some(name) = name_of_function(line) else { continue };
        let closing = format!("{}}}", " ".repeat(indent));
        let end = lines[start..].iter().position(|line| *line == closing);
        if let Some(length) = end {
            found.push((name, length + 1));
        }
    }
    found
}

fn name_of_function(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    let known = ["pub", "const", "pub(crate)", "pub(super)", "async"];
    let word = words.find(|word| !known.contains(word))?;
    let open = line.ends_with('{') || line.ends_with('(') || line.ends_with('>');
    (word == "fn" && open).then(|| words.next().unwrap_or_default().to_owned())
}

/// `lib.rs` lists the modules from the bottom up; each imports from those above it alone.
#[test]
fn modules_import_downwards() {
    let all = sources();
    let library = all.iter().find(|source| source.path == "lib.rs").expect("src/lib.rs");
    let declared = library.lines.iter().filter_map(|line| {
        let name = line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod "))?;
        name.strip_suffix(';')
    });
    let rank: BTreeMap<&str, usize> = declared.zip(0..).collect();
    for source in &all {
        let own = source.path.split(['/', '.']).next().unwrap_or_default();
        let Some(place) = rank.get(own) else { continue };
        for used in imports(&source.lines.join("\n")) {
            let fine = rank.get(used.as_str()).is_none_or(|other| other <= place);
            assert!(fine, "src/{} imports `crate::{used}`, which is above it", source.path);
        }
    }
}

/// The modules that stand after `crate::`, alone or in braces.
fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in text.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => found.extend(top_names(list)),
            None => found.push(first_name(rest)),
        }
    }
    found
}

fn first_name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The names at the top of a list in braces, which is already open.
fn top_names(list: &str) -> Vec<String> {
    let (mut depth, mut part, mut found) = (1, String::new(), Vec::new());
    for c in list.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 || (depth == 1 && c == ',') {
            found.push(first_name(part.trim()));
            part.clear();
        } else {
            part.push(c);
        }
        if depth == 0 {
            break;
        }
    }
    found
}

#[test]
fn the_rules_can_be_broken() {
    assert_eq!(
        imports("use crate::{base::{a, b}, site};\ncrate::theme::x()"),
        ["base", "site", "theme"]
    );
    let lines = ["fn long() {", "    x", "}"].map(str::to_owned);
    assert_eq!(functions(&lines), [("long()".to_owned(), 3)]);
}
