//! A resolved graph as the tree that is compared.

use pacto_diff::{DependencyTree, UnresolvedDependency};
use pacto_graph::{Edge, Graph, Node, NodeId, Target};

/// Levels of dependencies that are compared. Whatever walks the tree, or its JSON, may use one
/// frame of the stack per level, so that a chain made to be deep must end somewhere.
const MAX_DEPTH: usize = 256;

/// The dependencies of a graph as a tree; references are no part of it.
pub(super) fn of(graph: &Graph) -> DependencyTree {
    let mut tree = mention("", graph.root(), false);
    grow(graph, graph.root(), &mut tree, MAX_DEPTH);
    tree
}

fn grow(graph: &Graph, node: &Node, tree: &mut DependencyTree, levels: usize) {
    for edge in node.edges.iter().filter(|edge| edge.is_dependency()) {
        match child(graph, edge, levels) {
            Ok(child) => tree.children.push(child),
            Err(unresolved) => tree.unresolved.push(unresolved),
        }
    }
}

fn child(
    graph: &Graph,
    edge: &Edge,
    levels: usize,
) -> Result<DependencyTree, UnresolvedDependency> {
    let node = |id: NodeId| graph.node(id);
    if levels == 0 {
        let message = format!("what is more than {MAX_DEPTH} levels below is not compared");
        return Err(unresolved(edge, &message));
    }
    match &edge.target {
        Target::Node { id, is_shared, .. } => {
            let Some(node) = node(*id) else {
                return Err(unresolved(edge, "it is not part of the graph"));
            };
            let mut tree = mention(&edge.name, node, *is_shared);
            if !is_shared {
                grow(graph, node, &mut tree, levels - 1);
            }
            Ok(tree)
        }
        // The service is there; only its children are not repeated.
        Target::Failed(failed) => match failed.closes_cycle_at.and_then(node) {
            Some(node) => Ok(mention(&edge.name, node, true)),
            None => Err(unresolved(edge, &failed.failure.message)),
        },
    }
}

fn mention(dependency: &str, node: &Node, is_shared: bool) -> DependencyTree {
    DependencyTree {
        name: node.name().to_owned(),
        version: node.version().to_owned(),
        dependency: dependency.to_owned(),
        is_shared,
        children: Vec::new(),
        unresolved: Vec::new(),
    }
}

fn unresolved(edge: &Edge, message: &str) -> UnresolvedDependency {
    UnresolvedDependency {
        dependency: edge.name.clone(),
        message: message.to_owned(),
    }
}
