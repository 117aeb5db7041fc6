//! What an outlet tells those who come by programme: robots.txt, security.txt, ads.txt.
//!
//! Invariant: what stands in these settings can be written into the files line by line as it
//! is: no value holds a line break, and every line is one that its specification knows.
//! Pages do not see any of it, so a change here touches no page.

use super::{
    resolve::choice,
    written::{Reader, Refusal, Setting, section},
};
use crate::base::{Code, Diagnostic, Lang, Moment, Place, suggest::one_of};
use chrono_tz::Tz;
use serde::Serialize;
use toml::{Spanned, de::DeValue};

/// Which programs of AI companies may read the site.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub enum Ai {
    /// All of them.
    #[default]
    Allow,
    /// Those that find and cite pages for somebody's question, but not those that train models.
    SearchOnly,
    /// None of them.
    Disallow,
}

const POLICIES: [(&str, Ai); 3] =
    [("allow", Ai::Allow), ("search-only", Ai::SearchOnly), ("disallow", Ai::Disallow)];

/// What an outlet tells those who come by programme.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Notices {
    /// Which programs of AI companies may read the site.
    pub ai: Ai,
    /// Paths that no program may read, percent-encoded; `*` and `$` as RFC 9309 has them.
    pub disallow: Vec<String>,
    /// What security.txt says, if there is to be one.
    pub security: Option<Security>,
    /// The lines of ads.txt; none, no file.
    pub ads: Vec<String>,
}

/// What security.txt says (RFC 9116).
#[derive(Clone, Debug, Serialize)]
pub struct Security {
    /// The fields in the order they are written, but for `Expires` and `Canonical`.
    pub fields: Vec<(&'static str, String)>,
    /// When it must no longer be trusted.
    pub expires: Moment,
    /// Where site.toml says so.
    #[serde(skip)]
    pub place: Place,
}

section! {
    /// `[robots]`.
    RobotsTable is "a table" {
        /// Which programs of AI companies may read the site.
        ai: String = r#""search-only""#,
        /// Paths that no program may read.
        disallow: Vec<Spanned<String>> = r#"["/search/"]"#,
    }
}

section! {
    /// `[security]`.
    SecurityTable is r#"a table such as `{ contact = ["mailto:security@example.org"], expires = 2027-06-01 }`"# {
        /// Whom to tell.
        contact: Vec<Spanned<String>> = r#"["mailto:security@example.org"]"# required,
        /// When the file must no longer be trusted.
        expires: When = "2027-06-01" required,
        /// Keys for secret letters.
        encryption: String = r#""https://example.org/key.txt""#,
        /// The page that thanks those who helped.
        acknowledgments: String = r#""https://example.org/thanks/""#,
        /// The languages in which one may write.
        preferred_languages: Vec<Spanned<String>> = r#"["en", "ckb"]"#,
        /// The rules for those who look for holes.
        policy: String = r#""https://example.org/security/""#,
        /// The page of open positions.
        hiring: String = r#""https://example.org/jobs/""#,
    }
}

/// A date, with or without quotes.
#[derive(Debug)]
pub(crate) struct When(String);

impl Setting for When {
    const KIND: &'static str = "a date";

    fn read(value: Spanned<DeValue<'_>>, _: &mut Reader<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Datetime(date) => Some(Self(date.to_string())),
            DeValue::String(text) => Some(Self(text.to_string())),
            _ => None,
        }
    }
}

/// `ads_txt`: its lines, one by one or as one text.
#[derive(Debug)]
pub(crate) struct AdsLines(Vec<Spanned<String>>);

impl Setting for AdsLines {
    const KIND: &'static str = "the lines of the file, as a list or as one text";

    fn read(value: Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let span = value.span();
        let Some(text) = value.get_ref().as_str() else {
            return Vec::read(value, reader).map(Self);
        };
        let line = |line: &str| Spanned::new(span.clone(), line.to_owned());
        Some(Self(text.lines().map(line).collect()))
    }
}

/// The tables as written.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub robots: Option<Spanned<RobotsTable>>,
    pub security: Option<Spanned<SecurityTable>>,
    pub ads: Option<Spanned<AdsLines>>,
}

/// Resolves everything.
pub(super) fn notices(written: Written, zone: Tz, reader: &mut Reader<'_>) -> Notices {
    let Written { robots, security, ads } = written;
    let RobotsTable { ai, disallow } = robots.map(Spanned::into_inner).unwrap_or_default();
    let paths = disallow.map(Spanned::into_inner).unwrap_or_default();
    let lines = ads.map(|ads| ads.into_inner().0).unwrap_or_default();
    Notices {
        ai: reader.checked(ai, Ai::Allow, choice("ai", &POLICIES)),
        disallow: each(paths, reader, robots_path),
        security: security.and_then(|table| security_of(table.into_inner(), zone, reader)),
        ads: each(lines, reader, ads_line),
    }
}

