//! Detecting: typed changes between two sides, without an opinion.
//!
//! One module per section of a contract or kind of document; [`detect`] runs them in the order
//! records are printed in.

mod change;
mod configurations;
mod dependencies;
pub mod docs;
mod documents;
mod fact;
mod interfaces;
mod openapi;
mod policies;
mod readiness;
mod runtime;
pub mod sbom;
mod schema;
mod service;
mod walk;

pub use change::{Change, ChangeKind};
pub(crate) use configurations::written;
pub(crate) use fact::METHODS;
pub use fact::{Fact, List, OperationPart, PositionalList, Scope, Step};
pub(crate) use schema::pointer_of;
pub(crate) use walk::paired;

use pacto_diagnostic::Location;
use pacto_document::Pointer;
use serde_json::Value;

use crate::diagnostics::Diagnostic;
use crate::{Engine, Options, Side};

/// What was found between two sides.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Detected {
    /// Changes in the order records are printed in.
    pub changes: Vec<Change>,
    /// What could not be compared.
    pub diagnostics: Vec<Diagnostic>,
}

/// Finds every change between two sides.
pub fn detect(old: &Side, new: &Side, options: &Options) -> Detected {
    let mut detector = Detector {
        old,
        new,
        engine: options.engine,
        found: Detected::default(),
    };
    service::detect(&mut detector);
    runtime::detect(&mut detector);
    dependencies::detect(&mut detector);
    interfaces::detect(&mut detector);
    configurations::detect(&mut detector);
    policies::detect(&mut detector);
    readiness::detect(&mut detector);
    detector.found
}

/// Two sides, and what was found between them so far.
struct Detector<'s> {
    old: &'s Side,
    new: &'s Side,
    engine: Engine,
    found: Detected,
}

impl Detector<'_> {
    fn push(&mut self, change: Change) {
        self.found.changes.push(change);
    }

    /// Places of a pair of values of the contracts.
    fn places(
        &self,
        old: Option<&Pointer>,
        new: Option<&Pointer>,
    ) -> (Option<Location>, Option<Location>) {
        (
            old.and_then(|pointer| self.old.place(pointer)),
            new.and_then(|pointer| self.new.place(pointer)),
        )
    }

    /// Records an optional field whose presence counts: added, removed or modified.
    fn optional(
        &mut self,
        fact: Fact,
        old: Option<Value>,
        new: Option<Value>,
        pointers: (&Pointer, &Pointer),
    ) {
        let kind = match (&old, &new) {
            (Some(old), Some(new)) if old != new => ChangeKind::Modified,
            (None, Some(_)) => ChangeKind::Added,
            (Some(_), None) => ChangeKind::Removed,
            _ => return,
        };
        let (old_place, new_place) = self.places(Some(pointers.0), Some(pointers.1));
        self.push(
            Change::new(fact, kind)
                .values(old, new)
                .at(old_place, new_place),
        );
    }

    /// Records a field that compares as empty when it is absent, so that it is only ever modified.
    fn always_modified(
        &mut self,
        fact: Fact,
        old: Value,
        new: Value,
        pointers: (&Pointer, &Pointer),
    ) {
        if old != new {
            let (old_place, new_place) = self.places(Some(pointers.0), Some(pointers.1));
            self.push(
                Change::new(fact, ChangeKind::Modified)
                    .values(Some(old), Some(new))
                    .at(old_place, new_place),
            );
        }
    }
}

/// A pointer from keys.
fn pointer(keys: &[&str]) -> Pointer {
    keys.iter()
        .fold(Pointer::root(), |pointer, key| pointer.key(*key))
}

/// Pairs the items of two lists by key; the k-th item of a key meets the k-th of the same key.
///
/// Gives for each old item its position and that of its partner, in the old order, and then the
/// positions of the new items without partner, in the new order.
fn pair_by_key<K: Ord + Clone>(old: &[K], new: &[K]) -> (Vec<(usize, Option<usize>)>, Vec<usize>) {
    let mut positions: std::collections::BTreeMap<&K, std::collections::VecDeque<usize>> =
        std::collections::BTreeMap::new();
    for (index, key) in new.iter().enumerate() {
        positions.entry(key).or_default().push_back(index);
    }
    let pairs = old
        .iter()
        .enumerate()
        .map(|(index, key)| {
            let partner = positions
                .get_mut(key)
                .and_then(std::collections::VecDeque::pop_front);
            (index, partner)
        })
        .collect();
    let mut added: Vec<usize> = positions.into_values().flatten().collect();
    added.sort_unstable();
    (pairs, added)
}

#[cfg(test)]
mod tests {
    use super::pair_by_key;

    #[test]
    fn items_of_one_key_meet_in_their_order() {
        let (pairs, added) = pair_by_key(&["a", "b", "a"], &["c", "a", "b", "d"]);
        assert_eq!(pairs, [(0, Some(1)), (1, Some(2)), (2, None)]);
        assert_eq!(added, [0, 3]);
    }
}
