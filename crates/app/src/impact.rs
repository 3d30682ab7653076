//! `impact`: who is hit by a change, in a set of contracts.
//!
//! The comparison says what changes, the estate says who depends on it; here both are put
//! together and every consumer gets a severity with its reasons.

mod consumers;
mod estate;
mod operation;
mod policies;
mod removal;
mod report;
mod severity;
mod surface;

use std::collections::BTreeSet;
use std::sync::Arc;

use pacto_bundle::{Bundle, Origin};
use pacto_contract::{LooseVersion, Reference};
use pacto_diagnostic::nearest;
use pacto_diff::{Class, Comparison, Options, Record, RulesFile, Side, SideName, compare};
use pacto_graph::estate::{Affected, ServiceId};

use crate::diff::Diffed;
use crate::resolver::Resolver;
use crate::source::{OverrideOptions, Source, SourceError};
use crate::{Context, Failure, FailureKind, closure};

use consumers::Change;
use estate::Contracts;
use surface::Surface;

pub use report::{
    ChangeKind, Completeness, Consumer, ImpactResult, Limitation, LimitationCode, OwnerImpact,
    SCHEMA_VERSION, SourceSummary,
};
pub use severity::{Confidence, Reason, Relation, Severity, Verdict};

/// What is asked.
#[derive(Debug, Clone)]
pub struct ImpactOptions {
    /// The change.
    pub question: Question,
    /// Sources of the estate: directories, `oci://` repositories, `oci-layout://` directories, lock
    /// files. Without any: the working directory, or its parent when that is the new contract.
    pub estate: Vec<String>,
    /// What the comparison is asked to do.
    pub comparison: Options,
    /// Classes and accepted changes of the rules file.
    pub rules: RulesFile,
}

/// The change that is asked about.
#[derive(Debug, Clone)]
pub enum Question {
    /// What publishing a contract does.
    Publish {
        /// The old contract; the highest stable version in the estate without one.
        old: Option<String>,
        /// Overrides of the old contract.
        old_overrides: OverrideOptions,
        /// The new contract.
        new: String,
        /// Overrides of the new contract.
        new_overrides: OverrideOptions,
    },
    /// What if a service goes.
    Remove {
        /// Its name in the estate, or a reference to it.
        service: String,
    },
    /// What if operations go.
    RemoveOperations {
        /// Operations as in `metadata.uses`.
        operations: Vec<String>,
        /// The service that has them: a name in the estate, or a contract argument.
        service: String,
    },
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImpactError {
    /// A contract cannot be read.
    #[error("{side}: {source}")]
    Source {
        /// `old contract`, `new contract` or `contract`.
        side: &'static str,
        /// Why.
        source: Box<SourceError>,
    },
    /// No source of the estate could be read.
    #[error("the estate cannot be read: `{name}`: {source}")]
    Estate {
        /// The first source as given.
        name: String,
        /// Why.
        source: Box<SourceError>,
    },
    /// A file that is neither a directory nor a lock file.
    #[error("`{name}` is no source of an estate")]
    NotASource {
        /// The source as given.
        name: String,
    },
    /// Clusters are not read yet.
    #[error("`{name}` needs a cluster, and this program cannot read one yet")]
    Cluster {
        /// The source as given.
        name: String,
    },
    /// The sources hold no contract.
    #[error("there is no contract in the estate {}", quoted(sources))]
    Empty {
        /// The sources as given.
        sources: Vec<String>,
    },
    /// Nothing in the estate is that service, or names it.
    #[error("no service of the estate is called `{name}`, and none refers to it")]
    UnknownService {
        /// The service as given.
        name: String,
        /// The nearest name.
        near: Option<String>,
    },
    /// The service has no such operation.
    #[error("{service} has no operation `{operation}`")]
    UnknownOperation {
        /// Name and version of the service.
        service: String,
        /// The operation as given.
        operation: String,
    },
}

fn quoted(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    texts.join(", ")
}

impl Failure for ImpactError {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Source { source, .. } | Self::Estate { source, .. } => source.kind(),
            Self::Cluster { .. } | Self::NotASource { .. } | Self::UnknownOperation { .. } => {
                FailureKind::Usage
            }
            Self::Empty { .. } | Self::UnknownService { .. } => FailureKind::CouldNotRun,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Source { source, .. } | Self::Estate { source, .. } => source.code(),
            Self::Cluster { .. } | Self::NotASource { .. } => "wrong-argument",
            Self::UnknownOperation { .. } => "unknown-operation",
            Self::Empty { .. } => "no-contract",
            Self::UnknownService { .. } => "unknown-service",
        }
    }

    fn hints(&self) -> Vec<String> {
        match self {
            Self::Source { source, .. } | Self::Estate { source, .. } => source.hints(),
            Self::Cluster { .. } | Self::NotASource { .. } => vec![
                "an estate is a directory, `oci://REPOSITORY`, `oci-layout://DIR` or a `pacto.lock`"
                    .to_owned(),
            ],
            Self::Empty { .. } => {
                vec!["name where the contracts lie with `--estate SOURCE`".to_owned()]
            }
            Self::UnknownService { near, .. } => near
                .iter()
                .map(|name| format!("did you mean `{name}`?"))
                .chain(["name where it is known with `--estate SOURCE`".to_owned()])
                .collect(),
            Self::UnknownOperation { .. } => vec![
                "write it as `METHOD /path`, `package.Service/Method` or a channel name".to_owned(),
            ],
        }
    }
}

