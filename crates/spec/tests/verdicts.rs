//! Verdicts against those of an independent validator, over made-up schemas and values.

use jsonschema::Draft;
use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Syntax};
use pacto_spec::Documents;
use pacto_spec::schema::{Schemas, Verdict};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

const DRAFTS: [(&str, Draft); 5] = [
    ("http://json-schema.org/draft-04/schema#", Draft::Draft4),
    ("http://json-schema.org/draft-06/schema#", Draft::Draft6),
    ("http://json-schema.org/draft-07/schema#", Draft::Draft7),
    (
        "https://json-schema.org/draft/2019-09/schema",
        Draft::Draft201909,
    ),
    (
        "https://json-schema.org/draft/2020-12/schema",
        Draft::Draft202012,
    ),
];

/// Members of a schema about numbers, text and fixed values.
fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!({})),
        prop_oneof![
            "string", "integer", "number", "boolean", "null", "array", "object"
        ]
        .prop_map(|word| json!({"type": word})),
        Just(json!({"type": ["string", "null"]})),
        (0_i32..4).prop_map(|limit| json!({"minimum": limit})),
        (0_i32..4).prop_map(|limit| json!({"maximum": limit})),
        prop_oneof![Just(0.1), Just(0.5), Just(3.0)]
            .prop_map(|factor| json!({"multipleOf": factor})),
        (0_usize..3).prop_map(|limit| json!({"minLength": limit})),
        (0_usize..3).prop_map(|limit| json!({"maxLength": limit})),
        select(vec!["^a", "b$", "^[ab]+$"]).prop_map(|it| json!({"pattern": it})),
        Just(json!({"enum": [1, "a", null, {"a": 1}]})),
        Just(json!({"const": "a"})),
        Just(json!({"const": {"a": [1]}})),
        Just(json!({"uniqueItems": true})),
        (0_usize..3).prop_map(|limit| json!({"minItems": limit})),
        (0_usize..3).prop_map(|limit| json!({"maxItems": limit})),
        (0_usize..3).prop_map(|limit| json!({"minProperties": limit})),
        (0_usize..3).prop_map(|limit| json!({"maxProperties": limit})),
        Just(json!({"required": ["a"]})),
        Just(json!({"additionalProperties": false})),
        Just(json!({"dependentRequired": {"a": ["b"]}})),
    ]
}

fn united(left: Value, right: Value) -> Value {
    match (left, right) {
        (Value::Object(mut left), Value::Object(right)) => {
            left.extend(right);
            Value::Object(left)
        }
        (left, _) => left,
    }
}

fn schema() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 24, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(left, right)| united(left, right)),
            inner
                .clone()
                .prop_map(|it| json!({"properties": {"a": it}})),
            inner
                .clone()
                .prop_map(|it| json!({"patternProperties": {"^a": it}})),
            inner
                .clone()
                .prop_map(|it| json!({"properties": {"a": {}}, "additionalProperties": it})),
            inner
                .clone()
                .prop_map(|it| json!({"properties": {"a": {}}, "unevaluatedProperties": it})),
            inner.clone().prop_map(|it| json!({"items": it})),
            list.clone()
                .prop_map(|it| json!({"prefixItems": it, "items": false})),
            (list.clone(), inner.clone())
                .prop_map(|(it, rest)| json!({"prefixItems": it, "unevaluatedItems": rest})),
            inner.clone().prop_map(|it| json!({"contains": it})),
            inner
                .clone()
                .prop_map(|it| json!({"contains": it, "minContains": 0, "maxContains": 1})),
            inner.clone().prop_map(|it| json!({"propertyNames": it})),
            inner.clone().prop_map(|it| json!({"not": it})),
            inner
                .clone()
                .prop_map(|it| json!({"dependentSchemas": {"a": it}})),
            list.clone().prop_map(|it| json!({"allOf": it})),
            list.clone().prop_map(|it| json!({"anyOf": it})),
            list.prop_map(|it| json!({"oneOf": it})),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| json!({"if": a, "then": b, "else": c})),
        ]
    })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-1_i32..5).prop_map(Value::from),
        prop_oneof![Just(json!(0.3)), Just(json!(1.5)), Just(json!(2.0))],
        prop_oneof!["", "a", "ab", "ccc"].prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((prop_oneof!["a", "b", "ab"], inner), 0..3).prop_map(|members| {
                Value::Object(members.into_iter().collect::<Map<String, Value>>())
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn no_verdict_contradicts_the_library(schema in schema(), value in value(), draft in 0_usize..5) {
        let (uri, draft) = DRAFTS[draft];
        let mut whole = Map::from_iter([("$schema".to_owned(), Value::from(uri))]);
        if let Value::Object(members) = &schema {
            whole.extend(members.clone());
        }
        let whole = Value::Object(whole);
        let Ok(library) = jsonschema::options().with_draft(draft).build(&whole) else {
            return Ok(());
        };
        let source = SourceText::new("schema.json", whole.to_string());
        let document = Document::parse(source, Syntax::Detect, Limits::default()).expect("JSON");
        let documents = Documents::alone(&document);
        match Schemas::new(&documents).verdict(&[document.root()], &value) {
            Verdict::Accepted => prop_assert!(library.is_valid(&value), "{} accepts {}", whole, value),
            Verdict::Refused(why) => {
                prop_assert!(!library.is_valid(&value), "{} refuses {}: {:?}", whole, value, why);
            }
            Verdict::Unknown(why) => {
                let is_known_gap = ["unevaluatedProperties", "unevaluatedItems", "dependencies"];
                prop_assert!(is_known_gap.contains(&why), "{} on {}: {}", whole, value, why);
            }
        }
    }
}

/// Schemas of objects, all of which name properties, and choices between them that stand alone.
fn objects() -> impl Strategy<Value = Value> {
    let named = |names: &'static [&'static str]| {
        prop::collection::btree_set(select(names), 1..3).prop_map(|names| {
            let members = names.into_iter().map(|name| (name.to_owned(), json!({})));
            json!({"properties": members.collect::<Map<_, _>>()})
        })
    };
    let leaf = prop_oneof![
        named(&["a", "b", "ab"]),
        named(&["a", "b"]).prop_map(|it| united(it, json!({"required": ["a"]}))),
        named(&["a"]).prop_map(|it| united(it, json!({"patternProperties": {"b$": {}}}))),
        named(&["a", "b"]).prop_map(|it| united(it, json!({"additionalProperties": false}))),
        Just(json!({"type": "string"})),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| json!({"properties": {"a": a, "b": b}})),
            inner.prop_map(|it| json!({"type": "array", "items": it})),
            leaf_objects().prop_map(|it| {
                let open = united(it, json!({"additionalProperties": {"type": "string"}}));
                json!({"properties": {"a": open}})
            }),
            (leaf_objects(), leaf_objects()).prop_map(|(a, b)| json!({"allOf": [a, b]})),
            list.clone().prop_map(|it| json!({"anyOf": it})),
            list.prop_map(|it| json!({"oneOf": it})),
        ]
    })
}

