//! The kinds of value that settings have.
//!
//! Invariant: reading a value of one kind never turns it into another: `"20"` is no number and
//! `1` is not `true`, so what a file says is what it means. Limits are checked in `resolve`.

use super::written::{Reader, Setting};
use crate::base::{Code, Diagnostic};
use serde_json::{Map, Value};
use std::ops::Range;
use toml::{
    Spanned,
    de::{DeFloat, DeInteger, DeTable, DeValue},
};

/// What messages call a value that stands where it should not.
pub(super) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(number) if number.as_str().starts_with('-') => "a number below 0",
        DeValue::Integer(number) if whole(number).is_none() => "too large a number",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn whole(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

impl Setting for String {
    const KIND: &'static str = "text";

    fn read(value: Spanned<DeValue<'_>>, _: &mut Reader<'_>) -> Option<Self> {
        value.get_ref().as_str().map(str::to_owned)
    }
}

impl Setting for bool {
    const KIND: &'static str = "`true` or `false`";

    fn read(value: Spanned<DeValue<'_>>, _: &mut Reader<'_>) -> Option<Self> {
        value.get_ref().as_bool()
    }
}

impl Setting for usize {
    const KIND: &'static str = "a whole number";

    fn read(value: Spanned<DeValue<'_>>, _: &mut Reader<'_>) -> Option<Self> {
        value.get_ref().as_integer().and_then(whole).and_then(|number| number.try_into().ok())
    }
}

impl<T: Setting> Setting for Vec<Spanned<T>> {
    const KIND: &'static str = "a list";

    fn read(value: Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Array(entries) = value.into_inner() else { return None };
        let read = |entry| reader.value("an entry of this list", entry, T::KIND);
        Some(entries.into_iter().filter_map(read).collect())
    }
}

/// A table whose keys are names that the outlet chooses, such as `[languages.CODE]`.
#[derive(Debug, Default)]
pub(crate) struct Named<T>(pub Vec<(Spanned<String>, T)>);

impl<T: Setting> Setting for Named<T> {
    const KIND: &'static str = "a table";

    fn read(value: Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Table(table) = value.into_inner() else { return None };
        let mut named = Vec::new();
        for (key, value) in table {
            let name = Spanned::new(key.span(), key.get_ref().to_string());
            let value = reader.value(&format!("`{}`", name.get_ref()), value, T::KIND);
            named.extend(value.map(|value| (name, value.into_inner())));
        }
        Some(Self(named))
    }
}

/// A table of the outlet's or the theme's own, as JSON. Dates become RFC 3339 text.
impl Setting for Map<String, Value> {
    const KIND: &'static str = "a table";

    fn read(value: Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Table(table) = value.into_inner() else { return None };
        Some(object(table, reader))
    }
}

fn object(table: DeTable<'_>, reader: &mut Reader<'_>) -> Map<String, Value> {
    table
        .into_iter()
        .map(|(key, value)| (key.into_inner().into_owned(), json(value, reader)))
        .collect()
}

fn json(value: Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Value {
    let span = value.span();
    match value.into_inner() {
        DeValue::String(text) => text.into_owned().into(),
        DeValue::Boolean(flag) => flag.into(),
        DeValue::Datetime(date) => date.to_string().into(),
        DeValue::Integer(number) => number_or_finding(whole(&number), span, reader),
        DeValue::Float(number) => number_or_finding(finite(&number), span, reader),
        DeValue::Array(entries) => entries.into_iter().map(|entry| json(entry, reader)).collect(),
        DeValue::Table(table) => Value::Object(object(table, reader)),
    }
}

fn finite(number: &DeFloat<'_>) -> Option<f64> {
    number.as_str().parse().ok().filter(|number: &f64| number.is_finite())
}

fn number_or_finding(
    number: Option<impl Into<Value>>,
    span: Range<usize>,
    reader: &mut Reader<'_>,
) -> Value {
    if number.is_none() {
        let finding = Diagnostic::new(Code::BadSettings, "templates cannot show this number")
            .help("write a finite number below 9223372036854775808, or put it in quotes as text");
        reader.report(span, finding);
    }
    number.map_or(Value::Null, Into::into)
}
