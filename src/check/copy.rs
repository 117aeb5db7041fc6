//! The story's own furniture: headline, standfirst, lead picture, alternative texts, and the
//! story it translates.
//!
//! Invariant: each fault is about one file and can be mended there.

use super::{
    article,
    fault::{Fault, Spot, short},
};
use crate::{
    base::{Code, Moment},
    content::{Article, Kind, Link},
    edition::{Index, Slot, gate, links, translations},
    site::{Csp, Site},
};
use icu::segmenter::GraphemeClusterSegmenter;

/// What could be better in an article.
pub(super) fn faults(index: &Index, slot: Slot) -> Vec<Fault> {
    let article = article(index, slot);
    let story = article.kind == Kind::Story;
    let mut faults = Vec::new();
    faults.extend(long_headline(article, index.site.lint.headline_max));
    faults.extend((story && article.summary.is_empty()).then(missing_summary));
    faults.extend(lead(article));
    let inside = article.inside.open();
    faults.extend(inside.pictures.iter().filter(|picture| !picture.alt).map(|picture| {
        let message = format!("the picture `{}` has no alternative text", short(&picture.target));
        Fault::new(Code::MissingAlt, Spot::target(picture), message).help(
            "say what is to be seen: `![What is to be seen](picture.jpg)`, or `alt=\"…\"` in HTML",
        )
    }));
    faults.extend(inside.frames.iter().filter_map(|frame| blocked_frame(&index.site.csp, frame)));
    faults.extend(inside.links.iter().filter_map(script_link));
    faults.extend(inside.scripts.iter().filter_map(|script| blocked_script(&index.site, script)));
    faults.extend(translation(index, article));
    faults.extend(double_translation(index, slot));
    faults.extend(dated_ahead(index.admitted.at(), article));
    faults
}

fn long_headline(article: &Article, most: usize) -> Option<Fault> {
    let length = characters(&article.title, most);
    if article.kind != Kind::Story || length <= most {
        return None;
    }
    let message = format!("the headline has {length} characters; the limit is {most}");
    let fault = Fault::new(Code::LongHeadline, Spot::key("title"), message);
    Some(
        fault.help(
            "shorten it, and say the rest in `summary`; the limit is `headline_max` in `[lint]`",
        ),
    )
}

/// How many characters readers see (UAX #29): a letter with its accents is one, as is a family of
/// emoji. No text has more of them than code points, so most headlines are not taken apart.
fn characters(text: &str, most: usize) -> usize {
    match text.chars().count() {
        points if points <= most => points,
        _ => GraphemeClusterSegmenter::new().segment_str(text).skip(1).count(),
    }
}

fn missing_summary() -> Fault {
    let message = "the story has no `summary`";
    Fault::new(Code::MissingSummary, Spot::Name("title"), message)
        .help("add a standfirst below the title: `summary = \"…\"`")
}

/// What is missing around the lead picture.
fn lead(article: &Article) -> Vec<Fault> {
    let Some(image) = &article.image else { return Vec::new() };
    let fault = |code, message: &str, help: &str| {
        Fault::new(code, Spot::Key("image", image.src.clone()), message).help(help)
    };
    let alt = image.alt.is_empty().then(|| {
        fault(
            Code::MissingAlt,
            "the lead picture has no alternative text",
            "say what is to be seen: `image = { src = \"…\", alt = \"…\" }`",
        )
    });
    let credit = image.credit.is_empty().then(|| {
        fault(
            Code::MissingCredit,
            "the lead picture has no credit",
            "say who made it: `image = { src = \"…\", alt = \"…\", credit = \"…\" }`",
        )
    });
    alt.into_iter().chain(credit).collect()
}

