//! AsyncAPI documents 2.x and 3.0: channels, operations, messages, servers.
//!
//! Both generations are read as channels and operations ([`model`]). In 3.0 an operation says
//! whether the application sends or receives; in 2.x `subscribe` means that it sends, and
//! `publish` is used both ways by authors, so that its messages count in both directions.

mod bindings;
mod generations;
mod messages;
mod model;
mod operations;
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
use model::{Channel, Document};
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

/// A value without what is only written for people, and with lists of values in order.
fn meaning(node: Node<'_>) -> Value {
    let mut value = node.to_json().unwrap_or_default();
    without_words(&mut value);
    value
}

fn without_words(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let is_words = |key: &str, value: &Value| {
                matches!(key, "description" | "title" | "summary") && value.is_string()
                    || matches!(key, "examples" | "externalDocs" | "$comment")
            };
            members.retain(|key, value| !is_words(key, value));
            if let Some(Value::Array(values)) = members.get_mut("enum") {
                values.sort_by_cached_key(Value::to_string);
            }
            members.values_mut().for_each(without_words);
        }
        Value::Array(items) => items.iter_mut().for_each(without_words),
        _ => {}
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
}
