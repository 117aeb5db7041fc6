//! Filters: pure functions of their value and the language of the page in hand.

use super::{
    cldr::{Cldr, DateStyle},
    kept::{Piece, kept},
    press::in_hand,
    structured::for_script,
};
use crate::base::{Moment, clean_json};
use chrono::Datelike;
use chrono_tz::Tz;
use std::sync::Arc;
use tera::{Error, Kwargs, Map, State, Tera, TeraResult, Value};

/// Registers every filter; to be done before templates are added.
pub fn register(tera: &mut Tera) {
    tera.register_filter("date", date);
    tera.register_filter("number", |n: i64, _: Kwargs, _: &State| {
        Ok::<_, Error>(cldr()?.number(n))
    });
    tera.register_filter("digits", |text: String, _: Kwargs, _: &State| {
        Ok::<_, Error>(cldr()?.digits(&text))
    });
    tera.register_filter("and", and);
    tera.register_filter("upper_case", |text: &str, _: Kwargs, _: &State| {
        Ok::<_, Error>(cldr()?.upper(text))
    });
    tera.register_filter("lower_case", |text: &str, _: Kwargs, _: &State| {
        Ok::<_, Error>(cldr()?.lower(text))
    });
    tera.register_filter("json", json);
    tera.register_filter("absolute", absolute);
    tera.register_filter("lite", lite);
    tera.register_filter("group_by", group_by);
}

fn cldr() -> TeraResult<Arc<Cldr>> {
    let sheet = in_hand()?;
    Ok(sheet.press.theme.cldr[usize::from(sheet.edition)].clone())
}

fn date(text: &str, args: Kwargs, _: &State) -> TeraResult<Value> {
    let style =
        DateStyle::parse(args.get::<&str>("style")?.unwrap_or("long")).map_err(Error::message)?;
    let sheet = in_hand()?;
    let zone: Tz = sheet.press.index.site.timezone;
    let moment = Moment::parse(text, zone).map_err(Error::message)?;
    let write = || sheet.cldr().date(moment, zone, style).into();
    if style.has_time() {
        return Ok(write());
    }
    let day = moment.in_zone(zone).num_days_from_ce();
    Ok(kept(&sheet.tracer, Piece::Day(sheet.edition, style, day), write))
}

fn and(items: &[Value], _: Kwargs, _: &State) -> TeraResult<String> {
    let texts: Vec<String> = items.iter().map(ToString::to_string).collect();
    Ok(cldr()?.list_and(&texts))
}

fn json(value: &Value, _: Kwargs, _: &State) -> TeraResult<Value> {
    let text = clean_json(value).map_err(|e| Error::message(e.to_string()))?;
    Ok(Value::safe_string(&for_script(&text)))
}

fn absolute(url: &str, _: Kwargs, _: &State) -> TeraResult<String> {
    let origin = &in_hand()?.press.index.site.base_url.origin;
    Ok(if url.starts_with('/') { format!("{origin}{url}") } else { url.to_owned() })
}

/// The page of the lite edition for a local URL of the full one.
fn lite(url: &str, _: Kwargs, _: &State) -> TeraResult<String> {
    let base = &in_hand()?.press.index.site.base_url;
    Ok(url
        .strip_prefix(base.path.as_str())
        .map_or_else(|| url.to_owned(), |path| format!("{}/lite{path}", base.path)))
}

/// Tera's own `group_by` gathers in a hash map, whose order differs from run to run. This one
/// keeps the order in which keys first occur.
fn group_by(items: &[Value], args: Kwargs, _: &State) -> TeraResult<Map> {
    let attribute = args.must_get::<&str>("attribute")?;
    let mut groups: Vec<(String, Vec<Value>)> = Vec::new();
    for item in items {
        let Some(value) = item.get_from_path(attribute) else {
            let message = format!("a {} has no attribute `{attribute}` to group by", item.name());
            return Err(Error::message(message));
        };
        if value.is_none() {
            continue;
        }
        let key = value.to_string();
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, group)) => group.push(item.clone()),
            None => groups.push((key, vec![item.clone()])),
        }
    }
    Ok(groups.into_iter().map(|(key, group)| (key.into(), group.into())).collect())
}
