//! What `pacto impact` says, as it serialises to JSON.

use pacto_diff::{Class, Record};
use pacto_graph::estate::Affected;
use schemars::JsonSchema;
use serde::Serialize;

use super::severity::{Confidence, Reason, Relation, Severity, Verdict};

/// Version of the JSON form.
pub const SCHEMA_VERSION: &str = "pacto.impact/v1";

/// Who is hit by a change.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImpactResult {
    /// `pacto.impact/v1`.
    pub schema_version: &'static str,
    /// The highest class of the change.
    pub classification: Class,
    /// Name of the service that changes.
    pub changed_service: String,
    /// Its version before; absent where the estate has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_version: Option<String>,
    /// Its version afterwards; absent when it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_version: Option<String>,
    /// What is asked about: a new version, or that something goes.
    pub change: ChangeKind,
    /// Operations that go, as they were asked about.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub removed_operations: Vec<String>,
    /// Breaking changes.
    pub breaking: Vec<Record>,
    /// Changes that break some consumers, or of which that cannot be told.
    pub potentially_breaking: Vec<Record>,
    /// Everybody who depends on the service or refers to it: the most severe first, then by depth
    /// and name.
    pub consumers: Vec<Consumer>,
    /// Services hit when the service breaks; absent when it is not part of the estate and nobody
    /// there names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blast_radius: Option<usize>,
    /// Consumers in numbers.
    pub affected: Affected,
    /// Owners of consumers with more than a low severity, the most severe first.
    pub owners: Vec<OwnerImpact>,
    /// What is not known.
    pub limitations: Vec<Limitation>,
    /// Whether a consumer may be missing.
    pub completeness: Completeness,
    /// Where the estate came from.
    pub sources: Vec<SourceSummary>,
    /// Services in the estate.
    pub services: usize,
}

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// A version is published.
    Publish,
    /// The service goes.
    Remove,
    /// Operations of it go.
    RemoveOperation,
}

/// One service that is hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, as the JSON has it"
)]
pub struct Consumer {
    /// Its name, with the repository where the name is not unique.
    pub service: String,
    /// Its owner: `team:X`, `dri:X` or `(unowned)`.
    pub owner: String,
    /// Its version.
    pub version: String,
    /// How much it matters.
    pub severity: Severity,
    /// How it is connected.
    pub relation: Relation,
    /// It declares the dependency or reference itself.
    pub direct: bool,
    /// Number of edges of the chain.
    pub depth: usize,
    /// The chain from the consumer down to the changed service: of a very long one the first
    /// services, then the changed one.
    pub path: Vec<String>,
    /// Every edge of the chain is required.
    pub required: bool,
    /// The first edge of the chain is required.
    pub required_direct: bool,
    /// Declared range of the last edge of the chain; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compatibility: Option<String>,
    /// Whether that range admits the new version.
    pub compatibility_verdict: Verdict,
    /// The next resolution takes the change by itself.
    pub pulled_automatically: bool,
    /// How sure the connection is.
    pub confidence: Confidence,
    /// What it can touch of what changed: names of interfaces, then operations; absent when it
    /// does not say what it uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses: Option<Vec<String>>,
    /// Why it is listed.
    pub reasons: Vec<Reason>,
    /// What its contract violates of the new policy.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub violations: Vec<String>,
}

/// An owner who has something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnerImpact {
    /// `team:X`, `dri:X` or `(unowned)`.
    pub owner_key: String,
    /// The highest severity among its consumers.
    pub severity: Severity,
    /// Number of its consumers with more than a low severity.
    pub count: usize,
    /// Their names, in the order of the consumers.
    pub services: Vec<String>,
}

/// Something that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limitation {
    /// Stable code.
    pub code: LimitationCode,
    /// One sentence.
    pub message: String,
    /// The reference, source or service it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
}

/// Kinds of limitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LimitationCode {
    /// No contract of the estate is the changed service.
    ServiceNotInFleet,
    /// The old contract is another service of the estate than the new one.
    OtherService,
    /// The estate has no other version to compare with.
    NoBaseline,
    /// A source, or a contract of it, could not be read.
    SourceFailed,
    /// A reference leads to nothing that the estate knows: what lies behind it could be a consumer.
    UnresolvedRef,
    /// Something could not be compared.
    NotCompared,
    /// A policy could not be applied to a consumer.
    PolicyNotEvaluated,
    /// References to a configuration carry no values that could be checked.
    ValuesUnknown,
}

impl LimitationCode {
    /// The spelling of machine formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ServiceNotInFleet => "SERVICE_NOT_IN_FLEET",
            Self::OtherService => "OTHER_SERVICE",
            Self::NoBaseline => "NO_BASELINE",
            Self::SourceFailed => "SOURCE_FAILED",
            Self::UnresolvedRef => "UNRESOLVED_REF",
            Self::NotCompared => "NOT_COMPARED",
            Self::PolicyNotEvaluated => "POLICY_NOT_EVALUATED",
            Self::ValuesUnknown => "VALUES_UNKNOWN",
        }
    }
}

/// Whether a consumer may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Completeness {
    /// Everything that the estate names was seen.
    Complete,
    /// A source failed, or a reference somewhere in the estate leads to nothing known.
    Partial,
}

/// One source of the estate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SourceSummary {
    /// The source as given.
    pub source: String,
    /// Contracts it held, all versions counted.
    pub contracts: usize,
}

impl ImpactResult {
    /// Consumers with at least a severity.
    pub fn at_least(&self, severity: Severity) -> impl Iterator<Item = &Consumer> {
        self.consumers
            .iter()
            .filter(move |consumer| consumer.severity >= severity)
    }

    /// Names of the consumers that say they use an operation that goes.
    pub fn users_of_removed(&self) -> Vec<&str> {
        let mut names = self.names(|consumer| consumer.reasons.contains(&Reason::OperationRemoved));
        names.sort_unstable();
        names
    }

    /// Names of the direct consumers that do not say what they use.
    pub fn silent(&self) -> Vec<&str> {
        let mut names = self.names(|consumer| {
            consumer.relation == Relation::Dependency && consumer.direct && consumer.uses.is_none()
        });
        names.sort_unstable();
        names
    }

    fn names(&self, is: impl Fn(&Consumer) -> bool) -> Vec<&str> {
        self.consumers
            .iter()
            .filter(|consumer| is(consumer))
            .map(|consumer| consumer.service.as_str())
            .collect()
    }
}

/// Owners of consumers with more than a low severity.
pub(super) fn owners(consumers: &[Consumer]) -> Vec<OwnerImpact> {
    let mut owners: Vec<OwnerImpact> = Vec::new();
    for consumer in consumers {
        if consumer.severity <= Severity::Low {
            continue;
        }
        match owners
            .iter_mut()
            .find(|owner| owner.owner_key == consumer.owner)
        {
            Some(owner) => {
                owner.count += 1;
                owner.severity = owner.severity.max(consumer.severity);
                owner.services.push(consumer.service.clone());
            }
            None => owners.push(OwnerImpact {
                owner_key: consumer.owner.clone(),
                severity: consumer.severity,
                count: 1,
                services: vec![consumer.service.clone()],
            }),
        }
    }
    owners.sort_by(|a, b| {
        (b.severity, b.count)
            .cmp(&(a.severity, a.count))
            .then_with(|| a.owner_key.cmp(&b.owner_key))
    });
    owners
}
