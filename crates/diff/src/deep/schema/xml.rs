//! How values are written as XML.

use pacto_document::Node;
use pacto_spec::schema::Shape;
use serde_json::Value;

use super::{Delta, Pair, RuleName};

/// Fields of `xml`, what they are when nothing is written, and the rule for each.
const FIELDS: [(&str, Value, &str); 4] = [
    ("name", Value::Null, "xml-name-changed"),
    ("namespace", Value::Null, "xml-namespace-changed"),
    ("attribute", Value::Bool(false), "xml-attribute-changed"),
    ("wrapped", Value::Bool(false), "xml-wrapped-changed"),
];

pub(super) fn compare(pair: &mut Pair<'_, '_>) {
    let xml = |shape: &Shape<'_>, field: &str| {
        let parts = &mut shape.parts.iter();
        parts.find_map(|part| part.get("xml")?.get(field)?.to_json())
    };
    for (field, default, rule) in FIELDS {
        let value = |shape| xml(shape, field).unwrap_or_else(|| default.clone());
        let (old, new) = (value(pair.old), value(pair.new));
        if old == new {
            continue;
        }
        let nodes: (Option<Node<'_>>, Option<Node<'_>>) = (pair.old.node(), pair.new.node());
        let delta = Delta::new(
            RuleName::Id(rule),
            format!(".xml.{field}"),
            nodes.0,
            nodes.1,
        );
        pair.push(delta.modified(Some(old), Some(new)));
    }
}
