//! The same input gives the same bytes: on any machine, in any order, with any clock.
//!
//! Invariant: nothing here changes what the sources say, so nothing may change in what is
//! published; and what is unchanged is not even read.

use crate::{
    support::{TestSite, bare},
    trees::{assert_same, put, tree},
    world::{Rng, World},
};
use std::fs;

fn outlet(seed: u64) -> (World, TestSite) {
    let world = World::new(&mut Rng::new(seed), "broadsheet", "inline");
    let mut outlet = bare();
    outlet.become_(&world.sources()).touch().build();
    (world, outlet)
}

#[test]
fn any_number_of_threads() {
    for seed in 0..4 {
        let (_, mut outlet) = outlet(seed);
        let two = tree(&outlet.public());
        outlet.threads(1).output("alone").build();
        assert_same(&two, &tree(&outlet.public()), "two threads", "one");
        outlet.forget().output("afresh").build();
        assert_same(&two, &tree(&outlet.public()), "two threads", "one, from nothing");
    }
}

#[test]
fn another_root_and_another_order() {
    let (world, outlet) = outlet(5);
    let mut other = bare();
    for (path, bytes) in world.sources().iter().rev() {
        put(&other.root().join(path), bytes);
    }
    other.build();
    assert_same(&tree(&outlet.public()), &tree(&other.public()), "here", "there");
}

#[test]
fn another_zone_and_another_locale() {
    let (_, outlet) = outlet(6);
    let here = tree(&outlet.public());
    for (zone, locale) in [("Pacific/Auckland", "tr_TR.UTF-8"), ("America/Lima", "C"), ("", "ar")] {
        let there = outlet.beside("there");
        let _ = fs::remove_dir_all(&there);
        let mut program = outlet.program_into(&there);
        program.env("TZ", zone).env("LANG", locale).env("LC_ALL", locale).env("LANGUAGE", locale);
        let output = program.output().expect("the program runs");
        assert!(output.status.success(), "{output:?}");
        assert_same(&here, &tree(&there), "here", locale);
    }
}

#[test]
fn a_fresh_checkout_parses_and_renders_nothing() {
    let (_, mut outlet) = outlet(7);
    outlet.touch_at(1_600_000_000).build().rendered(&[]).written(&[]);
    assert_eq!(outlet.report().parsed, 0, "parsed in a fresh checkout");
}

/// Files that look untouched (same length, same time) get other words. Whoever reads them
/// would notice.
fn swap_words(outlet: &TestSite, but: &str) {
    for path in tree(&outlet.root()).keys().filter(|path| path.ends_with(".md") && *path != but) {
        let file = outlet.root().join(path);
        let time = fs::metadata(&file).and_then(|meta| meta.modified()).expect("a time");
        let text = fs::read_to_string(&file).expect("a story").replace("the", "eht");
        fs::write(&file, text).expect("a story can be written");
        let file = fs::File::options().write(true).open(&file).expect("a story");
        file.set_modified(time).expect("times can be set");
    }
}

#[test]
fn a_build_with_nothing_to_do_reads_no_story() {
    let (_, mut outlet) = outlet(8);
    swap_words(&outlet, "");
    outlet.is_at_rest();
}

#[test]
fn an_edit_reads_no_other_story() {
    let (_, mut outlet) = outlet(9);
    swap_words(&outlet, "content/pages/about.md");
    outlet.edit(
        "content/pages/about.md",
        "title = \"About\"",
        "title = \"About\"\ncomments = false",
    );
    outlet.build().rendered(&["/about/"]);
    assert_eq!(outlet.report().parsed, 1);
}
