//! A body as both of its readers see it: in reading order, with ids, numbers and levels given.
//!
//! Invariant: everything that `scan` and `html` must agree on is decided here or in what this
//! calls. Footnotes stand after the text, in the order of their first mention, and only those
//! that are mentioned.

use super::anchors;
use super::footnotes::{self, Note};
use super::raw_html::{Found, Reader};
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// A body, parsed.
pub struct Story<'a> {
    /// The text without its footnotes.
    pub main: Vec<Placed<'a>>,
    /// The footnotes that the text mentions; the first has the number 1.
    pub notes: Vec<Note<'a>>,
    /// The headings, in no order: see [`Piece::Heading`].
    pub heads: Vec<Head<'a>>,
    /// Every id that is not a heading's.
    pub anchors: Vec<Box<str>>,
}

/// A piece and its place in the body.
pub type Placed<'a> = (Piece<'a>, Range<usize>);

/// A piece of a body.
pub enum Piece<'a> {
    /// The beginning of a heading: an index into [`Story::heads`]. Its end is an event.
    Heading(usize),
    /// A whole picture.
    Picture {
        /// The target as written.
        target: CowStr<'a>,
        /// The title, which serves as the caption.
        title: CowStr<'a>,
        /// The alternative text, without markup.
        alt: String,
    },
    /// A mention of the footnote with this label, before footnotes are numbered.
    Mention(CowStr<'a>),
    /// A mention of a footnote.
    Mark {
        /// An index into [`Story::notes`].
        note: usize,
        /// Which mention of this note it is, from 0.
        nth: usize,
    },
    /// Raw HTML, and what is in it.
    Raw {
        /// The HTML as written.
        html: CowStr<'a>,
        /// Its links, pictures and ids; tags have their place in the body.
        found: Vec<Found>,
    },
    /// Anything else, as the parser gives it.
    Event(Event<'a>),
}

/// A heading.
pub struct Head<'a> {
    /// As written, then as rendered.
    pub level: u8,
    /// The id that the editor wants.
    pub wanted: Option<CowStr<'a>>,
    /// The classes that the editor wants.
    pub classes: Vec<CowStr<'a>>,
    /// The id it has.
    pub id: Box<str>,
    /// The text without markup.
    pub text: String,
}

/// No smart punctuation: quotes and dashes differ between languages, and editors type them.
const DIALECT: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_GFM);

impl<'a> Story<'a> {
    /// Parses a body.
    pub fn parse(body: &'a str) -> Self {
        let mut composer = Composer::new(body);
        let mut events = Parser::new_ext(body, DIALECT).into_offset_iter();
        while let Some((event, at)) = events.next() {
            composer.take(event, at, &mut events);
        }
        let Composer { mut main, notes, heads, .. } = composer;
        let notes = footnotes::arrange(&mut main, notes);
        let mut story = Self { main, notes, heads, anchors: Vec::new() };
        anchors::name(&mut story);
        story
    }

    /// The pieces of the text, then of the footnotes.
    pub fn pieces(&self) -> impl Iterator<Item = &Placed<'a>> {
        self.main.iter().chain(self.notes.iter().flat_map(|note| &note.pieces))
    }
}

/// Turns the parser's events into pieces.
struct Composer<'a> {
    body: &'a str,
    main: Vec<Placed<'a>>,
    notes: Vec<Note<'a>>,
    /// The footnotes that are open, the innermost last.
    open: Vec<usize>,
    heads: Vec<Head<'a>>,
    raw: Reader,
}

impl<'a> Composer<'a> {
    fn new(body: &'a str) -> Self {
        // A piece for each twelve bytes is what news text has at most.
        let main = Vec::with_capacity(body.len() / 12);
        let (notes, open, heads) = (Vec::new(), Vec::new(), Vec::new());
        Self { body, main, notes, open, heads, raw: Reader::default() }
    }

    fn take(&mut self, event: Event<'a>, at: Range<usize>, rest: &mut impl Events<'a>) {
        let piece = match event {
            Event::Start(tag) => return self.start(tag, at, rest),
            Event::End(TagEnd::FootnoteDefinition) => {
                self.open.pop();
                return;
            }
            Event::End(TagEnd::Heading(_)) => {
                self.end_heading(&at);
                Piece::Event(event)
            }
            Event::FootnoteReference(label) => Piece::Mention(label),
            Event::Html(html) | Event::InlineHtml(html) => self.inline_html(html, &at),
            event => Piece::Event(event),
        };
        self.push(piece, at);
    }

    fn start(&mut self, tag: Tag<'a>, at: Range<usize>, rest: &mut impl Events<'a>) {
        let piece = match tag {
            Tag::FootnoteDefinition(label) => {
                self.open.push(self.notes.len());
                self.notes.push(Note::new(label));
                return;
            }
            Tag::Heading { level, id, classes, .. } => self.heading(level as u8, id, classes),
            Tag::Image { dest_url: target, title, .. } => {
                Piece::Picture { target, title, alt: alt(rest) }
            }
            Tag::HtmlBlock => self.html_block(rest),
            Tag::Link { link_type: link_type @ LinkType::Email, dest_url, title, id } => {
                let dest_url = format!("mailto:{dest_url}").into();
                Piece::Event(Event::Start(Tag::Link { link_type, dest_url, title, id }))
            }
            tag => Piece::Event(Event::Start(tag)),
        };
        self.push(piece, at);
    }

