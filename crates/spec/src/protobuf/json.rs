//! Whether a message accepts a JSON value: ProtoJSON, with unknown names refused, as parsers do
//! unless they are told otherwise.
//!
//! Source: protobuf.dev, *ProtoJSON format*.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

use super::model::{Cardinality, Enum, Field, FieldType, Message, Schema};
use super::scalar::Scalar;

/// Levels of a value that are looked at.
const DEPTH_LIMIT: usize = 64;

/// What a message says about a JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonVerdict {
    /// It can be read.
    Accepted,
    /// It cannot, and why.
    Refused(String),
    /// A type is not known, or the value is nested too deeply.
    Unknown,
}

impl JsonVerdict {
    fn when(holds: bool, message: impl FnOnce() -> String) -> Self {
        if holds {
            Self::Accepted
        } else {
            Self::Refused(message())
        }
    }

    /// The first that is not accepted; a refusal counts more than not knowing.
    fn all(verdicts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::Accepted;
        for verdict in verdicts {
            match verdict {
                Self::Refused(_) => return verdict,
                Self::Unknown => all = verdict,
                Self::Accepted => {}
            }
        }
        all
    }
}

impl Schema {
    /// Whether a message accepts a value in its JSON form.
    pub fn json_of_message(&self, full_name: &str, value: &Value) -> JsonVerdict {
        self.message(full_name, value, 0)
    }

    /// Whether an enum accepts a value in its JSON form: a name, or a number.
    pub fn json_of_enum(&self, full_name: &str, value: &Value) -> JsonVerdict {
        if full_name == "google.protobuf.NullValue" {
            return JsonVerdict::when(
                value.is_null() || value.as_str() == Some("NULL_VALUE"),
                || format!("{value} is not null"),
            );
        }
        match self.enums.get(full_name) {
            Some(declared) => enumeration(declared, value),
            None => JsonVerdict::Unknown,
        }
    }

    fn message(&self, full_name: &str, value: &Value, depth: usize) -> JsonVerdict {
        if depth > DEPTH_LIMIT {
            return JsonVerdict::Unknown;
        }
        if let Some(name) = full_name.strip_prefix("google.protobuf.")
            && let Some(verdict) = well_known(name, value)
        {
            return verdict;
        }
        let Some(message) = self.messages.get(full_name) else {
            return JsonVerdict::Unknown;
        };
        let Value::Object(members) = value else {
            return JsonVerdict::Refused(format!("{} is no object", short(value)));
        };
        let fields: Vec<(&str, &Value, Option<&Field>)> = members
            .iter()
            .map(|(name, value)| (name.as_str(), value, self.named(full_name, message, name)))
            .collect();
        JsonVerdict::all(
            fields
                .iter()
                .map(|(name, value, field)| match field {
                    Some(field) => self.field(field, value, depth),
                    None => JsonVerdict::Refused(format!("there is no field `{name}`")),
                })
                .chain([once(message, &fields), required(message, members)]),
        )
    }

