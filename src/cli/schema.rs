//! `masthead schema`: the JSON Schema of the front matter, for editors' completion.
//!
//! Invariant: the keys come from [`front::KEYS`] alone, so a key that is added there is in the
//! schema. It is made for completion, so it shows the plain way of writing a value; the decoder
//! forgives more.

use super::{FINE, args::Schema, put};
use crate::content::front::{self, Key, Wants};
use serde_json::{Map, Value, json};

/// Prints the schema.
pub fn run(_: &Schema) -> u8 {
    put(&format!("{:#}\n", schema()), FINE)
}

/// The schema, in the draft of 2020-12.
fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Front matter",
        "description": "What stands above a story, between two lines of `+++` (TOML) or `---` (YAML).",
        "type": "object",
        "properties": properties(),
        "required": ["title"],
        "additionalProperties": false,
        // Two spellings of one key exclude one another.
        "allOf": twice().map(|key| json!({ "not": { "required": [key.name, key.other] } })).collect::<Vec<_>>(),
    })
}

/// Keys that have another spelling.
fn twice() -> impl Iterator<Item = &'static Key> {
    front::KEYS.iter().filter(|key| !key.other.is_empty())
}

fn properties() -> Value {
    let mut properties = Map::new();
    for key in front::KEYS {
        properties.insert(key.name.to_owned(), property(key, key.about.to_owned()));
    }
    for key in twice() {
        let about = format!("The same as `{}`. {}", key.name, key.about);
        properties.insert(key.other.to_owned(), property(key, about));
    }
    Value::Object(properties)
}

fn property(key: &Key, about: String) -> Value {
    let mut shape = shape(key.wants);
    if key.name == "title" {
        shape["minLength"] = 1.into();
    }
    shape["description"] = about.into();
    shape
}

/// What a value looks like.
fn shape(wants: Wants) -> Value {
    match wants {
        Wants::Text => json!({ "type": "string" }),
        Wants::Texts => one_or_more(&json!({ "type": ["string", "number"] })),
        Wants::Date => json!({
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2}([Tt ]\s*\d{1,2}:\d{2}.*)?$",
            "examples": ["2026-11-22", "2026-11-22T08:30:00", "2026-11-22T08:30:00+03:00"],
        }),
        Wants::Word(words) => json!({ "enum": words }),
        Wants::Bool => json!({ "type": "boolean" }),
        Wants::Slug => json!({ "type": "string", "pattern": r"^[^/\\?#%]+$" }),
        Wants::Paths => one_or_more(&json!({ "type": "string", "pattern": "^/" })),
        Wants::Image => {
            json!({ "anyOf": [{ "type": "string" }, table(front::IMAGE_KEYS, &["src"])] })
        }
        Wants::Corrections => json!({
            "type": "array",
            "items": table(front::CORRECTION_KEYS, front::CORRECTION_KEYS),
        }),
        Wants::Table => json!({ "type": "object" }),
    }
}

fn one_or_more(item: &Value) -> Value {
    json!({ "anyOf": [{ "type": "array", "items": item }, item] })
}

