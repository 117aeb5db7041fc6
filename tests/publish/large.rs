//! Recordings and films: sent in parts, never held whole, and whole at the target or not there.

use super::{
    kinds::{Kind, at_every_kind},
    outlet::{Dice, Outlet},
    proxy::{Fault, Proxy},
    s3::Server,
};
use std::{
    fs::{self, File},
    io::Write,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

const MIB: usize = 1 << 20;

/// A file of the outlet that no two numbers give alike, and that does not pack.
fn film(outlet: &Outlet, name: &str, number: u64, len: usize) {
    let mut dice = Dice(number);
    let noise: Vec<u8> = (0..64 << 10).map(|_| dice.below(256) as u8).collect();
    outlet.write(name, "");
    let mut file = File::create(outlet.root().join(name)).expect("a file");
    let mut left = len;
    while left > 0 {
        let part = noise.len().min(left);
        file.write_all(&noise[..part - 8]).expect("written");
        file.write_all(&(left as u64).to_le_bytes()).expect("written");
        left -= part;
    }
}

/// Unfinished uploads that lie about in the bucket.
fn unfinished(server: &Server) -> usize {
    if server.kind == Kind::Azure {
        // It has none: parts belong to the object, and go after a week.
        return 0;
    }
    let (status, _, body) = server.ask("GET", "/outlet?uploads", &[], b"");
    assert_eq!(status, 200);
    String::from_utf8_lossy(&body).matches("<UploadId>").count()
}

fn is_film(server: &Server, outlet: &Outlet, target: &str) -> bool {
    server.get(target, "film.mp4").1 == fs::read(outlet.public().join("film.mp4")).expect("a film")
}

at_every_kind!(is_like_any_other_object, through_a_bad_network);

fn is_like_any_other_object(kind: Kind) {
    let server = Server::of(kind);
    let outlet = Outlet::new(3);
    film(&outlet, "static/film.mp4", 1, 40 * MIB + 500);
    // As long as one part, and a little less: those are borders.
    film(&outlet, "static/part.mp4", 2, 8 * MIB);
    film(&outlet, "static/less.mp4", 3, 8 * MIB - 1);
    let run = |words: &str| outlet.run(words, &server).fine();
    run("publish s3://outlet/live");
    let (headers, bytes) = server.get("live", "film.mp4");
    assert!(bytes == fs::read(outlet.public().join("film.mp4")).expect("a film"));
    let (mut small, _) = server.get("live", "less.mp4");
    let own = ["content-length".to_owned(), "etag".to_owned(), kind.metadata("masthead-hash")];
    for name in own.into_iter().chain(["x-goog-stored-content-length".to_owned()]) {
        assert_eq!(headers.contains_key(&name), small.contains_key(&name), "{name}");
        small.extend(headers.get(&name).map(|value| (name, value.clone())));
    }
    assert_eq!(headers, small, "nothing else tells it from a small one");
    let publish = "publish s3://outlet/live --format json";
    assert_eq!(run(publish).did(), (0, 0));
    run("verify s3://outlet/live --deep");
    // Another film, and back to the first.
    run("publish s3://outlet/first");
    film(&outlet, "static/film.mp4", 4, 40 * MIB);
    assert_eq!(run(publish).did(), (1, 0));
    assert!(is_film(&server, &outlet, "live"));
    run("publish s3://outlet/live --rollback");
    assert!(server.get("live", "film.mp4").1 == bytes, "the first film");
    assert_eq!(server.get("live", "film.mp4").0["content-type"], headers["content-type"]);
    run("verify s3://outlet/live --deep");
    assert_eq!(unfinished(&server), 0);
}

fn through_a_bad_network(kind: Kind) {
    let server = Server::of(kind);
    let outlet = Outlet::new(3);
    let faults = [Fault::Reset, Fault::Deaf, Fault::Broken, Fault::SlowDown, Fault::Truncated];
    let proxy = Proxy::start(server.port, &faults, 15);
    for number in 0..3 {
        film(&outlet, "static/film.mp4", number, 40 * MIB);
        outlet.run_behind("publish s3://outlet/live", &server, &proxy).fine();
        assert!(is_film(&server, &outlet, "live"), "film {number}");
    }
    outlet.run_behind("verify s3://outlet/live --deep", &server, &proxy).fine();
    assert!(proxy.done() > 9, "only {} requests were disturbed", proxy.done());
}

#[test]
fn in_a_folder() {
    let outlet = Outlet::new(3);
    let live = outlet.beside("live/film.mp4");
    let run = |words: &str| outlet.run_at(words, None).fine();
    film(&outlet, "static/film.mp4", 1, 20 * MIB);
    run("publish ./live");
    let first = fs::read(&live).expect("a film");
    assert!(first == fs::read(outlet.root().join("static/film.mp4")).expect("a film"));
    film(&outlet, "static/film.mp4", 2, 20 * MIB);
    run("publish ./live");
    assert!(fs::read(&live).expect("a film") != first);
    run("verify ./live");
    run("publish ./live --rollback");
    assert!(fs::read(&live).expect("a film") == first);
    run("verify ./live");
    File::options().append(true).open(&live).and_then(|mut f| f.write_all(b"x")).expect("written");
    assert_eq!(outlet.run_at("verify ./live", None).code, 1);
}

fn start(outlet: &Outlet, server: &Server) -> Child {
    let mut program = outlet.program("publish s3://outlet/live", Some(&server.endpoint()));
    program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program runs")
}

#[test]
fn killed_in_the_middle() {
    let server = Server::start();
    let films = [Outlet::new(3), Outlet::new(3)];
    films.iter().zip(1..).for_each(|(outlet, number)| {
        film(outlet, "static/film.mp4", number, 24 * MIB);
        outlet.run("publish s3://outlet/live", &server).fine();
    });
    let whole =
        [0, 1].map(|which| fs::read(films[which].root().join("static/film.mp4")).expect("a film"));
    let mut cut = 0;
    for kill in 0..8u64 {
        let next = usize::from(kill % 2 == 1);
        let mut child = start(&films[next], &server);
        // Until parts are there, and then a little.
        let since = Instant::now();
        let before = unfinished(&server);
        while unfinished(&server) == before && since.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_millis(2));
        }
        thread::sleep(Duration::from_millis(kill * 15));
        child.kill().expect("killed");
        child.wait().expect("ended");
        let now = server.get("live", "film.mp4").1;
        assert!(now == whole[0] || now == whole[1], "seen in part after kill {kill}");
        cut += u32::from(now == whole[1 - next]);
        films[next].run("publish s3://outlet/live", &server).fine();
        assert!(server.get("live", "film.mp4").1 == whole[next], "after kill {kill}");
    }
    assert!(cut > 0, "none was killed before its parts were put together");
    films[1].run("verify s3://outlet/live --deep", &server).fine();
}

