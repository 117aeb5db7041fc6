//! What an edition must be before it may touch a target.
//!
//! Invariant: every refusal says what stands in the way, and which words on the command line would
//! remove it, if any may.

use super::{
    commit::{self, Order},
    manifest::{Manifest, is_publishable},
    plan::{Plan, Reason},
    room::State,
    withdrawn::brought_back,
};
use crate::{
    base::{Code, Diagnostic, Moment},
    remote::Fault,
};
use chrono_tz::Tz;
use std::path::Path;

/// So many objects may always go: a small outlet's story takes its lists with it.
const FEW: usize = 20;

/// How far two machines' clocks may be apart, in seconds.
const SKEW: i64 = 300;

/// What is allowed beyond the usual.
#[derive(Clone, Copy, Debug, Default)]
pub struct Leave {
    /// More may be taken down than usual.
    pub deletes: bool,
    /// An older edition, one that was withdrawn, or one for another address may be published.
    pub force: bool,
}

/// What is asked of an edition.
#[derive(Debug)]
pub struct Guard<'a> {
    /// The site's folder, where git is asked.
    pub root: &'a Path,
    /// Where readers find the target, if the settings say so.
    pub base_url: Option<&'a str>,
    /// How much may be taken down, in percent.
    pub max_deletes: usize,
    /// What is allowed beyond that.
    pub leave: Leave,
    /// What the clock says.
    pub now: Moment,
}

/// A refusal.
pub(super) fn refused(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::PublishRefused, message)
}

/// An edition that shows drafts.
#[must_use]
pub fn drafts() -> Diagnostic {
    refused("this edition shows drafts").help("build it without `--drafts`")
}

impl Guard<'_> {
    /// Everything that speaks against an edition.
    #[must_use]
    pub fn objections(&self, edition: &Manifest, state: &State, plan: &Plan) -> Vec<Diagnostic> {
        let mut out: Vec<Diagnostic> = edition.drafts.then(drafts).into_iter().collect();
        out.extend(self.of_a_moment_to_come(edition));
        out.extend(self.elsewhere(edition));
        out.extend(reserved(edition));
        if let Some(live) = &state.manifest {
            out.extend(self.other_outlet(edition, live));
            out.extend(self.unknown_order());
            out.extend(self.order(edition, live));
            out.extend(self.withdrawn(edition, live));
            out.extend(self.too_many_gone(live, plan));
        }
        out
    }

    fn elsewhere(&self, edition: &Manifest) -> Option<Diagnostic> {
        let home = self.base_url.filter(|home| *home != edition.base_url)?;
        let message = format!(
            "this edition is for `{}`, and the target is `{home}` to its readers",
            edition.base_url
        );
        Some(refused(message).help(format!("build it with `--base-url {home}`")))
    }

    fn other_outlet(&self, edition: &Manifest, live: &Manifest) -> Option<Diagnostic> {
        if self.leave.force || edition.base_url == live.base_url {
            return None;
        }
        let message = format!(
            "the target holds the outlet of `{}`, and this edition is for `{}`",
            live.base_url, edition.base_url
        );
        Some(
            refused(message)
                .help("choose another target; if the outlet has moved, `--force` lets it through"),
        )
    }

    /// An edition of a moment that has not come shows what is under embargo until then, and bars
    /// the way to all that come before it.
    fn of_a_moment_to_come(&self, edition: &Manifest) -> Option<Diagnostic> {
        if self.leave.force || edition.at.0 <= self.now.0 + SKEW {
            return None;
        }
        let moment = edition.at.rfc3339(Tz::UTC);
        let message = format!("this edition is of {moment}, which is yet to come");
        let help = "leave out `--at`, or set this machine's clock; `--force` lets it through";
        Some(refused(message).help(help))
    }

    /// A repository whose git does not answer: the order of commits would be left to clocks.
    fn unknown_order(&self) -> Option<Diagnostic> {
        let why = commit::refusal(self.root).filter(|_| !self.leave.force)?;
        let help = format!(
            "`git config --global --add safe.directory {}`; `--force` goes by the moment alone",
            std::path::absolute(self.root).unwrap_or_else(|_| self.root.to_owned()).display()
        );
        Some(refused(format!("git does not say which commit this is: {why}")).help(help))
    }

    /// What was built from must have followed from what is live.
    fn order(&self, edition: &Manifest, live: &Manifest) -> Option<Diagnostic> {
        if self.leave.force {
            return None;
        }
        let commits = edition.follows().zip(live.follows());
        let commits = commits.filter(|(mine, theirs)| mine != theirs);
        let order = commits.and_then(|(mine, theirs)| commit::order(self.root, theirs, mine));
        match order {
            // Of another moment, not of a clock that is slow: it would undo what time has brought.
            Some(Order::Later) => (edition.at.0 + SKEW < live.at.0).then(|| older(live)),
            Some(Order::Apart) => commits.map(|(mine, theirs)| apart(mine, theirs)),
            Some(Order::Earlier) => Some(older(live)),
            // Where there are no commits, or it is the same, the moment decides.
            None => match commits {
                Some((mine, theirs)) => Some(unknown(mine, theirs)),
                None => (edition.at < live.at).then(|| older(live)),
            },
        }
    }

    fn withdrawn(&self, edition: &Manifest, live: &Manifest) -> Option<Diagnostic> {
        if self.leave.force {
            return None;
        }
        let Some(back) = brought_back(edition, live) else { return self.led_to_it(edition, live) };
        Some(match edition.follows().filter(|commit| back.is_of(Some(commit))) {
            Some(commit) => refused(format!(
                "commit {commit} has been withdrawn from the target by a rollback"
            ))
            .help("mend the sources and commit them; `--force` lets this one through"),
            None => refused(format!(
                "this edition shows what a rollback has withdrawn from the target, the edition of {}",
                back.at.rfc3339(Tz::UTC)
            ))
            .help("mend the sources and publish again; `--force` lets it through"),
        })
    }

    /// A commit on the way to one that was withdrawn may have brought what that was withdrawn for.
    fn led_to_it(&self, edition: &Manifest, live: &Manifest) -> Option<Diagnostic> {
        let mine = edition.follows().filter(|mine| live.follows() != Some(mine))?;
        let led = |commit: &&String| commit::order(self.root, commit, mine) == Some(Order::Earlier);
        let theirs = live.withdrawn.iter().filter_map(|one| one.commit.as_ref()).find(led)?;
        let message = format!(
            "commit {} led to commit {}, which a rollback has withdrawn from the target",
            short(mine),
            short(theirs)
        );
        Some(refused(message).help("mend the sources and commit them; `--force` lets it through"))
    }

    fn too_many_gone(&self, live: &Manifest, plan: &Plan) -> Option<Diagnostic> {
        // What rested was counted by no edition: nobody misses it.
        let gone = plan.deletions.iter().filter(|d| d.reason == Reason::Gone).count();
        let may = (live.objects.len() * self.max_deletes / 100).max(FEW);
        if self.leave.deletes || gone <= may {
            return None;
        }
        let message = format!(
            "this edition would remove {gone} of {} objects, and no more than {may} may go at once",
            live.objects.len()
        );
        let help = "look at `--dry-run`; if it is meant, `--allow-deletes` lets it through";
        Some(refused(message).help(help))
    }
}

