//! Renderings of a report. Each escapes for its own format; texts come from contracts of others.

mod accepted;
mod findings;
mod graph;
mod html;
mod json;
mod lines;
mod markdown;
mod set;
mod spoken;
mod text;

pub(crate) use accepted::{accepted, folded};
pub use findings::{findings, set_findings};
pub use graph::tree;
pub use html::{HtmlOptions, html, set_html};
pub use json::json;
pub use lines::Texts;
pub use markdown::markdown;
pub use set::{error_line, set_markdown, set_text, totals};
pub use text::{TextOptions, text};

use serde_json::Value;

use crate::deep::{Reading, Witness};
use crate::detect::ChangeKind;
use crate::detect::sbom::{SbomChange, SbomField};

/// What a report without changes says.
fn nothing_changed(has_gaps: bool) -> &'static str {
    if has_gaps {
        "No changes detected in what could be compared."
    } else {
        "No changes detected."
    }
}

/// A value as people read it: texts without quotes, everything else as compact JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What a witness shows, on one line: `breaks {"a":1}: valid before, refused now (…)`.
fn witness_line(witness: &Witness) -> Option<String> {
    let Witness::Value {
        value,
        accepted_by,
        error,
        reading,
        ..
    } = witness
    else {
        return None;
    };
    let mut value = value.to_string();
    if let Some((end, _)) = value.char_indices().nth(LONGEST_WITNESS) {
        value.truncate(end);
        value.push('…');
    }
    Some(match (reading, *accepted_by) {
        (Some(Reading::Closed), side) => {
            format!("only the {side} side describes {value} ({error})")
        }
        (Some(Reading::Wire), side) => {
            format!("{value} as the {side} side writes it means something else ({error})")
        }
        (None, "old") => format!("breaks {value}: valid before, refused now ({error})"),
        (None, _) => format!("may send {value}: refused before, valid now ({error})"),
    })
}

/// Characters of a witness that are shown where a line has to do.
const LONGEST_WITNESS: usize = 240;

/// The lines of a list of package changes, without indentation.
fn sbom_line(change: &SbomChange) -> String {
    let (old, new) = (
        change.old_value.as_deref().unwrap_or(""),
        change.new_value.as_deref().unwrap_or(""),
    );
    let at = |version: &str| {
        if version.is_empty() {
            change.package.clone()
        } else {
            format!("{}@{version}", change.package)
        }
    };
    let line = match (change.field, change.kind) {
        (SbomField::Package, ChangeKind::Added) => format!("+ {}", at(new)),
        (SbomField::Package, _) => format!("- {}", at(old)),
        (field, _) => format!("~ {} {}: {old} -> {new}", change.package, field.as_str()),
    };
    match &change.annotation {
        Some(annotation) => format!("{line} ({annotation})"),
        None => line,
    }
}
