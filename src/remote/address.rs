//! Where a target is: a folder of this machine, or a bucket and a prefix in it.
//!
//! Invariant: an address holds no secret; one that would is refused.

use std::{
    fmt,
    path::{Path, PathBuf},
};
use url::Url;

/// Who keeps a bucket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keeper {
    /// Amazon S3, and everything that speaks as it does: R2, MinIO, Spaces, …
    S3,
    /// Google Cloud Storage.
    Google,
    /// Azure Blob Storage.
    Azure,
}

/// Where a target is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Address {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket.
    Bucket {
        /// Who keeps it.
        keeper: Keeper,
        /// `s3://bucket`, as the libraries know it.
        url: String,
        /// What stands before each key; empty, or without slashes at its ends.
        prefix: String,
    },
}

/// The schemes that are understood, as help names them.
pub const SCHEMES: &str = "`s3://bucket/prefix`, `gs://bucket/prefix`, `az://container/prefix`, `file:///folder` or the path of a folder";

/// The schemes, one by one.
const KNOWN: [&str; 9] = ["file", "s3", "s3a", "gs", "az", "azure", "adl", "abfs", "abfss"];

impl Address {
    /// Understands an address; a path is taken from `folder`.
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, String> {
        let Some((scheme, _)) = text.split_once("://") else {
            let scheme = text.split_once(":/").map(|(scheme, _)| scheme);
            if let Some(scheme) = scheme.filter(|scheme| KNOWN.contains(scheme)) {
                return Err(format!("`{text}` is no address: `{scheme}:` needs two slashes"));
            }
            return Ok(Self::Folder(below(folder, text)));
        };
        let url = Url::parse(text).map_err(|why| format!("`{text}` is no address: {why}"))?;
        if url.password().is_some() || url.query().is_some() {
            // Not shown: what stands there is likely to be a secret.
            return Err("a target's address must not hold a password or a query".to_owned());
        }
        let keeper = match scheme {
            "file" => return file(&url),
            "s3" | "s3a" => Keeper::S3,
            "gs" => Keeper::Google,
            "az" | "azure" | "adl" | "abfs" | "abfss" => Keeper::Azure,
            _ => return Err(format!("`{scheme}://` is no kind of target that Masthead knows")),
        };
        let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
            return Err(format!("`{text}` names no bucket"));
        };
        let user =
            if url.username().is_empty() { String::new() } else { format!("{}@", url.username()) };
        let prefix = percent_encoding::percent_decode_str(url.path()).decode_utf8_lossy();
        Ok(Self::Bucket {
            keeper,
            url: format!("{scheme}://{user}{host}"),
            prefix: prefix.trim_matches('/').to_owned(),
        })
    }
}

fn file(url: &Url) -> Result<Address, String> {
    let path =
        url.to_file_path().map_err(|()| format!("`{url}` names no folder of this machine"))?;
    Ok(Address::Folder(path))
}

/// A path below a folder, as messages should show it.
fn below(folder: &Path, path: &str) -> PathBuf {
    if folder == Path::new(".") { path.into() } else { folder.join(path) }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Bucket { url, prefix, .. } if prefix.is_empty() => f.write_str(url),
            Self::Bucket { url, prefix, .. } => write!(f, "{url}/{prefix}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_as_they_are_written() {
        for (text, shown) in [
            ("s3://bucket", Ok("s3://bucket")),
            ("s3://bucket/", Ok("s3://bucket")),
            ("s3://bucket/a/b/", Ok("s3://bucket/a/b")),
            ("gs://bucket/a%20b", Ok("gs://bucket/a b")),
            ("az://container/x", Ok("az://container/x")),
            (
                "abfss://box@account.dfs.core.windows.net/x",
                Ok("abfss://box@account.dfs.core.windows.net/x"),
            ),
            ("file:///srv/www", Ok("/srv/www")),
            ("/srv/www", Ok("/srv/www")),
            ("www", Ok("site/www")),
            ("ftp://host/x", Err("`ftp://` is no kind of target that Masthead knows")),
            ("s3:/bucket", Err("`s3:/bucket` is no address: `s3:` needs two slashes")),
            ("./s3:/bucket", Ok("site/./s3:/bucket")),
            ("s3://", Err("`s3://` names no bucket")),
            ("s3://a:b@c/d", Err("a target's address must not hold a password or a query")),
            ("az://c/d?sig=x", Err("a target's address must not hold a password or a query")),
        ] {
            let address = Address::parse(text, Path::new("site")).map(|a| a.to_string());
            assert_eq!(address.as_deref().map_err(String::as_str), shown, "{text}");
        }
    }
}
