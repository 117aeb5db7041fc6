//! `[csp]`: which hosts besides the outlet's own a page may load from, as a Content Security
//! Policy.
//!
//! Invariant: a policy never holds `'unsafe-inline'` or `'unsafe-eval'`; what pages hold inline
//! is let through by its hash. A source is checked when it is read, so that one with a
//! semicolon cannot add a directive, and the text can stand in an attribute as it is.
//! Rules: CSP Level 3, <https://www.w3.org/TR/CSP3/>.

use super::{
    resolve::words,
    written::{Reader, Refusal, Setting, section},
};
use crate::base::Code;
use serde::Serialize;
use toml::{Spanned, de::DeValue};

/// What pages may load, and from where.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Csp {
    /// Whether there is a policy at all.
    pub on: bool,
    /// Hosts of scripts.
    pub scripts: Vec<String>,
    /// Hosts of style sheets.
    pub styles: Vec<String>,
    /// Hosts of pictures.
    pub images: Vec<String>,
    /// Hosts of films and sound.
    pub media: Vec<String>,
    /// Hosts of fonts.
    pub fonts: Vec<String>,
    /// Hosts of pages shown in frames.
    pub frames: Vec<String>,
    /// Hosts that scripts may talk to.
    pub connect: Vec<String>,
    /// Where browsers report what they refused; may be empty.
    pub report_to: String,
}

section! {
    /// `[csp]`.
    CspTable is "a table" {
        /// Hosts of scripts.
        scripts: Vec<Spanned<String>> = r#"["https://stats.example"]"#,
        /// Hosts of style sheets.
        styles: Vec<Spanned<String>> = r#"["https://styles.example"]"#,
        /// Hosts of pictures.
        images: Vec<Spanned<String>> = r#"["https://pictures.example"]"#,
        /// Hosts of films and sound.
        media: Vec<Spanned<String>> = r#"["https://media.example"]"#,
        /// Hosts of fonts.
        fonts: Vec<Spanned<String>> = r#"["https://fonts.example"]"#,
        /// Hosts of pages shown in frames.
        frames: Vec<Spanned<String>> = r#"["https://player.example"]"#,
        /// Hosts that scripts may talk to.
        connect: Vec<Spanned<String>> = r#"["https://stats.example"]"#,
        /// Where browsers report what they refused.
        report_to: String = r#""https://reports.example/csp""#,
    }
}

/// `csp`: a table, or a switch.
#[derive(Debug)]
pub(crate) enum CspEntry {
    /// `csp = false`, or `true` for the defaults.
    Switch(bool),
    /// `[csp]`.
    Table(Box<CspTable>),
}

impl Setting for CspEntry {
    const KIND: &'static str =
        "`false` or a table such as `{ frames = [\"https://player.example\"] }`";

    fn read(value: Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref().as_bool() {
            Some(on) => Some(Self::Switch(on)),
            None => CspTable::read(value, reader).map(|table| Self::Table(Box::new(table))),
        }
    }
}

/// The policy as meant.
pub(super) fn csp(written: Option<Spanned<CspEntry>>, reader: &mut Reader<'_>) -> Csp {
    let (table, on) = match written.map(Spanned::into_inner) {
        None => (CspTable::default(), true),
        Some(CspEntry::Switch(on)) => (CspTable::default(), on),
        Some(CspEntry::Table(table)) => (*table, true),
    };
    let CspTable { scripts, styles, images, media, fonts, frames, connect, report_to } = table;
    // Stories show pictures from elsewhere, and nobody knows beforehand from where.
    let anywhere = vec!["https:".to_owned()];
    Csp {
        on,
        scripts: sources(scripts, reader).unwrap_or_default(),
        styles: sources(styles, reader).unwrap_or_default(),
        images: sources(images, reader).unwrap_or(anywhere),
        media: sources(media, reader).unwrap_or_default(),
        fonts: sources(fonts, reader).unwrap_or_default(),
        frames: sources(frames, reader).unwrap_or_default(),
        connect: sources(connect, reader).unwrap_or_default(),
        report_to: reader
            .checked(report_to, String::new(), |url| words("report_to")(url).and_then(address)),
    }
}

type Written = Option<Spanned<Vec<Spanned<String>>>>;

fn sources(written: Written, reader: &mut Reader<'_>) -> Option<Vec<String>> {
    let entries = written?.into_inner().into_iter();
    let read = |entry| reader.checked(Some(entry), None, |text| source(text).map(Some));
    Some(entries.filter_map(read).collect())
}

