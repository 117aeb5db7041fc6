//! A body as HTML.
//!
//! Invariant: what Markdown gives is valid HTML without inline styles or scripts (for a strict
//! content security policy), everything in it escaped. Raw HTML is passed on byte for byte,
//! but for the addresses that lead elsewhere than written, or nowhere that may be seen. Where links lead is not decided
//! here, and neither are ids, numbers and levels.

use super::footnotes::Note;
use super::pull;
use super::raw_html::{Found, Kind, Reader, Token};
use super::story::{Head, Piece, Placed, Story};
use super::{Href, Lite, Resolve, Words};
use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, Tag, TagEnd};
use pulldown_cmark_escape::{escape_href, escape_html, escape_html_body_text};
use std::fmt::Write;

/// Writes a body as HTML behind what `out` holds.
pub fn html(body: &str, resolve: &mut dyn Resolve, words: &Words, out: &mut String) {
    let story = Story::parse(body);
    out.reserve(body.len() + body.len() / 4);
    let mut writer = Writer::new(&story, resolve, words, out);
    writer.pieces(&story.main);
    writer.notes(&story.notes);
}

/// Writes a body for the lite edition: no picture, no raw HTML, nothing that needs a style or a
/// second request. Gives the lengths of `out` at which a block ends, where it can be cut.
pub fn lite(
    body: &str,
    resolve: &mut dyn Resolve,
    words: &Words,
    lite: Lite,
    out: &mut String,
) -> Vec<usize> {
    let story = Story::parse(body);
    let mut writer = Writer::new(&story, resolve, words, out);
    writer.lite = Some(lite);
    let mut ends = Vec::new();
    for (index, (piece, _)) in story.main.iter().enumerate() {
        writer.piece(piece, &story.main[index + 1..]);
        match piece {
            Piece::Event(Event::Start(_)) | Piece::Heading(_) => writer.depth += 1,
            Piece::Event(Event::End(_)) => writer.depth = writer.depth.saturating_sub(1),
            _ => {}
        }
        if writer.depth == 0 {
            ends.push(writer.out.len());
        }
    }
    if lite.away.is_empty() {
        writer.notes(&story.notes);
    }
    ends
}

struct Writer<'w, 's> {
    story: &'s Story<'s>,
    resolve: &'w mut dyn Resolve,
    words: &'w Words<'w>,
    out: &'w mut String,
    /// Where the body begins in `out`.
    start: usize,
    /// Whether an `<a>` is open.
    in_link: bool,
    /// The caption of the figure that is open; may be empty.
    figure: Option<&'s str>,
    columns: &'s [Alignment],
    column: usize,
    in_head: bool,
    /// The level of the heading that is open.
    level: u8,
    /// The words outside of quotes, once they are wanted.
    said: Option<String>,
    /// For the lite edition.
    lite: Option<Lite<'w>>,
    /// How many blocks are open, in the lite edition.
    depth: usize,
    reader: Reader,
}

// Writing to a `String` cannot fail, so the results of these three say nothing.
fn push_text(out: &mut String, text: &str) {
    let _ = escape_html_body_text(out, text);
}

fn push_value(out: &mut String, value: &str) {
    let _ = escape_html(out, value);
}

fn push_url(out: &mut String, url: &str) {
    let _ = escape_href(out, url);
}

fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.extend([" ", name, "=\""]);
    push_value(out, value);
    out.push('"');
}

fn push_url_attribute(out: &mut String, name: &str, url: &str) {
    out.extend([" ", name, "=\""]);
    push_url(out, url);
    out.push('"');
}

impl<'w, 's> Writer<'w, 's> {
    fn new(
        story: &'s Story<'s>,
        resolve: &'w mut dyn Resolve,
        words: &'w Words,
        out: &'w mut String,
    ) -> Self {
        let start = out.len();
        Self {
            story,
            resolve,
            words,
            out,
            start,
            in_link: false,
            figure: None,
            columns: &[],
            column: 0,
            in_head: false,
            level: 2,
            said: None,
            lite: None,
            depth: 0,
            reader: Reader::default(),
        }
    }

