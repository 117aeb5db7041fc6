//! Who is to hear of an edition: CDNs, subscribers and search engines, if anybody knows who they are.
//!
//! Invariant: what there will be to tell is written down before anything is live, and told after.

use super::{Publisher, failed, guards::refused, manifest::Manifest, plan::Plan, purge};
use crate::{
    base::Diagnostic,
    build::{self, Failure},
    outputs,
};
use std::cell::OnceCell;

impl Publisher<'_> {
    /// Tells CDNs and others what has changed, if anything was published.
    pub(super) fn purge(&self) -> Result<Option<purge::Outcome>, Failure> {
        let (true, Some(live)) = (self.report.published, &self.report.now) else {
            return Ok(None);
        };
        let changes = self.report.plan.changes();
        self.with_job(&live.base_url, |plan, job| purge::run(&changes, plan, job))
    }

    /// Writes down what there will be to tell, while nothing is live yet.
    pub(super) fn foresee(&self, edition: &Manifest, plan: &Plan) -> Result<(), Failure> {
        let changes = plan.changes();
        let foresee =
            |plan: &outputs::Plan, job: &purge::Job<'_>| purge::foresee(&changes, plan, job);
        self.with_job(&edition.base_url, foresee).map(drop)
    }

    /// Does something for those who are to be told of an edition, if anybody knows who they are.
    fn with_job<T>(
        &self,
        edition: &str,
        act: impl FnOnce(&outputs::Plan, &purge::Job<'_>) -> std::io::Result<T>,
    ) -> Result<Option<T>, Failure> {
        let build = &self.options.build;
        let read = |base_url| build::prepare::load_site(&build.root, base_url, &mut Vec::new());
        let (loaded, nothing) = (OnceCell::new(), outputs::Plan::new());
        let (site, plan) = match &self.built {
            Some((_, handover)) => (&*handover.index.site, &handover.plan),
            None => {
                // A rollback needs nothing but the target; then nobody knows of caches.
                let Some(site) = read(Some(edition)) else { return Ok(None) };
                (loaded.get_or_init(|| site), &nothing)
            }
        };
        let target = &self.options.target;
        // What `--base-url` says is where this edition is, not where the outlet is.
        let home = read(None).map(|site| format!("{}{}", site.base_url.origin, site.base_url.path));
        let job = purge::Job {
            site,
            target: if target.name.is_empty() { &target.url } else { &target.name },
            memory: &build.memory(),
            at: build.at,
            withheld: purge::withheld(target, edition, &home.unwrap_or_default()),
            env: &|name| std::env::var(name).ok(),
        };
        act(plan, &job).map(Some).map_err(|error| {
            let file = ".masthead/purge.json";
            let help = "make it a file that can be written, or remove it: it is made anew";
            failed(build::sink::unwritable(file, &error).help(help))
        })
    }

    /// A CDN that goes by keys, before a target that keeps none: it would be told, and throw nothing
    /// away.
    pub(super) fn deaf(&self, edition: &Manifest) -> Result<Option<Diagnostic>, Failure> {
        if !self.remote.is_folder() {
            return Ok(None);
        }
        let by_keys = |_: &outputs::Plan, job: &purge::Job<'_>| {
            Ok(job.site.purge.by_keys().filter(|_| job.withheld.is_none()))
        };
        let cdn = self.with_job(&edition.base_url, by_keys)?.flatten();
        Ok(cdn.map(|cdn| {
            refused(format!("{cdn} goes by surrogate keys, and a folder keeps none"))
                .help("publish to a bucket, or write `purge = false` for this target in site.toml")
        }))
    }
}
