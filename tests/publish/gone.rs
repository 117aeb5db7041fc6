//! Gone for good: what was taken down and is to leave no trace leaves none.

use super::{outlet::Outlet, s3::Server};
use flate2::read::GzDecoder;
use std::{fs, io::Read};

/// Everything below a prefix as text, unpacked, as somebody would who looks for a word.
fn words(server: &Server, place: &str) -> Vec<(String, String)> {
    let read = |key: String| {
        let (_, bytes) = server.get(place, &key);
        let mut text = bytes.clone();
        if let Some(start) = bytes.windows(3).take(64).position(|w| w == [0x1f, 0x8b, 8]) {
            let mut plain = Vec::new();
            GzDecoder::new(&bytes[start..]).read_to_end(&mut plain).expect("packed");
            text.extend(plain);
        }
        let text = format!("{key} {}", String::from_utf8_lossy(&text).to_lowercase());
        (key, text)
    };
    server.list_all(place).into_keys().map(read).collect()
}

fn holding(server: &Server, place: &str, word: &str) -> Vec<String> {
    let all = words(server, place).into_iter();
    all.filter(|(_, text)| text.contains(word)).map(|(key, _)| key).collect()
}

fn keep(outlet: &Outlet, place: &str, keep: usize) {
    outlet.target(&format!("url = \"s3://outlet/{place}\"\nkeep = {keep}\n"));
}

#[test]
fn with_the_ledger_at_the_target() {
    let server = Server::start();
    for way in
        ["publish live", "publish live --rollback", "publish live --rollback --remote-ledger"]
    {
        let place = format!("live-{}", way.len());
        let outlet = Outlet::new(8);
        keep(&outlet, &place, 3);
        outlet.run("publish live --remote-ledger", &server).fine();
        outlet.story(3, "A canary", "summary = \"canary-summary\"\n");
        outlet.run("publish live --remote-ledger", &server).fine();
        assert!(!holding(&server, &format!("{place}/_masthead/ledger"), "canary").is_empty());
        outlet.story(3, "Story 3", "");
        keep(&outlet, &place, 0);
        outlet.run(way, &server).fine();
        outlet.run("publish live --force", &server).fine();
        assert_eq!(holding(&server, &place, "canary"), Vec::<String>::new(), "{way}");
        outlet.run("verify live --deep", &server).fine();
    }
}

#[test]
fn whatever_became_of_the_manifest() {
    let server = Server::start();
    let outlet = Outlet::new(8);
    keep(&outlet, "live", 3);
    outlet.run("publish live --remote-ledger", &server).fine();
    outlet.story(3, "A canary", "");
    outlet.run("publish live --remote-ledger", &server).fine();
    outlet.story(3, "Story 3", "");
    outlet.run("publish live", &server).fine();
    assert!(!holding(&server, "live", "canary").is_empty(), "it can be returned to");
    // An old block of a ledger whose list is lost.
    let stray = "/outlet/live/_masthead/ledger/0123456789abcdef0123456789abcdef";
    assert_eq!(server.ask("PUT", stray, &[], b"canary").0, 200);
    assert_eq!(server.ask("DELETE", "/outlet/live/_masthead/manifest", &[], b"").0, 204);
    // Nobody knows any more what was kept and why.
    outlet.run("publish live", &server).fine();
    assert_eq!(holding(&server, "live", "canary"), Vec::<String>::new());
    // Nothing has changed, and yet it goes.
    for key in ["kept/0123456789abcdef0123456789abcdef", "editions/00000077", "ledger/list"] {
        let path = format!("/outlet/live/_masthead/{key}");
        assert_eq!(server.ask("PUT", &path, &[], b"canary").0, 200);
    }
    keep(&outlet, "live", 0);
    outlet.run("publish live", &server).fine();
    assert_eq!(holding(&server, "live", "canary"), Vec::<String>::new());
    let left = server.list_all("live/_masthead").into_keys().collect::<Vec<_>>();
    assert_eq!(left, ["lease", "manifest"]);
}

#[test]
fn a_name_that_no_bucket_takes_is_refused_before_anything_is_said() {
    let server = Server::start();
    let outlet = Outlet::new(4);
    outlet.write("static/odd\u{1}.txt", "x");
    let long = format!("static/{}/{}.txt", ["deep"; 170].join("/"), "long".repeat(60));
    outlet.run("publish s3://outlet/live", &server).refused(1, "cannot be the name of an object");
    assert!(server.list_all("live").is_empty(), "{:?}", server.list_all("live"));
    fs::remove_file(outlet.root().join("static/odd\u{1}.txt")).expect("removed");
    outlet.write(&long, "x");
    outlet.run("publish s3://outlet/live", &server).refused(1, "cannot be the name of an object");
    fs::remove_file(outlet.root().join(long)).expect("removed");
    outlet.run("publish s3://outlet/live", &server).fine();
    outlet.run("verify s3://outlet/live --deep", &server).fine();
}

#[test]
fn a_ledger_that_names_what_is_beside_the_target() {
    let outlet = Outlet::new(4);
    outlet.run_at("publish ./live --remote-ledger", None).fine();
    let victim = outlet.beside("victim");
    fs::write(&victim, "precious").expect("written");
    let blocks = ["../../../victim".to_owned(), victim.display().to_string()];
    let hostile = masthead::publish::manifest::pack(&(b"a list".to_vec(), blocks.to_vec()));
    fs::write(outlet.beside("live/_masthead/ledger/list"), hostile).expect("written");
    outlet.append(1, "One sentence more.");
    outlet.run_at("publish ./live --remote-ledger", None).fine();
    let runner = outlet.copy();
    runner.append(2, "One sentence more.");
    let live = outlet.beside("live").display().to_string();
    runner.run_at(&format!("publish {live} --remote-ledger"), None).fine();
    assert_eq!(fs::read(&victim).expect("it is there"), b"precious");
}
