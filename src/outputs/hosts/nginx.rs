//! Two files for nginx: tables, for the `http` block, and rules, for the `server` block.
//!
//! Invariant: what stands in quotes can hold any text. nginx goes by the file behind an address
//! (`/a/index.html`), so the tables look at the address that it stands for.
//! <https://nginx.org/en/docs/http/ngx_http_map_module.html>,
//! <https://nginx.org/en/docs/http/ngx_http_core_module.html>

use super::{
    super::headers,
    tables::{self, Pattern, escaped},
};
use crate::{edition::Index, site::Fragments};
use std::fmt::Write;

/// The tables.
pub fn maps(index: &Index) -> String {
    let mut out = String::from(
        "# For the `http` block. Written by each build; what is changed here is lost.\n\n",
    );
    let moved = tables::moved(index);
    let gone = tables::gone(index);
    let caching = tables::caching(index);
    let single = caching.iter().filter_map(|(pattern, _)| match pattern {
        Pattern::Exact(path) => Some(path),
        Pattern::Regex(_) => None,
    });
    out += &room(moved.iter().map(|(from, ..)| from).chain(&gone).chain(single));
    out += "geo $masthead_dollar {\n  default \"$\";\n}\n\n\
            map $uri $masthead_path {\n  default $uri;\n  \
            \"~^(?<masthead_folder>.*/)index\\.html$\" $masthead_folder;\n}\n\n";
    let caching = caching.iter().map(|(pattern, value)| (key(pattern), value.as_str()));
    out += &map("masthead_path", "masthead_cache", &tables::usual_caching(index), caching);
    let languages = tables::languages(index);
    let languages = languages.iter().map(|(at, lang)| (quoted(&format!("~{at}")), lang.as_str()));
    out += &map("masthead_path", "masthead_language", "", languages);
    for (name, wanted) in [("masthead_moved", 301), ("masthead_moved_for_now", 302)] {
        let lines = moved.iter().filter(|(.., status)| *status == wanted);
        let lines = lines.map(|(from, to, _)| (exact(from), to.as_str()));
        out += &map("uri", name, "", lines);
    }
    // Asked again for the page that says so, whose own address is not gone.
    let gone = map("uri", "masthead_gone", "", gone.iter().map(|path| (exact(path), "1")));
    out += &gone.replacen("{\n", "{\n  volatile;\n", 1);
    out + &not_found(index)
}

/// The page for what is not there. A table, since what is gone is said to be before nginx has
/// found out in which folder it is asked for one.
fn not_found(index: &Index) -> String {
    let pages = tables::not_found(index);
    let usual = pages.first().map_or("", |own| own.page.as_str());
    let others = pages.iter().skip(1).flat_map(|of| {
        let key = |folder: &String| quoted(&format!("~^{}", escaped(folder)));
        of.folders.iter().map(move |folder| (key(folder), of.page.as_str()))
    });
    map("uri", "masthead_not_found", usual, others)
}

fn map<'a>(
    from: &str,
    to: &str,
    usual: &str,
    lines: impl Iterator<Item = (String, &'a str)>,
) -> String {
    let mut out = format!("map ${from} ${to} {{\n  default {};\n", quoted(usual));
    for (key, value) in lines {
        let _ = writeln!(out, "  {key} {};", quoted(value));
    }
    out + "}\n\n"
}

fn key(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Exact(path) => exact(path),
        Pattern::Regex(regex) => quoted(&format!("~{regex}")),
    }
}

/// A path of its own. nginx compares such keys without regard to capitals; where they matter, an
/// expression does.
fn exact(path: &str) -> String {
    if path.bytes().any(|b| b.is_ascii_uppercase()) {
        return quoted(&format!("~^{}$", escaped(path)));
    }
    quoted(path)
}

/// Text between quotes.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The tables of nginx are made for short keys and few of them.
fn room<'a>(keys: impl Iterator<Item = &'a String>) -> String {
    let (mut count, mut longest) = (0usize, 0);
    for key in keys {
        count += 1;
        longest = longest.max(key.len());
    }
    let (size, bucket) = ((4 * count).next_power_of_two(), (longest + 64).next_power_of_two());
    let size = (size > 2048).then(|| format!("map_hash_max_size {size};\n"));
    let bucket = (bucket > 64).then(|| format!("map_hash_bucket_size {bucket};\n"));
    let lines: String = size.into_iter().chain(bucket).collect();
    if lines.is_empty() { lines } else { lines + "\n" }
}

/// The rules.
pub fn server(index: &Index) -> String {
    let mut out = String::from(
        "# For the `server` block, which names the host and the `root`. Written by each build; what\n\
         # is changed here is lost. The tables that it looks into are in nginx-maps.conf.\n\n\
         index index.html;\nabsolute_redirect off;\ncharset utf-8;\n",
    );
    if index.site.fragments == Fragments::Ssi {
        out += "ssi on;\n";
    }
    out += &types(index);
    out += "\nadd_header Cache-Control $masthead_cache always;\n\
            add_header Content-Language $masthead_language always;\n";
    for (name, value) in headers::for_everything(index) {
        let value = quoted(&value).replace('$', "${masthead_dollar}");
        let _ = writeln!(out, "add_header {name} {value} always;");
    }
    out += "\nif ($masthead_moved) {\n  return 301 $masthead_moved;\n}\n\
            if ($masthead_moved_for_now) {\n  return 302 $masthead_moved_for_now;\n}\n\
            if ($masthead_gone) {\n  return 410;\n}\n\n";
    out += &locations(index);
    out
}

fn types(index: &Index) -> String {
    let types = tables::types(index);
    let mut out = String::from("types {\n");
    for (ending, named) in &types {
        let _ = writeln!(out, "  {named} {ending};");
    }
    let text = |named: &&String| {
        named.starts_with("text/") && *named != "text/html"
            || ["xml", "json", "javascript"].iter().any(|end| named.ends_with(end))
    };
    let feeds = tables::feed_types(index);
    let mut with_charset: Vec<&str> = types.values().filter(text).map(String::as_str).collect();
    with_charset.extend(feeds.iter().map(|(_, named)| *named));
    with_charset.sort_unstable();
    with_charset.dedup();
    let _ = writeln!(out, "}}\ncharset_types {};", with_charset.join(" "));
    out
}

fn locations(index: &Index) -> String {
    let mut out = String::new();
    for path in tables::hidden(index) {
        let _ = writeln!(out, "location = {} {{\n  return 404;\n}}", quoted(&path));
    }
    for folder in tables::closed(index) {
        let _ = writeln!(out, "location ^~ {} {{\n  return 404;\n}}", quoted(&folder));
    }
    for (name, named) in tables::feed_types(index) {
        let _ = writeln!(
            out,
            "location ~ {} {{\n  types {{}}\n  default_type {named};\n}}",
            quoted(&format!("/{}$", escaped(name)))
        );
    }
    // A folder without a page is nothing to readers.
    out + "error_page 404 410 $masthead_not_found;\nerror_page 403 =404 $masthead_not_found;\n"
}
