//! Icons, drawn from one picture, and the manifest that names them (w3.org/TR/appmanifest).
//!
//! Invariant: an icon depends on the picture and the settings alone. Letters in an SVG must be
//! outlines: fonts differ from machine to machine, so none is asked. Nothing that an SVG points
//! to is read.

use super::{Content, Rendered, file};
use crate::{
    base::{Code, Diagnostic, Fingerprint, Place, clean_json},
    edition::{Query, Tracer, icons, icons::Icon},
    theme::Press,
};
use resvg::{
    tiny_skia::{Color, FilterQuality, Pixmap, PixmapPaint, Transform},
    usvg::{ImageHrefResolver, Options, Tree},
};
use serde_json::json;
use std::sync::Arc;

fn tracer(press: &Arc<Press>) -> Tracer {
    let tracer = press.tracer();
    tracer.ask(Query::Settings);
    tracer
}

/// Draws an icon.
///
/// # Errors
/// A finding: the picture cannot be read.
pub fn render(press: &Arc<Press>, icon: Icon) -> Result<Rendered, Diagnostic> {
    let tracer = tracer(press);
    tracer.ask(Query::Icon);
    let index = &press.index;
    let key = icons::source(&index.site, &index.facts.files).unwrap_or_default();
    for key in icons::sources(&index.site) {
        tracer.ask(Query::File(key));
    }
    let known = index.facts.files.get(&key).map(|asset| asset.fingerprint);
    let bytes = file::bytes(press, &key).filter(|bytes| Some(Fingerprint::of(bytes)) == known);
    let Some(bytes) = bytes else { return Err(changed(&key)) };
    let drawn = match icon {
        Icon::Svg => Some(bytes),
        _ => draw(&bytes, key.ends_with(".svg"), icon, colour(&index.site.colour)),
    };
    let drawn = drawn.ok_or_else(|| unreadable(&key))?;
    Ok(Rendered::new(Content::Bytes(drawn), tracer.finish()))
}

fn changed(key: &str) -> Diagnostic {
    let message = format!("`{key}` changed while the site was being built");
    Diagnostic::new(Code::ChangedMeanwhile, message).at(Place::file(key)).help("build again")
}

fn unreadable(key: &str) -> Diagnostic {
    Diagnostic::new(Code::BadIcon, format!("`{key}` is not a picture that icons can be made of"))
        .at(Place::file(key))
        .help("save it as an SVG, or as a PNG of at least 512 × 512 pixels")
}

/// `#rgb` or `#rrggbb`, as the settings have made sure.
fn colour(text: &str) -> Color {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    let pairs: Vec<u32> = match digits.len() {
        3 => digits.iter().map(|digit| digit * 17).collect(),
        _ => digits
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |all, digit| all * 16 + digit))
            .collect(),
    };
    let channel = |at: usize| pairs.get(at).and_then(|n| u8::try_from(*n).ok()).unwrap_or(255);
    Color::from_rgba8(channel(0), channel(1), channel(2), 255)
}

/// The bytes of an icon; `None` where the picture cannot be read.
fn draw(bytes: &[u8], is_svg: bool, icon: Icon, colour: Color) -> Option<Vec<u8>> {
    let mut pixmap = Pixmap::new(icon.pixels(), icon.pixels())?;
    if icon.is_opaque() {
        pixmap.fill(colour);
    }
    let side = f32::from(u16::try_from(icon.pixels()).ok()?);
    let inner = side * f32::from(icon.share()) / 100.0;
    if is_svg {
        let tree = Tree::from_data(bytes, &options()).ok()?;
        let place = fitted(tree.size().width(), tree.size().height(), side, inner);
        resvg::render(&tree, place, &mut pixmap.as_mut());
    } else {
        let picture = halved(Pixmap::decode_png(bytes).ok()?, inner);
        let (width, height) = (pixels(picture.width())?, pixels(picture.height())?);
        let paint = PixmapPaint { quality: FilterQuality::Bicubic, ..PixmapPaint::default() };
        pixmap.draw_pixmap(
            0,
            0,
            picture.as_ref(),
            &paint,
            fitted(width, height, side, inner),
            None,
        );
    }
    let png = pixmap.encode_png().ok()?;
    Some(if icon == Icon::Favicon { ico(&png, icon.pixels()) } else { png })
}

/// Nothing is fetched, whatever the picture points to.
fn options() -> Options<'static> {
    let image_href_resolver = ImageHrefResolver {
        resolve_data: ImageHrefResolver::default_data_resolver(),
        resolve_string: Box::new(|_, _| None),
    };
    Options { image_href_resolver, ..Options::default() }
}

fn pixels(count: u32) -> Option<f32> {
    u16::try_from(count).ok().map(f32::from)
}

/// As large as fits into a square of `inner` in the middle of one of `side`.
fn fitted(width: f32, height: f32, side: f32, inner: f32) -> Transform {
    let scale = inner / width.max(height);
    let (left, top) = ((side - width * scale) / 2.0, (side - height * scale) / 2.0);
    Transform::from_row(scale, 0.0, 0.0, scale, left, top)
}

