//! The tree of what changed in the dependency graph.

use std::fmt::Write as _;

use pacto_diagnostic::render::printable;

use crate::tree::{GraphChange, GraphChangeType, GraphDiff, GraphNode};

/// Columns that names are padded to.
const NAME_WIDTH: usize = 14;

/// Draws the nodes that changed and those on the way to them, one per line, the root first.
pub fn tree(diff: &GraphDiff) -> String {
    let mut text = format!("{}\n", printable(&diff.root.name));
    children(&diff.root, "", &mut text);
    text
}

fn children(node: &GraphNode, prefix: &str, text: &mut String) {
    let changed: Vec<&GraphNode> = node
        .children
        .iter()
        .filter(|child| child.has_changes())
        .collect();
    for (index, child) in changed.iter().enumerate() {
        let is_last = index + 1 == changed.len();
        let (connector, below) = if is_last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        let _ = writeln!(text, "{prefix}{connector}{}", label(child));
        children(child, &format!("{prefix}{below}"), text);
    }
}

fn label(node: &GraphNode) -> String {
    let name = printable(&node.name);
    let Some(GraphChange {
        change_type,
        old_version,
        new_version,
        ..
    }) = &node.change
    else {
        return name.into_owned();
    };
    let old = printable(old_version.as_deref().unwrap_or(""));
    let new = printable(new_version.as_deref().unwrap_or(""));
    match change_type {
        GraphChangeType::VersionChanged => format!("{name:<NAME_WIDTH$}{old} → {new}"),
        GraphChangeType::Added => format!("{name:<NAME_WIDTH$}+{new}"),
        GraphChangeType::Removed => format!("{name:<NAME_WIDTH$}-{old}"),
    }
}
