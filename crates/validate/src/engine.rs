//! The engine: runs the layers in order and keeps what they found in report order.

use std::sync::Arc;

use pacto_bundle::{Bundle, Files, Origin, ResolveFailure, Resolved};
use pacto_contract::Loaded;
use pacto_diagnostic::{Finding, SourceMap, SourceText};
use serde_json::Value;

use crate::blocked::Blocked;
use crate::catalogue::code;
use crate::checks::{self, Compiled, Subject};
use crate::findings::Findings;
use crate::options::{Options, PolicyReferences};
use crate::policy::{PolicyRequest, PolicyResolution, RequestId, RootPolicies, enforce};
use crate::report::Report;

/// What is validated.
#[derive(Debug, Clone)]
pub struct Input {
    /// The text of the contract; its name is what findings print.
    pub source: SourceText,
    /// Files beside it; without them file rules are skipped.
    pub files: Option<Arc<dyn Files>>,
    /// Where it comes from; policy references start there.
    pub origin: Origin,
}

/// A validation under way: layers 1 to 3 are done, policies may wait for references.
///
/// Call [`Self::pending`] and [`Self::supply`] until nothing is pending, then [`Self::finish`].
#[derive(Debug)]
pub struct Validation {
    report: Report,
    options: Options,
    origin: Origin,
    /// The policies, when layer 4 runs.
    policies: Option<Policies>,
}

#[derive(Debug)]
struct Policies {
    resolution: PolicyResolution,
    compiled: Compiled,
    raw: Option<Value>,
    /// Paths of references that an earlier layer has rejected.
    rejected: Vec<String>,
}

impl Validation {
    /// Reads a contract and runs layers 1 to 3.
    pub fn start(input: Input, options: Options) -> Self {
        let name = input.source.name().to_owned();
        let mut sources = SourceMap::new();
        sources.insert(input.source.clone());
        match Loaded::parse(input.source) {
            Ok(loaded) => Self::of_loaded(
                Arc::new(loaded),
                input.files.as_deref(),
                input.origin,
                options,
            ),
            Err(error) => {
                let mut findings = options.lock_findings.clone();
                findings.extend(checks::load::errors(
                    &error,
                    &name,
                    options.compat_short_circuit,
                ));
                Self {
                    report: Report {
                        findings,
                        sources,
                        ..Report::default()
                    },
                    options,
                    origin: input.origin,
                    policies: None,
                }
            }
        }
    }

    /// Runs layers 1 to 3 on a bundle that was read.
    pub fn of_bundle(bundle: &Bundle, options: Options) -> Self {
        Self::of_loaded(
            Arc::clone(&bundle.contract),
            bundle.files.as_deref(),
            bundle.origin.clone(),
            options,
        )
    }

    fn of_loaded(
        loaded: Arc<Loaded>,
        files: Option<&dyn Files>,
        origin: Origin,
        options: Options,
    ) -> Self {
        let mut sources = SourceMap::new();
        sources.insert(loaded.source().clone());
        let mut findings = options.lock_findings.clone();
        let mut policies = None;
        // A lock that has drifted ends the Go validation; ours says both.
        if !options.compat_short_circuit || findings.is_empty() {
            policies = layers(
                &loaded,
                files,
                &origin,
                &options,
                &mut findings,
                &mut sources,
            );
        }
        let could_not_run = findings
            .iter()
            .any(|finding| finding.code == code::LOCK_UNRESOLVED.page().id);
        Self {
            report: Report {
                could_not_run,
                findings,
                sources,
                loaded: Some(loaded),
                ..Report::default()
            },
            options,
            origin,
            policies,
        }
    }

    /// The references that layer 4 still needs; empty when [`Self::finish`] can be called.
    pub fn pending(&self) -> Vec<PolicyRequest> {
        self.policies
            .as_ref()
            .map(|policies| policies.resolution.pending())
            .unwrap_or_default()
    }

    /// Answers a request. More requests may follow from the answer.
    pub fn supply(&mut self, id: RequestId, answer: Result<Resolved, ResolveFailure>) {
        if let Some(policies) = &mut self.policies {
            policies.resolution.supply(id, answer);
        }
    }

    /// The contract, when it could be read.
    pub fn loaded(&self) -> Option<&Arc<Loaded>> {
        self.report.loaded.as_ref()
    }

    /// Enforces the policies, asks for readiness and gives the report. What is still pending is
    /// reported as not resolved.
    pub fn finish(mut self) -> Report {
        let Some(loaded) = self.report.loaded.clone() else {
            return self.report;
        };
        if let Some(policies) = self.policies.take() {
            self.enforce(&loaded, policies);
        }
        if let Some(today) = self.options.readiness {
            self.report
                .findings
                .extend(checks::readiness::gate(&loaded, today));
        }
        self.report
    }

