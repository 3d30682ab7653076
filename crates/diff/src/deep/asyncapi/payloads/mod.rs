//! What messages carry where it is not described by JSON Schema.

mod avro;
mod protobuf;

use std::collections::HashMap;
use std::rc::Rc;

use pacto_diagnostic::{Location, Severity};
use pacto_document::Node;

use super::{Element, FieldRules, Walk};
use crate::deep::finding::Finding;
use crate::deep::place::Position;
use crate::deep::witness::Witness;
use crate::{Diagnostic, Direction, Options, Side, SideName};

/// In which language a schema is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    JsonSchema,
    Avro,
    Protobuf,
    /// One that is not read.
    Other,
}

impl Format {
    /// The language that `schemaFormat` names; that of the document itself where it is absent.
    pub(super) fn of(schema_format: Option<Node<'_>>) -> Self {
        let Some(word) = schema_format.and_then(Node::as_str) else {
            return Self::JsonSchema;
        };
        let word = word.to_ascii_lowercase();
        let names = |part: &str| word.contains(part);
        match () {
            () if names("avro") => Self::Avro,
            () if names("protobuf") => Self::Protobuf,
            // RAML is written in YAML, OpenAPI schemas differ from ours in details.
            () if names("raml") || names("openapi") => Self::Other,
            () if names("json") || names("aai.asyncapi") => Self::JsonSchema,
            () => Self::Other,
        }
    }

    /// Whether another spelling is the same language: versions of Avro and protobuf differ in what
    /// they allow, not in what a schema means, and JSON Schema is what documents are written in that
    /// do not say it.
    pub(super) fn is_same(self, other: Self) -> bool {
        self == other && self != Self::Other
    }
}

/// A node of one side.
type Identity = (usize, u32);

/// What differs; nothing where a side cannot be read.
type Compared = Option<Rc<Vec<Finding>>>;

/// Payloads that were compared, and what was found in several places.
#[derive(Default)]
pub(super) struct Payloads {
    compared: HashMap<(Identity, Identity, Direction), Compared>,
    listed: HashMap<Shared, usize>,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) is_cut_off: bool,
}

/// What identifies a change in something that several messages carry.
type Shared = (
    String,
    Direction,
    Option<Location>,
    Option<Location>,
    String,
);

/// Both sides with what they were asked for.
#[derive(Clone, Copy)]
pub(super) struct Sides<'s> {
    pub(super) old: &'s Side,
    pub(super) new: &'s Side,
    pub(super) options: &'s Options,
}

impl<'s> Walk<'s> {
    /// Compares a payload or the headers of a message; where that is impossible, says that they
    /// differ.
    pub(super) fn foreign(
        &mut self,
        at: &Element<'_, 's>,
        part: &str,
        format: Format,
        (old, new): (Option<Node<'s>>, Option<Node<'s>>),
        position: Position,
    ) {
        let findings = match (old, new) {
            (Some(old), Some(new)) => self.compared(format, (old, new), position.direction()),
            _ => None,
        };
        let Some(findings) = findings else {
            let rules = FieldRules::always("asyncapi-payload-not-compared");
            self.field(at, (part, rules), (old, new));
            return;
        };
        for finding in findings.iter() {
            let path = format!("{}.{part}{}", at.path, finding.path);
            let key = (
                finding.rule.clone(),
                finding.direction,
                finding.old_location.clone(),
                finding.new_location.clone(),
                finding.path.clone(),
            );
            let known = self.payloads.listed.get(&key);
            if let Some(known) = known.and_then(|index| self.findings.list.get_mut(*index)) {
                if known.occurrences.is_empty() {
                    known.occurrences.push(known.path.clone());
                }
                known.occurrences.push(path);
                continue;
            }
            self.payloads.listed.insert(key, self.findings.list.len());
            let mut finding = finding.clone();
            if let (Format::Avro, Some(Witness::Value { r#where, .. })) =
                (format, &mut finding.witness)
            {
                *r#where = format!("{}.{part}{where}", at.path);
            }
            finding.path = path;
            finding.order = at.order.clone();
            finding.reason = format!("{}: {}", at.title, finding.reason);
            self.findings.list.push(finding);
        }
    }

    /// What differs, with paths below the payload; `None` where a side cannot be read.
    fn compared(
        &mut self,
        format: Format,
        (old, new): (Node<'s>, Node<'s>),
        direction: Direction,
    ) -> Compared {
        let key = (old.identity(), new.identity(), direction);
        if let Some(known) = self.payloads.compared.get(&key) {
            return known.clone();
        }
        let found = match format {
            Format::Avro => self.avro((old, new), direction),
            Format::Protobuf => self.protobuf((old, new), direction),
            Format::JsonSchema | Format::Other => None,
        };
        let found = found.map(Rc::new);
        self.payloads.compared.insert(key, found.clone());
        found
    }

    /// Says what cannot be read on one side.
    fn unreadable(
        &mut self,
        side: SideName,
        code: &'static str,
        message: String,
        location: Location,
    ) {
        self.payloads.diagnostics.push(Diagnostic {
            severity: Severity::Warning,
            code,
            side: Some(side),
            file: Some(location.file.clone()),
            pointer: location.pointer.clone(),
            message,
            location: Some(location),
        });
    }
}
