//! How many are hit, counted in every way people ask.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Estate, Reach};

/// Dependents of a service in numbers.
///
/// `direct + transitive = required + optional` = all dependents over dependency edges, each counted
/// once; whoever uses a configuration or policy of the service is counted apart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Affected {
    /// Those that declare the dependency themselves.
    pub direct: usize,
    /// Those that depend on it through others only.
    pub transitive: usize,
    /// Those with a chain of required dependencies: the blast radius.
    pub required: usize,
    /// Those that every chain reaches through an optional dependency only.
    pub optional: usize,
    /// Dependents by owner, the most first.
    pub by_owner: Vec<OwnerCount>,
    /// Dependents by the length of the chain shown, from 1.
    pub by_depth: Vec<usize>,
    /// Services that refer to a configuration or policy of it themselves.
    pub references: usize,
}

/// How many services an owner has among some.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnerCount {
    /// `team:X`, `dri:X` or `(unowned)`.
    pub owner_key: String,
    /// Number of services.
    pub count: usize,
}

impl OwnerCount {
    /// Counts owners, the most frequent first, then by key.
    pub fn of<'k>(keys: impl IntoIterator<Item = &'k str>) -> Vec<Self> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for key in keys {
            *counts.entry(key).or_default() += 1;
        }
        let mut counts: Vec<Self> = counts
            .into_iter()
            .map(|(key, count)| Self {
                owner_key: key.to_owned(),
                count,
            })
            .collect();
        counts.sort_by_key(|owner| std::cmp::Reverse(owner.count));
        counts
    }
}

impl Affected {
    /// Counts the dependents of a service.
    pub fn of(estate: &Estate, reach: &Reach) -> Self {
        let dependents = reach.dependents();
        let count = |is: &dyn Fn(&super::Dependent) -> bool| {
            dependents.iter().filter(|dependent| is(dependent)).count()
        };
        let deepest = dependents.iter().map(|dependent| dependent.depth).max();
        let mut by_depth = vec![0; deepest.unwrap_or(0)];
        for dependent in dependents {
            by_depth[dependent.depth - 1] += 1;
        }
        let mut referring: Vec<_> = estate
            .references_to(reach.target())
            .map(|edge| edge.from)
            .collect();
        referring.dedup();
        Self {
            direct: count(&|dependent| dependent.is_direct),
            transitive: count(&|dependent| !dependent.is_direct),
            required: count(&|dependent| dependent.is_required),
            optional: count(&|dependent| !dependent.is_required),
            by_owner: OwnerCount::of(dependents.iter().filter_map(|dependent| {
                let member = estate.current(dependent.service)?;
                Some(member.owner_key.as_str())
            })),
            by_depth,
            references: referring.len(),
        }
    }
}
