//! Interfaces: port, type, visibility, document, name.

use pacto_contract::{Contract, Interface, Visibility};

use super::Explanation;
use crate::Side;
use crate::detect::ChangeKind;

pub(super) fn explain(
    (old, new): (&Side, &Side),
    kind: ChangeKind,
    key: &str,
    field: Option<&str>,
) -> Option<Explanation> {
    let of = |contract: &'_ Contract| -> Option<Interface> {
        let mut interfaces = contract.interfaces.iter();
        interfaces.find(|interface| interface.name == key).cloned()
    };
    let (before, after) = (of(old.contract())?, of(new.contract())?);
    match field? {
        "port" if kind != ChangeKind::Added => Some(Explanation::rule("interface-port-changed")),
        "type" => Some(Explanation::rule("interface-type-changed")),
        "visibility" => Some(match (is_public(&before), is_public(&after)) {
            (true, false) => Explanation::rule("interface-visibility-narrowed"),
            (false, true) => Explanation::rule("interface-visibility-widened"),
            _ => Explanation::same(),
        }),
        "contract" if after.contract.is_none() => {
            Some(Explanation::rule("interface-contract-dropped"))
        }
        "contract" if before.contract.is_none() => {
            Some(Explanation::rule("interface-contract-added"))
        }
        "contract" => {
            let (one, other) = (before.contract?, after.contract?);
            let is_same = has_same_content((old, &one), (new, &other));
            is_same.then(|| Explanation::rule("interface-contract-file-moved"))
        }
        _ => None,
    }
}

/// What is not said is internal.
fn is_public(interface: &Interface) -> bool {
    interface.visibility == Some(Visibility::Public)
}

/// An interface that only goes by another name now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::deep) struct Rename {
    pub(in crate::deep) old: String,
    pub(in crate::deep) new: String,
}

/// Pairs interfaces that are gone with new ones of the same type, port and content.
pub(super) fn renames(old: &Side, new: &Side) -> Vec<Rename> {
    let has = |side: &Side, name: &str| {
        let mut interfaces = side.contract().interfaces.iter();
        interfaces.any(|interface| interface.name == name)
    };
    let mut added: Vec<&Interface> = new.contract().interfaces.iter().collect();
    added.retain(|interface| !has(old, &interface.name));
    let mut renames = Vec::new();
    for gone in &old.contract().interfaces {
        if has(new, &gone.name) {
            continue;
        }
        let partner = added
            .iter()
            .position(|other| is_same((old, gone), (new, other)));
        if let Some(partner) = partner {
            renames.push(Rename {
                old: gone.name.clone(),
                new: added.remove(partner).name.clone(),
            });
        }
    }
    renames
}

fn is_same((old, before): (&Side, &Interface), (new, after): (&Side, &Interface)) -> bool {
    if before.r#type != after.r#type || before.port != after.port {
        return false;
    }
    match (&before.contract, &after.contract) {
        (None, None) => true,
        (Some(one), Some(other)) => has_same_content((old, one), (new, other)),
        _ => false,
    }
}

/// Whether two files say the same, however they are written.
fn has_same_content((old, before): (&Side, &str), (new, after): (&Side, &str)) -> bool {
    match (old.text(before), new.text(after)) {
        (Ok(one), Ok(other)) if one == other => true,
        (Ok(_), Ok(_)) => match (old.document(before), new.document(after)) {
            (Some(Ok(one)), Some(Ok(other))) => one.root().value_eq(other.root()),
            _ => false,
        },
        _ => false,
    }
}
