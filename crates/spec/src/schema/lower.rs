//! From nodes to shapes.

mod all_of;
mod choices;

use std::collections::BTreeMap;

use pacto_document::{Kind, Node};

use super::bounds::BoundKind;
use super::shape::{Branch, Shape, Slot};
use super::{Dialect, TypeSet};
use crate::Documents;

/// Schemas merged into one shape; what lies beyond is compared branch by branch.
const PARTS_LIMIT: usize = 256;

/// Levels of `allOf` in `allOf` that are merged.
const MERGE_DEPTH: usize = 16;

/// The schemas of a document and of the files it refers to.
#[derive(Debug, Clone, Copy)]
pub struct Schemas<'s> {
    documents: &'s Documents<'s>,
    pub(super) asserts_formats: bool,
    pub(super) closes_objects: bool,
}

impl<'s> Schemas<'s> {
    /// Looks at the schemas of documents.
    pub fn new(documents: &'s Documents<'s>) -> Self {
        Self {
            documents,
            asserts_formats: false,
            closes_objects: false,
        }
    }

    /// The same schemas with verdicts that hold values to `format`, which is a mere remark
    /// otherwise. Formats that are not known stay remarks.
    #[must_use]
    pub fn asserting_formats(self) -> Self {
        Self {
            asserts_formats: true,
            ..self
        }
    }

    /// The same schemas with verdicts that refuse members of objects which no schema mentions, as
    /// a typed client does that was made from them. An object about which nothing is said stays
    /// open, and so does one that says what further members look like.
    #[must_use]
    pub fn closing_objects(self) -> Self {
        Self {
            closes_objects: true,
            ..self
        }
    }

    /// The documents.
    pub fn documents(self) -> &'s Documents<'s> {
        self.documents
    }

