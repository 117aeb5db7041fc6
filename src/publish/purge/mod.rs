//! Purging: old copies are thrown away, and who waits for news is told.
//!
//! Invariant: nobody is told before the new files are live, and subscribers and search engines
//! not before the CDNs have thrown away what they would show them. What is still to be done is
//! written down before the first call, and crossed out after each; so whatever happens, `masthead
//! purge` knows what is left. Credentials come from the environment and are never written.

mod cloudflare;
mod cloudfront;
mod fastly;
mod indexnow;
mod record;
mod service;
mod websub;

#[cfg(test)]
mod tests;

pub use record::{Orders, Record, record_file};
pub use service::Env;

use super::{Change, ChangeKind};
use crate::{
    base::{Moment, OutPath},
    outputs::{Output, Plan, delivery::Class, keys},
    remote::http::{Client, Patience},
    site::{FeedFormat, HostFile, Site, Target, urls},
};
use service::{Service, services};
use std::{collections::BTreeMap, path::Path};

/// For whom something is purged.
pub struct Job<'a> {
    /// The settings, with the base URL of what was published.
    pub site: &'a Site,
    /// What the target is called: a name in site.toml, or a URL.
    pub target: &'a str,
    /// The folder of the ledger.
    pub memory: &'a Path,
    /// The moment of the edition, as requests to CloudFront are named.
    pub at: Moment,
    /// Why nobody is told, if so: of what is not the outlet's own, CDNs have no copies.
    pub withheld: Option<String>,
    /// The environment.
    pub env: Env<'a>,
}

/// What was done, and what was not.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outcome {
    /// Who was told, and of how many; in order.
    pub told: Vec<(&'static str, usize)>,
    /// Who was not, and why.
    pub failed: Vec<(&'static str, String)>,
    /// Who has to wait for those.
    pub waiting: Vec<&'static str>,
    /// Why nobody is told, where there is somebody to tell.
    pub withheld: Option<String>,
}

impl Outcome {
    /// Whether nothing is left to be done.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.failed.is_empty() && self.waiting.is_empty()
    }
}

/// Why nobody is told of an edition at a target, if so. CDNs stand before the outlet's own address
/// alone, and it is that one that subscribers and search engines know.
#[must_use]
pub fn withheld(target: &Target, edition: &str, home: &str) -> Option<String> {
    if !target.purge {
        return Some(format!("`[publish.{}]` says `purge = false`", target.name));
    }
    (edition != home).then(|| format!("this edition is for `{edition}`, the outlet is `{home}`"))
}

/// Writes down what will be to be said, before anything is live: whoever is killed then leaves
/// word of it.
///
/// # Errors
/// What the system says where `purge.json` cannot be written.
pub fn foresee(changes: &[Change], plan: &Plan, job: &Job<'_>) -> std::io::Result<()> {
    let services = services(job.site, !job.site.noindex);
    if services.is_empty() || job.withheld.is_some() {
        return Ok(());
    }
    let orders = orders(changes, plan, job.site);
    Record::alter(job.memory, job.target, |target| add(target, &services, &orders))
}

/// Adds what changed to what each is still to be told.
fn add(target: &mut record::Target, services: &[Box<dyn Service>], orders: &Orders) {
    services.iter().for_each(|service| target.add(service.name(), service.items(orders)));
}

/// Purges what has changed, and what an earlier run has left. To be called when all objects are
/// live.
///
/// # Errors
/// What the system says where `purge.json` cannot be written.
pub fn run(changes: &[Change], plan: &Plan, job: &Job<'_>) -> std::io::Result<Outcome> {
    let services = services(job.site, !job.site.noindex);
    let changed = orders(changes, plan, job.site);
    Record::alter(job.memory, job.target, |target| {
        if job.withheld.is_none() {
            add(target, &services, &changed);
        }
        target.changed = changed;
    })?;
    if let Some(why) = &job.withheld {
        let withheld = (!services.is_empty()).then(|| why.clone());
        return Ok(Outcome { withheld, ..Outcome::default() });
    }
    resume(job)
}

