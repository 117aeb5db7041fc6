//! CDNs, a hub and a search engine on this machine, as strict as their documentation: they refuse
//! what goes beyond their limits or is not signed, and answer in their own words.

use super::*;
use crate::{
    edition::{ListKey, ListKind, Slice},
    outputs::Planned,
    site::{HostFile, resolve},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

/// A request as it came.
#[derive(Clone, Debug)]
struct Heard {
    path: String,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Heard {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    fn has(&self, name: &str, value: &str) -> bool {
        self.headers.get(name).is_some_and(|own| own == value)
    }
}

/// Status, further headers, body.
type Said = (u16, &'static str, String);

/// All the services under one address, and what they heard.
struct World {
    address: String,
    heard: Arc<Mutex<Vec<(Heard, u16)>>>,
}

impl World {
    /// `before` answers the first requests, one each, whoever is asked.
    fn new(before: &'static [(u16, &'static str, &'static str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = heard.clone();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.expect("a connection");
                let request = read(&mut BufReader::new(stream.try_clone().expect("a stream")));
                let said = before
                    .get(number)
                    .map(|(status, headers, body)| (*status, *headers, (*body).to_owned()));
                let (status, headers, body) = said.unwrap_or_else(|| answer(&request));
                hears.lock().expect("nobody panics").push((request, status));
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status} X\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
                    body.len()
                );
            }
        });
        Self { address, heard }
    }

    /// The environment, but for what a test leaves out.
    fn env(&self, without: &'static str) -> impl Fn(&str) -> Option<String> + use<'_> {
        move |name| {
            let value = match name {
                _ if name == without => return None,
                "FASTLY_API_TOKEN" => "fastly-token",
                "CLOUDFLARE_API_TOKEN" => "cloudflare-token",
                "CLOUDFLARE_ZONE_ID" => "zone1",
                "AWS_ACCESS_KEY_ID" => "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY" => "aws-secret",
                "AWS_SESSION_TOKEN" => "aws-token",
                "MASTHEAD_PATIENCE_MS" => "1",
                "MASTHEAD_FASTLY_URL"
                | "MASTHEAD_CLOUDFLARE_URL"
                | "AWS_ENDPOINT_URL_CLOUDFRONT" => &self.address,
                _ => return None,
            };
            Some(value.to_owned())
        }
    }

    fn site(&self, lines: &str) -> Site {
        let hub = format!("[feeds]\nhub = \"{}/hub\"\n", self.address);
        let engine =
            format!("[indexnow]\nkey = \"12345678\"\nendpoint = \"{}/indexnow\"\n", self.address);
        let head = "title = \"T\"\nbase_url = \"https://post.example/news\"\n";
        let (site, findings) = resolve("site.toml", &format!("{head}{lines}{hub}{engine}"), None);
        site.unwrap_or_else(|| panic!("{findings:#?}"))
    }

    /// The paths that were asked for, each with the status that was answered.
    fn asked(&self) -> Vec<String> {
        let heard = self.heard.lock().expect("nobody panics");
        heard.iter().map(|(request, status)| format!("{} {status}", request.path)).collect()
    }

    fn bodies(&self, path: &str) -> Vec<String> {
        let heard = self.heard.lock().expect("nobody panics");
        let fitting = heard.iter().filter(|(request, _)| request.path.contains(path));
        fitting.map(|(request, _)| request.body.clone()).collect()
    }
}

fn read(reader: &mut impl BufRead) -> Heard {
    let mut line = String::new();
    reader.read_line(&mut line).expect("a request");
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header");
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").map_or(0, |n| n.parse().expect("a length"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    Heard { path, headers, body: String::from_utf8(body).expect("text") }
}

fn answer(request: &Heard) -> Said {
    match request.path.split('/').nth(1) {
        Some("service") => fastly(request),
        Some("zones") => cloudflare(request),
        Some("2020-05-31") => cloudfront(request),
        Some("hub") => hub(request),
        _ => indexnow(request),
    }
}

/// `{"key": "id"}` for each key; 401 without a token, 400 beyond 256 keys.
fn fastly(request: &Heard) -> Said {
    let asked = request.json();
    let keys = asked["surrogate_keys"].as_array().cloned().unwrap_or_default();
    if !request.has("fastly-key", "fastly-token") {
        return (
            401,
            "",
            json!({ "msg": "Provided credentials are missing or invalid" }).to_string(),
        );
    }
    if request.path != "/service/abc/purge" || keys.is_empty() || keys.len() > 256 {
        return (400, "", json!({ "msg": "Too many surrogate keys" }).to_string());
    }
    let ids = keys.iter().filter_map(|key| Some((key.as_str()?.to_owned(), json!("108-1-2"))));
    (200, "", Value::Object(ids.collect()).to_string())
}

/// `success`, or errors with codes; at most 100 of one kind.
fn cloudflare(request: &Heard) -> Said {
    let fail = |status, code: u32, message: &str| -> Said {
        let errors = json!([{ "code": code, "message": message }]);
        (
            status,
            "",
            json!({ "success": false, "errors": errors, "messages": [], "result": null })
                .to_string(),
        )
    };
    if !request.has("authorization", "Bearer cloudflare-token") {
        return fail(403, 10000, "Authentication error");
    }
    let asked = request.json();
    let many = ["files", "tags"].iter().any(|kind| {
        asked[kind].as_array().is_some_and(|items| items.is_empty() || items.len() > 100)
    });
    if request.path != "/zones/zone1/purge_cache" || many {
        return fail(400, 1094, "Purge exceeded the limit of operations per request");
    }
    (
        200,
        "",
        json!({ "success": true, "errors": [], "messages": [], "result": { "id": "zone1" } })
            .to_string(),
    )
}

