//! Every witness, held against both schemas by an independent validator.

mod support;

use pacto_diff::deep::Witness;
use pacto_diff::{Comparison, Options, diff};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// A comparison of two schemas as request and as response body.
fn compared(version: &str, old: &Value, new: &Value) -> Comparison {
    let bundle = |schema: &Value| {
        let document = json!({
            "openapi": version,
            "paths": {"/u": {"post": {
                "requestBody": {"content": {"application/json": {"schema": schema}}},
                "responses": {"200": {"content": {"application/json": {"schema": schema}}}}
            }}}
        });
        support::bundle(
            &support::contract("interfaces: [{name: api, type: http, port: 80, contract: a.yaml}]"),
            &[("a.yaml", &document.to_string())],
        )
    };
    diff(&bundle(old), &bundle(new), &Options::default())
}

/// The part of a schema that a path names; `None` below a choice, whose branches have other keys.
fn part<'v>(schema: &'v Value, path: &str) -> Option<&'v Value> {
    let mut current = schema;
    let mut rest = path.split_once(".schema")?.1;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(".properties[") {
            let (name, after) = after.split_once(']')?;
            current = current.get("properties")?.get(name)?;
            rest = after;
        } else if let Some(after) = rest.strip_prefix(".items") {
            current = current.get("items")?;
            rest = after;
        } else {
            return None;
        }
    }
    Some(current)
}

/// Checks the witnesses of a comparison; how many there were.
fn check(old: &Value, new: &Value, compared: &Comparison) -> Result<usize, TestCaseError> {
    let mut checked = 0;
    for record in &compared.changes {
        let Some(Witness::Value {
            value,
            accepted_by,
            r#where,
            error,
            reading,
        }) = &record.witness
        else {
            continue;
        };
        prop_assert!(!error.is_empty());
        if reading.is_some() {
            // The verdict is checked where it is made, in the tests of the evaluator.
            continue;
        }
        if value.is_number() && record.path.ends_with(".format") {
            // Formats of numbers are of OpenAPI; the library does not know them.
            continue;
        }
        let (Some(before), Some(after)) = (part(old, r#where), part(new, r#where)) else {
            continue;
        };
        let valid = |schema: &Value| {
            jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .should_validate_formats(record.path.ends_with(".format"))
                .build(schema)
                .expect("a schema")
                .is_valid(value)
        };
        let verdicts = (valid(before), valid(after));
        let expected = (*accepted_by == "old", *accepted_by == "new");
        prop_assert_eq!(
            verdicts,
            expected,
            "{} {:?}: {} between {} and {}",
            record.path,
            record.rule,
            value,
            before,
            after
        );
        checked += 1;
    }
    Ok(checked)
}

fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({})),
        select(vec!["string", "integer", "number", "boolean", "null"])
            .prop_map(|word| json!({"type": word})),
        Just(json!({"type": ["string", "null"]})),
        (1..4, 4..9)
            .prop_map(|(low, high)| json!({"type": "integer", "minimum": low, "maximum": high})),
        select(vec![0.1, 0.5, 2.0, 3.0]).prop_map(|it| json!({"type": "number", "multipleOf": it})),
        (0..5).prop_map(|limit| json!({"type": "number", "exclusiveMinimum": limit})),
        (1..4).prop_map(|limit| json!({"type": "string", "minLength": limit})),
        (3..6).prop_map(|limit| json!({"type": "string", "maxLength": limit})),
        select(vec!["^a", "^[ab]{2}$", "^\\d+$"])
            .prop_map(|it| json!({"type": "string", "pattern": it})),
        select(vec!["date", "uuid", "ipv4"]).prop_map(|it| json!({"type": "string", "format": it})),
        select(vec!["int32", "int64"]).prop_map(|_| json!({"type": "integer"})),
        Just(json!({"enum": ["a", "b"]})),
        Just(json!({"enum": ["a", null, 1]})),
        Just(json!({"const": "a"})),
        Just(json!({"type": "array", "minItems": 1, "uniqueItems": true})),
        (0..3).prop_map(|limit| json!({"type": "object", "minProperties": limit})),
        Just(json!({"type": "object", "dependentRequired": {"a": ["b"]}})),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        let branches = prop::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            inner
                .clone()
                .prop_map(|items| json!({"type": "array", "items": items})),
            inner
                .clone()
                .prop_map(|it| json!({"type": "array", "contains": it})),
            inner
                .clone()
                .prop_map(|it| json!({"type": "object", "additionalProperties": it})),
            inner
                .clone()
                .prop_map(|it| json!({"type": "object", "patternProperties": {"^x": it}})),
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
            inner.clone().prop_map(|it| json!({"not": it})),
            (inner.clone(), inner).prop_map(|(a, b)| json!({"if": a, "then": b})),
            branches.clone().prop_map(|it| json!({"anyOf": it})),
            branches.clone().prop_map(|it| json!({"oneOf": it})),
            branches.prop_map(|it| json!({"allOf": it})),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn witnesses_hold_before_the_library(old in schema(), new in schema()) {
        check(&old, &new, &compared("3.1.0", &old, &new))?;
    }
}

