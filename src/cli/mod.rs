//! The command line: arguments, one file per command, how diagnostics look.
//!
//! Invariant: only this module prints, and only it reads the clock for a command. What was asked
//! for goes to standard output, everything else to standard error; a reader who closes either
//! has seen enough, which is no failure. Exit codes: 0 fine, 1 the site has errors, 2 usage,
//! 3 the environment failed, 4 what is live could not be purged from a CDN.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is the module that prints")]

mod args;
mod build;
mod check;
mod explain;
mod init;
mod list;
mod new;
mod purge;
mod publish;
mod schema;
mod serve;
mod show;
mod verify;

use args::{Args, Command};
use clap::Parser;
use std::{
    io::{self, Write},
    process::ExitCode,
};

/// Runs the command that the arguments name.
#[must_use]
pub fn run() -> ExitCode {
    let args = Args::parse();
    let code = match args.command {
        Command::Init(init) => init::run(&init),
        Command::New(new) => new::run(&new),
        Command::Build(build) => build::run(&build),
        Command::Serve(serve) => serve::run(&serve),
        Command::Publish(publish) => publish::run(&publish),
        Command::Verify(verify) => verify::run(&verify),
        Command::Check(check) => check::run(&check),
        Command::List(list) => list::run(&list),
        Command::Explain(explain) => explain::run(&explain),
        Command::Purge(purge) => purge::run(&purge),
        Command::Schema(schema) => schema::run(&schema),
    };
    ExitCode::from(code)
}

/// The command did what was asked.
const FINE: u8 = 0;
/// The site has errors.
const SITE: u8 = 1;
/// The arguments make no sense.
const USAGE: u8 = 2;
/// A file, folder or the system stood in the way.
const ENVIRONMENT: u8 = 3;
/// What was published is live, but somebody could not be told of it.
const PURGE: u8 = 4;

/// Prints what was asked for, and gives the exit code: `code`, unless it cannot be written.
fn put(text: &str, code: u8) -> u8 {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            tell(&format!("error: the output cannot be written: {error}"));
            ENVIRONMENT
        }
        _ => code,
    }
}

/// Says something to whoever is looking.
fn tell(text: &str) {
    // Where nobody listens there is nobody to tell.
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Says why the arguments make no sense.
fn misused(why: &str, help: &str) -> u8 {
    tell(&format!("error: {why}"));
    if !help.is_empty() {
        tell(&format!("  help: {help}"));
    }
    USAGE
}

/// Prints data for programs.
fn put_json(value: &serde_json::Value, code: u8) -> u8 {
    put(&format!("{value}\n"), code)
}

/// `1 story`, `2 stories`.
fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
