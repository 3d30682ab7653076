//! `allOf`, `anyOf` and `oneOf`: which branch is which, and what became of it.

use std::collections::BTreeSet;
use std::rc::Rc;

use pacto_document::{Kind, Node};
use pacto_spec::schema::{Branch, Schemas, Shape, TypeSet};
use serde_json::Value;

use super::delta::bracketed;
use super::{Delta, Outcome, Pair, RuleName, SchemaComparer};
use crate::deep::place::Mode;

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
    if types_of_choices(pair, comparer) || moved_into_choice(pair, comparer) {
        return;
    }
    let is_another_choice = pair.mode == Mode::Configuration && is_another_choice(old, new);
    for (keyword, (old, new), [added, removed]) in lists {
        // One record says so, and none about what each keyword did.
        if is_another_choice && keyword != "allOf" {
            continue;
        }
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
            let family = match keyword {
                "allOf" if says_nothing(branch.node) => "all-of-removed-annotation-only",
                _ => removed,
            };
            let delta = Delta::family(family, suffix, Some(branch.node), None);
            pair.push(delta.values(Some(branch.key.clone().into()), None));
        }
        for branch in come {
            let suffix = format!(".{keyword}[{}]", bracketed(&branch.key));
            let family = match keyword {
                "allOf" if says_nothing(branch.node) => "all-of-added-annotation-only",
                _ => added,
            };
            let delta = Delta::family(family, suffix, None, Some(branch.node));
            pair.push(delta.values(None, Some(branch.key.clone().into())));
        }
    }
    null_branch(pair, comparer);
}

/// Null as one more branch of a choice that came or went; branches tell of the null they take
/// themselves.
fn null_branch<'s>(pair: &mut Pair<'_, 's>, comparer: &SchemaComparer<'s>) {
    let (old, new) = (pair.old, pair.new);
    let takes_null = |schemas: Schemas<'s>, shape: &Shape<'s>| {
        let mut branches = shape.one_of.iter().chain(&shape.any_of);
        shape.is_nullable
            || branches.any(|it| {
                let branch = schemas.shape(&[it.node]);
                !branch.is_false && branch.types.contains(TypeSet::NULL)
            })
    };
    let are_choices = [old, new]
        .iter()
        .all(|shape| !(shape.one_of.is_empty() && shape.any_of.is_empty()));
    if are_choices
        && old.is_nullable != new.is_nullable
        && takes_null(comparer.old, old) != takes_null(comparer.new, new)
    {
        null_of_choices(pair);
    }
}

/// Whether a schema says nothing about values.
pub(super) fn says_nothing(schema: Node<'_>) -> bool {
    let says_nothing = |key: &str| {
        let is_known = ANNOTATIONS.contains(&key) && !["type", "nullable"].contains(&key);
        is_known || ["$comment", "externalDocs"].contains(&key) || key.starts_with("x-")
    };
    let mut keys = schema.entries().map(|(key, _)| key.as_str());
    schema.kind() == Kind::Mapping && keys.all(|key| key.is_some_and(says_nothing))
}

/// Whether any of some schemas became exactly one of them, or the other way round.
fn is_another_choice(old: &Shape<'_>, new: &Shape<'_>) -> bool {
    let keywords = |shape: &Shape<'_>| (!shape.any_of.is_empty(), !shape.one_of.is_empty());
    matches!(
        (keywords(old), keywords(new)),
        ((true, false), (false, true)) | ((false, true), (true, false))
    )
}

