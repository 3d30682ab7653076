//! The version of the service, held against what changed, and those of the documents of its interfaces.

mod documents;

pub(crate) use documents::{DocumentVersion, read};

use pacto_contract::LooseVersion;

use crate::deep::annotations::is_annotation;
use crate::deep::rules;
use crate::judge::{Judgement, Layer};
use crate::record::fingerprint;
use crate::{Class, Comparison, Direction, Options, Record, VersionAdvice, VersionPolicy};

const PATH: &str = "service.version";
const RULES: [&str; 3] = [
    "version-bump-too-small",
    "version-not-bumped",
    "version-decreased",
];

/// Lets the version rules speak, after everything else has its class. What they said before is
/// forgotten, so that this may be done again when records got other classes.
pub(crate) fn hold(comparison: &mut Comparison, options: &Options) {
    forget(&mut comparison.changes);
    comparison.classify(options.scale);
    add_documents(comparison, options);
    let Some(rule) = verdict(comparison, options) else {
        return;
    };
    let judgement = judge(rule, options);
    let is_own = |record: &&mut Record| record.path == PATH && record.layer == Some(Layer::Base);
    if let Some(record) = comparison.changes.iter_mut().find(is_own) {
        record.rule = Some(rule.to_owned());
        record.refined = Some(judgement.class);
        record.fingerprint = Some(fingerprint(record));
    } else {
        let record = unchanged(comparison, rule, judgement);
        comparison.changes.insert(0, record);
    }
    comparison.classify(options.scale);
}

/// Adds what is said about versions of documents after everything else about their interfaces.
fn add_documents(comparison: &mut Comparison, options: &Options) {
    for document in std::mem::take(&mut comparison.documents) {
        if let Some(record) = document.record(comparison, options) {
            let last = comparison.changes.iter().rposition(|it| document.owns(it));
            let index = last.map_or(comparison.changes.len(), |index| index + 1);
            comparison.changes.insert(index, record);
        }
        comparison.documents.push(document);
    }
    comparison.classify(options.scale);
}

fn is_ours(record: &Record) -> bool {
    let rule = record.rule.as_deref();
    rule.is_some_and(|rule| RULES.contains(&rule) || documents::RULES.contains(&rule))
}

fn forget(changes: &mut Vec<Record>) {
    changes.retain(|record| !(is_ours(record) && record.layer == Some(Layer::Deep)));
    for record in changes.iter_mut().filter(|record| is_ours(record)) {
        record.rule = None;
        record.refined = None;
        record.fingerprint = Some(fingerprint(record));
    }
}

fn verdict(comparison: &Comparison, options: &Options) -> Option<&'static str> {
    // What is listed on request must not change the verdict.
    if options.version_policy == VersionPolicy::Off || comparison.changes.iter().all(is_annotation)
    {
        return None;
    }
    let (old, new) = (&comparison.old_version, &comparison.new_version);
    let (before, after) = (
        LooseVersion::parse(old).ok()?,
        LooseVersion::parse(new).ok()?,
    );
    if after.semver() < before.semver() {
        Some("version-decreased")
    } else if old == new {
        Some("version-not-bumped")
    } else {
        let class = comparison.classification;
        let advice = VersionAdvice::of(old, new, class, &comparison.changes)?;
        (!advice.sufficient).then_some("version-bump-too-small")
    }
}

/// A policy that is enforced makes what its rules find breaking.
fn judge(rule: &str, options: &Options) -> Judgement {
    let judgement = rules::judge(rule, None, Direction::None);
    match options.version_policy {
        VersionPolicy::Enforce => Judgement {
            class: Class::Breaking,
            ..judgement
        },
        VersionPolicy::Off | VersionPolicy::Report => judgement,
    }
}

/// The record of a version that nobody touched.
fn unchanged(comparison: &Comparison, rule: &str, judgement: Judgement) -> Record {
    let reason = format!("the version is still {}", comparison.new_version);
    let mut record = Record {
        old_value: Some(comparison.old_version.as_str().into()),
        new_value: Some(comparison.new_version.as_str().into()),
        file: Some(pacto_contract::CONTRACT_FILE.to_owned()),
        ..Record::deep(rule, judgement, PATH.to_owned(), reason)
    };
    record.fingerprint = Some(fingerprint(&record));
    record
}