    fn pieces(&mut self, pieces: &'s [Placed<'s>]) {
        for (index, (piece, _)) in pieces.iter().enumerate() {
            self.piece(piece, &pieces[index + 1..]);
        }
    }

    fn piece(&mut self, piece: &'s Piece<'s>, rest: &'s [Placed<'s>]) {
        match (piece, self.lite) {
            (Piece::Event(event), _) => self.event(event, rest),
            (Piece::Heading(head), _) => self.heading(&self.story.heads[*head]),
            (Piece::Picture { target, title, alt }, Some(lite)) => {
                self.picture_in_words(lite, target, if title.is_empty() { alt } else { title });
            }
            (Piece::Picture { target, title, alt }, None) => self.picture(target, title, alt),
            (Piece::Mark { note, nth }, _) => self.mark(*note, *nth),
            (Piece::Raw { html, .. }, Some(_)) => self.raw_in_words(html),
            (Piece::Raw { html, found }, None) => self.raw(html, found),
            // All mentions have become marks or text.
            (Piece::Mention(_), _) => {}
        }
    }

    /// Where an address within this page is to be found: on the full page, if this one is cut.
    fn within(&self, fragment: &str) -> String {
        [self.lite.map_or("", |lite| lite.away), fragment].concat()
    }

    fn event(&mut self, event: &'s Event<'s>, rest: &'s [Placed<'s>]) {
        match event {
            Event::Start(tag) => self.open(tag, rest),
            Event::End(tag) => self.close(*tag),
            Event::Text(text) => push_text(self.out, text),
            Event::Code(text) => {
                self.out.push_str("<code>");
                push_text(self.out, text);
                self.out.push_str("</code>");
            }
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.block("<hr>\n"),
            // The dialect has no other events: HTML and footnotes are pieces of their own.
            _ => {}
        }
    }

    /// Writes the beginning of a block, on a line of its own.
    fn block(&mut self, html: &str) {
        if self.out.len() > self.start && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str(html);
    }

    fn open(&mut self, tag: &'s Tag<'s>, rest: &'s [Placed<'s>]) {
        match tag {
            Tag::Paragraph => self.open_paragraph(rest),
            Tag::BlockQuote(None) => self.open_quote(rest),
            Tag::BlockQuote(Some(kind)) => self.block(alert(*kind)),
            Tag::CodeBlock(kind) => self.open_code(kind),
            Tag::List(Some(1)) => self.block("<ol>\n"),
            Tag::List(Some(first)) => self.block(&format!("<ol start=\"{first}\">\n")),
            Tag::List(None) => self.block("<ul>\n"),
            Tag::Item => self.block("<li>"),
            Tag::Table(columns) => self.open_table(columns),
            Tag::TableHead => {
                self.in_head = true;
                self.open_row("<thead>\n<tr>");
            }
            Tag::TableRow => self.open_row("<tr>"),
            Tag::TableCell => self.open_cell(),
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Link { dest_url, title, .. } => self.open_link(dest_url, title),
            // Headings, pictures, HTML and footnotes are pieces of their own; the rest is not
            // of the dialect.
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.close_paragraph(),
            TagEnd::Heading(_) => self.close_heading(),
            TagEnd::BlockQuote(None) => self.block("</blockquote>\n"),
            TagEnd::BlockQuote(Some(_)) => self.block("</div>\n"),
            TagEnd::CodeBlock => self.out.push_str("</code></pre>\n"),
            TagEnd::List(true) => self.out.push_str("</ol>\n"),
            TagEnd::List(false) => self.out.push_str("</ul>\n"),
            TagEnd::Item => self.out.push_str("</li>\n"),
            TagEnd::Table => self.close_table(),
            TagEnd::TableHead => self.close_head(),
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::TableCell => self.out.push_str(if self.in_head { "</th>" } else { "</td>" }),
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Link => self.close_link(),
            _ => {}
        }
    }
}

