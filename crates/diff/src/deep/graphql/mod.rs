//! GraphQL schemas: types, fields, arguments, values, directives.
//!
//! The rules follow the list of changes of the GraphQL reference implementation. What clients send
//! (arguments, input types) may accept more, what they receive may promise more.

mod descriptions;
mod documents;
mod types;

use std::collections::BTreeSet;

use pacto_diagnostic::Span;
use pacto_spec::graphql::{Argument, Schema};
use serde_json::Value;

use super::finding::{Finding, Order};
use super::rules;
use super::schema::delta::bracketed;
use crate::Direction;
use crate::detect::ChangeKind;

pub(super) use documents::documents;

/// Compares two schemas; types come first, then directives and roots, each by name, then
/// descriptions where they are asked for.
fn compare(old: &Schema, new: &Schema, has_descriptions: bool) -> Vec<Finding> {
    let mut comparer = Comparer {
        old,
        new,
        findings: Vec::new(),
    };
    comparer.readability();
    comparer.types();
    comparer.directives();
    comparer.roots();
    if has_descriptions {
        comparer.descriptions();
    }
    comparer.findings
}

struct Comparer<'s> {
    old: &'s Schema,
    new: &'s Schema,
    findings: Vec<Finding>,
}

/// Both names, each once.
fn names<'k, V>(
    old: &'k std::collections::BTreeMap<String, V>,
    new: &'k std::collections::BTreeMap<String, V>,
) -> BTreeSet<&'k str> {
    old.keys().chain(new.keys()).map(String::as_str).collect()
}

impl Comparer<'_> {
    /// Records a difference; the kind follows from the places.
    fn add(&mut self, rule: &str, path: String, spans: (Option<Span>, Option<Span>)) {
        self.add_values(rule, path, spans, (None, None));
    }

    fn add_values(
        &mut self,
        rule: &str,
        path: String,
        (old, new): (Option<Span>, Option<Span>),
        values: (Option<Value>, Option<Value>),
    ) {
        let kind = match (old, new) {
            (None, _) => ChangeKind::Added,
            (_, None) => ChangeKind::Removed,
            _ => ChangeKind::Modified,
        };
        let judgement = rules::judge(rule, None, Direction::None);
        let what = rule.trim_start_matches("graphql-").replace('-', " ");
        self.findings.push(Finding {
            rule: rule.to_owned(),
            page: judgement.page,
            class: judgement.class,
            direction: Direction::None,
            reason: format!("{}: {what}", path.trim_start_matches("graphql.")),
            path,
            occurrences: Vec::new(),
            kind,
            old_value: values.0,
            new_value: values.1,
            old_location: old.map(|span| self.old.location(span)),
            new_location: new.map(|span| self.new.location(span)),
            witness: None,
            order: Order {
                path: format!("{:08}", self.findings.len()),
                ..Order::default()
            },
        });
    }

    /// Says when one side only could not be read in full: what it lacks may be in the rest.
    fn readability(&mut self) {
        let (old, new) = (self.old.problems.first(), self.new.problems.first());
        if old.is_some() == new.is_some() {
            return;
        }
        let start = Some(Span::default());
        let spans = (old.and(start), new.and(start));
        self.add("graphql-parse-failed", "graphql.parsed".to_owned(), spans);
        if let Some(finding) = self.findings.last_mut() {
            finding.old_location = old.map(|problem| problem.location.clone());
            finding.new_location = new.map(|problem| problem.location.clone());
        }
    }

    fn directives(&mut self) {
        let (old, new) = (self.old, self.new);
        for name in names(&old.directives, &new.directives) {
            let path = format!("graphql.directives[@{}]", bracketed(name));
            let (before, after) = match (old.directives.get(name), new.directives.get(name)) {
                (Some(before), Some(after)) => (before, after),
                (Some(before), None) => {
                    self.add("graphql-directive-removed", path, (Some(before.span), None));
                    continue;
                }
                // A new directive concerns nobody who does not use it.
                _ => continue,
            };
            let spans = (Some(before.span), Some(after.span));
            if before.is_repeatable && !after.is_repeatable {
                let path = format!("{path}.repeatable");
                self.add("graphql-directive-repeatable-removed", path, spans);
            }
            for location in before.locations.difference(&after.locations) {
                let path = format!("{path}.locations[{}]", bracketed(location));
                self.add(
                    "graphql-directive-location-removed",
                    path,
                    (Some(before.span), None),
                );
            }
            for argument in names(&before.arguments, &after.arguments) {
                let path = format!("{path}.args[{}]", bracketed(argument));
                let sides = (
                    before.arguments.get(argument),
                    after.arguments.get(argument),
                );
                match sides {
                    (Some(gone), None) => self.add(
                        "graphql-directive-arg-removed",
                        path,
                        (Some(gone.span), None),
                    ),
                    (None, Some(added)) if added.is_required() => self.add(
                        "graphql-required-directive-arg-added",
                        path,
                        (None, Some(added.span)),
                    ),
                    (Some(before), Some(after)) => self.argument_type(&path, before, after),
                    _ => {}
                }
            }
        }
    }

    fn roots(&mut self) {
        let (old, new) = (self.old, self.new);
        for name in names(&old.roots, &new.roots) {
            let (Some(before), Some(after)) = (old.roots.get(name), new.roots.get(name)) else {
                continue;
            };
            if before.0 != after.0 {
                self.add_values(
                    "graphql-root-type-changed",
                    format!("graphql.roots[{}]", bracketed(name)),
                    (Some(before.1), Some(after.1)),
                    (
                        Some(before.0.as_str().into()),
                        Some(after.0.as_str().into()),
                    ),
                );
            }
        }
    }

    /// Type and default of an argument that both sides have.
    fn argument_type(&mut self, path: &str, before: &Argument, after: &Argument) {
        if !types::accepts(&before.argument_type, &after.argument_type) {
            self.add_values(
                "graphql-arg-changed-kind",
                format!("{path}.type"),
                (Some(before.type_span), Some(after.type_span)),
                (
                    Some(before.argument_type.to_string().into()),
                    Some(after.argument_type.to_string().into()),
                ),
            );
        }
        // A default that is new gives callers who say nothing a meaning they had before: none.
        if before.default.is_some() && before.default != after.default {
            self.add_values(
                "graphql-arg-default-value-changed",
                format!("{path}.default"),
                (Some(before.span), Some(after.span)),
                (
                    before.default.as_deref().map(Value::from),
                    after.default.as_deref().map(Value::from),
                ),
            );
        }
    }
}
