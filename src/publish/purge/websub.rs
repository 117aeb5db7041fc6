//! WebSub: the hub hears which feeds have changed, one a call, and fetches them itself.
//!
//! Invariant: the address is the one that the feed names as its own (`rel=self`).
//! <https://www.w3.org/TR/websub/> leaves open how a hub is told; this is the form that hubs
//! have taken since PubSubHubbub 0.4, section 7.

use super::{
    Job, Orders,
    service::{Service, header},
};
use crate::remote::http::Call;

/// The hub.
pub(super) struct WebSub(pub String);

impl Service for WebSub {
    fn name(&self) -> &'static str {
        "websub"
    }

    fn batch(&self) -> usize {
        1
    }

    fn waits(&self) -> bool {
        true
    }

    fn items(&self, orders: &Orders) -> Vec<String> {
        orders.feeds.clone()
    }

    fn call(&self, items: &[String], _: &Job<'_>) -> Result<Call, String> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("hub.mode", "publish");
        form.extend_pairs(items.iter().map(|feed| ("hub.url", feed)));
        Ok(Call {
            url: self.0.clone(),
            headers: vec![header("Content-Type", "application/x-www-form-urlencoded")],
            body: form.finish().into_bytes(),
            ..Call::default()
        })
    }
}
