//! Everything `pacto diff` says.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::detect::docs::DocsChange;
use crate::detect::sbom::SbomDiff;
use crate::judge::Layer;
use crate::rules_file::{Baseline, Scope, accept_known};
use crate::tree::{DependencyTree, GraphDiff, unresolved};
use crate::{Class, Comparison, Diagnostic, Engine, FailOn, Options, Record, Scale, VersionAdvice};

/// Version of the JSON form.
pub const SCHEMA_VERSION: &str = "pacto.diff/v1";

/// Everything `pacto diff` says; serialises to its JSON form.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// `pacto.diff/v1`.
    pub schema_version: &'static str,
    /// First argument as given.
    pub old_path: String,
    /// Second argument as given.
    pub new_path: String,
    /// The highest class of the contract and of all compared dependencies.
    pub classification: Class,
    /// Changes of the contract.
    pub changes: Vec<Record>,
    /// Dependencies whose contract or packages changed, by name.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub dependency_diffs: Vec<DependencyDiff>,
    /// The dependency tree.
    pub graph_diff: GraphDiff,
    /// Changes of packages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sbom_diff: Option<SbomDiff>,
    /// Files of the documentation that came, went or differ, where they are asked for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub docs_diff: Vec<DocsChange>,
    /// The highest class on the refined scale.
    pub refined_classification: Class,
    /// Counts over the changes of the contract.
    pub summary: Summary,
    /// The smallest version that says honestly what changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<VersionAdvice>,
    /// What could not be compared.
    pub diagnostics: Vec<Diagnostic>,
    /// Name of the service.
    #[serde(skip)]
    pub service: String,
    /// Version on the old side.
    #[serde(skip)]
    pub old_version: String,
    /// Version on the new side.
    #[serde(skip)]
    pub new_version: String,
    /// Which layers ran.
    #[serde(skip)]
    pub engine: Engine,
}

/// The comparison of one dependency.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DependencyDiff {
    /// Name of the service.
    pub name: String,
    /// The highest class of its changes.
    pub classification: Class,
    /// Changes of its contract.
    pub changes: Vec<Record>,
    /// Changes of its packages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sbom_diff: Option<SbomDiff>,
    /// Changes of its documentation, where they are asked for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub docs_diff: Vec<DocsChange>,
}

/// How many changes there are of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Accepted changes, which are not counted otherwise.
    #[serde(skip_serializing_if = "is_zero", default)]
    pub suppressed: usize,
    /// Per class; every class has an entry.
    pub classes: BTreeMap<Class, usize>,
    /// Per layer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub layers: BTreeMap<Layer, usize>,
    /// Per rule.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub rules: BTreeMap<String, usize>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl Summary {
    /// Counts records.
    pub fn of(records: &[Record]) -> Self {
        let mut summary = Self::default();
        for class in [
            Class::Breaking,
            Class::PotentialBreaking,
            Class::NonBreaking,
        ] {
            summary.classes.insert(class, 0);
        }
        for record in records {
            if record.suppressed.is_some() {
                summary.suppressed += 1;
                continue;
            }
            *summary.classes.entry(record.classification).or_default() += 1;
            if let Some(layer) = record.layer {
                *summary.layers.entry(layer).or_default() += 1;
            }
            if let Some(rule) = &record.rule {
                *summary.rules.entry(rule.clone()).or_default() += 1;
            }
        }
        summary
    }

    /// Number of records of a class.
    pub fn count(&self, class: Class) -> usize {
        self.classes.get(&class).copied().unwrap_or(0)
    }
}

/// The parts a report is made of.
#[derive(Debug)]
pub struct Parts<'p> {
    /// First argument as given.
    pub old_path: &'p str,
    /// Second argument as given.
    pub new_path: &'p str,
    /// The comparison of the two contracts.
    pub root: Comparison,
    /// Comparisons of the services resolved on both sides, in any order.
    pub dependencies: Vec<Comparison>,
    /// The tree below the old contract.
    pub old_tree: &'p DependencyTree,
    /// The tree below the new contract.
    pub new_tree: &'p DependencyTree,
}

