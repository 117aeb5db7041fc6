//! Dates that cannot be read, and what they were probably meant to be.
//!
//! Invariant: reading is [`Moment::parse`]'s business alone; whatever is proposed here, it
//! reads. Where a date could mean two days, both are proposed.

use super::proof::Proof;
use crate::base::{Code, Moment};
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use std::ops::Range;

/// Other ways of writing dates, in chrono's notation. Month names may be cut to three letters.
const ELSEWHERE: &[&str] = &[
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%B %d, %Y",
    "%B %d %Y",
    "%d %B %Y",
    "%d %B, %Y",
    "%A, %d %B %Y",
    "%A, %B %d, %Y",
    "%Y%m%d",
    "%Y-%d-%m",
];

/// Reads a date, or marks it.
pub(super) fn read(
    proof: &mut Proof<'_>,
    key: &str,
    text: &str,
    at: Range<usize>,
) -> Option<Moment> {
    match Moment::parse(text, proof.zone) {
        Ok(moment) => Some(moment),
        Err(reason) => {
            let help = help(proof, key, text);
            // The reason repeats the text, which may be anything.
            let odd = reason.len() > 120 || reason.contains(char::is_control);
            let odd = odd || proof.is_unpublished();
            let reason = if odd { "this is not a date".to_owned() } else { reason };
            proof.mark(Code::BadDate, at, format!("`{key}`: {reason}"), help);
            None
        }
    }
}

fn help(proof: &Proof<'_>, key: &str, text: &str) -> String {
    let line = |value: &str| format!("`{}`", proof.syntax.line(key, value));
    match readings(text, proof.zone).as_slice() {
        [] => format!(
            "write {}, {} (in the site's timezone) or {}",
            line("2026-11-22"),
            line("2026-11-22T08:30:00"),
            line("2026-11-22T08:30:00+03:00"),
        ),
        readings => {
            let lines: Vec<String> = readings.iter().map(|reading| line(reading)).collect();
            format!("write {}", lines.join(" or "))
        }
    }
}

/// What `text` may mean, as values to paste: none, one, or two where day and month could be
/// either way round.
pub(super) fn readings(text: &str, zone: Tz) -> Vec<String> {
    let text = western_digits(text.trim().trim_matches(['"', '\'']));
    let mut readings = Vec::new();
    if Moment::parse(&text, zone).is_ok() {
        readings.push(paste(&text));
        return readings;
    }
    for format in ELSEWHERE {
        if let Ok((date, rest)) = NaiveDate::parse_and_remainder(&text, format)
            && (1000..=9999).contains(&date.year())
        {
            let reading = with_clock(date, rest, zone);
            if !readings.contains(&reading) {
                readings.push(reading);
            }
        }
    }
    readings
}

fn with_clock(date: NaiveDate, rest: &str, zone: Tz) -> String {
    let clock = rest.trim_start_matches([',', ' ', 'T']).trim_end();
    let whole = format!("{date} {clock}");
    match Moment::parse(&whole, zone) {
        Ok(_) if !clock.is_empty() => paste(&whole),
        _ => date.to_string(),
    }
}

/// A date needs no quotes in either syntax; with a time of day, TOML wants it just so.
fn paste(text: &str) -> String {
    if text.len() == 10 { text.to_owned() } else { format!("\"{text}\"") }
}

/// Arabic and Persian digits as the Western ones, in which all sources are written.
fn western_digits(text: &str) -> String {
    let western = |c: char| match c {
        '٠'..='٩' => char::from_digit(c as u32 - '٠' as u32, 10).unwrap_or(c),
        '۰'..='۹' => char::from_digit(c as u32 - '۰' as u32, 10).unwrap_or(c),
        c => c,
    };
    text.chars().map(western).collect()
}
