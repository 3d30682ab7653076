//! Applying a rules file to what was compared.

use std::collections::BTreeSet;

use super::accept::{Scope, accept, follow};
use super::{PathRule, RulesFile, Setting, glob};
use crate::judge::Layer;
use crate::{Class, Comparison, Options, Record, version_policy};

/// What is done with a record.
enum Verdict {
    /// Its class stays that of its page.
    Stays,
    /// The class is this.
    Set(Class),
    /// The class is at most this.
    AtMost(Class),
    /// The record is left out.
    Off,
}

impl RulesFile {
    /// Gives the records of a comparison the classes of this file, and takes accepted changes out of
    /// the verdict. A name stands beside comparisons of dependencies. Tells which entries of
    /// `ignore` there was something to accept for, by position.
    pub fn apply(
        &self,
        comparison: &mut Comparison,
        name: Option<&str>,
        options: &Options,
    ) -> BTreeSet<usize> {
        let left_out = self.judge(&mut comparison.changes);
        // What the version has to say depends on the classes just given.
        version_policy::hold(comparison, options);
        let scope = match name {
            Some(name) => Scope::dependency(name),
            None => Scope::root(&comparison.service),
        };
        let used = accept(&self.ignore, &mut comparison.changes, scope, options);
        follow(&mut comparison.changes, &left_out);
        comparison.classify(options.scale);
        used
    }

    /// The same for records that no comparison gave.
    pub(crate) fn apply_to(
        &self,
        records: &mut Vec<Record>,
        scope: Scope<'_>,
        options: &Options,
    ) -> BTreeSet<usize> {
        self.judge(records);
        accept(&self.ignore, records, scope, options)
    }

    /// Classes of rules and paths; the fingerprints of records that are left out.
    fn judge(&self, records: &mut Vec<Record>) -> BTreeSet<String> {
        let mut left_out = BTreeSet::new();
        records.retain_mut(|record| match self.verdict(record) {
            Verdict::Stays => true,
            Verdict::Set(class) => {
                set(record, class, class);
                true
            }
            Verdict::AtMost(most) => {
                let refined = record.refined.unwrap_or(record.classification);
                set(record, record.classification.min(most), refined.min(most));
                true
            }
            Verdict::Off if record.layer == Some(Layer::Deep) => {
                left_out.extend(record.fingerprint.clone());
                false
            }
            Verdict::Off => {
                set(record, Class::NonBreaking, Class::NonBreaking);
                true
            }
        });
        left_out
    }

    fn verdict(&self, record: &Record) -> Verdict {
        if let Some(path) = self
            .paths
            .iter()
            .find(|path| lies_in(record, &path.pattern))
        {
            return match path {
                PathRule {
                    set: Some(class), ..
                } => Verdict::Set(*class),
                PathRule {
                    max: Some(class), ..
                } => Verdict::AtMost(*class),
                PathRule { .. } => Verdict::Stays,
            };
        }
        let ids = ids(record);
        let exact = self.rules.iter().find(|(id, _)| ids.contains(&id.as_str()));
        let pattern = || {
            let mut patterns = self.rules.iter().rev();
            patterns.find(|(pattern, _)| {
                pattern.contains('*') && ids.iter().any(|id| glob::matches(pattern, id))
            })
        };
        match exact.or_else(pattern) {
            Some((_, Setting::Off)) => Verdict::Off,
            Some((_, setting)) => Verdict::Set(setting.class()),
            None => self
                .profile
                .class(record)
                .map_or(Verdict::Stays, Verdict::Set),
        }
    }
}

/// The ids that speak about a record: its rule and the page of its row.
pub(super) fn ids(record: &Record) -> Vec<&str> {
    [record.rule.as_deref(), Some(record.judged_by)]
        .into_iter()
        .flatten()
        .filter(|id| !id.is_empty())
        .collect()
}

/// Whether all places of a record lie where a pattern says, in either spelling.
pub(super) fn lies_in(record: &Record, pattern: &str) -> bool {
    let mut spellings = record.aliases.iter().chain([&record.path]);
    spellings.any(|path| glob::matches(pattern, path))
        && record
            .occurrences
            .iter()
            .all(|path| glob::matches(pattern, path))
}

/// Gives a record other classes and keeps that of its page beside them.
pub(super) fn set(record: &mut Record, classification: Class, refined: Class) {
    let was = (
        record.classification,
        record.refined.unwrap_or(record.classification),
    );
    if was == (classification, refined) {
        return;
    }
    record
        .default_classification
        .get_or_insert(was.0.max(was.1));
    record.classification = classification;
    if record.layer.is_some() {
        record.refined = Some(refined);
    }
}
