//! How wide and how high a picture is shown.
//!
//! Invariant: it is what browsers take for the picture's own size, so that a page that says it
//! keeps its place for it. Headers are read, nothing is decoded, and nothing that a picture
//! points to is looked at.

use exif::{In, Tag};
use quick_xml::{Reader, XmlVersion, events::BytesStart, events::Event};
use std::{io::Cursor, str::FromStr};
use svgtypes::{Length, LengthUnit, ViewBox};

/// Endings of files whose size in pixels stands in their first bytes.
const PICTURES: [&str; 7] = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".bmp"];
/// Formats whose note on how the camera was held browsers heed (CSS Images 3, `image-orientation`).
/// That of an AVIF is part of the picture and has been heeded by who reads its size; in a WebP
/// Chromium passes over it.
const TURNED: [&str; 3] = [".jpg", ".jpeg", ".png"];

/// Whether a file of this name is a picture.
#[must_use]
pub fn are_known(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.ends_with(".svg") || PICTURES.iter().any(|ending| lower.ends_with(ending))
}

/// Width and height of a picture in CSS pixels, by its name and bytes.
#[must_use]
pub fn of(name: &str, bytes: &[u8]) -> Option<(u32, u32)> {
    let lower = name.to_ascii_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    if ends(&[".svg"]) {
        return of_drawing(bytes);
    }
    if !ends(&PICTURES) {
        return None;
    }
    let size = imagesize::blob_size(bytes).ok()?;
    let (width, height) = (u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?);
    Some(if ends(&TURNED) && is_turned(bytes) { (height, width) } else { (width, height) })
}

/// Whether the camera was held upright: values 5 to 8 of Exif's `Orientation` swap width and
/// height.
fn is_turned(bytes: &[u8]) -> bool {
    let exif = exif::Reader::new().read_from_container(&mut Cursor::new(bytes)).ok();
    let turned = exif.as_ref().and_then(|exif| exif.get_field(Tag::Orientation, In::PRIMARY));
    turned.and_then(|field| field.value.get_uint(0)).is_some_and(|turn| (5..=8).contains(&turn))
}

/// The size that an SVG gives itself (CSS Images 3, section 4.2): `width` and `height`; what is
/// missing follows from the proportions of the `viewBox`. One that has nothing but a `viewBox`
/// is as large as that.
fn of_drawing(bytes: &[u8]) -> Option<(u32, u32)> {
    let root = std::str::from_utf8(bytes).ok().and_then(root)?;
    let length = |name: &str| attribute(&root, name).as_deref().and_then(pixels);
    let view = attribute(&root, "viewBox").and_then(|text| ViewBox::from_str(text.trim()).ok());
    let view = view.filter(|view| view.w > 0.0 && view.h > 0.0);
    match (length("width"), length("height"), view) {
        (Some(width), Some(height), _) => whole(width, height),
        (Some(width), None, Some(view)) => whole(width, width * view.h / view.w),
        (None, Some(height), Some(view)) => whole(height * view.w / view.h, height),
        (None, None, Some(view)) => {
            // Only the proportions matter, and rounding must not bend those of a small one.
            let scale = if view.w.min(view.h) < 100.0 && !is_whole(view) { 100.0 } else { 1.0 };
            whole(view.w * scale, view.h * scale)
        }
        _ => None,
    }
}

fn is_whole(view: ViewBox) -> bool {
    view.w.fract() == 0.0 && view.h.fract() == 0.0
}

/// The outermost element, if it is `<svg>`.
fn root(text: &str) -> Option<BytesStart<'_>> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) => {
                return (tag.local_name().as_ref() == "svg").then_some(tag);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn attribute(tag: &BytesStart, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok()??;
    Some(attribute.normalized_value(XmlVersion::Explicit1_0).ok()?.into_owned())
}

/// A length in CSS pixels; `None` where it depends on what is around the picture. A letter of
/// the browser's own font is 16 pixels high.
fn pixels(written: &str) -> Option<f64> {
    let length = Length::from_str(written.trim()).ok().filter(|length| length.number > 0.0)?;
    let unit = match length.unit {
        LengthUnit::None | LengthUnit::Px => 1.0,
        LengthUnit::Em => 16.0,
        LengthUnit::Ex => 8.0,
        LengthUnit::In => 96.0,
        LengthUnit::Cm => 96.0 / 2.54,
        LengthUnit::Mm => 96.0 / 25.4,
        LengthUnit::Pt => 96.0 / 72.0,
        LengthUnit::Pc => 16.0,
        LengthUnit::Percent => return None,
    };
    Some(length.number * unit)
}

/// HTML has sizes in whole pixels only.
fn whole(width: f64, height: f64) -> Option<(u32, u32)> {
    // What is too large for an `i32` is too large for a screen.
    let whole = |n: f64| (n.is_finite() && n < f64::from(i32::MAX)).then(|| n.round().max(1.0));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 2^31")]
    Some((whole(width)? as u32, whole(height)? as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG of 40 × 20 pixels whose camera was held in one of eight ways.
    fn photograph(turn: u8) -> Vec<u8> {
        let tiff =
            [b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[turn][..], &[0; 6]];
        let tiff = tiff.concat();
        let length = u8::try_from(tiff.len() + 2).expect("a short note");
        let frame = b"\xff\xc0\0\x11\x08\0\x14\0\x28\x03\x01\x11\0\x02\x11\x01\x03\x11\x01";
        [b"\xff\xd8\xff\xe1\0", &[length][..], &tiff, frame, b"\xff\xd9"].concat()
    }

    #[test]
    fn a_photograph_stands_as_the_camera_was_held() {
        for turn in 0..=9 {
            let size = if (5..=8).contains(&turn) { (20, 40) } else { (40, 20) };
            for name in ["a.jpg", "a.JPEG"] {
                assert_eq!(of(name, &photograph(turn)), Some(size), "{turn}");
            }
        }
        assert_eq!(of("a.txt", &photograph(1)), None);
    }

    #[test]
    fn a_drawing_says_how_large_it_is() {
        for (root, size) in [
            ("<svg width='30' height='20'/>", Some((30, 20))),
            ("<svg viewBox='0 0 30 20'/>", Some((30, 20))),
            ("<svg viewBox='0,0,30.4,20.6'><g/></svg>", Some((3040, 2060))),
            ("<svg viewBox='0 0 1000.4 600.6'/>", Some((1000, 601))),
            ("<svg width='60' viewBox='0 0 30 20'/>", Some((60, 40))),
            ("<svg height='2in' viewBox='0 0 30 20'/>", Some((288, 192))),
            ("<svg width='100%' height='100%' viewBox='0 0 30 20'/>", Some((30, 20))),
            ("<svg width='1cm' height='10mm'/>", Some((38, 38))),
            ("<svg width='0.2' height='7.5'/>", Some((1, 8))),
            (
                "<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]><!-- <svg width='1'> -->\n<svg xmlns:x='&a;' width='30' height='20'/>",
                Some((30, 20)),
            ),
            (
                "\u{feff}<s:svg xmlns:s='http://www.w3.org/2000/svg' viewBox='0 0 3 2'/>",
                Some((3, 2)),
            ),
            ("<svg width='30'/>", None),
            ("<svg viewBox='0 0 0 20'/>", None),
            ("<svg width='1e99' height='1e99'/>", None),
            ("<svg data-width='30' height='20'/>", None),
            ("<html width='30' height='20'/>", None),
            ("width='30'", None),
        ] {
            assert_eq!(of("a.SVG", root.as_bytes()), size, "{root}");
        }
    }
}
