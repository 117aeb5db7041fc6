//! The language editions: `language` and `[languages.CODE]` → [`Edition`]s.
//!
//! Invariant: the default language comes first and the others in the order of their codes, so
//! an edition's index depends on site.toml alone and not on the order of its lines.

use super::{
    file::LanguageTable,
    menu::menu,
    model::{Edition, MenuItem},
    resolve::words,
    values::Named,
    written::{Reader, Refusal},
};
use crate::base::{Code, Diagnostic, Lang, Place};
use serde_json::Value;
use toml::Spanned;

/// An article keeps its edition's index in one byte.
const MOST: usize = 250;

/// Languages by their own names. CLDR has them too, but not in the part of `icu` that is
/// stable, and an outlet can always say it better with `name`.
const OWN_NAMES: [(&str, &str); 11] = [
    ("ar", "العربية"),
    ("ckb", "کوردیی ناوەندی"),
    ("de", "Deutsch"),
    ("en", "English"),
    ("es", "Español"),
    ("fa", "فارسی"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("kmr", "Kurmancî"),
    ("ku", "Kurmancî"),
    ("tr", "Türkçe"),
];

/// What an edition has that says nothing of its own. Only the outlet's name holds in every
/// language; a description or a menu in another one would be foreign words.
#[derive(Clone, Default)]
pub(super) struct Fallback {
    pub title: String,
    pub description: String,
    pub menu: Vec<MenuItem>,
}

/// An edition before its values are looked at.
struct Claim {
    lang: Lang,
    /// The code as written; empty for the default language.
    code: String,
    place: Option<Place>,
    table: LanguageTable,
}

/// Resolves all editions.
pub(super) fn editions(
    language: Option<Spanned<String>>,
    languages: Named<LanguageTable>,
    fallback: Fallback,
    reader: &mut Reader<'_>,
) -> Vec<Edition> {
    let claims = claims(language, languages, reader);
    refuse_twins(&claims, reader);
    refuse_crowds(&claims, reader);
    let foreign = Fallback { title: fallback.title.clone(), ..Fallback::default() };
    let fallbacks = std::iter::once(fallback).chain(std::iter::repeat(foreign));
    claims
        .into_iter()
        .zip(fallbacks)
        .map(|(claim, fallback)| edition(claim, fallback, reader))
        .collect()
}

/// The default language first, with its own table if it has one.
fn claims(
    language: Option<Spanned<String>>,
    languages: Named<LanguageTable>,
    reader: &mut Reader<'_>,
) -> Vec<Claim> {
    let place = language.as_ref().map(|written| reader.place(written.span()));
    let english = Lang::parse("en").expect("`en` is a language tag");
    let lang = reader.checked(language, english, |code| parse(&code));
    let mut default = Claim { lang, code: String::new(), place, table: LanguageTable::default() };
    let mut own_table = None;
    let mut others = Vec::new();
    for (code, table) in languages.0 {
        let place = Some(reader.place(code.span()));
        match parse(code.get_ref()) {
            Err(refusal) => reader.refuse(code.span(), refusal),
            Ok(lang) if lang == default.lang && own_table.is_none() => {
                own_table = Some((place, table));
            }
            Ok(lang) => others.push(Claim { lang, code: code.into_inner(), place, table }),
        }
    }
    if let Some((place, table)) = own_table {
        default = Claim { place, table, ..default };
    }
    others.sort_by(|a, b| a.code.cmp(&b.code));
    others.insert(0, default);
    others
}

fn parse(code: &str) -> Result<Lang, Refusal> {
    Lang::parse(code).ok_or_else(|| {
        let help = "write a BCP 47 tag such as `en`, `ckb`, `ku` or `pt-BR`";
        Refusal::new(Code::BadLanguage, format!("`{code}` is not a language code"), help)
    })
}

/// `pt-BR` and `pt-br` are one language, and so are `ku` and its alias `kmr`.
fn refuse_twins(claims: &[Claim], reader: &mut Reader<'_>) {
    for (at, claim) in claims.iter().enumerate() {
        let twin = |other: &&Claim| other.lang.locale() == claim.lang.locale();
        let Some(first) = claims[..at].iter().find(twin) else { continue };
        let other = if first.code.is_empty() { first.lang.as_str() } else { &first.code };
        let message = format!("`{}` is the same language as `{other}`", claim.code);
        let mut finding = Diagnostic::new(Code::BadLanguage, message)
            .help("keep one of the two, and put its stories into one folder");
        finding.at.clone_from(&claim.place);
        finding.also.extend(first.place.clone());
        reader.report_as_is(finding);
    }
}

fn refuse_crowds(claims: &[Claim], reader: &mut Reader<'_>) {
    if let Some(claim) = claims.get(MOST) {
        let message = format!("{} languages are more than the {MOST} there can be", claims.len());
        let mut finding = Diagnostic::new(Code::BadSettings, message)
            .help("make an outlet of its own, with its own site.toml, for some of them");
        finding.at.clone_from(&claim.place);
        reader.report_as_is(finding);
    }
}

fn edition(claim: Claim, fallback: Fallback, reader: &mut Reader<'_>) -> Edition {
    let Claim { lang, code, place: _, table } = claim;
    let LanguageTable { name, title, description, menu: entries, extra } = table;
    Edition {
        name: reader.checked(name, own_name(&lang), words("name")),
        title: reader.checked(title, fallback.title, words("title")),
        description: description.map_or(fallback.description, Spanned::into_inner),
        menu: match entries {
            Some(entries) => menu(entries.into_inner(), reader),
            None => fallback.menu,
        },
        extra: Value::Object(extra.map(Spanned::into_inner).unwrap_or_default()),
        prefix: code,
        lang,
    }
}

fn own_name(lang: &Lang) -> String {
    let known = OWN_NAMES.iter().find(|(code, _)| *code == lang.as_str());
    known.map_or(lang.as_str(), |(_, name)| name).to_owned()
}
