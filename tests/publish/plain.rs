//! What a newsroom does all day: a first publish, an edit, a story more, one taken down, a return.

use super::{
    kinds::{Kind, at_every_kind},
    outlet::{Outlet, assert_shown, for_readers, shown},
    s3::Server,
};
use std::{collections::BTreeMap, fs, path::Path};

/// The manifest is checked against a target that was published to for the first time.
fn equals_a_first_publish(outlet: &Outlet, server: &Server, target: &str, round: usize) {
    let fresh = format!("fresh-{round}");
    outlet.run(&format!("publish s3://outlet/{fresh}"), server).fine();
    server.assert_same(target, &fresh, &format!("round {round}"));
}

at_every_kind!(a_day_at_a_bucket, the_demo_outlet);

fn a_day_at_a_bucket(kind: Kind) {
    let server = Server::of(kind);
    let outlet = Outlet::new(24);
    let publish = "publish s3://outlet/live --format json";
    let first = outlet.run(publish, &server).fine();
    let all = for_readers(&outlet).len();
    assert_eq!(first.did(), (all, 0));
    let (headers, bytes) = server.get("live", "politics/s0/index.html");
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(headers["content-language"], "en");
    assert!(headers["cache-control"].contains("stale-while-revalidate"), "{headers:?}");
    let hash = &headers[&kind.metadata("masthead-hash")];
    assert_eq!(*hash, blake3::hash(&bytes).to_hex()[..32]);
    assert_eq!(bytes, fs::read(outlet.public().join("politics/s0/index.html")).expect("a page"));

    assert_eq!(outlet.run(publish, &server).fine().did(), (0, 0), "nothing has changed");

    outlet.story(3, "Story 3", "summary = \"Another standfirst.\"\n");
    outlet.run(publish, &server).fine();
    equals_a_first_publish(&outlet, &server, "live", 1);

    outlet.story(24, "One more", "");
    let added = outlet.run(publish, &server).fine();
    assert!(added.did().0 < all / 2, "{:?} of {all}", added.did());
    assert_eq!(added.json()["readers"]["added"][0][1], "One more");
    equals_a_first_publish(&outlet, &server, "live", 2);

    outlet.remove(5);
    outlet.story(7, "Another headline", "");
    let down = outlet.run(publish, &server).fine().json();
    assert_eq!(down["readers"]["taken_down"][0][1], "Story 5");
    assert_eq!(down["readers"]["headlines"][0][2], "Another headline");
    equals_a_first_publish(&outlet, &server, "live", 3);
    outlet.run("verify s3://outlet/live --deep", &server).fine();

    // Twice back, header for header; and forward again.
    outlet.run("publish s3://outlet/live --rollback", &server).fine();
    server.assert_same("live", "fresh-2", "one back");
    outlet.run("publish s3://outlet/live --rollback", &server).fine();
    server.assert_same("live", "fresh-1", "two back");
    outlet.run("verify s3://outlet/live --deep", &server).fine();
    outlet.run("publish s3://outlet/live --force", &server).fine();
    server.assert_same("live", "fresh-3", "forward again");
}

#[test]
fn a_day_at_a_folder() {
    let outlet = Outlet::new(24);
    let live = outlet.beside("live");
    let run = |words: &str| outlet.run_at(words, None);
    let publish = "publish ./live --format json";
    run(publish).fine();
    assert_shown(&live, &outlet.public(), "first");
    assert_eq!(run(publish).fine().did(), (0, 0));
    let before = shown(&live);
    outlet.remove(5);
    outlet.story(3, "Another headline", "");
    let dry = run("publish ./live --dry-run --format json").fine();
    assert!(shown(&live) == before, "a dry run touches nothing");
    let wet = run(publish).fine();
    assert_eq!(dry.did(), wet.did(), "what was told is what is done");
    assert_shown(&live, &outlet.public(), "after a day");
    run("verify ./live").fine();
    run("publish ./live --rollback").fine();
    assert!(shown(&live) == before, "back");
    private(&live);
}

