//! One record for each place of a change in something shared.

use std::collections::HashMap;

use crate::Record;
use crate::record::fingerprint;

/// Writes every occurrence as a record of its own. Records they explain name those of their own
/// places.
pub(crate) fn expand(records: Vec<Record>) -> Vec<Record> {
    let mut copies: HashMap<String, Vec<(String, String)>> = HashMap::new();
    let mut expanded = Vec::with_capacity(records.len());
    for record in records {
        if record.occurrences.is_empty() {
            expanded.push(record);
            continue;
        }
        let shared = record.fingerprint.clone().unwrap_or_default();
        for path in &record.occurrences {
            let mut copy = Record {
                path: path.clone(),
                occurrences: Vec::new(),
                ..record.clone()
            };
            copy.fingerprint = Some(fingerprint(&copy));
            copy.shared_fingerprint = record.fingerprint.clone();
            let id = copy.fingerprint.clone().unwrap_or_default();
            let places = copies.entry(shared.clone()).or_default();
            places.push((path.clone(), id));
            expanded.push(copy);
        }
    }
    for record in &mut expanded {
        let path = record.path.clone();
        record.explained_by = std::mem::take(&mut record.explained_by)
            .into_iter()
            .flat_map(|id| match copies.get(&id) {
                None => vec![id],
                Some(places) => {
                    let own = places.iter().filter(|(place, _)| place.starts_with(&path));
                    own.map(|(_, id)| id.clone()).collect()
                }
            })
            .collect();
    }
    expanded
}
