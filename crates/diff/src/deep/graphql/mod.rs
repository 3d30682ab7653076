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

/// Directives that need no definition.
const BUILT_IN: [&str; 5] = ["skip", "include", "deprecated", "specifiedBy", "oneOf"];

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
            // Every schema has these, whether it says so or not.
            if BUILT_IN.contains(&name) {
                continue;
            }
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
                    (Some(before), Some(after)) => {
                        let required = "graphql-required-directive-arg-added";
                        self.argument_type(&path, required, (before, after));
                    }
                    _ => {}
                }
            }
        }
    }

    fn roots(&mut self) {
        let (old, new) = (self.old, self.new);
        for name in names(&old.roots, &new.roots) {
            let path = format!("graphql.roots[{}]", bracketed(name));
            let (before, after) = match (old.roots.get(name), new.roots.get(name)) {
                (Some(before), Some(after)) => (before, after),
                // A root that comes or goes with its type is told there. A type may stay, but then
                // no operation begins at it.
                (Some((root, span)), None) => {
                    if new.types.contains_key(root) {
                        let value = Some(root.as_str().into());
                        let spans = (Some(*span), None);
                        self.add_values("graphql-root-type-changed", path, spans, (value, None));
                    }
                    continue;
                }
                (None, Some((root, span))) => {
                    if old.types.contains_key(root) {
                        let value = Some(root.as_str().into());
                        self.add_values(
                            "graphql-root-added",
                            path,
                            (None, Some(*span)),
                            (None, value),
                        );
                    }
                    continue;
                }
                (None, None) => continue,
            };
            if before.0 != after.0 {
                self.add_values(
                    "graphql-root-type-changed",
                    path,
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
    fn argument_type(
        &mut self,
        path: &str,
        required: &str,
        (before, after): (&Argument, &Argument),
    ) {
        let is_safe = types::accepts(&before.argument_type, &after.argument_type);
        if !is_safe {
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
        self.default(
            path,
            [required, "graphql-arg-default-value-changed"],
            (Some(before.span), Some(after.span)),
            (&before.default, &after.default),
            is_safe && !before.is_required() && after.is_required(),
        );
    }

    /// What is taken for an argument or field of an input that is left out. Without a default it
    /// may have to be given.
    fn default(
        &mut self,
        path: &str,
        [required, changed]: [&str; 2],
        spans: (Option<Span>, Option<Span>),
        (before, after): (&Option<String>, &Option<String>),
        is_required_now: bool,
    ) {
        // A default that is new gives callers who say nothing a meaning they had before: none.
        if before.is_none() || before == after {
            return;
        }
        let rule = if is_required_now { required } else { changed };
        let value = |default: &Option<String>| default.as_deref().map(Value::from);
        self.add_values(
            rule,
            format!("{path}.default"),
            spans,
            (value(before), value(after)),
        );
    }
}
