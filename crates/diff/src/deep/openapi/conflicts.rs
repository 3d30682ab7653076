//! Schemas that callers and the provider both send, and that changed to the good of one side only.
//!
//! Two records say what such a change does in each direction. One more, for a whole schema, says
//! that they are the same edit: whoever reads only one of them may take the edit for safe.

use std::collections::BTreeMap;

use pacto_diagnostic::Location;

use super::after_paths;
use crate::deep::finding::{Finding, Findings};
use crate::deep::rules;
use crate::detect::ChangeKind;
use crate::{Class, Direction};

const RULE: &str = "schema-direction-conflict";

/// Adds a finding for every schema with a change that breaks one direction and suits the other.
pub(super) fn add(findings: &mut Findings<'_>) {
    let mut conflicts: BTreeMap<String, Conflict> = BTreeMap::new();
    for pair in findings.both_ways() {
        let classes = pair.map(|index| findings.list.get(index).map(|it| it.class));
        let [breaking, harmless] = match classes {
            [Some(Class::Breaking), Some(Class::NonBreaking)] => pair,
            [Some(Class::NonBreaking), Some(Class::Breaking)] => [pair[1], pair[0]],
            _ => continue,
        };
        let Some(finding) = findings.list.get(breaking) else {
            continue;
        };
        let conflict = conflicts.entry(place(finding)).or_insert(Conflict {
            breaking,
            harmless,
            changes: 0,
        });
        conflict.changes += 1;
    }
    for (path, conflict) in conflicts {
        let finding = conflict.finding(path, &findings.list);
        findings.list.extend(finding);
    }
}

/// What changed in one schema: the first of its changes in each direction, and how many there are.
struct Conflict {
    breaking: usize,
    harmless: usize,
    changes: usize,
}

impl Conflict {
    fn finding(&self, path: String, list: &[Finding]) -> Option<Finding> {
        let (breaking, harmless) = (list.get(self.breaking)?, list.get(self.harmless)?);
        let judgement = rules::judge(RULE, None, Direction::Both);
        let count = match self.changes {
            1 => "one change of it breaks".to_owned(),
            several => format!("{several} changes of it break"),
        };
        let reason = format!(
            "{path}: callers and the provider send it, and {count} one side only: {} at {} is breaking, {} at {} is not",
            breaking.rule, breaking.path, harmless.rule, harmless.path
        );
        Some(Finding {
            rule: RULE.to_owned(),
            page: judgement.page,
            class: judgement.class,
            direction: Direction::Both,
            order: after_paths(&path),
            path,
            occurrences: Vec::new(),
            kind: ChangeKind::Modified,
            old_value: None,
            new_value: None,
            old_location: breaking.old_location.clone(),
            new_location: breaking.new_location.clone(),
            reason,
            witness: None,
        })
    }
}

/// Path of the schema that both directions share: that of its component, else of the change.
fn place(finding: &Finding) -> String {
    let locations = [&finding.new_location, &finding.old_location];
    let name = locations.into_iter().flatten().find_map(component);
    name.map_or_else(
        || finding.path.clone(),
        |name| format!("openapi.components.schemas[{name}]"),
    )
}

/// Name of the component that a location lies in.
fn component(location: &Location) -> Option<String> {
    let pointer = location.pointer.as_deref()?;
    let maps = ["/components/schemas/", "/definitions/"];
    let rest = maps.iter().find_map(|map| pointer.strip_prefix(map))?;
    let name = rest.split('/').next()?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}
