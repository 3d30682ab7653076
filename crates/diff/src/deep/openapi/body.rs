//! Request bodies, and the representations of bodies on both sides of an operation.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;
use pacto_spec::openapi::{Media, RequestBody};
use serde_json::Value;

use super::media_types::{self, NameChange, Pairs};
use super::{At, Walk, part_order, place};
use crate::deep::finding::Order;
use crate::deep::place::Position;
use crate::deep::schema::delta::bracketed;
use crate::deep::writing::Writing;
use crate::detect::paired;

/// A body and how its findings are called.
pub(super) struct Body<'b> {
    pub(super) at: &'b At<'b>,
    pub(super) path: &'b str,
    pub(super) title: &'b str,
    pub(super) position: Position,
    pub(super) part: u8,
    pub(super) key: &'b str,
}

impl<'s> Walk<'s> {
    pub(super) fn request_body(
        &mut self,
        at: &At<'_>,
        old: Option<&RequestBody<'s>>,
        new: Option<&RequestBody<'s>>,
    ) {
        let path = format!("{}.request-body", at.path);
        let title = format!("{} request body", at.title);
        let order = part_order(at, 2, "");
        let (old, new) = match (old, new) {
            (None, None) => return,
            (Some(old), Some(new)) => (old, new),
            (old, new) => {
                let rule = match new {
                    None => "request-body-removed",
                    Some(body) if body.is_required => "request-body-added-required",
                    Some(_) => "request-body-added-optional",
                };
                let nodes = (old.map(|it| it.node), new.map(|it| it.node));
                self.simple(rule, path, &order, nodes, &title);
                return;
            }
        };
        if old.is_required != new.is_required {
            let rule = if new.is_required {
                "request-body-became-required"
            } else {
                "request-body-became-optional"
            };
            let values = (old.is_required.into(), new.is_required.into());
            let nodes = (old.node, new.node);
            self.field(
                rule,
                format!("{path}.required"),
                &order,
                nodes,
                values,
                &title,
            );
        }
        self.content(
            &Body {
                at,
                path: &path,
                title: &title,
                position: Position::RequestBody,
                part: 2,
                key: "",
            },
            &old.content,
            &new.content,
        );
    }

    pub(super) fn content(
        &mut self,
        body: &Body<'_>,
        old: &BTreeMap<&'s str, Media<'s>>,
        new: &BTreeMap<&'s str, Media<'s>>,
    ) {
        let is_request = body.position == Position::RequestBody;
        let order = part_order(body.at, body.part, body.key);
        let is_same_only_one = old.len() == 1 && new.len() == 1 && old.keys().eq(new.keys());
        let Pairs { both, gone, come } = media_types::paired(old, new, is_request);
        let mut told = BTreeSet::new();
        for (before, after) in both {
            let path = if is_same_only_one {
                body.path.to_owned()
            } else {
                format!("{}.content[{}]", body.path, after.0)
            };
            // Several old names may go by one new name, which may have been there all along.
            let is_told = is_request && (old.contains_key(after.0) || !told.insert(after.0));
            if before.0 != after.0 && !is_told {
                self.media_type_name(body, &path, &order, before, after);
            }
            self.comparer.writing = media_types::writing(after.0);
            self.media(body, &path, &order, *before.1, *after.1);
            self.comparer.writing = Writing::default();
            if is_request && self.findings.caller.is_none() {
                self.encodings((&path, body.title), &order, *before.1, *after.1);
            }
        }
        let rules = if is_request {
            [
                "request-body-media-type-removed",
                "request-body-media-type-added",
            ]
        } else {
            ["response-media-type-removed", "response-media-type-added"]
        };
        let gone = gone.into_iter().map(|it| (rules[0], it, true));
        let come = come.into_iter().map(|it| (rules[1], it, false));
        for (rule, (name, media), is_gone) in gone.chain(come) {
            let path = format!("{}.content[{name}]", body.path);
            let node = Some(media.node);
            let nodes = if is_gone { (node, None) } else { (None, node) };
            let title = format!("{} {name}", body.title);
            self.simple(rule, path, &order, nodes, &title);
        }
    }

