//! `masthead explain`: a diagnostic code, or a page.

use super::{
    FINE, SITE, USAGE,
    args::{Explain, Format},
    build::{in_words, refuse},
    misused, put, put_json, tell,
};
use crate::{
    base::{Code, Severity, suggest},
    build::{
        explain,
        explain::{Explained, Page, Question, Withheld},
        stale::Verdict,
    },
    edition::State,
};
use serde_json::{Value, json};

/// Explains what was typed: a code if there is one of that name, else what is at an address.
pub fn run(args: &Explain) -> u8 {
    let Some(what) = args.what.as_deref() else { return put(&codes(), FINE) };
    if let Some(code) = Code::from_slug(what) {
        return match args.format {
            Format::Text => put(&code_in_words(code), FINE),
            Format::Json => put_json(&code_as_json(code), FINE),
        };
    }
    // Every address has a slash or a dot in it, and no code has.
    if what.contains(['/', '.']) { page(args, what) } else { unknown_code(what) }
}

/// Every code with its level, a line each.
fn codes() -> String {
    let line = |code: &Code| {
        let first = code.explanation().split_inclusive(". ").next().unwrap_or_default();
        format!("{:<22} {:<8} {}\n", code.slug(), level(code.severity()), first.trim_end())
    };
    Code::ALL.iter().map(line).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn code_in_words(code: Code) -> String {
    let slug = code.slug();
    let explanation = code.explanation();
    let level = level(code.severity());
    if !code.is_weighable() {
        return format!("{slug} ({level})\n\n{explanation}\n");
    }
    format!(
        "{slug} ({level})\n\n{explanation}\n\n`masthead check` can weigh it otherwise; in site.toml:\n\n\
         [lint]\n{slug} = \"{level}\" # or \"error\", \"warning\", \"note\", \"off\"\n"
    )
}

fn code_as_json(code: Code) -> Value {
    json!({
        "code": code.slug(),
        "severity": level(code.severity()),
        "explanation": code.explanation(),
    })
}

fn unknown_code(what: &str) -> u8 {
    let slugs = Code::ALL.iter().map(|code| code.slug());
    match suggest::nearest(what, slugs) {
        Some(near) => {
            let help = format!("did you mean `{near}`? For a page, write its path: `/{what}/`");
            misused(&format!("there is no code `{what}`"), &help)
        }
        None => {
            tell(&codes());
            let help = format!("for a page, write its path: `/{what}/`; the codes stand above");
            misused(&format!("there is no code `{what}`"), &help)
        }
    }
}

fn page(args: &Explain, what: &str) -> u8 {
    let options = match args.common.options(args.output.as_deref(), false) {
        Ok(options) => options,
        Err(why) => return misused(&why, ""),
    };
    match (explain(&options, what), args.format) {
        (Err(failure), format) => refuse(&failure, format),
        (Ok(explained), Format::Json) => put_json(&as_json(&explained), code_of(&explained)),
        (Ok(Explained::Page(page)), Format::Text) => put(&page_in_words(&page), FINE),
        (Ok(Explained::Withheld(it)), Format::Text) => put(&withheld_in_words(&it), SITE),
        (Ok(Explained::Nothing { nearest }), Format::Text) => {
            let help = nearest.map(|near| format!("did you mean `{near}`?"));
            misused(&format!("there is no page at `{what}`"), &help.unwrap_or_default())
        }
    }
}

fn code_of(explained: &Explained) -> u8 {
    match explained {
        Explained::Page(_) => FINE,
        Explained::Withheld(_) => SITE,
        Explained::Nothing { .. } => USAGE,
    }
}

fn page_in_words(page: &Page) -> String {
    let mut lines = vec![page.url.clone(), format!("  file      {}", page.output)];
    if page.source.as_deref() != Some(&page.shows) {
        lines.push(format!("  shows     {}", page.shows));
    }
    lines.extend(page.source.iter().map(|source| format!("  source    {source}")));
    if let Some((name, file)) = &page.template {
        lines.push(format!("  template  {name}, from {file}"));
    }
    lines.push(format!("  state     {}", verdict_in_words(page)));
    if !page.asked.is_empty() {
        lines.push(format!("  asked     {} (* has another answer now)", page.asked.len()));
    }
    let mark = |question: &Question| if question.changed { '*' } else { ' ' };
    lines.extend(page.asked.iter().map(|q| format!("          {} {}", mark(q), q.words)));
    lines.join("\n") + "\n"
}

fn verdict_in_words(page: &Page) -> String {
    let changed = page.asked.iter().filter(|question| question.changed).count();
    match page.verdict {
        Verdict::Fresh => "fresh: nothing that it asked has another answer".to_owned(),
        Verdict::Unknown => {
            "would be rendered now: the ledger has no record of this page".to_owned()
        }
        Verdict::OtherOwner => {
            "would be rendered now: something else was at this place before".to_owned()
        }
        Verdict::OtherAnswers => {
            format!(
                "would be rendered now: {changed} of its questions {} another answer",
                has(changed)
            )
        }
        Verdict::Altered => {
            "would be rendered now: its file is missing, or is not the one that was written"
                .to_owned()
        }
    }
}

fn has(n: usize) -> &'static str {
    if n == 1 { "has" } else { "have" }
}

fn withheld_in_words(it: &Withheld) -> String {
    let moment = it.moment.map(|moment| in_words(moment, it.timezone)).unwrap_or_default();
    let why = match it.state {
        State::Draft => "it is a draft".to_owned(),
        State::Embargoed => format!("it is under embargo until {moment}"),
        State::Expired => format!("it expired on {moment}"),
        State::Published => "nothing shows it".to_owned(),
    };
    format!("{} has no page: {why}\n", it.source)
}

fn as_json(explained: &Explained) -> Value {
    match explained {
        Explained::Page(page) => page_as_json(page),
        Explained::Withheld(it) => json!({
            "found": false,
            "source": it.source,
            "state": it.state.as_str(),
            "moment": it.moment.map(|moment| moment.rfc3339(it.timezone)),
        }),
        Explained::Nothing { nearest } => json!({ "found": false, "nearest": nearest }),
    }
}

fn page_as_json(page: &Page) -> Value {
    let template = page.template.as_ref();
    let asked: Vec<Value> = page
        .asked
        .iter()
        .map(|question| json!({ "question": question.words, "changed": question.changed }))
        .collect();
    json!({
        "found": true,
        "url": page.url,
        "file": page.output,
        "shows": page.shows,
        "source": page.source,
        "template": template.map(|(name, file)| json!({ "name": name, "file": file })),
        "fresh": page.verdict == Verdict::Fresh,
        "reason": match page.verdict {
            Verdict::Fresh => Value::Null,
            Verdict::Unknown => "no-record".into(),
            Verdict::OtherOwner => "other-owner".into(),
            Verdict::OtherAnswers => "other-answers".into(),
            Verdict::Altered => "file-altered".into(),
        },
        "asked": asked,
    })
}
