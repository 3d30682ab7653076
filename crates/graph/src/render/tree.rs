//! The tree that `pacto graph` prints.

use std::fmt::Write;

use pacto_contract::Reference;

use super::one_line;
use crate::graph::{Edge, Graph, Target};

/// Writes a graph as a tree with the sections `Cycles` and `Conflicts`, each only when there is
/// something in it. Ends with a line break.
pub fn tree(graph: &Graph) -> String {
    let mut out = one_line(&graph.root().label()).into_owned();
    out.push('\n');
    write_edges(graph, &mut out);
    if !graph.cycles().is_empty() {
        line(
            &mut out,
            format_args!("\nCycles ({}):", graph.cycles().len()),
        );
        for cycle in graph.cycles() {
            let names: Vec<&str> = cycle
                .iter()
                .chain(cycle.first())
                .map(String::as_str)
                .collect();
            line(
                &mut out,
                format_args!("  {}", one_line(&names.join(" -> "))),
            );
        }
    }
    if !graph.conflicts().is_empty() {
        line(
            &mut out,
            format_args!("\nConflicts ({}):", graph.conflicts().len()),
        );
        for conflict in graph.conflicts() {
            let versions: Vec<String> = conflict
                .versions
                .iter()
                .map(|version| format!("{}@{version}", conflict.name))
                .collect();
            let text = format!("{}: [{}]", conflict.name, versions.join(" "));
            line(&mut out, format_args!("  {}", one_line(&text)));
        }
    }
    out
}

fn line(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = out.write_fmt(arguments);
    out.push('\n');
}

/// The edges of one node that are left to write.
struct Level<'g> {
    edges: std::slice::Iter<'g, Edge>,
    /// Bytes of the indent in front of the connectors of this level.
    indent: usize,
}

fn write_edges(graph: &Graph, out: &mut String) {
    let mut indent = String::new();
    let mut levels = vec![Level {
        edges: graph.root().edges.iter(),
        indent: 0,
    }];
    while let Some(level) = levels.last_mut() {
        let Some(edge) = level.edges.next() else {
            levels.pop();
            continue;
        };
        let is_last = level.edges.as_slice().is_empty();
        indent.truncate(level.indent);
        out.push_str(&indent);
        out.push_str(if is_last { "└─ " } else { "├─ " });
        out.push_str(&one_line(&label(graph, edge)));
        out.push('\n');
        if let Target::Node {
            id,
            is_shared: false,
            ..
        } = edge.target
            && let Some(node) = graph.node(id)
        {
            indent.push_str(if is_last { "   " } else { "│  " });
            levels.push(Level {
                edges: node.edges.iter(),
                indent: indent.len(),
            });
        }
    }
}

fn label(graph: &Graph, edge: &Edge) -> String {
    let reference = if edge.is_dependency() { "" } else { " [ref]" };
    match &edge.target {
        Target::Node { id, is_shared, .. } => {
            let node = graph.node(*id);
            let label = node.map_or_else(String::new, crate::Node::label);
            let local = if node.is_some_and(crate::Node::is_local) {
                " [local]"
            } else {
                ""
            };
            let shared = if *is_shared { " (shared)" } else { "" };
            format!("{label}{local}{reference}{shared}")
        }
        Target::Failed(failed) => format!(
            "{}{reference} (error: {})",
            Reference::short_label(&edge.reference),
            failed.failure.message
        ),
    }
}
