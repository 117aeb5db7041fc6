//! What can go wrong on the way to a target, in words.
//!
//! Invariant: no secret stands in it. The libraries name keys and addresses and leave out what
//! signs them.

use crate::base::{Code, Diagnostic};
use object_store::{
    Error,
    client::{HttpError, HttpErrorKind},
};
use std::{error::Error as _, io};
use url::Url;

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

    /// What a store says of an object; `shown` is the target's address.
    #[must_use]
    pub(super) fn of_store(shown: &str, key: &str, error: &Error) -> Self {
        let why = innermost(error);
        let host = host(error);
        let at = host.as_ref().map(|host| format!(" (at {host})")).unwrap_or_default();
        let what = format!("the target `{shown}`{at}, `{key}`: {why}");
        if let Some(help) = remedy(shown, error, &why) {
            return Self::lasting(what, help);
        }
        match error {
            Error::Generic { .. } if is_unreachable(error) => {
                let host = host.unwrap_or_else(|| "the target".to_owned());
                let help = format!(
                    "check the network and the endpoint in the environment, and that {host} answers; then run the command again"
                );
                Self { help, ..Self::passing(what) }
            }
            Error::Generic { .. } if is_passing(error, &why) => Self::passing(what),
            Error::JoinError { .. } => Self::passing(what),
            _ => Self::lasting(what, "see what the store says of it"),
        }
    }
}

/// What to do about a refusal that no second try would change, if that is known.
fn remedy(shown: &str, error: &Error, why: &str) -> Option<String> {
    let status = match error {
        Error::Unauthenticated { .. } | Error::PermissionDenied { .. } => 403,
        Error::NotFound { .. } => 404,
        _ => status(why),
    };
    let help = match status {
        401 | 403 => {
            "check the credentials in the environment, and that they may list, read, write and delete there"
        }
        404 => "check that the bucket is there, and the endpoint in the environment",
        501 => {
            "the store must take conditional writes (`If-Match` and `If-None-Match`): choose one that does, or a later version of it"
        }
        // What the client says that was told not to use plain HTTP.
        _ if why.contains("URL scheme is not allowed") => {
            let keeper = match shown.split(':').next() {
                Some("s3" | "s3a") => "AWS",
                Some("gs") => "GOOGLE",
                _ => "AZURE",
            };
            return Some(format!(
                "the endpoint is plain HTTP: set `{keeper}_ALLOW_HTTP=true`, or write `https://` there"
            ));
        }
        _ if why.contains("redirect without LOCATION") => {
            "set the bucket's region in the environment (`AWS_REGION`)"
        }
        _ => return None,
    };
    Some(help.to_owned())
}

/// The status of an answer; 0 where there was none.
fn status(why: &str) -> u16 {
    let rest = why.split_once("status code: ").map(|(_, rest)| rest);
    rest.and_then(|rest| rest.get(..3)).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Which machine was asked. The rest of the address may hold what signs it.
fn host(error: &Error) -> Option<String> {
    let text = error.to_string();
    let (_, asked) = text.rsplit_once("Error performing ")?;
    let url = Url::parse(asked.split_whitespace().nth(1)?).ok()?;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{}{port}", url.host_str()?))
}

/// The last error of the chain says what happened; those around it, in which call.
fn innermost(error: &Error) -> String {
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let text = inner.to_string();
    // Stores answer with pages of XML in which two fields say it.
    let field = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        rest.split_once('<').map(|(field, _)| field)
    };
    let text = match (field("Code"), field("Message"), text.split_once('<')) {
        (Some(code), Some(message), Some((head, _))) => format!("{head}{message} ({code})"),
        _ => text,
    };
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(300).collect()
}

/// Whether there was nobody to be asked.
fn is_unreachable(error: &Error) -> bool {
    http(error).is_some_and(|error| error.kind() == HttpErrorKind::Connect)
}

/// What the network did.
fn http(error: &Error) -> Option<&HttpError> {
    let mut inner: Option<&(dyn std::error::Error + 'static)> = error.source();
    while let Some(source) = inner {
        if let Some(error) = source.downcast_ref() {
            return Some(error);
        }
        inner = source.source();
    }
    None
}

/// Whether a request may succeed when it is made again: the network, or a server that is busy or
/// broken (status 5xx, 408, 409 while another writes, 429).
fn is_passing(error: &Error, why: &str) -> bool {
    http(error).is_some() || matches!(status(why), 0 | 408 | 409 | 429 | 500..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_try_can_mend_is_told_at_once() {
        let xml = "<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code><Message>There is none</Message><Secret>x</Secret></Error>";
        let refusal =
            |status: &str| format!("Server returned non-2xx status code: {status}: {xml}");
        for (shown, said, passing, help) in [
            ("s3://b/p", refusal("403 Forbidden"), false, "check the credentials"),
            ("s3://b/p", refusal("404 Not Found"), false, "check that the bucket is there"),
            ("s3://b/p", refusal("501 Not Implemented"), false, "`If-Match` and `If-None-Match`"),
            ("s3://b/p", refusal("400 Bad Request"), false, "see what the store says"),
            ("s3://b/p", refusal("503 Slow Down"), true, "run the command again"),
            ("s3://b/p", refusal("429 Too Many Requests"), true, "run the command again"),
            ("s3://b/p", "URL scheme is not allowed".to_owned(), false, "`AWS_ALLOW_HTTP=true`"),
            ("gs://b/p", "URL scheme is not allowed".to_owned(), false, "`GOOGLE_ALLOW_HTTP=true`"),
            ("az://b/p", "URL scheme is not allowed".to_owned(), false, "`AZURE_ALLOW_HTTP=true`"),
            ("s3://b", "Received redirect without LOCATION".to_owned(), false, "`AWS_REGION`"),
            ("s3://b/p", "it ended early".to_owned(), true, "run the command again"),
        ] {
            let error = Error::Generic { store: "S3", source: said.clone().into() };
            let fault = Fault::of_store(shown, "k", &error);
            assert_eq!(fault.passing, passing, "{said}");
            assert!(fault.help.contains(help), "{said}: {}", fault.help);
            assert!(
                fault.what.starts_with(&format!("the target `{shown}`, `k`: ")),
                "{}",
                fault.what
            );
            assert!(!fault.what.contains("Secret"), "{}", fault.what);
            assert_eq!(fault.what.contains("There is none (NoSuchBucket)"), said.contains(xml));
        }
    }

    #[test]
    fn the_machine_is_named_and_no_more() {
        let said = "Error performing GET http://127.0.0.1:9/b?X-Amz-Signature=x in 3ms - refused";
        let error = Error::Generic { store: "S3", source: said.into() };
        assert_eq!(host(&error).as_deref(), Some("127.0.0.1:9"));
    }
}
