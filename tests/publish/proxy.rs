//! A proxy that does to requests what networks and busy servers do.

use super::outlet::Dice;
use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// What is done to a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The connection is cut before the server hears of it.
    Reset,
    /// The server does it, and the answer is lost.
    Deaf,
    /// The server says that it is broken.
    Broken,
    /// The server says that it is busy.
    SlowDown,
    /// The answer ends in the middle.
    Truncated,
    /// Nothing happens for so many milliseconds; the server hears of it only then, if there is
    /// somebody left to answer to.
    Stall(u64),
    /// The server does it, and for so many milliseconds there is no answer.
    Hush(u64),
}

/// A proxy in front of a server.
pub struct Proxy {
    pub port: u16,
    state: Arc<State>,
}

struct State {
    upstream: u16,
    faults: Vec<Fault>,
    percent: u64,
    dice: Mutex<Dice>,
    done: AtomicUsize,
    over: AtomicBool,
}

impl Proxy {
    /// Does one of `faults` to so many requests of a hundred.
    pub fn start(upstream: u16, faults: &[Fault], percent: u64) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(State {
            upstream,
            faults: faults.to_vec(),
            percent,
            dice: Mutex::new(Dice(percent)),
            done: AtomicUsize::new(0),
            over: AtomicBool::new(false),
        });
        let serving = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&serving);
                if state.over.load(Ordering::Relaxed) {
                    break;
                }
                thread::spawn(move || state.handle(stream));
            }
        });
        Self { port, state }
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// How many requests something was done to.
    pub fn done(&self) -> usize {
        self.state.done.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::Relaxed);
        // Wakes the listener.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl State {
    fn fault(&self) -> Option<Fault> {
        let mut dice = self.dice.lock().expect("the dice");
        if dice.below(100) >= self.percent {
            return None;
        }
        let which = dice.below(self.faults.len() as u64);
        self.done.fetch_add(1, Ordering::Relaxed);
        self.faults.get(which as usize).copied()
    }

    /// One request, one answer, one connection.
    fn handle(&self, mut client: TcpStream) {
        let Some(request) = message(&mut client) else { return };
        let fault = self.fault();
        match fault {
            Some(Fault::Reset) => return,
            Some(Fault::Broken) => {
                return answer(&mut client, "500 Internal Server Error", "InternalError");
            }
            Some(Fault::SlowDown) => return answer(&mut client, "503 Slow Down", "SlowDown"),
            Some(Fault::Stall(millis)) => {
                thread::sleep(Duration::from_millis(millis));
                if is_gone(&client) {
                    return;
                }
            }
            _ => {}
        }
        let Some(reply) = self.forward(&request) else { return };
        if let Some(Fault::Hush(millis)) = fault {
            thread::sleep(Duration::from_millis(millis));
        }
        let end = match fault {
            Some(Fault::Deaf) => 0,
            Some(Fault::Truncated) => reply.len() * 2 / 3,
            _ => reply.len(),
        };
        let _ = client.write_all(&reply[..end]);
        let _ = client.shutdown(Shutdown::Both);
    }

    fn forward(&self, request: &[u8]) -> Option<Vec<u8>> {
        let mut server = TcpStream::connect(("127.0.0.1", self.upstream)).ok()?;
        server.write_all(&closing(request)).ok()?;
        let mut reply = Vec::new();
        server.read_to_end(&mut reply).ok()?;
        Some(reply)
    }
}

/// Whether the client has hung up meanwhile, as proxies look before they go on.
fn is_gone(client: &TcpStream) -> bool {
    let mut byte = [0];
    let gone = client.set_nonblocking(true).is_ok() && matches!(client.peek(&mut byte), Ok(0));
    client.set_nonblocking(false).expect("as it was");
    gone
}

/// The request, asking for the connection to be closed after the answer. The line is not signed.
fn closing(request: &[u8]) -> Vec<u8> {
    let end = request.windows(2).position(|w| w == b"\r\n").map_or(0, |at| at + 2);
    [&request[..end], b"Connection: close\r\n", &request[end..]].concat()
}

fn answer(client: &mut TcpStream, status: &str, code: &str) {
    let body = format!(
        "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>so it is</Message></Error>"
    );
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = client.write_all((head + &body).as_bytes());
    let _ = client.shutdown(Shutdown::Both);
}

/// A whole request: head and as much body as it says.
fn message(client: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut part = [0; 16384];
    loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.and_then(|n| n.trim().parse().ok()).unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                return Some(bytes);
            }
        }
        match client.read(&mut part) {
            Ok(read) if read > 0 => bytes.extend_from_slice(&part[..read]),
            _ => return None,
        }
    }
}
