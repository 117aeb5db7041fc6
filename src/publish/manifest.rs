//! The manifest: what lies at a target, as the edition that put it there says.
//!
//! Invariant: it names published files alone, and is believed whole or not at all: a damaged one,
//! one of a newer Masthead or one of another outlet is refused in words. It is the last object of
//! an edition to be written, and only if nobody wrote it meanwhile.

use crate::{
    base::{Code, Diagnostic, Fingerprint, Moment, OutPath},
    outputs::delivery::Class,
    remote::Said,
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::{Read, Write};

/// The folder at a target of Masthead's own things. No page may lie in it.
pub const ROOM: &str = "_masthead";
/// The manifest of the edition that is live.
pub const LIVE: &str = "_masthead/manifest";
/// What a file of Masthead's own begins with; a number and a line's end follow.
const MAGIC: &str = "masthead manifest ";
/// The format that this program writes; it reads no newer one.
const FORMAT: u32 = 2;
/// The format before that, which knew of nothing at rest.
const WITHOUT_REST: u32 = 1;

/// An object at the target.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Its key, which is the path of the file in the output folder.
    pub path: OutPath,
    /// The hash of its bytes, unpacked.
    pub hash: Fingerprint,
    /// Their length, unpacked.
    pub len: u64,
    /// What is said along with it: a number in [`Manifest::said`].
    pub said: u32,
    /// When it is put in place.
    pub class: Class,
}

/// An earlier edition that can be returned to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Past {
    /// Its number.
    pub number: u64,
    /// Hashes of its files that the edition after it replaced or removed.
    pub kept: Vec<Fingerprint>,
}

/// An object that no page of the edition asks for; it stays for those that are still shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rest {
    /// The object.
    pub path: OutPath,
    /// The moment of the edition that asked for it no longer.
    pub since: Moment,
}

/// What lies at a target.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// Tells this edition from every other, whoever published it.
    pub id: u64,
    /// How many editions there have been.
    pub number: u64,
    /// Where readers find the outlet: its identity.
    pub base_url: String,
    /// The moment it was built for.
    pub at: Moment,
    /// The commit it was built from, where that is known.
    pub commit: Option<String>,
    /// Whether it shows drafts.
    pub drafts: bool,
    /// The commit of the edition that a rollback has withdrawn.
    pub withdrawn: Option<String>,
    /// What is said along with objects, each once.
    pub said: Vec<Said>,
    /// The objects, sorted by path.
    pub objects: Vec<Entry>,
    /// The headline of each story, sorted by path.
    pub stories: Vec<(OutPath, String)>,
    /// The editions before it, the newest first.
    pub history: Vec<Past>,
    /// Keys that nothing needs any more: removed after the manifest is written.
    pub dropped: Vec<String>,
    /// Those of the objects that are at rest, sorted by path.
    pub resting: Vec<Rest>,
}

impl Manifest {
    /// The object at a path.
    #[must_use]
    pub fn entry(&self, path: &OutPath) -> Option<&Entry> {
        let at = self.objects.binary_search_by(|entry| entry.path.cmp(path)).ok()?;
        self.objects.get(at)
    }

    /// What is said along with an object.
    #[must_use]
    pub fn said_of(&self, entry: &Entry) -> Said {
        self.said.get(entry.said as usize).cloned().unwrap_or_default()
    }

    /// The number of what is said along with an object.
    pub fn number_of(&mut self, said: Said) -> u32 {
        let known = self.said.iter().position(|known| *known == said);
        let number = known.unwrap_or_else(|| {
            self.said.push(said);
            self.said.len() - 1
        });
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// Whether an object is at rest.
    #[must_use]
    pub fn is_resting(&self, path: &OutPath) -> bool {
        self.resting.binary_search_by(|rest| rest.path.cmp(path)).is_ok()
    }

    /// As it is stored.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = format!("{MAGIC}{FORMAT}\n").into_bytes();
        out.extend(pack(self));
        out
    }

    /// Back from what is stored; `shown` is what messages call the target.
    ///
    /// # Errors
    /// A finding that says why it cannot be believed.
    pub fn decode(bytes: &[u8], shown: &str) -> Result<Self, Diagnostic> {
        let torn = |why: &str| {
            Diagnostic::new(Code::TornManifest, format!("the manifest at `{shown}` {why}"))
        };
        let line = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        let (head, rest) = bytes.split_at(line);
        let format = std::str::from_utf8(head).ok().and_then(|head| head.strip_prefix(MAGIC));
        match format.and_then(|number| number.parse::<u32>().ok()) {
            None => Err(torn("is none of Masthead's").help(AWAY)),
            Some(number) if number > FORMAT => {
                let newer = torn("was written by a newer Masthead");
                Err(newer.help("publish with that version, or a later one"))
            }
            Some(number) if number < WITHOUT_REST => Err(torn("is damaged").help(AWAY)),
            Some(number) => {
                // The list of what rests is the last field, and this is an empty one.
                let missing: &[u8] = if number == WITHOUT_REST { &[0] } else { &[] };
                let manifest = unpack_with::<Self>(&rest[1..], missing).filter(Self::is_sound);
                manifest.ok_or_else(|| torn("is damaged").help(AWAY))
            }
        }
    }

