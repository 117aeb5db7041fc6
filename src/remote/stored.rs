//! Google unpacks objects for whoever does not say that they take them packed.
//!
//! Invariant: objects are read as they are stored (cloud.google.com/storage/docs/transcoding): their
//! length is known, and they are copied as they are.

use futures::future::BoxFuture;
use object_store::{
    ClientOptions, HeaderValue, Result,
    client::{
        HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService,
        ReqwestConnector,
    },
};
use reqwest::{Method, header::ACCEPT_ENCODING};

/// Makes clients that say so.
#[derive(Debug)]
pub(super) struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> Result<HttpClient> {
        Ok(HttpClient::new(Service(ReqwestConnector::default().connect(options)?)))
    }
}

#[derive(Debug)]
struct Service(HttpClient);

impl HttpService for Service {
    fn call<'life, 'call>(
        &'life self,
        mut request: HttpRequest,
    ) -> BoxFuture<'call, Result<HttpResponse, HttpError>>
    where
        'life: 'call,
        Self: 'call,
    {
        // Lists and tokens are answers for this program, which does not unpack them.
        let is_list = request.uri().query().is_some_and(|query| query.contains("list-type="));
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if reads && !is_list && !request.headers().contains_key("metadata-flavor") {
            request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Box::pin(self.0.execute(request))
    }
}
