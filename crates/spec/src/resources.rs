//! Schemas that name themselves by `$id`, inside a document or as the whole of it.
//!
//! References that name one lead there, and what is relative inside one is relative to its name.
//!
//! Source: JSON Schema 2020-12, core, sections 8.2.1, 8.2.3.1 and 9.3.

use std::collections::BTreeMap;

use pacto_diagnostic::Span;
use pacto_document::{Document, Node};
use url::Url;

use crate::documents::each_node;

/// What files of a bundle are called among the names.
const BUNDLE: &str = "bundle:///";

/// The schemas of some documents that have an `$id`.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    /// File and node by the whole name, which has no fragment.
    by_name: BTreeMap<String, (String, u32)>,
    /// Those of each file in the order they begin.
    by_file: BTreeMap<String, Vec<Resource>>,
}

/// One of them.
#[derive(Debug)]
struct Resource {
    id: u32,
    span: Span,
    name: Url,
}

impl Resources {
    pub(crate) fn of<'d>(documents: impl Iterator<Item = &'d Document>) -> Self {
        let mut resources = Self::default();
        for document in documents {
            // Most documents have none, and this is the cheapest way to see it.
            if document.source().text().contains("$id") {
                resources.add(document);
            }
        }
        resources
    }

    fn add(&mut self, document: &Document) {
        let mut named = Vec::new();
        each_node(document, |node| {
            if let Some(name) = node.get("$id").and_then(Node::as_str)
                // Until draft 7 this is an anchor.
                && !name.starts_with('#')
            {
                named.push((node, name));
            }
        });
        // Outer ones first: their names are what inner ones are relative to.
        named.sort_by_key(|(node, _)| node.span().start);
        let file = document.source().name();
        for (node, name) in named {
            let Some(mut name) = self.base(node).and_then(|base| base.join(name).ok()) else {
                continue;
            };
            name.set_fragment(None);
            let place = (file.to_owned(), node.id());
            self.by_name.entry(name.to_string()).or_insert(place);
            self.by_file
                .entry(file.to_owned())
                .or_default()
                .push(Resource {
                    id: node.id(),
                    span: node.span(),
                    name,
                });
        }
    }

    /// The innermost schema with a name that a node lies in.
    fn around(&self, node: Node<'_>) -> Option<&Resource> {
        let own = self.by_file.get(node.document().source().name())?;
        let span = node.span();
        let mut outer = own.iter().rev();
        outer.find(|it| it.span.start <= span.start && span.end <= it.span.end)
    }

    /// What references at a node are relative to.
    fn base(&self, node: Node<'_>) -> Option<Url> {
        match self.around(node) {
            Some(resource) => Some(resource.name.clone()),
            None => Url::parse(BUNDLE)
                .and_then(|bundle| bundle.join(node.document().source().name()))
                .ok(),
        }
    }

    /// The schema that a reference names by its `$id`: file and node.
    pub(crate) fn named(&self, from: Node<'_>, reference: &str) -> Option<&(String, u32)> {
        if self.by_name.is_empty() || reference.starts_with('#') {
            return None;
        }
        let mut name = self.base(from)?.join(reference).ok()?;
        name.set_fragment(None);
        self.by_name.get(name.as_str())
    }

    /// The node that pointers at a node begin at, where that is not the root of the document.
    pub(crate) fn root<'n>(&self, from: Node<'n>) -> Option<Node<'n>> {
        from.document().node(self.around(from)?.id)
    }
}
