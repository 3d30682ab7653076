//! The fifteen scalar types.

/// A scalar type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the variants are the names of the language")]
pub enum Scalar {
    Double,
    Float,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Sint32,
    Sint64,
    Fixed32,
    Fixed64,
    Sfixed32,
    Sfixed64,
    Bool,
    String,
    Bytes,
}

const NAMES: &[(&str, Scalar)] = &[
    ("double", Scalar::Double),
    ("float", Scalar::Float),
    ("int32", Scalar::Int32),
    ("int64", Scalar::Int64),
    ("uint32", Scalar::Uint32),
    ("uint64", Scalar::Uint64),
    ("sint32", Scalar::Sint32),
    ("sint64", Scalar::Sint64),
    ("fixed32", Scalar::Fixed32),
    ("fixed64", Scalar::Fixed64),
    ("sfixed32", Scalar::Sfixed32),
    ("sfixed64", Scalar::Sfixed64),
    ("bool", Scalar::Bool),
    ("string", Scalar::String),
    ("bytes", Scalar::Bytes),
];

impl Scalar {
    /// Reads the keyword.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(word, _)| *word == name)
            .map(|(_, scalar)| *scalar)
    }

    /// The keyword.
    pub fn name(self) -> &'static str {
        NAMES
            .iter()
            .find(|(_, scalar)| *scalar == self)
            .map_or("", |(word, _)| word)
    }

    /// True for types whose repeated fields can be packed.
    pub fn is_packable(self) -> bool {
        !matches!(self, Self::String | Self::Bytes)
    }

    /// True for types that the language allows as key of a map.
    pub fn is_map_key(self) -> bool {
        !matches!(self, Self::Double | Self::Float | Self::Bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_its_type_and_back() {
        for (name, scalar) in NAMES {
            assert_eq!(Scalar::from_name(name), Some(*scalar));
            assert_eq!(scalar.name(), *name);
        }
        assert_eq!(Scalar::from_name("int"), None);
    }
}
