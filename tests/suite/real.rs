//! A real archive: 507 posts of eleven years, with all that real hands leave behind.
//!
//! Invariant: it lies beside the repository and is only read; where it is not there, there is
//! nothing to prove.

use crate::{
    support::{TestSite, bare},
    trees::{Tree, tree},
};
use std::path::Path;

/// The archive's sources, if they are there.
fn archive() -> Option<Tree> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real-outlet");
    folder.join("site.toml").exists().then(|| tree(&folder))
}

fn outlet(sources: &Tree) -> TestSite {
    let mut outlet = bare();
    for (path, bytes) in sources.iter().filter(|(path, _)| !path.ends_with('/')) {
        outlet.write(path, bytes);
    }
    outlet
}

/// A story's path and text, with something to be found in it.
fn story_with<'a>(sources: &'a Tree, needle: &str) -> (&'a String, String) {
    let stories = sources.iter().filter(|(path, _)| path.ends_with(".md"));
    let mut texts =
        stories.map(|(path, bytes)| (path, String::from_utf8_lossy(bytes).into_owned()));
    texts.find(|(_, text)| text.contains(needle)).expect("the archive has such a story")
}

#[test]
fn it_builds_as_it_is() {
    let Some(sources) = archive() else { return };
    let mut outlet = outlet(&sources);
    outlet.build();
    let stories = sources.keys().filter(|path| path.ends_with(".md")).count();
    assert!(outlet.report().articles + 30 > stories, "nearly every file is an article");
    assert!(outlet.report().findings.iter().all(|finding| !finding.is_error()));
    outlet.equals_clean().is_at_rest();
}

#[test]
fn braces_in_a_story_are_text() {
    let Some(sources) = archive() else { return };
    let mut outlet = outlet(&sources);
    outlet.build();
    for braces in ["{{site.baseurl}}", "{% include \"linked-figure.html\""] {
        story_with(&sources, braces);
        outlet.has(braces);
    }
}

#[test]
fn edits_equal_a_clean_build() {
    let Some(sources) = archive() else { return };
    let mut outlet = outlet(&sources);
    outlet.build();
    let (path, text) = story_with(&sources, "title:");
    let retitled = text.replacen("title:", "kicker: Anew\ntitle:", 1);
    outlet.write(path, &retitled).build().equals_clean();
    outlet.rename(path, "content/news/moved.md").build().equals_clean();
    outlet.delete("content/news/moved.md").build().equals_clean();
    outlet.write(path, &text).build().equals_clean();
    outlet.edit("site.toml", "Public posts", "Posts").build().equals_clean().is_true();
}
