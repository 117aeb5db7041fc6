//! Conditional and partial requests: `If-None-Match`, `Range`, `If-Range` (RFC 9110, 13 and 14).
//!
//! Invariant: what cannot be understood is as if it had not been said, so that the whole is sent.

use axum::http::{HeaderMap, header};

/// What of a file is to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// All of it.
    Whole,
    /// From here up to, but not including, there.
    Some(u64, u64),
    /// It was asked for what is not in it.
    None,
}

/// Whether the one who asks has this already. Tags are compared weakly (13.1.2).
#[must_use]
pub fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let given = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|tags| tags.to_str().ok());
    let mut tags = given.flat_map(|tags| tags.split(','));
    tags.any(|tag| tag.trim() == "*" || bare(tag) == bare(etag))
}

/// What of a file of this length and tag was asked for. Of several ranges at once none is minded.
#[must_use]
pub fn part(headers: &HeaderMap, etag: &str, length: u64) -> Part {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // A weak tag does not say that the bytes are the same (13.1.5).
    let same = text(header::IF_RANGE).is_none_or(|tag| tag == etag && !tag.starts_with("W/"));
    let range = text(header::RANGE).and_then(|range| range.strip_prefix("bytes="));
    match range {
        Some(range) if same => cut(range, length).unwrap_or(Part::Whole),
        _ => Part::Whole,
    }
}

fn cut(range: &str, length: u64) -> Option<Part> {
    let (from, to) = range.trim().split_once('-')?;
    let number = |text: &str| -> Option<u64> {
        (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse().unwrap_or(u64::MAX))
    };
    let (from, to) = match (number(from), number(to)) {
        (Some(from), Some(to)) if from <= to => (from, to.saturating_add(1).min(length)),
        (Some(from), None) if to.is_empty() => (from, length),
        (None, Some(last)) if from.is_empty() && last > 0 => (length.saturating_sub(last), length),
        (None, Some(_)) if from.is_empty() => return Some(Part::None),
        _ => return None,
    };
    Some(if from < length { Part::Some(from, to) } else { Part::None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs.map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn parts_of_a_file_of_ten_bytes() {
        for (range, expected) in [
            ("bytes=0-3", Part::Some(0, 4)),
            ("bytes=4-", Part::Some(4, 10)),
            ("bytes=-3", Part::Some(7, 10)),
            ("bytes=-30", Part::Some(0, 10)),
            ("bytes=9-99", Part::Some(9, 10)),
            ("bytes=0-99999999999999999999999", Part::Some(0, 10)),
            ("bytes=10-", Part::None),
            ("bytes=-0", Part::None),
            ("bytes=3-2", Part::Whole),
            ("bytes=0-1,3-4", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("lines=1-2", Part::Whole),
        ] {
            assert_eq!(part(&headers(&[(header::RANGE, range)]), "\"x\"", 10), expected, "{range}");
        }
        for (tag, expected) in
            [("\"x\"", Part::Some(0, 4)), ("\"y\"", Part::Whole), ("W/\"x\"", Part::Whole)]
        {
            let asked = headers(&[(header::RANGE, "bytes=0-3"), (header::IF_RANGE, tag)]);
            assert_eq!(part(&asked, "\"x\"", 10), expected, "{tag}");
        }
    }

    #[test]
    fn what_is_known_need_not_be_sent() {
        for (tags, known) in [
            ("\"x\"", true),
            ("W/\"x\"", true),
            ("\"y\", W/\"x\"", true),
            ("*", true),
            ("\"y\"", false),
            ("", false),
        ] {
            assert_eq!(is_known(&headers(&[(header::IF_NONE_MATCH, tags)]), "W/\"x\""), known);
        }
    }
}
