//! Types and what they hold.

use pacto_spec::graphql::{Field, TypeDefinition, TypeKind, TypeReference};

use super::{Comparer, names};
use crate::deep::schema::delta::bracketed;

/// Scalars that need no definition.
const BUILT_IN: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];

impl Comparer<'_> {
    pub(super) fn types(&mut self) {
        let (old, new) = (self.old, self.new);
        for name in names(&old.types, &new.types) {
            let path = format!("graphql.types[{}]", bracketed(name));
            // Every schema has these, whether it says so or not.
            if BUILT_IN.contains(&name) {
                continue;
            }
            match (old.types.get(name), new.types.get(name)) {
                (Some(before), Some(after)) if before.kind == after.kind => {
                    self.one_of(&path, before, after);
                    self.type_definition(&path, before, after);
                }
                (Some(before), Some(after)) => self.add_values(
                    "graphql-type-changed-kind",
                    path,
                    (Some(before.span), Some(after.span)),
                    (
                        Some(before.kind.as_str().into()),
                        Some(after.kind.as_str().into()),
                    ),
                ),
                (Some(before), None) => {
                    self.add("graphql-type-removed", path, (Some(before.span), None));
                }
                (None, after) => {
                    let span = after.map(|after| after.span);
                    self.add("graphql-type-added", path, (None, span));
                }
            }
        }
    }

    /// An input that wants exactly one field refuses what others take.
    fn one_of(&mut self, path: &str, before: &TypeDefinition, after: &TypeDefinition) {
        let (rule, spans) = match (before.is_one_of, after.is_one_of) {
            (false, true) => ("graphql-input-became-one-of", (None, Some(after.span))),
            (true, false) => ("graphql-input-became-not-one-of", (Some(before.span), None)),
            _ => return,
        };
        self.add(rule, format!("{path}.oneOf"), spans);
    }

    fn type_definition(&mut self, path: &str, before: &TypeDefinition, after: &TypeDefinition) {
        for name in names(&before.values, &after.values) {
            let path = format!("{path}.values[{}]", bracketed(name));
            match (before.values.get(name), after.values.get(name)) {
                (Some(gone), None) => self.add(
                    "graphql-value-removed-from-enum",
                    path,
                    (Some(gone.span), None),
                ),
                (None, Some(added)) => {
                    self.add(
                        "graphql-value-added-to-enum",
                        path,
                        (None, Some(added.span)),
                    );
                }
                _ => {}
            }
        }
        let listed = [
            (
                &before.members,
                &after.members,
                "members",
                [
                    "graphql-type-removed-from-union",
                    "graphql-type-added-to-union",
                ],
            ),
            (
                &before.interfaces,
                &after.interfaces,
                "interfaces",
                [
                    "graphql-implemented-interface-removed",
                    "graphql-implemented-interface-added",
                ],
            ),
        ];
        for (old, new, part, [removed, added]) in listed {
            for name in names(old, new) {
                let path = format!("{path}.{part}[{}]", bracketed(name));
                match (old.get(name), new.get(name)) {
                    (Some(span), None) => self.add(removed, path, (Some(*span), None)),
                    (None, Some(span)) => self.add(added, path, (None, Some(*span))),
                    _ => {}
                }
            }
        }
        let is_input = before.kind == TypeKind::Input;
        for name in names(&before.fields, &after.fields) {
            let path = format!("{path}.fields[{}]", bracketed(name));
            match (before.fields.get(name), after.fields.get(name)) {
                (Some(before), Some(after)) => self.field(&path, before, after, is_input),
                (Some(gone), None) => {
                    self.add("graphql-field-removed", path, (Some(gone.span), None));
                }
                (None, Some(added)) => {
                    let rule = match (is_input, added.is_required()) {
                        (true, true) => "graphql-required-input-field-added",
                        (true, false) => "graphql-optional-input-field-added",
                        (false, _) => "graphql-field-added",
                    };
                    self.add(rule, path, (None, Some(added.span)));
                }
                (None, None) => {}
            }
        }
    }

    fn field(&mut self, path: &str, before: &Field, after: &Field, is_input: bool) {
        let is_safe = if is_input {
            accepts(&before.field_type, &after.field_type)
        } else {
            promises(&before.field_type, &after.field_type)
        };
        if !is_safe {
            self.add_values(
                "graphql-field-changed-kind",
                format!("{path}.type"),
                (Some(before.type_span), Some(after.type_span)),
                (
                    Some(before.field_type.to_string().into()),
                    Some(after.field_type.to_string().into()),
                ),
            );
        }
        if is_input {
            self.default(
                path,
                [
                    "graphql-required-input-field-added",
                    "graphql-input-field-default-value-changed",
                ],
                (Some(before.span), Some(after.span)),
                (&before.default, &after.default),
                is_safe && !before.is_required() && after.is_required(),
            );
        }
        if !before.is_deprecated && after.is_deprecated {
            self.add(
                "graphql-deprecated-added",
                format!("{path}.deprecated"),
                (Some(before.span), Some(after.span)),
            );
        }
        for name in names(&before.arguments, &after.arguments) {
            let path = format!("{path}.args[{}]", bracketed(name));
            match (before.arguments.get(name), after.arguments.get(name)) {
                (Some(before), Some(after)) => {
                    self.argument_type(&path, "graphql-required-arg-added", (before, after));
                }
                (Some(gone), None) => {
                    self.add("graphql-arg-removed", path, (Some(gone.span), None));
                }
                (None, Some(added)) => {
                    let rule = if added.is_required() {
                        "graphql-required-arg-added"
                    } else {
                        "graphql-optional-arg-added"
                    };
                    self.add(rule, path, (None, Some(added.span)));
                }
                (None, None) => {}
            }
        }
    }
}

/// Whether everything that could be sent for the old type can be sent for the new one.
pub(super) fn accepts(old: &TypeReference, new: &TypeReference) -> bool {
    match (old, new) {
        (TypeReference::NonNull(old), TypeReference::NonNull(new))
        | (TypeReference::List(old), TypeReference::List(new)) => accepts(old, new),
        (TypeReference::NonNull(old), new) => accepts(old, new),
        // A value alone stands for a list of one.
        (TypeReference::Named(_), TypeReference::List(_) | TypeReference::NonNull(_))
        | (TypeReference::List(_), TypeReference::Named(_) | TypeReference::NonNull(_)) => false,
        (TypeReference::Named(old), TypeReference::Named(new)) => old == new,
    }
}

/// Whether the new type promises at least what the old one did.
fn promises(old: &TypeReference, new: &TypeReference) -> bool {
    match (old, new) {
        (TypeReference::NonNull(old), TypeReference::NonNull(new))
        | (TypeReference::List(old), TypeReference::List(new)) => promises(old, new),
        (old, TypeReference::NonNull(new)) => promises(old, new),
        (TypeReference::Named(old), TypeReference::Named(new)) => old == new,
        _ => false,
    }
}
