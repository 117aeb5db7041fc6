//! Text that has the shape of news: words by Zipf's law, sentences, and Markdown blocks.
//!
//! Invariant: words are lower-case ASCII letters, so no text is Markdown or TOML by accident.
//! Which stories there are to link to is the corpus's business; it hands in the links.

use super::dice::{Dice, Zipf};
use std::collections::BTreeSet;

/// The most frequent words, which make the text read like sentences.
const COMMON: &[&str] = &[
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "that",
    "for",
    "was",
    "on",
    "with",
    "said",
    "by",
    "at",
    "from",
    "has",
    "it",
    "were",
    "be",
    "this",
    "will",
    "after",
    "not",
    "but",
    "have",
    "its",
    "who",
    "an",
    "would",
    "had",
    "are",
    "more",
    "year",
    "new",
    "been",
    "over",
    "about",
    "their",
    "two",
    "which",
    "first",
    "last",
    "people",
    "week",
    "than",
    "into",
    "could",
    "city",
    "under",
    "council",
    "before",
    "between",
    "no",
    "one",
    "government",
    "where",
    "court",
    "against",
    "report",
    "only",
];

const ONSETS: &[&str] = &[
    "b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pr",
    "r", "s", "sh", "st", "t", "tr", "v", "w",
];
const VOWELS: &[&str] = &["a", "e", "i", "o", "u", "ai", "ea", "ou"];
const CODAS: &[&str] = &["", "", "l", "m", "n", "nd", "r", "rs", "st", "t"];

/// How many words the language has.
const WORDS: usize = 4000;

/// A made-up language.
pub struct Language {
    words: Vec<String>,
    frequency: Zipf,
}

/// Where a story may link to.
pub trait Desk {
    /// The target of a link, as a story writes it.
    fn link(&self, dice: &mut Dice) -> String;
}

impl Language {
    /// The language, always the same one.
    pub fn new() -> Self {
        let mut words: Vec<String> = COMMON.iter().map(|word| (*word).to_owned()).collect();
        let mut known: BTreeSet<String> = words.iter().cloned().collect();
        let mut dice = Dice::new(0, 0);
        while words.len() < WORDS {
            let word = coin(&mut dice);
            if known.insert(word.clone()) {
                words.push(word);
            }
        }
        // As in every language, the words that are used most are the shortest.
        words[COMMON.len()..].sort_by_key(String::len);
        Self { words, frequency: Zipf::new(WORDS) }
    }

    /// The word that names tag `rank`: none of the common ones, and every rank another.
    pub fn topic(&self, rank: usize) -> &str {
        &self.words[COMMON.len() + rank]
    }

    fn word(&self, dice: &mut Dice) -> &str {
        &self.words[self.frequency.draw(dice)]
    }

    /// `count` words, the first with a capital: a headline or a subhead.
    pub fn phrase(&self, dice: &mut Dice, count: u64) -> String {
        let mut out = String::new();
        for at in 0..count {
            self.say(dice, &mut out, at == 0);
        }
        out
    }

    /// One sentence without markup.
    pub fn sentence(&self, dice: &mut Dice) -> String {
        let count = dice.between(8, 22);
        let mut out = self.phrase(dice, count);
        out.push('.');
        out
    }

    /// A story's body in Markdown: about `target` words with all that stories hold, and then
    /// plain paragraphs until it is `scale` times as long. So a longer body has no more links
    /// and subheads, which are metadata, and what it costs is what text costs.
    pub fn body(&self, dice: &mut Dice, desk: &dyn Desk, target: u64, scale: u64) -> String {
        let mut out = self.shaped(dice, desk, target);
        let mut words = target;
        while words < target * scale {
            out.push('\n');
            for _ in 0..4 {
                let sentence = self.sentence(dice);
                words += sentence.split(' ').count() as u64;
                out.push_str(&sentence);
                out.push('\n');
            }
        }
        out
    }

    fn shaped(&self, dice: &mut Dice, desk: &dyn Desk, target: u64) -> String {
        let mut out = String::with_capacity(target as usize * 7);
        let mut words = self.paragraph(dice, desk, &mut out);
        while words < target {
            out.push('\n');
            words += match dice.below(100) {
                0..8 => self.subhead(dice, &mut out),
                8..13 => self.list(dice, desk, &mut out),
                13..20 => self.quote(dice, &mut out),
                _ => self.paragraph(dice, desk, &mut out),
            };
        }
        out
    }

    fn subhead(&self, dice: &mut Dice, out: &mut String) -> u64 {
        let count = dice.between(2, 6);
        out.push_str("## ");
        out.push_str(&self.phrase(dice, count));
        out.push('\n');
        count
    }

    fn list(&self, dice: &mut Dice, desk: &dyn Desk, out: &mut String) -> u64 {
        let mut words = 0;
        for _ in 0..dice.between(3, 6) {
            out.push_str("- ");
            words += self.run(dice, desk, out);
            out.push('\n');
        }
        words
    }

    fn quote(&self, dice: &mut Dice, out: &mut String) -> u64 {
        let count = dice.between(10, 30);
        out.push_str("> ");
        out.push_str(&self.phrase(dice, count));
        out.push_str(".\n");
        count
    }

    fn paragraph(&self, dice: &mut Dice, desk: &dyn Desk, out: &mut String) -> u64 {
        let mut words = 0;
        for at in 0..dice.between(2, 5) {
            out.push_str(if at == 0 { "" } else { " " });
            words += self.run(dice, desk, out);
        }
        out.push('\n');
        words
    }

    /// One sentence with markup: a link in one of ten, emphasis now and then, a comma.
    fn run(&self, dice: &mut Dice, desk: &dyn Desk, out: &mut String) -> u64 {
        let count = dice.between(8, 22);
        let link_at = if dice.chance(10) { dice.between(2, count - 3) } else { count };
        let mut at = 0;
        while at < count {
            at += if at == link_at {
                let target = desk.link(dice);
                self.marked(dice, out, ("[", &format!("]({target})")))
            } else if at > 0 && dice.below(100) < 2 {
                let mark = if dice.chance(70) { "*" } else { "**" };
                self.marked(dice, out, (mark, mark))
            } else {
                self.say(dice, out, at == 0);
                1
            };
            if at < count && dice.below(100) < 6 {
                out.push(',');
            }
        }
        out.push('.');
        count
    }

    /// Two words between marks.
    fn marked(&self, dice: &mut Dice, out: &mut String, (open, close): (&str, &str)) -> u64 {
        out.push(' ');
        out.push_str(open);
        out.push_str(self.word(dice));
        out.push(' ');
        out.push_str(self.word(dice));
        out.push_str(close);
        2
    }

    /// One more word: the first with a capital, the others after a space.
    fn say(&self, dice: &mut Dice, out: &mut String, first: bool) {
        let word = self.word(dice);
        if first {
            out.push(word.as_bytes()[0].to_ascii_uppercase() as char);
            out.push_str(&word[1..]);
        } else {
            out.push(' ');
            out.push_str(word);
        }
    }
}

/// A new word of one to three syllables.
fn coin(dice: &mut Dice) -> String {
    let syllables = dice.between(1, 3);
    let mut word = String::new();
    for _ in 0..syllables {
        word.push_str(dice.pick(ONSETS));
        word.push_str(dice.pick(VOWELS));
    }
    word.push_str(dice.pick(CODAS));
    word
}