/// 201 for a signed batch whose quantity is right, of at most 3,000 paths.
fn cloudfront(request: &Heard) -> Said {
    let error = |status, code: &str| -> Said {
        (status, "", format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>"))
    };
    let xml = roxmltree::Document::parse(&request.body).expect("XML");
    let paths = xml.descendants().filter(|node| node.has_tag_name((AWS, "Path"))).count();
    let text =
        |name| xml.descendants().find(|n| n.has_tag_name((AWS, name))).and_then(|n| n.text());
    if !is_signed(request) {
        return error(403, "SignatureDoesNotMatch");
    }
    if text("Quantity") != Some(&paths.to_string()) || text("CallerReference").is_none() {
        return error(400, "InconsistentQuantities");
    }
    if paths > 3000 {
        return error(413, "BatchTooLarge");
    }
    (201, "", "<Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>".to_owned())
}

const AWS: &str = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

/// Reckons the signature as AWS does.
fn is_signed(request: &Heard) -> bool {
    let Some(header) = request.headers.get("authorization") else { return false };
    let field = |name: &str| {
        let rest = header.split(&format!("{name}=")).nth(1).unwrap_or_default();
        rest.split(',').next().unwrap_or_default().trim().to_owned()
    };
    let (scope, signed) = (field("Credential"), field("SignedHeaders"));
    let Some(scope) = scope.strip_prefix("AKIDEXAMPLE/") else { return false };
    let lines: String = signed
        .split(';')
        .map(|name| format!("{name}:{}\n", request.headers.get(name).map_or("", String::as_str)))
        .collect();
    let body = hex(&Sha256::digest(&request.body));
    let canonical = format!("POST\n{}\n\n{lines}\n{signed}\n{body}", request.path);
    let date = &request.headers["x-amz-date"];
    let words = hex(&Sha256::digest(canonical));
    let words = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{words}");
    let key = scope.split('/').fold(b"AWS4aws-secret".to_vec(), |key, part| hmac(&key, part));
    let day =
        scope.starts_with(&date[..8]) && scope.ends_with("/us-east-1/cloudfront/aws4_request");
    day && request.has("x-amz-security-token", "aws-token")
        && hex(&hmac(&key, &words)) == field("Signature")
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut block = key.to_vec();
    block.resize(64, 0);
    let pad = |with: u8| block.iter().map(|b| b ^ with).collect::<Vec<u8>>();
    let inner = Sha256::digest([&pad(0x36)[..], text.as_bytes()].concat());
    Sha256::digest([&pad(0x5c)[..], &inner[..]].concat()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// 204 for a form of one feed.
fn hub(request: &Heard) -> Said {
    let form: Vec<(String, String)> =
        url::form_urlencoded::parse(request.body.as_bytes()).into_owned().collect();
    match form.as_slice() {
        [(mode, publish), (url, _)]
            if mode == "hub.mode" && publish == "publish" && url == "hub.url" =>
        {
            (204, "", String::new())
        }
        _ => (400, "", "hub.mode and hub.url".to_owned()),
    }
}

/// 422 for what is of another host or no page, 403 for an unknown key.
fn indexnow(request: &Heard) -> Said {
    let asked = request.json();
    let urls = asked["urlList"].as_array().cloned().unwrap_or_default();
    let of_host =
        |url: &Value| url.as_str().is_some_and(|u| u.starts_with("https://post.example/news/"));
    if asked["key"] != "12345678"
        || asked["keyLocation"] != "https://post.example/news/12345678.txt"
    {
        return (403, "", String::new());
    }
    if asked["host"] != "post.example"
        || urls.is_empty()
        || urls.len() > 10_000
        || !urls.iter().all(of_host)
    {
        return (422, "", String::new());
    }
    (202, "", String::new())
}

const ALL: &str = "[purge]\nfastly = { service = \"abc\" }\ncloudflare = {}\ncloudfront = { distribution = \"E1\" }\n";

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
    let change = |at: &str, kind, class| Change { path: path(at), kind, class };
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
    fn new(lines: &str, before: &'static [(u16, &'static str, &'static str)]) -> Self {
        let world = World::new(before);
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
            announce: true,
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
        assert!(!text.contains("token") && !text.contains("aws-secret"), "{text}");
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
    assert!(heard[0].0.has("fastly-soft-purge", "1"));
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
    let change = |i| Change { path: path(i), kind: ChangeKind::Changed, class: Class::Article };
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
    let desk = Desk::new(ALL, &[(403, "", "{\"msg\":\"fastly-token may not\"}")]);
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
    let desk = Desk::new("", &[]);
    let (plan, changes) = edition();
    let outcome = desk.with("", |job| run(&changes, &plan, &Job { announce: false, ..*job }));
    assert_eq!(outcome.expect("a folder"), Outcome::default());
    assert_eq!(desk.world.asked(), [""; 0]);
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
