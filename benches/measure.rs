//! What a build costs and what it changed, seen from outside.
//!
//! Invariant: nothing here believes what a generator says of itself; time and memory come from
//! the system, changed files from their bytes.
//!
//! A child is run under GNU `time`, which reads what `wait4` tells of exactly that child: CPU
//! time and peak memory to the end. Polling `/proc` would miss peaks, `getrusage` gives the
//! greatest of all children so far, and calling `wait4` ourselves would take `unsafe`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

/// Whatever goes wrong is told to whoever runs the bench.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Names the file that an error of the system is about.
///
/// # Errors
/// The error with the path before it.
pub fn at<T>(path: &Path, done: io::Result<T>) -> Outcome<T> {
    done.map_err(|err| format!("{}: {err}", path.display()).into())
}

/// Does the work of a bench and says how it went. `cargo test --all-targets` starts benches too,
/// without a word, and then there is nothing to do.
pub fn conclude(is_asked: bool, work: impl FnOnce() -> Outcome<()>) -> ExitCode {
    if !is_asked {
        return ExitCode::SUCCESS;
    }
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("{err}");
            ExitCode::FAILURE
        }
    }
}

/// How many threads can run at once.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(2, usize::from)
}

/// What one run of a program cost.
#[derive(Clone, Copy)]
pub struct Usage {
    /// Seconds on the clock.
    pub wall: f64,
    /// Seconds of all cores, in the program and in the kernel for it.
    pub cpu: f64,
    /// Peak resident memory in MiB.
    pub peak: f64,
}

impl Usage {
    /// The median of several runs, column by column.
    pub fn median(runs: &[Usage]) -> Usage {
        let of = |column: fn(&Usage) -> f64| median(runs.iter().map(column).collect());
        Usage { wall: of(|run| run.wall), cpu: of(|run| run.cpu), peak: of(|run| run.peak) }
    }
}

/// The middle one; the upper of two. There must be at least one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Runs a program to its end: its cost, and what it wrote to standard output.
///
/// # Errors
/// When it cannot be started or fails; its messages are in the error.
pub fn run(program: &Path, args: &[&str], notes: &Path) -> Outcome<(Usage, String)> {
    let mut command = Command::new("/usr/bin/time");
    command.arg("--format=%U %S %M").arg("--output").arg(notes).arg("--").arg(program).args(args);
    let begin = Instant::now();
    let done = command
        .output()
        .map_err(|err| format!("/usr/bin/time: {err}; install it with `apt-get install time`"))?;
    let wall = begin.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    if !done.status.success() {
        let complaint = String::from_utf8_lossy(&done.stderr);
        return Err(format!("{} {}:\n{said}{complaint}", program.display(), args.join(" ")).into());
    }
    let [user, system, kib] = numbers(&at(notes, fs::read_to_string(notes))?)?;
    Ok((Usage { wall, cpu: user + system, peak: kib / 1024.0 }, said))
}

/// The three numbers that `time` notes.
fn numbers(text: &str) -> Outcome<[f64; 3]> {
    let numbers: Vec<f64> = text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    <[f64; 3]>::try_from(numbers).map_err(|_| format!("`time` noted `{text}`").into())
}

/// How long the system goes on writing and freeing after it has said that it is done.
const REST: Duration = Duration::from_secs(3);

/// Lets the disk come to rest, so that a run does not pay for the one before it.
///
/// # Errors
/// When there is no `sync`.
pub fn settle() -> Outcome<()> {
    Command::new("sync").status().map_err(|err| format!("sync: {err}"))?;
    thread::sleep(REST);
    Ok(())
}

/// What a folder holds: each file's path below it, its length and the hash of its bytes.
#[derive(Default)]
pub struct Listing(BTreeMap<PathBuf, (u64, blake3::Hash)>);

impl Listing {
    /// Reads all files below a folder with `threads` threads.
    ///
    /// # Errors
    /// What the system says.
    pub fn of(folder: &Path, threads: usize) -> Outcome<Self> {
        let mut paths = Vec::new();
        for entry in walkdir::WalkDir::new(folder) {
            let entry = entry?;
            if entry.file_type().is_file() {
                paths.push(entry.into_path());
            }
        }
        let parts = share(threads, &paths, |part| {
            part.iter().map(|path| entry(folder, path)).collect::<Outcome<Vec<_>>>()
        })?;
        Ok(Self(parts.into_iter().flatten().collect()))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Paths and lengths.
    pub fn files(&self) -> impl Iterator<Item = (&Path, u64)> {
        self.0.iter().map(|(path, (length, _))| (path.as_path(), *length))
    }

    /// How many files are new, gone, or hold other bytes than in `before`.
    pub fn changed_since(&self, before: &Self) -> usize {
        let new = self.0.iter().filter(|(path, file)| before.0.get(*path) != Some(file)).count();
        new + before.0.keys().filter(|path| !self.0.contains_key(*path)).count()
    }
}

fn entry(folder: &Path, path: &Path) -> Outcome<(PathBuf, (u64, blake3::Hash))> {
    let bytes = at(path, fs::read(path))?;
    let below = path.strip_prefix(folder)?;
    Ok((below.to_owned(), (bytes.len() as u64, blake3::hash(&bytes))))
}

/// Has `threads` threads work through `items` in parts of 64, each taking the next part when
/// it is done with one; the results come in no particular order.
///
/// # Errors
/// The first error of any thread.
pub fn share<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    work: impl Fn(&[T]) -> Outcome<R> + Sync,
) -> Outcome<Vec<R>> {
    let (parts, next) = (items.chunks(64).collect::<Vec<_>>(), AtomicUsize::new(0));
    let toil = || -> Outcome<Vec<R>> {
        let mut done = Vec::new();
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push(work(part)?);
        }
        Ok(done)
    };
    thread::scope(|scope| {
        let hands: Vec<_> = (0..threads).map(|_| scope.spawn(toil)).collect();
        let mut all = Vec::new();
        for hand in hands {
            all.extend(hand.join().map_err(|_| "a thread panicked")??);
        }
        Ok(all)
    })
}

/// Puts a folder out of the way, under another name beside it. It is not removed yet: a file
/// system that has just freed so many files is slow to make new ones (ext4 without a journal leaves
/// their inodes alone for one to five minutes and looks past each), and the next build would pay.
///
/// # Errors
/// What the system says.
pub fn put_away(folder: &Path) -> Outcome<()> {
    for number in 0.. {
        let past = folder.with_extension(format!("past-{number}"));
        if past.exists() {
            continue;
        }
        return match fs::rename(folder, &past) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(()),
            done => at(folder, done),
        };
    }
    Ok(())
}

/// Removes what was put away.
///
/// # Errors
/// What the system says.
pub fn throw_away(folder: &Path) -> Outcome<()> {
    for number in 0.. {
        let past = folder.with_extension(format!("past-{number}"));
        if !past.exists() {
            break;
        }
        clear(&past)?;
    }
    Ok(())
}

/// Removes a folder with all that is in it, if it is there.
///
/// # Errors
/// What the system says.
pub fn clear(folder: &Path) -> Outcome<()> {
    match fs::remove_dir_all(folder) {
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(()),
        done => at(folder, done),
    }
}