/// Choices between types are a list of types, written out; true when they were compared as such.
fn types_of_choices<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>) -> bool {
    let (old, new) = (pair.old, pair.new);
    let (Some(old_types), Some(new_types)) = (typed(old), typed(new)) else {
        return false;
    };
    let union = |types: &[(TypeSet, Option<&Branch<'s>>)]| {
        let sets = types.iter().map(|(set, _)| *set);
        sets.reduce(TypeSet::union).unwrap_or(TypeSet::ANY)
    };
    let (before, after) = (union(&old_types), union(&new_types));
    let is_plain = |shape: &Shape<'_>| shape.one_of.is_empty() && shape.any_of.is_empty();
    let is_same = before.contains(after) && after.contains(before);
    if pair.mode == Mode::Configuration || is_same || is_plain(old) && is_plain(new) {
        return false;
    }
    // What comes hurts readers, what goes hurts callers.
    let is_narrowed = match pair.mode {
        Mode::Output => before.contains(after),
        _ => !after.contains(before),
    };
    let family = if is_narrowed {
        "list-of-types-narrowed"
    } else {
        "list-of-types-widened"
    };
    // The kinds of values were compared as if a choice allowed all of them.
    pair.found
        .deltas
        .retain(|delta| !matches!(delta.name, RuleName::Family(name) if name.starts_with("type-")));
    let words = |types: TypeSet| Some(Value::from(types.words()));
    let delta = Delta::family(family, ".type", old.node(), new.node());
    pair.push(delta.modified(words(before), words(after)));
    // What else the schemas of a type say.
    let wholes = pair.found.schemas.clone();
    for (types, one) in old_types {
        let Some((_, other)) = new_types.iter().find(|(others, _)| *others == types) else {
            continue;
        };
        let Some(branch) = other.or(one) else {
            continue;
        };
        let keyword = if new.one_of.is_empty() && old.one_of.is_empty() {
            "anyOf"
        } else {
            "oneOf"
        };
        let step = || format!(".{keyword}[{}]", bracketed(&branch.key));
        let nodes = |branch: Option<&Branch<'s>>, whole: &[Node<'s>]| match branch {
            Some(branch) => vec![branch.node],
            None => whole.to_vec(),
        };
        let (before, after) = (nodes(one, &wholes.0), nodes(*other, &wholes.1));
        let outcome = comparer.compare(&before, &after, pair.mode);
        pair.found.is_incomplete |= outcome.is_incomplete;
        let outcome = without_null(&outcome);
        if !outcome.is_empty() {
            pair.found.children.push((step(), outcome));
        }
    }
    null_of_choices(pair);
    true
}

fn is_about_null(delta: &Delta<'_>) -> bool {
    let RuleName::Family(family) = delta.name else {
        return false;
    };
    ["became-nullable", "became-not-nullable"].contains(&family)
}

/// What differs without null, which is allowed by a choice and not by its branches.
fn without_null<'s>(outcome: &Rc<Outcome<'s>>) -> Rc<Outcome<'s>> {
    if !outcome.deltas.iter().any(is_about_null) {
        return Rc::clone(outcome);
    }
    let mut rest = Outcome::clone(outcome);
    rest.deltas.retain(|delta| !is_about_null(delta));
    Rc::new(rest)
}

/// Whether null is allowed by the whole, where one side is a choice.
fn null_of_choices(pair: &mut Pair<'_, '_>) {
    let (old, new) = (pair.old, pair.new);
    let is_told = pair.found.deltas.iter().any(is_about_null);
    let (before, after) = (old.allows_null(), new.allows_null());
    if is_told || before == after {
        return;
    }
    let family = if after {
        "became-nullable"
    } else {
        "became-not-nullable"
    };
    let delta = Delta::family(family, ".nullable", old.node(), new.node());
    pair.push(delta.modified(Some(before.into()), Some(after.into())));
}

/// Keywords that a schema may have beside its type, which say nothing about values.
const ANNOTATIONS: [&str; 7] = [
    "type",
    "title",
    "description",
    "example",
    "examples",
    "nullable",
    "deprecated",
];

/// The types of a schema that says nothing but its type, or of the branches of a choice that each
/// have another type.
fn typed<'a, 's>(shape: &'a Shape<'s>) -> Option<Vec<(TypeSet, Option<&'a Branch<'s>>)>> {
    const COMBINATIONS: [&str; 6] = ["allOf", "anyOf", "oneOf", "not", "properties", "$ref"];
    let (([], choices) | (choices, [])) = (shape.one_of.as_slice(), shape.any_of.as_slice()) else {
        return None;
    };
    if choices.is_empty() {
        let types = shape.types.without(TypeSet::NULL);
        let is_one = types.words().len() == 1 && shape.type_node.is_some();
        let is_alone = |node: &Node<'_>| {
            let mut keys = node.entries().filter_map(|(key, _)| key.as_str());
            keys.all(|key| ANNOTATIONS.contains(&key) || key.starts_with("x-"))
        };
        return (is_one && shape.parts.iter().all(is_alone)).then(|| vec![(types, None)]);
    }
    if shape.type_node.is_some() || !shape.all_of.is_empty() {
        return None;
    }
    let mut found: Vec<(TypeSet, Option<&Branch<'s>>)> = Vec::new();
    for branch in choices {
        let types = TypeSet::declared(branch.node.get("type")?);
        let is_combined = COMBINATIONS
            .iter()
            .any(|key| branch.node.get(key).is_some());
        let is_new = found
            .iter()
            .all(|(others, _)| others.intersection(types).is_empty());
        if is_combined || !is_new || types.words().len() != 1 {
            return None;
        }
        found.push((types, Some(branch)));
    }
    Some(found)
}

