//! AsyncAPI documents 2.x and 3.0: channels, operations, messages, servers.
//!
//! Both generations are read as channels and operations ([`model`]). In 3.0 an operation says
//! whether the application sends or receives; in 2.x `subscribe` means that it sends, and
//! `publish` is used both ways by authors, so that its messages count in both directions.

mod messages;
mod model;

use std::collections::BTreeMap;

use pacto_document::Node;
use pacto_spec::Documents;
use serde_json::Value;

use super::finding::{Findings, Order};
use super::group::Found;
use super::place::Position;
use super::schema::SchemaComparer;
use super::schema::delta::bracketed;
use crate::{AsyncApiOptions, Direction, SideName};
use model::{Channel, Document, Operation};

/// Compares two AsyncAPI documents; `None` when one of them is something else.
pub(crate) fn compare<'s>(
    old: &'s Documents<'s>,
    new: &'s Documents<'s>,
    options: AsyncApiOptions,
) -> Option<Found> {
    let (one, other) = (Document::read(old, options)?, Document::read(new, options)?);
    let schemas = (
        pacto_spec::schema::Schemas::new(old),
        pacto_spec::schema::Schemas::new(new),
    );
    let mut walk = Walk {
        findings: Findings::new(schemas.0, schemas.1),
        comparer: SchemaComparer::new(schemas.0, schemas.1),
        found: Found::default(),
    };
    for (side, document) in [(SideName::Old, &one), (SideName::New, &other)] {
        let problems = document.problems.iter().cloned();
        walk.found
            .problems
            .extend(problems.map(|problem| (side, problem)));
    }
    walk.channels(&one, &other);
    walk.operations(&one, &other);
    walk.servers(&one, &other);
    let mut found = walk.found;
    found.is_cut_off = walk.findings.is_cut_off || walk.comparer.is_cut_off;
    found.findings = walk.findings.list;
    found.problems.extend(walk.comparer.problems);
    Some(found)
}

struct Walk<'s> {
    findings: Findings<'s>,
    comparer: SchemaComparer<'s>,
    found: Found,
}

/// Where something is among the records.
fn order(section: u8, name: &str) -> Order {
    Order {
        section,
        path: name.to_owned(),
        ..Order::default()
    }
}

/// A fact about one element: its rule, path, order, and what sentences call it.
struct Fact<'f> {
    rule: &'f str,
    path: String,
    order: &'f Order,
    reason: String,
}

impl<'s> Walk<'s> {
    fn add(
        &mut self,
        fact: Fact<'_>,
        nodes: (Option<Node<'s>>, Option<Node<'s>>),
        values: (Option<Value>, Option<Value>),
    ) {
        let direction = Direction::None;
        self.findings.add(
            fact.rule,
            fact.path,
            fact.order,
            direction,
            nodes,
            values,
            fact.reason,
        );
    }

