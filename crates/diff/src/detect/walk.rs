//! The difference of two JSON values, place by place.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::{Kind, Node};

use super::{ChangeKind, Step};

/// A difference at a place: the steps to it, and the nodes of the sides that have it.
pub(crate) struct Difference<'o, 'n> {
    /// Steps from the root.
    pub(crate) steps: Vec<Step>,
    /// The old node, and its key where it is an entry.
    pub(crate) old: Option<Entry<'o>>,
    /// The new node.
    pub(crate) new: Option<Entry<'n>>,
}

/// A node and, for the entry of a mapping, its key.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'d> {
    /// The key node.
    pub(crate) key: Option<Node<'d>>,
    /// The value node.
    pub(crate) value: Node<'d>,
}

impl Difference<'_, '_> {
    /// What happened here.
    pub(crate) fn kind(&self) -> ChangeKind {
        match (&self.old, &self.new) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Modified,
        }
    }
}

/// Entries of a mapping by key, in byte order.
pub(crate) fn by_key(node: Node<'_>) -> BTreeMap<&str, Entry<'_>> {
    entries(node).collect()
}

/// Both entries under every key of either mapping, keys in byte order.
pub(crate) fn paired<'o, 'n>(
    old: Option<Node<'o>>,
    new: Option<Node<'n>>,
) -> Vec<(String, Option<Entry<'o>>, Option<Entry<'n>>)> {
    let old = old.map(by_key).unwrap_or_default();
    let new = new.map(by_key).unwrap_or_default();
    let keys: BTreeSet<&str> = old.keys().copied().chain(new.keys().copied()).collect();
    keys.into_iter()
        .map(|key| (key.to_owned(), old.get(key).copied(), new.get(key).copied()))
        .collect()
}

/// Both entries under every key of either mapping: the old ones in written order, then those that
/// only the new mapping has, in written order.
pub(crate) fn paired_as_written<'o, 'n>(
    old: Option<Node<'o>>,
    new: Option<Node<'n>>,
) -> Vec<(String, Option<Entry<'o>>, Option<Entry<'n>>)> {
    let mut partners = new.map(by_key).unwrap_or_default();
    let mut pairs: Vec<_> = old
        .into_iter()
        .flat_map(entries)
        .map(|(key, entry)| (key.to_owned(), Some(entry), partners.remove(key)))
        .collect();
    let added = new.into_iter().flat_map(entries);
    let added = added.filter(|(key, _)| partners.contains_key(key));
    pairs.extend(added.map(|(key, entry)| (key.to_owned(), None, Some(entry))));
    pairs
}

fn entries(node: Node<'_>) -> impl Iterator<Item = (&str, Entry<'_>)> {
    node.entries().filter_map(|(key, value)| {
        let entry = Entry {
            key: Some(key),
            value,
        };
        Some((key.as_str()?, entry))
    })
}

/// All differences between two values: mappings key by key in byte order, two lists of texts as
/// sets, other lists by position, everything else as a whole.
pub(crate) fn differences<'o, 'n>(old: Node<'o>, new: Node<'n>) -> Vec<Difference<'o, 'n>> {
    let mut found = Vec::new();
    let mut steps = Vec::new();
    compare_pair(unkeyed(old), unkeyed(new), &mut steps, &mut found);
    found
}

fn unkeyed(value: Node<'_>) -> Entry<'_> {
    Entry { key: None, value }
}

fn compare_pair<'o, 'n>(
    old: Entry<'o>,
    new: Entry<'n>,
    steps: &mut Vec<Step>,
    found: &mut Vec<Difference<'o, 'n>>,
) {
    match (old.value.kind(), new.value.kind()) {
        (Kind::Mapping, Kind::Mapping) => {
            for (key, old, new) in paired(Some(old.value), Some(new.value)) {
                steps.push(Step::Key(key));
                compare_optional(old, new, steps, found);
                steps.pop();
            }
        }
        (Kind::Sequence, Kind::Sequence) => {
            if let (Some(old), Some(new)) = (members(old.value), members(new.value)) {
                compare_sets(&old, &new, steps, found);
            } else {
                let count = old.value.len().max(new.value.len());
                let mut olds = old.value.items();
                let mut news = new.value.items();
                for index in 0..count {
                    steps.push(Step::Index(index));
                    let old = olds.next().map(unkeyed);
                    let new = news.next().map(unkeyed);
                    compare_optional(old, new, steps, found);
                    steps.pop();
                }
            }
        }
        _ if old.value.value_eq(new.value) => {}
        _ => found.push(Difference {
            steps: steps.clone(),
            old: Some(old),
            new: Some(new),
        }),
    }
}

fn compare_optional<'o, 'n>(
    old: Option<Entry<'o>>,
    new: Option<Entry<'n>>,
    steps: &mut Vec<Step>,
    found: &mut Vec<Difference<'o, 'n>>,
) {
    match (old, new) {
        (Some(old), Some(new)) => compare_pair(old, new, steps, found),
        (None, None) => {}
        (old, new) => found.push(Difference {
            steps: steps.clone(),
            old,
            new,
        }),
    }
}

/// The members of a list that holds texts only.
fn members(list: Node<'_>) -> Option<BTreeMap<&str, Entry<'_>>> {
    list.items()
        .map(|item| Some((item.as_str()?, unkeyed(item))))
        .collect()
}

fn compare_sets<'o, 'n>(
    old: &BTreeMap<&'o str, Entry<'o>>,
    new: &BTreeMap<&'n str, Entry<'n>>,
    steps: &[Step],
    found: &mut Vec<Difference<'o, 'n>>,
) {
    let names: BTreeSet<&str> = old.keys().copied().chain(new.keys().copied()).collect();
    for name in names {
        let (old, new) = (old.get(name).copied(), new.get(name).copied());
        if old.is_some() != new.is_some() {
            let mut steps = steps.to_vec();
            steps.push(Step::Member(name.to_owned()));
            found.push(Difference { steps, old, new });
        }
    }
}
