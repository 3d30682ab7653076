//! What a caller decides about a validation.

use jiff::civil::Date;
use pacto_diagnostic::Finding;

/// How to validate. The default is what `pacto validate` does without flags.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Old forms are errors instead of warnings.
    pub strict: bool,
    /// Validate as the Go implementation does: a layer with errors ends validation, and old forms
    /// are structural errors.
    pub compat_short_circuit: bool,
    /// Ask for readiness at this date (UTC).
    pub readiness: Option<Date>,
    /// What becomes of policy references.
    pub policies: PolicyReferences,
    /// What comparing the lock file found ([`crate::lock_finding`]); reported first.
    pub lock_findings: Vec<Finding>,
    /// A JSON Schema to run in layer 1 instead of the published one.
    #[doc(hidden)]
    pub structural_schema: Option<serde_json::Value>,
}

/// What becomes of policy references.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PolicyReferences {
    /// They are asked for ([`crate::Validation::pending`]); what cannot be had is an error.
    #[default]
    Resolve,
    /// They are not followed, and a warning says so for each.
    Skip,
    /// Nothing can answer them: each is an error.
    NoResolver,
}
