//! Whether contracts obey a policy that is about to change.

use std::collections::BTreeSet;
use std::sync::Arc;

use pacto_bundle::{Bundle, ResolveFailure, Resolved, ResolvedFrom};
use pacto_contract::Policy;
use pacto_diagnostic::Finding;
use pacto_graph::estate::ServiceId;
use pacto_validate::{Options, RequestId, Validation, policy_origin};

use super::estate::Contracts;
use crate::resolver::{Machine, Resolver, Wanted};
use crate::validate::machine::asked;

/// What a contract says to the new policy.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// What it violates.
    pub(super) violations: Vec<String>,
    /// Why the policy could not be applied.
    pub(super) unresolved: Option<String>,
}

/// Applies the policies of a contract, with the candidate in the place of the service that
/// changes; what is said concerns that reference only.
pub(super) fn apply(
    resolver: &Resolver<'_>,
    contracts: &Contracts,
    consumer: &Bundle,
    target: ServiceId,
    candidate: &Arc<Bundle>,
) -> Verdict {
    let mut policies = Policies {
        validation: Validation::of_bundle(consumer, Options::default()),
        contracts,
        target,
        candidate,
        handed_out: BTreeSet::new(),
    };
    resolver.drive(&mut policies);
    let report = policies.validation.finish();
    let origins = Origins::of(contracts, consumer, target, candidate);
    let mut verdict = Verdict::default();
    for finding in report.errors() {
        let is_ours = origins.has(finding);
        if finding.code == "POLICY_VIOLATION" {
            if is_ours || origins.has_below(finding) {
                verdict.violations.push(finding.message.clone());
            }
        } else if is_ours && finding.code.starts_with("POLICY_") {
            verdict.unresolved = Some(finding.message.clone());
        }
    }
    verdict
}

/// How findings name the policies of the service that changes: by the reference that led there, and
/// by the entry that has it where the service has one policy only.
struct Origins {
    /// Beginnings of messages.
    messages: Vec<String>,
    /// Beginnings of messages about policies that the candidate refers to.
    below: Vec<String>,
    /// Entries of the consumer itself.
    places: Vec<String>,
}

impl Origins {
    fn of(contracts: &Contracts, consumer: &Bundle, target: ServiceId, candidate: &Bundle) -> Self {
        let mut origins = Self {
            messages: Vec::new(),
            below: references(candidate)
                .map(|(.., text)| format!("policy {text} "))
                .collect(),
            places: Vec::new(),
        };
        // Contracts whose policies apply, with the reference that led to each.
        let mut open: Vec<(&Bundle, Option<&str>)> = vec![(consumer, None)];
        let mut seen = BTreeSet::from([target]);
        while let Some((bundle, reached_by)) = open.pop() {
            for (position, policy, text) in references(bundle) {
                let Some(id) = contracts.find(text) else {
                    continue;
                };
                if id == target {
                    let origin = policy_origin(policy, position, reached_by);
                    origins.messages.push(format!("policy {text} "));
                    origins.messages.push(format!("policy {origin}: "));
                    if reached_by.is_none() {
                        origins.places.push(policy.written_path.clone());
                    }
                } else if seen.insert(id)
                    && let Some(index) = contracts.estate.service(id).current
                    && let Some(next) = contracts.bundles.get(index)
                {
                    open.push((next, Some(text)));
                }
            }
        }
        origins
    }

    fn has(&self, finding: &Finding) -> bool {
        let mut messages = self.messages.iter();
        let mut places = self.places.iter();
        messages.any(|start| finding.message.starts_with(start))
            || places.any(|start| finding.path.starts_with(start))
    }

    fn has_below(&self, finding: &Finding) -> bool {
        let mut below = self.below.iter();
        below.any(|start| finding.message.starts_with(start))
    }
}

/// Policies of a contract that refer to others, with their positions.
fn references(bundle: &Bundle) -> impl Iterator<Item = (usize, &Policy, &str)> {
    let policies = bundle.contract.contract().policies.iter().enumerate();
    policies.filter_map(|(position, policy)| Some((position, policy, policy.reference.as_deref()?)))
}

struct Policies<'p> {
    validation: Validation,
    contracts: &'p Contracts,
    target: ServiceId,
    candidate: &'p Arc<Bundle>,
    handed_out: BTreeSet<RequestId>,
}

impl Policies<'_> {
    /// What the estate knows under a reference: the candidate for the service that changes.
    fn known(&self, reference: &str) -> Option<Resolved> {
        let id = self.contracts.find(reference)?;
        let bundle = if id == self.target {
            Arc::clone(self.candidate)
        } else {
            let current = self.contracts.estate.service(id).current?;
            Arc::clone(self.contracts.bundles.get(current)?)
        };
        Some(Resolved {
            bundle,
            reference: reference.to_owned(),
            tag: None,
            digest: None,
            resolved_from: ResolvedFrom::Local,
        })
    }
}

impl Machine for Policies<'_> {
    type Id = RequestId;

    fn pending(&mut self) -> Vec<(RequestId, Wanted)> {
        loop {
            let mut open = Vec::new();
            let mut is_any_answered = false;
            for request in self.validation.pending() {
                if !self.handed_out.insert(request.id) {
                    continue;
                }
                if let Some(resolved) = self.known(&request.reference) {
                    self.validation.supply(request.id, Ok(resolved));
                    is_any_answered = true;
                } else {
                    let id = request.id;
                    open.extend(asked(request).map(|wanted| (id, wanted)));
                }
            }
            if !open.is_empty() || !is_any_answered {
                return open;
            }
        }
    }

    fn supply(&mut self, id: RequestId, answer: Result<Resolved, ResolveFailure>) {
        self.validation.supply(id, answer);
    }
}
