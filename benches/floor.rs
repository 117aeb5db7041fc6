//! The floor: what the work costs at the least, with the same crates and no engine.
//!
//! Invariant: the four parts do what no static site generator can leave out, and nothing else,
//! each alone and with the same number of threads: walk and stat the sources; read them, parse
//! front matter, convert Markdown; render as many pages with Tera; create as many files of the
//! same length in the same folders. Their sum is no generator: nothing is linked, sorted,
//! remembered or checked.

use crate::corpus::SECTIONS;
use crate::measure::{Listing, Outcome, at, median, put_away, settle, share};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{fs, io};
use tera::{Context, Kwargs, State, Tera, Value};

/// Seconds for each part.
#[derive(Clone)]
pub struct Floor {
    /// Walking the content folder, with length and time of each file.
    pub walk: f64,
    /// Reading, front matter, Markdown.
    pub convert: f64,
    /// Tera, in memory.
    pub render: f64,
    /// Making folders and files.
    pub create: f64,
    /// How many files that were.
    pub files: usize,
}

impl Floor {
    /// The four parts together.
    pub fn sum(&self) -> f64 {
        self.walk + self.convert + self.render + self.create
    }

    /// Of several, the median of each part; `None` of none.
    pub fn median(floors: &[Self]) -> Option<Self> {
        let part = |of: fn(&Self) -> f64| median(floors.iter().map(of).collect());
        let files = floors.first()?.files;
        let (walk, convert) = (part(|floor| floor.walk), part(|floor| floor.convert));
        let (render, create) = (part(|floor| floor.render), part(|floor| floor.create));
        Some(Self { walk, convert, render, create, files })
    }
}

/// Where and with how much the floor is measured.
pub struct Ground {
    /// The content folder.
    pub content: PathBuf,
    /// The folder of the theme's templates.
    pub templates: PathBuf,
    /// A folder to make files in. It is put away in the end, and not removed: that would slow down
    /// whoever makes files next.
    pub yard: PathBuf,
    /// How many threads.
    pub threads: usize,
}

impl Ground {
    /// Measures each part for what a build has published.
    ///
    /// # Errors
    /// What the system or a template says.
    pub fn measure(&self, published: &Listing) -> Outcome<Floor> {
        let sources = walk(&self.content)?;
        let samples = samples(&sources)?;
        let tera = theme(&self.templates)?;
        let pages = published.files().filter(|(path, _)| path.ends_with("index.html")).count();
        Ok(Floor {
            walk: timed(|| walk(&self.content).map(drop))?,
            convert: timed(|| convert(&sources, self.threads))?,
            render: timed(|| self.render(&tera, &samples, sources.len(), pages))?,
            create: self.create(published)?,
            files: published.len(),
        })
    }

    /// Renders so many pages, `stories` of them articles and the rest lists; samples take turns.
    fn render(&self, tera: &Tera, samples: &[Sample], stories: usize, pages: usize) -> Outcome<()> {
        let pages: Vec<usize> = (0..pages).collect();
        let frame = frame()?;
        share(self.threads, &pages, |part| {
            for page in part {
                let from = page % samples.len();
                let html = if *page < stories {
                    tera.render("story.html", &samples[from].story(&frame)?)
                } else {
                    tera.render("list.html", &list(samples, from, &frame)?)
                };
                std::hint::black_box(html?);
            }
            Ok(())
        })?;
        Ok(())
    }

    /// Makes every published file anew, with other bytes.
    fn create(&self, published: &Listing) -> Outcome<f64> {
        let files: Vec<(PathBuf, u64)> =
            published.files().map(|(path, length)| (self.yard.join(path), length)).collect();
        let longest = files.iter().map(|(_, length)| *length).max().unwrap_or_default();
        let bytes = vec![b'x'; longest as usize];
        // A run that was broken off may have left some there.
        put_away(&self.yard)?;
        fs::create_dir_all(&self.yard)?;
        settle()?;
        let took = timed(|| fill(&files, &bytes, self.threads))?;
        put_away(&self.yard)?;
        Ok(took)
    }
}

