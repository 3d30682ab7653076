//! Cursors into a document.

use pacto_diagnostic::{Location, Span};

use crate::{Document, Pointer};

/// What a node is, as JSON knows kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`.
    Bool,
    /// An integer or a float.
    Number,
    /// Text.
    String,
    /// A list.
    Sequence,
    /// A map with text keys in written order.
    Mapping,
}

/// A number that has not lost precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Fits a signed 64-bit integer.
    Integer(i64),
    /// Fits an unsigned 64-bit integer only.
    Unsigned(u64),
    /// Everything else, infinities and NaN included.
    Float(f64),
}

/// A cursor to one node; copying is cheap. Aliases are followed.
#[derive(Debug, Clone, Copy)]
pub struct Node<'d> {
    pub(crate) document: &'d Document,
    pub(crate) index: u32,
}

/// Iterator over the items of a sequence.
#[derive(Debug, Clone)]
pub struct Items<'d> {
    pub(crate) document: &'d Document,
    pub(crate) next: u32,
    pub(crate) end: u32,
}

/// Iterator over the entries of a mapping, in written order: key node and value node.
///
/// Keys are always text (`Node::as_str` is `Some`); merged entries come last.
#[derive(Debug, Clone)]
pub struct Entries<'d> {
    pub(crate) document: &'d Document,
    pub(crate) next: u32,
    pub(crate) end: u32,
}

impl<'d> Node<'d> {
    /// The kind of the node.
    pub fn kind(self) -> Kind {
        unimplemented!()
    }
    /// The document this node lies in.
    pub fn document(self) -> &'d Document {
        self.document
    }
    /// Bytes of the node in the text.
    pub fn span(self) -> Span {
        unimplemented!()
    }
    /// Place of the node, without pointer.
    pub fn location(self) -> Location {
        self.document.source.location(self.span())
    }
    /// Text as written, quotes included.
    pub fn raw(self) -> &'d str {
        self.document.source.slice(self.span())
    }
    /// True when the node is null.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }
    /// The text of a string node.
    pub fn as_str(self) -> Option<&'d str> {
        unimplemented!()
    }
    /// The value of a boolean node.
    pub fn as_bool(self) -> Option<bool> {
        unimplemented!()
    }
    /// The value of a number node.
    pub fn as_number(self) -> Option<Number> {
        unimplemented!()
    }
    /// The value of an integral number node (`80` and `80.0`).
    pub fn as_i64(self) -> Option<i64> {
        unimplemented!()
    }
    /// The items of a sequence; empty for other kinds.
    pub fn items(self) -> Items<'d> {
        unimplemented!()
    }
    /// The entries of a mapping; empty for other kinds.
    pub fn entries(self) -> Entries<'d> {
        unimplemented!()
    }
    /// Number of items or entries; 0 for scalars.
    pub fn len(self) -> usize {
        unimplemented!()
    }
    /// True when there are no items or entries.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
    /// The value under a key of a mapping.
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        let _ = key;
        unimplemented!()
    }
    /// The key node and the value under a key of a mapping.
    pub fn get_entry(self, key: &str) -> Option<(Node<'d>, Node<'d>)> {
        let _ = key;
        unimplemented!()
    }
    /// The item at a position of a sequence.
    pub fn at(self, position: usize) -> Option<Node<'d>> {
        self.items().nth(position)
    }
    /// Follows a pointer from this node.
    pub fn find(self, pointer: &Pointer) -> Option<Node<'d>> {
        let _ = pointer;
        unimplemented!()
    }
    /// Deep equality of values: key order does not matter, item order does, `1` equals `1.0`.
    pub fn value_eq(self, other: Node<'_>) -> bool {
        let _ = other;
        unimplemented!()
    }
    /// The node as a JSON value, aliases expanded. Infinities and NaN become `None`.
    pub fn to_json(self) -> Option<serde_json::Value> {
        unimplemented!()
    }
}

impl<'d> Iterator for Items<'d> {
    type Item = Node<'d>;
    fn next(&mut self) -> Option<Node<'d>> {
        unimplemented!()
    }
}

impl<'d> Iterator for Entries<'d> {
    type Item = (Node<'d>, Node<'d>);
    fn next(&mut self) -> Option<(Node<'d>, Node<'d>)> {
        unimplemented!()
    }
}
