//! Objects that are stored packed, and their bytes as they were before.
//!
//! Invariant: the same bytes are packed the same each time, and unpacked they are what they were.
//! Hashes are those of the unpacked bytes, so that a change of the setting changes headers alone.

use crate::{
    base::{Fingerprint, Hasher},
    outputs::delivery::{Class, Delivery},
    remote::{LARGE, Said},
    site::Packing,
};
use bytes::Bytes;
use flate2::{
    Compression,
    write::{GzDecoder, GzEncoder},
};
use std::io::{self, Write};

/// Text that is shorter does not gain by it.
const WORTH_PACKING: u64 = 1024;
/// How much trouble packing takes: objects are packed once and read many times.
const GZIP: u32 = 9;
const BROTLI: i32 = 9;
/// The largest window that every browser takes (RFC 7932, 9.1).
const WINDOW: i32 = 22;
/// How much is unpacked at a time.
const PIECE: usize = 4096;

/// How a file is to be packed: text for browsers. What machines read stays as it is: feed readers,
/// crawlers and validators fetch without `Accept-Encoding`, and a store, which cannot choose
/// (RFC 9110, 12.5.3), would send them what they cannot read. So does what is too large to be held.
#[must_use]
pub fn of(delivery: &Delivery, len: u64, packing: Packing) -> Option<&'static str> {
    let is_text = delivery.content_type.ends_with("charset=utf-8");
    let is_meant = delivery.class != Class::Machine && (WORTH_PACKING..LARGE).contains(&len);
    match packing {
        Packing::Gzip if is_text && is_meant => Some("gzip"),
        Packing::Brotli if is_text && is_meant => Some("br"),
        _ => None,
    }
}

/// Bytes as they are stored.
#[must_use]
pub fn packed(bytes: Bytes, said: &Said) -> Bytes {
    match said.get(ENCODING) {
        Some("gzip") => {
            let mut packer = GzEncoder::new(Vec::new(), Compression::new(GZIP));
            // Memory takes everything.
            let packed = packer.write_all(&bytes).and_then(|()| packer.finish());
            packed.unwrap_or_default().into()
        }
        Some("br") => {
            let mut out = Vec::new();
            let parameters = brotli::enc::BrotliEncoderParams {
                quality: BROTLI,
                lgwin: WINDOW,
                ..Default::default()
            };
            let _ = brotli::BrotliCompress(&mut &bytes[..], &mut out, &parameters);
            out.into()
        }
        _ => bytes,
    }
}

/// What says how an object is packed.
const ENCODING: &str = "content-encoding";

/// Whether an object is stored packed.
#[must_use]
pub fn is_packed(said: &Said) -> bool {
    said.get(ENCODING).is_some_and(|encoding| encoding != "identity")
}

/// Takes the bytes of an object piece by piece, as they are stored, and gives them on unpacked.
pub enum Unpacker<S: Write> {
    /// It is not packed.
    Plain(S),
    /// By gzip.
    Gzip(Box<GzDecoder<S>>),
    /// By Brotli.
    Brotli(Box<brotli::DecompressorWriter<S>>),
    /// It is packed in a way that nobody here knows, or wrongly.
    Wrong,
}

impl<S: Write> Unpacker<S> {
    /// For an object with these headers.
    pub fn new(said: &Said, sink: S) -> Self {
        match said.get(ENCODING) {
            None | Some("identity") => Self::Plain(sink),
            Some("gzip") => Self::Gzip(Box::new(GzDecoder::new(sink))),
            Some("br") => Self::Brotli(Box::new(brotli::DecompressorWriter::new(sink, PIECE))),
            Some(_) => Self::Wrong,
        }
    }

    /// Where the unpacked bytes went; `None` if they were packed wrongly.
    pub fn finish(self) -> Option<S> {
        match self {
            Self::Plain(sink) => Some(sink),
            Self::Gzip(unpacker) => unpacker.finish().ok(),
            Self::Brotli(unpacker) => unpacker.into_inner().ok(),
            Self::Wrong => None,
        }
    }
}

impl<S: Write> Write for Unpacker<S> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = match self {
            Self::Plain(sink) => sink.write_all(bytes),
            Self::Gzip(unpacker) => unpacker.write_all(bytes),
            Self::Brotli(unpacker) => unpacker.write_all(bytes),
            Self::Wrong => Ok(()),
        };
        if taken.is_err() {
            *self = Self::Wrong;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The hash of an object, unpacked; `None` if it is packed wrongly.
pub type Digest = Unpacker<Hasher>;

impl Digest {
    /// The hash.
    #[must_use]
    pub fn hash(self) -> Option<Fingerprint> {
        self.finish().map(|hasher| hasher.finish())
    }
}

/// The bytes of an object as they were before they were packed.
#[must_use]
pub fn unpacked(bytes: &Bytes, said: &Said) -> Option<Bytes> {
    if !is_packed(said) {
        return Some(bytes.clone());
    }
    let mut unpacker = Unpacker::new(said, Vec::new());
    unpacker.write_all(bytes).ok()?;
    unpacker.finish().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(encoding: &str) -> Said {
        Said::default().with(ENCODING, encoding)
    }

    fn hash(bytes: &[u8], said: &Said) -> Option<Fingerprint> {
        let mut digest = Digest::new(said, Hasher::default());
        bytes.chunks(7).for_each(|piece| digest.write_all(piece).expect("it takes everything"));
        digest.hash()
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let text = Bytes::from("The text of a story is not long. ".repeat(300));
        for encoding in ["gzip", "br", "identity"] {
            let said = said(encoding);
            let stored = packed(text.clone(), &said);
            assert_eq!(stored, packed(text.clone(), &said), "{encoding}: the same each time");
            assert_eq!(stored.len() < text.len(), encoding != "identity", "{encoding}");
            assert_eq!(unpacked(&stored, &said), Some(text.clone()), "{encoding}");
            assert_eq!(hash(&stored, &said), Some(Fingerprint::of(&text)), "{encoding}");
        }
    }

    #[test]
    fn what_is_torn_has_no_hash() {
        let text = Bytes::from("The text of a story is not long. ".repeat(300));
        for encoding in ["gzip", "br"] {
            let said = said(encoding);
            let stored = packed(text.clone(), &said);
            for end in [0, 1, 9, stored.len() / 2, stored.len() - 1] {
                assert_eq!(hash(&stored[..end], &said), None, "{encoding} until {end}");
            }
            assert_eq!(hash(&text, &said), None, "{encoding}: not packed at all");
        }
        assert_eq!(hash(&text, &said("zstd")), None);
    }
}
