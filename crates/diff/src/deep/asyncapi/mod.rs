//! AsyncAPI documents 2.x and 3.0: channels, operations, messages, servers.
//!
//! Both generations are read as channels and operations ([`model`]). In 3.0 an operation says
//! whether the application sends or receives; in 2.x `subscribe` means that it sends, and
//! `publish` is used both ways by authors, so that its messages count in both directions.

mod bindings;
mod generations;
mod messages;
mod model;
mod pairs;
mod parameters;
mod payloads;
mod replies;
mod security;
mod servers;
mod traits;

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;
use pacto_spec::Documents;
use pacto_spec::schema::Schemas;
use serde_json::Value;

use super::finding::{Findings, Order};
use super::group::Found;
use super::place::Position;
use super::schema::SchemaComparer;
use super::schema::delta::bracketed;
use crate::{Direction, Options, Side, SideName};
use model::{Channel, Document, Operation};
use payloads::{Payloads, Sides};

/// Compares two AsyncAPI documents; `None` when one of them is something else.
pub(crate) fn compare<'s>(
    (old, old_side): (&'s Documents<'s>, &'s Side),
    (new, new_side): (&'s Documents<'s>, &'s Side),
    options: &'s Options,
) -> Option<Found> {
    let (mut one, mut other) = (
        Document::read(old, options.asyncapi)?,
        Document::read(new, options.asyncapi)?,
    );
    generations::align(&mut one, &mut other, options.asyncapi.v2_perspective);
    let schemas = (Schemas::new(old), Schemas::new(new));
    let mut walk = Walk {
        findings: Findings::new(schemas.0, schemas.1),
        is_across: one.is_second != other.is_second,
        renamed: renamed(&one, &other),
        defaults: (one.default_content_type, other.default_content_type),
        comparer: SchemaComparer::new(schemas.0, schemas.1),
        found: Found::default(),
        payloads: Payloads::default(),
        sides: Sides {
            old: old_side,
            new: new_side,
            options,
        },
    };
    for (side, document) in [(SideName::Old, &one), (SideName::New, &other)] {
        let problems = document.problems.iter().cloned();
        walk.found
            .problems
            .extend(problems.map(|problem| (side, problem)));
    }
    walk.default_content_type(&one, &other);
    walk.channels(&one, &other);
    walk.operations(&one, &other);
    walk.servers(&one, &other);
    let mut found = walk.found;
    found.is_cut_off =
        walk.findings.is_cut_off || walk.comparer.is_cut_off || walk.payloads.is_cut_off;
    found.diagnostics = walk.payloads.diagnostics;
    found.findings = walk.findings.finished();
    found.problems.extend(walk.comparer.problems);
    Some(found)
}

struct Walk<'s> {
    findings: Findings<'s>,
    /// One document is of 2.x, the other of 3.0.
    is_across: bool,
    /// Old channel names with their new ones, where the address stayed.
    renamed: BTreeMap<&'s str, &'s str>,
    /// Content types of messages that declare none.
    defaults: (Option<Node<'s>>, Option<Node<'s>>),
    comparer: SchemaComparer<'s>,
    found: Found,
    /// What is not written in JSON Schema.
    payloads: Payloads,
    sides: Sides<'s>,
}

/// Channels that are only called something else: the address is the same.
fn renamed<'s>(old: &Document<'s>, new: &Document<'s>) -> BTreeMap<&'s str, &'s str> {
    let address = |channel: &Channel<'s>| channel.address.and_then(Node::as_str);
    let gone = old
        .channels
        .iter()
        .filter(|(name, _)| !new.channels.contains_key(*name));
    let pairs = gone.filter_map(|(name, channel)| {
        let wanted = address(channel)?;
        let mut come = new
            .channels
            .iter()
            .filter(|(name, _)| !old.channels.contains_key(*name));
        let (other, _) = come.find(|(_, channel)| address(channel) == Some(wanted))?;
        Some((*name, *other))
    });
    let mut taken = BTreeSet::new();
    pairs.filter(|(_, other)| taken.insert(*other)).collect()
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

/// An element on both sides.
struct Element<'e, 's> {
    path: String,
    title: &'e str,
    order: &'e Order,
    nodes: (Node<'s>, Node<'s>),
}

/// Rules for what can become of a field; where one is empty nothing is said.
#[derive(Clone, Copy)]
struct FieldRules<'r> {
    added: &'r str,
    removed: &'r str,
    changed: &'r str,
}

impl<'r> FieldRules<'r> {
    /// One rule for whatever happens.
    fn always(rule: &'r str) -> Self {
        Self {
            added: rule,
            removed: rule,
            changed: rule,
        }
    }
}

