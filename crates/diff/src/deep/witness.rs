//! Concrete values that one side accepts and the other refuses.

use pacto_document::Node;
use pacto_spec::schema::{BoundKind, Budget, Schemas, Shape, Slot, TypeSet, Verdict};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Number, Value, json};

/// Levels of objects and lists that a minimal value is built for.
const DEPTH_LIMIT: usize = 8;

/// Values that are tried before none is said to be found.
const CANDIDATES_LIMIT: usize = 200;

/// Schemas that are looked at for one witness; in large documents a value with all that is
/// required can be as large as the document.
const STEPS_LIMIT: u32 = 2_000;

/// What minimal values are made from, and what may be spent on them.
type Maker<'s, 'b> = (Schemas<'s>, &'b Budget);

/// A value that shows what a change does, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Witness {
    /// A value that one side only accepts.
    #[serde(rename_all = "camelCase")]
    Value {
        /// The value.
        value: Value,
        /// `old` or `new`.
        accepted_by: &'static str,
        /// What the other side says about it.
        error: String,
        /// Path of the schema it is a value of.
        r#where: String,
    },
    /// No such value could be built.
    None {
        /// Why.
        none: String,
    },
}

/// A schema on one side.
pub(crate) type Sided<'a, 's> = (Schemas<'s>, &'a [Node<'s>]);

/// Finds a value that the first schema accepts and the second refuses; both verdicts are checked.
/// When the change is about one property, the value is refused for the sake of that property.
pub(crate) fn find(
    accepting: Sided<'_, '_>,
    refusing: Sided<'_, '_>,
    property: Option<&str>,
) -> Result<(Value, String), String> {
    let (yes, no) = (accepting.0.shape(accepting.1), refusing.0.shape(refusing.1));
    let budget = Budget::new(STEPS_LIMIT);
    let mut candidates = Vec::new();
    for (schemas, shape) in [(refusing.0, &no), (accepting.0, &yes)] {
        candidates.extend(edges((schemas, &budget), shape));
    }
    if let Some(name) = property {
        let objects = [(accepting.0, &yes), (refusing.0, &no)];
        let about = objects.map(|(schemas, shape)| around((schemas, &budget), shape, name));
        candidates.splice(0..0, about.into_iter().flatten());
    }
    let mut obstacle = None;
    for candidate in candidates.into_iter().take(CANDIDATES_LIMIT) {
        match accepting.0.verdict_within(accepting.1, &candidate, &budget) {
            Verdict::Accepted => {}
            Verdict::Refused(_) => continue,
            Verdict::Unknown(why) => {
                obstacle = Some(why);
                continue;
            }
        }
        match refusing.0.verdict_within(refusing.1, &candidate, &budget) {
            Verdict::Refused(error) => {
                let is_about = property.is_none_or(|name| {
                    error.contains(&format!("`{name}`"))
                        || without(&candidate, name).is_some_and(|rest| {
                            let verdict = refusing.0.verdict_within(refusing.1, &rest, &budget);
                            verdict == Verdict::Accepted
                        })
                });
                if is_about {
                    return Ok((candidate, error));
                }
            }
            Verdict::Unknown(why) => obstacle = Some(why),
            Verdict::Accepted => {}
        }
    }
    Err(match obstacle {
        Some(keyword) => format!("`{keyword}` cannot be decided for single values"),
        None => "no simple value tells the two sides apart".to_owned(),
    })
}

/// Objects with a property, as the schema describes it and as it does not.
fn around<'s>(schemas: Maker<'s, '_>, shape: &Shape<'s>, name: &str) -> Vec<Value> {
    let Value::Object(members) = object(schemas, shape, 0) else {
        return Vec::new();
    };
    let described = shape.properties.get(name);
    let described = described.map(|nodes| minimal(schemas, nodes, 1));
    let others = [
        json!("s"),
        json!(1),
        json!(true),
        Value::Null,
        json!({}),
        json!([]),
    ];
    described
        .into_iter()
        .chain(others)
        .map(|value| {
            let mut object = members.clone();
            object.insert(name.to_owned(), value);
            Value::Object(object)
        })
        .collect()
}

/// An object without a property; `None` when it has none of this name.
fn without(value: &Value, name: &str) -> Option<Value> {
    let mut members = value.as_object()?.clone();
    members.remove(name)?;
    Some(Value::Object(members))
}

/// The smallest value a schema describes.
fn minimal<'s>(schemas: Maker<'s, '_>, nodes: &[Node<'s>], depth: usize) -> Value {
    if !schemas.1.take() {
        return Value::Null;
    }
    let shape = schemas.0.shape(nodes);
    minimal_of(schemas, &shape, depth)
}

fn minimal_of<'s>(schemas: Maker<'s, '_>, shape: &Shape<'s>, depth: usize) -> Value {
    if depth > DEPTH_LIMIT {
        return Value::Null;
    }
    if let Some(value) = shape.constant.and_then(Node::to_json) {
        return value;
    }
    if let Some(value) = shape
        .enumeration
        .as_ref()
        .and_then(|(values, _)| values.first()?.to_json())
    {
        return value;
    }
    if let Some(branch) = shape.one_of.first().or(shape.any_of.first()) {
        return minimal(schemas, &[branch.node], depth + 1);
    }
    let has_object_words = !shape.properties.is_empty() || !shape.required.is_empty();
    if shape.types.contains(TypeSet::OBJECT) && (has_object_words || !other_types(shape.types)) {
        return object(schemas, shape, depth);
    }
    if shape.types.contains(TypeSet::STRING) {
        return text(shape, length(shape, BoundKind::MinLength));
    }
    if shape.types.contains(TypeSet::INTEGER) {
        return number(least(shape)).unwrap_or_else(|| json!(1));
    }
    if shape.types.contains(TypeSet::BOOLEAN) {
        return json!(true);
    }
    if shape.types.contains(TypeSet::ARRAY) {
        return list(schemas, shape, length(shape, BoundKind::MinItems), depth);
    }
    if shape.types.contains(TypeSet::OBJECT) {
        return object(schemas, shape, depth);
    }
    Value::Null
}

