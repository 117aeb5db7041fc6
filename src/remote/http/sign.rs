//! Signature Version 4, with which the services of AWS know who calls.
//!
//! Invariant: the secret key leaves only as part of a signature.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html>

use object_store::{
    aws::{AwsAuthorizer, AwsCredential},
    client::HttpRequest,
};
use reqwest::{Method, header::HeaderValue};

/// Who calls.
pub struct Signer {
    /// `AWS_ACCESS_KEY_ID`.
    pub key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_key: String,
    /// `AWS_SESSION_TOKEN`, of keys that hold for some hours.
    pub token: Option<String>,
}

impl Signer {
    /// The headers of a signed POST of XML.
    ///
    /// # Errors
    /// A sentence, where the URL is none or nothing can be signed.
    pub fn headers(
        &self,
        service: &str,
        region: &str,
        url: &str,
        xml: &str,
    ) -> Result<Vec<(String, String)>, String> {
        let Self { key_id, secret_key, token } = self;
        let (key_id, secret_key) = (key_id.clone(), secret_key.clone());
        let credential = AwsCredential { key_id, secret_key, token: token.clone() };
        let mut request = HttpRequest::new(xml.to_owned().into());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = url.parse().map_err(|_| format!("`{url}` is not a URL"))?;
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/xml"));
        AwsAuthorizer::new(&credential, service, region)
            .try_authorize(&mut request, None)
            .map_err(|_| "the request cannot be signed".to_owned())?;
        // The client names the host itself.
        let signed = request.headers().iter().filter(|(name, _)| *name != "host");
        Ok(signed
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect())
    }
}
