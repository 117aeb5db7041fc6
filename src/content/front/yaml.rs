//! YAML to the tree, by the rules of YAML 1.2: `no` is text, and so is a date.
//!
//! Invariant: what an alias repeats counts like what is written, and so does depth; a few
//! lines cannot become a gigabyte.

use super::node::{Entry, Node, Table, Value};
use super::proof::Proof;
use super::repair;
use crate::base::{Code, Diagnostic};
use serde_saphyr::granit_parser::{
    self, ErrorKind, Event, Parser, ScalarStyle, ScanError, StrInput, Tag,
};
use std::{borrow::Cow, ops::Range};

/// The most values in one front matter, aliases resolved.
const MOST_VALUES: usize = 10_000;
/// The deepest nesting of lists and tables.
const DEEPEST: usize = 64;

/// What is said of anything deeper, and what to do.
const TOO_DEEP: (&str, &str) =
    ("lists and tables are nested too deeply", "front matter needs two or three levels at most");

/// Reads the block; `None` when it is not a YAML table.
pub(super) fn table<'a>(proof: &mut Proof<'a>, block: Range<usize>) -> Option<Table<'a>> {
    let text = proof.text;
    let options = granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: DEEPEST,
        block_nesting_limit: DEEPEST,
    };
    let parser = Parser::new_from_str_with_options(&text[block.clone()], options);
    let mut reader = Reader { parser, proof, block, anchors: Vec::new(), values: 0, depth: 0 };
    match reader.document() {
        Ok(table) => Some(table),
        Err(fault) => {
            invalid(reader.proof, fault);
            None
        }
    }
}

/// Why a block cannot be read.
struct Fault {
    at: Range<usize>,
    reason: Cow<'static, str>,
    help: Option<&'static str>,
}

impl Fault {
    fn new(at: Range<usize>, reason: &'static str, help: &'static str) -> Self {
        Self { at, reason: reason.into(), help: Some(help) }
    }
}

fn invalid(proof: &mut Proof<'_>, fault: Fault) {
    let place = proof.place(fault.at.clone());
    let help = fault
        .help
        .map(str::to_owned)
        .or_else(|| repair::help(proof, fault.at))
        .unwrap_or_else(|| "each line is `key: value`; text with a colon in quotes".to_owned());
    let message = format!("the front matter is not valid YAML: {}", fault.reason);
    proof.add(Diagnostic::new(Code::BadFrontMatter, message).at(place).help(help));
}

