//! What can go wrong on the way to a target, in words.
//!
//! Invariant: no secret stands in it. The libraries name keys and addresses and leave out what
//! signs them.

use crate::base::{Code, Diagnostic};
use object_store::{Error, client::HttpError};
use std::{error::Error as _, io};

/// Why something could not be done at a target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The fact.
    pub what: String,
    /// What to do about it.
    pub help: String,
    /// Whether it may be otherwise a moment later.
    pub passing: bool,
}

impl Fault {
    /// A fault that another try would not mend.
    #[must_use]
    pub fn lasting(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into(), passing: false }
    }

    /// A fault that another try may mend.
    #[must_use]
    pub fn passing(what: impl Into<String>) -> Self {
        let help = "run the command again: what is done already is not done twice";
        Self { what: what.into(), help: help.to_owned(), passing: true }
    }

    /// The finding that says so.
    #[must_use]
    pub fn finding(&self) -> Diagnostic {
        Diagnostic::new(Code::TargetFailed, &self.what).help(&self.help)
    }

    /// What the system says of a file in a target that is a folder.
    #[must_use]
    pub(super) fn of_io(key: &str, error: &io::Error) -> Self {
        let what = format!("`{key}` at the target: {error}");
        match error.kind() {
            io::ErrorKind::DirectoryNotEmpty => Self::lasting(
                what,
                "a folder with files that are not Masthead's lies there: move it away",
            ),
            io::ErrorKind::StorageFull => Self::lasting(what, "make room on the disk"),
            io::ErrorKind::Interrupted => Self::passing(what),
            _ => Self::lasting(what, "check who may write there"),
        }
    }

    /// What a store says of an object.
    #[must_use]
    pub(super) fn of_store(key: &str, error: &Error) -> Self {
        let why = innermost(error);
        let what = format!("`{key}` at the target: {why}");
        match error {
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => Self::lasting(
                what,
                "check the credentials in the environment, and that they may list, read, write and delete there",
            ),
            Error::NotFound { .. } => Self::lasting(what, "check that the bucket is there"),
            Error::Generic { .. } if is_passing(error, &why) => Self::passing(what),
            Error::JoinError { .. } => Self::passing(what),
            _ => Self::lasting(what, "see what the store says of it"),
        }
    }
}

/// The last error of the chain says what happened; those around it, in which call.
fn innermost(error: &Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let text = inner.to_string();
    // Stores answer with pages of XML; the first lines say it.
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(300).collect()
}

/// Whether a request may succeed when it is made again: the network, or a server that is busy or
/// broken (status 5xx, 408, 409 while another writes, 429).
fn is_passing(error: &Error, why: &str) -> bool {
    let mut inner: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(source) = inner {
        if source.downcast_ref::<HttpError>().is_some() {
            return true;
        }
        inner = source.source();
    }
    let status = why.split_once("status code: ").map_or("", |(_, rest)| rest);
    status.is_empty()
        || status.starts_with('5')
        || ["408", "409", "429"].iter().any(|s| status.starts_with(s))
}
