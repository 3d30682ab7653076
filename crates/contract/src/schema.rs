//! The published JSON Schemas of the contract (draft 2020-12).
//!
//! One schema per version of the format is what structural validation runs. Editors get a combined
//! one that also knows the old forms of V1.

use serde_json::{Map, Value, json};

/// Versions of the contract format that have a schema.
pub const VERSIONS: [&str; 2] = ["1.0", "1.1"];

const TEXT_1_0: &str = include_str!("../schemas/contract-1.0.json");
const TEXT_1_1: &str = include_str!("../schemas/contract-1.1.json");

/// The schema of a version as published; `None` for a version without one.
pub fn text(version: &str) -> Option<&'static str> {
    match version {
        "1.0" => Some(TEXT_1_0),
        "1.1" => Some(TEXT_1_1),
        _ => None,
    }
}

/// The schema of a version as a value; null for a version without one.
pub fn document(version: &str) -> Value {
    text(version).map_or(Value::Null, |text| {
        serde_json::from_str(text).expect("a test reads the schemas that are compiled in")
    })
}

/// One schema for editors: both versions, `readiness` only in 1.1, and the old forms of V1 marked
/// as deprecated.
pub fn editor() -> Value {
    let mut schema = document("1.1");
    let Some(root) = schema.as_object_mut() else {
        return schema;
    };
    root.insert("$id".to_owned(), json!("urn:pacto:schema:contract"));
    root.insert("title".to_owned(), json!("Pacto contract"));
    let when_1_0 = json!({
        "properties": { "pactoVersion": { "const": "1.0" } },
        "required": ["pactoVersion"],
    });
    root.insert(
        "allOf".to_owned(),
        json!([{ "if": when_1_0, "then": { "properties": { "readiness": false } } }]),
    );
    if let Some(Value::Object(properties)) = root.get_mut("properties") {
        if let Some(version) = properties.get_mut("pactoVersion") {
            version["enum"] = json!(VERSIONS);
        }
        let configuration = old_configuration(properties);
        properties.insert("configuration".to_owned(), configuration);
        let policy = old_policy(properties);
        properties.insert("policy".to_owned(), policy);
        for list in ["policies", "dependencies"] {
            let items = properties.get_mut(list).map(|list| &mut list["items"]);
            if let Some(Value::Object(items)) = items {
                remove_required(items, "name");
            }
        }
    }
    schema
}

/// Names of the fields that an object of the contract may have, by the dotted path of the object
/// with `[]` behind lists: `""`, `service`, `interfaces[]`. Empty for anything else.
pub fn known_fields(version: &str, path: &str) -> Vec<String> {
    let schema = document(version);
    let mut node = &schema;
    for segment in path.split('.').filter(|segment| !segment.is_empty()) {
        let name = segment.trim_end_matches("[]");
        node = &object_branch(node)["properties"][name];
        if segment.ends_with("[]") {
            node = &node["items"];
        }
    }
    let properties = object_branch(node)["properties"].as_object();
    properties.map_or_else(Vec::new, |properties| properties.keys().cloned().collect())
}

/// The part of a schema that describes an object: the schema itself, or its branch for objects.
fn object_branch(schema: &Value) -> &Value {
    let branches = schema["oneOf"].as_array();
    let branch = branches.and_then(|branches| {
        let mut branches = branches.iter();
        branches.find(|branch| branch.get("properties").is_some())
    });
    branch.unwrap_or(schema)
}

fn remove_required(schema: &mut Map<String, Value>, field: &str) {
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| name != field);
    }
}

/// An item of a list of today as the single object of yesterday.
fn singular(properties: &Map<String, Value>, list: &str, advice: &str) -> Map<String, Value> {
    let item = properties.get(list).map(|list| list["items"].clone());
    let Some(Value::Object(mut item)) = item else {
        return Map::new();
    };
    remove_required(&mut item, "name");
    if let Some(Value::Object(fields)) = item.get_mut("properties") {
        fields.shift_remove("name");
    }
    item.insert("description".to_owned(), json!(advice));
    item.insert("deprecated".to_owned(), json!(true));
    item
}

fn old_configuration(properties: &Map<String, Value>) -> Value {
    let advice = "Old form: write `configurations` with one entry.";
    let mut old = singular(properties, "configurations", advice);
    // The wrapper form has the list inside, and whatever else stands there is ignored.
    old.shift_remove("oneOf");
    if let Some(Value::Object(fields)) = old.get_mut("properties") {
        let mut list = properties
            .get("configurations")
            .cloned()
            .unwrap_or_default();
        if let Value::Object(items) = &mut list["items"] {
            remove_required(items, "name");
        }
        fields.insert("configs".to_owned(), list);
    }
    Value::Object(old)
}

