//! Request bodies, and the representations of bodies on both sides of an operation.

use std::collections::{BTreeMap, BTreeSet};

use pacto_spec::openapi::{Media, RequestBody};

use super::{At, Walk, part_order, place};
use crate::deep::place::Position;

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
        let order = part_order(body.at, body.part, body.key);
        let is_request = body.position == Position::RequestBody;
        let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        let is_only_one = names.len() == 1;
        for name in names {
            let path = format!("{}.content[{name}]", body.path);
            let (before, after) = match (old.get(name), new.get(name)) {
                (Some(before), Some(after)) => (before, after),
                (before, after) => {
                    let rule = match (is_request, after.is_some()) {
                        (true, true) => "request-body-media-type-added",
                        (true, false) => "request-body-media-type-removed",
                        (false, true) => "response-media-type-added",
                        (false, false) => "response-media-type-removed",
                    };
                    let nodes = (before.map(|it| it.node), after.map(|it| it.node));
                    let title = format!("{} {name}", body.title);
                    self.simple(rule, path, &order, nodes, &title);
                    continue;
                }
            };
            let root = if is_only_one {
                format!("{}.schema", body.path)
            } else {
                format!("{path}.schema")
            };
            match (before.schema, after.schema) {
                (None, None) => {}
                (Some(old), Some(new)) => {
                    let (part, key) = (body.part, body.key);
                    let place = place(body.at, root, body.position, body.title, part, key);
                    self.schemas(&place, body.path, old, new);
                }
                (old, new) => {
                    let rule = match (is_request, new.is_some()) {
                        (true, true) => "request-body-media-type-schema-added",
                        (true, false) => "request-body-media-type-schema-removed",
                        (false, true) => "response-body-media-type-schema-added",
                        (false, false) => "response-body-media-type-schema-removed",
                    };
                    self.simple(rule, root, &order, (old, new), body.title);
                }
            }
        }
    }
}
