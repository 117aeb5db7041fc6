//! Dates as readers of a language write them.
//!
//! Invariant: a form is CLDR's own; [`PATTERNS`] lists every exception with its reason, and a
//! test compares each with what CLDR would have said, so that one that is no longer needed
//! shows itself. Machine-readable dates are `Moment::rfc3339`, not here.

use super::load;
use crate::base::{Moment, suggest};
use chrono::{Datelike, Timelike};
use chrono_tz::Tz;
use icu::calendar::{Date, Gregorian, cal::Persian, types::RataDie};
use icu::datetime::options::YearStyle;
use icu::datetime::pattern::{DateTimePattern, FixedCalendarDateTimeNames};
use icu::datetime::{DateTimeFormatter, fieldsets, fieldsets::enums};
use icu::locale::{Locale, extensions::unicode::key};
use icu::time::{DateTime, Time};
use writeable::TryWriteable;

/// How a date is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DateStyle {
    /// With the day of the week: `Sunday, November 22, 2026`.
    Full,
    /// `November 22, 2026`.
    Long,
    /// `Nov 22, 2026`.
    Medium,
    /// In numbers, with the whole year: `11/22/2026`.
    Short,
    /// A month of a year: `November 2026`.
    Month,
    /// Hour and minute: `8:30 AM`.
    Time,
    /// [`DateStyle::Long`] and [`DateStyle::Time`].
    DateTime,
}

impl DateStyle {
    /// Every style in the order of its declaration, under the name that templates use.
    pub const ALL: [(&'static str, Self); 7] = [
        ("full", Self::Full),
        ("long", Self::Long),
        ("medium", Self::Medium),
        ("short", Self::Short),
        ("month", Self::Month),
        ("time", Self::Time),
        ("datetime", Self::DateTime),
    ];

    /// The style of this name.
    ///
    /// # Errors
    /// A sentence saying which styles there are.
    pub fn parse(name: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, style)| *style);
        known.ok_or_else(|| {
            let names = suggest::one_of(Self::ALL.map(|(known, _)| known));
            format!("`{name}` is not a date style; it is one of {names}")
        })
    }

    /// Whether the time of day is written.
    #[must_use]
    pub fn has_time(self) -> bool {
        matches!(self, Self::Time | Self::DateTime)
    }

    /// The fields that CLDR is asked for (UTS 35, part 4, semantic skeletons).
    fn fields(self) -> Fields {
        use enums::{CalendarPeriodFieldSet, DateAndTimeFieldSet, DateFieldSet, TimeFieldSet};
        use fieldsets::{T, YM, YMD, YMDE};
        match self {
            Self::Full => Fields::Date(DateFieldSet::YMDE(YMDE::long())),
            Self::Long => Fields::Date(DateFieldSet::YMD(YMD::long())),
            Self::Medium => Fields::Date(DateFieldSet::YMD(YMD::medium())),
            // CLDR's own short form has two digits of the year in many languages, which in an
            // archive of decades is a riddle.
            Self::Short => {
                Fields::Date(DateFieldSet::YMD(YMD::short().with_year_style(YearStyle::Full)))
            }
            Self::Month => Fields::CalendarPeriod(CalendarPeriodFieldSet::YM(YM::long())),
            Self::Time => Fields::Time(TimeFieldSet::T(T::hm())),
            Self::DateTime => {
                Fields::DateTime(DateAndTimeFieldSet::YMDT(YMD::long().with_time_hm()))
            }
        }
    }
}

type Fields = enums::CompositeDateTimeFieldSet;
type Local = DateTime<Gregorian>;

/// Where CLDR 49 as ICU4X has it falls short, by language, calendar and style. Kurmanji: the
/// long form of CLDR's `dateFormats`, with its cases (`20ê mijdara 2021an`), is not among the
/// patterns that skeletons are made from. Sorani and Persian: no pattern for a month of a
/// year, so the root's, which puts the year first.
const PATTERNS: [(&str, &str, DateStyle, &str); 5] = [
    ("ku", "gregory", DateStyle::Full, "EEEE, d'ê' MMMM'a' y'an'"),
    ("ku", "gregory", DateStyle::Long, "d'ê' MMMM'a' y'an'"),
    ("ku", "gregory", DateStyle::DateTime, "d'ê' MMMM'a' y'an' HH:mm"),
    ("ckb", "gregory", DateStyle::Month, "MMMM'ی' y"),
    ("fa", "persian", DateStyle::Month, "MMMM y"),
];

/// The date formatters of one language and calendar, in the order of [`DateStyle`].
#[derive(Debug)]
pub(super) struct Dates([Form; 7]);

impl Dates {
    /// Reads what CLDR has for the locale, whose `ca` keyword says which calendar.
    pub(super) fn new(locale: &Locale) -> Self {
        Self(DateStyle::ALL.map(|(_, style)| {
            Form::from_pattern(locale, style).unwrap_or_else(|| Form::from_cldr(locale, style))
        }))
    }

