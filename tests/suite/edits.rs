//! What happens to an outlet in the course of a day: edits of every kind, drawn by chance.
//!
//! Invariant: an edit changes a world and nothing else; each is a line in [`EDITS`], under the
//! name that a failing script prints.

use crate::world::{
    AUTHORS, Rng, SECTIONS, SERIES, Story, TAGS, WORDS, World, describe, headline, picture,
};
use std::collections::BTreeMap;

/// An edit.
pub type Edit = fn(&mut World, &mut Rng);

/// Every edit by its name.
pub const EDITS: &[(&str, Edit)] = &[
    ("add a story", |w, r| w.add_story(r)),
    ("add another story", |w, r| w.add_story(r)),
    ("edit a body", |w, r| {
        let body = w.body(r);
        one(w, r, |story, _| story.body = body);
    }),
    ("edit a headline", |w, r| one(w, r, |story, r| story.title = headline(r, 0))),
    ("rename a story", rename),
    ("pin the slug, then rename", rename_pinned),
    ("move a section", |w, r| {
        let (from, to) = (format!("{}/", r.pick(&SECTIONS)), format!("{}/", r.pick(&SECTIONS)));
        w.stories = moved(&w.stories, "", &from, &to);
        w.files = moved(&w.files, "content/", &from, &to);
    }),
    ("delete a story", |w, r| {
        let path = w.any(r);
        w.stories.remove(&path);
    }),
    ("retag", |w, r| one(w, r, |story, r| story.set_all("tags", &[r.pick(&TAGS)]))),
    ("redate", |w, r| one(w, r, |story, r| story.set("date", &r.moment(40, 2)))),
    ("change the author", |w, r| {
        one(w, r, |story, r| {
            story.set_all("authors", &[r.pick(&AUTHORS), r.pick(&AUTHORS)]);
        });
    }),
    ("set an embargo", |w, r| one(w, r, |story, r| story.set("embargo", &r.moment(3, 3)))),
    ("let it expire", |w, r| one(w, r, |story, r| story.set("expires", &r.moment(3, 3)))),
    ("toggle draft", |w, r| {
        one(w, r, |story, r| {
            story.front.insert("draft", r.chance(50).to_string());
        });
    }),
    ("correct", |w, r| {
        one(w, r, |story, r| {
            let (date, word) = (r.moment(5, 0), r.pick(&WORDS));
            let one = match story.yaml {
                true => format!("[{{ date: \"{date}\", text: \"{word}\" }}]"),
                false => format!("[{{ date = \"{date}\", text = \"{word}\" }}]"),
            };
            story.front.insert("corrections", one);
        });
    }),
    ("update", |w, r| one(w, r, |story, r| story.set("updated", &r.moment(10, 0)))),
    ("change the lead picture", |w, r| {
        one(w, r, |story, r| story.set("image", r.pick(&["/logo.png", "shot.png", "gone.png"])));
    }),
    ("change kicker, summary or series", |w, r| {
        one(w, r, |story, r| match r.below(3) {
            0 => story.set("kicker", r.pick(&WORDS)),
            1 => story.set("summary", r.pick(&WORDS)),
            _ => story.set("series", r.pick(&SERIES)),
        });
    }),
    ("say what it is and whom it is for", |w, r| {
        one(w, r, |story, r| {
            story.set("type", r.pick(&["news", "opinion", "AnalysisNewsArticle"]));
            story.set("access", r.pick(&["free", "subscribers"]));
        });
    }),
    ("describe the publisher", |w, r| {
        let publisher = r.pick(&[
            "{ name = \"Valley Media\" }",
            "{ logo = \"/logo.png\", same_as = [\"https://social.example/@v\"] }",
            "{ policies = { ethics = \"/contact/#ethics\", masthead = \"@/pages/about.md\" } }",
        ]);
        set(w, "publisher", publisher);
    }),
    ("set extra and comments", |w, r| {
        one(w, r, |story, r| {
            let table = if story.yaml { "{ mood: " } else { "{ mood = " };
            story.front.insert("extra", format!("{table}\"{}\" }}", r.pick(&WORDS)));
            story.front.insert("comments", "false".to_owned());
        });
    }),
    ("drop a key", |w, r| {
        one(w, r, |story, r| {
            let keys: Vec<&str> =
                story.front.keys().copied().filter(|key| *key != "date").collect();
            if !keys.is_empty() {
                story.front.remove(r.pick(&keys));
            }
        });
    }),
    ("tie a translation", |w, r| {
        let original = w.any(r);
        one(w, r, |story, _| story.set("translation_of", &original));
    }),
    ("add an alias", |w, r| {
        let alias = format!("/old/{}/", r.below(40));
        one(w, r, |story, _| story.set_all("aliases", &[&alias]));
    }),
    ("write a profile", profile),
    ("drop a profile", |w, r| {
        let path = r.pick(&["authors/ann-ash.md", "authors/bo-birk.md"]).to_owned();
        w.stories.remove(&path);
    }),
    ("describe a section", |w, r| {
        let lang = r.pick(&["", "", "ckb/"]);
        let section = format!("{lang}{}", r.pick(&SECTIONS));
        let (path, story) = describe(r, &section);
        w.stories.insert(path, story);
    }),
    ("describe the home", |w, r| {
        let home = r.pick(&["", "ckb"]);
        let (path, story) = describe(r, home);
        w.stories.insert(path.trim_start_matches('/').to_owned(), story);
    }),
    ("drop a description", |w, r| {
        let described: Vec<String> =
            w.stories.keys().filter(|path| path.ends_with("_index.md")).cloned().collect();
        if !described.is_empty() {
            w.stories.remove(&r.pick(&described));
        }
    }),
    ("add or drop the contact page", |w, r| {
        let page = Story { title: headline(r, 0), body: w.body(r), ..Story::default() };
        if w.stories.remove("pages/contact.md").is_none() {
            w.stories.insert("pages/contact.md".to_owned(), page);
        }
    }),
    ("sign a page", |w, r| {
        let author = r.pick(&AUTHORS);
        let path = "pages/about.md".to_owned();
        w.stories.entry(path).and_modify(|page| page.set_all("authors", &[author]));
    }),
    ("change a picture", |w, r| picture_at(w, r, true)),
    ("drop a picture", |w, r| picture_at(w, r, false)),
    ("add a picture", |w, r| {
        let path = w.any(r);
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        w.files.insert(format!("content/{folder}/shot.png"), picture(3, 2, r.below(9)));
    }),
    ("edit a template", edit_template),
    ("add a template", add_template),
    ("drop a template", |w, r| {
        let own: Vec<String> =
            w.files.keys().filter(|path| path.starts_with("templates/")).cloned().collect();
        if !own.is_empty() {
            w.files.remove(&r.pick(&own));
        }
    }),
    ("edit a string", |w, r| {
        let file = format!("strings/{}.toml", r.pick(&["en", "ckb", "tr"]));
        let text = format!("latest = \"{}\"\nfootnotes = \"{}\"\n", r.pick(&WORDS), r.pick(&WORDS));
        w.files.insert(file, text.into_bytes());
    }),
    ("edit a static file", |w, r| {
        let file = r.pick(&[
            "site.css",
            "inline.css",
            "css/broadsheet.css",
            "robots.txt",
            "ads.txt",
            "a/b.txt",
        ]);
        let text = format!("/* {} {} */\n", r.pick(&WORDS), r.below(9));
        w.files.insert(format!("static/{file}"), text.into_bytes());
    }),
    ("drop a static file", |w, r| {
        let own: Vec<String> =
            w.files.keys().filter(|path| path.starts_with("static/")).cloned().collect();
        if !own.is_empty() {
            w.files.remove(&r.pick(&own));
        }
    }),
    ("edit a theme asset", |w, r| {
        let text = format!("p {{ margin: {}px }}\n", r.below(9));
        w.files.insert("themes/plain/static/inline.css".to_owned(), text.into_bytes());
    }),
    ("edit the theme's own settings", |w, r| {
        let text = format!("[extra]\nmotto = \"{}\"\n", r.pick(&WORDS));
        w.files.insert("themes/plain/theme.toml".to_owned(), text.into_bytes());
    }),
    ("rename the outlet", |w, r| set(w, "title", &format!("\"Post {}\"", r.below(9)))),
    ("describe the outlet", |w, r| set(w, "description", &format!("\"{}\"", r.pick(&WORDS)))),
    ("tell web servers otherwise", |w, r| {
        let files = "files = [\"headers\", \"redirects\", \"nginx\", \"caddy\"]";
        let host = r.pick(&["host = \"cloudflare\"", "host = \"netlify\"", files]);
        // Nothing was ever there, or something may be at any time.
        let gone = r.pick(&["", ", gone = [\"/politics/s1/\", \"/never/was\", \"/ckb/x.php\"]"]);
        w.settings.insert("hosting", format!("{{ {host}{gone} }}"));
    }),
    ("change the page size", |w, r| set(w, "page_size", r.pick(&["1", "2", "3", "20"]))),
    ("change the permalink", |w, r| {
        let pattern = r.pick(&["/:path/:slug/", "/:section/:slug/", "/:year/:month/:day/:slug/"]);
        set(w, "permalink", &format!("\"{pattern}\""));
    }),
    ("change the menu", |w, r| {
        let menu =
            r.pick(&["[]", "[\"sport\", \"nowhere\"]", "[{ label = \"Us\", url = \"/about/\" }]"]);
        set(w, "menu", menu);
    }),
    ("change feeds", |w, r| {
        let (key, value) = r.pick(&[
            ("limit", "1"),
            ("limit", "3"),
            ("limit", "0"),
            ("full_text", "true"),
            ("full_text", "false"),
            ("sections", "false"),
            ("tags", "false"),
            ("tags", "true"),
            ("sections", "[\"rss\", \"atom\"]"),
            ("formats", "[\"json\", \"atom\"]"),
            ("formats", "[\"rss\"]"),
            ("hub", "\"https://hub.example/\""),
            ("id_host", "\"old.example\""),
        ]);
        w.feeds.insert(key, value.to_owned());
    }),
    ("change how fragments come", |w, r| {
        let way = r.pick(&["inline", "client", "esi", "ssi"]);
        set(w, "fragments", &format!("\"{way}\""));
    }),
    ("change the icon", |w, r| {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {0}\"><path d=\"M0 0h4v4z\"/></svg>",
            4 + r.below(5)
        );
        w.files.insert("static/favicon.svg".to_owned(), svg.into_bytes());
        set(w, "color", r.pick(&["\"#fff\"", "\"#a00000\""]));
    }),
    ("begin or end the lite edition", |w, r| set(w, "lite", r.pick(&["true", "false"]))),
    ("change what programs are told", |w, r| {
        let (key, value) = r.pick(&[
            ("robots", "{ ai = \"disallow\" }"),
            ("robots", "{ ai = \"search-only\", disallow = [\"/x/\"] }"),
            ("security", "{ contact = [\"tel:1\"], expires = 2027-06-01 }"),
            ("ads_txt", "[\"ads.example, 1, DIRECT\"]"),
            ("ads_txt", "[]"),
        ]);
        set(w, key, value);
    }),
    ("change the languages", |w, r| {
        let languages: &[&[&'static str]] =
            &[&[], &["ckb"], &["ckb", "tr"], &["tr", "ckb"], &["tr"]];
        w.languages = r.pick(languages).to_vec();
    }),
    ("change the timezone", |w, r| {
        let zone = r.pick(&["UTC", "Asia/Baghdad", "Pacific/Auckland"]);
        set(w, "timezone", &format!("\"{zone}\""));
    }),
    ("move the outlet", |w, r| {
        let url = r.pick(&["https://proof.example", "https://moved.example/news"]);
        set(w, "base_url", &format!("\"{url}\""));
    }),
    ("change the policy", |w, r| {
        let policy = r.pick(&["false", "true", "{ frames = [\"https://player.example\"] }"]);
        set(w, "csp", policy);
    }),
    ("change the theme", |w, r| {
        let theme = r.pick(&["plain", "broadsheet"]);
        set(w, "theme", &format!("\"{theme}\""));
    }),
    ("change the theme's settings", |w, r| {
        set(w, "extra", &format!("{{ motto = \"{}\" }}", r.pick(&WORDS)));
    }),
];

fn set(world: &mut World, key: &'static str, value: &str) {
    world.settings.insert(key, value.to_owned());
}

/// Changes one Markdown file.
fn one(world: &mut World, rng: &mut Rng, change: impl FnOnce(&mut Story, &mut Rng)) {
    let path = world.any(rng);
    if let Some(story) = world.stories.get_mut(&path) {
        change(story, rng);
    }
}

/// Everything below one folder below another; what is there already stays.
fn moved<T: Clone>(
    files: &BTreeMap<String, T>,
    root: &str,
    from: &str,
    to: &str,
) -> BTreeMap<String, T> {
    let target = |path: &String| {
        let below = path.strip_prefix(root)?.strip_prefix(from)?;
        Some(format!("{root}{to}{below}")).filter(|path| !files.contains_key(path))
    };
    let file =
        |(path, file): (&String, &T)| (target(path).unwrap_or_else(|| path.clone()), file.clone());
    files.iter().map(file).collect()
}

fn rename(world: &mut World, rng: &mut Rng) {
    let path = world.any(rng);
    world.made += 1;
    if let Some(story) = world.stories.remove(&path) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        world.stories.insert(format!("{folder}/moved{}.md", world.made), story);
    }
}

