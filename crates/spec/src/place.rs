//! From a node back to its place.

use pacto_diagnostic::Location;
use pacto_document::{Kind, Node, Pointer};

/// The place of a node with its JSON Pointer.
///
/// Models keep no pointers, because only the few nodes that are reported need one: it is found by
/// walking down from the root to the span of the node.
pub fn place(node: Node<'_>) -> Location {
    let mut location = node.location();
    location.pointer = Some(pointer(node).to_string());
    location
}

fn pointer(target: Node<'_>) -> Pointer {
    let span = target.span();
    let holds = |node: Node<'_>| {
        let outer = node.span();
        !node.is_alias() && outer.start <= span.start && span.end <= outer.end
    };
    let mut node = target.document().root();
    let mut pointer = Pointer::root();
    while node.id() != target.id() {
        let next = match node.kind() {
            Kind::Mapping => node.entries().find_map(|(key, value)| {
                let key = key.as_str()?;
                holds(value).then(|| (pointer.key(key), value))
            }),
            Kind::Sequence => node
                .items()
                .enumerate()
                .find(|(_, item)| holds(*item))
                .map(|(index, item)| (pointer.index(index), item)),
            _ => None,
        };
        let Some((deeper, child)) = next else { break };
        pointer = deeper;
        node = child;
    }
    pointer
}

#[cfg(test)]
mod tests {
    use pacto_diagnostic::SourceText;
    use pacto_document::{Document, Limits, Pointer, Syntax};

    use super::*;

    #[test]
    fn a_node_leads_back_to_its_pointer() {
        let text = "a:\n  - b: {c/d: 1}\n  - [2, 3]\n";
        let document = Document::parse(
            SourceText::new("f.yaml", text),
            Syntax::Detect,
            Limits::default(),
        )
        .expect("a document");
        for pointer in ["/a", "/a/0/b", "/a/0/b/c~1d", "/a/1/1"] {
            let node = document.find(&Pointer::parse(pointer)).expect("a node");
            assert_eq!(place(node).pointer.as_deref(), Some(pointer));
        }
    }
}
