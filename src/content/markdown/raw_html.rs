//! Raw HTML in a body: finds tags, their links, pictures, scripts and ids, and the text between
//! them.
//!
//! Invariant: it only looks. What it finds are byte ranges of the HTML, which is otherwise
//! passed on untouched. It reads as browsers do, as far as finding tags goes (HTML Standard,
//! section 13.2.5), and makes no tree. Links in comments, scripts, styles, `<pre>` and `<code>`
//! are talked about rather than meant, and are not found.

use std::{borrow::Cow, ops::Range};

/// Something in a tag that is of interest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// What it is.
    pub kind: Kind,
    /// The attribute's value, with character references resolved.
    pub text: Box<str>,
    /// Where the value stands in the HTML, without quotes.
    pub value: Range<usize>,
    /// Whether it stands in quotes.
    pub quoted: bool,
    /// Where the whole tag stands.
    pub tag: Range<usize>,
    /// Of one address among several in an attribute: where it stands with what belongs to it.
    part: Option<Range<usize>>,
}

/// What was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An anchor.
    Id,
    /// A link to a page or a media file.
    Link,
    /// A page shown in a frame.
    Frame,
    /// Something to be run: a script, or what an event does.
    Script,
    /// A picture.
    Picture {
        /// Whether it says what is to be seen, or says with `alt=""` that it is decoration.
        alt: bool,
        /// How wide and how high it says it is; 0 for what is no number of pixels.
        size: (Option<u32>, Option<u32>),
    },
}

impl Found {
    /// What goes with the value, where it must go: the attribute with the blanks before it, or
    /// the value's part of an attribute that holds several.
    pub fn attribute(&self, html: &str) -> Range<usize> {
        if let Some(part) = &self.part {
            return part.clone();
        }
        let quote = usize::from(self.quoted);
        let before = &html[..self.value.start - quote];
        let name = before.trim_end().trim_end_matches('=').trim_end();
        let start = name.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end().len();
        start..self.value.end + quote
    }
}

/// A picture whose tag describes it, and says how large it is, in other words.
const MORE: Kind = Kind::Picture { alt: true, size: (Some(0), Some(0)) };

/// A part of raw HTML.
pub enum Token<'h> {
    /// Text between tags, as written.
    Text(&'h str),
    /// An opening tag.
    Open(Tag<'h>),
}

/// An opening tag.
pub struct Tag<'h> {
    /// As written.
    pub name: &'h str,
    /// In the order written.
    pub attributes: Vec<Attribute<'h>>,
    range: Range<usize>,
    /// Whether it stands in `<pre>` or `<code>`.
    example: bool,
}

/// An attribute of a tag.
pub struct Attribute<'h> {
    /// As written.
    pub name: &'h str,
    /// As written, without quotes.
    pub value: &'h str,
    /// Where the value stands in the HTML.
    pub range: Range<usize>,
    /// Whether it stands in quotes.
    pub quoted: bool,
}

/// Reads the raw HTML of a body, piece after piece: a comment or script that one piece leaves
/// open goes on in the next.
#[derive(Default)]
pub struct Reader {
    inside: Inside,
    examples: usize,
}

#[derive(Clone, Copy, Default)]
enum Inside {
    #[default]
    Markup,
    Comment,
    /// An element whose content is not markup.
    Element(&'static str),
}

/// Elements whose content is text up to their closing tag (HTML Standard, section 13.1.2).
const TEXT_ELEMENTS: [&str; 6] = ["script", "style", "textarea", "title", "iframe", "xmp"];

impl Reader {
    /// Finds the links, pictures and ids in a piece of HTML.
    pub fn find(&mut self, html: &str) -> Vec<Found> {
        let mut found = Vec::new();
        self.read(html, |token| {
            if let Token::Open(tag) = token {
                tag.find(&mut found);
            }
        });
        found
    }

    /// Reads a piece of HTML. A tag that it leaves unfinished is not reported.
    pub fn read<'h>(&mut self, html: &'h str, mut take: impl FnMut(Token<'h>)) {
        let mut at = 0;
        while at < html.len() {
            at = match self.inside {
                Inside::Markup => self.markup(html, at, &mut take),
                Inside::Comment => self.comment(html, at),
                Inside::Element(name) => self.element(html, at, name),
            };
        }
    }

    /// Reads text up to a tag, and the tag; returns where it ends.
    fn markup<'h>(&mut self, html: &'h str, at: usize, take: &mut impl FnMut(Token<'h>)) -> usize {
        let start = html[at..].find('<').map_or(html.len(), |found| at + found);
        if at < start {
            take(Token::Text(&html[at..start]));
        }
        let mut after = html[start..].chars().skip(1);
        match (after.next(), after.next()) {
            (Some('!'), _) if html[start..].starts_with("<!--") => {
                self.inside = Inside::Comment;
                // `<!-->` is a whole comment, so its dashes may be those that close it.
                start + 2
            }
            (Some('!' | '?'), _) => past(html, start, ">"),
            (Some('/'), Some(c)) if c.is_ascii_alphabetic() => self.close(html, start),
            (Some(c), _) if c.is_ascii_alphabetic() => self.open(html, start, take),
            (Some(_), _) => start + 1,
            (None, _) => html.len(),
        }
    }

