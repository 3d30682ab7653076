//! One operation on both sides.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;
use pacto_spec::openapi::{Media, PathItem, Response};
use serde_json::Value;

use super::{At, Walk, part_order, place};
use crate::SideName;
use crate::deep::finding::Order;
use crate::deep::place::Position;

/// Representations by media type.
type Content<'s> = BTreeMap<&'s str, Media<'s>>;

impl<'s> Walk<'s> {
    pub(super) fn operation(
        &mut self,
        at: &At<'_>,
        old: PathItem<'s>,
        new: PathItem<'s>,
        method: &str,
    ) {
        let (Some(old), Some(new)) = (old.operation(method), new.operation(method)) else {
            return;
        };
        for (side, operation) in [(SideName::Old, &old), (SideName::New, &new)] {
            if !operation.problems.is_empty() {
                self.found.incomplete.push(at.path.clone());
            }
            let problems = operation.problems.iter().cloned();
            self.found
                .problems
                .extend(problems.map(|problem| (side, problem)));
        }
        self.lifecycle(at, old.node, new.node);
        self.operation_id(at, old.operation_id, new.operation_id, (old.node, new.node));
        self.parameters(at, &old, &new);
        self.request_body(at, old.request_body.as_ref(), new.request_body.as_ref());
        self.statuses(at, None, &old.responses, &new.responses);
        self.callbacks(at, &old.callbacks, &new.callbacks);
        self.operation_security(at, old.security.as_deref(), new.security.as_deref());
    }

    fn operation_id(
        &mut self,
        at: &At<'_>,
        old: Option<&str>,
        new: Option<&str>,
        nodes: (Node<'s>, Node<'s>),
    ) {
        let rule = match (old, new) {
            (Some(old), Some(new)) if old != new => "operation-id-changed",
            (Some(_), None) => "api-operation-id-removed",
            (None, Some(_)) => "api-operation-id-added",
            _ => return,
        };
        let path = format!("{}.operationId", at.path);
        let value = |text: Option<&str>| text.map_or(Value::Null, Value::from);
        let values = (value(old), value(new));
        self.field(rule, path, &at.order, nodes, values, &at.title);
    }

    pub(super) fn response(
        &mut self,
        at: &At<'_>,
        status: &str,
        old: Option<&Response<'s>>,
        new: Option<&Response<'s>>,
    ) {
        let path = format!("{}.responses[{status}]", at.path);
        let title = format!("{} response {status}", at.title);
        let order = part_order(at, 3, status);
        let is_success = status.starts_with(['2', '3']);
        let (old, new) = match (old, new) {
            (Some(old), Some(new)) => (old, new),
            (old, new) => {
                let rule = match (new.is_some(), is_success) {
                    (true, true) => "response-success-status-added",
                    (true, false) => "response-non-success-status-added",
                    (false, true) => "response-success-status-removed",
                    (false, false) if status == "default" => "response-default-removed",
                    (false, false) => "response-non-success-status-removed",
                };
                let nodes = (old.map(|it| it.node), new.map(|it| it.node));
                self.simple(rule, path, &order, nodes, &title);
                return;
            }
        };
        self.response_parts(at, status, old, new);
    }

    /// What a response that may come on both sides has.
    pub(super) fn response_parts(
        &mut self,
        at: &At<'_>,
        status: &str,
        old: &Response<'s>,
        new: &Response<'s>,
    ) {
        let path = format!("{}.responses[{status}]", at.path);
        let title = format!("{} response {status}", at.title);
        let order = part_order(at, 3, status);
        self.headers(at, &path, status, old, new);
        self.links((&path, &title), &order, old, new);
        self.content(
            &super::body::Body {
                at,
                path: &path,
                title: &title,
                position: Position::ResponseBody,
                part: 3,
                key: status,
            },
            &old.content,
            &new.content,
        );
    }

    /// What callers are told they may do next.
    fn links(
        &mut self,
        (response, title): (&str, &str),
        order: &Order,
        old: &Response<'s>,
        new: &Response<'s>,
    ) {
        let names: BTreeSet<&str> = old.links.keys().chain(new.links.keys()).copied().collect();
        for name in names {
            let (before, after) = (old.links.get(name), new.links.get(name));
            let path = format!("{response}.links[{name}]");
            let rule = match (before, after) {
                (Some(before), Some(after)) => {
                    let fields = ["operationId", "operationRef", "parameters", "requestBody"];
                    let differs =
                        fields
                            .iter()
                            .any(|field| match (before.get(field), after.get(field)) {
                                (Some(one), Some(other)) => !one.value_eq(other),
                                (one, other) => one.is_some() != other.is_some(),
                            });
                    if !differs {
                        continue;
                    }
                    "response-link-changed"
                }
                (None, _) => "response-link-added",
                (_, None) => "response-link-removed",
            };
            self.simple(rule, path, order, (before.copied(), after.copied()), title);
        }
    }

    fn headers(
        &mut self,
        at: &At<'_>,
        response: &str,
        status: &str,
        old: &Response<'s>,
        new: &Response<'s>,
    ) {
        let names: BTreeSet<&String> = old.headers.keys().chain(new.headers.keys()).collect();
        let order = part_order(at, 3, status);
        for name in names {
            let path = format!("{response}.headers[{name}]");
            let title = format!("{} response {status} header {name}", at.title);
            let (before, after) = match (old.headers.get(name), new.headers.get(name)) {
                (Some(before), Some(after)) => (before, after),
                (before, after) => {
                    let rule = match before {
                        None => "response-header-added",
                        Some(header) if header.is_required => "required-response-header-removed",
                        Some(_) => "optional-response-header-removed",
                    };
                    let nodes = (before.map(|it| it.node), after.map(|it| it.node));
                    self.simple(rule, path, &order, nodes, &title);
                    continue;
                }
            };
            if before.is_required != after.is_required {
                let rule = if after.is_required {
                    "response-header-became-required"
                } else {
                    "response-header-became-optional"
                };
                let values = (before.is_required.into(), after.is_required.into());
                let nodes = (before.node, after.node);
                self.field(
                    rule,
                    format!("{path}.required"),
                    &order,
                    nodes,
                    values,
                    &title,
                );
            }
            self.header_end((&path, &title), &order, before, after);
            let sides = (&before.content, &after.content);
            self.header_content((&path, &title), &order, (before.node, after.node), sides);
            let sides = ((before.schema, sides.0), (after.schema, sides.1));
            let place = place(at, path, Position::ResponseHeader, &title, 3, status);
            self.value(place, response, sides.0, sides.1);
        }
    }

    /// Whether a header is written as another media type, or as one where it was a plain value.
    pub(super) fn header_content(
        &mut self,
        (path, title): (&str, &str),
        order: &Order,
        nodes: (Node<'s>, Node<'s>),
        (old, new): (&Content<'s>, &Content<'s>),
    ) {
        let types = |content: &Content<'s>| -> Vec<&'s str> { content.keys().copied().collect() };
        let (before, after) = (types(old), types(new));
        if before != after {
            let path = format!("{path}.content");
            let values = (before.into(), after.into());
            let rule = "response-header-schema-to-content";
            self.field(rule, path, order, nodes, values, title);
        }
    }
}