    /// A moment as readers in `zone` see it.
    pub(super) fn write(&self, moment: Moment, zone: Tz, style: DateStyle) -> String {
        self.0[style as usize].write(&local(moment, zone))
    }
}

#[derive(Debug)]
enum Form {
    Cldr(Box<DateTimeFormatter<Fields>>),
    Gregorian(Box<Written<Gregorian>>),
    Persian(Box<Written<Persian>>),
}

/// A pattern and the names of months and days that it wants.
#[derive(Debug)]
struct Written<C> {
    pattern: DateTimePattern,
    names: FixedCalendarDateTimeNames<C, Fields>,
}

impl Form {
    fn from_cldr(locale: &Locale, style: DateStyle) -> Self {
        let make = |l: &Locale| DateTimeFormatter::try_new(l.into(), style.fields());
        Self::Cldr(Box::new(load(locale, make)))
    }

    /// The exception for this style, if there is one. Patterns are for a language's usual
    /// script.
    fn from_pattern(locale: &Locale, style: DateStyle) -> Option<Self> {
        let calendar = locale.extensions.unicode.keywords.get(&key!("ca"))?.to_string();
        let language = locale.id.script.is_none().then(|| locale.id.language.to_string())?;
        let row =
            PATTERNS.iter().find(|(l, c, s, _)| *l == language && *c == calendar && *s == style)?;
        let pattern: DateTimePattern = row.3.parse().ok()?;
        if calendar == "persian" {
            let mut names = FixedCalendarDateTimeNames::try_new(locale.into()).ok()?;
            names.include_for_pattern(&pattern).ok()?;
            return Some(Self::Persian(Box::new(Written { pattern, names })));
        }
        let mut names = FixedCalendarDateTimeNames::try_new(locale.into()).ok()?;
        names.include_for_pattern(&pattern).ok()?;
        Some(Self::Gregorian(Box::new(Written { pattern, names })))
    }

    fn write(&self, local: &Local) -> String {
        match self {
            Self::Cldr(form) => form.format(local).to_string(),
            Self::Gregorian(form) => {
                text_of(&form.names.with_pattern_unchecked(&form.pattern).format(local))
            }
            Self::Persian(form) => {
                let date = local.date.to_calendar(Persian);
                let local = DateTime { date, time: local.time };
                text_of(&form.names.with_pattern_unchecked(&form.pattern).format(&local))
            }
        }
    }
}

/// What was written. An error would mean that a name is missing; ICU4X writes its number
/// instead, which is as good an answer as there is.
fn text_of(formatted: &impl TryWriteable) -> String {
    match formatted.try_write_to_string() {
        Ok(text) => text.into_owned(),
        Err((_, text)) => text.into_owned(),
    }
}

fn local(moment: Moment, zone: Tz) -> Local {
    let local = moment.in_zone(zone);
    // Both libraries count days from 1 January of the year 1.
    let date = Date::from_rata_die(RataDie::new(local.num_days_from_ce().into()), Gregorian);
    let clock = |n: u32| u8::try_from(n).unwrap_or_default();
    let time = Time::try_new(clock(local.hour()), clock(local.minute()), 0, 0);
    DateTime { date, time: time.unwrap_or_else(|_| Time::start_of_day()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAGHDAD: Tz = chrono_tz::Asia::Baghdad;

    /// Writes 20 November 2021, 18:05 in Baghdad, in every style.
    fn all(tag: &str, form: impl Fn(&Locale, DateStyle) -> Form) -> Vec<String> {
        let locale: Locale = tag.parse().expect("a locale");
        let moment = Moment::parse("2021-11-20T18:05", BAGHDAD).expect("a moment");
        let write = |style| form(&locale, style).write(&local(moment, BAGHDAD));
        DateStyle::ALL.map(|(_, style)| write(style)).to_vec()
    }

    #[test]
    fn every_pattern_is_read_and_still_needed() {
        for (lang, calendar, style, _) in PATTERNS {
            let tag = format!("{lang}-u-ca-{calendar}");
            let ours = all(&tag, |l, s| {
                Form::from_pattern(l, s).unwrap_or_else(|| {
                    assert_ne!(s, style, "the pattern for {tag} is not used");
                    Form::from_cldr(l, s)
                })
            });
            let cldr = all(&tag, Form::from_cldr);
            assert_ne!(ours[style as usize], cldr[style as usize], "{tag} {style:?}");
        }
    }

    #[test]
    fn a_style_that_does_not_exist_names_those_that_do() {
        assert_eq!(DateStyle::parse("month"), Ok(DateStyle::Month));
        let said = DateStyle::parse("lang").expect_err("no such style");
        assert!(said.contains("`lang`") && said.contains("`long`"), "{said}");
    }
}
