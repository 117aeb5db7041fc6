//! An archive of any size to build: stories over twelve years, their sections, tags and authors.
//!
//! Invariant: every byte follows from the [`Archive`], and each story from its number alone, so
//! stories are written in any order by any number of threads, and one links to another without
//! anybody holding them all. Both Masthead and Hugo read what is written here.
//!
//! Lengths of bodies are log-normal (median 550 words, σ 0.5), tags and authors follow Zipf's
//! law, links lead mostly to the recent past. Settings and themes are not written here.

#[path = "dice.rs"]
mod dice;
#[path = "prose.rs"]
mod prose;

use chrono::{DateTime, Datelike, Utc};
use dice::{Dice, Zipf};
use prose::{Desk, Language};
use std::fmt::Write;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::{fs, thread};

/// The moment for which the archive is built: the end of its twelve years.
pub const MOMENT: &str = "2026-11-01T00:00:00Z";

/// 2014-11-01T00:00:00Z and [`MOMENT`], in seconds since 1970.
const YEARS: (i64, i64) = (1_414_800_000, 1_793_491_200);

/// The sections with their share of the stories in percent.
pub const SECTIONS: &[(&str, u64)] = &[
    ("politics", 25),
    ("business", 18),
    ("world", 22),
    ("culture", 12),
    ("sport", 15),
    ("science", 8),
];

const FIRST_NAMES: &[&str] = &[
    "Ada", "Bekir", "Clara", "Dilan", "Edvard", "Farah", "Goran", "Hana", "Idris", "Jana", "Karim",
    "Lena", "Mirza", "Nadia", "Oskar", "Perwin", "Rosa", "Samir", "Tessa", "Viktor",
];
const LAST_NAMES: &[&str] = &[
    "Aldana", "Berwick", "Calder", "Dorvan", "Estrel", "Farrow", "Galen", "Harrod", "Ismet",
    "Jarvik", "Kolder", "Lomax", "Marwick", "Norden", "Orsay", "Pallas", "Rendel", "Sorrel",
    "Tarvin", "Velden",
];
const PLACES: &[&str] = &["ALDEN", "PORT VARRO", "KESTREL BAY", "MORAVA", "SAINT ORE", "TELLIN"];

/// Which archive.
#[derive(Clone, Copy)]
pub struct Archive {
    /// How many stories.
    pub stories: u64,
    /// By how much bodies are longer than usual.
    pub body_scale: u64,
    /// The seed of every draw.
    pub seed: u64,
}

/// What others need to know of a story to link to it.
struct Slip {
    section: &'static str,
    date: DateTime<Utc>,
    title: String,
    slug: String,
}

/// The archive with what is drawn from: made once, shared by all threads.
struct Press {
    archive: Archive,
    language: Language,
    tags: Zipf,
    authors: Zipf,
}

impl Archive {
    /// How many tags there are: the vocabulary grows with the archive.
    fn tags(&self) -> usize {
        (self.stories / 100).clamp(50, 2000) as usize
    }

    /// How many authors ever wrote for it.
    fn authors(&self) -> u64 {
        (self.stories / 500).clamp(10, 400)
    }

    /// Writes the content folder with `threads` threads. What is there already is left alone.
    ///
    /// # Errors
    /// Where the system refuses to write.
    pub fn write(self, content: &Path, threads: usize) -> io::Result<()> {
        let press = Press::new(self);
        press.write_sections(content)?;
        press.write_authors(content)?;
        let next = AtomicU64::new(0);
        thread::scope(|scope| {
            let work = || write_share(&press, &next, content);
            let hands: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            hands.into_iter().try_for_each(|hand| {
                hand.join().map_err(|_| io::Error::other("a writing thread panicked"))?
            })
        })
    }

    /// The path under `content/` of the newest story, which is the one on the front page.
    pub fn newest(self) -> String {
        let press = Press::new(self);
        // Dates ascend but for a noise of two days, which is less than this many stories.
        let noise = 200 + self.stories / 500;
        (self.stories.saturating_sub(noise)..self.stories)
            .map(|number| press.slip(number))
            .max_by_key(|slip| slip.date)
            .map_or_else(String::new, |slip| slip.path())
    }

    /// A story that is not in the archive yet, newer than all in it: its path and its text.
    pub fn one_more(self) -> (String, String) {
        let press = Press::new(self);
        let slip = Slip {
            section: "politics",
            date: DateTime::from_timestamp(YEARS.1 - 1, 0).unwrap_or_default(),
            title: "Added at the desk".to_owned(),
            slug: "added-at-the-desk".to_owned(),
        };
        (slip.path(), press.story(&slip, self.stories))
    }
}

/// Writes stories until all have been taken.
fn write_share(press: &Press, next: &AtomicU64, content: &Path) -> io::Result<()> {
    const SHARE: u64 = 64;
    loop {
        let first = next.fetch_add(SHARE, Ordering::Relaxed);
        if first >= press.archive.stories {
            return Ok(());
        }
        for number in first..(first + SHARE).min(press.archive.stories) {
            let slip = press.slip(number);
            put(&content.join(slip.path()), &press.story(&slip, number))?;
        }
    }
}

/// Writes a file, and makes its folder when it is the first in it.
fn put(path: &Path, text: &str) -> io::Result<()> {
    match fs::write(path, text) {
        Err(err) if err.kind() == ErrorKind::NotFound => {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, text)
        }
        done => done,
    }
}

impl Slip {
    fn path(&self) -> String {
        let (year, month) = (self.date.year(), self.date.month());
        format!("{}/{year}/{month:02}/{}.md", self.section, self.slug)
    }
}

