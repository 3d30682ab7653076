//! Records in the order people read them in.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use pacto_contract::CONTRACT_FILE;

use crate::Record;

/// Records of one file.
pub(super) struct Group<'r> {
    /// Empty for what lies in no file.
    pub(super) file: &'r str,
    /// The interface they are about, where another one has the same document.
    pub(super) interface: Option<&'r str>,
    /// The gravest come first, since that is what a reviewer looks for; else in the order of the
    /// report.
    pub(super) records: Vec<&'r Record>,
}

/// Records grouped by their file, files in the order of their first record. A document of several
/// interfaces is a group for each of them.
pub(super) fn groups<'r>(records: &[&'r Record]) -> Vec<Group<'r>> {
    let shared = shared_documents(records);
    let mut groups: Vec<Group<'_>> = Vec::new();
    for record in records {
        let file = record.file.as_deref().unwrap_or("");
        let interface = record.interface.as_deref();
        let interface = interface.filter(|_| shared.contains(file));
        let is_here = |group: &&mut Group<'_>| group.file == file && group.interface == interface;
        match groups.iter_mut().find(is_here) {
            Some(group) => group.records.push(record),
            None => groups.push(Group {
                file,
                interface,
                records: vec![record],
            }),
        }
    }
    for group in &mut groups {
        group
            .records
            .sort_by_key(|record| Reverse(record.classification));
    }
    groups
}

/// Documents that several interfaces have: every change in them is told once for each.
pub(in crate::render) fn shared_documents<'r>(records: &[&'r Record]) -> HashSet<&'r str> {
    let mut first: HashMap<&str, &str> = HashMap::new();
    let mut shared = HashSet::new();
    for record in records {
        let (Some(file), Some(interface)) = (record.file.as_deref(), record.interface.as_deref())
        else {
            continue;
        };
        let is_other = *first.entry(file).or_insert(interface) != interface;
        if is_other && file != CONTRACT_FILE {
            shared.insert(file);
        }
    }
    shared
}
