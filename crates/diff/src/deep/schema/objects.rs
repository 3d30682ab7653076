//! Properties of objects: which there are, which must be there, and what else is allowed.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;
use pacto_spec::schema::{Schemas, Shape, Slot, TypeSet};

use super::branches::says_nothing;
use super::delta::bracketed;
use super::hidden::{self, is_hidden};
use super::{Delta, Pair, RuleName, SchemaComparer, lifecycle, pattern_properties, renames};
use crate::deep::lifecycle::Removal;
use crate::deep::place::Mode;

pub(super) fn compare<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>) {
    let (old, new) = (pair.old, pair.new);
    if !old.types.union(new.types).contains(TypeSet::OBJECT) {
        // What is said about objects says nothing here.
        return;
    }
    let names: BTreeSet<&str> = old
        .properties
        .keys()
        .chain(new.properties.keys())
        .copied()
        .collect();
    for name in names {
        match (old.properties.get(name), new.properties.get(name)) {
            (Some(before), Some(after)) => property(pair, comparer, name, before, after),
            (Some(before), None) => {
                removed(pair, comparer, name, before);
                if let Some(further) = further_schema(comparer.new, new) {
                    described_elsewhere(pair, comparer, name, before, &[further]);
                }
            }
            (None, Some(after)) => {
                added(pair, comparer, name, after);
                if let Some(further) = further_schema(comparer.old, old) {
                    described_elsewhere(pair, comparer, name, &[further], after);
                }
            }
            (None, None) => {}
        }
    }
    if pair.mode == Mode::Configuration {
        renames::compare(pair, comparer);
    }
    // Names that are required without being described.
    let described =
        |name: &str| old.properties.contains_key(name) || new.properties.contains_key(name);
    let undescribed: BTreeSet<&str> = old
        .required
        .keys()
        .chain(new.required.keys())
        .copied()
        .filter(|name| !described(name))
        .collect();
    for name in undescribed {
        required(pair, name, None);
    }
    additional(pair, comparer);
    pattern_properties::compare(pair, comparer);
    let maps = (&old.dependent_schemas, &new.dependent_schemas);
    let families = ["dependent-schema-added", "dependent-schema-removed"];
    schema_map(pair, comparer, "dependentSchemas", families, maps);
    dependent_required(pair);
}

/// The schema of properties that are not named; `None` where they may be anything or must not be.
pub(super) fn further_schema<'s>(schemas: Schemas<'s>, shape: &Shape<'s>) -> Option<Node<'s>> {
    let schema = shape.additional_properties?;
    let target = schemas.documents().follow(schema).unwrap_or(schema);
    (target.as_bool().is_none() && !says_nothing(target)).then_some(schema)
}

