//! Messages of one operation: which there are, and what they carry.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;
use pacto_spec::schema::Schemas;

use super::bindings::Level;
use super::model::Message;
use super::pairs::pairs;
use super::payloads::Format;
use super::{Element, Fact, FieldRules, Walk, followed, traits};
use crate::deep::finding::{Order, Place};
use crate::deep::place::Position;
use crate::deep::schema::delta::bracketed;
use crate::{Class, Direction};

type Messages<'s> = BTreeMap<String, Message<'s>>;

impl<'s> Walk<'s> {
    /// Compares the messages below a path such as `asyncapi.channels[c].subscribe.message`.
    pub(super) fn messages(
        &mut self,
        path: &str,
        title: &str,
        (old, new): (&Messages<'s>, &Messages<'s>),
        position: Position,
        order: &Order,
    ) {
        let documents = (self.findings.old.documents(), self.findings.new.documents());
        let pairs = pairs(documents, old, new);
        let known: BTreeMap<&String, &String> = pairs.iter().map(|it| (it.1, it.0)).collect();
        let paired: BTreeSet<&String> = pairs.iter().map(|(before, _)| *before).collect();
        // What has another name on the old side goes by the new one.
        let gone = old.keys().filter(|name| !paired.contains(name));
        let names: BTreeSet<(&String, bool)> = gone
            .map(|name| (name, true))
            .chain(new.keys().map(|name| (name, false)))
            .collect();
        for (name, is_gone) in names {
            let path = format!("{path}[{}]", bracketed(name));
            let sides = if is_gone {
                (old.get(name), None)
            } else {
                let before = known.get(name).and_then(|before| old.get(*before));
                (before, new.get(name))
            };
            let (Some(before), Some(after)) = sides else {
                let (rule, class) = match (sides.0, position.direction()) {
                    (Some(_), Direction::Output) => {
                        ("asyncapi-message-removed", Class::PotentialBreaking)
                    }
                    (Some(_), _) => ("asyncapi-message-removed", Class::Breaking),
                    (None, Direction::Input) => ("asyncapi-message-added", Class::NonBreaking),
                    (None, _) => ("asyncapi-message-added", Class::PotentialBreaking),
                };
                let word = rule.rsplit('-').next().unwrap_or("");
                self.add(
                    Fact {
                        rule,
                        path,
                        order,
                        reason: format!("{title}: message {name} {word}"),
                    },
                    (sides.0.map(|side| side.node), sides.1.map(|side| side.node)),
                    (
                        sides.0.map(|_| name.as_str().into()),
                        sides.1.map(|_| name.as_str().into()),
                    ),
                );
                // Who is hit depends on who sends the message.
                if let Some(finding) = self.findings.list.last_mut() {
                    finding.class = class;
                    finding.direction = position.direction();
                }
                continue;
            };
            self.message(
                &path,
                &format!("{title}: message {name}"),
                (before, after),
                position,
                order,
            );
        }
    }

    fn message(
        &mut self,
        path: &str,
        title: &str,
        (before, after): (&Message<'s>, &Message<'s>),
        position: Position,
        order: &Order,
    ) {
        let content_types = match (before.content_type, after.content_type) {
            // What both take from the document is told there.
            (None, None) => (None, None),
            (one, other) => (one.or(self.defaults.0), other.or(self.defaults.1)),
        };
        let words = [
            (
                "contentType",
                content_types.0,
                content_types.1,
                "asyncapi-message-content-type-changed",
            ),
            (
                "schemaFormat",
                before.schema_format,
                after.schema_format,
                "asyncapi-message-schema-format-changed",
            ),
        ];
        let formats = (
            Format::of(before.schema_format),
            Format::of(after.schema_format),
        );
        let mut is_same_format = true;
        for (field, one, other, rule) in words {
            let values = (one.and_then(Node::to_json), other.and_then(Node::to_json));
            let spelled = |node: Option<Node<'s>>| node.and_then(Node::as_str).map(media_type);
            if values.0 == values.1 || values.0.is_some() && spelled(one) == spelled(other) {
                continue;
            }
            if field == "schemaFormat" {
                if formats.0.is_same(formats.1) {
                    continue;
                }
                is_same_format = false;
            }
            self.add(
                Fact {
                    rule,
                    path: format!("{path}.{field}"),
                    order,
                    reason: format!("{title}: {field} changed"),
                },
                (
                    Some(one.unwrap_or(before.node)),
                    Some(other.unwrap_or(after.node)),
                ),
                values,
            );
        }
        let at = Element {
            path: path.to_owned(),
            title,
            order,
            nodes: (before.node, after.node),
        };
        self.message_fields(&at);
        let parts = [
            ("payload", formats, before.payload, after.payload),
            (
                "headers",
                (
                    Format::of(before.headers_format),
                    Format::of(after.headers_format),
                ),
                before.headers,
                after.headers,
            ),
        ];
        for (part, formats, one, other) in parts {
            if part == "payload" && !is_same_format {
                continue;
            }
            if formats != (Format::JsonSchema, Format::JsonSchema) {
                // Two languages are not compared with each other.
                let format = if formats.0 == formats.1 {
                    formats.0
                } else {
                    Format::Other
                };
                self.foreign(&at, part, format, (one, other), position);
                continue;
            }
            // What is not described may be anything.
            let mut sides = (Vec::from_iter(one), Vec::from_iter(other));
            if part == "headers" {
                sides.0.extend(&before.more_headers);
                sides.1.extend(&after.more_headers);
            }
            let outcome = self.comparer.compare(&sides.0, &sides.1, position.mode());
            let place = Place {
                path: format!("{path}.{part}"),
                position,
                subject: title,
                order: order.clone(),
            };
            let start = self.findings.list.len();
            self.findings.add_outcome(&place, &outcome);
            // Headers are an object even where nobody says so.
            if part == "headers" && (sides.0.is_empty() || sides.1.is_empty()) {
                let is_type = format!("{}.type", place.path);
                let mut added = self.findings.list.split_off(start);
                added.retain(|finding| finding.path != is_type);
                self.findings.list.append(&mut added);
            }
        }
    }

    /// What a message says about itself beside what it carries.
    fn message_fields(&mut self, at: &Element<'_, 's>) {
        let (old, new) = at.nodes;
        let rules = FieldRules {
            added: "",
            removed: "",
            changed: "asyncapi-message-name-changed",
        };
        let name = |schemas: Schemas<'s>, node| traits::property(schemas.documents(), node, "name");
        let names = (name(self.findings.old, old), name(self.findings.new, new));
        self.field(at, ("name", rules), names);
        let location = |schemas: Schemas<'s>, node: Node<'s>| {
            let id = traits::property(schemas.documents(), node, "correlationId")?;
            followed(schemas, id).get("location")
        };
        let rules = FieldRules {
            added: "asyncapi-message-correlation-id-added",
            removed: "asyncapi-message-correlation-id-removed",
            changed: "asyncapi-message-correlation-id-changed",
        };
        let sides = (
            location(self.findings.old, old),
            location(self.findings.new, new),
        );
        self.field(at, ("correlationId.location", rules), sides);
        self.bindings(at, Level::Message);
    }
}

/// One spelling of a media type: neither blanks nor capitals count.
fn media_type(written: &str) -> String {
    let written = written.to_ascii_lowercase();
    written.split_whitespace().collect()
}
