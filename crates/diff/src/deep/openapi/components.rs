//! Components of a document that are gone. What their users see of that is told where they use it.

use std::collections::HashSet;

use pacto_document::Node;
use pacto_spec::openapi::Api;

use super::{Walk, after_paths};

impl Walk<'_> {
    /// Schemas that have a name in one document only: whoever refers to the document by it, or has
    /// types of that name generated, looks for it in vain.
    pub(super) fn named_schemas(&mut self) {
        let (old, new) = (schemas(self.old), schemas(self.new));
        let kept: HashSet<&str> = new.into_iter().flat_map(names).collect();
        for (name, node) in old.into_iter().flat_map(Node::entries) {
            let Some(name) = name.as_str().filter(|name| !kept.contains(name)) else {
                continue;
            };
            let path = format!("openapi.components.schemas[{name}]");
            let order = after_paths(&path);
            let title = format!("schema {name}");
            self.simple(
                "api-schema-removed",
                path,
                &order,
                (Some(node), None),
                &title,
            );
        }
    }
}

/// Where schemas have names.
fn schemas(api: Api<'_>) -> Option<Node<'_>> {
    if api.is_swagger() {
        return api.root().get("definitions");
    }
    api.root().get("components")?.get("schemas")
}

fn names(schemas: Node<'_>) -> impl Iterator<Item = &str> {
    schemas.entries().filter_map(|(name, _)| name.as_str())
}