fn other_types(types: TypeSet) -> bool {
    !types
        .without(TypeSet::OBJECT)
        .without(TypeSet::NULL)
        .is_empty()
}

fn object<'s>(schemas: Maker<'s, '_>, shape: &Shape<'s>, depth: usize) -> Value {
    let members = shape.required.keys().map(|name| {
        let value = shape
            .properties
            .get(name)
            .map_or_else(|| json!("s"), |nodes| minimal(schemas, nodes, depth + 1));
        ((*name).to_owned(), value)
    });
    Value::Object(members.collect())
}

fn list<'s>(schemas: Maker<'s, '_>, shape: &Shape<'s>, count: usize, depth: usize) -> Value {
    let item = shape
        .slots
        .get(&Slot::Items)
        .map_or_else(|| json!("s"), |nodes| minimal(schemas, nodes, depth + 1));
    Value::Array(vec![item; count])
}

fn length(shape: &Shape<'_>, kind: BoundKind) -> usize {
    let bound = shape.bound(kind).map_or(0.0, |bound| bound.value.to_f64());
    // A value of many megabytes shows nothing.
    bound.clamp(0.0, 10_000.0) as usize
}

fn text(shape: &Shape<'_>, length: usize) -> Value {
    let sample = match shape.format.map(|(format, _)| format) {
        Some("date") => "2024-01-01",
        Some("date-time") => "2024-01-01T00:00:00Z",
        Some("uuid") => "00000000-0000-4000-8000-000000000000",
        Some("email") => "a@example.com",
        Some("uri") => "https://example.com/",
        _ => return Value::from("s".repeat(length.max(1))),
    };
    Value::from(sample)
}

/// The least number a schema allows, near 1 where it does not say.
fn least(shape: &Shape<'_>) -> f64 {
    let value = |kind| shape.bound(kind).map(|bound| bound.value.to_f64());
    let low = value(BoundKind::Minimum)
        .or_else(|| value(BoundKind::ExclusiveMinimum).map(|limit| limit.floor() + 1.0));
    let high = value(BoundKind::Maximum)
        .or_else(|| value(BoundKind::ExclusiveMaximum).map(|limit| limit.ceil() - 1.0));
    let start = low.unwrap_or_else(|| high.map_or(1.0, |high| high.min(1.0)));
    match shape.multiple_of.and_then(Node::as_number) {
        Some(factor) => (start / factor.to_f64()).ceil() * factor.to_f64(),
        None => start,
    }
}

/// A number without a fraction where it has none.
fn number(value: f64) -> Option<Value> {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Some(Value::from(value as i64));
    }
    Number::from_f64(value).map(Value::Number)
}

/// Values at the edges of what a schema allows, and just beyond, the smallest first.
fn edges<'s>(schemas: Maker<'s, '_>, shape: &Shape<'s>) -> Vec<Value> {
    let base = minimal_of(schemas, shape, 0);
    let mut values = vec![base.clone()];
    let listed = shape.enumeration.iter().flat_map(|(values, _)| values);
    values.extend(listed.filter_map(|value| value.to_json()));
    for kind in BoundKind::ALL {
        let Some(bound) = shape.bound(kind) else {
            continue;
        };
        let limit = bound.value.to_f64();
        let step = if kind.is_lower() { -1.0 } else { 1.0 };
        match kind {
            BoundKind::Minimum
            | BoundKind::Maximum
            | BoundKind::ExclusiveMinimum
            | BoundKind::ExclusiveMaximum => {
                values.extend([number(limit), number(limit + step)].into_iter().flatten());
            }
            BoundKind::MinLength | BoundKind::MaxLength if limit <= 10_000.0 => {
                values.extend(
                    [limit, limit + step].map(|count| Value::from("s".repeat(count as usize))),
                );
            }
            BoundKind::MinItems | BoundKind::MaxItems if limit <= 1_000.0 => {
                let counts = [limit, limit + step].map(|count| count as usize);
                values.extend(counts.map(|count| list(schemas, shape, count, 0)));
            }
            _ => {}
        }
    }
    if let Value::Object(members) = &base {
        let with = |name: &str, value: Value| {
            let mut object: Map<String, Value> = members.clone();
            object.insert(name.to_owned(), value);
            Value::Object(object)
        };
        for name in shape.required.keys() {
            let mut object = members.clone();
            object.remove(*name);
            values.push(Value::Object(object));
        }
        for (name, nodes) in &shape.properties {
            values.push(with(name, minimal(schemas, nodes, 1)));
        }
        values.push(with("extra", json!("s")));
        values.push(with("extra", json!(1)));
    }
    values.extend(
        shape
            .one_of
            .iter()
            .chain(&shape.any_of)
            .map(|branch| minimal(schemas, &[branch.node], 1)),
    );
    if let Some(factor) = shape.multiple_of.and_then(Node::as_number) {
        let factor = factor.to_f64();
        values.extend([number(factor), number(factor + 1.0)].into_iter().flatten());
    }
    values.extend([
        Value::Null,
        json!("s"),
        json!(1),
        json!(1.5),
        json!(true),
        json!([]),
        json!(["s", "s"]),
        json!({}),
    ]);
    values
}
