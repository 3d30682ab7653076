//! OpenAPI documents: paths, operations and everything below them.

mod announcements;
mod body;
mod components;
mod conflicts;
mod media_types;
mod operation;
mod outbound;
mod parameters;
mod paths;
mod security;
mod security_schemes;
mod servers;
mod statuses;
mod values;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use pacto_document::Node;
use pacto_spec::Documents;
use pacto_spec::openapi::{Api, METHODS, PathItem};
use serde_json::Value;

use super::finding::{Findings, Order};
use super::group::Found;
use super::lifecycle::{Level, Lifecycle, Removal};
use super::place::Position;
use super::schema::SchemaComparer;
use crate::{Class, Direction, OpenApiOptions, Options};

/// Compares two OpenAPI documents; `None` when one of them is something else.
pub(crate) fn compare<'s>(
    old: &'s Documents<'s>,
    new: &'s Documents<'s>,
    options: &Options,
) -> Option<Found> {
    let (old, new) = (Api::read(old)?, Api::read(new)?);
    let lifecycle = Lifecycle::new(&options.openapi, options.today);
    let mut comparer = SchemaComparer::new(old.schemas(), new.schemas());
    comparer.lifecycle = Some(lifecycle.clone());
    comparer
        .extensible_enum
        .clone_from(&options.openapi.extensible_enum);
    let mut walk = Walk {
        old,
        new,
        comparer,
        findings: Findings::new(old.schemas(), new.schemas()),
        found: Found::default(),
        options: options.openapi.clone(),
        lifecycle,
        level: Level::default(),
        called_back: HashSet::new(),
    };
    walk.paths();
    walk.webhooks();
    walk.document();
    conflicts::add(&mut walk.findings);
    let mut found = walk.found;
    found.is_cut_off |= walk.findings.is_cut_off || walk.comparer.is_cut_off;
    found.findings = walk.findings.finished();
    found.problems.extend(walk.comparer.problems);
    Some(found)
}

struct Walk<'s> {
    old: Api<'s>,
    new: Api<'s>,
    comparer: SchemaComparer<'s>,
    findings: Findings<'s>,
    found: Found,
    options: OpenApiOptions,
    lifecycle: Lifecycle,
    /// The level of the operation that is compared.
    level: Level,
    /// Pairs of what callbacks of callbacks call, each compared once per direction.
    called_back: HashSet<outbound::Called>,
}

/// One operation on both sides: what its paths and sentences begin with.
struct At<'p> {
    /// `openapi.paths[/users].methods[GET]`
    path: String,
    /// `GET /users`
    title: String,
    order: Order,
    /// Names of path parameters, old to new, where the template was renamed.
    renamed: &'p BTreeMap<String, String>,
    /// How often the roles of caller and called were exchanged on the way: not at all for an
    /// operation, once for a webhook or callback, twice for a callback of those.
    turns: usize,
}

impl<'s> Walk<'s> {
    /// Sets the class of the last finding.
    fn reclass(&mut self, class: Class) {
        if let Some(finding) = self.findings.list.last_mut() {
            finding.class = class;
        }
    }

    fn path_item(
        &mut self,
        old: PathItem<'s>,
        new: PathItem<'s>,
        renamed: &BTreeMap<String, String>,
    ) {
        let order = Order {
            path: new.name.to_owned(),
            ..Order::default()
        };
        let path = format!("openapi.paths[{}]", new.name);
        self.path_servers((&path, new.name), &order, 0, old, new);
        let additional: BTreeSet<&str> = old
            .additional_methods()
            .chain(new.additional_methods())
            .filter(|method| !METHODS.contains(&method.to_lowercase().as_str()))
            .collect();
        for (index, method) in METHODS.into_iter().chain(additional).enumerate() {
            let (before, after) = (old.operation_node(method), new.operation_node(method));
            // Most operations of a large document are the same text without a reference.
            if before.is_none() && after.is_none() {
                continue;
            }
            let name = method.to_uppercase();
            let at = At {
                path: format!("openapi.paths[{}].methods[{name}]", new.name),
                title: format!("{name} {}", new.name),
                order: Order {
                    path: new.name.to_owned(),
                    method: index + 1,
                    ..Order::default()
                },
                renamed,
                turns: 0,
            };
            if let Some(node) = before {
                let level = self.lifecycle.level(node).unwrap_or_default();
                self.findings.cap = self.lifecycle.cap(level);
            }
            match (before, after) {
                (Some(_), Some(_)) => {
                    self.operation(&at, old, new, method);
                    self.operation_servers(&at, old, new, method);
                }
                (Some(_), None) => self.operation_removed(&at, old, method),
                (None, after) => {
                    let (path, order) = (at.path.clone(), at.order.clone());
                    self.simple("endpoint-added", path, &order, (None, after), &at.title);
                }
            }
            self.findings.cap = None;
        }
    }

