//! What is said to CDNs, a hub and a search engine, and what is left when they do not listen.

use super::*;
use crate::{
    edition::{ListKey, ListKind, Slice},
    outputs::Planned,
    site::{HostFile, resolve},
};
use serde_json::{Value, json};
use vendors::{ALL, World};

#[path = "../../../tests/publish/vendors.rs"]
mod vendors;

/// What the first requests are answered, one each, whoever is asked: status, further headers, body.
type Before = &'static [(u16, &'static str, &'static str)];

impl World {
    /// The vendors, but for the first answers.
    fn after(before: Before) -> Self {
        let said =
            |(status, headers, body): &(u16, _, &str)| (*status, *headers, (*body).to_owned());
        Self::new("https://post.example/news", move |number, _| before.get(number).map(said))
    }

    /// The environment, but for what a test leaves out.
    fn env(&self, without: &'static str) -> impl Fn(&str) -> Option<String> + use<> {
        let mut variables = self.variables();
        variables.retain(|(name, _)| *name != without);
        move |name| variables.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone())
    }

    fn bodies(&self, path: &str) -> Vec<String> {
        let heard = self.heard.lock().expect("nobody panics");
        let fitting = heard.iter().filter(|(request, _)| request.path.contains(path));
        fitting.map(|(request, _)| request.body.clone()).collect()
    }

    fn site(&self, lines: &str) -> Site {
        let head = "title = \"T\"\nbase_url = \"https://post.example/news\"\n";
        let (site, findings) =
            resolve("site.toml", &format!("{head}{lines}{}", self.settings()), None);
        site.unwrap_or_else(|| panic!("{findings:#?}"))
    }
}

fn list(kind: ListKind) -> ListKey {
    ListKey { edition: 0, kind, slug: "water".into() }
}

/// A plan, and a change of everything in it, besides a page that is gone.
fn edition() -> (Plan, Vec<Change>) {
    let file = |path: &str, output: Output, class: Class| (path.to_owned(), output, class);
    let mut files = vec![
        file("404.html", Output::NotFound(0), Class::List),
        file("_headers", Output::Host(HostFile::Headers), Class::Machine),
        file("a b*/index.html", Output::Article(0), Class::Article),
        file("feed.xml", Output::Feed(list(ListKind::Latest), FeedFormat::Atom), Class::Machine),
        file("index.html", Output::Home(0), Class::List),
        file("lite/a/index.html", Output::Lite(0), Class::Article),
        file("logo.png", Output::File("static/logo.png".into()), Class::File),
        file(
            "tags/water/index.html",
            Output::Front(list(ListKind::Tag), Slice::Front),
            Class::List,
        ),
    ];
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let path = |path: &str| OutPath::new(path).expect("a path");
    let change = |at: &str, kind, class| Change { path: path(at), kind, class, leads_on: false };
    let mut changes: Vec<Change> =
        files.iter().map(|(at, _, class)| change(at, ChangeKind::Changed, *class)).collect();
    changes.push(change("gone/index.html", ChangeKind::Removed, Class::Article));
    changes.push(change("lite/gone/index.html", ChangeKind::Removed, Class::Article));
    changes.push(change("tags/old/feed.xml", ChangeKind::Removed, Class::Machine));
    let plan = files.into_iter().map(|(at, output, _)| Planned { path: path(&at), output });
    (plan.collect(), changes)
}

struct Desk {
    world: World,
    memory: tempfile::TempDir,
    site: Site,
}

impl Desk {
    fn new(lines: &str, before: Before) -> Self {
        let world = World::after(before);
        let site = world.site(lines);
        Self { site, world, memory: tempfile::tempdir().expect("a folder") }
    }