/// Answers who is hit.
pub fn impact(context: &Context, options: &ImpactOptions) -> Result<ImpactResult, ImpactError> {
    let result = asked(context, options)?;
    tracing::debug!(consumers = result.consumers.len(), "estate answered");
    Ok(result)
}

fn asked(context: &Context, options: &ImpactOptions) -> Result<ImpactResult, ImpactError> {
    let resolver = Resolver::new(context);
    match &options.question {
        Question::Publish {
            old,
            old_overrides,
            new,
            new_overrides,
        } => {
            let new = open(&resolver, "new contract", new, new_overrides)?;
            let old = match old {
                Some(old) => Some(open(&resolver, "old contract", old, old_overrides)?),
                None => None,
            };
            let contracts = estate::read(&resolver, &sources(context, options, Some(&new)))?;
            Ok(published(&resolver, &contracts, old, new, options))
        }
        Question::Remove { service } => {
            let contracts = estate::read(&resolver, &sources(context, options, None))?;
            removed(&resolver, &contracts, service)
        }
        Question::RemoveOperations {
            operations,
            service,
        } => {
            let contracts = estate::read(&resolver, &sources(context, options, None))?;
            let current = contracts.find(service).and_then(|id| contracts.bundle(id));
            let old = match current {
                Some(bundle) if !service.contains("://") => bundle,
                _ if is_name(service) => return Err(contracts.unknown(service)),
                _ => open(&resolver, "contract", service, &OverrideOptions::default())?,
            };
            let new = removal::without(&old, operations).map_err(|operation| {
                let service = &old.contract.contract().service;
                ImpactError::UnknownOperation {
                    service: format!("{} {}", service.name, service.version),
                    operation,
                }
            })?;
            let mut result = published(&resolver, &contracts, Some(old), Arc::new(new), options);
            result.change = ChangeKind::RemoveOperation;
            result.removed_operations.clone_from(operations);
            Ok(result)
        }
    }
}

/// Answers who is hit by a comparison that was made already.
pub fn impact_of_diff(
    context: &Context,
    estate: &[String],
    diffed: &Diffed,
) -> Result<ImpactResult, ImpactError> {
    let resolver = Resolver::new(context);
    let contracts = estate::read(&resolver, estate)?;
    let compared = Compared {
        records: diffed.report.changes.clone(),
        classification: diffed.report.classification,
        // The comparison itself says what was not compared.
        gaps: Vec::new(),
    };
    let (old, new) = diffed.texts.bundles();
    Ok(answer(
        &resolver,
        &contracts,
        Arc::clone(old),
        Arc::clone(new),
        compared,
    ))
}

