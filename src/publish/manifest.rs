//! The manifest: what lies at a target, as the edition that put it there says.
//!
//! Invariant: it names published files alone, and is believed whole or not at all: a damaged one,
//! one of a newer Masthead or one of another outlet is refused in words. It is the last object of
//! an edition to be written, and only if nobody wrote it meanwhile.

use super::{
    commit::is_commit,
    withdrawn::{self, Withdrawn},
};
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
const FORMAT: u32 = 4;
/// The one before it, which knew nothing of stories' own files.
const WITHOUT_SOURCES: u32 = 3;
/// One before that, which knew of nothing at rest.
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
    /// What rollbacks have withdrawn, the newest first.
    pub withdrawn: Vec<Withdrawn>,
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
    /// What the own file of each of the stories was, in their order; empty where nobody knows.
    pub sources: Vec<Source>,
    /// The commit that its sources followed from, edited or not, where that is known.
    pub base: Option<String>,
}

/// The beginning of the hash of a story's own file: enough to tell whether it was edited.
pub type Source = [u8; 8];

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

    /// Each story's headline and, where it is known, what its own file was; by path.
    pub fn told(&self) -> impl Iterator<Item = (&OutPath, (&str, Option<&Source>))> {
        let sources = self.sources.iter().map(Some).chain(std::iter::repeat(None));
        self.stories.iter().zip(sources).map(|((path, title), own)| (path, (title.as_str(), own)))
    }

    /// The commit by which it is earlier or later than others.
    #[must_use]
    pub fn follows(&self) -> Option<&str> {
        self.commit.as_deref().or(self.base.as_deref())
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
        Self::read(bytes).map_err(|torn| {
            let what = format!("the manifest at `{shown}` {}", torn.words());
            let help = if torn == Torn::Newer { NEWER } else { AWAY };
            Diagnostic::new(Code::TornManifest, what).help(help)
        })
    }

    /// Back from what is stored.
    ///
    /// # Errors
    /// Why it cannot be believed.
    pub fn read(bytes: &[u8]) -> Result<Self, Torn> {
        let line = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        let (head, rest) = bytes.split_at(line);
        let format = std::str::from_utf8(head).ok().and_then(|head| head.strip_prefix(MAGIC));
        match format.and_then(|number| number.parse::<u32>().ok()) {
            None => Err(Torn::Foreign),
            Some(number) if number > FORMAT => Err(Torn::Newer),
            // The second was no more than a step between.
            Some(number) if ![WITHOUT_REST, WITHOUT_SOURCES, FORMAT].contains(&number) => {
                Err(Torn::Earlier)
            }
            Some(number) => {
                // The last fields are lists and what may be missing; these are empty ones.
                let missing: &[u8] = match number {
                    WITHOUT_REST => &[0, 0, 0],
                    WITHOUT_SOURCES => &[0, 0],
                    _ => &[],
                };
                let manifest = open::<Self>(&rest[1..], missing);
                let manifest = manifest.and_then(|manifest| match manifest.is_sound() {
                    true => Ok(manifest),
                    false => Err(Torn::Damaged),
                });
                // Until the third format one withdrawn commit stood where there is a list now; where
                // none was withdrawn, they are the same.
                let older = |torn| if torn == Torn::Damaged { Torn::Earlier } else { torn };
                if number < WITHOUT_SOURCES { manifest.map_err(older) } else { manifest }
            }
        }
    }

    /// Whether everything in it is of its own form. Whoever can write it can write pages; they must
    /// not get at what lies beside the target, or at whoever reads it.
    fn is_sound(&self) -> bool {
        self.has_sound_objects() && self.has_sound_past() && self.has_sound_words()
    }

    /// No path leads out of the target or into the room, and all are in order.
    fn has_sound_objects(&self) -> bool {
        let paths = || self.objects.iter().map(|entry| entry.path.as_str());
        let rests = || self.resting.iter().map(|rest| &rest.path);
        let stories = || self.stories.iter().map(|(path, _)| path.as_str());
        let len = self.objects.iter().try_fold(0_u64, |sum, entry| sum.checked_add(entry.len));
        paths().all(is_publishable)
            && paths().is_sorted_by(|a, b| a < b)
            && stories().all(is_publishable)
            && self.objects.iter().all(|entry| (entry.said as usize) < self.said.len())
            && rests().all(|path| self.entry(path).is_some())
            && rests().is_sorted_by(|a, b| a < b)
            && (self.sources.is_empty() || self.sources.len() == self.stories.len())
            && len.is_some()
    }

    /// What was before it came before it, and nothing is dropped but what was kept.
    fn has_sound_past(&self) -> bool {
        let past = self.history.iter().map(|past| past.number);
        let numbers: Vec<u64> = [self.number].into_iter().chain(past).collect();
        numbers.is_sorted_by(|later, earlier| later > earlier)
            && self.number <= MOST_EDITIONS
            && self.dropped.iter().all(|key| is_kept_key(key))
    }

    /// What goes to programs, stores and screens is what those take.
    fn has_sound_words(&self) -> bool {
        let commits = self.withdrawn.iter().filter_map(|one| one.commit.as_ref());
        let plain = |text: &str| !text.contains(char::is_control);
        let name = |name: &str| {
            !name.is_empty()
                && name.bytes().all(|b| b"-_".contains(&b) || b.is_ascii_alphanumeric())
        };
        self.commit.iter().chain(&self.base).chain(commits).all(|commit| is_commit(commit))
            && self.withdrawn.len() <= withdrawn::MOST
            && ["http://", "https://"].iter().any(|scheme| self.base_url.starts_with(scheme))
            && plain(&self.base_url)
            && self.said.iter().all(|said| {
                said.headers
                    .iter()
                    .all(|(key, value)| name(key) && value.is_ascii() && plain(value))
                    && said.redirect.as_deref().is_none_or(plain)
            })
    }
}

