//! Who hears of what, and when: the real program publishes to a real server, with vendors on this
//! machine that look at the target whenever they are called.

use super::{
    outlet::{Outlet, Run, tree},
    s3::Server,
    vendors::{ALL, World},
};
use masthead::publish::manifest::Manifest;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::{Arc, Mutex},
};

const HOME: &str = "https://proof.example";

/// What lies at the target, by path: tags of bytes.
type Listing = BTreeMap<String, String>;

/// What somebody was told, by the name of the service.
type Told = BTreeMap<&'static str, BTreeSet<String>>;

/// An outlet, its target, and all who are told.
struct Newsroom {
    outlet: Outlet,
    server: Arc<Server>,
    world: World,
    /// What lay at the target, the manifest with it, at each call.
    seen: Arc<Mutex<Vec<Listing>>>,
    /// The service that is out of order: the beginning of its path.
    broken: Arc<Mutex<&'static str>>,
}

/// What readers and publishers see.
fn look(server: &Server) -> Listing {
    let mut all = server.list_all("live");
    all.retain(|key, _| !key.starts_with("_masthead/") || key == "_masthead/manifest");
    all
}

impl Newsroom {
    fn new() -> Self {
        let server = Arc::new(Server::start());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let broken = Arc::new(Mutex::new("nobody"));
        let (target, sees, breaks) = (server.clone(), seen.clone(), broken.clone());
        let world = World::new(HOME, move |_, request| {
            sees.lock().expect("nobody panics").push(look(&target));
            let is_broken = request.path.starts_with(*breaks.lock().expect("nobody panics"));
            is_broken.then(|| (503, "", format!("{:?} is busy", request.headers)))
        });
        let outlet = Outlet::new(12);
        let settings = fs::read_to_string(outlet.root().join("site.toml")).expect("settings");
        let live = "[publish.live]\nurl = \"s3://outlet/live\"\n";
        outlet
            .write("site.toml", &format!("{settings}lite = true\n{}{ALL}{live}", world.settings()));
        outlet.story(11, "Story 11", "aliases = [\"/once/here/\"]\n");
        Self { outlet, server, world, seen, broken }
    }

    fn run(&self, words: &str) -> Run {
        let mut program = self.outlet.program(words, Some(&self.server.endpoint()));
        Run::of(program.envs(self.world.variables()))
    }

    /// What was told since this was asked last. Whoever was told saw what lies there now.
    fn told(&self) -> Told {
        let now = look(&self.server);
        for seen in self.seen.lock().expect("nobody panics").drain(..) {
            assert!(seen == now, "somebody was called before everything was live");
        }
        let mut told = Told::new();
        for (request, status) in self.world.heard.lock().expect("nobody panics").drain(..) {
            if (200..300).contains(&status) {
                let (who, what) = said(&request.path, &request.body);
                told.entry(who).or_default().extend(what);
            }
        }
        told
    }

    fn purge_json(&self) -> Value {
        let file = self.outlet.root().join(".masthead/purge.json");
        serde_json::from_str(&fs::read_to_string(file).expect("purge.json")).expect("JSON")
    }

    fn left(&self) -> Value {
        self.purge_json()["targets"]["live"]["left"].clone()
    }

    /// What is to be said of the difference between two listings, found without the program.
    fn expected(&self, before: &Listing, after: &Listing) -> Told {
        let paths: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let mut told = Told::new();
        let mut tell = |who, what| told.entry(who).or_default().insert(what);
        for path in paths.into_iter().filter(|path| before.get(*path) != after.get(*path)) {
            if path == "_masthead/manifest" {
                continue;
            }
            let local = format!("/{}", path.strip_suffix("index.html").unwrap_or(path));
            let url = format!("{HOME}{local}");
            tell("fastly", format!("at-{}", &blake3::hash(path.as_bytes()).to_hex()[..12]));
            tell("cloudflare", url.clone());
            tell("cloudfront", local);
            let name = path.rsplit('/').next().unwrap_or(path);
            if ["feed.xml", "rss.xml", "feed.json"].contains(&name) && after.contains_key(path) {
                tell("hub", url.clone());
            }
            let is_page = path.ends_with("index.html") && !path.starts_with("lite/");
            if is_page && !(after.contains_key(path) && self.leads_on(path)) {
                tell("indexnow", url);
            }
        }
        told
    }

    fn leads_on(&self, path: &str) -> bool {
        let (_, bytes) = self.server.get("live", path);
        String::from_utf8_lossy(&bytes).contains("http-equiv=\"refresh\"")
    }

    /// Publishes, and holds what was told against what has changed.
    fn publish(&self, words: &str, when: &str) -> Told {
        let before = look(&self.server);
        self.run(words).fine();
        let told = self.told();
        assert_told(&told, &self.expected(&before, &look(&self.server)), when);
        if !told.is_empty() {
            assert_eq!(self.left(), json!({}), "{when}");
        }
        told
    }
}

