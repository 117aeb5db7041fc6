//! The edition before the one that is live, as the target has kept it.
//!
//! Invariant: it is what was live then, object by object and header by header, or it is refused.

use super::{
    failed,
    manifest::{Manifest, Torn},
    room::{State, past_key},
};
use crate::{
    base::{Code, Diagnostic},
    build::Failure,
    remote::{Remote, chance},
};

/// Reads it. Where an edition was not finished, the one before that is the one that is live by the
/// manifest: then a return undoes what has been done, and no more.
///
/// # Errors
/// There is none, or it cannot be read.
pub fn earlier(remote: &Remote, state: &State) -> Result<Manifest, Failure> {
    let none = || Failure::Site(vec![nothing_kept()]);
    let live = state.manifest.as_ref().ok_or_else(none)?;
    if state.forward {
        return Ok(Manifest { id: chance(), ..live.clone() });
    }
    let past = live.history.first().ok_or_else(none)?;
    let key = past_key(past.number);
    let found = remote.get(&key).map_err(|fault| failed(fault.finding()))?;
    let earlier = Manifest::read(&found.ok_or_else(none)?.bytes);
    let earlier = earlier.map_err(|torn| failed(unreadable(&key, remote.shown(), torn)))?;
    if earlier.number != past.number {
        return Err(none());
    }
    if earlier.base_url != live.base_url {
        return Err(Failure::Site(vec![moved(&earlier, live)]));
    }
    Ok(Manifest { id: chance(), ..earlier })
}

/// The live manifest is sound, so nobody should be told to remove that.
fn unreadable(key: &str, shown: &str, torn: Torn) -> Diagnostic {
    let what = format!("`{key}` at `{shown}` {}: there is no return to that edition", torn.words());
    Diagnostic::new(Code::TornManifest, what).help(
        "what is live stays as it is; to go back, check out the commit of that edition and publish it with `--force`",
    )
}

fn nothing_kept() -> Diagnostic {
    Diagnostic::new(Code::PublishRefused, "the target has kept no earlier edition")
        .help("check out the commit of that edition and publish it with `--force`")
}

/// The outlet has moved since.
fn moved(earlier: &Manifest, live: &Manifest) -> Diagnostic {
    let message = format!(
        "the edition before is for `{}`, and the live one for `{}`",
        earlier.base_url, live.base_url
    );
    let help = format!(
        "check out its commit and publish it with `--base-url {} --force`",
        earlier.base_url
    );
    Diagnostic::new(Code::PublishRefused, message).help(help)
}

/// Somebody has published while the rollback waited for them.
pub fn another_came() -> Diagnostic {
    Diagnostic::new(Code::PublishRefused, "another edition came in while the rollback waited")
        .help("look at what is live now; if it is to be withdrawn, run the command again")
}
