//! A machine that begins with nothing but the sources, and the ledger at the target.

use super::{
    outlet::{Outlet, for_readers, shown},
    s3::Server,
};
use flate2::read::GzDecoder;
use std::{fs, io::Read};

#[test]
fn one_changed_story_renders_one_page() {
    let server = Server::start();
    let outlet = Outlet::new(24);
    let publish = "publish s3://outlet/live --remote-ledger --format json";
    outlet.run(publish, &server).fine();
    let runner = outlet.copy();
    runner.append(3, "One sentence more.");
    let run = runner.run(publish, &server).fine();
    let built = for_readers(&runner);
    let all = shown(&outlet.public()).len();
    assert!(!built.is_empty() && built.len() < all / 4, "{} of {all} were made", built.len());
    assert_eq!(run.did().0, built.len(), "what was made is what was sent");
    let clean = runner.copy();
    clean.run("publish s3://outlet/clean", &server).fine();
    server.assert_same("live", "clean", "as a clean build");
    // The next blank machine goes on from there, and so does the first.
    let third = runner.copy();
    assert_eq!(third.run(publish, &server).fine().did(), (0, 0));
    assert!(for_readers(&third).is_empty(), "nothing was made");
    outlet.append(3, "One sentence more.");
    assert_eq!(outlet.run(publish, &server).fine().did(), (0, 0));
}

#[test]
fn a_wrong_or_torn_ledger_costs_only_time() {
    let server = Server::start();
    let outlet = Outlet::new(12);
    let publish = "publish s3://outlet/live --remote-ledger";
    outlet.run(publish, &server).fine();
    outlet.run("publish s3://outlet/expected", &server).fine();
    let parts = || {
        let keys = server.list_all("live").into_keys();
        keys.filter(|key| key.starts_with("_masthead/ledger/")).collect::<Vec<String>>()
    };
    assert!(parts().len() > 3, "{:?}", parts());
    for number in 0..parts().len() {
        let part = &parts()[number];
        let (_, bytes) = server.get("live", part);
        let path = format!("/outlet/live/{part}");
        let torn = if number % 2 == 0 { &bytes[..bytes.len() / 2] } else { b"else".as_slice() };
        assert_eq!(server.ask("PUT", &path, &[], torn).0, 200);
        let runner = outlet.copy();
        runner.append(number, "One sentence more.");
        runner.run(publish, &server).fine();
        outlet.append(number, "One sentence more.");
        outlet.run(publish, &server).fine();
        outlet.run("publish s3://outlet/expected", &server).fine();
        server.assert_same_bytes("live", "expected", &format!("without {part}"));
    }
    // A folder that holds something else of the same length is not believed.
    let runner = outlet.copy();
    let page = runner.public().join("politics/s0/index.html");
    fs::create_dir_all(page.parent().expect("a folder")).expect("a folder");
    let right = fs::read(outlet.public().join("politics/s0/index.html")).expect("a page");
    fs::write(runner.public().join(".masthead-output"), "").expect("written");
    fs::write(&page, "x".repeat(right.len())).expect("written");
    runner.run("publish s3://outlet/other --remote-ledger", &server).fine();
    server.assert_same_bytes("other", "expected", "elsewhere");
}

/// Names of what is not published stay inside, though the ledger of this machine knows them.
#[test]
fn it_names_nothing_that_is_not_published() {
    let server = Server::start();
    let outlet = Outlet::new(12);
    let story = |path: &str, keys: &str, body: &str| {
        let text = format!("+++\ntitle = \"A title\"\ndate = \"2026-11-01\"\n{keys}+++\n{body}\n");
        outlet.write(path, &text);
    };
    story(
        "content/politics/canary-draft.md",
        "draft = true\ntags = [\"canary-tag\"]\n",
        "canary-body",
    );
    story(
        "content/politics/canary-embargo.md",
        "embargo = \"2026-12-01\"\nsummary = \"canary-summary\"\n",
        "x",
    );
    story(
        "content/sport/canary-expired.md",
        "expires = \"2026-11-10\"\nauthors = [\"canary-author\"]\n",
        "x",
    );
    outlet.write("content/politics/canary-picture.txt", "x");
    story(
        "content/politics/open.md",
        "",
        "See [this](canary-draft.md) and [that](/politics/canary-embargo/).",
    );
    story("content/politics/twin.md", "translation_of = \"canary-expired.md\"\n", "x");
    outlet.run("publish s3://outlet/live --remote-ledger", &server).fine();
    let mut looked = 0;
    for key in server.list_all("live").into_keys() {
        let (_, bytes) = server.get("live", &key);
        let mut text = key.clone().into_bytes();
        text.extend(&bytes);
        if let Some(start) = bytes.windows(3).take(64).position(|w| w == [0x1f, 0x8b, 8]) {
            let mut plain = Vec::new();
            GzDecoder::new(&bytes[start..]).read_to_end(&mut plain).expect("packed");
            text.extend(plain);
            looked += 1;
        }
        let text = String::from_utf8_lossy(&text).to_lowercase();
        let at =
            text.find("canary").map(|at| &text[at.saturating_sub(40)..(at + 40).min(text.len())]);
        assert!(!text.contains("canary"), "{key}: {at:?}");
    }
    assert!(looked > 4, "manifest and ledger were looked into");
    // And it is still of use.
    let runner = outlet.copy();
    runner.run("publish s3://outlet/live --remote-ledger", &server).fine();
    assert!(shown(&runner.public()).len() < shown(&outlet.public()).len() / 2);
}
