//! A fault: a finding about one file, before its place has been looked up.
//!
//! Invariant: `message` and `notes` may hold words of the story, `label` and `help` never do;
//! so the latter two may be shown of unpublished work.

use crate::{base::Code, content::Link};

/// What is wrong with one file.
pub(super) struct Fault {
    /// Which rule found it.
    pub code: Code,
    /// Where it is.
    pub spot: Spot,
    /// The fact.
    pub message: String,
    /// What to say under the underlined text.
    pub label: &'static str,
    /// What to do; front matter to paste is TOML here.
    pub help: Option<String>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// The address that a link was meant to lead to, if it may be guessed.
    pub lost: Option<Box<str>>,
}

/// Where in a file a fault is.
pub(super) enum Spot {
    /// A part of the body, in bytes of the file, and the words in it that are meant; all of it
    /// if empty.
    Body(u32, u32, Box<str>),
    /// A front matter key alone.
    Name(&'static str),
    /// A front matter key, and the words of its value that are meant; all of it if empty.
    Key(&'static str, Box<str>),
}

impl Spot {
    /// A link or picture of the body, with its target underlined.
    pub fn target(link: &Link) -> Self {
        Self::Body(link.at.0, link.at.1, (*link.target).into())
    }

    /// A front matter key with its value.
    pub fn key(key: &'static str) -> Self {
        Self::Key(key, Box::default())
    }
}

impl Fault {
    /// A fault that says no more than what and where.
    pub fn new(code: Code, spot: Spot, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, spot, message, label: "", help: None, notes: Vec::new(), lost: None }
    }

    /// What to say under the underlined text.
    pub fn label(mut self, label: &'static str) -> Self {
        self.label = label;
        self
    }

    /// What to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The message without words of the story: what the code means, in its first sentence.
    pub fn discreet(&self) -> String {
        let explanation = self.code.explanation();
        let fact = explanation.split(". ").next().unwrap_or(explanation).trim_end_matches('.');
        let mut letters = fact.chars();
        letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
    }
}

/// A target or name as a message quotes it: not the whole of a long one.
pub(super) fn short(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
