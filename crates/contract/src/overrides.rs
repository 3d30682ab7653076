//! Overrides: values files merged into a contract, and single values set by path.

/// Overrides for one contract: values files in the given order, then sets in the given order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides {
    /// Values files: name as given and text.
    pub values: Vec<(String, String)>,
    /// `KEY=VALUE` texts as given.
    pub sets: Vec<String>,
}

/// Why overrides could not be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OverrideError {
    /// A values file is not a YAML map.
    #[error("failed to parse values file \"{file}\": {reason}")]
    ValuesFile {
        /// File as given.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A `--set` text has no `=`.
    #[error("invalid --set format \"{text}\": expected key=value")]
    SetFormat {
        /// The text as given.
        text: String,
    },
    /// A `--set` key does not lead anywhere.
    #[error("failed to set \"{key}\": {reason}")]
    Set {
        /// The key as given.
        key: String,
        /// What stopped it.
        reason: String,
    },
    /// The contract text itself is no YAML map.
    #[error("{reason}")]
    Contract {
        /// What is wrong with it.
        reason: String,
    },
}

impl Overrides {
    /// True when there is nothing to apply.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.sets.is_empty()
    }

    /// Applies the overrides to the text of a contract and returns the merged YAML text.
    pub fn apply(&self, text: &str) -> Result<String, OverrideError> {
        let _ = text;
        unimplemented!()
    }
}
