//! `allOf`, `anyOf` and `oneOf`: which branch is which, and what became of it.

use std::collections::BTreeSet;

use pacto_document::Node;
use pacto_spec::schema::{Branch, Schemas};

use super::delta::bracketed;
use super::{Delta, Pair, SchemaComparer};

pub(super) fn compare<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>) {
    let (old, new) = (pair.old, pair.new);
    if wrapped(pair, comparer) {
        return;
    }
    let lists = [
        (
            "allOf",
            (&old.all_of, &new.all_of),
            ["all-of-added", "all-of-removed"],
        ),
        (
            "anyOf",
            (&old.any_of, &new.any_of),
            ["any-of-added", "any-of-removed"],
        ),
        (
            "oneOf",
            (&old.one_of, &new.one_of),
            ["one-of-added", "one-of-removed"],
        ),
    ];
    for (keyword, (old, new), [added, removed]) in lists {
        if keyword != "allOf" && old.is_empty() != new.is_empty() {
            // Alternatives where there were none restrict, and none where there were some relax,
            // which is not what a branch more or less does.
            let node = |branches: &[Branch<'s>]| branches.first().map(|branch| branch.node);
            let delta = Delta::family(
                "keyword-changed",
                format!(".{keyword}"),
                node(old),
                node(new),
            );
            pair.push(delta.values(None, None));
            continue;
        }
        let (pairs, gone, come) = matched(comparer, old, new);
        for (old, new) in pairs {
            let step = || format!(".{keyword}[{}]", bracketed(&new.key));
            pair.descend(comparer, step, &[old.node], &[new.node]);
        }
        for branch in gone {
            let suffix = format!(".{keyword}[{}]", bracketed(&branch.key));
            let delta = Delta::family(removed, suffix, Some(branch.node), None);
            pair.push(delta.values(Some(branch.key.clone().into()), None));
        }
        for branch in come {
            let suffix = format!(".{keyword}[{}]", bracketed(&branch.key));
            let delta = Delta::family(added, suffix, None, Some(branch.node));
            pair.push(delta.values(None, Some(branch.key.clone().into())));
        }
    }
}

/// A plain schema that became a choice.
fn wrapped<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>) -> bool {
    let (old, new) = (pair.old, pair.new);
    let is_plain = old.one_of.is_empty() && old.any_of.is_empty() && !old.properties.is_empty();
    if !is_plain || new.one_of.is_empty() {
        return false;
    }
    let before = pair.found.schemas.0.clone();
    let is_kept = new
        .one_of
        .iter()
        .any(|branch| !comparer.differ(&before, &[branch.node]));
    let family = if is_kept {
        "wrapped-in-one-of-original-preserved"
    } else {
        "wrapped-in-one-of"
    };
    let delta = Delta::family(family, ".oneOf", old.node(), new.node());
    // What the branches say is not what the schema said: only the step itself is reported.
    pair.found.children.clear();
    pair.found.deltas.clear();
    pair.push(delta.modified(None, None));
    true
}

type Matched<'a, 's> = (
    Vec<(&'a Branch<'s>, &'a Branch<'s>)>,
    Vec<&'a Branch<'s>>,
    Vec<&'a Branch<'s>>,
);

/// Pairs branches: by name, by equality, by the properties they share.
fn matched<'a, 's>(
    comparer: &mut SchemaComparer<'s>,
    old: &'a [Branch<'s>],
    new: &'a [Branch<'s>],
) -> Matched<'a, 's> {
    let mut pairs = Vec::new();
    let mut gone: Vec<&Branch<'s>> = old.iter().collect();
    let mut come: Vec<&Branch<'s>> = new.iter().collect();
    let mut take = |is_match: &mut dyn FnMut(&Branch<'s>, &Branch<'s>) -> bool| {
        let mut left = Vec::new();
        for before in std::mem::take(&mut gone) {
            match come.iter().position(|after| is_match(before, after)) {
                Some(index) => pairs.push((before, come.remove(index))),
                None => left.push(before),
            }
        }
        gone = left;
    };
    take(&mut |old, new| old.is_named && new.is_named && old.key == new.key);
    take(&mut |old, new| old.node.value_eq(new.node) && old.node.get("$ref").is_none());
    let schemas = (comparer.old, comparer.new);
    take(&mut |old, new| {
        let are_named = old.is_named && new.is_named;
        !are_named && !comparer.differ(&[old.node], &[new.node])
    });
    take(&mut |old, new| share_properties(schemas, old.node, new.node));
    pairs.sort_by_key(|(old, _)| old.node.id());
    (pairs, gone, come)
}

/// Whether at least half of the properties are on both sides.
fn share_properties<'s>(schemas: (Schemas<'s>, Schemas<'s>), old: Node<'s>, new: Node<'s>) -> bool {
    let (old, new) = (schemas.0.shape(&[old]), schemas.1.shape(&[new]));
    let before: BTreeSet<&str> = old.properties.keys().copied().collect();
    let after: BTreeSet<&str> = new.properties.keys().copied().collect();
    let common = before.intersection(&after).count();
    common > 0 && common * 2 >= before.len().max(after.len())
}
