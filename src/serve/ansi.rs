//! Text with the colours of a terminal, as HTML.
//!
//! Invariant: every character of the text is escaped, and what is not a colour is dropped; so
//! whatever stands in a story, what comes out is words in `<span>`s.

use maud::{Markup, html};

/// How text looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Look {
    bold: bool,
    colour: Option<u8>,
}

impl Look {
    /// Takes one number of an SGR sequence (ECMA-48, 8.3.117).
    fn take(&mut self, number: u8) {
        match number {
            0 => *self = Self::default(),
            1 => self.bold = true,
            22 => self.bold = false,
            30..=37 | 90..=97 => self.colour = Some(number % 10),
            39 => self.colour = None,
            _ => {}
        }
    }

    fn class(self) -> Option<String> {
        let colour = self.colour.map(|colour| format!("ink-{colour}"));
        let words: Vec<String> =
            self.bold.then(|| "bold".to_owned()).into_iter().chain(colour).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }
}

/// The text with its colours as classes: `bold`, and `ink-0` to `ink-7` for black, red, green,
/// yellow, blue, magenta, cyan and white.
#[must_use]
pub fn coloured(text: &str) -> Markup {
    let mut look = Look::default();
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default();
    html! {
        (first)
        @for part in parts {
            @let words = after_sequence(part, &mut look);
            @if words.is_empty() {}
            @else if let Some(class) = look.class() { span class=(class) { (words) } }
            @else { (words) }
        }
    }
}

/// What follows a sequence, whose numbers change the look.
fn after_sequence<'a>(part: &'a str, look: &mut Look) -> &'a str {
    let Some(rest) = part.strip_prefix('[') else { return part };
    let Some(end) = rest.find(|c: char| ('@'..='~').contains(&c)) else { return "" };
    let (numbers, rest) = rest.split_at(end);
    if rest.starts_with('m') {
        numbers.split(';').for_each(|number| look.take(number.parse().unwrap_or(0)));
    }
    &rest[1..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_become_classes_and_text_stays_text() {
        for (text, html) in [
            ("plain <b> & \"q\"", "plain &lt;b&gt; &amp; &quot;q&quot;"),
            (
                "\u{1b}[1m\u{1b}[91merror\u{1b}[0m: it",
                r#"<span class="bold ink-1">error</span>: it"#,
            ),
            ("\u{1b}[38;5;9mx\u{1b}[m<y>", "x&lt;y&gt;"),
            ("\u{1b}[2Jx\u{1b}", "x"),
            ("\u{1b}]8;;javascript:1\u{7}x", "]8;;javascript:1\u{7}x"),
            ("\u{1b}[94m<script>\u{1b}[0m", r#"<span class="ink-4">&lt;script&gt;</span>"#),
        ] {
            assert_eq!(coloured(text).into_string(), html, "{text:?}");
        }
    }
}
