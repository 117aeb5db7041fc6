//! What is refused, and in which words; and that a refusal touches nothing.

use super::{
    outlet::{Outlet, Run, tree},
    s3::Server,
};
use std::{fs, process::Command};

#[test]
fn an_edition_that_is_not_for_the_target() {
    let outlet = Outlet::new(6);
    let run = |words: &str| outlet.run_at(words, None);
    run("publish ./live --drafts").refused(1, "shows drafts");
    assert!(!outlet.beside("live").exists(), "nothing was touched");
    run("publish ./live").fine();
    let before = tree(&outlet.beside("live"));
    run("publish ./live --base-url https://other.example").refused(1, "holds the outlet of");
    outlet.write("static/_masthead/mine.txt", "in the way");
    run("publish ./live").refused(1, "keeps its own things");
    fs::remove_dir_all(outlet.root().join("static/_masthead")).expect("removed");
    assert!(tree(&outlet.beside("live")) == before, "nothing was touched");
}

#[test]
fn a_named_target_knows_its_readers() {
    let outlet = Outlet::new(6);
    let settings = fs::read_to_string(outlet.root().join("site.toml")).expect("settings");
    let named = "[publish.live]\nurl = \"../live\"\nbase_url = \"https://preview.example\"\n";
    outlet.write("site.toml", &(settings + named));
    let run = |words: &str| outlet.run_at(words, None);
    run("publish live").refused(1, "--base-url https://preview.example");
    run("publish live --base-url https://preview.example").fine();
    run("verify live").fine();
    run("publish lvie").refused(1, "write `live`");
}

#[test]
fn an_older_edition() {
    let mut outlet = Outlet::new(6);
    outlet.run_at("publish ./live", None).fine();
    outlet.at = "2026-11-22T11:00:00Z".to_owned();
    outlet.story(1, "From another time", "");
    outlet.run_at("publish ./live", None).refused(1, "older than the one that is live");
    outlet.run_at("publish ./live --force", None).fine();
}

