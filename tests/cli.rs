//! The commands as people and programs run them: arguments, output, exit codes.
//!
//! Each test runs the binary in a folder of its own. [`Desk`] is the only thing that touches
//! the disk and the program.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use serde_json::Value;
use std::{
    fs,
    io::Read,
    path::Path,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

/// A folder in which commands are run.
struct Desk(TempDir);

/// What a command said.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Said {
    /// Demands an exit code and texts that must be in what was said.
    #[track_caller]
    fn gives(self, code: i32, texts: &[&str]) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        for text in texts {
            let there = self.out.contains(text) || self.err.contains(text);
            assert!(there, "no {text:?} in {self:#?}");
        }
        self
    }

    #[track_caller]
    fn without(self, texts: &[&str]) -> Self {
        for text in texts {
            let there = self.out.contains(text) || self.err.contains(text);
            assert!(!there, "{text:?} in {self:#?}");
        }
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|why| panic!("{why} in {self:#?}"))
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

impl Desk {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A desk with a site that has one story of each state, and two languages.
    fn with_outlet() -> Self {
        let desk = Self::new();
        let site = "title = \"The Valley Post\"\nbase_url = \"https://valley.example/news\"\n\
                    timezone = \"Asia/Baghdad\"\n[languages.ckb]\ntitle = \"پۆستی دۆڵ\"\n";
        desk.write("site.toml", site);
        desk.write("content/politics/_index.md", "+++\ntitle = \"Politics\"\n+++\n");
        for (path, front_matter) in [
            (
                "politics/2026/11/vote.md",
                "title = 'The vote'\ndate = 2026-11-20T09:00:00\nsummary = 'Yes.'\ntags = ['water']\naliases = ['/old/vote/']",
            ),
            ("politics/2026/10/budget.md", "title = 'The budget'\ndate = 2026-10-20"),
            ("politics/2026/11/plan.md", "title = 'canary-draft'\ndate = 2026-11-19\ndraft = true"),
            (
                "politics/2026/11/deal.md",
                "title = 'canary-embargo'\ndate = 2026-11-18\nembargo = 2026-11-27T06:00:00",
            ),
            (
                "politics/2026/06/fair.md",
                "title = 'canary-expired'\ndate = 2026-06-18\nexpires = 2026-07-01",
            ),
            ("ckb/politics/2026/11/vote.md", "title = 'دەنگدان'\ndate = 2026-11-21T09:00:00"),
            ("pages/about.md", "title = 'About us'"),
        ] {
            desk.write(&format!("content/{path}"), &format!("+++\n{front_matter}\n+++\nText.\n"));
        }
        desk
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.0.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    #[track_caller]
    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
    }

    fn has(&self, path: &str) -> bool {
        self.0.path().join(path).exists()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
        command.args(args).current_dir(self.0.path());
        command
    }

    /// Runs a command at noon of 22 November 2026, where it takes a moment.
    fn run(&self, line: &str) -> Said {
        let mut args: Vec<&str> = line.split(' ').filter(|word| !word.is_empty()).collect();
        if matches!(args[0], "build" | "list" | "explain") && !args.contains(&"--at") {
            args.extend(["--at", "2026-11-22T12:00"]);
        }
        self.run_args(&args)
    }

    fn run_args(&self, args: &[&str]) -> Said {
        self.command(args).output().unwrap().into()
    }
}

#[test]
fn init_writes_a_site_that_builds_without_a_finding() {
    let desk = Desk::new();
    let said = desk.run_args(&["init", "valley-post"]);
    let said =
        said.gives(0, &["Valley post begins in valley-post", "masthead build --root valley-post"]);
    let story = said.out.lines().find(|line| line.contains("(the first story)")).unwrap();
    let story = story.split_whitespace().next().unwrap();
    assert!(desk.has(&format!("valley-post/{story}")), "{story}");
    assert!(desk.read("valley-post/site.toml").contains("title = \"Valley post\""));
    let build =
        desk.run_args(&["build", "--root", "valley-post", "--format", "json"]).gives(0, &[]);
    assert_eq!(build.json()["findings"], serde_json::json!([]));
    let url = story.replace("content/", "").replace(".md", "/index.html");
    let page = desk.read(&format!("valley-post/public/{url}"));
    assert!(page.contains("Our first story is online"));
    let check = desk.run_args(&["check", "--root", "valley-post", "--format", "json"]);
    assert_eq!(check.gives(0, &[]).json()["findings"], serde_json::json!([]));
}

