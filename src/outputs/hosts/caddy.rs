//! A file that a site in a Caddyfile imports.
//!
//! Invariant: what stands between quotes can hold any text; Caddy sees addresses as readers ask
//! for them, so the tables need no other form.
//! <https://caddyserver.com/docs/caddyfile/directives/map>

use super::{
    super::headers,
    tables::{self, NotFound, Pattern},
};
use crate::edition::Index;
use std::fmt::Write;

/// The rules.
pub fn file(index: &Index) -> String {
    let mut out = String::from(
        "# To be imported in the block of a site, which names its `root`. Written by each build; what\n\
         # is changed here is lost.\n\n",
    );
    let caching = tables::caching(index);
    let caching = caching.iter().map(|(pattern, value)| (key(pattern), value.clone()));
    out += &map("masthead_cache", &tables::usual_caching(index), caching);
    out += &map("masthead_type", "application/octet-stream", types(index).into_iter());
    out += &languages(index);
    let moved = tables::moved(index);
    for (name, wanted) in [("masthead_moved", 301), ("masthead_moved_for_now", 302)] {
        let lines = moved.iter().filter(|(.., status)| *status == wanted);
        let lines = lines.map(|(from, to, _)| (quoted(from), to.clone()));
        out += &map(name, "", lines);
        let _ = writeln!(out, "@{name} expression `{{{name}}} != \"\"`");
        let _ = writeln!(out, "redir @{name} {{{name}}} {wanted}\n");
    }
    let gone = tables::gone(index);
    out += &map("masthead_gone", "", gone.iter().map(|path| (quoted(path), "1".to_owned())));
    out += "@masthead_gone expression `{masthead_gone} != \"\"`\nerror @masthead_gone 410\n\n";
    out += &hidden(index);
    out += "header Cache-Control {masthead_cache}\nheader Content-Type {masthead_type}\n";
    for (name, value) in headers::for_everything(index) {
        let _ = writeln!(out, "header {name} {}", quoted(&value));
    }
    out + "\nfile_server\n\n" + &errors(index)
}

fn map(name: &str, usual: &str, lines: impl Iterator<Item = (String, String)>) -> String {
    let mut out = format!("map {{path}} {{{name}}} {{\n");
    for (key, value) in lines {
        let _ = writeln!(out, "\t{key} {}", quoted(&value));
    }
    let _ = writeln!(out, "\tdefault {}\n}}", quoted(usual));
    out
}

fn key(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Exact(path) => quoted(path),
        Pattern::Regex(regex) => quoted(&format!("~{regex}")),
    }
}

/// Text between quotes, in which braces are not placeholders.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\\\""))
}

/// Feeds by name, pages by the slash at the end, everything else by ending.
fn types(index: &Index) -> Vec<(String, String)> {
    let with_charset = |named: &str| {
        let text = named.starts_with("text/")
            || ["xml", "json", "javascript"].iter().any(|end| named.ends_with(end));
        if text { format!("{named}; charset=utf-8") } else { named.to_owned() }
    };
    let feeds = tables::feed_types(index).into_iter();
    let feeds =
        feeds.map(|(name, named)| (format!("~/{}$", tables::escaped(name)), named.to_owned()));
    let pages = [("~/$".to_owned(), "text/html".to_owned())];
    let endings = tables::types(index).into_iter();
    let endings = endings.map(|(ending, named)| (format!("~(?i)\\.{ending}$"), named));
    let all = feeds.chain(pages).chain(endings);
    all.map(|(key, named)| (quoted(&key), with_charset(&named))).collect()
}

fn languages(index: &Index) -> String {
    let languages = tables::languages(index);
    let lines = languages.iter().map(|(regex, lang)| (quoted(&format!("~{regex}")), lang.clone()));
    map("masthead_language", "", lines)
        + "@masthead_language expression `{masthead_language} != \"\"`\n\
           header @masthead_language Content-Language {masthead_language}\n\n"
}

fn hidden(index: &Index) -> String {
    let folders = tables::closed(index).map(|folder| format!("{folder}*"));
    let paths = tables::hidden(index).into_iter().chain(folders);
    let paths: Vec<String> = paths.map(|path| quoted(&path)).collect();
    format!("@masthead_hidden path {}\nerror @masthead_hidden 404\n\n", paths.join(" "))
}

/// The page for what is not there, in the language of the edition.
fn errors(index: &Index) -> String {
    let mut out =
        String::from("handle_errors {\n\theader Content-Type \"text/html; charset=utf-8\"\n");
    let pages = tables::not_found(index);
    for (number, of) in pages.iter().enumerate().skip(1) {
        let name = format!("@masthead_not_found_{number}");
        let folders: Vec<String> =
            of.folders.iter().map(|folder| quoted(&format!("{folder}*"))).collect();
        let _ = writeln!(out, "\t{name} path {}", folders.join(" "));
        let _ = writeln!(out, "\thandle {name} {{\n{}\t}}", shown(index, of));
    }
    if let Some(own) = pages.first() {
        let _ = writeln!(out, "\thandle {{\n{}\t}}", shown(index, own));
    }
    out + "}\n"
}

/// Shows a page in the place of what was asked for, of which nothing is said along with it.
fn shown(index: &Index, of: &NotFound) -> String {
    format!(
        "\t\trewrite * {}\n\t\theader Cache-Control {}\n\t\theader Content-Language {}\n\t\tfile_server\n",
        quoted(&of.page),
        quoted(&tables::caching_of(index, &of.page)),
        of.lang
    )
}
