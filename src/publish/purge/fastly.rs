//! Fastly: surrogate keys, up to 256 a call; soft, so that a reader gets the old copy while a new
//! one is fetched.
//!
//! Invariant: everything is purged by the keys of all classes and never by `purge_all`, which
//! cannot be soft.
//! <https://www.fastly.com/documentation/reference/api/purging/>

use super::{
    Job, Orders,
    service::{Service, endpoint, header, identity, needed},
};
use crate::{
    remote::http::Call,
    site::{Site, purge},
};
use serde_json::json;

pub(super) struct Fastly(pub purge::Fastly);

impl Service for Fastly {
    fn name(&self) -> &'static str {
        "fastly"
    }

    fn batch(&self) -> usize {
        256
    }

    fn items(&self, orders: &Orders) -> Vec<String> {
        orders.keys.clone()
    }

    fn everything(&self, _: &Site) -> Vec<String> {
        let classes = ["article", "file", "hashed", "list", "machine"];
        classes.iter().map(|class| format!("class-{class}")).collect()
    }

    fn call(&self, items: &[String], job: &Job<'_>) -> Result<Call, String> {
        let token = needed(job.env, "FASTLY_API_TOKEN")?;
        let service = identity(&self.0.service, job.env, "FASTLY_SERVICE_ID")?;
        let base = endpoint(job.env, "MASTHEAD_FASTLY_URL", "https://api.fastly.com")?;
        let soft = self.0.soft.then(|| header("Fastly-Soft-Purge", "1"));
        let headers = [
            header("Fastly-Key", token.clone()),
            header("Accept", "application/json"),
            header("Content-Type", "application/json"),
        ];
        Ok(Call {
            url: format!("{base}/service/{service}/purge"),
            headers: headers.into_iter().chain(soft).collect(),
            body: json!({ "surrogate_keys": items }).to_string().into_bytes(),
            secrets: vec![token],
            only_for_now: None,
        })
    }
}
