//! Values in JSON that one side reads and the other does not.

use pacto_spec::protobuf::{Cardinality, Field, FieldType, JsonVerdict, Message, Scalar, Schema};
use serde_json::{Map, Value, json};

use crate::Direction;
use crate::deep::Witness;

/// Messages in messages that a value is built for.
const DEPTH_LIMIT: usize = 4;

/// Names of an enum that are tried, and fields beside the one that changed.
const NEIGHBOURS_LIMIT: usize = 64;

/// Fields that are looked at, over a whole comparison: to read a value takes time that follows the
/// size of its message, and a message may have as many changes as it has fields.
const WORK_LIMIT: usize = 50_000_000;

/// Values that are read for one change, about.
const VALUES_FOR_A_CHANGE: usize = 16;

/// What is left of the work that may be done.
pub(super) struct Work(usize);

impl Default for Work {
    fn default() -> Self {
        Self(WORK_LIMIT)
    }
}

/// What an edit is about; names and numbers of the old side first.
#[derive(Debug, Clone)]
pub(super) enum Subject {
    /// A field of a message.
    Field {
        messages: (String, String),
        numbers: (Option<u32>, Option<u32>),
        /// Path of the message.
        path: String,
    },
    /// Values of an enum.
    Values {
        enums: (String, String),
        names: (Vec<String>, Vec<String>),
    },
}

/// One side as a reader of JSON.
struct Reader<'s> {
    schema: &'s Schema,
    name: &'static str,
    /// Full name of the message or enum.
    full_name: &'s str,
}

impl Reader<'_> {
    /// How much there is to look at.
    fn size(&self) -> usize {
        let message = self.schema.messages.get(self.full_name);
        let declared = self.schema.enums.get(self.full_name);
        message.map_or(0, |it| it.fields.len()) + declared.map_or(0, |it| it.values.len())
    }
}

impl Subject {
    /// The first value that only one side reads: that of the caller where it supplies the data,
    /// that of the provider where it answers, else either.
    pub(super) fn witness(
        &self,
        (old, new): (&Schema, &Schema),
        direction: Direction,
        work: &mut Work,
    ) -> Witness {
        let (Self::Field {
            messages: names, ..
        }
        | Self::Values { enums: names, .. }) = self;
        let readers = [
            Reader {
                schema: old,
                name: "old",
                full_name: &names.0,
            },
            Reader {
                schema: new,
                name: "new",
                full_name: &names.1,
            },
        ];
        let sizes = readers.iter().map(Reader::size);
        match work
            .0
            .checked_sub(sizes.sum::<usize>() * VALUES_FOR_A_CHANGE)
        {
            Some(left) => work.0 = left,
            None => {
                return Witness::None {
                    none: "too much changed to look for values".to_owned(),
                };
            }
        }
        let [before, after] = &readers;
        let orders: &[(&Reader<'_>, &Reader<'_>)] = match direction {
            Direction::Input => &[(before, after)],
            Direction::Output => &[(after, before)],
            Direction::Both | Direction::None => &[(before, after), (after, before)],
        };
        let mut is_unknown = false;
        for (accepting, refusing) in orders {
            for value in self.candidates(accepting) {
                match (self.read(accepting, &value), self.read(refusing, &value)) {
                    (JsonVerdict::Accepted, JsonVerdict::Refused(error)) => {
                        return Witness::Value {
                            value,
                            accepted_by: accepting.name,
                            error,
                            r#where: self.place(),
                            reading: None,
                        };
                    }
                    (JsonVerdict::Unknown, _) | (_, JsonVerdict::Unknown) => is_unknown = true,
                    _ => {}
                }
            }
        }
        let none = if is_unknown {
            "a type is not known"
        } else {
            "what is written as JSON is read by both sides"
        };
        Witness::None {
            none: none.to_owned(),
        }
    }

    fn place(&self) -> String {
        match self {
            Self::Field { path, .. } => path.clone(),
            Self::Values { enums, .. } => format!("grpc.enums[{}]", enums.1),
        }
    }

    fn read(&self, reader: &Reader<'_>, value: &Value) -> JsonVerdict {
        match self {
            Self::Field { .. } => reader.schema.json_of_message(reader.full_name, value),
            Self::Values { .. } => reader.schema.json_of_enum(reader.full_name, value),
        }
    }

    /// Values around the subject as the accepting side describes it, the smallest first.
    fn candidates(&self, accepting: &Reader<'_>) -> Vec<Value> {
        let is_old = accepting.name == "old";
        match self {
            Self::Values { names, .. } => {
                let names = if is_old { &names.0 } else { &names.1 };
                let names = names.iter();
                names.map(|name| Value::from(name.as_str())).collect()
            }
            Self::Field { numbers, .. } => {
                let Some(message) = accepting.schema.messages.get(accepting.full_name) else {
                    return Vec::new();
                };
                let number = if is_old { numbers.0 } else { numbers.1 };
                let field = number.and_then(|number| message.field(number));
                of_message(accepting.schema, message, field)
            }
        }
    }
}

/// The smallest message, with and without a field, and with another one beside it.
fn of_message(schema: &Schema, message: &Message, field: Option<&Field>) -> Vec<Value> {
    let base = minimal(schema, message, 0);
    let mut values = vec![Value::Object(base.clone())];
    let Some(field) = field else {
        return values;
    };
    let with = |base: &Map<String, Value>, name: &str, value: Value| {
        let mut members = base.clone();
        members.insert(name.to_owned(), value);
        Value::Object(members)
    };
    let shown = samples(schema, field, 0);
    for value in &shown {
        values.push(with(&base, &field.json_name, value.clone()));
        values.push(with(&base, &field.name, value.clone()));
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
            && let Value::Object(both) = with(&base, &field.json_name, value.clone())
        {
            values.push(with(&both, &other.json_name, beside));
        }
    }
    values
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
                vec![Value::Object(minimal(schema, message, depth + 1))]
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