pub fn git(outlet: &Outlet, words: &str) {
    let mut git = Command::new("git");
    git.arg("-C").arg(outlet.root());
    git.args([
        "-c",
        "user.name=T",
        "-c",
        "user.email=t@example.org",
        "-c",
        "init.defaultBranch=main",
    ]);
    let out = git.args(words.split(' ')).output().expect("git is there");
    assert!(out.status.success(), "{words}: {}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn git_knows_which_edition_is_older() {
    let mut outlet = Outlet::new(6);
    outlet.write(".gitignore", ".masthead/\n");
    git(&outlet, "init -q");
    git(&outlet, "add .");
    git(&outlet, "commit -qm first");
    outlet.story(1, "Second", "");
    git(&outlet, "commit -qam second");
    outlet.run_at("publish ./live", None).fine();
    // Built later, from an earlier commit.
    git(&outlet, "checkout -q HEAD~1");
    outlet.at = "2026-11-22T13:00:00Z".to_owned();
    outlet.run_at("publish ./live", None).refused(1, "older than the one that is live");
    // Built for an earlier moment, from a later commit.
    git(&outlet, "checkout -q main");
    outlet.at = "2026-11-22T11:00:00Z".to_owned();
    outlet.story(1, "Third", "");
    git(&outlet, "commit -qam third");
    outlet.run_at("publish ./live", None).refused(1, "older than the one that is live");
    outlet.at = "2026-11-22T12:30:00Z".to_owned();
    outlet.run_at("publish ./live", None).fine();
    // What was withdrawn does not come back by itself.
    outlet.run_at("publish ./live --rollback", None).fine();
    outlet.at = "2026-11-22T14:00:00Z".to_owned();
    outlet.run_at("publish ./live", None).refused(1, "withdrawn from the target by a rollback");
    outlet.story(1, "Fourth", "");
    git(&outlet, "commit -qam fourth");
    outlet.run_at("publish ./live", None).fine();
}

#[test]
fn too_much_would_go() {
    let outlet = Outlet::new(60);
    outlet.run_at("publish ./live", None).fine();
    let before = tree(&outlet.beside("live"));
    (0..40).for_each(|number| outlet.remove(number));
    outlet.run_at("publish ./live", None).refused(1, "may go at once");
    assert!(tree(&outlet.beside("live")) == before, "nothing was touched");
    outlet.run_at("publish ./live --dry-run", None).refused(1, "--allow-deletes");
    outlet.run_at("publish ./live --allow-deletes", None).fine();
}

#[test]
fn what_is_there_must_be_whole_and_current() {
    let outlet = Outlet::new(6);
    outlet.run_at("publish ./live --no-build", None).refused(1, "not what a build would leave");
    outlet.run_at("publish ./live", None).fine();
    outlet.run_at("publish ./other --no-build", None).fine();
    let page = outlet.public().join("index.html");
    let mut bytes = fs::read(&page).expect("a page");
    bytes[0] ^= 1;
    fs::write(&page, bytes).expect("altered, and as long as before");
    outlet.run_at("publish ./third --no-build", None).refused(1, "not what a build would leave");
    assert!(!outlet.beside("third/feed.xml").exists(), "nothing went before it was seen");
    outlet.story(1, "Changed", "");
    outlet.run_at("publish ./live --no-build", None).refused(1, "not what a build would leave");
}

#[test]
fn a_manifest_that_cannot_be_believed() {
    let outlet = Outlet::new(6);
    outlet.run_at("publish ./live", None).fine();
    let manifest = outlet.beside("live/_masthead/manifest");
    let whole = fs::read(&manifest).expect("the manifest");
    for (bytes, words) in [
        (&whole[..whole.len() / 2], "is damaged"),
        (b"<html>", "is none of Masthead's"),
        (b"masthead manifest 99\n", "was written by a newer Masthead"),
    ] {
        fs::write(&manifest, bytes).expect("written");
        outlet.story(1, words, "");
        outlet.run_at("publish ./live", None).refused(3, words);
        outlet.run_at("verify ./live", None).refused(3, words);
    }
}

#[test]
fn credentials_that_are_not_there_or_not_good() {
    let outlet = Outlet::new(2);
    outlet
        .run_at("publish s3://outlet/live", None)
        .refused(3, "`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`");
    let nowhere = Some("http://127.0.0.1:9");
    let run = outlet.run_at("publish s3://outlet/live --timeout 1", nowhere);
    let run = run.refused(3, "tried 8 times").refused(3, "`s3://outlet/live` (at 127.0.0.1:9)");
    run.refused(3, "check the network");
    // What another try would not change is not tried again.
    let server = Server::start();
    let run = outlet.run("publish s3://nosuch/live", &server);
    let run = run.refused(3, "check that the bucket is there").refused(3, "`s3://nosuch/live`");
    assert!(!run.err.contains("tried") && !run.err.contains("<?xml"), "{}", run.err);
    let mut plain = outlet.program("publish s3://outlet/live", Some(&server.endpoint()));
    let run = Run::of(plain.env_remove("AWS_ALLOW_HTTP")).refused(3, "`AWS_ALLOW_HTTP=true`");
    assert!(!run.err.contains("tried"), "{}", run.err);
    let mut unnamed = outlet.program("publish", None);
    Run::of(unnamed.arg("")).refused(1, "no target is named");
    outlet.run_at("publish s3:/outlet/live", None).refused(1, "needs two slashes");
    outlet.run_at("publish s3://a:b@outlet/live", None).refused(1, "must not hold a password");
}

#[test]
fn what_strangers_did_is_told() {
    let server = Server::start();
    let outlet = Outlet::new(6);
    outlet.run("publish s3://outlet/live", &server).fine();
    let page = "/outlet/live/politics/s0/index.html";
    let (_, _, mut bytes) = server.ask("GET", page, &[], b"");
    bytes[0] ^= 1;
    // Another page of the same length, a page more, a page less, another header.
    assert_eq!(
        server.ask("PUT", page, &[("Content-Type", "text/html; charset=utf-8")], &bytes).0,
        200
    );
    assert_eq!(server.ask("PUT", "/outlet/live/extra.html", &[], b"x").0, 200);
    assert_eq!(server.ask("DELETE", "/outlet/live/sport/s1/index.html", &[], b"").0, 204);
    let run = outlet.run("verify s3://outlet/live", &server);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    for line in [
        "changed     politics/s0/index.html (bytes)",
        "added       extra.html",
        "removed     sport/s1/index.html",
    ] {
        assert!(run.out.contains(line), "{line}\n{}", run.out);
    }
    // Other bytes of another length under the same words, as a copy in a console leaves them.
    let about = "/outlet/live/politics/s3/index.html";
    let (_, headers, mut bytes) = server.ask("GET", about, &[], b"");
    let keep = |name: &str| name.starts_with("content-") && name != "content-length";
    let said: Vec<(&str, &str)> = headers
        .iter()
        .filter(|(name, _)| {
            keep(name) || name.starts_with("x-amz-meta-") || *name == "cache-control"
        })
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    bytes.push(b'!');
    assert_eq!(server.ask("PUT", about, &said, &bytes).0, 200);
    // The same bytes under other words.
    let feed = "/outlet/live/feed.xml";
    let (_, _, bytes) = server.ask("GET", feed, &[], b"");
    assert_eq!(server.ask("PUT", feed, &[("Content-Type", "text/plain")], &bytes).0, 200);
    for words in ["verify s3://outlet/live", "verify s3://outlet/live --deep"] {
        let run = outlet.run(words, &server);
        for line in
            ["changed     politics/s3/index.html (bytes)", "changed     feed.xml (headers: "]
        {
            assert!(run.out.contains(line), "{words}: {line}\n{}", run.out);
        }
    }
    outlet.run("publish s3://outlet/live --all", &server).fine();
    let run = outlet.run("verify s3://outlet/live", &server);
    assert!(
        run.code == 1 && run.out.contains("1 as they were not"),
        "the extra page stays: {}",
        run.out
    );
    // A folder is compared byte by byte.
    outlet.run_at("publish ./live", None).fine();
    fs::write(outlet.beside("live/index.html"), "defaced").expect("written");
    let run = outlet.run_at("verify ./live", None);
    assert!(run.code == 1 && run.out.contains("changed     index.html (bytes)"), "{}", run.out);
}

/// A repository with three commits of which the second is live at `./live`: `main` goes on from it,
/// `aside` from the first.
fn with_history() -> Outlet {
    let outlet = Outlet::new(6);
    outlet.write(".gitignore", ".masthead/\n");
    for words in ["init -q", "add .", "commit -qm first", "branch aside"] {
        git(&outlet, words);
    }
    outlet.story(1, "Second", "");
    git(&outlet, "commit -qam second");
    outlet.run_at("publish ./live", None).fine();
    outlet
}

#[test]
fn what_another_branch_took_live_is_not_taken_down() {
    let mut outlet = with_history();
    git(&outlet, "checkout -q aside");
    outlet.story(2, "Aside", "");
    git(&outlet, "commit -qam aside");
    outlet.at = "2026-11-22T13:00:00Z".to_owned();
    outlet.run_at("publish ./live", None).refused(1, "would be taken down");
    git(&outlet, "merge -q --no-edit main");
    outlet.run_at("publish ./live", None).fine();
    outlet.run_at("verify ./live", None).fine();
}

#[test]
fn git_that_does_not_answer() {
    use std::os::unix::fs::chown;
    let outlet = with_history();
    outlet.story(1, "Third", "");
    let own = |id| chown(outlet.root().join(".git"), Some(id), Some(id));
    if own(4711).is_err() {
        return; // Only the superuser can give a folder away.
    }
    outlet.run_at("publish ./live", None).refused(1, "safe.directory");
    own(0).expect("taken back");
    outlet.run_at("publish ./live", None).fine();
}

#[test]
fn an_edition_of_a_moment_to_come() {
    let mut outlet = Outlet::new(6);
    outlet.at = "2999-01-01T00:00:00Z".to_owned();
    outlet.run_at("publish ./live", None).refused(1, "yet to come");
    assert!(!outlet.beside("live").exists(), "nothing was touched");
    outlet.run_at("publish ./live --force", None).fine();
}

#[test]
fn a_dry_run_shows_what_is_refused() {
    let outlet = Outlet::new(60);
    outlet.run_at("publish ./live", None).fine();
    (0..40).for_each(|number| outlet.remove(number));
    let run = outlet.run_at("publish ./live --dry-run", None);
    assert!(run.code == 1 && run.err.contains("--allow-deletes"), "{}", run.err);
    assert!(run.out.contains("remove    ") && run.out.contains("would be refused"), "{}", run.out);
    let json = outlet.run_at("publish ./live --dry-run --format json", None).json();
    assert_eq!(json["ok"], false);
    assert!(json["deletions"].as_array().is_some_and(|gone| gone.len() >= 40), "{json}");
}

#[test]
fn a_dry_run_says_why() {
    let outlet = Outlet::new(6);
    outlet.run_at("publish ./live", None).fine();
    outlet.append(1, "More.");
    outlet.run_at("publish ./live", None).fine();
    for (words, line) in [
        ("publish ./live --all --dry-run", "(asked for)"),
        ("publish ./live --rollback --dry-run", "(bytes changed)"),
    ] {
        let before = tree(&outlet.beside("live"));
        let run = outlet.run_at(words, None).fine();
        assert!(run.out.contains(line), "{words}\n{}", run.out);
        assert!(tree(&outlet.beside("live")) == before, "{words}: nothing was touched");
    }
}

#[test]
fn a_rollback_needs_nothing_but_the_target() {
    let outlet = Outlet::new(6);
    outlet.run_at("publish ./live", None).fine();
    let before = fs::read(outlet.beside("live/index.html")).expect("a page");
    outlet.story(1, "Withdrawn", "");
    outlet.run_at("publish ./live", None).fine();
    fs::remove_file(outlet.root().join("site.toml")).expect("removed");
    let target = outlet.beside("live");
    let run = outlet.run_at(&format!("publish {} --rollback", target.display()), None).fine();
    assert!(run.out.contains("none was told"), "{}", run.out);
    assert!(fs::read(target.join("index.html")).expect("a page") == before, "it is back");
}

#[test]
fn an_edit_that_is_not_committed_is_of_its_commit() {
    let mut outlet = Outlet::new(6);
    for words in ["init -q", "add .", "commit -qm one"] {
        git(&outlet, words);
    }
    outlet.run_at("publish ./live", None).fine();
    outlet.append(1, "A word more.");
    git(&outlet, "commit -qam two");
    outlet.run_at("publish ./live", None).fine();
    // A file of an editor's or of the system's beside the stories, and the commit before.
    git(&outlet, "checkout -q HEAD~1");
    outlet.write("content/.DS_Store", "x");
    outlet.at = "2026-11-22T12:30:00Z".to_owned();
    outlet.run_at("publish ./live", None).refused(1, "older than the one that is live");
    // With nothing but that, the newest goes on.
    git(&outlet, "checkout -q -");
    outlet.append(2, "Another.");
    outlet.run_at("publish ./live", None).fine();
}

#[cfg(unix)]
#[test]
fn a_link_out_of_a_folder() {
    let outlet = Outlet::new(6);
    let (place, elsewhere) = (outlet.beside("out"), outlet.beside("elsewhere"));
    for folder in [&place, &elsewhere] {
        fs::create_dir(folder).expect("a folder");
    }
    let run = |words: &str| outlet.run_at(words, None);
    let link = place.join("politics");
    std::os::unix::fs::symlink(&elsewhere, &link).expect("a link");
    run("publish ./out").refused(1, "a link stands where this edition needs a folder: `politics`");
    assert!(tree(&elsewhere).is_empty(), "nothing was touched");
    fs::remove_file(&link).expect("removed");
    run("publish ./out").fine();
    // The same later on, for what is edited, taken down, or returned to.
    outlet.append(0, "A word more.");
    run("publish ./out").fine();
    fs::rename(&link, place.join("moved")).expect("renamed");
    fs::create_dir_all(elsewhere.join("s3")).expect("a folder");
    fs::write(elsewhere.join("s3/index.html"), "precious").expect("written");
    std::os::unix::fs::symlink(&elsewhere, &link).expect("a link");
    run("publish ./out --rollback").refused(1, "`politics`");
    outlet.remove(3);
    run("publish ./out").refused(1, "`politics`");
    let precious = || fs::read(elsewhere.join("s3/index.html")).is_ok_and(|it| it == b"precious");
    assert!(precious(), "nothing was touched");
    run("publish ./out --force").fine();
    assert!(!precious(), "the link was followed");
}

#[test]
fn a_strangers_file_where_something_was() {
    let outlet = Outlet::new(6);
    let run = |words: &str| outlet.run_at(words, None);
    run("publish ./live").fine();
    outlet.story(9, "For a day", "");
    run("publish ./live").fine();
    outlet.remove(9);
    run("publish ./live").fine();
    // In the way of a return, and of an edit.
    let put = |path: &str| {
        let file = outlet.beside("live").join(path);
        if file.is_dir() {
            fs::remove_dir_all(&file).expect("removed");
        }
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, "precious").expect("written");
    };
    put("politics/s9");
    put("sport/s1");
    outlet.append(1, "A word more.");
    let before = tree(&outlet.beside("live"));
    run("publish ./live --rollback").refused(1, "not Masthead's: `politics/s9`");
    run("publish ./live").refused(1, "not Masthead's: `sport/s1`");
    assert!(tree(&outlet.beside("live")) == before, "nothing was touched");
    // A folder where a file was.
    fs::remove_file(outlet.beside("live/sport/s1")).expect("removed");
    put("sport/s1/index.html/mine");
    run("publish ./live --force").refused(1, "a folder with files that are not Masthead's");
}

