//! Applying a rules file to what was compared.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use pacto_diagnostic::Severity;

use super::{Accepted, Ignore, PathRule, RulesFile, Setting, glob};
use crate::judge::Layer;
use crate::{Class, Comparison, Diagnostic, Options, Record, version_policy};

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
        let left_out = self.judge(comparison);
        // What the version has to say depends on the classes just given.
        version_policy::hold(comparison, options);
        let mut used = BTreeSet::new();
        for (index, ignore) in self.ignore.iter().enumerate() {
            for record in &mut comparison.changes {
                if !accepts(&ignore.what, name, record) {
                    continue;
                }
                used.insert(index);
                if !is_expired(ignore, options.today) && record.suppressed.is_none() {
                    record.suppressed = Some(ignore.reason.clone());
                }
            }
        }
        follow(&mut comparison.changes, &left_out);
        comparison.classify(options.scale);
        used
    }

    /// What is odd about the entries of `ignore`, given those that were used anywhere: some have
    /// expired, and some accept nothing.
    pub fn leftovers(&self, used: &BTreeSet<usize>, options: &Options) -> Vec<Diagnostic> {
        let judged = self.ignore.iter().enumerate();
        judged
            .filter_map(|(index, ignore)| {
                if !used.contains(&index) {
                    Some(about(ignore, "unused-ignore", "accepts nothing; remove it"))
                } else if is_expired(ignore, options.today) {
                    let what = "has expired, so what it accepted counts";
                    Some(about(ignore, "expired-ignore", what))
                } else {
                    None
                }
            })
            .collect()
    }

    /// Classes of rules and paths; the fingerprints of records that are left out.
    fn judge(&self, comparison: &mut Comparison) -> BTreeSet<String> {
        let mut left_out = BTreeSet::new();
        comparison
            .changes
            .retain_mut(|record| match self.verdict(record) {
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

fn is_expired(ignore: &Ignore, today: Option<Date>) -> bool {
    matches!((ignore.until, today), (Some(until), Some(today)) if today > until)
}

/// The ids that speak about a record: its rule and the page of its row.
fn ids(record: &Record) -> Vec<&str> {
    [record.rule.as_deref(), Some(record.judged_by)]
        .into_iter()
        .flatten()
        .filter(|id| !id.is_empty())
        .collect()
}

/// Whether all places of a record lie where a pattern says, in either spelling.
fn lies_in(record: &Record, pattern: &str) -> bool {
    let mut spellings = record.aliases.iter().chain([&record.path]);
    spellings.any(|path| glob::matches(pattern, path))
        && record
            .occurrences
            .iter()
            .all(|path| glob::matches(pattern, path))
}

/// Gives a record other classes and keeps that of its page beside them.
fn set(record: &mut Record, classification: Class, refined: Class) {
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

fn accepts(what: &Accepted, dependency: Option<&str>, record: &Record) -> bool {
    match what {
        Accepted::Fingerprint(fingerprint) => record.fingerprint.as_ref() == Some(fingerprint),
        Accepted::Dependency(name) => dependency == Some(name.as_str()),
        Accepted::Records { rule, path, file } => {
            let is_rule = rule
                .as_deref()
                .is_none_or(|rule| ids(record).iter().any(|id| glob::matches(rule, id)));
            let place = record
                .new_location
                .as_ref()
                .or(record.old_location.as_ref());
            let files = [
                record.file.as_deref(),
                place.map(|place| place.file.as_str()),
            ];
            let is_file = file.as_deref().is_none_or(|pattern| {
                let mut files = files.into_iter().flatten();
                files.any(|file| glob::matches(pattern, file))
            });
            is_rule && is_file && path.as_deref().is_none_or(|path| lies_in(record, path))
        }
    }
}

/// A record of the base layer goes with those that explain it: where all of them were given other
/// classes, were accepted or left out, it weighs what is left of them.
fn follow(records: &mut [Record], left_out: &BTreeSet<String>) {
    let explanations: BTreeMap<String, (Class, Option<String>, bool)> = records
        .iter()
        .filter_map(|record| {
            let class = record.refined.unwrap_or(record.classification);
            let is_touched = record.default_classification.is_some() || record.suppressed.is_some();
            let about = (class, record.suppressed.clone(), is_touched);
            Some((record.fingerprint.clone()?, about))
        })
        .collect();
    for record in records {
        let is_judged = record.default_classification.is_some() || record.suppressed.is_some();
        if is_judged || record.rule.is_some() || record.explained_by.is_empty() {
            continue;
        }
        let found: Vec<_> = record
            .explained_by
            .iter()
            .filter_map(|id| explanations.get(id))
            .collect();
        record.explained_by.retain(|id| !left_out.contains(id));
        if found.iter().any(|(_, _, is_touched)| !is_touched) {
            continue;
        }
        let counted = found
            .iter()
            .filter(|(_, suppressed, _)| suppressed.is_none());
        let class = Class::highest(counted.map(|(class, _, _)| *class));
        let accepted = found.iter().find_map(|(_, reason, _)| reason.clone());
        let is_all_accepted =
            !found.is_empty() && found.iter().all(|(_, reason, _)| reason.is_some());
        if is_all_accepted {
            record.suppressed = accepted;
        } else {
            set(record, class, class);
        }
    }
}

fn about(ignore: &Ignore, code: &'static str, what: &str) -> Diagnostic {
    let place = &ignore.location;
    Diagnostic {
        severity: Severity::Warning,
        code,
        side: None,
        file: Some(place.file.clone()),
        pointer: place.pointer.clone(),
        message: format!(
            "the ignore entry in line {} ({}) {what}",
            place.line, ignore.reason
        ),
        location: Some(place.clone()),
    }
}