/// True for what can only be a name: no path, no scheme.
fn is_name(text: &str) -> bool {
    !text.contains(['/', '.', '\\'])
}

fn open(
    resolver: &Resolver<'_>,
    side: &'static str,
    argument: &str,
    overrides: &OverrideOptions,
) -> Result<Arc<Bundle>, ImpactError> {
    Source::open(resolver, argument, overrides)
        .and_then(|source| closure::root(resolver, &source))
        .map(|root| root.bundle)
        .map_err(|source| ImpactError::Source {
            side,
            source: Box::new(source),
        })
}

/// The sources given; without any the working directory, or its parent when that is the bundle of
/// the new contract itself.
fn sources(context: &Context, options: &ImpactOptions, new: Option<&Bundle>) -> Vec<String> {
    if !options.estate.is_empty() {
        return options.estate.clone();
    }
    let here = std::fs::canonicalize(context.directory());
    let is_here = new.is_some_and(|new| match (&new.origin, &here) {
        (Origin::Local { directory }, Ok(here)) => std::path::Path::new(directory) == here,
        _ => false,
    });
    vec![if is_here { ".." } else { "." }.to_owned()]
}

impl Contracts {
    /// The service with this name, or the one a reference leads to.
    fn find(&self, text: &str) -> Option<ServiceId> {
        self.estate.find(text)
    }

    /// The bundle of a service at its current version.
    fn bundle(&self, id: ServiceId) -> Option<Arc<Bundle>> {
        let current = self.estate.service(id).current?;
        self.bundles.get(current).cloned()
    }

    /// The service that a bundle belongs to.
    fn service_of(&self, bundle: &Bundle) -> Option<ServiceId> {
        let name = &bundle.contract.contract().service.name;
        let repository = match &bundle.origin {
            Origin::Registry { repository, .. } => Some(repository.as_str()),
            _ => None,
        };
        self.estate.find_contract(repository, name)
    }

    /// The bundle at the highest stable version of a service, other than this one.
    fn baseline(&self, id: ServiceId, new: &Bundle) -> Option<Arc<Bundle>> {
        let versions = self.estate.service(id).versions.iter();
        let others: Vec<&Arc<Bundle>> = versions
            .filter_map(|index| self.bundles.get(*index))
            .filter(|bundle| bundle.origin != new.origin)
            .collect();
        let texts = others.iter().map(|bundle| version_of(bundle));
        let best = LooseVersion::pick(texts, None)?;
        others
            .into_iter()
            .find(|bundle| version_of(bundle) == best)
            .cloned()
    }

    fn unknown(&self, name: &str) -> ImpactError {
        let services = self.estate.services().iter();
        let near = nearest(name, services.map(|service| service.id.as_str()));
        ImpactError::UnknownService {
            name: name.to_owned(),
            near: near.map(str::to_owned),
        }
    }
}

fn version_of(bundle: &Bundle) -> &str {
    &bundle.contract.contract().service.version
}

/// Records of a change, and what could not be compared.
#[derive(Debug)]
struct Compared {
    records: Vec<Record>,
    classification: Class,
    gaps: Vec<String>,
}

impl From<Comparison> for Compared {
    fn from(comparison: Comparison) -> Self {
        let gaps = comparison.diagnostics.iter().map(|diagnostic| {
            let side = diagnostic.side.map_or("", SideName::as_str);
            let file = diagnostic.file.as_deref().unwrap_or("");
            format!("{side} {file}: {}", diagnostic.message)
        });
        Self {
            gaps: gaps.collect(),
            classification: comparison.classification,
            records: comparison.changes,
        }
    }
}

