//! Making a lock file.

use std::collections::BTreeSet;

use pacto_bundle::lock::{LockRoot, Pin as Source};
use pacto_bundle::{LockFile, lock::LockedDependency};
use pacto_diagnostic::Finding;

use super::closure::Closure;
use crate::graph::Graph;

/// Makes the lock file of a graph that was resolved with
/// [`ReferenceEdges::Closure`](crate::ReferenceEdges::Closure).
///
/// `kept` is the lock file whose entries hold where their constraint is unchanged, the same that
/// gave the pins of the resolution: local directories keep the content hash they have there.
/// Unresolved references and services needed at two versions make a lock impossible; all of them
/// are reported.
pub fn create(
    graph: &Graph,
    pacto_version: &str,
    kept: Option<&LockFile>,
) -> Result<LockFile, Vec<Finding>> {
    let closure = Closure::new(graph);
    if !closure.problems.is_empty() {
        return Err(closure.problems);
    }
    let mut lock = LockFile {
        pacto_version: pacto_version.to_owned(),
        root: LockRoot {
            name: graph.root().name().to_owned(),
            version: graph.root().version().to_owned(),
        },
        dependencies: closure
            .dependencies
            .into_values()
            .map(|needed| needed.entry)
            .collect(),
        references: closure.references.into_values().collect(),
    };
    if let Some(kept) = kept {
        keep_local_hashes(&mut lock, kept);
    }
    Ok(lock)
}

fn keep_local_hashes(lock: &mut LockFile, kept: &LockFile) {
    for entry in &mut lock.dependencies {
        let old = kept
            .dependencies
            .iter()
            .find(|old| old.name == entry.name && old.constraint == entry.constraint);
        if let Some(old) = old {
            keep_local_hash(&mut entry.pin, &old.pin);
        }
    }
    for entry in &mut lock.references {
        let old = kept
            .references
            .iter()
            .find(|old| old.kind == entry.kind && old.name == entry.name);
        if let Some(old) = old {
            keep_local_hash(&mut entry.pin, &old.pin);
        }
    }
}

fn keep_local_hash(new: &mut Source, old: &Source) {
    if matches!((&*new, old), (Source::Local { path, .. }, Source::Local { path: kept, .. }) if path == kept)
    {
        *new = old.clone();
    }
}

/// The lock file without the entries of some services, so that only these are resolved anew.
/// Names that have no entry are given back.
pub fn without(lock: &LockFile, names: &[String]) -> (LockFile, Vec<String>) {
    let locked: BTreeSet<&str> = lock
        .dependencies
        .iter()
        .map(|entry| entry.name.as_str())
        .collect();
    let unknown = names
        .iter()
        .filter(|name| !locked.contains(name.as_str()))
        .cloned()
        .collect();
    let is_kept = |entry: &LockedDependency| !names.contains(&entry.name);
    let mut kept = lock.clone();
    kept.dependencies.retain(is_kept);
    (kept, unknown)
}
