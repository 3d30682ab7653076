//! Documents of 2.x beside documents of 3.0: the older one is read as the newer one would say it.

use pacto_document::Node;

use super::model::{Channel, Document, Operation};
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
            let same_id = id.filter(|id| third.operations.get(id).is_some_and(is_it));
            let mut candidates = third.operations.iter();
            let found = same_id
                .or_else(|| {
                    candidates
                        .find(|(_, it)| is_it(it))
                        .map(|(found, _)| *found)
                })
                .or(id)
                .filter(|found| !second.operations.contains_key(found));
            let Some(found) = found else {
                channel.operations.insert(word, operation);
                continue;
            };
            operation.channel = Some((name, operation.node));
            second.operations.insert(found, operation);
        }
    }
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
