//! Ways back: an earlier edition returns as it was or not at all, and what was withdrawn stays away.

use super::{
    outlet::{Dice, Outlet, tree},
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
    let settings = fs::read_to_string(outlet.root().join("site.toml")).expect("settings");
    let own = settings.split("[publish.").next().expect("the start");
    let target = format!("[publish.live]\nurl = \"{url}\"\ncompress = \"{how}\"\n");
    outlet.write("site.toml", &format!("{own}{target}"));
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
