//! The lines around a place, on both sides.

use std::collections::HashMap;
use std::fmt::Write as _;

use pacto_diagnostic::{Location, SourceText};

use super::Texts;
use super::escape::escape;
use crate::SideName;

/// Lines shown before and after the one meant.
const CONTEXT: u32 = 2;

/// Characters of a line that are shown, the place meant among them; documents without line breaks
/// have lines of megabytes.
const WIDTH: usize = 240;

/// Texts, read once.
pub(super) struct Snippets<'t> {
    texts: &'t Texts<'t>,
    /// Of the service written last: others are not needed any more.
    read: HashMap<(SideName, String), Option<Lines>>,
    service: usize,
}

/// A text with the places where its lines begin.
struct Lines {
    text: SourceText,
    starts: Vec<usize>,
}

impl Lines {
    fn new(text: SourceText) -> Self {
        let breaks = text.text().match_indices('\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(breaks).collect();
        Self { text, starts }
    }

    /// A line by its number from 1, without its end.
    fn line(&self, number: u32) -> Option<&str> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let text = self.text.text();
        let end = self.starts.get(index + 1).map_or(text.len(), |next| *next);
        Some(text.get(start..end)?.trim_end_matches(['\n', '\r']))
    }
}

impl<'t> Snippets<'t> {
    pub(super) fn new(texts: &'t Texts<'t>) -> Self {
        Self {
            texts,
            read: HashMap::new(),
            service: 0,
        }
    }

    /// The lines around a place; `None` when the text is not known.
    pub(super) fn around(
        &mut self,
        service: usize,
        side: SideName,
        place: &Location,
    ) -> Option<String> {
        if service != self.service {
            self.read.clear();
            self.service = service;
        }
        let texts = self.texts;
        let lines = self
            .read
            .entry((side, place.file.clone()))
            .or_insert_with(|| texts(service, side, &place.file).map(Lines::new))
            .as_ref()?;
        lines.line(place.line)?;
        let style = match side {
            SideName::Old => "del",
            SideName::New => "add",
        };
        let first = place.line.saturating_sub(CONTEXT).max(1);
        let mut html = String::from("<pre class=\"code\">");
        for number in first..=place.line.saturating_add(CONTEXT) {
            let Some(line) = lines.line(number) else {
                break;
            };
            if number == place.line {
                let _ = write!(
                    html,
                    "<span class=\"{style}\"><span class=\"n\">{number}</span>{}</span>",
                    marked(line, place)
                );
            } else {
                let _ = write!(
                    html,
                    "<span><span class=\"n\">{number}</span>{}</span>",
                    escape(&window(line, 0))
                );
            }
        }
        html.push_str("</pre>");
        Some(html)
    }
}

/// The line with the place in it marked.
fn marked(line: &str, place: &Location) -> String {
    let column = place.column.saturating_sub(1) as usize;
    let length = (place.length as usize).min(WIDTH);
    let from = column.saturating_sub(WIDTH / 4);
    let until = from + WIDTH;
    let take = |start: usize, end: usize| -> String {
        line.chars()
            .skip(start)
            .take(end.saturating_sub(start))
            .collect()
    };
    let cut_before = if from > 0 { "…" } else { "" };
    let is_cut_after = line.chars().nth(until).is_some();
    format!(
        "{cut_before}{}<mark>{}</mark>{}{}",
        escape(&take(from, column)),
        escape(&take(column, (column + length).min(until))),
        escape(&take((column + length).min(until), until)),
        if is_cut_after { "…" } else { "" }
    )
}

/// The beginning of a line, with a sign where it is cut.
fn window(line: &str, from: usize) -> String {
    let mut shown: String = line.chars().skip(from).take(WIDTH).collect();
    if line.chars().nth(from + WIDTH).is_some() {
        shown.push('…');
    }
    shown
}
