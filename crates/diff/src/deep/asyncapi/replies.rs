//! Replies of 3.0: where they go, and what they carry.

use pacto_document::Node;
use pacto_spec::schema::Schemas;

use super::model::Reply;
use super::{Element, FieldRules, Walk, followed};
use crate::deep::place::Position;

impl<'s> Walk<'s> {
    /// Compares the replies of an operation whose own messages are at a position.
    pub(super) fn reply(
        &mut self,
        at: &Element<'_, 's>,
        (old, new): (Option<&Reply<'s>>, Option<&Reply<'s>>),
        position: Position,
    ) {
        let (Some(before), Some(after)) = (old, new) else {
            let rules = FieldRules {
                added: "asyncapi-reply-added",
                removed: "asyncapi-reply-removed",
                changed: "",
            };
            let sides = (old.map(|it| it.node), new.map(|it| it.node));
            self.field(at, ("reply", rules), sides);
            return;
        };
        let reply = Element {
            path: format!("{}.reply", at.path),
            title: &format!("{} reply", at.title),
            order: at.order,
            nodes: (before.node, after.node),
        };
        let address = |schemas: Schemas<'s>, node: Node<'s>| {
            let address = followed(schemas, node.get("address")?);
            Some(address.get("location").unwrap_or(address))
        };
        let rules = FieldRules::always("asyncapi-reply-address-changed");
        let sides = (
            address(self.findings.old, before.node),
            address(self.findings.new, after.node),
        );
        self.field(&reply, ("address", rules), sides);
        let channel = |reply: &Reply<'s>| {
            let name = reply.channel.map(|(name, _)| name)?;
            Some(self.renamed.get(name).copied().unwrap_or(name))
        };
        if channel(before) != channel(after) {
            let sides = (before.channel.map(|it| it.1), after.channel.map(|it| it.1));
            self.field(&reply, ("channel", rules), sides);
            return;
        }
        // Who is asked answers.
        let position = match position {
            Position::EventInput => Position::EventOutput,
            Position::EventOutput => Position::EventInput,
            other => other,
        };
        let path = format!("{}.message", reply.path);
        let messages = (&before.messages, &after.messages);
        self.messages(&path, reply.title, messages, position, at.order);
    }
}