/// A web server that serves the folder must not get at what was taken down.
fn private(live: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(live.join("_masthead")).expect("the room").permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

#[test]
fn what_a_folder_becomes_a_file_and_the_other_way_about() {
    let outlet = Outlet::new(3);
    outlet.write("static/thing", "a file");
    outlet.run_at("publish ./live", None).fine();
    fs::remove_file(outlet.root().join("static/thing")).expect("removed");
    outlet.write("static/thing/inner.txt", "a file in a folder");
    outlet.run_at("publish ./live", None).fine();
    assert_shown(&outlet.beside("live"), &outlet.public(), "a folder now");
    fs::remove_dir_all(outlet.root().join("static/thing")).expect("removed");
    outlet.write("static/thing", "a file");
    outlet.run_at("publish ./live", None).fine();
    assert_shown(&outlet.beside("live"), &outlet.public(), "a file again");
    outlet.run_at("verify ./live", None).fine();
}

fn the_demo_outlet(kind: Kind) {
    let server = Server::of(kind);
    let outlet = Outlet::demo();
    let publish = "publish s3://outlet/demo --format json";
    let first = outlet.run(publish, &server).fine();
    let built = for_readers(&outlet);
    assert_eq!(first.did(), (built.len(), 0));
    for (path, bytes) in &built {
        let (headers, object) = server.get("demo", path);
        assert!(object == *bytes, "{path}");
        assert!(headers.contains_key("content-type"), "{path}: {headers:?}");
    }
    assert_eq!(outlet.run(publish, &server).fine().did(), (0, 0));
    let page = "content/pages/about.md";
    let text = fs::read_to_string(outlet.root().join(page)).expect("a page");
    outlet.write(page, &format!("{text}\nOne sentence more.\n"));
    assert_eq!(outlet.run(publish, &server).fine().did(), (1, 0), "an edited page is one object");
    outlet.run("verify s3://outlet/demo", &server).fine();
    outlet.run("verify s3://outlet/demo --deep", &server).fine();
    // Old addresses lead on by themselves at S3's website endpoint; others have nothing like it.
    let (headers, _) = server.get("demo", &an_alias(&built));
    let leads = headers.get("x-amz-website-redirect-location");
    assert_eq!(leads.is_some_and(|to| to.starts_with('/')), kind == Kind::S3, "{headers:?}");
}

/// A page that leads elsewhere for good.
fn an_alias(built: &BTreeMap<String, Vec<u8>>) -> String {
    let leads = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains("http-equiv=\"refresh\"");
    let found = built.iter().find(|(path, bytes)| !path.contains("/page/") && leads(bytes));
    found.expect("the demo has an old address").0.clone()
}

#[test]
fn only_what_was_edited_is_told_as_changed() {
    let outlet = Outlet::new(8);
    let settings = fs::read_to_string(outlet.root().join("site.toml")).expect("settings");
    outlet.write("site.toml", &settings.replace("\"client\"", "\"inline\""));
    let run = |words: &str| outlet.run_at(words, None).fine();
    run("publish ./live");
    outlet.append(3, "A word more.");
    outlet.story(8, "One more", "");
    let readers = run("publish ./live --format json").json()["readers"].clone();
    assert_eq!(readers["added"][0][1], "One more");
    assert_eq!(readers["changed"], serde_json::json!([["/politics/s3/", "Story 3"]]));
    assert_eq!(readers["redrawn"], 7, "the others show another list of the latest");
    outlet.append(4, "A word more.");
    let told = run("publish ./live").out;
    assert!(told.contains("story changed     /sport/s4/  Story 4"), "{told}");
    assert!(!told.contains("drawn anew"), "{told}");
    run("publish ./live --rollback");
    let theme = fs::read_to_string(outlet.root().join("themes/plain/templates/base.html"));
    outlet.write("templates/base.html", &(theme.expect("a template") + "<!-- new -->"));
    let told = run("publish ./live --force").out;
    assert!(told.contains("drawn anew        8 pages of stories not edited"), "{told}");
    assert!(told.contains("story changed     /sport/s4/  Story 4"), "{told}");
}

#[test]
fn what_is_deleted_can_be_called_gone() {
    let outlet = Outlet::new(6);
    let settings = fs::read_to_string(outlet.root().join("site.toml")).expect("settings");
    let hosted = |more: &str| {
        outlet.write("site.toml", &format!("{settings}[hosting]\nfiles = [\"nginx\"]\n{more}"));
    };
    let run = |words: &str| outlet.run_at(words, None).fine();
    run("publish ./live");
    hosted("");
    outlet.remove(3);
    // One that moved leads on, and needs no word.
    outlet.remove(4);
    outlet.story(7, "Story 4, elsewhere", "aliases = [\"/sport/s4/\"]\n");
    let told = run("publish ./live --dry-run");
    let line = "for 410, write in `[hosting]` of site.toml: gone = [\"/politics/s3/\"]";
    assert!(told.out.contains(line), "{}", told.out);
    hosted("gone = [\"/politics/s3/\"]\n");
    let readers = run("publish ./live --format json").json()["readers"].clone();
    assert_eq!(readers["silent"], serde_json::json!([]));
    let maps = fs::read_to_string(outlet.beside("live/_hosting/nginx-maps.conf"));
    assert!(maps.expect("a map").contains("/politics/s3/"), "told");
}
