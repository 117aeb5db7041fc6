//! The bench of the preview: how long an editor waits, beside `hugo server` on the same stories.
//!
//! ```text
//! cargo bench --bench serve -- --stories 100000 --hugo PATH
//! ```
//!
//! Invariant: all is measured from outside, over HTTP, from the moment at which a program is
//! started or a file is written until the response that shows it has come. Every edit is another
//! one, and is taken back at the end.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is the table")]
#![allow(dead_code, reason = "the modules are those of the other bench")]

mod corpus;
mod desk;
mod floor;
mod measure;
mod table;

use clap::Parser;
use corpus::{Archive, MOMENT};
use desk::{Desk, Generator, Hugo, Masthead};
use measure::{Outcome, at, clear, conclude, cores, median};
use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, ExitCode, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// Measures the preview of a made-up archive.
#[derive(Parser)]
struct Options {
    /// How many stories
    #[arg(long, default_value_t = 10_000)]
    stories: u64,
    /// How many starts the medians are of
    #[arg(long, default_value_t = 3)]
    starts: usize,
    /// How many times a story and a template are saved
    #[arg(long, default_value_t = 50)]
    saves: usize,
    /// Measures `hugo server` as well: the binary itself, not a script that starts it
    #[arg(long, value_name = "PATH")]
    hugo: Option<PathBuf>,
    /// How many saves of Hugo's
    #[arg(long, default_value_t = 5)]
    hugo_saves: usize,
    /// Measures another build of Masthead
    #[arg(long, value_name = "PATH", default_value = env!("CARGO_BIN_EXE_masthead"))]
    masthead: PathBuf,
    /// Where archives and sites lie; an archive is used again
    #[arg(long, value_name = "DIR", default_value = env!("CARGO_TARGET_TMPDIR"))]
    work: PathBuf,
    /// The seed of the archive
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Cargo says so when it runs a bench
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    conclude(options.bench, || options.run())
}

/// How long an answer is waited for before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(600);

impl Options {
    fn run(&self) -> Outcome<()> {
        let benches = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
        let archive = Archive { stories: self.stories, body_scale: 1, seed: self.seed };
        let desk = Desk::open(&std::path::absolute(&self.work)?, archive, cores())?;
        println!("{}", table::circumstances(&benches, cores()));
        let mut columns = Vec::new();
        desk.unstamped(|| {
            columns.push(self.ours(&desk, archive, &benches)?);
            if let Some(hugo) = &self.hugo {
                columns.push(self.theirs(&desk, archive, hugo, &benches)?);
            }
            Ok(())
        })?;
        println!("{}", rows(&columns));
        Ok(())
    }

    fn ours(&self, desk: &Desk, archive: Archive, benches: &Path) -> Outcome<Column> {
        let press = Masthead::at(desk, &self.masthead, benches)?;
        press.forget()?;
        let root = desk.site().display().to_string();
        let serve = |port: u16| {
            let mut command = Command::new(&self.masthead);
            command.args(["serve", "--root", &root, "--at", MOMENT, "--as-published"]);
            command.args(["--port", &port.to_string()]);
            command
        };
        let page = address(&archive.newest());
        let mut column = Column { name: "masthead serve".to_owned(), ..Column::default() };
        column.cold = starts(self.starts, &page, &serve)?;
        press.build()?;
        // The preview reads the ledger and no output.
        clear(press.output())?;
        column.warm = starts(self.starts, &page, &serve)?;
        let story = desk.content().join(archive.newest());
        let base = desk.site().join("themes/bench/templates/base.html");
        self.saves(&mut column, &serve, &page, (&story, &base), self.saves)?;
        Ok(column)
    }

    fn theirs(
        &self,
        desk: &Desk,
        archive: Archive,
        hugo: &Path,
        benches: &Path,
    ) -> Outcome<Column> {
        let press = Hugo::at(desk, hugo, benches)?;
        let root = desk.place("hugo").display().to_string();
        let serve = |port: u16| {
            let mut command = Command::new(hugo);
            command.args(["server", "--source", &root, "--clock", MOMENT, "--quiet"]);
            command.args(["--port", &port.to_string(), "--bind", "127.0.0.1"]);
            command
        };
        let page = address(&archive.newest());
        let mut column = Column { name: "hugo server".to_owned(), ..Column::default() };
        column.cold = starts(1, &page, &serve)?;
        let story = desk.content().join(archive.newest());
        let base = desk.place("hugo").join("layouts/baseof.html");
        self.saves(&mut column, &serve, &page, (&story, &base), self.hugo_saves)?;
        clear(press.output())?;
        Ok(column)
    }

