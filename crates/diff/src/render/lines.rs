//! Lines of the texts that the places of records point into.

use std::collections::HashMap;

use pacto_diagnostic::{Location, SourceText};

use crate::SideName;

/// Gives the text of a file on one side, so that places can be shown. For many services the first
/// argument is the position of the service in [`DiffSet::results`](crate::DiffSet::results), else 0.
pub type Texts<'t> = dyn Fn(usize, SideName, &str) -> Option<SourceText> + 't;

/// Texts, each read once.
pub(super) struct Lines<'t> {
    texts: &'t Texts<'t>,
    /// Of the service that was asked for last: others are not needed any more.
    read: HashMap<(SideName, String), Option<Text>>,
    service: usize,
}

/// A text with the places where its lines begin.
struct Text {
    source: SourceText,
    starts: Vec<usize>,
}

impl Text {
    fn new(source: SourceText) -> Self {
        let breaks = source.text().match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(breaks).collect();
        Self { source, starts }
    }

    /// A line by its number from 1, without its end.
    fn line(&self, number: u32) -> Option<&str> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let text = self.source.text();
        let end = self.starts.get(index + 1).map_or(text.len(), |next| *next);
        Some(text.get(start..end)?.trim_end_matches(['\n', '\r']))
    }
}

impl<'t> Lines<'t> {
    pub(super) fn new(texts: &'t Texts<'t>) -> Self {
        Self {
            texts,
            read: HashMap::new(),
            service: 0,
        }
    }

    /// A line of a file by its number from 1; `None` when there is none or the text is not known.
    pub(super) fn line(
        &mut self,
        service: usize,
        side: SideName,
        file: &str,
        number: u32,
    ) -> Option<&str> {
        if service != self.service {
            self.read.clear();
            self.service = service;
        }
        let texts = self.texts;
        self.read
            .entry((side, file.to_owned()))
            .or_insert_with(|| texts(service, side, file).map(Text::new))
            .as_ref()?
            .line(number)
    }
}

/// A part of a line, after `skip` characters, of at most `width` in which a place is seen; `…` stands
/// for what is cut off.
pub(super) fn part(line: &str, place: &Location, skip: usize, width: usize) -> String {
    let line: Vec<char> = line.trim_end().chars().skip(skip).collect();
    if line.len() <= width {
        return line.into_iter().collect();
    }
    let column = (place.column.saturating_sub(1) as usize).saturating_sub(skip);
    let start = column.saturating_sub(width / 4).min(line.len() - width);
    let mut shown: Vec<char> = line.iter().skip(start).take(width).copied().collect();
    if let Some(first) = shown.first_mut().filter(|_| start > 0) {
        *first = '…';
    }
    if let Some(last) = shown.last_mut().filter(|_| start + width < line.len()) {
        *last = '…';
    }
    shown.into_iter().collect()
}