/// The address stays, the file is another.
fn rename_pinned(world: &mut World, rng: &mut Rng) {
    let path = world.any(rng);
    let pinned = format!("pinned{}", world.made);
    if let Some(story) = world.stories.get_mut(&path).filter(|s| !s.front.contains_key("slug")) {
        story.set("slug", &pinned);
    }
    rename(world, rng);
}

fn profile(world: &mut World, rng: &mut Rng) {
    let (slug, name) =
        rng.pick(&[("ann-ash", "Ann Ash"), ("bo-birk", "Bo Birk"), ("bo-birk", "B. Birk")]);
    let lang = rng.pick(&["", "", "ckb/"]);
    let mut story = Story { title: name.to_owned(), body: world.body(rng), ..Story::default() };
    let summary = format!("Knows the {}.", rng.pick(&WORDS));
    story.set("summary", &summary);
    if rng.chance(50) {
        story.set("image", "ann.png");
    }
    world.stories.insert(format!("{lang}authors/{slug}.md"), story);
}

fn picture_at(world: &mut World, rng: &mut Rng, keep: bool) {
    let pictures: Vec<String> =
        world.files.keys().filter(|path| path.ends_with(".png")).cloned().collect();
    if pictures.is_empty() {
        return;
    }
    let path = rng.pick(&pictures);
    world.files.remove(&path);
    if keep {
        let size = 1 + u32::try_from(rng.below(9)).expect("a small number");
        world.files.insert(path, picture(size, 5, rng.below(9)));
    }
}