/// A schema that is one of several from now on, or was: what else there is to choose from came or
/// went. True when it was compared as such.
fn moved_into_choice<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>) -> bool {
    let is_plain = |shape: &Shape<'_>| shape.one_of.is_empty() && shape.any_of.is_empty();
    let (choice, is_new) = match (is_plain(pair.old), is_plain(pair.new)) {
        (true, false) => (pair.new, true),
        (false, true) => (pair.old, false),
        _ => return false,
    };
    let (keyword, branches, families) = match (choice.one_of.as_slice(), choice.any_of.as_slice()) {
        ([], any) => ("anyOf", any, ["any-of-added", "any-of-removed"]),
        (one, []) => ("oneOf", one, ["one-of-added", "one-of-removed"]),
        _ => return false,
    };
    let says_more = |node: &Node<'_>| {
        let mut keys = node.entries().filter_map(|(key, _)| key.as_str());
        keys.any(|key| {
            let is_known = ANNOTATIONS.contains(&key) && key != "type";
            !(is_known || key == keyword || key.starts_with("x-") || key == "$ref")
        })
    };
    if choice.parts.iter().any(says_more) {
        return false;
    }
    let (before, after) = pair.found.schemas.clone();
    let schemas = (comparer.old, comparer.new);
    let sides = |branch: &Branch<'s>| {
        if is_new {
            (before.clone(), vec![branch.node])
        } else {
            (vec![branch.node], after.clone())
        }
    };
    let found = branches.iter().position(|branch| {
        let (before, after) = sides(branch);
        !comparer.differ(&before, &after)
    });
    let found = found.or_else(|| {
        branches.iter().position(|branch| {
            let (before, after) = sides(branch);
            are_alike(&schemas.0.shape(&before), &schemas.1.shape(&after))
        })
    });
    let Some(found) = found else {
        return false;
    };
    pair.found.children.clear();
    pair.found.deltas.clear();
    for (index, branch) in branches.iter().enumerate() {
        let suffix = format!(".{keyword}[{}]", bracketed(&branch.key));
        let [added, removed] = families;
        let (node, key) = (branch.node, Some(Value::from(branch.key.as_str())));
        if index != found && is_new {
            pair.push(Delta::family(added, suffix, None, Some(node)).values(None, key));
        } else if index != found {
            pair.push(Delta::family(removed, suffix, Some(node), None).values(key, None));
        } else if is_new {
            pair.descend(comparer, || suffix, &before, &[node]);
        } else {
            pair.descend(comparer, || suffix, &[node], &after);
        }
    }
    true
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

/// Whether two schemas are about the same kind of values: no choices themselves, of the same types,
/// and, where they name properties, with at least half of them on both sides.
fn are_alike(old: &Shape<'_>, new: &Shape<'_>) -> bool {
    let is_choice = |shape: &Shape<'_>| !(shape.one_of.is_empty() && shape.any_of.is_empty());
    let are_choices = is_choice(old) || is_choice(new);
    let name_nothing = old.properties.is_empty() && new.properties.is_empty();
    !are_choices && old.types == new.types && (name_nothing || have_common_properties(old, new))
}

/// Whether at least half of the properties are on both sides.
fn share_properties<'s>(schemas: (Schemas<'s>, Schemas<'s>), old: Node<'s>, new: Node<'s>) -> bool {
    have_common_properties(&schemas.0.shape(&[old]), &schemas.1.shape(&[new]))
}

fn have_common_properties(old: &Shape<'_>, new: &Shape<'_>) -> bool {
    let before: BTreeSet<&str> = old.properties.keys().copied().collect();
    let after: BTreeSet<&str> = new.properties.keys().copied().collect();
    let common = before.intersection(&after).count();
    common > 0 && common * 2 >= before.len().max(after.len())
}