/// Paragraphs, headings, code.
impl<'s> Writer<'_, 's> {
    fn open_paragraph(&mut self, rest: &'s [Placed<'s>]) {
        self.figure = lone_picture(rest).filter(|_| self.lite.is_none());
        self.block(if self.figure.is_some() { "<figure class=\"picture\">" } else { "<p>" });
    }

    fn close_paragraph(&mut self) {
        let Some(caption) = self.figure.take() else { return self.out.push_str("</p>\n") };
        if !caption.is_empty() {
            self.out.push_str("<figcaption>");
            push_text(self.out, caption);
            self.out.push_str("</figcaption>");
        }
        self.out.push_str("</figure>\n");
    }

    /// A quote that repeats the story's own words is for the eye alone.
    fn open_quote(&mut self, rest: &[Placed]) {
        let story = self.story;
        let said = self.said.get_or_insert_with(|| pull::said(story));
        let pull = pull::is_pull(rest, said);
        self.block(if pull { PULL } else { "<blockquote>\n" });
    }

    fn heading(&mut self, head: &'s Head<'s>) {
        self.level = head.level;
        self.block("<h");
        let _ = write!(self.out, "{}", head.level);
        push_attribute(self.out, "id", &head.id);
        if !head.classes.is_empty() {
            push_attribute(self.out, "class", &head.classes.join(" "));
        }
        self.out.push('>');
    }

    fn close_heading(&mut self) {
        let _ = writeln!(self.out, "</h{}>", self.level);
    }

    /// Code runs from left to right, whatever the language of the story.
    fn open_code(&mut self, kind: &CodeBlockKind) {
        self.block("<pre dir=\"ltr\"><code");
        let language = match kind {
            CodeBlockKind::Fenced(info) => info.split([' ', ',', '\t', '{']).next().unwrap_or(""),
            CodeBlockKind::Indented => "",
        };
        if !language.is_empty() {
            push_attribute(self.out, "class", &format!("language-{language}"));
        }
        self.out.push('>');
    }
}

/// The opening tag of a pull quote.
const PULL: &str = "<blockquote class=\"pull\" aria-hidden=\"true\">\n";

/// The opening tag of a GitHub alert such as `> [!NOTE]`.
fn alert(kind: BlockQuoteKind) -> &'static str {
    match kind {
        BlockQuoteKind::Note => "<div class=\"alert alert-note\" role=\"note\">\n",
        BlockQuoteKind::Tip => "<div class=\"alert alert-tip\" role=\"note\">\n",
        BlockQuoteKind::Important => "<div class=\"alert alert-important\" role=\"note\">\n",
        BlockQuoteKind::Warning => "<div class=\"alert alert-warning\" role=\"note\">\n",
        BlockQuoteKind::Caution => "<div class=\"alert alert-caution\" role=\"note\">\n",
    }
}

/// The title of the picture, linked or not, that is all of the paragraph which begins here.
fn lone_picture<'p>(rest: &'p [Placed]) -> Option<&'p str> {
    let mut rest = rest.iter().map(|(piece, _)| piece);
    let mut piece = rest.next()?;
    let linked = matches!(piece, Piece::Event(Event::Start(Tag::Link { .. })));
    if linked {
        piece = rest.next()?;
    }
    let Piece::Picture { title, .. } = piece else { return None };
    if linked && !matches!(rest.next()?, Piece::Event(Event::End(TagEnd::Link))) {
        return None;
    }
    // The last paragraph of a footnote is closed elsewhere, so nothing may follow as well.
    let mut last = rest.next().into_iter();
    let whole = last.all(|piece| matches!(piece, Piece::Event(Event::End(TagEnd::Paragraph))));
    whole.then_some(title)
}

/// Tables.
impl<'s> Writer<'_, 's> {
    /// A wide table scrolls in a box of its own, which the keyboard can reach. It is no landmark: a story
    /// may have many tables, and landmarks need names that tell them apart.
    fn open_table(&mut self, columns: &'s [Alignment]) {
        self.columns = columns;
        if self.lite.is_some() {
            return self.block("<table>\n");
        }
        self.block("<div class=\"table-scroll\" role=\"group\" tabindex=\"0\"");
        push_attribute(self.out, "aria-label", self.words.table);
        self.out.push_str(">\n<table>\n");
    }

    fn close_table(&mut self) {
        let region = if self.lite.is_none() { "</div>\n" } else { "" };
        self.out.extend(["</tbody>\n</table>\n", region]);
    }

    fn close_head(&mut self) {
        self.in_head = false;
        self.out.push_str("</tr>\n</thead>\n<tbody>\n");
    }

    fn open_row(&mut self, html: &str) {
        self.column = 0;
        self.out.push_str(html);
    }

    fn open_cell(&mut self) {
        self.out.push_str(if self.in_head { "<th scope=\"col\"" } else { "<td" });
        self.out.push_str(match self.columns.get(self.column) {
            Some(Alignment::Left) => " class=\"align-left\">",
            Some(Alignment::Center) => " class=\"align-center\">",
            Some(Alignment::Right) => " class=\"align-right\">",
            Some(Alignment::None) | None => ">",
        });
        self.column += 1;
    }
}

