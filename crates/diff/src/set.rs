//! Many services compared at once: two folders of contracts.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{Class, Diagnostic, FailOn, Report, Scale, SideName};

/// Version of the JSON form.
pub const SET_SCHEMA_VERSION: &str = "pacto.diff-set/v1";

/// Everything `pacto diff --recursive` says; serialises to its JSON form.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiffSet {
    /// `pacto.diff-set/v1`.
    pub schema_version: &'static str,
    /// First argument as given.
    pub old_path: String,
    /// Second argument as given.
    pub new_path: String,
    /// The highest class of all services. A service that is gone is breaking.
    pub classification: Class,
    /// The highest class on the refined scale.
    pub refined_classification: Class,
    /// One answer per service, by path below the folder.
    pub results: Vec<ServiceDiff>,
    /// Totals.
    pub summary: SetSummary,
    /// What could not be compared, beyond what the reports of the services say.
    pub diagnostics: Vec<Diagnostic>,
}

/// The answer for one service.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceDiff {
    /// Name of the service; empty when neither contract could be read.
    pub service: String,
    /// What became of it.
    pub status: ServiceStatus,
    /// The class; absent when it was not compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classification: Option<Class>,
    /// The old contract, as an argument of `pacto diff`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_path: Option<String>,
    /// The new contract, as an argument of `pacto diff`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_path: Option<String>,
    /// Version on the old side, where that could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_version: Option<String>,
    /// Version on the new side, where that could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_version: Option<String>,
    /// What `pacto diff` says about the two; present when both were compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
    /// Why they were not compared.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<ServiceError>,
}

/// What became of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ServiceStatus {
    /// Only the new folder has it.
    Added,
    /// Only the old folder has it.
    Removed,
    /// Both have it, and something changed.
    Changed,
    /// Both have it, and nothing changed.
    Unchanged,
    /// It could not be compared.
    Failed,
}

/// Why a service was not compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceError {
    /// The side it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<SideName>,
    /// Stable kebab-case code.
    pub code: String,
    /// One sentence without a final full stop.
    pub message: String,
    /// What to do, most likely first.
    pub hints: Vec<String>,
}

/// Totals over all services.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetSummary {
    /// Services on either side.
    pub services: usize,
    /// Those only the new folder has.
    pub added: usize,
    /// Those only the old folder has.
    pub removed: usize,
    /// Those that changed.
    pub changed: usize,
    /// Those that did not.
    pub unchanged: usize,
    /// Those that could not be compared.
    pub failed: usize,
    /// Services per class; every class has an entry.
    pub classes: BTreeMap<Class, usize>,
}

impl ServiceDiff {
    /// A service both sides have.
    pub fn compared(report: Report) -> Self {
        Self {
            service: report.service.clone(),
            status: if report.is_empty() {
                ServiceStatus::Unchanged
            } else {
                ServiceStatus::Changed
            },
            classification: Some(report.classification),
            old_path: Some(report.old_path.clone()),
            new_path: Some(report.new_path.clone()),
            old_version: Some(report.old_version.clone()),
            new_version: Some(report.new_version.clone()),
            report: Some(report),
            errors: Vec::new(),
        }
    }

    /// A service that only the new side has.
    pub fn added(service: &str, path: &str, version: &str) -> Self {
        Self {
            new_path: Some(path.to_owned()),
            new_version: Some(version.to_owned()),
            classification: Some(Class::NonBreaking),
            ..Self::empty(service, ServiceStatus::Added)
        }
    }

    /// A service that only the old side has: whoever relied on it has nothing left.
    pub fn removed(service: &str, path: &str, version: &str) -> Self {
        Self {
            old_path: Some(path.to_owned()),
            old_version: Some(version.to_owned()),
            classification: Some(Class::Breaking),
            ..Self::empty(service, ServiceStatus::Removed)
        }
    }

    /// A service that was not compared; the paths of the sides that are there.
    pub fn failed(
        service: &str,
        old_path: Option<&str>,
        new_path: Option<&str>,
        errors: Vec<ServiceError>,
    ) -> Self {
        Self {
            old_path: old_path.map(str::to_owned),
            new_path: new_path.map(str::to_owned),
            errors,
            ..Self::empty(service, ServiceStatus::Failed)
        }
    }

