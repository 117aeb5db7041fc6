//! The one header of S3 that `object_store` has no word for: where an object leads.
//!
//! Invariant: a request is changed only if it asks for it, and then it is signed anew over all of
//! its headers, as if it had been made so. S3 answers 301 at its website endpoint
//! (docs.aws.amazon.com/AmazonS3, "Configuring a webpage redirect").

use futures::future::BoxFuture;
use object_store::{
    ClientOptions, HeaderValue, Result,
    aws::{AwsAuthorizer, AwsCredentialProvider},
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
        HttpService, ReqwestConnector,
    },
};
use reqwest::header::AUTHORIZATION;

const HEADER: &str = "x-amz-website-redirect-location";
const DIGEST: &str = "x-amz-content-sha256";

/// Where an object leads: handed along with a put, and back with a get.
#[derive(Clone, Debug)]
pub(super) struct LeadsTo(pub String);

/// Makes clients that know the header.
#[derive(Debug)]
pub(super) struct Connector {
    pub credentials: AwsCredentialProvider,
    pub region: String,
    /// Whether requests are signed at all.
    pub signed: bool,
}

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> Result<HttpClient> {
        let inner = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(Service {
            inner,
            credentials: self.credentials.clone(),
            region: self.region.clone(),
            signed: self.signed,
        }))
    }
}

#[derive(Debug)]
struct Service {
    inner: HttpClient,
    credentials: AwsCredentialProvider,
    region: String,
    signed: bool,
}

impl Service {
    async fn lead(&self, request: &mut HttpRequest, to: &str) -> Result<(), HttpError> {
        let value = HeaderValue::from_str(to).map_err(unknown)?;
        request.headers_mut().insert(HEADER, value);
        if !self.signed {
            return Ok(());
        }
        request.headers_mut().remove(AUTHORIZATION);
        let digest = request.headers().get(DIGEST).and_then(|d| d.to_str().ok()).map(unhex);
        let credential = self.credentials.get_credential().await.map_err(unknown)?;
        let digest = digest.filter(|digest| digest.len() == 32);
        AwsAuthorizer::new(&credential, "s3", &self.region)
            .with_sign_payload(digest.is_some())
            .try_authorize(request, digest.as_deref())
            .map_err(unknown)
    }

    async fn answer(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        if let Some(LeadsTo(to)) = request.extensions().get::<LeadsTo>().cloned() {
            self.lead(&mut request, &to).await?;
        }
        let mut response = self.inner.execute(request).await?;
        let to = response.headers().get(HEADER).and_then(|to| to.to_str().ok()).map(str::to_owned);
        response.extensions_mut().extend(to.map(LeadsTo).map(extension).unwrap_or_default());
        Ok(response)
    }
}

fn extension(leads_to: LeadsTo) -> object_store::Extensions {
    let mut extensions = object_store::Extensions::new();
    extensions.insert(leads_to);
    extensions
}

fn unknown(error: impl std::error::Error + Send + Sync + 'static) -> HttpError {
    HttpError::new(HttpErrorKind::Unknown, error)
}

fn unhex(text: &str) -> Vec<u8> {
    let pair = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    (0..text.len()).step_by(2).map_while(pair).collect()
}

impl HttpService for Service {
    fn call<'life, 'call>(
        &'life self,
        request: HttpRequest,
    ) -> BoxFuture<'call, Result<HttpResponse, HttpError>>
    where
        'life: 'call,
        Self: 'call,
    {
        Box::pin(self.answer(request))
    }
}