fn older(live: &Manifest) -> Diagnostic {
    let message = format!(
        "this edition is older than the one that is live, which is of {}",
        live.at.rfc3339(Tz::UTC)
    );
    refused(message)
        .help("bring the sources up to date and publish again; `--force` lets it through")
}

fn short(commit: &str) -> &str {
    commit.get(..10).unwrap_or(commit)
}

/// Git does not know one of two commits, as in a shallow clone.
fn unknown(mine: &str, theirs: &str) -> Diagnostic {
    let message = format!(
        "git does not know whether commit {} follows from commit {}, which is live",
        short(mine),
        short(theirs)
    );
    refused(message).help("fetch the whole history, `git fetch --unshallow` (`fetch-depth: 0`, `GIT_DEPTH: \"0\"`); `--force` lets it through")
}

fn apart(mine: &str, theirs: &str) -> Diagnostic {
    let message = format!(
        "commit {} does not know commit {}, which is live: what only that one has would be taken down",
        short(mine),
        short(theirs)
    );
    refused(message)
        .help(format!("`git merge {theirs}` and publish again; `--force` lets it through"))
}

fn reserved(edition: &Manifest) -> Option<Diagnostic> {
    let entry = edition.objects.iter().find(|entry| !is_publishable(entry.path.as_str()))?;
    let message = format!("`{}` lies where Masthead keeps its own things at a target", entry.path);
    Some(refused(message).help("move the file out of `_masthead/`"))
}

/// A file whose name the target cannot take.
#[must_use]
pub fn nameless(why: &Fault) -> Diagnostic {
    refused(&why.what).help(&why.help)
}

/// With `--no-build`: what is there is not what a build would leave.
#[must_use]
pub fn out_of_date(output: &Path) -> Diagnostic {
    refused(format!(
        "what lies in `{}` is not what a build would leave there now",
        output.display()
    ))
    .help("leave out `--no-build`, or build first")
}
