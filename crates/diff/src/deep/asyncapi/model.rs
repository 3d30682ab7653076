//! The parts of an AsyncAPI document that are compared, the same for 2.x and 3.0.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::{Node, Pointer, PointerSegment};
use pacto_spec::{Documents, Problem};

use super::traits::{properties, property};
use crate::deep::place::Position;
use crate::{AsyncApiOptions, V2Perspective};

/// A document of either generation.
pub(super) struct Document<'s> {
    /// 2.x, where channels have the operations.
    pub(super) is_second: bool,
    pub(super) channels: BTreeMap<&'s str, Channel<'s>>,
    /// Operations of 3.0; those of 2.x are in their channels.
    pub(super) operations: BTreeMap<&'s str, Operation<'s>>,
    pub(super) servers: BTreeMap<&'s str, Node<'s>>,
    /// What messages are written as that do not say it themselves.
    pub(super) default_content_type: Option<Node<'s>>,
    pub(super) problems: BTreeSet<Problem>,
}

pub(super) struct Channel<'s> {
    pub(super) node: Node<'s>,
    /// Where messages go; in 2.x that is the name.
    pub(super) address: Option<Node<'s>>,
    /// `publish` and `subscribe` of 2.x.
    pub(super) operations: BTreeMap<&'s str, Operation<'s>>,
    /// Messages of 3.0.
    pub(super) messages: BTreeMap<String, Message<'s>>,
    /// Those that operations use.
    pub(super) used: BTreeSet<String>,
}

#[derive(Clone)]
pub(super) struct Operation<'s> {
    pub(super) node: Node<'s>,
    /// `send` or `receive`, with its place.
    pub(super) action: Option<(&'s str, Node<'s>)>,
    /// Name of the channel, with its place.
    pub(super) channel: Option<(&'s str, Node<'s>)>,
    pub(super) messages: BTreeMap<String, Message<'s>>,
    /// Who supplies the messages.
    pub(super) position: Position,
    /// 3.0: what the other end answers.
    pub(super) reply: Option<Reply<'s>>,
}

#[derive(Clone)]
pub(super) struct Reply<'s> {
    pub(super) node: Node<'s>,
    /// Name of the channel, with its place.
    pub(super) channel: Option<(&'s str, Node<'s>)>,
    pub(super) messages: BTreeMap<String, Message<'s>>,
}

#[derive(Clone)]
pub(super) struct Message<'s> {
    pub(super) node: Node<'s>,
    /// The content type that the message declares itself.
    pub(super) content_type: Option<Node<'s>>,
    pub(super) payload: Option<Node<'s>>,
    pub(super) headers: Option<Node<'s>>,
    /// Headers that its traits add.
    pub(super) more_headers: Vec<Node<'s>>,
    /// The format of the payload, where it is not the document's own.
    pub(super) schema_format: Option<Node<'s>>,
    /// That of the headers.
    pub(super) headers_format: Option<Node<'s>>,
}

impl<'s> Document<'s> {
    /// Reads a document; `None` when it is no AsyncAPI document of a generation we know.
    pub(super) fn read(documents: &'s Documents<'s>, options: AsyncApiOptions) -> Option<Self> {
        let root = documents.main().root();
        let version = root.get("asyncapi")?.as_str()?;
        let is_second = version.starts_with("2.");
        if !is_second && !version.starts_with("3.") {
            return None;
        }
        let mut reader = Reader {
            documents,
            perspective: options.v2_perspective,
            problems: BTreeSet::new(),
        };
        let mut channels: BTreeMap<&'s str, Channel<'s>> = BTreeMap::new();
        let mut operations = BTreeMap::new();
        for (key, node) in root.get("channels").into_iter().flat_map(Node::entries) {
            let (Some(name), Some(node)) = (key.as_str(), reader.follow(node)) else {
                continue;
            };
            let channel = if is_second {
                reader.second(key, node)
            } else {
                reader.third(node)
            };
            channels.insert(name, channel);
        }
        for (name, node) in entries(root.get("operations")) {
            let Some(node) = reader.follow(node) else {
                continue;
            };
            let operation = reader.operation(node, &mut channels);
            operations.insert(name, operation);
        }
        let mut servers = BTreeMap::new();
        for (name, node) in entries(root.get("servers")) {
            if let Some(node) = reader.follow(node) {
                servers.insert(name, node);
            }
        }
        Some(Self {
            is_second,
            channels,
            operations,
            servers,
            default_content_type: root.get("defaultContentType"),
            problems: reader.problems,
        })
    }
}

