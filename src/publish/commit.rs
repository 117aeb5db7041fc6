//! Which commit an edition is from, and which of two is the later.
//!
//! Invariant: git is asked, never changed; where it cannot say, nobody guesses.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

/// Where the sources come from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Origin {
    /// The commit that they are; `None` where they are something else than what was committed.
    pub commit: Option<String>,
    /// The commit that they follow from: that one, or the one that was edited.
    pub base: Option<String>,
}

/// Where the sources come from: as git says, else as the CI says.
#[must_use]
pub fn origin(root: &Path) -> Origin {
    let base = current(root);
    Origin { commit: base.clone().filter(|_| !is_edited(root)), base }
}

fn current(root: &Path) -> Option<String> {
    let out = git(root, &["rev-parse", "--verify", "HEAD"]);
    let from_git = out.filter(|out| out.status.success());
    let from_git = from_git.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
    let from_ci = ["GITHUB_SHA", "CI_COMMIT_SHA"].into_iter().find_map(|name| env::var(name).ok());
    from_git.or(from_ci).filter(|commit| is_commit(commit))
}

/// Whether git knows of edits to what editions are made of.
fn is_edited(root: &Path) -> bool {
    let sources = ["site.toml", "content", "static", "templates", "strings", "themes"];
    let out = git(root, &[&["status", "--porcelain", "--"], &sources[..]].concat());
    out.is_some_and(|out| out.status.success() && !out.stdout.is_empty())
}

/// How one commit stands to another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// It follows from it.
    Later,
    /// It led to it.
    Earlier,
    /// Neither has led to the other.
    Apart,
}

/// How `commit` stands to `other`; `None` where git does not know, as in a shallow clone.
#[must_use]
pub fn order(root: &Path, other: &str, commit: &str) -> Option<Order> {
    if leads_to(root, other, commit)? {
        return Some(Order::Later);
    }
    let earlier = leads_to(root, commit, other)?;
    Some(if earlier { Order::Earlier } else { Order::Apart })
}

/// Why git says nothing of a repository though there is one: it belongs to somebody else, as a
/// checkout does in the container of a CI job (git-config(1), `safe.directory`).
#[must_use]
pub fn refusal(root: &Path) -> Option<String> {
    let out = git(root, &["rev-parse", "--git-dir"]).filter(|out| !out.status.success())?;
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    let line = said.lines().next()?.trim_start_matches("fatal: ").to_owned();
    said.contains("safe.directory").then_some(line)
}

/// Whether one commit is among those that led to another; `None` where git does not know.
fn leads_to(root: &Path, earlier: &str, later: &str) -> Option<bool> {
    if !is_commit(earlier) || !is_commit(later) {
        return None;
    }
    let out = git(root, &["merge-base", "--is-ancestor", earlier, later])?;
    match out.status.code() {
        Some(0) => Some(true),
        Some(1) => Some(false),
        _ => None,
    }
}

/// A hash of SHA-1 or SHA-256. What a manifest names goes to a program's arguments, so nothing
/// else may.
#[must_use]
pub fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn git(root: &Path, arguments: &[&str]) -> Option<std::process::Output> {
    let mut git = Command::new("git");
    git.arg("-C").arg(root).args(arguments).stdin(Stdio::null()).env("LC_ALL", "C");
    git.output().ok()
}