/// Checks each entry of a list, and keeps those that pass.
fn each(
    entries: Vec<Spanned<String>>,
    reader: &mut Reader<'_>,
    check: impl Fn(&str) -> Result<String, Refusal>,
) -> Vec<String> {
    let one = |entry| reader.checked(Some(entry), None, |text: String| check(&text).map(Some));
    entries.into_iter().filter_map(one).collect()
}

fn refusal(message: String, help: impl Into<String>) -> Refusal {
    Refusal::new(Code::BadSettings, message, help)
}

/// What must be escaped in a path for robots; what is escaped already stays as it is.
const ESCAPED: &percent_encoding::AsciiSet =
    &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>');

/// A path as RFC 9309 has it: from the root, without what would begin a comment.
fn robots_path(path: &str) -> Result<String, Refusal> {
    if !path.starts_with('/') || path.contains('#') || path.chars().any(char::is_control) {
        let bare = path.trim().trim_start_matches("./").split('#').next().unwrap_or_default();
        let bare: String = bare.chars().filter(|c| !c.is_control()).collect();
        let help = format!("write `disallow = [\"/{}\"]`", bare.trim_start_matches('/'));
        return Err(refusal(format!("`{}` is not a path of this site", path.escape_debug()), help));
    }
    Ok(percent_encoding::utf8_percent_encode(path, ESCAPED).to_string())
}

fn security_of(table: SecurityTable, zone: Tz, reader: &mut Reader<'_>) -> Option<Security> {
    let SecurityTable {
        contact,
        expires,
        encryption,
        acknowledgments,
        preferred_languages,
        policy,
        hiring,
    } = table;
    let mut fields = contacts(contact?, reader);
    let pages = [
        ("Encryption", encryption),
        ("Acknowledgments", acknowledgments),
        ("Policy", policy),
        ("Hiring", hiring),
    ];
    for (name, page) in pages {
        let page = reader.checked(page, None, |page| address(&page, &["https:"]).map(Some));
        fields.extend(page.map(|page| (name, page)));
    }
    let languages = preferred_languages.map(Spanned::into_inner).unwrap_or_default();
    let languages = each(languages, reader, language);
    if !languages.is_empty() {
        fields.push(("Preferred-Languages", languages.join(", ")));
    }
    let expires = expires?;
    let place = reader.place(expires.span());
    let moment = |When(text): When| {
        Moment::parse(&text, zone)
            .map_err(|fact| Refusal::new(Code::BadDate, fact, "write `expires = 2027-06-01`"))
    };
    let expires = reader.checked(Some(expires), None, |when| moment(when).map(Some))?;
    Some(Security { fields, expires, place })
}

fn contacts(
    written: Spanned<Vec<Spanned<String>>>,
    reader: &mut Reader<'_>,
) -> Vec<(&'static str, String)> {
    let (span, written) = (written.span(), written.into_inner());
    if written.is_empty() {
        let help = "write `contact = [\"mailto:security@example.org\"]`";
        reader.refuse(span, refusal("`contact` names nobody".to_owned(), help));
    }
    let contacts =
        each(written, reader, |contact| address(contact, &["mailto:", "https:", "tel:"]));
    contacts.into_iter().map(|contact| ("Contact", contact)).collect()
}

/// A URI under one of these schemes (RFC 9116, section 2.5: web addresses must be secure).
fn address(written: &str, schemes: &[&str]) -> Result<String, Refusal> {
    let fine = !written.contains(char::is_whitespace) && !written.contains(char::is_control);
    if fine
        && schemes.iter().any(|scheme| written.len() > scheme.len() && written.starts_with(scheme))
    {
        return Ok(written.to_owned());
    }
    let bare: String = written.split_whitespace().collect();
    let better = match bare.split_once("://") {
        Some((_, rest)) => format!("https://{rest}"),
        None if bare.contains('@') && schemes.contains(&"mailto:") => format!("mailto:{bare}"),
        None => format!("https://{}", if bare.contains('.') { &bare } else { "example.org/" }),
    };
    let begin = one_of(schemes.iter().copied());
    let message = format!("`{}` must begin with {begin}, without blanks", written.escape_debug());
    Err(refusal(message, format!("write `\"{better}\"`")))
}