struct Reader<'s> {
    documents: &'s Documents<'s>,
    perspective: V2Perspective,
    problems: BTreeSet<Problem>,
}

impl<'s> Reader<'s> {
    fn follow(&mut self, node: Node<'s>) -> Option<Node<'s>> {
        match self.documents.follow(node) {
            Ok(node) => Some(node),
            Err(problem) => {
                self.problems.insert(problem);
                None
            }
        }
    }

    fn second(&mut self, name: Node<'s>, node: Node<'s>) -> Channel<'s> {
        let mut operations = BTreeMap::new();
        // By the letter of the standard the application sends what others subscribe to; many
        // authors write it from the side of the application.
        let (publish, subscribe) = match self.perspective {
            V2Perspective::Client => (Position::EventInput, Position::EventOutput),
            V2Perspective::Application => (Position::EventOutput, Position::EventInput),
            V2Perspective::Both => (Position::EventBoth, Position::EventOutput),
        };
        let words = [("publish", publish), ("subscribe", subscribe)];
        for (word, position) in words {
            let Some(operation) = node.get(word) else {
                continue;
            };
            let messages = match operation.get("message") {
                Some(message) => self.alternatives(message),
                None => BTreeMap::new(),
            };
            operations.insert(
                word,
                Operation {
                    node: operation,
                    action: None,
                    channel: None,
                    messages,
                    position,
                    reply: None,
                },
            );
        }
        Channel {
            node,
            address: Some(name),
            operations,
            messages: BTreeMap::new(),
            used: BTreeSet::new(),
        }
    }

    /// The message of an operation of 2.x, or the alternatives it offers.
    fn alternatives(&mut self, message: Node<'s>) -> BTreeMap<String, Message<'s>> {
        let alternatives = self
            .documents
            .follow(message)
            .unwrap_or(message)
            .get("oneOf");
        let written: Vec<Node<'s>> = match alternatives {
            Some(list) => list.items().collect(),
            None => vec![message],
        };
        let mut messages = BTreeMap::new();
        for (index, node) in written.into_iter().enumerate() {
            let target = node.get("$ref").and_then(Node::as_str);
            let target = target.and_then(|target| target.rsplit('/').next());
            let Some(node) = self.follow(node) else {
                continue;
            };
            let named = ["name", "messageId", "title"];
            let name = named
                .iter()
                .find_map(|key| property(self.documents, node, key)?.as_str())
                .or(target)
                .map_or_else(|| index.to_string(), str::to_owned);
            let message = self.message(node);
            messages.insert(name, message);
        }
        messages
    }

