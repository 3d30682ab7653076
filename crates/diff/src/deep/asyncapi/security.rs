//! Credentials that servers and operations ask for.

use std::collections::BTreeSet;

use pacto_document::Node;
use pacto_spec::Documents;
use serde_json::{Map, Value};

use super::{Element, Fact, Walk, traits};

/// One of the ways to identify oneself: the scheme, with the scopes that it takes.
type Alternative = (Value, BTreeSet<String>);

impl<'s> Walk<'s> {
    /// Compares what an element asks for. One way more harms nobody; a way that is gone, or takes
    /// something else, breaks those who went it. `of` is `server` or `operation`.
    pub(super) fn security(&mut self, at: &Element<'_, 's>, of: &str) {
        let written = |documents: &'s Documents<'s>, node| {
            let security = traits::property(documents, node, "security");
            security.filter(|it| it.items().next().is_some())
        };
        let documents = (self.findings.old.documents(), self.findings.new.documents());
        let nodes = (
            written(documents.0, at.nodes.0),
            written(documents.1, at.nodes.1),
        );
        let word = match nodes {
            (None, None) => return,
            (None, _) => "added",
            (_, None) => "removed",
            (Some(old), Some(new)) => {
                let after = alternatives(documents.1, new);
                let is_kept = |one: &Alternative| after.iter().any(|it| takes_no_more(one, it));
                if alternatives(documents.0, old).iter().all(is_kept) {
                    return;
                }
                "changed"
            }
        };
        self.add(
            Fact {
                rule: &format!("asyncapi-{of}-security-{word}"),
                path: format!("{}.security", at.path),
                order: at.order,
                reason: format!("{}: security {word}", at.title),
            },
            nodes,
            (None, None),
        );
    }
}

/// Whether who goes the old way can go the new one.
fn takes_no_more(old: &Alternative, new: &Alternative) -> bool {
    old.0 == new.0 && new.1.is_subset(&old.1)
}

fn alternatives<'s>(documents: &'s Documents<'s>, list: Node<'s>) -> Vec<Alternative> {
    let declared = documents.main().root().get("components");
    let declared = declared.and_then(|components| components.get("securitySchemes"));
    let mut found = Vec::new();
    for item in list.items() {
        let scheme = documents.follow(item).unwrap_or(item);
        if scheme.get("type").is_some() {
            found.push(alternative(scheme, scheme.get("scopes")));
            continue;
        }
        // 2.x: names of schemes with scopes, all of them at once.
        for (name, scopes) in scheme.entries() {
            let scheme = name.as_str().and_then(|name| declared?.get(name));
            let scheme = scheme.and_then(|scheme| documents.follow(scheme).ok());
            found.push(match scheme {
                Some(scheme) => alternative(scheme, Some(scopes)),
                // What is declared nowhere is known by its name.
                None => (name.to_json().unwrap_or_default(), texts(Some(scopes))),
            });
        }
    }
    found
}

fn alternative(scheme: Node<'_>, scopes: Option<Node<'_>>) -> Alternative {
    let mut value = scheme.to_json().unwrap_or_default();
    if let Value::Object(members) = &mut value {
        members.retain(|key, _| key != "scopes" && key != "description" && !key.starts_with("x-"));
        let flows = members.get_mut("flows").and_then(Value::as_object_mut);
        for flow in flows.into_iter().flat_map(Map::values_mut) {
            // What can be asked for is not what is asked for.
            if let Value::Object(flow) = flow {
                flow.retain(|key, _| !matches!(key.as_str(), "scopes" | "availableScopes"));
            }
        }
        members.sort_keys();
    }
    (value, texts(scopes))
}

fn texts(list: Option<Node<'_>>) -> BTreeSet<String> {
    let items = list.into_iter().flat_map(Node::items);
    items.filter_map(Node::as_str).map(str::to_owned).collect()
}