/// A scheme, or a host with or without scheme, port and path (CSP 3, section 2.3.1).
fn source(text: String) -> Result<String, Refusal> {
    let odd = |c: char| !(c.is_ascii_alphanumeric() || "-._~:/*%+@".contains(c));
    if !text.is_empty() && !text.contains(odd) && text.contains(['.', ':']) {
        return Ok(text);
    }
    let help = if text.contains('\'') {
        "write hosts; what a theme writes inline is let through by its hash, and `csp = false` \
         drops the policy"
    } else {
        "write a host such as `\"https://player.example\"`, one an entry"
    };
    Err(Refusal::new(Code::BadSettings, format!("`{text}` is not a host"), help))
}

fn address(text: String) -> Result<String, Refusal> {
    let fine = text.starts_with("https://") && !text.contains([' ', ';', ',', '"', '<', '\\']);
    fine.then(|| text.clone()).ok_or_else(|| {
        let message = format!("`{text}` is not an https address");
        Refusal::new(
            Code::BadSettings,
            message,
            "write `report_to = \"https://reports.example/csp\"`",
        )
    })
}

impl Csp {
    /// The policy for a `<meta>` element, with the hashes of what pages hold inline; empty where
    /// there is none. `frame-ancestors` and reports are not allowed there (CSP 3, section 3.3).
    #[must_use]
    pub fn policy(&self, scripts: &[String], styles: &[String]) -> String {
        if !self.on {
            return String::new();
        }
        let own = || vec!["'self'".to_owned()];
        let with = |hosts: &[String], more: &[String]| [&own()[..], more, hosts].concat();
        let pictures = with(&self.images, &["data:".to_owned()]);
        let directives = [
            ("default-src", vec!["'none'".to_owned()]),
            ("script-src", with(&self.scripts, scripts)),
            ("style-src", with(&self.styles, styles)),
            ("img-src", pictures),
            ("media-src", with(&self.media, &[])),
            ("font-src", with(&self.fonts, &[])),
            ("connect-src", with(&self.connect, &[])),
            ("frame-src", with(&self.frames, &[])),
            ("manifest-src", own()),
            ("base-uri", vec!["'none'".to_owned()]),
            ("form-action", own()),
        ];
        let written = directives.map(|(name, sources)| format!("{name} {}", sources.join(" ")));
        written.join("; ")
    }

    /// Whether a page may run the script at an absolute address of another host.
    #[must_use]
    pub fn lets_script(&self, url: &str) -> bool {
        !self.on || self.scripts.iter().any(|source| covers(source, url))
    }

    /// Whether what is written in a story itself may run.
    #[must_use]
    pub fn lets_inline(&self) -> bool {
        !self.on
    }

    /// Whether a page may show the page at an absolute address of another host in a frame.
    #[must_use]
    pub fn lets_frame(&self, url: &str) -> bool {
        !self.on || self.frames.iter().any(|source| covers(source, url))
    }
}

/// Whether a source of a policy covers an address: scheme, host and the beginning of the path.
fn covers(source: &str, url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    if let Some(wanted) = source.strip_suffix(':') {
        return wanted.eq_ignore_ascii_case(scheme);
    }
    let (wanted, source) = source.split_once("://").unwrap_or((scheme, source));
    let split = |text: &str| -> (String, String) {
        let at = text.find(['/', '?', '#']).unwrap_or(text.len());
        (text[..at].to_ascii_lowercase(), text[at..].to_owned())
    };
    let ((want, from), (host, path)) = (split(source), split(rest));
    let fits = match want.strip_prefix('*') {
        Some(end) => host.ends_with(end) && host.len() > end.len(),
        None => host == want,
    };
    let below = from.is_empty() || path == from || (from.ends_with('/') && path.starts_with(&from));
    wanted.eq_ignore_ascii_case(scheme) && fits && below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_cover_what_browsers_say_they_cover() {
        for (source, url, fine) in [
            ("https://player.example", "https://player.example/e/1", true),
            ("https://player.example", "http://player.example/e/1", false),
            ("https://player.example", "https://player.example.evil/e/1", false),
            ("player.example", "https://player.example/e/1", true),
            ("*.example", "https://player.example/", true),
            ("*.example", "https://example/", false),
            ("https:", "https://any.where/", true),
            ("https://player.example/e/", "https://player.example/e/1?a", true),
            ("https://player.example/e/", "https://player.example/f/1", false),
        ] {
            assert_eq!(covers(source, url), fine, "{source} {url}");
        }
    }
}
