//! A storm: 64 readers at once while a story is saved again and again.
//!
//! Invariant: whatever a reader gets is, byte for byte, a page of one of the editions there were.

use crate::{
    preview::Preview,
    support::{NOON, TestSite, site},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

const READERS: usize = 64;
const EDITIONS: usize = 12;
const PAGES: [&str; 5] = ["/", "/politics/", "/politics/a/", "/politics/b/", "/feed.xml"];

fn story(title: &str, text: &str) -> String {
    format!("+++\ntitle = \"{title}\"\ndate = \"2026-11-01\"\n+++\n{text}\n")
}

/// The story in one of its editions: headline and body say which.
fn edition(number: usize) -> String {
    let text = format!("Text of edition {number}. ").repeat(200);
    story(&format!("Headline of edition {number}"), &format!("{text}\n\nSee [b](@/politics/b.md)."))
}

fn outlet() -> TestSite {
    let mut outlet = site("");
    outlet.write("content/politics/a.md", edition(0));
    outlet.write("content/politics/b.md", story("B", "See [a](@/politics/a.md)."));
    outlet
}

/// Each page in each edition, by clean builds.
fn editions(outlet: &mut TestSite) -> BTreeMap<&'static str, BTreeSet<Vec<u8>>> {
    let mut pages: BTreeMap<&str, BTreeSet<Vec<u8>>> = BTreeMap::new();
    for number in 0..EDITIONS {
        outlet.write("content/politics/a.md", edition(number));
        let (_, published) = outlet.attempt_clean().expect("it can be built");
        for page in PAGES {
            let file = page.trim_start_matches('/').to_owned();
            let file = if page.ends_with('/') { file + "index.html" } else { file };
            pages.entry(page).or_default().insert(published[&file].clone());
        }
    }
    pages
}

#[test]
fn readers_in_a_storm_see_whole_pages_of_one_edition() {
    let mut outlet = outlet();
    let pages = editions(&mut outlet);
    assert_eq!(pages["/politics/a/"].len(), EDITIONS);
    let preview = Preview::start(&outlet.root(), &["--as-published", "--at", NOON]);
    let (over, seen) = (AtomicBool::new(false), AtomicUsize::new(0));
    let strange = thread::scope(|scope| {
        let readers: Vec<_> = (0..READERS)
            .map(|reader| {
                let (preview, pages, over, seen) = (&preview, &pages, &over, &seen);
                scope.spawn(move || read(preview, pages, reader, over, seen))
            })
            .collect();
        let file = outlet.root().join("content/politics/a.md");
        for number in (0..EDITIONS).cycle().take(EDITIONS * 6) {
            // As editors save: beside, then in its place.
            let beside = file.with_extension("md~");
            fs::write(&beside, edition(number)).expect("it can be written");
            fs::rename(&beside, &file).expect("it can be put in its place");
            // On a busy machine nobody would be answered before the next change.
            let answered = seen.load(Ordering::Relaxed);
            thread::sleep(Duration::from_millis(25));
            while seen.load(Ordering::Relaxed) < answered + READERS {
                thread::sleep(Duration::from_millis(5));
            }
        }
        over.store(true, Ordering::Relaxed);
        let found = readers.into_iter().flat_map(|reader| reader.join().expect("a reader"));
        found.collect::<Vec<String>>()
    });
    assert!(strange.is_empty(), "{} strange pages, such as {}", strange.len(), strange[0]);
    assert!(seen.load(Ordering::Relaxed) > READERS * 5, "they read many pages");
    let last = format!("Headline of edition {}", EDITIONS - 1);
    preview.shows("/politics/a/", &last);
    preview.shows("/", &last);
}

/// Reads until the storm is over; gives what belongs to no edition.
fn read(
    preview: &Preview,
    pages: &BTreeMap<&str, BTreeSet<Vec<u8>>>,
    reader: usize,
    over: &AtomicBool,
    seen: &AtomicUsize,
) -> Vec<String> {
    let mut strange = Vec::new();
    for page in PAGES.iter().cycle().skip(reader) {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let answer = preview.get(page);
        if answer.status != 200 || !pages[page].contains(&answer.rendered()) {
            strange.push(format!("{page} {}: {}", answer.status, answer.text()));
        }
        seen.fetch_add(1, Ordering::Relaxed);
    }
    strange
}

/// A checkout that changes a thousand files is one refresh, or a few, and then all is there.
#[test]
fn a_checkout_of_a_thousand_files_settles() {
    let mut outlet = outlet();
    let preview = Preview::start(&outlet.root(), &["--as-published", "--at", NOON]);
    for number in 0..1000 {
        let path = format!("content/sport/2026/{:02}/s{number}.md", number % 12 + 1);
        outlet.write(&path, story(&format!("Match {number}"), "Played."));
    }
    preview.until("/sport/2026/04/s999/", |answer| answer.status == 200);
    preview.until("/sport/2026/01/s0/", |answer| answer.status == 200);
    let lines = preview.printed.lock().expect("what it printed").lines().count();
    assert!(lines < 40, "{lines} lines for one checkout");
    fs::remove_dir_all(outlet.root().join("content/sport")).expect("the folder goes");
    preview.until("/sport/", |answer| answer.status == 404);
    preview.until("/sport/2026/04/s999/", |answer| answer.status == 404);
}
