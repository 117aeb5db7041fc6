//! Amazon CloudFront: paths from the root of the host, signed with the credentials that the AWS
//! tools know.
//!
//! Invariant: no path ends with `*` unless everything is meant: a wildcard would throw away more
//! than has changed. A distribution takes 3,000 paths at a time and answers
//! `TooManyInvalidationsInProgress` beyond, so a call has 1,000 and is repeated.
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html>

use super::{
    Job, Orders,
    service::{Env, Service, endpoint, identity, needed},
};
use crate::{
    base::{Fingerprint, Moment},
    remote::http::{Call, sign::Signer},
    site::{
        Site,
        purge::{self, By},
    },
};
use quick_xml::escape::escape;

pub(super) struct Cloudfront(pub purge::Cloudfront);

/// CloudFront is one for the whole world, and signed for as if it were here.
const REGION: &str = "us-east-1";

impl Service for Cloudfront {
    fn name(&self) -> &'static str {
        "cloudfront"
    }

    fn batch(&self) -> usize {
        1000
    }

    fn items(&self, orders: &Orders) -> Vec<String> {
        orders.urls.iter().filter_map(|url| self.path(url)).collect()
    }

    fn everything(&self, site: &Site) -> Vec<String> {
        vec![format!("{}/*", site.base_url.path)]
    }

    fn call(&self, items: &[String], job: &Job<'_>) -> Result<Call, String> {
        let distribution = identity(&self.0.distribution, job.env, "CLOUDFRONT_DISTRIBUTION_ID")?;
        let usual = "https://cloudfront.amazonaws.com";
        let base = endpoint(job.env, "AWS_ENDPOINT_URL_CLOUDFRONT", usual)?;
        let url = format!("{base}/2020-05-31/distribution/{distribution}/invalidation");
        let body = batch(items, job);
        let signer = signer(job.env)?;
        let headers = signer.headers("cloudfront", REGION, &url, &body)?;
        Ok(Call {
            url,
            headers,
            body: body.into_bytes(),
            secrets: [signer.secret_key].into_iter().chain(signer.token).collect(),
            only_for_now: Some("TooManyInvalidationsInProgress"),
        })
    }
}

impl Cloudfront {
    /// The path of a URL, or that of the file behind it where the distribution's own function
    /// asks the bucket for files.
    fn path(&self, url: &str) -> Option<String> {
        let path = url.splitn(4, '/').nth(3)?.replace('*', "%2A");
        let file = if self.0.by == By::Files && (path.is_empty() || path.ends_with('/')) {
            "index.html"
        } else {
            ""
        };
        Some(format!("/{path}{file}"))
    }
}

/// Two requests with one reference are one to CloudFront, even days apart, so the reference is made
/// of the clock: the moment of an edition can be given twice.
fn batch(items: &[String], job: &Job<'_>) -> String {
    let reference = Fingerprint::of_value(&(Moment::now_nanos(), items)).hex(16);
    let paths: String = items.iter().map(|path| format!("<Path>{}</Path>", escape(path))).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <InvalidationBatch xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">\
         <CallerReference>masthead-{}-{reference}</CallerReference>\
         <Paths><Items>{paths}</Items><Quantity>{}</Quantity></Paths></InvalidationBatch>",
        job.at.0,
        items.len()
    )
}

fn signer(env: Env<'_>) -> Result<Signer, String> {
    Ok(Signer {
        key_id: needed(env, "AWS_ACCESS_KEY_ID")?,
        secret_key: needed(env, "AWS_SECRET_ACCESS_KEY")?,
        token: env("AWS_SESSION_TOKEN").filter(|token| !token.is_empty()),
    })
}