    /// Saves a story's body, then the template around all pages, each so many times.
    fn saves(
        &self,
        column: &mut Column,
        serve: &impl Fn(u16) -> Command,
        page: &str,
        (story, base): (&Path, &Path),
        saves: usize,
    ) -> Outcome<()> {
        let server = Server::start(serve)?;
        server.until(page, |_| true)?;
        let text = at(story, fs::read_to_string(story))?;
        for number in 0..saves {
            let mark = format!("late-line-{number}-end");
            column.body.push(server.save(page, story, &format!("{text}\n{mark}\n"), &mark)?);
        }
        at(story, fs::write(story, &text))?;
        let text = at(base, fs::read_to_string(base))?;
        for number in 0..saves {
            let mark = format!("data-mark-{number}=\"\"");
            let after = text.replacen("<body", &format!("<body {mark}"), 1);
            column.template.push(server.save("/", base, &after, &format!("data-mark-{number}"))?);
        }
        at(base, fs::write(base, &text))?;
        column.peak = server.peak();
        Ok(())
    }
}

/// Where the story of a file is.
fn address(path: &str) -> String {
    format!("/{}/", path.trim_end_matches(".md"))
}

/// What was measured of one program, in milliseconds and MiB.
#[derive(Default)]
struct Column {
    name: String,
    cold: Vec<f64>,
    warm: Vec<f64>,
    body: Vec<f64>,
    template: Vec<f64>,
    peak: f64,
}

/// Starts a server so many times; how long it took each time until it sent its first page.
fn starts(times: usize, page: &str, serve: &impl Fn(u16) -> Command) -> Outcome<Vec<f64>> {
    (0..times)
        .map(|_| {
            let since = Instant::now();
            let server = Server::start(serve)?;
            server.until(page, |_| true)?;
            Ok(since.elapsed().as_secs_f64() * 1000.0)
        })
        .collect()
}

/// A server at work; it ends with this value.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(serve: &impl Fn(u16) -> Command) -> Outcome<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = serve(port).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Self { child, port })
    }

    /// Asks for a page until it is one that will do.
    fn until(&self, page: &str, will_do: impl Fn(&str) -> bool) -> Outcome<()> {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            if self
                .ask(page)
                .is_ok_and(|answer| answer.starts_with("HTTP/1.1 200") && will_do(&answer))
            {
                return Ok(());
            }
            sleep(Duration::from_millis(1));
        }
        Err(format!("{page} did not come").into())
    }

    fn ask(&self, page: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        let host = format!("localhost:{}", self.port);
        write!(stream, "GET {page} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// Saves a file; how long it takes until a page shows it.
    fn save(&self, page: &str, file: &Path, text: &str, mark: &str) -> Outcome<f64> {
        // An editor pauses between two saves, and so do the programs that watch.
        sleep(Duration::from_millis(150));
        let since = Instant::now();
        at(file, fs::write(file, text))?;
        self.until(page, |answer| answer.contains(mark))?;
        Ok(since.elapsed().as_secs_f64() * 1000.0)
    }

    /// The most memory that it has had, in MiB: the kernel keeps the peak itself.
    fn peak(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kib.unwrap_or(f64::NAN) / 1024.0
    }
}

type Cell = fn(&Column) -> String;

fn rows(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut out = format!("| | {} |\n|---|{}\n", names.join(" | "), "--:|".repeat(columns.len()));
    let cells: [(&str, Cell); 7] = [
        ("first page, no ledger, ms", |c| middle(&c.cold)),
        ("first page, with a ledger, ms", |c| middle(&c.warm)),
        ("story saved, median ms", |c| middle(&c.body)),
        ("story saved, worst ms", |c| worst(&c.body)),
        ("base template saved, median ms", |c| middle(&c.template)),
        ("base template saved, worst ms", |c| worst(&c.template)),
        ("peak memory, MiB", |c| format!("{:.0}", c.peak)),
    ];
    for (name, cell) in cells {
        let cells: Vec<String> = columns.iter().map(cell).collect();
        out += &format!("| {name} | {} |\n", cells.join(" | "));
    }
    out
}

fn middle(values: &[f64]) -> String {
    if values.is_empty() { "–".to_owned() } else { format!("{:.0}", median(values.to_vec())) }
}

fn worst(values: &[f64]) -> String {
    let worst = values.iter().copied().max_by(f64::total_cmp);
    worst.map_or_else(|| "–".to_owned(), |worst| format!("{worst:.0}"))
}