struct Reader<'a, 'p> {
    parser: Parser<'a, StrInput<'a>>,
    proof: &'p mut Proof<'a>,
    block: Range<usize>,
    anchors: Vec<(usize, Node<'a>)>,
    values: usize,
    depth: usize,
}

impl<'a> Reader<'a, '_> {
    fn document(&mut self) -> Result<Table<'a>, Fault> {
        let mut table = Vec::new();
        let mut documents = 0;
        loop {
            let (event, at) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentEnd => {}
                Event::StreamEnd => return Ok(table),
                Event::DocumentStart(..) if documents == 0 => documents = 1,
                Event::DocumentStart(..) => {
                    let help = "front matter ends with a line that is exactly `---`";
                    return Err(Fault::new(at, "a second document begins here", help));
                }
                event => table = self.root(event, at)?,
            }
        }
    }

    fn root(&mut self, event: Event<'a>, at: Range<usize>) -> Result<Table<'a>, Fault> {
        let node = self.node(event, at)?;
        match node.value {
            Value::Table(table) => Ok(table),
            Value::Null => Ok(Vec::new()),
            _ => {
                let help = matches!(node.value, Value::List(_)).then_some("begin with a `key:`");
                let reason = format!("it is {}, not keys with values", node.kind()).into();
                Err(Fault { at: node.at, reason, help })
            }
        }
    }

    /// The next event, and its place in the file.
    fn next(&mut self) -> Result<(Event<'a>, Range<usize>), Fault> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let start = self.offset(&span.start);
                Ok((event, start..self.offset(&span.end).max(start)))
            }
            Some(Err(error)) => Err(self.fault(&error)),
            None => Ok((Event::StreamEnd, self.block.end..self.block.end)),
        }
    }

    fn offset(&self, marker: &granit_parser::Marker) -> usize {
        // A parser over a text knows bytes; characters are never more than those.
        let inside = marker.byte_offset().unwrap_or_else(|| marker.index());
        (self.block.start + inside).min(self.block.end)
    }

    fn fault(&self, error: &ScanError) -> Fault {
        let found = self.offset(error.marker());
        let start = self.cause(error.kind(), found).unwrap_or(found);
        let rest = self.proof.text.get(start..self.block.end).unwrap_or_default();
        let at = start..start + rest.chars().next().map_or(0, char::len_utf8);
        let (reason, help) = explain(error);
        Fault { at, reason, help }
    }

    /// Where the mistake is, for those which the parser only notices later.
    fn cause(&self, kind: &ErrorKind, found: usize) -> Option<usize> {
        if is_tab(kind) {
            let start = self.proof.text.get(..found)?.rfind('\n').map_or(0, |at| at + 1);
            return self.proof.text[start..].find('\t').map(|at| start + at);
        }
        if is_open_quote(kind) {
            let before = self.proof.text.get(self.block.start..found)?;
            let opened = [": \"", ": '", "- \"", "- '"].iter().filter_map(|o| before.rfind(o));
            return opened.max().map(|at| self.block.start + at + 2);
        }
        None
    }

    fn node(&mut self, event: Event<'a>, at: Range<usize>) -> Result<Node<'a>, Fault> {
        self.count(1, &at)?;
        let (anchor, node) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (anchor, Node { at, value: scalar(text, style, tag.as_deref()) })
            }
            Event::SequenceStart(_, anchor, _) => (anchor, self.list(at)?),
            Event::MappingStart(_, anchor, _) => (anchor, self.mapping(at)?),
            Event::Alias(id) => return self.alias(id, at),
            _ => return Err(Fault::new(at, "a value is missing here", "write one, or remove it")),
        };
        if anchor != 0 {
            self.anchors.push((anchor, node.clone()));
        }
        Ok(node)
    }

    fn count(&mut self, values: usize, at: &Range<usize>) -> Result<(), Fault> {
        self.values = self.values.saturating_add(values);
        if self.values > MOST_VALUES {
            let help = "keep data in a file of its own, not in the front matter";
            return Err(Fault::new(at.clone(), "it holds more than 10,000 values", help));
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, at: Range<usize>) -> Result<Node<'a>, Fault> {
        let found = self.anchors.iter().rev().find(|(anchor, _)| *anchor == id);
        let Some(node) = found.map(|(_, node)| node.clone()) else {
            return Err(Fault::new(at, "an alias stands within what it repeats", "remove it"));
        };
        self.count(size(&node), &at)?;
        Ok(node)
    }

    fn descend(&mut self, at: &Range<usize>) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Fault::new(at.clone(), TOO_DEEP.0, TOO_DEEP.1));
        }
        Ok(())
    }

    fn list(&mut self, at: Range<usize>) -> Result<Node<'a>, Fault> {
        self.descend(&at)?;
        let mut items = Vec::new();
        let mut end = at.end;
        loop {
            let (event, here) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                end = end.max(here.start + usize::from(here.len() == 1));
                break;
            }
            let item = self.node(event, here)?;
            end = end.max(item.at.end);
            items.push(item);
        }
        self.depth -= 1;
        let end = self.trimmed(at.start, end);
        Ok(Node { at: at.start..end, value: Value::List(items) })
    }

    fn mapping(&mut self, at: Range<usize>) -> Result<Node<'a>, Fault> {
        self.descend(&at)?;
        let mut table = Vec::new();
        let mut end = at.end;
        loop {
            let (event, key_at) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                end = end.max(key_at.start + usize::from(key_at.len() == 1));
                break;
            }
            let entry = self.entry(event, key_at)?;
            end = end.max(entry.node.at.end);
            table.push(entry);
        }
        self.depth -= 1;
        self.drop_repeated(&mut table);
        let end = self.trimmed(at.start, end);
        Ok(Node { at: at.start..end, value: Value::Table(table) })
    }

    /// The end without blanks: the parser closes a block where the next one begins.
    fn trimmed(&self, start: usize, end: usize) -> usize {
        self.proof.text.get(start..end).map_or(end, |text| start + text.trim_end().len())
    }

    fn entry(&mut self, event: Event<'a>, key_at: Range<usize>) -> Result<Entry<'a>, Fault> {
        let Event::Scalar(key, ..) = event else {
            return Err(Fault { at: key_at, reason: "a key must be text".into(), help: None });
        };
        let (event, at) = self.next()?;
        let node = self.node(event, at)?;
        Ok(Entry { key, key_at, node })
    }

    /// Marks every key that stands a second time, and keeps the first.
    fn drop_repeated(&mut self, table: &mut Table<'a>) {
        let mut order: Vec<usize> = (0..table.len()).collect();
        order.sort_by(|a, b| table[*a].key.cmp(&table[*b].key).then(a.cmp(b)));
        let mut repeated: Vec<(usize, usize)> = order
            .chunk_by(|a, b| table[*a].key == table[*b].key)
            .flat_map(|same| same[1..].iter().map(|again| (*again, same[0])))
            .collect();
        repeated.sort_unstable();
        for (again, first) in repeated.iter().copied() {
            if self.proof.is_full() {
                break;
            }
            let (first, again) = (&table[first].key_at, &table[again]);
            let message = format!("`{}` stands twice in the front matter", again.key);
            let finding = Diagnostic::new(Code::DuplicateKey, message)
                .at(self.proof.place(again.key_at.clone()))
                .also(self.proof.place(first.clone()).label("first given here"))
                .help("keep one of the two");
            self.proof.add(finding);
        }
        for (again, _) in repeated.into_iter().rev() {
            table.remove(again);
        }
    }
}

