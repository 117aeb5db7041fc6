//! The demo outlet, and one whose every field is hostile: markup, quotes, the end of a CDATA
//! section, control characters, scripts of every direction, and fields that are not there.

use crate::{
    support::{TestSite, bare},
    trees::tree,
    world::picture,
};
use std::path::Path;

/// Where the hostile outlet lives.
pub const BASE: &str = "https://hostile.example/news";

/// The repository's own outlet, with all formats for everything.
pub fn demo() -> TestSite {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut outlet = bare();
    outlet.write("site.toml", std::fs::read(root.join("site.toml")).expect("site.toml"));
    for folder in ["content", "static"] {
        for (path, bytes) in tree(&root.join(folder)) {
            if !path.ends_with('/') {
                outlet.write(&format!("{folder}/{path}"), bytes);
            }
        }
    }
    outlet
}

/// A story of the hostile outlet.
pub struct Source {
    pub path: &'static str,
    pub title: &'static str,
    pub date: &'static str,
    pub authors: &'static [&'static str],
    pub tags: &'static [&'static str],
    /// More lines of front matter.
    more: &'static str,
    body: &'static str,
}

/// A text as readers see it: what XML cannot hold is gone.
pub fn seen(text: &str) -> String {
    let odd =
        |c: char| matches!(c, '\u{fffe}' | '\u{ffff}') || (c.is_control() && !"\t\n".contains(c));
    text.replace(odd, "").trim().to_owned()
}

const FORTY: &[&str] = &[
    "t01", "t02", "t03", "t04", "t05", "t06", "t07", "t08", "t09", "t10", "t11", "t12", "t13",
    "t14", "t15", "t16", "t17", "t18", "t19", "t20", "t21", "t22", "t23", "t24", "t25", "t26",
    "t27", "t28", "t29", "t30", "t31", "t32", "t33", "t34", "t35", "t36", "t37", "t38", "t39",
    "t40",
];

/// Every story of the default edition.
pub fn sources() -> Vec<Source> {
    let plain = Source {
        path: "politics/bare.md",
        title: "Bare",
        date: "2026-11-01T09:00:00+03:00",
        authors: &[],
        tags: &[],
        more: "",
        body: "",
    };
    vec![
        Source {
            path: "politics/markup.md",
            title: "<b>\"Bold\"</b> & 'brave' <script>alert(1)</script> ]]> <!-- &amp; &lt; -->",
            date: "2026-11-02T09:00:00+03:00",
            authors: &["O'Neil & <i>Sons</i>", "Ann Ash"],
            tags: &["R&D", "<tag>", "\"quoted\"", "a ]]> b"],
            more: "summary = \"1 < 2 & \\\"3\\\" > 2 ]]> <img src=x onerror=alert(1)> &lt;\"\nimage = { src = \"shot.png\", alt = '''A <b>\"river\"</b> & ]]>''', caption = \"The 'river' </media:description>\", credit = \"Ann & Bo\" }\n",
            body: BODY,
        },
        Source {
            path: "politics/controls.md",
            title: "a\u{7}b\u{1b}[31mc\u{fffe}d\u{ffff}e\u{85}f\tg",
            date: "2026-11-03T09:00:00+03:00",
            authors: &["Bell\u{7} Ringer"],
            tags: &["bell\u{7} tag"],
            more: "summary = \"x\\u0007y\\u001Bz\\uFFFE\"\nimage = \"https://cdn.example/a b.jpg?x=1&y=2\"\n",
            body: "A\u{7}B\u{1b}C\u{fffe}D\u{c}E\n\n```\n]]>\u{1}\n```\n",
        },
        Source {
            path: "politics/scripts.md",
            title: "دەنگدان (vote) لە ٢٠٢٦: “50%” – עברית, 中文 and 👩‍👩‍👧‍👦🏳️‍🌈 \u{202e}mixed\u{202c}",
            date: "2026-11-04T09:00:00+03:00",
            authors: &["ئازاد میرکەوان", "دیلۆڤان"],
            tags: &["ئاو", "çay û nan", "👩‍👩‍👧‍👦 family"],
            more: "summary = \"هەواڵ (news) 👍\"\nimage = { src = \"//cdn.example/p.webp\", alt = \"وێنە\", caption = \"\", credit = \"\" }\n",
            body: "دەق 👩‍👩‍👧‍👦 (text) [بەستەر](/politics/bare/).\n",
        },
        Source {
            path: "politics/long.md",
            title: "DonaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftDonaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
            date: "2026-11-05T09:00:00+03:00",
            authors: &["A", "B", "C", "D", "E", "F", "G", "H", "I", "J"],
            tags: FORTY,
            more: "image = { src = \"nowhere.png\", alt = \"gone\" }\n",
            body: "Long.\n",
        },
        Source {
            path: "odd/entities.md",
            title: "AT&amp;T &#60;b&#62; {{ 7*7 }} {% raw %}",
            date: "1999-12-31T23:59:59+03:00",
            authors: &["Ann Ash"],
            tags: &[],
            more: "updated = \"2026-11-06T09:00:00+03:00\"\n",
            body: "Only &lt;text&gt; &amp; `<code>`.\n",
        },
        plain,
    ]
}

