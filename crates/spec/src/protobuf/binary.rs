//! Messages in the binary form: how one schema writes a value, and what another one reads.
//!
//! A reader skips what it does not know, so that almost any bytes are accepted, and what differs
//! between two schemas shows in what they read.
//!
//! Source: protobuf.dev, *Encoding*.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::json::enum_number;
use super::model::{Cardinality, Enum, Field, FieldType, Message, Schema};
use super::scalar::Scalar;
use super::wire::{self, Payload};

/// Messages in messages that are written and read.
const DEPTH_LIMIT: usize = 64;

impl Schema {
    /// The binary form of a message that is given in JSON, its fields in the order of the members.
    ///
    /// `None` when the message does not accept the value, when a type is not known, and for types
    /// of `google/protobuf/`, whose JSON forms are their own.
    pub fn encode(&self, full_name: &str, value: &Value) -> Option<Vec<u8>> {
        self.write_message(full_name, value, 0)
    }

    /// What a message reads from its binary form, under the names of JSON.
    ///
    /// Fields that cannot show whether they are set are always there. Integers and the values of
    /// enums are numbers. `None` when the bytes are broken, when a type is not known, and for
    /// types of `google/protobuf/`.
    pub fn decode(&self, full_name: &str, bytes: &[u8]) -> Option<Value> {
        self.read_message(full_name, bytes, 0)
    }

    fn written_message(&self, full_name: &str, depth: usize) -> Option<&Message> {
        let is_own = !full_name.starts_with("google.protobuf.") && depth <= DEPTH_LIMIT;
        is_own.then(|| self.messages.get(full_name)).flatten()
    }

    fn write_message(&self, full_name: &str, value: &Value, depth: usize) -> Option<Vec<u8>> {
        let message = self.written_message(full_name, depth)?;
        let mut bytes = Vec::new();
        for (name, value) in value.as_object()? {
            let field = self.named(full_name, message, name)?;
            if !value.is_null() {
                self.write_field(field, value, depth, &mut bytes)?;
            }
        }
        Some(bytes)
    }

    fn write_field(
        &self,
        field: &Field,
        value: &Value,
        depth: usize,
        to: &mut Vec<u8>,
    ) -> Option<()> {
        match (&field.field_type, field.cardinality) {
            (FieldType::Map(key, inner), _) => {
                for (name, value) in value.as_object()? {
                    let mut entry = Vec::new();
                    wire::write(*key, &key_value(*key, name))?.put_field(1, &mut entry);
                    self.write_one(inner, value, depth)?
                        .put_field(2, &mut entry);
                    Payload::Bytes(entry).put_field(field.number, to);
                }
            }
            (inner, Cardinality::Repeated) => {
                let items = value.as_array()?.iter();
                let payloads: Option<Vec<Payload>> = items
                    .map(|item| self.write_one(inner, item, depth))
                    .collect();
                let payloads = payloads?;
                if field.is_packed && !payloads.is_empty() {
                    let mut packed = Vec::new();
                    for payload in &payloads {
                        payload.put(&mut packed);
                    }
                    Payload::Bytes(packed).put_field(field.number, to);
                } else {
                    for payload in &payloads {
                        payload.put_field(field.number, to);
                    }
                }
            }
            (inner, cardinality) => {
                let payload = self.write_one(inner, value, depth)?;
                if cardinality != Cardinality::Implicit || !payload.is_zero() {
                    payload.put_field(field.number, to);
                }
            }
        }
        Some(())
    }

    fn write_one(&self, field_type: &FieldType, value: &Value, depth: usize) -> Option<Payload> {
        let message = |name: &str| self.write_message(name, value, depth + 1);
        match field_type {
            FieldType::Scalar(scalar) => wire::write(*scalar, value),
            FieldType::Enum(name) => {
                let number = enum_number(self.enums.get(name)?, value)?;
                Some(Payload::Varint(i64::from(number).cast_unsigned()))
            }
            FieldType::Message(name) => message(name).map(Payload::Bytes),
            FieldType::Group(name) => message(name).map(Payload::Group),
            FieldType::Map(..) | FieldType::Unresolved(_) => None,
        }
    }

