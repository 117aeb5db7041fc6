//! Networks and servers that fail: a publisher gets through, or says so and gets through later.

use super::{
    outlet::Outlet,
    proxy::{Fault, Proxy},
    s3::Server,
};

/// With `MASTHEAD_STALLS` set nothing happens for 35 seconds at a time, and the usual 30 are waited.
fn stall() -> (Fault, &'static str) {
    match std::env::var_os("MASTHEAD_STALLS") {
        Some(_) => (Fault::Stall(35_000), ""),
        None => (Fault::Stall(2_500), " --timeout 1"),
    }
}

#[test]
fn it_gets_through() {
    let server = Server::start();
    let outlet = Outlet::new(8);
    let later = outlet.copy();
    (0..8).for_each(|number| later.story(number, &format!("Later {number}"), ""));
    later.remove(4);
    later.run("publish s3://outlet/expected", &server).fine();
    let (stall, patience) = stall();
    let all = [Fault::Reset, Fault::Deaf, Fault::Broken, Fault::SlowDown, Fault::Truncated];
    let table: [(&str, &[Fault], u64); 7] = [
        ("resets", &[Fault::Reset], 20),
        ("lost-answers", &[Fault::Deaf], 20),
        ("broken", &[Fault::Broken], 20),
        ("slow-down", &[Fault::SlowDown], 30),
        ("truncated", &[Fault::Truncated], 20),
        ("stalls", &[stall], 8),
        ("all", &all, 20),
    ];
    let get_through = &|name: &str, faults: &[Fault], percent: u64| {
        let proxy = Proxy::start(server.port, faults, percent);
        let publish = format!("publish s3://outlet/{name}{patience}");
        for edition in [outlet.copy(), later.copy()] {
            edition.run_at(&publish, Some(&proxy.endpoint())).fine();
        }
        assert!(proxy.done() > 5, "{name}: only {} requests were disturbed", proxy.done());
        server.assert_same(name, "expected", name);
        let deep = format!("verify s3://outlet/{name} --deep{patience}");
        later.run_at(&deep, Some(&proxy.endpoint())).fine();
        later.run(&format!("verify s3://outlet/{name}"), &server).fine();
    };
    // Most of the time is waiting, so all at once.
    std::thread::scope(|scope| {
        for (name, faults, percent) in table {
            scope.spawn(move || get_through(name, faults, percent));
        }
    });
}

#[test]
fn it_gives_up_and_goes_on_later() {
    let server = Server::start();
    let outlet = Outlet::new(6);
    outlet.run("publish s3://outlet/expected", &server).fine();
    let table = [(Fault::Reset, "tried 8 times"), (Fault::Broken, "500"), (Fault::SlowDown, "503")];
    // Each is waited for, so all at once.
    std::thread::scope(|scope| {
        for (fault, words) in table {
            let (server, outlet) = (&server, outlet.copy());
            scope.spawn(move || {
                let proxy = Proxy::start(server.port, &[fault], 100);
                let run = outlet.run_at("publish s3://outlet/live", Some(&proxy.endpoint()));
                run.refused(3, words);
            });
        }
    });
    // Gets some way, and then nowhere.
    let proxy = Proxy::start(server.port, &[Fault::Broken], 75);
    let run = outlet.run_at("publish s3://outlet/live", Some(&proxy.endpoint()));
    assert!(matches!(run.code, 0 | 3), "{}{}", run.out, run.err);
    outlet.run("publish s3://outlet/live", &server).fine();
    server.assert_same("live", "expected", "in the end");
}