    /// What must hold of a value for which all of these schemas must hold. A choice of one branch
    /// is that branch.
    pub fn shape(self, nodes: &[Node<'s>]) -> Box<Shape<'s>> {
        self.lower(nodes, false)
    }

    /// The same with choices of one branch kept as choices, to be compared with longer ones.
    pub fn shape_with_choices(self, nodes: &[Node<'s>]) -> Box<Shape<'s>> {
        self.lower(nodes, true)
    }

    fn lower(self, nodes: &[Node<'s>], keeps_choices: bool) -> Box<Shape<'s>> {
        let mut lowering = Lowering {
            schemas: self,
            keeps_choices,
            // On the heap: whoever compares schemas in schemas has many at a time.
            shape: Box::new(Shape::new()),
            seen: Vec::new(),
            is_made_nullable: false,
            has_null_choice: false,
            refuses_null: false,
            choices_with_null: 0,
            has_null_value: false,
        };
        for node in nodes {
            lowering.add(*node, 0);
        }
        lowering.finish()
    }
}

/// A node: its document and its number in there.
type Identity = (usize, u32);

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact about null of its own; they do not form states"
)]
struct Lowering<'s> {
    schemas: Schemas<'s>,
    /// Choices of one branch stay choices.
    keeps_choices: bool,
    shape: Box<Shape<'s>>,
    /// Nodes that are part of the shape; a second time they say nothing new.
    seen: Vec<Identity>,
    /// Null was allowed beside the type.
    is_made_nullable: bool,
    /// Null is one of the branches of a choice.
    has_null_choice: bool,
    /// A type or a list of values beside such a choice lacks null.
    refuses_null: bool,
    /// How many such choices this lies in, each with one branch beside null.
    choices_with_null: usize,
    /// Null is one of the values of `enum`.
    has_null_value: bool,
}

impl<'s> Lowering<'s> {
    fn add(&mut self, node: Node<'s>, depth: usize) {
        if let Some(value) = node.as_bool() {
            if !value {
                self.shape.is_false = true;
                self.shape.parts.push(node);
            }
            return;
        }
        if node.kind() != Kind::Mapping {
            return;
        }
        let identity = node.identity();
        if self.seen.contains(&identity) || self.seen.len() >= PARTS_LIMIT {
            return;
        }
        self.seen.push(identity);
        let documents = self.schemas.documents;
        let dialect = documents.dialect(node);
        if let Some(reference) = node.get("$ref").and_then(Node::as_str) {
            match documents.resolve(node, reference) {
                // A shape has room for one choice.
                Ok(target) if has_choice(node) && self.may_have_choice(target, depth) => {
                    self.shape.all_of.push(referenced(reference, target));
                }
                Ok(target) => self.add(target, depth),
                Err(error) => self.shape.problems.push(crate::Problem {
                    error,
                    location: crate::place(node),
                }),
            }
            if !dialect.reads_beside_references() {
                return;
            }
        }
        let dynamic = node.get("$dynamicRef").and_then(Node::as_str);
        if let Some(reference) = dynamic.filter(|_| dialect.has_dynamic_references()) {
            match documents.resolve_dynamic(node, reference) {
                Ok(target) => self.add(target, depth),
                Err(error) => self.shape.problems.push(crate::Problem {
                    error,
                    location: crate::place(node),
                }),
            }
        }
        if node.get("$ref").is_none() || node.len() > 1 {
            self.shape.parts.push(node);
        }
        self.keywords(node, dialect, depth);
    }

    fn keywords(&mut self, node: Node<'s>, dialect: Dialect, depth: usize) {
        let mut declared = None;
        let mut is_nullable = false;
        let mut exclusive = (false, false);
        for (key, value) in node.entries() {
            let Some(key) = key.as_str() else { continue };
            let shape = &mut self.shape;
            match key {
                "type" => {
                    declared = Some(TypeSet::declared(value));
                    shape.type_node.get_or_insert(value);
                }
                "nullable" | "x-nullable" if dialect.nullable_keyword() == Some(key) => {
                    is_nullable = value.as_bool() == Some(true);
                }
                "format" => {
                    if let Some(text) = value.as_str() {
                        shape.format.get_or_insert((text, value));
                    }
                }
                "enum" => self.enumeration(value),
                // One spelling for what is null alone: its type.
                "const" if value.is_null() => {
                    shape.types = shape.types.intersection(TypeSet::NULL);
                    shape.type_node.get_or_insert(value);
                }
                "const" => {
                    shape.constant.get_or_insert(value);
                }
                "exclusiveMinimum" if value.as_bool().is_some() => {
                    exclusive.0 = value.as_bool() == Some(true);
                }
                "exclusiveMaximum" if value.as_bool().is_some() => {
                    exclusive.1 = value.as_bool() == Some(true);
                }
                "minimum" | "maximum" => {}
                "multipleOf" => {
                    shape.multiple_of.get_or_insert(value);
                }
                "pattern" => shape.patterns.push(value),
                "uniqueItems" if value.as_bool() == Some(true) => {
                    shape.unique_items.get_or_insert(value);
                }
                "contentEncoding" => {
                    shape.content_encoding.get_or_insert(value);
                }
                "contentMediaType" => {
                    shape.content_media_type.get_or_insert(value);
                }
                "properties" => extend(&mut shape.properties, value),
                "patternProperties" => extend(&mut shape.pattern_properties, value),
                "dependentSchemas" => extend(&mut shape.dependent_schemas, value),
                "dependentRequired" => {
                    let entries = value.entries();
                    shape
                        .dependent_required
                        .extend(entries.filter_map(|(key, value)| Some((key.as_str()?, value))));
                }
                "dependencies" => {
                    for (key, value) in value.entries() {
                        let Some(key) = key.as_str() else { continue };
                        if value.kind() == Kind::Sequence {
                            shape.dependent_required.insert(key, value);
                        } else {
                            shape.dependent_schemas.entry(key).or_default().push(value);
                        }
                    }
                }
                "required" if value.kind() == Kind::Sequence => {
                    shape.declares_required = true;
                    for name in value.items() {
                        if let Some(text) = name.as_str() {
                            shape.required.entry(text).or_insert(name);
                        }
                    }
                }
                "additionalProperties" => {
                    let is_stricter = value.as_bool() == Some(false);
                    if shape.additional_properties.is_none() || is_stricter {
                        shape.additional_properties = Some(value);
                    }
                }
                "prefixItems" => shape.prefix_items.extend(value.items()),
                "items" if value.kind() == Kind::Sequence => {
                    shape.prefix_items.extend(value.items());
                }
                "items" => slot(shape, Slot::Items, value),
                "additionalItems" if is_tuple(node) => slot(shape, Slot::Items, value),
                "contains" => slot(shape, Slot::Contains, value),
                "propertyNames" => slot(shape, Slot::PropertyNames, value),
                "not" => match takes_all(value) {
                    Some(true) => shape.is_false = true,
                    Some(false) => {}
                    None => slot(shape, Slot::Not, value),
                },
                "if" => slot(shape, Slot::If, value),
                "then" => slot(shape, Slot::Then, value),
                "else" => slot(shape, Slot::Else, value),
                "unevaluatedItems" => slot(shape, Slot::UnevaluatedItems, value),
                "unevaluatedProperties" => slot(shape, Slot::UnevaluatedProperties, value),
                "contentSchema" => slot(shape, Slot::ContentSchema, value),
                "allOf" => self.all_of(node, value, depth),
                "anyOf" | "oneOf" => self.alternatives(node, key, value, depth),
                "discriminator" => {
                    shape.discriminator.get_or_insert(value);
                }
                "default" => {
                    shape.default.get_or_insert(value);
                }
                "readOnly" => shape.is_read_only |= value.as_bool() == Some(true),
                "writeOnly" => shape.is_write_only |= value.as_bool() == Some(true),
                _ => {
                    if let Some(kind) = BoundKind::of_keyword(key) {
                        shape.bounds.add(kind, value);
                    }
                }
            }
        }
        self.limits(node, exclusive);
        if let Some(mut types) = declared {
            if is_nullable {
                types = types.union(TypeSet::NULL);
                self.has_null_value = true;
            }
            self.refuses_null |= self.choices_with_null == 0 && !types.contains(TypeSet::NULL);
            self.shape.types = self.shape.types.intersection(types);
        } else if is_nullable {
            self.is_made_nullable = true;
        }
    }

    /// `minimum` and `maximum`, which older drafts make exclusive by a boolean beside them.
    fn limits(&mut self, node: Node<'s>, exclusive: (bool, bool)) {
        let kind = |is_exclusive, inclusive, other| if is_exclusive { other } else { inclusive };
        if let Some(value) = node.get("minimum") {
            let kind = kind(exclusive.0, BoundKind::Minimum, BoundKind::ExclusiveMinimum);
            self.shape.bounds.add(kind, value);
        }
        if let Some(value) = node.get("maximum") {
            let kind = kind(exclusive.1, BoundKind::Maximum, BoundKind::ExclusiveMaximum);
            self.shape.bounds.add(kind, value);
        }
    }

    fn enumeration(&mut self, list: Node<'s>) {
        let values: Vec<Node<'s>> = list.items().filter(|value| !value.is_null()).collect();
        let has_null = values.len() < list.len();
        self.has_null_value |= has_null;
        self.refuses_null |= self.choices_with_null == 0 && !has_null;
        match &mut self.shape.enumeration {
            // Both lists must hold: what is left are the common values.
            Some((present, _)) => {
                present.retain(|value| values.iter().any(|other| other.value_eq(*value)));
            }
            empty => *empty = Some((values, list)),
        }
    }

    fn alternatives(&mut self, owner: Node<'s>, keyword: &str, list: Node<'s>, depth: usize) {
        let documents = self.schemas.documents;
        let is_null = |branch: Node<'s>| {
            let target = documents.follow(branch).unwrap_or(branch);
            let is_null_type = |node| TypeSet::declared(node) == TypeSet::NULL;
            let is_list_of_null =
                |list: Node<'s>| !list.is_empty() && list.items().all(Node::is_null);
            target.get("type").is_some_and(is_null_type)
                || target.get("const").is_some_and(Node::is_null)
                || target.get("enum").is_some_and(is_list_of_null)
        };
        let mut rest: Vec<Branch<'s>> = branches(list).collect();
        rest.retain(|branch| !is_null(branch.node));
        let has_null = rest.len() < list.len();
        if has_null && rest.is_empty() {
            self.shape.types = self.shape.types.intersection(TypeSet::NULL);
            self.shape.type_node.get_or_insert(list);
            return;
        }
        self.has_null_choice |= has_null;
        if let ([only], true) = (rest.as_slice(), depth < MERGE_DEPTH) {
            self.shape.has_single_choice = true;
            if !self.keeps_choices {
                let node = only.node;
                self.choices_with_null += usize::from(has_null);
                self.add(node, depth + 1);
                self.choices_with_null -= usize::from(has_null);
                return;
            }
        }
        let target = if keyword == "oneOf" {
            &mut self.shape.one_of
        } else {
            &mut self.shape.any_of
        };
        if !target.is_empty() && owner.get("$ref").is_none() {
            // Both choices must hold, and those of one list are any of all.
            self.shape.all_of.push(Branch {
                key: self.shape.all_of.len().to_string(),
                is_named: false,
                node: owner,
            });
            return;
        }
        target.extend(rest);
    }

    fn finish(self) -> Box<Shape<'s>> {
        let mut shape = self.shape;
        let is_made_nullable = self.is_made_nullable || self.has_null_choice && !self.refuses_null;
        shape.is_nullable = is_made_nullable || self.has_null_value;
        if is_made_nullable {
            shape.types = shape.types.union(TypeSet::NULL);
        }
        if let (Some(value), None) = (shape.constant, shape.type_node) {
            let null = if is_made_nullable {
                TypeSet::NULL
            } else {
                TypeSet::NONE
            };
            let own = TypeSet::of(value).union(null);
            shape.types = shape.types.intersection(own);
        }
        let is_null_alone = |(values, list): &(Vec<Node<'s>>, Node<'s>)| {
            (values.is_empty() && list.len() == 1).then_some(*list)
        };
        if let Some(list) = shape.enumeration.as_ref().and_then(is_null_alone) {
            shape.enumeration = None;
            shape.types = shape.types.intersection(TypeSet::NULL);
            shape.type_node.get_or_insert(list);
        }
        if let Some((values, _)) = &shape.enumeration {
            if shape.type_node.is_none() {
                shape.types = values
                    .iter()
                    .fold(TypeSet::NULL, |set, value| set.union(TypeSet::of(*value)));
            }
            if !self.has_null_value && !is_made_nullable {
                shape.types = shape.types.without(TypeSet::NULL);
            }
        }
        shape
    }
}

/// Whether a schema takes every value, or none; `None` where it depends on the value.
fn takes_all(schema: Node<'_>) -> Option<bool> {
    let is_empty = schema.kind() == Kind::Mapping && schema.is_empty();
    schema.as_bool().or(is_empty.then_some(true))
}

/// Whether a keyword is for readers: no value is held to it.
fn is_remark_key(key: &str) -> bool {
    const REMARKS: [&str; 7] = [
        "title",
        "description",
        "deprecated",
        "example",
        "examples",
        "externalDocs",
        "$comment",
    ];
    REMARKS.contains(&key) || key.starts_with("x-")
}

fn has_choice(node: Node<'_>) -> bool {
    node.get("anyOf").or_else(|| node.get("oneOf")).is_some()
}

fn referenced<'s>(reference: &'s str, target: Node<'s>) -> Branch<'s> {
    let name = reference.rsplit(['/', '#']).next().unwrap_or(reference);
    Branch {
        key: name.to_owned(),
        is_named: true,
        node: target,
    }
}

fn is_tuple(node: Node<'_>) -> bool {
    node.get("items")
        .is_some_and(|items| items.kind() == Kind::Sequence)
}

fn slot<'s>(shape: &mut Shape<'s>, slot: Slot, value: Node<'s>) {
    shape.slots.entry(slot).or_default().push(value);
}

fn extend<'s>(target: &mut BTreeMap<&'s str, Vec<Node<'s>>>, map: Node<'s>) {
    for (key, value) in map.entries() {
        if let Some(key) = key.as_str() {
            target.entry(key).or_default().push(value);
        }
    }
}

/// The branches of a list with their keys.
fn branches(list: Node<'_>) -> impl Iterator<Item = Branch<'_>> {
    list.items().enumerate().map(|(index, node)| {
        let reference = node
            .get("$ref")
            .and_then(Node::as_str)
            .and_then(|text| text.rsplit(['/', '#']).next())
            .filter(|name| !name.is_empty());
        let name = reference.or_else(|| node.get("title").and_then(Node::as_str));
        Branch {
            key: name.map_or_else(|| index.to_string(), str::to_owned),
            is_named: name.is_some(),
            node,
        }
    })
}
