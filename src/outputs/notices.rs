//! robots.txt, security.txt and ads.txt.
//!
//! Rules: RFC 9309 (robots), RFC 9116 (security), IAB Tech Lab's ads.txt 1.1. A search engine is
//! never among the programs turned away: Googlebot, Bingbot and Applebot stay out of the table
//! below, and whoever does not want them says so under `disallow`.

use super::Rendered;
use crate::{
    base::UrlPath,
    edition::Query,
    site::{Ai, BaseUrl, Notices, urls},
    theme::Press,
};
use Use::{Search, Training, User};
use percent_encoding::{CONTROLS, utf8_percent_encode};
use std::{fmt::Write, sync::Arc};

/// What an AI company's program reads pages for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Use {
    /// To train models.
    Training,
    /// To find pages that answers will cite.
    Search,
    /// Because somebody has just asked for it. Some companies say that robots.txt does not bind
    /// such a visit.
    User,
}

/// Programs of AI companies by the names that robots.txt calls them by, each with the page on
/// which the company says so. Known as of November 2026; names without such a page are left out.
const AI: &[(&str, Use, &str)] = &[
    ("GPTBot", Training, "developers.openai.com/docs/bots"),
    ("OAI-SearchBot", Search, "developers.openai.com/docs/bots"),
    ("ChatGPT-User", User, "developers.openai.com/docs/bots"),
    ("ClaudeBot", Training, "support.claude.com/en/articles/8896518"),
    ("Claude-SearchBot", Search, "support.claude.com/en/articles/8896518"),
    ("Claude-User", User, "support.claude.com/en/articles/8896518"),
    // A word that Google's own crawlers obey; it is no crawler, and search does not depend on it.
    ("Google-Extended", Training, "developers.google.com/crawling/docs/crawlers-fetchers"),
    ("Applebot-Extended", Training, "support.apple.com/en-us/119829"),
    (
        "meta-externalagent",
        Training,
        "developers.facebook.com/docs/sharing/webmasters/web-crawlers",
    ),
    ("meta-webindexer", Search, "developers.facebook.com/docs/sharing/webmasters/web-crawlers"),
    ("meta-externalfetcher", User, "developers.facebook.com/docs/sharing/webmasters/web-crawlers"),
    ("Amazonbot", Training, "developer.amazon.com/amazonbot"),
    ("Amzn-SearchBot", Search, "developer.amazon.com/amazonbot"),
    ("Amzn-User", User, "developer.amazon.com/amazonbot"),
    ("PerplexityBot", Search, "docs.perplexity.ai/guides/bots"),
    ("Perplexity-User", User, "docs.perplexity.ai/guides/bots"),
    ("MistralAI-Training", Training, "docs.mistral.ai/robots"),
    ("MistralAI-Index", Search, "docs.mistral.ai/robots"),
    ("MistralAI-User", User, "docs.mistral.ai/robots"),
    ("CCBot", Training, "commoncrawl.org/ccbot"),
    ("AI2Bot", Training, "allenai.org/crawler"),
    ("DuckAssistBot", Search, "duckduckgo.com/duckduckgo-help-pages/results/duckassistbot"),
];

impl Use {
    /// Whether a program with this use is turned away.
    fn is_refused(self, policy: Ai) -> bool {
        match policy {
            Ai::Allow => false,
            Ai::SearchOnly => self == Training,
            Ai::Disallow => true,
        }
    }
}

/// One of the files.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Notice {
    /// `robots.txt`.
    Robots,
    /// `.well-known/security.txt`.
    Security,
    /// `ads.txt`.
    Ads,
}

impl Notice {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Robots, Self::Security, Self::Ads];

    /// Where it is, without the slash at the beginning.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Robots => "robots.txt",
            Self::Security => ".well-known/security.txt",
            Self::Ads => "ads.txt",
        }
    }

    fn url(self) -> UrlPath {
        urls::file_below(&UrlPath::root(), self.path())
    }

    /// Whether the settings ask for it.
    #[must_use]
    pub fn is_wanted(self, notices: &Notices) -> bool {
        match self {
            Self::Robots => true,
            Self::Security => notices.security.is_some(),
            Self::Ads => !notices.ads.is_empty(),
        }
    }
}

