//! What is wrong with a protobuf file, and where.

use pacto_diagnostic::{Finding, Location};

/// Something wrong with a protobuf file; everything else in it was read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub kind: ProblemKind,
    /// Where.
    pub location: Location,
}

/// What can be wrong with a protobuf file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A character that starts nothing.
    #[error("unexpected character `{}`", .0.escape_default())]
    Character(char),
    /// A string or comment that never ends.
    #[error("{0} is never closed")]
    Unclosed(&'static str),
    /// An escape sequence that means nothing.
    #[error("unknown escape sequence in a string")]
    Escape,
    /// Something else was expected.
    #[error("expected {expected}, found {found}")]
    Expected {
        /// What the grammar wants here.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A number outside of what is allowed here.
    #[error("{0} is out of range")]
    OutOfRange(&'static str),
    /// Blocks or values nested deeper than is read.
    #[error("nested deeper than {0} levels")]
    TooDeep(usize),
    /// A file larger than is read.
    #[error("larger than {0} bytes")]
    TooLarge(usize),
    /// More files than are read.
    #[error("more than {0} files")]
    TooManyFiles(usize),
    /// After this many problems reading stops.
    #[error("more than {0} problems, the rest of the file is not read")]
    TooManyProblems(usize),
    /// `syntax` or `edition` names something we do not know.
    #[error("unknown {keyword} `{value}`")]
    Edition {
        /// `syntax` or `edition`.
        keyword: &'static str,
        /// What is written.
        value: String,
    },
    /// A second declaration of what may be declared once.
    #[error("`{name}` is declared twice")]
    Duplicate {
        /// Name or number.
        name: String,
    },
    /// An imported file that is neither in the bundle nor a well-known one.
    #[error("imported file `{path}` is not in the bundle")]
    ImportUnresolved {
        /// As written.
        path: String,
    },
    /// A type that no visible file declares.
    #[error("no type is called `{name}`")]
    UnknownType {
        /// As written.
        name: String,
    },
    /// A name of something that cannot stand here: an rpc of enums, an extension of a service.
    #[error("`{name}` is not a message")]
    NotAMessage {
        /// As written.
        name: String,
    },
}

impl ProblemKind {
    /// Stable code: `proto-parse-failed` or `proto-import-unresolved`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ImportUnresolved { .. } => "proto-import-unresolved",
            _ => "proto-parse-failed",
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
