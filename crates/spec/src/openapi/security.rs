//! Who may call: security requirements and schemes.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;

/// One alternative: scopes by the name of the scheme; all schemes must be satisfied.
#[derive(Debug, Clone)]
pub struct Requirement<'s> {
    /// Scopes by scheme. No scheme means that anyone may call.
    pub schemes: BTreeMap<&'s str, BTreeSet<&'s str>>,
    /// Where it is written.
    pub node: Node<'s>,
}

/// Alternatives, one of which must be satisfied.
pub type Requirements<'s> = Vec<Requirement<'s>>;

/// A scheme that requirements name.
#[derive(Debug, Clone, Copy)]
pub struct SecurityScheme<'s> {
    /// Where it is written.
    pub node: Node<'s>,
}

impl<'s> SecurityScheme<'s> {
    /// A text field: `type`, `in`, `name`, `scheme`, `openIdConnectUrl`.
    pub fn text(self, field: &str) -> Option<&'s str> {
        self.node.get(field)?.as_str()
    }
}

/// The alternatives in a `security` list; `None` when the keyword is absent.
pub fn alternatives(owner: Node<'_>) -> Option<Requirements<'_>> {
    let list = owner.get("security")?;
    Some(
        list.items()
            .map(|node| Requirement {
                schemes: node
                    .entries()
                    .filter_map(|(name, scopes)| {
                        let scopes = scopes.items().filter_map(Node::as_str).collect();
                        Some((name.as_str()?, scopes))
                    })
                    .collect(),
                node,
            })
            .collect(),
    )
}