#[cfg(unix)]
#[test]
fn the_room_is_not_elsewhere() {
    let outlet = Outlet::new(6);
    let put = |path: &str| {
        let file = outlet.beside(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, "precious").expect("written");
    };
    let folders = ["kept", "pending", "editions", "ledger"];
    for folder in folders {
        put(&format!("out/{folder}/mine"));
        put(&format!("own/_masthead/{folder}/mine"));
    }
    fs::create_dir_all(outlet.beside("linked")).expect("a folder");
    let link = outlet.beside("linked/_masthead");
    std::os::unix::fs::symlink(outlet.beside("out"), link).expect("a link");
    let before = tree(&outlet.beside("out"));
    outlet.run_at("publish ./linked", None).refused(1, "`_masthead`");
    assert!(tree(&outlet.beside("out")) == before, "nothing was touched");
    // What is in the room itself by another name than Masthead's is nobody's to remove.
    outlet.run_at("publish ./own", None).fine();
    for folder in ["kept", "pending", "editions"] {
        assert!(outlet.beside(&format!("own/_masthead/{folder}/mine")).exists(), "{folder}");
    }
}

#[test]
fn a_cdn_that_would_not_find_what_it_is_told() {
    let outlet = Outlet::new(6);
    let settings = fs::read_to_string(outlet.root().join("site.toml")).expect("settings");
    let run = |words: &str| outlet.run_at(words, None);
    for (purge, fine) in [
        ("[purge.fastly]\nservice = \"s\"\n", false),
        ("[purge.cloudflare]\nzone = \"z\"\nby = \"tags\"\n", false),
        ("[purge.cloudflare]\nzone = \"z\"\n", true),
    ] {
        outlet.write("site.toml", &format!("{settings}{purge}"));
        let told = run("publish ./live --dry-run");
        assert_eq!(told.code == 0, fine, "{purge}: {}", told.err);
        assert_eq!(told.err.contains("a folder keeps none"), !fine, "{purge}: {}", told.err);
        let quiet = "[publish.live]\nurl = \"./live\"\npurge = false\n";
        outlet.write("site.toml", &format!("{settings}{purge}{quiet}"));
        run("publish live --dry-run").fine();
    }
}

