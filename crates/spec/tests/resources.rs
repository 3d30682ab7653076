//! Schemas that name themselves by `$id`, against an independent library.

use std::sync::Arc;

use pacto_diagnostic::SourceText;
use pacto_document::{Document, Limits, Node, Syntax};
use pacto_spec::schema::{Schemas, Verdict};
use pacto_spec::{Documents, ReferenceError};
use serde_json::{Value, json};

fn document(text: &str) -> Document {
    let source = SourceText::new("schemas/main.json", text);
    Document::parse(source, Syntax::Detect, Limits::default()).expect("a document")
}

/// Names in names, and pointers and anchors that count from them.
fn compound() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://example.com/schemas/order.json",
        "type": "object",
        "properties": {
            "relative": {"$ref": "address.json"},
            "whole": {"$ref": "https://example.com/schemas/address.json"},
            "pointer": {"$ref": "address.json#/$defs/zip"},
            "anchor": {"$ref": "address.json#code"},
            "own": {"$ref": "#/$defs/zip"},
            "urn": {"$ref": "urn:example:price"},
            "deeper": {"$ref": "parts/street.json"},
            "itself": {"$ref": "order.json#/$defs/zip"},
        },
        "$defs": {
            "zip": {"type": "boolean"},
            "price": {"$id": "urn:example:price", "type": "number", "minimum": 0},
            "address": {
                "$id": "address.json",
                "type": "object",
                "properties": {
                    "zip": {"$ref": "#/$defs/zip"},
                    "street": {"$ref": "parts/street.json"},
                },
                "$defs": {
                    "zip": {"$anchor": "code", "type": "string", "maxLength": 5},
                    "street": {"$id": "parts/street.json", "type": "integer"},
                },
            },
        },
    })
}

#[test]
fn names_lead_where_the_library_goes() {
    let schema = compound();
    let library = jsonschema::validator_for(&schema).expect("a schema");
    let document = document(&schema.to_string());
    let documents = Documents::alone(&document);
    let schemas = Schemas::new(&documents);
    let names = schema["properties"].as_object().expect("properties").keys();
    let values = [
        json!(1),
        json!(-1),
        json!("12345"),
        json!("123456"),
        json!(true),
        json!({"zip": "1"}),
        json!({"zip": true}),
        json!({"street": 1}),
        json!({"street": "a"}),
    ];
    for name in names {
        let mut accepted = 0;
        for value in &values {
            let value = json!({ name: value });
            let verdict = schemas.verdict(&[document.root()], &value);
            let is_accepted = matches!(verdict, Verdict::Accepted);
            assert_eq!(
                is_accepted,
                library.is_valid(&value),
                "{value}: {verdict:?}"
            );
            accepted += usize::from(is_accepted);
        }
        assert!((1..values.len()).contains(&accepted), "{name}");
    }
}

#[test]
fn a_name_is_looked_for_in_every_file_and_never_fetched() {
    let main = document(
        r#"{"a": {"$ref": "https://example.com/b.json#/$defs/c"}, "b": {"$ref": "other.json"},
            "c": {"$ref": "https://example.com/unknown.json"}}"#,
    );
    let other = r#"{"$id": "https://example.com/b.json", "$defs": {"c": {"type": "null"}}}"#;
    let documents = Documents::read(&main, |file| {
        Ok((file == "schemas/other.json").then(|| Arc::from(other)))
    });
    let at = |key: &str| main.root().get(key).expect("a schema");
    let found = documents.follow(at("a")).expect("the schema of that name");
    assert_eq!(found.get("type").and_then(Node::as_str), Some("null"));
    assert!(documents.follow(at("b")).is_ok());
    let problem = documents.follow(at("c")).expect_err("nobody has that name");
    assert!(
        matches!(problem.error, ReferenceError::Remote(_)),
        "{problem:?}"
    );
}

#[test]
fn pointers_from_the_root_of_the_document_work_inside_names_too() {
    let main = document(
        r##"{"openapi": "3.1.0", "components": {"schemas": {"A": {"type": "string"},
            "B": {"$id": "https://example.com/b", "items": {"$ref": "#/components/schemas/A"}}}}}"##,
    );
    let documents = Documents::alone(&main);
    let items = ["components", "schemas", "B", "items"];
    let items = items
        .iter()
        .try_fold(main.root(), |node, key| node.get(key));
    let found = documents.follow(items.expect("a schema"));
    assert!(found.is_ok_and(|it| it.get("type").is_some()));
}
