//! What a target is told along with an object.
//!
//! Invariant: the same for the same file and settings, in one order, so that it can be compared.

use object_store::{Attribute, AttributeValue, Attributes};
use serde::{Deserialize, Serialize};

/// Headers of an object, and where it leads if it leads elsewhere.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Said {
    /// Names in small letters, in order, each once.
    pub headers: Vec<(String, String)>,
    /// A path from the root of the host, or a URL: readers are sent there for good.
    pub redirect: Option<String>,
}

/// How a store spells names of metadata.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Names {
    /// As headers are.
    Hyphened,
    /// With `_` for `-`: Azure takes what would be an identifier in C#
    /// (learn.microsoft.com/rest/api/storageservices, "Naming and referencing … metadata").
    Joined,
}

impl Names {
    fn spell(self, name: &str) -> String {
        match self {
            Self::Hyphened => name.to_owned(),
            Self::Joined => name.replace('-', "_"),
        }
    }

    fn read(self, name: &str) -> String {
        match self {
            Self::Hyphened => name.to_lowercase(),
            Self::Joined => name.to_lowercase().replace('_', "-"),
        }
    }
}

/// The name of the metadata that holds the hash of an object's bytes.
const HASH: &str = "masthead-hash";

impl Said {
    /// Headers as a target keeps them.
    #[must_use]
    pub fn new(
        headers: impl IntoIterator<Item = (String, String)>,
        redirect: Option<String>,
    ) -> Self {
        let mut headers: Vec<(String, String)> = headers
            .into_iter()
            .map(|(name, value)| (name.to_lowercase(), value))
            // Metadata of S3 is ASCII (docs.aws.amazon.com/AmazonS3, "Working with object metadata").
            .filter(|(_, value)| value.is_ascii() && !value.is_empty())
            .collect();
        headers.sort();
        headers.dedup_by(|later, first| later.0 == first.0);
        Self { headers, redirect }
    }

    /// The value of a header.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// With one header more, or another value for it.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self.headers.sort();
        self
    }

    /// As the libraries take it. Headers that stores do not know are kept as metadata.
    pub(super) fn attributes(&self, hash: &str, names: Names) -> Attributes {
        let mut out: Attributes = self
            .headers
            .iter()
            .map(|(name, value)| (attribute(name, names), AttributeValue::from(value.clone())))
            .collect();
        if !hash.is_empty() {
            out.insert(Attribute::Metadata(names.spell(HASH).into()), hash.to_owned().into());
        }
        out
    }

    /// Back from what the libraries give, with the hash.
    pub(super) fn read(
        attributes: &Attributes,
        redirect: Option<String>,
        names: Names,
    ) -> (Self, String) {
        let mut hash = String::new();
        let mut headers = Vec::new();
        for (attribute, value) in attributes {
            match attribute {
                Attribute::Metadata(name) if names.read(name) == HASH => {
                    value.as_ref().clone_into(&mut hash);
                }
                attribute => {
                    headers.extend(name(attribute, names).map(|name| (name, value.to_string())));
                }
            }
        }
        (Self::new(headers, redirect), hash)
    }
}

const KNOWN: [(&str, Attribute); 5] = [
    ("cache-control", Attribute::CacheControl),
    ("content-disposition", Attribute::ContentDisposition),
    ("content-encoding", Attribute::ContentEncoding),
    ("content-language", Attribute::ContentLanguage),
    ("content-type", Attribute::ContentType),
];

fn attribute(name: &str, names: Names) -> Attribute {
    let known = KNOWN.into_iter().find(|(known, _)| *known == name);
    known.map_or_else(|| Attribute::Metadata(names.spell(name).into()), |(_, attribute)| attribute)
}

fn name(attribute: &Attribute, names: Names) -> Option<String> {
    match attribute {
        Attribute::Metadata(name) => Some(names.read(name)),
        attribute => {
            KNOWN.into_iter().find(|(_, known)| known == attribute).map(|(name, _)| name.to_owned())
        }
    }
}
