//! Who takes a policy or a configuration from a service.

use std::collections::BTreeSet;

use pacto_bundle::lock::ReferenceKind;

use super::{Estate, ReferenceEdge, ServiceId};

/// One way by which a service takes something from another: its own reference, or a chain of
/// policies that refer to policies.
///
/// Configurations are taken from the bundle that is referred to and from nowhere else, so that
/// they have no chains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// The edges from who refers to who provides; never empty.
    edges: Vec<ReferenceEdge>,
}

impl Referral {
    /// The reference of the service itself.
    pub fn first(&self) -> ReferenceEdge {
        self.edges[0]
    }

    /// The reference that ends at the provider.
    pub fn last(&self) -> ReferenceEdge {
        self.edges[self.edges.len() - 1]
    }

    /// Number of edges.
    pub fn depth(&self) -> usize {
        self.edges.len()
    }

    /// The services from who refers to who provides.
    pub fn path(&self) -> impl Iterator<Item = ServiceId> {
        let start = self.first().from;
        std::iter::once(start).chain(self.edges.iter().map(|edge| edge.to))
    }
}

/// Every reference of a service to the provider, by service and in declared order; then the
/// shortest chain of each service that only reaches it through others, by length and service.
pub(super) fn referrals(estate: &Estate, provider: ServiceId) -> Vec<Referral> {
    let direct = estate.references_to(provider);
    let mut referrals: Vec<Referral> = direct.map(|edge| Referral { edges: vec![*edge] }).collect();
    let policies = |it: &&Referral| it.first().kind == ReferenceKind::Policy;
    let mut level: Vec<Referral> = referrals.iter().filter(policies).cloned().collect();
    let mut seen: BTreeSet<ServiceId> = level.iter().map(|it| it.first().from).collect();
    seen.insert(provider);
    while !level.is_empty() {
        let mut above = Vec::new();
        for below in &level {
            let edges = estate.references_to(below.first().from);
            for edge in edges.filter(|edge| edge.kind == ReferenceKind::Policy) {
                if seen.insert(edge.from) {
                    let edges = std::iter::once(edge).chain(&below.edges);
                    above.push(Referral {
                        edges: edges.copied().collect(),
                    });
                }
            }
        }
        above.sort_by_key(|it| it.first().from);
        referrals.extend(above.iter().cloned());
        level = above;
    }
    referrals
}
