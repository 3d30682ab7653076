//! Mermaid flow charts.

use std::fmt::Write;

use pacto_contract::Reference;

use super::{Style, edge_label, one_line};
use crate::graph::Graph;

/// Writes a graph as a Mermaid flow chart: every node once, arrows solid (required), dotted
/// (optional) or thick (reference); what does not resolve has the class `failed`.
pub fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("graph TD\n");
    for (index, node) in graph.nodes().iter().enumerate() {
        // Writing to a string does not fail, here and below.
        let _ = writeln!(out, "  n{index}[\"{}\"]", escaped(&node.label()));
    }
    let mut failures = 0;
    for (from, edge) in graph.edges() {
        let to = if let Some(node) = edge.node() {
            format!("n{}", node.index())
        } else {
            let label = Reference::short_label(&edge.reference);
            let message = edge
                .failure()
                .map_or("", |failed| failed.failure.message.as_str());
            let _ = writeln!(
                out,
                "  u{failures}[\"{}<br/>{}\"]:::failed",
                escaped(&label),
                escaped(message)
            );
            failures += 1;
            format!("u{}", failures - 1)
        };
        let arrow = match Style::of(edge) {
            Style::Required => "-->",
            Style::Optional => "-.->",
            Style::Reference => "==>",
        };
        let label = escaped(&edge_label(edge));
        let _ = writeln!(out, "  n{} {arrow}|\"{label}\"| {to}", from.index());
    }
    if failures > 0 {
        out.push_str("  classDef failed stroke:#c00,stroke-dasharray:4\n");
    }
    out
}

/// Text for a quoted label: markup, quotes and code marks as entities, on one line.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in one_line(text).chars() {
        match character {
            // `#` starts an entity in Mermaid; the browser reads the others.
            '#' => out.push_str("#35;"),
            '"' => out.push_str("#quot;"),
            '&' => out.push_str("#amp;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '`' => out.push_str("#96;"),
            '\\' => out.push_str("#92;"),
            other => out.push(other),
        }
    }
    out
}
