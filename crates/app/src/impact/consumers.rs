//! Grades everybody who depends on the service that changes, or refers to it.

use std::sync::Arc;

use pacto_bundle::Bundle;
use pacto_bundle::lock::ReferenceKind;
use pacto_diff::Class;
use pacto_graph::estate::{Dependent, Link, Reach, Referral, ServiceId};
use rayon::prelude::*;

use super::estate::Contracts;
use super::policies;
use super::report::{Consumer, Limitation, LimitationCode};
use super::severity::{Confidence, Reason, Relation, Severity, Verdict, of_dependent};
use super::surface::Surface;
use crate::resolver::Resolver;

/// Services of a chain that are listed.
const MAX_PATH: usize = 64;

/// What happens to the service.
#[derive(Debug)]
pub(super) enum Change {
    /// A version takes the place of another.
    Publish {
        old: Arc<Bundle>,
        new: Arc<Bundle>,
        surface: Surface,
    },
    /// It goes.
    Remove,
}

impl Change {
    fn class(&self) -> Class {
        match self {
            Self::Publish { surface, .. } => surface.class(),
            Self::Remove => Class::Breaking,
        }
    }

    fn new_version(&self) -> Option<&str> {
        match self {
            Self::Publish { new, .. } => Some(&new.contract.contract().service.version),
            Self::Remove => None,
        }
    }
}

/// Dependents first, then those who refer to it; not sorted.
pub(super) fn grade(
    resolver: &Resolver<'_>,
    contracts: &Contracts,
    reach: &Reach,
    change: &Change,
    limitations: &mut Vec<Limitation>,
) -> Vec<Consumer> {
    let mut consumers: Vec<Consumer> = reach
        .dependents()
        .par_iter()
        .filter_map(|dependent| of_dependency(contracts, reach, dependent, change))
        .collect();
    let referring: Vec<(Consumer, Option<String>)> = contracts
        .estate
        .referrals(reach.target())
        .par_iter()
        .filter_map(|referral| of_reference(resolver, contracts, referral, change))
        .collect();
    for (consumer, problem) in referring {
        if let Some(problem) = problem {
            limitations.push(Limitation {
                code: LimitationCode::PolicyNotEvaluated,
                message: format!(
                    "the policy was not applied to `{}`: {problem}",
                    consumer.service
                ),
                subject: Some(consumer.service.clone()),
            });
        }
        // Two entries of one contract that refer to one provider are one consumer.
        match consumers
            .iter_mut()
            .find(|other| other.service == consumer.service && other.relation == consumer.relation)
        {
            Some(other) if other.severity < consumer.severity => *other = consumer,
            Some(_) => {}
            None => consumers.push(consumer),
        }
    }
    consumers
}

fn of_dependency(
    contracts: &Contracts,
    reach: &Reach,
    dependent: &Dependent,
    change: &Change,
) -> Option<Consumer> {
    let estate = &contracts.estate;
    let member = estate.current(dependent.service)?;
    let declaring = estate.current(dependent.last.from)?;
    let last: &Link = declaring.dependencies.get(dependent.last.link)?;
    let is_adjacent = dependent.depth == 1;
    let (mut verdict, mut is_pulled) = (Verdict::Unknown, false);
    if is_adjacent && let Some(version) = change.new_version() {
        verdict = Verdict::of(last.admits(version));
        is_pulled = last.pulls(version);
    }
    let mut class = change.class();
    let (mut uses, mut reasons) = (None, Vec::new());
    match change {
        _ if !is_adjacent => reasons.push(Reason::Transitive),
        Change::Remove => reasons.push(Reason::ServiceRemoved),
        Change::Publish { old, surface, .. } => {
            if verdict == Verdict::Incompatible {
                reasons.push(Reason::RangeUnsatisfied);
            }
            let declared = declared_uses(contracts, dependent.service, reach.target());
            if !declared.is_empty() {
                let noticed = surface.used(&declared, old);
                class = noticed.class;
                if noticed.is_any_removed {
                    reasons.push(Reason::OperationRemoved);
                }
                uses = Some(noticed.touched);
            }
            if class >= Class::PotentialBreaking {
                reasons.push(Reason::SurfaceChanged);
            }
        }
    }
    let has_range = !last.compatibility.trim().is_empty();
    let is_range_readable =
        has_range && pacto_contract::VersionRange::parse(&last.compatibility).is_ok();
    Some(Consumer {
        service: estate.service(dependent.service).id.clone(),
        owner: member.owner_key.clone(),
        version: member.version.clone(),
        severity: of_dependent(class, dependent.is_required, verdict, is_pulled),
        relation: Relation::Dependency,
        direct: dependent.is_direct,
        depth: dependent.depth,
        path: path(contracts, reach, dependent),
        required: dependent.is_required,
        required_direct: dependent.first.is_required,
        compatibility: has_range.then(|| last.compatibility.clone()),
        compatibility_verdict: verdict,
        pulled_automatically: is_pulled,
        confidence: match (is_adjacent, is_range_readable) {
            (false, _) => Confidence::Inferred,
            (true, true) => Confidence::Contractual,
            (true, false) => Confidence::Declared,
        },
        uses,
        reasons,
        violations: Vec::new(),
    })
}

