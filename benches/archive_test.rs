//! The bench's archive is what it says: the same every time, read by everybody, well linked.

mod corpus;

use corpus::{Archive, MOMENT, SECTIONS};
use std::collections::BTreeMap;
use std::fs;

/// Every file of an archive: path → text.
fn files(stories: u64, body_scale: u64, threads: usize) -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = Archive { stories, body_scale, seed: 7 };
    archive.write(folder.path(), threads).expect("written");
    walkdir::WalkDir::new(folder.path())
        .into_iter()
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder.path()).expect("inside");
            let text = fs::read_to_string(entry.path()).expect("text");
            (path.display().to_string(), text)
        })
        .collect()
}

fn stories(files: &BTreeMap<String, String>) -> impl Iterator<Item = (&String, &String)> {
    files.iter().filter(|(path, _)| path.split('/').count() == 4)
}

#[test]
fn threads_do_not_matter() {
    assert_eq!(files(300, 1, 1), files(300, 1, 3));
}

#[test]
fn there_are_as_many_stories_as_asked_for() {
    for count in [1, 64, 65, 300] {
        assert_eq!(stories(&files(count, 1, 2)).count() as u64, count);
    }
}

#[test]
fn every_section_has_stories() {
    let files = files(300, 1, 2);
    for (section, _) in SECTIONS {
        assert!(stories(&files).any(|(path, _)| path.starts_with(section)), "{section}");
    }
}

#[test]
fn front_matter_is_toml_with_the_known_keys() {
    for (path, text) in &files(200, 1, 2) {
        let front = text.split("+++\n").nth(1).expect(path);
        let table: toml::Table = front.parse().expect(path);
        for key in table.keys() {
            let known = ["title", "date", "authors", "tags", "summary", "kicker", "dateline"];
            assert!(known.contains(&key.as_str()), "{path}: {key}");
        }
    }
}

#[test]
fn links_lead_to_stories() {
    let files = files(300, 1, 2);
    let links: Vec<&str> = files
        .values()
        .flat_map(|text| text.split("](@/").skip(1))
        .filter_map(|rest| rest.split(')').next())
        .collect();
    assert!(links.len() > 300, "{}", links.len());
    for link in links {
        assert!(files.contains_key(link), "{link}");
    }
}

#[test]
fn bodies_have_the_length_asked_for() {
    for (scale, from, to) in [(1, 500, 620), (10, 5000, 6200)] {
        let files = files(300, scale, 2);
        let mut words: Vec<usize> =
            stories(&files).map(|(_, text)| text.split_whitespace().count()).collect();
        words.sort_unstable();
        let median = words[words.len() / 2];
        assert!((from..to).contains(&median), "×{scale}: {median}");
    }
}

#[test]
fn the_newest_and_one_more() {
    let archive = Archive { stories: 300, body_scale: 1, seed: 7 };
    let files = files(300, 1, 2);
    let date =
        |text: &str| text.lines().find(|line| line.starts_with("date")).expect("a date").to_owned();
    let newest = date(&files[&archive.newest()]);
    assert!(stories(&files).all(|(_, text)| date(text) <= newest));
    let (path, text) = archive.one_more();
    assert!(!files.contains_key(&path) && date(&text) > newest);
    assert!(date(&text) < format!("date = {MOMENT}"));
}
