//! The same said in other words, as by another version of a dialect: both sides are brought to one
//! spelling before they are compared. A spelling that both sides share stays.

use pacto_document::Node;
use pacto_spec::schema::{Schemas, Shape, Slot, TypeSet};

/// Brings two shapes to one spelling.
pub(super) fn unify<'s>(
    schemas: (Schemas<'s>, Schemas<'s>),
    before: &mut Shape<'s>,
    after: &mut Shape<'s>,
) {
    values(schemas, before, after);
    types(schemas.0, before, after);
    types(schemas.1, after, before);
    contents(before, after);
    contents(after, before);
    further_properties(before, after);
    further_properties(after, before);
}

/// `const`, `enum` and a choice between values.
fn values<'s>(schemas: (Schemas<'s>, Schemas<'s>), before: &mut Shape<'s>, after: &mut Shape<'s>) {
    let is_listed = |schemas: Schemas<'s>, shape: &Shape<'s>| {
        shape.lists_values() || schemas.is_choice_of_values(shape)
    };
    let word = |shape: &Shape<'_>| (shape.enumeration.is_some(), shape.constant.is_some());
    if word(before) != word(after) && is_listed(schemas.0, before) && is_listed(schemas.1, after) {
        schemas.0.list_values(before);
        schemas.1.list_values(after);
    }
}

/// A choice between types where the other side has a list of several.
fn types<'s>(schemas: Schemas<'s>, shape: &mut Shape<'s>, other: &Shape<'s>) {
    let is_choice = !(other.one_of.is_empty() && other.any_of.is_empty());
    let words = other.types.without(TypeSet::NULL).words();
    if !is_choice && other.type_node.is_some() && words.len() > 1 {
        schemas.list_types(shape);
    }
}

/// `format: byte` is `contentEncoding: base64` since OpenAPI 3.1, and `format: binary` a media type.
fn contents(old: &mut Shape<'_>, new: &mut Shape<'_>) {
    let (Some((format, _)), None) = (old.format, new.format) else {
        return;
    };
    let encoding = new.content_encoding.and_then(Node::as_str);
    let is_base64 = encoding.is_some_and(|it| it.eq_ignore_ascii_case("base64"));
    if format == "byte" && is_base64 && old.content_encoding.is_none() {
        old.format = None;
        new.content_encoding = None;
    }
    let has_media_type = new.content_media_type.is_some() && old.content_media_type.is_none();
    if format == "binary" && has_media_type {
        old.format = None;
        new.content_media_type = None;
    }
}

/// Where nothing else describes properties, `unevaluatedProperties` is `additionalProperties`, and
/// beside that it has nothing left to say.
fn further_properties<'s>(shape: &mut Shape<'s>, other: &Shape<'s>) {
    let has_more = shape.parts.len() > 1
        || !shape.all_of.is_empty()
        || !shape.any_of.is_empty()
        || !shape.one_of.is_empty()
        || !shape.dependent_schemas.is_empty()
        || shape.slots.contains_key(&Slot::If);
    if has_more {
        return;
    }
    if shape.additional_properties.is_some() {
        shape.slots.remove(&Slot::UnevaluatedProperties);
    } else if other.additional_properties.is_some() {
        let schemas = shape.slots.remove(&Slot::UnevaluatedProperties);
        shape.additional_properties = schemas.and_then(|list| list.first().copied());
    }
}
