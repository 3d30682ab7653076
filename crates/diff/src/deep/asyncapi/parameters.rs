//! Parameters of the address of a channel.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;

use super::model::entries;
use super::{Element, FieldRules, Walk, followed};
use crate::deep::finding::Place;
use crate::deep::place::Position;
use crate::deep::schema::delta::bracketed;

impl<'s> Walk<'s> {
    pub(super) fn parameters(&mut self, at: &Element<'_, 's>) {
        let of = |node: Node<'s>| entries(node.get("parameters")).collect::<BTreeMap<_, _>>();
        let (old, new) = (of(at.nodes.0), of(at.nodes.1));
        let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for name in names {
            let field = format!("parameters[{}]", bracketed(name));
            let sides = (old.get(name).copied(), new.get(name).copied());
            let (Some(before), Some(after)) = sides else {
                let rules = FieldRules {
                    added: "asyncapi-parameter-added",
                    removed: "asyncapi-parameter-removed",
                    changed: "",
                };
                self.field(at, (&field, rules), sides);
                continue;
            };
            let nodes = (
                followed(self.findings.old, before),
                followed(self.findings.new, after),
            );
            let parameter = Element {
                path: format!("{}.{field}", at.path),
                title: &format!("{} parameter {name}", at.title),
                order: at.order,
                nodes,
            };
            let location = (nodes.0.get("location"), nodes.1.get("location"));
            let rules = FieldRules::always("asyncapi-parameter-location-changed");
            self.field(&parameter, ("location", rules), location);
            self.parameter_schema(&parameter);
        }
    }

    /// 2.x has a schema; in 3.0 the parameter itself lists its values.
    fn parameter_schema(&mut self, parameter: &Element<'_, 's>) {
        let schema = |node: Node<'s>| node.get("schema").unwrap_or(node);
        let (old, new) = (schema(parameter.nodes.0), schema(parameter.nodes.1));
        // In 3.0 a parameter is text, whether it has a list of values or not.
        let values = |schema: Node<'s>| schema.get("enum").and_then(Node::to_json);
        if self.is_across && values(old) == values(new) {
            return;
        }
        let position = Position::EventBoth;
        let outcome = self.comparer.compare(&[old], &[new], position.mode());
        let place = Place {
            path: format!("{}.schema", parameter.path),
            position,
            subject: parameter.title,
            order: parameter.order.clone(),
        };
        self.findings.add_outcome(&place, &outcome);
    }
}
