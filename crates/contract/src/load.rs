//! From text to a contract that remembers where everything stood.

use pacto_diagnostic::{Finding, Location, SourceText};
use pacto_document::{Document, Pointer};

use crate::Contract;

/// A contract that was read, with its document.
#[derive(Debug, Clone)]
pub struct Loaded {
    document: Document,
    contract: Contract,
    legacy: Vec<LegacyForm>,
}

/// An old form that was normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyForm {
    /// The element as written: `configuration`, `policy`, `policies[0]`, `dependencies[0]`.
    pub path: String,
    /// What it is, and the modern form to write instead.
    pub message: String,
    /// The modern form, ready to replace the element where that is one unambiguous edit.
    pub fix: Option<pacto_diagnostic::Fix>,
}

/// Why a text is not a contract: the text after `failed to parse FILE: parse error: `.
///
/// `findings` has every problem that stopped loading, the first one being the one the message
/// names; parsing goes on after a problem where it can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct LoadError {
    /// The first problem.
    pub message: String,
    /// All problems as `PARSE_ERROR` findings with empty path and their places.
    pub findings: Vec<Finding>,
}

impl Loaded {
    /// Reads a contract. Every V1 shape is accepted; unknown fields are kept in the document and
    /// ignored in the model; wrong words are kept in the model.
    pub fn parse(source: SourceText) -> Result<Self, LoadError> {
        let _ = source;
        unimplemented!()
    }

    /// The contract, normalised.
    pub fn contract(&self) -> &Contract {
        &self.contract
    }

    /// The document as written.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The text of the contract file.
    pub fn source(&self) -> &SourceText {
        self.document.source()
    }

    /// Old forms that were normalised, in written order.
    pub fn legacy(&self) -> &[LegacyForm] {
        &self.legacy
    }

    /// Place of a written dotted path (`interfaces[1].port`, also `interfaces.1.port`); the
    /// nearest existing ancestor when the path does not exist.
    pub fn location(&self, path: &str) -> Option<Location> {
        let _ = path;
        unimplemented!()
    }

    /// Place of a key: the key itself, not its value.
    pub fn key_location(&self, pointer: &Pointer) -> Option<Location> {
        let _ = pointer;
        unimplemented!()
    }
}