/// Links and pictures of every kind, which must all be absolute in a full text.
const BODY: &str = r##"
See [here](/politics/bare/), [near](bare.md#a), [a fragment](#end), [a query](?q=1&r=2),
[up](../../), [a neighbour](../bare/), [mail](mailto:desk@hostile.example), [the host](//cdn.example/x),
[away](https://elsewhere.example/?a=1&b=2), [nothing of ours](/shop/?x=1), [a file](notes.pdf).[^1]

![The "shot"](shot.png "A caption & 'more' ]]>") and ![gone](nowhere.png)

![Alone](/politics/shot.png)

<figure><a href=/politics/bare/><img src='shot.png' srcset="shot.png 1x, /politics/shot.png 2x" alt=""></a></figure>
<video src="clip.mp4" poster="shot.png"></video> <blockquote cite="/politics/bare/">q</blockquote>
<iframe src="//cdn.example/frame" title="f"></iframe> <pre><a href="bare/">in an example</a></pre>
<svg><use href="#part"></use></svg> <!-- <a href="/comment/"> --> ]]> <![CDATA[x]]>

| a | b |
|---|---|
| [x](/politics/bare/) | 2 |

## End {#end}

[^1]: A note, and [a link](/politics/bare/#x) in it.
"##;

const SETTINGS: &str = r#"
title = '''The "Hostile" <Post> & Co ]]>'''
description = "All the <news> & more \"quotes\" ]]>"
base_url = "https://hostile.example/news"
timezone = "Asia/Baghdad"
[feeds]
full_text = true
sections = true
tags = true
authors = true
hub = "https://hub.example/?a=1&b=2"
[languages.ckb]
title = "پۆستی <b>دوژمن</b> (ckb) 👍"
"#;

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn all_quoted(texts: &[&str]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// The hostile outlet.
pub fn hostile() -> TestSite {
    let mut outlet = bare();
    outlet.write("site.toml", SETTINGS);
    for source in sources() {
        let Source { path, title, date, authors, tags, more, body } = source;
        let mut front = format!("title = {}\ndate = {}\n{more}", quoted(title), quoted(date));
        for (key, texts) in [("authors", authors), ("tags", tags)] {
            if !texts.is_empty() {
                front.push_str(&format!("{key} = {}\n", all_quoted(texts)));
            }
        }
        outlet.write(&format!("content/{path}"), format!("+++\n{front}+++\n{body}"));
    }
    let section = "+++\ntitle = '''Pol<i>tics & \"more\" ]]>'''\nsummary = \"Who <decides> & why ]]>\"\n+++\n";
    outlet.write("content/politics/_index.md", section);
    let ckb = "+++\ntitle = \"هەواڵی <یەکەم> & ]]>\"\ndate = \"2026-11-02\"\nauthors = [\"ئازاد\"]\n+++\nدەق [^1]\n\n[^1]: تێبینی\n";
    outlet.write("content/ckb/politics/yekem.md", ckb);
    outlet.write(
        "content/authors/ann-ash.md",
        "+++\ntitle = \"Ann Ash\"\nsummary = \"Asks <why> & how.\"\n+++\n",
    );
    outlet
        .write("content/politics/shot.png", picture(16, 9, 1))
        .write("content/politics/notes.pdf", "pdf");
    outlet
}
