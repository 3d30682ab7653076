//! Documents of 2.x beside documents of 3.0: the older one is read as the newer one would say it.

use std::collections::BTreeMap;

use pacto_document::Node;

use super::model::{Channel, Document, Message, Operation};
use crate::V2Perspective;

/// Moves the operations of channels to where 3.0 has them, under the names that the other document
/// gives to operations on the same address. Nothing happens to two documents of one generation.
pub(super) fn align<'s>(
    one: &mut Document<'s>,
    other: &mut Document<'s>,
    perspective: V2Perspective,
) {
    match (one.is_second, other.is_second) {
        (true, false) => lift(one, other, perspective),
        (false, true) => lift(other, one, perspective),
        _ => {}
    }
}

fn address<'s>(channel: &Channel<'s>) -> Option<&'s str> {
    channel.address.and_then(Node::as_str)
}

fn lift<'s>(second: &mut Document<'s>, third: &Document<'s>, perspective: V2Perspective) {
    let (publish, subscribe) = match perspective {
        V2Perspective::Application => ("send", "receive"),
        V2Perspective::Client | V2Perspective::Both => ("receive", "send"),
    };
    for (name, channel) in &mut second.channels {
        let is_there = |operation: &Operation<'s>| {
            let there = operation.channel.map(|(name, _)| name);
            let there = there.and_then(|name| Some((name, third.channels.get(name)?)));
            // Without an address the name is all there is.
            there.is_some_and(|(there, it)| address(it).unwrap_or(there) == *name)
        };
        for (word, mut operation) in std::mem::take(&mut channel.operations) {
            let action = if word == "publish" {
                publish
            } else {
                subscribe
            };
            let id = operation.node.get("operationId").and_then(Node::as_str);
            let is_it = |candidate: &Operation<'s>| {
                is_there(candidate) && candidate.action.is_some_and(|(it, _)| it == action)
            };
            let mut found: Vec<(&'s str, Option<&Operation<'s>>)> = third
                .operations
                .iter()
                .filter(|(name, it)| is_it(it) && !second.operations.contains_key(*name))
                .map(|(name, it)| (*name, Some(it)))
                .collect();
            // The one that is called like it comes first, and takes what no other one has.
            found.sort_by_key(|(name, _)| Some(*name) != id);
            if found.is_empty() {
                let free = id.filter(|id| !second.operations.contains_key(id));
                found.extend(free.map(|id| (id, None)));
            }
            operation.channel = Some((name, operation.node));
            let mut rest = std::mem::take(&mut operation.messages);
            let Some((first, others)) = found.split_first() else {
                operation.messages = rest;
                channel.operations.insert(word, operation);
                continue;
            };
            for (name, there) in others {
                let is_there = |key: &str, message: &Message<'s>| {
                    there.is_some_and(|there| has(there, key, message))
                };
                let (taken, left) = rest.into_iter().partition(|(key, it)| is_there(key, it));
                rest = left;
                let messages: BTreeMap<String, Message<'s>> = taken;
                if !messages.is_empty() {
                    let part = Operation {
                        messages,
                        ..operation.clone()
                    };
                    second.operations.insert(name, part);
                }
            }
            operation.messages = rest;
            second.operations.insert(first.0, operation);
        }
    }
}

/// Whether an operation of 3.0 has a message of 2.x, by its key or by the name it says.
fn has(operation: &Operation<'_>, key: &str, message: &Message<'_>) -> bool {
    let name = |message: &Message<'_>| message.node.get("name").and_then(Node::to_json);
    operation
        .messages
        .iter()
        .any(|(other, it)| other == key || name(it).is_some() && name(it) == name(message))
}

/// What a field of the address of a server stands for, in either generation; `None` for a field
/// that is no part of the address.
pub(super) fn part_of_address<'s>(server: Node<'s>, field: &str) -> Option<&'s str> {
    let text = |key: &str| server.get(key).and_then(Node::as_str);
    let (host, path) = match text("url") {
        Some(url) => {
            let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
            rest.split_at(rest.find('/').unwrap_or(rest.len()))
        }
        None => (text("host").unwrap_or(""), text("pathname").unwrap_or("")),
    };
    match field {
        "url" | "host" => Some(host),
        "pathname" => Some(path.trim_end_matches('/')),
        _ => None,
    }
}
