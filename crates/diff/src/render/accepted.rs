//! The changes that were accepted.

use std::collections::BTreeMap;

use crate::{Record, Report};

/// Changes accepted for one reason that are listed where people read; a baseline has many.
const LISTED: usize = 10;

/// A change that was accepted.
pub(crate) struct Accepted<'r> {
    /// The dependency it belongs to; `None` for the contract itself.
    pub(crate) dependency: Option<&'r str>,
    pub(crate) record: &'r Record,
    pub(crate) reason: &'r str,
}

impl Accepted<'_> {
    /// The path of the change, after the name of the dependency.
    pub(crate) fn path(&self) -> String {
        let dependency = self.dependency.map(|name| format!("{name}: "));
        format!(
            "{}{}",
            dependency.unwrap_or_default(),
            self.record.keyed_path()
        )
    }
}

/// What was accepted, in the order of the report.
pub(crate) fn accepted(report: &Report) -> Vec<Accepted<'_>> {
    let dependencies = report.dependency_diffs.iter();
    let of_dependencies = dependencies.flat_map(|it| {
        let name = Some(it.name.as_str());
        it.changes.iter().map(move |record| (name, record))
    });
    let records = report.changes.iter().map(|record| (None, record));
    records
        .chain(of_dependencies)
        .filter_map(|(dependency, record)| {
            Some(Accepted {
                dependency,
                record,
                reason: record.suppressed.as_deref()?,
            })
        })
        .collect()
}

/// The changes that are listed where people read, and the reasons of the others with their number.
pub(crate) fn folded<'a, 'r>(
    accepted: &'a [Accepted<'r>],
) -> (Vec<&'a Accepted<'r>>, BTreeMap<&'r str, usize>) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let listed = accepted
        .iter()
        .filter(|accepted| {
            let count = seen.entry(accepted.reason).or_default();
            *count += 1;
            *count <= LISTED
        })
        .collect();
    let more = seen
        .into_iter()
        .filter(|(_, count)| *count > LISTED)
        .map(|(reason, count)| (reason, count - LISTED))
        .collect();
    (listed, more)
}