/// A table of texts, but for a `date` in it.
fn table(keys: &[&str], required: &[&str]) -> Value {
    let wants = |key: &str| if key == "date" { Wants::Date } else { Wants::Text };
    let properties: Map<String, Value> =
        keys.iter().map(|key| ((*key).to_owned(), shape(wants(key)))).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use walkdir::WalkDir;

    /// Whether the schema's keywords, as far as it uses them, accept a value. Patterns are left
    /// to the validators of editors.
    fn accepts(schema: &Value, value: &Value) -> bool {
        let all = |list: &Value, test: &dyn Fn(&Value) -> bool| {
            list.as_array().is_none_or(|list| list.iter().all(test))
        };
        let kinds =
            schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
        let kind = match value {
            Value::String(_) => "string",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
            Value::Null => "null",
        };
        let known = |key: &str, value: &Value| match schema["properties"].get(key) {
            Some(schema) => accepts(schema, value),
            None => schema["additionalProperties"] != json!(false),
        };
        schema["enum"].as_array().is_none_or(|words| words.contains(value))
            && (schema["type"].is_null() || kinds.contains(&kind.into()))
            && schema["anyOf"].as_array().is_none_or(|any| any.iter().any(|s| accepts(s, value)))
            && all(&schema["allOf"], &|schema| accepts(schema, value))
            && (schema["not"].is_null() || !accepts(&schema["not"], value))
            && all(&schema["required"], &|key| value.get(key.as_str().unwrap_or("")).is_some())
            && value.as_object().is_none_or(|table| table.iter().all(|(k, v)| known(k, v)))
            && value.as_array().is_none_or(|items| {
                schema["items"].is_null()
                    || items.iter().all(|item| accepts(&schema["items"], item))
            })
    }

    /// Front matter in TOML as an editor's validator sees it: dates are text.
    fn as_json(toml: &str) -> Value {
        fn json_of(value: toml::Value) -> Value {
            match value {
                toml::Value::Datetime(date) => date.to_string().into(),
                toml::Value::Array(items) => items.into_iter().map(json_of).collect(),
                toml::Value::Table(table) => {
                    Value::Object(table.into_iter().map(|(k, v)| (k, json_of(v))).collect())
                }
                other => serde_json::to_value(other).expect("the rest is the same in JSON"),
            }
        }
        json_of(toml::Value::Table(toml.parse().expect("valid TOML")))
    }

    #[test]
    fn it_accepts_what_may_be_written() {
        for (front_matter, fine) in [
            ("title = 'x'", true),
            ("title = 'x'\ndate = 2026-11-22T08:30:00+03:00\ntags = ['a', 2026]", true),
            ("title = 'x'\nauthor = 'Tara'\ndescription = 'y'", true),
            ("title = 'x'\nimage = 'a.jpg'", true),
            (
                "title = 'x'\nimage = { src = 'a.jpg', alt = 'y', caption = 'z', credit = 'w' }",
                true,
            ),
            ("title = 'x'\ncorrections = [{ date = 2026-11-22, text = 'y' }]", true),
            ("title = 'x'\ntype = 'opinion'\naccess = 'subscribers'", true),
            ("title = 'x'\ntype = 'opnion'", false),
            ("title = 'x'\nextra = { anything = [1, true] }", true),
            ("date = 2026-11-22", false),
            ("title = 'x'\nheadline = 'y'", false),
            ("title = 'x'\nauthor = 'Tara'\nauthors = ['Tara']", false),
            ("title = 'x'\nimage = { alt = 'y' }", false),
            ("title = 'x'\nimage = { src = 'a.jpg', by = 'y' }", false),
            ("title = 'x'\ncorrections = [{ text = 'y' }]", false),
            ("title = 'x'\ndraft = 'perhaps'", false),
        ] {
            assert_eq!(accepts(&schema(), &as_json(front_matter)), fine, "{front_matter}");
        }
    }

    #[test]
    fn it_accepts_every_file_of_the_demo() {
        let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("content");
        let files = WalkDir::new(content).into_iter().flatten();
        let files = files.filter(|file| file.path().extension().is_some_and(|e| e == "md"));
        for file in files {
            let text = std::fs::read_to_string(file.path()).expect("a readable file");
            let Some(front_matter) = text.strip_prefix("+++\n") else { continue };
            let (front_matter, _) = front_matter.split_once("\n+++").expect("a closed block");
            assert!(accepts(&schema(), &as_json(front_matter)), "{}", file.path().display());
        }
    }

    #[test]
    fn every_key_is_there_under_every_name() {
        let schema = schema();
        for key in front::KEYS {
            for name in [key.name, key.other].into_iter().filter(|name| !name.is_empty()) {
                assert!(schema["properties"][name]["description"].is_string(), "{name}");
            }
        }
    }

    #[test]
    fn the_editors_guide_has_every_key() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let guide = std::fs::read_to_string(root.join("docs/editors.md")).expect("the guide");
        for key in front::KEYS {
            assert!(guide.contains(&format!("| `{}` |", key.name)), "{}", key.name);
            assert!(guide.contains(&format!("`{}", key.other)), "{}", key.other);
        }
    }
}