    fn enforce(&mut self, loaded: &Loaded, policies: Policies) {
        let is_compat = self.options.compat_short_circuit;
        let resolved = policies.resolution.walk(RootPolicies {
            policies: &loaded.contract().policies,
            compiled: policies.compiled,
            origin: &self.origin,
            references: self.options.policies,
            is_compat,
            is_left_out: &|path| policies.rejected.iter().any(|rejected| rejected == path),
        });
        self.report.could_not_run |= resolved.could_not_run;
        self.report.is_refused_for_safety |= resolved.is_refused_for_safety;
        let is_resolved = resolved
            .findings
            .iter()
            .all(|(finding, _)| !finding.is_error());
        for (finding, place) in resolved.findings {
            let location = loaded.location(&place);
            self.report.findings.push(finding.at(location));
        }
        if (is_resolved || !is_compat) && !resolved.enforcements.is_empty() {
            self.report.findings.extend(enforce(
                loaded,
                policies.raw.as_ref(),
                &resolved.enforcements,
            ));
        }
    }
}

/// Runs layers 1 to 3 and prepares layer 4; `None` when it does not run.
fn layers(
    loaded: &Loaded,
    files: Option<&dyn Files>,
    origin: &Origin,
    options: &Options,
    findings: &mut Vec<Finding>,
    sources: &mut SourceMap,
) -> Option<Policies> {
    let is_compat = options.compat_short_circuit;
    let raw = loaded.document().root().to_json();
    let structure = if let Some(raw) = &raw {
        checks::structure::check(loaded, raw, options)
    } else {
        let mut out = Findings::new(loaded, Blocked::default());
        checks::load::not_json(loaded, &mut out);
        checks::structure::Structure {
            findings: out.finish().0,
            has_errors: true,
            ..checks::structure::Structure::default()
        }
    };
    findings.extend(structure.findings);
    if structure.is_unsupported || (is_compat && structure.has_errors) {
        return None;
    }

    let subject = Subject {
        loaded,
        contract: loaded.contract(),
        files,
        is_compat,
    };
    let mut out = Findings::new(loaded, structure.blocked.clone());
    let compiled = checks::cross_field(&subject, &mut out);
    let (cross_field, more) = out.finish();
    for source in more {
        sources.insert(source);
    }
    let has_errors = cross_field.iter().any(Finding::is_error);
    let rejected = cross_field
        .iter()
        .filter(|finding| finding.is_error())
        .map(|finding| finding.path.clone())
        .collect();
    findings.extend(cross_field);
    if is_compat && has_errors {
        return None;
    }

    let mut out = Findings::new(loaded, structure.blocked);
    checks::semantic(&subject, &mut out);
    findings.extend(out.finish().0);
    if structure.has_errors {
        return None;
    }

    let mut policies = Policies {
        resolution: PolicyResolution::default(),
        compiled,
        raw,
        rejected,
    };
    if options.policies == PolicyReferences::Resolve {
        let rejected = &policies.rejected;
        let usable = loaded
            .contract()
            .policies
            .iter()
            .filter(|policy| !rejected.contains(&format!("{}.ref", policy.written_path)));
        policies.resolution.ask(usable, origin);
    }
    Some(policies)
}

/// A single layer, for callers that validate a contract they made themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alone {
    /// Layer 2.
    CrossField,
    /// Layer 4, local schemas only.
    Policy,
}

/// Runs one layer whatever the others would say. Layer 2 then also reports what the schema of
/// layer 1 reports first in [`Validation`].
pub fn validate_alone(loaded: &Loaded, files: Option<&dyn Files>, layer: Alone) -> Vec<Finding> {
    let subject = Subject {
        loaded,
        contract: loaded.contract(),
        files,
        is_compat: false,
    };
    let mut out = Findings::new(loaded, Blocked::default());
    let compiled = checks::cross_field(&subject, &mut out);
    if layer == Alone::CrossField {
        return out.finish().0;
    }
    let resolved = PolicyResolution::default().walk(RootPolicies {
        policies: &loaded.contract().policies,
        compiled,
        origin: &Origin::Text,
        references: PolicyReferences::Skip,
        is_compat: true,
        is_left_out: &|_| false,
    });
    let raw = loaded.document().root().to_json();
    enforce(loaded, raw.as_ref(), &resolved.enforcements)
}