fn leaf_objects() -> impl Strategy<Value = Value> {
    select(vec!["a", "b", "ab"]).prop_map(|name| json!({"properties": {name: {}}}))
}

/// The schema with `unevaluatedProperties: false` wherever an object has to be complete.
fn closed(schema: &Value, is_part: bool) -> Value {
    let Value::Object(members) = schema else {
        return schema.clone();
    };
    let mut out = members.clone();
    for (key, value) in &mut out {
        let inner = |it: &Value| closed(it, key == "allOf");
        *value = match &*value {
            Value::Object(map) if key.ends_with("roperties") && key != "additionalProperties" => {
                map.iter()
                    .map(|(name, it)| (name.clone(), inner(it)))
                    .collect()
            }
            Value::Object(_) => inner(value),
            Value::Array(list) if key.ends_with("Of") => list.iter().map(inner).collect(),
            other => other.clone(),
        };
    }
    if !is_part
        && names_properties(schema)
        && !schema
            .get("additionalProperties")
            .is_some_and(|it| it != false)
    {
        out.insert("unevaluatedProperties".to_owned(), json!(false));
    }
    Value::Object(out)
}

/// Whether a schema or one that applies with it names a property.
fn names_properties(schema: &Value) -> bool {
    let is_named = |key: &str| {
        let map = schema.get(key).and_then(Value::as_object);
        map.is_some_and(|map| !map.is_empty())
    };
    let lists = ["allOf", "anyOf", "oneOf"]
        .into_iter()
        .filter_map(|key| schema.get(key)?.as_array());
    is_named("properties") || is_named("patternProperties") || lists.flatten().any(names_properties)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn closing_objects_is_what_the_library_calls_unevaluated(schema in objects(), value in value()) {
        let library = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .build(&closed(&schema, false))
            .expect("a schema");
        let source = SourceText::new("schema.json", schema.to_string());
        let document = Document::parse(source, Syntax::Detect, Limits::default()).expect("JSON");
        let documents = Documents::alone(&document);
        let verdict = Schemas::new(&documents)
            .closing_objects()
            .verdict(&[document.root()], &value);
        let expected = library.is_valid(&value);
        prop_assert_eq!(
            verdict == Verdict::Accepted, expected, "{} on {}: {:?}", schema, value, verdict
        );
    }
}

#[test]
fn null_beside_a_closed_list_is_refused_in_openapi_3_0() {
    let verdict = |schema: &str| {
        let text = format!("{{openapi: 3.0.3, schema: {schema}}}");
        let source = SourceText::new("api.yaml", text.as_str());
        let document = Document::parse(source, Syntax::Detect, Limits::default()).expect("YAML");
        let documents = Documents::alone(&document);
        let schema = document.root().get("schema").expect("a schema");
        Schemas::new(&documents).verdict(&[schema], &Value::Null)
    };
    assert_eq!(verdict("{type: string, nullable: true}"), Verdict::Accepted);
    // OpenAPI 3.0.3: null has to be listed as well.
    for schema in [
        "{type: string, nullable: true, enum: [a]}",
        "{allOf: [{type: string}], nullable: true}",
        "{nullable: true, type: string, not: {enum: [null]}}",
    ] {
        assert!(matches!(verdict(schema), Verdict::Refused(_)), "{schema}");
    }
}
