//! OpenAPI documents: paths, operations and everything below them.

mod body;
mod operation;
mod parameters;
mod security;

use std::collections::{BTreeMap, BTreeSet};

use pacto_document::Node;
use pacto_spec::Documents;
use pacto_spec::openapi::{Api, METHODS, PathItem, template_key};
use serde_json::Value;

use super::finding::{Findings, Order};
use super::group::Found;
use super::place::Position;
use super::schema::SchemaComparer;
use crate::{Class, Direction, Options, SideName};

/// Compares two OpenAPI documents; `None` when one of them is something else.
pub(crate) fn compare<'s>(
    old: &'s Documents<'s>,
    new: &'s Documents<'s>,
    options: &Options,
) -> Option<Found> {
    let (old, new) = (Api::read(old)?, Api::read(new)?);
    let mut walk = Walk {
        old,
        new,
        comparer: SchemaComparer::new(old.schemas(), new.schemas()),
        findings: Findings::new(old.schemas(), new.schemas()),
        found: Found::default(),
        today: options.today.map(|today| today.to_string()),
    };
    walk.paths();
    walk.webhooks();
    walk.document();
    let mut found = walk.found;
    found.is_cut_off = walk.findings.is_cut_off || walk.comparer.is_cut_off;
    found.findings = walk.findings.list;
    found.problems.extend(walk.comparer.problems);
    Some(found)
}

struct Walk<'s> {
    old: Api<'s>,
    new: Api<'s>,
    comparer: SchemaComparer<'s>,
    findings: Findings<'s>,
    found: Found,
    /// The current day as an ISO date.
    today: Option<String>,
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
}

impl<'s> Walk<'s> {
    fn paths(&mut self) {
        let ((old, old_problems), (new, new_problems)) = (self.old.paths(), self.new.paths());
        for (side, problems) in [(SideName::Old, old_problems), (SideName::New, new_problems)] {
            if !problems.is_empty() {
                self.found.incomplete.push("openapi.paths".to_owned());
            }
            self.found
                .problems
                .extend(problems.into_iter().map(|problem| (side, problem)));
        }
        let none = BTreeMap::new();
        // Templates that only one side has, by what they match.
        let mut candidates: BTreeMap<String, Vec<PathItem<'s>>> = BTreeMap::new();
        for (name, item) in &new {
            if !old.contains_key(name) {
                candidates
                    .entry(template_key(name))
                    .or_default()
                    .push(*item);
            }
        }
        let mut renamed_names: BTreeSet<&str> = BTreeSet::new();
        for (name, before) in &old {
            if let Some(after) = new.get(name) {
                self.path_item(*before, *after, &none);
                continue;
            }
            let partner = candidates
                .get_mut(&template_key(name))
                .and_then(|items| (!items.is_empty()).then(|| items.remove(0)));
            match partner {
                Some(after) => {
                    renamed_names.insert(after.name);
                    self.renamed_path(*before, after);
                }
                None => self.path_removed(*before),
            }
        }
        for (name, item) in &new {
            if !old.contains_key(name) && !renamed_names.contains(name) {
                let order = path_order(name);
                self.findings.add(
                    "endpoint-added",
                    format!("openapi.paths[{name}]"),
                    &order,
                    Direction::None,
                    (None, Some(item.node)),
                    (None, Some((*name).into())),
                    format!("API path {name} added"),
                );
            }
        }
    }

    fn path_removed(&mut self, item: PathItem<'s>) {
        let name = item.name;
        let operations: Vec<_> = METHODS
            .iter()
            .filter_map(|method| item.operation(method))
            .collect();
        let is_announced =
            !operations.is_empty() && operations.iter().all(|operation| operation.is_deprecated);
        let is_over = operations
            .iter()
            .all(|operation| self.is_over(operation.sunset));
        let rule = if is_announced {
            "api-path-removed-with-deprecation"
        } else {
            "api-path-removed-without-deprecation"
        };
        self.findings.add(
            rule,
            format!("openapi.paths[{name}]"),
            &path_order(name),
            Direction::None,
            (Some(item.node), None),
            (Some(name.into()), None),
            format!("API path {name} removed"),
        );
        if is_announced && is_over {
            self.reclass(Class::NonBreaking);
        }
    }

    /// Whether an announced end has come.
    fn is_over(&self, sunset: Option<&str>) -> bool {
        let day = sunset.and_then(|sunset| sunset.get(..10));
        matches!((day, self.today.as_deref()), (Some(day), Some(today)) if day < today)
    }

    /// Sets the class of the last finding.
    fn reclass(&mut self, class: Class) {
        if let Some(finding) = self.findings.list.last_mut() {
            finding.class = class;
        }
    }

    fn renamed_path(&mut self, old: PathItem<'s>, new: PathItem<'s>) {
        let renamed: BTreeMap<String, String> = template_names(old.name)
            .into_iter()
            .zip(template_names(new.name))
            .collect();
        let path = format!("openapi.paths[{}]", new.name);
        self.findings.add(
            "path-parameter-renamed",
            path.clone(),
            &path_order(new.name),
            Direction::Input,
            (Some(old.node), Some(new.node)),
            (Some(old.name.into()), Some(new.name.into())),
            format!("API path {} is now written {}", old.name, new.name),
        );
        let before = format!("openapi.paths[{}]", old.name);
        self.found.renames.push((before, path.clone(), path));
        self.path_item(old, new, &renamed);
    }

    fn path_item(
        &mut self,
        old: PathItem<'s>,
        new: PathItem<'s>,
        renamed: &BTreeMap<String, String>,
    ) {
        for (index, method) in METHODS.iter().enumerate() {
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
            };
            match (before, after) {
                (Some(_), Some(_)) => self.operation(&at, old, new, method),
                (Some(_), None) => self.operation_removed(&at, old, method),
                (None, after) => {
                    let (path, order) = (at.path.clone(), at.order.clone());
                    self.simple("endpoint-added", path, &order, (None, after), &at.title);
                }
            }
        }
    }

    fn operation_removed(&mut self, at: &At<'_>, item: PathItem<'s>, method: &str) {
        let Some(operation) = item.operation(method) else {
            return;
        };
        let rule = if operation.is_deprecated {
            "api-removed-with-deprecation"
        } else {
            "api-removed-without-deprecation"
        };
        let nodes = (Some(operation.node), None);
        self.simple(rule, at.path.clone(), &at.order, nodes, &at.title);
        if operation.is_deprecated && self.is_over(operation.sunset) {
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
                _ => continue,
            };
            let path = format!("openapi.webhooks[{name}]");
            let order = after_paths(&path);
            self.simple(rule, path, &order, nodes, &format!("webhook {name}"));
        }
    }
}

fn path_order(name: &str) -> Order {
    Order {
        path: name.to_owned(),
        ..Order::default()
    }
}

fn after_paths(path: &str) -> Order {
    Order {
        section: 1,
        path: path.to_owned(),
        ..Order::default()
    }
}

/// Names of the parameters in a template, in order.
fn template_names(template: &str) -> Vec<String> {
    template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned()))
        .collect()
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