fn language(code: &str) -> Result<String, Refusal> {
    let lang = Lang::parse(code).map(|lang| lang.as_str().to_owned());
    lang.ok_or_else(|| {
        let message = format!("`{}` is not a language code", code.escape_debug());
        Refusal::new(
            Code::BadLanguage,
            message,
            "write a BCP 47 tag such as `en`, `ckb` or `pt-BR`",
        )
    })
}

/// What may stand before `=` in ads.txt.
const VARIABLES: [&str; 5] =
    ["CONTACT", "SUBDOMAIN", "INVENTORYPARTNERDOMAIN", "OWNERDOMAIN", "MANAGERDOMAIN"];

/// A line of ads.txt (IAB Tech Lab, ads.txt 1.1): a comment, a variable, or a seller: domain,
/// account, `DIRECT` or `RESELLER`, and the seller's id at an authority.
fn ads_line(line: &str) -> Result<String, Refusal> {
    let record = line.split('#').next().unwrap_or_default().trim();
    // Extensions follow a semicolon.
    let record = record.split(';').next().unwrap_or_default();
    let fact = if line.chars().any(|c| c.is_control() && c != '\t') {
        Some("holds a control character or several lines".to_owned())
    } else if record.is_empty() {
        None
    } else if let Some((name, value)) = variable(record) {
        variable_fault(name, value)
    } else {
        seller_fault(record)
    };
    let Some(fact) = fact else { return Ok(line.trim_end().to_owned()) };
    let help = format!(
        "a line is `{}`, or one of {} with `=` and a value",
        "adexchange.example, 12345, DIRECT, abc123",
        one_of(VARIABLES.into_iter())
    );
    Err(refusal(format!("`{}` {fact}", line.trim().escape_debug()), help).of_part(line.trim()))
}

fn variable(record: &str) -> Option<(&str, &str)> {
    let (name, value) = record.split_once('=')?;
    (!name.contains(',')).then(|| (name.trim(), value.trim()))
}

fn variable_fault(name: &str, value: &str) -> Option<String> {
    let known = VARIABLES.iter().any(|known| known.eq_ignore_ascii_case(name));
    let domain = value.split(',').next().unwrap_or_default().trim();
    if !known {
        Some(format!("sets `{name}`, which ads.txt does not know"))
    } else if value.is_empty() {
        Some(format!("says nothing behind `{name}=`"))
    } else if !name.eq_ignore_ascii_case("CONTACT") && !is_domain(domain) {
        Some(format!("has `{domain}` where a domain belongs"))
    } else {
        None
    }
}

fn seller_fault(record: &str) -> Option<String> {
    let fields: Vec<&str> = record.split(',').map(str::trim).collect();
    let [domain, account, relation, authority @ ..] = fields.as_slice() else {
        return Some("has fewer than three fields".to_owned());
    };
    if !is_domain(domain) {
        Some(format!("has `{domain}` where the domain of a seller belongs"))
    } else if account.is_empty() || account.contains(char::is_whitespace) {
        Some("has no account, or one with blanks in it".to_owned())
    } else if !["DIRECT", "RESELLER"].iter().any(|known| relation.eq_ignore_ascii_case(known)) {
        Some(format!("has `{relation}` where `DIRECT` or `RESELLER` belongs"))
    } else if authority.len() > 1 || authority.iter().any(|id| !plain(id)) {
        Some("has more than the seller's id at an authority behind it".to_owned())
    } else {
        None
    }
}

fn plain(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.contains('.') && text.split('.').all(label)
}

/// A year, in seconds: what RFC 9116, section 2.5.5 recommends as the longest life of a
/// security.txt.
const YEAR: i64 = 366 * 24 * 60 * 60;

impl Notices {
    /// What is wrong with security.txt at a moment: it has expired, or lives too long for
    /// anybody to trust what it says.
    #[must_use]
    pub fn fault(&self, at: Moment, zone: Tz) -> Option<Diagnostic> {
        let Security { expires, place, .. } = self.security.as_ref()?;
        let day = expires.in_zone(zone).date_naive();
        let next = Moment(at.0.saturating_add(YEAR - 86_400)).in_zone(zone).date_naive();
        let message = if *expires <= at {
            format!("security.txt has expired on {day}, so nobody may rely on it")
        } else if expires.0 - at.0 > YEAR {
            format!("security.txt expires on {day}, which is more than a year ahead")
        } else {
            return None;
        };
        let finding = Diagnostic::new(Code::SecurityExpires, message).at(place.clone());
        Some(finding.help(format!("see that it still holds, and write `expires = {next}`")))
    }
}

#[cfg(test)]
mod tests;