    /// Whether no path leads out of the target or into the room, and all are in order.
    fn is_sound(&self) -> bool {
        let paths = || self.objects.iter().map(|entry| entry.path.as_str());
        let rests = || self.resting.iter().map(|rest| &rest.path);
        paths().all(is_publishable)
            && paths().is_sorted_by(|a, b| a < b)
            && rests().all(|path| self.entry(path).is_some())
            && rests().is_sorted_by(|a, b| a < b)
    }
}

const AWAY: &str = "if what lies there may be written over, remove `_masthead/manifest` there and publish again; what is not part of the edition is then left as it is";

/// Whether a path may be published at all.
#[must_use]
pub fn is_publishable(path: &str) -> bool {
    let inside =
        path.strip_prefix(ROOM).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    OutPath::new(path).is_some() && !inside
}

/// A value as bytes, with a hash before it.
#[must_use]
pub fn pack<T: Serialize>(value: &T) -> Vec<u8> {
    // What is written here has known lengths and goes to memory, so neither step can fail.
    let plain = postcard::to_stdvec(value).unwrap_or_default();
    let mut packer = GzEncoder::new(Vec::new(), Compression::new(4));
    let packed = packer.write_all(&plain).and_then(|()| packer.finish()).unwrap_or_default();
    [Fingerprint::of(&packed).0.as_slice(), &packed].concat()
}

/// The value, if the bytes are whole.
#[must_use]
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    unpack_with(bytes, &[])
}

/// The value of bytes to which fields are added that their writer did not know.
fn unpack_with<T: DeserializeOwned>(bytes: &[u8], missing: &[u8]) -> Option<T> {
    let (hash, packed) = bytes.split_at_checked(16)?;
    if Fingerprint::of(packed).0 != hash {
        return None;
    }
    let mut plain = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut plain).ok()?;
    plain.extend_from_slice(missing);
    postcard::from_bytes(&plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(paths: &[&str]) -> Manifest {
        let entry = |path: &&str| Entry {
            path: OutPath::new(path).expect("a path"),
            hash: Fingerprint::of(path.as_bytes()),
            len: 3,
            said: 0,
            class: Class::Article,
        };
        Manifest { objects: paths.iter().map(entry).collect(), ..Manifest::default() }
    }

    #[test]
    fn what_is_written_is_read() {
        let written = manifest(&["a/index.html", "b"]);
        assert_eq!(Manifest::decode(&written.encode(), "x"), Ok(written));
    }

    /// Bytes as the first format had them: the same, without the list of what rests.
    #[test]
    fn the_format_before_is_read() {
        let before = manifest(&["a/index.html", "b"]);
        let plain = postcard::to_stdvec(&before).expect("bytes");
        let mut packer = GzEncoder::new(Vec::new(), Compression::new(4));
        packer.write_all(&plain[..plain.len() - 1]).expect("written");
        let packed = packer.finish().expect("packed");
        let head = format!("{MAGIC}1\n");
        let bytes = [head.as_bytes(), &Fingerprint::of(&packed).0, &packed].concat();
        assert_eq!(Manifest::decode(&bytes, "x"), Ok(before));
    }

    #[test]
    fn nothing_rests_that_is_not_there() {
        let mut wrong = manifest(&["a.css", "b.css"]);
        wrong.resting.push(Rest { path: OutPath::new("c.css").expect("a path"), since: Moment(0) });
        assert!(Manifest::decode(&wrong.encode(), "x").is_err());
    }

    #[test]
    fn nothing_but_the_whole_is_believed() {
        let bytes = manifest(&["a/index.html", "b"]).encode();
        for end in 0..bytes.len() {
            assert!(Manifest::decode(&bytes[..end], "x").is_err(), "{end}");
        }
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            assert!(Manifest::decode(&bytes, "x").is_err(), "{at}");
        }
    }

    #[test]
    fn a_newer_format_is_named() {
        let refused = Manifest::decode(b"masthead manifest 99\nxyz", "x").expect_err("newer");
        assert!(refused.message.contains("newer Masthead"), "{}", refused.message);
    }

    #[test]
    fn no_path_leads_into_the_room() {
        for paths in [&["_masthead/manifest"][..], &["_masthead"], &["b", "a"], &["a", "a"]] {
            assert!(Manifest::decode(&manifest(paths).encode(), "x").is_err(), "{paths:?}");
        }
    }
}
