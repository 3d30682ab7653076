//! Schemas that can be read as draft 7 although they say that they are something newer.

use serde_json::Value;

/// Newer drafts whose common keywords mean the same in draft 7.
const NEWER: [&str; 2] = [
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
];

/// Keywords with plain values: same meaning, and the same demand on the value in both meta-schemas.
const PLAIN: [&str; 24] = [
    "$comment",
    "const",
    "default",
    "description",
    "enum",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
];

/// Keywords whose value is a schema. `items` is one of them only where it is no list.
const ONE_SCHEMA: [&str; 8] = [
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
];

/// Tells whether a schema of draft 2019-09 or 2020-12 accepts the same instances, and is refused
/// for the same reasons, when it is read as draft 7. Only keywords known to be alike give `true`.
pub(super) fn means_the_same(document: &Value) -> bool {
    let draft = document.get("$schema");
    let is_newer = draft.is_none_or(|draft| {
        let draft = draft.as_str().unwrap_or_default();
        NEWER.contains(&draft.trim_end_matches('#'))
    });
    is_newer && is_alike(document, true)
}

fn is_alike(schema: &Value, is_root: bool) -> bool {
    match schema {
        Value::Bool(_) => true,
        Value::Object(fields) => fields
            .iter()
            .all(|(keyword, value)| match keyword.as_str() {
                "$schema" => is_root,
                "properties" | "patternProperties" => value
                    .as_object()
                    .is_some_and(|members| members.values().all(|member| is_alike(member, false))),
                "allOf" | "anyOf" | "oneOf" => value
                    .as_array()
                    .is_some_and(|branches| branches.iter().all(|branch| is_alike(branch, false))),
                keyword if ONE_SCHEMA.contains(&keyword) => is_alike(value, false),
                keyword => PLAIN.contains(&keyword) || keyword.starts_with("x-"),
            }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{CompiledSchema, Leaf, as_draft7, options};

    fn leaves(schema: &CompiledSchema, instance: &Value) -> Vec<String> {
        let leaves = schema.leaves(instance);
        leaves.iter().map(Leaf::to_string).collect()
    }

    #[test]
    fn alike_schemas_say_the_same_in_both_drafts() {
        let schemas = [
            json!({"$schema": NEWER[1], "type": "object", "required": ["a"],
                "properties": {"a": {"type": ["string", "null"], "minLength": 2, "pattern": "^x"}},
                "additionalProperties": false, "minProperties": 1}),
            json!({"items": {"type": "integer", "multipleOf": 2}, "contains": {"const": 4},
                "uniqueItems": true, "minItems": 2, "x-note": {"any": "thing"}}),
            json!({"if": {"required": ["a"]}, "then": {"maxProperties": 1}, "else": false}),
            json!({"oneOf": [{"exclusiveMinimum": 3}, {"type": "string", "format": "date"}],
                "not": {"enum": [5]}}),
            json!({"patternProperties": {"^p": {"maximum": 1}}, "propertyNames": {"maxLength": 2}}),
        ];
        let instances = [
            json!(null),
            json!(5),
            json!("2024"),
            json!([4, 4, 1]),
            json!([2, 4]),
            json!({}),
            json!({"a": "y"}),
            json!({"a": null, "ppp": 2}),
            json!({"a": 1, "b": 2}),
        ];
        for schema in schemas {
            assert!(means_the_same(&schema), "{schema}");
            let with = |validator| CompiledSchema {
                validator,
                document: schema.clone(),
                has_references: false,
            };
            let seven = with(as_draft7(&schema).expect("a schema of draft 7"));
            let written = with(options().build(&schema).expect("a schema"));
            for instance in &instances {
                assert_eq!(
                    leaves(&seven, instance),
                    leaves(&written, instance),
                    "{schema} {instance}"
                );
            }
        }
    }

    #[test]
    fn what_a_draft_reads_its_own_way_is_left_to_it() {
        for schema in [
            json!({"$schema": "http://json-schema.org/draft-04/schema#"}),
            json!({"$id": "a"}),
            json!({"$ref": "#"}),
            json!({"$defs": {"a": {"type": 5}}}),
            json!({"items": [{}]}),
            json!({"prefixItems": [{}]}),
            json!({"minContains": 2}),
            json!({"dependentRequired": {}}),
            json!({"dependencies": {}}),
            json!({"unevaluatedProperties": false}),
            json!({"deprecated": 1}),
            json!({"properties": {"a": {"$schema": NEWER[1]}}}),
            json!({"properties": {"a": 1}}),
            json!({"unheard": 1}),
        ] {
            assert!(!means_the_same(&schema), "{schema}");
        }
    }

    #[test]
    fn a_bad_schema_is_told_in_the_words_of_its_own_draft() {
        for schema in [
            json!({"type": "text"}),
            json!({"required": "a"}),
            json!({"minLength": -1}),
            json!({"properties": {"a": {"pattern": "("}}}),
        ] {
            assert!(means_the_same(&schema));
            let told = CompiledSchema::compile(schema.clone()).expect_err("no schema");
            let written = options().build(&schema).expect_err("no schema");
            assert_eq!(told, crate::schema::text::not_a_schema(&written));
        }
    }
}
