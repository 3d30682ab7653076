//! What commands print as JSON is what the published schemas promise.

use serde_json::Value;

use crate::sandbox::Sandbox;

/// Checks a value against the part of JSON Schema that our own schemas use; returns what is wrong.
fn check(root: &Value, schema: &Value, value: &Value, path: &str, problems: &mut Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').expect("a reference inside");
        let target = root.pointer(pointer).expect("the target is there");
        return check(root, target, value, path, problems);
    }
    if let Some(choices) = schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        let fits = choices.iter().any(|choice| {
            let mut found = Vec::new();
            check(root, choice, value, path, &mut found);
            found.is_empty()
        });
        if !fits {
            problems.push(format!("{path}: fits no alternative"));
        }
        return;
    }
    if let Some(constant) = schema.get("const").filter(|constant| *constant != value) {
        problems.push(format!("{path}: {value} is not {constant}"));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        problems.push(format!("{path}: {value} is none of {words:?}"));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !types.is_empty() && !types.contains(&found) {
        problems.push(format!("{path}: {found} is none of {types:?}"));
    }
    if let Some(items) = value.as_array() {
        for (index, item) in items.iter().enumerate() {
            check(
                root,
                &schema["items"],
                item,
                &format!("{path}[{index}]"),
                problems,
            );
        }
    }
    let Some(object) = value.as_object() else {
        return;
    };
    for key in schema["required"].as_array().into_iter().flatten() {
        let key = key.as_str().expect("a name");
        if !object.contains_key(key) {
            problems.push(format!("{path}: {key} is missing"));
        }
    }
    for (key, item) in object {
        let path = format!("{path}.{key}");
        match (&schema["properties"][key], &schema["additionalProperties"]) {
            (Value::Null, Value::Null) if schema["properties"].is_object() => {
                problems.push(format!("{path}: not in the schema"));
            }
            (Value::Null, other) if other.is_object() => check(root, other, item, &path, problems),
            (Value::Null, _) => {}
            (property, _) => check(root, property, item, &path, problems),
        }
    }
}

#[test]
fn every_answer_for_programs_fits_its_published_schema() {
    let mut sandbox = Sandbox::new();
    sandbox.variable("PACTO_OFFLINE", "1");
    sandbox.pacto(["demo", "--no-serve", "demo"]);
    sandbox.copy("examples/estate/bundles/redis/7.2.4", "redis");
    let orders = [
        "oci-layout://demo/layouts/orders:1.6.0",
        "oci-layout://demo/layouts/orders:1.7.0",
    ];
    let cases: &[(&str, &[&str])] = &[
        ("demo", &["demo", "again"]),
        ("diff", &["diff", orders[0], orders[1]]),
        (
            "diff",
            &[
                "diff",
                "oci-layout://demo/layouts/payments:2.0.0",
                "oci-layout://demo/layouts/payments:2.1.0",
            ],
        ),
        (
            "diff-set",
            &[
                "diff",
                "--recursive",
                "oci-layout://demo/layouts/orders",
                "oci-layout://demo/layouts",
            ],
        ),
        ("explain", &["explain", orders[1]]),
        (
            "graph",
            &["graph", "oci-layout://demo/layouts/acme-tickets"],
        ),
        ("graph", &["graph", orders[1], "--with-references"]),
        ("init", &["init", "svc"]),
        ("lock", &["lock", "redis"]),
        ("pack", &["pack", "redis"]),
        (
            "pull",
            &["pull", "oci-layout://demo/layouts/redis", "-o", "pulled"],
        ),
        ("push", &["push", "oci-layout://pushed", "--path", "redis"]),
        ("rules-explain", &["rules", "explain", "INVALID_SEMVER"]),
        ("rules-list", &["rules", "list"]),
        ("schema-list", &["schema", "--list"]),
        ("validate", &["validate", "demo/invalid/kiosk"]),
        (
            "validate",
            &["validate", "--recursive", "oci-layout://demo/layouts"],
        ),
        ("version", &["version"]),
    ];
    for (name, arguments) in cases {
        let schema = sandbox.pacto(["schema", name]).json();
        let mut arguments = arguments.to_vec();
        arguments.extend(["--output-format", "json"]);
        let outcome = sandbox.run("", &arguments);
        let answer = outcome.json();
        let version = format!("pacto.{name}/v1");
        assert_eq!(answer["schemaVersion"], *version, "{arguments:?}");
        assert!(
            outcome.stdout.starts_with("{\n  \"schemaVersion\""),
            "the first key of {arguments:?}"
        );
        let mut problems = Vec::new();
        check(&schema, &schema, &answer, "$", &mut problems);
        assert!(problems.is_empty(), "{arguments:?}: {problems:#?}");
    }
}

#[test]
fn the_check_finds_what_is_missing_unknown_or_of_another_type() {
    let schema = serde_json::json!({
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"$ref": "#/$defs/n"}},
        "required": ["a"],
        "$defs": {"n": {"type": "integer"}},
    });
    let count = |value: Value| {
        let mut problems = Vec::new();
        check(&schema, &schema, &value, "$", &mut problems);
        problems.len()
    };
    assert_eq!(count(serde_json::json!({"a": "x", "b": 1})), 0);
    assert_eq!(count(serde_json::json!({"b": "x", "c": 1})), 3);
}
