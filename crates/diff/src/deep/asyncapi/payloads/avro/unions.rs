//! Unions of Avro, and types that become a branch of one.

use std::collections::{BTreeMap, BTreeSet};

use pacto_spec::avro::{Schema, Type, TypeId, TypeKind};

use super::Comparer;
use super::witness::About;
use crate::deep::schema::delta::bracketed;

impl Comparer<'_, '_> {
    /// Compares branches that belong together, and tells which come and go. A type that is no
    /// union is one with a single branch.
    pub(super) fn unions(&mut self, ids: (TypeId, TypeId), path: &str, depth: usize) {
        let sides = (branches(self.old, ids.0), branches(self.new, ids.1));
        let pairs = matched((self.old, &sides.0), (self.new, &sides.1));
        for (one, other) in &pairs {
            let name = self.new.get(*other).kind.spelled();
            let path = format!("{path}.union[{}]", bracketed(name));
            self.types((*one, *other), &path, depth + 1);
        }
        let kept: BTreeSet<TypeId> = pairs.iter().map(|(one, _)| *one).collect();
        for one in sides.0.iter().filter(|one| !kept.contains(*one)) {
            let branch = self.old.get(*one);
            let rule = if is_read(branch, (self.new, &sides.1)) {
                "asyncapi-avro-union-branch-promoted"
            } else {
                "asyncapi-avro-union-branch-removed"
            };
            let name = branch.kind.spelled();
            let path = format!("{path}.union[{}]", bracketed(name));
            self.add(
                rule,
                path,
                About::Branch(name),
                (Some(branch.place), None),
                (Some(name.into()), None),
            );
        }
        let kept: BTreeSet<TypeId> = pairs.iter().map(|(_, other)| *other).collect();
        for other in sides.1.iter().filter(|other| !kept.contains(*other)) {
            let branch = self.new.get(*other);
            let rule = if is_read(branch, (self.old, &sides.0)) {
                "asyncapi-avro-union-branch-promoted"
            } else {
                "asyncapi-avro-union-branch-added"
            };
            let name = branch.kind.spelled();
            let path = format!("{path}.union[{}]", bracketed(name));
            self.add(
                rule,
                path,
                About::Branch(name),
                (None, Some(branch.place)),
                (None, Some(name.into())),
            );
        }
    }
}

fn branches(schema: &Schema<'_>, id: TypeId) -> Vec<TypeId> {
    match &schema.get(id).kind {
        TypeKind::Union(branches) => branches.clone(),
        _ => vec![id],
    }
}

/// Whether readers with one of these branches read what is written as another type.
fn is_read(written: &Type, (schema, branches): (&Schema<'_>, &[TypeId])) -> bool {
    branches
        .iter()
        .any(|id| match (&written.kind, &schema.get(*id).kind) {
            (TypeKind::Primitive(one), TypeKind::Primitive(other)) => one.is_read_as(*other),
            _ => false,
        })
}

/// Branches that belong together: of the same kind and full name, then the same last part of it,
/// then a name that is an alias of the other.
fn matched(
    (old, before): (&Schema<'_>, &[TypeId]),
    (new, after): (&Schema<'_>, &[TypeId]),
) -> Vec<(TypeId, TypeId)> {
    let full = |declared: &Type| {
        vec![format!(
            "{} {}",
            declared.kind.as_str(),
            declared.kind.spelled()
        )]
    };
    let local = |declared: &Type| {
        let name = declared.kind.name();
        name.map(|name| format!("{} {}", declared.kind.as_str(), name.local()))
            .into_iter()
            .collect()
    };
    let all = |declared: &Type| {
        let names = declared.kind.name().into_iter();
        let names = names.flat_map(|name| [&name.full].into_iter().chain(&name.aliases));
        names
            .map(|name| format!("{} {name}", declared.kind.as_str()))
            .collect()
    };
    let keys: [&Keys; 3] = [&full, &local, &all];
    let mut pairs = Vec::new();
    let mut taken = (BTreeSet::new(), BTreeSet::new());
    for (round, key) in keys.into_iter().enumerate() {
        let mut by_key: BTreeMap<String, TypeId> = BTreeMap::new();
        for id in before.iter().filter(|id| !taken.0.contains(*id)) {
            for key in key(old.get(*id)) {
                by_key.entry(key).or_insert(*id);
            }
        }
        for id in after
            .iter()
            .filter(|id| !taken.1.contains(*id))
            .copied()
            .collect::<Vec<_>>()
        {
            let candidates = key(new.get(id));
            let mut found = candidates.iter().filter_map(|key| by_key.get(key).copied());
            // Aliases that only agree with each other are no names.
            let is_known = |one: &TypeId| {
                round < 2
                    || is_alias(old.get(*one), new.get(id))
                    || is_alias(new.get(id), old.get(*one))
            };
            let one = found.find(|one| !taken.0.contains(one) && is_known(one));
            if let Some(one) = one {
                taken.0.insert(one);
                taken.1.insert(id);
                pairs.push((one, id));
            }
        }
    }
    pairs
}

/// What a type can be found by.
type Keys = dyn Fn(&Type) -> Vec<String>;

/// Whether the name of one type is an alias of the other.
fn is_alias(name: &Type, aliased: &Type) -> bool {
    match (name.kind.name(), aliased.kind.name()) {
        (Some(name), Some(aliased)) => aliased.aliases.contains(&name.full),
        _ => false,
    }
}
