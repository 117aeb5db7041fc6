//! What holds of any body. The fuzzer asks it, and so does `tests/suite/fuzz.rs`: what only the
//! fuzzer compiled would stop compiling without anybody's noticing.

use std::collections::BTreeSet;

use masthead::content::{
    Link,
    markdown::{self, Href, Lite, Picture, Resolve, Words},
};

/// Leaves every target as it is, and notes what it was asked for.
#[derive(Default)]
struct AsWritten {
    links: Vec<String>,
    pictures: Vec<String>,
}

impl Resolve for AsWritten {
    fn link(&mut self, target: &str) -> Href {
        self.links.push(target.to_owned());
        Href::To(target.to_owned())
    }

    fn picture(&mut self, target: &str) -> Option<Picture> {
        self.pictures.push(target.to_owned());
        None
    }
}

const WORDS: Words = Words {
    footnotes: "Footnotes",
    back_to_text: "Back",
    table: "Table",
    digits: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
};

/// The tags of the lite edition: nothing that runs, loads or is styled is among them.
const OF_LITE: &[&str] = &[
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "div",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "span",
    "strong",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Panics where what is promised of every body does not hold of this one.
pub fn holds(body: &str) {
    let (whole, asked) = html(body);
    assert_eq!(whole, html(body).0, "twice the same HTML of {body:?}");
    assert_eq!(whole, markdown::readdressed(whole.clone(), |_| None), "no address of {body:?}");
    let scan = markdown::scan(body, 0, true);
    assert_eq!(scan, markdown::scan(body, 0, true), "twice the same scan of {body:?}");
    assert_eq!(targets(&scan.inside.links), asked.links, "links of {body:?}");
    assert_eq!(targets(&scan.inside.pictures), asked.pictures, "pictures of {body:?}");
    for link in scan.inside.links.iter().chain(&scan.inside.pictures) {
        let place = body.get(link.at.0 as usize..link.at.1 as usize);
        assert!(place.is_some_and(|place| !place.is_empty()), "{:?} in {body:?}", link.at);
    }
    let ids = || scan.inside.outline.iter().map(|h| &h.id).chain(&scan.inside.anchors);
    assert_eq!(ids().collect::<BTreeSet<_>>().len(), ids().count(), "ids of {body:?}");
    assert!(scan.excerpt.chars().count() <= 240, "the excerpt of {body:?}");
    assert!(scan.words as usize <= body.len(), "the words of {body:?}");
    for away in ["", "/whole/"] {
        lite(body, away);
    }
}

fn html(body: &str) -> (String, AsWritten) {
    let (mut out, mut resolve) = (String::new(), AsWritten::default());
    markdown::html(body, &mut resolve, &WORDS, &mut out);
    (out, resolve)
}

/// It can be cut where it says, and holds tags of its own alone, whatever the body holds.
fn lite(body: &str, away: &str) {
    let mut out = String::new();
    let lite = Lite { away, picture: "Picture" };
    let ends = markdown::lite(body, &mut AsWritten::default(), &WORDS, lite, &mut out);
    assert!(ends.is_sorted(), "{ends:?} of {body:?}");
    assert!(ends.iter().all(|end| out.is_char_boundary(*end)), "{ends:?} of {body:?}");
    for tag in out.split('<').skip(1) {
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next();
        assert!(name.is_some_and(|name| OF_LITE.contains(&name)), "`<{tag}` of {body:?}");
    }
}

fn targets<'a>(links: &'a [Link]) -> Vec<&'a str> {
    links.iter().map(|link| &*link.target).collect()
}
