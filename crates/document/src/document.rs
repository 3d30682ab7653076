//! The parsed document.

use std::sync::OnceLock;

use pacto_diagnostic::{Location, SourceText, Span};

use crate::build::Problem;
use crate::tape::Tape;
use crate::{Limits, Node, Pointer, json, yaml};

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
    pub(crate) second: Option<Span>,
    /// Index of what each record lies in, made when somebody asks.
    pub(crate) parents: OnceLock<Vec<u32>>,
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
    pub related: Option<Box<(String, Location)>>,
}

impl Document {
    /// Parses a text within limits.
    pub fn parse(source: SourceText, syntax: Syntax, limits: Limits) -> Result<Self, ParseError> {
        // Offsets are 32 bits wide.
        let bytes = limits.bytes.min(u32::MAX as usize / 2);
        if source.text().len() > bytes {
            return Err(ParseError {
                message: format!("document is larger than {bytes} bytes"),
                location: None,
                related: None,
            });
        }
        match read(source.text(), syntax, limits) {
            Ok((tape, second)) => Ok(Self {
                source,
                tape,
                second,
                parents: OnceLock::new(),
            }),
            Err(problem) => Err(ParseError {
                message: problem.message,
                location: problem.span.map(|span| source.location(span)),
                related: problem
                    .related
                    .map(|(message, span)| Box::new((message, source.location(span)))),
            }),
        }
    }

    /// The text with its name.
    pub fn source(&self) -> &SourceText {
        &self.source
    }

    /// The root node; an empty text has a null root.
    pub fn root(&self) -> Node<'_> {
        Node {
            document: self,
            index: 0,
        }
    }

    /// The node with a number that [`Node::id`] gave; `None` when no node of this document has it.
    pub fn node(&self, id: u32) -> Option<Node<'_>> {
        let is_known = (id as usize) < self.tape.records.len();
        is_known.then_some(Node {
            document: self,
            index: id,
        })
    }

    /// Where a second YAML document begins, if there is one; it is not read.
    pub fn extra_document(&self) -> Option<Location> {
        self.second.map(|span| self.source.location(span))
    }

    /// Finds a node by JSON Pointer.
    pub fn find(&self, pointer: &Pointer) -> Option<Node<'_>> {
        self.root().find(pointer)
    }
}

fn read(text: &str, syntax: Syntax, limits: Limits) -> Result<(Tape, Option<Span>), Problem> {
    let is_json = match syntax {
        Syntax::Json => return json::read(text, limits).map(|tape| (tape, None)),
        Syntax::Yaml => false,
        Syntax::Detect => text
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with(['{', '[']),
    };
    if is_json {
        match json::read(text, limits) {
            Ok(tape) => return Ok((tape, None)),
            Err(problem) if problem.is_limit => return Err(problem),
            // Flow style YAML looks the same at first.
            Err(_) => {}
        }
    }
    yaml::read(text, limits)
}
