//! Shapes and verdicts of schemas, dialect by dialect.

use std::sync::Arc;

use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Number, Syntax};
use pacto_spec::Documents;
use pacto_spec::schema::{BoundKind, Schemas, Shape, TypeSet, Verdict};
use serde_json::{Value, json};

fn document(text: &str) -> Document {
    let source = SourceText::new("schemas/main.yaml", text);
    Document::parse(source, Syntax::Detect, Limits::default()).expect("a document")
}

fn with_shape(text: &str, check: impl FnOnce(Shape<'_>)) {
    let document = document(text);
    let documents = Documents::alone(&document);
    let root = document.root();
    let schema = root.get("schema").unwrap_or(root);
    check(*Schemas::new(&documents).shape(&[schema]));
}

fn verdict(text: &str, value: &Value) -> Verdict {
    let document = document(text);
    let documents = Documents::alone(&document);
    let root = document.root();
    let schema = root.get("schema").unwrap_or(root);
    Schemas::new(&documents).verdict(&[schema], value)
}

#[test]
fn null_is_one_concept_in_every_spelling() {
    for text in [
        "{openapi: 3.0.3, schema: {type: string, nullable: true}}",
        "{swagger: '2.0', schema: {type: string, x-nullable: true}}",
        "{openapi: 3.1.0, schema: {type: [string, 'null']}}",
        "{openapi: 3.1.0, schema: {oneOf: [{type: string}, {type: 'null'}]}}",
        "{openapi: 3.1.0, schema: {anyOf: [{type: 'null'}, {type: string}]}}",
    ] {
        with_shape(text, |shape| {
            assert_eq!(shape.types, TypeSet::STRING.union(TypeSet::NULL), "{text}");
            assert!(shape.one_of.is_empty() && shape.any_of.is_empty(), "{text}");
        });
    }
    with_shape(
        "{openapi: 3.1.0, schema: {type: string, nullable: true}}",
        |shape| {
            assert_eq!(shape.types, TypeSet::STRING);
        },
    );
}

#[test]
fn exclusive_limits_are_numbers_in_every_dialect() {
    for text in [
        "{openapi: 3.0.3, schema: {type: number, minimum: 0, exclusiveMinimum: true}}",
        "{$schema: 'http://json-schema.org/draft-04/schema#', minimum: 0, exclusiveMinimum: true}",
        "{openapi: 3.1.0, schema: {exclusiveMinimum: 0}}",
    ] {
        with_shape(text, |shape| {
            assert!(shape.bound(BoundKind::Minimum).is_none(), "{text}");
            let bound = shape.bound(BoundKind::ExclusiveMinimum).expect(text);
            assert!(bound.value.value_eq(Number::Integer(0)), "{text}");
        });
    }
}

#[test]
fn objects_in_all_of_are_merged() {
    let text = "
schema:
  allOf:
    - {$ref: '#/base'}
    - {type: object, required: [b], properties: {b: {type: integer}}}
base: {type: object, required: [a], properties: {a: {type: string}}}
";
    with_shape(text, |shape| {
        assert_eq!(
            shape.required.keys().copied().collect::<Vec<_>>(),
            ["a", "b"]
        );
        assert_eq!(shape.properties.len(), 2);
    });
}

#[test]
fn branches_are_called_by_reference_title_or_position() {
    let text = "{schema: {oneOf: [{$ref: '#/x/Cat'}, {title: Dog, type: object}, {type: array}]}, \
                x: {Cat: {type: string}}}";
    with_shape(text, |shape| {
        let keys: Vec<&str> = shape
            .one_of
            .iter()
            .map(|branch| branch.key.as_str())
            .collect();
        assert_eq!(keys, ["Cat", "Dog", "2"]);
    });
}

#[test]
fn words_beside_a_reference_count_from_2019_on() {
    let text = "{openapi: VERSION, schema: {$ref: '#/a', maxLength: 3}, a: {type: string}}";
    with_shape(&text.replace("VERSION", "3.1.0"), |shape| {
        assert!(shape.bound(BoundKind::MaxLength).is_some());
    });
    with_shape(&text.replace("VERSION", "3.0.0"), |shape| {
        assert!(shape.bound(BoundKind::MaxLength).is_none());
        assert_eq!(shape.types, TypeSet::STRING);
    });
}

#[test]
fn a_reference_that_leads_nowhere_is_a_problem_with_a_place() {
    for (reference, code) in [
        ("#/nowhere", "ref-unresolved"),
        ("other.yaml#/a", "ref-unresolved"),
        ("../../etc/passwd", "ref-unresolved"),
        ("https://example.com/a.json", "external-ref-not-compared"),
        ("#/schema", ""),
    ] {
        let text = format!("schema:\n  $ref: '{reference}'\n");
        with_shape(&text, |shape| {
            let codes: Vec<&str> = shape.problems.iter().map(|it| it.error.code()).collect();
            let expected: Vec<&str> = [code].into_iter().filter(|it| !it.is_empty()).collect();
            assert_eq!(codes, expected, "{reference}");
            for problem in &shape.problems {
                assert_eq!(problem.location.line, 2, "{reference}");
            }
        });
    }
}

#[test]
fn references_are_followed_across_files_and_back_and_to_anchors() {
    let main =
        document("{schema: {$ref: '../common/a.yaml#/A'}, back: {$anchor: here, type: boolean}}");
    let documents =
        Documents::read(&main, |file| {
            Ok((file == "common/a.yaml")
                .then(|| Arc::from("{A: {$ref: '../schemas/main.yaml#here'}}")))
        });
    let schema = main.root().get("schema").expect("a schema");
    let shape = Schemas::new(&documents).shape(&[schema]);
    assert_eq!(shape.types, TypeSet::BOOLEAN);
    assert_eq!(shape.problems, []);
}

#[test]
fn verdicts_follow_the_keywords() {
    let schema = "{type: object, required: [a], additionalProperties: false, properties: {\
                  a: {type: integer, minimum: 1, maximum: 9, multipleOf: 2}, \
                  s: {type: string, enum: [x, y]}, l: {type: array, items: {type: string}, maxItems: 1}}}";
    for value in [
        json!({"a": 2}),
        json!({"a": 8, "s": "x"}),
        json!({"a": 4.0, "l": ["q"]}),
    ] {
        assert_eq!(verdict(schema, &value), Verdict::Accepted, "{value}");
    }
    for value in [
        json!({}),
        json!([]),
        json!({"a": 0}),
        json!({"a": 3}),
        json!({"a": 10}),
        json!({"a": 2, "s": "z"}),
        json!({"a": 2, "b": 1}),
        json!({"a": 2, "l": [1]}),
        json!({"a": 2, "l": ["q", "r"]}),
        json!({"a": null}),
    ] {
        let found = verdict(schema, &value);
        assert!(matches!(found, Verdict::Refused(_)), "{value}: {found:?}");
    }
    assert!(matches!(
        verdict("{type: string, pattern: '^a'}", &json!("b")),
        Verdict::Refused(_)
    ));
    assert_eq!(
        verdict("{type: string, pattern: '^a'}", &json!("\u{e9}")),
        Verdict::Unknown("pattern")
    );
    assert!(matches!(
        verdict("{oneOf: [{type: integer}, {type: number}]}", &json!(1)),
        Verdict::Refused(_)
    ));
}

#[test]
fn an_all_of_that_leads_to_itself_ends() {
    let text = "{schema: {allOf: [{$ref: '#/schema'}, {type: object, required: [a]}]}}";
    with_shape(text, |shape| {
        assert!(shape.all_of.is_empty());
        assert!(shape.required.contains_key("a"));
    });
}

#[test]
fn a_bomb_of_references_stays_small() {
    let mut text = String::from("schema: {$ref: '#/s0'}\n");
    for level in 0..200 {
        let next = level + 1;
        text.push_str(&format!(
            "s{level}: {{allOf: [{{$ref: '#/s{next}'}}, {{$ref: '#/s{next}'}}, {{$ref: '#/s{next}'}}]}}\n"
        ));
    }
    text.push_str("s200: {type: object}\n");
    with_shape(&text, |shape| assert!(shape.parts.len() < 300));
}
