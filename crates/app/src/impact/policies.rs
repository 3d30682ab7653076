//! Whether contracts obey a policy that is about to change.

use std::collections::BTreeSet;
use std::sync::Arc;

use pacto_bundle::{Bundle, ResolveFailure, Resolved, ResolvedFrom};
use pacto_graph::estate::ServiceId;
use pacto_validate::{Options, RequestId, Validation};

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
    let contract = consumer.contract.contract();
    // A message names the reference by which the policy was reached.
    let prefixes: Vec<(String, &str)> = contract
        .policies
        .iter()
        .filter_map(|policy| policy.reference.as_deref().map(|text| (text, policy)))
        .filter(|(text, _)| contracts.find(text) == Some(target))
        .map(|(text, policy)| (format!("policy {text} "), policy.written_path.as_str()))
        .collect();
    let candidate_references: Vec<String> = candidate
        .contract
        .contract()
        .policies
        .iter()
        .filter_map(|policy| policy.reference.as_deref())
        .map(|text| format!("policy {text} "))
        .collect();
    let mut verdict = Verdict::default();
    for finding in report.errors() {
        let is_ours = prefixes.iter().any(|(prefix, place)| {
            finding.message.starts_with(prefix) || finding.path.starts_with(place)
        });
        if finding.code == "POLICY_VIOLATION" {
            let is_below = candidate_references
                .iter()
                .any(|prefix| finding.message.starts_with(prefix));
            if is_ours || is_below {
                verdict.violations.push(finding.message.clone());
            }
        } else if is_ours && finding.code.starts_with("POLICY_") {
            verdict.unresolved = Some(finding.message.clone());
        }
    }
    verdict
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
