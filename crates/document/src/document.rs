//! The parsed document.

use pacto_diagnostic::{Location, SourceText, Span};

use crate::tape::Tape;
use crate::{Limits, Node, Pointer};

/// How a text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// JSON when the first character is `{` or `[` and the text parses as JSON, else YAML.
    Detect,
    /// JSON (RFC 8259) only.
    Json,
    /// YAML 1.2, of which JSON is a subset.
    Yaml,
}

/// A parsed text: the tree and the text it came from.
#[derive(Debug, Clone)]
pub struct Document {
    pub(crate) source: SourceText,
    pub(crate) tape: Tape,
    /// Start of a second YAML document, which is not read.
    pub(crate) extra_document: Option<Span>,
}

/// Why a text is not a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// What is wrong, as a lowercase fragment without a place.
    pub message: String,
    /// Where, when the parser got that far.
    pub location: Option<Location>,
    /// Another place that explains it, such as the first of two equal keys.
    pub related: Option<(String, Location)>,
}

impl Document {
    /// Parses a text within limits.
    pub fn parse(source: SourceText, syntax: Syntax, limits: Limits) -> Result<Self, ParseError> {
        let _ = (source, syntax, limits);
        unimplemented!()
    }

    /// The text with its name.
    pub fn source(&self) -> &SourceText {
        &self.source
    }

    /// The root node; an empty text has a null root.
    pub fn root(&self) -> Node<'_> {
        unimplemented!()
    }

    /// Where a second YAML document begins, if there is one; it is not read.
    pub fn extra_document(&self) -> Option<Location> {
        self.extra_document.map(|span| self.source.location(span))
    }

    /// Finds a node by JSON Pointer.
    pub fn find(&self, pointer: &Pointer) -> Option<Node<'_>> {
        let _ = pointer;
        unimplemented!()
    }
}
