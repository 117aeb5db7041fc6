//! `masthead serve`: the preview.
//!
//! Invariant: the first line is the address, and after it comes one line a refresh. It ends fine
//! when it is told to end.

use super::{
    ENVIRONMENT, FINE,
    args::{Common, Format, Serve},
    build::{in_words, refuse},
    count, misused, put, show, tell,
};
use crate::{
    base::{Diagnostic, Moment, Severity},
    build::{self, tips::Tips},
    serve::{self, Outlet, Refreshed, Settings, Stopped, Witness},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// The port where none is asked for.
const PORT: u16 = 1111;

/// So many files are named in the line of a refresh.
const NAMED: usize = 3;

/// Serves until it is told to stop.
pub fn run(args: &Serve) -> u8 {
    let common = Common {
        root: args.root.clone(),
        at: args.at.clone(),
        drafts: false,
        base_url: args.base_url.clone(),
    };
    let options = match common.options(None, false) {
        Ok(options) => options,
        Err(why) => return misused(&why, ""),
    };
    let settings = Settings {
        at: args.at.as_ref().map(|_| options.at),
        options,
        as_published: args.as_published,
        poll: args.poll,
        bind: args.bind,
        port: (args.port.unwrap_or(PORT), args.port.is_some()),
        names: args.allow_host.clone(),
        clock: Moment::now,
        check: everything,
    };
    let bind = args.bind;
    let witness: Arc<dyn Witness> =
        Arc::new(Terminal { open: args.open, root: args.root.clone(), told: Mutex::default() });
    match serve::serve(settings, &witness) {
        Stopped::Asked => FINE,
        Stopped::Failed(failure) => refuse(&failure, Format::Text),
        Stopped::PortTaken(port) => {
            tell(&format!("error: port {port} is taken by another program"));
            tell(
                "  help: name another one with `--port N`, or leave `--port` out and the next free one is taken",
            );
            ENVIRONMENT
        }
        Stopped::Network(error) => {
            tell(&format!("error: the preview cannot listen at {bind}: {error}"));
            tell(
                "  help: `--bind 127.0.0.1` is for this computer alone; ports below 1024 are for administrators",
            );
            ENVIRONMENT
        }
    }
}

/// What `check` finds.
fn everything(outlet: &Outlet, root: &Path) -> Vec<Diagnostic> {
    let issue = &outlet.issue;
    build::proofread(issue.findings.to_vec(), &issue.index, &issue.plan, &issue.theme, root)
}

/// Tells whoever sits at the terminal.
struct Terminal {
    open: bool,
    root: PathBuf,
    /// The findings that were shown last.
    told: Mutex<Vec<Diagnostic>>,
}

impl Witness for Terminal {
    fn opened(&self, address: &str, taken: Option<u16>) {
        let desk = desk_of(address);
        put(&format!("{address} (the desk: {desk})\n"), FINE);
        if let Some(port) = taken {
            tell(&format!("port {port} is taken, so this is the next free one; Ctrl-C ends it"));
        } else {
            tell("Ctrl-C ends it");
        }
        if self.open
            && let Err(error) = open::that_detached(address)
        {
            tell(&format!("the browser could not be opened: {error}"));
        }
    }

    fn began(&self, outlet: &Outlet) {
        self.tell_findings(&outlet.findings);
    }

    fn refreshed(&self, refreshed: &Refreshed) {
        self.tell_findings(&refreshed.outlet.findings);
        put(&format!("{}\n", line(refreshed, &self.root)), FINE);
    }

    fn remark(&self, text: &str) {
        tell(text);
    }
}

impl Terminal {
    /// Shows what is wrong, once.
    fn tell_findings(&self, findings: &[Diagnostic]) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let new: Vec<Diagnostic> =
            findings.iter().filter(|finding| !told.contains(finding)).cloned().collect();
        show::findings(&new);
        *told = findings.to_vec();
    }
}

/// The desk is at the root of the host, wherever the outlet is.
fn desk_of(address: &str) -> String {
    let host = address.split("://").nth(1).and_then(|rest| rest.split('/').next());
    format!("http://{}/_desk/", host.unwrap_or_default())
}

/// `14:03:11 content/politics/vote.md: 2 pages seen are other, 11 ms; 1 error`
fn line(refreshed: &Refreshed, root: &Path) -> String {
    let outlet = &refreshed.outlet;
    let zone = outlet.issue.index.site.timezone;
    let now = Moment::now().in_zone(zone).format("%H:%M:%S");
    let pages = count(outlet.changed.len(), "open page is another", "open pages are others");
    let errors = outlet.findings.iter().filter(|f| f.is_error()).count();
    let errors = match errors {
        0 => String::new(),
        n => format!("; {}", show::counted(n, Severity::Error)),
    };
    let what = match heard(&refreshed.tips, root) {
        what if what.is_empty() => {
            format!("it is {}", in_words(outlet.issue.index.admitted.at(), zone))
        }
        what => what,
    };
    format!("{now} {what}: {pages}, {} ms{errors}", refreshed.took.as_millis())
}

/// What was heard of, in a few words. Programs that save a file may leave and take back others
/// beside it: those are not worth a word.
fn heard(tips: &Tips, root: &Path) -> String {
    let is_file = |path: &&PathBuf| root.join(path).is_file();
    let mut paths: Vec<&PathBuf> = tips.paths.iter().filter(is_file).collect();
    if paths.is_empty() {
        paths.extend(&tips.paths);
    }
    let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    match paths.len() {
        0 if tips.everything => "all files".to_owned(),
        n if n > NAMED => format!("{} and {} more", paths[..NAMED].join(", "), n - NAMED),
        _ => paths.join(", "),
    }
}