    fn empty(service: &str, status: ServiceStatus) -> Self {
        Self {
            service: service.to_owned(),
            status,
            classification: None,
            old_path: None,
            new_path: None,
            old_version: None,
            new_version: None,
            report: None,
            errors: Vec::new(),
        }
    }

    /// The path people look for it under: the new one where there is one.
    pub fn path(&self) -> &str {
        let path = self.new_path.as_deref().or(self.old_path.as_deref());
        path.unwrap_or("")
    }
}

impl DiffSet {
    /// Adds up the answers; their order is kept.
    pub fn new(
        old_path: &str,
        new_path: &str,
        results: Vec<ServiceDiff>,
        diagnostics: Vec<Diagnostic>,
    ) -> Self {
        let mut summary = SetSummary {
            services: results.len(),
            ..SetSummary::default()
        };
        for result in &results {
            *match result.status {
                ServiceStatus::Added => &mut summary.added,
                ServiceStatus::Removed => &mut summary.removed,
                ServiceStatus::Changed => &mut summary.changed,
                ServiceStatus::Unchanged => &mut summary.unchanged,
                ServiceStatus::Failed => &mut summary.failed,
            } += 1;
        }
        let mut set = Self {
            schema_version: SET_SCHEMA_VERSION,
            old_path: old_path.to_owned(),
            new_path: new_path.to_owned(),
            classification: Class::NonBreaking,
            refined_classification: Class::NonBreaking,
            results,
            summary,
            diagnostics,
        };
        set.weigh();
        set
    }

    /// Works out everything that follows from the classes of the reports, again when they changed.
    pub fn weigh(&mut self) {
        let classes = [
            Class::Breaking,
            Class::PotentialBreaking,
            Class::NonBreaking,
        ];
        self.summary.classes = classes.map(|class| (class, 0)).into();
        for result in &mut self.results {
            if let Some(report) = &result.report {
                result.classification = Some(report.classification);
            }
            if let Some(class) = result.classification {
                *self.summary.classes.entry(class).or_default() += 1;
            }
        }
        let results = self.results.iter();
        let refined = results.filter_map(|result| match &result.report {
            Some(report) => Some(report.refined_classification),
            None => result.classification,
        });
        self.refined_classification = Class::highest(refined);
        let results = self.results.iter();
        self.classification = Class::highest(results.filter_map(|result| result.classification));
    }

    /// Whether a service makes the command fail: by its changes, or because it is gone or, where any
    /// change counts, new.
    pub fn reaches(&self, fail_on: FailOn, scale: Scale) -> bool {
        self.results.iter().any(|result| match &result.report {
            Some(report) => report.reaches(fail_on, scale),
            None => result
                .classification
                .is_some_and(|class| fail_on.gates(class)),
        })
    }

    /// True when something could not be compared: there may be more than is reported.
    pub fn has_gaps(&self) -> bool {
        let mut reports = self
            .results
            .iter()
            .filter_map(|result| result.report.as_ref());
        let mut diagnostics = self.diagnostics.iter();
        self.summary.failed > 0
            || reports.any(Report::has_gaps)
            || diagnostics.any(Diagnostic::is_gap)
    }

    /// True when every service was compared and none changed, came or went.
    pub fn is_unchanged(&self) -> bool {
        self.summary.unchanged == self.summary.services
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_is_gone_breaks_and_one_that_came_does_not() {
        let added = ServiceDiff::added("new", "n/new", "1.0.0");
        let set = DiffSet::new("o", "n", vec![added.clone()], Vec::new());
        assert_eq!(set.classification, Class::NonBreaking);
        assert!(!set.is_unchanged());
        let removed = ServiceDiff::removed("gone", "o/gone", "1.0.0");
        let set = DiffSet::new("o", "n", vec![added, removed], Vec::new());
        assert_eq!(set.classification, Class::Breaking);
        assert_eq!(set.summary.classes[&Class::Breaking], 1);
        assert_eq!((set.summary.added, set.summary.removed), (1, 1));
    }

    #[test]
    fn a_service_that_was_not_compared_has_no_class_but_counts() {
        let failed = ServiceDiff::failed("", Some("o/x"), None, Vec::new());
        let set = DiffSet::new("o", "n", vec![failed], Vec::new());
        assert_eq!(set.summary.failed, 1);
        assert_eq!(set.classification, Class::NonBreaking);
        assert!(!set.is_unchanged());
    }
}
