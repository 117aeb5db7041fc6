//! The arguments, as typed.

use crate::{
    base::Moment,
    build::Options,
};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// A static site generator for news outlets.
#[derive(Debug, Parser)]
#[command(name = "masthead", version, about, max_term_width = 100)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the website
    Build(Build),
}

/// What commands that read a site have in common.
#[derive(Clone, Debug, ClapArgs)]
pub struct Common {
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// The moment to show the outlet at: RFC 3339, or a date or date-time in UTC [default: now]
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
    /// Show drafts as well
    #[arg(long)]
    pub drafts: bool,
    /// Take this in place of `base_url` in site.toml
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
}

/// How to print.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Arguments of `build`.
#[derive(Debug, ClapArgs)]
pub struct Build {
    /// What is common to all.
    #[command(flatten)]
    pub common: Common,
    /// Where to put the website: relative to the site's folder
    #[arg(long, value_name = "DIR", default_value = "public")]
    pub output: PathBuf,
    /// Render everything and compare with what the ledger says
    #[arg(long)]
    pub verify: bool,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

impl Common {
    /// What the library is asked to do.
    ///
    /// # Errors
    /// A sentence about an argument that makes no sense.
    pub fn options(&self, output: &std::path::Path, verify: bool) -> Result<Options, String> {
        let at = match &self.at {
            None => Moment::now(),
            Some(text) => Moment::parse(text, chrono_tz::Tz::UTC)
                .map_err(|why| format!("--at: {why}; write it as 2026-11-22T08:30:00+03:00"))?,
        };
        Ok(Options {
            root: self.root.clone(),
            output: self.root.join(output),
            at,
            drafts: self.drafts,
            base_url: self.base_url.clone(),
            verify,
        })
    }
}
