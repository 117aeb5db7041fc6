//! What the fuzz targets ask, asked of some thousands of inputs that are the same in every run.
//!
//! Invariant: `fuzz/fuzz_targets/` holds nothing but calls of `fuzz/properties/`, which is
//! compiled here; so the targets cannot fall behind the library. `MASTHEAD_FUZZ` is how many
//! inputs each property gets.

use super::world::Rng;

#[path = "../../fuzz/properties/front_matter.rs"]
mod front_matter;
#[path = "../../fuzz/properties/markdown.rs"]
mod markdown;

/// Pieces of Markdown, of HTML, and of what no editor means to write.
const PIECES: &[&str] = &[
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    " ",
    "    ",
    "\t",
    "> ",
    "- ",
    "1. ",
    "# ",
    "###### ",
    "---\n",
    "===\n",
    "```\n",
    "~~~ x\n",
    "`",
    "``",
    "*",
    "**",
    "_",
    "~~",
    "|",
    "|-|:-:|\n",
    "\\",
    "\\\n",
    "&",
    "&amp;",
    "&#0;",
    "&#1;",
    "&#x1F;",
    "&#xFFFE;",
    "[^a]",
    "[^a]: ",
    "[^b]: ",
    "![",
    "[",
    "](x)",
    "](<y z>)",
    "](../up.md \"t\")",
    "](javascript:a)",
    "[r]: z\n",
    "[r]",
    "{#a}",
    "{#a .b}",
    "{{ x }}",
    "{% x %}",
    "<a href=",
    "<a href='m'>",
    "</a>",
    "<img src=\"p\"",
    "<img src=p srcset='q 2x'>",
    "/>",
    ">",
    "<",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x",
    "?>",
    "<pre>",
    "</pre>",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "<div>",
    "</div>",
    "<div onclick=a>",
    "<iframe src=//v></iframe>",
    "<svg>",
    "<i id=a>",
    "<a name=b>",
    "<table><tr>",
    "'",
    "\"",
    "=",
    "> [!NOTE]\n",
    "<x@y.z>",
    "<http://x>",
    "https://x.example/",
    "ه",
    "ێ\u{300}",
    "字",
    "\u{0}",
    "\u{1}",
    "\u{8}",
    "\u{b}",
    "\u{c}",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{200f}",
    "\u{202e}",
    "\u{2028}",
    "\u{2066}",
    "\u{feff}",
    "\u{fffe}",
    "\u{10ffff}",
    "😀",
    "İ",
    "ß",
    "a",
    "b c",
    "word ",
    "]",
    "(",
    ")",
    "!",
    "```",
    "### ",
    "---",
    "===",
    "|-|-|",
    "[^b]",
    "](y \"t\")",
    "[r]: z",
    "{.c}",
    " {%",
    "%}",
    "{{",
    "}}",
    "<code>",
    "</code>",
    "\u{200c}",
];

/// Pieces of front matter, some of them no text.
const HEADS: &[&[u8]] = &[
    b"+++\n",
    b"---\n",
    b"\n",
    b"\r\n",
    b"\r",
    b" ",
    b"\t",
    b"title = \"T\"\n",
    b"title: T\n",
    b"date = 2026-11-22\n",
    b"date: 2026-11-22\n",
    b"draft",
    b"embargo",
    b"extra",
    b"[extra]\n",
    b"[extra.a]\n",
    b"[[corrections]]\n",
    b"tags",
    b"slug",
    b" = ",
    b": ",
    b"true",
    b"[",
    b"]",
    b"{",
    b"}",
    b"\"",
    b"'",
    b"\"\"\"",
    b"#",
    b"- ",
    b"|\n",
    b"&a ",
    b"*a",
    b"<<: ",
    b"? ",
    b"~",
    b"1e999",
    b"\\u0000",
    b"\0",
    b"\xff",
    b"\xfe",
    b"\xc3",
    b"\xc3\xa9",
    b"\xe2\x80",
    b"\xe2\x80\xae",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"x",
];

fn runs(usual: u64) -> u64 {
    std::env::var("MASTHEAD_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// A body of some pieces; now and then one of them many times over, which makes long lines and
/// deep nesting.
fn body(rng: &mut Rng) -> String {
    let mut body = String::new();
    for _ in 0..=rng.below(24) {
        let times = if rng.below(40) == 0 { 1 + rng.below(300) } else { 1 };
        body += &PIECES[rng.below(PIECES.len())].repeat(times);
    }
    body
}

#[test]
fn any_text_is_a_body() {
    for run in 0..runs(20_000) {
        markdown::holds(&body(&mut Rng::new(run)));
    }
}

#[test]
fn any_bytes_are_a_file() {
    for run in 0..runs(6_000) {
        let mut rng = Rng::new(run);
        let mut file: Vec<u8> = HEADS[rng.below(2)].to_vec();
        for _ in 0..=rng.below(16) {
            file.extend(HEADS[rng.below(HEADS.len())]);
        }
        front_matter::holds(&file);
    }
}

#[test]
fn every_target_asks_what_is_asked_here() {
    let fuzz = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let names = |folder: &str| {
        let entries = std::fs::read_dir(fuzz.join(folder)).expect("a folder");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<String> = names.map(|n| n.to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names("fuzz_targets"), names("properties"));
    let own = include_str!("fuzz.rs");
    for name in names("fuzz_targets") {
        let file = fuzz.join("fuzz_targets").join(&name);
        let target = std::fs::read_to_string(file).expect("a target");
        let path = format!("/properties/{name}\"]");
        assert!(own.contains(&path) && target.contains(&path), "{name}");
        assert!(!target.contains("masthead"), "{name} calls the library itself");
    }
}
