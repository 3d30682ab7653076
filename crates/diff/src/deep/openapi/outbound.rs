//! Operations that the provider calls: webhooks and callbacks.
//!
//! Their request is what the provider sends and their response what it is sent, so everything
//! below them is compared as its opposite and named with the words exchanged. What is called back
//! from there is called by the consumer again, and compared and named as an operation is.

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;
use pacto_spec::openapi::{METHODS, Operation, Parameter, PathItem, RequestBody, Response};

use super::body::Body;
use super::{At, Walk, part_order, place};
use crate::SideName;
use crate::deep::finding::Order;
use crate::deep::place::Position;

/// Callbacks in callbacks that are followed; below, nothing is compared and a diagnostic says so.
const TURNS_LIMIT: usize = 32;

/// Document and number of a node.
type Identity = (usize, u32);

/// What is called on both sides, and whether the provider calls it.
pub(super) type Called = (Identity, Identity, bool);

/// What one callback calls, by the expression that gives the address.
type Callback<'s> = BTreeMap<&'s str, PathItem<'s>>;

impl<'s> Walk<'s> {
    /// The callbacks of an operation.
    pub(super) fn callbacks(
        &mut self,
        at: &At<'_>,
        old: &BTreeMap<&'s str, Callback<'s>>,
        new: &BTreeMap<&'s str, Callback<'s>>,
    ) {
        let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        let nothing = BTreeMap::new();
        for name in names {
            let order = part_order(at, 4, &format!("callbacks {name}"));
            let inner = At {
                path: format!("{}.callbacks[{name}]", at.path),
                title: format!("{} callback {name}", at.title),
                order,
                renamed: at.renamed,
                turns: at.turns + 1,
            };
            let sides = (old.get(name), new.get(name));
            let (before, after) = (sides.0.unwrap_or(&nothing), sides.1.unwrap_or(&nothing));
            self.callback(&inner, before, after);
        }
    }

    fn callback(&mut self, at: &At<'_>, old: &Callback<'s>, new: &Callback<'s>) {
        let gone: Vec<_> = old
            .iter()
            .filter(|(name, _)| !new.contains_key(*name))
            .collect();
        let mut come: Vec<_> = new
            .iter()
            .filter(|(name, _)| !old.contains_key(*name))
            .collect();
        for (expression, before) in old {
            if let Some(after) = new.get(expression) {
                self.called_back(at, *before, *after);
            }
        }
        for (expression, before) in gone {
            if come.is_empty() {
                let nodes = (Some(before.node), None);
                let path = at.path.clone();
                self.simple("callback-removed", path, &at.order, nodes, &at.title);
                continue;
            }
            let (other, after) = come.remove(0);
            let values = ((*expression).into(), (*other).into());
            let nodes = (before.node, after.node);
            let path = format!("{}.expression", at.path);
            let rule = "callback-expression-changed";
            self.field(rule, path, &at.order, nodes, values, &at.title);
            self.called_back(at, *before, *after);
        }
        for (_, after) in come {
            let (path, nodes) = (at.path.clone(), (None, Some(after.node)));
            self.simple("callback-added", path, &at.order, nodes, &at.title);
        }
    }

    /// What a callback calls. A callback of a callback is compared where it is met first: what is
    /// shared may lead back to itself, and to much that is shared as well.
    fn called_back(&mut self, at: &At<'_>, old: PathItem<'s>, new: PathItem<'s>) {
        if at.turns > TURNS_LIMIT {
            self.found.is_cut_off = true;
            return;
        }
        let is_outbound = at.turns % 2 == 1;
        let called = (old.node.identity(), new.node.identity(), is_outbound);
        if at.turns > 1 && !self.called_back.insert(called) {
            return;
        }
        if is_outbound {
            self.outbound(at, "callback-", old, new);
        } else {
            let level = self.level;
            self.inbound(at, old, new);
            self.level = level;
            if self.lifecycle.asks_for_notice() {
                self.comparer.level = level;
            }
        }
    }

