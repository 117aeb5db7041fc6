//! A preview at work: the program itself, spoken to over HTTP.

use masthead::serve::inject;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

/// How long anything is waited for before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running preview; it ends with this value.
pub struct Preview {
    child: Child,
    /// Where it listens.
    pub port: u16,
    /// What it has printed so far.
    pub printed: Arc<Mutex<String>>,
}

/// An answer.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status; 0 where there was no answer.
    pub status: u16,
    /// Headers by name in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header; empty where it was not sent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The page as it was rendered, without what is added for editors.
    pub fn rendered(&self) -> Vec<u8> {
        if self.header("content-type").starts_with("text/html") {
            inject::strip(&self.body)
        } else {
            self.body.clone()
        }
    }
}

/// The program, set to serve a site at a free port.
pub fn program(root: &Path, args: &[&str]) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_masthead"));
    program.arg("serve").arg("--root").arg(root).args(args);
    program.stdout(Stdio::piped()).stderr(Stdio::piped());
    program
}

impl Preview {
    /// Starts it at a free port and waits for its address.
    pub fn start(root: &Path, args: &[&str]) -> Self {
        Self::begin(program(root, args).args(["--port", "0"]))
    }

    /// Starts a command and waits for the address that it prints.
    pub fn begin(command: &mut Command) -> Self {
        let mut child = command.spawn().expect("the program starts");
        let printed = Arc::new(Mutex::new(String::new()));
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        listen(child.stderr.take().expect("its messages"), printed.clone());
        let mut first = String::new();
        out.read_line(&mut first).expect("a line");
        let port = first
            .split("http://")
            .nth(1)
            .and_then(|rest| rest.split('/').next()?.rsplit(':').next()?.parse().ok());
        let port = port.unwrap_or_else(|| {
            thread::sleep(Duration::from_millis(100));
            panic!("no address in {first:?}, but {:?}", printed.lock().expect("what it said"))
        });
        printed.lock().expect("its output").push_str(&first);
        listen(out, printed.clone());
        Self { child, port, printed }
    }

    /// Gets a page.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    /// Asks for something with headers.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let host = format!("localhost:{}", self.port);
        let own = [("Host", host.as_str())];
        let own = own.into_iter().filter(|_| !headers.iter().any(|(name, _)| *name == "Host"));
        let lines: String = own
            .chain(headers.iter().copied())
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        self.say(format!("{method} {path} HTTP/1.0\r\n{lines}\r\n").as_bytes())
    }

    /// Sends bytes as they are; gives what comes back, if anything does.
    pub fn say(&self, bytes: &[u8]) -> Answer {
        let stream = TcpStream::connect(("127.0.0.1", self.port));
        let mut stream = stream.expect("the preview listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        // It may hang up before it has heard everything.
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        parse(&answer)
    }

    /// Opens the events of a tab; what comes is gathered.
    pub fn tab(&self, page: &str, more: &str) -> Tab {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        let request = format!(
            "GET /_desk/events?page={page}{more} HTTP/1.0\r\nHost: localhost:{}\r\n\r\n",
            self.port
        );
        stream.write_all(request.as_bytes()).expect("it hears");
        let heard = Arc::new(Mutex::new(String::new()));
        listen(stream, heard.clone());
        let tab = Tab { heard };
        tab.hears(": open");
        tab
    }

    /// Waits until a page will do, and gives it.
    pub fn until(&self, path: &str, will_do: impl Fn(&Answer) -> bool) -> Answer {
        let since = Instant::now();
        loop {
            let answer = self.get(path);
            if will_do(&answer) {
                return answer;
            }
            assert!(
                since.elapsed() < PATIENCE,
                "{path} stays {}: {}",
                answer.status,
                answer.text()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until a page holds a word.
    pub fn shows(&self, path: &str, word: &str) -> Answer {
        self.until(path, |answer| answer.text().contains(word))
    }

    /// Waits until it has printed a word.
    pub fn prints(&self, word: &str) -> String {
        wait(&self.printed, word)
    }

    /// Sends it a signal, and waits for its end.
    pub fn stop(mut self, signal: &str) -> ExitStatus {
        let pid = self.child.id().to_string();
        Command::new("kill").args([signal, &pid]).status().expect("kill");
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("its end") {
                return status;
            }
            assert!(since.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The events that a tab has heard.
pub struct Tab {
    heard: Arc<Mutex<String>>,
}

impl Tab {
    /// Waits until it has heard this.
    pub fn hears(&self, word: &str) -> String {
        wait(&self.heard, word)
    }

    /// What it has heard so far.
    pub fn so_far(&self) -> String {
        self.heard.lock().expect("what it heard").clone()
    }

    /// Forgets what it has heard.
    pub fn forget(&self) {
        self.heard.lock().expect("what it heard").clear();
    }
}

fn wait(text: &Arc<Mutex<String>>, word: &str) -> String {
    let since = Instant::now();
    loop {
        let so_far = text.lock().expect("a text").clone();
        if so_far.contains(word) {
            return so_far;
        }
        assert!(since.elapsed() < PATIENCE, "no {word:?} in {so_far:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Gathers what comes, on a thread of its own.
fn listen(mut from: impl Read + Send + 'static, into: Arc<Mutex<String>>) {
    thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(length @ 1..) = from.read(&mut piece) {
            into.lock().expect("a text").push_str(&String::from_utf8_lossy(&piece[..length]));
        }
    });
}

fn parse(answer: &[u8]) -> Answer {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Answer::default();
    };
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let header = |line: &str| {
        let (name, value) = line.split_once(": ")?;
        Some((name.to_ascii_lowercase(), value.to_owned()))
    };
    let headers = lines.filter_map(header).collect();
    Answer { status: status.unwrap_or(0), headers, body: answer[end + 4..].to_vec() }
}
