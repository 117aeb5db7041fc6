//! Moments, and the only reader of the wall clock.
//!
//! Invariant: a [`Moment`] is an instant (whole seconds since 1970, UTC). The zone it was
//! written in is forgotten; it is shown in the outlet's own.

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// An instant, in whole seconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize,
)]
pub struct Moment(pub i64);

impl Moment {
    /// Reads the clock. Called once, where a command starts; everything else is told.
    #[must_use]
    pub fn now() -> Self {
        Self(Utc::now().timestamp())
    }

    /// The clock in nanoseconds, to tell files that changed a moment ago (whose timestamp a
    /// second change might share) from files that are at rest.
    #[must_use]
    pub fn now_nanos() -> i64 {
        Utc::now().timestamp_nanos_opt().unwrap_or(i64::MAX)
    }

    /// Reads a date or date-time as editors write them. What names no zone is in `zone`; a
    /// date alone is its midnight. RFC 3339 has years of four digits and HTML begins with the
    /// year 1, so the moment must lie in these where it is shown, and in UTC.
    ///
    /// # Errors
    /// A sentence saying what is wrong with the text.
    pub fn parse(text: &str, zone: Tz) -> Result<Self, String> {
        let text = text.trim();
        let (date, rest) = text.split_at_checked(10).ok_or_else(|| not_a_date(text))?;
        let date = parse_date(date).ok_or_else(|| not_a_date(text))?;
        let rest = rest.trim_start_matches(['T', 't', ' ']);
        let (clock, offset) = split_offset(rest);
        let local = date.and_time(parse_clock(clock).ok_or_else(|| not_a_time(clock))?);
        let moment = match offset {
            Some(offset) => parse_offset(offset)
                .map(|seconds| Self(local.and_utc().timestamp() - seconds))
                .ok_or_else(|| format!("`{offset}` is not an offset from UTC"))?,
            None => Self(in_zone(local, zone)),
        };
        // No zone is more than a day from any other.
        let written = (2..=9998).contains(&date.year())
            || [zone, Tz::UTC]
                .iter()
                .all(|zone| (1..=9999).contains(&moment.in_zone(*zone).year()));
        written.then_some(moment).ok_or_else(|| format!("`{text}` is not in the years 1 to 9999"))
    }

    /// The instant as a date-time in `zone`.
    #[must_use]
    pub fn in_zone(self, zone: Tz) -> DateTime<Tz> {
        let utc = DateTime::from_timestamp(self.0, 0).unwrap_or(DateTime::UNIX_EPOCH);
        utc.with_timezone(&zone)
    }

    /// RFC 3339 in `zone`, for example `2026-11-22T08:30:00+03:00`; `Z` where the zone is UTC.
    #[must_use]
    pub fn rfc3339(self, zone: Tz) -> String {
        self.in_zone(zone).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    }

    /// RFC 822 in `zone`, with a year of four digits as RSS 2.0 prefers, for example
    /// `Sun, 22 Nov 2026 08:30:00 +0300`.
    #[must_use]
    pub fn rfc822(self, zone: Tz) -> String {
        self.in_zone(zone).format("%a, %d %b %Y %H:%M:%S %z").to_string()
    }
}

fn not_a_date(text: &str) -> String {
    format!("`{text}` is not a date")
}

fn not_a_time(text: &str) -> String {
    format!("`{text}` is not a time of day")
}

/// `2026-11-22`. Dates are read once a card, and nearly all are written in full.
fn parse_date(text: &str) -> Option<NaiveDate> {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = *text.as_bytes() else { return text.parse().ok() };
    let number = |digits: &[u8]| {
        digits
            .iter()
            .try_fold(0, |n, byte| byte.is_ascii_digit().then(|| n * 10 + u32::from(byte - b'0')))
    };
    let year = i32::try_from(number(&[a, b, c, d])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[e, f])?, number(&[g, h])?)
}

/// Splits `08:30:00+03:00` into the clock and the offset, if it has one.
fn split_offset(text: &str) -> (&str, Option<&str>) {
    match text.find(['Z', 'z', '+', '-']) {
        Some(at) => (text[..at].trim_end(), Some(text[at..].trim())),
        None => (text, None),
    }
}

