//! Words of the theme that an edition lacks.
//!
//! Invariant: one finding an edition, however many words are missing: one file mends it.

use crate::{
    base::{Code, Diagnostic, Place},
    edition::Index,
    theme::Theme,
};

/// How many of the missing words are named.
const NAMED: usize = 8;

/// Editions whose readers meet English words.
pub(super) fn findings(index: &Index, theme: &Theme) -> Vec<Diagnostic> {
    let editions = index.site.editions.iter().zip(&theme.strings);
    editions
        .filter_map(|(edition, strings)| {
            let missing = strings.missing();
            let first = missing.first()?;
            let lang = edition.lang.to_string();
            let s = if missing.len() == 1 { "" } else { "s" };
            let message = format!(
                "the theme lacks {} string{s} in `{lang}`; English is shown instead",
                missing.len()
            );
            let mut named: Vec<&str> = missing.iter().take(NAMED).map(String::as_str).collect();
            if missing.len() > NAMED {
                named.push("…");
            }
            let finding = Diagnostic::new(Code::MissingString, message)
                .at(Place::file(format!("strings/{lang}.toml")))
                .help(format!("add lines such as `{first} = \"…\"` to `strings/{lang}.toml`"));
            Some(finding.note(format!("missing are {}", named.join(", "))))
        })
        .collect()
}
