//! The lines around a place, on both sides.

use std::fmt::Write as _;

use pacto_diagnostic::Location;

use super::super::lines::Lines;
use super::escape::escape;
use crate::SideName;

/// Lines shown before and after the one meant.
const CONTEXT: u32 = 2;

/// Characters of a line that are shown, the place meant among them; documents without line breaks
/// have lines of megabytes.
const WIDTH: usize = 240;

/// The lines around a place; `None` when the text is not known.
pub(super) fn around(
    lines: &mut Lines<'_>,
    service: usize,
    side: SideName,
    place: &Location,
) -> Option<String> {
    lines.line(service, side, &place.file, place.line)?;
    let style = match side {
        SideName::Old => "del",
        SideName::New => "add",
    };
    let first = place.line.saturating_sub(CONTEXT).max(1);
    let mut html = String::from("<pre class=\"code\">");
    for number in first..=place.line.saturating_add(CONTEXT) {
        let Some(line) = lines.line(service, side, &place.file, number) else {
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
                escape(&beginning(line))
            );
        }
    }
    html.push_str("</pre>");
    Some(html)
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
fn beginning(line: &str) -> String {
    let mut shown: String = line.chars().take(WIDTH).collect();
    if line.chars().nth(WIDTH).is_some() {
        shown.push('…');
    }
    shown
}