/// A page of another host in a frame, which the policy does not let browsers show.
fn blocked_frame(csp: &Csp, frame: &Link) -> Option<Fault> {
    let url = match frame.target.strip_prefix("//") {
        Some(rest) => format!("https://{rest}"),
        None => frame.target.to_string(),
    };
    let (scheme, rest) = url.split_once("://")?;
    if csp.lets_frame(&url) {
        return None;
    }
    let host = format!("{scheme}://{}", rest.split(['/', '?', '#']).next().unwrap_or_default());
    let message = format!("browsers will not show the frame from `{}`", short(&host));
    let fault = Fault::new(Code::BlockedFrame, Spot::target(frame), message);
    let more: Vec<String> = csp.frames.iter().chain([&host]).map(|h| format!("\"{h}\"")).collect();
    let help = "name its host under `frames` in `[csp]` of site.toml, or take the frame out";
    let fault = fault.label("not let by the policy").help(help);
    Some(Fault {
        notes: vec![format!("in site.toml: `csp.frames = [{}]`", more.join(", "))],
        ..fault
    })
}

fn script_link(link: &Link) -> Option<Fault> {
    let fault = |message| Fault::new(Code::BlockedScript, Spot::target(link), message);
    links::is_script(&link.target).then(|| {
        fault("a link leads to a script; readers see its words alone")
            .label("no address")
            .help("link to a page, or put the script into the theme")
    })
}

/// A script of a story that the policy does not let browsers run.
fn blocked_script(site: &Site, script: &Link) -> Option<Fault> {
    let written = &*script.target;
    let is_address = written.contains(['/', '.', ':']);
    let is_elsewhere = written.contains("//") && site.base_url.path_of(written).is_none();
    let url = format!("{}{written}", if written.starts_with("//") { "https:" } else { "" });
    let (fine, help) = match (is_address, is_elsewhere) {
        (true, true) => {
            let help = "name its host under `scripts` in `[csp]` of site.toml, or take it out";
            (site.csp.lets_script(&url), help)
        }
        (true, false) => (true, ""),
        (false, _) => (site.csp.lets_inline(), "put the script into the theme, or take it out"),
    };
    let message = format!("browsers will not run `{}`", short(written));
    let fault = Fault::new(Code::BlockedScript, Spot::target(script), message);
    (!fine).then(|| fault.label("not let by the policy").help(help))
}

/// Changes that nobody can have made yet. Those of a story that waits count from its beginning.
fn dated_ahead(now: Moment, article: &Article) -> Vec<Fault> {
    let now = gate::opens(article).max(now);
    let fault = |key, what: &str, help: &str| {
        let message = format!("{what} is dated ahead, and is not shown before that moment");
        Fault::new(Code::DatedAhead, Spot::Name(key), message).label("in the future").help(help)
    };
    let updated = article.updated.filter(|updated| *updated > now);
    let updated = updated
        .map(|_| fault("updated", "the update", "write the moment at which the story was changed"));
    let corrected = article.corrections.iter().filter(|correction| correction.date > now);
    let corrected = corrected
        .map(|_| fault("corrections", "a correction", "write the moment at which it was made"));
    updated.into_iter().chain(corrected).collect()
}

fn translation(index: &Index, article: &Article) -> Option<Fault> {
    let rows = index.admitted.everything();
    let written = &*article.translation_of;
    if written.is_empty() || translations::original(rows, article).is_some() {
        return None;
    }
    let message = format!(
        "`translation_of` names `{}`, which is no story in another language",
        short(written)
    );
    let spot = Spot::Key("translation_of", written.into());
    Some(Fault::new(Code::UnknownTranslation, spot, message).help(
        "write the path of the original below `content/`, such as \
         `translation_of = \"politics/2026/11/vote.md\"`",
    ))
}

/// A story whose readers in other languages are led to another one of its own language.
fn double_translation(index: &Index, slot: Slot) -> Option<Fault> {
    let article = article(index, slot);
    let other = self::article(index, index.displaced_by(slot)?);
    let spot = match &*article.translation_of {
        "" => Spot::key("title"),
        written => Spot::Key("translation_of", written.into()),
    };
    let message = format!(
        "readers of other languages are led to `content/{}`, which translates the same story",
        other.path
    );
    Some(Fault::new(Code::DoubleTranslation, spot, message).help(
        "let one story in each language name the original in `translation_of`, and none stand at \
         its path beside that one",
    ))
}
