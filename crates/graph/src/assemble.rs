//! From answers to a graph: one walk from the root, in declaration order.
//!
//! The walk decides what the arrival of answers must not: which occurrence of a node is the first,
//! and which edge closes a cycle.

use std::sync::Arc;

use pacto_bundle::{FailureReason, ResolveFailure};

use crate::component::cycles;
use crate::conflict::conflicts;
use crate::graph::{Edge, EdgeFailure, Graph, Node, NodeId, Target};
use crate::resolution::{Contract, Declared, Found, ROOT, Resolution};

/// Where the walk stands with a contract.
#[derive(Debug, Clone, Copy)]
enum State {
    Unseen,
    /// On the way from the root.
    Open(NodeId),
    Done(NodeId),
}

/// A node whose edges are being walked.
struct Frame<'r> {
    contract: usize,
    node: NodeId,
    edges: std::iter::Chain<std::slice::Iter<'r, Declared>, std::slice::Iter<'r, Declared>>,
}

struct Walk<'r> {
    resolution: &'r Resolution,
    states: Vec<State>,
    nodes: Vec<Node>,
    frames: Vec<Frame<'r>>,
}

/// Assembles the graph of a resolution.
pub(crate) fn assemble(resolution: &Resolution) -> Graph {
    let mut walk = Walk {
        resolution,
        states: resolution.contracts.iter().map(|_| State::Unseen).collect(),
        nodes: Vec::with_capacity(resolution.contracts.len()),
        frames: Vec::new(),
    };
    if let Some(root) = resolution.contracts.get(ROOT) {
        walk.enter(ROOT, root, &root.found);
    }
    // Frames and not calls: a chain of contracts may be longer than the stack of a thread.
    while let Some(frame) = walk.frames.last_mut() {
        match frame.edges.next() {
            Some(declared) => walk.follow(declared),
            None => walk.leave(),
        }
    }
    let nodes = walk.nodes;
    Graph {
        cycles: cycles(&nodes),
        conflicts: conflicts(&nodes),
        nodes,
    }
}

impl<'r> Walk<'r> {
    /// Starts the walk of a contract that was not met before.
    fn enter(&mut self, index: usize, contract: &'r Contract, found: &Found) -> NodeId {
        let node = NodeId(self.nodes.len());
        self.nodes.push(Node {
            bundle: Arc::clone(&contract.bundle),
            reference: found.reference.clone(),
            tag: found.tag.clone(),
            digest: found.digest.clone(),
            edges: Vec::with_capacity(contract.dependencies.len() + contract.references.len()),
        });
        self.set(index, State::Open(node));
        self.frames.push(Frame {
            contract: index,
            node,
            edges: contract.dependencies.iter().chain(&contract.references),
        });
        node
    }

    fn leave(&mut self) {
        if let Some(frame) = self.frames.pop() {
            self.set(frame.contract, State::Done(frame.node));
        }
    }

    fn set(&mut self, contract: usize, state: State) {
        if let Some(known) = self.states.get_mut(contract) {
            *known = state;
        }
    }

    fn follow(&mut self, declared: &Declared) {
        let Some(from) = self.frames.last().map(|frame| frame.node) else {
            return;
        };
        let target = self.target(declared);
        if let Some(node) = self.nodes.get_mut(from.0) {
            node.edges.push(Edge {
                name: declared.name.clone(),
                reference: declared.reference.clone(),
                kind: declared.kind.clone(),
                target,
            });
        }
    }

    fn target(&mut self, declared: &Declared) -> Target {
        let resolution = self.resolution;
        let outcome = resolution
            .slots
            .get(declared.slot)
            .and_then(|slot| slot.outcome.as_ref());
        let found = match outcome {
            Some(Ok(found)) => found,
            Some(Err(failure)) => return failed(failure.clone(), None),
            None => return failed(unanswered(), None),
        };
        let state = self.states.get(found.contract).copied();
        let (id, is_shared) = match (state, resolution.contracts.get(found.contract)) {
            (Some(State::Open(node)), _) => {
                return failed(cycle(&declared.reference), Some(node));
            }
            (Some(State::Done(node)), _) => (node, true),
            (Some(State::Unseen), Some(contract)) => {
                (self.enter(found.contract, contract, found), false)
            }
            (None, _) | (_, None) => return failed(unanswered(), None),
        };
        Target::Node {
            id,
            is_shared,
            resolved_from: found.resolved_from,
        }
    }
}

fn failed(failure: ResolveFailure, closes_cycle_at: Option<NodeId>) -> Target {
    Target::Failed(EdgeFailure {
        failure,
        closes_cycle_at,
    })
}

fn cycle(reference: &str) -> ResolveFailure {
    ResolveFailure {
        reason: FailureReason::Cycle,
        code: "cycle",
        message: format!("cycle detected: {reference}"),
        is_refused_for_safety: false,
    }
}

fn unanswered() -> ResolveFailure {
    ResolveFailure {
        reason: FailureReason::Discovering,
        code: "discovering",
        message: "not resolved yet".to_owned(),
        is_refused_for_safety: false,
    }
}
