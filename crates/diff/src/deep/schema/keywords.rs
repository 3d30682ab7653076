//! Keywords that stand for themselves: values, texts, defaults, and single schemas below.

use pacto_document::Node;
use pacto_spec::schema::{Shape, Slot, TypeSet, pattern_contains};

use super::delta::bracketed;
use super::{Delta, Pair, SchemaComparer, discriminator, lists, negation};
use crate::deep::place::Mode;

pub(super) fn compare<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>) {
    enumeration(pair, &comparer.extensible_enum);
    extensible_enumeration(pair, &comparer.extensible_enum);
    patterns(pair);
    values(pair);
    lists::tuples(pair, comparer);
    let types = pair.old.types.union(pair.new.types);
    let is_list = types.contains(TypeSet::ARRAY);
    for slot in Slot::ALL {
        if slot == Slot::Items && !is_list {
            continue;
        }
        single_schema(pair, comparer, slot);
    }
    discriminator::compare(pair, comparer);
}

/// The values that an extension lists beside, or instead of, the keyword.
fn extensible<'s>(shape: &Shape<'s>, extension: &str) -> Option<Node<'s>> {
    shape.parts.iter().find_map(|part| part.get(extension))
}

/// Values that come are announced by the extension; those that go are refused from then on.
fn extensible_enumeration(pair: &mut Pair<'_, '_>, extension: &str) {
    if pair.mode == Mode::Configuration {
        return;
    }
    let lists = (
        extensible(pair.old, extension),
        extensible(pair.new, extension),
    );
    let (Some(before), Some(after)) = lists else {
        return;
    };
    let misses = |list: Node<'_>, value: Node<'_>| !list.items().any(|it| it.value_eq(value));
    let suffix = |value: Node<'_>| format!(".{extension}[{}]", bracketed(&member(value)));
    for value in before.items().filter(|value| misses(after, *value)) {
        let family = "x-extensible-enum-value-removed";
        pair.push(Delta::family(family, suffix(value), Some(value), None));
    }
    for value in after.items().filter(|value| misses(before, *value)) {
        let family = "x-extensible-enum-value-added";
        pair.push(Delta::family(family, suffix(value), None, Some(value)));
    }
}

fn enumeration(pair: &mut Pair<'_, '_>, extension: &str) {
    let (old, new) = (&pair.old.enumeration, &pair.new.enumeration);
    let mut deltas = Vec::new();
    match (old, new) {
        (None, None) => {}
        (None, Some((_, list))) => {
            deltas.push(Delta::family("became-enum", ".enum", None, Some(*list)));
        }
        (Some((_, list)), None) => {
            deltas.push(Delta::family("became-not-enum", ".enum", Some(*list), None));
        }
        (Some(_), Some(_)) => {
            for (suffix, value) in enumerated(pair.old, pair.new) {
                let family = "enum-value-removed";
                deltas.push(Delta::family(family, suffix, Some(value), None));
            }
            for (suffix, value) in enumerated(pair.new, pair.old) {
                let family = if extensible(pair.old, extension).is_some() {
                    "extensible-enum-value-added"
                } else {
                    "enum-value-added"
                };
                deltas.push(Delta::family(family, suffix, None, Some(value)));
            }
        }
    }
    pair.found.deltas.extend(deltas);
}

/// Values that one of two enumerations has and the other lacks, with their steps; nothing where a
/// side is no enumeration.
pub(super) fn enumerated<'a, 's>(
    has: &'a Shape<'s>,
    lacks: &'a Shape<'s>,
) -> impl Iterator<Item = (String, Node<'s>)> + use<'a, 's> {
    let (values, others) = match (&has.enumeration, &lacks.enumeration) {
        (Some((values, _)), Some((others, _))) => (values.as_slice(), others.as_slice()),
        _ => (&[] as &[Node<'s>], &[] as &[Node<'s>]),
    };
    let is_missed = |value: &&Node<'s>| !others.iter().any(|other| other.value_eq(**value));
    let missed = values.iter().filter(is_missed);
    missed.map(|value| (format!(".enum[{}]", bracketed(&member(*value))), *value))
}

/// A value as it stands in a path.
fn member(value: Node<'_>) -> String {
    value.as_str().map_or_else(
        || {
            value
                .to_json()
                .map_or_else(|| value.raw().to_owned(), |json| json.to_string())
        },
        str::to_owned,
    )
}

