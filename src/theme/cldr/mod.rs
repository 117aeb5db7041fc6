//! What CLDR knows about a language: dates, digits, plurals, lists, case and order.
//!
//! Invariant: a [`Cldr`] answers from its language, its calendar and its arguments alone, the
//! same on every machine and thread. Machine formats (`datetime=`, feeds, sitemaps) never pass
//! through here: they stay ASCII and Gregorian. It holds no words of a theme; those are in
//! `strings`.

mod dates;
#[cfg(test)]
mod tests;

pub use dates::DateStyle;

use crate::base::{Lang, Moment};
use chrono_tz::Tz;
use dates::Dates;
use icu::calendar::AnyCalendarKind;
use icu::casemap::{CaseMapper, CaseMapperBorrowed};
use icu::collator::{Collator, CollatorBorrowed};
use icu::decimal::{DecimalFormatter, input::Decimal};
use icu::list::ListFormatter;
use icu::locale::extensions::unicode::{key, value};
use icu::locale::fallback::LocaleFallbacker;
use icu::locale::{Locale, locale};
use icu::plurals::{PluralCategory, PluralRules};
use std::cmp::Ordering;

/// Every plural category, in CLDR's order.
pub const PLURALS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The formatters of one language. Building one reads some thirty tables, so it is built once
/// an edition; using it takes a shared reference and about a microsecond.
#[derive(Debug)]
pub struct Cldr {
    locale: Locale,
    dates: Dates,
    numbers: DecimalFormatter,
    /// The language's digits, from nought to nine.
    pub digits: [char; 10],
    plurals: PluralRules,
    lists: ListFormatter,
    collator: CollatorBorrowed<'static>,
    cases: CaseMapperBorrowed<'static>,
}

impl Cldr {
    /// What is known of a language. Dates are in the calendar that CLDR says its readers use, in
    /// Persian the Persian one, unless the tag itself names another (`fa-u-ca-gregory`).
    #[must_use]
    pub fn new(lang: &Lang) -> Self {
        let mut locale = lang.locale();
        let usual = match AnyCalendarKind::try_new((&locale).into()) {
            Ok(AnyCalendarKind::Persian) => value!("persian"),
            Ok(AnyCalendarKind::Buddhist) => value!("buddhist"),
            _ => value!("gregory"),
        };
        let keywords = &mut locale.extensions.unicode.keywords;
        if !keywords.contains_key(&key!("ca")) {
            keywords.set(key!("ca"), usual);
        }
        Self::of(locale)
    }

    fn of(locale: Locale) -> Self {
        let numbers = load(&locale, |l| DecimalFormatter::try_new(l.into(), Default::default()));
        Self {
            dates: Dates::new(&locale),
            digits: digits_of(&numbers),
            numbers,
            plurals: load(&locale, |l| PluralRules::try_new_cardinal(l.into())),
            lists: load(&locale, |l| ListFormatter::try_new_and(l.into(), Default::default())),
            collator: load(&locale, |l| Collator::try_new(l.into(), Default::default())),
            cases: CaseMapper::new(),
            locale,
        }
    }

    /// A moment as readers in `zone` see it.
    #[must_use]
    pub fn date(&self, moment: Moment, zone: Tz, style: DateStyle) -> String {
        self.dates.write(moment, zone, style)
    }

    /// A whole number in the language's digits and grouping: `1,234`.
    #[must_use]
    pub fn number(&self, n: i64) -> String {
        self.numbers.format_to_string(&Decimal::from(n))
    }

    /// The text with its ASCII digits replaced by the language's own, without grouping: for
    /// years, percentages and page numbers.
    #[must_use]
    pub fn digits(&self, text: &str) -> String {
        let own = |c: char| c.to_digit(10).map_or(c, |d| self.digits[d as usize]);
        text.chars().map(own).collect()
    }

    /// The plural category of a count: one of [`PLURALS`].
    #[must_use]
    pub fn plural(&self, n: i64) -> &'static str {
        category_name(self.plurals.category_for(n))
    }

    /// The plural categories this language tells apart, in the order of [`PLURALS`].
    #[must_use]
    pub fn plurals(&self) -> Vec<&'static str> {
        let own: Vec<&str> = self.plurals.categories().map(category_name).collect();
        PLURALS.into_iter().filter(|name| own.contains(name)).collect()
    }

    /// `Ann, Ben and Cem`, as the language joins them.
    #[must_use]
    pub fn list_and<T: AsRef<str>>(&self, items: &[T]) -> String {
        if self.locale.id.language.as_str() == "ckb" && self.locale.id.script.is_none() {
            return sorani_list(items);
        }
        self.lists.format_to_string(items.iter().map(AsRef::as_ref))
    }

    /// The text in capitals: Turkish `i` becomes `İ`, Kurmanji `i` becomes `I`.
    #[must_use]
    pub fn upper(&self, text: &str) -> String {
        self.cases.uppercase_to_string(text, &self.locale.id).into_owned()
    }

    /// The text in small letters.
    #[must_use]
    pub fn lower(&self, text: &str) -> String {
        self.cases.lowercase_to_string(text, &self.locale.id).into_owned()
    }

    /// Which of two texts comes first in this language's alphabet. Texts that differ in bytes
    /// can be equal here, so a total order needs a second key.
    #[must_use]
    pub fn compare(&self, a: &str, b: &str) -> Ordering {
        self.collator.compare(a, b)
    }
}

/// The languages in which a text for `lang` may be written, nearest first: the tag as it is,
/// the tag CLDR knows it by, then its parents (UTS 35, part 1, locale inheritance):
/// `es-MX`, `es-419`, `es`. A parent in another script is none: `ku-Arab` has no parent.
#[must_use]
pub fn lineage(lang: &Lang) -> Vec<Lang> {
    let mut line = vec![lang.clone()];
    let fallbacker = LocaleFallbacker::new().for_config(Default::default());
    let mut parents = fallbacker.fallback_for(lang.locale().into());
    while !parents.get().is_unknown() {
        let parent = Lang::parse(&parents.get().to_string());
        line.extend(parent.filter(|parent| !line.contains(parent)));
        parents.step();
    }
    line
}

/// Makes a formatter for the locale; for its language alone if its extensions ask for what
/// there is no data for (`en-u-nu-roman`), so that an odd tag never stops a build.
fn load<T, E: std::fmt::Debug>(locale: &Locale, make: impl Fn(&Locale) -> Result<T, E>) -> T {
    let plain = Locale::from(locale.id.clone());
    make(locale)
        .or_else(|_| make(&plain))
        .or_else(|_| make(&locale!("und")))
        .expect("the compiled data has every table for the root locale")
}

fn category_name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

/// The language's digits, read off its formatter.
fn digits_of(numbers: &DecimalFormatter) -> [char; 10] {
    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'].map(|ascii| {
        let n = Decimal::from(ascii.to_digit(10).unwrap_or_default());
        numbers.format_to_string(&n).chars().next().unwrap_or(ascii)
    })
}

/// CLDR 49 has no list patterns for Sorani; the root's would put Latin commas between the
/// names and no "and" before the last.
fn sorani_list<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} و {last}", rest.join("، ")),
        _ => items.concat(),
    }
}