    /// The field a member is, by either of its names; extensions stand in brackets.
    pub(super) fn named<'a>(
        &'a self,
        full_name: &str,
        message: &'a Message,
        name: &str,
    ) -> Option<&'a Field> {
        if let Some(extension) = name.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            let mut extensions = self.extensions.iter();
            let found = extensions
                .find(|((extendee, _), field)| extendee == full_name && field.name == extension);
            return found.map(|(_, field)| field);
        }
        // A JSON name wins over another field's own name.
        let by_json_name = message.fields.iter().find(|field| field.json_name == name);
        by_json_name.or_else(|| message.field_named(name))
    }

    fn field(&self, field: &Field, value: &Value, depth: usize) -> JsonVerdict {
        if value.is_null() && !takes_null(&field.field_type) {
            return JsonVerdict::Accepted;
        }
        let name = &field.name;
        let verdict = match (&field.field_type, field.cardinality, value) {
            (FieldType::Map(key, inner), _, Value::Object(members)) => JsonVerdict::all(
                members
                    .iter()
                    .flat_map(|(name, value)| [map_key(*key, name), self.one(inner, value, depth)]),
            ),
            (FieldType::Map(..), ..) => {
                JsonVerdict::Refused(format!("{} is no object", short(value)))
            }
            (inner, Cardinality::Repeated, Value::Array(items)) => {
                JsonVerdict::all(items.iter().map(|item| self.one(inner, item, depth)))
            }
            (_, Cardinality::Repeated, _) => {
                JsonVerdict::Refused(format!("{} is no array", short(value)))
            }
            (inner, _, value) => self.one(inner, value, depth),
        };
        match verdict {
            JsonVerdict::Refused(why) => JsonVerdict::Refused(format!("field `{name}`: {why}")),
            other => other,
        }
    }

    fn one(&self, field_type: &FieldType, value: &Value, depth: usize) -> JsonVerdict {
        match field_type {
            FieldType::Scalar(scalar) => JsonVerdict::when(is_scalar(*scalar, value), || {
                format!("{} is no {}", short(value), scalar.name())
            }),
            FieldType::Enum(name) => self.json_of_enum(name, value),
            FieldType::Message(name) | FieldType::Group(name) => {
                self.message(name, value, depth + 1)
            }
            FieldType::Map(..) | FieldType::Unresolved(_) => JsonVerdict::Unknown,
        }
    }
}

fn enumeration(declared: &Enum, value: &Value) -> JsonVerdict {
    JsonVerdict::when(enum_number(declared, value).is_some(), || {
        format!("{} is no value of {}", short(value), declared.name)
    })
}

/// The number of a value of an enum, by name or number. `None` for a name that is not declared,
/// and for a number that a closed enum does not list.
pub(super) fn enum_number(declared: &Enum, value: &Value) -> Option<i32> {
    let mut values = declared.values.iter();
    match value {
        Value::String(name) => values.find(|it| it.name == *name).map(|it| it.number),
        Value::Number(number) => {
            let number = i32::try_from(number.as_i64()?).ok()?;
            let is_known =
                !declared.features.is_closed_enum || values.any(|it| it.number == number);
            is_known.then_some(number)
        }
        _ => None,
    }
}

/// No field and no oneof is given twice.
fn once(message: &Message, fields: &[(&str, &Value, Option<&Field>)]) -> JsonVerdict {
    let mut numbers = BTreeSet::new();
    let mut oneofs = BTreeSet::new();
    for (name, value, field) in fields {
        let is_set = |field: &&Field| !value.is_null() || takes_null(&field.field_type);
        let Some(field) = field.filter(is_set) else {
            continue;
        };
        if !numbers.insert(field.number) {
            return JsonVerdict::Refused(format!("field `{name}` is given twice"));
        }
        if let Some(oneof) = message.oneof_of(field)
            && !oneofs.insert(&oneof.name)
        {
            return JsonVerdict::Refused(format!("`{}` is given twice", oneof.name));
        }
    }
    JsonVerdict::Accepted
}

fn required(message: &Message, members: &Map<String, Value>) -> JsonVerdict {
    let is_there = |field: &Field| {
        let names = [&field.json_name, &field.name];
        names
            .iter()
            .any(|name| members.get(*name).is_some_and(|value| !value.is_null()))
    };
    let mut fields = message.fields.iter();
    let missing =
        fields.find(|field| field.cardinality == Cardinality::Required && !is_there(field));
    missing.map_or(JsonVerdict::Accepted, |field| {
        JsonVerdict::Refused(format!("required field `{}` is missing", field.name))
    })
}

/// Types for which null is a value and not the absence of one.
fn takes_null(field_type: &FieldType) -> bool {
    matches!(
        field_type.type_name(),
        Some("google.protobuf.Value" | "google.protobuf.NullValue")
    )
}

