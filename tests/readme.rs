//! The README's ten minutes, as a newcomer would type them.
//!
//! Every line of a shell block that calls the program is run, in order, in an empty folder. Lines
//! that build or install the program itself are left to those who have nothing yet.

use std::{fs, path::Path, process::Command};

/// The commands in the README's shell blocks, without their comments.
fn commands() -> Vec<String> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(readme).expect("the README");
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).map(|line| line.split(" #").next().unwrap_or(line));
    lines.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
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

#[test]
fn the_readme_can_be_typed() {
    let temporary = tempfile::tempdir().expect("a folder");
    let mut folder = temporary.path().to_owned();
    let mut run = 0;
    for line in commands() {
        let words = words(&line);
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["cd", into] => folder.push(into),
            ["masthead", arguments @ ..] => {
                let out = Command::new(env!("CARGO_BIN_EXE_masthead"))
                    .args(arguments)
                    .current_dir(&folder)
                    .output()
                    .expect("the program runs");
                let said = String::from_utf8_lossy(&out.stderr).into_owned();
                assert!(out.status.success(), "{line}\n{said}");
                run += 1;
            }
            ["cargo", "run" | "install", ..] | ["tests/run"] => {}
            _ => panic!("what is `{line}`?"),
        }
    }
    assert!(run >= 6, "the README calls the program {run} times");
}
