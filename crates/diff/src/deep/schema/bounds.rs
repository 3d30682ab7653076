//! Limits of numbers, lengths and counts.

use std::cmp::Ordering;

use pacto_document::{Node, Number};
use pacto_spec::schema::{Bound, BoundKind, Shape, TypeSet, is_multiple, number_order};

use super::{Delta, Pair};

/// What became of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Movement {
    Set,
    Unset,
    Increased,
    Decreased,
}

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    let types = pair.old.types.union(pair.new.types);
    for kind in BoundKind::ALL {
        if types.intersection(limited(kind)).is_empty() {
            // No value has what is limited.
            continue;
        }
        let (before, after) = (effective(pair.old, kind), effective(pair.new, kind));
        let Some(movement) = movement(before, after) else {
            continue;
        };
        if is_same_limit(pair.old, pair.new, kind) {
            continue;
        }
        let delta = Delta::family(
            family(kind, movement),
            format!(".{}", kind.keyword()),
            before.map(|bound| bound.node),
            after.map(|bound| bound.node),
        );
        pair.push(delta);
    }
    multiple_of(pair);
}

/// The types of values that a limit is about.
fn limited(kind: BoundKind) -> TypeSet {
    match kind {
        BoundKind::Minimum
        | BoundKind::Maximum
        | BoundKind::ExclusiveMinimum
        | BoundKind::ExclusiveMaximum => TypeSet::NUMBER,
        BoundKind::MinLength | BoundKind::MaxLength => TypeSet::STRING,
        BoundKind::MinItems
        | BoundKind::MaxItems
        | BoundKind::MinContains
        | BoundKind::MaxContains => TypeSet::ARRAY,
        BoundKind::MinProperties | BoundKind::MaxProperties => TypeSet::OBJECT,
    }
}

/// A limit, unless the values that a schema lists all keep it anyway.
fn effective<'s>(shape: &Shape<'s>, kind: BoundKind) -> Option<Bound<'s>> {
    let bound = shape.bound(kind)?;
    let listed = shape
        .enumeration
        .as_ref()
        .map(|(values, _)| values.as_slice());
    let listed = listed.or(shape.constant.as_ref().map(std::slice::from_ref));
    let is_kept = listed.is_some_and(|values| {
        let mut values = values.iter();
        values.all(|value| keeps(*value, kind, bound.value))
    });
    (!is_kept).then_some(bound)
}

/// Whether a value keeps a limit of numbers or lengths; other limits are not looked at.
fn keeps(value: Node<'_>, kind: BoundKind, limit: Number) -> bool {
    let measure = match kind {
        BoundKind::MinLength | BoundKind::MaxLength => value
            .as_str()
            .and_then(|text| i64::try_from(text.chars().count()).ok())
            .map(Number::Integer),
        BoundKind::Minimum
        | BoundKind::Maximum
        | BoundKind::ExclusiveMinimum
        | BoundKind::ExclusiveMaximum => value.as_number(),
        _ => return false,
    };
    // What has no length, or is no number, is not limited.
    let Some(measure) = measure else { return true };
    let order = number_order(measure, limit);
    match kind {
        BoundKind::MinLength | BoundKind::Minimum => order != Ordering::Less,
        BoundKind::MaxLength | BoundKind::Maximum => order != Ordering::Greater,
        BoundKind::ExclusiveMinimum => order == Ordering::Greater,
        _ => order == Ordering::Less,
    }
}

/// What became of a limit; `None` when it is the same.
pub(super) fn movement(before: Option<Bound<'_>>, after: Option<Bound<'_>>) -> Option<Movement> {
    Some(match (before, after) {
        (None, None) => return None,
        (None, Some(_)) => Movement::Set,
        (Some(_), None) => Movement::Unset,
        (Some(before), Some(after)) if before.value.value_eq(after.value) => return None,
        (Some(before), Some(after)) => match number_order(after.value, before.value) {
            Ordering::Greater => Movement::Increased,
            _ => Movement::Decreased,
        },
    })
}