/// What the types of `google/protobuf/` with a form of their own say.
fn well_known(name: &str, value: &Value) -> Option<JsonVerdict> {
    let scalar = match name {
        "DoubleValue" => Some(Scalar::Double),
        "FloatValue" => Some(Scalar::Float),
        "Int64Value" => Some(Scalar::Int64),
        "UInt64Value" => Some(Scalar::Uint64),
        "Int32Value" => Some(Scalar::Int32),
        "UInt32Value" => Some(Scalar::Uint32),
        "BoolValue" => Some(Scalar::Bool),
        "StringValue" => Some(Scalar::String),
        "BytesValue" => Some(Scalar::Bytes),
        _ => None,
    };
    let holds = match (name, scalar) {
        (_, Some(scalar)) => is_scalar(scalar, value),
        ("Value", _) => true,
        ("Struct", _) => value.is_object(),
        ("ListValue", _) => value.is_array(),
        ("Empty", _) => value.as_object().is_some_and(Map::is_empty),
        ("FieldMask", _) => value.is_string(),
        ("Timestamp", _) => value
            .as_str()
            .is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
        ("Duration", _) => value.as_str().is_some_and(|text| {
            text.strip_suffix('s')
                .is_some_and(|number| number.parse::<f64>().is_ok_and(f64::is_finite))
        }),
        // What it holds has to be known elsewhere.
        ("Any", _) => return Some(JsonVerdict::Unknown),
        _ => return None,
    };
    Some(JsonVerdict::when(holds, || {
        format!("{} is no google.protobuf.{name}", short(value))
    }))
}

fn is_scalar(scalar: Scalar, value: &Value) -> bool {
    let within = |least: i128, most: i128| {
        integer(value).is_some_and(|number| (least..=most).contains(&number))
    };
    match scalar {
        Scalar::Bool => value.is_boolean(),
        Scalar::String => value.is_string(),
        Scalar::Bytes => value
            .as_str()
            .is_some_and(|text| base64_bytes(text).is_some()),
        Scalar::Int32 | Scalar::Sint32 | Scalar::Sfixed32 => {
            within(i32::MIN.into(), i32::MAX.into())
        }
        Scalar::Uint32 | Scalar::Fixed32 => within(0, u32::MAX.into()),
        Scalar::Int64 | Scalar::Sint64 | Scalar::Sfixed64 => {
            within(i64::MIN.into(), i64::MAX.into())
        }
        Scalar::Uint64 | Scalar::Fixed64 => within(0, u64::MAX.into()),
        Scalar::Double => float(value).is_some(),
        Scalar::Float => float(value)
            .is_some_and(|number| !number.is_finite() || number.abs() <= f64::from(f32::MAX)),
    }
}

/// An integer, as a number or as text.
pub(super) fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) if !number.is_f64() => number.to_string().parse().ok(),
        Value::Number(number) => {
            let float = number.as_f64()?;
            (float.fract() == 0.0 && float.abs() < 1e19).then_some(float as i128)
        }
        _ => None,
    }
}

/// A number, as such or as text.
pub(super) fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            text => text.parse().ok().filter(|number: &f64| number.is_finite()),
        },
        _ => None,
    }
}

/// The bytes of base64 of either alphabet, with or without padding.
pub(super) fn base64_bytes(text: &str) -> Option<Vec<u8>> {
    let alphabet = if text.contains(['-', '_']) {
        alphabet::URL_SAFE
    } else {
        alphabet::STANDARD
    };
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&alphabet, config).decode(text).ok()
}

/// Keys of maps are text in JSON.
fn map_key(key: Scalar, name: &str) -> JsonVerdict {
    let holds = match key {
        Scalar::Bool => ["true", "false"].contains(&name),
        Scalar::String => true,
        _ => is_scalar(key, &Value::from(name)),
    };
    JsonVerdict::when(holds, || format!("key `{name}` is no {}", key.name()))
}

/// A value as it stands in a message.
fn short(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 60 {
        let cut: String = text.chars().take(57).collect();
        format!("{cut}...")
    } else {
        text
    }
}