impl Press {
    fn new(archive: Archive) -> Self {
        Self {
            archive,
            language: Language::new(),
            tags: Zipf::new(archive.tags()),
            authors: Zipf::new(archive.authors() as usize),
        }
    }

    fn write_sections(&self, content: &Path) -> io::Result<()> {
        for (section, _) in SECTIONS {
            let title = section[..1].to_uppercase() + &section[1..];
            let text = format!("+++\ntitle = \"{title}\"\nsummary = \"All of {section}.\"\n+++\n");
            put(&content.join(section).join("_index.md"), &text)?;
        }
        let about = "+++\ntitle = \"About\"\n+++\n\nA made-up archive for measuring.\n";
        put(&content.join("pages/about.md"), about)
    }

    fn write_authors(&self, content: &Path) -> io::Result<()> {
        for rank in 0..self.archive.authors() {
            let name = author(rank);
            let mut dice = Dice::new(self.archive.seed ^ 1, rank);
            let (life, words) =
                (self.language.sentence(&mut dice), self.language.sentence(&mut dice));
            let text = format!("+++\ntitle = \"{name}\"\nsummary = \"{life}\"\n+++\n\n{words}\n");
            let slug = name.to_lowercase().replace(' ', "-");
            put(&content.join(format!("authors/{slug}.md")), &text)?;
        }
        Ok(())
    }

    /// The slip of story `number`.
    fn slip(&self, number: u64) -> Slip {
        let dice = &mut Dice::new(self.archive.seed, number);
        let words = dice.between(5, 10);
        let title = self.language.phrase(dice, words);
        let short: Vec<&str> = title.split(' ').take(5).collect();
        let slug = format!("{}-{number}", short.join("-").to_lowercase());
        Slip { section: section(dice), date: self.date(dice, number), title, slug }
    }

    /// Dates ascend with the number, two days of noise apart.
    fn date(&self, dice: &mut Dice, number: u64) -> DateTime<Utc> {
        const NOISE: u64 = 2 * 86_400;
        let span = i128::from(YEARS.1 - YEARS.0);
        let even = span * i128::from(number) / i128::from(self.archive.stories);
        let at = YEARS.0 + even as i64 + dice.below(NOISE) as i64;
        DateTime::from_timestamp(at.min(YEARS.1 - 60), 0).unwrap_or_default()
    }

    /// The whole file of a story.
    fn story(&self, slip: &Slip, number: u64) -> String {
        let dice = &mut Dice::new(self.archive.seed ^ 2, number);
        let mut out = self.front_matter(slip, dice);
        let (words, scale) = (dice.log_normal(550.0, 0.5) as u64, self.archive.body_scale);
        out.push_str(&self.language.body(dice, &Links { press: self, number }, words, scale));
        out
    }

    fn front_matter(&self, slip: &Slip, dice: &mut Dice) -> String {
        let date = slip.date.format("%Y-%m-%dT%H:%M:%SZ");
        let mut out = format!("+++\ntitle = \"{}\"\ndate = {date}\n", slip.title);
        let authors = distinct(dice, &self.authors, [1, 1, 1, 1, 2], |rank| author(rank as u64));
        let tags = distinct(dice, &self.tags, [2, 3, 3, 4, 5], |rank| self.tag(rank));
        // A String takes whatever is written to it.
        let _ = writeln!(out, "authors = [{authors}]\ntags = [{tags}]");
        let _ = writeln!(out, "summary = \"{}\"", self.language.sentence(dice));
        if dice.chance(30) {
            let _ = writeln!(out, "kicker = \"{}\"", self.language.phrase(dice, 2));
        }
        if dice.chance(40) {
            let _ = writeln!(out, "dateline = \"{}\"", dice.pick(PLACES));
        }
        out.push_str("+++\n\n");
        out
    }

    /// The name of the tag of this rank; every third has two words.
    fn tag(&self, rank: usize) -> String {
        let topic = self.language.topic(rank);
        if rank % 3 == 2 { format!("{topic} affair") } else { topic.to_owned() }
    }
}

/// Where story `number` may link to: stories before it, or the web.
struct Links<'a> {
    press: &'a Press,
    number: u64,
}

impl Desk for Links<'_> {
    fn link(&self, dice: &mut Dice) -> String {
        if self.number == 0 || dice.chance(30) {
            return format!(
                "https://example.org/{}",
                self.press.language.topic(dice.below(900) as usize)
            );
        }
        // Squaring draws the recent past more often than the distant one.
        let back = dice.below(1000).pow(2) * self.number / 1_000_000;
        format!("@/{}", self.press.slip(self.number - 1 - back.min(self.number - 1)).path())
    }
}

fn section(dice: &mut Dice) -> &'static str {
    let mut left = dice.below(100);
    for (section, share) in SECTIONS {
        if left < *share {
            return section;
        }
        left -= share;
    }
    SECTIONS[0].0
}

/// The author of this rank: 20 first and 20 last names make 400.
fn author(rank: u64) -> String {
    let (first, row) = (rank as usize % 20, rank as usize / 20);
    format!("{} {}", FIRST_NAMES[first], LAST_NAMES[(first + row) % 20])
}

/// Several different names by Zipf's law, quoted and joined; how many is one of `counts`.
fn distinct(
    dice: &mut Dice,
    ranks: &Zipf,
    counts: [usize; 5],
    name: impl Fn(usize) -> String,
) -> String {
    let count = counts[dice.below(5) as usize];
    let mut drawn: Vec<usize> = Vec::with_capacity(count);
    while drawn.len() < count {
        let rank = ranks.draw(dice);
        if !drawn.contains(&rank) {
            drawn.push(rank);
        }
    }
    let quoted: Vec<String> = drawn.into_iter().map(|rank| format!("\"{}\"", name(rank))).collect();
    quoted.join(", ")
}