/// Writes one of the files.
#[must_use]
pub fn render(press: &Arc<Press>, notice: Notice) -> Rendered {
    let tracer = press.tracer();
    let site = &tracer.ask(Query::Notices).site;
    let text = match notice {
        Notice::Robots => robots(&site.notices, &site.base_url),
        Notice::Security => security(&site.notices, &site.base_url),
        Notice::Ads => lines(&site.notices.ads),
    };
    Rendered::text(text, tracer.finish())
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Programs that are turned away form a group of their own, which is the only one they read
/// (RFC 9309, section 2.2.1).
fn robots(notices: &Notices, base: &BaseUrl) -> String {
    let mut text = String::new();
    let refused = AI.iter().filter(|(_, of, _)| of.is_refused(notices.ai));
    for (name, ..) in refused {
        let _ = writeln!(text, "User-agent: {name}");
    }
    if !text.is_empty() {
        text.push_str("Disallow: /\n\n");
    }
    text.push_str("User-agent: *\n");
    for path in &notices.disallow {
        // In ASCII alone (RFC 9309, section 2.2.2).
        let path = utf8_percent_encode(path, CONTROLS);
        let _ = writeln!(text, "Disallow: {}{path}", base.path);
    }
    let sitemap = base.absolute(&urls::file_below(&UrlPath::root(), "sitemap.xml"));
    text + &format!("Allow: /\n\nSitemap: {sitemap}\n")
}

fn security(notices: &Notices, base: &BaseUrl) -> String {
    let Some(security) = &notices.security else { return String::new() };
    let mut text = String::new();
    for (name, value) in &security.fields {
        let _ = writeln!(text, "{name}: {value}");
    }
    let canonical = base.absolute(&Notice::Security.url());
    let expires = security.expires.rfc3339(chrono_tz::Tz::UTC);
    text + &format!("Expires: {expires}\nCanonical: {canonical}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(ai: Ai, disallow: &[&str]) -> String {
        let disallow = disallow.iter().map(|path| (*path).to_owned()).collect();
        let base = BaseUrl::parse("https://x.org/news").expect("a base URL");
        robots(&Notices { ai, disallow, ..Notices::default() }, &base)
    }

    #[test]
    fn a_policy_turns_away_whom_it_says() {
        for (ai, away, welcome) in [
            (Ai::Allow, &[][..], &["GPTBot", "OAI-SearchBot", "ChatGPT-User"][..]),
            (Ai::SearchOnly, &["GPTBot", "CCBot"], &["OAI-SearchBot", "Claude-User"]),
            (Ai::Disallow, &["GPTBot", "OAI-SearchBot", "Claude-User"], &[]),
        ] {
            let text = written(ai, &[]);
            let (first, rest) = text.split_once("User-agent: *\n").expect("a group for all");
            for name in away {
                assert!(first.contains(&format!("User-agent: {name}\n")), "{ai:?}: {text}");
            }
            welcome.iter().for_each(|name| assert!(!text.contains(name), "{ai:?}: {text}"));
            assert_eq!(first.contains("Disallow: /\n"), ai != Ai::Allow, "{text}");
            assert_eq!(rest, "Allow: /\n\nSitemap: https://x.org/news/sitemap.xml\n");
        }
    }

    #[test]
    fn paths_are_the_hosts() {
        let text = written(Ai::Allow, &["/search/", "/*.pdf$", "/گەڕان/%20"]);
        assert!(text.contains("Disallow: /news/search/\nDisallow: /news/*.pdf$\n"), "{text}");
        let own = "/news/%DA%AF%DB%95%DA%95%D8%A7%D9%86/%20";
        assert!(text.contains(&format!("Disallow: {own}\nAllow: /\n")), "{text}");
    }

    #[test]
    fn search_engines_are_never_turned_away() {
        for engine in ["*", "Googlebot", "Googlebot-News", "bingbot", "Applebot", "DuckDuckBot"] {
            assert!(AI.iter().all(|(name, ..)| !name.eq_ignore_ascii_case(engine)), "{engine}");
        }
        let mut names: Vec<&str> = AI.iter().map(|(name, ..)| *name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), AI.len(), "each stands there once");
        assert!(AI.iter().all(|(_, _, source)| source.contains('/')), "each with its source");
    }
}
