//! Which types can stand for each other, on the wire and in JSON.

use pacto_spec::protobuf::{Cardinality, Enum, FieldType, Scalar, Schema};

/// What a change of type keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Compatibility {
    pub(super) wire: bool,
    pub(super) json: bool,
}

/// Compares two types; `old` has the names of the new side, `old_name` its own.
pub(super) fn compatibility(
    old: &FieldType,
    new: &FieldType,
    old_enum: Option<&Enum>,
    schema: &Schema,
) -> Compatibility {
    match (old, new) {
        (FieldType::Scalar(old), FieldType::Scalar(new)) => Compatibility {
            wire: wire_group(*old) == wire_group(*new)
                || (*old == Scalar::String && *new == Scalar::Bytes),
            json: json_group(*old) == json_group(*new),
        },
        (FieldType::Enum(_), FieldType::Enum(name)) => {
            let is_superset = match (old_enum, schema.enums.get(name)) {
                (Some(old), Some(new)) => old.values.iter().all(|value| {
                    new.values
                        .iter()
                        .any(|other| other.number == value.number && other.name == value.name)
                }),
                _ => false,
            };
            Compatibility {
                wire: is_superset,
                json: is_superset,
            }
        }
        _ => Compatibility {
            wire: false,
            json: false,
        },
    }
}

fn wire_group(scalar: Scalar) -> u8 {
    match scalar {
        Scalar::Int32 | Scalar::Int64 | Scalar::Uint32 | Scalar::Uint64 | Scalar::Bool => 1,
        Scalar::Sint32 | Scalar::Sint64 => 2,
        Scalar::Fixed32 | Scalar::Sfixed32 => 3,
        Scalar::Fixed64 | Scalar::Sfixed64 => 4,
        Scalar::String => 5,
        Scalar::Bytes => 6,
        Scalar::Double => 7,
        Scalar::Float => 8,
    }
}

fn json_group(scalar: Scalar) -> u8 {
    match scalar {
        Scalar::Int32 | Scalar::Uint32 => 1,
        Scalar::Int64 | Scalar::Uint64 => 2,
        Scalar::Fixed32 | Scalar::Sfixed32 => 3,
        Scalar::Fixed64 | Scalar::Sfixed64 => 4,
        Scalar::String => 5,
        Scalar::Bytes => 6,
        Scalar::Double => 7,
        Scalar::Float => 8,
        Scalar::Bool => 9,
        Scalar::Sint32 => 10,
        Scalar::Sint64 => 11,
    }
}

/// Maps are lists of entries on the wire, and objects in JSON.
pub(super) fn cardinality(old: Cardinality, new: Cardinality) -> Compatibility {
    let group = |cardinality, is_json| match cardinality {
        Cardinality::Explicit | Cardinality::Implicit => 1,
        Cardinality::Required => 2,
        Cardinality::Repeated => 3,
        Cardinality::Map => 3 + u8::from(is_json),
    };
    Compatibility {
        wire: group(old, false) == group(new, false),
        json: group(old, true) == group(new, true),
    }
}

pub(super) fn cardinality_word(cardinality: Cardinality) -> &'static str {
    match cardinality {
        Cardinality::Required => "required",
        Cardinality::Explicit => "optional",
        Cardinality::Implicit => "implicit",
        Cardinality::Repeated => "repeated",
        Cardinality::Map => "map",
    }
}
