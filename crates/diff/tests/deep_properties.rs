//! Laws of the deep layer over made-up schemas and single edits of them: what allows more never
//! breaks a request and never goes unnoticed in a response, the other way round for what allows
//! less, swapping the sides mirrors the records, and references change nothing.

mod support;

use std::collections::BTreeSet;

use pacto_diff::judge::Layer;
use pacto_diff::{Class, Comparison, Options, Record, diff};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

/// Compares two schemas, each as a request body and as the body of a response.
fn compared(old: &Side, new: &Side) -> Comparison {
    let bundle = |side: &Side| {
        let document = json!({
            "openapi": "3.1.0",
            "paths": {"/u": {"post": {
                "requestBody": {"content": {"application/json": {"schema": side.schema}}},
                "responses": {"200": {"content": {"application/json": {"schema": side.schema}}}}
            }}},
            "components": {"schemas": side.components}
        });
        support::bundle(
            &support::contract("interfaces: [{name: api, type: http, port: 80, contract: a.json}]"),
            &[("a.json", &document.to_string())],
        )
    };
    diff(&bundle(old), &bundle(new), &Options::default())
}

/// A schema with what it refers to.
struct Side {
    schema: Value,
    components: Map<String, Value>,
}

impl Side {
    fn inline(schema: &Value) -> Self {
        Self {
            schema: schema.clone(),
            components: Map::new(),
        }
    }

    /// The schema with every schema in it, but for branches of a choice, which are called by the
    /// names of their references, behind a reference of its own.
    fn split(schema: &Value) -> Self {
        let mut components = Map::new();
        let schema = split(schema, &mut components);
        Self { schema, components }
    }
}

fn split(schema: &Value, components: &mut Map<String, Value>) -> Value {
    let Value::Object(members) = schema else {
        return schema.clone();
    };
    let mut inner = members.clone();
    for (key, value) in &mut inner {
        match (key.as_str(), &mut *value) {
            ("properties", Value::Object(properties)) => {
                for property in properties.values_mut() {
                    *property = split(property, components);
                }
            }
            ("items" | "additionalProperties", value) => *value = split(value, components),
            _ => {}
        }
    }
    let name = format!("S{}", components.len());
    components.insert(name.clone(), Value::Object(inner));
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn records<'c>(
    comparison: &'c Comparison,
    place: &'static str,
) -> impl Iterator<Item = &'c Record> {
    let deep = comparison
        .changes
        .iter()
        .filter(|it| it.layer == Some(Layer::Deep));
    deep.filter(move |it| it.path.contains(place))
}

const REQUEST: &str = ".request-body";
const RESPONSE: &str = ".responses[200]";

/// Rule, class, path and kind of the deep records.
fn lines(comparison: &Comparison) -> BTreeSet<String> {
    records(comparison, "")
        .map(|it| {
            let rule = it.rule.as_deref().unwrap_or_default();
            format!("{rule} {} {} {}", it.classification, it.path, it.kind)
        })
        .collect()
}

fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        select(vec!["string", "integer", "number", "boolean"]).prop_map(|it| json!({"type": it})),
        Just(json!({"type": ["string", "null"]})),
        (0..3, 5..9)
            .prop_map(|(low, high)| json!({"type": "integer", "minimum": low, "maximum": high})),
        (0..3).prop_map(|low| json!({"type": "number", "exclusiveMinimum": low})),
        Just(json!({"type": "number", "multipleOf": 4})),
        (1..3, 4..7)
            .prop_map(|(low, high)| json!({"type": "string", "minLength": low, "maxLength": high})),
        Just(json!({"type": "string", "pattern": "^a"})),
        Just(json!({"type": "string", "enum": ["a", "b"]})),
        Just(json!({"const": "a"})),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        let object = (inner.clone(), inner.clone(), any::<bool>(), any::<bool>());
        prop_oneof![
            (inner.clone(), 1..3).prop_map(|(items, least)| {
                json!({"type": "array", "items": items, "minItems": least, "maxItems": 5, "uniqueItems": true})
            }),
            inner.clone().prop_map(|it| json!({"type": "object", "additionalProperties": it})),
            object.prop_map(|(a, b, is_required, is_closed)| {
                let mut schema = json!({"type": "object", "properties": {"a": a, "b": b}});
                if is_required {
                    schema["required"] = json!(["a", "b"]);
                }
                if is_closed {
                    schema["additionalProperties"] = json!(false);
                }
                schema
            }),
            (inner.clone(), inner).prop_map(|(a, b)| {
                let title = |it: Value, title: &str| {
                    let mut it = it;
                    it["title"] = json!(title);
                    it
                };
                json!({"anyOf": [title(a, "A"), title(b, "B")]})
            }),
        ]
    })
}

