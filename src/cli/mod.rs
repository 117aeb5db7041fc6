//! The command line: arguments, one file per command, how diagnostics look.
//!
//! Invariant: only this module prints, and only it reads the clock for a command. Exit codes:
//! 0 fine, 1 the site has errors, 2 usage, 3 the environment failed.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is the module that prints")]

mod args;
mod build;
mod check;
mod explain;
mod init;
mod list;
mod new;
mod schema;
mod show;

use args::{Args, Command};
use clap::Parser;
use std::process::ExitCode;

/// Runs the command that the arguments name.
#[must_use]
pub fn run() -> ExitCode {
    let args = Args::parse();
    let code = match args.command {
        Command::Init(init) => init::run(&init),
        Command::New(new) => new::run(&new),
        Command::Build(build) => build::run(&build),
        Command::Check(check) => check::run(&check),
        Command::List(list) => list::run(&list),
        Command::Explain(explain) => explain::run(&explain),
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