    /// The operations that a callback of a callback calls: the consumer is the caller again.
    fn inbound(&mut self, at: &At<'_>, old: PathItem<'s>, new: PathItem<'s>) {
        self.path_servers((&at.path, &at.title), &at.order, at.turns, old, new);
        for method in METHODS {
            let at = of_method(at, method);
            match (old.operation_node(method), new.operation_node(method)) {
                (None, None) => {}
                (Some(_), Some(_)) => {
                    self.operation(&at, old, new, method);
                    self.operation_servers(&at, old, new, method);
                }
                (Some(_), None) => self.operation_removed(&at, old, method),
                (None, after) => {
                    let (path, nodes) = (at.path.clone(), (None, after));
                    self.simple("endpoint-added", path, &at.order, nodes, &at.title);
                }
            }
        }
    }

    /// The operations of a webhook or a callback; `caller` is what their ids begin with.
    pub(super) fn outbound(
        &mut self,
        at: &At<'_>,
        caller: &'static str,
        old: PathItem<'s>,
        new: PathItem<'s>,
    ) {
        self.findings.caller = Some(caller);
        self.path_servers((&at.path, &at.title), &at.order, at.turns, old, new);
        for method in METHODS {
            let at = of_method(at, method);
            match (old.operation(method), new.operation(method)) {
                (None, None) => {}
                (Some(before), Some(after)) => {
                    self.operation_servers(&at, old, new, method);
                    self.outbound_operation(&at, caller, before, after);
                }
                (before, after) => {
                    let nodes = (before.map(|it| it.node), after.map(|it| it.node));
                    let change = if nodes.1.is_some() {
                        "added"
                    } else {
                        "removed"
                    };
                    let rule = format!("{caller}operation-{change}");
                    self.simple(&rule, at.path.clone(), &at.order, nodes, &at.title);
                }
            }
        }
        self.findings.caller = None;
    }

    fn outbound_operation(
        &mut self,
        at: &At<'_>,
        caller: &str,
        old: Operation<'s>,
        new: Operation<'s>,
    ) {
        for (side, operation) in [(SideName::Old, &old), (SideName::New, &new)] {
            if !operation.problems.is_empty() {
                self.found.incomplete.push(at.path.clone());
            }
            let problems = operation.problems.iter().cloned();
            self.found
                .problems
                .extend(problems.map(|problem| (side, problem)));
        }
        for key in union(&old.parameters, &new.parameters) {
            let sides = (old.parameters.get(&key), new.parameters.get(&key));
            self.outbound_parameter(at, caller, sides);
        }
        self.outbound_body(at, caller, (old.request_body, new.request_body));
        self.statuses(at, Some(caller), &old.responses, &new.responses);
        let caller = self.findings.caller.take();
        self.callbacks(at, &old.callbacks, &new.callbacks);
        self.findings.caller = caller;
    }

    /// What the consumer answers with a status that both sides have.
    pub(super) fn outbound_content(
        &mut self,
        at: &At<'_>,
        status: &str,
        old: &Response<'s>,
        new: &Response<'s>,
    ) {
        let body = Body {
            at,
            path: &format!("{}.responses[{status}]", at.path),
            title: &format!("{} response {status}", at.title),
            position: Position::RequestBody,
            part: 3,
            key: status,
        };
        self.content(&body, &old.content, &new.content);
    }

    /// A status that one side has.
    pub(super) fn outbound_status(
        &mut self,
        at: &At<'_>,
        caller: &str,
        status: &str,
        nodes: (Option<Node<'s>>, Option<Node<'s>>),
    ) {
        let path = format!("{}.responses[{status}]", at.path);
        let title = format!("{} response {status}", at.title);
        self.existence_of(caller, "response-status", path, &at.order, nodes, &title);
    }