/// Why a manifest cannot be believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Torn {
    /// It is something else.
    Foreign,
    /// Its format is one that this program does not know.
    Newer,
    /// Its format is one that this program knows no more.
    Earlier,
    /// It is not what was written.
    Damaged,
    /// It would unpack to more than a manifest of its size can hold.
    TooLarge,
}

impl Torn {
    /// What it is, said of the manifest.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Foreign => "is none of Masthead's",
            Self::Newer => "was written by a newer Masthead",
            Self::Earlier => "was written by an earlier Masthead, in a form that is read no more",
            Self::Damaged => "is damaged",
            Self::TooLarge => "unpacks to more than a manifest of its size can hold",
        }
    }
}

/// More editions than any outlet has; a number beyond it is no number of an edition.
const MOST_EDITIONS: u64 = 1 << 48;

const NEWER: &str = "publish with that version, or a later one";
const AWAY: &str = "if what lies there may be written over, remove `_masthead/manifest` there and publish again (to a folder, with `--force`); what is not part of the edition is then left as it is";

/// Whether a path may be published at all.
#[must_use]
pub fn is_publishable(path: &str) -> bool {
    let inside =
        path.strip_prefix(ROOM).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    OutPath::new(path).is_some() && !inside
}

/// Whether a key is one under which something is kept for a return.
pub fn is_kept_key(key: &str) -> bool {
    let Some(name) = key.strip_prefix(ROOM) else { return false };
    let is_hash = |text: &str| {
        text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_number = |text: &str| {
        let number: Option<u64> = text.parse().ok();
        number.is_some_and(|number| format!("{number:08}") == text)
    };
    name.strip_prefix("/kept/").is_some_and(is_hash)
        || name.strip_prefix("/editions/").is_some_and(is_number)
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

/// The value, if the bytes are whole, with fields that their writer may not have known.
#[must_use]
pub fn unpack_with<T: DeserializeOwned>(bytes: &[u8], missing: &[u8]) -> Option<T> {
    open(bytes, missing).ok()
}

/// What is packed here are hashes, which do not pack at all, and paths: it becomes a fifth. What
/// would become more than this many times as large was not packed here.
const GROWTH: u64 = 100;
/// So much is unpacked in any case, and no more than so much in none.
const SMALL: u64 = 16 << 20;
const LARGEST: u64 = 1 << 30;

/// The value of bytes to which fields are added that their writer did not know.
fn open<T: DeserializeOwned>(bytes: &[u8], missing: &[u8]) -> Result<T, Torn> {
    let (hash, packed) = bytes.split_at_checked(16).ok_or(Torn::Damaged)?;
    if Fingerprint::of(packed).0 != hash {
        return Err(Torn::Damaged);
    }
    let most = (packed.len() as u64).saturating_mul(GROWTH).clamp(SMALL, LARGEST);
    let mut plain = Vec::new();
    let read = GzDecoder::new(packed).take(most + 1).read_to_end(&mut plain);
    if read.map_err(|_| Torn::Damaged)? as u64 > most {
        return Err(Torn::TooLarge);
    }
    plain.extend_from_slice(missing);
    postcard::from_bytes(&plain).map_err(|_| Torn::Damaged)
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
        Manifest {
            number: 9,
            base_url: "https://proof.example".to_owned(),
            said: vec![Said::default()],
            objects: paths.iter().map(entry).collect(),
            ..Manifest::default()
        }
    }

    /// A sound one, spoilt.
    fn spoilt(spoil: impl FnOnce(&mut Manifest)) -> Manifest {
        let mut manifest = manifest(&["a/index.html", "b"]);
        spoil(&mut manifest);
        manifest
    }

    #[test]
    fn what_is_not_of_its_form_is_not_believed() {
        let past = |number| Past { number, kept: Vec::new() };
        let withdrawn = |commit: &str| Withdrawn {
            commit: Some(commit.to_owned()),
            content: None,
            at: Moment(0),
        };
        let dropped = |key: &str| spoilt(|m| m.dropped.push(key.to_owned()));
        let header = |name: &str, value: &str| {
            let said = Said { headers: vec![(name.to_owned(), value.to_owned())], redirect: None };
            spoilt(|m| m.said.push(said))
        };
        let hash = "0123456789abcdef0123456789abcdef";
        let commit = "0123456789abcdef0123456789abcdef01234567";
        for (what, manifest, is_sound) in [
            ("a kept object", dropped(&format!("_masthead/kept/{hash}")), true),
            ("a kept manifest", dropped("_masthead/editions/00000007"), true),
            ("a later one", dropped("_masthead/editions/123456789"), true),
            ("a page", dropped("index.html"), false),
            ("the manifest", dropped("_masthead/manifest"), false),
            ("a file of the machine", dropped("/etc/passwd"), false),
            ("a file beside the target", dropped("../../victim"), false),
            ("a way out", dropped("_masthead/kept/../../../victim"), false),
            ("a way out of editions", dropped("_masthead/editions/../../x"), false),
            ("no hash", dropped(&format!("_masthead/kept/{}", &hash[..31])), false),
            ("no number", dropped("_masthead/editions/+0000007"), false),
            ("editions before it", spoilt(|m| m.history = vec![past(8), past(3)]), true),
            ("one that came after it", spoilt(|m| m.history.push(past(9))), false),
            ("history upside down", spoilt(|m| m.history = vec![past(3), past(8)]), false),
            ("a number without end", spoilt(|m| m.number = u64::MAX), false),
            ("a commit", spoilt(|m| m.commit = Some(commit.to_owned())), true),
            ("an option of git", spoilt(|m| m.commit = Some("--exec=sh".to_owned())), false),
            ("a commit that was edited", spoilt(|m| m.base = Some(commit.to_owned())), true),
            ("an option as one", spoilt(|m| m.base = Some("--exec=sh".to_owned())), false),
            ("a withdrawn commit", spoilt(|m| m.withdrawn.push(withdrawn(commit))), true),
            ("a withdrawn option", spoilt(|m| m.withdrawn.push(withdrawn("-x"))), false),
            ("too many", spoilt(|m| m.withdrawn = vec![withdrawn(commit); 65]), false),
            ("a header", header("content-type", "text/html"), true),
            ("a header too many", header("a: b\r\nc", "d"), false),
            ("two headers in one", header("a", "b\r\nc: d"), false),
            ("headers of nobody", spoilt(|m| m.objects[0].said = 1), false),
            ("no address", spoilt(|m| m.base_url = "file:///x".to_owned()), false),
            ("a screen's commands", spoilt(|m| m.base_url.push('\u{1b}')), false),
            (
                "no end of bytes",
                spoilt(|m| m.objects.iter_mut().for_each(|e| e.len = u64::MAX)),
                false,
            ),
        ] {
            assert_eq!(Manifest::decode(&manifest.encode(), "x").is_ok(), is_sound, "{what}");
        }
    }

    #[test]
    fn what_unpacks_without_end_is_not_unpacked() {
        let bomb = pack(&vec![0_u8; 64 << 20]);
        assert!(bomb.len() < 1 << 20);
        assert_eq!(open::<Vec<u8>>(&bomb, &[]), Err(Torn::TooLarge));
        let packed = [format!("{MAGIC}{FORMAT}\n").as_bytes(), &bomb].concat();
        let refused = Manifest::decode(&packed, "x").expect_err("too large");
        assert!(refused.message.contains("unpacks to more"), "{}", refused.message);
        assert_eq!(open(&pack(&vec![7_u8; 8 << 20]), &[]), Ok(vec![7_u8; 8 << 20]));
    }

    #[test]
    fn what_is_written_is_read() {
        let written = manifest(&["a/index.html", "b"]);
        assert_eq!(Manifest::decode(&written.encode(), "x"), Ok(written));
    }

    /// Bytes as earlier formats had them: the same, without the last fields.
    #[test]
    fn formats_before_are_read() {
        for (format, fields) in [(WITHOUT_REST, 3), (WITHOUT_SOURCES, 2)] {
            let before = manifest(&["a/index.html", "b"]);
            let plain = postcard::to_stdvec(&before).expect("bytes");
            let mut packer = GzEncoder::new(Vec::new(), Compression::new(4));
            packer.write_all(&plain[..plain.len() - fields]).expect("written");
            let packed = packer.finish().expect("packed");
            let head = format!("{MAGIC}{format}\n");
            let bytes = [head.as_bytes(), &Fingerprint::of(&packed).0, &packed].concat();
            assert_eq!(Manifest::decode(&bytes, "x"), Ok(before), "{format}");
        }
    }

    #[test]
    fn every_story_has_its_source_or_none() {
        let path = OutPath::new("a/index.html").expect("a path");
        for (sources, is_sound) in [(0, true), (1, true), (2, false)] {
            let told = spoilt(|m| {
                m.stories.push((path.clone(), "A".to_owned()));
                m.sources = vec![Source::default(); sources];
            });
            assert_eq!(Manifest::decode(&told.encode(), "x").is_ok(), is_sound, "{sources}");
        }
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
