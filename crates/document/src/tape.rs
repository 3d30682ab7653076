//! The flat form of a parsed tree.

/// Nodes in document order, containers followed by their content.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tape;
