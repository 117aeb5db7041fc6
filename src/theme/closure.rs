//! What a template can reach, and which static files templates ask for.
//!
//! Invariant: the closure is never too small. Where a template's text leaves doubt (components
//! are found by name across all files), it counts as reached.

use super::files::Text;
use crate::base::Fingerprint;
use std::collections::{BTreeMap, BTreeSet};

/// The fingerprint of each template with everything it can reach.
#[must_use]
pub fn fingerprints(templates: &BTreeMap<String, Text>) -> BTreeMap<Box<str>, Fingerprint> {
    let with_components: Vec<&str> = templates
        .iter()
        .filter(|(_, text)| defines_components(&text.text))
        .map(|(name, _)| name.as_str())
        .collect();
    let closure = |name: &str| {
        let reached = reach(name, templates, &with_components);
        let parts: Vec<(&str, &str)> = reached
            .into_iter()
            .filter_map(|name| Some((name, templates.get(name)?.text.as_str())))
            .collect();
        Fingerprint::of_value(&parts)
    };
    templates.keys().map(|name| (name.as_str().into(), closure(name))).collect()
}

fn reach<'a>(
    name: &'a str,
    templates: &'a BTreeMap<String, Text>,
    with_components: &[&'a str],
) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![name];
    while let Some(name) = waiting.pop() {
        let Some((name, text)) = templates.get_key_value(name) else { continue };
        if reached.insert(name.as_str()) {
            waiting.extend(named(&text.text));
            if uses_components(&text.text) {
                waiting.extend_from_slice(with_components);
            }
        }
    }
    reached
}

/// The names in `{% extends "…" %}` and `{% include "…" %}`.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split("{%").skip(1).filter_map(|block| {
        let block = block.trim_start_matches('-').trim_start();
        let rest = block.strip_prefix("extends").or_else(|| block.strip_prefix("include"))?;
        quoted(rest.trim_start())
    })
}

fn defines_components(text: &str) -> bool {
    let words = |block: &str| block.trim_start_matches('-').trim_start().starts_with("component");
    text.split("{%").skip(1).any(words)
}

/// Components are called as `{{<name …/>}}` or `{% <name> %}`.
fn uses_components(text: &str) -> bool {
    let calls = |block: &str| block.trim_start_matches('-').trim_start().starts_with('<');
    text.split("{{").skip(1).any(calls) || text.split("{%").skip(1).any(calls)
}

/// A text literal at the beginning of `rest`.
fn quoted(rest: &str) -> Option<&str> {
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    rest[1..].split_once(quote).map(|(inner, _)| inner)
}

/// The static files that templates ask for with a literal `asset(path="…")`: those are
/// published under a name that carries their hash.
#[must_use]
pub fn assets(templates: &BTreeMap<String, Text>) -> BTreeSet<&str> {
    templates.values().flat_map(|text| asked(&text.text)).collect()
}

fn asked(text: &str) -> impl Iterator<Item = &str> {
    text.split("asset(").skip(1).filter_map(|call| {
        let value = call.trim_start().strip_prefix("path")?.trim_start().strip_prefix('=')?;
        quoted(value.trim_start())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(files: &[(&str, &str)]) -> BTreeMap<String, Text> {
        files
            .iter()
            .map(|(name, text)| {
                ((*name).to_owned(), Text { shown: (*name).to_owned(), text: (*text).to_owned() })
            })
            .collect()
    }

    fn changed(edit: (&str, &str)) -> Vec<String> {
        let before = [
            ("base.html", "base"),
            ("story.html", "{% extends \"base.html\" %}{{<card c=1/>}}"),
            ("list.html", "{%- include 'part.html' -%}"),
            ("part.html", "part"),
            ("parts/card.html", "{% component card(c) %}{% endcomponent %}"),
            ("alone.html", "{{ site.title }}"),
        ];
        let after: Vec<(&str, &str)> =
            before.iter().map(|f| if f.0 == edit.0 { edit } else { *f }).collect();
        let (before, after) = (fingerprints(&theme(&before)), fingerprints(&theme(&after)));
        let names = after.iter().filter(|(name, fp)| before.get(&***name) != Some(*fp));
        names.map(|(name, _)| name.to_string()).collect()
    }

    #[test]
    fn an_edit_reaches_whatever_can_reach_it() {
        for (edited, reaches) in [
            ("base.html", vec!["base.html", "story.html"]),
            ("part.html", vec!["list.html", "part.html"]),
            ("parts/card.html", vec!["parts/card.html", "story.html"]),
            ("alone.html", vec!["alone.html"]),
        ] {
            assert_eq!(changed((edited, "new")), reaches);
        }
    }

    #[test]
    fn finds_literal_assets() {
        let theme = theme(&[(
            "a",
            "{{ asset( path = 'x.css') }}{{ asset(path=name) }}{{ asset(path=\"y.js\") }}",
        )]);
        assert_eq!(assets(&theme).into_iter().collect::<Vec<_>>(), ["x.css", "y.js"]);
    }
}
