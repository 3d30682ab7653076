//! What one schema says, whatever dialect it is written in.

use std::collections::BTreeMap;

use pacto_document::Node;

use super::TypeSet;
use super::bounds::{Bound, BoundKind, Bounds};
use crate::Problem;

/// A keyword whose value is one schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// `items` (in drafts with tuples, what follows them)
    Items,
    /// `contains`
    Contains,
    /// `propertyNames`
    PropertyNames,
    /// `not`
    Not,
    /// `if`
    If,
    /// `then`
    Then,
    /// `else`
    Else,
    /// `unevaluatedItems`
    UnevaluatedItems,
    /// `unevaluatedProperties`
    UnevaluatedProperties,
    /// `contentSchema`
    ContentSchema,
}

impl Slot {
    /// All slots in the order they are compared.
    pub const ALL: [Self; 10] = [
        Self::Items,
        Self::Contains,
        Self::PropertyNames,
        Self::Not,
        Self::If,
        Self::Then,
        Self::Else,
        Self::UnevaluatedItems,
        Self::UnevaluatedProperties,
        Self::ContentSchema,
    ];

    /// The keyword of draft 2020-12.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Contains => "contains",
            Self::PropertyNames => "propertyNames",
            Self::Not => "not",
            Self::If => "if",
            Self::Then => "then",
            Self::Else => "else",
            Self::UnevaluatedItems => "unevaluatedItems",
            Self::UnevaluatedProperties => "unevaluatedProperties",
            Self::ContentSchema => "contentSchema",
        }
    }
}

/// One branch of `allOf`, `anyOf` or `oneOf`.
#[derive(Debug, Clone)]
pub struct Branch<'s> {
    /// Last segment of the reference, else the title, else the position.
    pub key: String,
    /// Whether the key is more than a position.
    pub is_named: bool,
    /// The branch as written.
    pub node: Node<'s>,
}

/// What one schema says: everything that must hold of a value at this place.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a keyword of its own; they do not form states"
)]
pub struct Shape<'s> {
    /// The nodes that say it, references followed.
    pub parts: Vec<Node<'s>>,
    /// `false`: nothing is valid.
    pub is_false: bool,
    /// Types a value may have, null included.
    pub types: TypeSet,
    /// Null was allowed beside the type, or beside a choice: by a keyword, a branch or a value.
    pub is_nullable: bool,
    /// Where `type` is written.
    pub type_node: Option<Node<'s>>,
    /// `format`
    pub format: Option<(&'s str, Node<'s>)>,
    /// `enum` without null, and where it is written.
    pub enumeration: Option<(Vec<Node<'s>>, Node<'s>)>,
    /// `const`
    pub constant: Option<Node<'s>>,
    pub(super) bounds: Bounds<'s>,
    /// `multipleOf`
    pub multiple_of: Option<Node<'s>>,
    /// `pattern`
    pub patterns: Vec<Node<'s>>,
    /// `uniqueItems: true`
    pub unique_items: Option<Node<'s>>,
    /// `contentEncoding`
    pub content_encoding: Option<Node<'s>>,
    /// `contentMediaType`
    pub content_media_type: Option<Node<'s>>,
    /// `properties`: everything that must hold of each.
    pub properties: BTreeMap<&'s str, Vec<Node<'s>>>,
    /// `required` by name, with the node of the name.
    pub required: BTreeMap<&'s str, Node<'s>>,
    /// Some part of the schema has the keyword `required`.
    pub declares_required: bool,
    /// `additionalProperties`
    pub additional_properties: Option<Node<'s>>,
    /// `patternProperties`
    pub pattern_properties: BTreeMap<&'s str, Vec<Node<'s>>>,
    /// `dependentSchemas`, and schemas in `dependencies`
    pub dependent_schemas: BTreeMap<&'s str, Vec<Node<'s>>>,
    /// `dependentRequired`, and lists in `dependencies`
    pub dependent_required: BTreeMap<&'s str, Node<'s>>,
    /// `prefixItems`, and lists in `items`
    pub prefix_items: Vec<Node<'s>>,
    /// Keywords with one schema.
    pub slots: BTreeMap<Slot, Vec<Node<'s>>>,
    /// Branches of `allOf` that are not merged.
    pub all_of: Vec<Branch<'s>>,
    /// `anyOf`
    pub any_of: Vec<Branch<'s>>,
    /// `oneOf`
    pub one_of: Vec<Branch<'s>>,
    /// A choice has one branch only, beside null.
    pub has_single_choice: bool,
    /// `discriminator`
    pub discriminator: Option<Node<'s>>,
    /// `default`
    pub default: Option<Node<'s>>,
    /// `readOnly: true`
    pub is_read_only: bool,
    /// `writeOnly: true`
    pub is_write_only: bool,
    /// What could not be understood.
    pub problems: Vec<Problem>,
}

