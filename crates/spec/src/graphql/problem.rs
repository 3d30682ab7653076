//! What is wrong with a GraphQL document, and where.

use pacto_diagnostic::{Finding, Location};

/// Something wrong with a document; everything else in it was read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Where.
    pub location: Location,
}

/// What can be wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A character that starts nothing.
    #[error("unexpected character `{}`", .0.escape_default())]
    Character(char),
    /// A string that never ends.
    #[error("a string is never closed")]
    Unclosed,
    /// Something else was expected.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// What the grammar wants here.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// Types or values nested deeper than is read.
    #[error("nested deeper than {0} levels")]
    TooDeep(usize),
    /// A second definition of what may be defined once.
    #[error("`{0}` is defined twice")]
    Duplicate(String),
    /// After this many problems reading stops.
    #[error("more than {0} problems, the rest of the file is not read")]
    TooManyProblems(usize),
}

impl Problem {
    /// The problem as a warning with its place.
    pub fn finding(&self) -> Finding {
        let mut finding = Finding::warning("graphql-parse-failed", "", self.kind.to_string());
        finding.location = Some(self.location.clone());
        finding
    }
}
