//! The words of a theme in the languages of the outlet: `strings/<lang>.toml`.
//!
//! Invariant: a text is found by its key alone, along one line of ancestors fixed when
//! [`Strings`] is made: for each language from the edition's own to its farthest parent the
//! site's file, then the theme's; at the very end English. A text that is not there is `None`;
//! a placeholder that nobody fills stays as it is, for a reader of the page to see and for a
//! script to fill. Nothing here escapes HTML, and nothing here reads a file.

use super::cldr::{Cldr, PLURALS, lineage};
use crate::base::{Code, Diagnostic, Fingerprint, Lang, Place, suggest};
use serde::Serialize;
use std::{borrow::Cow, collections::BTreeMap, ops::Range, sync::Arc};
use toml::{Spanned, de::DeTable, de::DeValue};

/// The language whose texts stand in for those that are missing everywhere else, and whose
/// file says which keys a theme has.
pub const REFERENCE: &str = "en";

/// One file of strings.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Table(BTreeMap<Box<str>, Text>);

/// The files of one `strings/` folder, by language.
pub type Tables = BTreeMap<Lang, Table>;

/// A text with placeholders such as `{name}`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
enum Text {
    Plain(Box<str>),
    /// By plural category; `other` is always there.
    Plural(BTreeMap<&'static str, Box<str>>),
}

impl Table {
    /// The keys, in alphabetical order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(AsRef::as_ref)
    }
}

/// The words of one edition.
#[derive(Debug)]
pub struct Strings {
    texts: BTreeMap<Box<str>, Entry>,
    cldr: Arc<Cldr>,
    reference: Cldr,
    fingerprint: Fingerprint,
}

#[derive(Debug, Serialize)]
struct Entry {
    text: Text,
    /// Taken from [`REFERENCE`] because no language of the edition's own has it; then the
    /// plural rules of that language choose among its forms.
    borrowed: bool,
}

impl Strings {
    /// Reads the content of a strings file. What is sound in it is in the table even where
    /// there are findings.
    #[must_use]
    pub fn parse(path: &str, text: &str) -> (Table, Vec<Diagnostic>) {
        let mut reader = Reader { path, text, findings: Vec::new() };
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            reader.not_toml(error);
        }
        let mut table = Table::default();
        // What a broken file seems to hold after the break is guesswork.
        if errors.is_empty() {
            for (key, value) in document.get_ref() {
                let read = reader.text_of(key, value);
                table.0.extend(read.map(|text| (key.get_ref().as_ref().into(), text)));
            }
        }
        (table, reader.findings)
    }

    /// The words for an edition in `lang`, whose digits and plurals are `cldr`'s.
    #[must_use]
    pub fn new(lang: &Lang, cldr: Arc<Cldr>, site: &Tables, theme: &Tables) -> Self {
        let mut texts = BTreeMap::new();
        let own = lineage(lang);
        let reference = Lang::parse(REFERENCE).filter(|reference| !own.contains(reference));
        let line = own.iter().map(|lang| (lang, false)).chain(reference.iter().map(|l| (l, true)));
        for (lang, borrowed) in line {
            for table in [site.get(lang), theme.get(lang)].into_iter().flatten() {
                for (key, text) in &table.0 {
                    texts
                        .entry(key.clone())
                        .or_insert_with(|| Entry { text: text.clone(), borrowed });
                }
            }
        }
        let fingerprint = Fingerprint::of_value(&texts);
        let reference = Cldr::new(reference.as_ref().unwrap_or(lang));
        Self { texts, cldr, reference, fingerprint }
    }

    /// The text of a key with its placeholders filled in: `{n}` with the count in the
    /// language's digits, `{name}` with the argument of that name as it is. The count also
    /// chooses the plural form.
    #[must_use]
    pub fn lookup(&self, key: &str, n: Option<i64>, args: &[(&str, String)]) -> Option<String> {
        let entry = self.texts.get(key)?;
        let rules = if entry.borrowed { &self.reference } else { &*self.cldr };
        Some(fill(entry.text.form(n, rules), |name| {
            let arg = args.iter().find(|(known, _)| *known == name);
            let arg = arg.map(|(_, value)| Cow::from(value.as_str()));
            arg.or_else(|| n.filter(|_| name == "n").map(|n| self.cldr.number(n).into()))
        }))
    }

    /// The keys for which this edition has to borrow the text of [`REFERENCE`], in
    /// alphabetical order.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        let borrowed = self.texts.iter().filter(|(_, entry)| entry.borrowed);
        borrowed.map(|(key, _)| key.to_string()).collect()
    }

    /// Stands for every text that [`Strings::lookup`] can give: equal fingerprints, equal
    /// answers.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}

