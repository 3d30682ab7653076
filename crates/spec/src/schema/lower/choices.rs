//! Choices that are lists, written out: of values, and of types.

use pacto_document::{Kind, Node};

use super::{Schemas, is_remark_key};
use crate::schema::TypeSet;
use crate::schema::shape::{Branch, Shape};

impl<'s> Schemas<'s> {
    /// Turns the one value of a shape, or its choice between values, into a list of values, to be
    /// compared with such a list.
    pub fn list_values(self, shape: &mut Shape<'s>) {
        let choice = self.values_of_choice(shape);
        shape.list_values(choice);
    }

    /// Whether a schema is a choice between values, each told apart from the others.
    pub fn is_choice_of_values(self, shape: &Shape<'s>) -> bool {
        self.values_of_choice(shape).is_some()
    }

    fn values_of_choice(self, shape: &Shape<'s>) -> Option<Vec<Node<'s>>> {
        let (branches, is_exclusive) = only_choice(shape)?;
        let mut values: Vec<Node<'s>> = Vec::new();
        for branch in branches {
            let node = self.documents.follow(branch.node).ok()?;
            if !says_only(node, &["const", "enum", "type"]) {
                return None;
            }
            let own: Vec<Node<'s>> = match (node.get("const"), node.get("enum")) {
                (Some(value), None) => vec![value],
                (None, Some(list)) => list.items().collect(),
                _ => return None,
            };
            let types = node.get("type").map_or(TypeSet::ANY, TypeSet::declared);
            for value in own {
                let is_known = values.iter().any(|other| other.value_eq(value));
                if value.is_null()
                    || is_known && is_exclusive
                    || !types.contains(TypeSet::of(value))
                {
                    return None;
                }
                if !is_known {
                    values.push(value);
                }
            }
        }
        Some(values)
    }

    /// Turns a choice between types, about which nothing else is said, into the list of them; a
    /// shape with another choice stays as it is.
    pub fn list_types(self, shape: &mut Shape<'s>) {
        let Some((branches, is_exclusive)) = only_choice(shape) else {
            return;
        };
        let mut types = TypeSet::NONE;
        for branch in branches {
            let node = self.documents.follow(branch.node).unwrap_or(branch.node);
            let own = node.get("type").map(TypeSet::declared);
            let Some(own) = own.filter(|_| says_only(node, &["type"])) else {
                return;
            };
            if is_exclusive && !types.intersection(own).is_empty() {
                return;
            }
            types = types.union(own);
        }
        let first = branches.first().map(|branch| branch.node);
        if shape.is_nullable {
            types = types.union(TypeSet::NULL);
        }
        shape.types = shape.types.intersection(types);
        shape.type_node = shape.type_node.or(first);
        shape.one_of.clear();
        shape.any_of.clear();
    }
}

/// The branches of the one choice of a shape, and whether exactly one of them must hold.
fn only_choice<'a, 's>(shape: &'a Shape<'s>) -> Option<(&'a [Branch<'s>], bool)> {
    match (shape.one_of.as_slice(), shape.any_of.as_slice()) {
        ([], branches @ [_, ..]) => Some((branches, false)),
        (branches @ [_, ..], []) => Some((branches, true)),
        _ => None,
    }
}

/// Whether a schema has these keywords and remarks only.
fn says_only(schema: Node<'_>, keywords: &[&str]) -> bool {
    schema.kind() == Kind::Mapping
        && schema.entries().all(|(key, _)| {
            key.as_str()
                .is_some_and(|key| keywords.contains(&key) || is_remark_key(key))
        })
}