/// A file that is altered after the build, and one that cannot be sent.
#[test]
fn nothing_else_than_what_was_built() {
    let server = Server::start();
    let outlet = Outlet::new(3);
    film(&outlet, "static/film.mp4", 1, 20 * MIB);
    outlet.run("publish s3://outlet/live --dry-run", &server).fine();
    let built = outlet.public().join("film.mp4");
    let mut bytes = fs::read(&built).expect("a film");
    bytes[10 * MIB] ^= 1;
    let times = fs::metadata(&built).and_then(|meta| meta.modified()).expect("its time");
    fs::write(&built, &bytes).expect("written");
    File::options().write(true).open(&built).and_then(|f| f.set_modified(times)).expect("its time");
    outlet.run("publish s3://outlet/live", &server).fine();
    let right = fs::read(outlet.root().join("static/film.mp4")).expect("a film");
    assert!(server.get("live", "film.mp4").1 == right, "what was built");
    assert_eq!(unfinished(&server), 0, "parts of what was not built are thrown away");
}

/// The most memory that a program has used, in KiB (proc(5), VmHWM).
fn peak(child: &mut Child) -> usize {
    let mut most = 0;
    while child.try_wait().expect("it ends").is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.trim().split(' ').next()?.parse().ok());
        most = most.max(number.unwrap_or(0));
        thread::sleep(Duration::from_millis(2));
    }
    most
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_films() {
    let server = Server::start();
    let outlet = Outlet::new(3);
    (0..8).for_each(|number| film(&outlet, &format!("static/film-{number}.mp4"), number, 40 * MIB));
    (8..40).for_each(|number| film(&outlet, &format!("static/film-{number}.mp4"), number, 4 * MIB));
    let endpoint = server.endpoint();
    let mut table = Vec::new();
    for words in [
        "publish s3://outlet/live",
        "verify s3://outlet/live --deep",
        "publish s3://outlet/live --all",
        "publish ./live",
        "verify ./live",
    ] {
        let mut program = outlet.program(words, Some(&endpoint));
        let mut child = program.stdout(Stdio::null()).spawn().expect("the program runs");
        let most = peak(&mut child);
        assert!(child.wait().expect("it ends").success(), "{words}");
        table.push((words, most / 1024));
    }
    // There are 448 MiB of them.
    assert!(table.iter().all(|(_, most)| *most < 200), "MiB: {table:?}");
}
