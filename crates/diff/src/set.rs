//! Many services compared at once: two folders of contracts.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::rules_file::{Baseline, Scope, accept_known};
use crate::{
    Class, Diagnostic, Engine, FailOn, Options, Record, Report, RulesFile, Scale, SideName,
};

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
    /// That the service came or went, as a record; in the report otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changes: Vec<Record>,
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
            changes: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// A service that only the new side has.
    pub fn added(service: &str, path: &str, version: &str) -> Self {
        Self {
            new_path: Some(path.to_owned()),
            new_version: Some(version.to_owned()),
            classification: Some(Class::NonBreaking),
            changes: vec![Record::of_service(service, false)],
            ..Self::empty(service, ServiceStatus::Added)
        }
    }

    /// A service that only the old side has: whoever relied on it has nothing left.
    pub fn removed(service: &str, path: &str, version: &str) -> Self {
        Self {
            old_path: Some(path.to_owned()),
            old_version: Some(version.to_owned()),
            classification: Some(Class::Breaking),
            changes: vec![Record::of_service(service, true)],
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
            changes: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Gives a service that came or went the classes of a rules file, and takes what that accepts out
    /// of the verdict. Tells which entries of `ignore` there was something to accept for, by position.
    pub fn judge(&mut self, rules: &RulesFile, options: &Options) -> BTreeSet<usize> {
        let used = if options.engine == Engine::Base {
            self.changes.iter_mut().for_each(Record::become_base);
            BTreeSet::new()
        } else {
            let scope = Scope::dependency(&self.service);
            rules.apply_to(&mut self.changes, scope, options)
        };
        self.classify();
        used
    }

    /// The records of a service that came or went.
    pub fn comparison(&self) -> (&str, &[Record]) {
        (&self.service, &self.changes)
    }

    /// Takes the changes of a baseline out of the verdict.
    pub fn accept(&mut self, baseline: &Baseline, options: &Options) {
        if let Some(report) = &mut self.report {
            report.accept(baseline, options);
        }
        let scope = Scope::root(&self.service);
        accept_known(baseline, &mut self.changes, scope, options);
        self.classify();
    }

    /// Why it is accepted that the service came or went.
    pub(crate) fn accepted(&self) -> Option<&str> {
        self.changes
            .iter()
            .find_map(|record| record.suppressed.as_deref())
    }

    fn classify(&mut self) {
        self.classification = match (&self.report, self.status) {
            (Some(report), _) => Some(report.classification),
            (None, ServiceStatus::Failed) => None,
            (None, _) => Some(self.highest(Scale::Compatible)),
        };
    }

    fn highest(&self, scale: Scale) -> Class {
        let records = self.changes.iter();
        Class::highest(records.filter_map(|record| record.counted(scale)))
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
            result.classify();
            if let Some(class) = result.classification {
                *self.summary.classes.entry(class).or_default() += 1;
            }
        }
        let results = self.results.iter();
        let refined = results.filter_map(|result| match &result.report {
            Some(report) => Some(report.refined_classification),
            None => result
                .classification
                .and(Some(result.highest(Scale::Refined))),
        });
        self.refined_classification = Class::highest(refined);
        let results = self.results.iter();
        self.classification = Class::highest(results.filter_map(|result| result.classification));
    }

    /// Whether a service makes the command fail: by its changes, or because it is gone or, where any
    /// change counts, new.
    pub fn reaches(&self, fail_on: FailOn, scale: Scale) -> bool {
        self.results.iter().any(|result| {
            let report = result.report.as_ref();
            let mut records = result.changes.iter();
            report.is_some_and(|report| report.reaches(fail_on, scale))
                || records.any(|record| record.reaches(fail_on, scale))
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
    fn the_page_about_services_owns_what_is_said_about_them() {
        let services = [
            ServiceDiff::added("new", "n/new", "1.0.0"),
            ServiceDiff::removed("gone", "o/gone", "1.0.0"),
        ];
        for service in services {
            let (_, records) = service.comparison();
            assert_eq!(records.len(), 1);
            for record in records {
                let pages = crate::deep::rules::pages().iter();
                let mut owners = pages.filter(|page| page.id == record.judged_by);
                let owner = owners.next().expect("a page");
                let rule = record.rule.as_deref().unwrap_or_default();
                assert!(owner.ids.contains(&(rule, record.classification)), "{rule}");
            }
        }
    }

    #[test]
    fn the_rules_and_the_baseline_know_a_service_that_is_gone() {
        let options = Options::default();
        let read = |text: &str| {
            RulesFile::read(pacto_diagnostic::SourceText::new("rules.yaml", text)).expect("a file")
        };
        let judged = |text: &str| {
            let mut gone = ServiceDiff::removed("gone", "o/gone", "1.0.0");
            let used = gone.judge(&read(text), &options);
            (
                gone.classification,
                used.len(),
                gone.accepted().map(str::to_owned),
            )
        };
        let known = "ignore: [{rule: service-removed, service: gone, reason: retired}]";
        let retired = Some("retired".to_owned());
        assert_eq!(judged(known), (Some(Class::NonBreaking), 1, retired));
        let other = "ignore: [{rule: service-removed, service: other, reason: retired}]";
        assert_eq!(judged(other), (Some(Class::Breaking), 0, None));
        let softer = "rules: {service-removed: potential}";
        assert_eq!(judged(softer), (Some(Class::PotentialBreaking), 0, None));

        let recording = crate::rules_file::Recording {
            fail_on: FailOn::Breaking,
            scale: Scale::Compatible,
            today: jiff::civil::date(2026, 6, 1),
            reason: "retired",
            until: None,
            has_gaps: false,
        };
        let added = ServiceDiff::added("new", "n/new", "1.0.0");
        let mut results = [added, ServiceDiff::removed("gone", "o/gone", "1.0.0")];
        let updated = Baseline::default().update_of_set(&results, &recording);
        let updated = updated.expect("nothing can have expired");
        assert_eq!(updated.added, 1);
        for result in &mut results {
            result.accept(&updated.baseline, &options);
        }
        let set = DiffSet::new("o", "n", results.to_vec(), Vec::new());
        assert_eq!(set.classification, Class::NonBreaking);
        assert!(!set.reaches(FailOn::Breaking, Scale::Compatible));
        assert_eq!(
            set.results.iter().find_map(ServiceDiff::accepted),
            Some("retired")
        );
        let again = updated.baseline.update_of_set(&set.results, &recording);
        assert_eq!(again.expect("nothing can have expired").kept, 1);
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
