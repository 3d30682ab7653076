//! JSON Schema: the one place that knows the library.
//!
//! A [`CompiledSchema`] gives every *leaf* failure of an instance as a [`Leaf`], in the wording of
//! the Go library `santhosh-tekuri/jsonschema`, which the published messages follow. `format` is
//! annotation only, and references to other documents are refused.

mod cost;
mod draft7;
mod leaf;
mod text;

use jsonschema::Validator;
use serde_json::Value;

pub(crate) use leaf::{Leaf, Problem, compare_pointers};

/// Largest schema file in bytes: compiling one takes more than a hundred times its size.
pub(crate) const MAX_SCHEMA_BYTES: usize = 4 << 20;

/// A schema ready to use.
#[derive(Debug)]
pub(crate) struct CompiledSchema {
    validator: Validator,
    document: Value,
    /// The cost must be looked at before every use.
    has_references: bool,
}

/// Why a document is not a usable JSON Schema.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at '{pointer}': {reason}")]
pub(crate) struct NotASchema {
    /// JSON Pointer into the schema document.
    pub(crate) pointer: String,
    /// What is wrong there.
    pub(crate) reason: String,
}

impl NotASchema {
    fn new(reason: impl Into<String>) -> Self {
        Self {
            pointer: String::new(),
            reason: reason.into(),
        }
    }
}

/// Refuses every document but the one at hand: validation reads nothing from elsewhere.
struct NoOtherDocuments;

impl jsonschema::Retrieve for NoOtherDocuments {
    fn retrieve(
        &self,
        uri: &jsonschema::Uri<String>,
    ) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Err(format!("`{uri}` lies outside the schema file; only references into the same file (`#…`) are followed").into())
    }
}

fn options() -> jsonschema::ValidationOptions<'static> {
    jsonschema::options()
        .should_validate_formats(false)
        .with_retriever(NoOtherDocuments)
}

/// Compiles a schema as one of draft 7, whatever `$schema` says.
///
/// The library first validates every schema against the meta-schema of its draft, and the one
/// of 2020-12 takes longer to compile than everything else in a small validation; that of draft 7
/// takes a tenth of it.
fn as_draft7(document: &Value) -> Result<Validator, jsonschema::ValidationError<'static>> {
    let mut document = document.clone();
    if let Value::Object(fields) = &mut document {
        fields.shift_remove("$schema");
    }
    options()
        .with_draft(jsonschema::Draft::Draft7)
        .build(&document)
}

impl CompiledSchema {
    /// Compiles a schema of any draft named by `$schema`, 2020-12 by default.
    pub(crate) fn compile(document: Value) -> Result<Self, NotASchema> {
        if !matches!(document, Value::Object(_) | Value::Bool(_)) {
            let kind = text::kind(&document);
            return Err(NotASchema::new(format!(
                "got {kind}, want object or boolean"
            )));
        }
        let has_references = cost::has_references(&document);
        if has_references {
            cost::check(&document)?;
        }
        // What draft 7 refuses is read again as it is written, for the sake of the message.
        let cheap = (!has_references && draft7::means_the_same(&document))
            .then(|| as_draft7(&document).ok())
            .flatten();
        let validator = match cheap {
            Some(validator) => validator,
            None => options()
                .build(&document)
                .map_err(|error| text::not_a_schema(&error))?,
        };
        Ok(Self {
            validator,
            document,
            has_references,
        })
    }

    /// Compiles a published schema of ours, which uses only keywords that mean the same in
    /// draft 7; a test compares both readings.
    pub(crate) fn compile_published(document: Value) -> Result<Self, NotASchema> {
        let validator = as_draft7(&document).map_err(|error| text::not_a_schema(&error))?;
        Ok(Self {
            validator,
            document,
            has_references: false,
        })
    }

