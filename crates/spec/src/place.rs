//! From a node back to its place.

use pacto_diagnostic::Location;
use pacto_document::Node;

/// The place of a node with its JSON Pointer.
pub fn place(node: Node<'_>) -> Location {
    let mut location = node.location();
    location.pointer = Some(node.pointer().to_string());
    location
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
