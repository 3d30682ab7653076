//! Policies as schemas: contracts are supplied to them.

use pacto_contract::Policy;

use super::configuration::{Pair, Repinned, compare_pair};
use super::group::Group;
use super::place::Position;
use crate::detect::Scope;
use crate::side::POLICY_FILE;
use crate::{Diagnostic, Side};

/// Section of policies among the records.
const SECTION: u8 = 3;

/// Compares the schemas of every policy that both sides have, and the one a bundle only ships.
pub(super) fn compare_all(old: &Side, new: &Side, diagnostics: &mut Vec<Diagnostic>) -> Vec<Group> {
    let (before, after) = (&old.contract().policies, &new.contract().policies);
    if before.is_empty() && after.is_empty() {
        let pair = Pair {
            sides: (old, new),
            paths: (POLICY_FILE, POLICY_FILE),
            root: Scope::Policy("default".to_owned()).canonical(),
            subject: "policy".to_owned(),
            position: Position::Policy,
        };
        return pair.group((SECTION, 0), diagnostics).into_iter().collect();
    }
    let mut groups = Vec::new();
    for (index, policy) in before.iter().enumerate() {
        let Some(partner) = after.iter().find(|other| other.name == policy.name) else {
            continue;
        };
        groups.extend(compare(
            (old, policy),
            (new, partner),
            (SECTION, index),
            diagnostics,
        ));
    }
    groups
}

fn compare(
    (old, before): (&Side, &Policy),
    (new, after): (&Side, &Policy),
    section: (u8, usize),
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Group> {
    let root = Scope::Policy(before.name.clone()).canonical();
    let subject = format!("policy {}", before.name);
    if let (Some(one), Some(other)) = (&before.schema, &after.schema) {
        let pair = Pair {
            sides: (old, new),
            paths: (one, other),
            root,
            subject,
            position: Position::Policy,
        };
        return pair.group(section, diagnostics);
    }
    let repinned = Repinned {
        rule: "policy-ref-repinned",
        pointer: format!("policies[{}].ref", before.name),
        root,
        subject,
        position: Position::Policy,
    };
    let references = (before.reference.as_deref()?, after.reference.as_deref()?);
    compare_pair(
        old.provider(references.0)?,
        new.provider(references.1)?,
        provided,
    )
    .and_then(|paths| repinned.group((old, new), references, &paths, section, diagnostics))
}

/// The schema that a bundle provides to those who refer to it.
fn provided(side: &Side) -> Option<String> {
    let policies = &side.contract().policies;
    policies
        .iter()
        .find_map(|policy| policy.schema.clone())
        .or_else(|| policies.is_empty().then(|| POLICY_FILE.to_owned()))
}