fn old_policy(properties: &Map<String, Value>) -> Value {
    let advice = "Old form: write `policies` with one entry.";
    Value::Object(singular(properties, "policies", advice))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls a function for every schema inside a schema, with the way to it.
    fn visit(schema: &Value, path: &str, see: &mut impl FnMut(&str, &Value)) {
        see(path, schema);
        for (key, inner) in schema["properties"].as_object().into_iter().flatten() {
            visit(inner, &format!("{path}/{key}"), see);
        }
        if schema["items"].is_object() {
            visit(&schema["items"], &format!("{path}/*"), see);
        }
        for branch in schema["oneOf"].as_array().into_iter().flatten() {
            visit(branch, path, see);
        }
    }

    #[test]
    fn the_versions_differ_in_readiness_only() {
        let mut newer = document("1.1");
        let text = newer.to_string().replace("contract-1.1", "contract-1.0");
        let text = text.replace("Pacto contract 1.1", "Pacto contract 1.0");
        newer = serde_json::from_str(&text.replace("[\"1.1\"]", "[\"1.0\"]")).expect("is JSON");
        let properties = newer["properties"].as_object_mut().expect("is an object");
        assert!(properties.shift_remove("readiness").is_some());
        assert_eq!(newer, document("1.0"));
    }

    #[test]
    fn every_field_is_described() {
        for version in VERSIONS {
            let mut count = 0;
            for (key, field) in document(version)["properties"]
                .as_object()
                .expect("is an object")
            {
                visit(field, key, &mut |path, schema| {
                    let is_branch = schema.get("title").is_some() || schema.get("not").is_some();
                    assert!(is_branch || schema["description"].is_string(), "{path}");
                    count += 1;
                });
            }
            assert!(count > 50, "{count}");
        }
    }

    #[test]
    fn every_object_is_closed_except_the_free_ones() {
        visit(&document("1.1"), "", &mut |path, schema| {
            let is_free = path == "/metadata" || path == "/configurations/*/values";
            let is_closed = schema["additionalProperties"] == json!(false);
            if schema["type"] == json!("object") {
                assert_eq!(is_closed, !is_free, "{path}");
            }
        });
    }

    #[test]
    fn every_pattern_is_anchored() {
        visit(&document("1.1"), "", &mut |path, schema| {
            if let Some(pattern) = schema["pattern"].as_str() {
                assert!(pattern.starts_with('^') && pattern.ends_with('$'), "{path}");
                assert!(pattern.is_ascii(), "{path}");
            }
        });
    }

    #[test]
    fn the_words_are_those_of_the_model() {
        let schema = document("1.1");
        let words = |pointer: &str| {
            let words = schema
                .pointer(pointer)
                .and_then(Value::as_array)
                .expect(pointer);
            words.iter().filter_map(Value::as_str).collect::<Vec<_>>()
        };
        let runtime = "/properties/runtime/properties";
        let table = [
            (
                "/properties/interfaces/items/properties/type/enum".to_owned(),
                crate::InterfaceType::WORDS,
            ),
            (
                "/properties/interfaces/items/properties/visibility/enum".to_owned(),
                crate::Visibility::WORDS,
            ),
            (format!("{runtime}/workload/enum"), crate::Workload::WORDS),
            (
                format!("{runtime}/state/properties/type/enum"),
                crate::StateType::WORDS,
            ),
            (
                format!("{runtime}/state/properties/persistence/properties/scope/enum"),
                crate::PersistenceScope::WORDS,
            ),
            (
                format!("{runtime}/state/properties/persistence/properties/durability/enum"),
                crate::Durability::WORDS,
            ),
            (
                format!("{runtime}/state/properties/dataCriticality/enum"),
                crate::DataCriticality::WORDS,
            ),
            (
                format!("{runtime}/lifecycle/properties/upgradeStrategy/enum"),
                crate::UpgradeStrategy::WORDS,
            ),
        ];
        for (pointer, expected) in table {
            assert_eq!(words(&pointer), expected, "{pointer}");
        }
    }

    #[test]
    fn fields_are_known_by_the_path_of_their_object() {
        let root = known_fields("1.1", "");
        assert!(root.contains(&"readiness".to_owned()));
        assert!(!known_fields("1.0", "").contains(&"readiness".to_owned()));
        assert_eq!(
            known_fields("1.0", "interfaces[]"),
            ["name", "type", "port", "visibility", "contract"]
        );
        assert_eq!(
            known_fields("1.0", "service.owner"),
            ["team", "dri", "contacts"]
        );
        assert_eq!(
            known_fields("1.0", "service.owner.contacts[]"),
            ["type", "value", "purpose"]
        );
        assert!(known_fields("1.0", "metadata.x").is_empty());
        assert!(known_fields("7", "").is_empty());
    }

    #[test]
    fn editors_know_both_versions_and_the_old_forms() {
        let schema = editor();
        assert_eq!(
            schema["properties"]["pactoVersion"]["enum"],
            json!(["1.0", "1.1"])
        );
        let configuration = &schema["properties"]["configuration"];
        assert_eq!(configuration["deprecated"], json!(true));
        assert!(configuration["properties"]["configs"]["items"].is_object());
        assert!(configuration["properties"].get("name").is_none());
        assert_eq!(schema["properties"]["policy"]["deprecated"], json!(true));
        let required = &schema["properties"]["dependencies"]["items"]["required"];
        assert_eq!(*required, json!(["ref", "compatibility"]));
    }
}
