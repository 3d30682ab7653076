//! Values of messages in JSON, from the smallest to the edges of the types.

use pacto_spec::protobuf::{Cardinality, Field, FieldType, Message, Scalar, Schema};
use serde_json::{Map, Value, json};

/// Messages in messages that a value is built for.
const DEPTH_LIMIT: usize = 4;

/// Names of an enum that are tried, and fields beside the one that changed.
const NEIGHBOURS_LIMIT: usize = 64;

/// The smallest message, with and without a field, and with another one beside it.
pub(super) fn of_message(schema: &Schema, message: &Message, field: Option<&Field>) -> Vec<Value> {
    let base = minimal(schema, message, 0);
    let mut values = vec![Value::Object(base.clone())];
    let Some(field) = field else {
        return values;
    };
    let shown = samples(schema, field, 0);
    for value in &shown {
        values.push(with_member(&base, &field.json_name, value.clone()));
        values.push(with_member(&base, &field.name, value.clone()));
    }
    let mut without = base.clone();
    without.shift_remove(&field.json_name);
    values.push(Value::Object(without));
    let others = message
        .fields
        .iter()
        .filter(|other| other.number != field.number);
    for other in others.take(NEIGHBOURS_LIMIT) {
        let pair = (shown.first(), samples(schema, other, 0).into_iter().next());
        if let (Some(value), Some(beside)) = pair
            && let Value::Object(both) = with_member(&base, &field.json_name, value.clone())
        {
            values.push(with_member(&both, &other.json_name, beside));
        }
    }
    values
}

/// The smallest message with a field at the value that its type starts from.
pub(super) fn with_zero(schema: &Schema, message: &Message, field: &Field) -> Option<Value> {
    let zero = match &field.field_type {
        _ if field.cardinality == Cardinality::Repeated => return None,
        FieldType::Scalar(Scalar::Bool) => json!(false),
        FieldType::Scalar(Scalar::String | Scalar::Bytes) => json!(""),
        FieldType::Scalar(_) => json!(0),
        FieldType::Enum(name) => json!(schema.enums.get(name)?.values.first()?.name),
        _ => return None,
    };
    let base = minimal(schema, message, 0);
    Some(with_member(&base, &field.json_name, zero))
}

fn with_member(base: &Map<String, Value>, name: &str, value: Value) -> Value {
    let mut members = base.clone();
    members.insert(name.to_owned(), value);
    Value::Object(members)
}

/// The fields that a message must have.
fn minimal(schema: &Schema, message: &Message, depth: usize) -> Map<String, Value> {
    let required = message
        .fields
        .iter()
        .filter(|it| it.cardinality == Cardinality::Required);
    required
        .filter_map(|field| {
            let value = samples(schema, field, depth).into_iter().next()?;
            Some((field.json_name.clone(), value))
        })
        .collect()
}

/// Values of a field, from the ordinary to the edges of its type.
fn samples(schema: &Schema, field: &Field, depth: usize) -> Vec<Value> {
    let inner = |field_type| samples_of(schema, field_type, depth);
    match (&field.field_type, field.cardinality) {
        (FieldType::Map(key, value), _) => {
            let keys = of_key(*key);
            let values = inner(value);
            let first = values.first().cloned().unwrap_or_else(|| json!({}));
            let by_key = keys.iter().map(|key| json!({ *key: first }));
            let by_value = values.iter().map(|value| json!({ "1": value }));
            by_key.chain(by_value).collect()
        }
        (field_type, Cardinality::Repeated) => {
            let mut lists: Vec<Value> = inner(field_type)
                .into_iter()
                .map(|it| json!([it]))
                .collect();
            lists.push(json!([]));
            lists
        }
        (field_type, _) => inner(field_type),
    }
}

