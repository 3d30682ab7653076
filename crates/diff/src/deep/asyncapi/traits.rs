//! Traits: what messages and operations take from elsewhere.
//!
//! What an element says itself goes before what its traits say, and of several traits the last
//! one counts.

use pacto_document::Node;
use pacto_spec::Documents;

/// An element and its traits, the ones that count more first.
fn with_traits<'s>(documents: &'s Documents<'s>, node: Node<'s>) -> Vec<Node<'s>> {
    let written = node.get("traits").into_iter().flat_map(Node::items);
    let mut elements: Vec<Node<'s>> = written
        .filter_map(|written| documents.follow(written).ok())
        .collect();
    elements.push(node);
    elements.reverse();
    elements
}

/// A property of an element, its own or that of a trait.
pub(super) fn property<'s>(
    documents: &'s Documents<'s>,
    node: Node<'s>,
    key: &str,
) -> Option<Node<'s>> {
    match node.get(key) {
        Some(own) => Some(own),
        None => properties(documents, node, key).into_iter().next(),
    }
}

/// A property as the element and each of its traits have it, the ones that count more first.
pub(super) fn properties<'s>(
    documents: &'s Documents<'s>,
    node: Node<'s>,
    key: &str,
) -> Vec<Node<'s>> {
    let elements = with_traits(documents, node).into_iter();
    elements.filter_map(|element| element.get(key)).collect()
}
