//! Where templates and components lead back to themselves.
//!
//! Invariant: it only says where; whether there is a circle is found by Tera. A component may call
//! itself, as for a menu within a menu, if that comes to an end; no reading of its text shows
//! whether it does.

use super::files::Text;
use crate::base::{Code, Diagnostic, Place};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// What Tera says when components call one another without end.
pub const ENDLESS: &str = "recursion depth for components";

/// One template or component that names another.
struct Call<'a> {
    /// The component that the call stands in, or else the template.
    from: &'a str,
    to: &'a str,
    is_component: bool,
    /// The template's name.
    template: &'a str,
    /// The name that is called, in the template's text.
    at: Range<usize>,
}

/// All calls of a template, in order.
fn calls<'a>(template: &'a str, text: &'a str) -> Vec<Call<'a>> {
    let (mut calls, mut from, mut rest_at) = (Vec::new(), template, 0);
    while let Some(open) = text[rest_at..].find('{').map(|at| rest_at + at) {
        let end = |close: &str| text[open..].find(close).map_or(text.len(), |at| open + at + 2);
        let inner_at = open + 2;
        rest_at = match text.get(open + 1..inner_at) {
            Some("#") => end("#}"),
            Some("%") => end("%}"),
            Some("{") => end("}}"),
            _ => open + 1,
        };
        if rest_at <= inner_at || text[open..].starts_with("{#") {
            continue;
        }
        let inner = text[inner_at..rest_at].trim_start_matches('-').trim_start();
        let word_at = rest_at - inner.len();
        let (is_component, name, skipped) = match (inner.strip_prefix('<'), word(inner)) {
            (Some(call), _) => (true, word(call), 1),
            (None, "component") => {
                from = word(inner["component".len()..].trim_start());
                continue;
            }
            (None, "endcomponent") => {
                from = template;
                continue;
            }
            (None, "include" | "extends") => {
                let quote = inner.find(['"', '\'', '`']).unwrap_or(inner.len());
                let mut parts = inner.split(['"', '\'', '`']);
                (false, parts.nth(1).unwrap_or_default(), quote + 1)
            }
            _ => continue,
        };
        let at = word_at + skipped;
        if !name.is_empty() {
            calls.push(Call { from, to: name, is_component, template, at: at..at + name.len() });
        }
    }
    calls
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || "_.:-".contains(c)));
    &text[..end.unwrap_or(text.len())]
}

/// The `extends` or `include` in a template that leads on to one of `circle`, with the name there.
pub fn place_in_circle<'a>(
    templates: &'a BTreeMap<String, Text>,
    template: &'a str,
    circle: &[String],
) -> Option<(Place, &'a str)> {
    let Text { shown, text } = templates.get(template)?;
    let calls = calls(template, text).into_iter();
    let mut within = calls.filter(|call| !call.is_component);
    let call = within.find(|call| circle.iter().any(|name| name == call.to))?;
    Some((Place::in_text(shown, text, call.at), call.to))
}

/// The finding for components that call one another without end, if the text of the templates
/// shows a circle of them.
pub fn endless(templates: &BTreeMap<String, Text>, code: Code) -> Option<Diagnostic> {
    let calls: Vec<Call> =
        templates.iter().flat_map(|(name, text)| calls(name, &text.text)).collect();
    let mut circles = calls.iter().filter(|call| call.is_component);
    let (call, way) = circles.find_map(|call| Some((call, way_back(&calls, call)?)))?;
    let message = match way.as_slice() {
        [_, _] => format!("the component `{}` calls itself without end", call.to),
        way => format!("components call one another without end: `{}`", way.join("` → `")),
    };
    let Text { shown, text } = templates.get(call.template)?;
    let finding = Diagnostic::new(code, message)
        .at(Place::in_text(shown, text, call.at.clone()))
        .help("take the call out, or make it only while something is left, within an `{% if … %}`");
    Some(finding)
}

/// The names from where a call stands by way of what it calls back to where it stands.
fn way_back<'a>(calls: &[Call<'a>], call: &Call<'a>) -> Option<Vec<&'a str>> {
    let mut seen = BTreeSet::from([call.to]);
    let mut ways = vec![vec![call.from, call.to]];
    let mut next = 0;
    while let Some(way) = ways.get(next).cloned() {
        next += 1;
        let last = *way.last()?;
        if last == call.from {
            return Some(way);
        }
        for on in calls.iter().filter(|on| on.from == last) {
            if on.to == call.from || seen.insert(on.to) {
                ways.push(way.iter().copied().chain([on.to]).collect());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(files: &[(&str, &str)]) -> BTreeMap<String, Text> {
        let text = |(name, text): &(&str, &str)| {
            ((*name).to_owned(), Text { shown: (*name).to_owned(), text: (*text).to_owned() })
        };
        files.iter().map(text).collect()
    }

    #[test]
    fn the_name_that_leads_on_is_underlined() {
        let theme = theme(&[("a", "x\n{%- include \"b\" %}{% include 'e' -%}"), ("e", "")]);
        let circle = ["a".to_owned(), "e".to_owned()];
        let (place, name) = place_in_circle(&theme, "a", &circle).expect("a place");
        assert_eq!((place.line, place.column, name), (2, 31, "e"));
        assert!(place_in_circle(&theme, "e", &circle).is_none());
    }

    #[test]
    fn a_circle_of_components_is_found_where_it_is_called() {
        let call = "{% component a() %}\n{{ <b x={1} /> }}{% endcomponent a %}";
        for (files, expected) in [
            (
                vec![("c.html", "x\n{% component x() -%}\n{{- <x /> }}{% endcomponent %}")],
                Some("c.html:3:6 the component `x` calls itself without end"),
            ),
            (
                vec![("c.html", "{% component x() %}{% <x> %}{% </x> %}{% endcomponent %}")],
                Some("c.html:1:24 the component `x` calls itself without end"),
            ),
            (
                vec![
                    ("a.html", call),
                    ("b.html", "{% component b(x) %}{{<a/>}}{% endcomponent %}"),
                ],
                Some("a.html:2:5 components call one another without end: `a` → `b` → `a`"),
            ),
            (
                vec![
                    ("a.html", call),
                    ("b.html", "{% component b(x) %}{% include 'i.html' %}{% endcomponent %}"),
                    ("i.html", "{{ <a /> }}"),
                ],
                Some(
                    "a.html:2:5 components call one another without end: `a` → `b` → `i.html` → `a`",
                ),
            ),
            (vec![("a.html", call), ("b.html", "{# {{ <a /> }} #}{{ <a /> }}{ {")], None),
            (vec![("c.html", "{% component x() %}{# <x/> {{ <x/> }} #}{% endcomponent %}")], None),
            (vec![("c.html", "{% component x() %}{% endcomponent x %}{{ <x /> }}{%")], None),
        ] {
            let found = endless(&theme(&files), Code::TemplateFailed).map(|finding| {
                let at = finding.at.expect("a place");
                format!("{}:{}:{} {}", at.path, at.line, at.column, finding.message)
            });
            assert_eq!(found.as_deref(), expected, "{files:?}");
        }
    }
}
