//! From text to a contract that remembers where everything stood.

use pacto_diagnostic::{Finding, Location, SourceText, Span};
use pacto_document::{Document, Kind, Limits, Node, ParseError, Pointer, PointerSegment, Syntax};

use crate::normalise::first_line;
use crate::{Contract, LegacyForm, read};

/// A contract that was read, with its document.
#[derive(Debug, Clone)]
pub struct Loaded {
    document: Document,
    contract: Contract,
    legacy: Vec<LegacyForm>,
}

/// Why a text is not a contract: the text after `failed to parse FILE: `, so
/// `parse error: failed to parse YAML: …` or `parse error at FIELD: …`.
///
/// `findings` has every problem that stopped loading in the order of their places, the first one
/// being the one the message names; parsing goes on after a problem where it can. Their messages
/// begin in the same way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct LoadError {
    /// The first problem.
    pub message: String,
    /// All problems as `PARSE_ERROR` findings with empty path and their places.
    pub findings: Vec<Finding>,
}

impl LoadError {
    /// Wraps problems; none at all cannot happen and would read as an empty file.
    fn new(findings: Vec<Finding>) -> Self {
        let message = findings.first().map(|finding| finding.message.clone());
        Self {
            message: message.unwrap_or_default(),
            findings,
        }
    }

    fn from_parse_error(error: ParseError, start: Location) -> Self {
        let line = error.location.as_ref().map(|location| location.line);
        let place = line.map_or_else(String::new, |line| format!("line {line}: "));
        let message = format!(
            "parse error: failed to parse YAML: yaml: {place}{}",
            error.message
        );
        let location = error.location.unwrap_or(start);
        let mut finding = Finding::error("PARSE_ERROR", "", message).at(location);
        if let Some((message, location)) = error.related.map(|related| *related) {
            finding = finding.related(message, location);
        }
        Self::new(vec![finding])
    }
}

impl Loaded {
    /// Reads a contract. Every V1 shape is accepted; unknown fields are kept in the document and
    /// ignored in the model; wrong words are kept in the model. Contracts of later versions load
    /// as far as they share fields, wrong kinds and readiness left out.
    pub fn parse(source: SourceText) -> Result<Self, LoadError> {
        let (loaded, findings) = Self::parse_partially(source)?;
        if findings.is_empty() {
            Ok(loaded)
        } else {
            Err(LoadError::new(findings))
        }
    }

    /// Reads a contract as far as that is possible, so that the rest of it can still be checked:
    /// what cannot be read is missing in the model, and there is a `PARSE_ERROR` finding for each
    /// such place, in the order of the text. Its location carries the JSON Pointer of what was wrong, or of the object that
    /// lacks something. Fails only where there is no document at all.
    pub fn parse_partially(source: SourceText) -> Result<(Self, Vec<Finding>), LoadError> {
        let start = source.location(Span::default());
        let document = match Document::parse(source, Syntax::Yaml, Limits::CONTRACT) {
            Ok(document) => document,
            Err(error) => return Err(LoadError::from_parse_error(error, start)),
        };
        if is_blank(document.source().text()) {
            let message = "parse error: failed to parse YAML: EOF";
            let finding = Finding::error("PARSE_ERROR", "", message)
                .at(start)
                .help("the file is empty; `pacto init` writes a first contract");
            return Err(LoadError::new(vec![finding]));
        }
        let (contract, mut legacy, mut findings) = read::read(&document);
        findings.sort_by_key(|finding| {
            let place = finding.location.as_ref();
            place.map(|place| (place.line, place.column))
        });
        legacy.sort_by_key(|form| (form.location.line, form.location.column));
        let loaded = Self {
            document,
            contract,
            legacy,
        };
        Ok((loaded, findings))
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
    /// nearest existing ancestor when the path does not exist. A place that goes over several
    /// lines is cut at the end of the first one; it carries the JSON Pointer of the node.
    pub fn location(&self, path: &str) -> Option<Location> {
        let mut node = self.document.root();
        let mut pointer = Pointer::root();
        let mut rest = path;
        while let Some((next, segment, behind)) = step(node, rest) {
            node = next;
            pointer.0.push(segment);
            rest = behind;
        }
        Some(located(node, &pointer))
    }

    /// Place of a key: the key itself, not its value. For an item of a list it is the item, for
    /// the root and for what does not exist there is none.
    pub fn key_location(&self, pointer: &Pointer) -> Option<Location> {
        let (last, parents) = pointer.0.split_last()?;
        let parent = self.document.find(&Pointer(parents.to_vec()))?;
        let node = match (last, parent.kind()) {
            (PointerSegment::Key(key), _) => parent.get_entry(key)?.0,
            (PointerSegment::Index(index), Kind::Mapping) => {
                parent.get_entry(&index.to_string())?.0
            }
            (PointerSegment::Index(index), _) => parent.at(*index)?,
        };
        Some(located(node, pointer))
    }
}

fn located(node: Node<'_>, pointer: &Pointer) -> Location {
    let mut location = first_line(node);
    location.pointer = Some(pointer.to_string());
    location
}

/// True when there is no YAML document in a text, not even an empty one.
fn is_blank(text: &str) -> bool {
    text.trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim_start)
        .all(|line| line.is_empty() || line.starts_with('#'))
}

/// Takes one step of a dotted path: the node it leads to, the segment and the path behind it.
///
/// Keys may hold dots and brackets themselves, so the longest key that fits wins.
fn step<'d, 'p>(node: Node<'d>, path: &'p str) -> Option<(Node<'d>, PointerSegment, &'p str)> {
    let path = path.strip_prefix('.').unwrap_or(path);
    if path.is_empty() {
        return None;
    }
    if node.kind() == Kind::Sequence {
        let (digits, behind) = match path.strip_prefix('[') {
            Some(inner) => inner.split_once(']')?,
            None => path.split_at(path.find(['.', '[']).unwrap_or(path.len())),
        };
        let index = digits.parse().ok()?;
        return Some((node.at(index)?, PointerSegment::Index(index), behind));
    }
    let ends = path
        .char_indices()
        .rev()
        .filter(|(_, character)| matches!(character, '.' | '['))
        .map(|(end, _)| end);
    [path.len()].into_iter().chain(ends).find_map(|end| {
        let (key, behind) = path.split_at(end);
        Some((node.get(key)?, PointerSegment::Key(key.to_owned()), behind))
    })
}
