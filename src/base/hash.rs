//! Fingerprints: 128 bits that stand for an answer, a source file or an output.
//!
//! Invariant: a fingerprint depends on the bytes alone, never on the machine, the thread or
//! the run. BLAKE3 is used truncated; 128 bits make an accidental collision in an archive of
//! a million stories less likely than a fault in memory.

use serde::{Deserialize, Serialize};
use std::fmt;

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

    /// The fingerprint of a value, by its compact serialisation (which is length-prefixed, so
    /// `("ab", "c")` and `("a", "bc")` differ).
    #[must_use]
    pub fn of_value<T: Serialize + ?Sized>(value: &T) -> Self {
        match postcard::to_stdvec(value) {
            Ok(bytes) => Self::of(&bytes),
            // Only a value of unknown length fails to serialise, and none of ours is one.
            Err(_) => Self::ABSENT,
        }
    }

    /// The fingerprint of several fingerprints, in their order.
    #[must_use]
    pub fn of_all(parts: impl IntoIterator<Item = Fingerprint>) -> Self {
        let mut bytes = Vec::with_capacity(20 * 16);
        for part in parts {
            bytes.extend_from_slice(&part.0);
        }
        Self::of(&bytes)
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
    fn is_the_same_on_every_machine() {
        assert_eq!(Fingerprint::of(b"masthead").hex(8), blake3::hash(b"masthead").to_hex()[..8]);
    }
}
