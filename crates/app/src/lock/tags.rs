//! Asks whether the tags of locked versions still name what was locked.

use pacto_bundle::lock::LockFile;
use pacto_bundle::{Resolved, StoreError};
use pacto_contract::{Digest, Reference};
use pacto_diagnostic::Finding;
use pacto_graph::Graph;
use pacto_graph::lock::{TagCheck, tag_checks};

use super::problem::UNRESOLVED;
use crate::resolver::Resolver;

/// What became of the tags of a lock file.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// Tags that name something else now, or could not be asked for, in the order of the entries.
    pub(super) findings: Vec<Finding>,
    /// A registry or layout broke a rule of safety.
    pub(super) is_refused_for_safety: bool,
}

/// Asks once per entry, where the graph found it.
pub(super) fn moved(
    resolver: &Resolver<'_>,
    root: &Resolved,
    lock: &LockFile,
    graph: &Graph,
) -> Moved {
    let mut checks = tag_checks(lock, graph);
    let mut moved = Moved::default();
    if resolver.context().network().is_offline {
        let count = checks.len();
        checks.retain(|check| matches!(check.place, Reference::Layout(_)));
        if checks.len() < count {
            resolver
                .context()
                .observer()
                .warn("offline: whether tags were moved since they were locked is not known");
        }
    }
    if checks.is_empty() {
        return moved;
    }
    let answers = resolver.find_tags(
        &root.bundle.origin,
        checks
            .iter()
            .map(|check| (check.place.clone(), check.tags.clone()))
            .collect(),
    );
    for (check, answer) in checks.iter().zip(answers) {
        if let Err(error) = &answer {
            moved.is_refused_for_safety |= error.is_refused_for_safety();
        }
        moved.findings.extend(judge(check, answer));
    }
    moved
}

fn judge(check: &TagCheck, answer: Result<Option<Digest>, StoreError>) -> Option<Finding> {
    let reason = match answer {
        Ok(Some(found)) => return check.compare(&found),
        Ok(None) => format!("there is no tag {}", check.tags.join(" or ")),
        Err(error) => error.to_string(),
    };
    let message = format!("{UNRESOLVED}: cannot resolve {}: {reason}", check.reference);
    Some(Finding::error(UNRESOLVED, "", message))
}
