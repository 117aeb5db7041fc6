//! Any text is a body: what the scan lists is what the HTML holds, and nothing panics.
//! `cargo fuzz run markdown`

#![no_main]

use libfuzzer_sys::fuzz_target;
use masthead::content::markdown::{self, Href, Picture, Resolve, Words};

/// Leaves every target as it is, and counts.
#[derive(Default)]
struct AsWritten(usize);

impl Resolve for AsWritten {
    fn link(&mut self, target: &str) -> Href {
        self.0 += 1;
        Href::To(target.to_owned())
    }

    fn picture(&mut self, _: &str) -> Option<Picture> {
        self.0 += 1;
        None
    }
}

fuzz_target!(|body: &str| {
    let words = Words { footnotes: "Footnotes", back_to_text: "Back", table: "Table" };
    let scan = markdown::scan(body, 0, true);
    let (mut html, mut resolve) = (String::new(), AsWritten::default());
    markdown::html(body, &mut resolve, &words, &mut html);
    assert_eq!(scan.links.len() + scan.pictures.len(), resolve.0);
});
