//! Which branch a value belongs to, by the value of one property.

use pacto_document::Node;
use pacto_spec::schema::{Branch, Dialect, Schemas, Shape};

use super::delta::bracketed;
use super::{Delta, Pair, RuleName, SchemaComparer};
use crate::deep::place::Mode;

/// The schema that an entry of a mapping leads to, by its name or by a reference.
fn target<'s>(schemas: Schemas<'s>, entry: Node<'s>) -> Option<Node<'s>> {
    let text = entry.as_str()?;
    let documents = schemas.documents();
    if text.contains(['/', '#', '.']) {
        return documents.resolve(entry, text).ok();
    }
    let place = match documents.dialect(entry) {
        Dialect::Swagger2 => "#/definitions",
        _ => "#/components/schemas",
    };
    documents.resolve(entry, &format!("{place}/{text}")).ok()
}

/// Whether two entries of a mapping lead to schemas that say the same.
fn is_same_target<'s>(comparer: &mut SchemaComparer<'s>, old: Node<'s>, new: Node<'s>) -> bool {
    match (target(comparer.old, old), target(comparer.new, new)) {
        (Some(before), Some(after)) => !comparer.differ(&[before], &[after]),
        _ => false,
    }
}

pub(super) fn compare<'s>(pair: &mut Pair<'_, 's>, comparer: &mut SchemaComparer<'s>) {
    let (old, new) = (pair.old.discriminator, pair.new.discriminator);
    let (Some(before), Some(after)) = (old, new) else {
        if old.is_some() != new.is_some() {
            let family = if new.is_some() {
                "discriminator-added"
            } else {
                "discriminator-removed"
            };
            pair.push(Delta::family(family, ".discriminator", old, new));
        }
        return;
    };
    // In Swagger 2.0 it is the name itself.
    let name = |node: Node<'_>| {
        let name = node.get("propertyName").unwrap_or(node);
        name.as_str().map(str::to_owned)
    };
    if name(before) != name(after) {
        let delta = Delta::family(
            "discriminator-property-name-changed",
            ".discriminator.propertyName",
            old,
            new,
        );
        pair.push(delta.modified(name(before).map(Into::into), name(after).map(Into::into)));
    }
    let mapping = (before.get("mapping"), after.get("mapping"));
    for (key, old, new) in crate::detect::paired(mapping.0, mapping.1) {
        let (old, new) = (old.map(|entry| entry.value), new.map(|entry| entry.value));
        let family = match (old, new) {
            (None, _) => "discriminator-mapping-added",
            (_, None) => "discriminator-mapping-deleted",
            (Some(old), Some(new)) if old.value_eq(new) => continue,
            (Some(old), Some(new)) if is_same_target(comparer, old, new) => continue,
            _ => "discriminator-mapping-changed",
        };
        let suffix = format!(".discriminator.mapping[{}]", bracketed(&key));
        pair.push(Delta::family(family, suffix.clone(), old, new));
        if let (Some(old), None) = (old, new) {
            unmapped(pair, &key, suffix, old, after);
        }
    }
    renamed(pair, comparer, mapping);
}

/// The branches of the choice of a shape that are references, which go by the name of what they
/// refer to.
fn by_name<'a, 's>(shape: &'a Shape<'s>) -> impl Iterator<Item = &'a Branch<'s>> {
    let branches = shape.one_of.iter().chain(&shape.any_of);
    branches.filter(|branch| branch.node.get("$ref").is_some())
}

/// A branch that went by its own name, and is the same under another name now, which is another
/// value on the wire.
fn renamed<'s>(
    pair: &mut Pair<'_, 's>,
    comparer: &mut SchemaComparer<'s>,
    (old, new): (Option<Node<'s>>, Option<Node<'s>>),
) {
    if pair.mode == Mode::Configuration {
        return;
    }
    let is_listed = |mapping: Option<Node<'_>>, branch: &Branch<'_>| {
        let mut entries = mapping.into_iter().flat_map(Node::entries);
        entries.any(|(_, entry)| {
            let text = entry.as_str().unwrap_or("");
            text.rsplit(['/', '#']).next() == Some(branch.key.as_str())
        })
    };
    let has_value = |name: &str| {
        by_name(pair.new).any(|branch| branch.key == name)
            || new.is_some_and(|mapping| mapping.get(name).is_some())
    };
    let mut found = Vec::new();
    for before in by_name(pair.old) {
        if is_listed(old, before) || has_value(&before.key) {
            continue;
        }
        let mut come = by_name(pair.new).filter(|after| {
            let is_known = by_name(pair.old).any(|branch| branch.key == after.key);
            !is_known && !is_listed(new, after)
        });
        let after = come.find(|after| !comparer.differ(&[before.node], &[after.node]));
        found.extend(after.map(|after| (before, after)));
    }
    for (before, after) in found {
        let suffix = format!(".discriminator.mapping[{}]", bracketed(&before.key));
        let rule = RuleName::Id("discriminator-value-unmapped");
        let delta = Delta::new(rule, suffix, Some(before.node), Some(after.node));
        let names = (before.key.as_str().into(), after.key.as_str().into());
        pair.push(delta.modified(Some(names.0), Some(names.1)));
    }
}

/// A branch whose value is not listed any more goes by its own name, which is another value.
fn unmapped<'s>(
    pair: &mut Pair<'_, 's>,
    value: &str,
    suffix: String,
    old: Node<'s>,
    discriminator: Node<'s>,
) {
    let Some(target) = old.as_str().filter(|_| pair.mode != Mode::Configuration) else {
        return;
    };
    let name = target.rsplit(['/', '#']).next().unwrap_or(target);
    let mut mapped = discriminator
        .get("mapping")
        .into_iter()
        .flat_map(Node::entries);
    let is_mapped = mapped.any(|(_, other)| {
        let other = other.as_str().unwrap_or("");
        other == target || other.rsplit(['/', '#']).next() == Some(name)
    });
    let mut branches = pair.new.one_of.iter().chain(&pair.new.any_of);
    let is_branch = branches.any(|branch| branch.is_named && branch.key == name);
    if name != value && !is_mapped && is_branch {
        let rule = RuleName::Id("discriminator-value-unmapped");
        let delta = Delta::new(rule, suffix, Some(old), None);
        pair.push(delta.values(Some(value.into()), None));
    }
}
