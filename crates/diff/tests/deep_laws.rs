//! What holds for the deep layer whatever is compared, and what hostile documents do to it.

mod support;

use std::fmt::Write as _;

use pacto_diff::deep::Witness;
use pacto_diff::judge::Layer;
use pacto_diff::{Class, Comparison, Options, diff};
use proptest::prelude::*;
use serde_json::{Value, json};

fn api(text: &str) -> pacto_bundle::Bundle {
    support::bundle(
        &support::contract("interfaces: [{name: api, type: http, port: 80, contract: a.yaml}]"),
        &[("a.yaml", text)],
    )
}

/// Compares two schemas, each as a request body and as the body of a response.
fn schemas(old: &Value, new: &Value) -> Comparison {
    let document = |schema: &Value| {
        api(&json!({
            "openapi": "3.1.0",
            "paths": {"/u": {"post": {
                "requestBody": {"content": {"application/json": {"schema": schema}}},
                "responses": {"200": {"content": {"application/json": {"schema": schema}}}}
            }}}
        })
        .to_string())
    };
    diff(&document(old), &document(new), &Options::default())
}

/// The same with the schema behind a reference on the new side.
fn behind_reference(old: &Value, new: &Value) -> Comparison {
    let inline = |schema: &Value, components: Value| {
        json!({
            "openapi": "3.1.0",
            "components": {"schemas": components},
            "paths": {"/u": {"post": {
                "requestBody": {"content": {"application/json": {"schema": schema}}},
                "responses": {}
            }}}
        })
        .to_string()
    };
    let reference = json!({"$ref": "#/components/schemas/S"});
    diff(
        &api(&inline(old, json!({}))),
        &api(&inline(&reference, json!({"S": new}))),
        &Options::default(),
    )
}

fn deep(compared: &Comparison) -> Vec<String> {
    let deep = compared.changes.iter();
    deep.filter(|record| record.layer == Some(Layer::Deep))
        .map(|record| {
            format!(
                "{} {} {}",
                record.classification.word(),
                record.path,
                record.kind
            )
        })
        .collect()
}

fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({"type": "string"})),
        Just(json!({"type": ["string", "null"]})),
        Just(json!({"type": "integer", "minimum": 1})),
        Just(json!({"type": "number", "maximum": 9})),
        Just(json!({"type": "string", "enum": ["a", "b"]})),
        Just(json!({"type": "string", "enum": ["a", "c"]})),
        Just(json!({"type": "string", "maxLength": 3})),
        Just(json!({"type": "boolean"})),
        Just(json!({})),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner
                .clone()
                .prop_map(|items| json!({"type": "array", "items": items})),
            (inner.clone(), inner.clone(), any::<bool>(), any::<bool>()).prop_map(
                |(a, b, is_required, is_closed)| {
                    let mut schema = json!({"type": "object", "properties": {"a": a, "b": b}});
                    if is_required {
                        schema["required"] = json!(["a"]);
                    }
                    if is_closed {
                        schema["additionalProperties"] = json!(false);
                    }
                    schema
                }
            ),
            (inner.clone(), inner).prop_map(|(a, b)| json!({"anyOf": [a, b]})),
        ]
    })
}

/// The same schema with every mapping turned around.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let entries = map.iter().rev();
            Value::Object(
                entries
                    .map(|(key, value)| (key.clone(), reversed(value)))
                    .collect(),
            )
        }
        Value::Array(items) => Value::Array(items.iter().map(reversed).collect()),
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_schema_does_not_differ_from_itself_in_another_order(schema in schema()) {
        prop_assert_eq!(deep(&schemas(&schema, &reversed(&schema))), Vec::<String>::new());
    }

    #[test]
    fn a_schema_behind_a_reference_is_the_schema(schema in schema()) {
        prop_assert_eq!(deep(&behind_reference(&schema, &schema)), Vec::<String>::new());
    }

    #[test]
    fn every_witness_comes_from_the_side_it_names(old in schema(), new in schema()) {
        let compared = schemas(&old, &new);
        for record in &compared.changes {
            let witness = record.witness.as_ref();
            if let Some(Witness::Value { accepted_by, error, .. }) = witness {
                let is_response = record.path.contains(".responses[");
                // What readers lose is shown by what they got.
                let is_lost = record.rule.as_deref().is_some_and(|it| it.ends_with("-property-removed"));
                let is_expected = *accepted_by == if is_response { "new" } else { "old" };
                prop_assert!(is_expected || is_lost && *accepted_by == "old", "{}", record.path);
                prop_assert!(!error.is_empty());
            }
        }
    }

    #[test]
    fn allowing_more_never_breaks_a_request(schema in schema()) {
        let wider = json!({"anyOf": [schema, {"title": "Other", "type": "object"}]});
        let one = json!({"anyOf": [schema, {"title": "Other", "type": "object"}, {"title": "New", "type": "array"}]});
        let compared = schemas(&wider, &one);
        for record in &compared.changes {
            if record.path.contains(".request-body") && record.layer == Some(Layer::Deep) {
                prop_assert_eq!(record.classification, Class::NonBreaking, "{}", record.path);
            }
        }
    }
}

#[test]
fn schemas_nested_two_hundred_levels_deep_are_compared_as_far_as_they_are_read() {
    let nested = |leaf: &str| {
        let mut schema = json!({"type": leaf});
        for _ in 0..200 {
            schema = json!({"properties": {"p": schema}});
        }
        schema
    };
    let compared = schemas(&nested("string"), &nested("integer"));
    assert!(
        compared
            .changes
            .iter()
            .all(|record| record.refined.is_none())
    );
    // Too deep for a record of its own, but never "nothing changed".
    assert_eq!(compared.classification, Class::PotentialBreaking);
    let codes: Vec<&str> = compared.diagnostics.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["comparison-cut-off"]);
}

#[test]
fn thousands_of_operations_share_one_record() {
    let document = |word: &str| {
        let mut text = String::from("openapi: 3.0.3\npaths:\n");
        for index in 0..2_000 {
            let _ = writeln!(
                text,
                "  /p{index}: {{get: {{responses: {{'200': {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/S'}}}}}}}}}}}}}}"
            );
        }
        text.push_str(
            "components: {schemas: {S: {type: object, required: [a], properties: {a: {type: ",
        );
        text.push_str(word);
        text.push_str("}}}}}\n");
        api(&text)
    };
    let compared = diff(
        &document("string"),
        &document("integer"),
        &Options::default(),
    );
    assert_eq!(deep(&compared).len(), 1);
    assert_eq!(compared.changes[0].occurrences.len(), 2_000);
}

#[test]
fn references_that_fan_out_and_meet_again_stay_cheap() {
    let document = |word: &str| {
        let mut text = String::from(
            "openapi: 3.1.0\npaths: {/u: {get: {responses: {'200': {content: {application/json: {schema: {$ref: '#/s0'}}}}}}}}\n",
        );
        for level in 0..40 {
            let next = level + 1;
            let _ = writeln!(
                text,
                "s{level}: {{type: object, properties: {{a: {{$ref: '#/s{next}'}}, b: {{$ref: '#/s{next}'}}}}}}"
            );
        }
        let _ = writeln!(text, "s40: {{type: {word}}}");
        api(&text)
    };
    let compared = diff(
        &document("string"),
        &document("integer"),
        &Options::default(),
    );
    // Two to the power of forty places, listed up to a limit.
    assert_eq!(deep(&compared).len(), 1);
    assert!(compared.changes[0].occurrences.len() <= 200_001);
    let codes: Vec<&str> = compared.diagnostics.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["comparison-cut-off"]);
}