#[test]
fn init_leaves_alone_what_is_there() {
    let desk = Desk::new();
    desk.write("full/letter.txt", "Dear editor");
    desk.write("full/notes/a.txt", "");
    desk.write("repository/.git/config", "");
    desk.write("file", "");
    for (folder, code, text) in [
        ("full", 2, "there is letter.txt, notes"),
        ("file", 2, "is a file"),
        ("repository", 0, "Repository begins"),
        ("repository", 2, "there is .gitignore, archetypes, content, site.toml"),
        ("deep/in/here", 0, "Here begins in deep/in/here"),
    ] {
        desk.run_args(&["init", folder]).gives(code, &[text]);
    }
    assert!(!desk.has("full/site.toml"));
}

#[test]
fn init_takes_any_title() {
    for title in ["She said \"no\"", "پۆستی دۆڵ: \\ '", "+++"] {
        let desk = Desk::new();
        desk.run_args(&["init", ".", "--title", title]).gives(0, &["\n  masthead build\n"]);
        desk.run_args(&["build"]).gives(0, &["next change: "]);
    }
}

#[test]
fn new_fills_in_slug_and_date() {
    let desk = Desk::with_outlet();
    desk.write(
        "archetypes/politics.md",
        "---\ntitle: {{ title }}\ndate: {{ date }}\nkicker: From {{ section }}\n---\n{{ slug }}\n",
    );
    let at = ["--at", "2026-12-31T23:30"];
    for (section, headline, path, lines) in [
        (
            "politics",
            "Roads & \"rails\"",
            "content/politics/2026/12/roads-rails.md",
            &[
                "title: \"Roads & \\\"rails\\\"\"",
                "date: 2026-12-31T23:30:00+03:00",
                "kicker: From \"politics\"",
                "roads-rails",
            ][..],
        ),
        (
            "ckb/politics",
            "ئاو: گەڕایەوە",
            "content/ckb/politics/2026/12/ئاو-گەڕایەوە.md",
            &["title: \"ئاو: گەڕایەوە\"", "kicker: From \"politics\""][..],
        ),
        (
            "sport/football",
            "Derby",
            "content/sport/football/2026/12/derby.md",
            &["draft = true", "title = \"Derby\""][..],
        ),
        (
            "politics/2026/11",
            "In a month",
            "content/politics/2026/11/in-a-month.md",
            &["kicker: From \"politics\""][..],
        ),
        ("weather/2027", "In a year", "content/weather/2027/in-a-year.md", &["title = \""][..]),
        (
            "authors",
            "Tara Gulzard",
            "content/authors/tara-gulzard.md",
            &["title = \"Tara Gulzard\""][..],
        ),
        ("pages", "Imprint", "content/pages/imprint.md", &["title = \"Imprint\""][..]),
    ] {
        let said = desk.run_args(&[&["new", section, headline][..], &at].concat());
        let said = said.gives(0, &[]);
        assert_eq!(said.out.trim_end(), path);
        for line in lines {
            assert!(desk.read(path).contains(line), "{line} in {}", desk.read(path));
        }
    }
    let build = desk.run("build --at 2027-01-02 --format json").gives(0, &[]);
    let errors = build.json()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["severity"] == "error")
        .count();
    assert_eq!(errors, 0, "{build:#?}");
}

