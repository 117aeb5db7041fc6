//! Ways back: an earlier edition returns as it was or not at all, and what was withdrawn stays away.

use super::{
    guards::git,
    outlet::{Dice, Outlet, shown, tree},
    s3::Server,
};
use std::{
    fs,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

/// Sets how the target `live` is packed.
fn pack(outlet: &Outlet, url: &str, how: &str) {
    outlet.target(&format!("url = \"{url}\"\ncompress = \"{how}\"\n"));
}

#[test]
fn across_a_change_of_packing() {
    let server = Server::start();
    let outlet = Outlet::new(6);
    for (before, after) in [("none", "br"), ("br", "none"), ("gzip", "br")] {
        let place = format!("{before}-{after}");
        pack(&outlet, &format!("s3://outlet/{place}"), before);
        outlet.run("publish live", &server).fine();
        let first = server.objects(&place);
        let packed = first["index.html"].0.contains_key("content-encoding");
        assert_eq!(packed, before != "none", "{place}");
        pack(&outlet, &format!("s3://outlet/{place}"), after);
        outlet.run("publish live", &server).fine();
        assert!(server.objects(&place) != first, "{place}");
        outlet.run("publish live --rollback", &server).fine();
        assert!(server.objects(&place) == first, "{place}: as it was, byte by byte");
        outlet.run("verify live --deep", &server).fine();
    }
}

/// Every page of the second edition is another, so a return touches them all.
fn second(first: &Outlet) -> Outlet {
    let second = first.copy();
    (0..20).for_each(|number| second.story(number, &format!("Second {number}"), ""));
    second
}

#[test]
fn a_return_that_was_interrupted_loses_nothing() {
    let server = Server::start();
    let first = Outlet::new(20);
    let second = second(&first);
    let mut third = second.copy();
    third.at = "2026-11-22T13:00:00Z".to_owned();
    third.story(19, "Third 19", "");
    second.run("publish s3://outlet/second", &server).fine();
    let (mut dice, mut unfinished, mut usual) = (Dice(5), 0, Duration::from_millis(500));
    for round in 0..7 {
        let target = format!("s3://outlet/live-{round}");
        let place = format!("live-{round}");
        first.run(&format!("publish {target}"), &server).fine();
        second.run(&format!("publish {target}"), &server).fine();
        let mut back =
            second.program(&format!("publish {target} --rollback"), Some(&server.endpoint()));
        let since = Instant::now();
        let mut back = back.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
        if round > 0 {
            thread::sleep(usual.mul_f64(0.2 + dice.below(80) as f64 / 100.0));
            back.kill().expect("killed");
        }
        back.wait().expect("ended");
        if round == 0 {
            usual = since.elapsed();
            continue;
        }
        let rest = server.list_all(&place);
        let begun = rest.keys().any(|key| key.starts_with("_masthead/pending/"));
        unfinished += u32::from(begun && server.list(&place) != server.list("second"));
        let went = outlet_number(&second, &target, &server);
        third.run(&format!("publish {target}"), &server).fine();
        third.run(&format!("verify {target} --deep"), &server).fine();
        third.run(&format!("publish {target} --rollback"), &server).fine();
        third.run(&format!("verify {target} --deep"), &server).fine();
        if went == 2 {
            server.assert_same(&place, "second", &format!("round {round}"));
        }
    }
    assert!(unfinished > 0, "no return was interrupted in its middle");
}

/// The number of the edition that is live.
fn outlet_number(outlet: &Outlet, target: &str, server: &Server) -> u64 {
    let run = outlet.run(&format!("publish {target} --dry-run --force --format json"), server);
    run.fine().json()["before"]["number"].as_u64().expect("a number")
}

#[test]
fn a_stranger_in_the_way() {
    let server = Server::start();
    let outlet = Outlet::new(6);
    let page = "politics/s0/index.html";
    let live = outlet.beside("live");
    for target in ["s3://outlet/live", "./live"] {
        let run = |words: &str| outlet.run(&words.replace("TARGET", target), &server);
        let is_bucket = target.starts_with("s3");
        run("publish TARGET").fine();
        if is_bucket {
            let path = format!("/outlet/live/{page}");
            assert_eq!(server.ask("PUT", &path, &[], b"a stranger's").0, 200);
        } else {
            fs::write(live.join(page), "a stranger's").expect("written");
        }
        outlet.append(0, "One sentence more.");
        run("publish TARGET").fine();
        run("verify TARGET --deep").fine();
        // A stranger's bytes are not kept in the name of those that were lost.
        let seen = || match is_bucket {
            true => server.list_all("live").into_keys().collect::<Vec<_>>(),
            false => tree(&live).into_keys().collect(),
        };
        let before = (seen(), server.list("live"));
        run("publish TARGET --rollback").refused(3, page);
        assert!((seen(), server.list("live")) == before, "nothing was touched");
        run("verify TARGET --deep").fine();
        // The edition after that can be withdrawn.
        outlet.append(0, "And one more.");
        run("publish TARGET").fine();
        run("publish TARGET --rollback").fine();
        run("verify TARGET --deep").fine();
    }
}

fn commit(outlet: &Outlet, number: usize, title: &str) {
    outlet.story(number, title, "");
    git(outlet, "add .");
    git(outlet, &format!("commit -qm {}", title.to_lowercase()));
}

/// A repository with a commit for each title, each published to `./live`.
fn published(titles: &[&str]) -> Outlet {
    let outlet = Outlet::new(4);
    outlet.write(".gitignore", ".masthead/\n");
    git(&outlet, "init -q");
    for title in titles {
        commit(&outlet, 1, title);
        git(&outlet, &format!("tag {title}"));
        outlet.run_at("publish ./live", None).fine();
    }
    outlet
}

const WITHDRAWN: &str = "withdrawn from the target by a rollback";

#[test]
fn each_commit_that_was_withdrawn_stays_away() {
    let outlet = published(&["First", "Second", "Third"]);
    let run = |words: &str| outlet.run_at(words, None);
    run("publish ./live --rollback").fine();
    run("publish ./live --rollback").fine();
    for title in ["Third", "Second"] {
        git(&outlet, &format!("checkout -q {title}"));
        run("publish ./live").refused(1, WITHDRAWN);
    }
    // The mended one does not make it forgotten.
    git(&outlet, "checkout -qb mended First");
    commit(&outlet, 2, "Mended");
    run("publish ./live").fine();
    git(&outlet, "checkout -q Third");
    run("publish ./live").refused(1, WITHDRAWN);
    // What is forced is withdrawn no longer; the other one is still.
    run("publish ./live --force").fine();
    commit(&outlet, 2, "Fourth");
    run("publish ./live").fine();
    git(&outlet, "checkout -q Third");
    run("publish ./live").refused(1, "older than the one that is live");
    git(&outlet, "checkout -q Second");
    run("publish ./live").refused(1, WITHDRAWN);
}

#[test]
fn what_led_to_a_withdrawn_commit_stays_away_with_it() {
    let outlet = published(&["First"]);
    let run = |words: &str| outlet.run_at(words, None);
    commit(&outlet, 3, "Libel");
    commit(&outlet, 1, "Typo");
    run("publish ./live").fine();
    run("publish ./live --rollback").fine();
    // A job of the commit between them, and an edit of either that nobody has committed.
    git(&outlet, "checkout -q HEAD~1");
    run("publish ./live").refused(1, "which a rollback has withdrawn");
    git(&outlet, "checkout -q -");
    outlet.append(2, "A word more.");
    run("publish ./live").refused(1, "withdrawn");
    outlet.story(3, "Story 3", "");
    git(&outlet, "commit -qam mended");
    run("publish ./live").fine();
}

#[test]
fn what_the_clock_brought_stays_away_as_well() {
    let mut outlet = published(&["First"]);
    let lifts = |number, title: &str, day: u32| {
        outlet.story(number, title, &format!("embargo = \"2026-12-{day:02}T00:00:00Z\"\n"));
    };
    lifts(2, "Withdrawn", 10);
    lifts(3, "Later", 20);
    git(&outlet, "commit -qam embargoes");
    outlet.run_at("publish ./live --force", None).fine();
    let mut at = |moment: &str, words: &str| {
        outlet.at = moment.to_owned();
        outlet.run_at(&format!("{words} --force"), None).fine();
        outlet.run_at("publish ./live --rollback", None).fine();
    };
    at("2026-12-11T00:00:00Z", "publish ./live");
    // The scheduled job at the next change; it is a moment to come, which is forced in tests.
    outlet.at = "2026-12-21T00:00:00Z".to_owned();
    let refused = outlet.run_at("publish ./live", None);
    assert!(refused.err.contains(WITHDRAWN), "{}", refused.err);
}

#[test]
fn without_git_its_content_is_known() {
    let mut outlet = Outlet::new(4);
    let run = |outlet: &Outlet, words: &str| outlet.run_at(words, None);
    run(&outlet, "publish ./live").fine();
    outlet.story(1, "A mistake", "");
    run(&outlet, "publish ./live").fine();
    run(&outlet, "publish ./live --rollback").fine();
    outlet.at = "2026-11-22T13:00:00Z".to_owned();
    run(&outlet, "publish ./live").refused(1, "what a rollback has withdrawn");
    // Not even after something else.
    outlet.story(1, "Mended", "");
    run(&outlet, "publish ./live").fine();
    outlet.story(1, "A mistake", "");
    run(&outlet, "publish ./live").refused(1, "what a rollback has withdrawn");
    run(&outlet, "publish ./live --force").fine();
    outlet.story(1, "Another", "");
    run(&outlet, "publish ./live").fine();
    outlet.story(1, "A mistake", "");
    run(&outlet, "publish ./live").fine();
}

#[test]
fn an_edition_that_changes_nothing_is_remembered() {
    // Three commits, the last of which takes back what the second did; jobs out of order.
    let outlet = published(&["First"]);
    outlet.story(3, "Libel", "");
    git(&outlet, "commit -qam libel");
    git(&outlet, "tag libel");
    outlet.story(3, "Story 3", "");
    git(&outlet, "commit -qam takedown");
    let run = |words: &str| outlet.run_at(words, None);
    let told = run("publish ./live --format json").fine();
    assert_eq!(told.did(), (0, 0));
    assert_eq!(told.json()["now"]["number"], 1, "it is the same edition");
    let before = tree(&outlet.beside("live"));
    run("publish ./live").fine();
    assert!(tree(&outlet.beside("live")) == before, "nothing is written twice");
    git(&outlet, "checkout -q libel");
    run("publish ./live").refused(1, "older than the one that is live");
    // The moment, where there is no git.
    let mut outlet = Outlet::new(4);
    outlet.run_at("publish ./live", None).fine();
    outlet.at = "2026-11-22T14:00:00Z".to_owned();
    outlet.run_at("publish ./live", None).fine();
    outlet.at = "2026-11-22T13:00:00Z".to_owned();
    outlet.story(3, "Libel", "");
    outlet.run_at("publish ./live", None).refused(1, "older than the one that is live");
}

#[test]
fn an_earlier_manifest_that_is_damaged() {
    let outlet = Outlet::new(4);
    outlet.run_at("publish ./live", None).fine();
    outlet.story(1, "Changed", "");
    outlet.run_at("publish ./live", None).fine();
    let before = tree(&outlet.beside("live"));
    fs::write(outlet.beside("live/_masthead/editions/00000001"), "junk").expect("written");
    let run = outlet.run_at("publish ./live --rollback", None);
    let run = run.refused(3, "_masthead/editions/00000001");
    assert!(run.err.contains("no return to that edition"), "{}", run.err);
    assert!(!run.err.contains("remove `_masthead/manifest`"), "{}", run.err);
    outlet.run_at("verify ./live", None).fine();
    assert_eq!(tree(&outlet.beside("live")).len(), before.len());
}

#[test]
fn what_readers_do_not_notice_uses_up_no_return() {
    let mut outlet = Outlet::new(8);
    let run = |outlet: &Outlet, words: &str| outlet.run_at(words, None).fine();
    // News is news for two days.
    for hour in 12..17 {
        let head = format!("title = \"At {hour}\"\ndate = \"2026-11-20T{hour}:30:00Z\"");
        outlet.write(&format!("content/sport/at{hour}.md"), &format!("+++\n{head}\n+++\nText.\n"));
    }
    run(&outlet, "publish ./live");
    let before = shown(&outlet.beside("live"));
    outlet.story(1, "A mistake", "");
    run(&outlet, "publish ./live");
    // Repairs, and a file that follows the clock alone.
    for hour in 13..18 {
        run(&outlet, "publish ./live --all");
        outlet.at = format!("2026-11-22T{hour}:00:00Z");
        assert!(run(&outlet, "publish ./live --format json").did().0 > 0, "at {hour}");
    }
    run(&outlet, "publish ./live --rollback");
    assert!(shown(&outlet.beside("live")) == before, "as before the mistake");
    run(&outlet, "verify ./live");
    let run = outlet.run_at("publish ./live --rollback", None);
    run.refused(1, "has kept no earlier edition");
}

#[test]
fn a_commit_that_is_live_is_not_withdrawn() {
    let outlet = published(&["First"]);
    let run = |words: &str| outlet.run_at(words, None);
    // What was never committed is not taken for what was.
    outlet.story(2, "By hand", "");
    let told = run("publish ./live --format json").fine().json();
    assert!(told["now"]["commit"].is_null(), "{}", told["now"]);
    run("publish ./live --rollback").fine();
    run("publish ./live").refused(1, "what a rollback has withdrawn");
    git(&outlet, "checkout .");
    run("publish ./live").fine();
    // Two editions of one commit, since the clock went on.
    let mut outlet = Outlet::new(4);
    outlet.write(".gitignore", ".masthead/\n");
    outlet.story(3, "Embargoed", "embargo = \"2026-11-22T15:00:00Z\"\n");
    git(&outlet, "init -q");
    commit(&outlet, 1, "First");
    outlet.run_at("publish ./live", None).fine();
    outlet.at = "2026-11-22T16:00:00Z".to_owned();
    outlet.run_at("publish ./live", None).fine();
    outlet.run_at("publish ./live --rollback", None).fine();
    outlet.run_at("publish ./live", None).refused(1, WITHDRAWN);
    outlet.at = "2026-11-22T14:00:00Z".to_owned();
    outlet.run_at("publish ./live", None).fine();
}

/// A publisher that is killed half-way leaves an edition that nobody wants: going back undoes it,
/// and does not take the sound one with it.
#[test]
fn an_edition_that_was_not_finished_is_undone() {
    let server = Server::start();
    let outlet = Outlet::new(150);
    let run = |words: &str| outlet.run(words, &server);
    run("publish s3://outlet/live").fine();
    (0..150).for_each(|number| outlet.append(number, "The second edition."));
    run("publish s3://outlet/live").fine();
    run("publish s3://outlet/expected").fine();
    (0..150).for_each(|number| outlet.append(number, "The third edition."));
    let shows_third = || {
        let (_, page) = server.get("live", "politics/s0/index.html");
        String::from_utf8_lossy(&page).contains("third")
    };
    let mut program = outlet.program_for("publish s3://outlet/live", &server, &server.endpoint());
    let mut child = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
    let begin = Instant::now();
    while !shows_third() && begin.elapsed() < Duration::from_secs(30) {}
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert!(shows_third(), "it was killed while something was written");
    let told = run("publish s3://outlet/live --rollback --wait 10 --format json").fine().json();
    assert_eq!(told["restored"], true, "{told}");
    server.assert_same("live", "expected", "undone");
    run("verify s3://outlet/live --deep").fine();
    run("publish s3://outlet/live --rollback").fine();
    let (_, page) = server.get("live", "politics/s0/index.html");
    assert!(!String::from_utf8_lossy(&page).contains("second"), "one back");
}
