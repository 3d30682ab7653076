//! A graph as text: a tree for people, DOT and Mermaid for drawing programs.
//!
//! Names, versions and messages come from contracts and registries; each renderer makes them
//! harmless for its own reader.

mod dot;
mod mermaid;
mod tree;

pub use dot::dot;
pub use mermaid::mermaid;
pub use tree::tree;

use std::borrow::Cow;

use pacto_diagnostic::render::printable;

use crate::graph::{Edge, EdgeKind};

/// Text on one line, without anything a terminal would act on.
fn one_line(text: &str) -> Cow<'_, str> {
    let shown = printable(text);
    if shown.contains(['\n', '\t']) {
        shown.replace(['\n', '\t'], " ").into()
    } else {
        shown
    }
}

/// How an edge is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Required,
    Optional,
    Reference,
}

impl Style {
    fn of(edge: &Edge) -> Self {
        match edge.kind {
            EdgeKind::Dependency { required: true, .. } => Self::Required,
            EdgeKind::Dependency {
                required: false, ..
            } => Self::Optional,
            EdgeKind::Reference(_) => Self::Reference,
        }
    }
}

/// What is written at an edge: the range, or what a reference is for and its name.
fn edge_label(edge: &Edge) -> String {
    match &edge.kind {
        EdgeKind::Dependency { compatibility, .. } => one_line(compatibility).into_owned(),
        EdgeKind::Reference(kind) => format!("{} {}", kind.as_str(), one_line(&edge.name)),
    }
}