    fn read_message(&self, full_name: &str, bytes: &[u8], depth: usize) -> Option<Value> {
        let message = self.written_message(full_name, depth)?;
        let occurrences = wire::fields(bytes)?;
        let mut last_of_oneof: BTreeMap<usize, u32> = BTreeMap::new();
        for (number, payload) in &occurrences {
            if let Some(field) = message.field(*number)
                && let Some(oneof) = field.oneof
                && self.fits(&field.field_type, payload)
            {
                last_of_oneof.insert(oneof, *number);
            }
        }
        let mut members = Map::new();
        for field in &message.fields {
            let is_replaced = field
                .oneof
                .is_some_and(|oneof| last_of_oneof.get(&oneof) != Some(&field.number));
            let own = occurrences
                .iter()
                .filter(|(number, _)| *number == field.number && !is_replaced);
            let payloads: Vec<&Payload> = own.map(|(_, payload)| payload).collect();
            self.read_field(field, &payloads, depth, &mut members)?;
        }
        Some(Value::Object(members))
    }

    /// Adds the value of a field, if it is set.
    fn read_field(
        &self,
        field: &Field,
        payloads: &[&Payload],
        depth: usize,
        to: &mut Map<String, Value>,
    ) -> Option<()> {
        let value = match (&field.field_type, field.cardinality) {
            (FieldType::Map(key, inner), _) => {
                let mut members = Map::new();
                for payload in payloads {
                    if let Payload::Bytes(entry) = payload {
                        let (key, value) = self.read_entry(*key, inner, entry, depth)?;
                        members.insert(key, value);
                    }
                }
                (!members.is_empty()).then_some(Value::Object(members))
            }
            (inner, Cardinality::Repeated) => {
                let mut items = Vec::new();
                for payload in payloads {
                    for item in unpacked(inner, payload)? {
                        if self.fits(inner, &item) {
                            items.push(self.read_one(inner, &item, depth)?);
                        }
                    }
                }
                (!items.is_empty()).then_some(Value::Array(items))
            }
            (inner, cardinality) => {
                let payloads = payloads.iter().copied();
                match merged(inner, payloads.filter(|it| self.fits(inner, it))) {
                    Some(payload) => Some(self.read_one(inner, &payload, depth)?),
                    None if cardinality == Cardinality::Implicit => {
                        Some(self.unwritten(inner, depth)?)
                    }
                    None => None,
                }
            }
        };
        if let Some(value) = value {
            to.insert(field.json_name.clone(), value);
        }
        Some(())
    }

    fn read_entry(
        &self,
        key: Scalar,
        inner: &FieldType,
        entry: &[u8],
        depth: usize,
    ) -> Option<(String, Value)> {
        let occurrences = wire::fields(entry)?;
        let last = |wanted: u32, field_type: &FieldType| {
            let mut fitting = occurrences
                .iter()
                .filter(|(number, it)| *number == wanted && self.fits(field_type, it));
            fitting.next_back().map(|(_, payload)| payload)
        };
        let key_type = FieldType::Scalar(key);
        let name = match last(1, &key_type) {
            Some(payload) => self.read_one(&key_type, payload, depth)?,
            None => self.unwritten(&key_type, depth)?,
        };
        let value = match last(2, inner) {
            Some(payload) => self.read_one(inner, payload, depth)?,
            None => self.unwritten(inner, depth)?,
        };
        let name = name
            .as_str()
            .map_or_else(|| name.to_string(), str::to_owned);
        Some((name, value))
    }

