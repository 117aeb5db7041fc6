//! Style sheets, scripts and fonts stay for a while after the last edition that used them, and
//! nothing else does.

use super::{
    outlet::{Dice, Outlet, Run, tree},
    s3::Server,
};
use chrono_tz::Tz;
use masthead::base::Moment;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

const HOUR: i64 = 3600;
const WEEK: i64 = 168;

/// An outlet with a named target beside it.
fn outlet(settings: &str) -> Outlet {
    let outlet = Outlet::new(4);
    outlet.target(settings);
    outlet
}

/// So many hours after the first edition.
fn at(hours: i64) -> String {
    Moment(1_780_000_000 + hours * HOUR).rfc3339(Tz::UTC)
}

/// The style sheet of the theme: a letter.
fn look(outlet: &Outlet, letter: char) {
    outlet.write("themes/plain/static/site.css", &format!("/* {letter} */"));
}

fn publish(outlet: &mut Outlet, hours: i64, words: &str) -> Run {
    outlet.at = at(hours);
    outlet.run_at(&format!("publish live {words}"), None).fine()
}

/// Whether a file is the style sheet under a name that carries its hash.
fn is_sheet(path: &str) -> bool {
    path.strip_prefix("site.").is_some_and(|rest| rest.len() == "1f3c9a2b00.css".len())
}

/// The letters of the style sheets at the target.
fn letters(live: &Path) -> String {
    let sheets = tree(live).into_iter().filter(|(path, _)| is_sheet(path));
    let letters: BTreeSet<char> = sheets.map(|(_, text)| char::from(text[3])).collect();
    letters.into_iter().collect()
}

#[test]
fn for_as_long_as_the_settings_say() {
    // Each edition: hours after the first, its style sheet, what is there then.
    type Chain = &'static [(i64, char, &'static str)];
    let chains: &[(&str, Chain)] = &[
        // Counted from the edition that stopped using it, to the second.
        ("", &[(0, 'a', "a"), (24, 'b', "ab"), (24 + WEEK - 1, 'b', "ab"), (24 + WEEK, 'b', "b")]),
        (
            "",
            &[
                (0, 'a', "a"),
                (1, 'b', "ab"),
                (2, 'c', "abc"),
                (1 + WEEK, 'c', "bc"),
                (2 + WEEK, 'c', "c"),
            ],
        ),
        // Asked for again: its time begins anew when it is given up again.
        (
            "",
            &[
                (0, 'a', "a"),
                (1, 'b', "ab"),
                (WEEK, 'a', "ab"),
                (1 + WEEK, 'a', "ab"),
                (2 * WEEK, 'b', "ab"),
                (3 * WEEK - 1, 'b', "ab"),
                (3 * WEEK, 'b', "b"),
            ],
        ),
        ("grace = 0\n", &[(0, 'a', "a"), (1, 'b', "b"), (2, 'a', "a")]),
        // Never shorter than copies of pages are shown: a minute, ten more, and a day.
        ("grace = 1\n", &[(0, 'a', "a"), (1, 'b', "ab"), (25, 'b', "ab"), (26, 'b', "b")]),
        ("grace = 172800\n", &[(0, 'a', "a"), (1, 'b', "ab"), (48, 'b', "ab"), (49, 'b', "b")]),
    ];
    for (settings, chain) in chains {
        let mut outlet = outlet(&format!("url = \"../live\"\n{settings}"));
        for (hours, letter, expected) in *chain {
            look(&outlet, *letter);
            publish(&mut outlet, *hours, "");
            assert_eq!(
                letters(&outlet.beside("live")),
                *expected,
                "{settings}{chain:?} at {hours}"
            );
            outlet.run_at("verify live", None).fine();
        }
    }
}

#[test]
fn what_the_settings_take_back_goes_at_once() {
    let mut outlet = outlet("url = \"../live\"\n");
    look(&outlet, 'a');
    publish(&mut outlet, 0, "");
    look(&outlet, 'b');
    publish(&mut outlet, 1, "");
    let settings = fs::read_to_string(outlet.root().join("site.toml")).expect("settings");
    outlet.write("site.toml", &format!("{settings}grace = 0\n"));
    publish(&mut outlet, 2, "");
    assert_eq!(letters(&outlet.beside("live")), "b");
}

/// The guarantee of a takedown: pictures go with the edition that does not show them.
#[test]
fn no_picture_rests() {
    let mut outlet = outlet("url = \"../live\"\n");
    let template = outlet.root().join("themes/plain/templates/404.html");
    let usual = fs::read_to_string(&template).expect("a template");
    let asking =
        "{{ asset(path=\"badge.svg\") }}{{ asset(path=\"a.js\") }}{{ asset(path=\"a.woff2\") }}";
    outlet.write("themes/plain/templates/404.html", &usual.replace("<p>", &format!("<p>{asking}")));
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"/>";
    for (name, text) in [("badge.svg", svg), ("a.js", "1"), ("a.woff2", "x")] {
        outlet.write(&format!("themes/plain/static/{name}"), text);
    }
    outlet.write("content/politics/shot.svg", svg);
    outlet.append(0, "![A shot](shot.svg)");
    publish(&mut outlet, 0, "");
    let live = outlet.beside("live");
    let named = |start: &str, end: &str| {
        let is = |path: &&String| path.contains(start) && path.ends_with(end);
        tree(&live).keys().filter(|path| !path.starts_with("_masthead")).filter(is).count()
    };
    let kinds = || {
        [named("badge.", ".svg"), named("shot", ".svg"), named("a.", ".js"), named("a.", ".woff2")]
    };
    assert_eq!(kinds(), [2, 1, 2, 2], "as they are, and under names that carry their hash");
    outlet.write("themes/plain/templates/404.html", &usual);
    for name in ["badge.svg", "a.js", "a.woff2"] {
        fs::remove_file(outlet.root().join("themes/plain/static").join(name)).expect("removed");
    }
    fs::remove_file(outlet.root().join("content/politics/shot.svg")).expect("removed");
    outlet.story(0, "Story 0", "");
    publish(&mut outlet, 1, "");
    assert_eq!(kinds(), [0, 0, 1, 1], "what a page looks with stays");
}