/// The kinds of changes that show, with how many witnesses they have at least.
#[test]
fn common_changes_have_a_witness_that_holds() {
    let object = |members: Value| json!({"type": "object", "properties": members});
    for (old, new, least) in [
        (json!({"type": "number"}), json!({"type": "integer"}), 1),
        (
            json!({"type": "string"}),
            json!({"type": "string", "format": "uuid"}),
            1,
        ),
        (
            json!({"type": "string"}),
            json!({"type": "string", "pattern": "^[0-9a-f]{8}$"}),
            1,
        ),
        (
            json!({"type": "string", "pattern": "^a+$"}),
            json!({"type": "string", "pattern": "^b+$"}),
            2,
        ),
        (
            json!({"type": "number", "multipleOf": 0.1}),
            json!({"type": "number", "multipleOf": 0.5}),
            1,
        ),
        (
            json!({"type": "array"}),
            json!({"type": "array", "uniqueItems": true}),
            1,
        ),
        (
            object(json!({"a": {"type": "string"}})),
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false}),
            1,
        ),
        (
            object(json!({"a": {"type": "string", "enum": ["x", "y"]}})),
            object(json!({"a": {"type": "string", "enum": ["x"]}})),
            1,
        ),
        (
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
            json!({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}]}),
            1,
        ),
        (
            json!({"type": "object", "if": {"required": ["a"]}, "then": {"required": ["b"]}}),
            json!({"type": "object", "if": {"required": ["a"]}, "then": {"required": ["c"]}}),
            1,
        ),
    ] {
        let found = compared("3.1.0", &old, &new);
        let checked = check(&old, &new, &found).unwrap_or_else(|error| panic!("{error}"));
        assert!(checked >= least, "{old} to {new}: {:#?}", found.changes);
    }
}

#[test]
fn null_that_the_list_of_values_lacks_is_no_witness() {
    let old = json!({"type": "string", "enum": ["a"]});
    let new = json!({"type": "string", "nullable": true, "enum": ["a"]});
    let found = compared("3.0.3", &old, &new);
    let records: Vec<_> = found
        .changes
        .iter()
        .filter(|it| it.witness.is_some())
        .collect();
    assert_eq!(records.len(), 1);
    assert!(
        matches!(records[0].witness, Some(Witness::None { .. })),
        "{records:?}"
    );
}

#[test]
fn a_narrower_integer_is_shown_by_the_first_number_that_does_not_fit() {
    let found = compared(
        "3.1.0",
        &json!({"type": "integer"}),
        &json!({"type": "integer", "format": "int32"}),
    );
    let values: Vec<&Value> = found
        .changes
        .iter()
        .filter_map(|record| match &record.witness {
            Some(Witness::Value { value, .. }) => Some(value),
            _ => None,
        })
        .collect();
    assert_eq!(values, [&json!(2_147_483_648_i64)]);
}