fn path(contracts: &Contracts, reach: &Reach, dependent: &Dependent) -> Vec<String> {
    let name = |id: ServiceId| contracts.estate.service(id).id.clone();
    let mut path: Vec<String> = reach.chain(dependent).take(MAX_PATH).map(name).collect();
    if dependent.depth >= MAX_PATH {
        path.pop();
        path.push(name(reach.target()));
    }
    path
}

/// The operations that a service says it calls at another, under whatever names it has for it.
fn declared_uses(contracts: &Contracts, service: ServiceId, target: ServiceId) -> Vec<String> {
    let estate = &contracts.estate;
    let current = estate.service(service).current;
    let Some((member, bundle)) = current
        .and_then(|index| Some((estate.members().get(index)?, contracts.bundles.get(index)?)))
    else {
        return Vec::new();
    };
    let uses = bundle.contract.contract().uses();
    let edges = estate.edges_to(target);
    let start = edges.partition_point(|edge| edge.from < service);
    edges[start..]
        .iter()
        .take_while(|edge| edge.from == service)
        .filter_map(|edge| uses.get(&member.dependencies.get(edge.link)?.name))
        .flatten()
        .cloned()
        .collect()
}

fn of_reference(
    resolver: &Resolver<'_>,
    contracts: &Contracts,
    referral: &Referral,
    change: &Change,
) -> Option<(Consumer, Option<String>)> {
    let estate = &contracts.estate;
    let (edge, last) = (referral.first(), referral.last());
    let index = estate.service(edge.from).current?;
    let member = estate.members().get(index)?;
    let bundle = contracts.bundles.get(index)?;
    // Policies on the way stay as they are; what refers to the provider decides.
    let link = estate.current(last.from)?.references.get(last.link)?;
    let is_pulled = change
        .new_version()
        .is_some_and(|version| link.pulls(version));
    let (mut reasons, mut violations, mut problem) = (Vec::new(), Vec::new(), None);
    let is_direct = referral.depth() == 1;
    if !is_direct {
        reasons.push(Reason::Transitive);
    }
    let severity = match (change, edge.kind) {
        (Change::Remove, _) => {
            reasons.push(Reason::ServiceRemoved);
            of_dependent(Class::Breaking, true, Verdict::Unknown, false)
        }
        (Change::Publish { new, .. }, ReferenceKind::Policy) => {
            let verdict = policies::apply(resolver, contracts, bundle, last.to, new);
            problem = verdict.unresolved;
            violations = verdict.violations;
            if violations.is_empty() {
                Severity::None
            } else {
                reasons.push(Reason::PolicyFails);
                of_dependent(Class::Breaking, true, Verdict::Unknown, is_pulled)
            }
        }
        (Change::Publish { surface, .. }, ReferenceKind::Config) => {
            if surface.class() >= Class::PotentialBreaking {
                reasons.push(Reason::ConfigurationChanged);
            }
            of_dependent(surface.class(), true, Verdict::Unknown, is_pulled)
        }
    };
    let name = |id: ServiceId| estate.service(id).id.clone();
    let consumer = Consumer {
        service: name(edge.from),
        owner: member.owner_key.clone(),
        version: member.version.clone(),
        severity,
        relation: match edge.kind {
            ReferenceKind::Policy => Relation::Policy,
            ReferenceKind::Config => Relation::Configuration,
        },
        direct: is_direct,
        depth: referral.depth(),
        path: referral.path().take(MAX_PATH).map(name).collect(),
        required: true,
        required_direct: true,
        compatibility: None,
        compatibility_verdict: Verdict::Unknown,
        pulled_automatically: is_pulled,
        confidence: if is_direct {
            Confidence::Declared
        } else {
            Confidence::Inferred
        },
        uses: None,
        reasons,
        violations,
    };
    Some((consumer, problem))
}