/// Everybody was told exactly this.
fn assert_told(told: &Told, expected: &Told, when: &str) {
    let beyond = |one: &Told, other: &Told| -> Vec<String> {
        let of = |(who, what): (&&'static str, &BTreeSet<String>)| {
            let known = other.get(who).cloned().unwrap_or_default();
            what.difference(&known).map(|what| format!("{who} {what}")).collect::<Vec<_>>()
        };
        one.iter().flat_map(of).collect()
    };
    let (wrong, missing) = (beyond(told, expected), beyond(expected, told));
    assert!(told == expected, "{when}: told {wrong:#?}, not told {missing:#?}");
}

/// Who was told, and of what.
fn said(path: &str, body: &str) -> (&'static str, Vec<String>) {
    let texts = |list: &Value| -> Vec<String> {
        let items = list.as_array().into_iter().flatten();
        items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    match path.split('/').nth(1) {
        Some("service") => ("fastly", texts(&json["surrogate_keys"])),
        Some("zones") => ("cloudflare", texts(&json["files"])),
        Some("2020-05-31") => {
            let xml = roxmltree::Document::parse(body).expect("XML");
            let paths = xml.descendants().filter(|node| node.tag_name().name() == "Path");
            ("cloudfront", paths.filter_map(|node| node.text().map(str::to_owned)).collect())
        }
        Some("hub") => {
            let form = url::form_urlencoded::parse(body.as_bytes());
            let urls = form.filter(|(name, _)| name == "hub.url");
            ("hub", urls.map(|(_, url)| url.into_owned()).collect())
        }
        _ => ("indexnow", texts(&json["urlList"])),
    }
}

/// The URLs behind some paths.
fn urls(paths: &[&str]) -> BTreeSet<String> {
    paths.iter().map(|path| format!("{HOME}{path}")).collect()
}

#[test]
fn everybody_hears_exactly_what_has_changed() {
    let desk = Newsroom::new();
    let nobody = Told::new();
    desk.run("publish live --dry-run").fine();
    assert_eq!(desk.told(), nobody, "a dry run");
    let first = desk.publish("publish live", "first");
    assert!(first["fastly"].len() > 50 && first["hub"].len() > 5, "{first:?}");
    assert_eq!(desk.publish("publish live", "nothing has changed"), nobody);

    desk.outlet.append(3, "One sentence more.");
    desk.run("publish live --dry-run").fine();
    assert_eq!(desk.told(), nobody, "a dry run");
    let edited = desk.publish("publish live", "an edit");
    assert_eq!(edited["indexnow"], urls(&["/politics/s3/"]));
    assert!(edited["cloudflare"].is_superset(&urls(&["/politics/s3/", "/lite/politics/s3/"])));

    desk.outlet.remove(11);
    let down = desk.publish("publish live", "a takedown");
    let gone =
        ["/culture/s11/", "/lite/culture/s11/", "/once/here/", "/", "/culture/", "/feed.xml"];
    assert!(down["cloudflare"].is_superset(&urls(&gone)), "{:?}", down["cloudflare"]);
    assert!(down["indexnow"].is_superset(&urls(&["/culture/s11/", "/once/here/"])));
    assert!(down["hub"].is_superset(&urls(&["/feed.xml"])));

    let back = desk.publish("publish live --rollback", "a rollback");
    assert_eq!(back["cloudflare"], down["cloudflare"]);
    assert!(back["hub"].is_superset(&urls(&["/feed.xml"])));
    desk.no_secrets();
}

/// Subscribers and search engines come last: sooner, they would fetch old copies.
#[test]
fn in_this_order() {
    let desk = Newsroom::new();
    desk.run("publish live").fine();
    let mut order: Vec<String> = desk.world.asked();
    order.dedup();
    let expected = [
        "/service/abc/purge 200",
        "/zones/zone1/purge_cache 200",
        "/2020-05-31/distribution/E1/invalidation 201",
        "/hub 204",
        "/indexnow 202",
    ];
    assert_eq!(order, expected);
    // Engines fetch the key before they believe a word.
    assert_eq!(desk.server.get("live", "12345678.txt").1, b"12345678");
}

/// What cannot be written down now could not be said later.
#[test]
fn what_is_to_be_told_is_written_down_first() {
    let desk = Newsroom::new();
    desk.publish("publish live", "first");
    let before = look(&desk.server);
    let record = desk.outlet.root().join(".masthead/purge.json");
    std::fs::remove_file(&record).expect("removed");
    std::fs::create_dir(&record).expect("a folder in its place");
    desk.outlet.story(3, "Another headline", "");
    desk.run("publish live").refused(3, "purge.json");
    assert_eq!(look(&desk.server), before, "nothing is live of which nobody would hear");
    std::fs::remove_dir(&record).expect("removed");
    desk.publish("publish live", "second");
}

#[test]
fn whoever_does_not_listen_is_told_again() {
    for (broken, name, waiting) in [
        ("/service", "fastly", true),
        ("/zones", "cloudflare", true),
        ("/2020-05-31", "cloudfront", true),
        ("/hub", "websub", false),
        ("/indexnow", "indexnow", false),
    ] {
        let desk = Newsroom::new();
        desk.publish("publish live", "first");
        let before = look(&desk.server);
        *desk.broken.lock().expect("nobody panics") = broken;
        desk.outlet.story(3, "Another headline", "");
        let run = desk.run("publish live").refused(4, &format!("{name} was not told"));
        assert_eq!(run.err.contains("websub waits"), waiting, "{broken}: {}", run.err);
        let first = look(&desk.server);
        assert_ne!(first, before, "the news is live");
        let mut told = desk.told();
        let whole = desk.expected(&before, &first);
        assert!(told.len() < whole.len() && !told.contains_key(said_as(name)), "{broken}");
        // Again alone, while it is still out of order; an edition without news says nothing.
        desk.run("purge").refused(4, &format!("{name} was not told"));
        desk.run("publish live").fine();
        assert_eq!(desk.told(), Told::new(), "{broken}");
        // The next edition's is said with it, once it listens.
        let rest = desk.left();
        assert!(rest[name].as_array().is_some_and(|rest| !rest.is_empty()), "{rest}");
        desk.outlet.append(7, "One sentence more.");
        desk.run("publish live").refused(4, &format!("{name} was not told"));
        let second = look(&desk.server);
        told_too(&mut told, desk.told());
        *desk.broken.lock().expect("nobody panics") = "nobody";
        desk.run("purge live").fine();
        let again = desk.told();
        assert!(again.contains_key(said_as(name)), "{broken}: {again:?}");
        told_too(&mut told, again);
        let mut all = whole;
        told_too(&mut all, desk.expected(&first, &second));
        assert_told(&told, &all, broken);
        assert_eq!(desk.left(), json!({}));
        desk.run("purge").fine();
        assert_eq!(desk.told(), Told::new());
        desk.no_secrets();
    }
}

/// A staging area, a mirror and a preview are in no cache of the outlet's, and need no token.
#[test]
fn only_what_readers_of_the_outlet_get_is_told_of() {
    let desk = Newsroom::new();
    let settings = fs::read_to_string(desk.outlet.root().join("site.toml")).expect("settings");
    let more = "[publish.staging]\nurl = \"s3://outlet/staging\"\npurge = false\n\
        [publish.mirror]\nurl = \"s3://outlet/mirror\"\nbase_url = \"https://mirror.example\"\n";
    desk.outlet.write("site.toml", &format!("{settings}{more}"));
    desk.publish("publish live", "first");
    let silent = |words: &str, why: &str| {
        let variables = desk.world.variables().into_iter();
        let variables = variables.filter(|(name, _)| !name.contains("_API_TOKEN"));
        let mut program = desk.outlet.program(words, Some(&desk.server.endpoint()));
        let run = Run::of(program.envs(variables)).fine();
        assert_eq!(desk.told(), Told::new(), "{words}");
        assert!(run.out.contains("published to"), "{words}: {}", run.out);
        assert!(run.out.contains("nobody is told") && run.out.contains(why), "{}", run.out);
    };
    let (own, elsewhere) = ("`purge = false`", "https://proof.example");
    for round in 0..2 {
        desk.outlet.append(3, &format!("Sentence {round} more."));
        silent("publish staging", own);
        silent("publish mirror --base-url https://mirror.example", elsewhere);
        silent("publish s3://outlet/preview --base-url https://preview.example", elsewhere);
    }
    silent("publish staging --rollback", own);
    // The manifest knows for whom an edition was built.
    silent("publish mirror --rollback", elsewhere);
    let targets = desk.purge_json()["targets"].clone();
    for (name, home) in [("staging", HOME), ("mirror", "https://mirror.example")] {
        let story = format!("{home}/politics/s3/");
        let changed = targets[name]["changed"]["urls"].as_array().expect("a list").clone();
        assert!(changed.contains(&json!(story)), "{changed:?}");
        assert_eq!(targets[name]["left"], json!({}), "{name}");
    }
    // What is live has not changed meanwhile, and the own address may be written out.
    let told = desk.publish(&format!("publish live --base-url {HOME}/"), "the own address");
    assert_eq!(told["indexnow"], urls(&["/politics/s3/"]));
}

/// What the helper of these tests calls a service.
fn said_as(name: &str) -> &str {
    if name == "websub" { "hub" } else { name }
}

fn told_too(told: &mut Told, more: Told) {
    more.into_iter().for_each(|(who, what)| told.entry(who).or_default().extend(what));
}

impl Newsroom {
    /// No credential stands in anything that was written, here or at the target.
    fn no_secrets(&self) {
        let clean = |bytes: &[u8]| !String::from_utf8_lossy(bytes).contains("canary-secret");
        for folder in [self.outlet.root(), self.outlet.public()] {
            for (path, bytes) in tree(&folder) {
                assert!(clean(&bytes), "a secret in {path}");
            }
        }
        for key in self.server.list_all("live").keys() {
            let (headers, bytes) = self.server.get("live", key);
            assert!(clean(&bytes) && clean(format!("{headers:?}").as_bytes()), "a secret in {key}");
            if key == "_masthead/manifest" {
                let manifest = Manifest::decode(&bytes, "live").expect("a manifest");
                assert!(clean(format!("{manifest:?}").as_bytes()), "a secret in the manifest");
            }
        }
    }
}
