//! Who depends on a service: a breadth-first walk backwards.

use super::{Edge, Estate, ServiceId};

/// Everybody who depends on a service.
#[derive(Debug, Clone)]
pub struct Reach {
    target: ServiceId,
    dependents: Vec<Dependent>,
    /// The first edge of the shortest chain of required edges, by service.
    required: Walk,
    /// The first edge of the shortest chain of any edges, by service.
    any: Walk,
}

/// One service that depends on another, and the chain that is shown for it: the shortest one of
/// required edges, else the shortest; equal ones by the names on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dependent {
    /// The service.
    pub service: ServiceId,
    /// It declares the dependency itself.
    pub is_direct: bool,
    /// Every edge of the chain is required.
    pub is_required: bool,
    /// Number of edges of the chain.
    pub depth: usize,
    /// The first edge of the chain: what the dependent declares.
    pub first: Edge,
    /// The last edge of the chain: what ends at the target.
    pub last: Edge,
}

/// Distances and next edges of one walk.
#[derive(Debug, Clone)]
struct Walk {
    /// Edge towards the target and the number of edges, by service.
    next: Vec<Option<(Edge, u32)>>,
    /// Last edge of the chain, by service.
    last: Vec<Option<Edge>>,
}

impl Reach {
    /// The service that was asked about.
    pub fn target(&self) -> ServiceId {
        self.target
    }

    /// The dependents by id.
    pub fn dependents(&self) -> &[Dependent] {
        &self.dependents
    }

    /// The chain that is shown for a dependent, from it down to the target.
    pub fn chain(&self, dependent: &Dependent) -> impl Iterator<Item = ServiceId> {
        let walk = if dependent.is_required {
            &self.required
        } else {
            &self.any
        };
        std::iter::successors(Some(dependent.service), |service| {
            let (edge, _) = walk.next[service.index()]?;
            Some(edge.to)
        })
    }
}

pub(super) fn reach(estate: &Estate, target: ServiceId) -> Reach {
    let required = walk(estate, target, true);
    let any = walk(estate, target, false);
    let mut direct = vec![false; estate.services().len()];
    for edge in estate.edges_to(target) {
        direct[edge.from.index()] = true;
    }
    let dependents = (0..estate.services().len())
        .filter_map(|position| {
            let strict = required.next[position].map(|next| (next, required.last[position], true));
            let (next, last, is_required) = strict
                .or_else(|| any.next[position].map(|next| (next, any.last[position], false)))?;
            Some(Dependent {
                service: ServiceId(position as u32),
                is_direct: direct[position],
                is_required,
                depth: next.1 as usize,
                first: next.0,
                last: last.unwrap_or(next.0),
            })
        })
        .collect();
    Reach {
        target,
        dependents,
        required,
        any,
    }
}

/// Number of services that reach the target over required edges.
pub(super) fn required(estate: &Estate, target: ServiceId) -> usize {
    let walk = walk(estate, target, true);
    walk.next.iter().flatten().count()
}

/// Walks level by level. Services of a level are visited by id, so that of equal chains the one
/// with the smallest names is found first.
fn walk(estate: &Estate, target: ServiceId, only_required: bool) -> Walk {
    let count = estate.services().len();
    let mut walk = Walk {
        next: vec![None; count],
        last: vec![None; count],
    };
    let mut level = vec![target];
    let mut depth = 1;
    while !level.is_empty() {
        let mut above = Vec::new();
        for service in level {
            for edge in estate.edges_to(service) {
                let from = edge.from.index();
                let is_seen = edge.from == target || walk.next[from].is_some();
                if is_seen || (only_required && !edge.is_required) {
                    continue;
                }
                walk.next[from] = Some((*edge, depth));
                walk.last[from] = walk.last[service.index()].or(Some(*edge));
                above.push(edge.from);
            }
        }
        above.sort_unstable();
        level = above;
        depth += 1;
    }
    walk
}
