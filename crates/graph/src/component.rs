//! Cycles: strongly connected components, and a shortest cycle through each.

use std::collections::VecDeque;

use crate::graph::{Node, NodeId};

/// Service names of one shortest cycle per strongly connected component, sorted.
pub(crate) fn cycles(nodes: &[Node]) -> Vec<Vec<String>> {
    let successors: Vec<Vec<usize>> = nodes
        .iter()
        .map(|node| {
            let mut next: Vec<usize> = node
                .edges
                .iter()
                .filter_map(|edge| edge.node().map(NodeId::index))
                .collect();
            // By name, so that the cycle found does not depend on the order of declarations.
            next.sort_by_key(|&index| sort_key(nodes, index));
            next.dedup();
            next
        })
        .collect();
    let mut cycles: Vec<Vec<String>> = components(&successors)
        .into_iter()
        .filter_map(|members| {
            let first = members
                .iter()
                .copied()
                .min_by_key(|&index| sort_key(nodes, index))?;
            let cycle = shortest_cycle(first, &members, &successors)?;
            Some(
                cycle
                    .into_iter()
                    .filter_map(|index| nodes.get(index))
                    .map(|node| node.name().to_owned())
                    .collect(),
            )
        })
        .collect();
    cycles.sort();
    cycles
}

fn sort_key(nodes: &[Node], index: usize) -> (&str, &str, usize) {
    nodes
        .get(index)
        .map_or(("", "", index), |node| (node.name(), node.version(), index))
}

/// The shortest way from a node back to itself inside its component; `None` when there is none
/// (a component of one node without an edge to itself).
fn shortest_cycle(
    first: usize,
    members: &[usize],
    successors: &[Vec<usize>],
) -> Option<Vec<usize>> {
    let mut is_member = vec![false; successors.len()];
    for &member in members {
        *is_member.get_mut(member)? = true;
    }
    let mut came_from: Vec<Option<usize>> = vec![None; successors.len()];
    let mut queue = VecDeque::from([first]);
    while let Some(index) = queue.pop_front() {
        for &next in successors.get(index)? {
            if next == first {
                let mut way = vec![index];
                while let Some(previous) = way.last().and_then(|&last| *came_from.get(last)?) {
                    way.push(previous);
                }
                way.reverse();
                return Some(way);
            }
            let slot = came_from.get_mut(next)?;
            if slot.is_none() && is_member.get(next).copied().unwrap_or(false) {
                *slot = Some(index);
                queue.push_back(next);
            }
        }
    }
    None
}

const UNSEEN: usize = usize::MAX;

/// A node whose successors are being visited.
struct Frame {
    node: usize,
    next: usize,
}

/// Strongly connected components (Tarjan 1972), without recursion.
fn components(successors: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let count = successors.len();
    let mut search = Search {
        order: vec![UNSEEN; count],
        low: vec![UNSEEN; count],
        is_stacked: vec![false; count],
        stack: Vec::new(),
        next_order: 0,
    };
    let mut found = Vec::new();
    for root in 0..count {
        if search.order(root) == UNSEEN {
            search.run(root, successors, &mut found);
        }
    }
    found
}

struct Search {
    /// Order of discovery.
    order: Vec<usize>,
    /// Lowest order reachable through the tree and one back edge.
    low: Vec<usize>,
    is_stacked: Vec<bool>,
    stack: Vec<usize>,
    next_order: usize,
}

impl Search {
    fn order(&self, node: usize) -> usize {
        self.order.get(node).copied().unwrap_or(UNSEEN)
    }

    fn low(&self, node: usize) -> usize {
        self.low.get(node).copied().unwrap_or(UNSEEN)
    }

    fn lower(&mut self, node: usize, to: usize) {
        if let Some(low) = self.low.get_mut(node) {
            *low = (*low).min(to);
        }
    }

    fn set_stacked(&mut self, node: usize, value: bool) {
        if let Some(flag) = self.is_stacked.get_mut(node) {
            *flag = value;
        }
    }

    fn discover(&mut self, node: usize) {
        if let Some(order) = self.order.get_mut(node) {
            *order = self.next_order;
        }
        self.lower(node, self.next_order);
        self.next_order += 1;
        self.stack.push(node);
        self.set_stacked(node, true);
    }

    fn run(&mut self, root: usize, successors: &[Vec<usize>], found: &mut Vec<Vec<usize>>) {
        self.discover(root);
        let mut frames = vec![Frame {
            node: root,
            next: 0,
        }];
        while let Some(frame) = frames.last_mut() {
            let node = frame.node;
            let next = successors
                .get(node)
                .and_then(|next| next.get(frame.next))
                .copied();
            frame.next += 1;
            match next {
                Some(next) if self.order(next) == UNSEEN => {
                    self.discover(next);
                    frames.push(Frame {
                        node: next,
                        next: 0,
                    });
                }
                Some(next) => {
                    if self.is_stacked.get(next).copied().unwrap_or(false) {
                        self.lower(node, self.order(next));
                    }
                }
                None => {
                    frames.pop();
                    let low = self.low(node);
                    if let Some(parent) = frames.last() {
                        self.lower(parent.node, low);
                    }
                    if low == self.order(node) {
                        found.push(self.pop_component(node));
                    }
                }
            }
        }
    }

    /// Takes the finished component of a node off the stack.
    fn pop_component(&mut self, root: usize) -> Vec<usize> {
        let mut members = Vec::new();
        while let Some(member) = self.stack.pop() {
            self.set_stacked(member, false);
            members.push(member);
            if member == root {
                break;
            }
        }
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(successors: &[Vec<usize>]) -> Vec<Vec<usize>> {
        let mut all: Vec<Vec<usize>> = components(successors)
            .into_iter()
            .map(|mut members| {
                members.sort_unstable();
                members
            })
            .collect();
        all.sort();
        all
    }

    #[test]
    fn nodes_that_reach_each_other_are_one_component() {
        // 0 → 1 → 2 → 0, 2 → 3 → 4 → 3, 5 alone.
        let successors = vec![vec![1], vec![2], vec![0, 3], vec![4], vec![3], vec![]];
        assert_eq!(sorted(&successors), [vec![0, 1, 2], vec![3, 4], vec![5]]);
    }

    #[test]
    fn the_shortest_cycle_through_the_first_member_is_found() {
        // 0 → 1 → 2 → 0 and 0 → 2.
        let successors = vec![vec![1, 2], vec![2], vec![0]];
        assert_eq!(shortest_cycle(0, &[0, 1, 2], &successors), Some(vec![0, 2]));
        assert_eq!(shortest_cycle(0, &[0], &[vec![0]]), Some(vec![0]));
        assert_eq!(shortest_cycle(0, &[0], &[vec![]]), None);
    }

    #[test]
    fn a_chain_longer_than_any_stack_is_searched() {
        let count = 200_000;
        let successors: Vec<Vec<usize>> = (0..count).map(|node| vec![(node + 1) % count]).collect();
        assert_eq!(components(&successors).len(), 1);
    }
}