/// How long work takes, in seconds.
fn timed(work: impl FnOnce() -> Outcome<()>) -> Outcome<f64> {
    let begin = Instant::now();
    work()?;
    Ok(begin.elapsed().as_secs_f64())
}

/// Every Markdown file, asked for its length and time as discovery does.
fn walk(content: &Path) -> Outcome<Vec<PathBuf>> {
    let mut sources = Vec::new();
    for entry in walkdir::WalkDir::new(content) {
        let entry = entry?;
        if entry.file_type().is_file() {
            let about = entry.metadata()?;
            std::hint::black_box((about.len(), about.modified()?));
            sources.push(entry.into_path());
        }
    }
    Ok(sources)
}

/// The front matter that the archive's files have.
#[derive(Deserialize)]
struct Front {
    title: String,
    date: Option<toml::value::Datetime>,
    #[serde(default)]
    authors: Vec<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    kicker: String,
    #[serde(default)]
    dateline: String,
}

/// Reads a file: its front matter, and its body as HTML.
fn read(path: &Path) -> Outcome<(Front, String)> {
    let text = at(path, fs::read_to_string(path))?;
    let fenced = text.strip_prefix("+++\n").and_then(|rest| rest.split_once("+++\n"));
    let (front, body) = fenced.ok_or_else(|| format!("{}: no front matter", path.display()))?;
    let mut html = String::with_capacity(body.len() * 5 / 4);
    pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new(body));
    Ok((toml::from_str(front)?, html))
}

fn convert(sources: &[PathBuf], threads: usize) -> Outcome<()> {
    share(threads, sources, |part| {
        for path in part {
            std::hint::black_box(read(path)?);
        }
        Ok(())
    })?;
    Ok(())
}

/// Creates the files; a folder is made by whoever first needs it.
fn fill(files: &[(PathBuf, u64)], bytes: &[u8], threads: usize) -> Outcome<()> {
    share(threads, files, |part| {
        for (path, length) in part {
            let bytes = &bytes[..*length as usize];
            match fs::write(path, bytes) {
                Err(err) if err.kind() == io::ErrorKind::NotFound => {
                    path.parent().map_or(Ok(()), fs::create_dir_all)?;
                    at(path, fs::write(path, bytes))?;
                }
                done => at(path, done)?,
            }
        }
        Ok(())
    })?;
    Ok(())
}

/// A name with a page of its own.
#[derive(Clone, Serialize)]
struct Named {
    name: String,
    url: String,
}

impl Named {
    fn all(kind: &str, names: &[String]) -> Vec<Self> {
        let url = |name: &str| format!("/{kind}/{}/", name.to_lowercase().replace(' ', "-"));
        names.iter().map(|name| Self { name: name.clone(), url: url(name) }).collect()
    }
}

/// What the templates ask of a story or a card.
#[derive(Serialize)]
struct Story {
    title: String,
    url: String,
    kicker: String,
    summary: String,
    dateline: String,
    date: String,
    byline: Vec<Named>,
    tags: Vec<Named>,
    section: serde_json::Value,
}

/// A story in memory, ready to be rendered.
struct Sample {
    story: Story,
    body: String,
    card: Value,
}

/// Stories taken evenly from the archive. Two thousand are enough to be no longer in the
/// processor's cache when their turn comes again.
fn samples(sources: &[PathBuf]) -> Outcome<Vec<Sample>> {
    let stories: Vec<&PathBuf> =
        sources.iter().filter(|path| path.ancestors().nth(2).is_some_and(is_year)).collect();
    let step = (stories.len() / 2000).max(1);
    stories.into_iter().step_by(step).map(|path| Sample::read(path)).collect()
}

