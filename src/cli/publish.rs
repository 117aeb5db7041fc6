//! `masthead publish`.

use super::{
    FINE, PURGE, SITE,
    args::{Format, Publish},
    build::{Bar, refuse, stop},
    count, misused, put, put_json, show,
};
use crate::{
    base::{Diagnostic, Moment},
    build::{Failure, prepare},
    publish::{
        self, Leave, Options, Reached, Report, choose::choose, plan::Notice, plan::Plan, purge,
    },
    remote::Address,
    site::Target,
};
use chrono_tz::Tz;
use serde_json::{Value, json};
use std::{path::Path, time::Duration};

/// Objects are listed where there are no more than this many.
const LISTED: usize = 40;

/// Publishes, and prints what was done.
pub fn run(args: &Publish) -> u8 {
    let build = match args.common.options(args.output.as_deref(), false) {
        Ok(options) => options,
        Err(why) => return misused(&why, ""),
    };
    let (target, address) = match target(&args.target, &args.common.root) {
        Ok(target) => target,
        Err(findings) => return refuse(&Failure::Site(findings), args.format),
    };
    let options = Options {
        build,
        target,
        address,
        dry_run: args.dry_run,
        no_build: args.no_build,
        rollback: args.rollback,
        remote_ledger: args.remote_ledger,
        all: args.all,
        leave: Leave { deletes: args.allow_deletes, force: args.force },
        now: Moment::now(),
        patience: Duration::from_secs(args.timeout.max(1)),
        silence: Duration::from_secs(args.wait),
    };
    let bar = Bar::default();
    let result = publish::publish(&options, &bar, &bar);
    bar.finish();
    match result {
        Ok(report) => print(&report, &options, args.format),
        Err(stopped) => stop(&stopped.why, outcome(stopped.reached), args.format),
    }
}

fn outcome(reached: Reached) -> &'static str {
    match reached {
        Reached::Nothing => "nothing was changed",
        Reached::Part => {
            "some of the new edition may be live already, each object whole: publish again"
        }
        Reached::All => "the edition is live",
    }
}

/// What a word on the command line means, beside the settings in `root`. Where there are none, an
/// address will do.
pub fn target(word: &str, root: &Path) -> Result<(Target, Address), Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let site = prepare::load_site(root, None, &mut findings);
    match (site, choose(word, &[], root)) {
        (Some(site), _) => choose(word, &site.targets, root)
            .map(|(target, address)| (target.with_grace_for(&site.hosting.cache), address))
            .map_err(|finding| vec![finding]),
        (None, Ok(target)) => Ok(target),
        (None, Err(_)) => Err(findings),
    }
}

fn print(report: &Report, options: &Options, format: Format) -> u8 {
    let mut findings = report.build.as_ref().map_or_else(Vec::new, |b| b.findings.clone());
    findings.extend(report.objections.clone());
    let code = if findings.iter().any(Diagnostic::is_error) { SITE } else { FINE };
    let told = report.purged.as_ref();
    match format {
        Format::Json => {
            let purged = told.is_none_or(purge::Outcome::is_fine);
            put_json(&as_json(report, options, &findings), if purged { code } else { PURGE })
        }
        Format::Text => {
            show::findings(&findings);
            let code = put(&as_text(report, options), code);
            told.map_or(code, |outcome| super::purge::print(outcome).max(code))
        }
    }
}

fn as_json(report: &Report, options: &Options, findings: &[Diagnostic]) -> Value {
    let edition = |live: &Option<publish::Live>| {
        live.as_ref().map(|live| {
            json!({
                "number": live.number, "at": live.at.rfc3339(Tz::UTC),
                "commit": live.commit, "objects": live.objects,
            })
        })
    };
    let uploads = report.plan.uploads.iter().map(|upload| {
        json!({ "path": upload.entry.path, "reason": upload.reason, "class": upload.entry.class, "bytes": upload.entry.len })
    });
    let deletions = report.plan.deletions.iter();
    let deletions =
        deletions.map(|d| json!({ "path": d.path, "reason": d.reason, "class": d.class }));
    let resting = report.plan.resting.iter();
    let resting =
        resting.map(|(path, until)| json!({ "path": path, "until": until.rfc3339(Tz::UTC) }));
    json!({
        "ok": !findings.iter().any(Diagnostic::is_error),
        "target": options.address.to_string(),
        "dry_run": options.dry_run,
        "published": report.published,
        "before": edition(&report.before),
        "now": edition(&report.now),
        "unchanged": report.plan.unchanged,
        "bytes": report.plan.bytes(),
        "uploads": uploads.collect::<Vec<_>>(),
        "deletions": deletions.collect::<Vec<_>>(),
        "resting": resting.collect::<Vec<_>>(),
        "readers": report.notice,
        "restored": report.restored,
        "lost": report.lost,
        "purged": report.purged.as_ref().map(|outcome| json!({
            "ok": outcome.is_fine(), "told": outcome.told,
            "failed": outcome.failed, "waiting": outcome.waiting,
            "withheld": outcome.withheld,
        })),
        "next_change": report.build.as_ref().and_then(|b| b.next_change).map(|next| next.rfc3339(Tz::UTC)),
        "findings": findings,
    })
}

