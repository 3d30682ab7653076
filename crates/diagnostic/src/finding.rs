//! The finding: one thing that is wrong, or worth saying, about an input.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use crate::Location;

/// How much a finding weighs.
///
/// `Error` makes an input invalid, `Warning` never does. `Note` is used by machine formats for
/// records that carry no judgement (a non-breaking change).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The input is wrong.
    Error,
    /// The input is accepted, and somebody should look.
    Warning,
    /// For information.
    Note,
}

/// One finding about an input.
///
/// `code` is stable and documented; `path` is the dotted path inside the contract
/// (`interfaces[1].port`; layer 1 writes indices as plain segments, `interfaces.1.port`; the root
/// is the empty string); `location` is the place in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Stable code: `UPPER_SNAKE` for validation, `kebab-case` for diff rules.
    pub code: Cow<'static, str>,
    /// Weight of the finding.
    pub severity: Severity,
    /// Dotted path inside the contract, empty for the whole document.
    pub path: String,
    /// One sentence without a final full stop.
    pub message: String,
    /// Where it is, when there is a text to point into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// Other places that explain the finding.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub related: Vec<Related>,
    /// What to do about it, most likely first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// An edit that repairs it, only where the repair is unambiguous.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

/// A second place that explains a finding, such as the first of two duplicates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Related {
    /// What is to be seen there.
    pub message: String,
    /// The place.
    pub location: Location,
}

/// A repair: edits that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fix {
    /// What the repair does, in the imperative.
    pub title: String,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
}

/// One replacement of a range of text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Edit {
    /// The characters to replace; length 0 inserts.
    pub location: Location,
    /// What stands there afterwards.
    pub new_text: String,
}

impl Finding {
    /// Creates an error without a place.
    pub fn error(
        code: impl Into<Cow<'static, str>>,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Error, code, path, message)
    }

    /// Creates a warning without a place.
    pub fn warning(
        code: impl Into<Cow<'static, str>>,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self::new(Severity::Warning, code, path, message)
    }

    /// Creates a finding without a place.
    pub fn new(
        severity: Severity,
        code: impl Into<Cow<'static, str>>,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code: code.into(),
            severity,
            path: path.into(),
            message: message.into(),
            location: None,
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Sets the place.
    #[must_use]
    pub fn at(mut self, location: impl Into<Option<Location>>) -> Self {
        self.location = location.into();
        self
    }

    /// Adds another place that explains the finding; without a location nothing is added.
    #[must_use]
    pub fn related(
        mut self,
        message: impl Into<String>,
        location: impl Into<Option<Location>>,
    ) -> Self {
        if let Some(location) = location.into() {
            self.related.push(Related {
                message: message.into(),
                location,
            });
        }
        self
    }

    /// Sets the advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the repair.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<Option<Fix>>) -> Self {
        self.fix = fix.into();
        self
    }

    /// True when the finding makes its input invalid.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
