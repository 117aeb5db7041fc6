//! Cloudflare: addresses or cache tags, up to 100 a call on every plan.
//!
//! Invariant: an answer counts when it says so itself: `success` is true. How many calls a plan
//! lets through differs, and is answered with 429 (a free one: five calls a minute, 25 at once).
//! <https://developers.cloudflare.com/cache/how-to/purge-cache/>

use super::{
    Job, Orders,
    service::{Service, endpoint, header, identity, needed},
};
use crate::{
    remote::http::{Answer, Call},
    site::{
        Site,
        purge::{self, By},
    },
};
use serde_json::{Value, json};

pub(super) struct Cloudflare(pub purge::Cloudflare);

/// What stands for everything.
const EVERYTHING: &str = "*";

impl Service for Cloudflare {
    fn name(&self) -> &'static str {
        "cloudflare"
    }

    fn batch(&self) -> usize {
        100
    }

    fn items(&self, orders: &Orders) -> Vec<String> {
        match self.0.by {
            By::Tags => orders.keys.clone(),
            By::Urls | By::Files => orders.urls.clone(),
        }
    }

    fn everything(&self, _: &Site) -> Vec<String> {
        vec![EVERYTHING.to_owned()]
    }

    fn call(&self, items: &[String], job: &Job<'_>) -> Result<Call, String> {
        let token = needed(job.env, "CLOUDFLARE_API_TOKEN")?;
        let zone = identity(&self.0.zone, job.env, "CLOUDFLARE_ZONE_ID")?;
        let usual = "https://api.cloudflare.com/client/v4";
        let base = endpoint(job.env, "MASTHEAD_CLOUDFLARE_URL", usual)?;
        let body = match self.0.by {
            _ if items.iter().any(|item| item == EVERYTHING) => json!({ "purge_everything": true }),
            By::Tags => json!({ "tags": items }),
            By::Urls | By::Files => json!({ "files": items }),
        };
        Ok(Call {
            url: format!("{base}/zones/{zone}/purge_cache"),
            headers: vec![
                header("Authorization", format!("Bearer {token}")),
                header("Content-Type", "application/json"),
            ],
            body: body.to_string().into_bytes(),
            secrets: vec![token],
            only_for_now: None,
        })
    }

    fn judge(&self, answer: &Answer) -> Result<(), String> {
        let said: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        if said["success"] == true {
            return Ok(());
        }
        let errors = said["errors"].as_array().into_iter().flatten();
        let words: Vec<&str> = errors.filter_map(|error| error["message"].as_str()).collect();
        Err(format!("the answer was no success: {}", words.join("; ")))
    }
}
