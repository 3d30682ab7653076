//! Bringing a baseline to what a comparison found.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::super::KnownChange;
use super::super::accept::{is_expired, is_led};
use super::{Baseline, Entry};
use crate::{FailOn, Record, Report, Scale, ServiceDiff};

/// What is recorded, and how.
#[derive(Debug, Clone, Copy)]
pub struct Recording<'r> {
    /// Changes that make the command fail.
    pub fail_on: FailOn,
    /// The scale they are weighed on.
    pub scale: Scale,
    /// The day of the run.
    pub today: Date,
    /// Why new entries are accepted.
    pub reason: &'r str,
    /// Last day of new entries, and of those whose last day has passed.
    pub until: Option<Date>,
    /// Something could not be compared, so a change that is not there may only not have been seen.
    pub has_gaps: bool,
}

/// A baseline that was brought up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Updated {
    /// The new one.
    pub baseline: Baseline,
    /// Entries that are new.
    pub added: usize,
    /// Entries that stay as they are.
    pub kept: usize,
    /// Of these, entries that accept nothing and stay because of what could not be compared.
    pub unmatched: usize,
    /// Entries that got a later last day.
    pub renewed: usize,
    /// Entries that accept nothing any more.
    pub removed: usize,
}

/// An entry whose change is still there after its last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiredEntry {
    /// Line in the file.
    pub line: u32,
    /// Rule, or else the fingerprint.
    pub rule: String,
    /// Path, where the entry says it.
    pub path: Option<String>,
    /// The last day.
    pub until: Date,
}

impl Baseline {
    /// Takes up what makes the command fail and is not accepted, and lets go of what is gone. What is
    /// still there keeps its reason and last day.
    ///
    /// # Errors
    /// Entries that have expired while their change is still there, when no new last day is given.
    pub fn update(
        &self,
        reports: &[&Report],
        recording: &Recording<'_>,
    ) -> Result<Updated, Vec<ExpiredEntry>> {
        let comparisons = reports.iter().flat_map(|report| report.comparisons());
        self.update_of(&comparisons.collect::<Vec<_>>(), recording)
    }

    /// The same for the services of two folders: what changed, and what came or went.
    ///
    /// # Errors
    /// As [`Self::update`].
    pub fn update_of_set(
        &self,
        results: &[ServiceDiff],
        recording: &Recording<'_>,
    ) -> Result<Updated, Vec<ExpiredEntry>> {
        let mut comparisons = Vec::new();
        for result in results {
            match &result.report {
                Some(report) => comparisons.extend(report.comparisons()),
                None => comparisons.push(result.comparison()),
            }
        }
        self.update_of(&comparisons, recording)
    }

    fn update_of(
        &self,
        comparisons: &[(&str, &[Record])],
        recording: &Recording<'_>,
    ) -> Result<Updated, Vec<ExpiredEntry>> {
        let found = Found::of(comparisons);
        let mut updated = Updated {
            baseline: Self::default(),
            added: 0,
            kept: 0,
            unmatched: 0,
            renewed: 0,
            removed: 0,
        };
        let mut expired = Vec::new();
        let mut entries: BTreeMap<Key, Entry> = BTreeMap::new();
        for entry in &self.entries {
            let mut entry = entry.clone();
            let change = &entry.change;
            let key = key(change);
            let is_found = found.contains(change);
            if entries.contains_key(&key) || !(is_found || recording.has_gaps) {
                updated.removed += 1;
                continue;
            }
            if !is_found {
                updated.unmatched += 1;
                updated.kept += 1;
            } else if is_expired(entry.until, Some(recording.today)) {
                if recording.until.is_none() {
                    expired.extend(ExpiredEntry::of(&entry));
                }
                entry.until = recording.until;
                updated.renewed += 1;
            } else {
                updated.kept += 1;
            }
            entries.insert(key, entry);
        }
        if !expired.is_empty() {
            return Err(expired);
        }
        let kept: Vec<Entry> = entries.values().cloned().collect();
        for (service, records) in comparisons.iter().copied() {
            for record in new(service, records, &kept, recording) {
                let Some(entry) = Entry::of(service, record, recording) else {
                    continue;
                };
                entries.entry(key(&entry.change)).or_insert_with(|| {
                    updated.added += 1;
                    entry
                });
            }
        }
        updated.baseline.entries = entries.into_values().collect();
        Ok(updated)
    }
}

