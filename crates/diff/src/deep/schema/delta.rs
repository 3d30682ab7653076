//! What differs between two schemas.

use std::rc::Rc;

use pacto_document::Node;
use serde_json::Value;

use crate::detect::ChangeKind;

/// How the rule of a delta is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleName {
    /// A family: the id begins with the place.
    Family(&'static str),
    /// An id of its own.
    Id(&'static str),
}

/// One difference, relative to the schema it was found in.
#[derive(Debug, Clone)]
pub(crate) struct Delta<'s> {
    /// What it is called.
    pub(crate) name: RuleName,
    /// What is appended to the path of the schema: `.enum[price]`.
    pub(crate) suffix: String,
    /// How it changed.
    pub(crate) kind: ChangeKind,
    /// Where on the old side.
    pub(crate) old: Option<Node<'s>>,
    /// Where on the new side.
    pub(crate) new: Option<Node<'s>>,
    /// Value on the old side.
    pub(crate) old_value: Option<Value>,
    /// Value on the new side.
    pub(crate) new_value: Option<Value>,
}

impl<'s> Delta<'s> {
    /// A delta whose kind and values follow from the nodes.
    pub(crate) fn new(
        name: RuleName,
        suffix: impl Into<String>,
        old: Option<Node<'s>>,
        new: Option<Node<'s>>,
    ) -> Self {
        let kind = match (&old, &new) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Modified,
        };
        Self {
            name,
            suffix: suffix.into(),
            kind,
            old,
            new,
            old_value: old.and_then(scalar),
            new_value: new.and_then(scalar),
        }
    }

    /// A delta of a family.
    pub(crate) fn family(
        family: &'static str,
        suffix: impl Into<String>,
        old: Option<Node<'s>>,
        new: Option<Node<'s>>,
    ) -> Self {
        Self::new(RuleName::Family(family), suffix, old, new)
    }

    /// Sets kind and values.
    pub(crate) fn modified(mut self, old: Option<Value>, new: Option<Value>) -> Self {
        self.kind = ChangeKind::Modified;
        self.old_value = old;
        self.new_value = new;
        self
    }

    /// Sets the values only.
    pub(crate) fn values(mut self, old: Option<Value>, new: Option<Value>) -> Self {
        self.old_value = old;
        self.new_value = new;
        self
    }
}

/// Values that fit into a record: scalars; larger ones are found at the place.
fn scalar(node: Node<'_>) -> Option<Value> {
    node.is_empty().then(|| node.to_json()).flatten()
}

/// Everything that differs between two schemas. Outcomes of shared schemas are shared, so that
/// the whole is a graph without cycles.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome<'s> {
    /// The schemas that were compared.
    pub(crate) schemas: (Vec<Node<'s>>, Vec<Node<'s>>),
    /// Differences of the schema itself.
    pub(crate) deltas: Vec<Delta<'s>>,
    /// Differences below, with the step that leads there: `.properties[id]`.
    pub(crate) children: Vec<(String, Rc<Outcome<'s>>)>,
    /// Something could not be read, so that differences may be missing.
    pub(crate) is_incomplete: bool,
}

impl Outcome<'_> {
    /// Whether nothing differs.
    pub(crate) fn is_empty(&self) -> bool {
        self.deltas.is_empty() && self.children.is_empty()
    }
}

/// A name as it stands in brackets.
pub(crate) fn bracketed(name: &str) -> String {
    name.replace('\\', "\\\\").replace(']', "\\]")
}

/// A name that stood in brackets, as it was.
pub(crate) fn unbracketed(name: &str) -> String {
    name.replace("\\]", "]").replace("\\\\", "\\")
}
