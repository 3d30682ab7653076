//! The graph as a value: nodes in pre-order, each with its edges.

use std::sync::Arc;

use pacto_bundle::lock::ReferenceKind;
use pacto_bundle::{Bundle, Origin, ResolveFailure, ResolvedFrom};
use pacto_contract::{Contract, Digest};

use crate::Conflict;

/// Index of a node in [`Graph::nodes`]; the root is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) usize);

impl NodeId {
    /// The root of every graph.
    pub const ROOT: Self = Self(0);

    /// Position in [`Graph::nodes`].
    pub fn index(self) -> usize {
        self.0
    }
}

/// A resolved graph.
///
/// Every distinct node (repository and digest, or local directory) occurs once, in the order in
/// which a walk from the root meets it first, edges in declaration order. It serialises to the
/// JSON of `pacto graph`, a tree in which a node met again is `shared` and has no children.
#[derive(Debug, Clone)]
pub struct Graph {
    pub(crate) nodes: Vec<Node>,
    pub(crate) cycles: Vec<Vec<String>>,
    pub(crate) conflicts: Vec<Conflict>,
}

/// One resolved contract.
#[derive(Debug, Clone)]
pub struct Node {
    /// The contract and its files.
    pub bundle: Arc<Bundle>,
    /// What was read, without scheme, as the first edge to it led there.
    pub reference: String,
    /// Tag that was chosen or given, in its original spelling.
    pub tag: Option<String>,
    /// Digest of the manifest; `None` for local directories and archives.
    pub digest: Option<Digest>,
    /// Edges in declaration order: dependencies, then configurations, then policies.
    pub edges: Vec<Edge>,
}

/// One declared dependency or reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Name of the declaring entry.
    pub name: String,
    /// Reference as written.
    pub reference: String,
    /// What was declared.
    pub kind: EdgeKind,
    /// Where it leads.
    pub target: Target,
}

/// What an edge declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EdgeKind {
    /// An entry of `dependencies`.
    Dependency {
        /// Declared intent.
        required: bool,
        /// Accepted versions as written.
        compatibility: String,
    },
    /// The `ref` of a configuration or policy.
    Reference(ReferenceKind),
}

/// Where an edge leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a node.
    Node {
        /// The node.
        id: NodeId,
        /// The node occurred earlier in pre-order; its children are not repeated.
        is_shared: bool,
        /// Who answered.
        resolved_from: ResolvedFrom,
    },
    /// Nowhere.
    Failed(EdgeFailure),
}

/// Why an edge leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeFailure {
    /// Reason, code and sentence.
    pub failure: ResolveFailure,
    /// The node on the way from the root that the edge leads back to, when it closes a cycle.
    pub closes_cycle_at: Option<NodeId>,
}

impl Graph {
    /// The node everything starts from.
    pub fn root(&self) -> &Node {
        self.nodes
            .first()
            .expect("a graph is assembled from its root")
    }

    /// All distinct nodes in pre-order, the root first.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// A node of this graph; `None` for ids of another one.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }

    /// All edges with the node that declares them, in pre-order of the nodes.
    pub fn edges(&self) -> impl Iterator<Item = (NodeId, &Edge)> {
        self.nodes
            .iter()
            .enumerate()
            .flat_map(|(index, node)| node.edges.iter().map(move |edge| (NodeId(index), edge)))
    }

    /// One entry per strongly connected component: the service names of a shortest cycle through
    /// its lexically first member, starting with that one. Sorted.
    pub fn cycles(&self) -> &[Vec<String>] {
        &self.cycles
    }

    /// Service names that occur at more than one version, by name.
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }
}

impl Node {
    /// The contract.
    pub fn contract(&self) -> &Contract {
        self.bundle.contract.contract()
    }

    /// Service name.
    pub fn name(&self) -> &str {
        &self.contract().service.name
    }

    /// Service version.
    pub fn version(&self) -> &str {
        &self.contract().service.version
    }

    /// `name@version`.
    pub fn label(&self) -> String {
        format!("{}@{}", self.name(), self.version())
    }

    /// True when the node was read from disk and not from a registry or layout.
    pub fn is_local(&self) -> bool {
        matches!(
            self.bundle.origin,
            Origin::Local { .. } | Origin::Archive { .. } | Origin::Text
        )
    }
}

impl Edge {
    /// The node the edge leads to or, for a cycle, back to.
    pub fn node(&self) -> Option<NodeId> {
        match &self.target {
            Target::Node { id, .. } => Some(*id),
            Target::Failed(failed) => failed.closes_cycle_at,
        }
    }

    /// Why the edge leads nowhere.
    pub fn failure(&self) -> Option<&EdgeFailure> {
        match &self.target {
            Target::Failed(failure) => Some(failure),
            Target::Node { .. } => None,
        }
    }

    /// True for an entry of `dependencies`.
    pub fn is_dependency(&self) -> bool {
        matches!(self.kind, EdgeKind::Dependency { .. })
    }

    /// True for a dependency that is declared as required.
    pub fn is_required(&self) -> bool {
        matches!(self.kind, EdgeKind::Dependency { required: true, .. })
    }
}
