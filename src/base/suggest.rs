//! "Did you mean", and lists in prose for messages.

/// The candidate nearest to `word`, if one is near enough to be what was meant.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.trim().to_lowercase();
    candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(&folded, &c.to_lowercase()), c))
        .min()
        .filter(|(distance, c)| *distance <= 1 + c.chars().count().max(folded.chars().count()) / 4)
        .map(|(_, c)| c)
}

/// `` `a`, `b` or `c` ``.
#[must_use]
pub fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let ticked: Vec<String> = words.into_iter().map(|w| format!("`{w}`")).collect();
    match ticked.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 4] = ["title", "date", "authors", "summary"];

    #[test]
    fn finds_what_was_meant() {
        for (typed, meant) in [
            ("tilte", Some("title")),
            ("Date", Some("date")),
            ("authrs", Some("authors")),
            ("zebra", None),
        ] {
            assert_eq!(nearest(typed, KEYS), meant, "{typed}");
        }
    }

    #[test]
    fn lists_read_like_prose() {
        assert_eq!(one_of(["a"]), "`a`");
        assert_eq!(one_of(["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
