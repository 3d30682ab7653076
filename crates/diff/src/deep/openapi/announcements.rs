//! What operations and parameters say about their end and about how settled they are.

use pacto_document::Node;
use pacto_spec::openapi::{Header, Parameter};
use serde_json::Value;

use super::{At, Walk};
use crate::deep::finding::Order;
use crate::deep::lifecycle::{Advice, Announcement, Level, Removal};

impl<'s> Walk<'s> {
    /// The level and the announced end of an operation; everything below it is compared at its
    /// new level.
    pub(super) fn lifecycle(&mut self, at: &At<'_>, old: Node<'s>, new: Node<'s>) {
        let (before, after) = (self.lifecycle.level(old), self.lifecycle.level(new));
        let key = self.lifecycle.extension.clone();
        let path = format!("{}.{key}", at.path);
        let text = |node: Node<'_>| {
            let value = node.get(&key);
            value.map_or(Value::Null, |value| {
                value.raw().trim_matches(['"', '\'']).into()
            })
        };
        let values = (text(old), text(new));
        match (before, after) {
            (_, None) if values.0 != values.1 => {
                let rule = "api-invalid-stability-level";
                self.field(rule, path, &at.order, (old, new), values, &at.title);
            }
            (Some(before), Some(after)) if before != after => {
                let rule = if after < before {
                    "api-stability-decreased"
                } else {
                    "api-stability-increased"
                };
                let values = (before.word().into(), after.word().into());
                self.field(rule, path, &at.order, (old, new), values, &at.title);
            }
            _ => {}
        }
        let level = after.unwrap_or_default();
        self.level = level;
        if self.lifecycle.asks_for_notice() {
            self.comparer.level = level;
        }
        let rule = match self.lifecycle.announcement(old, new, level) {
            None => {
                let rules = [
                    "endpoint-deprecated",
                    "endpoint-deprecated-with-sunset",
                    "endpoint-reactivated",
                ];
                return self.advice(rules, &at.path, &at.order, (old, new), &at.title);
            }
            Some(Announcement::DayMissing) => "api-deprecated-sunset-missing",
            Some(Announcement::DayUnreadable) => "api-deprecated-sunset-parse",
            Some(Announcement::TooSoon) => "api-sunset-date-too-small",
            Some(Announcement::MovedTooSoon) => "api-sunset-date-changed-too-small",
            Some(Announcement::DayDropped) => "sunset-deleted",
        };
        self.announced(rule, &at.path, &at.order, (old, new), &at.title);
    }

    /// The announced end of a parameter.
    pub(super) fn parameter_end(
        &mut self,
        (path, title): (&str, &str),
        order: &Order,
        old: &Parameter<'s>,
        new: &Parameter<'s>,
    ) {
        let level: Level = self.level;
        let nodes = (old.node, new.node);
        let rule = match self.lifecycle.announcement(nodes.0, nodes.1, level) {
            None => {
                let deprecated = match new.location {
                    "header" => "request-header-deprecated",
                    _ => "request-parameter-deprecated",
                };
                let rules = [deprecated, deprecated, "request-parameter-reactivated"];
                return self.advice(rules, path, order, nodes, title);
            }
            Some(Announcement::DayMissing) => "request-parameter-deprecated-sunset-missing",
            Some(Announcement::DayUnreadable) => "request-parameter-sunset-parse",
            Some(Announcement::TooSoon) => "request-parameter-sunset-date-too-small",
            Some(Announcement::MovedTooSoon) => "request-parameter-sunset-date-changed-too-small",
            Some(Announcement::DayDropped) => "request-parameter-sunset-deleted",
        };
        self.announced(rule, path, order, nodes, title);
    }

    /// Whether readers of a header are told to move on.
    pub(super) fn header_end(
        &mut self,
        (path, title): (&str, &str),
        order: &Order,
        old: &Header<'s>,
        new: &Header<'s>,
    ) {
        let deprecated = "response-header-deprecated";
        let rules = [deprecated, deprecated, "response-header-reactivated"];
        self.advice(rules, path, order, (old.node, new.node), title);
    }

    /// What users are told now, by the rules for deprecated, deprecated with a day, and not any more.
    fn advice(
        &mut self,
        [deprecated, with_day, reactivated]: [&str; 3],
        path: &str,
        order: &Order,
        (old, new): (Node<'s>, Node<'s>),
        title: &str,
    ) {
        let rule = match Advice::between(old, new) {
            None => return,
            Some(Advice::Deprecated) => deprecated,
            Some(Advice::DeprecatedWithDay) => with_day,
            Some(Advice::Reactivated) => reactivated,
        };
        let is_deprecated = rule != reactivated;
        let values = ((!is_deprecated).into(), is_deprecated.into());
        self.field(
            rule,
            format!("{path}.deprecated"),
            order,
            (old, new),
            values,
            title,
        );
    }

    /// The rule for a parameter that is gone.
    pub(super) fn parameter_removal(&self, parameter: &Parameter<'s>) -> &'static str {
        match self.lifecycle.removal(parameter.node) {
            Removal::Unannounced | Removal::Unreadable => "request-parameter-removed",
            Removal::Announced | Removal::Over => "request-parameter-removed-with-deprecation",
            Removal::TooEarly => "request-parameter-removed-before-sunset",
        }
    }

    fn announced(
        &mut self,
        rule: &str,
        path: &str,
        order: &Order,
        nodes: (Node<'s>, Node<'s>),
        title: &str,
    ) {
        let day = |node: Node<'_>| {
            let value = node.get("x-sunset");
            value.map_or(Value::Null, |value| {
                value.raw().trim_matches(['"', '\'']).into()
            })
        };
        let values = (day(nodes.0), day(nodes.1));
        let path = format!("{path}.x-sunset");
        self.field(rule, path, order, nodes, values, title);
    }
}