    fn open<'h>(&mut self, html: &'h str, start: usize, take: &mut impl FnMut(Token<'h>)) -> usize {
        let name = tag_name(&html[start + 1..]);
        let Some((attributes, end)) = attributes(html, start + 1 + name.len()) else {
            return html.len();
        };
        if is_example(name) {
            self.examples += 1;
        }
        if let Some(element) = TEXT_ELEMENTS.iter().find(|e| e.eq_ignore_ascii_case(name)) {
            self.inside = Inside::Element(element);
        }
        let example = self.examples > 0;
        take(Token::Open(Tag { name, attributes, range: start..end, example }));
        end
    }

    fn close(&mut self, html: &str, start: usize) -> usize {
        if is_example(tag_name(&html[start + 2..])) {
            self.examples = self.examples.saturating_sub(1);
        }
        past(html, start, ">")
    }

    fn comment(&mut self, html: &str, at: usize) -> usize {
        if html[at..].contains("-->") {
            self.inside = Inside::Markup;
        }
        past(html, at, "-->")
    }

    fn element(&mut self, html: &str, at: usize, name: &str) -> usize {
        let mut closing = html[at..].match_indices("</").map(|(found, _)| at + found);
        match closing.find(|start| tag_name(&html[start + 2..]).eq_ignore_ascii_case(name)) {
            Some(start) => {
                self.inside = Inside::Markup;
                past(html, start, ">")
            }
            None => html.len(),
        }
    }
}

fn is_example(name: &str) -> bool {
    name.eq_ignore_ascii_case("pre") || name.eq_ignore_ascii_case("code")
}

fn tag_name(html: &str) -> &str {
    let end = html.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
    &html[..end.unwrap_or(html.len())]
}

/// The place behind the next `end`, or the end of the HTML.
fn past(html: &str, at: usize, end: &str) -> usize {
    html[at..].find(end).map_or(html.len(), |found| at + found + end.len())
}

/// Reads attributes from `at` on; returns them with the end of the tag, if it ends.
fn attributes(html: &str, mut at: usize) -> Option<(Vec<Attribute<'_>>, usize)> {
    let mut attributes = Vec::new();
    loop {
        at = skip(html, at, |c| c.is_ascii_whitespace() || c == '/');
        if html[at..].starts_with('>') {
            return Some((attributes, at + 1));
        }
        let (attribute, end) = attribute(html, at)?;
        attributes.push(attribute);
        at = end;
    }
}

fn attribute(html: &str, start: usize) -> Option<(Attribute<'_>, usize)> {
    // An equals sign in first place belongs to the name.
    let first = html[start..].chars().next()?.len_utf8();
    let end =
        skip(html, start + first, |c| !c.is_ascii_whitespace() && !matches!(c, '/' | '>' | '='));
    let name = &html[start..end];
    let equals = skip(html, end, |c| c.is_ascii_whitespace());
    if !html[equals..].starts_with('=') {
        return Some((Attribute { name, value: "", range: end..end, quoted: false }, end));
    }
    let (range, quoted) = value(html, skip(html, equals + 1, |c| c.is_ascii_whitespace()))?;
    let end = range.end + usize::from(quoted);
    Some((Attribute { name, value: &html[range.clone()], range, quoted }, end))
}

/// The range of an attribute's value, and whether it is quoted.
fn value(html: &str, at: usize) -> Option<(Range<usize>, bool)> {
    match html[at..].chars().next()? {
        quote @ ('"' | '\'') => {
            let length = html[at + 1..].find(quote)?;
            Some((at + 1..at + 1 + length, true))
        }
        _ => Some((at..skip(html, at, |c| !c.is_ascii_whitespace() && c != '>'), false)),
    }
}

/// An address in a `srcset`.
pub struct Candidate {
    /// Where it stands.
    pub address: Range<usize>,
    /// The same with its width or density, and all that stands before the next one.
    part: Range<usize>,
}

/// The addresses in a `srcset` (HTML Standard, section 4.8.4.2.2): each is followed by its width
/// or density, with commas between them.
pub fn candidates(srcset: &str) -> Vec<Candidate> {
    let past_gap = |at| skip(srcset, at, |c| c.is_ascii_whitespace() || c == ',');
    let (mut found, mut at) = (Vec::new(), past_gap(0));
    while at < srcset.len() {
        let end = skip(srcset, at, |c| !c.is_ascii_whitespace());
        let address = at..at + srcset[at..end].trim_end_matches(',').len();
        let described = address.end == end;
        let next = past_gap(if described { skip(srcset, end, |c| c != ',') } else { end });
        found.push(Candidate { address, part: at..next });
        at = next;
    }
    found
}

fn skip(html: &str, at: usize, what: impl Fn(char) -> bool) -> usize {
    html[at..].find(|c| !what(c)).map_or(html.len(), |found| at + found)
}

impl Tag<'_> {
    /// Whether the tag breaks the line, and so ends a word.
    pub fn is_break(&self) -> bool {
        self.name.eq_ignore_ascii_case("br")
    }

