//! Language tags and the direction their script is written in.
//!
//! Invariant: a [`Lang`] is a well-formed BCP 47 tag in canonical case. `kmr` is kept as
//! written (it is what the folder and the URL say), but CLDR is asked for `ku`, which is where
//! its Kurmanji data lives.

use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

/// A language of the outlet, for example `en`, `ckb` or `pt-BR`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lang(Arc<str>);

/// The direction of running text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Direction {
    /// Left to right.
    Ltr,
    /// Right to left.
    Rtl,
}

impl Direction {
    /// The value of an HTML `dir` attribute.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// Languages whose usual script runs right to left.
const RTL: [&str; 14] =
    ["ar", "arc", "ckb", "dv", "fa", "he", "lrc", "mzn", "ps", "sd", "sdh", "ug", "ur", "yi"];
/// Scripts that run right to left whatever the language.
const RTL_SCRIPTS: [&str; 6] = ["arab", "hebr", "syrc", "thaa", "nkoo", "adlm"];

impl Lang {
    /// Reads a tag such as `en`, `ckb`, `zh-Hant` or `pt-BR`.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let locale: icu::locale::Locale = tag.parse().ok()?;
        (locale.id.language != icu::locale::subtags::Language::UNKNOWN)
            .then(|| Self(locale.to_string().into()))
    }

    /// The tag as written in URLs and `lang` attributes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The primary language subtag: `pt` of `pt-BR`.
    #[must_use]
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }

    /// The direction in which this language is usually written.
    #[must_use]
    pub fn direction(&self) -> Direction {
        let script = self.0.split('-').skip(1).find(|part| part.len() == 4);
        let rtl = match script {
            Some(script) => RTL_SCRIPTS.contains(&script.to_ascii_lowercase().as_str()),
            None => RTL.contains(&self.primary()),
        };
        if rtl { Direction::Rtl } else { Direction::Ltr }
    }

    /// Language and territory, as Open Graph wants them: `en_US`, `ckb_IQ`. Where the tag names
    /// no territory it is the one where CLDR thinks most of its speakers live.
    #[must_use]
    pub fn with_territory(&self) -> String {
        let mut id = self.locale().id;
        icu::locale::LocaleExpander::new_extended().maximize(&mut id);
        let territory = id.region.map_or_else(String::new, |region| format!("_{region}"));
        format!("{}{territory}", self.primary())
    }

    /// The name under which search engines know the language, where they know it under another
    /// than its own: they have Sorani as Kurdish in Arabic script, and Kurmanji as Kurdish.
    #[must_use]
    pub fn search_name(&self) -> Option<Self> {
        let locale: icu::locale::Locale = self.0.parse().ok()?;
        let rest = self.0.strip_prefix(self.primary())?;
        match self.primary() {
            "ckb" if locale.id.script.is_none() => Self::parse(&format!("ku-Arab{rest}")),
            "kmr" => Self::parse(&format!("ku{rest}")),
            _ => None,
        }
    }

    /// The locale to ask CLDR for.
    #[must_use]
    pub fn locale(&self) -> icu::locale::Locale {
        let tag = match self.0.strip_prefix("kmr") {
            Some(rest) if rest.is_empty() || rest.starts_with('-') => format!("ku{rest}"),
            _ => self.0.to_string(),
        };
        tag.parse().unwrap_or(icu::locale::Locale::UNKNOWN)
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(tag: &str) -> Lang {
        Lang::parse(tag).expect("a valid tag")
    }

    #[test]
    fn direction_follows_language_and_script() {
        for (tag, rtl) in [
            ("en", false),
            ("ckb", true),
            ("ku", false),
            ("ku-Arab", true),
            ("ar", true),
            ("ckb-Latn", false),
            ("he", true),
            ("fa", true),
        ] {
            assert_eq!(lang(tag).direction() == Direction::Rtl, rtl, "{tag}");
        }
    }

    #[test]
    fn kurmanji_is_asked_for_under_the_name_cldr_knows() {
        assert_eq!(lang("kmr").locale().to_string(), "ku");
        assert_eq!(lang("kmr").as_str(), "kmr");
    }

    #[test]
    fn search_engines_know_kurdish_by_other_names() {
        for (tag, name) in [
            ("ckb", Some("ku-Arab")),
            ("ckb-IR", Some("ku-Arab-IR")),
            ("ckb-Latn", None),
            ("kmr", Some("ku")),
            ("ku", None),
            ("en", None),
        ] {
            assert_eq!(lang(tag).search_name(), name.map(lang), "{tag}");
        }
    }

    #[test]
    fn every_language_has_a_territory() {
        for (tag, locale) in [
            ("en", "en_US"),
            ("en-GB", "en_GB"),
            ("ckb", "ckb_IQ"),
            ("ku", "ku_TR"),
            ("kmr", "kmr_TR"),
            ("ku-Arab", "ku_IQ"),
            ("ar", "ar_EG"),
            ("pt-BR", "pt_BR"),
        ] {
            assert_eq!(lang(tag).with_territory(), locale);
        }
    }

    #[test]
    fn nonsense_is_no_language() {
        for tag in ["", "politics", "e", "en_US!", "und"] {
            assert!(Lang::parse(tag).is_none(), "{tag}");
        }
    }
}
