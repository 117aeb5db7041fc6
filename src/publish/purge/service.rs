//! Who is told of changes, and how many at a time.
//!
//! Invariant: a service makes calls and judges answers; it neither waits nor writes. The limits
//! are those that each service documents.

use super::{
    Job, Orders, cloudflare::Cloudflare, cloudfront::Cloudfront, fastly::Fastly,
    indexnow::IndexNow, websub::WebSub,
};
use crate::{
    remote::http::{Answer, Call},
    site::Site,
};

/// The value of an environment variable, if it has one.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Somebody who is told of changes.
pub(super) trait Service {
    /// What messages and `purge.json` call it.
    fn name(&self) -> &'static str;
    /// How many items a call may have.
    fn batch(&self) -> usize;
    /// Whether it comes after those who have to throw away copies.
    fn waits(&self) -> bool {
        false
    }
    /// What of the orders it wants to know.
    fn items(&self, orders: &Orders) -> Vec<String>;
    /// The items that mean everything there is.
    fn everything(&self, _: &Site) -> Vec<String> {
        Vec::new()
    }
    /// The call for some items.
    fn call(&self, items: &[String], job: &Job<'_>) -> Result<Call, String>;
    /// Whether a successful answer is one.
    fn judge(&self, _: &Answer) -> Result<(), String> {
        Ok(())
    }
}

/// Who is to be told, in order.
pub(super) fn services(site: &Site, announce: bool) -> Vec<Box<dyn Service>> {
    let purge = &site.purge;
    let mut services: Vec<Box<dyn Service>> = Vec::new();
    if let Some(settings) = &purge.fastly {
        services.push(Box::new(Fastly(settings.clone())));
    }
    if let Some(settings) = &purge.cloudflare {
        services.push(Box::new(Cloudflare(settings.clone())));
    }
    if let Some(settings) = &purge.cloudfront {
        services.push(Box::new(Cloudfront(settings.clone())));
    }
    if let Some(hub) = site.feeds.hub.as_ref().filter(|_| announce) {
        services.push(Box::new(WebSub(hub.clone())));
    }
    if let Some(settings) = purge.indexnow.as_ref().filter(|_| announce) {
        services.push(Box::new(IndexNow(settings.clone())));
    }
    services
}

/// What must stand in the environment.
pub(super) fn needed(env: Env<'_>, name: &str) -> Result<String, String> {
    let value = env(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| format!("`{name}` is not set in the environment"))
}

/// An identity from the settings, or from the environment where they leave it out.
pub(super) fn identity(written: &str, env: Env<'_>, name: &str) -> Result<String, String> {
    if !written.is_empty() {
        return Ok(written.to_owned());
    }
    let value = needed(env, name)?;
    let fine = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    fine.then_some(value).ok_or_else(|| format!("`{name}` is not an identity"))
}

/// Where a service is: its own address, or the one that a test names. Credentials are sent
/// nowhere without https but to this machine.
pub(super) fn endpoint(env: Env<'_>, name: &str, usual: &str) -> Result<String, String> {
    let Some(other) = env(name).filter(|other| !other.is_empty()) else {
        return Ok(usual.to_owned());
    };
    let url = url::Url::parse(&other).map_err(|_| format!("`{name}` is not a URL"))?;
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() == "https" || here {
        return Ok(other.trim_end_matches('/').to_owned());
    }
    Err(format!("`{name}` is not an https address"))
}

/// A header.
pub(super) fn header(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}