    fn with<T>(&self, without: &'static str, act: impl FnOnce(&Job<'_>) -> T) -> T {
        let env = self.world.env(without);
        act(&Job {
            site: &self.site,
            target: "live",
            memory: self.memory.path(),
            at: Moment(1_800_000_000),
            withheld: None,
            env: &env,
        })
    }

    fn run(&self, without: &'static str) -> Outcome {
        let (plan, changes) = edition();
        self.with(without, |job| run(&changes, &plan, job)).expect("a folder to write in")
    }

    fn resume(&self) -> Outcome {
        self.with("", resume).expect("a folder to write in")
    }

    fn record(&self) -> Value {
        let text = std::fs::read_to_string(record_file(self.memory.path())).expect("purge.json");
        assert!(!text.contains("canary-secret"), "{text}");
        serde_json::from_str(&text).expect("JSON")
    }
}

#[test]
fn what_changed_is_said_as_each_wants_it() {
    let desk = Desk::new(ALL, &[]);
    let outcome = desk.run("");
    let told =
        [("fastly", 10), ("cloudflare", 10), ("cloudfront", 10), ("websub", 1), ("indexnow", 4)];
    assert_eq!(outcome, Outcome { told: told.to_vec(), ..Outcome::default() });
    assert_eq!(
        desk.world.asked(),
        [
            "/service/abc/purge 200",
            "/zones/zone1/purge_cache 200",
            "/2020-05-31/distribution/E1/invalidation 201",
            "/hub 204",
            "/indexnow 202",
        ]
    );
    let base = "https://post.example/news";
    let changed = &desk.record()["targets"]["live"]["changed"];
    let urls = [
        "/",
        "/404.html",
        "/a%20b*/",
        "/feed.xml",
        "/gone/",
        "/lite/a/",
        "/lite/gone/",
        "/logo.png",
        "/tags/old/feed.xml",
        "/tags/water/",
    ];
    let whole: Vec<String> = urls.iter().map(|url| format!("{base}{url}")).collect();
    assert_eq!(changed["urls"], json!(whole));
    assert_eq!(changed["keys"].as_array().map(Vec::len), Some(10));
    let pages = ["/", "/a%20b*/", "/gone/", "/tags/water/"].map(|url| format!("{base}{url}"));
    assert_eq!(changed["pages"], json!(pages));
    assert_eq!(changed["feeds"], json!([format!("{base}/feed.xml")]));
    assert_eq!(desk.record()["targets"]["live"]["left"], json!({}));
    let files: Value = serde_json::from_str(&desk.world.bodies("zones")[0]).expect("JSON");
    assert_eq!(files, json!({ "files": whole }));
    let batch = &desk.world.bodies("2020")[0];
    assert!(batch.contains("<Path>/news/a%20b%2A/</Path>"), "{batch}");
    assert!(
        desk.world.bodies("hub")[0]
            .ends_with("hub.url=https%3A%2F%2Fpost.example%2Fnews%2Ffeed.xml")
    );
    let heard = desk.world.heard.lock().expect("nobody panics");
    assert!(heard[0].0.headers.get("fastly-soft-purge").is_some_and(|soft| soft == "1"));
}

#[test]
fn settings_change_how_it_is_said() {
    let lines = "[purge]\nfastly = { service = \"abc\", soft = false }\ncloudflare = { by = \"tags\" }\ncloudfront = { distribution = \"E1\", by = \"files\" }\n";
    let desk = Desk::new(lines, &[]);
    assert!(desk.run("").is_fine());
    let tags: Value = serde_json::from_str(&desk.world.bodies("zones")[0]).expect("JSON");
    assert_eq!(tags["tags"], desk.record()["targets"]["live"]["changed"]["keys"]);
    assert!(desk.world.bodies("2020")[0].contains("<Path>/news/index.html</Path>"));
    let heard = desk.world.heard.lock().expect("nobody panics");
    assert!(!heard[0].0.headers.contains_key("fastly-soft-purge"));
}

/// Many stories at once, and the limits of each service.
fn many(n: usize) -> (Plan, Vec<Change>) {
    let path = |i: usize| OutPath::new(&format!("s{i:05}/index.html")).expect("a path");
    let change = |i| Change {
        path: path(i),
        kind: ChangeKind::Changed,
        class: Class::Article,
        leads_on: false,
    };
    let plan = (0..n).map(|i| Planned { path: path(i), output: Output::Article(0) });
    (plan.collect(), (0..n).map(change).collect())
}