/// A property that one side names and the other one describes together with all that it does not
/// name.
fn described_elsewhere<'s>(
    pair: &mut Pair<'_, 's>,
    comparer: &mut SchemaComparer<'s>,
    name: &str,
    old: &[Node<'s>],
    new: &[Node<'s>],
) {
    if is_hidden(&comparer.old.shape(old), pair.mode)
        || is_hidden(&comparer.new.shape(new), pair.mode)
    {
        return;
    }
    let step = || format!(".properties[{}]", bracketed(name));
    let outer = comparer.writing;
    comparer.writing = outer.of_properties();
    pair.descend(comparer, step, old, new);
    comparer.writing = outer;
}

fn removed<'s>(
    pair: &mut Pair<'_, 's>,
    comparer: &SchemaComparer<'s>,
    name: &str,
    schemas: &[Node<'s>],
) {
    if is_hidden(&comparer.old.shape(schemas), pair.mode) {
        let was_required = pair.old.required.contains_key(name);
        if let Some(rule) = hidden::removed(pair.mode, was_required) {
            existence(pair, rule, name, schemas.first().copied(), None);
        }
        return;
    }
    let removal = lifecycle::removal(comparer, schemas);
    let rule = match pair.mode {
        Mode::Input if pair.new.is_closed() => "request-property-removed-from-closed-object",
        Mode::Input => match removal {
            Removal::TooEarly => "request-property-removed-before-sunset",
            Removal::Announced | Removal::Over => "request-property-removed-with-deprecation",
            Removal::Unannounced | Removal::Unreadable => "request-property-removed",
        },
        Mode::Configuration => "config-property-removed",
        Mode::Output if pair.old.required.contains_key(name) => match removal {
            Removal::TooEarly => "response-required-property-removed-before-sunset",
            Removal::Announced | Removal::Over => {
                "response-required-property-removed-with-deprecation"
            }
            Removal::Unannounced | Removal::Unreadable => "response-required-property-removed",
        },
        Mode::Output if !pair.old.declares_required => "response-property-removed",
        Mode::Output => "response-optional-property-removed",
    };
    existence(pair, rule, name, schemas.first().copied(), None);
    // It may be required from now on without being described.
    if pair.new.required.contains_key(name) && pair.mode != Mode::Configuration {
        required(pair, name, None);
    }
}

fn added<'s>(
    pair: &mut Pair<'_, 's>,
    comparer: &SchemaComparer<'s>,
    name: &str,
    schemas: &[Node<'s>],
) {
    let shape = comparer.new.shape(schemas);
    let node = schemas.first().copied();
    if is_hidden(&shape, pair.mode) {
        let is_required = pair.new.required.contains_key(name);
        if let Some(rule) = hidden::added(pair.mode, is_required) {
            existence(pair, rule, name, None, node);
        }
        return;
    }
    // It may have been required before without being described.
    let was_required = pair.old.required.contains_key(name) && pair.mode != Mode::Configuration;
    if was_required {
        required(pair, name, shape.default);
    }
    let requirement = pair.new.required.get(name).copied();
    let requirement = requirement.filter(|_| !was_required);
    let has_default = shape.default.is_some();
    match (pair.mode, requirement) {
        (Mode::Configuration, Some(requirement)) => {
            let rule = if has_default {
                "config-required-property-with-default-added"
            } else {
                "config-required-property-added"
            };
            let suffix = format!(".required[{}]", bracketed(name));
            let delta = Delta::new(RuleName::Id(rule), suffix, None, Some(requirement));
            pair.push(delta);
        }
        (mode, requirement) => {
            let rule = match (mode, requirement.is_some()) {
                (Mode::Configuration, _) if is_typed(&shape) && is_open(pair.old) => {
                    "config-property-added-to-open-object"
                }
                (Mode::Configuration, _) => "config-property-added",
                (Mode::Output, true) => "response-required-property-added",
                (Mode::Output, false) if pair.old.is_closed() => {
                    "response-property-added-to-closed-object"
                }
                (Mode::Output, false) => "response-optional-property-added",
                (_, true) if has_default => "new-required-request-property-with-default",
                (_, true) => "new-required-request-property",
                (_, false) => "new-optional-request-property",
            };
            existence(pair, rule, name, None, node);
        }
    }
}

/// Whether an object may have properties that nothing describes.
fn is_open(shape: &Shape<'_>) -> bool {
    let unevaluated = shape.slots.get(&Slot::UnevaluatedProperties);
    let is_refused = |nodes: &Vec<Node<'_>>| nodes.iter().any(|it| it.as_bool() == Some(false));
    !shape.is_closed() && !unevaluated.is_some_and(is_refused)
}

/// Whether a schema refuses some values by what they are.
fn is_typed(shape: &Shape<'_>) -> bool {
    shape.types != TypeSet::ANY || shape.enumeration.is_some() || shape.constant.is_some()
}

/// A property that came or went; its value is its name.
fn existence<'s>(
    pair: &mut Pair<'_, 's>,
    rule: &'static str,
    name: &str,
    old: Option<Node<'s>>,
    new: Option<Node<'s>>,
) {
    let suffix = format!(".properties[{}]", bracketed(name));
    let (before, after) = (old.map(|_| name.into()), new.map(|_| name.into()));
    let delta = Delta::new(RuleName::Id(rule), suffix, old, new);
    pair.push(delta.values(before, after));
}

