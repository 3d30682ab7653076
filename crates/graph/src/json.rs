//! Writing the JSON of a graph without recursion, for graphs deeper than a thread's stack.

use std::fmt::Write;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::document::{EdgeDocument, GRAPH_SCHEMA_VERSION, NodeDocument, fields};
use crate::graph::{Edge, Graph, Node, Target};

impl Graph {
    /// The JSON of the graph, the same bytes that `serde_json` writes of it (`to_string`, or
    /// `to_string_pretty`), however deep the graph is.
    pub fn to_json(&self, is_pretty: bool) -> String {
        let mut writer = Writer {
            out: String::new(),
            is_pretty,
            is_first: Vec::new(),
        };
        writer.open('{');
        writer.field("schemaVersion", &Value::from(GRAPH_SCHEMA_VERSION));
        writer.key("root");
        self.write_tree(&mut writer);
        writer.field("cycles", &value(self.cycles()));
        writer.field("conflicts", &value(self.conflicts()));
        writer.close('}');
        writer.out
    }

    fn write_tree(&self, writer: &mut Writer) {
        let mut open: Vec<std::slice::Iter<'_, Edge>> = Vec::new();
        write_node(writer, self.root(), true, &mut open);
        while let Some(edges) = open.last_mut() {
            let Some(edge) = edges.next() else {
                open.pop();
                writer.close(']');
                writer.close('}');
                // Every node but the root is the last field of an edge.
                if !open.is_empty() {
                    writer.close('}');
                }
                continue;
            };
            writer.item();
            writer.open('{');
            writer.fields(&object(&EdgeDocument::without_node(self, edge)));
            if let Target::Node { id, is_shared, .. } = edge.target
                && let Some(node) = self.node(id)
            {
                writer.key("node");
                if write_node(writer, node, !is_shared, &mut open) {
                    continue;
                }
            }
            writer.close('}');
        }
    }
}

/// Writes a node; true when its edges are left to write.
fn write_node<'g>(
    writer: &mut Writer,
    node: &'g Node,
    has_edges: bool,
    open: &mut Vec<std::slice::Iter<'g, Edge>>,
) -> bool {
    writer.open('{');
    writer.fields(&object(&NodeDocument::without_edges(node)));
    let is_open = has_edges && !node.edges.is_empty();
    if is_open {
        writer.key("dependencies");
        writer.open('[');
        open.push(node.edges.iter());
    } else {
        writer.close('}');
    }
    is_open
}

fn object(document: &impl Serialize) -> Map<String, Value> {
    fields(document).expect("documents of the graph are objects of texts, flags and words")
}

fn value(of: impl Serialize) -> Value {
    serde_json::to_value(of).expect("names and versions are texts")
}

/// Writes JSON in the layout of `serde_json`.
struct Writer {
    out: String,
    is_pretty: bool,
    /// For each open container, whether it is still empty.
    is_first: Vec<bool>,
}

impl Writer {
    fn open(&mut self, bracket: char) {
        self.out.push(bracket);
        self.is_first.push(true);
    }

    fn close(&mut self, bracket: char) {
        if self.is_first.pop() == Some(false) {
            self.new_line();
        }
        self.out.push(bracket);
    }

    /// Starts the next item of the open container.
    fn item(&mut self) {
        if let Some(is_first) = self.is_first.last_mut() {
            if !std::mem::take(is_first) {
                self.out.push(',');
            }
            self.new_line();
        }
    }

    fn key(&mut self, key: &str) {
        self.item();
        self.text(&Value::from(key));
        self.out.push(':');
        if self.is_pretty {
            self.out.push(' ');
        }
    }

    fn field(&mut self, key: &str, value: &Value) {
        self.key(key);
        match value {
            Value::Array(items) => {
                self.open('[');
                for item in items {
                    self.item();
                    self.shallow(item);
                }
                self.close(']');
            }
            other => self.text(other),
        }
    }

    fn fields(&mut self, fields: &Map<String, Value>) {
        for (key, value) in fields {
            self.field(key, value);
        }
    }

    /// Writes an item of a list: an object or a list of texts.
    fn shallow(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                self.open('{');
                self.fields(fields);
                self.close('}');
            }
            Value::Array(items) => {
                self.open('[');
                for item in items {
                    self.item();
                    self.text(item);
                }
                self.close(']');
            }
            other => self.text(other),
        }
    }

    fn text(&mut self, value: &Value) {
        // Writing to a string does not fail.
        let _ = write!(self.out, "{value}");
    }

    fn new_line(&mut self) {
        if self.is_pretty {
            self.out.push('\n');
            for _ in &self.is_first {
                self.out.push_str("  ");
            }
        }
    }
}