#[test]
fn at_a_bucket() {
    let server = Server::start();
    let mut outlet = outlet("url = \"s3://outlet/live\"\n");
    let run = |outlet: &mut Outlet, hours: i64, words: &str| {
        outlet.at = at(hours);
        outlet.run(words, &server)
    };
    let sheets = || server.list("live").into_keys().filter(|key| is_sheet(key)).collect::<Vec<_>>();
    look(&outlet, 'a');
    run(&mut outlet, 0, "publish live").fine();
    let first = sheets();
    look(&outlet, 'b');
    let dry = run(&mut outlet, 1, "publish live --dry-run").fine();
    let kept = format!("keep      {} (no page uses it; kept until {})", first[0], at(1 + WEEK));
    assert!(dry.out.contains(&kept), "{}", dry.out);
    let published = run(&mut outlet, 1, "publish live --format json").fine();
    assert_eq!(published.did().1, 0, "nothing is removed");
    assert_eq!(published.json()["resting"][0]["path"], first[0].as_str());
    assert_eq!(run(&mut outlet, 2, "publish live --format json").fine().did(), (0, 0));
    run(&mut outlet, 2, "verify live --deep").fine();
    // Taken back: neither sheet is sent.
    look(&outlet, 'a');
    let back = run(&mut outlet, 3, "publish live --format json").fine().json();
    let sent = back["uploads"].as_array().expect("a list").iter();
    let hashed = sent.filter(|upload| upload["class"] == "hashed").count();
    assert_eq!((hashed, back["resting"].as_array().map(Vec::len)), (0, Some(1)));
    // What rests is not made anew by anybody, and is there after all was written anew.
    run(&mut outlet, 4, "publish live --all").fine();
    assert_eq!(sheets().len(), 2);
    run(&mut outlet, 4, "verify live --deep").fine();
    // A stranger removed it: it is given up.
    let rested = sheets().into_iter().find(|sheet| *sheet != first[0]).expect("it rests");
    assert_eq!(server.ask("DELETE", &format!("/outlet/live/{rested}"), &[], b"").0, 204);
    run(&mut outlet, 4, "verify live").refused(1, "");
    run(&mut outlet, 5, "publish live --all").fine();
    run(&mut outlet, 5, "verify live --deep").fine();
    assert_eq!(sheets(), first);
}

/// An edition as the rule has it: its moment, its style sheet, and since when others rest.
#[derive(Clone, Debug)]
struct Edition {
    hours: i64,
    letter: char,
    resting: BTreeMap<char, i64>,
}

impl Edition {
    /// The edition after another, or the one before it brought back.
    fn after(mut self, live: &Edition, grace: i64) -> Self {
        let stopped = self.hours.max(live.hours);
        let before = live.resting.iter().map(|(letter, since)| (*letter, *since));
        for (letter, since) in before.chain([(live.letter, stopped)]) {
            let is_its_own = letter == self.letter || self.resting.contains_key(&letter);
            if !is_its_own && self.hours < since + grace {
                self.resting.insert(letter, since);
            }
        }
        self
    }

    fn letters(&self) -> String {
        let all: BTreeSet<char> = self.resting.keys().copied().chain([self.letter]).collect();
        all.into_iter().collect()
    }
}

#[test]
fn any_chain_of_editions() {
    let grace = 48;
    for seed in 0..8 {
        let mut dice = Dice(seed);
        let mut outlet = outlet(&format!("url = \"../live\"\ngrace = {}\n", grace * HOUR));
        let (mut hours, mut history) = (0, Vec::<Edition>::new());
        for step in 0..16 {
            if history.len() > 1 && dice.below(4) == 0 {
                let live = history.pop().expect("an edition");
                let earlier = history.pop().expect("one before it");
                outlet.run_at("publish live --rollback", None).fine();
                history.push(earlier.after(&live, grace));
            } else {
                hours += 1 + dice.below(40) as i64;
                let letter = char::from(b'a' + dice.below(5) as u8);
                look(&outlet, letter);
                outlet.append(1, &format!("Sentence {step}."));
                publish(&mut outlet, hours, "");
                let mut next = Edition { hours, letter, resting: BTreeMap::new() };
                if let Some(live) = history.last() {
                    next = next.after(live, grace);
                }
                history.push(next);
                // Three before the live one are kept.
                let over = history.len().saturating_sub(4);
                history.drain(..over);
            }
            let expected = history.last().expect("an edition").letters();
            assert_eq!(
                letters(&outlet.beside("live")),
                expected,
                "seed {seed}, step {step}: {history:?}"
            );
            outlet.run_at("verify live", None).fine();
        }
    }
}
