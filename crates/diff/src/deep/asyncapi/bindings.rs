//! Bindings: what only one protocol knows.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;
use pacto_spec::schema::Schemas;
use serde_json::Value;

use super::model::entries;
use super::{Element, Fact, FieldRules, Walk, followed, meaning, traits};
use crate::deep::finding::Place;
use crate::deep::place::Position;

/// What has the bindings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// A server.
    Server,
    /// A channel.
    Channel,
    /// An operation.
    Operation,
    /// A message.
    Message,
}

/// How a field of a binding is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compared {
    /// Any difference counts.
    Value,
    /// A number: whether it went down or up; the rule has that word at its end.
    Limit,
    /// Like the schema of a message.
    Schema,
    /// A schema of which any difference counts.
    Key,
}

use Compared::{Key, Limit, Schema, Value as Whole};

/// Fields with a rule of their own: level, protocol, way to the field, rule. What a rule is named
/// for two fields of, such as name and type of an exchange, has a line for each.
const FIELDS: [(Level, &str, &[&str], Compared, &str); 17] = [
    (
        Level::Channel,
        "kafka",
        &["topic"],
        Whole,
        "asyncapi-kafka-topic-changed",
    ),
    (
        Level::Channel,
        "kafka",
        &["partitions"],
        Limit,
        "asyncapi-kafka-partitions",
    ),
    (
        Level::Channel,
        "kafka",
        &["topicConfiguration", "cleanup.policy"],
        Whole,
        "asyncapi-kafka-cleanup-policy-changed",
    ),
    (
        Level::Message,
        "kafka",
        &["key"],
        Key,
        "asyncapi-kafka-key-schema-changed",
    ),
    (
        Level::Channel,
        "amqp",
        &["exchange", "name"],
        Whole,
        "asyncapi-amqp-exchange-changed",
    ),
    (
        Level::Channel,
        "amqp",
        &["exchange", "type"],
        Whole,
        "asyncapi-amqp-exchange-changed",
    ),
    (
        Level::Channel,
        "amqp",
        &["exchange", "durable"],
        Whole,
        "asyncapi-amqp-durable-changed",
    ),
    (
        Level::Channel,
        "amqp",
        &["queue", "name"],
        Whole,
        "asyncapi-amqp-queue-changed",
    ),
    (
        Level::Channel,
        "amqp",
        &["queue", "durable"],
        Whole,
        "asyncapi-amqp-durable-changed",
    ),
    (
        Level::Channel,
        "amqp",
        &["is"],
        Whole,
        "asyncapi-amqp-exchange-changed",
    ),
    (
        Level::Operation,
        "amqp",
        &["cc"],
        Whole,
        "asyncapi-amqp-routing-keys-changed",
    ),
    (
        Level::Operation,
        "amqp",
        &["bcc"],
        Whole,
        "asyncapi-amqp-routing-keys-changed",
    ),
    (
        Level::Operation,
        "mqtt",
        &["qos"],
        Whole,
        "asyncapi-mqtt-qos-changed",
    ),
    (
        Level::Operation,
        "mqtt",
        &["retain"],
        Whole,
        "asyncapi-mqtt-retain-changed",
    ),
    (
        Level::Channel,
        "ws",
        &["method"],
        Whole,
        "asyncapi-ws-method-changed",
    ),
    (
        Level::Channel,
        "ws",
        &["query"],
        Schema,
        "asyncapi-ws-query",
    ),
    (
        Level::Channel,
        "ws",
        &["headers"],
        Schema,
        "asyncapi-ws-headers",
    ),
];

impl<'s> Walk<'s> {
    /// Compares the bindings of an element, protocol by protocol.
    pub(super) fn bindings(&mut self, at: &Element<'_, 's>, level: Level) {
        let of = |schemas: Schemas<'s>, node: Node<'s>| {
            let all = traits::properties(schemas.documents(), node, "bindings");
            let all = all.into_iter().rev().map(|node| followed(schemas, node));
            all.flat_map(|bindings| entries(Some(bindings)))
                .collect::<BTreeMap<_, _>>()
        };
        let (old, new) = (
            of(self.findings.old, at.nodes.0),
            of(self.findings.new, at.nodes.1),
        );
        let protocols: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for protocol in protocols {
            let sides = (old.get(protocol).copied(), new.get(protocol).copied());
            self.binding(at, level, protocol, sides);
        }
    }

