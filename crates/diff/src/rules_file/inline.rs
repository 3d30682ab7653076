//! Words in the documents that accept changes.
//!
//! `x-pacto-ignore: [rule-id]` stands on a node of an OpenAPI, AsyncAPI or JSON Schema document and
//! accepts what these rules say about the node and everything below it. `// pacto:ignore rule-id`
//! stands in a line above an element of a protobuf file. Patterns are allowed as in rules files.

use std::collections::BTreeMap;

use pacto_diagnostic::Location;
use pacto_document::{Document, Node, Pointer};

use super::glob;
use crate::{Record, Side};

const KEYWORD: &str = "x-pacto-ignore";
const COMMENT: &str = "pacto:ignore";

/// Marks the records that the documents themselves accept.
pub(crate) fn accept(old: &Side, new: &Side, records: &mut [Record]) {
    // Large documents have many records: each text is searched once.
    let mut marked: BTreeMap<(bool, String), bool> = BTreeMap::new();
    for record in records {
        let Some(rule) = record.rule.clone() else {
            continue;
        };
        // What is gone can only be accepted where it stood.
        let places = [
            (true, new, &record.new_location),
            (false, old, &record.old_location),
        ];
        let place = places
            .into_iter()
            .find_map(|(is_new, side, location)| Some((is_new, side, location.as_ref()?)));
        let Some((is_new, side, location)) = place else {
            continue;
        };
        let is_marked = marked
            .entry((is_new, location.file.clone()))
            .or_insert_with(|| is_marked(side, &location.file));
        if !*is_marked {
            continue;
        }
        let is_accepted = match side.document(&location.file) {
            Some(Ok(document)) => in_document(document, location, &rule),
            _ => in_comments(side, location, &rule),
        };
        if is_accepted {
            record.suppressed = Some(format!("accepted in {}", location.file));
        }
    }
}

/// Whether a file accepts anything at all.
fn is_marked(side: &Side, file: &str) -> bool {
    match side.document(file) {
        Some(Ok(document)) => document.source().text().contains(KEYWORD),
        _ => side.text(file).is_ok_and(|text| text.contains(COMMENT)),
    }
}

fn in_document(document: &Document, location: &Location, rule: &str) -> bool {
    let pointer = Pointer::parse(location.pointer.as_deref().unwrap_or(""));
    let mut node = Some(document.root());
    let mut segments = pointer.0.iter();
    while let Some(current) = node {
        if names(current, rule) {
            return true;
        }
        node = segments.next().and_then(|segment| current.step(segment));
    }
    false
}

fn names(node: Node<'_>, rule: &str) -> bool {
    let Some(list) = node.get(KEYWORD) else {
        return false;
    };
    list.items()
        .chain([list])
        .filter_map(Node::as_str)
        .any(|pattern| glob::matches(pattern, rule))
}

fn in_comments(side: &Side, location: &Location, rule: &str) -> bool {
    let Ok(text) = side.text(&location.file) else {
        return false;
    };
    let lines: Vec<&str> = text.lines().collect();
    let above = lines
        .iter()
        .take(location.line.saturating_sub(1) as usize)
        .rev();
    above
        .map(|line| line.trim())
        .take_while(|line| line.starts_with("//"))
        .filter_map(|line| line.split_once(COMMENT))
        .flat_map(|(_, ids)| ids.split([' ', ',']))
        .any(|pattern| !pattern.is_empty() && glob::matches(pattern, rule))
}
