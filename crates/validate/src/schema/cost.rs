//! What applying a schema would cost. Schemas come with bundles of other people, and references
//! let a page of text describe more work than any machine can do.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::NotASchema;

/// Steps that one application may take: thousands of times what real policies need, and done in
/// well under a second.
const MAX_STEPS: u64 = 1_000_000;

/// Nesting of a schema with its references followed, and of schema and document together: within
/// the stack of every thread that validates.
const MAX_NESTING: usize = 256;
const MAX_DEPTH: usize = 600;

/// Keywords that apply further schemas to the same value: one, a list, a map of them.
const IN_PLACE: [&str; 4] = ["not", "if", "then", "else"];
const IN_PLACE_LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];
const IN_PLACE_MAPS: [&str; 2] = ["dependentSchemas", "dependencies"];
const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

/// Keywords whose schema applies to values inside the value.
const INSIDE: [&str; 8] = [
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "items",
    "additionalItems",
    "unevaluatedItems",
    "contains",
    "contentSchema",
];

/// Keywords that hold data instead of schemas.
const DATA: [&str; 4] = ["enum", "const", "default", "examples"];

/// True when a schema refers to parts of itself; without references the cost is bounded by the
/// size of schema and document.
pub(super) fn has_references(schema: &Value) -> bool {
    match schema {
        Value::Object(object) => {
            REFERENCES.iter().any(|key| object.contains_key(*key))
                || object.values().any(has_references)
        }
        Value::Array(items) => items.iter().any(has_references),
        _ => false,
    }
}

/// Refuses schemas that cannot be looked through before they run: chains of references that are
/// too long, and documents inside the document.
pub(super) fn check(schema: &Value) -> Result<(), NotASchema> {
    // Only draft 4 calls it `id`; elsewhere that is a name like any other.
    let draft = schema.get("$schema").and_then(Value::as_str);
    let id = if draft.is_some_and(|draft| draft.contains("draft-04")) {
        "id"
    } else {
        "$id"
    };
    let mut pending: Vec<&Value> = vec![schema];
    while let Some(value) = pending.pop() {
        let inner = value.get(id).and_then(Value::as_str);
        let is_inner = !std::ptr::eq(value, schema);
        if is_inner && inner.is_some_and(|id| !id.starts_with('#')) {
            let reason =
                "a schema inside the schema has an `$id` of its own; write one schema per file";
            return Err(NotASchema::new(reason));
        }
        match value {
            Value::Object(object) => pending.extend(
                object
                    .iter()
                    .filter(|(key, _)| !DATA.contains(&key.as_str()))
                    .map(|(_, value)| value),
            ),
            other => pending.extend(children(other)),
        }
    }
    let mut walk = Nesting {
        root: schema,
        known: HashMap::new(),
    };
    if walk.nesting(schema, 0) > MAX_NESTING {
        return Err(NotASchema::new("references are nested too deeply"));
    }
    Ok(())
}

/// True when applying a schema to a document stays within the steps and the depth allowed.
pub(super) fn is_affordable(schema: &Value, instance: &Value) -> bool {
    let mut cost = Cost {
        root: schema,
        known: HashMap::new(),
    };
    cost.of(schema, instance, 0) <= MAX_STEPS
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Object(object) => Box::new(object.values()),
        Value::Array(items) => Box::new(items.iter()),
        _ => Box::new(std::iter::empty()),
    }
}

/// The schemas that the references of a schema lead to. What cannot be found here leads to the
/// root: the library refuses it, or it is that.
fn targets<'s>(root: &'s Value, object: &'s Map<String, Value>) -> impl Iterator<Item = &'s Value> {
    REFERENCES.iter().filter_map(move |key| {
        let reference = object.get(*key)?.as_str()?;
        let fragment = reference
            .split_once('#')
            .map_or("", |(_, fragment)| fragment);
        let target = if fragment.is_empty() || fragment.starts_with('/') {
            // `%25` and its like are not written in practice; such a pointer finds nothing.
            root.pointer(fragment)
        } else {
            anchor(root, fragment)
        };
        Some(target.unwrap_or(root))
    })
}

fn anchor<'s>(root: &'s Value, name: &str) -> Option<&'s Value> {
    let mut pending = vec![root];
    while let Some(value) = pending.pop() {
        let is_it = ["$anchor", "$dynamicAnchor", "$id", "id"]
            .iter()
            .any(|key| {
                let text = value.get(*key).and_then(Value::as_str);
                text.is_some_and(|text| text.trim_start_matches('#') == name)
            });
        if is_it {
            return Some(value);
        }
        pending.extend(children(value));
    }
    None
}

fn address(value: &Value) -> usize {
    std::ptr::from_ref(value) as usize
}

struct Nesting<'s> {
    root: &'s Value,
    known: HashMap<usize, usize>,
}

impl<'s> Nesting<'s> {
    /// Levels below a value with references followed once; more than the limit is not looked at.
    fn nesting(&mut self, value: &'s Value, depth: usize) -> usize {
        if depth > MAX_NESTING {
            return MAX_NESTING + 1;
        }
        if !matches!(value, Value::Object(_) | Value::Array(_)) {
            return 0;
        }
        if let Some(known) = self.known.get(&address(value)) {
            return *known;
        }
        // A circle ends here.
        self.known.insert(address(value), 0);
        let mut deepest = 0;
        for child in children(value) {
            deepest = deepest.max(self.nesting(child, depth + 1));
        }
        if let Some(object) = value.as_object() {
            let root = self.root;
            for target in targets(root, object) {
                deepest = deepest.max(self.nesting(target, depth + 1));
            }
        }
        self.known.insert(address(value), deepest + 1);
        deepest + 1
    }
}