#[test]
fn batches_keep_to_the_limits() {
    for (most, n, calls) in
        [(20_000, 2500, [10, 25, 3]), (2499, 2500, [1, 1, 1]), (20_000, 1, [1, 1, 1])]
    {
        let lines = ALL.replace("[purge]\n", &format!("[purge]\nmost = {most}\n"));
        let desk = Desk::new(&lines, &[]);
        let (plan, changes) = many(n);
        let outcome = desk.with("", |job| run(&changes, &plan, job)).expect("a folder");
        assert!(outcome.is_fine(), "{outcome:?}");
        assert_eq!(["service", "zones", "2020"].map(|of| desk.world.bodies(of).len()), calls);
        if n > most {
            assert_eq!(desk.world.bodies("zones"), ["{\"purge_everything\":true}"]);
            assert!(desk.world.bodies("service")[0].contains("class-article"));
            assert!(desk.world.bodies("2020")[0].contains("<Path>/news/*</Path>"));
        }
    }
}

#[test]
fn search_engines_get_ten_thousand_a_call() {
    let desk = Desk::new("", &[]);
    let (plan, changes) = many(10_001);
    let outcome = desk.with("", |job| run(&changes, &plan, job)).expect("a folder");
    assert_eq!(outcome.told, [("indexnow", 10_001)]);
    assert_eq!(desk.world.asked(), ["/indexnow 202", "/indexnow 202"]);
}

#[test]
fn what_is_only_for_now_is_repeated() {
    let desk = Desk::new(
        ALL,
        &[
            (429, "retry-after: 1\r\n", "{\"msg\":\"slow down\"}"),
            (503, "", ""),
            (200, "", "{}"),
            (429, "", "{\"success\":false}"),
            (200, "", "{\"success\":true}"),
            (400, "", "<Code>TooManyInvalidationsInProgress</Code>"),
        ],
    );
    assert!(desk.run("").is_fine());
    assert_eq!(desk.world.asked().len(), 9);
}

/// Whoever fails leaves its rest, the other CDNs are told, and who shows their copies waits.
#[test]
fn a_failure_is_remembered_and_repeated_alone() {
    let desk = Desk::new(ALL, &[(403, "", "{\"msg\":\"canary-secret-fastly may not\"}")]);
    let outcome = desk.run("");
    assert_eq!(outcome.told, [("cloudflare", 10), ("cloudfront", 10)]);
    assert_eq!(
        outcome.failed,
        [("fastly", "the answer was 403: {\"msg\":\"… may not\"}".to_owned())]
    );
    assert_eq!(outcome.waiting, ["websub", "indexnow"]);
    let left = desk.record()["targets"]["live"]["left"].clone();
    assert_eq!(left["fastly"].as_array().map(Vec::len), Some(10));
    assert_eq!(left["websub"], json!(["https://post.example/news/feed.xml"]));
    assert!(left["cloudflare"].is_null());
    let again = desk.resume();
    assert_eq!(again.told, [("fastly", 10), ("websub", 1), ("indexnow", 4)]);
    assert_eq!(desk.record()["targets"]["live"]["left"], json!({}));
    assert_eq!(desk.resume(), Outcome::default());
    assert_eq!(desk.world.asked().len(), 6);
}

/// What one edition left is said together with what the next one changes.
#[test]
fn what_is_left_is_not_lost_by_the_next_edition() {
    let desk = Desk::new(ALL, &[]);
    let outcome = desk.run("FASTLY_API_TOKEN");
    assert_eq!(
        outcome.failed,
        [("fastly", "`FASTLY_API_TOKEN` is not set in the environment".to_owned())]
    );
    let (plan, changes) = many(3);
    let outcome = desk.with("", |job| run(&changes, &plan, job)).expect("a folder");
    assert_eq!(
        outcome.told,
        [("fastly", 13), ("cloudflare", 3), ("cloudfront", 3), ("websub", 1), ("indexnow", 7)]
    );
}

