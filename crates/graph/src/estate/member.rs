//! What one contract says about itself and its neighbours.

use pacto_bundle::lock::ReferenceKind;
use pacto_contract::{Contract, LooseVersion, Reference, VersionRange};

/// One version of one service, as far as an estate needs to know it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Member {
    /// Name in the contract.
    pub name: String,
    /// Version in the contract, as written.
    pub version: String,
    /// Key for grouping by owner: `team:X`, `dri:X` or `(unowned)`.
    pub owner_key: String,
    /// Where it was published, without scheme, tag and digest; `None` when that is not known.
    pub repository: Option<String>,
    /// Other exact names that references may use, such as the directory it was read from.
    pub places: Vec<String>,
    /// Last segments of its image and chart references: names it also goes by.
    pub aliases: Vec<String>,
    /// Dependencies in declared order.
    pub dependencies: Vec<Link>,
    /// Configuration references, then policy references, each in declared order.
    pub references: Vec<ReferenceLink>,
}

/// A dependency of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// Its name in the contract: the key of `metadata.uses`.
    pub name: String,
    /// The reference as written.
    pub reference: String,
    /// Declared as required.
    pub is_required: bool,
    /// Accepted versions as written; empty when there is none.
    pub compatibility: String,
    /// Exact names of what it leads to, the most exact first.
    pub exact: Vec<String>,
}

/// A reference of a configuration or policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceLink {
    /// What refers.
    pub kind: ReferenceKind,
    /// Name of the configuration or policy.
    pub name: String,
    /// The reference as written.
    pub reference: String,
    /// Exact names of what it leads to, the most exact first.
    pub exact: Vec<String>,
}

impl Member {
    /// What a contract says.
    pub fn of(contract: &Contract) -> Self {
        let service = &contract.service;
        let image = service.image.as_ref().map(|image| &image.reference);
        let chart = service.chart.as_ref().map(|chart| &chart.reference);
        let configurations = contract.configurations.iter().map(|configuration| {
            let reference = configuration.reference.as_deref();
            (ReferenceKind::Config, &configuration.name, reference)
        });
        let policies = contract.policies.iter().map(|policy| {
            let reference = policy.reference.as_deref();
            (ReferenceKind::Policy, &policy.name, reference)
        });
        Self {
            name: service.name.clone(),
            version: service.version.clone(),
            owner_key: service.owner_key(),
            repository: None,
            places: Vec::new(),
            aliases: [image, chart]
                .into_iter()
                .flatten()
                .map(|text| Reference::derived_dependency_name(text))
                .collect(),
            dependencies: contract
                .dependencies
                .iter()
                .map(|dependency| Link {
                    name: dependency.name.clone(),
                    reference: dependency.reference.clone(),
                    is_required: dependency.required,
                    compatibility: dependency.compatibility.clone(),
                    exact: exact_names(&dependency.reference),
                })
                .collect(),
            references: configurations
                .chain(policies)
                .filter_map(|(kind, name, reference)| {
                    let reference = reference?;
                    Some(ReferenceLink {
                        kind,
                        name: name.clone(),
                        reference: reference.to_owned(),
                        exact: exact_names(reference),
                    })
                })
                .collect(),
        }
    }
}

impl Link {
    /// Tells whether the declared range admits a version; `None` when there is no range, or range
    /// or version cannot be read.
    pub fn admits(&self, version: &str) -> Option<bool> {
        if self.compatibility.trim().is_empty() {
            return None;
        }
        let range = VersionRange::parse(&self.compatibility).ok()?;
        Some(range.matches(&LooseVersion::parse(version).ok()?))
    }

    /// Tells whether the next resolution takes a new version by itself: nothing is pinned, and the
    /// range admits it. Without a range every stable version is taken.
    pub fn pulls(&self, version: &str) -> bool {
        if is_pinned(&self.reference) {
            return false;
        }
        self.admits(version)
            .unwrap_or_else(|| self.compatibility.trim().is_empty() && is_stable(version))
    }
}

impl ReferenceLink {
    /// Tells whether the next resolution takes a new version by itself: nothing is pinned, and the
    /// version is stable.
    pub fn pulls(&self, version: &str) -> bool {
        !is_pinned(&self.reference) && is_stable(version)
    }
}

/// True for references that name a tag or digest, and for those that do not parse.
fn is_pinned(reference: &str) -> bool {
    Reference::parse(reference).map_or(true, |reference| reference.has_tag_or_digest())
}

fn is_stable(version: &str) -> bool {
    LooseVersion::parse(version).is_ok_and(|version| !version.is_prerelease())
}

/// Exact names of what a reference leads to: a repository with its registry, then without it, for
/// estates that were copied to image layouts.
pub(super) fn exact_names(reference: &str) -> Vec<String> {
    match Reference::parse(reference) {
        Ok(Reference::Oci(artifact)) => {
            let mut names = vec![artifact.name()];
            if artifact.repository.contains('/') {
                names.push(artifact.repository);
            }
            names
        }
        _ => Vec::new(),
    }
}
