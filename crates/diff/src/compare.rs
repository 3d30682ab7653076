//! Comparing two sides: detect, judge, write down.

use std::cmp::Ordering;

use pacto_bundle::Bundle;
use pacto_diagnostic::Severity;

use crate::detect::docs::{self, DocsChange};
use crate::detect::sbom::{self, SbomDiff};
use crate::diagnostics::{Diagnostic, SideName};
use crate::record::Record;
use crate::version_policy::DocumentVersion;
use crate::{
    Class, Engine, Options, Scale, Side, deep, detect, expand, judge, rules_file, version_policy,
};

/// Records beyond this number are left out, and a diagnostic says so.
const RECORDS_LIMIT: usize = 100_000;

/// What changed between two bundles, without their dependencies.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Name of the service; the new one where it changed.
    pub service: String,
    /// Version on the old side.
    pub old_version: String,
    /// Version on the new side.
    pub new_version: String,
    /// The highest class of the changes on the scale that counts; accepted ones left aside.
    pub classification: Class,
    /// Changes in a fixed order.
    pub changes: Vec<Record>,
    /// Changes of packages; never classed.
    pub sbom: Option<SbomDiff>,
    /// Files of the documentation that differ, where they are asked for; never classed.
    pub docs: Vec<DocsChange>,
    /// What could not be compared.
    pub diagnostics: Vec<Diagnostic>,
    /// The versions of documents, where a policy asks for them.
    pub(crate) documents: Vec<DocumentVersion>,
}

impl Comparison {
    /// True when neither the contract nor the packages nor the documentation differ.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.sbom.is_none() && self.docs.is_empty()
    }
}

impl Comparison {
    /// Works out the overall class again, after records were given other classes.
    pub(crate) fn classify(&mut self, scale: Scale) {
        let classes = self
            .changes
            .iter()
            .filter_map(|record| record.counted(scale));
        self.classification = Class::highest(classes);
    }
}

/// Compares two sides that were read before.
pub fn compare(old: &Side, new: &Side, options: &Options) -> Comparison {
    let detected = detect::detect(old, new, options);
    let (mut changes, mut diagnostics) = match options.engine {
        Engine::Full => deep::compare(old, new, detected, options),
        Engine::Base => {
            let records = detected.changes.into_iter().map(|change| {
                let judgement = judge::judge(&change);
                Record::new(change, judgement, options)
            });
            (records.collect(), detected.diagnostics)
        }
    };
    diagnostics.extend(truncate(&mut changes));
    if options.engine == Engine::Full && !options.ignores_inline_words {
        rules_file::accept_inline(old, new, &mut changes);
    }
    if options.expand {
        changes = expand::expand(changes);
    }
    let mut comparison = finish(old, new, changes, diagnostics);
    if options.include_annotations && options.engine == Engine::Full {
        add_docs(old, new, &mut comparison);
    }
    comparison.classify(options.scale);
    if options.engine == Engine::Full {
        comparison.documents = version_policy::read(old, new, options);
        version_policy::hold(&mut comparison, options);
    }
    comparison
}

/// Leaves out what is beyond the limit, the least grave records first, so that the verdict stays.
fn truncate(changes: &mut Vec<Record>) -> Option<Diagnostic> {
    let gravity = |record: &Record| {
        record
            .refined
            .map_or(record.classification, |it| it.max(record.classification))
    };
    let mut classes: Vec<Class> = changes.iter().map(gravity).collect();
    let (graver, &mut least, left_out) = match classes.len() {
        0..=RECORDS_LIMIT => return None,
        _ => classes.select_nth_unstable_by(RECORDS_LIMIT - 1, |one, other| other.cmp(one)),
    };
    let left_out = left_out.len();
    let graver = graver.iter().filter(|class| **class > least).count();
    let mut room = RECORDS_LIMIT - graver;
    changes.retain(|record| match gravity(record).cmp(&least) {
        Ordering::Greater => true,
        Ordering::Equal if room > 0 => {
            room -= 1;
            true
        }
        _ => false,
    });
    Some(Diagnostic {
        severity: Severity::Warning,
        code: "records-truncated",
        side: None,
        file: None,
        pointer: None,
        message: format!(
            "there are more than {RECORDS_LIMIT} records: {left_out} of the least grave are left out"
        ),
        location: None,
    })
}

/// A comparison of judged records; packages are compared here.
fn finish(
    old: &Side,
    new: &Side,
    changes: Vec<Record>,
    mut diagnostics: Vec<Diagnostic>,
) -> Comparison {
    let sbom = match (old.sbom(), new.sbom()) {
        (Ok(old), Ok(new)) => sbom::compare(old, new),
        (old, new) => {
            for (side, result) in [(SideName::Old, old), (SideName::New, new)] {
                if let Err(error) = result {
                    let mut diagnostic =
                        Diagnostic::warning("sbom-not-comparable", side, error.to_string());
                    diagnostic.file = error.file().map(str::to_owned);
                    diagnostics.push(diagnostic);
                }
            }
            None
        }
    };
    Comparison {
        service: new.contract().service.name.clone(),
        old_version: old.contract().service.version.clone(),
        new_version: new.contract().service.version.clone(),
        classification: Class::NonBreaking,
        changes,
        sbom,
        docs: Vec::new(),
        diagnostics,
        documents: Vec::new(),
    }
}

/// Compares the documentation beside the contracts.
fn add_docs(old: &Side, new: &Side, comparison: &mut Comparison) {
    match docs::compare(old.files(), new.files()) {
        Ok(changes) => comparison.docs = changes,
        Err(error) => comparison.diagnostics.push(Diagnostic {
            severity: Severity::Warning,
            code: "docs-not-comparable",
            side: None,
            file: Some(error.path.clone()),
            pointer: None,
            message: error.to_string(),
            location: None,
        }),
    }
}

/// Reads two bundles one after the other and compares them.
pub fn diff(old: &Bundle, new: &Bundle, options: &Options) -> Comparison {
    compare(&Side::read(old), &Side::read(new), options)
}
