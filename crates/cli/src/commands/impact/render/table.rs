//! Consumers as aligned lines.

use pacto_app::impact::Consumer;
use pacto_diagnostic::render::printable;

use super::{distance, owner_name, style, terms, uses};
use crate::streams::Terminal;

const INDENT: usize = 2;
/// Spaces before what does not fit on the line of its consumer.
const HANGING: usize = 12;
/// Cells wider than this do not widen their column.
const WIDEST: usize = 40;

/// One line per consumer: severity, name, distance, need, terms, owner; what it uses of the change
/// below it.
pub(super) fn rows(consumers: &[&Consumer], terminal: Terminal) -> Vec<String> {
    let cells: Vec<[String; 6]> = consumers.iter().map(|consumer| cells(consumer)).collect();
    let mut widths = [0; 6];
    for row in &cells {
        for (width, cell) in widths.iter_mut().zip(row) {
            let length = cell.chars().count();
            if length <= WIDEST {
                *width = (*width).max(length);
            }
        }
    }
    let mut lines = Vec::new();
    for (consumer, row) in consumers.iter().zip(&cells) {
        let mut line = " ".repeat(INDENT);
        let mut length = INDENT;
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let cell_length = cell.chars().count();
            if column > 1 && length + cell_length > terminal.width {
                lines.push(line.trim_end().to_owned());
                line = " ".repeat(HANGING);
                length = HANGING;
            }
            let shown = if column == 0 {
                terminal.paint(style(consumer.severity), cell)
            } else {
                cell.clone()
            };
            line.push_str(&shown);
            let padding = width.saturating_sub(cell_length) + 2;
            line.push_str(&" ".repeat(padding));
            length += cell_length + padding;
        }
        lines.push(line.trim_end().to_owned());
        let details = uses(consumer).into_iter();
        let violations = consumer.violations.iter();
        for detail in details.chain(violations.map(|text| printable(text).into_owned())) {
            lines.extend(folded(&detail, terminal.width));
        }
    }
    lines
}

fn cells(consumer: &Consumer) -> [String; 6] {
    let need = if consumer.required {
        "required"
    } else {
        "optional"
    };
    [
        consumer.severity.as_str().to_owned(),
        printable(&consumer.service).into_owned(),
        distance(consumer),
        need.to_owned(),
        terms(consumer),
        owner_name(&consumer.owner),
    ]
}

/// A detail on lines that fit.
fn folded(text: &str, width: usize) -> Vec<String> {
    let room = width.saturating_sub(HANGING).max(20);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            lines.push(format!("{}{line}", " ".repeat(HANGING)));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(format!("{}{line}", " ".repeat(HANGING)));
    lines
}
