//! A random small outlet, as data: settings, stories, people, sections, pictures, templates.
//!
//! Invariant: everything follows from the seed. A world knows nothing of the disk; it says
//! which files there are and what stands in them.

use crate::{
    support::{NOON, files, moment},
    theme,
    trees::Tree,
};
use masthead::base::Moment;
use std::{collections::BTreeMap, fmt::Write};

/// Random numbers from a seed (SplitMix64).
#[derive(Clone)]
pub struct Rng(u64);

impl Rng {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ 0x1234_5678_9ABC_DEF0)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).expect("it is below a usize")
    }

    /// Whether something that happens so often in a hundred times happens.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// A moment within some days before or after noon.
    pub fn moment(&mut self, before: usize, after: usize) -> String {
        let hours = self.below((before + after) * 24);
        shown(moment(NOON).0 - before as i64 * 86_400 + hours as i64 * 3600)
    }
}

fn shown(seconds: i64) -> String {
    Moment(seconds).rfc3339(chrono_tz::Tz::UTC)
}

pub const SECTIONS: [&str; 5] = ["politics", "politics/local", "sport", "culture", "world"];
pub const TAGS: [&str; 5] = ["water", "Water ", "budget", "çay û nan", "snow"];
pub const AUTHORS: [&str; 4] = ["ann-ash", "Ann Ash", "Bo Birk", "Çiya Baran"];
pub const SERIES: [&str; 2] = ["River Year", "The Count"];
pub const WORDS: [&str; 8] = ["river", "vote", "bread", "snow", "wage", "road", "song", "نان"];

/// A story, page, section or profile.
#[derive(Clone, Default)]
pub struct Story {
    pub title: String,
    /// The lines of the front matter but `title`, by key.
    pub front: BTreeMap<&'static str, String>,
    pub body: String,
    pub yaml: bool,
}

impl Story {
    fn text(&self) -> String {
        let (fence, equals) = if self.yaml { ("---", ": ") } else { ("+++", " = ") };
        let mut out = format!("{fence}\ntitle{equals}\"{}\"\n", self.title);
        for (key, value) in &self.front {
            let _ = writeln!(out, "{key}{equals}{value}");
        }
        format!("{out}{fence}\n{}\n", self.body)
    }

    /// Sets a key to a text.
    pub fn set(&mut self, key: &'static str, text: &str) {
        self.front.insert(key, format!("\"{text}\""));
    }

    /// Sets a key to a list of texts.
    pub fn set_all(&mut self, key: &'static str, texts: &[&str]) {
        let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
        self.front.insert(key, format!("[{}]", quoted.join(", ")));
    }
}

/// An outlet.
#[derive(Clone)]
pub struct World {
    /// Lines of site.toml by key; values as TOML.
    pub settings: BTreeMap<&'static str, String>,
    /// The languages besides the default.
    pub languages: Vec<&'static str>,
    /// `[feeds]`, by key.
    pub feeds: BTreeMap<&'static str, String>,
    /// Markdown files by path below `content/`.
    pub stories: BTreeMap<String, Story>,
    /// Every other file by path.
    pub files: Tree,
    /// How many things were made so far, for names of their own.
    pub made: usize,
}

impl World {
    /// The outlet of a seed, with the theme and the way of delivering fragments.
    pub fn new(rng: &mut Rng, theme: &str, fragments: &str) -> Self {
        let mut world = Self::empty(theme, fragments);
        world.add_people(rng);
        for section in ["politics", "sport"] {
            let section = describe(rng, section);
            world.stories.insert(section.0, section.1);
        }
        world.add_pages();
        for _ in 0..9 + rng.below(6) {
            world.add_story(rng);
        }
        world
    }

