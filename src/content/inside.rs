//! What a body holds besides its text: headings, links, pictures, anchors.
//!
//! Invariant: an article keeps it packed, in one piece of memory, since an archive has millions
//! of links and hardly ever looks at one; unpacking borrows every text from that piece.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A heading of the body.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Heading<'a> {
    /// 2 to 6: as rendered, below the headline.
    pub level: u8,
    /// The anchor.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The text without markup.
    #[serde(borrow)]
    pub text: Cow<'a, str>,
}

/// A link or picture of the body.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Link<'a> {
    /// The target as written.
    #[serde(borrow)]
    pub target: Cow<'a, str>,
    /// Its place in the file, in bytes: from the start of the link's markup to its end.
    pub at: (u32, u32),
    /// Of a picture: whether it has an alternative text.
    pub alt: bool,
}

/// What a body holds besides its text.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Inside<'a> {
    /// The headings.
    #[serde(borrow)]
    pub outline: Vec<Heading<'a>>,
    /// Links, Markdown and raw HTML alike.
    #[serde(borrow)]
    pub links: Vec<Link<'a>>,
    /// Pictures.
    #[serde(borrow)]
    pub pictures: Vec<Link<'a>>,
    /// Pages that raw HTML shows in frames.
    #[serde(borrow)]
    pub frames: Vec<Link<'a>>,
    /// What raw HTML would run: the address of a script, the name of an event's attribute, or
    /// `script` for one that stands in the text.
    #[serde(borrow)]
    pub scripts: Vec<Link<'a>>,
    /// Other ids in raw HTML that links may lead to.
    #[serde(borrow)]
    pub anchors: Vec<Cow<'a, str>>,
}

/// The same in one piece.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Packed(#[serde(with = "bytes")] Box<[u8]>);

impl Inside<'_> {
    /// Packs it.
    #[must_use]
    pub fn pack(&self) -> Packed {
        if *self == Self::default() {
            return Packed::default();
        }
        // Writing to memory does not fail, and every length is known.
        Packed(postcard::to_stdvec(self).unwrap_or_default().into())
    }
}

impl Packed {
    /// Unpacks it.
    #[must_use]
    pub fn open(&self) -> Inside<'_> {
        // Only what `pack` made is ever in here: the ledger checks every block it reads.
        postcard::from_bytes(&self.0).unwrap_or_default()
    }
}

/// Bytes as bytes: serde would take them one by one.
mod bytes {
    use serde::{Deserializer, Serializer, de};

    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Box<[u8]>, D::Error> {
        struct Piece;
        impl de::Visitor<'_> for Piece {
            type Value = Box<[u8]>;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(bytes.into())
            }
        }
        from.deserialize_bytes(Piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_out_as_it_went_in() {
        let link = Link { target: "../a.md".into(), at: (3, 12), alt: false };
        let heading = Heading { level: 2, id: "was".into(), text: "What was".into() };
        let inside = Inside {
            outline: vec![heading],
            links: vec![link.clone()],
            pictures: vec![Link { target: "river.jpg".into(), alt: true, ..link.clone() }],
            frames: vec![Link { target: "https://player.example/7".into(), ..link.clone() }],
            scripts: vec![Link { target: "onclick".into(), ..link }],
            anchors: vec!["fn-1".into()],
        };
        for inside in [inside, Inside::default()] {
            let packed = inside.pack();
            assert_eq!(packed.open(), inside);
            let kept = postcard::to_stdvec(&packed).expect("packed bytes can be written");
            assert_eq!(postcard::from_bytes::<Packed>(&kept).as_ref(), Ok(&packed));
        }
    }
}