impl<'s> Shape<'s> {
    pub(super) fn new() -> Self {
        Self {
            parts: Vec::new(),
            is_false: false,
            types: TypeSet::ANY,
            is_nullable: false,
            type_node: None,
            format: None,
            enumeration: None,
            constant: None,
            bounds: Bounds::default(),
            multiple_of: None,
            patterns: Vec::new(),
            unique_items: None,
            content_encoding: None,
            content_media_type: None,
            properties: BTreeMap::new(),
            required: BTreeMap::new(),
            declares_required: false,
            additional_properties: None,
            pattern_properties: BTreeMap::new(),
            dependent_schemas: BTreeMap::new(),
            dependent_required: BTreeMap::new(),
            prefix_items: Vec::new(),
            slots: BTreeMap::new(),
            all_of: Vec::new(),
            any_of: Vec::new(),
            one_of: Vec::new(),
            has_single_choice: false,
            discriminator: None,
            default: None,
            is_read_only: false,
            is_write_only: false,
            problems: Vec::new(),
        }
    }

    /// A limit.
    pub fn bound(&self, kind: BoundKind) -> Option<Bound<'s>> {
        self.bounds.get(kind)
    }

    /// The first node that says something; `None` for a schema that says nothing.
    pub fn node(&self) -> Option<Node<'s>> {
        self.parts.first().copied()
    }

    /// Whether properties that are not named are refused.
    pub fn is_closed(&self) -> bool {
        self.additional_properties
            .is_some_and(|node| node.as_bool() == Some(false))
    }

    /// Whether the schema lists its values by `enum`, or has one by `const`.
    pub fn lists_values(&self) -> bool {
        self.enumeration.is_some() || self.constant.is_some()
    }

    /// Reads one value, and a choice between values, as the list of values that it is; a schema
    /// that has such a list stays as it is.
    pub(super) fn list_values(&mut self, choice: Option<Vec<Node<'s>>>) {
        if self.enumeration.is_some() {
            return;
        }
        if let Some(value) = self.constant.take() {
            self.enumeration = Some((vec![value], value));
            self.types = self.types.intersection(TypeSet::of(value));
            return;
        }
        let owner = self.one_of.first().or(self.any_of.first());
        if let (Some(values), Some(owner)) = (choice, owner.map(|branch| branch.node)) {
            if self.type_node.is_none() {
                let null = if self.is_nullable {
                    TypeSet::NULL
                } else {
                    TypeSet::NONE
                };
                let types = values.iter().map(|value| TypeSet::of(*value));
                self.types = types.fold(null, TypeSet::union);
            }
            self.enumeration = Some((values, owner));
            self.one_of.clear();
            self.any_of.clear();
        }
    }

    /// Whether null is a value where the types are those of a choice.
    pub fn allows_null(&self) -> bool {
        if self.type_node.is_some() {
            self.types.contains(TypeSet::NULL)
        } else {
            self.is_nullable
        }
    }
}