/// `8:30`, `08:30`, `08:30:15`, `08:30:15.250` or nothing, which is midnight.
fn parse_clock(text: &str) -> Option<chrono::NaiveTime> {
    if text.is_empty() {
        return chrono::NaiveTime::from_hms_opt(0, 0, 0);
    }
    let mut parts = text.split(':');
    let hour = digits(parts.next()?)?;
    let minute = digits(parts.next()?)?;
    let second = match parts.next() {
        Some(part) => digits(part.split('.').next()?)?,
        None => 0,
    };
    if parts.next().is_some() {
        return None;
    }
    // A leap second is a moment too; it is taken as the second before it.
    chrono::NaiveTime::from_hms_opt(hour, minute, second.min(if second == 60 { 59 } else { 60 }))
}

fn digits(text: &str) -> Option<u32> {
    (matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit()))
        .then(|| text.parse().ok())?
}

/// `Z`, `+03`, `+0300` or `+03:00`, in seconds.
fn parse_offset(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let body = text.get(1..)?;
    let (hours, minutes) = match body.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None => body.split_at_checked(2).unwrap_or((body, "")),
    };
    let number = |text: &str| digits(text).map(i64::from);
    let (hours, minutes) = match minutes {
        "" => (number(hours)?, 0),
        _ if (hours.len(), minutes.len()) != (2, 2) => return None,
        _ => (number(hours)?, number(minutes)?),
    };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Local time to instant. A time that the clocks skipped is moved past the gap; one that
/// happens twice is the first of the two.
fn in_zone(local: NaiveDateTime, zone: Tz) -> i64 {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => moment.timestamp(),
        LocalResult::None => {
            let later = local + chrono::TimeDelta::hours(1);
            zone.from_local_datetime(&later)
                .earliest()
                .map_or_else(|| local.and_utc().timestamp(), |moment| moment.timestamp())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAGHDAD: Tz = chrono_tz::Asia::Baghdad;

    #[test]
    fn reads_what_editors_write() {
        for (text, utc) in [
            ("2026-11-22T08:30:00+03:00", "2026-11-22T05:30:00Z"),
            ("2026-11-22T08:30:00Z", "2026-11-22T08:30:00Z"),
            ("2026-11-22 08:30:00 -0500", "2026-11-22T13:30:00Z"),
            ("2026-11-22 8:30 +03", "2026-11-22T05:30:00Z"),
            ("2026-11-22T08:30:00.250", "2026-11-22T05:30:00Z"),
            ("2026-11-22T08:30", "2026-11-22T05:30:00Z"),
            ("2026-11-22", "2026-11-21T21:00:00Z"),
            (" 2026-11-22 ", "2026-11-21T21:00:00Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
            ("2026-11-22T08:30:00+0330", "2026-11-22T05:00:00Z"),
            ("9999-12-31", "9999-12-30T21:00:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ] {
            let moment = Moment::parse(text, BAGHDAD).map(|m| m.rfc3339(Tz::UTC));
            assert_eq!(moment.as_deref(), Ok(utc), "{text}");
        }
    }

    #[test]
    fn rfc822_has_english_names() {
        let moment = Moment::parse("2026-11-02T08:05", BAGHDAD).map(|m| m.rfc822(BAGHDAD));
        assert_eq!(moment.as_deref(), Ok("Mon, 02 Nov 2026 08:05:00 +0300"));
    }

    #[test]
    fn says_what_is_wrong() {
        for text in [
            "",
            "yesterday",
            "22/11/2026",
            "2026-13-01",
            "2026-02-30",
            "2026-11-22T25:00",
            "2026-11-22T08:30+99:00",
            "2026-11-22T08:30:00:00",
            "2026-11-22T08h30",
            "٢٠٢٦-١١-٢٢",
            "2026-11-22T08:30+3:00",
            "2026-11-22T08:30+300",
            "2026-11-22T08:30+03:0",
            "2026-11-2٢",
            "2026-1-022",
            "0000-12-31",
            "0001-01-01",
            "9999-12-31T23:00:00Z",
            "9999-12-31T23:00:00-05:00",
        ] {
            assert!(Moment::parse(text, BAGHDAD).is_err(), "{text}");
        }
    }

    #[test]
    fn skipped_and_doubled_hours_have_one_answer() {
        let berlin = chrono_tz::Europe::Berlin;
        let skipped = Moment::parse("2026-03-29T02:30", berlin).map(|m| m.rfc3339(berlin));
        assert_eq!(skipped.as_deref(), Ok("2026-03-29T03:30:00+02:00"));
        let doubled = Moment::parse("2026-10-25T02:30", berlin).map(|m| m.rfc3339(berlin));
        assert_eq!(doubled.as_deref(), Ok("2026-10-25T02:30:00+02:00"));
    }
}
