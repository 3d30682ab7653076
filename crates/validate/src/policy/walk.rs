//! The walk over what was fetched: in array order, depth first.

use std::collections::BTreeSet;

use pacto_bundle::{Bundle, Files, Origin, is_clean_path};
use pacto_contract::{Policy, Reference};
use pacto_diagnostic::Finding;
use serde_json::Value;

use super::{Enforcement, MAX_CHAIN, PolicyResolution, Target};
use crate::catalogue::{Code, code};
use crate::checks::Compiled;
use crate::findings::new_finding;
use crate::options::PolicyReferences;
use crate::schema::{CompiledSchema, MAX_SCHEMA_BYTES};

/// Where a contract that declares no policies keeps the one it provides.
const FALLBACK: &str = "policy/schema.json";

/// Visits of one walk after which a bundle that was entered before is not entered again. Diamonds
/// stay cheap; chains of diamonds would double at every level.
const MAX_VISITS: usize = 1024;

/// The policies of the contract that is validated.
pub(crate) struct RootPolicies<'r> {
    /// Policies with usable references and schemas.
    pub(crate) policies: &'r [Policy],
    /// Schemas that layer 2 compiled, by position.
    pub(crate) compiled: Compiled,
    /// Where the contract lies.
    pub(crate) origin: &'r Origin,
    /// What becomes of references.
    pub(crate) references: PolicyReferences,
    /// As the Go implementation validates.
    pub(crate) is_compat: bool,
    /// True for paths whose finding would repeat an earlier one.
    pub(crate) is_left_out: &'r dyn Fn(&str) -> bool,
}

/// What following the references gave.
#[derive(Debug, Default)]
pub(crate) struct Resolution {
    /// What went wrong, with the written path of the root policy it belongs to.
    pub(crate) findings: Vec<(Finding, String)>,
    /// What is to be applied.
    pub(crate) enforcements: Vec<Enforcement>,
    /// Something could not be fetched.
    pub(crate) could_not_run: bool,
    /// Something that was fetched broke a rule of safety.
    pub(crate) is_refused_for_safety: bool,
    seen: BTreeSet<(&'static str, String)>,
    entered: BTreeSet<(String, Origin)>,
    visits: usize,
}

/// A contract whose policies are walked.
struct Declaring<'d> {
    policies: &'d [Policy],
    origin: &'d Origin,
    files: Option<&'d dyn Files>,
    /// The reference that led here.
    last: &'d str,
}

impl PolicyResolution {
    /// Walks the policies of the root and of everything they lead to.
    pub(crate) fn walk(&self, mut root: RootPolicies<'_>) -> Resolution {
        let mut out = Resolution::default();
        for (i, policy) in root.policies.iter().enumerate() {
            let origin = policy_origin(policy, i, None);
            let place = &policy.written_path;
            if let Some(reference) = &policy.reference {
                let place = format!("{place}.ref");
                if (root.is_left_out)(&place) {
                    continue;
                }
                match root.references {
                    PolicyReferences::Resolve => self.follow(
                        &mut out,
                        &origin,
                        reference,
                        root.origin,
                        &mut Vec::new(),
                        &place,
                        root.is_compat,
                    ),
                    PolicyReferences::Skip if root.is_compat => {}
                    PolicyReferences::Skip => out.find(
                        code::POLICY_REF_SKIPPED,
                        &place,
                        &place,
                        format!("policy {origin}: ref \"{reference}\" is not enforced here"),
                    ),
                    PolicyReferences::NoResolver => {
                        out.could_not_run = true;
                        out.unresolved(
                            &place,
                            format!("policy {origin}: ref \"{reference}\" cannot be resolved (no resolver configured)"),
                        );
                    }
                }
            } else if let Some(schema) = root.compiled.policies.remove(&i) {
                out.enforcements.push(Enforcement {
                    origin,
                    schema,
                    place: place.clone(),
                });
            }
        }
        out
    }