fn is_year(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.as_encoded_bytes().iter().all(u8::is_ascii_digit))
}

impl Sample {
    fn read(path: &Path) -> Outcome<Self> {
        let (front, body) = read(path)?;
        let slug = path.file_stem().unwrap_or_default().to_string_lossy();
        let story = Story {
            url: format!("/politics/2020/03/{slug}/"),
            byline: Named::all("authors", &front.authors),
            tags: Named::all("tags", &front.tags),
            date: front.date.map(|date| date.to_string()).unwrap_or_default(),
            section: json!({ "title": "Politics", "url": "/politics/", "path": "politics" }),
            title: front.title,
            kicker: front.kicker,
            summary: front.summary,
            dateline: front.dateline,
        };
        let card = Value::try_from_serializable(&story)?;
        Ok(Self { story, body, card })
    }

    /// What `story.html` gets. The story is turned into values here, within the measured time.
    fn story(&self, frame: &Context) -> Outcome<Context> {
        let mut story =
            Value::try_from_serializable(&self.story)?.into_map().ok_or("a story is a map")?;
        story.insert("body".into(), Value::safe_string(&self.body));
        let mut context = frame.clone();
        context.insert_value("story", story.into());
        context.insert_value("page", self.page("story")?);
        Ok(context)
    }

    fn page(&self, kind: &str) -> Outcome<Value> {
        Ok(Value::try_from_serializable(&json!({
            "kind": kind,
            "url": self.story.url,
            "permalink": format!("https://bench.example.org{}", self.story.url),
            "title": self.story.title,
            "description": self.story.summary,
        }))?)
    }
}

/// What `list.html` gets: twenty cards, whose values are there already.
fn list(samples: &[Sample], from: usize, frame: &Context) -> Outcome<Context> {
    let cards: Vec<Value> =
        samples.iter().cycle().skip(from).take(20).map(|sample| sample.card.clone()).collect();
    let mut context = frame.clone();
    context.insert_value("cards", cards.into());
    context.insert_value("page", samples[from].page("tag")?);
    let front = json!({
        "title": "A tag", "summary": "", "feed_url": "/tags/a-tag/feed.xml",
        "newer_url": "/tags/a-tag/page/3/", "older_url": "/tags/a-tag/page/1/",
    });
    context.insert_value("front", Value::try_from_serializable(&front)?);
    Ok(context)
}

/// What every page gets.
fn frame() -> Outcome<Context> {
    let edition = json!({
        "lang": "en", "dir": "ltr", "title": "The Benchmark", "url": "/",
        "latest_url": "/latest/", "feed_url": "/feed.xml",
    });
    let mut frame = Context::new();
    frame.insert_value("edition", Value::try_from_serializable(&edition)?);
    frame.insert_value("site", Value::try_from_serializable(&json!({ "title": "The Benchmark" }))?);
    Ok(frame)
}

/// The theme's own templates; what the engine would answer is always the same here.
fn theme(templates: &Path) -> Outcome<Tera> {
    let menu: Vec<_> = SECTIONS
        .iter()
        .map(|(name, _)| json!({ "label": name, "url": format!("/{name}/"), "current": false }))
        .collect();
    let menu = Value::try_from_serializable(&menu)?;
    let fragment = Value::safe_string("<div data-fragment=\"/_fragments/latest.html\"></div>");
    let mut tera = Tera::new();
    tera.register_function("menu", move |_: Kwargs, _: &State| menu.clone());
    tera.register_function("fragment", move |_: Kwargs, _: &State| fragment.clone());
    tera.register_filter("date", |moment: &str, _: Kwargs, _: &State| moment[..10].to_owned());
    let mut texts = Vec::new();
    for name in ["base.html", "story.html", "list.html"] {
        let path = templates.join(name);
        texts.push((name, at(&path, fs::read_to_string(&path))?));
    }
    tera.add_raw_templates(texts)?;
    Ok(tera)
}
