//! What a comparison could not do: never silent.

use pacto_diagnostic::{Location, Severity};
use schemars::JsonSchema;
use serde::Serialize;

/// Code of an entry of `ignore` that accepts nothing.
pub(crate) const UNUSED_IGNORE: &str = "unused-ignore";

/// Code of an entry of `ignore` whose last day has passed.
pub(crate) const EXPIRED_IGNORE: &str = "expired-ignore";

/// Which side a diagnostic is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SideName {
    /// The first argument.
    Old,
    /// The second argument.
    New,
}

impl SideName {
    /// `old` or `new`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
        }
    }
}

/// Something that was not compared, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// Weight: `warning`, or `note` where nothing is missing from the result.
    pub severity: Severity,
    /// Stable kebab-case code: `document-not-found`, `unresolved`, …
    pub code: &'static str,
    /// The side it is about, when it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<SideName>,
    /// The file in the bundle of that side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// JSON Pointer inside the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// One sentence without a final full stop.
    pub message: String,
    /// The place in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl Diagnostic {
    /// A warning about one side.
    pub fn warning(code: &'static str, side: SideName, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            code,
            side: Some(side),
            file: None,
            pointer: None,
            message: message.into(),
            location: None,
        }
    }

    /// Whether something is missing from the result. An entry of the rules file that is odd hides
    /// nothing.
    pub fn is_gap(&self) -> bool {
        self.severity != Severity::Note && ![UNUSED_IGNORE, EXPIRED_IGNORE].contains(&self.code)
    }

    /// Names the file.
    #[must_use]
    pub fn file(mut self, path: &str) -> Self {
        self.file = Some(path.to_owned());
        self
    }
}
