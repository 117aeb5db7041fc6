//! The arguments, as typed.

use crate::{base::Moment, build::Options, site};
use chrono_tz::Tz;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::{
    net::IpAddr,
    path::{Path, PathBuf},
};

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
    /// Begin a site: settings, first sections and a first story
    Init(Init),
    /// Begin a story, with slug and date filled in
    New(New),
    /// Build the website
    Build(Build),
    /// Preview the outlet while it is being written
    Serve(Serve),
    /// Publish the website: only what changed, in an order that readers do not notice
    Publish(Publish),
    /// Compare what lies at a target with what was published there
    Verify(Verify),
    /// Check everything: links, pictures, authors, tags, headlines
    Check(Check),
    /// List stories: drafts, embargoed, expired, or all, by date
    List(List),
    /// Explain a page (why it is as it is, and what it asked) or a diagnostic code
    Explain(Explain),
    /// Tell CDNs, subscribers and search engines what they have not heard of the last editions
    Purge(Purge),
    /// Print the JSON Schema of the front matter, for editors' completion
    Schema(Schema),
}

/// Arguments of `init`.
#[derive(Debug, ClapArgs)]
pub struct Init {
    /// The folder to make
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// The outlet's name
    #[arg(long, value_name = "NAME")]
    pub title: Option<String>,
}

/// Arguments of `new`.
#[derive(Debug, ClapArgs)]
pub struct New {
    /// The section, such as `politics`; with the language's folder for another edition, such as `ckb/politics`
    #[arg(value_name = "SECTION")]
    pub section: String,
    /// The headline
    #[arg(value_name = "HEADLINE")]
    pub headline: String,
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// The slug [default: made from the headline]
    #[arg(long, value_name = "SLUG")]
    pub slug: Option<String>,
    /// The moment of publication, such as `2026-11-22T08:30` in the site's timezone [default: now]
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
}

