//! A tree of values without a text, for documents that are built or changed.

use indexmap::IndexMap;

use crate::{Kind, Node, Number, write};

/// A value that owns its parts. Unlike a JSON value it keeps infinities.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(String),
    /// A list.
    Sequence(Vec<Tree>),
    /// A map, keys in written order.
    Mapping(IndexMap<String, Tree>),
}

impl Tree {
    /// The tree as YAML in block style, with a final line break. Reading the text gives an equal
    /// tree; text that another reader might take for a number, date or truth value is quoted.
    pub fn to_yaml(&self) -> String {
        write::yaml(self)
    }
}

impl Node<'_> {
    /// Copies the node out of its document, aliases expanded.
    pub fn to_tree(self) -> Tree {
        match self.kind() {
            Kind::Null => Tree::Null,
            Kind::Bool => Tree::Bool(self.as_bool() == Some(true)),
            Kind::Number => self.as_number().map_or(Tree::Null, Tree::Number),
            Kind::String => Tree::Text(self.as_str().unwrap_or_default().to_owned()),
            Kind::Sequence => Tree::Sequence(self.items().map(Node::to_tree).collect()),
            Kind::Mapping => Tree::Mapping(
                self.entries()
                    .map(|(key, value)| {
                        let key = key.as_str().unwrap_or_default().to_owned();
                        (key, value.to_tree())
                    })
                    .collect(),
            ),
        }
    }
}
