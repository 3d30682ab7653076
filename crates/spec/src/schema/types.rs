//! Sets of JSON types.

use pacto_document::{Kind, Node};

/// A set of JSON types. Numbers are two members, integers and other numbers, so that `integer`
/// is a part of `number`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeSet(u8);

const WORDS: [(&str, TypeSet); 7] = [
    ("null", TypeSet::NULL),
    ("boolean", TypeSet::BOOLEAN),
    ("number", TypeSet::NUMBER),
    ("integer", TypeSet::INTEGER),
    ("string", TypeSet::STRING),
    ("array", TypeSet::ARRAY),
    ("object", TypeSet::OBJECT),
];

impl TypeSet {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// `null`
    pub const NULL: Self = Self(1);
    /// `boolean`
    pub const BOOLEAN: Self = Self(1 << 1);
    /// `integer`
    pub const INTEGER: Self = Self(1 << 2);
    /// `number`: integers and the others.
    pub const NUMBER: Self = Self(1 << 2 | 1 << 3);
    /// `string`
    pub const STRING: Self = Self(1 << 4);
    /// `array`
    pub const ARRAY: Self = Self(1 << 5);
    /// `object`
    pub const OBJECT: Self = Self(1 << 6);
    /// Everything.
    pub const ANY: Self = Self(0x7f);

    /// The set a word of JSON Schema stands for; `file` of Swagger 2.0 is text.
    pub fn word(word: &str) -> Option<Self> {
        if word == "file" {
            return Some(Self::STRING);
        }
        WORDS
            .iter()
            .find_map(|(name, set)| (*name == word).then_some(*set))
    }

    /// The type of a value.
    pub fn of(value: Node<'_>) -> Self {
        match value.kind() {
            Kind::Null => Self::NULL,
            Kind::Bool => Self::BOOLEAN,
            Kind::Number if value.as_i64().is_some() => Self::INTEGER,
            Kind::Number => Self::NUMBER,
            Kind::String => Self::STRING,
            Kind::Sequence => Self::ARRAY,
            Kind::Mapping => Self::OBJECT,
        }
    }

    /// The value of `type`: a word or a list of words. Unknown words allow anything.
    pub fn declared(node: Node<'_>) -> Self {
        let word = |node: Node<'_>| {
            node.as_str()
                .and_then(Self::word)
                .unwrap_or(if node.is_null() {
                    Self::NULL
                } else {
                    Self::ANY
                })
        };
        if node.kind() == Kind::Sequence {
            node.items()
                .fold(Self::NONE, |set, item| set.union(word(item)))
        } else {
            word(node)
        }
    }

    /// Members of both.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
    /// Members of either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    /// Members of this set only.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
    /// Whether all members of another set are in this one.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
    /// Whether the set has no members.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// The words of the set in the order of JSON Schema: `["number", "string"]`.
    pub fn words(self) -> Vec<&'static str> {
        WORDS
            .iter()
            .filter(|(word, set)| {
                self.contains(*set) && !(*word == "integer" && self.contains(Self::NUMBER))
            })
            .map(|(word, _)| *word)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_numbers() {
        assert!(TypeSet::NUMBER.contains(TypeSet::INTEGER));
        assert!(!TypeSet::INTEGER.contains(TypeSet::NUMBER));
        assert_eq!(TypeSet::NUMBER.words(), ["number"]);
        assert_eq!(
            TypeSet::INTEGER.union(TypeSet::NULL).words(),
            ["null", "integer"]
        );
    }
}