impl Text {
    /// The form for a count by the rules of a language; that for `other` where there is no
    /// count, or no form of its own.
    fn form(&self, n: Option<i64>, rules: &Cldr) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Plural(forms) => {
                let category = n.map_or("other", |n| rules.plural(n));
                forms.get(category).or_else(|| forms.get("other")).map_or("", AsRef::as_ref)
            }
        }
    }
}

/// Replaces each `{name}` by its value. What is put in is not looked at again, so a headline
/// with braces in it stays a headline.
fn fill<'a>(text: &str, value: impl Fn(&str) -> Option<Cow<'a, str>>) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        filled.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(close) = rest.find('}') else { break };
        match value(&rest[1..close]) {
            Some(value) => filled.push_str(&value),
            None => filled.push_str(&rest[..=close]),
        }
        rest = &rest[close + 1..];
    }
    filled.push_str(rest);
    filled
}

/// Reads one file and collects what is wrong with it.
struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    findings: Vec<Diagnostic>,
}

type Key<'a> = Spanned<Cow<'a, str>>;
type Value<'a> = Spanned<DeValue<'a>>;

impl Reader<'_> {
    fn text_of(&mut self, key: &Key, value: &Value) -> Option<Text> {
        match value.get_ref() {
            DeValue::String(text) => Some(Text::Plain(text.as_ref().into())),
            DeValue::Table(table) => self.plural_of(key, table),
            other => {
                let message = format!("the string `{}` is neither text nor a table", key.get_ref());
                self.add(message, value.span(), label(other), help_for(key.get_ref()));
                None
            }
        }
    }

    fn plural_of(&mut self, key: &Key, table: &DeTable) -> Option<Text> {
        let found = self.findings.len();
        let mut forms = BTreeMap::new();
        for (category, value) in table {
            forms.extend(self.form_of(key.get_ref(), category, value));
        }
        if self.findings.len() == found && !forms.contains_key("other") {
            let message = format!("the string `{}` has no form for `other`", key.get_ref());
            let label = "every language needs `other`".to_owned();
            self.add(message, key.span(), label, help_for(key.get_ref()));
        }
        forms.contains_key("other").then_some(Text::Plural(forms))
    }

    fn form_of(
        &mut self,
        key: &str,
        category: &Key,
        value: &Value,
    ) -> Option<(&'static str, Box<str>)> {
        let written = category.get_ref().as_ref();
        let Some(known) = PLURALS.into_iter().find(|known| *known == written) else {
            self.unknown_category(key, category);
            return None;
        };
        if let DeValue::String(text) = value.get_ref() {
            return Some((known, text.as_ref().into()));
        }
        let message = format!("the form `{known}` of the string `{key}` is not text");
        self.add(message, value.span(), label(value.get_ref()), format!("{known} = \"…\""));
        None
    }

    fn unknown_category(&mut self, key: &str, category: &Key) {
        let written = category.get_ref().as_ref();
        let label = match suggest::nearest(written, PLURALS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "not a plural category".to_owned(),
        };
        let message = format!("the string `{key}` has a form for `{written}`");
        let help = format!(
            "a table under a key holds forms by plural category: {}. A string of its own \
             stands at the top of the file, before any `[table]`: `{written} = \"…\"`",
            suggest::one_of(PLURALS)
        );
        self.add(message, category.span(), label, help);
    }

    fn not_toml(&mut self, error: &toml::de::Error) {
        let message = format!("the strings in `{}` are not valid TOML", self.path);
        let help = "each line is a key, an equals sign and the text in double quotes: \
                    `menu = \"Menu\"`; a double quote within the text is written `\\\"`";
        // An error without a place is one about the end of the file.
        let span = error.span().unwrap_or(self.text.len()..self.text.len());
        self.add(message, span, error.message().to_owned(), help.to_owned());
    }

    fn add(&mut self, message: String, span: Range<usize>, label: String, help: String) {
        let place = Place::in_text(self.path, self.text, span).label(label);
        self.findings.push(Diagnostic::new(Code::BadStrings, message).at(place).help(help));
    }
}

fn label(value: &DeValue) -> String {
    format!("this is of type {}", value.type_str())
}

fn help_for(key: &str) -> String {
    format!("write `{key} = \"…\"`, or by count: `{key} = {{ one = \"…\", other = \"…\" }}`")
}

#[cfg(test)]
mod tests;
