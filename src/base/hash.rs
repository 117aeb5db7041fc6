//! Fingerprints: 128 bits that stand for an answer, a source file or an output.
//!
//! Invariant: a fingerprint depends on the bytes alone, never on the machine, the thread or
//! the run; 128 bits make an accidental collision in an archive of a million stories less
//! likely than a fault in memory. Bytes that somebody sends us (files, pages) are hashed by
//! BLAKE3, truncated, since one could want to make two of them alike. Answers are made of what
//! the program knows already, are compared by the hundred thousand in every build and leave the
//! program nowhere: for them it is XXH3, which is ten times as quick.

use postcard::ser_flavors::Flavor;
use serde::{Deserialize, Serialize};
use std::{cell::Cell, fmt, fs::File, io, path::Path};
use xxhash_rust::xxh3::xxh3_128;

/// A 128-bit content hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Fingerprint(pub [u8; 16]);

impl Fingerprint {
    /// The fingerprint of nothing: what an absent thing answers.
    pub const ABSENT: Fingerprint = Fingerprint([0; 16]);

    /// The fingerprint of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut out = [0; 16];
        out.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
        Self(out)
    }

    /// The fingerprint of what is in a file, which is not held in memory: it may be a film.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let mut hasher = Hasher::default();
        io::copy(&mut File::open(path)?, &mut hasher)?;
        Ok(hasher.finish())
    }

    /// The fingerprint of a value, by its compact serialisation (which is length-prefixed, so
    /// `("ab", "c")` and `("a", "bc")` differ).
    #[must_use]
    pub fn of_value<T: Serialize + ?Sized>(value: &T) -> Self {
        // Only a value of unknown length fails to serialise, and none of ours is one.
        on_scratch(|scratch| {
            postcard::serialize_with_flavor(value, Scratch(scratch)).unwrap_or_default()
        })
    }

    /// The fingerprint of several fingerprints, in their order.
    #[must_use]
    pub fn of_all(parts: impl IntoIterator<Item = Fingerprint>) -> Self {
        on_scratch(|mut scratch| {
            parts.into_iter().for_each(|part| scratch.extend_from_slice(&part.0));
            scratch
        })
    }

    /// The first eight bytes as a number, for compact identities.
    #[must_use]
    pub fn short(self) -> u64 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    /// The first `digits` hexadecimal digits (at most 32), for hashed file names.
    #[must_use]
    pub fn hex(self, digits: usize) -> String {
        let mut text = self.to_string();
        text.truncate(digits);
        text
    }
}

/// A piece of memory that takes texts whole: what postcard has for it takes them byte by byte,
/// and answers are made of little else.
struct Scratch(Vec<u8>);

impl Flavor for Scratch {
    type Output = Vec<u8>;

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Vec<u8>> {
        Ok(self.0)
    }
}

/// Makes a fingerprint of bytes that come piece by piece.
#[derive(Clone, Debug, Default)]
pub struct Hasher(blake3::Hasher);

impl Hasher {
    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The fingerprint of all bytes.
    #[must_use]
    pub fn finish(&self) -> Fingerprint {
        let mut out = [0; 16];
        out.copy_from_slice(&self.0.finalize().as_bytes()[..16]);
        Fingerprint(out)
    }
}

impl io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

thread_local! {
    static SCRATCH: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The fingerprint of what `write` puts into an empty piece of memory. The piece is used again:
/// to ask for one each time would cost more than the hash. A fingerprint that is made while
/// another is being made finds none there and takes its own.
fn on_scratch(write: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Fingerprint {
    let mut bytes = write(SCRATCH.take());
    let hash = Fingerprint(xxh3_128(&bytes).to_le_bytes());
    bytes.clear();
    SCRATCH.set(bytes);
    hash
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex(8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(Fingerprint::of_value(&("ab", "c")), Fingerprint::of_value(&("a", "bc")));
    }

    #[test]
    fn pieces_are_as_good_as_the_whole() {
        let mut hasher = Hasher::default();
        ["mast", "", "head"].iter().for_each(|piece| hasher.update(piece.as_bytes()));
        assert_eq!(hasher.finish(), Fingerprint::of(b"masthead"));
    }

    #[test]
    fn may_be_made_while_another_is_being_made() {
        let inner = |text: &str| Fingerprint::of_value(text);
        let plain = [inner("a"), inner("b")];
        assert_eq!(Fingerprint::of_all(["a", "b"].map(inner)), Fingerprint::of_all(plain));
        let lazily = ["a", "b"].into_iter().map(inner);
        assert_eq!(Fingerprint::of_all(lazily), Fingerprint::of_all(plain));
        assert_ne!(Fingerprint::of_all(plain), Fingerprint::of_all([plain[1], plain[0]]));
    }

    #[test]
    fn is_the_same_on_every_machine() {
        assert_eq!(Fingerprint::of(b"masthead").hex(8), blake3::hash(b"masthead").to_hex()[..8]);
    }
}