fn property<'s>(
    pair: &mut Pair<'_, 's>,
    comparer: &mut SchemaComparer<'s>,
    name: &str,
    old: &[Node<'s>],
    new: &[Node<'s>],
) {
    let is_required = |shape: &Shape<'_>| shape.required.contains_key(name);
    let is_same = comparer.is_same_text(old, new);
    if is_same && is_required(pair.old) == is_required(pair.new) {
        return;
    }
    let (before, after) = (comparer.old.shape(old), comparer.new.shape(new));
    let old_node = old.first().copied();
    // Elsewhere a name says that it is about OpenAPI.
    let is_exempt = comparer.lifecycle.is_none()
        || old_node.is_none_or(|node| comparer.old.documents().dialect(node).exempts_read_only());
    access(pair, name, (&before, &after), is_exempt);
    let are_hidden = (is_hidden(&before, pair.mode), is_hidden(&after, pair.mode));
    if are_hidden == (true, true) {
        hidden::compare(pair, name, &before, &after);
    }
    if are_hidden != (false, false) {
        return;
    }
    required(pair, name, after.default);
    lifecycle::compare(pair, comparer, name, (&before, &after));
    let step = || format!(".properties[{}]", bracketed(name));
    let outer = comparer.writing;
    comparer.writing = outer.of_properties();
    pair.descend(comparer, step, old, new);
    comparer.writing = outer;
}

/// `readOnly` and `writeOnly` of a property. Unless it was exempt from `required` while it was
/// `readOnly`, callers had to send it all along.
fn access<'s>(
    pair: &mut Pair<'_, 's>,
    name: &str,
    (old, new): (&Shape<'s>, &Shape<'s>),
    is_exempt: bool,
) {
    let is_required = pair.new.required.contains_key(name) || pair.old.required.contains_key(name);
    let mut found: Vec<(&'static str, &'static str, bool)> = Vec::new();
    if old.is_read_only != new.is_read_only {
        let rule = match (pair.mode, is_required, new.is_read_only) {
            (Mode::Configuration, ..) => None,
            (Mode::Output, true, true) => Some("response-required-property-became-read-only"),
            (Mode::Output, true, false) => Some("response-required-property-became-not-read-only"),
            (Mode::Output, false, true) => Some("response-optional-property-became-read-only"),
            (Mode::Output, false, false) => Some("response-optional-property-became-not-read-only"),
            (_, true, true) => Some("request-required-property-became-read-only"),
            (_, true, false) if !is_exempt => {
                Some("request-required-property-became-not-read-only-in-openapi-31")
            }
            (_, true, false) => Some("request-required-property-became-not-read-only"),
            (_, false, true) => Some("request-optional-property-became-read-only"),
            (_, false, false) => Some("request-optional-property-became-not-read-only"),
        };
        found.extend(rule.map(|rule| (rule, "readOnly", new.is_read_only)));
    }
    if old.is_write_only != new.is_write_only {
        let rule = match (pair.mode, is_required, new.is_write_only) {
            (Mode::Configuration, ..) => None,
            (Mode::Output, true, true) => Some("response-required-property-became-write-only"),
            (Mode::Output, true, false) => Some("response-required-property-became-not-write-only"),
            (Mode::Output, false, true) => Some("response-optional-property-became-write-only"),
            (Mode::Output, false, false) => {
                Some("response-optional-property-became-not-write-only")
            }
            (_, true, true) => Some("request-required-property-became-write-only"),
            (_, true, false) => Some("request-required-property-became-not-write-only"),
            (_, false, true) => Some("request-optional-property-became-write-only"),
            (_, false, false) => Some("request-optional-property-became-not-write-only"),
        };
        found.extend(rule.map(|rule| (rule, "writeOnly", new.is_write_only)));
    }
    for (rule, keyword, is_set) in found {
        let suffix = format!(".properties[{}].{keyword}", bracketed(name));
        let delta = Delta::new(RuleName::Id(rule), suffix, old.node(), new.node());
        pair.push(delta.modified(Some((!is_set).into()), Some(is_set.into())));
    }
}