fn published(
    resolver: &Resolver<'_>,
    contracts: &Contracts,
    old: Option<Arc<Bundle>>,
    new: Arc<Bundle>,
    options: &ImpactOptions,
) -> ImpactResult {
    let baseline = || contracts.baseline(contracts.service_of(&new)?, &new);
    let Some(old) = old.or_else(baseline) else {
        let compared = Compared {
            records: Vec::new(),
            classification: Class::NonBreaking,
            gaps: Vec::new(),
        };
        let mut result = answer(resolver, contracts, Arc::clone(&new), new, compared);
        result.old_version = None;
        result.limitations.insert(
            0,
            Limitation {
                code: LimitationCode::NoBaseline,
                message: format!(
                    "the estate has no other version of `{}` to compare with; name the old \
                     contract: `pacto impact OLD NEW`",
                    result.changed_service
                ),
                subject: Some(result.changed_service.clone()),
            },
        );
        return result;
    };
    let (before, after) = rayon::join(|| Side::read(&old), || Side::read(&new));
    let mut comparison = compare(&before, &after, &options.comparison);
    let rules = options.rules.about(&comparison.service);
    // Entries that accept nothing here may accept something elsewhere: `pacto diff` tells them.
    rules.apply(&mut comparison, None, &options.comparison);
    answer(resolver, contracts, old, new, comparison.into())
}

fn answer(
    resolver: &Resolver<'_>,
    contracts: &Contracts,
    old: Arc<Bundle>,
    new: Arc<Bundle>,
    compared: Compared,
) -> ImpactResult {
    let surface = Surface::of(&compared.records);
    let target = contracts
        .service_of(&new)
        .or_else(|| contracts.service_of(&old));
    let of_class = |class: Class| -> Vec<Record> {
        let records = compared.records.iter();
        records
            .filter(|record| record.classification == class && record.suppressed.is_none())
            .cloned()
            .collect()
    };
    let service = &new.contract.contract().service;
    let mut result = ImpactResult {
        classification: compared.classification,
        changed_service: service.name.clone(),
        old_version: Some(version_of(&old).to_owned()),
        new_version: Some(service.version.clone()),
        breaking: of_class(Class::Breaking),
        potentially_breaking: of_class(Class::PotentialBreaking),
        ..empty(contracts, ChangeKind::Publish)
    };
    result
        .limitations
        .extend(compared.gaps.into_iter().map(|gap| Limitation {
            code: LimitationCode::NotCompared,
            message: gap.trim().to_owned(),
            subject: None,
        }));
    // A name that is new to the estate is a new name of the old service, and has its consumers.
    if let Some(other) = contracts.service_of(&old).filter(|id| Some(*id) != target) {
        let other = &contracts.estate.service(other).id;
        result.limitations.push(Limitation {
            code: LimitationCode::OtherService,
            message: format!(
                "the old contract is `{other}`, another service of the estate than `{}`; its \
                 consumers are not listed",
                result.changed_service
            ),
            subject: Some(other.clone()),
        });
    }
    let change = Change::Publish { old, new, surface };
    fill(resolver, contracts, target, &change, &mut result);
    result
}

fn removed(
    resolver: &Resolver<'_>,
    contracts: &Contracts,
    service: &str,
) -> Result<ImpactResult, ImpactError> {
    let target = contracts
        .find(service)
        .ok_or_else(|| contracts.unknown(service))?;
    let mut result = ImpactResult {
        classification: Class::Breaking,
        changed_service: contracts.estate.service(target).id.clone(),
        old_version: contracts
            .estate
            .current(target)
            .map(|member| member.version.clone()),
        ..empty(contracts, ChangeKind::Remove)
    };
    fill(
        resolver,
        contracts,
        Some(target),
        &Change::Remove,
        &mut result,
    );
    Ok(result)
}

/// A result about nothing yet.
fn empty(contracts: &Contracts, change: ChangeKind) -> ImpactResult {
    ImpactResult {
        schema_version: SCHEMA_VERSION,
        classification: Class::NonBreaking,
        changed_service: String::new(),
        old_version: None,
        new_version: None,
        change,
        removed_operations: Vec::new(),
        breaking: Vec::new(),
        potentially_breaking: Vec::new(),
        consumers: Vec::new(),
        blast_radius: None,
        affected: Affected::default(),
        owners: Vec::new(),
        limitations: Vec::new(),
        completeness: Completeness::Complete,
        sources: contracts.sources.clone(),
        services: contracts.estate.known(),
    }
}

