//! XML, written into memory.
//!
//! Invariant: whatever the words are, the result is well-formed. Markup in them is escaped, and
//! characters that XML 1.0 does not have are left out, in text and in attributes alike.

use crate::base::clean;
use quick_xml::escape::{escape, partial_escape};

/// A document in the making.
#[derive(Debug)]
pub struct Xml {
    out: String,
    /// The elements that are open, the innermost last.
    open: Vec<&'static str>,
}

/// Attributes, in the order in which they are written.
pub type Attributes<'a> = &'a [(&'a str, &'a str)];

impl Xml {
    /// A document with nothing but its declaration.
    #[must_use]
    pub fn new() -> Self {
        let declaration = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
        Self { out: declaration.to_owned(), open: Vec::new() }
    }

    /// Opens an element that holds others.
    pub fn open(&mut self, name: &'static str, attributes: Attributes) {
        self.tag(name, attributes, ">\n");
        self.open.push(name);
    }

    /// Closes the innermost element.
    pub fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.out.extend(["</", name, ">\n"]);
        }
    }

    /// Writes an element without content.
    pub fn empty(&mut self, name: &str, attributes: Attributes) {
        self.tag(name, attributes, "/>\n");
    }

    /// Writes an element that holds text.
    pub fn text(&mut self, name: &str, attributes: Attributes, text: &str) {
        self.tag(name, attributes, ">");
        self.out.push_str(&partial_escape(clean(text)));
        self.out.extend(["</", name, ">\n"]);
    }

    fn tag(&mut self, name: &str, attributes: Attributes, end: &str) {
        self.out.extend(["<", name]);
        for (name, value) in attributes {
            self.out.extend([" ", name, "=\"", &escape(clean(value)), "\""]);
        }
        self.out.push_str(end);
    }

    /// The document, with all that is still open closed.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        while !self.open.is_empty() {
            self.close();
        }
        self.out.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_breaks_it() {
        let mut xml = Xml::new();
        let words = "a < b & \"c\" ]]> 'd'\u{0}\u{8}\u{fffe}\u{ffff}\u{9f}\u{1f980}";
        xml.open("a", &[("x", words)]);
        xml.text("b", &[], words);
        xml.empty("c", &[("y", "<")]);
        let text = String::from_utf8(xml.finish()).expect("UTF-8");
        assert_eq!(
            text,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
             <a x=\"a &lt; b &amp; &quot;c&quot; ]]&gt; &apos;d&apos;\u{1f980}\">\n\
             <b>a &lt; b &amp; \"c\" ]]&gt; 'd'\u{1f980}</b>\n\
             <c y=\"&lt;\"/>\n</a>\n"
        );
    }
}
