//! IndexNow: search engines hear which pages have changed or are gone, up to 10,000 a call.
//!
//! Invariant: pages alone, no feeds; all of the one host whose key file the outlet holds.
//! <https://www.indexnow.org/documentation>

use super::{
    Job, Orders,
    service::{Service, header},
};
use crate::{base::UrlPath, remote::http::Call, site::purge, site::urls};
use serde_json::json;

pub(super) struct IndexNow(pub purge::IndexNow);

impl Service for IndexNow {
    fn name(&self) -> &'static str {
        "indexnow"
    }

    fn batch(&self) -> usize {
        10_000
    }

    fn waits(&self) -> bool {
        true
    }

    fn items(&self, orders: &Orders) -> Vec<String> {
        orders.pages.clone()
    }

    fn call(&self, items: &[String], job: &Job<'_>) -> Result<Call, String> {
        let base = &job.site.base_url;
        let file = urls::file_below(&UrlPath::root(), &format!("{}.txt", self.0.key));
        let body = json!({
            "host": base.host(),
            "key": self.0.key,
            "keyLocation": base.absolute(&file),
            "urlList": items,
        });
        Ok(Call {
            url: self.0.endpoint.clone(),
            headers: vec![header("Content-Type", "application/json; charset=utf-8")],
            body: body.to_string().into_bytes(),
            ..Call::default()
        })
    }
}