    fn empty(theme: &str, fragments: &str) -> Self {
        let settings = [
            ("title", "Proof Post"),
            ("base_url", "https://proof.example"),
            ("theme", theme),
            ("fragments", fragments),
            ("timezone", "Asia/Baghdad"),
        ];
        let mut settings: BTreeMap<_, _> =
            settings.iter().map(|(key, text)| (*key, format!("\"{text}\""))).collect();
        settings.insert("page_size", "2".to_owned());
        let plain = files(theme::PLAIN).into_iter().map(|(path, text)| (path, text.into_bytes()));
        Self {
            settings,
            languages: vec!["ckb"],
            feeds: BTreeMap::from([("tags", "true".to_owned()), ("authors", "true".to_owned())]),
            stories: BTreeMap::new(),
            files: plain.chain([("static/logo.png".to_owned(), picture(8, 8, 0))]).collect(),
            made: 0,
        }
    }

    fn add_people(&mut self, rng: &mut Rng) {
        let mut ann = Story { title: "Ann Ash".to_owned(), ..Story::default() };
        ann.set("summary", "Writes of water.");
        ann.set("image", "ann.png");
        ann.body = format!("Ann knows the {}. See [it](@/{}).", rng.pick(&WORDS), self.any(rng));
        self.stories.insert("authors/ann-ash.md".to_owned(), ann);
        self.files.insert("content/authors/ann.png".to_owned(), picture(4, 6, 1));
    }

    fn add_pages(&mut self) {
        for (path, title) in [("pages/about.md", "About"), ("ckb/pages/about.md", "دەربارە")]
        {
            let body = "We are [here](/contact/) and [there](/politics/).".to_owned();
            let page = Story { title: title.to_owned(), body, ..Story::default() };
            self.stories.insert(path.to_owned(), page);
        }
    }

    /// Adds a story with whatever chance gives it.
    pub fn add_story(&mut self, rng: &mut Rng) {
        self.made += 1;
        let (folder, number) = (self.folder(rng), self.made);
        let bundle = rng.chance(25);
        let path = match bundle {
            true => format!("{folder}/s{number}/index.md"),
            false => format!("{folder}/s{number}.md"),
        };
        if bundle {
            let file = format!("content/{folder}/s{number}/shot.png");
            self.files.insert(file, picture(16, 9, number));
        }
        let mut story = self.plain_story(rng, number);
        self.decorate(rng, &mut story, bundle);
        self.stories.insert(path, story);
    }

    fn folder(&self, rng: &mut Rng) -> String {
        let lang = if rng.chance(30) { rng.pick(&["ckb/", "tr/"]) } else { "" };
        let day = if rng.chance(40) { "/2026/11" } else { "" };
        format!("{lang}{}{day}", rng.pick(&SECTIONS))
    }

    fn plain_story(&self, rng: &mut Rng, number: usize) -> Story {
        let mut story =
            Story { title: headline(rng, number), yaml: rng.chance(30), ..Story::default() };
        let date = rng.moment(20, 1);
        story.set("date", &date);
        let tags = [rng.pick(&TAGS), rng.pick(&TAGS)];
        story.set_all("tags", &tags);
        story.set_all("authors", &[rng.pick(&AUTHORS)]);
        story.body = self.body(rng);
        story
    }

    fn decorate(&self, rng: &mut Rng, story: &mut Story, bundle: bool) {
        if bundle {
            story.set("image", "shot.png");
            story.body.push_str("\n\n![a shot](shot.png)\n");
        } else if rng.chance(20) {
            story
                .set("image", rng.pick(&["/logo.png", "missing.png", "https://cdn.example/x.png"]));
        }
        let texts = [("summary", 50), ("kicker", 30), ("dateline", 20)];
        for (key, percent) in texts {
            if rng.chance(percent) {
                let text = headline(rng, 0);
                story.set(key, &text);
            }
        }
        if rng.chance(25) {
            story.set("series", rng.pick(&SERIES));
        }
        if rng.chance(15) {
            story.set("translation_of", &self.any(rng));
        }
        if rng.chance(15) {
            story.set_all("aliases", &[&format!("/old/{}/", self.made)]);
        }
        if rng.chance(20) {
            story.set("embargo", &rng.moment(3, 3));
        }
        if rng.chance(15) {
            story.set("expires", &rng.moment(3, 3));
        }
        if rng.chance(12) {
            story.front.insert("draft", "true".to_owned());
        }
    }

