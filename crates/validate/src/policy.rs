//! Layer 4: the schemas that a contract promises to obey.
//!
//! [`PolicyResolution`] is a state machine without I/O: it says which references it needs, takes
//! what was found for them, asks for those that the fetched contracts declare in turn, and in the
//! end applies every schema to the document as written.

mod enforce;
mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

use pacto_bundle::{Bundle, Origin, ResolveFailure, Resolved};
use pacto_contract::{Policy, Reference};

pub(crate) use enforce::{Enforcement, enforce};
pub(crate) use walk::RootPolicies;
pub use walk::policy_origin;

/// References that are followed in all, and the length of one chain: far beyond what anybody
/// writes, and small enough that a hostile registry cannot keep validation busy.
const MAX_REFERENCES: usize = 512;
const MAX_CHAIN: usize = 32;

/// Names a request, so that its answer finds its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(usize);

/// A policy reference that must be resolved before layer 4 can run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyRequest {
    /// Name of the request.
    pub id: RequestId,
    /// The reference as written.
    pub reference: String,
    /// Origin of the contract that declares it: relative references start there.
    pub declared_by: Origin,
}

/// What two references must share to lead to the same bundle: the text and, where it matters,
/// where the declaring contract lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    reference: String,
    scope: Scope,
}

/// Where a reference is looked up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    /// In a registry: it means the same everywhere.
    Anywhere,
    /// Below the root of image layouts first.
    LayoutRoot(String),
    /// From the place of the declaring contract.
    Declaring(Origin),
}

impl Target {
    fn new(reference: &str, declared_by: &Origin) -> Self {
        let is_registry = matches!(Reference::parse(reference), Ok(Reference::Oci(_)));
        let scope = match declared_by {
            Origin::Layout { root, .. } if is_registry => Scope::LayoutRoot(root.clone()),
            _ if is_registry => Scope::Anywhere,
            _ => Scope::Declaring(declared_by.clone()),
        };
        Self {
            reference: reference.to_owned(),
            scope,
        }
    }
}

#[derive(Debug)]
struct Asked {
    request: PolicyRequest,
    depth: usize,
    answer: Option<Result<Arc<Bundle>, ResolveFailure>>,
}

/// Follows policy references until nothing is left to ask.
#[derive(Debug, Default)]
pub(crate) struct PolicyResolution {
    targets: BTreeMap<Target, RequestId>,
    asked: Vec<Asked>,
}

impl PolicyResolution {
    /// Asks for the references of policies declared by a contract.
    pub(crate) fn ask<'p>(
        &mut self,
        policies: impl IntoIterator<Item = &'p Policy>,
        declared_by: &Origin,
    ) {
        self.ask_at(policies, declared_by, 1);
    }

    fn ask_at<'p>(
        &mut self,
        policies: impl IntoIterator<Item = &'p Policy>,
        declared_by: &Origin,
        depth: usize,
    ) {
        for policy in policies {
            let Some(reference) = &policy.reference else {
                continue;
            };
            // What does not parse is not asked for: the walk says so.
            let is_askable = Reference::parse(reference).is_ok()
                && depth <= MAX_CHAIN
                && self.asked.len() < MAX_REFERENCES;
            let target = Target::new(reference, declared_by);
            if !is_askable || self.targets.contains_key(&target) {
                continue;
            }
            let id = RequestId(self.asked.len());
            self.targets.insert(target, id);
            self.asked.push(Asked {
                request: PolicyRequest {
                    id,
                    reference: reference.clone(),
                    declared_by: declared_by.clone(),
                },
                depth,
                answer: None,
            });
        }
    }

    /// What has no answer yet.
    pub(crate) fn pending(&self) -> Vec<PolicyRequest> {
        self.asked
            .iter()
            .filter(|asked| asked.answer.is_none())
            .map(|asked| asked.request.clone())
            .collect()
    }

    /// Takes an answer. The references of a fetched contract become pending in turn. An answer to
    /// something that was not asked, or was answered, changes nothing.
    pub(crate) fn supply(&mut self, id: RequestId, answer: Result<Resolved, ResolveFailure>) {
        let Some(asked) = self.asked.get_mut(id.0) else {
            return;
        };
        if asked.answer.is_some() {
            return;
        }
        let depth = asked.depth + 1;
        let answer = answer.map(|resolved| resolved.bundle);
        asked.answer = Some(answer.clone());
        if let Ok(bundle) = answer {
            self.ask_at(&bundle.contract.contract().policies, &bundle.origin, depth);
        }
    }

    fn answer(&self, reference: &str, declared_by: &Origin) -> Option<Answer<'_>> {
        let id = self.targets.get(&Target::new(reference, declared_by))?;
        self.asked.get(id.0)?.answer.as_ref().map(Result::as_ref)
    }
}

type Answer<'a> = Result<&'a Arc<Bundle>, &'a ResolveFailure>;

#[cfg(test)]
mod tests;