#[test]
fn a_history_that_is_not_there() {
    let outlet = with_history();
    let shallow = outlet.beside("shallow");
    let root = outlet.root().display().to_string();
    let to = shallow.display().to_string();
    git(&outlet, "checkout -q aside");
    git(&outlet, &format!("clone -q --depth 1 --branch aside file://{root} {to}"));
    let words = format!("publish ../live --root {to} --output {}/../o", outlet.root().display());
    let mut program = Command::new(env!("CARGO_BIN_EXE_masthead"));
    program.args(words.split(' ')).args(["--at", "2026-11-22T13:00:00Z"]).current_dir(&shallow);
    Run::of(&mut program).refused(1, "git does not know whether commit");
    Run::of(program.arg("--force")).fine();
}

#[test]
fn what_is_a_strangers_in_a_folder() {
    let outlet = Outlet::new(6);
    let place = outlet.beside("st");
    let put = |path: &str| {
        let file = place.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, "precious").expect("written");
    };
    let run = |words: &str| outlet.run_at(words, None);
    // A file by the name of a page, and one by that of a folder of pages.
    for path in ["index.html", "politics"] {
        put(path);
        let before = tree(&place);
        run("publish ./st").refused(1, &format!("not Masthead's: `{path}`"));
        assert!(tree(&place) == before, "nothing was touched");
        fs::remove_file(place.join(path)).expect("removed");
    }
    // What is in nobody's way stays.
    put("mine.txt");
    put("politics");
    put("feed.xml/mine/file");
    let before = tree(&place);
    for words in ["publish ./st", "publish ./st --force"] {
        run(words).refused(1, "a folder with files that are not Masthead's: `feed.xml`");
        assert!(tree(&place) == before, "{words}: nothing was touched");
    }
    fs::remove_dir_all(place.join("feed.xml")).expect("removed");
    run("publish ./st --force").fine();
    assert_eq!(fs::read(place.join("mine.txt")).expect("it is there"), b"precious");
    // The same later on: a folder of pages with a stranger's file in it becomes a file.
    outlet.write("static/thing/inner.txt", "a file in a folder");
    run("publish ./st").fine();
    put("thing/mine");
    fs::remove_dir_all(outlet.root().join("static/thing")).expect("removed");
    outlet.write("static/thing", "a file");
    run("publish ./st").refused(1, "a folder with files that are not Masthead's: `thing`");
    fs::remove_file(place.join("thing/mine")).expect("removed");
    run("publish ./st").fine();
    assert_eq!(fs::read(place.join("thing")).expect("a file"), b"a file");
}