/// How many values a copy counts for: long texts for several, so that they do not multiply.
fn size(node: &Node<'_>) -> usize {
    match &node.value {
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Table(table) => 1 + table.iter().map(|entry| size(&entry.node)).sum::<usize>(),
        Value::Text(text) => 1 + text.len() / 100,
        _ => 1,
    }
}

fn is_tab(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
            | ErrorKind::TabInPlainScalar
    )
}

fn is_open_quote(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UnclosedQuotedScalar
            | ErrorKind::DocumentIndicatorInQuotedScalar
            | ErrorKind::InvalidQuotedScalarIndent
    )
}

/// What the parser found, in the words of somebody who does not know YAML's.
fn explain(error: &ScanError) -> (Cow<'static, str>, Option<&'static str>) {
    const SPACES: Option<&str> = Some("indent with spaces, never with tabs");
    match error.kind() {
        kind if is_tab(kind) => ("a tab stands where spaces must".into(), SPACES),
        kind if is_open_quote(kind) => ("a quote is opened but never closed".into(), None),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            ("a colon followed by a space is not expected here".into(), None)
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar
        | ErrorKind::InvalidTrailingSingleQuotedScalar => {
            ("text goes on after the closing quote".into(), None)
        }
        ErrorKind::SimpleKeyExpected => ("a line has no `key:`".into(), None),
        ErrorKind::ExpectedBlockMappingKey => ("a key is expected here".into(), None),
        ErrorKind::UnknownAnchor => ("text that begins with `*` is not in quotes".into(), None),
        ErrorKind::RecursionLimitExceeded => (TOO_DEEP.0.into(), Some(TOO_DEEP.1)),
        ErrorKind::UnexpectedCharacter { character } => (
            format!("text that begins with `{}` is not in quotes", character.escape_debug()).into(),
            None,
        ),
        other => (other.to_string().into(), None),
    }
}

/// Gives a scalar its type, by the core schema of YAML 1.2 (section 10.3.2).
fn scalar<'a>(text: Cow<'a, str>, style: ScalarStyle, tag: Option<&Tag>) -> Value<'a> {
    if style != ScalarStyle::Plain || tag.is_some_and(|tag| tag.core_suffix() == Some("str")) {
        return Value::Text(text);
    }
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(&text).unwrap_or(Value::Text(text)),
    }
}

fn number(text: &str) -> Option<Value<'static>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c == '.' || c.is_ascii_digit()) {
        return None;
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Value::Beyond);
    }
    let radix = |prefix, radix| {
        text.strip_prefix(prefix).and_then(|digits| i64::from_str_radix(digits, radix).ok())
    };
    let whole = text.parse().ok().or_else(|| radix("0x", 16)).or_else(|| radix("0o", 8));
    if let Some(whole) = whole {
        return Some(Value::Number(whole.into()));
    }
    let number: f64 = text.parse().ok()?;
    Some(serde_json::Number::from_f64(number).map_or(Value::Beyond, Value::Number))
}
