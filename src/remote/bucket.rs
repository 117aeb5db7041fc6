//! Opens a bucket with what the environment says.
//!
//! Invariant: the libraries make no second try of their own; `store` does, so that the pace of all
//! requests is decided in one place. Missing credentials are named at once.

use super::{Fault, address::Keeper, redirect::Connector, stored};
use object_store::{
    BackoffConfig, ClientConfigKey, Error, ObjectStore, RetryConfig,
    aws::{AmazonS3Builder, AmazonS3ConfigKey},
    azure::{AzureConfigKey, MicrosoftAzureBuilder},
    gcp::{GoogleCloudStorageBuilder, GoogleConfigKey},
};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// How long somebody who gives out credentials may take.
const CREDENTIALS: Duration = Duration::from_secs(4);

/// A bucket, ready to be used.
pub(super) async fn open(keeper: Keeper, url: &str) -> Result<Arc<dyn ObjectStore>, Fault> {
    // A second call finds it installed, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match keeper {
        Keeper::S3 => s3(url).await,
        Keeper::Google => google(url).await,
        Keeper::Azure => azure(url).await,
    }
}

/// The libraries' own: none.
fn once() -> RetryConfig {
    RetryConfig { backoff: BackoffConfig::default(), max_retries: 0, retry_timeout: CREDENTIALS }
}

fn misset(error: &Error) -> Fault {
    let what = format!("the environment does not say how to reach the target: {error}");
    Fault::lasting(what, "docs/publishing.md names the variables")
}

/// Whether there is somebody who gives credentials out: the environment, or the machine.
async fn answered<T>(
    names: &str,
    credential: impl Future<Output = Result<T, Error>>,
) -> Result<(), Fault> {
    if matches!(timeout(CREDENTIALS, credential).await, Ok(Ok(_))) {
        return Ok(());
    }
    let what =
        "there are no credentials for the target, neither in the environment nor from the machine";
    Err(Fault::lasting(what, format!("set {names} in the environment")))
}

async fn s3(url: &str) -> Result<Arc<dyn ObjectStore>, Fault> {
    const NAMES: &str = "`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`";
    let builder = AmazonS3Builder::from_env().with_url(url).with_retry(once());
    // How long a request may take is decided for each, by its size.
    let builder =
        builder.with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), "1 hour");
    let signed =
        builder.get_config_value(&AmazonS3ConfigKey::SkipSignature).as_deref() != Some("true");
    let region = builder.get_config_value(&AmazonS3ConfigKey::Region);
    let store = builder.clone().build().map_err(|error| misset(&error))?;
    let credentials = store.credentials().clone();
    if signed {
        answered(NAMES, credentials.get_credential()).await?;
    }
    let region = region.unwrap_or_else(|| "us-east-1".to_owned());
    let connector = Connector { credentials: credentials.clone(), region, signed };
    let store = builder.with_credentials(credentials).with_http_connector(connector).build();
    Ok(Arc::new(store.map_err(|error| misset(&error))?))
}

async fn google(url: &str) -> Result<Arc<dyn ObjectStore>, Fault> {
    const NAMES: &str =
        "`GOOGLE_SERVICE_ACCOUNT` (a path) or `GOOGLE_SERVICE_ACCOUNT_KEY` (its JSON)";
    let builder = GoogleCloudStorageBuilder::from_env().with_url(url).with_retry(once());
    let builder = builder.with_config(GoogleConfigKey::Client(ClientConfigKey::Timeout), "1 hour");
    let builder = builder.with_http_connector(stored::Connector);
    let store = builder.build().map_err(|error| misset(&error))?;
    answered(NAMES, store.credentials().get_credential()).await?;
    Ok(Arc::new(store))
}

async fn azure(url: &str) -> Result<Arc<dyn ObjectStore>, Fault> {
    const NAMES: &str = "`AZURE_STORAGE_ACCOUNT_NAME` and `AZURE_STORAGE_ACCOUNT_KEY`";
    let builder = MicrosoftAzureBuilder::from_env().with_url(url).with_retry(once());
    let builder = builder.with_config(AzureConfigKey::Client(ClientConfigKey::Timeout), "1 hour");
    let store = builder.build().map_err(|error| misset(&error))?;
    answered(NAMES, store.credentials().get_credential()).await?;
    Ok(Arc::new(store))
}