#[test]
fn new_refuses_what_it_must() {
    let desk = Desk::with_outlet();
    desk.write("archetypes/sport.md", "+++\ntitel = {{ title }}\n+++\n");
    desk.write("content/sport/_index.md", "+++\ntitle = 'Sport'\n+++\n");
    desk.write(
        "content/politics/2026/12/bundle/index.md",
        "+++\ntitle = 'x'\ndate = 2026-12-01\n+++\n",
    );
    for (args, code, text) in [
        (&["politcs", "A vote"][..], 2, "did you mean `politics`?"),
        (&["ckb/politcs", "A vote"], 2, "did you mean `ckb/politics`?"),
        (&["../etc", "A vote"], 2, "cannot be the path of a section"),
        (&["politics", "  "], 2, "the headline is empty"),
        (&["politics", "A vote", "--slug", "a/b"], 2, "write `--slug a-b`"),
        (&["politics", "?!"], 2, "give one: `--slug some-words`"),
        (&["politics", "A vote", "--at", "soon"], 2, "--at: `soon` is not a date"),
        (&["politics", "Bundle", "--at", "2026-12-05"], 2, "bundle/index.md is there already"),
        (&["sport", "A match"], 1, "did you mean `title`?"),
        (&["politics", "A vote", "--root", "nowhere"], 1, "there is no site.toml in nowhere"),
        (&["politics"], 2, "HEADLINE"),
    ] {
        desk.run_args(&[&["new"][..], args].concat()).gives(code, &[text]);
    }
    let twice = ["new", "politics", "Once", "--at", "2026-12-05"];
    desk.run_args(&twice).gives(0, &[]);
    desk.write("content/politics/2026/12/once.md", "mine");
    desk.run_args(&twice).gives(2, &["content/politics/2026/12/once.md is there already"]);
    assert_eq!(desk.read("content/politics/2026/12/once.md"), "mine");
}

#[test]
fn a_new_section_begins_with_a_note() {
    let desk = Desk::with_outlet();
    desk.run_args(&["new", "weather", "Snow"]).gives(0, &["`weather` is a new section"]);
    desk.run_args(&["new", "weather", "Rain"]).gives(0, &[]).without(&["note"]);
}

#[test]
fn list_shows_states_by_date_and_no_unpublished_word() {
    let desk = Desk::with_outlet();
    let said = desk.run("list").gives(0, &["7 stories and pages"]);
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(
        lines,
        [
            "published  2026-11-21 09:00  content/ckb/politics/2026/11/vote.md  دەنگدان",
            "published  2026-11-20 09:00  content/politics/2026/11/vote.md  The vote",
            "draft      2026-11-19 00:00  content/politics/2026/11/plan.md",
            "embargoed  2026-11-18 00:00  content/politics/2026/11/deal.md  opens 2026-11-27 06:00",
            "published  2026-10-20 00:00  content/politics/2026/10/budget.md  The budget",
            "expired    2026-06-18 00:00  content/politics/2026/06/fair.md  ended 2026-07-01 00:00",
            "published  —                 content/pages/about.md  About us",
        ]
    );
    for (which, paths) in [
        ("drafts", &["plan.md"][..]),
        ("embargoed", &["deal.md"]),
        ("expired", &["fair.md"]),
        ("published", &["ckb/politics/2026/11/vote.md", "11/vote.md", "budget.md", "about.md"]),
    ] {
        let said =
            desk.run(&format!("list {which} --format json")).gives(0, &[]).without(&["canary"]);
        let stories = said.json()["stories"].as_array().unwrap().clone();
        assert_eq!(stories.len(), paths.len(), "{which}");
        for (story, path) in stories.iter().zip(paths) {
            assert!(story["path"].as_str().unwrap().ends_with(path), "{story}");
        }
    }
}

#[test]
fn list_needs_no_theme_but_names_errors() {
    let desk = Desk::with_outlet();
    desk.write("templates/story.html", "{% if %}");
    desk.run("list").gives(0, &["The vote"]);
    desk.write(
        "content/politics/2026/11/bad.md",
        "+++\ntilte = 'canary'\ndate = 2026-11-22\ndraft = true\n+++\n",
    );
    desk.run("list").gives(1, &["The vote", "unknown-key", "bad.md"]).without(&["canary"]);
    assert_eq!(desk.run("list --format json").gives(1, &[]).json()["ok"], false);
    desk.run("list often").gives(2, &["possible values"]);
}

