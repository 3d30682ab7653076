//! What references of configurations and policies lead to, where they changed.

use std::collections::BTreeSet;

use pacto_bundle::{Bundle, Origin, ResolveFailure, Resolved};
use pacto_contract::{Contract, Reference};
use pacto_diff::{Diagnostic, Side, SideName};

use crate::resolver::{Machine, Resolver, Wanted};

/// Names of the configurations and policies whose reference changed.
#[derive(Debug, Default)]
pub(super) struct Moved {
    configurations: BTreeSet<String>,
    policies: BTreeSet<String>,
}

impl Moved {
    /// True when no reference changed.
    pub(super) fn is_empty(&self) -> bool {
        self.configurations.is_empty() && self.policies.is_empty()
    }
}

/// Providers of one side, and what could not be read.
pub(super) struct Found {
    pub(super) sides: Vec<(String, Side)>,
    pub(super) unresolved: Vec<Diagnostic>,
}

/// Finds the references that both sides have, spelled differently.
pub(super) fn moved(old: &Bundle, new: &Bundle) -> Moved {
    let (old, new) = (old.contract.contract(), new.contract.contract());
    let differs = |one: &Option<String>, other: &Option<String>| {
        one.is_some() && other.is_some() && one != other
    };
    Moved {
        configurations: old
            .configurations
            .iter()
            .filter(|before| {
                let mut partners = new.configurations.iter();
                partners.any(|after| {
                    after.name == before.name && differs(&before.reference, &after.reference)
                })
            })
            .map(|configuration| configuration.name.clone())
            .collect(),
        policies: old
            .policies
            .iter()
            .filter(|before| {
                let mut partners = new.policies.iter();
                partners.any(|after| {
                    after.name == before.name && differs(&before.reference, &after.reference)
                })
            })
            .map(|policy| policy.name.clone())
            .collect(),
    }
}

/// Fetches the bundles behind these references.
pub(super) fn fetch(
    resolver: &Resolver<'_>,
    name: SideName,
    root: &Bundle,
    moved: &Moved,
) -> Found {
    let mut references = References {
        declared_by: root.origin.clone(),
        open: wanted(root.contract.contract(), moved),
        found: Found {
            sides: Vec::new(),
            unresolved: Vec::new(),
        },
        side: name,
    };
    resolver.drive(&mut references);
    references.found
}

fn wanted(contract: &Contract, moved: &Moved) -> BTreeSet<String> {
    let configurations = contract
        .configurations
        .iter()
        .filter(|configuration| moved.configurations.contains(&configuration.name))
        .filter_map(|configuration| configuration.reference.clone());
    let policies = contract
        .policies
        .iter()
        .filter(|policy| moved.policies.contains(&policy.name))
        .filter_map(|policy| policy.reference.clone());
    configurations.chain(policies).collect()
}

struct References {
    declared_by: Origin,
    open: BTreeSet<String>,
    found: Found,
    side: SideName,
}

impl Machine for References {
    type Id = String;

    fn pending(&mut self) -> Vec<(String, Wanted)> {
        let open = std::mem::take(&mut self.open);
        open.into_iter()
            .filter_map(|text| {
                let reference = Reference::parse(&text).ok()?;
                let wanted = Wanted {
                    text: text.clone(),
                    reference,
                    range: None,
                    declared_by: self.declared_by.clone(),
                    pin: None,
                    root_directory: None,
                };
                Some((text, wanted))
            })
            .collect()
    }

    fn supply(&mut self, id: String, answer: Result<Resolved, ResolveFailure>) {
        match answer {
            Ok(resolved) => self.found.sides.push((id, Side::read(&resolved.bundle))),
            Err(failure) => self.found.unresolved.push(Diagnostic::warning(
                "reference-not-compared",
                self.side,
                format!(
                    "the content behind `{id}` was not compared: {}",
                    failure.message
                ),
            )),
        }
    }
}