    fn channels(&mut self, old: &Document<'s>, new: &Document<'s>) {
        let names: std::collections::BTreeSet<&str> = old
            .channels
            .keys()
            .chain(new.channels.keys())
            .copied()
            .collect();
        for name in names {
            let order = order(0, name);
            let path = format!("asyncapi.channels[{}]", bracketed(name));
            let sides = (old.channels.get(name), new.channels.get(name));
            match sides {
                (Some(before), Some(after)) => {
                    let addresses = (before.address, after.address);
                    if let (Some(one), Some(other)) = addresses
                        && one.as_str() != other.as_str()
                    {
                        self.add(
                            Fact {
                                rule: "asyncapi-channel-address-changed",
                                path: format!("{path}.address"),
                                order: &order,
                                reason: format!("channel {name}: address changed"),
                            },
                            (Some(one), Some(other)),
                            (one.to_json(), other.to_json()),
                        );
                    }
                    self.channel_operations(name, (&before.operations, &after.operations), &order);
                    // What no operation uses on either side: nobody says who sends it.
                    let loose = |channel: &Channel<'s>| {
                        let mut messages = channel.messages.clone();
                        let is_used =
                            |name: &String| before.used.contains(name) || after.used.contains(name);
                        messages.retain(|name, _| !is_used(name));
                        messages
                    };
                    self.messages(
                        &format!("{path}.messages"),
                        &format!("channel {name}"),
                        (&loose(before), &loose(after)),
                        Position::EventBoth,
                        &order,
                    );
                }
                (before, after) => {
                    let rule = match before {
                        Some(_) => "asyncapi-channel-removed",
                        None => "asyncapi-channel-added",
                    };
                    let word = rule.rsplit('-').next().unwrap_or("");
                    self.add(
                        Fact {
                            rule,
                            path,
                            order: &order,
                            reason: format!("channel {name} {word}"),
                        },
                        (
                            before.map(|channel| channel.node),
                            after.map(|channel| channel.node),
                        ),
                        (before.map(|_| name.into()), after.map(|_| name.into())),
                    );
                }
            }
        }
    }

    /// `publish` and `subscribe` of a channel of 2.x.
    fn channel_operations(
        &mut self,
        channel: &str,
        (old, new): (
            &BTreeMap<&'s str, Operation<'s>>,
            &BTreeMap<&'s str, Operation<'s>>,
        ),
        order: &Order,
    ) {
        let names: std::collections::BTreeSet<&str> =
            old.keys().chain(new.keys()).copied().collect();
        for name in names {
            let path = format!("asyncapi.channels[{}].{name}", bracketed(channel));
            let title = format!("{name} of channel {channel}");
            self.operation(&path, &title, (old.get(name), new.get(name)), order);
        }
    }

    fn operations(&mut self, old: &Document<'s>, new: &Document<'s>) {
        let names: std::collections::BTreeSet<&str> = old
            .operations
            .keys()
            .chain(new.operations.keys())
            .copied()
            .collect();
        for name in names {
            let order = order(1, name);
            let path = format!("asyncapi.operations[{}]", bracketed(name));
            let sides = (old.operations.get(name), new.operations.get(name));
            self.operation(&path, &format!("operation {name}"), sides, &order);
        }
    }

    fn operation(
        &mut self,
        path: &str,
        title: &str,
        sides: (Option<&Operation<'s>>, Option<&Operation<'s>>),
        order: &Order,
    ) {
        let (Some(before), Some(after)) = sides else {
            let rule = match sides.0 {
                Some(_) => "asyncapi-operation-removed",
                None => "asyncapi-operation-added",
            };
            let word = rule.rsplit('-').next().unwrap_or("");
            self.add(
                Fact {
                    rule,
                    path: path.to_owned(),
                    order,
                    reason: format!("{title} {word}"),
                },
                (sides.0.map(|side| side.node), sides.1.map(|side| side.node)),
                (None, None),
            );
            return;
        };
        let fields = [
            (
                "action",
                before.action,
                after.action,
                "asyncapi-operation-action-changed",
            ),
            (
                "channel",
                before.channel,
                after.channel,
                "asyncapi-operation-channel-changed",
            ),
        ];
        for (field, one, other, rule) in fields {
            if let (Some(one), Some(other)) = (one, other)
                && one.0 != other.0
            {
                self.add(
                    Fact {
                        rule,
                        path: format!("{path}.{field}"),
                        order,
                        reason: format!("{title}: {field} changed"),
                    },
                    (Some(one.1), Some(other.1)),
                    (Some(one.0.into()), Some(other.0.into())),
                );
            }
        }
        // Another channel has other messages: that is said already.
        let channel = |side: &Operation<'s>| side.channel.map(|(name, _)| name);
        if channel(before) != channel(after) {
            return;
        }
        self.messages(
            &format!("{path}.message"),
            title,
            (&before.messages, &after.messages),
            after.position,
            order,
        );
    }

    fn servers(&mut self, old: &Document<'s>, new: &Document<'s>) {
        let names: std::collections::BTreeSet<&str> = old
            .servers
            .keys()
            .chain(new.servers.keys())
            .copied()
            .collect();
        for name in names {
            let order = order(2, name);
            let path = format!("asyncapi.servers[{}]", bracketed(name));
            let (Some(before), Some(after)) = (old.servers.get(name), new.servers.get(name)) else {
                let sides = (old.servers.get(name), new.servers.get(name));
                let rule = match sides.0 {
                    Some(_) => "asyncapi-server-removed",
                    None => "asyncapi-server-added",
                };
                let word = rule.rsplit('-').next().unwrap_or("");
                self.add(
                    Fact {
                        rule,
                        path,
                        order: &order,
                        reason: format!("server {name} {word}"),
                    },
                    (sides.0.copied(), sides.1.copied()),
                    (sides.0.map(|_| name.into()), sides.1.map(|_| name.into())),
                );
                continue;
            };
            for (field, rule) in [
                ("host", "asyncapi-server-host-changed"),
                ("url", "asyncapi-server-host-changed"),
                ("pathname", "asyncapi-server-pathname-changed"),
                ("protocol", "asyncapi-server-protocol-changed"),
                (
                    "protocolVersion",
                    "asyncapi-server-protocol-version-changed",
                ),
            ] {
                let sides = (before.get(field), after.get(field));
                let values = (
                    sides.0.and_then(Node::to_json),
                    sides.1.and_then(Node::to_json),
                );
                if values.0 != values.1 {
                    self.add(
                        Fact {
                            rule,
                            path: format!("{path}.{field}"),
                            order: &order,
                            reason: format!("server {name}: {field} changed"),
                        },
                        (
                            Some(sides.0.unwrap_or(*before)),
                            Some(sides.1.unwrap_or(*after)),
                        ),
                        values,
                    );
                }
            }
        }
    }
}
