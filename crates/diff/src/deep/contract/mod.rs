//! Rules about fields of the contract itself.
//!
//! Most of them say more about a record of the base layer ([`explain`]); what has no record there
//! stands for itself ([`findings`]). The pages below `deep-rules/contract/` class them.

mod dependencies;
mod endpoints;
mod interfaces;
mod readiness;
mod runtime;

use pacto_contract::Contract;

use super::finding::{Finding, Order};
use super::rules;
use crate::detect::{Change, ChangeKind, Fact, List};
use crate::{Class, Direction, Options, Side};

pub(super) use interfaces::Rename;

/// What a rule says about a record of the base layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Explanation {
    /// The rule; `None` when the fact is the same, spelled differently.
    pub(super) rule: Option<&'static str>,
    /// Its class on the refined scale.
    pub(super) class: Class,
}

impl Explanation {
    fn rule(rule: &'static str) -> Self {
        Self {
            rule: Some(rule),
            class: rules::judge(rule, None, Direction::None).class,
        }
    }

    /// Both sides mean the same.
    fn same() -> Self {
        Self {
            rule: None,
            class: Class::NonBreaking,
        }
    }
}

/// Finds the rule that speaks about a change of the contract.
pub(super) fn explain(old: &Side, new: &Side, change: &Change) -> Option<Explanation> {
    let sides = (old.contract(), new.contract());
    match &change.fact {
        Fact::Item { list, key, field } => match list {
            List::Interfaces => interfaces::explain((old, new), change.kind, key, *field),
            List::Dependencies => dependencies::explain(sides, change.kind, key, *field),
            List::Policies if field.is_none() && change.kind == ChangeKind::Added => {
                Some(Explanation::rule("policy-added"))
            }
            _ => None,
        },
        Fact::Position { field: None, .. } | Fact::Field("policy" | "policy/schema.json")
            if change.kind == ChangeKind::Added && is_policy(&change.fact) =>
        {
            Some(Explanation::rule("policy-added"))
        }
        Fact::ConfigurationValue { .. } => Some(Explanation::rule(match change.kind {
            ChangeKind::Added => "config-value-key-added",
            ChangeKind::Removed => "config-value-key-removed",
            ChangeKind::Modified => "config-value-key-changed",
        })),
        Fact::Field(path) => runtime::explain(sides, path),
        _ => None,
    }
}

fn is_policy(fact: &Fact) -> bool {
    match fact {
        Fact::Position { list, .. } => *list == crate::detect::PositionalList::Policies,
        Fact::Field(path) => *path == "policy",
        _ => false,
    }
}

/// Interfaces that only go by another name now.
pub(super) fn renames(old: &Side, new: &Side) -> Vec<Rename> {
    interfaces::renames(old, new)
}

/// The record of an interface that goes by another name.
pub(super) fn renamed(rename: &Rename) -> Finding {
    const RULE: &str = "interface-renamed";
    let judgement = rules::judge(RULE, None, Direction::None);
    Finding {
        rule: RULE.to_owned(),
        page: judgement.page,
        class: judgement.class,
        direction: Direction::None,
        path: "interfaces".to_owned(),
        occurrences: Vec::new(),
        kind: ChangeKind::Modified,
        old_value: Some(rename.old.as_str().into()),
        new_value: Some(rename.new.as_str().into()),
        old_location: None,
        new_location: None,
        reason: format!("interface {} is called {} now", rename.old, rename.new),
        witness: None,
        order: Order::default(),
    }
}

/// What no record of the base layer says, with the path of the record it belongs to.
pub(super) fn findings(old: &Side, new: &Side, options: &Options) -> Vec<Finding> {
    let mut findings = endpoints::findings(old, new);
    findings.extend(readiness::findings(old, new, options.today));
    findings
}

/// The dependency of a record, by its name or its reference.
fn dependency<'c>(contract: &'c Contract, key: &str) -> Option<&'c pacto_contract::Dependency> {
    let mut dependencies = contract.dependencies.iter();
    dependencies.find(|dependency| dependency.name == key || dependency.reference == key)
}
