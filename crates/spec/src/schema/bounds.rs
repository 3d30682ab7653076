//! Numeric limits: of numbers, lengths and counts.

use std::cmp::Ordering;

use pacto_document::{Node, Number};

use super::decimal::number_order;

/// A keyword that limits a number, a length or a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BoundKind {
    /// `minimum`
    Minimum,
    /// `maximum`
    Maximum,
    /// `exclusiveMinimum`, as a number
    ExclusiveMinimum,
    /// `exclusiveMaximum`, as a number
    ExclusiveMaximum,
    /// `minLength`
    MinLength,
    /// `maxLength`
    MaxLength,
    /// `minItems`
    MinItems,
    /// `maxItems`
    MaxItems,
    /// `minProperties`
    MinProperties,
    /// `maxProperties`
    MaxProperties,
    /// `minContains`
    MinContains,
    /// `maxContains`
    MaxContains,
}

impl BoundKind {
    /// All kinds, in the order their keywords are compared.
    pub const ALL: [Self; 12] = [
        Self::Minimum,
        Self::Maximum,
        Self::ExclusiveMinimum,
        Self::ExclusiveMaximum,
        Self::MinLength,
        Self::MaxLength,
        Self::MinItems,
        Self::MaxItems,
        Self::MinProperties,
        Self::MaxProperties,
        Self::MinContains,
        Self::MaxContains,
    ];

    /// The keyword.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::ExclusiveMinimum => "exclusiveMinimum",
            Self::ExclusiveMaximum => "exclusiveMaximum",
            Self::MinLength => "minLength",
            Self::MaxLength => "maxLength",
            Self::MinItems => "minItems",
            Self::MaxItems => "maxItems",
            Self::MinProperties => "minProperties",
            Self::MaxProperties => "maxProperties",
            Self::MinContains => "minContains",
            Self::MaxContains => "maxContains",
        }
    }

    /// The kind of a keyword.
    pub fn of_keyword(keyword: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.keyword() == keyword)
    }

    /// Whether a greater limit allows less.
    pub fn is_lower(self) -> bool {
        matches!(
            self,
            Self::Minimum
                | Self::ExclusiveMinimum
                | Self::MinLength
                | Self::MinItems
                | Self::MinProperties
                | Self::MinContains
        )
    }

    /// The limit that holds when nothing is written, where that is a number.
    fn implied(self) -> Option<f64> {
        match self {
            Self::MinLength | Self::MinItems | Self::MinProperties => Some(0.0),
            Self::MinContains => Some(1.0),
            _ => None,
        }
    }
}

/// A limit and where it is written.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'s> {
    /// The number.
    pub value: Number,
    /// The node of the number.
    pub node: Node<'s>,
}

/// The limits of a schema, by kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Bounds<'s>([Option<Bound<'s>>; 12]);

impl<'s> Bounds<'s> {
    pub(super) fn get(&self, kind: BoundKind) -> Option<Bound<'s>> {
        self.0.get(kind as usize).copied().flatten()
    }

    /// Adds a limit; the tighter one of two counts, and one that says nothing does not.
    pub(super) fn add(&mut self, kind: BoundKind, node: Node<'s>) {
        let Some(value) = node.as_number() else {
            return;
        };
        if kind.implied() == Some(value.to_f64()) {
            return;
        }
        let Some(slot) = self.0.get_mut(kind as usize) else {
            return;
        };
        let is_tighter = slot.is_none_or(|present| {
            let order = number_order(value, present.value);
            if kind.is_lower() {
                order == Ordering::Greater
            } else {
                order == Ordering::Less
            }
        });
        if is_tighter {
            *slot = Some(Bound { value, node });
        }
    }
}