    #[expect(clippy::too_many_arguments, reason = "one step of a recursive walk")]
    fn follow(
        &self,
        out: &mut Resolution,
        origin: &str,
        reference: &str,
        declared_by: &Origin,
        chain: &mut Vec<Target>,
        place: &str,
        is_compat: bool,
    ) {
        let text = format!("policy {origin}: ");
        let link = Target::new(reference, declared_by);
        if chain.contains(&link) {
            let links: Vec<&str> = chain.iter().map(|link| link.reference.as_str()).collect();
            let links = format!("{} {reference}", links.join(" "));
            out.find(
                code::POLICY_REF_CYCLE,
                "",
                place,
                format!("{text}cycle detected resolving ref \"{reference}\" (chain: [{links}])"),
            );
            return;
        }
        let bundle = match self.answer(reference, declared_by) {
            Some(Ok(bundle)) => bundle,
            Some(Err(failure)) => {
                out.could_not_run |= !failure.is_refused_for_safety;
                out.is_refused_for_safety |= failure.is_refused_for_safety;
                out.unresolved(
                    place,
                    format!("{text}failed to resolve ref \"{reference}\": {failure}"),
                );
                return;
            }
            None => {
                let reason = match Reference::parse(reference) {
                    Err(error) => error.to_string(),
                    Ok(_) if chain.len() >= MAX_CHAIN => {
                        format!("the chain of references is longer than {MAX_CHAIN}")
                    }
                    Ok(_) => {
                        out.could_not_run = true;
                        "it was not fetched".to_owned()
                    }
                };
                out.unresolved(
                    place,
                    format!("{text}failed to resolve ref \"{reference}\": {reason}"),
                );
                return;
            }
        };
        let Some(files) = bundle.files.as_deref() else {
            out.unresolved(
                place,
                format!("{text}ref \"{reference}\" resolved to empty bundle"),
            );
            return;
        };
        let policies = &bundle.contract.contract().policies;
        if policies.is_empty() {
            match read_schema(files, FALLBACK) {
                Ok(schema) => out.enforcements.push(Enforcement {
                    origin: origin.to_owned(),
                    schema,
                    place: place.to_owned(),
                }),
                Err(problem) => out.unresolved(
                    place,
                    format!("{text}ref \"{reference}\" {}", problem.of_fallback()),
                ),
            }
            return;
        }
        if !out.may_enter(reference, bundle) {
            return;
        }
        chain.push(link);
        let declaring = Declaring {
            policies,
            origin: &bundle.origin,
            files: Some(files),
            last: reference,
        };
        self.declared(out, &declaring, chain, place, is_compat);
        chain.pop();
    }

    fn declared(
        &self,
        out: &mut Resolution,
        declaring: &Declaring<'_>,
        chain: &mut Vec<Target>,
        place: &str,
        is_compat: bool,
    ) {
        for (i, policy) in declaring.policies.iter().enumerate() {
            let origin = policy_origin(policy, i, Some(declaring.last));
            if let Some(reference) = &policy.reference {
                self.follow(
                    out,
                    &origin,
                    reference,
                    declaring.origin,
                    chain,
                    place,
                    is_compat,
                );
            } else if let (Some(file), Some(files)) = (&policy.schema, declaring.files) {
                match read_schema(files, file) {
                    Ok(schema) => out.enforcements.push(Enforcement {
                        origin,
                        schema,
                        place: place.to_owned(),
                    }),
                    // The Go implementation passes over it in silence.
                    Err(_) if is_compat => {}
                    Err(problem) => {
                        out.unresolved(
                            place,
                            format!("policy {origin}: {}", problem.of_file(file)),
                        );
                    }
                }
            }
        }
    }
}

impl Resolution {
    fn unresolved(&mut self, place: &str, message: String) {
        self.find(code::POLICY_REF_UNRESOLVED, "", place, message);
    }

    /// Adds a finding once: two ways to one bundle say the same.
    fn find(&mut self, code: Code, path: &str, place: &str, message: String) {
        if self.seen.insert((code.page().id, message.clone())) {
            let finding = new_finding(code, path, message);
            self.findings.push((finding, place.to_owned()));
        }
    }

    fn may_enter(&mut self, reference: &str, bundle: &Bundle) -> bool {
        self.visits += 1;
        let key = (reference.to_owned(), bundle.origin.clone());
        self.entered.insert(key) || self.visits <= MAX_VISITS
    }
}

/// How findings name the policy that they are about: `policies["name"]`, or with the reference
/// that led to its contract `REF → policies["name"]`; without a name by position.
pub fn policy_origin(policy: &Policy, position: usize, last: Option<&str>) -> String {
    let own = if policy.name.is_empty() {
        format!("policies[{position}]")
    } else {
        format!("policies[\"{}\"]", policy.name)
    };
    match last {
        Some(last) => format!("{last} → {own}"),
        None => own,
    }
}

/// What is wrong with a schema file of a referenced bundle.
enum SchemaFileProblem {
    Missing,
    NotJson,
    NotSchema(String),
}

impl SchemaFileProblem {
    fn of_fallback(&self) -> String {
        match self {
            Self::Missing => format!("bundle does not contain {FALLBACK}"),
            Self::NotJson => format!("{FALLBACK} is not valid JSON"),
            Self::NotSchema(reason) => format!("{FALLBACK} failed to compile: {reason}"),
        }
    }

    fn of_file(&self, file: &str) -> String {
        match self {
            Self::Missing => format!("schema file \"{file}\" not found in bundle"),
            Self::NotJson => format!("file \"{file}\" is not valid JSON"),
            Self::NotSchema(reason) => format!("file \"{file}\" failed to compile: {reason}"),
        }
    }
}

fn read_schema(files: &dyn Files, file: &str) -> Result<CompiledSchema, SchemaFileProblem> {
    let content = is_clean_path(file)
        .then(|| files.read(file).ok().flatten())
        .flatten()
        .ok_or(SchemaFileProblem::Missing)?;
    if content.len() > MAX_SCHEMA_BYTES {
        let limit = MAX_SCHEMA_BYTES >> 20;
        return Err(SchemaFileProblem::NotSchema(format!(
            "it is larger than {limit} MiB"
        )));
    }
    let json: Value = serde_json::from_slice(&content).map_err(|_| SchemaFileProblem::NotJson)?;
    CompiledSchema::compile(json).map_err(|error| SchemaFileProblem::NotSchema(error.to_string()))
}
