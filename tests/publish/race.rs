//! Two publishers at once, as real processes: no story is lost, and none that was taken down comes
//! back.

use super::{
    kinds::{Kind, at_every_kind},
    outlet::{Dice, Outlet, Run},
    s3::Server,
};
use std::{
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

fn start(outlet: &Outlet, words: &str, server: &Server) -> Child {
    let mut program = outlet.program_for(words, server, &server.endpoint());
    program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program runs")
}

fn end(child: Child) -> Run {
    let out = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Run { code: out.status.code().unwrap_or(-1), out: text(out.stdout), err: text(out.stderr) }
}

/// An outlet as it was at noon, and a little later: every page is another, a story has come, one
/// has been taken down.
fn noon_and_later() -> (Outlet, Outlet) {
    let noon = Outlet::new(24);
    let mut later = noon.copy();
    later.at = "2026-11-22T12:10:00Z".to_owned();
    (0..24).for_each(|number| later.story(number, &format!("Later {number}"), ""));
    later.story(24, "A late story", "");
    later.remove(5);
    (noon, later)
}

at_every_kind!(the_later_edition_stays);

fn the_later_edition_stays(kind: Kind) {
    let server = Server::of(kind);
    let (noon, later) = noon_and_later();
    later.run("publish s3://outlet/expected", &server).fine();
    let mut dice = Dice(3);
    for round in 0..if kind == Kind::S3 { 12 } else { 4 } {
        let target = format!("race-{round}");
        let publish = format!("publish s3://outlet/{target}");
        // Every other time there is an edition already.
        if round % 2 == 0 {
            let mut before = noon.copy();
            before.at = "2026-11-22T11:00:00Z".to_owned();
            before.story(0, "From the morning", "");
            before.run(&publish, &server).fine();
        }
        let old = start(&noon, &publish, &server);
        thread::sleep(Duration::from_millis(dice.below(120)));
        let new = start(&later, &publish, &server);
        end(new).fine();
        let old = end(old);
        assert!(matches!(old.code, 0 | 1), "{}{}", old.out, old.err);
        server.assert_same(&target, "expected", &format!("round {round}"));
        later.run(&format!("verify s3://outlet/{target} --deep"), &server).fine();
    }
}

#[test]
fn one_of_two_that_are_equal() {
    let server = Server::start();
    let (noon, mut later) = noon_and_later();
    later.at = noon.at.clone();
    noon.run("publish s3://outlet/one", &server).fine();
    later.run("publish s3://outlet/other", &server).fine();
    for round in 0..4 {
        let publish = format!("publish s3://outlet/equal-{round}");
        let children = [start(&noon, &publish, &server), start(&later, &publish, &server)];
        children.into_iter().for_each(|child| {
            end(child).fine();
        });
        let target = format!("equal-{round}");
        let now = server.list(&target);
        assert!(now == server.list("one") || now == server.list("other"), "a mixture in {round}");
        noon.run(&format!("verify s3://outlet/{target} --deep"), &server).fine();
    }
}

fn signal(child: &Child, name: &str) {
    let out = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(out.is_ok_and(|status| status.success()), "{name}");
}

/// A machine that sleeps in the middle of publishing, is taken to be dead, and wakes up.
#[test]
fn the_sleeper_does_no_harm() {
    let server = Server::start();
    let (noon, later) = noon_and_later();
    later.run("publish s3://outlet/expected", &server).fine();
    let mut asleep = 0;
    for round in 0..3u64 {
        let target = format!("sleeper-{round}");
        let publish = format!("publish s3://outlet/{target} --wait 10");
        let old = start(&noon, &publish, &server);
        // Until it has begun to write.
        while server.list(&target).len() < 10 + 10 * round as usize {
            thread::sleep(Duration::from_millis(5));
        }
        signal(&old, "-STOP");
        let unfinished =
            server.list_all(&target).keys().any(|key| key.starts_with("_masthead/pending/"));
        asleep += u32::from(unfinished);
        later.run(&publish, &server).fine();
        server.assert_same_bytes(&target, "expected", "while the other sleeps");
        signal(&old, "-CONT");
        let old = end(old);
        assert!(matches!(old.code, 0 | 1), "{}{}", old.out, old.err);
        let now = server.list(&target);
        if now != server.list("expected") {
            // A request that was on its way when it fell asleep came through: it is known, and the
            // next run makes it good.
            let verdict = later.run(&format!("verify s3://outlet/{target}"), &server);
            assert!(verdict.code == 1 && verdict.out.contains("unfinished"), "{}", verdict.out);
        }
        later.run(&publish, &server).fine();
        server.assert_same(&target, "expected", "in the end");
    }
    assert!(asleep > 0, "nobody was put to sleep while publishing");
}