#[test]
fn explain_finds_a_page_by_every_name() {
    let desk = Desk::with_outlet();
    desk.run("build").gives(0, &[]);
    let vote = "politics/2026/11/vote/index.html";
    let source = "content/politics/2026/11/vote.md";
    for (what, file, also) in [
        ("https://valley.example/news/politics/2026/11/vote/", vote, source),
        ("https://valley.example/news/politics/2026/11/vote/?a#b", vote, source),
        ("/politics/2026/11/vote/", vote, "story.html, from themes/broadsheet"),
        ("/news/politics/2026/11/vote", vote, "fresh"),
        (vote, vote, "all of content/politics/2026/11/vote.md"),
        ("public/politics/2026/11/vote/index.html", vote, source),
        ("content/politics/2026/11/vote.md", vote, source),
        ("./politics/2026/11/vote.md", vote, source),
        ("/politics/", "politics/index.html", "content/politics/_index.md"),
        ("/tags/water/", "tags/water/index.html", "the tag “water” (en)"),
        ("/old/vote/", "old/vote/index.html", source),
        ("/", "index.html", "home.html"),
        ("/ckb/", "ckb/index.html", "the home page (ckb)"),
        ("/feed.xml", "feed.xml", "fresh"),
        ("/rss.xml", "rss.xml", "what a feed says of the newest 30 of everything (en)"),
        ("/sitemap.xml", "sitemap.xml", "fresh"),
    ] {
        let file = format!("  file      {file}\n");
        desk.run(&format!("explain {what}")).gives(0, &[&file, also]);
    }
}

#[test]
fn explain_says_why_a_page_would_be_rendered() {
    let desk = Desk::with_outlet();
    let page = "explain /politics/2026/11/vote/";
    desk.run(page).gives(0, &["the ledger has no record of this page"]);
    desk.run("build").gives(0, &[]);
    desk.run(page).gives(0, &["state     fresh"]);
    desk.write("public/politics/2026/11/vote/index.html", "smudged");
    desk.run(page).gives(0, &["its file is missing, or is not the one that was written"]);
    desk.run("build").gives(0, &["rendered  politics/2026/11/vote/index.html"]);
    let story = desk.read("content/politics/2026/11/vote.md");
    desk.write("content/politics/2026/11/vote.md", &story.replace("Text.", "More text."));
    let ledger = fs::read(desk.0.path().join(".masthead/ledger")).unwrap();
    desk.run(page).gives(
        0,
        &["1 of its questions has another answer", "* all of content/politics/2026/11/vote.md"],
    );
    assert_eq!(ledger, fs::read(desk.0.path().join(".masthead/ledger")).unwrap());
    let said = desk.run(&format!("{page} --format json")).gives(0, &[]).json();
    assert_eq!((&said["fresh"], &said["reason"]), (&Value::Bool(false), &"other-answers".into()));
}

#[test]
fn explain_says_when_there_is_no_page() {
    let desk = Desk::with_outlet();
    desk.run("build").gives(0, &[]);
    for (what, code, text) in [
        ("/politcs/", 2, "did you mean `/politics/`?"),
        ("content/politics/2026/11/vot.md", 2, "did you mean `content/politics/2026/11/vote.md`?"),
        ("https://elsewhere.example/", 2, "there is no page at `https://elsewhere.example/`"),
        ("content/politics/2026/11/plan.md", 1, "plan.md has no page: it is a draft"),
        (
            "/politics/2026/11/deal/",
            1,
            "deal.md has no page: it is under embargo until Friday 2026-11-27T06:00:00+03:00",
        ),
        (
            "politics/2026/06/fair/index.html",
            1,
            "fair.md has no page: it expired on Wednesday 2026-07-01T00:00:00+03:00",
        ),
    ] {
        desk.run(&format!("explain {what}")).gives(code, &[text]).without(&["canary"]);
    }
    desk.run("explain /politics/2026/11/deal/ --at 2026-11-27T06:00").gives(0, &["no record"]);
}

#[test]
fn explain_knows_the_codes() {
    let desk = Desk::new();
    for (args, code, texts) in [
        (
            &["explain", "long-headline"][..],
            0,
            &["long-headline (warning)", "headline_max", "[lint]"][..],
        ),
        (&["explain", "long-headlin"], 2, &["did you mean `long-headline`?"]),
        (&["explain", "zzz"], 2, &["there is no code `zzz`", "broken-link"]),
        (&["explain"], 0, &["no-site", "busy"]),
        (&["explain", "no-site", "--format", "json"], 0, &["\"severity\":\"error\""]),
    ] {
        desk.run_args(args).gives(code, texts);
    }
}