/// Adds the consumers and everything that is counted over them.
fn fill(
    resolver: &Resolver<'_>,
    contracts: &Contracts,
    target: Option<ServiceId>,
    change: &Change,
    result: &mut ImpactResult,
) {
    let estate = &contracts.estate;
    let is_member = target.is_some_and(|target| estate.service(target).current.is_some());
    if !is_member {
        result.limitations.push(Limitation {
            code: LimitationCode::ServiceNotInFleet,
            message: format!(
                "no contract of the estate is `{}`; consumers elsewhere are not known",
                result.changed_service
            ),
            subject: Some(result.changed_service.clone()),
        });
    }
    if let Some(target) = target {
        let reach = estate.reach(target);
        result.consumers =
            consumers::grade(resolver, contracts, &reach, change, &mut result.limitations);
        result.consumers.sort_by(|a, b| {
            (b.severity, a.depth, &a.service, a.relation)
                .cmp(&(a.severity, b.depth, &b.service, b.relation))
        });
        result.affected = Affected::of(estate, &reach);
        let is_known = is_member || !result.consumers.is_empty();
        result.blast_radius = is_known.then_some(result.affected.required);
        result.owners = report::owners(&result.consumers);
    }
    let takes_values = |consumer: &Consumer| consumer.relation == Relation::Configuration;
    if matches!(change, Change::Publish { .. }) && result.consumers.iter().any(takes_values) {
        result.limitations.push(Limitation {
            code: LimitationCode::ValuesUnknown,
            message: "a reference to a configuration carries no values, so none could be checked \
                      against the new schema"
                .to_owned(),
            subject: None,
        });
    }
    result
        .limitations
        .extend(contracts.problems.iter().cloned());
    let unresolved = unresolved(contracts, target);
    let is_partial = !is_member || !contracts.problems.is_empty() || !unresolved.is_empty();
    result.limitations.extend(unresolved);
    if is_partial {
        result.completeness = Completeness::Partial;
    }
}

/// References of current contracts that lead to nothing the estate knows, each once. The service
/// that is asked about is none of them.
fn unresolved(contracts: &Contracts, target: Option<ServiceId>) -> Vec<Limitation> {
    let estate = &contracts.estate;
    let is_open = |id: ServiceId| Some(id) != target && estate.service(id).current.is_none();
    let dependencies = estate.edges().iter().filter(|edge| is_open(edge.to));
    let dependencies = dependencies.filter_map(|edge| {
        let member = estate.current(edge.from)?;
        let link = member.dependencies.get(edge.link)?;
        Some((link.reference.as_str(), member.name.as_str()))
    });
    let references = estate.references().iter().filter(|edge| is_open(edge.to));
    let references = references.filter_map(|edge| {
        let member = estate.current(edge.from)?;
        let link = member.references.get(edge.link)?;
        Some((link.reference.as_str(), member.name.as_str()))
    });
    let mut seen = BTreeSet::new();
    let mut found: Vec<(&str, &str)> = dependencies.chain(references).collect();
    found.sort_unstable();
    found
        .into_iter()
        .filter(|(reference, _)| seen.insert(name_of(reference)))
        .map(|(reference, declared_by)| Limitation {
            code: LimitationCode::UnresolvedRef,
            message: format!(
                "`{reference}`, which `{declared_by}` names, is not part of the estate: it could \
                 be a consumer too"
            ),
            subject: Some(reference.to_owned()),
        })
        .collect()
}

/// What a reference names, whatever version.
fn name_of(reference: &str) -> String {
    match Reference::parse(reference) {
        Ok(Reference::Oci(artifact)) => artifact.name(),
        _ => reference.to_owned(),
    }
}
