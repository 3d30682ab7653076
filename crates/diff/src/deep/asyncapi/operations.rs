//! Operations: what an application sends and receives, and where.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;
use pacto_spec::schema::Schemas;

use super::model::{Document, Operation};
use super::{Element, Fact, FieldRules, Walk, bindings, order, traits};
use crate::deep::finding::Order;
use crate::deep::schema::delta::bracketed;

impl<'s> Walk<'s> {
    /// `publish` and `subscribe` of a channel of 2.x.
    pub(super) fn channel_operations(
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

    pub(super) fn operations(&mut self, old: &Document<'s>, new: &Document<'s>) {
        let names: BTreeSet<&str> = old
            .operations
            .keys()
            .chain(new.operations.keys())
            .copied()
            .collect();
        let renamed = self.renamed_operations(old, new);
        let gone: BTreeSet<&str> = renamed.values().copied().collect();
        for name in names {
            if gone.contains(name) {
                continue;
            }
            let order = order(1, name);
            let path = format!("asyncapi.operations[{}]", bracketed(name));
            let old_name = renamed.get(name).copied();
            let sides = (
                old.operations.get(old_name.unwrap_or(name)),
                new.operations.get(name),
            );
            if let (Some(old_name), (Some(before), Some(after))) = (old_name, sides)
                && !self.is_across
            {
                self.add(
                    Fact {
                        rule: "asyncapi-operation-id-changed",
                        path: format!("{path}.operationId"),
                        order: &order,
                        reason: format!("operation {old_name} is called {name}"),
                    },
                    (Some(before.node), Some(after.node)),
                    (Some(old_name.into()), Some(name.into())),
                );
            }
            self.operation(&path, &format!("operation {name}"), sides, &order);
        }
    }

    /// New names of operations of 3.0 with their old ones: what does the same on the same channel,
    /// where only one goes and one comes that does.
    fn renamed_operations(
        &self,
        old: &Document<'s>,
        new: &Document<'s>,
    ) -> BTreeMap<&'s str, &'s str> {
        type Names<'n> = (Vec<&'n str>, Vec<&'n str>);
        let mut by_meaning: BTreeMap<(&str, &str), Names<'s>> = BTreeMap::new();
        let meaning = |operation: &Operation<'s>| Some((operation.channel?.0, operation.action?.0));
        for (name, operation) in &old.operations {
            if let Some((channel, action)) = meaning(operation)
                && !new.operations.contains_key(name)
            {
                let channel = self.renamed.get(channel).copied().unwrap_or(channel);
                by_meaning
                    .entry((channel, action))
                    .or_default()
                    .0
                    .push(name);
            }
        }
        for (name, operation) in &new.operations {
            if let Some(meaning) = meaning(operation)
                && !old.operations.contains_key(name)
            {
                by_meaning.entry(meaning).or_default().1.push(name);
            }
        }
        by_meaning
            .into_values()
            .filter_map(|names| match (names.0.as_slice(), names.1.as_slice()) {
                ([before], [after]) => Some((*after, *before)),
                _ => None,
            })
            .collect()
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