#[test]
fn schema_is_json() {
    let said = Desk::new().run_args(&["schema"]).gives(0, &[]);
    assert_eq!(said.json()["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(said.json()["additionalProperties"], false);
}

#[test]
fn build_says_what_it_did() {
    let desk = Desk::with_outlet();
    desk.run("build")
        .gives(0, &["4 stories and pages: ", "next change: Monday 2026-11-23T09:00:00+03:00"]);
    let again =
        desk.run("build").gives(0, &["0 rendered", "0 removed; 0 files written", "parse 8"]);
    assert!(again.out.contains("load "), "{again:#?}");
    let story = desk.read("content/politics/2026/11/vote.md");
    desk.write("content/politics/2026/11/vote.md", &story.replace("Text.", "Other text."));
    desk.run("build").gives(0, &["rendered  politics/2026/11/vote/index.html"]);
    desk.write("content/politics/2026/11/vote.md", &story.replace("aliases", "# aliases"));
    desk.run("build").gives(0, &["removed   old/vote/index.html"]);
    let said = desk.run("build --format json --verify").gives(0, &[]).json();
    assert_eq!(said["next_change"], "2026-11-23T06:00:00Z");
    assert_eq!(said["written"], 0);
    desk.run("build --verify").gives(0, &["verified: every page is as the ledger says\n"]);
    let page = "public/politics/2026/11/vote/index.html";
    let sound = desk.read(page);
    desk.write(page, &sound.replace("Text.", "Taxt."));
    desk.run("build --verify").gives(0, &[
        "verified: every page is as the ledger says; 1 file had other bytes and was written anew",
        "1 file written",
    ]);
    assert_eq!(desk.read(page), sound);
}

#[test]
fn build_leaves_its_report_beside_the_ledger() {
    let desk = Desk::with_outlet();
    let kept = |desk: &Desk| -> Value {
        serde_json::from_str(&desk.read(".masthead/build.json")).unwrap()
    };
    desk.run("build").gives(0, &[]);
    assert_eq!(kept(&desk)["next_change"], "2026-11-23T06:00:00Z");
    let first = desk.read(".masthead/build.json");
    desk.run("build").gives(0, &[]);
    assert_eq!(first, desk.read(".masthead/build.json"), "nothing was done");
    let deal = desk.read("content/politics/2026/11/deal.md");
    desk.write("content/politics/2026/11/deal.md", &deal.replace("11-27", "11-23"));
    desk.run("build").gives(0, &[]);
    assert_eq!(kept(&desk)["next_change"], "2026-11-23T03:00:00Z");
    assert!(!desk.has("public/build.json"));
}

#[test]
fn an_output_folder_is_where_the_command_line_says() {
    let desk = Desk::new();
    desk.run_args(&["init", "post"]).gives(0, &[]);
    desk.run_args(&["build", "--root", "post"]).gives(0, &[]);
    desk.run_args(&["build", "--root", "post", "--output", "there"]).gives(0, &[]);
    assert!(desk.has("post/public/index.html") && desk.has("there/index.html"));
    let root = desk.0.path().join("post");
    let whole = root.to_str().unwrap();
    desk.run_args(&["build", "--root", "post"]).gives(0, &[]);
    // The same folder under another name is the same folder.
    desk.run_args(&["build", "--root", whole]).gives(0, &["0 rendered"]).without(&["Could not"]);
    desk.run_args(&["build", "--root", "post", "--output", "post/public"])
        .gives(0, &["0 rendered"]);
}

#[test]
fn a_moment_without_a_zone_is_in_the_sites_own() {
    let desk = Desk::with_outlet();
    for (at, stories) in [
        ("2026-11-27T05:59", 4),
        ("2026-11-27T06:00", 5),
        ("2026-11-27T03:00Z", 5),
        ("2026-11-27T02:59:59Z", 4),
        ("2026-11-27", 4),
    ] {
        let said = desk.run(&format!("build --format json --at {at}")).gives(0, &[]).json();
        assert_eq!(said["articles"], stories, "{at}");
    }
    desk.run("build --at tomorrow").gives(2, &["--at: `tomorrow` is not a date"]);
}

#[test]
fn exit_codes_tell_who_is_to_blame() {
    let desk = Desk::with_outlet();
    desk.write("taken/letter.txt", "Dear editor");
    desk.write("broken/site.toml", "titel = 'x'");
    for (line, code) in [
        ("build", 0),
        ("build --root nowhere", 1),
        ("build --root broken", 1),
        ("build --output taken", 1),
        ("build --output content/x", 1),
        ("build --outptu x", 2),
        ("print", 2),
        ("build --output /proc/masthead", 3),
    ] {
        let said = desk.run(line);
        assert_eq!(said.code, code, "{line}: {said:#?}");
    }
    assert!(!desk.has("nowhere"));
    let json = desk.run("build --root broken --format json").gives(1, &[]).json();
    assert_eq!(
        (&json["ok"], json["findings"].as_array().is_some_and(|f| !f.is_empty())),
        (&Value::Bool(false), true)
    );
}

#[test]
fn a_reader_who_has_seen_enough_is_no_failure() {
    let desk = Desk::with_outlet();
    for args in [
        &["schema"][..],
        &["explain"],
        &["list"],
        &["build"],
        &["check"],
        &["explain", "/politcs/"],
    ] {
        let mut child =
            desk.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let code = child.wait().unwrap().code();
        assert_eq!(code, Some(if args.len() > 1 { 2 } else { 0 }), "{args:?}: {said}");
    }
    if Path::new("/dev/full").exists() {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let status = desk.command(&["schema"]).stdout(full).stderr(Stdio::null()).status().unwrap();
        assert_eq!(status.code(), Some(3));
    }
}

/// A service on this machine that agrees to everything, and what it heard.
fn agreeable() -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (tell, heard) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = vec![0; 65536];
            let length = stream.read(&mut request).unwrap();
            let _ = tell.send(String::from_utf8_lossy(&request[..length]).into_owned());
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
            let _ = std::io::Write::write_all(&mut stream, answer);
        }
    });
    (address, heard)
}

