//! Archetypes: the beginning of a story, with its placeholders filled in.
//!
//! Invariant: a value takes the shape that its place wants. In front matter it is a value of
//! TOML or YAML, whatever quotes a headline holds; in the body it is plain text. Whatever is
//! not a placeholder stays as it is, and what was filled in is not looked at again.

/// What the placeholders stand for.
#[derive(Clone, Debug)]
pub struct Values {
    /// `{{ title }}`: the headline.
    pub title: String,
    /// `{{ date }}`: the moment of publication, as RFC 3339.
    pub date: String,
    /// `{{ slug }}`: the name of the file.
    pub slug: String,
    /// `{{ section }}`: the section's path, without the folder of its language.
    pub section: String,
}

/// The built-in beginning of a story.
pub const STORY: &str = include_str!("starter/archetypes/default.md");
/// The built-in beginning of a plain page.
pub const PAGE: &str = "+++\ntitle = {{ title }}\ndraft = true\nsummary = \"\"\n+++\n\n";
/// The built-in beginning of an author's profile.
pub const AUTHOR: &str = "+++\ntitle = {{ title }}\nsummary = \"\"\n+++\n\n";

impl Values {
    fn of(&self, name: &str) -> Option<&str> {
        match name {
            "title" => Some(&self.title),
            "date" => Some(&self.date),
            "slug" => Some(&self.slug),
            "section" => Some(&self.section),
            _ => None,
        }
    }
}

/// Fills in an archetype.
#[must_use]
pub fn fill(archetype: &str, values: &Values) -> String {
    let mut out = String::with_capacity(archetype.len() + 200);
    let mut fence = None;
    for line in archetype.split_inclusive('\n') {
        let here = line.trim_end();
        let inside = match fence {
            None if here.is_empty() => false,
            // The first line opens the front matter, and the same line closes it.
            None => {
                fence = Some(here);
                false
            }
            Some("") => false,
            Some(opening) if here == opening => {
                fence = Some("");
                false
            }
            Some(opening) => matches!(opening, "+++" | "---"),
        };
        fill_line(line, values, inside, &mut out);
    }
    out
}

fn fill_line(line: &str, values: &Values, in_front_matter: bool, out: &mut String) {
    let mut rest = line;
    while let Some((before, name, after)) = next(rest) {
        let Some(value) = values.of(name) else {
            let end = rest.len() - after.len();
            out.push_str(&rest[..end]);
            rest = after;
            continue;
        };
        out.push_str(before);
        rest = after;
        if in_front_matter {
            rest = put(out, name, value, after);
        } else {
            out.push_str(value);
        }
    }
    out.push_str(rest);
}

/// The text before the next placeholder, its name, and the text after it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("{{")?;
    let (name, after) = rest.split_once("}}")?;
    Some((before, name.trim(), after))
}

/// Writes a value into front matter, and gives the text that is left. Quotes around the
/// placeholder make way for those of the value; within a longer text it is escaped.
fn put<'a>(out: &mut String, name: &str, value: &str, after: &'a str) -> &'a str {
    // JSON's quotes and escapes are valid in TOML's basic strings and in YAML's double quotes.
    let quoted = serde_json::Value::from(value).to_string();
    let written = out.rsplit('\n').next().unwrap_or_default();
    let within = is_open(written);
    for quote in ['"', '\''] {
        let first = written.find(quote);
        let alone = written.ends_with(quote) && first == Some(written.len() - 1);
        if let (true, Some(after)) = (alone, after.strip_prefix(quote)) {
            out.pop();
            out.push_str(&quoted);
            return after;
        }
    }
    if within {
        out.push_str(&quoted[1..quoted.len() - 1]);
    } else if name == "date" {
        // Bare, it is a date in both syntaxes.
        out.push_str(value);
    } else {
        out.push_str(&quoted);
    }
    after
}

