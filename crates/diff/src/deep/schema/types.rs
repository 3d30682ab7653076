//! Types, formats and null.

use pacto_spec::schema::{Shape, TypeSet};
use serde_json::Value;

use super::{Delta, Pair};
use crate::deep::place::Mode;
use crate::deep::writing::Writing;

/// Compares what kinds of values are allowed; false when the schemas have nothing in common, so
/// that comparing further says nothing.
pub(super) fn compare(pair: &mut Pair<'_, '_>, writing: Writing) -> bool {
    let (old, new) = (pair.old, pair.new);
    if old.is_false || new.is_false {
        if old.is_false != new.is_false {
            let family = if new.is_false {
                "schema-became-false"
            } else {
                "schema-became-not-false"
            };
            let delta = Delta::family(family, "", old.node(), new.node());
            pair.push(delta.modified(None, None));
        }
        return false;
    }
    let any = TypeSet::ANY.without(TypeSet::NULL);
    let (before, after) = (
        old.types.without(TypeSet::NULL),
        new.types.without(TypeSet::NULL),
    );
    let is_null = (
        old.types.contains(TypeSet::NULL),
        new.types.contains(TypeSet::NULL),
    );
    if old.types != new.types && (before.is_empty() || after.is_empty()) {
        return nothing_but_null(pair);
    }
    if is_null.0 != is_null.1 && before != any && after != any {
        let family = if is_null.1 {
            "became-nullable"
        } else {
            "became-not-nullable"
        };
        let delta = Delta::family(family, ".nullable", old.node(), new.node());
        pair.push(delta.modified(Some(is_null.0.into()), Some(is_null.1.into())));
    }
    let (wide_before, wide_after) = match writing {
        // A parameter of which nothing is said is a text that says what it wants.
        Writing::Text if before == any => (as_text(TypeSet::STRING), as_text(after)),
        _ if writing.is_text() => (as_text(before), as_text(after)),
        _ => (before, after),
    };
    if before == after {
        format(pair);
    } else {
        let family = match (
            wide_after.contains(wide_before),
            wide_before.contains(wide_after),
        ) {
            // Readers of text get what they got, whatever it is called.
            (true, true) if pair.mode == Mode::Output && before.contains(after) => "type-narrowed",
            (true, true) if pair.mode == Mode::Output => "type-narrowed-as-text",
            (true, _) if !after.contains(before) => "type-widened-as-text",
            (true, _) => "type-widened",
            (false, true) if !before.contains(after) => "type-narrowed-as-text",
            (false, true) => "type-narrowed",
            (false, false) => "type-changed",
        };
        let delta = Delta::family(
            family,
            ".type",
            old.type_node.or(old.node()),
            new.type_node.or(new.node()),
        );
        pair.push(delta.modified(words(old), words(new)));
        if wide_before.intersection(wide_after).is_empty() {
            return false;
        }
    }
    true
}

/// Compares kinds of values where one side takes null alone, or none of the kinds that there are.
fn nothing_but_null(pair: &mut Pair<'_, '_>) -> bool {
    let (old, new) = (pair.old, pair.new);
    let family = if new.types.contains(old.types) {
        "type-widened"
    } else if old.types.contains(new.types) {
        "type-narrowed"
    } else {
        "type-changed"
    };
    let word = |shape: &Shape<'_>| match shape.types {
        TypeSet::ANY => None,
        types => Some(Value::from(types.words())),
    };
    let delta = Delta::family(
        family,
        ".type",
        old.type_node.or(old.node()),
        new.type_node.or(new.node()),
    );
    pair.push(delta.modified(word(old), word(new)));
    !old.types.intersection(new.types).is_empty()
}

/// Every scalar can be written as text.
fn as_text(types: TypeSet) -> TypeSet {
    if types.contains(TypeSet::STRING) {
        types.union(TypeSet::NUMBER).union(TypeSet::BOOLEAN)
    } else {
        types
    }
}

/// The type as one would write it.
fn words(shape: &Shape<'_>) -> Option<Value> {
    if shape.types == TypeSet::ANY {
        return None;
    }
    let words = shape.types.without(TypeSet::NULL).words();
    Some(match words.as_slice() {
        [word] => Value::from(*word),
        words => Value::from(words.to_vec()),
    })
}

/// Formats with the one that takes in all their values.
const WIDER: [(&str, &str); 2] = [("int32", "int64"), ("float", "double")];

fn format(pair: &mut Pair<'_, '_>) {
    let (old, new) = (pair.old.format, pair.new.format);
    let (before, after) = (old.map(|(text, _)| text), new.map(|(text, _)| text));
    if before == after {
        return;
    }
    let family = if pair.mode == Mode::Configuration {
        match (before, after) {
            (None, _) => "format-added",
            (_, None) => "format-removed",
            _ => "format-changed",
        }
    } else {
        match (before, after) {
            (None, _) => "type-narrowed",
            (_, None) => "type-widened",
            (Some(before), Some(after)) if WIDER.contains(&(before, after)) => "type-widened",
            (Some(before), Some(after)) if WIDER.contains(&(after, before)) => "type-narrowed",
            _ => "type-changed",
        }
    };
    let node = |side: Option<(&str, _)>| side.map(|(_, node)| node);
    let delta = Delta::family(family, ".format", node(old), node(new));
    pair.push(delta);
}