impl Report {
    /// Puts a report together. Comparisons of dependencies without changes are dropped.
    pub fn new(parts: Parts<'_>, options: &Options) -> Self {
        let root = parts.root;
        let mut diagnostics = root.diagnostics;
        let mut dependencies = parts.dependencies;
        dependencies.sort_by(|a, b| a.service.cmp(&b.service));
        let mut dependency_diffs = Vec::new();
        for comparison in dependencies {
            let is_empty = comparison.is_empty();
            diagnostics.extend(comparison.diagnostics.into_iter().map(|mut diagnostic| {
                diagnostic.message = format!("{}: {}", comparison.service, diagnostic.message);
                diagnostic
            }));
            if !is_empty {
                dependency_diffs.push(DependencyDiff {
                    name: comparison.service,
                    classification: comparison.classification,
                    changes: comparison.changes,
                    sbom_diff: comparison.sbom,
                    docs_diff: comparison.docs,
                });
            }
        }
        diagnostics.extend(unresolved(parts.old_tree, parts.new_tree));
        let mut report = Self {
            schema_version: SCHEMA_VERSION,
            old_path: parts.old_path.to_owned(),
            new_path: parts.new_path.to_owned(),
            classification: root.classification,
            dependency_diffs,
            graph_diff: GraphDiff::of(parts.old_tree, parts.new_tree),
            sbom_diff: root.sbom,
            docs_diff: root.docs,
            refined_classification: root.classification,
            summary: Summary::default(),
            version: None,
            diagnostics,
            service: root.service,
            old_version: root.old_version,
            new_version: root.new_version,
            engine: options.engine,
            changes: root.changes,
        };
        report.weigh(options.scale);
        report
    }

    /// Works out everything that follows from the classes of the records.
    fn weigh(&mut self, scale: Scale) {
        for dependency in &mut self.dependency_diffs {
            dependency.classification = highest(&dependency.changes, scale);
        }
        let records = || self.comparisons().map(|(_, records)| records);
        let classification = Class::highest(records().map(|records| highest(records, scale)));
        let refined = Class::highest(records().map(|records| highest(records, Scale::Refined)));
        self.classification = classification;
        self.refined_classification = refined;
        self.summary = Summary::of(&self.changes);
        self.version = VersionAdvice::of(
            &self.old_version,
            &self.new_version,
            classification,
            &self.changes,
        );
    }

    /// The records of the contract and of every dependency, by the name of the service.
    pub(crate) fn comparisons(&self) -> impl Iterator<Item = (&str, &[Record])> {
        let dependencies = self.dependency_diffs.iter();
        let dependencies = dependencies.map(|it| (it.name.as_str(), it.changes.as_slice()));
        std::iter::once((self.service.as_str(), self.changes.as_slice())).chain(dependencies)
    }

    /// Takes the changes of a baseline out of the verdict.
    pub fn accept(&mut self, baseline: &Baseline, options: &Options) {
        accept_known(
            baseline,
            &mut self.changes,
            Scope::root(&self.service),
            options,
        );
        for dependency in &mut self.dependency_diffs {
            let scope = Scope::dependency(&dependency.name);
            accept_known(baseline, &mut dependency.changes, scope, options);
        }
        self.weigh(options.scale);
    }

    /// Whether a change of the contract or of a dependency makes the command fail. The tree,
    /// packages and files of the documentation never do (diff.md 1.4, 2.5, 2.6).
    pub fn reaches(&self, fail_on: FailOn, scale: Scale) -> bool {
        let mut records = self.comparisons().flat_map(|(_, records)| records);
        records.any(|record| record.reaches(fail_on, scale))
    }

    /// True when there is nothing to report.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
            && self.dependency_diffs.is_empty()
            && self.graph_diff.changes.is_empty()
            && self.sbom_diff.is_none()
            && self.docs_diff.is_empty()
    }

    /// True when something could not be compared: there may be more than is reported.
    pub fn has_gaps(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_gap)
    }
}

fn highest(records: &[Record], scale: Scale) -> Class {
    Class::highest(records.iter().filter_map(|record| record.counted(scale)))
}
