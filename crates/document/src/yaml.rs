//! The YAML reader.
//!
//! Turns the events of `granit-parser` into a tape. Scalars mean what [`crate::scalar`] says;
//! aliases become records that name their anchor, and their size counts against the limits before
//! anything is written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{
    ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag as YamlTag,
};
use pacto_diagnostic::Span;

use crate::build::{Builder, Built, Problem};
use crate::scalar::{self, Meaning};
use crate::tape::{Tag, Tape};
use crate::{Limits, Number};

/// Longest key of one line that is recognised as a key, in characters.
const LONGEST_KEY: usize = 8192;

/// Reads the first document of a YAML text; also returns where a second one begins.
pub(crate) fn read(text: &str, limits: Limits) -> Result<(Tape, Option<Span>), Problem> {
    let options = granit_parser::options! {
        emit_comments: false,
        // Whether the limit counts containers or indentation levels differs; ours decides.
        flow_nesting_limit: limits.depth + 1,
        block_nesting_limit: limits.depth + 1,
        simple_key_max_lookahead: LONGEST_KEY,
    };
    let mut reader = Reader {
        text,
        builder: Builder::new(text, limits),
        open: Vec::new(),
        anchors: BTreeMap::new(),
        last_end: 0,
        has_root: false,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut is_done = false;
    let mut extra = None;
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| scan_problem(text, limits, &error))?;
        let span = reader.span(span);
        if is_done {
            if matches!(event, Event::DocumentStart(..)) {
                let line = text.get(span.start as usize..).unwrap_or("");
                let length = line.find('\n').unwrap_or(line.len()).min(3);
                extra = Some(Span::new(span.start, span.start + length as u32));
                break;
            }
            continue;
        }
        if matches!(event, Event::DocumentEnd) {
            is_done = true;
            continue;
        }
        reader.event(event, span)?;
    }
    if !reader.has_root {
        reader.builder.word(Span::new(0, 0), Tag::Null)?;
    }
    Ok((reader.builder.finish(), extra))
}

fn scan_problem(text: &str, limits: Limits, error: &ScanError) -> Problem {
    let offset = error.marker().byte_offset().unwrap_or(text.len());
    let mut start = offset.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let rest = text.get(start..).unwrap_or("");
    let length = rest.chars().next().map_or(0, char::len_utf8);
    let span = Span::new(start as u32, (start + length) as u32);
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return Problem::too_deep(limits, span);
    }
    Problem::new(error.info(), span)
}

/// A container that is not closed yet, as this reader needs it.
struct Open {
    /// The next node is a key.
    is_key_next: bool,
    is_block: bool,
    anchor: usize,
    /// Offset after the last key.
    key_end: u32,
    start: u32,
}

struct Reader<'t> {
    text: &'t str,
    builder: Builder<'t>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Built>,
    /// Offset after the last token with content.
    last_end: u32,
    has_root: bool,
}