/// What a node leads to; itself where it leads nowhere.
fn followed<'s>(schemas: Schemas<'s>, node: Node<'s>) -> Node<'s> {
    schemas.documents().follow(node).unwrap_or(node)
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

    /// What became of one field of an element, by the value it leads to.
    fn field(
        &mut self,
        at: &Element<'_, 's>,
        (name, rules): (&str, FieldRules<'_>),
        (old, new): (Option<Node<'s>>, Option<Node<'s>>),
    ) {
        let sides = (
            old.map(|node| followed(self.findings.old, node)),
            new.map(|node| followed(self.findings.new, node)),
        );
        let is_same = match sides {
            (Some(one), Some(other)) => one.value_eq(other),
            (one, other) => one.is_none() && other.is_none(),
        };
        if is_same {
            return;
        }
        let (rule, word, nodes) = match (old, new) {
            (None, _) => (rules.added, "added", (None, new)),
            (_, None) => (rules.removed, "removed", (old, None)),
            _ => (rules.changed, "changed", (old, new)),
        };
        if rule.is_empty() {
            return;
        }
        let scalar = |side: Option<Node<'s>>| side.filter(|it| it.is_empty())?.to_json();
        self.add(
            Fact {
                rule,
                path: format!("{}.{name}", at.path),
                order: at.order,
                reason: format!("{}: {name} {word}", at.title),
            },
            nodes,
            (scalar(sides.0), scalar(sides.1)),
        );
    }

    /// Content types of messages that declare none.
    fn default_content_type(&mut self, old: &Document<'s>, new: &Document<'s>) {
        let inherits = |document: &Document<'s>| {
            let channels = document.channels.values();
            let mut messages = channels.flat_map(|channel| {
                let operations = channel.operations.values();
                let of_operations = operations.flat_map(|it| it.messages.values());
                channel.messages.values().chain(of_operations)
            });
            messages.any(|message| message.content_type.is_none())
        };
        if inherits(old) && inherits(new) {
            let at = Element {
                path: "asyncapi".to_owned(),
                title: "document",
                order: &order(0, ""),
                nodes: (
                    self.findings.old.documents().main().root(),
                    self.findings.new.documents().main().root(),
                ),
            };
            let rules = FieldRules::always("asyncapi-default-content-type-changed");
            let sides = (old.default_content_type, new.default_content_type);
            self.field(&at, ("defaultContentType", rules), sides);
        }
    }

    fn channels(&mut self, old: &Document<'s>, new: &Document<'s>) {
        let names: BTreeSet<&str> = old
            .channels
            .keys()
            .chain(new.channels.keys())
            .copied()
            .collect();
        let renamed = self.renamed.clone();
        for name in names {
            if renamed.contains_key(name) {
                continue;
            }
            let order = order(0, name);
            let path = format!("asyncapi.channels[{}]", bracketed(name));
            let old_name = renamed
                .iter()
                .find(|(_, new)| **new == name)
                .map(|(old, _)| *old);
            let before = old.channels.get(old_name.unwrap_or(name));
            let sides = (before, new.channels.get(name));
            match sides {
                (Some(before), Some(after)) => {
                    // In 2.x channels have no name beside their address.
                    if let Some(old_name) = old_name.filter(|_| !self.is_across) {
                        self.add(
                            Fact {
                                rule: "asyncapi-channel-renamed",
                                path: path.clone(),
                                order: &order,
                                reason: format!("channel {old_name} is called {name}"),
                            },
                            (Some(before.node), Some(after.node)),
                            (Some(old_name.into()), Some(name.into())),
                        );
                    }
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
                    let title = format!("channel {name}");
                    let at = Element {
                        path: path.clone(),
                        title: &title,
                        order: &order,
                        nodes: (before.node, after.node),
                    };
                    self.parameters(&at);
                    self.bindings(&at, bindings::Level::Channel);
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
        let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for name in names {
            let path = format!("asyncapi.channels[{}].{name}", bracketed(channel));
            let title = format!("{name} of channel {channel}");
            self.operation(&path, &title, (old.get(name), new.get(name)), order);
        }
    }

    fn operations(&mut self, old: &Document<'s>, new: &Document<'s>) {
        let names: BTreeSet<&str> = old
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
        let channel = |side: &Operation<'s>| {
            let name = side.channel.map(|(name, _)| name)?;
            Some(self.renamed.get(name).copied().unwrap_or(name))
        };
        let is_same_channel = channel(before) == channel(after);
        for (field, one, other, rule) in fields {
            if let (Some(one), Some(other)) = (one, other)
                && one.0 != other.0
                && !(field == "channel" && is_same_channel)
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
        let at = Element {
            path: path.to_owned(),
            title,
            order,
            nodes: (before.node, after.node),
        };
        // In 3.0 the name is the id.
        let is_across = self.is_across;
        let id = |schemas: Schemas<'s>, node: Node<'s>| {
            let id = traits::property(schemas.documents(), node, "operationId");
            id.filter(|_| !is_across)
        };
        let rules = FieldRules {
            added: "asyncapi-operation-id-added",
            removed: "asyncapi-operation-id-removed",
            changed: "asyncapi-operation-id-changed",
        };
        self.field(
            &at,
            ("operationId", rules),
            (
                id(self.findings.old, before.node),
                id(self.findings.new, after.node),
            ),
        );
        self.security(&at, "operation");
        self.bindings(&at, bindings::Level::Operation);
        self.reply(
            &at,
            (before.reply.as_ref(), after.reply.as_ref()),
            after.position,
        );
        // Another channel has other messages: that is said already.
        if !is_same_channel {
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
}