/// Does what an earlier run has left for a target.
///
/// # Errors
/// What the system says where `purge.json` cannot be written.
pub fn resume(job: &Job<'_>) -> std::io::Result<Outcome> {
    let mut outcome = Outcome::default();
    // Whoever was taken out of the settings is not told any more.
    let services = services(job.site, true);
    let known = |name: &String| services.iter().any(|service| service.name() == name);
    let mut left = Record::alter(job.memory, job.target, |target| {
        target.left.retain(|name, left| !left.is_empty() && known(name));
        target.left.clone()
    })?;
    for service in &services {
        let Some(left) = left.remove(service.name()) else { continue };
        if service.waits() && !outcome.failed.is_empty() {
            outcome.waiting.push(service.name());
            continue;
        }
        tell(&**service, left, job, &mut outcome)?;
    }
    Ok(outcome)
}

/// Makes the calls to one service; the first that fails is the last.
fn tell(
    service: &dyn Service,
    mut left: Vec<String>,
    job: &Job<'_>,
    outcome: &mut Outcome,
) -> std::io::Result<()> {
    let client = Client::new(patience(job))?;
    let count = left.len();
    let leave = |before: &[String], left: &[String]| {
        let alter = |target: &mut record::Target| target.leave(service.name(), before, left);
        Record::alter(job.memory, job.target, alter)
    };
    if !service.waits() && count > job.site.purge.most {
        let everything = service.everything(job.site);
        leave(&left, &everything)?;
        left = everything;
    }
    while !left.is_empty() {
        let batch: Vec<String> = left.iter().take(service.batch()).cloned().collect();
        let call = service.call(&batch, job);
        let answer = call.and_then(|call| client.post(&call));
        if let Err(why) = answer.and_then(|answer| service.judge(&answer)) {
            outcome.failed.push((service.name(), why));
            return Ok(());
        }
        left.drain(..batch.len());
        leave(&batch, &[])?;
    }
    outcome.told.push((service.name(), count));
    Ok(())
}

/// A test may have less patience: `MASTHEAD_PATIENCE_MS` is the first pause in milliseconds.
fn patience(job: &Job<'_>) -> Patience {
    let usual = Patience::default();
    let written = (job.env)("MASTHEAD_PATIENCE_MS").and_then(|text| text.parse().ok());
    Patience { pause: written.map_or(usual.pause, std::time::Duration::from_millis), ..usual }
}

/// What has to be said of changed files: as readers ask for them, and by their keys.
#[must_use]
pub fn orders(changes: &[Change], plan: &Plan, site: &Site) -> Orders {
    let planned: BTreeMap<&OutPath, &Output> =
        if changes.is_empty() { BTreeMap::new() } else { by_path(changes, plan) };
    let mut orders = Orders::default();
    for change in changes {
        let output = planned.get(&change.path).copied();
        // Nobody is ever handed what is for web servers.
        if HostFile::ALL.iter().any(|host| host.path() == change.path.as_str()) {
            continue;
        }
        let url = site.base_url.absolute(&change.path.url());
        orders.keys.push(keys::own(&change.path));
        if is_for_search(change, output) {
            orders.pages.push(url.clone());
        }
        if change.kind != ChangeKind::Removed && is_feed(change, output) {
            orders.feeds.push(url.clone());
        }
        orders.urls.push(url);
    }
    orders.sort();
    orders
}

/// What the plan says of the changed files.
fn by_path<'a>(changes: &[Change], plan: &'a Plan) -> BTreeMap<&'a OutPath, &'a Output> {
    let find = |change: &Change| {
        let at = plan.binary_search_by(|planned| planned.path.cmp(&change.path)).ok()?;
        plan.get(at).map(|planned| (&planned.path, &planned.output))
    };
    changes.iter().filter_map(find).collect()
}

/// Pages that search engines list; they want to hear of those that are gone as well. Of what is
/// not planned (any more), path and class tell.
fn is_for_search(change: &Change, output: Option<&Output>) -> bool {
    match output {
        Some(output) => output.is_page() && !matches!(output, Output::NotFound(_)),
        None => {
            let path = change.path.as_str();
            let page = matches!(change.class, Class::Article | Class::List);
            page && path.ends_with("index.html") && !path.starts_with("lite/") && !change.leads_on
        }
    }
}

/// Feeds, which subscribers hear of. An edition that is returned to has no plan.
fn is_feed(change: &Change, output: Option<&Output>) -> bool {
    match output {
        Some(output) => matches!(output, Output::Feed(..)),
        None => {
            let name = change.path.as_str().rsplit('/').next().unwrap_or_default();
            let known = FeedFormat::ALL.into_iter().any(|format| urls::feed_file(format) == name);
            known && change.class == Class::Machine
        }
    }
}