    fn third(&mut self, node: Node<'s>) -> Channel<'s> {
        let mut messages = BTreeMap::new();
        for (name, message) in entries(node.get("messages")) {
            if let Some(message) = self.follow(message) {
                messages.insert(name.to_owned(), self.message(message));
            }
        }
        Channel {
            node,
            address: node.get("address"),
            operations: BTreeMap::new(),
            messages,
            used: BTreeSet::new(),
        }
    }

    fn message(&self, node: Node<'s>) -> Message<'s> {
        let property = |key| property(self.documents, node, key);
        let (payload, format) = self.described(property("payload"));
        let mut all_headers = properties(self.documents, node, "headers").into_iter();
        let (headers, headers_format) = self.described(all_headers.next());
        Message {
            node,
            content_type: property("contentType"),
            payload,
            headers,
            more_headers: all_headers
                .filter_map(|headers| self.described(Some(headers)).0)
                .collect(),
            schema_format: format.or_else(|| property("schemaFormat")),
            headers_format,
        }
    }

    /// A schema with its format: 3.0 wraps those of a foreign one, here or where a reference leads.
    fn described(&self, node: Option<Node<'s>>) -> (Option<Node<'s>>, Option<Node<'s>>) {
        let Some(node) = node else {
            return (None, None);
        };
        // What leads to no document may be a file in a language of its own.
        let target = self.documents.follow(node).unwrap_or(node);
        match (target.get("schemaFormat"), target.get("schema")) {
            (Some(format), Some(schema)) => (Some(schema), Some(format)),
            _ => (Some(node), None),
        }
    }

    /// An operation of 3.0; its channel remembers which messages it uses.
    fn operation(
        &mut self,
        node: Node<'s>,
        channels: &mut BTreeMap<&'s str, Channel<'s>>,
    ) -> Operation<'s> {
        let text = |key: &str| node.get(key).and_then(|node| Some((node.as_str()?, node)));
        let action = text("action");
        let position = match action.map(|(action, _)| action) {
            Some("send") => Position::EventOutput,
            Some("receive") => Position::EventInput,
            _ => Position::EventBoth,
        };
        let (channel, messages) = self.used(node, channels);
        let reply = node
            .get("reply")
            .and_then(|reply| self.follow(reply))
            .map(|node| {
                let (channel, messages) = self.used(node, channels);
                Reply {
                    node,
                    channel,
                    messages,
                }
            });
        Operation {
            node,
            action,
            channel,
            messages,
            position,
            reply,
        }
    }
}

impl<'s> Reader<'s> {
    /// The channel that something of 3.0 names, and those of its messages that it uses.
    fn used(
        &self,
        node: Node<'s>,
        channels: &mut BTreeMap<&'s str, Channel<'s>>,
    ) -> (Option<(&'s str, Node<'s>)>, BTreeMap<String, Message<'s>>) {
        let Some(written) = node.get("channel") else {
            return (None, BTreeMap::new());
        };
        let reference = written.get("$ref").and_then(Node::as_str);
        // By its name, else as the place that both references lead to.
        let target = |node: Node<'s>| Some(self.documents.follow(node).ok()?.identity());
        let name = reference.and_then(last_part).unwrap_or_default();
        let known = channels.get_key_value(name.as_str()).or_else(|| {
            let target = target(written)?;
            let mut channels = channels.iter();
            channels.find(|(_, channel)| channel.node.identity() == target)
        });
        let Some(name) = known.map(|(name, _)| *name) else {
            let name = reference.and_then(|reference| reference.rsplit('/').next());
            return (name.map(|name| (name, written)), BTreeMap::new());
        };
        let listed = node.get("messages").map(|list| {
            let last = |item: Node<'s>| last_part(item.get("$ref")?.as_str()?);
            let names: BTreeSet<String> = list.items().filter_map(last).collect();
            let targets: BTreeSet<(usize, u32)> = list.items().filter_map(target).collect();
            (names, targets)
        });
        let mut messages = BTreeMap::new();
        if let Some(channel) = channels.get_mut(name) {
            for (name, message) in &channel.messages {
                let is_used = listed.as_ref().is_none_or(|(names, targets)| {
                    names.contains(name) || targets.contains(&message.node.identity())
                });
                if is_used {
                    messages.insert(name.clone(), message.clone());
                    channel.used.insert(name.clone());
                }
            }
        }
        (Some((name, written)), messages)
    }
}

/// The last part of a reference, without escapes.
fn last_part(reference: &str) -> Option<String> {
    let (_, fragment) = reference.split_once('#')?;
    match Pointer::parse(fragment).0.last()? {
        PointerSegment::Key(key) => Some(key.clone()),
        PointerSegment::Index(index) => Some(index.to_string()),
    }
}

/// Members of a mapping with text keys.
pub(super) fn entries(node: Option<Node<'_>>) -> impl Iterator<Item = (&str, Node<'_>)> {
    node.into_iter()
        .flat_map(Node::entries)
        .filter_map(|(key, value)| Some((key.as_str()?, value)))
}
