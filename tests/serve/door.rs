//! The door: what is answered, what is refused, and that nobody can hold it shut.

use crate::{
    preview::{Preview, program},
    support::{NOON, TestSite, site},
};
use std::{
    fs,
    io::Write,
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    time::Instant,
};

fn outlet() -> TestSite {
    let mut outlet = site("");
    let story =
        "+++\ntitle = \"Alpha\"\ndate = \"2026-11-01\"\naliases = [\"/old/\"]\n+++\nText.\n";
    outlet.write("content/politics/a.md", story);
    outlet.write("content/ckb/politics/a.md", story.replace("/old/", "/ckb/old/"));
    outlet.write("static/film.mp4", (0..=255u8).cycle().take(100_000).collect::<Vec<u8>>());
    outlet.write("static/large.mp4", vec![7; 5 << 20]);
    outlet.write("static/style.css", "a { color: red }\n".repeat(50));
    outlet.write("static/.hidden", "secret");
    outlet.write("secret.txt", "secret");
    outlet.write(".env", "secret");
    outlet.edit("site.toml", "page_size", "[languages.ckb]\ntitle = \"C\"\n#");
    outlet
}

fn start(outlet: &TestSite) -> Preview {
    Preview::start(&outlet.root(), &["--as-published", "--at", NOON])
}

#[test]
fn what_is_answered() {
    let outlet = outlet();
    let preview = start(&outlet);
    for (path, status, header, value) in [
        ("/", 200, "content-type", "text/html; charset=utf-8"),
        ("/", 200, "content-language", "en"),
        ("/ckb/", 200, "content-language", "ckb"),
        ("/", 200, "cache-control", "no-cache"),
        ("/", 200, "x-content-type-options", "nosniff"),
        ("/index.html", 200, "content-type", "text/html; charset=utf-8"),
        ("/politics/a/", 200, "cache-control", "no-cache"),
        ("/politics/a", 301, "location", "/politics/a/"),
        ("/politics/a?x=1", 301, "location", "/politics/a/?x=1"),
        ("/old/", 301, "location", "/politics/a/"),
        ("/old", 301, "location", "/old/"),
        ("/feed.xml", 200, "content-type", "application/atom+xml; charset=utf-8"),
        ("/sitemap.xml", 200, "content-type", "application/xml; charset=utf-8"),
        ("/robots.txt", 200, "content-type", "text/plain; charset=utf-8"),
        ("/film.mp4", 200, "content-type", "video/mp4"),
        ("/film.mp4", 200, "accept-ranges", "bytes"),
        ("/film.mp4", 200, "content-length", "100000"),
        ("/large.mp4", 200, "content-length", "5242880"),
        ("/nowhere", 404, "content-language", "en"),
        ("/ckb/nowhere/", 404, "content-language", "ckb"),
        ("/_desk", 301, "location", "/_desk/"),
        ("/_desk/", 200, "content-type", "text/html; charset=utf-8"),
        ("/_desk/preview.js", 200, "content-type", "text/javascript; charset=utf-8"),
        ("/_desk/status.json", 200, "content-type", "application/json; charset=utf-8"),
        ("/_desk/nothing", 404, "content-type", "text/plain; charset=utf-8"),
    ] {
        let answer = preview.get(path);
        assert_eq!((answer.status, answer.header(header)), (status, value), "{path} {header}");
        let head = preview.ask("HEAD", path, &[]);
        assert_eq!((head.status, head.header(header)), (status, value), "HEAD {path} {header}");
        assert!(head.body.is_empty(), "HEAD {path} has a body");
    }
    assert!(preview.get("/_headers").text().contains("X-Content-Type-Options"));
}