/// Links and pictures.
impl Writer<'_, '_> {
    fn open_link(&mut self, target: &str, title: &str) {
        let (url, external) = match self.resolve.link(target) {
            Href::To(url) if url.starts_with('#') => (self.within(&url), false),
            Href::To(url) => (url, false),
            Href::External(url) => (url, true),
            Href::Broken => return,
        };
        self.in_link = true;
        self.out.push_str("<a");
        push_url_attribute(self.out, "href", &url);
        if !title.is_empty() {
            push_attribute(self.out, "title", title);
        }
        self.out.push_str(if external { " rel=\"noopener\">" } else { ">" });
    }

    fn close_link(&mut self) {
        if std::mem::take(&mut self.in_link) {
            self.out.push_str("</a>");
        }
    }

    fn picture(&mut self, target: &str, title: &str, alt: &str) {
        if self.resolve.hides(target) {
            return push_text(self.out, alt);
        }
        let found = self.resolve.picture(target);
        self.out.push_str("<img");
        push_url_attribute(self.out, "src", found.as_ref().map_or(target, |found| &found.url));
        push_attribute(self.out, "alt", alt);
        let size = found.map_or((None, None), |found| (found.width, found.height));
        for (name, pixels) in [("width", size.0), ("height", size.1)] {
            if let Some(pixels) = pixels {
                let _ = write!(self.out, " {name}=\"{pixels}\"");
            }
        }
        // In a figure the title is the caption.
        if self.figure.is_none() && !title.is_empty() {
            push_attribute(self.out, "title", title);
        }
        self.out.push_str(" loading=\"lazy\" decoding=\"async\">");
    }

    /// What a picture shows, with a link to it.
    fn picture_in_words(&mut self, lite: Lite, target: &str, words: &str) {
        let found = self.resolve.picture(target).map(|found| found.url);
        let url = found.or_else(|| target.starts_with("http").then(|| target.to_owned()));
        let url = url.filter(|_| !self.in_link);
        self.out.push('[');
        if let Some(url) = &url {
            self.out.push_str("<a");
            push_url_attribute(self.out, "href", url);
            self.out.push('>');
        }
        push_text(self.out, lite.picture);
        if !words.is_empty() {
            self.out.push_str(": ");
            push_text(self.out, words);
        }
        self.out.push_str(if url.is_some() { "</a>]" } else { "]" });
    }

    /// The text between the tags. Character references stay as they are.
    fn raw_in_words(&mut self, html: &str) {
        let mut text = String::new();
        self.reader.read(html, |token| match token {
            Token::Text(part) => text.push_str(&part.replace('<', "&lt;")),
            Token::Open(tag) if tag.is_break() => text.push(' '),
            Token::Open(_) => {}
        });
        if self.depth > 0 {
            self.out.push_str(&text);
        } else if !text.trim().is_empty() {
            self.block(&format!("<p dir=\"auto\">{}</p>\n", text.trim()));
        }
    }

    fn raw(&mut self, html: &str, found: &[Found]) {
        let mut written = 0;
        for found in found {
            match self.readdress(found) {
                Some((url, size)) if *url == *found.text && size.is_empty() => {}
                Some((url, size)) => {
                    self.out.push_str(&html[written..found.value.start]);
                    let quote = if found.quoted { "" } else { "\"" };
                    self.out.push_str(quote);
                    push_url(self.out, &url);
                    self.out.push_str(quote);
                    written = found.value.end + usize::from(found.quoted);
                    self.out.push_str(&html[found.value.end..written]);
                    for (name, pixels) in size {
                        let _ = write!(self.out, " {name}=\"{pixels}\"");
                    }
                }
                None => {
                    let attribute = found.attribute(html);
                    self.out.push_str(&html[written..attribute.start]);
                    written = attribute.end;
                }
            }
        }
        self.out.push_str(&html[written..]);
    }

