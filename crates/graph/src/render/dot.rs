//! Graphviz.

use std::fmt::Write;

use pacto_contract::Reference;

use super::{Style, edge_label, one_line};
use crate::graph::Graph;

/// Writes a graph in the DOT language: every node once, edges solid (required), dashed (optional)
/// or dotted (reference); what does not resolve is red.
pub fn dot(graph: &Graph) -> String {
    let mut out = format!(
        "digraph {} {{\n  rankdir=LR;\n  node [shape=box];\n",
        quoted(graph.root().name())
    );
    for (index, node) in graph.nodes().iter().enumerate() {
        let local = if node.is_local() {
            ", style=rounded"
        } else {
            ""
        };
        // Writing to a string does not fail, here and below.
        let _ = writeln!(out, "  n{index} [label={}{local}];", quoted(&node.label()));
    }
    let mut failures = 0;
    for (from, edge) in graph.edges() {
        let mut attributes = vec![format!("label={}", quoted(&edge_label(edge)))];
        match Style::of(edge) {
            Style::Required => {}
            Style::Optional => attributes.push("style=dashed".to_owned()),
            Style::Reference => attributes.push("style=dotted".to_owned()),
        }
        let mut to = edge.node().map(|node| format!("n{}", node.index()));
        if let Some(failed) = edge.failure() {
            attributes.push("color=red".to_owned());
            if to.is_none() {
                let label = format!(
                    "{}\n{}",
                    one_line(&Reference::short_label(&edge.reference)),
                    one_line(&failed.failure.message)
                );
                let _ = writeln!(
                    out,
                    "  u{failures} [label={}, style=dashed, color=red];",
                    quoted_lines(&label)
                );
                to = Some(format!("u{failures}"));
                failures += 1;
            }
        }
        if let Some(to) = to {
            let _ = writeln!(
                out,
                "  n{} -> {to} [{}];",
                from.index(),
                attributes.join(", ")
            );
        }
    }
    out.push_str("}\n");
    out
}

/// A quoted string of the DOT language, on one line.
fn quoted(text: &str) -> String {
    quoted_lines(&one_line(text))
}

/// A quoted string whose line breaks stay.
fn quoted_lines(text: &str) -> String {
    // Backslashes start escapes such as `\N`, the name of the node.
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{escaped}\"")
}