fn samples_of(schema: &Schema, field_type: &FieldType, depth: usize) -> Vec<Value> {
    match field_type {
        FieldType::Scalar(scalar) => of_scalar(*scalar),
        FieldType::Enum(name) => {
            let values = schema.enums.get(name).into_iter().flat_map(|it| &it.values);
            let names = values.map(|value| Value::from(value.name.as_str()));
            names.take(NEIGHBOURS_LIMIT).chain([json!(0)]).collect()
        }
        FieldType::Message(name) | FieldType::Group(name) => match schema.messages.get(name) {
            Some(message) if depth < DEPTH_LIMIT => {
                let base = minimal(schema, message, depth + 1);
                let mut values = vec![Value::Object(base.clone())];
                // Fields of the message itself, not of those below: there are enough of them.
                if depth == 0 {
                    let fields = message.fields.iter().take(NEIGHBOURS_LIMIT);
                    values.extend(fields.filter_map(|field| {
                        let value = samples(schema, field, 1).into_iter().next()?;
                        Some(with_member(&base, &field.json_name, value))
                    }));
                }
                values
            }
            _ => of_well_known(name),
        },
        FieldType::Map(..) | FieldType::Unresolved(_) => Vec::new(),
    }
}

/// Ordinary values of scalars, then those at the edges of wider types, and texts for numbers.
fn of_scalar(scalar: Scalar) -> Vec<Value> {
    match scalar {
        Scalar::Bool => vec![json!(true)],
        Scalar::String => vec![json!("s"), json!("1"), json!("AA==")],
        Scalar::Bytes => vec![json!("AA=="), json!("AA")],
        Scalar::Int32 | Scalar::Sint32 | Scalar::Sfixed32 => {
            vec![json!(1), json!(-1), json!(i32::MAX)]
        }
        Scalar::Uint32 | Scalar::Fixed32 => vec![json!(1), json!(u32::MAX)],
        Scalar::Int64 | Scalar::Sint64 | Scalar::Sfixed64 => {
            vec![json!(1), json!(-1), json!(1_i64 << 31), json!(i64::MAX)]
        }
        Scalar::Uint64 | Scalar::Fixed64 => vec![json!(1), json!(1_u64 << 32), json!(u64::MAX)],
        Scalar::Float => vec![json!(1), json!(1.5), json!("NaN")],
        Scalar::Double => vec![json!(1), json!(1.5), json!(1e39), json!("NaN")],
    }
}

/// Keys of a map, which are text.
fn of_key(scalar: Scalar) -> Vec<&'static str> {
    match scalar {
        Scalar::Bool => vec!["true"],
        Scalar::String => vec!["k", "1"],
        Scalar::Int32 | Scalar::Sint32 | Scalar::Sfixed32 => vec!["1", "-1"],
        Scalar::Uint32 | Scalar::Fixed32 => vec!["1", "4294967295"],
        Scalar::Uint64 | Scalar::Fixed64 => vec!["1", "18446744073709551615"],
        _ => vec!["1", "-1", "9223372036854775807"],
    }
}

fn of_well_known(full_name: &str) -> Vec<Value> {
    match full_name.strip_prefix("google.protobuf.") {
        Some("Timestamp") => vec![json!("2024-01-01T00:00:00Z")],
        Some("Duration") => vec![json!("1s")],
        Some("FieldMask") => vec![json!("a")],
        Some("BoolValue") => of_scalar(Scalar::Bool),
        Some("StringValue") => of_scalar(Scalar::String),
        Some("BytesValue") => of_scalar(Scalar::Bytes),
        Some("Int32Value") => of_scalar(Scalar::Int32),
        Some("UInt32Value") => of_scalar(Scalar::Uint32),
        Some("Int64Value") => of_scalar(Scalar::Int64),
        Some("UInt64Value") => of_scalar(Scalar::Uint64),
        Some("FloatValue") => of_scalar(Scalar::Float),
        Some("DoubleValue") => of_scalar(Scalar::Double),
        Some("ListValue") => vec![json!([])],
        _ => vec![json!({})],
    }
}