#[test]
fn an_answer_that_is_no_success_is_none() {
    let desk = Desk::new(
        "[purge]\ncloudflare = {}\n",
        &[(200, "", "{\"success\":false,\"errors\":[{\"message\":\"no\"}]}")],
    );
    assert_eq!(desk.run("").failed, [("cloudflare", "the answer was no success: no".to_owned())]);
}

#[test]
fn a_preview_is_nobodys_business() {
    let desk = Desk::new(ALL, &[]);
    assert!(!desk.run("FASTLY_API_TOKEN").is_fine());
    let (before, left) = (desk.world.asked(), desk.record()["targets"]["live"]["left"].clone());
    let (plan, changes) = many(3);
    let withheld = Some("a preview".to_owned());
    let outcome = desk.with("", |job| {
        run(&changes, &plan, &Job { withheld: withheld.clone(), ..*job }).expect("a folder")
    });
    assert_eq!(outcome, Outcome { withheld, ..Outcome::default() });
    assert_eq!(desk.world.asked(), before);
    let target = &desk.record()["targets"]["live"];
    assert_eq!(target["changed"]["keys"].as_array().map(Vec::len), Some(3));
    assert_eq!(target["left"], left, "what an earlier edition has left is left");
}

#[test]
fn nothing_changed_nobody_called() {
    let desk = Desk::new(ALL, &[]);
    assert_eq!(
        desk.with("", |job| run(&[], &Plan::new(), job)).expect("a folder"),
        Outcome::default()
    );
    assert_eq!(desk.world.asked(), [""; 0]);
}

#[test]
fn credentials_go_nowhere_in_the_open() {
    for (url, fine) in [
        ("http://127.0.0.1:9", true),
        ("http://localhost:9/", true),
        ("https://proxy.example", true),
        ("http://proxy.example", false),
        ("http://127.0.0.1.evil.example", false),
        ("nonsense", false),
    ] {
        let env = |_: &str| Some(url.to_owned());
        assert_eq!(service::endpoint(&env, "X", "https://usual.example").is_ok(), fine, "{url}");
    }
}

#[test]
fn two_targets_at_once_lose_nothing() {
    let world = World::after(&[]);
    let (site, env) = (world.site(ALL), world.env("CLOUDFLARE_API_TOKEN"));
    let memory = tempfile::tempdir().expect("a folder");
    let names: Vec<String> = (0..4).map(|number| format!("target-{number}")).collect();
    let (plan, changes) = edition();
    std::thread::scope(|scope| {
        for target in &names {
            let (site, env, memory, changes, plan) = (&site, &env, memory.path(), &changes, &plan);
            let job = move || Job { site, target, memory, at: Moment(0), withheld: None, env };
            scope.spawn(move || run(changes, plan, &job()).expect("a folder to write in"));
        }
    });
    let record = Record::load(memory.path());
    assert_eq!(record.unfinished().collect::<Vec<_>>(), names);
}

#[test]
fn a_torn_record_is_none() {
    let desk = Desk::new(ALL, &[]);
    std::fs::write(record_file(desk.memory.path()), "{\"version\":1,\"targ").expect("written");
    assert_eq!(desk.resume(), Outcome::default());
    std::fs::write(record_file(desk.memory.path()), "{\"version\":9,\"targets\":{}}")
        .expect("written");
    assert!(desk.run("").is_fine());
}

/// A return to an earlier edition knows no plan, and says the same.
#[test]
fn a_rollback_is_said_as_well() {
    let desk = Desk::new("", &[]);
    let (plan, changes) = edition();
    let planned = orders(&changes, &plan, &desk.site);
    let without = orders(&changes, &Plan::new(), &desk.site);
    assert_eq!(without, planned);
}

#[test]
fn a_site_that_is_not_for_search_engines_tells_none() {
    let desk = Desk::new("noindex = true\n", &[]);
    assert_eq!(desk.run(""), Outcome::default());
}
