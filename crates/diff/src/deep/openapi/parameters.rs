//! The parameters that hold for an operation.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;
use pacto_spec::openapi::{Operation, Parameter};
use pacto_spec::schema::TypeSet;

use super::{At, Walk, part_order, place};
use crate::deep::finding::Order;
use crate::deep::place::Position;

type Key<'s> = (&'s str, String);

impl<'s> Walk<'s> {
    pub(super) fn parameters(&mut self, at: &At<'_>, old: &Operation<'s>, new: &Operation<'s>) {
        // Parameters of a renamed template meet under their new names.
        let old: BTreeMap<Key<'s>, &Parameter<'s>> = old
            .parameters
            .iter()
            .map(|((location, name), parameter)| {
                let renamed = (*location == "path")
                    .then(|| at.renamed.get(name))
                    .flatten();
                ((*location, renamed.unwrap_or(name).clone()), parameter)
            })
            .collect();
        let keys: BTreeSet<&Key<'s>> = old.keys().chain(new.parameters.keys()).collect();
        for key in keys {
            match (old.get(key), new.parameters.get(key)) {
                (Some(before), Some(after)) => self.parameter(at, before, after),
                (Some(before), None) => {
                    let rule = self.parameter_removal(before);
                    self.existence(at, rule, Some(before), None);
                    self.moved(at, before, &old, new);
                }
                (None, Some(after)) => {
                    let rule = match (after.location, after.is_required, after.is_inherited) {
                        ("path", ..) => "new-request-path-parameter",
                        (_, true, false) => "new-required-request-parameter",
                        (_, true, true) => {
                            "new-required-request-default-parameter-to-existing-path"
                        }
                        (_, false, false) => "new-optional-request-parameter",
                        (_, false, true) => {
                            "new-optional-request-default-parameter-to-existing-path"
                        }
                    };
                    self.existence(at, rule, None, Some(after));
                }
                (None, None) => {}
            }
        }
    }

    fn existence(
        &mut self,
        at: &At<'_>,
        rule: &str,
        old: Option<&Parameter<'s>>,
        new: Option<&Parameter<'s>>,
    ) {
        let Some(parameter) = new.or(old) else { return };
        let key = key(parameter);
        let path = format!("{}.parameters[{key}]", at.path);
        let order = part_order(at, 1, &key);
        let nodes = (old.map(|it| it.node), new.map(|it| it.node));
        self.simple(rule, path, &order, nodes, &title(at, parameter));
    }

    /// The same name in another place is a move, beside the removal and the addition.
    fn moved(
        &mut self,
        at: &At<'_>,
        before: &Parameter<'s>,
        old: &BTreeMap<Key<'s>, &Parameter<'s>>,
        new: &Operation<'s>,
    ) {
        let target = new.parameters.iter().find(|(key, parameter)| {
            parameter.location != before.location
                && parameter.name.eq_ignore_ascii_case(before.name)
                && !old.contains_key(*key)
        });
        if let Some((_, after)) = target {
            let key = key(after);
            let order = part_order(at, 1, &key);
            self.field(
                "request-parameter-moved",
                format!("{}.parameters[{key}].in", at.path),
                &order,
                (before.node, after.node),
                (before.location.into(), after.location.into()),
                &title(at, after),
            );
        }
    }

    /// Values that are only allowed when the parameter says so.
    fn flags(&mut self, (path, title): (&str, &str), order: &Order, nodes: (Node<'s>, Node<'s>)) {
        let rules = [
            (
                "allowReserved",
                "request-parameter-allow-reserved-set",
                "request-parameter-allow-reserved-unset",
            ),
            (
                "allowEmptyValue",
                "request-parameter-allow-empty-value-set",
                "request-parameter-allow-empty-value-unset",
            ),
        ];
        for (keyword, set, unset) in rules {
            let flag = |node: Node<'_>| node.get(keyword).and_then(Node::as_bool) == Some(true);
            let (old, new) = (flag(nodes.0), flag(nodes.1));
            if old != new {
                let rule = if new { set } else { unset };
                let path = format!("{path}.{keyword}");
                self.field(rule, path, order, nodes, (old.into(), new.into()), title);
            }
        }
    }

    /// Whether callers write one value, which is written the same way exploded or not.
    fn is_scalar(&self, parameter: &Parameter<'s>) -> bool {
        let several = TypeSet::ARRAY.union(TypeSet::OBJECT);
        parameter.schema.is_some_and(|schema| {
            let shape = self.comparer.old.shape(&[schema]);
            shape.types.intersection(several).is_empty()
        })
    }

    fn parameter(&mut self, at: &At<'_>, old: &Parameter<'s>, new: &Parameter<'s>) {
        let key = key(new);
        let path = format!("{}.parameters[{key}]", at.path);
        let title = title(at, new);
        let order = part_order(at, 1, &key);
        let nodes = (old.node, new.node);
        if old.is_required != new.is_required {
            let rule = if new.is_required {
                "request-parameter-became-required"
            } else {
                "request-parameter-became-optional"
            };
            let values = (old.is_required.into(), new.is_required.into());
            self.field(
                rule,
                format!("{path}.required"),
                &order,
                nodes,
                values,
                &title,
            );
        }
        self.parameter_end((&path, &title), &order, old, new);
        if old.style != new.style {
            let values = (old.style.into(), new.style.into());
            let rule = "request-parameter-style-changed";
            self.field(rule, format!("{path}.style"), &order, nodes, values, &title);
        } else if old.explode != new.explode && !self.is_scalar(old) {
            let values = (old.explode.into(), new.explode.into());
            let rule = "request-parameter-explode-changed";
            self.field(
                rule,
                format!("{path}.explode"),
                &order,
                nodes,
                values,
                &title,
            );
        }
        self.flags((&path, &title), &order, nodes);
        let types = |parameter: &Parameter<'s>| -> Vec<String> {
            parameter
                .content
                .keys()
                .map(|name| (*name).to_owned())
                .collect()
        };
        if types(old) != types(new) {
            let values = (types(old).into(), types(new).into());
            let rule = "request-parameter-schema-to-content";
            self.field(
                rule,
                format!("{path}.content"),
                &order,
                nodes,
                values,
                &title,
            );
            return;
        }
        let position = match new.location {
            "header" => Position::RequestHeader,
            _ => Position::Parameter,
        };
        let sides = ((old.schema, &old.content), (new.schema, &new.content));
        let place = place(at, path.clone(), position, &title, 1, &key);
        self.value(place, &path, sides.0, sides.1);
    }
}

/// `name:in`, as it stands in paths.
fn key(parameter: &Parameter<'_>) -> String {
    format!("{}:{}", parameter.name, parameter.location)
}

fn title(at: &At<'_>, parameter: &Parameter<'_>) -> String {
    format!(
        "{} {} param '{}'",
        at.title, parameter.location, parameter.name
    )
}
