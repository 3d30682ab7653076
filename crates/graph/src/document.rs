//! The JSON of a graph: a tree from the root, in which a node met again has no children.

use pacto_bundle::{FailureReason, ResolvedFrom};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::Conflict;
use crate::graph::{Edge, EdgeKind, Graph, Node, Target};

/// Value of `schemaVersion` in the JSON of a graph.
pub const GRAPH_SCHEMA_VERSION: &str = "pacto.graph/v1";

/// The resolved graph of a contract.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Graph")]
struct GraphDocument<'g> {
    /// `pacto.graph/v1`.
    schema_version: &'static str,
    /// The contract everything starts from.
    root: NodeDocument<'g>,
    /// One entry per group of services that reach each other: the names of a shortest cycle
    /// through the first of them by name, which starts it and is not repeated.
    cycles: &'g [Vec<String>],
    /// Services that occur at more than one version, by name.
    conflicts: &'g [Conflict],
}

/// One resolved contract.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "GraphNode")]
pub(crate) struct NodeDocument<'g> {
    /// Service name.
    name: &'g str,
    /// Service version.
    version: &'g str,
    /// What was read, without scheme; absent for what lies on disk.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none", default)]
    reference: Option<&'g str>,
    /// Read from a directory or archive on disk.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    local: Option<bool>,
    /// Digest of the manifest.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    digest: Option<&'g str>,
    /// Edges in declaration order; absent when there are none, and on a shared node.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    dependencies: Vec<EdgeDocument<'g>>,
}

/// One declared dependency or reference.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "GraphEdge")]
pub(crate) struct EdgeDocument<'g> {
    /// `dependency` or `reference`.
    r#type: EdgeType,
    /// What a reference is for: `config` or `policy`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    ref_type: Option<&'static str>,
    /// Name of the declaring entry.
    name: &'g str,
    /// Reference as written.
    #[serde(rename = "ref")]
    reference: &'g str,
    /// Declared intent of a dependency.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    required: Option<bool>,
    /// Accepted versions of a dependency, as written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    compatibility: Option<&'g str>,
    /// Leads to something on disk.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    local: Option<bool>,
    /// The node occurred before; its edges are not repeated.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    shared: Option<bool>,
    /// Who answered.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    resolved_from: Option<ResolvedFrom>,
    /// Why the edge leads nowhere, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    error: Option<&'g str>,
    /// Why the edge leads nowhere, as a code.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    reason: Option<FailureReason>,
    /// Where the edge leads.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    node: Option<Box<NodeDocument<'g>>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum EdgeType {
    Dependency,
    Reference,
}

impl<'g> NodeDocument<'g> {
    /// The node without its edges.
    pub(crate) fn without_edges(node: &'g Node) -> Self {
        let is_local = node.is_local();
        Self {
            name: node.name(),
            version: node.version(),
            reference: (!is_local).then_some(node.reference.as_str()),
            local: is_local.then_some(true),
            digest: node.digest.as_ref().map(pacto_contract::Digest::as_str),
            dependencies: Vec::new(),
        }
    }
}

impl<'g> EdgeDocument<'g> {
    /// The edge without the node it leads to.
    pub(crate) fn without_node(graph: &Graph, edge: &'g Edge) -> Self {
        let mut document = Self {
            r#type: EdgeType::Reference,
            ref_type: None,
            name: &edge.name,
            reference: &edge.reference,
            required: None,
            compatibility: None,
            local: None,
            shared: None,
            resolved_from: None,
            error: None,
            reason: None,
            node: None,
        };
        match &edge.kind {
            EdgeKind::Dependency {
                required,
                compatibility,
            } => {
                document.r#type = EdgeType::Dependency;
                document.required = Some(*required);
                document.compatibility = Some(compatibility);
            }
            EdgeKind::Reference(kind) => document.ref_type = Some(kind.as_str()),
        }
        match &edge.target {
            Target::Node {
                id,
                is_shared,
                resolved_from,
            } => {
                let is_local = graph.node(*id).is_some_and(Node::is_local);
                document.local = is_local.then_some(true);
                document.shared = is_shared.then_some(true);
                document.resolved_from = Some(*resolved_from);
            }
            Target::Failed(failed) => {
                document.error = Some(&failed.failure.message);
                document.reason = Some(failed.failure.reason);
            }
        }
        document
    }
}

/// Writes the tree. The depth of calls grows with the depth of the graph: where that is unknown,
/// [`Graph::to_json`] writes the same without.
impl Serialize for Graph {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schemaVersion", GRAPH_SCHEMA_VERSION)?;
        let root = Tree {
            graph: self,
            node: self.root(),
            has_edges: true,
        };
        map.serialize_entry("root", &root)?;
        map.serialize_entry("cycles", self.cycles())?;
        map.serialize_entry("conflicts", self.conflicts())?;
        map.end()
    }
}

impl JsonSchema for Graph {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        GraphDocument::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        GraphDocument::json_schema(generator)
    }
}

struct Tree<'g> {
    graph: &'g Graph,
    node: &'g Node,
    has_edges: bool,
}

struct Branch<'g> {
    graph: &'g Graph,
    edge: &'g Edge,
}

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = NodeDocument::without_edges(self.node).serialize_open(serializer)?;
        if self.has_edges && !self.node.edges.is_empty() {
            let branches: Vec<Branch<'_>> = self
                .node
                .edges
                .iter()
                .map(|edge| Branch {
                    graph: self.graph,
                    edge,
                })
                .collect();
            document.serialize_entry("dependencies", &branches)?;
        }
        document.end()
    }
}

impl Serialize for Branch<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let edge = EdgeDocument::without_node(self.graph, self.edge);
        let mut document = edge.serialize_open(serializer)?;
        if let Target::Node { id, is_shared, .. } = self.edge.target
            && let Some(node) = self.graph.node(id)
        {
            let tree = Tree {
                graph: self.graph,
                node,
                has_edges: !is_shared,
            };
            document.serialize_entry("node", &tree)?;
        }
        document.end()
    }
}

/// Writes the fields of an object and leaves it open for one more.
trait SerializeOpen: Serialize {
    fn serialize_open<S: Serializer>(&self, serializer: S) -> Result<S::SerializeMap, S::Error> {
        let fields = fields(self).map_err(serde::ser::Error::custom)?;
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in &fields {
            map.serialize_entry(key, value)?;
        }
        Ok(map)
    }
}

impl SerializeOpen for NodeDocument<'_> {}
impl SerializeOpen for EdgeDocument<'_> {}

/// The fields of a document in their order.
pub(crate) fn fields(
    document: &(impl Serialize + ?Sized),
) -> Result<serde_json::Map<String, serde_json::Value>, serde_json::Error> {
    match serde_json::to_value(document)? {
        serde_json::Value::Object(fields) => Ok(fields),
        other => Err(serde::ser::Error::custom(format!("not an object: {other}"))),
    }
}