#[test]
fn tags_and_ranges() {
    let outlet = outlet();
    let preview = start(&outlet);
    for path in ["/", "/politics/a/", "/feed.xml", "/film.mp4", "/style.css", "/_desk/preview.css"]
    {
        let etag = preview.get(path).header("etag").to_owned();
        assert!(etag.len() > 10, "{path} has a tag");
        let again = preview.ask("GET", path, &[("If-None-Match", &etag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        let other = preview.ask("GET", path, &[("If-None-Match", "\"other\"")]);
        assert_eq!(other.status, 200, "{path}");
    }
    for (path, size) in [("/film.mp4", 100_000), ("/large.mp4", 5_242_880)] {
        let whole = preview.get(path).body;
        assert_eq!(whole.len(), size);
        for (range, status, from, to) in [
            ("bytes=0-9", 206, 0, 10),
            ("bytes=99990-", 206, 99_990, size),
            ("bytes=-7", 206, size - 7, size),
            ("bytes=9999999-", 416, 0, 0),
            ("bytes=5-1", 200, 0, size),
        ] {
            let answer = preview.ask("GET", path, &[("Range", range)]);
            assert_eq!(answer.status, status, "{path} {range}");
            if status != 416 {
                assert!(answer.body == whole[from..to], "{path} {range}");
            }
        }
        let answer = preview.ask("GET", path, &[("Range", "bytes=2-5")]);
        assert_eq!(answer.header("content-range"), format!("bytes 2-5/{size}"));
        let other = [("Range", "bytes=2-5"), ("If-Range", "\"other\"")];
        assert_eq!(preview.ask("GET", path, &other).status, 200);
    }
}

#[test]
fn text_is_packed_and_films_are_not() {
    let outlet = outlet();
    let preview = start(&outlet);
    for (path, accepted, packed) in [
        ("/style.css", "br, gzip", "br"),
        ("/style.css", "gzip", "gzip"),
        ("/style.css", "identity", ""),
        ("/politics/a/", "gzip", "gzip"),
        ("/film.mp4", "br, gzip", ""),
    ] {
        let answer = preview.ask("GET", path, &[("Accept-Encoding", accepted)]);
        assert_eq!(answer.header("content-encoding"), packed, "{path} {accepted}");
    }
}

/// Where the outlet lies below a folder of its host, so does the preview.
#[test]
fn the_path_of_base_url_is_kept() {
    let mut outlet = outlet();
    outlet.edit("site.toml", "https://proof.example", "https://proof.example/news");
    let preview = start(&outlet);
    preview.prints("/news/");
    assert_eq!(preview.get("/news/politics/a/").status, 200);
    assert_eq!(preview.get("/news/old/").header("location"), "/news/politics/a/");
    assert_eq!(preview.get("/politics/a/").status, 404);
    assert_eq!((preview.get("/").status, preview.get("/").header("location")), (302, "/news/"));
    assert_eq!(preview.get("/news").header("location"), "/news/");
}

#[test]
fn nothing_outside_the_plan_is_served() {
    let outlet = outlet();
    let preview = start(&outlet);
    for path in [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/politics/../../secret.txt",
        "/politics/..%5c..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "//secret.txt",
        "/./secret.txt",
        "/.env",
        "/.hidden",
        "/.masthead/ledger",
        "/site.toml",
        "/content/politics/a.md",
        "/politics/a.md",
        "/%00",
        "/%ff%fe",
        "/_desk/../secret.txt",
        "/_desk/%2e%2e/secret.txt",
        "/film.mp4/..",
        "/c:/windows",
        "file:///etc/passwd",
        "/etc/passwd",
    ] {
        let answer = preview.get(path);
        assert!(matches!(answer.status, 400 | 403 | 404), "{path}: {}", answer.status);
        assert!(!answer.text().contains("secret\n") && answer.text() != "secret", "{path}");
    }
    assert_eq!(preview.get("/").status, 200);
}

#[test]
fn the_hostile_leave_it_serving() {
    let outlet = outlet();
    let preview = start(&outlet);
    let long = "x".repeat(200_000);
    let many: String = (0..5000).map(|n| format!("X-{n}: y\r\n")).collect();
    let host = format!("Host: localhost:{}\r\n", preview.port);
    for (what, bytes, statuses) in [
        ("a huge header", format!("GET / HTTP/1.1\r\n{host}X: {long}\r\n\r\n"), &[431, 400, 0][..]),
        ("many headers", format!("GET / HTTP/1.1\r\n{host}{many}\r\n"), &[431, 400, 0]),
        ("a huge address", format!("GET /{long} HTTP/1.1\r\n{host}\r\n"), &[414, 431, 400, 0]),
        ("noise", "\x16\x03\x01\x02\x00".repeat(100), &[400, 0]),
        ("no version", "GET /\r\n\r\n".to_owned(), &[400, 0]),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), &[400, 505, 0]),
        (
            "two lengths",
            format!("GET / HTTP/1.1\r\n{host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"),
            &[400, 0],
        ),
        (
            "a foreign host",
            "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".to_owned(),
            &[403],
        ),
        ("no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(), &[400]),
        (
            "POST",
            format!("POST / HTTP/1.1\r\n{host}Connection: close\r\nContent-Length: 3\r\n\r\nabc"),
            &[405],
        ),
        (
            "DELETE",
            format!("DELETE /politics/a/ HTTP/1.1\r\n{host}Connection: close\r\n\r\n"),
            &[405],
        ),
        (
            "CONNECT",
            format!("CONNECT evil.example:443 HTTP/1.1\r\n{host}Connection: close\r\n\r\n"),
            &[405, 400],
        ),
        (
            "a foreign origin",
            format!(
                "GET / HTTP/1.1\r\n{host}Origin: http://evil.example\r\nConnection: close\r\n\r\n"
            ),
            &[403],
        ),
        (
            "foreign events",
            format!(
                "GET /_desk/events?page=/ HTTP/1.1\r\n{host}Origin: http://evil.example\r\nConnection: close\r\n\r\n"
            ),
            &[403],
        ),
    ] {
        let answer = preview.say(bytes.as_bytes());
        assert!(statuses.contains(&answer.status), "{what}: {}", answer.status);
        assert_eq!(preview.get("/politics/a/").status, 200, "after {what}");
    }
}

/// Those who connect and say nothing, or never end, keep nobody out.
#[test]
fn half_open_connections_keep_nobody_out() {
    let outlet = outlet();
    let preview = start(&outlet);
    let mut held = Vec::new();
    for number in 0..600 {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", preview.port)) else { break };
        if number % 2 == 0 {
            let _ = stream.write_all(b"GET / HTTP/1.1\r\nHost: local");
        }
        held.push(stream);
        if number % 100 == 99 {
            let since = Instant::now();
            assert_eq!(preview.get("/politics/a/").status, 200);
            assert!(since.elapsed().as_secs() < 5, "it took {:?}", since.elapsed());
        }
    }
    assert!(held.len() > 450, "as many as there may be, and more");
}

#[test]
fn a_port_that_is_taken() {
    let outlet = outlet();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("its number").port();
    let wanted = program(&outlet.root(), &["--port", &port.to_string()]).output().expect("it runs");
    assert_eq!(wanted.status.code(), Some(3));
    let said = String::from_utf8_lossy(&wanted.stderr).into_owned();
    assert!(said.contains(&format!("port {port} is taken")) && said.contains("help:"), "{said}");
    // Without a wish it is the next free one, whoever has 1111.
    let _held = TcpListener::bind("127.0.0.1:1111");
    let preview = Preview::begin(&mut program(&outlet.root(), &[]));
    assert!((1112..1200).contains(&preview.port), "{}", preview.port);
    preview.prints("port 1111 is taken");
    assert_eq!(preview.get("/").status, 200);
}

/// The handbook's commands, as they would be typed.
#[test]
fn the_handbook_can_be_typed() {
    let handbook = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/preview.md");
    let text = fs::read_to_string(handbook).expect("the handbook");
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let folder = tempfile::tempdir().expect("a folder");
    let mut served = 0;
    for line in blocks.flat_map(str::lines) {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_masthead"));
        command.args(&words).current_dir(&folder).stdout(Stdio::piped()).stderr(Stdio::piped());
        if words.first() == Some(&"serve") {
            let preview = Preview::begin(command.args(["--port", "0"]));
            assert_eq!(preview.get("/").status, 200, "{line}");
            served += 1;
        } else {
            assert!(command.status().expect("it runs").success(), "{line}");
        }
    }
    assert!(served > 0);
}

#[test]
fn it_ends_when_told_to() {
    let outlet = outlet();
    for signal in ["-INT", "-TERM"] {
        let preview = start(&outlet);
        let _tab = preview.tab("/", "");
        let status = preview.stop(signal);
        assert_eq!(status.code(), Some(0), "{signal}");
    }
}

#[test]
fn what_cannot_be_begun_says_why() {
    let outlet = outlet();
    fs::write(outlet.root().join("site.toml"), "tilte = 1\n").expect("settings");
    let out = program(&outlet.root(), &["--port", "0"]).output().expect("it runs");
    assert_eq!(out.status.code(), Some(1));
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.contains("tilte") && said.contains("site.toml:1"), "{said}");
}
