//! Places in text: byte spans, lines and columns, and the texts they point into.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::Serialize;

/// A range of bytes in a text; `start <= end`, both on character boundaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// Creates a span from byte offsets.
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The span as a range for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A place in a file, as people and editors count.
///
/// `line` and `column` count from 1; `column` and `length` are in characters (Unicode scalar
/// values). `file` is relative to the bundle root. `pointer` is the JSON Pointer (RFC 6901) of the
/// node, where there is one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// File relative to the bundle root, with `/` between segments.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Length in characters; line breaks inside the range count as one each.
    pub length: u32,
    /// JSON Pointer of the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

/// A named text that locations point into.
///
/// Cloning is cheap; the line index is built on first use.
#[derive(Debug, Clone)]
pub struct SourceText {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    name: String,
    text: Arc<str>,
    /// Byte offset of the start of each line.
    lines: OnceLock<Vec<u32>>,
    /// Number of characters before each block of [`BLOCK`] bytes. A text on one line of many
    /// megabytes is then not counted from its start for every place in it.
    characters: OnceLock<Vec<u32>>,
}

/// Bytes per entry of the character index.
const BLOCK: usize = 512;

/// Number of characters that begin in a range of bytes.
fn characters_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xc0) != 0x80).count()
}

impl SourceText {
    /// Names a text.
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self {
            inner: Arc::new(Inner {
                name: name.into(),
                text: text.into(),
                lines: OnceLock::new(),
                characters: OnceLock::new(),
            }),
        }
    }

    /// The file name that locations carry.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.inner.text
    }

    /// The text behind a span; empty when the span does not lie on character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        self.inner.text.get(span.range()).unwrap_or("")
    }

    fn lines(&self) -> &[u32] {
        self.inner.lines.get_or_init(|| {
            let mut lines = vec![0];
            lines.extend(
                self.inner
                    .text
                    .match_indices('\n')
                    .map(|(offset, _)| offset as u32 + 1),
            );
            lines
        })
    }

    /// Number of characters before a byte offset.
    fn characters_before(&self, offset: u32) -> usize {
        let bytes = self.inner.text.as_bytes();
        let blocks = self.inner.characters.get_or_init(|| {
            let mut count = 0;
            bytes
                .chunks(BLOCK)
                .map(|block| {
                    let before = count;
                    count += characters_in(block) as u32;
                    before
                })
                .collect()
        });
        let offset = (offset as usize).min(bytes.len());
        let block = offset / BLOCK;
        let before = blocks.get(block).copied().unwrap_or(0) as usize;
        match bytes.get(block * BLOCK..offset) {
            Some(rest) if block < blocks.len() => before + characters_in(rest),
            // The offset is the end of a text of whole blocks.
            _ => characters_in(bytes),
        }
    }

    /// Counts lines and columns for a span.
    pub fn location(&self, span: Span) -> Location {
        let lines = self.lines();
        let line = lines.partition_point(|start| *start <= span.start).max(1);
        let line_start = lines.get(line - 1).copied().unwrap_or(0);
        let count = |from: u32, to: u32| {
            self.characters_before(to)
                .saturating_sub(self.characters_before(from))
        };
        Location {
            file: self.inner.name.clone(),
            line: line as u32,
            column: count(line_start, span.start) as u32 + 1,
            length: count(span.start, span.end) as u32,
            pointer: None,
        }
    }

    /// Finds the bytes of a location again; `None` when it lies outside the text.
    pub fn span(&self, location: &Location) -> Option<Span> {
        let line = (location.line as usize).checked_sub(1)?;
        let line_start = *self.lines().get(line)? as usize;
        let rest = self.inner.text.get(line_start..)?;
        let offset_of = |text: &str, characters: usize| {
            text.char_indices()
                .map(|(offset, _)| offset)
                .chain([text.len()])
                .nth(characters)
        };
        let start = line_start + offset_of(rest, (location.column as usize).checked_sub(1)?)?;
        let rest = self.inner.text.get(start..)?;
        let end = start + offset_of(rest, location.length as usize)?;
        Some(Span::new(start as u32, end as u32))
    }
}

/// The texts that a list of findings points into, by file name.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: BTreeMap<String, SourceText>,
}

impl SourceMap {
    /// Creates an empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text under its own name.
    pub fn insert(&mut self, source: SourceText) {
        self.files.insert(source.name().to_owned(), source);
    }

    /// Finds a text by name.
    pub fn get(&self, file: &str) -> Option<&SourceText> {
        self.files.get(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_count_characters_and_lead_back_to_their_bytes() {
        let source = SourceText::new("pacto.yaml", "a: é\nbü: \"x\"\n");
        let start = source.text().find("\"x\"").expect("present") as u32;
        let span = Span::new(start, start + 3);
        let location = source.location(span);
        assert_eq!((location.line, location.column, location.length), (2, 5, 3));
        assert_eq!(source.span(&location), Some(span));
        assert_eq!(source.slice(span), "\"x\"");
    }

    #[test]
    fn places_far_into_a_long_line_are_counted_in_characters() {
        let text = "é".repeat(BLOCK * 2);
        let end = text.len() as u32;
        let source = SourceText::new("f", text);
        let location = source.location(Span::new(end - 4, end));
        assert_eq!(
            (location.line, location.column, location.length),
            (1, BLOCK as u32 * 2 - 1, 2)
        );
        assert_eq!(source.span(&location), Some(Span::new(end - 4, end)));
    }

    #[test]
    fn a_location_outside_the_text_has_no_span() {
        let source = SourceText::new("f", "one line");
        let location = Location {
            file: "f".into(),
            line: 2,
            column: 1,
            length: 1,
            pointer: None,
        };
        assert_eq!(source.span(&location), None);
    }
}