/// What tells entries apart: service, interface, fingerprint.
type Key = (Option<String>, Option<String>, String);

fn key(change: &KnownChange) -> Key {
    let KnownChange {
        service,
        interface,
        fingerprint,
        ..
    } = change;
    (service.clone(), interface.clone(), fingerprint.clone())
}

/// The records to take up: they make the command fail, and nothing accepts them. A record that
/// goes with those that explain it needs no entry where all of them have one.
fn new<'r>(
    service: &str,
    records: &'r [Record],
    kept: &[Entry],
    recording: &Recording<'_>,
) -> Vec<&'r Record> {
    let mut known: HashMap<&str, Vec<&KnownChange>> = HashMap::new();
    for Entry { change, .. } in kept {
        known.entry(&change.fingerprint).or_default().push(change);
    }
    let is_known = |record: &Record| {
        let prints = [&record.fingerprint, &record.shared_fingerprint];
        let prints = prints.into_iter().flatten();
        let mut changes = prints
            .filter_map(|print| known.get(print.as_str()))
            .flatten();
        changes.any(|change| change.is(service, record))
    };
    let reaches = |record: &Record| record.reaches(recording.fail_on, recording.scale);
    let is_accepted =
        |record: &Record| record.suppressed.is_some() || is_known(record) || reaches(record);
    let accepted: HashMap<&str, bool> = records
        .iter()
        .filter_map(|record| Some((record.fingerprint.as_deref()?, is_accepted(record))))
        .collect();
    let follows = |record: &Record| {
        let explanations = record.explained_by.iter();
        let mut found = explanations
            .filter_map(|id| accepted.get(id.as_str()))
            .peekable();
        is_led(record) && found.peek().is_some() && found.all(|is_accepted| *is_accepted)
    };
    records
        .iter()
        .filter(|record| reaches(record) && !is_known(record) && !follows(record))
        .collect()
}

impl Entry {
    /// `None` for records without a fingerprint, which the base layer alone gives.
    fn of(service: &str, record: &Record, recording: &Recording<'_>) -> Option<Self> {
        let shared = record.shared_fingerprint.as_ref();
        Some(Self {
            change: KnownChange {
                rule: Some(record.code().to_owned()),
                path: Some(record.keyed_path().to_owned()),
                interface: record.interface.clone(),
                fingerprint: shared.or(record.fingerprint.as_ref())?.clone(),
                service: Some(service.to_owned()),
            },
            reason: recording.reason.to_owned(),
            until: recording.until,
            location: None,
        })
    }
}

impl ExpiredEntry {
    fn of(entry: &Entry) -> Option<Self> {
        let change = &entry.change;
        Some(Self {
            line: entry.location.as_ref()?.line,
            rule: change
                .rule
                .clone()
                .unwrap_or_else(|| change.fingerprint.clone()),
            path: change.path.clone(),
            until: entry.until?,
        })
    }
}

/// The fingerprints of all records, accepted ones included, by service, with their interfaces.
struct Found<'r> {
    prints: BTreeMap<&'r str, Prints<'r>>,
}

type Prints<'r> = BTreeMap<&'r str, BTreeSet<Option<&'r str>>>;

impl<'r> Found<'r> {
    fn of(comparisons: &[(&'r str, &'r [Record])]) -> Self {
        let mut prints: BTreeMap<&str, Prints<'_>> = BTreeMap::new();
        for (service, records) in comparisons.iter().copied() {
            let own = prints.entry(service).or_default();
            for record in records {
                let both = [&record.fingerprint, &record.shared_fingerprint];
                for print in both.into_iter().flatten() {
                    let interfaces = own.entry(print).or_default();
                    interfaces.insert(record.interface.as_deref());
                }
            }
        }
        Self { prints }
    }

    fn contains(&self, change: &KnownChange) -> bool {
        let has = |own: &Prints<'_>| {
            let interfaces = own.get(change.fingerprint.as_str());
            interfaces.is_some_and(|found| found.iter().any(|name| change.is_of(*name)))
        };
        match &change.service {
            Some(service) => self.prints.get(service.as_str()).is_some_and(has),
            None => self.prints.values().any(has),
        }
    }
}