/// Halves a picture while it is more than twice as large as wanted: drawn much smaller in one
/// step, most of its pixels would not be looked at.
fn halved(mut picture: Pixmap, wanted: f32) -> Pixmap {
    let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
    while pixels(picture.width().max(picture.height())).is_none_or(|side| side >= 2.0 * wanted) {
        let Some(mut half) = Pixmap::new(picture.width().div_ceil(2), picture.height().div_ceil(2))
        else {
            break;
        };
        half.draw_pixmap(0, 0, picture.as_ref(), &paint, Transform::from_scale(0.5, 0.5), None);
        picture = half;
    }
    picture
}

/// An ICO file of one picture, which is a PNG behind 22 bytes.
fn ico(png: &[u8], side: u32) -> Vec<u8> {
    let side = u8::try_from(side).unwrap_or(0);
    let mut out = vec![0, 0, 1, 0, 1, 0, side, side, 0, 0, 1, 0, 32, 0];
    out.extend(u32::try_from(png.len()).unwrap_or(0).to_le_bytes());
    out.extend(22u32.to_le_bytes());
    out.extend_from_slice(png);
    out
}

/// Writes an edition's manifest.
#[must_use]
pub fn manifest(press: &Arc<Press>, edition: u8) -> Rendered {
    let tracer = tracer(press);
    let site = &press.index.site;
    let settings = &site.editions[usize::from(edition)];
    let home = site.base_url.local(&settings.home());
    let listed = icons::all(site, &press.index.facts.files).into_iter().filter_map(|icon| {
        let (purpose, sizes, of_type) = match icon {
            Icon::Svg => ("any", "any".to_owned(), "image/svg+xml"),
            Icon::Small | Icon::Large => ("any", sizes(icon), "image/png"),
            Icon::Maskable => ("maskable", sizes(icon), "image/png"),
            Icon::Favicon | Icon::Apple => return None,
        };
        let src = site.base_url.local(&icon.url());
        Some(json!({ "src": src, "sizes": sizes, "type": of_type, "purpose": purpose }))
    });
    let manifest = json!({
        "id": home,
        "name": settings.title,
        "short_name": settings.title,
        "description": settings.description,
        "lang": settings.lang.as_str(),
        "dir": settings.lang.direction().as_str(),
        "start_url": home,
        "scope": home,
        "display": "minimal-ui",
        "background_color": site.colour,
        "theme_color": site.colour,
        "icons": listed.collect::<Vec<_>>(),
    });
    // Texts in maps with text for keys: there is JSON for them.
    let text = clean_json(&manifest).unwrap_or_default();
    Rendered::text(format!("{text}\n"), tracer.finish())
}

fn sizes(icon: Icon) -> String {
    format!("{0}x{0}", icon.pixels())
}

#[cfg(test)]
mod tests {
    use super::*;

    const DISC: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10 10\">\
                        <circle cx=\"5\" cy=\"5\" r=\"5\" fill=\"#a00000\"/></svg>";

    fn drawn(bytes: &[u8], is_svg: bool, icon: Icon) -> Pixmap {
        let png = draw(bytes, is_svg, icon, colour("#0a0")).expect("a picture");
        Pixmap::decode_png(&png).expect("a PNG")
    }

    /// The red, green, blue and opacity of a pixel.
    fn pixel(pixmap: &Pixmap, x: u32, y: u32) -> [u8; 4] {
        let pixel = pixmap.pixel(x, y).expect("a pixel").demultiply();
        [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
    }

    #[test]
    fn each_icon_has_its_size_and_ground() {
        const RED: [u8; 4] = [0xa0, 0, 0, 255];
        const GREEN: [u8; 4] = [0, 0xaa, 0, 255];
        let large = drawn(DISC.as_bytes(), true, Icon::Large);
        let png = large.encode_png().expect("a PNG");
        for (bytes, is_svg) in [(DISC.as_bytes(), true), (&png[..], false)] {
            for (icon, side, corner, edge) in [
                (Icon::Small, 192, [0; 4], RED),
                (Icon::Large, 512, [0; 4], RED),
                (Icon::Maskable, 512, GREEN, GREEN),
                (Icon::Apple, 180, GREEN, GREEN),
            ] {
                let pixmap = drawn(bytes, is_svg, icon);
                assert_eq!((pixmap.width(), pixmap.height()), (side, side), "{icon:?}");
                assert_eq!(pixel(&pixmap, 0, 0), corner, "{icon:?}");
                assert_eq!(pixel(&pixmap, 4, side / 2), edge, "{icon:?}");
                assert_eq!(pixel(&pixmap, side / 2, side / 2), RED, "{icon:?}");
            }
        }
    }

    #[test]
    fn a_favicon_is_a_png_in_a_box() {
        let ico = draw(DISC.as_bytes(), true, Icon::Favicon, colour("#fff")).expect("an icon");
        assert_eq!(&ico[..8], [0, 0, 1, 0, 1, 0, 32, 32]);
        assert_eq!(Pixmap::decode_png(&ico[22..]).map(|p| p.width()).ok(), Some(32));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for bytes in [&b"<html>"[..], b"", b"\x89PNG\r\n\x1a\n"] {
            assert!(draw(bytes, true, Icon::Small, colour("#fff")).is_none());
            assert!(draw(bytes, false, Icon::Small, colour("#fff")).is_none());
        }
    }
}