/// The templates of a theme in this repository or in the test.
fn template(world: &World, name: &str) -> Option<String> {
    let own = format!("templates/{name}");
    let plain = format!("themes/plain/templates/{name}");
    let broadsheet = format!("{}/themes/broadsheet/templates/{name}", env!("CARGO_MANIFEST_DIR"));
    let bytes = world.files.get(&own).or_else(|| {
        let is_plain = world.settings.get("theme").is_some_and(|theme| theme.contains("plain"));
        world.files.get(&plain).filter(|_| is_plain)
    });
    match bytes {
        Some(bytes) => String::from_utf8(bytes.clone()).ok(),
        None => std::fs::read_to_string(broadsheet).ok(),
    }
}

const TEMPLATES: [&str; 12] = [
    "base.html",
    "story.html",
    "list.html",
    "home.html",
    "404.html",
    "components.html",
    "fragments/latest.html",
    "lite.html",
    "lite_home.html",
    "parts/footer.html",
    "partials/footer.html",
    "partials/masthead.html",
];

/// Gives the first element of a template another attribute.
fn edit_template(world: &mut World, rng: &mut Rng) {
    let name = rng.pick(&TEMPLATES);
    let Some(text) = template(world, name) else { return };
    let edited = ["<p ", "<p>", "<main", "<h1", "<ul", "<nav"].iter().find_map(|tag| {
        let at = text.find(tag)? + tag.trim_end_matches([' ', '>']).len();
        Some(format!("{} data-n=\"{}\"{}", &text[..at], rng.below(90), &text[at..]))
    });
    if let Some(text) = edited {
        world.files.insert(format!("templates/{name}"), text.into_bytes());
    }
}

/// Adds a template that a theme may have or not.
fn add_template(world: &mut World, rng: &mut Rng) {
    const PAGE: &str =
        "{% extends \"base.html\" %}{% block main %}<p>own {{ page.kind }}</p>{% endblock %}";
    const REDIRECT: &str =
        "<p>{{ page.title }} is at <a href=\"{{ target }}\">{{ target_permalink }}</a></p>";
    let (name, text) = rng.pick(&[
        ("page.html", PAGE),
        ("tag.html", PAGE),
        ("section.html", PAGE),
        ("home.html", PAGE),
        ("redirect.html", REDIRECT),
        ("fragments/more.html", "<p>{{ t(key=\"latest\") }}</p>"),
    ]);
    world.files.insert(format!("templates/{name}"), text.as_bytes().to_vec());
}
