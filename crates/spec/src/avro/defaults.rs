//! Whether defaults are values of their types.
//!
//! Source: Apache Avro specification 1.12, "Complex Types", the table of field default values: the
//! default of a union is a value of any of its branches. Up to 1.11 it had to be one of the first.

use serde_json::Value;

use super::model::{Default, Place, Primitive, Schema, TypeId, TypeKind};
use super::problem::{Problem, ProblemKind};

/// The spellings of numbers that JSON has none for.
const SPECIAL_NUMBERS: [&str; 5] = ["NaN", "INF", "-INF", "Infinity", "-Infinity"];

impl Schema<'_> {
    /// Marks the defaults that do not fit and lists them.
    pub(super) fn check_defaults(&mut self) {
        let mut found: Vec<(usize, Option<usize>, Place, ProblemKind)> = Vec::new();
        for (index, declared) in self.types.iter().enumerate() {
            match &declared.kind {
                TypeKind::Record(record) => {
                    for (position, field) in record.fields.iter().enumerate() {
                        let Some(default) = &field.default else {
                            continue;
                        };
                        if !self.fits(field.field_type, &default.value) {
                            let kind = ProblemKind::Default {
                                field: field.name.clone(),
                                expected: self.spelled(field.field_type),
                            };
                            found.push((index, Some(position), default.place, kind));
                        }
                    }
                }
                TypeKind::Enum(declared) => {
                    let is_symbol = |default: &Default| {
                        let mut symbols = declared.symbols.iter();
                        symbols.any(|symbol| default.value == symbol.name.as_str())
                    };
                    if let Some(default) = &declared.default
                        && !is_symbol(default)
                    {
                        let kind = ProblemKind::EnumDefault(declared.name.full.clone());
                        found.push((index, None, default.place, kind));
                    }
                }
                _ => {}
            }
        }
        for (index, field, place, kind) in found {
            let default = match (self.types.get_mut(index).map(|it| &mut it.kind), field) {
                (Some(TypeKind::Record(record)), Some(field)) => record
                    .fields
                    .get_mut(field)
                    .and_then(|field| field.default.as_mut()),
                (Some(TypeKind::Enum(declared)), None) => declared.default.as_mut(),
                _ => None,
            };
            if let Some(default) = default {
                default.fits = false;
            }
            if let Some(location) = self.location(place) {
                self.problems.push(Problem { kind, location });
            }
        }
        self.problems.sort_by(|a, b| a.location.cmp(&b.location));
    }

    /// How a type is called; a union by its branches.
    fn spelled(&self, id: TypeId) -> String {
        let one = |id: TypeId| self.get(id).kind.spelled().to_owned();
        match &self.get(id).kind {
            TypeKind::Union(branches) => {
                let branches: Vec<String> = branches.iter().map(|id| one(*id)).collect();
                format!("[{}]", branches.join(", "))
            }
            _ => one(id),
        }
    }

    /// Whether a type has a value. Values are no deeper than documents.
    fn fits(&self, id: TypeId, value: &Value) -> bool {
        match &self.get(id).kind {
            TypeKind::Primitive(primitive) => is_of(*primitive, value),
            TypeKind::Fixed(_) => value.is_string(),
            TypeKind::Enum(declared) => value.as_str().is_some_and(|text| {
                let mut symbols = declared.symbols.iter();
                // Readers take the default of the enum for what they do not know.
                declared.default.is_some() || symbols.any(|symbol| symbol.name == text)
            }),
            TypeKind::Array(items) => match value.as_array() {
                Some(list) => list.iter().all(|item| self.fits(*items, item)),
                None => false,
            },
            TypeKind::Map(values) => match value.as_object() {
                Some(members) => members.values().all(|value| self.fits(*values, value)),
                None => false,
            },
            TypeKind::Record(record) => value.as_object().is_some_and(|members| {
                record
                    .fields
                    .iter()
                    .all(|field| match members.get(&field.name) {
                        Some(value) => self.fits(field.field_type, value),
                        None => field.default.is_some(),
                    })
            }),
            TypeKind::Union(branches) => branches.iter().any(|id| self.fits(*id, value)),
        }
    }
}

fn is_of(primitive: Primitive, value: &Value) -> bool {
    match primitive {
        Primitive::Null => value.is_null(),
        Primitive::Boolean => value.is_boolean(),
        Primitive::Int => value.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
        Primitive::Long => value.is_i64(),
        Primitive::Float | Primitive::Double => {
            let is_special = |text| SPECIAL_NUMBERS.contains(&text);
            value.is_number() || value.as_str().is_some_and(is_special)
        }
        Primitive::Bytes | Primitive::String => value.is_string(),
    }
}