    /// What to write in raw HTML, and of a picture whose tag does not say it the size, so that
    /// the page does not jump when it comes; `None` for an address that must not be seen.
    fn readdress(&mut self, found: &Found) -> Option<(String, Vec<(&'static str, u32)>)> {
        let as_written = || found.text.to_string();
        match found.kind {
            Kind::Id | Kind::Script => Some((as_written(), Vec::new())),
            Kind::Link | Kind::Frame => match self.resolve.link(&found.text) {
                Href::To(url) | Href::External(url) => Some((url, Vec::new())),
                Href::Broken => None,
            },
            Kind::Picture { .. } if self.resolve.hides(&found.text) => None,
            Kind::Picture { size, .. } => {
                let Some(found) = self.resolve.picture(&found.text) else {
                    return Some((as_written(), Vec::new()));
                };
                let own = found.width.zip(found.height);
                Some((found.url, own.map_or_else(Vec::new, |own| missing(size, own))))
            }
        }
    }
}

/// What a picture's tag does not say of its size, in the proportions that it has.
fn missing(
    said: (Option<u32>, Option<u32>),
    (width, height): (u32, u32),
) -> Vec<(&'static str, u32)> {
    let scaled = |said: u32, by: u32, of: u32| {
        let pixels = (u64::from(said) * u64::from(by) + u64::from(of) / 2) / u64::from(of).max(1);
        u32::try_from(pixels).unwrap_or(u32::MAX).max(1)
    };
    match said {
        (None, None) => vec![("width", width), ("height", height)],
        (Some(said), None) if said > 0 => vec![("height", scaled(said, height, width))],
        (None, Some(said)) if said > 0 => vec![("width", scaled(said, width, height))],
        _ => Vec::new(),
    }
}

/// Footnotes.
impl<'s> Writer<'_, 's> {
    fn mark(&mut self, note: usize, nth: usize) {
        let (number, note) = (note + 1, &self.story.notes[note]);
        // The parser never sees a mention inside a link, so links do not nest.
        self.out.push_str("<sup class=\"footnote-ref\"><a");
        push_attribute(self.out, "id", &note.marks[nth]);
        let href = self.within(&format!("#{}", note.id));
        push_attribute(self.out, "href", &href);
        let number = self.words.number(number);
        self.out.extend([" role=\"doc-noteref\">", &number, "</a></sup>"]);
    }

    fn notes(&mut self, notes: &'s [Note<'s>]) {
        if notes.is_empty() {
            return;
        }
        self.block("<section class=\"footnotes\" role=\"doc-endnotes\"");
        push_attribute(self.out, "aria-label", self.words.footnotes);
        self.out.push_str(">\n<ol>\n");
        for note in notes {
            self.note(note);
        }
        self.out.push_str("</ol>\n</section>\n");
    }

    /// The way back stands at the end of the note's last paragraph, if it ends with one.
    fn note(&mut self, note: &'s Note<'s>) {
        self.out.push_str("<li");
        push_attribute(self.out, "id", &note.id);
        self.out.push('>');
        match note.pieces.split_last() {
            Some(((Piece::Event(Event::End(TagEnd::Paragraph)), _), pieces)) => {
                self.pieces(pieces);
                if self.figure.is_none() {
                    self.way_back(&note.marks, " ");
                    self.close_paragraph();
                } else {
                    self.close_paragraph();
                    self.way_back(&note.marks, "");
                }
            }
            _ => {
                self.pieces(&note.pieces);
                self.way_back(&note.marks, "");
            }
        }
        self.out.push_str("</li>\n");
    }

    fn way_back(&mut self, marks: &[Box<str>], before: &str) {
        for (index, mark) in marks.iter().enumerate() {
            self.out.push_str(if index == 0 { before } else { " " });
            self.out.push_str("<a");
            push_attribute(self.out, "href", &format!("#{mark}"));
            push_attribute(self.out, "role", "doc-backlink");
            // What is seen is part of the name (WCAG 2.5.3), and the arrow is no text.
            let number = self.words.number(index + 1);
            let more = if index > 0 { format!(" {number}") } else { String::new() };
            push_attribute(self.out, "aria-label", &format!("{}{more}", self.words.back_to_text));
            // U+FE0E keeps the arrow from being shown as a coloured picture.
            self.out.push_str("><span aria-hidden=\"true\">↩\u{FE0E}</span>");
            if index > 0 {
                self.out.extend(["<sup>", &number, "</sup>"]);
            }
            self.out.push_str("</a>");
        }
    }
}