    fn binding(
        &mut self,
        at: &Element<'_, 's>,
        level: Level,
        protocol: &str,
        (old, new): (Option<Node<'s>>, Option<Node<'s>>),
    ) {
        let name = format!("bindings[{protocol}]");
        let rules = FieldRules::always("asyncapi-binding-changed");
        let (Some(old), Some(new)) = (old, new) else {
            self.field(at, (&name, rules), (old, new));
            return;
        };
        let (old, new) = (
            followed(self.findings.old, old),
            followed(self.findings.new, new),
        );
        let mut rest = (old.to_json(), new.to_json());
        for (_, _, way, compared, rule) in
            FIELDS.iter().filter(|it| it.0 == level && it.1 == protocol)
        {
            let find = |node: Node<'s>| way.iter().try_fold(node, |node, key| node.get(key));
            let sides = (find(old), find(new));
            for side in [&mut rest.0, &mut rest.1].into_iter().flatten() {
                remove(side, way);
            }
            let field = format!("{name}.{}", way.join("."));
            match compared {
                Whole => self.field(at, (&field, FieldRules::always(rule)), sides),
                Limit => {
                    let number = |side: Option<Node<'s>>| {
                        side?.as_number().map(pacto_document::Number::to_f64)
                    };
                    if let (Some(before), Some(after)) = (number(sides.0), number(sides.1)) {
                        let word = if after < before {
                            "decreased"
                        } else {
                            "increased"
                        };
                        let rule = format!("{rule}-{word}");
                        self.field(at, (&field, FieldRules::always(&rule)), sides);
                    }
                }
                Schema => self.binding_schema(at, &field, sides),
                Key => self.key(at, (&field, rule), sides),
            }
        }
        for side in [&mut rest.0, &mut rest.1].into_iter().flatten() {
            remove(side, &["bindingVersion"]);
        }
        if rest.0 != rest.1 {
            self.field(at, (&name, rules), (Some(old), Some(new)));
        }
    }

    /// Keys decide about partitions, so that any other form is another key, wherever it is declared.
    fn key(
        &mut self,
        at: &Element<'_, 's>,
        (field, rule): (&str, &str),
        sides: (Option<Node<'s>>, Option<Node<'s>>),
    ) {
        let (Some(old), Some(new)) = sides else {
            self.field(at, (field, FieldRules::always(rule)), sides);
            return;
        };
        let targets = (
            followed(self.findings.old, old),
            followed(self.findings.new, new),
        );
        let mode = Position::EventBoth.mode();
        let is_same = meaning(targets.0) == meaning(targets.1)
            && self.comparer.compare(&[old], &[new], mode).is_empty();
        if !is_same {
            self.add(
                Fact {
                    rule,
                    path: format!("{}.{field}", at.path),
                    order: at.order,
                    reason: format!("{}: {field} changed", at.title),
                },
                (Some(old), Some(new)),
                (None, None),
            );
        }
    }

    /// Query and headers of a handshake, which clients supply.
    fn binding_schema(
        &mut self,
        at: &Element<'_, 's>,
        field: &str,
        sides: (Option<Node<'s>>, Option<Node<'s>>),
    ) {
        let (Some(old), Some(new)) = sides else {
            self.field(
                at,
                (field, FieldRules::always("asyncapi-binding-changed")),
                sides,
            );
            return;
        };
        let position = Position::EventInput;
        let outcome = self.comparer.compare(&[old], &[new], position.mode());
        let place = Place {
            path: format!("{}.{field}", at.path),
            position,
            subject: at.title,
            order: at.order.clone(),
        };
        self.findings.add_outcome(&place, &outcome);
    }
}

/// Takes a field out of a value, and what it was in when nothing is left there.
fn remove(value: &mut Value, way: &[&str]) {
    let Some((first, rest)) = way.split_first() else {
        return;
    };
    let Value::Object(members) = value else {
        return;
    };
    if rest.is_empty() {
        members.shift_remove(*first);
        return;
    }
    if let Some(inner) = members.get_mut(*first) {
        remove(inner, rest);
        if inner.as_object().is_some_and(serde_json::Map::is_empty) {
            members.shift_remove(*first);
        }
    }
}
