//! `masthead verify`.

use super::{
    FINE, SITE,
    args::{Format, Verify},
    build::refuse,
    count, publish, put, put_json,
};
use crate::{
    build::Failure,
    publish::{verify, verify::Verdict},
};
use serde_json::json;
use std::time::Duration;

/// Compares, and prints what differs.
pub fn run(args: &Verify) -> u8 {
    let address = match publish::target(&args.target, &args.root) {
        Ok((_, address)) => address,
        Err(findings) => return refuse(&Failure::Site(findings), args.format),
    };
    match verify(&address, args.deep, Duration::from_secs(args.timeout.max(1))) {
        Ok(verdict) => print(&verdict, args.format),
        Err(failure) => refuse(&failure, args.format),
    }
}

fn print(verdict: &Verdict, format: Format) -> u8 {
    let code = if verdict.is_well() { FINE } else { SITE };
    match format {
        Format::Json => put_json(&json!({ "ok": verdict.is_well(), "found": verdict }), code),
        Format::Text => put(&as_text(verdict), code),
    }
}

fn as_text(verdict: &Verdict) -> String {
    let changed =
        verdict.changed.iter().map(|(path, what)| format!("  changed     {path} ({what})"));
    let line = |what: &'static str| move |path: &String| format!("  {what}{path}");
    let mut lines: Vec<String> = changed.collect();
    lines.extend(verdict.added.iter().map(line("added       ")));
    lines.extend(verdict.removed.iter().map(line("removed     ")));
    lines.extend(verdict.unfinished.iter().map(line("unfinished  ")));
    let objects = count(verdict.objects, "object", "objects");
    lines.push(if verdict.is_well() {
        format!("{objects}: all as published")
    } else {
        format!("{objects} published; {} as they were not published", lines.len())
    });
    if !verdict.unfinished.is_empty() {
        lines.push("an edition was not finished: publish again".to_owned());
    }
    lines.join("\n") + "\n"
}