    fn outbound_parameter(
        &mut self,
        at: &At<'_>,
        caller: &str,
        (old, new): (Option<&Parameter<'s>>, Option<&Parameter<'s>>),
    ) {
        let Some(parameter) = new.or(old) else { return };
        let key = format!("{}:{}", parameter.name, parameter.location);
        let path = format!("{}.parameters[{key}]", at.path);
        let title = format!(
            "{} {} param '{}'",
            at.title, parameter.location, parameter.name
        );
        let order = part_order(at, 1, &key);
        let (Some(before), Some(after)) = (old, new) else {
            let nodes = (old.map(|it| it.node), new.map(|it| it.node));
            let what = match old {
                Some(old) if old.is_required => "required-request-parameter",
                _ => "request-parameter",
            };
            self.existence_of(caller, what, path, &order, nodes, &title);
            return;
        };
        self.requirement(
            &format!("{caller}request-parameter"),
            (&path, &title),
            &order,
            (before.node, after.node),
            (before.is_required, after.is_required),
        );
        let sides = (&before.content, &after.content);
        self.header_content((&path, &title), &order, (before.node, after.node), sides);
        let sides = ((before.schema, sides.0), (after.schema, sides.1));
        let place = place(at, path, Position::ResponseHeader, &title, 1, &key);
        self.value(place, &at.path, sides.0, sides.1);
    }

    fn outbound_body(
        &mut self,
        at: &At<'_>,
        caller: &str,
        (old, new): (Option<RequestBody<'s>>, Option<RequestBody<'s>>),
    ) {
        let path = format!("{}.request-body", at.path);
        let title = format!("{} request body", at.title);
        let order = part_order(at, 2, "");
        match (old, new) {
            (None, None) => {}
            (Some(before), Some(after)) => {
                self.requirement(
                    &format!("{caller}request-body"),
                    (&path, &title),
                    &order,
                    (before.node, after.node),
                    (before.is_required, after.is_required),
                );
                let body = Body {
                    at,
                    path: &path,
                    title: &title,
                    position: Position::ResponseBody,
                    part: 2,
                    key: "",
                };
                self.content(&body, &before.content, &after.content);
            }
            (before, after) => {
                let nodes = (before.map(|it| it.node), after.map(|it| it.node));
                self.existence_of(caller, "request-body", path, &order, nodes, &title);
            }
        }
    }

    fn existence_of(
        &mut self,
        caller: &str,
        what: &str,
        path: String,
        order: &Order,
        nodes: (Option<Node<'s>>, Option<Node<'s>>),
        title: &str,
    ) {
        let change = if nodes.1.is_some() {
            "added"
        } else {
            "removed"
        };
        let rule = format!("{caller}{what}-{change}");
        self.simple(&rule, path, order, nodes, title);
    }

    /// Whether what the provider sends is always there.
    fn requirement(
        &mut self,
        what: &str,
        (path, title): (&str, &str),
        order: &Order,
        nodes: (Node<'s>, Node<'s>),
        (old, new): (bool, bool),
    ) {
        if old == new {
            return;
        }
        let change = if new {
            "became-required"
        } else {
            "became-optional"
        };
        let path = format!("{path}.required");
        let rule = format!("{what}-{change}");
        self.field(&rule, path, order, nodes, (old.into(), new.into()), title);
    }
}

/// One operation of what is called.
fn of_method<'p>(at: &At<'p>, method: &str) -> At<'p> {
    let method = method.to_uppercase();
    At {
        path: format!("{}.methods[{method}]", at.path),
        title: format!("{method} {}", at.title),
        order: at.order.clone(),
        renamed: at.renamed,
        turns: at.turns,
    }
}

/// The keys of two maps.
fn union<K: Ord + Clone, V>(old: &BTreeMap<K, V>, new: &BTreeMap<K, V>) -> BTreeSet<K> {
    old.keys().chain(new.keys()).cloned().collect()
}
