//! Nothing unpublished leaks: canary words in every field of withheld stories.
//!
//! Invariant: a word that begins with `qqw` stands only in withheld work. It occurs in no
//! published byte, no published path and nothing that is printed. What begins with `zqx` is
//! part of a path or an address, which messages may name and the edition may not.

use crate::support::{NOON, TestSite, moment, site};

/// What is published, with a link of every kind to what is not.
const OPEN: &str = r#"
-- site.toml --
title = "Proof Post"
base_url = "https://proof.example"
theme = "plain"
lite = true
menu = [
  "politics", "zqxfolder",
  { label = "zqxmenu", url = "/zqxfolder/zqxslug/" },
  { label = "zqxmenu", url = "https://proof.example/zqxfolder/zqxslug?zqxquery=1" },
  { label = "zqxmenu", url = "/politics/zqxbundle/#zqxanchor" },
  { label = "zqxmenu", url = "/politics/zqxbundle/zqxbeside.pdf" },
]
[feeds]
full_text = true
sections = true
tags = true
authors = true
[languages.ckb]

-- content/politics/_index.md --
+++
title = "Politics"
+++

-- content/politics/open.md --
+++
title = "Open"
date = "2026-11-01"
tags = ["water"]
authors = ["Ann Ash"]
translation_of = "zqxfolder/zqxfile.md"
+++
By [path](@/zqxfolder/zqxfile.md), by [neighbour](../zqxfolder/zqxfile.md),
by [URL](/zqxfolder/zqxslug/), by [URL without its slash](/zqxfolder/zqxslug),
by [index](/zqxfolder/zqxslug/index.html), with [an anchor](/zqxfolder/zqxslug/#zqxanchor),
by [whole URL](https://proof.example/zqxfolder/zqxslug/?zqxquery=1),
by [host alone](//proof.example/zqxfolder/zqxslug/),
by [relative URL](../../zqxfolder/zqxslug/), by [reference][r], by <a href="/zqxfolder/zqxslug/">HTML</a>,
by [old address](/old/zqxalias/), by [its lite page](/lite/zqxfolder/zqxslug/), and to its [bundle](@/politics/zqxbundle/index.md).

![Its picture](zqxbundle/zqxshot.png)

A picture ![in a line](@/politics/zqxbundle/zqxshot.png), <img src="/politics/zqxbundle/zqxshot.png" alt="in HTML">,
<img src="open.png" srcset="open.png 1x, zqxbundle/zqxshot.png 2x, /politics/zqxbundle/zqxshot.png 3x" alt="in several sizes">,
<video poster="zqxbundle/zqxshot.png" src="open.mp4"></video>,
and its [paper](/politics/zqxbundle/zqxbeside.pdf) and [paper](zqxbundle/zqxbeside.pdf),
<q cite="/zqxfolder/zqxslug/">said there</q>, <del cite='/zqxfolder/zqxslug/'>and there</del>.

<blockquote cite=/zqxfolder/zqxslug/>Said there.</blockquote>
<object data="zqxbundle/zqxbeside.pdf"></object><embed src="/politics/zqxbundle/zqxbeside.pdf">
<video src="open.mp4"><track src="zqxbundle/zqxbeside.pdf"></video>
<iframe src="/zqxfolder/zqxslug/"></iframe>

[r]: /zqxfolder/zqxslug/
"#;

/// Withheld in every field; `{when}` says why.
const HIDDEN: &str = r#"
-- content/zqxfolder/_index.md --
+++
title = "qqwsection"
{when}
+++
qqwdescription

-- content/zqxfolder/zqxfile.md --
+++
title = "qqwtitle"
date = "2026-11-02"
{when}
summary = "qqwsummary"
kicker = "qqwkicker"
dateline = "qqwdateline"
series = "qqwseries"
tags = ["qqwtag", "water", "Water "]
authors = ["qqwauthor", "zqxperson"]
slug = "zqxslug"
aliases = ["/old/zqxalias/"]
translation_of = "politics/open.md"
updated = "2026-11-03"
corrections = [{ date = "2026-11-03", text = "qqwcorrection" }]

[image]
src = "zqxlead.png"
alt = "qqwalt"
caption = "qqwcaption"
credit = "qqwcredit"

[extra]
qqwkey = "qqwextra"
+++
qqwbody[^1] with [a link](@/politics/open.md) and ![qqwpicture](zqxmissing.png).

## qqwheading

[qqwlink](/qqwnowhere/) <a id="qqwid">x</a>

[^1]: qqwnote

-- content/zqxfolder/zqxlead.png --
qqwbytes

-- content/authors/zqxperson.md --
+++
title = "qqwperson"
{when}
+++
qqwprofile

-- content/politics/zqxbundle/index.md --
+++
title = "qqwbundle"
date = "2026-11-04"
{when}
tags = ["water"]
authors = ["Ann Ash"]
+++
![qqwshown](zqxshot.png)

-- content/politics/zqxbundle/zqxshot.png --
qqwshot

-- content/politics/zqxbundle/zqxbeside.pdf --
qqwbeside

-- content/ckb/politics/open.md --
+++
title = "qqwtranslation"
date = "2026-11-04"
{when}
+++
qqwtranslated

-- content/pages/zqxpage.md --
+++
title = "qqwpage"
{when}
+++
qqwpagebody
"#;

/// Why something is withheld, and what would show it.
const DRAFT: &str = "draft = true";
const EMBARGOED: &str = "embargo = \"2026-12-01T06:00:00Z\"";
const EXPIRED: &str = "expires = \"2026-11-20T06:00:00Z\"";
const BEFORE: &str = "2026-11-10T00:00:00Z";
const AFTER: &str = "2026-12-02T00:00:00Z";

/// Words that a reader sees as soon as the story is published.
const SEEN: [&str; 25] = [
    "qqwsection",
    "qqwdescription",
    "qqwtitle",
    "qqwsummary",
    "qqwkicker",
    "qqwdateline",
    "qqwseries",
    "qqwtag",
    "qqwauthor",
    "zqxslug",
    "zqxalias",
    "qqwcorrection",
    "qqwalt",
    "qqwcaption",
    "qqwcredit",
    "qqwextra",
    "qqwbody",
    "qqwheading",
    "qqwnote",
    "qqwbytes",
    "qqwprofile",
    "qqwshot",
    "qqwbeside",
    "qqwtranslated",
    "qqwpagebody",
];

fn outlet(when: &str) -> TestSite {
    site(&(OPEN.to_owned() + &HIDDEN.replace("{when}", when)))
}

/// Nothing of what is withheld is published or printed.
fn is_tight(outlet: &mut TestSite) {
    outlet.build().lacks("qqw").lacks("zqx").equals_clean();
    assert!(!outlet.findings().contains("qqw"), "{}", outlet.findings());
    let (text, json) = (outlet.printed(&[]), outlet.printed(&["--format", "json"]));
    assert!(!text.contains("qqw"), "printed: {text}");
    assert!(!json.contains("qqw"), "printed: {json}");
    assert!(outlet.html("/tags/water/").contains("1 story"), "a count tells of a withheld story");
    assert!(outlet.html("/politics/").contains("1 story"), "a count tells of a withheld story");
}

fn is_open(outlet: &mut TestSite) {
    outlet.build().equals_clean();
    for word in SEEN {
        outlet.has(word);
    }
    assert!(outlet.html("/tags/water/").contains("3 stories"), "it counts");
}

#[test]
fn a_draft_is_shown_to_those_who_ask() {
    let mut outlet = outlet(DRAFT);
    is_tight(&mut outlet);
    is_open(outlet.drafts(true));
    is_tight(outlet.drafts(false));
}

#[test]
fn an_embargo_holds_until_its_moment() {
    let mut outlet = outlet(EMBARGOED);
    is_tight(&mut outlet);
    is_open(outlet.at(moment(AFTER)));
    is_tight(outlet.at(moment(NOON)));
}

#[test]
fn what_has_expired_is_gone() {
    let mut outlet = outlet(EXPIRED);
    is_tight(&mut outlet);
    is_open(outlet.at(moment(BEFORE)));
    is_tight(outlet.at(moment(NOON)));
}

#[test]
fn a_date_to_come_is_an_embargo() {
    let mut outlet = outlet("");
    for path in ["zqxfolder/zqxfile", "politics/zqxbundle/index", "ckb/politics/open"] {
        let file = format!("content/{path}.md");
        outlet.edit(&file, "date = \"2026-11-0", "date = \"2026-12-0");
    }
    for path in ["zqxfolder/_index", "authors/zqxperson", "pages/zqxpage"] {
        outlet.delete(&format!("content/{path}.md"));
    }
    is_tight(&mut outlet);
    outlet.build_at("2026-12-09").has("qqwtitle").has("qqwshot").equals_clean();
    is_tight(outlet.at(moment(NOON)));
}

#[test]
fn a_lost_ledger_publishes_nothing() {
    let mut outlet = outlet(EMBARGOED);
    is_open(outlet.at(moment(AFTER)));
    is_tight(outlet.forget().at(moment(NOON)));
}

#[test]
fn what_was_published_can_be_withdrawn() {
    for when in [DRAFT, EMBARGOED, EXPIRED] {
        let mut outlet = outlet("comments = true");
        is_open(&mut outlet);
        for path in [
            "zqxfolder/_index",
            "zqxfolder/zqxfile",
            "authors/zqxperson",
            "politics/zqxbundle/index",
            "ckb/politics/open",
            "pages/zqxpage",
        ] {
            outlet.edit(&format!("content/{path}.md"), "comments = true", when);
        }
        is_tight(&mut outlet);
    }
}

#[test]
fn the_default_theme_is_as_tight() {
    for when in [DRAFT, EMBARGOED, EXPIRED] {
        let mut outlet = outlet(when);
        outlet.edit("site.toml", "\"plain\"", "\"broadsheet\"");
        outlet.build().lacks("qqw").lacks("zqx").equals_clean();
        outlet.drafts(true).build_at(if when == EXPIRED { BEFORE } else { AFTER }).has("qqwtitle");
        outlet.drafts(false).build_at(NOON).lacks("qqw").lacks("zqx");
    }
}

#[test]
fn a_bundle_inside_a_bundle_keeps_its_pictures() {
    site(
        r#"
-- content/politics/trip/index.md --
+++
title = "Trip"
date = "2026-11-01"
+++
-- content/politics/trip/open.png --
open
-- content/politics/trip/zqxsecond/index.md --
+++
title = "qqwsecond"
date = "2026-11-01"
draft = true
+++
-- content/politics/trip/zqxsecond/zqxshot.png --
qqwshot
"#,
    )
    .build()
    .has("politics/trip/open.png")
    .lacks("zqx")
    .lacks("qqw");
}

/// Errors in withheld work are told without its words.
#[test]
fn messages_name_the_path_alone() {
    let to_come = "comments = true";
    for (from, to) in [
        ("summary = \"qqwsummary\"", "summary = 5 # qqwsummary"),
        ("kicker = \"qqwkicker\"", "kickre = \"qqwkicker\""),
        ("updated = \"2026-11-03\"", "updated = \"qqwdate\""),
        ("slug = \"zqxslug\"", "slug = \"qqw/slug\""),
        ("series = \"qqwseries\"", "series = \"qqwseries"),
        ("\"/old/zqxalias/\"", "\"https://old.example/qqwalias/\""),
    ] {
        for when in [DRAFT, EMBARGOED, EXPIRED, to_come] {
            let mut outlet = outlet(when);
            let file = "content/zqxfolder/zqxfile.md";
            outlet.edit(file, from, to).edit(
                file,
                "date = \"2026-11-02\"",
                "date = \"2026-12-02\"",
            );
            let printed = outlet.printed(&[]);
            assert!(printed.contains("zqxfile.md"), "{to}: {printed}");
            assert!(!printed.contains("qqw"), "{to}, {when}: {printed}");
        }
    }
}

/// Web servers are told what is gone, since its address was public once; of what is still to
/// come they hear nothing.
#[test]
fn web_servers_hear_of_what_was_public_alone() {
    let files =
        "lite = true\nhosting = { files = [\"headers\", \"redirects\", \"nginx\", \"caddy\"] }";
    for when in [DRAFT, EMBARGOED] {
        let mut outlet = outlet(when);
        is_tight(outlet.edit("site.toml", "lite = true", files));
    }
    let never = "expires = \"2026-11-02T00:00:00Z\"\nembargo = \"2026-11-02T00:00:00Z\"";
    is_tight(outlet(never).edit("site.toml", "lite = true", files));
    is_tight(outlet("draft = true\nexpires = \"2026-11-20\"").edit(
        "site.toml",
        "lite = true",
        files,
    ));
    let mut outlet = outlet(EXPIRED);
    outlet.edit("site.toml", "lite = true", files).build().equals_clean().lacks("qqw");
    for file in ["/_hosting/nginx-maps.conf", "/_hosting/Caddyfile"] {
        let text = outlet.html(file);
        let gone: Vec<&str> = text.lines().filter(|line| line.contains("zqx")).collect();
        let all =
            ["/lite/zqxfolder/zqxslug/", "/old/zqxalias/", "/zqxfolder/zqxslug/", "/zqxpage/"];
        for address in all {
            assert_eq!(
                gone.iter().filter(|line| line.contains(&format!("\"{address}\""))).count(),
                1,
                "{text}"
            );
        }
    }
    let others = outlet.html("/_headers") + &outlet.html("/_hosting/nginx-server.conf");
    assert!(!others.contains("zqx"), "{others}");
    // Whoever takes over the address is there.
    outlet.write(
        "content/news/again.md",
        "+++\ntitle = \"Again\"\ndate = \"2026-11-21\"\naliases = [\"/zqxfolder/zqxslug/\"]\n+++\n",
    );
    outlet.build().equals_clean();
    let maps = outlet.html("/_hosting/nginx-maps.conf");
    assert!(maps.contains("\"/zqxfolder/zqxslug/\" \"/news/again/\";"), "{maps}");
    assert!(!maps.contains("\"/zqxfolder/zqxslug/\" \"1\";"), "{maps}");
}
