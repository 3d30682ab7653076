//! The typed change: what differs, without an opinion about it.

use pacto_diagnostic::Location;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Fact;

/// What happened to a fact.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Only the new side has it.
    Added,
    /// Only the old side has it.
    Removed,
    /// Both sides have it, differently.
    Modified,
}

impl ChangeKind {
    /// The word of records: `added`, `removed`, `modified`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Modified => "modified",
        }
    }

    /// What the same edit is when the sides are swapped.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Added => Self::Removed,
            Self::Removed => Self::Added,
            Self::Modified => Self::Modified,
        }
    }
}

impl std::fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One difference between two sides.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What differs.
    pub fact: Fact,
    /// How it differs.
    pub kind: ChangeKind,
    /// Value on the old side, as records print it; `None` when there is none.
    pub old: Option<Value>,
    /// Value on the new side.
    pub new: Option<Value>,
    /// Name of the interface it belongs to.
    pub interface: Option<String>,
    /// Document it was found in: the path in the new bundle, or in the old one when it is gone.
    pub file: Option<String>,
    /// Place on the old side.
    pub old_location: Option<Location>,
    /// Place on the new side.
    pub new_location: Option<Location>,
}

impl Change {
    /// A change without values and places.
    pub(crate) fn new(fact: Fact, kind: ChangeKind) -> Self {
        Self {
            fact,
            kind,
            old: None,
            new: None,
            interface: None,
            file: None,
            old_location: None,
            new_location: None,
        }
    }

    /// Sets both values.
    pub(crate) fn values(mut self, old: Option<Value>, new: Option<Value>) -> Self {
        self.old = old;
        self.new = new;
        self
    }

    /// Sets one value on the side or sides that a change of this kind has.
    pub(crate) fn value(self, value: impl Into<Value>) -> Self {
        let value = value.into();
        match self.kind {
            ChangeKind::Added => self.values(None, Some(value)),
            ChangeKind::Removed => self.values(Some(value), None),
            ChangeKind::Modified => self.values(Some(value.clone()), Some(value)),
        }
    }

    /// Sets the places.
    pub(crate) fn at(mut self, old: Option<Location>, new: Option<Location>) -> Self {
        self.old_location = old;
        self.new_location = new;
        self
    }

    /// Sets the interface it belongs to.
    pub(crate) fn interface(mut self, name: &str) -> Self {
        self.interface = Some(name.to_owned());
        self
    }

    /// Sets the document it was found in.
    pub(crate) fn file(mut self, path: &str) -> Self {
        self.file = Some(path.to_owned());
        self
    }
}