#[test]
fn a_folder_that_the_site_is_made_of_or_built_to() {
    let outlet = Outlet::new(2);
    std::os::unix::fs::symlink(outlet.root().join("content"), outlet.beside("link"))
        .expect("a link");
    for target in [
        "./public",
        "./public/sub",
        "./live/../public",
        "./link",
        "./site",
        "./site/content",
        "./site/static/x",
        "./site/templates",
        "./site/.masthead/www",
        ".",
    ] {
        outlet.run_at(&format!("publish {target} --force"), None).refused(1, "shares a place with");
        assert!(!outlet.public().exists(), "{target}: nothing was touched");
    }
    outlet.run_at("publish ./site/www", None).fine();
    outlet.run_at("verify ./site/www", None).fine();
}

#[test]
fn what_fails_takes_no_room() {
    let outlet = Outlet::new(6);
    outlet.run_at("publish ./live", None).fine();
    let live = outlet.beside("live");
    fs::write(live.join("_masthead/bench/0123-4"), "left by one who died").expect("written");
    // A stranger's folder in the place of a page that is to be written anew.
    fs::remove_file(live.join("index.html")).expect("removed");
    fs::create_dir_all(live.join("index.html/mine")).expect("a folder");
    fs::write(live.join("index.html/mine/file"), "precious").expect("written");
    outlet.story(1, "Changed", "");
    outlet.run_at("publish ./live", None).refused(1, "files that are not Masthead's");
    assert_eq!(fs::read(live.join("index.html/mine/file")).expect("it is there"), b"precious");
    fs::remove_dir_all(live.join("index.html")).expect("removed");
    outlet.run_at("publish ./live", None).fine();
    let bench = fs::read_dir(live.join("_masthead/bench")).expect("the bench");
    assert_eq!(bench.count(), 0, "nothing is left");
    outlet.run_at("verify ./live", None).fine();
}