    /// Every leaf failure, sorted by place in the instance, then by place in the schema.
    pub(crate) fn leaves(&self, instance: &Value) -> Vec<Leaf> {
        if self.has_references && !cost::is_affordable(&self.document, instance) {
            return vec![Leaf::not_judged()];
        }
        let errors: Vec<_> = self.validator.iter_errors(instance).collect();
        if errors.is_empty() {
            return Vec::new();
        }
        leaf::collect(&errors, &self.document)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn published_schemas_mean_the_same_in_both_drafts() {
        let wrong = [
            json!({"pactoVersion": "1.1"}),
            json!({"pactoVersion": "1.1", "service": {"name": "A", "version": "", "owner": {}}}),
            json!({"pactoVersion": "1.1", "service": {"name": "a", "version": "1"}, "policies": [],
                "interfaces": [{"name": "a"}, {"name": "b", "type": "http", "port": 70_000}],
                "scaling": {"min": 1}, "configurations": [{"name": "a", "ref": "x", "values": {}}],
                "runtime": {"workload": "job", "state": {"type": "stateless",
                    "persistence": {"scope": "local", "durability": "persistent"}}},
                "readiness": {"checks": [{"id": "A B", "weight": 101}]}, "extra": 1}),
        ];
        for version in pacto_contract::schema::VERSIONS {
            let document = pacto_contract::schema::document(version);
            assert!(
                !cost::has_references(&document),
                "compiled without a look at the cost"
            );
            let published =
                CompiledSchema::compile_published(document.clone()).expect("ours is a schema");
            let as_written = CompiledSchema::compile(document).expect("ours is a schema");
            for instance in &wrong {
                let texts = |schema: &CompiledSchema| {
                    schema
                        .leaves(instance)
                        .iter()
                        .map(Leaf::to_string)
                        .collect::<Vec<_>>()
                };
                assert!(!texts(&published).is_empty());
                assert_eq!(texts(&published), texts(&as_written));
            }
        }
    }

    fn texts(schema: Value, instance: &Value) -> Vec<String> {
        let schema = CompiledSchema::compile(schema).expect("a schema");
        schema
            .leaves(instance)
            .iter()
            .map(Leaf::to_string)
            .collect()
    }

    #[test]
    fn every_keyword_has_the_published_wording() {
        let cases = [
            (
                json!({"type": "string"}),
                json!(1),
                "got number, want string",
            ),
            (
                json!({"type": ["string", "object"]}),
                json!([]),
                "got array, want string or object",
            ),
            (
                json!({"type": "integer"}),
                json!(1.5),
                "got number, want integer",
            ),
            (
                json!({"enum": ["a", "b"]}),
                json!("c"),
                "value must be one of 'a', 'b'",
            ),
            (json!({"enum": ["1.0"]}), json!("c"), "value must be '1.0'"),
            (json!({"const": "x"}), json!("y"), "value must be 'x'"),
            (json!({"const": {"a": 1}}), json!("y"), "'const' failed"),
            (
                json!({"required": ["x"]}),
                json!({}),
                "missing property 'x'",
            ),
            (
                json!({"required": ["y", "x"]}),
                json!({}),
                "missing properties 'y', 'x'",
            ),
            (
                json!({"properties": {"k": {}}, "additionalProperties": false}),
                json!({"k": 1, "z": 1, "b": 2}),
                "additional properties 'b', 'z' not allowed",
            ),
            (
                json!({"minLength": 1}),
                json!(""),
                "minLength: got 0, want 1",
            ),
            (
                json!({"maxLength": 1}),
                json!("äöü"),
                "maxLength: got 3, want 1",
            ),
            (
                json!({"minItems": 2}),
                json!([1]),
                "minItems: got 1, want 2",
            ),
            (
                json!({"maxItems": 0}),
                json!([1]),
                "maxItems: got 1, want 0",
            ),
            (
                json!({"minProperties": 1}),
                json!({}),
                "minProperties: got 0, want 1",
            ),
            (
                json!({"maximum": 65535}),
                json!(70000),
                "maximum: got 70,000, want 65,535",
            ),
            (
                json!({"minimum": 0}),
                json!(-1234),
                "minimum: got -1,234, want 0",
            ),
            (
                json!({"exclusiveMaximum": 1.5}),
                json!(1.5),
                "exclusiveMaximum: got 1.5, want 1.5",
            ),
            (
                json!({"multipleOf": 2}),
                json!(3),
                "multipleOf: got 3, want 2",
            ),
            (
                json!({"pattern": "^[a-z]$"}),
                json!("A_"),
                "'A_' does not match pattern '^[a-z]$'",
            ),
            (json!({"not": {}}), json!(1), "'not' failed"),
            (
                json!({"oneOf": [{}, {"type": "string"}, {"type": "number"}]}),
                json!(1),
                "'oneOf' failed, subschemas 0, 2 matched",
            ),
            (json!(false), json!(1), "false schema"),
        ];
        for (schema, instance, text) in cases {
            assert_eq!(
                texts(schema.clone(), &instance),
                [format!("at '': {text}")],
                "{schema}"
            );
        }
    }

    #[test]
    fn alternatives_give_the_leaves_of_every_branch() {
        let schema = json!({"oneOf": [
            {"type": "string", "minLength": 1},
            {"type": "object", "minProperties": 1, "properties": {"team": {"pattern": "^a$"}}},
        ]});
        assert_eq!(
            texts(schema.clone(), &json!("")),
            [
                "at '': minLength: got 0, want 1",
                "at '': got string, want object"
            ]
        );
        assert_eq!(
            texts(schema, &json!({"team": "b"})),
            [
                "at '': got object, want string",
                "at '/team': 'b' does not match pattern '^a$'"
            ]
        );
        let any = json!({"anyOf": [{"type": "string"}, {"type": "array"}]});
        assert_eq!(
            texts(any, &json!(1)),
            [
                "at '': got number, want string",
                "at '': got number, want array"
            ]
        );
    }

    #[test]
    fn alternatives_told_apart_by_a_constant_give_all_their_leaves_too() {
        let schema = json!({"oneOf": [
            {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "a"}, "x": {"type": "string"}}},
            {"type": "object", "required": ["kind"], "properties": {"kind": {"const": "b"}, "x": {"type": "string"}}},
        ]});
        assert_eq!(
            texts(schema, &json!({"kind": "a", "x": 1})),
            [
                "at '/kind': value must be 'b'",
                "at '/x': got number, want string",
                "at '/x': got number, want string"
            ]
        );
    }

    #[test]
    fn a_wrong_kind_hides_what_else_the_same_schema_says() {
        let schema = json!({"type": "object", "enum": ["a"], "not": {"required": ["x"]}});
        assert_eq!(texts(schema, &json!(1)), ["at '': got number, want object"]);
    }

    #[test]
    fn failures_are_sorted_by_place_then_by_schema() {
        let schema = json!({"required": ["z"], "properties": {
            "list": {"items": {"$ref": "#/$defs/item"}},
        }, "$defs": {"item": {"maximum": 3, "multipleOf": 2}}});
        let list = json!({"list": [5, 2, 1, 2, 2, 2, 2, 2, 2, 2, 7]});
        assert_eq!(
            texts(schema, &list),
            [
                "at '': missing property 'z'",
                "at '/list/0': maximum: got 5, want 3",
                "at '/list/0': multipleOf: got 5, want 2",
                "at '/list/2': multipleOf: got 1, want 2",
                "at '/list/10': maximum: got 7, want 3",
                "at '/list/10': multipleOf: got 7, want 2",
            ]
        );
    }

    #[test]
    fn formats_say_nothing_in_any_draft() {
        for draft in [
            "http://json-schema.org/draft-04/schema#",
            "http://json-schema.org/draft-07/schema#",
            "https://json-schema.org/draft/2019-09/schema",
            "https://json-schema.org/draft/2020-12/schema",
        ] {
            let schema = json!({"$schema": draft, "type": "string", "format": "date"});
            assert_eq!(texts(schema, &json!("no date")), Vec::<String>::new());
        }
    }

    #[test]
    fn other_documents_are_refused_and_other_kinds_are_no_schemas() {
        for schema in [
            json!({"$ref": "https://example.com/x.json"}),
            json!({"$ref": "file:///etc/passwd"}),
            json!({"properties": {"a": {"$ref": "other.json"}}}),
            json!({"$ref": "#/$defs/missing"}),
            json!({"type": 5}),
            json!({"pattern": "("}),
            json!([1]),
            json!("x"),
        ] {
            let error = CompiledSchema::compile(schema.clone()).expect_err("no schema");
            assert!(!error.to_string().contains('\n'), "{error}");
        }
    }

    #[test]
    fn a_schema_that_refers_to_itself_ends() {
        for schema in [
            json!({"$ref": "#"}),
            json!({"allOf": [{"$ref": "#"}]}),
            json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}),
            json!({"anyOf": [{"$ref": "#"}, {"not": {"$ref": "#"}}]}),
        ] {
            if let Ok(schema) = CompiledSchema::compile(schema) {
                schema.leaves(&json!({"a": [1]}));
            }
        }
    }
}
