//! `[publisher]`: the organisation behind the outlet, and what it holds itself to.
//!
//! Invariant: this is what the outlet says of itself; whether the pages that it names are there
//! is asked when they are written down. The policies are those of schema.org's
//! `NewsMediaOrganization`, <https://schema.org/NewsMediaOrganization>.

use super::{
    resolve::words,
    written::{Reader, Refusal, section},
};
use crate::base::Code;
use serde::Serialize;
use toml::Spanned;

/// The organisation behind the outlet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Publisher {
    /// Its name; that of the outlet where it has none of its own.
    pub name: String,
    /// Its name in law; may be empty.
    pub legal_name: String,
    /// Its logo: a static file or an absolute URL; may be empty.
    pub logo: String,
    /// A year, a month or a day; may be empty.
    pub founding_date: String,
    /// Its accounts elsewhere.
    pub same_as: Vec<String>,
    /// Properties of schema.org, each with the page that says it.
    pub policies: Vec<(&'static str, String)>,
}

section! {
    /// `[publisher]`.
    PublisherTable is "a table" {
        /// The organisation's name.
        name: String = r#""Valley Media""#,
        /// Its name in law.
        legal_name: String = r#""Valley Media Ltd""#,
        /// Its logo.
        logo: String = r#""/images/logo.png""#,
        /// When it began.
        founding_date: String = r#""1998-05-01""#,
        /// Its accounts elsewhere.
        same_as: Vec<Spanned<String>> = r#"["https://social.example/@valley"]"#,
        /// What it holds itself to.
        policies: PoliciesTable = r#"{ ethics = "/ethics/" }"#,
    }
}

section! {
    /// `[publisher.policies]`.
    PoliciesTable is "a table" {
        /// `publishingPrinciples`.
        principles: String = r#""@/pages/principles.md""#,
        /// `ethicsPolicy`.
        ethics: String = r#""/ethics/""#,
        /// `correctionsPolicy`.
        corrections: String = r#""/corrections/""#,
        /// `ownershipFundingInfo`.
        ownership: String = r#""/about/#money""#,
        /// `diversityPolicy`.
        diversity: String = r#""/diversity/""#,
        /// `masthead`.
        masthead: String = r#""/about/#newsroom""#,
        /// `missionCoveragePrioritiesPolicy`.
        mission: String = r#""/about/""#,
        /// `unnamedSourcesPolicy`.
        unnamed_sources: String = r#""/ethics/#sources""#,
        /// `verificationFactCheckingPolicy`.
        verification: String = r#""/ethics/#facts""#,
        /// `actionableFeedbackPolicy`.
        feedback: String = r#""/contact/""#,
        /// `noBylinesPolicy`.
        no_bylines: String = r#""/ethics/#bylines""#,
    }
}

/// The organisation as meant; `outlet` is the outlet's name.
pub(super) fn publisher(
    written: Option<Spanned<PublisherTable>>,
    outlet: &str,
    reader: &mut Reader<'_>,
) -> Publisher {
    let table = written.map(Spanned::into_inner).unwrap_or_default();
    let PublisherTable { name, legal_name, logo, founding_date, same_as, policies } = table;
    let accounts = same_as.map(Spanned::into_inner).unwrap_or_default().into_iter();
    let account = |entry| reader.checked(Some(entry), None, |url| absolute(url).map(Some));
    Publisher {
        same_as: accounts.filter_map(account).collect(),
        name: reader.checked(name, outlet.to_owned(), words("name")),
        legal_name: reader.checked(legal_name, String::new(), words("legal_name")),
        logo: reader.checked(logo, String::new(), place),
        founding_date: reader.checked(founding_date, String::new(), date),
        policies: pages(policies.map(Spanned::into_inner).unwrap_or_default(), reader),
    }
}

fn pages(table: PoliciesTable, reader: &mut Reader<'_>) -> Vec<(&'static str, String)> {
    let PoliciesTable {
        principles,
        ethics,
        corrections,
        ownership,
        diversity,
        masthead,
        mission,
        unnamed_sources,
        verification,
        feedback,
        no_bylines,
    } = table;
    let written = [
        ("publishingPrinciples", principles),
        ("ethicsPolicy", ethics),
        ("correctionsPolicy", corrections),
        ("ownershipFundingInfo", ownership),
        ("diversityPolicy", diversity),
        ("masthead", masthead),
        ("missionCoveragePrioritiesPolicy", mission),
        ("unnamedSourcesPolicy", unnamed_sources),
        ("verificationFactCheckingPolicy", verification),
        ("actionableFeedbackPolicy", feedback),
        ("noBylinesPolicy", no_bylines),
    ];
    let read = |(name, page)| {
        let page: Option<String> = reader.checked(page, None, |page| place(page).map(Some));
        page.map(|page| (name, page))
    };
    written.into_iter().filter_map(read).collect()
}

/// A place on this site, or an absolute address.
fn place(text: String) -> Result<String, Refusal> {
    let fine = ["/", "@/", "https://", "http://"].iter().any(|start| text.starts_with(start));
    fine.then(|| text.clone()).ok_or_else(|| {
        let help = "write a path such as `\"/ethics/\"`, a file such as `\"@/pages/ethics.md\"`, \
                    or an absolute address";
        Refusal::new(Code::BadSettings, format!("`{text}` is neither a path nor an address"), help)
    })
}

fn absolute(text: String) -> Result<String, Refusal> {
    let fine = ["https://", "http://"].iter().any(|start| text.starts_with(start));
    fine.then(|| text.clone()).ok_or_else(|| {
        let help = "write it whole, such as `\"https://social.example/@valley\"`";
        Refusal::new(Code::BadSettings, format!("`{text}` is not an absolute address"), help)
    })
}

/// A year, a month or a day, as ISO 8601 writes them.
fn date(text: String) -> Result<String, Refusal> {
    let whole = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.clone(),
    };
    let fine = whole.len() == 10 && whole.parse::<chrono::NaiveDate>().is_ok();
    fine.then_some(text.clone()).ok_or_else(|| {
        let help = "write a year, a month or a day, such as `founding_date = \"1998-05-01\"`";
        Refusal::new(Code::BadSettings, format!("`{text}` is not a date"), help)
    })
}