    /// The path of some Markdown file that is or once was or may be.
    pub fn any(&self, rng: &mut Rng) -> String {
        let paths: Vec<String> = self.stories.keys().cloned().collect();
        match paths.is_empty() || rng.chance(10) {
            true => "sport/s1.md".to_owned(),
            false => rng.pick(&paths),
        }
    }

    /// A body with links of all kinds, pictures, notes and tables.
    pub fn body(&self, rng: &mut Rng) -> String {
        let mut out = format!("The {} and the {}.", rng.pick(&WORDS), rng.pick(&WORDS));
        for _ in 0..rng.below(4) {
            let to = self.any(rng);
            let stem = to.trim_end_matches("/index.md").trim_end_matches(".md");
            let part = match rng.below(10) {
                0 | 1 => format!("See [this](@/{to})."),
                2 => format!("At [home](/{stem}/), [as a reference][r].\n\n[r]: /{stem}/#top"),
                3 => format!("<a href=\"https://proof.example/{stem}/\">raw</a>"),
                4 => format!(
                    "## A {}\n\nA [tag](/tags/snow/), [a list](/sport/page/1/).",
                    rng.pick(&WORDS)
                ),
                5 => "![the logo](/logo.png) and ![none](nowhere.png)".to_owned(),
                6 => "Noted.[^1]\n\n[^1]: So it is.".to_owned(),
                7 => "| a | b |\n|---|---|\n| 1 | 2 |".to_owned(),
                8 => format!("[near](../{}/) and [off](https://other.example/)", rng.pick(&WORDS)),
                _ => format!("Plain {}, {{{{ not a template }}}}.", rng.pick(&WORDS)),
            };
            let _ = write!(out, "\n\n{part}");
        }
        out
    }

    /// Every source file with what stands in it.
    pub fn sources(&self) -> Tree {
        let mut out = self.files.clone();
        out.insert("site.toml".to_owned(), self.site_toml().into_bytes());
        for (path, story) in &self.stories {
            out.insert(format!("content/{path}"), story.text().into_bytes());
        }
        out
    }

    fn site_toml(&self) -> String {
        let mut out = String::new();
        for (key, value) in &self.settings {
            let _ = writeln!(out, "{key} = {value}");
        }
        let _ = writeln!(out, "[feeds]");
        for (key, value) in &self.feeds {
            let _ = writeln!(out, "{key} = {value}");
        }
        for code in &self.languages {
            let _ = writeln!(out, "[languages.{code}]\ntitle = \"Post {code}\"");
        }
        out
    }
}

/// A headline that no other story has, if it has a number.
pub fn headline(rng: &mut Rng, number: usize) -> String {
    let words = format!("{} {}", rng.pick(&WORDS), rng.pick(&WORDS));
    if number == 0 { words } else { format!("{words} {number}") }
}

/// The `_index.md` of a section.
pub fn describe(rng: &mut Rng, section: &str) -> (String, Story) {
    let mut story = Story { title: headline(rng, 0), ..Story::default() };
    story.set("summary", rng.pick(&WORDS));
    story.body = "What this section holds.".to_owned();
    (format!("{section}/_index.md"), story)
}

/// The bytes of a picture of a size; `salt` makes another picture of it.
pub fn picture(width: u32, height: u32, salt: usize) -> Vec<u8> {
    let mut out = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    out.extend(width.to_be_bytes());
    out.extend(height.to_be_bytes());
    out.extend([8, 2, 0, 0, 0]);
    out.extend(format!("{salt:08}").bytes());
    out
}