    fn find(&self, found: &mut Vec<Found>) {
        let before = found.len();
        self.note("id", Kind::Id, found);
        let name = self.name.to_ascii_lowercase();
        self.find_scripts(&name, found);
        if name == "a" {
            self.note("name", Kind::Id, found);
        }
        match name.as_str() {
            _ if self.example => {}
            "a" | "area" => self.note("href", Kind::Link, found),
            "source" | "video" | "audio" => {
                self.note("src", Kind::Link, found);
                // Browsers take an empty one for none.
                if self.attribute("poster").is_some_and(|poster| !poster.value.trim().is_empty()) {
                    self.note("poster", MORE, found);
                }
                self.note_candidates(found);
            }
            "blockquote" | "q" | "del" | "ins" => self.note("cite", Kind::Link, found),
            "object" => self.note("data", Kind::Link, found),
            "embed" | "track" => self.note("src", Kind::Link, found),
            "iframe" => self.note("src", Kind::Frame, found),
            "img" => {
                let alt = self.attribute("alt").is_some();
                let pixels = |name| Some(self.attribute(name)?.value.trim().parse().unwrap_or(0));
                let size = (pixels("width"), pixels("height"));
                self.note("src", Kind::Picture { alt, size }, found);
                self.note_candidates(found);
            }
            _ => {}
        }
        // Whoever writes them anew goes through them from the first to the last.
        found[before..].sort_by_key(|found| found.value.start);
    }

    /// The pictures of a `srcset`.
    fn note_candidates(&self, found: &mut Vec<Found>) {
        let Some(Attribute { value, range, quoted, .. }) = self.attribute("srcset") else { return };
        // Without quotes there are no blanks, and so no more than one.
        if !quoted && !value.is_empty() {
            return self.note("srcset", MORE, found);
        }
        let placed = |at: Range<usize>| range.start + at.start..range.start + at.end;
        found.extend(candidates(value).into_iter().map(|candidate| Found {
            kind: MORE,
            text: decode(&value[candidate.address.clone()]).into(),
            value: placed(candidate.address),
            // It ends where others may follow, and needs no quotes of its own.
            quoted: true,
            tag: self.range.clone(),
            part: Some(placed(candidate.part)),
        }));
    }

    /// What browsers would run, in examples too.
    fn find_scripts(&self, name: &str, found: &mut Vec<Found>) {
        let is_event = |a: &&Attribute| {
            a.name.len() > 2 && a.name.get(..2).is_some_and(|on| on.eq_ignore_ascii_case("on"))
        };
        let events = self.attributes.iter().filter(is_event);
        found.extend(events.map(|event| self.script(event.name, event.range.clone())));
        let kind = self.attribute("type").map_or("", |kind| kind.value.trim());
        if name == "script" && is_run(kind) {
            let src = self.attribute("src").map(|src| decode(src.value.trim()));
            let end = self.range.end;
            found.push(self.script(src.as_deref().unwrap_or("script"), end..end));
        }
    }

    fn script(&self, text: &str, value: Range<usize>) -> Found {
        Found {
            kind: Kind::Script,
            text: text.into(),
            value,
            quoted: false,
            tag: self.range.clone(),
            part: None,
        }
    }

    fn attribute(&self, name: &str) -> Option<&Attribute<'_>> {
        self.attributes.iter().find(|a| a.name.eq_ignore_ascii_case(name))
    }

    fn note(&self, name: &str, kind: Kind, found: &mut Vec<Found>) {
        let Some(attribute) = self.attribute(name) else { return };
        let text = match kind {
            Kind::Id => decode(attribute.value),
            // Browsers strip the blanks around an address.
            _ => decode(attribute.value.trim()),
        };
        // `id=""` names nothing; `href=""` is a link to the page itself.
        if kind != Kind::Id || !text.is_empty() {
            let Attribute { range, quoted, .. } = attribute;
            let (value, tag) = (range.clone(), self.range.clone());
            found.push(Found { kind, text: text.into(), value, quoted: *quoted, tag, part: None });
        }
    }
}

/// Whether browsers run a script of this type (HTML Standard, section 4.12.1): any other is data.
fn is_run(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    kind.is_empty()
        || kind == "module"
        || kind.contains("javascript")
        || kind.contains("ecmascript")
}

/// Resolves character references; an ampersand that begins none stays, as in browsers.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    quick_xml::escape::unescape(text).unwrap_or_else(|_| text.replace("&amp;", "&").into())
}
