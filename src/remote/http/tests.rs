//! A service that answers as a test says, and what the client makes of it.

use super::*;
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

/// Answers each connection with the next of these texts; the last one again and again. An empty
/// one closes the connection without a word. Gives the address, and the bodies that came.
fn service(answers: &'static [&'static str]) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/", listener.local_addr().expect("an address"));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = heard.clone();
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.expect("a connection");
            let body = request(&mut BufReader::new(stream.try_clone().expect("a stream")));
            hears.lock().expect("nobody panics").push(body);
            let answer = answers[number.min(answers.len() - 1)];
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (address, heard)
}

fn request(reader: &mut impl BufRead) -> String {
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        let lower = line.to_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    String::from_utf8(body).expect("text")
}

fn patience() -> Patience {
    Patience {
        tries: 3,
        pause: Duration::from_millis(5),
        longest: Duration::from_secs(1),
        timeout: Duration::from_millis(500),
    }
}

fn post(url: &str) -> Result<Answer, String> {
    let client = Client::new(patience()).expect("a client");
    client.post(&Call {
        url: url.to_owned(),
        headers: vec![("authorization".to_owned(), "Bearer s3cret".to_owned())],
        body: b"news".to_vec(),
        secrets: vec!["s3cret".to_owned()],
        only_for_now: Some("TooMany"),
    })
}

const FINE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
const BUSY: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const SLOWLY: &str =
    "HTTP/1.1 429 Slowly\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const TOMORROW: &str =
    "HTTP/1.1 429 Slowly\r\nretry-after: 600\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const NO: &str =
    "HTTP/1.1 403 No\r\ncontent-length: 22\r\nconnection: close\r\n\r\ns3cret may not\n do it.";
const FULL: &str = "HTTP/1.1 400 Bad\r\ncontent-length: 7\r\nconnection: close\r\n\r\nTooMany";
const TORN: &str = "HTTP/1.1 200 OK\r\ncontent-length: 20\r\nconnection: close\r\n\r\nok";

#[test]
fn what_is_only_for_now_is_tried_again() {
    for (answers, times) in [
        (&[FINE][..], 1),
        (&[BUSY, FINE], 2),
        (&["", "", FINE], 3),
        (&[FULL, TORN, FINE], 3),
        (&[SLOWLY, FINE], 2),
    ] {
        let (url, heard) = service(answers);
        let answer = post(&url).unwrap_or_else(|why| panic!("{answers:?}: {why}"));
        assert_eq!(answer, Answer { status: 200, body: "ok".to_owned() });
        assert_eq!(*heard.lock().expect("nobody panics"), vec!["news"; times], "{answers:?}");
    }
}

#[test]
fn patience_ends() {
    for (answers, times, why) in [
        (&[BUSY][..], 3, "the answer was 503:  (tried 3 times)"),
        (&[NO], 1, "the answer was 403: … may not do it."),
        (&[TOMORROW], 1, "the answer was 429: , and wants to be left alone for 600 s"),
    ] {
        let (url, heard) = service(answers);
        assert_eq!(post(&url).expect_err("a refusal"), why);
        assert_eq!(heard.lock().expect("nobody panics").len(), times, "{why}");
    }
}

#[test]
fn where_nobody_is_nobody_is_waited_for() {
    let gone = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let why = post(&format!("http://{gone}/")).expect_err("nobody is there");
    assert!(why.contains("refused") && why.ends_with("(tried 3 times)"), "{why}");
}

#[test]
fn a_service_that_says_nothing_is_left() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address");
    let why = post(&format!("http://{address}/")).expect_err("it says nothing");
    assert!(why.contains("timed out"), "{why}");
}