#[test]
fn purge_says_again_what_was_not_heard() {
    let desk = Desk::new();
    let settings = "title = \"Post\"\nbase_url = \"https://post.example\"\n[purge.fastly]\nservice = \"abc\"\n";
    desk.write("site.toml", settings);
    desk.run_args(&["purge"]).gives(0, &["nothing is left to be purged"]);
    let left = "{\"version\":1,\"targets\":{\"live\":{\"changed\":{\"urls\":[],\"keys\":[],\"pages\":[],\"feeds\":[]},\"left\":{\"fastly\":[\"at-1\"]}}}}";
    desk.write(".masthead/purge.json", left);
    for (word, help) in [("other", "write `live`"), ("lvie", "write `live`")] {
        let expected = format!("`{word}` is no target in site.toml");
        desk.run_args(&["purge", word]).gives(1, &["bad-target", &expected, help]);
    }
    let without = desk.command(&["purge"]).env_remove("FASTLY_API_TOKEN").output().unwrap();
    Said::from(without).gives(4, &["fastly was not told: `FASTLY_API_TOKEN` is not set"]);
    let purge = |address: &str| -> Said {
        let mut command = desk.command(&["purge", "live"]);
        command.env("FASTLY_API_TOKEN", "very-s3cret").env("MASTHEAD_FASTLY_URL", address);
        command.env("MASTHEAD_PATIENCE_MS", "1").output().unwrap().into()
    };
    purge("http://127.0.0.1:9").gives(4, &["(tried 5 times)"]).without(&["s3cret"]);
    let (address, heard) = agreeable();
    purge(&address).gives(0, &["purged    fastly: 1 address or key"]).without(&["s3cret"]);
    let request = heard.recv().unwrap();
    assert!(request.starts_with("POST /service/abc/purge ") && request.contains("very-s3cret"));
    assert!(!desk.read(".masthead/purge.json").contains("s3cret"));
    purge(&address).gives(0, &["nothing is left to be purged"]);
    desk.write(".masthead/purge.json", left);
    let two = "[publish.staging]\nurl = \"./a\"\n";
    desk.write("site.toml", &format!("{settings}{two}"));
    desk.run_args(&["purge", "other"]).gives(1, &["write `live` or `staging`"]);
    desk.run_args(&["purge", "staging"]).gives(0, &["nothing is left to be purged"]);
    let quiet = "[publish.live]\nurl = \"./www\"\npurge = false\n";
    desk.write("site.toml", &format!("{settings}{quiet}"));
    desk.run_args(&["purge"]).gives(0, &["nothing is left to be purged"]);
    desk.write("site.toml", "title = 1\n");
    desk.run_args(&["purge"]).gives(1, &["bad-settings"]);
}
