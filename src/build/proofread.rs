//! All that is wrong with an outlet, as `masthead check` and the editor's desk say it.
//!
//! Invariant: both say the same, since both ask here; levels of `[lint]` are applied, and the
//! order is that of files and lines. It stands in `build`, below both of them.

use crate::{
    base::{Diagnostic, diag},
    check,
    edition::{Index, Slot},
    outputs::Plan,
    theme::Theme,
};
use std::path::Path;

/// Everything there is to find, with what was found on the way (`so_far`), in order.
#[must_use]
pub fn proofread(
    so_far: Vec<Diagnostic>,
    index: &Index,
    plan: &Plan,
    theme: &Theme,
    root: &Path,
) -> Vec<Diagnostic> {
    let findings = check::everything(index, plan, theme, root);
    ordered(index, so_far.into_iter().chain(findings))
}

/// What there is to find in one file, by its position.
#[must_use]
pub fn proofread_story(index: &Index, plan: &Plan, root: &Path, slot: Slot) -> Vec<Diagnostic> {
    ordered(index, check::of_article(index, plan, root, slot).into_iter())
}

fn ordered(index: &Index, findings: impl Iterator<Item = Diagnostic>) -> Vec<Diagnostic> {
    let mut findings: Vec<Diagnostic> =
        findings.filter_map(|finding| check::weigh(&index.site.lint, finding)).collect();
    diag::sort(&mut findings);
    findings
}