fn as_text(report: &Report, options: &Options) -> String {
    let plan = &report.plan;
    let mut lines = Vec::new();
    if plan.uploads.len() + plan.deletions.len() <= LISTED || options.dry_run {
        lines.extend(objects(plan));
    }
    if options.dry_run || report.published {
        lines.extend(resting(plan));
    }
    lines.extend(readers(&report.notice));
    let verb = if options.dry_run { "would publish" } else { "published" };
    lines.push(match (plan.is_empty(), report.published) {
        (true, false) => format!("{}: nothing has changed", options.address),
        _ => format!(
            "{verb} to {}: {} written ({}), {} removed, {} unchanged",
            options.address,
            count(plan.uploads.len(), "object", "objects"),
            bytes(plan.bytes()),
            plan.deletions.len(),
            plan.unchanged,
        ),
    });
    if options.dry_run && !report.objections.is_empty() {
        lines.push("it would be refused as it is".to_owned());
    }
    if report.restored {
        lines.push(
            "an edition that was not finished is undone; to go back one more, say it again"
                .to_owned(),
        );
    }
    if report.published && report.purged.is_none() {
        lines.push("there is no outlet here whose settings name CDNs: none was told".to_owned());
    }
    if let Some(now) = &report.now {
        lines.push(format!("edition {} is live, as of {}", now.number, now.at.rfc3339(Tz::UTC)));
    }
    lines.join("\n") + "\n"
}

fn objects(plan: &Plan) -> impl Iterator<Item = String> {
    let uploads = plan
        .uploads
        .iter()
        .map(|upload| format!("  write     {} ({})", upload.entry.path, upload.reason.words()));
    let deletions =
        plan.deletions.iter().map(|d| format!("  remove    {} ({})", d.path, d.reason.words()));
    uploads.chain(deletions)
}

/// What stays although no page asks for it any more.
fn resting(plan: &Plan) -> Vec<String> {
    listed(&plan.resting, |(path, until)| {
        format!("  keep      {path} (no page uses it; kept until {})", until.rfc3339(Tz::UTC))
    })
}

/// What readers notice, of each kind the first few.
fn readers(notice: &Notice) -> Vec<String> {
    let told = |what: &str, stories: &[(String, String)]| {
        listed(stories, |(url, title)| format!("  {what}  {url}  {title}"))
    };
    [
        told("story added     ", &notice.added),
        told("story changed   ", &notice.changed),
        told("story taken down", &notice.taken_down),
        (!notice.silent.is_empty()).then(|| silent(&notice.silent)).into_iter().collect(),
        listed(&notice.headlines, |(url, old, new)| {
            format!("  headline changed  {url}  {old} → {new}")
        }),
        (notice.redrawn > 0).then(|| redrawn(notice.redrawn)).into_iter().collect(),
    ]
    .concat()
}

/// What to write so that hosts say 410 and not 404.
fn silent(urls: &[String]) -> String {
    let shown: Vec<String> = urls.iter().take(LISTED).map(|url| format!("{url:?}")).collect();
    let more = if urls.len() > LISTED { ", …" } else { "" };
    let where_to = "in `[hosting]` of site.toml";
    format!("  answered by 404   for 410, write {where_to}: gone = [{}{more}]", shown.join(", "))
}

fn redrawn(pages: usize) -> String {
    let pages = count(pages, "page of a story", "pages of stories");
    format!("  drawn anew        {pages} not edited")
}

fn listed<T>(items: &[T], line: impl Fn(&T) -> String) -> Vec<String> {
    let mut lines: Vec<String> = items.iter().take(LISTED).map(line).collect();
    if items.len() > LISTED {
        lines.push(format!("  … and {} more", items.len() - LISTED));
    }
    lines
}

/// `1.4 MB`, in powers of ten.
fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{:.1} kB", n as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        _ => format!("{:.1} GB", n as f64 / 1e9),
    }
}
