//! Networks and servers that fail: a publisher gets through, or says so and gets through later.

use super::{
    kinds::{Kind, at_every_kind},
    outlet::Outlet,
    proxy::{Fault, Proxy},
    s3::Server,
};

/// Two editions of one outlet that differ in every story; what the later one is to look like lies
/// at `expected`.
fn editions(server: &Server, stories: usize) -> [Outlet; 2] {
    let outlet = Outlet::new(stories);
    let later = outlet.copy();
    (0..stories).for_each(|number| later.story(number, &format!("Later {number}"), ""));
    later.remove(stories / 2);
    later.run("publish s3://outlet/expected", server).fine();
    [outlet, later]
}

/// Whatever is done to the requests of a hundred, the target is what it should be.
fn get_through(server: &Server, editions: &[Outlet; 2], row: (&str, &[Fault], u64, &str)) {
    let (name, faults, percent, patience) = row;
    let proxy = Proxy::start(server.port, faults, percent);
    let publish = format!("publish s3://outlet/{name}{patience}");
    // What is sat out takes its time: one edition is enough.
    let first = usize::from(name == "sat-out");
    for edition in &editions[first..] {
        edition.copy().run_behind(&publish, server, &proxy).fine();
    }
    let deep = format!("verify s3://outlet/{name} --deep{patience}");
    editions[1].copy().run_behind(&deep, server, &proxy).fine();
    let least = if percent < 10 { 2 } else { 6 };
    assert!(proxy.done() >= least, "{name}: only {} requests were disturbed", proxy.done());
    server.assert_same(name, "expected", name);
    editions[1].copy().run(&format!("verify s3://outlet/{name}"), server).fine();
}

at_every_kind!(it_gets_through);

fn it_gets_through(kind: Kind) {
    let server = Server::of(kind);
    let editions = editions(&server, 8);
    let all = [Fault::Reset, Fault::Deaf, Fault::Broken, Fault::SlowDown, Fault::Truncated];
    let table: [(&str, &[Fault], u64, &str); 6] = [
        ("resets", &[Fault::Reset], 20, ""),
        ("lost-answers", &[Fault::Deaf], 20, ""),
        ("broken", &[Fault::Broken], 20, ""),
        ("slow-down", &[Fault::SlowDown], 30, ""),
        ("truncated", &[Fault::Truncated], 20, ""),
        ("all", &all, 20, ""),
    ];
    // Most of the time is waiting, so all at once.
    std::thread::scope(|scope| {
        let (server, editions) = (&server, &editions);
        for row in table {
            scope.spawn(move || get_through(server, editions, row));
        }
    });
}

/// Thirty seconds of nothing, given up or sat out: before the server hears of a request, and before
/// its answer comes.
#[test]
fn it_gets_through_stalls() {
    let server = Server::start();
    let editions = editions(&server, 3);
    let table: [(&str, &[Fault], u64, &str); 3] = [
        ("stalled-requests", &[Fault::Stall(30_000)], 4, " --timeout 5"),
        ("stalled-answers", &[Fault::Hush(30_000)], 4, " --timeout 5"),
        ("sat-out", &[Fault::Stall(30_000), Fault::Hush(30_000)], 4, " --timeout 40"),
    ];
    std::thread::scope(|scope| {
        let (server, editions) = (&server, &editions);
        for row in table {
            scope.spawn(move || get_through(server, editions, row));
        }
    });
}

#[test]
fn it_gives_up_and_goes_on_later() {
    let server = Server::start();
    let outlet = Outlet::new(6);
    outlet.run("publish s3://outlet/expected", &server).fine();
    let table: [(&str, Fault, u64, &str); 4] = [
        ("resets", Fault::Reset, 100, "tried 8 times"),
        ("broken", Fault::Broken, 100, "500"),
        ("slow-down", Fault::SlowDown, 100, "503"),
        // Gets some way, and then nowhere.
        ("often-broken", Fault::Broken, 75, "500"),
    ];
    // Each is waited for, so all at once.
    std::thread::scope(|scope| {
        for (name, fault, percent, words) in table {
            let (server, outlet) = (&server, outlet.copy());
            scope.spawn(move || {
                let proxy = Proxy::start(server.port, &[fault], percent);
                let publish = format!("publish s3://outlet/{name}");
                let run = outlet.run_behind(&publish, server, &proxy);
                if percent == 100 || run.code != 0 {
                    run.refused(3, words);
                }
                outlet.run(&publish, server).fine();
                server.assert_same(name, "expected", "in the end");
            });
        }
    });
}