/// Whether the limit in one direction is the same on both sides, though written differently:
/// `minimum: 1` of integers is `exclusiveMinimum: 0`.
fn is_same_limit(old: &Shape<'_>, new: &Shape<'_>, kind: BoundKind) -> bool {
    let (inclusive, exclusive, step) = match kind {
        BoundKind::Minimum | BoundKind::ExclusiveMinimum => {
            (BoundKind::Minimum, BoundKind::ExclusiveMinimum, 1)
        }
        BoundKind::Maximum | BoundKind::ExclusiveMaximum => {
            (BoundKind::Maximum, BoundKind::ExclusiveMaximum, -1)
        }
        _ => return false,
    };
    let are_integers =
        |shape: &Shape<'_>| TypeSet::INTEGER.union(TypeSet::NULL).contains(shape.types);
    let limit = |shape: &Shape<'_>| {
        let value = |kind| shape.bound(kind).and_then(|bound| whole(bound.value));
        let limits = [value(inclusive), value(exclusive).map(|value| value + step)];
        limits
            .into_iter()
            .flatten()
            .map(|value| value * step)
            .reduce(i128::max)
    };
    are_integers(old) && are_integers(new) && limit(old).is_some() && limit(old) == limit(new)
}

/// A number without fraction that is held exactly.
fn whole(number: Number) -> Option<i128> {
    /// Doubles below it hold every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number {
        Number::Integer(value) => Some(value.into()),
        Number::Unsigned(value) => Some(value.into()),
        Number::Float(value) if value.fract() == 0.0 && value.abs() <= EXACT => {
            format!("{value}").parse().ok()
        }
        Number::Float(_) => None,
    }
}

fn family(kind: BoundKind, movement: Movement) -> &'static str {
    let [set, unset, increased, decreased] = match kind {
        BoundKind::Minimum => ["min-set", "min-unset", "min-increased", "min-decreased"],
        BoundKind::Maximum => ["max-set", "max-unset", "max-increased", "max-decreased"],
        BoundKind::ExclusiveMinimum => [
            "exclusive-min-set",
            "exclusive-min-unset",
            "exclusive-min-increased",
            "exclusive-min-decreased",
        ],
        BoundKind::ExclusiveMaximum => [
            "exclusive-max-set",
            "exclusive-max-unset",
            "exclusive-max-increased",
            "exclusive-max-decreased",
        ],
        BoundKind::MinLength => [
            "min-length-set",
            "min-length-unset",
            "min-length-increased",
            "min-length-decreased",
        ],
        BoundKind::MaxLength => [
            "max-length-set",
            "max-length-unset",
            "max-length-increased",
            "max-length-decreased",
        ],
        BoundKind::MinItems => [
            "min-items-set",
            "min-items-unset",
            "min-items-increased",
            "min-items-decreased",
        ],
        BoundKind::MaxItems => [
            "max-items-set",
            "max-items-unset",
            "max-items-increased",
            "max-items-decreased",
        ],
        BoundKind::MinProperties => [
            "min-properties-set",
            "min-properties-unset",
            "min-properties-increased",
            "min-properties-decreased",
        ],
        BoundKind::MaxProperties => [
            "max-properties-set",
            "max-properties-unset",
            "max-properties-increased",
            "max-properties-decreased",
        ],
        BoundKind::MinContains => [
            "min-contains-set",
            "min-contains-unset",
            "min-contains-increased",
            "min-contains-decreased",
        ],
        BoundKind::MaxContains => [
            "max-contains-set",
            "max-contains-unset",
            "max-contains-increased",
            "max-contains-decreased",
        ],
    };
    match movement {
        Movement::Set => set,
        Movement::Unset => unset,
        Movement::Increased => increased,
        Movement::Decreased => decreased,
    }
}

fn multiple_of(pair: &mut Pair<'_, '_>) {
    let (old, new) = (pair.old.multiple_of, pair.new.multiple_of);
    let number = |node: Option<Node<'_>>| node.and_then(Node::as_number);
    let divides = |small: Number, large: Number| is_multiple(large, small);
    let family = match (number(old), number(new)) {
        (None, None) => return,
        (None, Some(_)) => "multiple-of-set",
        (Some(_), None) => "multiple-of-unset",
        (Some(before), Some(after)) if divides(before, after) && divides(after, before) => return,
        (Some(before), Some(after)) if divides(before, after) => "multiple-of-extended",
        (Some(before), Some(after)) if divides(after, before) => "multiple-of-reduced",
        _ => "multiple-of-changed",
    };
    pair.push(Delta::family(family, ".multipleOf", old, new));
}
