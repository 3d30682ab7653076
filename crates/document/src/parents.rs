//! From a node back to the root.

use crate::tape::{Tag, Tape};
use crate::{Node, Pointer, PointerSegment};

impl Tape {
    /// Index of the container of each record; that of the root is its own.
    pub(crate) fn parents(&self) -> Vec<u32> {
        let mut open: Vec<(u32, u32)> = Vec::new();
        let indices = 0..self.records.len() as u32;
        indices
            .map(|index| {
                while open.last().is_some_and(|(_, end)| *end <= index) {
                    open.pop();
                }
                let parent = open.last().map_or(index, |(container, _)| *container);
                let record = self.record(index);
                if matches!(record.tag, Tag::Sequence | Tag::Mapping) {
                    open.push((index, record.a));
                }
                parent
            })
            .collect()
    }

    /// Position of an item in the sequence at an index, in a bounded number of steps.
    fn position(&self, sequence: u32, item: u32) -> usize {
        let count = self.record(sequence).b as usize;
        let mut range = 0..count;
        while range.len() > 1 {
            let middle = range.start + range.len() / 2;
            if self.item(sequence, middle).is_some_and(|it| it <= item) {
                range.start = middle;
            } else {
                range.end = middle;
            }
        }
        range.start
    }
}

impl Node<'_> {
    /// The way from the root to this node, or to the anchor for an alias. It ends above a merge
    /// key, whose value is nothing one can point to.
    pub fn pointer(self) -> Pointer {
        let (tape, source) = (&self.document.tape, self.document.source.text());
        let parents = self.document.parents.get_or_init(|| tape.parents());
        let mut segments = Vec::new();
        let mut index = tape.resolve(self.index);
        while let Some(parent) = parents.get(index as usize).copied()
            && parent != index
        {
            // A key is one record, and its value follows.
            let key = index.saturating_sub(1);
            if tape.record(parent).tag == Tag::Sequence {
                segments.push(PointerSegment::Index(tape.position(parent, index)));
            } else if tape.record(key).tag == Tag::MergeKey {
                segments.clear();
            } else {
                let text = tape.text(source, key).unwrap_or_default();
                segments.push(PointerSegment::Key(text.to_owned()));
            }
            index = parent;
        }
        segments.reverse();
        Pointer(segments)
    }
}

#[cfg(test)]
mod tests {
    use pacto_diagnostic::SourceText;

    use crate::{Document, Kind, Limits, Node, Syntax};

    fn document(text: &str) -> Document {
        let source = SourceText::new("f.yaml", text);
        Document::parse(source, Syntax::Detect, Limits::default()).expect("a document")
    }

    /// Every node below a node.
    fn all<'d>(node: Node<'d>, nodes: &mut Vec<Node<'d>>) {
        nodes.push(node);
        match node.kind() {
            Kind::Mapping => node.entries().for_each(|(_, value)| all(value, nodes)),
            Kind::Sequence => node.items().for_each(|item| all(item, nodes)),
            _ => {}
        }
    }

    #[test]
    fn every_pointer_leads_to_the_node_it_is_of() {
        let long: Vec<String> = (0..200)
            .map(|index| format!("  - {{n: {index}}}"))
            .collect();
        let wide: Vec<String> = (0..40)
            .map(|index| format!("  k{index}: [{index}]"))
            .collect();
        let text = format!(
            "list:\n{}\nwide:\n{}\nbase: &base {{a: 1}}\nagain: *base\n\"c/d~\": [[2], {{}}]\n",
            long.join("\n"),
            wide.join("\n")
        );
        let document = document(&text);
        let mut nodes = Vec::new();
        all(document.root(), &mut nodes);
        assert!(nodes.len() > 400);
        for node in nodes {
            let found = document.find(&node.pointer()).expect("a node");
            assert_eq!(found.id(), node.id(), "{}", node.pointer());
        }
    }

    #[test]
    fn what_a_merge_key_holds_is_pointed_to_from_where_it_is_merged() {
        let document = document("x:\n  <<: {a: {b: 1}}\n  c: 2\n");
        let merged = document
            .root()
            .get("x")
            .and_then(|node| node.get("a"))
            .expect("a node");
        assert_eq!(merged.pointer().to_string(), "/x");
    }
}