/// Whether a property that is there on both sides must be there.
fn required(pair: &mut Pair<'_, '_>, name: &str, default: Option<Node<'_>>) {
    let (old, new) = (
        pair.old.required.get(name).copied(),
        pair.new.required.get(name).copied(),
    );
    let rule = match (old.is_some(), new.is_some(), pair.mode) {
        (false, true, Mode::Configuration) if default.is_some() => {
            "config-property-became-required-with-default"
        }
        (false, true, Mode::Configuration) => "config-property-became-required",
        (false, true, Mode::Output) => "response-property-became-required",
        (false, true, _) if default.is_some() => "request-property-became-required-with-default",
        (false, true, _) => "request-property-became-required",
        (true, false, Mode::Configuration) => "config-property-became-optional",
        (true, false, Mode::Output) => "response-property-became-optional",
        (true, false, _) => "request-property-became-optional",
        _ => return,
    };
    let suffix = format!(".required[{}]", bracketed(name));
    pair.push(Delta::new(RuleName::Id(rule), suffix, old, new));
}

fn additional<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>) {
    let (old, new) = (
        pair.old.additional_properties,
        pair.new.additional_properties,
    );
    let suffix = ".additionalProperties";
    let further = (
        further_schema(comparer.old, pair.old),
        further_schema(comparer.new, pair.new),
    );
    let family = match (pair.old.is_closed(), pair.new.is_closed()) {
        (true, true) => return,
        (false, true) => "additional-properties-disallowed",
        (true, false) => "additional-properties-allowed",
        (false, false) => match further {
            (None, None) => return,
            (Some(before), Some(after)) => {
                pair.descend(comparer, || suffix.to_owned(), &[before], &[after]);
                return;
            }
            (None, Some(_)) if pair.mode == Mode::Configuration => "additional-properties-narrowed",
            (Some(_), None) if pair.mode == Mode::Configuration => "additional-properties-extended",
            (None, Some(_)) => "additional-properties-schema-narrowed",
            (Some(_), None) => "additional-properties-schema-widened",
        },
    };
    // An absent keyword allows everything, so the value is modified, not added.
    let value = |node: Option<Node<'_>>| match node {
        None => Some(true.into()),
        Some(node) => node.as_bool().map(Into::into),
    };
    let delta = Delta::family(
        family,
        suffix,
        old.or(pair.old.node()),
        new.or(pair.new.node()),
    );
    pair.push(delta.modified(value(old), value(new)));
}

/// Schemas by name.
pub(super) type SchemaMap<'s> = BTreeMap<&'s str, Vec<Node<'s>>>;

pub(super) fn schema_map<'s>(
    pair: &mut Pair<'_, 's>,
    comparer: &mut SchemaComparer<'s>,
    keyword: &str,
    families: [&'static str; 2],
    maps: (&SchemaMap<'s>, &SchemaMap<'s>),
) {
    let names: BTreeSet<&str> = maps.0.keys().chain(maps.1.keys()).copied().collect();
    for name in names {
        let step = || format!(".{keyword}[{}]", bracketed(name));
        let [added, removed] = families;
        match (maps.0.get(name), maps.1.get(name)) {
            (Some(old), Some(new)) => pair.descend(comparer, step, old, new),
            (old, new) => {
                let family = if old.is_none() { added } else { removed };
                let first =
                    |nodes: Option<&Vec<Node<'s>>>| nodes.and_then(|nodes| nodes.first().copied());
                let delta = Delta::family(family, step(), first(old), first(new));
                pair.push(delta.values(None, None));
            }
        }
    }
}

fn dependent_required(pair: &mut Pair<'_, '_>) {
    let (old, new) = (&pair.old.dependent_required, &pair.new.dependent_required);
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let mut deltas = Vec::new();
    for name in names {
        let (before, after) = (old.get(name).copied(), new.get(name).copied());
        let family = match (before, after) {
            (Some(before), Some(after)) => {
                let members = |list: Node<'_>| -> BTreeSet<String> {
                    let texts = list.items().filter_map(Node::as_str);
                    texts.map(str::to_owned).collect()
                };
                let (before, after) = (members(before), members(after));
                if before == after {
                    continue;
                }
                match pair.mode {
                    Mode::Configuration if after.is_superset(&before) => {
                        "dependent-required-extended"
                    }
                    _ => "dependent-required-changed",
                }
            }
            (None, _) => "dependent-required-added",
            (_, None) => "dependent-required-removed",
        };
        let suffix = format!(".dependentRequired[{}]", bracketed(name));
        deltas.push(Delta::family(family, suffix, before, after));
    }
    pair.found.deltas.extend(deltas);
}