    fn push(&mut self, piece: Piece<'a>, at: Range<usize>) {
        let pieces = match self.open.last() {
            Some(note) => &mut self.notes[*note].pieces,
            None => &mut self.main,
        };
        pieces.push((piece, at));
    }

    fn heading(
        &mut self,
        level: u8,
        wanted: Option<CowStr<'a>>,
        classes: Vec<CowStr<'a>>,
    ) -> Piece<'a> {
        self.heads.push(Head { level, wanted, classes, id: Box::default(), text: String::new() });
        Piece::Heading(self.heads.len() - 1)
    }

    /// Gives back what the parser took for attributes although it is none, as in
    /// `## Hello {% raw %}`: nobody's words may get lost.
    fn end_heading(&mut self, at: &Range<usize>) {
        let pieces = self.open.last().map_or(&self.main, |note| &self.notes[*note].pieces);
        let (empty, text_end) = match pieces.last() {
            Some((Piece::Heading(_), _)) | None => (true, at.start),
            Some((_, last)) => (false, last.end),
        };
        let Some((from, to)) = braces(self.body, text_end..at.end) else { return };
        if is_attributes(&self.body[from + 1..to - 1]) {
            return;
        }
        if let Some(head) = self.heads.last_mut() {
            head.wanted = None;
            head.classes.clear();
        }
        let from = if empty { from } else { text_end };
        self.push(Piece::Event(Event::Text(self.body[from..to].into())), from..to);
    }

    fn inline_html(&mut self, html: CowStr<'a>, at: &Range<usize>) -> Piece<'a> {
        let mut found = self.raw.find(&html);
        found.iter_mut().for_each(|found| found.tag = at.clone());
        Piece::Raw { html, found }
    }

    /// Joins the lines of a block. In a quote or list they do not follow one another in the
    /// body, so the places of tags are looked up line by line.
    fn html_block(&mut self, rest: &mut impl Events<'a>) -> Piece<'a> {
        let lines = block_lines(rest);
        let html = join(self.body, &lines);
        let mut found = self.raw.find(&html);
        for found in &mut found {
            found.tag = place(&lines, found.tag.start)..place(&lines, found.tag.end - 1) + 1;
        }
        Piece::Raw { html, found }
    }
}

/// What follows an event.
trait Events<'a>: Iterator<Item = (Event<'a>, Range<usize>)> {}
impl<'a, I: Iterator<Item = (Event<'a>, Range<usize>)>> Events<'a> for I {}

/// The outermost braces in a part of the body.
fn braces(body: &str, part: Range<usize>) -> Option<(usize, usize)> {
    let text = body.get(part.clone())?;
    let (from, to) = (text.find('{')?, text.rfind('}')?);
    (from < to).then_some((part.start + from, part.start + to + 1))
}

/// Whether the text in braces is `#id .class`, and nothing else.
fn is_attributes(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace().peekable();
    words.peek().is_some() && words.all(|word| word.len() > 1 && word.starts_with(['#', '.']))
}

/// Reads a picture's alternative text, up to the picture's end.
fn alt<'a>(rest: &mut impl Events<'a>) -> String {
    let (mut alt, mut depth) = (String::new(), 1);
    for (event, _) in rest {
        match event {
            Event::Start(Tag::Image { .. }) => depth += 1,
            Event::End(TagEnd::Image) => depth -= 1,
            Event::Text(text) | Event::Code(text) => alt.push_str(&text),
            Event::SoftBreak | Event::HardBreak => alt.push(' '),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    alt
}

/// Some lines of a block: the text, where it stands in the block, and where in the body.
struct Lines<'a> {
    text: CowStr<'a>,
    in_block: usize,
    in_body: usize,
}

/// Reads the lines of an HTML block, up to its end.
fn block_lines<'a>(rest: &mut impl Events<'a>) -> Vec<Lines<'a>> {
    let (mut lines, mut in_block) = (Vec::new(), 0);
    for (event, at) in rest {
        match event {
            Event::Html(text) | Event::InlineHtml(text) | Event::Text(text) => {
                let length = text.len();
                lines.push(Lines { text, in_block, in_body: at.start });
                in_block += length;
            }
            Event::End(TagEnd::HtmlBlock) => break,
            _ => {}
        }
    }
    lines
}

fn join<'a>(body: &'a str, lines: &[Lines<'a>]) -> CowStr<'a> {
    let start = lines.first().map_or(0, |line| line.in_body);
    let together = lines.iter().all(|line| line.in_body == start + line.in_block);
    let length: usize = lines.iter().map(|line| line.text.len()).sum();
    match body.get(start..start + length) {
        Some(text) if together => text.into(),
        _ => lines.iter().map(|line| &*line.text).collect::<String>().into(),
    }
}

/// The place in the body of a place in the block.
fn place(lines: &[Lines], at: usize) -> usize {
    let line = lines.partition_point(|line| line.in_block <= at).saturating_sub(1);
    lines.get(line).map_or(at, |line| line.in_body + at - line.in_block)
}
