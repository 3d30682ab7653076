//! The few lines of a text that a snippet shows.

use crate::{Location, SourceText, Span};

/// Lines longer than this are named, not shown: nobody reads minified documents in a terminal.
const MAX_LINE_BYTES: usize = 4 * 1024;
/// Two places further apart than this get a snippet each.
const MAX_DISTANCE_BYTES: usize = 16 * 1024;

/// Whole lines cut from a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Excerpt<'s> {
    /// The lines.
    pub(super) text: &'s str,
    /// Number of the first line, from 1.
    pub(super) first_line: usize,
    /// Offset of the first line in the whole text.
    offset: usize,
}

impl<'s> Excerpt<'s> {
    /// Cuts the lines of a place; `None` when the place is not in the text or its line is too
    /// long to show.
    pub(super) fn of(source: &'s SourceText, location: &Location) -> Option<Self> {
        let span = source.span(location)?;
        let (start, end) = line_of(source.text(), span.start as usize)?;
        Some(Self {
            text: source.text().get(start..end)?,
            first_line: location.line as usize,
            offset: start,
        })
    }

    /// Widens the excerpt to another place of the same text; `None` when that is too far away.
    pub(super) fn including(self, source: &'s SourceText, location: &Location) -> Option<Self> {
        let other = Self::of(source, location)?;
        let start = self.offset.min(other.offset);
        let end = (self.offset + self.text.len()).max(other.offset + other.text.len());
        if end - start > MAX_DISTANCE_BYTES {
            return None;
        }
        Some(Self {
            text: source.text().get(start..end)?,
            first_line: self.first_line.min(other.first_line),
            offset: start,
        })
    }

    /// A place as bytes of the excerpt, cut at the end of its first line.
    pub(super) fn range(
        &self,
        source: &SourceText,
        location: &Location,
    ) -> Option<std::ops::Range<usize>> {
        let Span { start, end } = source.span(location)?;
        let start = (start as usize).checked_sub(self.offset)?;
        let end = (end as usize).checked_sub(self.offset)?;
        let line_end = start + line_length(self.text.get(start..)?);
        Some(start..end.clamp(start, line_end))
    }
}

/// Byte range of the line around an offset, without its line break.
fn line_of(text: &str, offset: usize) -> Option<(usize, usize)> {
    let start = text.get(..offset)?.rfind('\n').map_or(0, |at| at + 1);
    let end = offset + line_length(text.get(offset..)?);
    (end - start <= MAX_LINE_BYTES).then_some((start, end))
}

/// Bytes up to the end of the first line, without its line break (`\n` or `\r\n`).
fn line_length(text: &str) -> usize {
    let line = text.split('\n').next().unwrap_or(text);
    line.strip_suffix('\r').unwrap_or(line).len()
}
