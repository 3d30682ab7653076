//! Protobuf: a file of the bundle, or its text in the document.
//!
//! Everything in the file and what it imports is compared, by the rules about protobuf files.

use pacto_diagnostic::{Location, SourceText};
use pacto_document::Node;
use pacto_spec::protobuf::Schema;
use pacto_spec::{Documents, place};

use crate::deep::asyncapi::Walk;
use crate::deep::finding::{Finding, Order};
use crate::deep::protobuf::{ProtoFinding, compare_in};
use crate::side::has_extension;
use crate::{Direction, Side, SideName};

/// References in a row that are followed to a file.
const CHAIN_LIMIT: usize = 64;

/// A schema, and where it stands when it is written in a document.
struct Loaded {
    schema: Schema,
    /// The name its text goes by, with the place of the string.
    string: Option<(String, Location)>,
}

/// Why there is no schema.
struct Refusal {
    code: &'static str,
    message: String,
    location: Location,
}

impl Loaded {
    /// Places in a string are where the string is.
    fn location(&self, location: Location) -> Location {
        match &self.string {
            Some((name, place)) if *name == location.file => place.clone(),
            _ => location,
        }
    }
}

impl<'s> Walk<'s> {
    /// Compares two protobuf schemas.
    pub(super) fn protobuf(
        &mut self,
        nodes: (Node<'s>, Node<'s>),
        direction: Direction,
    ) -> Option<Vec<Finding>> {
        let documents = (self.findings.old.documents(), self.findings.new.documents());
        let sides = self.sides;
        let loaded = (
            load(documents.0, sides.old, nodes.0),
            load(documents.1, sides.new, nodes.1),
        );
        let old = self.readable(SideName::Old, loaded.0);
        let new = self.readable(SideName::New, loaded.1);
        let (old, new) = (old?, new?);
        let level = sides.options.proto.level;
        let findings = compare_in(&old.schema, &new.schema, level, direction);
        Some(
            findings
                .into_iter()
                .map(|finding| named(finding, &old, &new))
                .collect(),
        )
    }

    /// A side without anything in it that could not be read.
    fn readable(&mut self, side: SideName, loaded: Result<Loaded, Refusal>) -> Option<Loaded> {
        let loaded = match loaded {
            Ok(loaded) => loaded,
            Err(refusal) => {
                self.unreadable(side, refusal.code, refusal.message, refusal.location);
                return None;
            }
        };
        let mut is_readable = true;
        for problem in &loaded.schema.problems {
            is_readable &= problem.kind.code() != "proto-parse-failed";
            let location = loaded.location(problem.location.clone());
            self.unreadable(
                side,
                problem.kind.code(),
                problem.kind.to_string(),
                location,
            );
        }
        is_readable.then_some(loaded)
    }
}

fn load<'s>(documents: &'s Documents<'s>, side: &Side, node: Node<'s>) -> Result<Loaded, Refusal> {
    let mut node = node;
    let refused = |code, message, node: Node<'_>| Refusal {
        code,
        message,
        location: place(node),
    };
    for _ in 0..CHAIN_LIMIT {
        let Some(reference) = node.get("$ref").and_then(Node::as_str) else {
            break;
        };
        let of_reference =
            |error: pacto_spec::ReferenceError| refused(error.code(), error.to_string(), node);
        let file = documents.file(node, reference).map_err(of_reference)?;
        if has_extension(&file, &["proto"]) {
            let text = side.text(&file).map_err(|_| {
                let message = format!("`{reference}` names a file that is not in the bundle");
                refused("ref-unresolved", message, node)
            })?;
            let schema = schema(side, &SourceText::new(file, text));
            return Ok(Loaded {
                schema,
                string: None,
            });
        }
        node = documents.resolve(node, reference).map_err(of_reference)?;
    }
    let Some(text) = node.as_str() else {
        let message = "expected the text of a protobuf file, or a reference to one".to_owned();
        return Err(refused("proto-parse-failed", message, node));
    };
    // Imports are looked for beside the document.
    let name = format!("{}.payload.proto", node.document().source().name());
    let schema = schema(side, &SourceText::new(name.clone(), text));
    Ok(Loaded {
        schema,
        string: Some((name, place(node))),
    })
}

fn schema(side: &Side, entry: &SourceText) -> Schema {
    Schema::load(entry, &mut |path| {
        let text = side.text(path).ok()?;
        Some(SourceText::new(path, text))
    })
}

fn named(finding: ProtoFinding, old: &Loaded, new: &Loaded) -> Finding {
    let rule = finding.rule.strip_prefix("proto-").unwrap_or(finding.rule);
    let path = finding.path.strip_prefix("grpc").unwrap_or(&finding.path);
    Finding {
        rule: format!("asyncapi-protobuf-{rule}"),
        page: finding.rule,
        class: finding.class,
        direction: finding.direction,
        path: path.to_owned(),
        occurrences: Vec::new(),
        kind: finding.kind,
        old_value: finding.old_value,
        new_value: finding.new_value,
        old_location: finding.old_location.map(|location| old.location(location)),
        new_location: finding.new_location.map(|location| new.location(location)),
        reason: finding.reason,
        witness: finding.witness,
        order: Order::default(),
    }
}
