//! Text that is stored packed: what browsers get, unpacked, is what was built.

use super::{
    kinds::{Kind, at_every_kind},
    outlet::{Outlet, Run, for_readers},
    s3::Server,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read,
};

fn set(outlet: &Outlet, compress: &str, kind: Kind) {
    let settings = fs::read_to_string(outlet.root().join("site.toml")).expect("settings");
    let settings = settings.split("\n[publish").next().unwrap_or_default().to_owned();
    let targets = ["live", "fresh"].map(|name| {
        format!("\n[publish.{name}]\nurl = \"s3://outlet/{name}-{compress}\"\ncompress = \"{compress}\"\n")
    });
    // What is live stays where it is, whatever the setting.
    let targets = targets.concat().replace(&format!("live-{compress}"), "live");
    outlet.write("site.toml", &(settings + &kind.words(&targets)));
}

fn unpacked(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match encoding {
        "gzip" => flate2::read::GzDecoder::new(bytes).read_to_end(&mut out).expect("gzip"),
        "br" => brotli::Decompressor::new(bytes, 4096).read_to_end(&mut out).expect("Brotli"),
        _ => panic!("{encoding} was not asked for"),
    };
    out
}

fn written(run: &Run) -> BTreeSet<String> {
    let json = run.json();
    let uploads = json["uploads"].as_array().expect("what was written").iter();
    uploads.map(|one| one["path"].as_str().expect("a path").to_owned()).collect()
}

/// What lies at a target packed so; everything there, unpacked, is what was built.
fn packed(
    server: &Server,
    target: &str,
    built: &BTreeMap<String, Vec<u8>>,
    by: &str,
) -> BTreeSet<String> {
    let objects = server.objects(target);
    assert!(objects.keys().eq(built.keys()), "{target}");
    let mut packed = BTreeSet::new();
    for (path, (headers, bytes)) in objects {
        match headers.get("content-encoding") {
            Some(encoding) => {
                assert_eq!(encoding, by, "{path}");
                assert!(unpacked(encoding, &bytes) == built[&path], "{path}");
                assert!(bytes.len() < built[&path].len(), "{path}");
                packed.insert(path);
            }
            None => assert!(bytes == built[&path], "{path}"),
        }
    }
    packed
}

/// Whoever puts parts into pages has to read them.
#[test]
fn pages_that_are_put_together_stay_as_they_are() {
    let server = Server::start();
    for (fragments, pages_too) in
        [("client", true), ("inline", true), ("esi", false), ("ssi", false)]
    {
        let outlet = Outlet::new(6);
        let settings = fs::read_to_string(outlet.root().join("site.toml")).expect("settings");
        outlet.write("site.toml", &settings.replace("\"client\"", &format!("\"{fragments}\"")));
        outlet.write("static/long.txt", &"A line of a long text.\n".repeat(200));
        set(&outlet, "br", Kind::S3);
        let place = format!("s3://outlet/{fragments}");
        let settings = fs::read_to_string(outlet.root().join("site.toml")).expect("settings");
        outlet.write("site.toml", &settings.replace("s3://outlet/live", &place));
        outlet.run("publish live", &server).fine();
        let by = packed(&server, fragments, &for_readers(&outlet), "br");
        assert!(by.contains("long.txt"), "{fragments}");
        assert_eq!(by.contains("index.html"), pages_too, "{fragments}");
    }
}

#[test]
fn for_browsers_and_back_again() {
    let server = Server::start();
    let outlet = Outlet::new(12);
    let long = "A line of a long text.\n".repeat(200);
    outlet.write("static/long.txt", &long);
    outlet.write("static/short.txt", "A short text.");
    outlet.write("static/data.bin", &long);
    let run = |words: &str| outlet.run(words, &server).fine();
    for compress in ["none", "br", "gzip"] {
        set(&outlet, compress, Kind::S3);
        let before: BTreeSet<String> = server.list("live").into_keys().collect();
        let run_of_it = run("publish live --format json");
        let built = for_readers(&outlet);
        let now = packed(&server, "live", &built, compress);
        let all: BTreeSet<String> = built.keys().cloned().collect();
        // A change of the setting writes what is packed, and nothing else.
        assert_eq!(written(&run_of_it), if before.is_empty() { all } else { now.clone() });
        if compress != "none" {
            for path in ["long.txt", "index.html", "politics/s0/index.html"] {
                assert!(now.contains(path), "{path} is not packed");
            }
            let left = ["short.txt", "data.bin", "feed.xml", "sitemap.xml", "robots.txt"];
            for path in built.keys().filter(|path| left.iter().any(|end| path.ends_with(end))) {
                assert!(!now.contains(path), "{path} is packed");
            }
            assert!(built.keys().any(|path| path.ends_with(".xml")), "there are feeds");
        }
        assert_eq!(run("publish live --format json").did(), (0, 0), "{compress}");
        run("verify live");
        run("verify live --deep");
        // Another machine packs it the same.
        outlet.copy().run("publish fresh", &server).fine();
        server.assert_same("live", &format!("fresh-{compress}"), compress);
    }
    // Back over changes of the setting: packed as it was then, and said so.
    for earlier in ["br", "none"] {
        run("publish live --rollback");
        server.assert_same("live", &format!("fresh-{earlier}"), &format!("back to {earlier}"));
        run("verify live --deep");
    }
}

at_every_kind!(an_edit_and_a_return);

fn an_edit_and_a_return(kind: Kind) {
    for compress in ["br", "gzip"] {
        returned(kind, compress);
    }
}

fn returned(kind: Kind, compress: &str) {
    let server = Server::of(kind);
    let outlet = Outlet::new(12);
    set(&outlet, compress, kind);
    let run = |words: &str| outlet.run(words, &server).fine();
    run("publish live");
    run("publish fresh");
    outlet.append(3, "One sentence more.");
    outlet.remove(5);
    run("publish live");
    packed(&server, "live", &for_readers(&outlet), compress);
    run("publish live --rollback");
    server.assert_same("live", &format!("fresh-{compress}"), "back");
    run("verify live --deep");
}