fn patterns(pair: &mut Pair<'_, '_>) {
    let text = |nodes: &[Node<'_>]| -> Vec<String> {
        nodes.iter().map(|node| node.raw().to_owned()).collect()
    };
    let values = |nodes: &[Node<'_>]| -> Vec<String> {
        let texts = nodes.iter().filter_map(|node| node.as_str());
        texts.map(str::to_owned).collect()
    };
    let (old, new) = (&pair.old.patterns, &pair.new.patterns);
    if values(old) == values(new) || text(old) == text(new) {
        return;
    }
    let family = match (values(old).as_slice(), values(new).as_slice()) {
        ([], _) => "pattern-added",
        (_, []) => "pattern-removed",
        // For readers it is a change that they should look at either way.
        ([before], [after])
            if pair.mode != Mode::Output && pattern_contains(after, before) == Some(true) =>
        {
            "pattern-generalized"
        }
        _ => "pattern-changed",
    };
    let delta = Delta::family(
        family,
        ".pattern",
        old.first().copied(),
        new.first().copied(),
    );
    pair.push(delta);
}

/// Keywords with one value: appeared, went, or differ.
fn values(pair: &mut Pair<'_, '_>) {
    let (old, new) = (pair.old, pair.new);
    let keywords = [
        (
            (old.constant, new.constant),
            ".const",
            ["const-added", "const-removed", "const-changed"],
        ),
        (
            (old.unique_items, new.unique_items),
            ".uniqueItems",
            ["unique-items-set", "unique-items-unset", ""],
        ),
        (
            (old.content_encoding, new.content_encoding),
            ".contentEncoding",
            ["content-encoding-changed"; 3],
        ),
        (
            (old.content_media_type, new.content_media_type),
            ".contentMediaType",
            ["content-media-type-changed"; 3],
        ),
        (
            (old.default, new.default),
            ".default",
            [
                "default-value-added",
                "default-value-removed",
                "default-value-changed",
            ],
        ),
    ];
    for ((before, after), suffix, [added, removed, changed]) in keywords {
        let family = match (before, after) {
            (None, None) => continue,
            (None, Some(_)) => added,
            (Some(_), None) => removed,
            (Some(before), Some(after)) if before.value_eq(after) => continue,
            _ => changed,
        };
        pair.push(Delta::family(family, suffix, before, after));
    }
}

/// Families of a keyword that appears and goes; `None` where no rule has a name for it.
fn slot_families(slot: Slot) -> Option<[&'static str; 2]> {
    Some(match slot {
        Slot::Contains => ["contains-added", "contains-removed"],
        Slot::PropertyNames => ["property-names-added", "property-names-removed"],
        Slot::Not => ["not-added", "not-removed"],
        Slot::If => ["if-added", "if-removed"],
        Slot::Then => ["then-added", "then-removed"],
        Slot::Else => ["else-added", "else-removed"],
        Slot::UnevaluatedItems => ["unevaluated-items-added", "unevaluated-items-removed"],
        Slot::UnevaluatedProperties => [
            "unevaluated-properties-added",
            "unevaluated-properties-removed",
        ],
        Slot::ContentSchema => ["content-schema-added", "content-schema-removed"],
        Slot::Items => return None,
    })
}

fn single_schema<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>, slot: Slot) {
    let (old, new) = (pair.old.slots.get(&slot), pair.new.slots.get(&slot));
    if old.is_none() && new.is_none() {
        return;
    }
    let step = format!(".{}", slot.keyword());
    let first = |nodes: Option<&Vec<Node<'s>>>| nodes.and_then(|nodes| nodes.first().copied());
    if slot == Slot::Items && lists::additional_items(pair, first(old), first(new)) {
        return;
    }
    match (old, new) {
        (None, None) => {}
        (Some(before), Some(after)) => {
            if matches!(slot, Slot::Not | Slot::If | Slot::Then | Slot::Else) {
                // More or less inside means less or more outside, or nothing that can be told.
                if comparer.differ(before, after) {
                    let family = if slot == Slot::Not {
                        negation::family(pair.mode, &comparer.compare(before, after, pair.mode))
                    } else {
                        "if-then-else-changed"
                    };
                    let delta = Delta::family(family, step, first(old), first(new));
                    pair.push(delta);
                }
            } else {
                pair.descend(comparer, || step, before, after);
            }
        }
        (before, after) if slot == Slot::Items => {
            // What is not described may be anything.
            let schemas = |nodes: Option<&Vec<Node<'s>>>| nodes.cloned().unwrap_or_default();
            pair.descend(comparer, || step, &schemas(before), &schemas(after));
        }
        _ => {
            let is_conditional = matches!(slot, Slot::If | Slot::Then | Slot::Else);
            let family = match slot_families(slot) {
                None => "keyword-changed",
                Some(_) if is_conditional && pair.mode == Mode::Configuration => {
                    "if-then-else-changed"
                }
                Some([added, _]) if old.is_none() => added,
                Some([_, removed]) => removed,
            };
            pair.push(Delta::family(family, step, first(old), first(new)));
        }
    }
}