impl Reader<'_> {
    fn span(&self, span: granit_parser::Span) -> Span {
        let length = self.text.len();
        let range = span.byte_range().unwrap_or(length..length);
        let start = range.start.min(length);
        Span::new(start as u32, range.end.clamp(start, length) as u32)
    }

    fn is_key_next(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_key_next)
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                self.has_root = true;
                let is_key = self.is_key_next();
                // The parser writes `~` for a scalar that is not there.
                let is_missing = style == ScalarStyle::Plain && span.start == span.end;
                let value = if is_missing { Cow::Borrowed("") } else { value };
                let span = self.scalar_span(style, span);
                let built = if is_key {
                    self.key(&value, style, tag.as_deref(), span)?
                } else {
                    self.scalar(&value, style, tag.as_deref(), span)?
                };
                self.last_end = self.last_end.max(span.end);
                self.remember(anchor, built);
                self.node_ended(is_key);
            }
            Event::Alias(anchor) => {
                self.has_root = true;
                let is_key = self.is_key_next();
                let Some(target) = self.anchors.get(&anchor).copied() else {
                    return Err(Problem::new("anchor contains itself", span));
                };
                if is_key {
                    self.alias_key(target, span)?;
                } else {
                    self.builder.alias(span, target)?;
                }
                self.last_end = self.last_end.max(span.end);
                self.node_ended(is_key);
            }
            Event::SequenceStart(style, anchor, _) => self.start(style, anchor, span, false)?,
            Event::MappingStart(style, anchor, _) => self.start(style, anchor, span, true)?,
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            _ => {}
        }
        Ok(())
    }

    /// A container begins.
    fn start(
        &mut self,
        style: StructureStyle,
        anchor: usize,
        span: Span,
        is_mapping: bool,
    ) -> Result<(), Problem> {
        self.has_root = true;
        if self.is_key_next() {
            return Err(Problem::new("a list or map cannot be a mapping key", span));
        }
        self.builder.open(span.start, is_mapping)?;
        self.open.push(Open {
            is_key_next: is_mapping,
            is_block: style == StructureStyle::Block,
            anchor,
            key_end: span.start,
            start: span.start,
        });
        Ok(())
    }

    /// A container ends.
    fn end(&mut self, span: Span) -> Result<(), Problem> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let end = if open.is_block {
            // The event stands where the next token begins.
            self.last_end.max(open.start)
        } else {
            self.last_end.max(span.end)
        };
        self.last_end = end;
        let built = self.builder.close(end)?;
        self.remember(open.anchor, built);
        self.node_ended(false);
        Ok(())
    }

    fn remember(&mut self, anchor: usize, built: Built) {
        if anchor != 0 {
            self.anchors.insert(anchor, built);
        }
    }

    /// Notes in the parent that a key or a value is complete.
    fn node_ended(&mut self, is_key: bool) {
        let end = self.last_end;
        if let Some(open) = self.open.last_mut()
            && self.builder.innermost_is_mapping() == Some(true)
        {
            open.is_key_next = !is_key;
            if is_key {
                open.key_end = end;
            }
        }
    }

    /// The place of a scalar: with the header of a block scalar but not the line breaks after it,
    /// and behind the colon for a value that is not there.
    fn scalar_span(&self, style: ScalarStyle, span: Span) -> Span {
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return self.block_scalar_span(span);
        }
        let Some(open) = self.open.last() else {
            return span;
        };
        let is_value = self.builder.innermost_is_mapping() == Some(true) && !open.is_key_next;
        if !is_value || span.start < span.end {
            return span;
        }
        let at = open.key_end.max(open.start);
        let rest = self.text.get(at as usize..).unwrap_or("");
        let at = match rest.find(|character: char| !character.is_whitespace()) {
            Some(offset) if rest.get(offset..).is_some_and(|rest| rest.starts_with(':')) => {
                at + offset as u32 + 1
            }
            _ => at,
        };
        Span::new(at, at)
    }

    /// The parser gives the content; its header stands behind the last token.
    fn block_scalar_span(&self, content: Span) -> Span {
        let from = self.last_end.min(content.start);
        let between = self.text.get(from as usize..content.start as usize);
        let bytes = between.unwrap_or("").as_bytes();
        let indicator = (0..bytes.len()).find(|&at| {
            let is_indicator = matches!(bytes.get(at), Some(b'|' | b'>'));
            let before = at.checked_sub(1).and_then(|before| bytes.get(before));
            is_indicator && before.is_none_or(u8::is_ascii_whitespace)
        });
        let start = indicator.map_or(content.start, |at| from + at as u32);
        let raw = self.text.get(start as usize..content.end as usize);
        let length = raw.unwrap_or("").trim_end().len();
        Span::new(start, start + length as u32)
    }

    /// Adds text, borrowed from the source where it stands there as it is.
    fn text(&mut self, value: &str, span: Span) -> Result<Built, Problem> {
        let raw = self.text.get(span.range()).unwrap_or("");
        if raw == value {
            return self.builder.plain(span, span);
        }
        if raw.len() == value.len() + 2 && raw.get(1..raw.len() - 1) == Some(value) {
            return self
                .builder
                .plain(span, Span::new(span.start + 1, span.end - 1));
        }
        self.builder.buffered(span, value)
    }

    /// Adds a key, which is text whatever it looks like.
    fn key(
        &mut self,
        value: &str,
        style: ScalarStyle,
        tag: Option<&YamlTag>,
        span: Span,
    ) -> Result<Built, Problem> {
        if value == "<<" && style == ScalarStyle::Plain && tag.is_none() {
            return self.builder.merge_key(span);
        }
        self.text(value, span)
    }

    /// Adds a key that is an alias.
    fn alias_key(&mut self, target: Built, span: Span) -> Result<Built, Problem> {
        if target.height > 0 {
            return Err(Problem::new("a list or map cannot be a mapping key", span));
        }
        if self.builder.is_text(target.index) {
            return self.builder.alias(span, target);
        }
        let written = self.builder.span_of(target.index);
        self.builder.plain(span, written)
    }

    /// Adds a scalar that is no key.
    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        tag: Option<&YamlTag>,
        span: Span,
    ) -> Result<Built, Problem> {
        let is_plain = style == ScalarStyle::Plain;
        let meaning = match tag {
            None if is_plain => scalar::resolve(value),
            None => Meaning::Text,
            Some(tag) => {
                let name = tag.suffix_in_namespace("tag:yaml.org,2002:");
                return self.tagged(name.as_deref(), value, span);
            }
        };
        self.meaning(meaning, value, span)
    }

    fn meaning(&mut self, meaning: Meaning, value: &str, span: Span) -> Result<Built, Problem> {
        match meaning {
            Meaning::Null => self.builder.word(span, Tag::Null),
            Meaning::Bool(true) => self.builder.word(span, Tag::True),
            Meaning::Bool(false) => self.builder.word(span, Tag::False),
            Meaning::Number(number) => self.builder.number(span, number),
            Meaning::Text => self.text(value, span),
        }
    }

    /// Adds a scalar with an explicit tag; unknown tags leave it as text.
    fn tagged(&mut self, tag: Option<&str>, value: &str, span: Span) -> Result<Built, Problem> {
        let meaning = scalar::resolve(value);
        let meaning = match (tag, meaning) {
            (Some("null"), Meaning::Null)
            | (Some("bool"), Meaning::Bool(_))
            | (Some("int"), Meaning::Number(Number::Integer(_) | Number::Unsigned(_)))
            | (Some("float"), Meaning::Number(Number::Float(_))) => meaning,
            (Some("float"), Meaning::Number(number)) => {
                Meaning::Number(Number::Float(number.to_f64()))
            }
            (Some(tag @ ("null" | "bool" | "int" | "float")), _) => {
                return Err(Problem::new(
                    format!("cannot decode `{value}` as a !!{tag}"),
                    span,
                ));
            }
            (Some("binary"), _) => {
                let Some(bytes) = scalar::decode_base64(value) else {
                    return Err(Problem::new(
                        "!!binary value contains invalid base64 data",
                        span,
                    ));
                };
                return self
                    .builder
                    .buffered(span, &String::from_utf8_lossy(&bytes));
            }
            _ => Meaning::Text,
        };
        self.meaning(meaning, value, span)
    }
}