    /// A representation under another name, which says the same or nearly so.
    fn media_type_name(
        &mut self,
        body: &Body<'_>,
        path: &str,
        order: &Order,
        (old_name, old): (&'s str, &Media<'s>),
        (new_name, new): (&'s str, &Media<'s>),
    ) {
        if body.position == Position::RequestBody {
            // What was accepted still is: the new name takes in the old one.
            let nodes = (None, Some(new.node));
            let title = format!("{} {new_name}", body.title);
            let rule = "request-body-media-type-added";
            self.simple(rule, path.to_owned(), order, nodes, &title);
            return;
        }
        let value = |text: &str| Value::from(text);
        let nodes = (old.node, new.node);
        for change in media_types::changes(old_name, new_name) {
            match change {
                NameChange::Name(rule) => {
                    let values = (value(old_name), value(new_name));
                    self.field(rule, path.to_owned(), order, nodes, values, body.title);
                }
                NameChange::Parameter(rule, name, before, after) => {
                    let path = format!("{path}.parameters[{name}]");
                    let value = |text: Option<String>| text.map_or(Value::Null, Value::from);
                    let values = (value(before), value(after));
                    self.field(rule, path, order, nodes, values, body.title);
                }
            }
        }
    }

    /// How the parts of a form are written.
    fn encodings(
        &mut self,
        (path, title): (&str, &str),
        order: &Order,
        old: Media<'s>,
        new: Media<'s>,
    ) {
        let encodings = (old.node.get("encoding"), new.node.get("encoding"));
        for (name, before, after) in paired(encodings.0, encodings.1) {
            let (before, after) = (before.map(|it| it.value), after.map(|it| it.value));
            let path = format!("{path}.encoding[{}]", bracketed(&name));
            let nodes = (before.unwrap_or(old.node), after.unwrap_or(new.node));
            let value = |node: Option<Node<'_>>, key: &str| {
                let value = node.and_then(|node| node.get(key));
                value.and_then(Node::to_json).unwrap_or(Value::Null)
            };
            for (keyword, rule) in [
                ("contentType", "request-body-encoding-content-type-changed"),
                ("style", "request-body-encoding-style-changed"),
                ("explode", "request-body-encoding-style-changed"),
            ] {
                let values = (value(before, keyword), value(after, keyword));
                if values.0 != values.1 {
                    self.field(
                        rule,
                        format!("{path}.{keyword}"),
                        order,
                        nodes,
                        values,
                        title,
                    );
                }
            }
            let headers = |node: Option<Node<'s>>| node.and_then(|node| node.get("headers"));
            for (header, old, new) in paired(headers(before), headers(after)) {
                let is_required =
                    |node: Node<'_>| node.get("required").and_then(Node::as_bool) == Some(true);
                let new = new.map(|it| it.value).filter(|it| is_required(*it));
                if let Some(new) = new
                    && !old.is_some_and(|old| is_required(old.value))
                {
                    let path = format!("{path}.headers[{}]", bracketed(&header.to_lowercase()));
                    let rule = "request-body-encoding-headers-required-added";
                    self.simple(rule, path, order, (None, Some(new)), title);
                }
            }
        }
    }

    /// The schemas of one representation.
    fn media(
        &mut self,
        body: &Body<'_>,
        path: &str,
        order: &Order,
        old: Media<'s>,
        new: Media<'s>,
    ) {
        let is_request = body.position == Position::RequestBody;
        let mut compare = |keyword: &str, old: Option<Node<'s>>, new: Option<Node<'s>>, rules| {
            let root = format!("{path}.{keyword}");
            let [added, removed]: [&str; 2] = rules;
            match (old, new) {
                (None, None) => {}
                (Some(old), Some(new)) => {
                    let (part, key) = (body.part, body.key);
                    let place = place(body.at, root, body.position, body.title, part, key);
                    self.schemas(&place, body.path, old, new);
                }
                (None, new) => self.simple(added, root, order, (None, new), body.title),
                (old, None) => self.simple(removed, root, order, (old, None), body.title),
            }
        };
        let rules = if is_request {
            [
                "request-body-media-type-schema-added",
                "request-body-media-type-schema-removed",
            ]
        } else {
            [
                "response-body-media-type-schema-added",
                "response-body-media-type-schema-removed",
            ]
        };
        compare("schema", old.schema, new.schema, rules);
        let rules = match (is_request, new.schema) {
            (true, _) => [
                "request-body-media-type-item-schema-added",
                "request-body-media-type-item-schema-removed",
            ],
            (false, Some(_)) => [
                "response-body-media-type-item-schema-added",
                "response-body-media-type-item-schema-removed",
            ],
            (false, None) => [
                "response-body-media-type-item-schema-added",
                "response-body-media-type-item-schema-removed-untyped",
            ],
        };
        compare("itemSchema", old.item_schema, new.item_schema, rules);
    }
}
