//! `kill -9` at any moment: what readers see is whole, and the next run makes it good.
//!
//! Two hundred kills and some more in all; `MASTHEAD_KILLS` says how many there are at S3 and at a
//! folder.

use super::{
    kinds::{Kind, at_every_kind},
    outlet::{Dice, Outlet, shown},
    s3::Server,
};
use std::{
    collections::BTreeMap,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

fn kills() -> u64 {
    std::env::var("MASTHEAD_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

/// Two editions of one outlet that differ in every page, each with stories of its own.
fn editions() -> [Outlet; 2] {
    let first = Outlet::new(30);
    let second = first.copy();
    for number in 0..30 {
        second.story(number, &format!("Second {number}"), "");
    }
    (20..24).for_each(|number| first.remove(number));
    (24..28).for_each(|number| second.remove(number));
    // Neither is older, so each may follow the other.
    [first, second]
}

fn start(outlet: &Outlet, words: &str, server: Option<&Server>) -> Child {
    let mut program = match server {
        Some(server) => outlet.program_for(words, server, &server.endpoint()),
        None => outlet.program(words, None),
    };
    program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program runs")
}

/// What every object may be: as in one edition, or as in the other.
type Whole = [BTreeMap<String, String>; 2];

fn torn(now: &BTreeMap<String, String>, whole: &Whole) -> Vec<String> {
    let fine =
        |key: &String, tag: &String| whole.iter().any(|edition| edition.get(key) == Some(tag));
    now.iter().filter(|(key, tag)| !fine(key, tag)).map(|(key, _)| key.clone()).collect()
}

/// How many publish to the bucket beside one another, each to a target of its own.
const DESKS: u64 = 2;

at_every_kind!(at_a_bucket);

fn at_a_bucket(kind: Kind) {
    let server = Server::of(kind);
    let kills = if kind == Kind::S3 { kills() / DESKS } else { kills() / 5 };
    let unfinished: u32 = thread::scope(|scope| {
        let server = &server;
        let desks = (0..DESKS).map(|desk| scope.spawn(move || at_a_desk(server, desk, kills)));
        let desks: Vec<_> = desks.collect();
        desks.into_iter().map(|desk| desk.join().expect("a desk")).sum()
    });
    assert!(unfinished > 0, "no publisher was killed between its first object and its last");
}

/// Kills so often; says how often it was between the first object and the last.
fn at_a_desk(server: &Server, desk: u64, kills: u64) -> u32 {
    let editions = editions();
    let live = format!("live-{desk}");
    let publish = format!("publish s3://outlet/{live}");
    let mut usual = Duration::ZERO;
    let whole = [0, 1].map(|which| {
        let target = format!("publish s3://outlet/whole-{desk}-{which}");
        editions[which].run(&target, server).fine();
        let since = Instant::now();
        editions[which].run(&publish, server).fine();
        usual = since.elapsed();
        server.list(&format!("whole-{desk}-{which}"))
    });
    let mut dice = Dice(7 + desk);
    let (mut unfinished, mut last) = (0, 1);
    for kill in 0..kills {
        let which = usize::from(kill % 2 == 0);
        let mut child = start(&editions[1 - which], &publish, Some(server));
        thread::sleep(Duration::from_millis(dice.below(usual.as_millis() as u64 + 20)));
        child.kill().expect("killed");
        child.wait().expect("ended");
        let now = server.list(&live);
        assert!(torn(&now, &whole).is_empty(), "seen in part: {:?}", torn(&now, &whole));
        unfinished += u32::from(now != whole[0] && now != whole[1]);
        // The machine may be slower by now than it was in the beginning, or quicker.
        match (now == whole[which], now == whole[1 - which]) {
            (true, false) => usual = usual * 11 / 10,
            (false, true) => usual = usual * 10 / 11,
            _ => {}
        }
        // Every third time it is the other edition that is published next.
        last = if kill % 3 == 0 { which } else { 1 - which };
        editions[last].run(&publish, server).fine();
        let expected = format!("whole-{desk}-{last}");
        server.assert_same_bytes(&live, &expected, &format!("after kill {kill}"));
    }
    server.assert_same(&live, &format!("whole-{desk}-{last}"), "in the end");
    no_rest(server.list_all(&live).keys().cloned().collect());
    editions[last].run(&format!("verify s3://outlet/{live} --deep"), server).fine();
    // What was kept for a return was not spoilt on the way.
    editions[last].run(&format!("{publish} --rollback"), server).fine();
    editions[last].run(&format!("verify s3://outlet/{live} --deep"), server).fine();
    unfinished
}

/// Nothing is announced any more, and only what three returns need is kept.
fn no_rest(keys: Vec<String>) {
    assert!(!keys.iter().any(|key| key.starts_with("_masthead/pending/")), "{keys:?}");
    let past = keys.iter().filter(|key| key.starts_with("_masthead/editions/")).count();
    assert!(past <= 3, "{past} earlier editions are kept");
}

#[test]
fn at_a_folder() {
    let editions = editions();
    let folder = editions[0].beside("live");
    let publish = format!("publish {}", folder.display());
    let mut usual = Duration::ZERO;
    let whole = [0, 1].map(|which| {
        let since = Instant::now();
        editions[which].run_at(&publish, None).fine();
        usual = since.elapsed();
        shown(&folder)
    });
    let mut dice = Dice(11);
    let mut unfinished = 0;
    for kill in 0..kills() {
        let which = usize::from(kill % 2 == 0);
        let mut child = start(&editions[1 - which], &publish, None);
        thread::sleep(Duration::from_micros(dice.below(usual.as_micros() as u64 + 20_000)));
        child.kill().expect("killed");
        child.wait().expect("ended");
        let now = shown(&folder);
        let torn: Vec<&String> = now
            .iter()
            .filter(|(path, bytes)| !whole.iter().any(|edition| edition.get(*path) == Some(bytes)))
            .map(|(path, _)| path)
            .collect();
        assert!(torn.is_empty(), "seen in part: {torn:?}");
        unfinished += u32::from(now != whole[0] && now != whole[1]);
        let last = if kill % 3 == 0 { which } else { 1 - which };
        editions[last].run_at(&publish, None).fine();
        assert!(shown(&folder) == whole[last], "after kill {kill}");
    }
    assert!(unfinished > 0, "no publisher was killed between its first file and its last");
    let rest =
        super::outlet::tree(&folder).into_keys().filter(|path| path.starts_with("_masthead/"));
    let rest: Vec<String> = rest.collect();
    assert!(!rest.iter().any(|path| path.starts_with("_masthead/bench/")), "{rest:?}");
    no_rest(rest);
}