struct Cost<'s> {
    root: &'s Value,
    known: HashMap<(usize, usize), u64>,
}

impl<'s> Cost<'s> {
    /// Steps of applying a schema to a value, at least; saturates above the limit.
    fn of(&mut self, schema: &'s Value, value: &Value, depth: usize) -> u64 {
        if depth > MAX_DEPTH {
            return MAX_STEPS + 1;
        }
        let Some(object) = schema.as_object() else {
            return 1;
        };
        let key = (address(schema), address(value));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        // The library ends circles that consume nothing.
        self.known.insert(key, 1);
        let mut in_place: u64 = 1;
        let root = self.root;
        let same = IN_PLACE
            .iter()
            .filter_map(|key| object.get(*key))
            .chain(
                IN_PLACE_LISTS
                    .iter()
                    .filter_map(|key| object.get(*key)?.as_array())
                    .flatten(),
            )
            .chain(
                IN_PLACE_MAPS
                    .iter()
                    .filter_map(|key| object.get(*key)?.as_object())
                    .flat_map(Map::values),
            )
            .chain(targets(root, object));
        for schema in same {
            in_place = in_place.saturating_add(self.of(schema, value, depth + 1));
            if in_place > MAX_STEPS {
                break;
            }
        }
        // To know what is left over, what applies in place is asked again.
        let is_asked_twice = ["unevaluatedProperties", "unevaluatedItems"]
            .iter()
            .any(|key| object.contains_key(*key));
        let mut steps = if is_asked_twice {
            in_place.saturating_mul(2)
        } else {
            in_place
        };
        if steps <= MAX_STEPS {
            steps = steps.saturating_add(self.inside(object, value, depth));
        }
        let steps = steps.min(MAX_STEPS + 1);
        self.known.insert(key, steps);
        steps
    }

    fn inside(&mut self, object: &'s Map<String, Value>, value: &Value, depth: usize) -> u64 {
        let mut steps: u64 = 0;
        let mut apply = |schema: &'s Value, value: &Value| {
            if steps <= MAX_STEPS {
                steps = steps.saturating_add(self.of(schema, value, depth + 1));
            }
        };
        if let (Some(Value::Object(properties)), Some(members)) =
            (object.get("properties"), value.as_object())
        {
            for (key, schema) in properties {
                if let Some(member) = members.get(key) {
                    apply(schema, member);
                }
            }
        }
        let patterns = object.get("patternProperties").and_then(Value::as_object);
        let all = INSIDE
            .iter()
            .filter_map(|key| object.get(*key))
            .chain(object.get("prefixItems"))
            .flat_map(|schema| match schema {
                Value::Array(schemas) => schemas.iter().collect(),
                schema => vec![schema],
            })
            .chain(patterns.into_iter().flat_map(Map::values));
        for schema in all {
            for member in children(value) {
                apply(schema, member);
            }
        }
        steps
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A schema in which every level applies the next one twice.
    fn doubling(levels: usize) -> Value {
        let mut definitions = Map::new();
        for level in 0..levels {
            let next = json!({"$ref": format!("#/$defs/l{}", level + 1)});
            definitions.insert(format!("l{level}"), json!({"allOf": [next, next]}));
        }
        definitions.insert(format!("l{levels}"), json!({"type": "string"}));
        json!({"$defs": definitions, "$ref": "#/$defs/l0"})
    }

    #[test]
    fn work_that_doubles_with_every_level_is_not_begun() {
        assert!(is_affordable(&doubling(10), &json!("x")));
        assert!(!is_affordable(&doubling(30), &json!("x")));
        assert!(!is_affordable(&doubling(100), &json!("x")));
    }

    #[test]
    fn work_that_multiplies_inside_the_document_is_not_begun() {
        let again: Vec<Value> = (0..40).map(|_| json!({"$ref": "#"})).collect();
        let schema = json!({"additionalProperties": {"anyOf": again}});
        let mut document = json!(1);
        assert!(is_affordable(&schema, &json!({"a": {"b": 1}})));
        for _ in 0..6 {
            document = json!({"a": document});
        }
        assert!(!is_affordable(&schema, &document));
    }

    #[test]
    fn a_schema_of_schemas_costs_little() {
        let schema = json!({"type": "object", "properties": {
            "left": {"$ref": "#"}, "right": {"$ref": "#"}, "any": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
        }});
        let mut document = json!({});
        for _ in 0..50 {
            document = json!({"left": document, "any": null});
        }
        assert!(is_affordable(&schema, &document));
    }

    #[test]
    fn a_schema_with_another_inside_is_refused_and_data_is_not_taken_for_one() {
        let inner = json!({"$ref": "#/$defs/a", "$defs": {"a": {"$id": "https://example.com/a"}}});
        assert!(check(&inner).is_err());
        let data = json!({"$id": "https://example.com/a", "$ref": "#/$defs/a", "$defs": {
            "a": {"default": {"$id": "x"}, "properties": {"id": {"type": "string"}}},
            "b": {"properties": {"$id": {"type": "string"}}},
        }});
        assert_eq!(check(&data), Ok(()));
    }

    #[test]
    fn chains_of_references_have_a_length_they_may_have() {
        let chain = |length: usize| {
            let definitions: Map<String, Value> = (0..length)
                .map(|i| {
                    (
                        format!("l{i}"),
                        json!({"$ref": format!("#/$defs/l{}", i + 1)}),
                    )
                })
                .chain([(format!("l{length}"), json!({}))])
                .collect();
            json!({"$defs": definitions, "$ref": "#/$defs/l0"})
        };
        assert_eq!(check(&chain(100)), Ok(()));
        assert!(check(&chain(300)).is_err());
        assert!(check(&chain(100_000)).is_err());
    }
}
