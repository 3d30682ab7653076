//! Comparing a lock file with the contracts.

use std::collections::BTreeMap;

use pacto_bundle::LockFile;
use pacto_bundle::lock::{LockedDependency, LockedReference, Pin as Source};
use pacto_diagnostic::Finding;

use super::closure::{Closure, Needed};
use super::finding;
use super::pins::satisfies;
use crate::graph::Graph;

/// Every difference between a lock file and a graph that was resolved with its pins
/// ([`Pins`](super::Pins)) and with
/// [`ReferenceEdges::Closure`](crate::ReferenceEdges::Closure).
///
/// Order: what cannot be resolved, conflicts, dependencies by name, references by kind and name.
/// Nothing is reported as gone while something could not be resolved.
pub fn compare(lock: &LockFile, graph: &Graph) -> Vec<Finding> {
    let mut closure = Closure::new(graph);
    let mut findings = std::mem::take(&mut closure.problems);
    let is_partial = closure.is_partial;
    compare_dependencies(lock, &closure, is_partial, &mut findings);
    compare_references(lock, &closure, is_partial, &mut findings);
    findings
}

fn compare_dependencies(
    lock: &LockFile,
    closure: &Closure,
    is_partial: bool,
    findings: &mut Vec<Finding>,
) {
    let locked: BTreeMap<&str, &LockedDependency> = lock
        .dependencies
        .iter()
        .map(|entry| (entry.name.as_str(), entry))
        .collect();
    let mut is_set_changed = !is_partial
        && locked
            .keys()
            .any(|name| !closure.dependencies.contains_key(*name));
    let mut of_entries = Vec::new();
    for (name, needed) in &closure.dependencies {
        match locked.get(name.as_str()) {
            None => of_entries.push(finding::stale(&format!("new dependency {name}"))),
            Some(entry) if !needed.has_target(entry.pin.target()) => {
                is_set_changed = true;
            }
            Some(entry) => of_entries.extend(compare_dependency(entry, needed, is_partial)),
        }
    }
    if is_set_changed {
        findings.push(finding::stale("dependency set changed"));
    }
    findings.append(&mut of_entries);
}

fn compare_dependency(
    locked: &LockedDependency,
    needed: &Needed,
    is_partial: bool,
) -> Option<Finding> {
    let name = &locked.name;
    // Local entries of other writers carry no constraint, and what cannot be resolved may be what
    // asks with the locked one.
    let is_comparable = needed.is_asked_by_root() || !is_partial;
    if let Some(constraint) = &locked.constraint
        && is_comparable
        && !needed.has_constraint(constraint)
    {
        let now = needed.entry.constraint.as_deref().unwrap_or_default();
        return Some(finding::stale(&format!(
            "constraint of {name} changed from \"{constraint}\" to \"{now}\""
        )));
    }
    let version = locked.version.as_deref().unwrap_or_default();
    let unsatisfied = needed
        .choosing_constraints()
        .find(|constraint| !satisfies(version, constraint));
    if let Some(constraint) = unsatisfied {
        return Some(finding::stale(&format!(
            "{name} locked at {version} does not satisfy \"{constraint}\""
        )));
    }
    compare_source("dependency", name, &locked.pin, &needed.entry.pin)
}

fn compare_references(
    lock: &LockFile,
    closure: &Closure,
    is_partial: bool,
    findings: &mut Vec<Finding>,
) {
    let locked: BTreeMap<_, &LockedReference> = lock
        .references
        .iter()
        .map(|entry| {
            let key = (
                entry.kind,
                entry.name.clone(),
                entry.pin.target().to_owned(),
            );
            (key, entry)
        })
        .collect();
    let is_gone = |key| !closure.references.contains_key(key);
    if !is_partial && locked.keys().any(is_gone) {
        findings.push(finding::stale("reference set changed"));
    }
    for (key, needed) in &closure.references {
        let name = format!("{}/{}", needed.kind.as_str(), needed.name);
        match locked.get(key) {
            None => findings.push(finding::stale(&format!("new reference {name}"))),
            Some(entry) => {
                findings.extend(compare_source("reference", &name, &entry.pin, &needed.pin));
            }
        }
    }
}

fn compare_source(what: &str, name: &str, locked: &Source, found: &Source) -> Option<Finding> {
    match (locked, found) {
        (Source::Artifact { digest: locked, .. }, Source::Artifact { digest: found, .. })
            if locked != found =>
        {
            Some(finding::digest_mismatch(
                name,
                locked.as_str(),
                found.as_str(),
            ))
        }
        (
            Source::Local {
                content_hash: locked,
                ..
            },
            Source::Local {
                content_hash: found,
                ..
            },
        ) if locked != found => Some(finding::local_drift(what, name)),
        _ => None,
    }
}