/// Arguments of `check`.
#[derive(Debug, ClapArgs)]
pub struct Check {
    /// What is common to all.
    #[command(flatten)]
    pub common: Common,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// Arguments of `serve`.
#[derive(Debug, ClapArgs)]
pub struct Serve {
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// The moment to show the outlet at, which then stands still: RFC 3339, or a date or date-time in
    /// the site's timezone [default: now, and on it goes]
    #[arg(long, value_name = "MOMENT")]
    pub at: Option<String>,
    /// Show what the public sees, without drafts and what is under embargo
    #[arg(long)]
    pub as_published: bool,
    /// Take this in place of `base_url` in site.toml
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// The port [default: 1111, or the next one that is free]
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
    /// The address to listen at; 0.0.0.0 lets others in your network look
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub bind: IpAddr,
    /// Answer to this name as well, as when a tunnel leads here
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
    /// Open the browser
    #[arg(long)]
    pub open: bool,
    /// Look at all files every second, where the system does not tell of changes
    #[arg(long)]
    pub poll: bool,
}

/// Arguments of `list`.
#[derive(Debug, ClapArgs)]
pub struct List {
    /// Which stories
    #[arg(value_name = "WHICH", default_value = "all")]
    pub which: Which,
    /// What is common to all.
    #[command(flatten)]
    pub common: Common,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// Which stories to list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Which {
    /// Every story.
    All,
    /// Those that the public sees.
    Published,
    /// Drafts.
    Drafts,
    /// Those whose moment has not come.
    Embargoed,
    /// Those whose moment is over.
    Expired,
}

/// Arguments of `explain`.
#[derive(Debug, ClapArgs)]
pub struct Explain {
    /// A URL, a path such as `/politics/`, an output file, a content file, or a diagnostic code
    /// [default: list the codes]
    #[arg(value_name = "URL|CODE")]
    pub what: Option<String>,
    /// What is common to all.
    #[command(flatten)]
    pub common: Common,
    /// Where the website is [default: `public` in the site's folder]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// Arguments of `purge`.
#[derive(Debug, ClapArgs)]
pub struct Purge {
    /// The target, as `publish` was told [default: all for which something is left]
    #[arg(value_name = "TARGET")]
    pub target: Option<String>,
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
}

/// Arguments of `schema`.
#[derive(Debug, ClapArgs)]
pub struct Schema {}

/// What commands that read a site have in common.
#[derive(Clone, Debug, ClapArgs)]
pub struct Common {
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// The moment to show the outlet at: RFC 3339, or a date or date-time in the site's timezone
    /// [default: now]
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
    /// Where to put the website [default: `public` in the site's folder]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Render everything and compare with what the ledger says
    #[arg(long)]
    pub verify: bool,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// Arguments of `publish`.
#[derive(Debug, ClapArgs)]
pub struct Publish {
    /// A name from `[publish.NAME]` in site.toml, an address such as `s3://bucket/prefix`, or a folder
    #[arg(value_name = "TARGET")]
    pub target: String,
    /// What is common to all.
    #[command(flatten)]
    pub common: Common,
    /// Where the website is built [default: `public` in the site's folder]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Publish what the last build left, if it is whole and up to date
    #[arg(long)]
    pub no_build: bool,
    /// Return to the edition before the one that is live
    #[arg(long, conflicts_with = "no_build")]
    pub rollback: bool,
    /// Keep the ledger at the target as well, so that a machine without one builds only what changed
    #[arg(long)]
    pub remote_ledger: bool,
    /// Write every object anew, whatever the manifest says of it
    #[arg(long, conflicts_with = "rollback")]
    pub all: bool,
    /// Let more be taken down than `max_deletes` allows
    #[arg(long)]
    pub allow_deletes: bool,
    /// Publish an edition that is older than what is live, was withdrawn, or is for another address
    #[arg(long)]
    pub force: bool,
    /// How long to wait for another publisher who shows no sign of life; ten seconds at least
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub wait: u64,
    /// How long to wait for the answer to a small request
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub timeout: u64,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// Arguments of `verify`.
#[derive(Debug, ClapArgs)]
pub struct Verify {
    /// A name from `[publish.NAME]` in site.toml, an address such as `s3://bucket/prefix`, or a folder
    #[arg(value_name = "TARGET")]
    pub target: String,
    /// The site's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub root: PathBuf,
    /// Read every byte
    #[arg(long)]
    pub deep: bool,
    /// How long to wait for the answer to a small request
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub timeout: u64,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

impl Common {
    /// What the library is asked to do. `output` is as typed, so it is relative to where the
    /// command runs, as every path on a command line is; the default lies in the site's folder.
    ///
    /// # Errors
    /// A sentence about an argument that makes no sense.
    pub fn options(&self, output: Option<&Path>, verify: bool) -> Result<Options, String> {
        Ok(Options {
            root: self.root.clone(),
            output: output.map_or_else(|| below(&self.root, "public"), Path::to_owned),
            at: self.moment()?,
            drafts: self.drafts,
            base_url: self.base_url.clone(),
            verify,
        })
    }

    fn moment(&self) -> Result<Moment, String> {
        match &self.at {
            None => Ok(Moment::now()),
            Some(text) => Moment::parse(text, timezone(&self.root)).map_err(|why| {
                format!("--at: {why}; write it as 2026-11-22, 2026-11-22T08:30 or 2026-11-22T08:30:00+03:00")
            }),
        }
    }
}

/// A path below the site's folder, as messages should show it.
fn below(root: &Path, name: &str) -> PathBuf {
    if root == Path::new(".") { name.into() } else { root.join(name) }
}

/// The site's timezone. Where the settings cannot be read, the command will say so itself.
fn timezone(root: &Path) -> Tz {
    let text = std::fs::read_to_string(root.join("site.toml")).unwrap_or_default();
    let (site, _) = site::resolve("site.toml", &text, Some("https://example.org"));
    site.map_or(Tz::UTC, |site| site.timezone)
}
