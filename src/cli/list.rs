//! `masthead list`: stories by date, with their state.

use super::{
    FINE, SITE,
    args::{Format, List, Which},
    build::refuse,
    count, misused, put, put_json, show, tell,
};
use crate::{
    base::Moment,
    build::{
        newslist,
        newslist::{Listed, Newslist},
    },
    edition::State,
};
use chrono_tz::Tz;
use serde_json::{Value, json};

/// Prints the list.
pub fn run(args: &List) -> u8 {
    let options = match args.common.options(None, false) {
        Ok(options) => options,
        Err(why) => return misused(&why, ""),
    };
    match newslist(&options) {
        Ok(list) => print(&list, args),
        Err(failure) => refuse(&failure, args.format),
    }
}

fn print(list: &Newslist, args: &List) -> u8 {
    let code = if list.errors.is_empty() { FINE } else { SITE };
    let stories = list.stories.iter().filter(|story| is_wanted(story.state, args.which));
    if args.format == Format::Json {
        let stories: Vec<Value> = stories.map(|story| as_json(story, list.timezone)).collect();
        let ok = list.errors.is_empty();
        return put_json(&json!({ "ok": ok, "stories": stories, "findings": list.errors }), code);
    }
    show::findings(&list.errors);
    let lines: Vec<String> = stories.map(|story| line(story, list.timezone)).collect();
    let code = put(&lines.concat(), code);
    tell(&count(lines.len(), "story or page", "stories and pages"));
    code
}

fn is_wanted(state: State, which: Which) -> bool {
    match which {
        Which::All => true,
        Which::Published => state == State::Published,
        Which::Drafts => state == State::Draft,
        Which::Embargoed => state == State::Embargoed,
        Which::Expired => state == State::Expired,
    }
}

/// State, date and path; then the headline of what is published, or the moment that matters of
/// what is not.
fn line(story: &Listed, zone: Tz) -> String {
    let date = story.date.map_or_else(|| "—".to_owned(), |date| short(date, zone));
    let last = match story.state {
        State::Published => story.title.clone().unwrap_or_default(),
        State::Draft => String::new(),
        State::Embargoed => moment("opens", story.opens, zone),
        State::Expired => moment("ended", story.expires, zone),
    };
    let line = format!("{:<9}  {date:<16}  {}  {last}", story.state.as_str(), story.path);
    format!("{}\n", line.trim_end())
}

fn moment(word: &str, moment: Option<Moment>, zone: Tz) -> String {
    moment.map_or_else(String::new, |moment| format!("{word} {}", short(moment, zone)))
}

fn short(moment: Moment, zone: Tz) -> String {
    moment.in_zone(zone).format("%Y-%m-%d %H:%M").to_string()
}

fn as_json(story: &Listed, zone: Tz) -> Value {
    let written = |moment: Option<Moment>| moment.map(|moment| moment.rfc3339(zone));
    json!({
        "state": story.state.as_str(),
        "date": written(story.date),
        "path": story.path,
        "title": story.title,
        "opens": written(story.opens),
        "expires": written(story.expires),
    })
}