/// Whether a line so far ends within a text in double quotes.
fn is_open(line: &str) -> bool {
    let (mut open, mut escaped) = (false, false);
    for c in line.chars() {
        open ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::front;

    const HEADLINES: &[&str] = &[
        "Water returns to Kanispi",
        "“We won”: a night in the valley",
        "She said \"no\": the vote, explained",
        "It’s Tara's turn: {{ date }} {% raw %}",
        "a\\b \\u0041 # no comment",
        "ئاو گەڕایەوە بۆ کانیسپی: \"سوپاس\"",
        "- [x] @everyone & *all*",
        "2026",
        "true",
        "+++",
    ];

    fn values(title: &str) -> Values {
        Values {
            title: title.into(),
            date: "2026-11-22T08:30:00+03:00".into(),
            slug: "the-slug".into(),
            section: "sport/football".into(),
        }
    }

    /// Fills `archetype` and reads it back: without a finding, headline and date as given.
    fn check(archetype: &str, title: &str) {
        let text = fill(archetype, &values(title));
        let (front, findings) = front::read("a.md", &text, chrono_tz::Tz::UTC, true);
        assert_eq!(findings, [], "{text}");
        let front = front.expect("no finding, so a front");
        assert_eq!(front.title, title, "{text}");
        assert_eq!(front.date.map(|d| d.0), Some(1_795_325_400), "{text}");
    }

    #[test]
    fn every_headline_survives_every_way_of_writing_a_placeholder() {
        for title in HEADLINES {
            for archetype in [
                STORY,
                "+++\ntitle = {{ title }}\ndate = {{ date }}\n+++\n",
                "+++\ntitle = \"{{ title }}\"\ndate = \"{{ date }}\"\n+++\n",
                "+++\ntitle = '{{title}}'\ndate = '{{date}}'\n+++\n",
                "---\ntitle: {{ title }}\ndate: {{ date }}\n---\n",
                "---\ntitle: \"{{ title }}\"\ndate: \"{{ date }}\"\n---\n",
                "\n---\ntitle: '{{ title }}'\ndate: '{{ date }}' # as given\n---\n",
            ] {
                check(archetype, title);
            }
        }
    }

    #[test]
    fn a_placeholder_takes_the_shape_of_its_place() {
        for (archetype, filled) in [
            ("+++\nslug = {{ slug }}\n+++\n", "+++\nslug = \"the-slug\"\n+++\n"),
            ("+++\nx = \"On {{ title }}!\"\n+++\n", "+++\nx = \"On a \\\"b\\\"!\"\n+++\n"),
            ("+++\nx = [{{ section }}]\n+++\n", "+++\nx = [\"sport/football\"]\n+++\n"),
            (
                "+++\nx = [\"{{ title }}\", {{ slug }}, \"in {{ section }}\"]\n+++\n",
                "+++\nx = [\"a \\\"b\\\"\", \"the-slug\", \"in sport/football\"]\n+++\n",
            ),
            ("+++\n+++\n# {{ title }}\n", "+++\n+++\n# a \"b\"\n"),
            ("{{ title }}\n", "a \"b\"\n"),
            ("+++\n+++\n{{ other }} {{ }} {{ slug\n", "+++\n+++\n{{ other }} {{ }} {{ slug\n"),
            ("+++\n+++\n{{ other }} {{ slug }}\n", "+++\n+++\n{{ other }} the-slug\n"),
        ] {
            assert_eq!(fill(archetype, &values("a \"b\"")), filled, "{archetype}");
        }
    }

    #[test]
    fn pages_and_profiles_are_read_without_a_finding() {
        for archetype in [PAGE, AUTHOR] {
            let text = fill(archetype, &values("Tara \"T\" Gulzard"));
            let (front, findings) = front::read("a.md", &text, chrono_tz::Tz::UTC, false);
            assert_eq!(
                (front.map(|f| f.title).as_deref(), findings),
                (Some("Tara \"T\" Gulzard"), vec![])
            );
        }
    }
}
