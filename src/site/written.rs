//! Reading a settings file key by key, so that one look finds everything that is wrong.
//!
//! Invariant: a struct and the list of its keys come from one declaration (`section!`), so
//! they cannot drift apart; and every value keeps its place, so that a later check can
//! underline it. What a value means is not decided here.
//!
//! Why not serde's derive: it stops at the first wrong value, and an editor would mend a file
//! one error a build. A kind of value is three lines here, and its message is in plain words.

use super::{syntax, values::kind_of};
use crate::base::{
    Code, Diagnostic, Place, diag,
    suggest::{nearest, one_of},
};
use std::ops::Range;
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

/// A key that a section knows.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its name.
    pub name: &'static str,
    /// A value to show in help, as TOML.
    pub example: &'static str,
    /// Whether it must be there.
    pub required: bool,
}

/// A kind of value that a setting can have.
pub(crate) trait Setting: Sized {
    /// What messages call it, such as `text`.
    const KIND: &'static str;

    /// Reads it; `None` when the value is of another kind. Faults inside a value of the right
    /// kind are reported to the reader, and the rest is read on.
    fn read(value: Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self>;
}

/// A table whose keys are known.
pub(crate) trait Section: Setting {
    /// The keys, in the order of the declaration.
    const KEYS: &'static [Key];
}

/// Declares a [`Section`]: for each key its type, a value to show in help, and `required`
/// where it must be there. Every field is an `Option`, `None` where the key is not written or
/// its value was refused.
macro_rules! section {
    (
        $(#[$doc:meta])*
        $name:ident is $kind:literal {
            $($(#[$about:meta])* $key:ident: $type:ty = $example:literal $($required:ident)?,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Default)]
        pub(crate) struct $name {
            $($(#[$about])* pub $key: Option<toml::Spanned<$type>>,)*
        }

        impl $crate::site::written::Section for $name {
            const KEYS: &'static [$crate::site::written::Key] = &[
                $($crate::site::written::Key {
                    name: stringify!($key),
                    example: $example,
                    required: !concat!($(stringify!($required))?).is_empty(),
                },)*
            ];
        }

        impl $crate::site::written::Setting for $name {
            const KIND: &'static str = $kind;

            fn read(
                value: toml::Spanned<toml::de::DeValue<'_>>,
                reader: &mut $crate::site::written::Reader<'_>,
            ) -> Option<Self> {
                use $crate::site::written::Section;
                let table = reader.table(value, Self::KEYS)?;
                let mut section = Self::default();
                for (key, value) in table {
                    match key.get_ref().as_ref() {
                        $(stringify!($key) => {
                            section.$key = reader.setting(&key, value, $example);
                        })*
                        _ => reader.unknown_key(&key, Self::KEYS),
                    }
                }
                Some(section)
            }
        }
    };
}
pub(crate) use section;

/// Why a value is refused: a finding that does not know its place yet.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Refusal {
    code: Code,
    message: String,
    help: String,
    /// The part of the value that is meant; empty when it is the whole.
    part: String,
}

impl Refusal {
    /// A fact, and what to write instead.
    pub fn new(code: Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: help.into(), part: String::new() }
    }

    /// Narrows it to a part of the value.
    pub fn of_part(mut self, part: &str) -> Self {
        part.clone_into(&mut self.part);
        self
    }

    /// The finding, without a place.
    pub fn finding(self) -> Diagnostic {
        Diagnostic::new(self.code, self.message).help(self.help)
    }
}

/// The file being read, and what was found wrong with it so far.
#[derive(Debug)]
pub(crate) struct Reader<'t> {
    path: &'t str,
    text: &'t str,
    /// The keys at the top of the file.
    top: &'static [Key],
    findings: Vec<Diagnostic>,
}

impl<'t> Reader<'t> {
    /// Reads `text`, the content of the file at `path`. `None` only when it is not TOML.
    pub fn read<T: Section>(path: &'t str, text: &'t str) -> (Option<T>, Self) {
        let mut reader = Self { path, text, top: T::KEYS, findings: Vec::new() };
        let (table, faults) = DeTable::parse_recoverable(text);
        let value = if faults.is_empty() {
            let root = Spanned::new(0..0, DeValue::Table(table.into_inner()));
            T::read(root, &mut reader)
        } else {
            for (span, finding) in syntax::findings(text, &faults) {
                reader.report(span, finding);
            }
            None
        };
        (value, reader)
    }

    /// Reports a finding about the text at `span`.
    pub fn report(&mut self, span: Range<usize>, finding: Diagnostic) {
        let place = self.place(span);
        self.findings.push(finding.at(place));
    }

    /// Reports a finding that has its place, or none.
    pub fn report_as_is(&mut self, finding: Diagnostic) {
        self.findings.push(finding);
    }

    /// The place of a span. An empty one, as the top of the file has, is the whole file.
    pub fn place(&self, span: Range<usize>) -> Place {
        if span.is_empty() {
            Place::file(self.path)
        } else {
            Place::in_text(self.path, self.text, span)
        }
    }

    /// Reports that the value at `span` is refused.
    pub fn refuse(&mut self, span: Range<usize>, refusal: Refusal) {
        // The part is not found where the file writes it with an escape; then all is underlined.
        let part = refusal.part.as_str();
        let found = self.text.get(span.clone()).and_then(|value| value.find(part));
        let span = match found {
            Some(at) if !part.is_empty() => span.start + at..span.start + at + part.len(),
            _ => span,
        };
        self.report(span, refusal.finding());
    }

    /// What a written value means, or `default` where none is written or it is refused; then
    /// the finding is reported with the value underlined.
    pub fn checked<T, U>(
        &mut self,
        written: Option<Spanned<T>>,
        default: U,
        check: impl FnOnce(T) -> Result<U, Refusal>,
    ) -> U {
        let Some(written) = written else { return default };
        let span = written.span();
        check(written.into_inner()).unwrap_or_else(|refusal| {
            self.refuse(span, refusal);
            default
        })
    }

    /// Everything found, in the order of the file.
    pub fn into_findings(self) -> Vec<Diagnostic> {
        let mut findings = self.findings;
        diag::sort(&mut findings);
        findings
    }

    /// Reads the value of `key`; `None` when it is of the wrong kind, which is reported.
    pub fn setting<T: Setting>(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Spanned<DeValue<'_>>,
        example: &str,
    ) -> Option<Spanned<T>> {
        let name = key.get_ref();
        self.value(&format!("`{name}`"), value, &format!("`{name} = {example}`"))
    }

    /// Reads a value that messages call `name`, with text to paste.
    pub fn value<T: Setting>(
        &mut self,
        name: &str,
        value: Spanned<DeValue<'_>>,
        paste: &str,
    ) -> Option<Spanned<T>> {
        let span = value.span();
        let found = kind_of(value.get_ref());
        let read = T::read(value, self);
        if read.is_none() {
            let message = format!("{name} must be {}, but this is {found}", T::KIND);
            let finding = Diagnostic::new(Code::BadSettings, message);
            self.report(span.clone(), finding.help(format!("write {paste}")));
        }
        read.map(|read| Spanned::new(span, read))
    }

    /// The table that a section is read from, after a look for what it lacks.
    pub fn table<'i>(
        &mut self,
        value: Spanned<DeValue<'i>>,
        keys: &'static [Key],
    ) -> Option<DeTable<'i>> {
        let span = value.span();
        let DeValue::Table(table) = value.into_inner() else { return None };
        for key in keys.iter().filter(|key| key.required && !table.contains_key(key.name)) {
            let Key { name, example, .. } = key;
            let finding = Diagnostic::new(Code::BadSettings, format!("`{name}` is missing"))
                .help(format!("add `{name} = {example}`{}", self.where_to_add(&span)));
            self.report(span.clone(), finding);
        }
        Some(table)
    }

    fn where_to_add(&self, table: &Range<usize>) -> &'static str {
        let has_headers = self.text.lines().any(|line| line.starts_with('['));
        if table.is_empty() && has_headers { " above the first line in brackets" } else { "" }
    }

    /// Reports a key that a section does not have.
    pub fn unknown_key(&mut self, key: &Spanned<DeString<'_>>, keys: &[Key]) {
        let known: Vec<&str> = keys.iter().map(|key| key.name).collect();
        let choice = one_of(known.iter().copied());
        let otherwise = format!("here one can set {choice}; your own values go under `[extra]`");
        self.unknown(key, &known, &otherwise);
    }

    /// Reports a key that is not among those `known`, with the help for when none is near.
    pub fn unknown(&mut self, key: &Spanned<DeString<'_>>, known: &[&str], otherwise: &str) {
        let name = key.get_ref().as_ref();
        let help = if self.top.iter().any(|key| key.name == name) {
            format!("move `{name}` above the first line in brackets: it would belong to that one")
        } else {
            let meant = nearest(name, known.iter().copied());
            meant.map_or_else(|| otherwise.to_owned(), |meant| format!("did you mean `{meant}`?"))
        };
        let finding = Diagnostic::new(Code::UnknownSetting, format!("unknown setting `{name}`"));
        self.report(key.span(), finding.help(help));
    }
}