    fn read_one(&self, field_type: &FieldType, payload: &Payload, depth: usize) -> Option<Value> {
        match (field_type, payload) {
            (FieldType::Scalar(scalar), payload) => wire::read(*scalar, payload),
            (FieldType::Enum(_), Payload::Varint(number)) => Some(json!(wire::low_32(*number))),
            (FieldType::Message(name), Payload::Bytes(bytes))
            | (FieldType::Group(name), Payload::Group(bytes)) => {
                self.read_message(name, bytes, depth + 1)
            }
            _ => None,
        }
    }

    /// Whether what follows a tag is of the kind that a type is written in; anything else, and a
    /// number that a closed enum does not list, is skipped as a field that is not known.
    fn fits(&self, field_type: &FieldType, payload: &Payload) -> bool {
        match (field_type, payload) {
            (FieldType::Scalar(scalar), payload) => payload.kind() == wire::kind(*scalar),
            (FieldType::Enum(name), Payload::Varint(number)) => {
                let is_listed = |it: &Enum| {
                    let mut values = it.values.iter();
                    values.any(|value| value.number == wire::low_32(*number))
                };
                let declared = self.enums.get(name);
                declared.is_none_or(|it| !it.features.is_closed_enum || is_listed(it))
            }
            (FieldType::Message(_), Payload::Bytes(_))
            | (FieldType::Group(_), Payload::Group(_)) => true,
            _ => false,
        }
    }

    /// What is read where nothing is written: of fields without presence, and in entries of maps.
    fn unwritten(&self, field_type: &FieldType, depth: usize) -> Option<Value> {
        Some(match field_type {
            FieldType::Scalar(Scalar::Bool) => json!(false),
            FieldType::Scalar(Scalar::String | Scalar::Bytes) => json!(""),
            FieldType::Scalar(Scalar::Float | Scalar::Double) => json!(0.0),
            FieldType::Scalar(_) => json!(0),
            FieldType::Enum(_) => json!(self.first_of(field_type)),
            FieldType::Message(name) => self.read_message(name, &[], depth + 1)?,
            FieldType::Group(_) | FieldType::Map(..) | FieldType::Unresolved(_) => return None,
        })
    }

    /// The value of an enum that stands first, which is its default.
    fn first_of(&self, field_type: &FieldType) -> i32 {
        let declared = field_type.type_name().and_then(|it| self.enums.get(it));
        let first = declared.and_then(|it| it.values.first());
        first.map_or(0, |value| value.number)
    }
}

/// Several occurrences of a field that occurs once: messages are merged, which is what reading
/// them one after the other does, and of everything else the last counts.
fn merged<'p>(
    field_type: &FieldType,
    payloads: impl Iterator<Item = &'p Payload>,
) -> Option<Payload> {
    let is_message = matches!(field_type, FieldType::Message(_) | FieldType::Group(_));
    payloads.fold(None, |before, payload| match (before, payload) {
        (Some(Payload::Bytes(mut bytes)), Payload::Bytes(more)) if is_message => {
            bytes.extend(more);
            Some(Payload::Bytes(bytes))
        }
        (Some(Payload::Group(mut bytes)), Payload::Group(more)) => {
            bytes.extend(more);
            Some(Payload::Group(bytes))
        }
        (_, payload) => Some(payload.clone()),
    })
}

/// The items of a packed list; a payload that is none stands for itself. `None` when it is broken.
fn unpacked(field_type: &FieldType, payload: &Payload) -> Option<Vec<Payload>> {
    let scalar = match field_type {
        FieldType::Scalar(scalar) if scalar.is_packable() => *scalar,
        FieldType::Enum(_) => Scalar::Int32,
        _ => return Some(vec![payload.clone()]),
    };
    match payload {
        Payload::Bytes(packed) => wire::unpack(scalar, packed),
        other => Some(vec![other.clone()]),
    }
}

/// Keys of maps are text in JSON.
fn key_value(key: Scalar, name: &str) -> Value {
    match key {
        Scalar::Bool => Value::Bool(name == "true"),
        _ => Value::from(name),
    }
}
