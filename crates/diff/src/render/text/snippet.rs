//! The lines that a record is about, of each side, below what the record says.

use pacto_diagnostic::Location;
use serde_json::Value;

use super::super::lines::{Lines, part};
use super::one_line;
use crate::{Record, SideName};

/// Narrower parts of lines say nothing.
const NARROWEST: usize = 20;

/// A line of a document: `- 41 | required: [amount]`.
pub(super) struct Snippet {
    /// The side it shows; `None` for lines around the one meant.
    pub(super) side: Option<SideName>,
    pub(super) text: String,
}

/// The place of a record on one side.
struct Side<'r> {
    name: SideName,
    sign: char,
    place: &'r Location,
}

/// The places of a record, the old one first.
fn sides(record: &Record) -> impl Iterator<Item = Side<'_>> {
    let places = [
        (SideName::Old, '-', &record.old_location),
        (SideName::New, '+', &record.new_location),
    ];
    places.into_iter().filter_map(|(name, sign, place)| {
        let place = place.as_ref()?;
        Some(Side { name, sign, place })
    })
}

/// The line of each side, at most `width` characters. Nothing where the record says both values,
/// or where the lines hold no word that it has not said: the key of what is gone, for instance.
pub(super) fn telling(
    record: &Record,
    file: &str,
    said: &str,
    width: usize,
    (lines, service): (&mut Lines<'_>, usize),
) -> Vec<Snippet> {
    let is_told = |value: &Option<Value>| value.as_ref().is_some_and(is_scalar);
    if is_told(&record.old_value) && is_told(&record.new_value) {
        return Vec::new();
    }
    // `requestBody` is the request body.
    let said: String = words(said).collect();
    let mut is_news = false;
    let mut snippets = Vec::new();
    for Side { name, sign, place } in sides(record) {
        let Some(line) = lines.line(service, name, &place.file, place.line) else {
            continue;
        };
        let mut text = format!("{sign} {} | ", named(place, file));
        let room = width.saturating_sub(text.chars().count()).max(NARROWEST);
        let indent = indent(line);
        let shown = part(line, place, indent, room);
        is_news |= words(&shown).any(|word| !said.contains(&word));
        text.extend(one_line(&shown).chars().take(room));
        let side = Some(name);
        snippets.push(Snippet { side, text });
    }
    if is_news { snippets } else { Vec::new() }
}

/// The line of each side with `context` lines before and after it, indented as they are to each
/// other.
pub(super) fn around(
    record: &Record,
    file: &str,
    context: u32,
    width: usize,
    (lines, service): (&mut Lines<'_>, usize),
) -> Vec<Snippet> {
    let mut snippets = Vec::new();
    for Side { name, sign, place } in sides(record) {
        let first = place.line.saturating_sub(context).max(1);
        let last = place.line.saturating_add(context);
        let mut shown: Vec<(u32, String)> = Vec::new();
        for number in first..=last {
            let Some(line) = lines.line(service, name, &place.file, number) else {
                break;
            };
            shown.push((number, line.to_owned()));
        }
        if !shown.iter().any(|(number, _)| *number == place.line) {
            continue;
        }
        if place.file != file {
            let text = format!("{sign} {}", one_line(&place.file));
            snippets.push(Snippet { side: None, text });
        }
        let filled = shown.iter().filter(|(_, line)| !line.trim().is_empty());
        let indent = filled.map(|(_, line)| indent(line)).min().unwrap_or(0);
        let digits = shown
            .last()
            .map_or(0, |(number, _)| number.to_string().len());
        for (number, line) in shown {
            let is_meant = number == place.line;
            let sign = if is_meant { sign } else { ' ' };
            let mut text = format!("{sign} {number:>digits$} | ");
            let room = width.saturating_sub(text.chars().count()).max(NARROWEST);
            let beginning = Location {
                column: 1,
                ..place.clone()
            };
            let seen = if is_meant { place } else { &beginning };
            text.extend(
                one_line(&part(&line, seen, indent, room))
                    .chars()
                    .take(room),
            );
            let side = is_meant.then_some(name);
            snippets.push(Snippet {
                side,
                text: text.trim_end().to_owned(),
            });
        }
    }
    snippets
}

/// The line of a place, with its file when that is not the one the record is listed under.
pub(super) fn named(place: &Location, file: &str) -> String {
    if place.file == file {
        place.line.to_string()
    } else {
        format!("{}:{}", one_line(&place.file), place.line)
    }
}

/// Characters of white space that a line begins with.
fn indent(line: &str) -> usize {
    line.chars().take_while(|it| it.is_whitespace()).count()
}

fn is_scalar(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}
