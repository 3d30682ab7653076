//! Taking accepted changes out of the verdict.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use pacto_diagnostic::Severity;

use super::apply::{ids, lies_in, set};
use super::{Accepted, Baseline, Ignore, KnownChange, RulesFile, glob};
use crate::diagnostics::{EXPIRED_IGNORE, UNUSED_IGNORE};
use crate::{Class, Diagnostic, Options, Record};

/// The comparison that records belong to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'s> {
    /// Name of the service.
    service: &'s str,
    /// The name that entries about a whole dependency go by.
    dependency: Option<&'s str>,
}

impl<'s> Scope<'s> {
    /// The contract itself.
    pub(crate) fn root(service: &'s str) -> Self {
        Self {
            service,
            dependency: None,
        }
    }

    /// Something the contract depends on.
    pub(crate) fn dependency(service: &'s str) -> Self {
        Self {
            service,
            dependency: Some(service),
        }
    }
}

impl KnownChange {
    /// Whether it is a change of this service.
    pub(crate) fn is_about(&self, service: &str) -> bool {
        self.service.as_deref().is_none_or(|own| own == service)
    }

    /// Whether it is a change of this interface, or of none.
    pub(super) fn is_of(&self, interface: Option<&str>) -> bool {
        self.interface.is_none() || self.interface.as_deref() == interface
    }

    /// Whether a record is this change. A record that stands for one of several places is known by
    /// the fingerprint of all of them too, so that `--expand` changes no verdict.
    pub(crate) fn is(&self, service: &str, record: &Record) -> bool {
        let own = Some(&self.fingerprint);
        self.is_about(service)
            && self.is_of(record.interface.as_deref())
            && (record.fingerprint.as_ref() == own || record.shared_fingerprint.as_ref() == own)
    }
}

impl RulesFile {
    /// What is odd about the entries of `ignore`, given those that were used anywhere: some have
    /// expired, and some accept nothing. Where something could not be compared, that may be the
    /// reason.
    pub fn leftovers(
        &self,
        used: &BTreeSet<usize>,
        has_gaps: bool,
        options: &Options,
    ) -> Vec<Diagnostic> {
        let judged = self.ignore.iter().enumerate();
        judged
            .filter_map(|(index, ignore)| {
                if !used.contains(&index) {
                    let what = if has_gaps {
                        "accepts nothing in what could be compared"
                    } else {
                        "accepts nothing; remove it"
                    };
                    Some(about(ignore, UNUSED_IGNORE, what))
                } else if is_expired(ignore.until, options.today) {
                    let what = "has expired, so what it accepted counts";
                    Some(about(ignore, EXPIRED_IGNORE, what))
                } else {
                    None
                }
            })
            .collect()
    }
}

/// Marks the records that entries accept; the first entry of several gives the reason. Tells which
/// entries there was something to accept for, by position.
pub(super) fn accept(
    ignore: &[Ignore],
    records: &mut [Record],
    scope: Scope<'_>,
    options: &Options,
) -> BTreeSet<usize> {
    // Baselines are long: their entries are looked up, not tried.
    let mut by_fingerprint: HashMap<&str, Vec<(usize, &Ignore)>> = HashMap::new();
    let mut others = Vec::new();
    for (index, entry) in ignore.iter().enumerate() {
        match &entry.what {
            Accepted::Change(change) => by_fingerprint
                .entry(&change.fingerprint)
                .or_default()
                .push((index, entry)),
            _ => others.push((index, entry)),
        }
    }
    let mut used = BTreeSet::new();
    for record in records {
        let prints = [&record.fingerprint, &record.shared_fingerprint];
        let known = prints
            .into_iter()
            .flatten()
            .filter_map(|print| by_fingerprint.get(print.as_str()))
            .flatten();
        let mut entries: Vec<(usize, &Ignore)> = known
            .chain(&others)
            .filter(|(_, entry)| accepts(&entry.what, scope, record))
            .copied()
            .collect();
        entries.sort_unstable_by_key(|(index, _)| *index);
        used.extend(entries.iter().map(|(index, _)| index));
        let mut valid = entries
            .iter()
            .filter(|(_, entry)| !is_expired(entry.until, options.today));
        if let (Some((_, entry)), None) = (valid.next(), &record.suppressed) {
            record.suppressed = Some(entry.reason.clone());
        }
    }
    used
}

/// Marks the records that a baseline accepts, and those that only such records explain.
pub(crate) fn accept_known(
    baseline: &Baseline,
    records: &mut [Record],
    scope: Scope<'_>,
    options: &Options,
) {
    let ignore: Vec<Ignore> = baseline.as_ignore().collect();
    accept(&ignore, records, scope, options);
    follow(records, &BTreeSet::new());
}

pub(super) fn is_expired(until: Option<Date>, today: Option<Date>) -> bool {
    matches!((until, today), (Some(until), Some(today)) if today > until)
}

fn accepts(what: &Accepted, scope: Scope<'_>, record: &Record) -> bool {
    match what {
        Accepted::Change(change) => change.is(scope.service, record),
        Accepted::Dependency(name) => scope.dependency == Some(name.as_str()),
        Accepted::Records {
            rule,
            path,
            file,
            service,
            interface,
        } => {
            let is_service = service.as_deref().is_none_or(|name| name == scope.service);
            let is_interface = interface.is_none() || *interface == record.interface;
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
            is_service
                && is_interface
                && is_rule
                && is_file
                && path.as_deref().is_none_or(|path| lies_in(record, path))
        }
    }
}

/// Whether a record goes with those that explain it: nothing else has judged it.
pub(super) fn is_led(record: &Record) -> bool {
    let is_judged = record.default_classification.is_some() || record.suppressed.is_some();
    !is_judged && record.rule.is_none() && !record.explained_by.is_empty()
}

/// A record of the base layer goes with those that explain it: where all of them were given other
/// classes, were accepted or left out, it weighs what is left of them.
pub(super) fn follow(records: &mut [Record], left_out: &BTreeSet<String>) {
    let explanations: BTreeMap<String, (Class, Option<String>, bool)> = records
        .iter()
        .filter_map(|record| {
            let class = record.refined.unwrap_or(record.classification);
            let is_touched = record.default_classification.is_some() || record.suppressed.is_some();
            let about = (class, record.suppressed.clone(), is_touched);
            Some((record.fingerprint.clone()?, about))
        })
        .collect();
    for record in records.iter_mut().filter(|record| is_led(record)) {
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
    let place = ignore.location.as_ref();
    let line = place.map_or(String::new(), |place| format!(" in line {}", place.line));
    Diagnostic {
        severity: Severity::Warning,
        code,
        side: None,
        file: place.map(|place| place.file.clone()),
        pointer: place.and_then(|place| place.pointer.clone()),
        message: format!("the ignore entry{line} ({}) {what}", ignore.reason),
        location: place.cloned(),
    }
}