    fn operation_removed(&mut self, at: &At<'_>, item: PathItem<'s>, method: &str) {
        let Some(operation) = item.operation(method) else {
            return;
        };
        let removal = self.lifecycle.removal(operation.node);
        let rule = match removal {
            Removal::Unannounced => "api-removed-without-deprecation",
            Removal::Announced | Removal::Over => "api-removed-with-deprecation",
            Removal::TooEarly => "api-removed-before-sunset",
            Removal::Unreadable => "api-path-sunset-parse",
        };
        let nodes = (Some(operation.node), None);
        self.simple(rule, at.path.clone(), &at.order, nodes, &at.title);
        if removal == Removal::Over {
            self.reclass(Class::NonBreaking);
        }
    }

    /// A finding whose value is what the thing is called.
    fn simple(
        &mut self,
        rule: &str,
        path: String,
        order: &Order,
        nodes: (Option<Node<'s>>, Option<Node<'s>>),
        title: &str,
    ) {
        let values = (nodes.0.map(|_| title.into()), nodes.1.map(|_| title.into()));
        let reason = format!("{title}: {}", rule.replace('-', " "));
        self.findings
            .add(rule, path, order, Direction::None, nodes, values, reason);
    }

    /// A finding about a field that has a value on both sides.
    fn field(
        &mut self,
        rule: &str,
        path: String,
        order: &Order,
        nodes: (Node<'s>, Node<'s>),
        values: (Value, Value),
        title: &str,
    ) {
        let reason = format!(
            "{title}: {} ({} to {})",
            rule.replace('-', " "),
            values.0,
            values.1
        );
        self.findings.add(
            rule,
            path,
            order,
            Direction::None,
            (Some(nodes.0), Some(nodes.1)),
            (Some(values.0), Some(values.1)),
            reason,
        );
    }

    /// Compares the schemas of a place. `owner` is the path of what holds it.
    fn schemas(
        &mut self,
        place: &super::finding::Place<'_>,
        owner: &str,
        old: Node<'s>,
        new: Node<'s>,
    ) {
        let mode = place.position.mode();
        let outcome = self.comparer.compare(&[old], &[new], mode);
        if outcome.is_incomplete {
            self.found.incomplete.push(owner.to_owned());
        }
        self.findings.add_outcome(place, &outcome);
    }

    fn webhooks(&mut self) {
        let none = BTreeMap::new();
        let ((old, _), (new, _)) = (self.old.webhooks(), self.new.webhooks());
        let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for name in names {
            let nodes = (
                old.get(name).map(|item| item.node),
                new.get(name).map(|item| item.node),
            );
            let rule = match nodes {
                (Some(_), None) => "webhook-removed",
                (None, Some(_)) => "webhook-added",
                _ => "",
            };
            let path = format!("openapi.webhooks[{name}]");
            let order = after_paths(&path);
            if let (Some(before), Some(after)) = (old.get(name), new.get(name)) {
                let at = At {
                    path,
                    title: format!("webhook {name}"),
                    order,
                    renamed: &none,
                    turns: 1,
                };
                self.outbound(&at, "webhook-", *before, *after);
                continue;
            }
            self.simple(rule, path, &order, nodes, &format!("webhook {name}"));
        }
    }
}

fn after_paths(path: &str) -> Order {
    Order {
        section: 1,
        path: path.to_owned(),
        ..Order::default()
    }
}

/// The place of a schema below an operation.
fn place<'p>(
    at: &At<'_>,
    path: String,
    position: Position,
    subject: &'p str,
    part: u8,
    key: &str,
) -> super::finding::Place<'p> {
    super::finding::Place {
        path,
        position,
        subject,
        order: part_order(at, part, key),
    }
}

fn part_order(at: &At<'_>, part: u8, key: &str) -> Order {
    Order {
        part,
        key: key.to_owned(),
        ..at.order.clone()
    }
}
