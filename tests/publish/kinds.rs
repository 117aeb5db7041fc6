//! The kinds of servers that buckets lie at, and what each proof must know of them.

use std::{path::Path, process::Command};

/// Who keeps a bucket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// S3: moto.
    S3,
    /// Azure Blob Storage: Azurite.
    Azure,
    /// Google Cloud Storage: `google.py`, which is our own.
    Google,
}

/// What Azurite calls its account.
const ACCOUNT: &str = "devstoreaccount1";

impl Kind {
    /// The program that is the server.
    pub fn program(self) -> Command {
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        let installed = home.join("target/publish");
        let python = installed.join("venv/bin/python");
        assert!(python.exists(), "run tests/publish/install first");
        let (runs, script) = match self {
            Self::S3 => (python.as_path(), "server.py"),
            Self::Google => (python.as_path(), "google.py"),
            Self::Azure => (Path::new("node"), "azure.mjs"),
        };
        let mut program = Command::new(runs);
        program.arg(home.join("tests/publish").join(script));
        if self == Self::Azure {
            program.arg(installed.join("node/node_modules/azurite/dist/src/blob/main.js"));
        }
        program
    }

    /// What the environment says to whoever publishes there.
    pub fn env(self, endpoint: &str) -> Vec<(&'static str, String)> {
        let owned = |pairs: &[(&'static str, &str)]| {
            pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
        };
        match self {
            Self::S3 => owned(&[
                ("AWS_ACCESS_KEY_ID", "reader"),
                ("AWS_SECRET_ACCESS_KEY", "canary-secret"),
                ("AWS_ENDPOINT_URL", endpoint),
                ("AWS_ALLOW_HTTP", "true"),
                ("AWS_REGION", "us-east-1"),
            ]),
            Self::Azure => owned(&[
                ("AZURE_STORAGE_USE_EMULATOR", "true"),
                ("AZURITE_BLOB_STORAGE_URL", endpoint),
            ]),
            Self::Google => owned(&[
                ("GOOGLE_BASE_URL", endpoint),
                ("GOOGLE_BEARER_TOKEN", "canary-secret"),
                ("GOOGLE_ALLOW_HTTP", "true"),
            ]),
        }
    }

    /// Proofs name targets as S3's; here they lie at this server.
    pub fn words(self, words: &str) -> String {
        words.replace(
            "s3://",
            match self {
                Self::S3 => "s3://",
                Self::Azure => "az://",
                Self::Google => "gs://",
            },
        )
    }

    /// Where the bucket is at the server.
    pub fn bucket(self) -> String {
        match self {
            Self::Azure => format!("/{ACCOUNT}/outlet"),
            Self::S3 | Self::Google => "/outlet".to_owned(),
        }
    }

    /// The request that lists what is below a prefix.
    pub fn list(self, prefix: &str) -> String {
        let bucket = self.bucket();
        match self {
            Self::Azure => format!("{bucket}?restype=container&comp=list&prefix={prefix}/"),
            Self::S3 | Self::Google => {
                format!("{bucket}?list-type=2&prefix={prefix}/&max-keys=1000")
            }
        }
    }

    /// What a list calls an object, its key, and what stands for its bytes.
    pub fn listed(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Azure => ("Blob", "Name", "Content-MD5"),
            Self::S3 | Self::Google => ("Contents", "Key", "ETag"),
        }
    }

    /// What stands before the name of metadata; Azure has `_` for `-` after it.
    pub fn metadata(self, name: &str) -> String {
        match self {
            Self::S3 => format!("x-amz-meta-{name}"),
            Self::Azure => format!("x-ms-meta-{}", name.replace('-', "_")),
            Self::Google => format!("x-goog-meta-{name}"),
        }
    }

    /// Whether a header is of the answer rather than of the object.
    pub fn is_transport(self, name: &str) -> bool {
        TRANSPORT.contains(&name)
            || match self {
                Self::S3 => false,
                // Its entity tags are made up anew with each write.
                Self::Azure => {
                    ["etag", "content-md5"].contains(&name)
                        || name.starts_with("x-ms-") && !name.starts_with("x-ms-meta-")
                }
                Self::Google => {
                    ["x-goog-generation", "x-goog-metageneration", "x-goog-hash"].contains(&name)
                }
            }
    }
}

/// Headers that are the server's own and differ from answer to answer.
const TRANSPORT: &[&str] = &[
    "server",
    "date",
    "connection",
    "keep-alive",
    "last-modified",
    "x-amzn-requestid",
    "x-amz-request-id",
    "accept-ranges",
    "access-control-allow-origin",
    "x-amz-content-sha256",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-checksum-crc32",
];

/// Makes a test of each proof, at each kind of server.
macro_rules! at_every_kind {
    ($($proof:ident),+) => {
        mod s3_server { $(#[test] fn $proof() { super::$proof(super::Kind::S3); })+ }
        mod azure_server { $(#[test] fn $proof() { super::$proof(super::Kind::Azure); })+ }
        mod google_server { $(#[test] fn $proof() { super::$proof(super::Kind::Google); })+ }
    };
}
pub(crate) use at_every_kind;