/// Every schema that allows more by one edit, here or below.
fn widened(schema: &Value) -> Vec<Value> {
    let Value::Object(members) = schema else {
        return Vec::new();
    };
    let mut all = Vec::new();
    let with = |key: &str, value: Value| {
        let mut members = members.clone();
        members.insert(key.to_owned(), value);
        Value::Object(members)
    };
    for (key, value) in members {
        let mut without = members.clone();
        without.remove(key);
        let without = Value::Object(without);
        match (key.as_str(), value) {
            ("minimum" | "minLength" | "minItems", Value::Number(number)) => {
                all.push(with(key, json!(number.as_i64().unwrap_or(0) - 1)));
                all.push(without);
            }
            ("maximum" | "maxLength" | "maxItems", Value::Number(number)) => {
                all.push(with(key, json!(number.as_i64().unwrap_or(0) + 1)));
                all.push(without);
            }
            ("multipleOf", _) => all.extend([with(key, json!(2)), without]),
            ("exclusiveMinimum" | "pattern" | "uniqueItems" | "const", _)
            | ("additionalProperties", Value::Bool(false)) => all.push(without),
            ("enum", Value::Array(values)) => {
                all.push(with(
                    key,
                    values.iter().cloned().chain([json!("z")]).collect(),
                ));
                all.push(without);
            }
            ("type", Value::String(word)) if word == "integer" => {
                all.push(with(key, json!("number")));
            }
            // A list of values without null allows none.
            ("type", Value::String(word)) if !members.contains_key("enum") => {
                all.push(with(key, json!([word, "null"])));
            }
            ("required", Value::Array(names)) => {
                let rest = names.iter().skip(1).cloned();
                all.push(with(key, rest.collect()));
            }
            ("additionalProperties" | "items", inner) => {
                all.extend(widened(inner).into_iter().map(|it| with(key, it)));
            }
            ("properties", Value::Object(properties)) => {
                for (name, property) in properties {
                    for wider in widened(property) {
                        let mut properties = properties.clone();
                        properties.insert(name.clone(), wider);
                        all.push(with(key, Value::Object(properties)));
                    }
                }
                let is_closed = members.get("additionalProperties") == Some(&json!(false));
                if is_closed {
                    let mut properties = properties.clone();
                    properties.insert("new".to_owned(), json!({"type": "string"}));
                    all.push(with(key, Value::Object(properties)));
                }
            }
            ("anyOf", Value::Array(branches)) => {
                let new = json!({"title": "New", "type": "object", "required": ["new"]});
                all.push(with(key, branches.iter().cloned().chain([new]).collect()));
                for (index, branch) in branches.iter().enumerate() {
                    for wider in widened(branch) {
                        let mut branches = branches.clone();
                        branches[index] = wider;
                        all.push(with(key, Value::Array(branches)));
                    }
                }
            }
            _ => {}
        }
    }
    all
}

/// A schema and one that allows more.
fn pair() -> impl Strategy<Value = (Value, Value)> {
    (schema(), any::<Index>()).prop_filter_map("nothing to allow", |(schema, index)| {
        let wider = widened(&schema);
        (!wider.is_empty()).then(|| (schema, index.get(&wider).clone()))
    })
}

/// Findings without those about components themselves, which only references lead to.
fn without_components(mut lines: BTreeSet<String>) -> BTreeSet<String> {
    lines.retain(|line| !line.contains(" openapi.components."));
    lines
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 192,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn allowing_more_breaks_no_request_and_is_seen_in_a_response((narrow, wide) in pair()) {
        let found = compared(&Side::inline(&narrow), &Side::inline(&wide));
        for record in records(&found, REQUEST) {
            prop_assert_eq!(record.classification, Class::NonBreaking, "{} {:?}", record.path, record.rule);
        }
        let worst = Class::highest(records(&found, RESPONSE).map(|it| it.classification));
        prop_assert!(worst > Class::NonBreaking, "{} to {}: {:?}", narrow, wide, lines(&found));
    }

    #[test]
    fn allowing_less_breaks_no_response_and_is_seen_in_a_request((narrow, wide) in pair()) {
        let found = compared(&Side::inline(&wide), &Side::inline(&narrow));
        for record in records(&found, RESPONSE) {
            // Readers of a property lose it, although every value without it was valid before.
            if record.rule.as_deref().is_some_and(|it| it.ends_with("-property-removed")) {
                continue;
            }
            prop_assert_eq!(record.classification, Class::NonBreaking, "{} {:?}", record.path, record.rule);
        }
        let worst = Class::highest(records(&found, REQUEST).map(|it| it.classification));
        prop_assert!(worst > Class::NonBreaking, "{} to {}: {:?}", wide, narrow, lines(&found));
    }

    #[test]
    fn swapping_the_sides_exchanges_what_was_added_and_removed((narrow, wide) in pair()) {
        let places = |old: &Value, new: &Value, mirrored: bool| -> BTreeSet<String> {
            let found = compared(&Side::inline(old), &Side::inline(new));
            let kind = |it: &Record| match (it.kind.to_string().as_str(), mirrored) {
                ("added", true) => "removed".to_owned(),
                ("removed", true) => "added".to_owned(),
                (kind, _) => kind.to_owned(),
            };
            records(&found, "").map(|it| format!("{} {}", it.path, kind(it))).collect()
        };
        prop_assert_eq!(places(&narrow, &wide, false), places(&wide, &narrow, true));
    }

    #[test]
    fn references_change_nothing((old, new) in pair(), swapped in any::<bool>()) {
        let (old, new) = if swapped { (new, old) } else { (old, new) };
        let inline = lines(&compared(&Side::inline(&old), &Side::inline(&new)));
        let sides = [
            (Side::split(&old), Side::inline(&new)),
            (Side::inline(&old), Side::split(&new)),
            (Side::split(&old), Side::split(&new)),
        ];
        for (before, after) in sides {
            prop_assert_eq!(&without_components(lines(&compared(&before, &after))), &inline);
        }
        let same = compared(&Side::inline(&old), &Side::split(&old));
        prop_assert_eq!(without_components(lines(&same)), BTreeSet::new());
    }

    #[test]
    fn what_changed_at_random_does_not_depend_on_references(
        old in schema(),
        new in schema(),
    ) {
        let inline = lines(&compared(&Side::inline(&old), &Side::inline(&new)));
        let split = lines(&compared(&Side::split(&old), &Side::split(&new)));
        prop_assert_eq!(without_components(split), inline);
    }
}
