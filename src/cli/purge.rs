//! `masthead purge`: says again what CDNs, subscribers and search engines have not heard yet.

use super::{
    ENVIRONMENT, FINE, PURGE, SITE,
    args::{Format, Purge},
    build::refuse,
    count, put, show, tell,
};
use crate::{
    base::{Moment, diag},
    build::{Failure, prepare::load_site},
    publish::{
        choose::known,
        purge::{Job, Outcome, Record, resume},
    },
    site::Site,
};

/// Tells whoever is still to be told, of one target or of all.
pub fn run(args: &Purge) -> u8 {
    let mut findings = Vec::new();
    let site = load_site(&args.root, None, &mut findings);
    let Some(site) = site.filter(|_| !diag::any_error(&findings)) else {
        show::findings(&findings);
        return SITE;
    };
    let memory = args.root.join(".masthead");
    let record = Record::load(&memory);
    let is_told_of = |name: &&str| !site.targets.iter().any(|t| t.name == *name && !t.purge);
    let mut targets: Vec<&str> = record.unfinished().filter(is_told_of).collect();
    if let Some(target) = &args.target {
        let named = site.targets.iter().map(|target| target.name.as_str());
        let names = named.chain(record.targets.keys().map(String::as_str));
        if let Err(finding) = known(target, names.collect()) {
            return refuse(&Failure::Site(vec![finding]), Format::Text);
        }
        targets.retain(|name| name == target);
    }
    if targets.is_empty() {
        return put("nothing is left to be purged\n", FINE);
    }
    let codes = targets.into_iter().map(|target| again(target, &site, &memory));
    codes.max().unwrap_or(FINE)
}

fn again(target: &str, site: &Site, memory: &std::path::Path) -> u8 {
    let env = |name: &str| std::env::var(name).ok();
    let at = Moment::now();
    match resume(&Job { site, target, memory, at, withheld: None, env: &env }) {
        Ok(outcome) => print(&outcome),
        Err(error) => {
            tell(&format!("error: purge.json cannot be written: {error}"));
            ENVIRONMENT
        }
    }
}

/// Prints what was said to whom, and gives the exit code.
pub fn print(outcome: &Outcome) -> u8 {
    for (service, why) in &outcome.failed {
        tell(&format!("error: {service} was not told: {why}"));
    }
    for service in &outcome.waiting {
        tell(&format!("  {service} waits until old copies are gone"));
    }
    if !outcome.is_fine() {
        tell("  help: what was published is live; `masthead purge` says the rest again");
    }
    let withheld = outcome.withheld.iter().map(|why| format!("nobody is told: {why}\n"));
    let told = outcome.told.iter().map(|(service, n)| {
        let what = count(*n, "address or key", "addresses or keys");
        format!("purged    {service}: {what}\n")
    });
    put(&withheld.chain(told).collect::<String>(), if outcome.is_fine() { FINE } else { PURGE })
}
