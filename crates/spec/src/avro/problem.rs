//! What is wrong with an Avro schema, and where.

use pacto_diagnostic::{Finding, Location};

use crate::ReferenceError;

/// What is wrong with a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Where.
    pub location: Location,
}

/// What can be wrong with a schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A string that is no JSON.
    #[error("the string is no JSON: {0}")]
    Json(String),
    /// Something else was expected.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// What the specification wants here.
        expected: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// A part that must be there.
    #[error("{owner} has no `{part}`")]
    Missing {
        /// What it is missing in.
        owner: &'static str,
        /// Its key.
        part: &'static str,
    },
    /// A name that nothing declares before.
    #[error("no type is called `{0}`")]
    UnknownType(String),
    /// A second declaration of what may be declared once.
    #[error("`{0}` is declared twice")]
    Duplicate(String),
    /// A default of a field that its type does not have.
    #[error("the default of field `{field}` is no value of its type, {expected}")]
    Default {
        /// The name of the field.
        field: String,
        /// The type, as it is called.
        expected: String,
    },
    /// A default of an enum that is none of its symbols.
    #[error("the default of enum `{0}` is none of its symbols")]
    EnumDefault(String),
    /// A union as a branch of another one.
    #[error("a union directly inside a union")]
    NestedUnion,
    /// Types nested deeper than is read.
    #[error("nested deeper than {0} levels")]
    TooDeep(usize),
    /// More types than are read.
    #[error("more than {0} types")]
    TooManyTypes(usize),
    /// A reference that cannot be followed.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
}

impl ProblemKind {
    /// Stable code: `avro-parse-failed`, or that of a reference.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Reference(error) => error.code(),
            _ => "avro-parse-failed",
        }
    }
}

impl Problem {
    /// The problem as a warning with its place.
    pub fn finding(&self) -> Finding {
        let mut finding = Finding::warning(self.kind.code(), "", self.kind.to_string());
        finding.location = Some(self.location.clone());
        finding
    }
}
