//! Security schemes: how callers prove who they are.

use std::collections::BTreeSet;

use pacto_document::Node;
use pacto_spec::openapi::SecurityScheme;
use serde_json::Value;

use super::{Walk, after_paths};
use crate::Direction;
use crate::deep::schema::delta::bracketed;
use crate::detect::paired;

/// Fields of a security scheme and the rule for each.
const SCHEME_FIELDS: [(&str, &str); 6] = [
    ("type", "api-security-component-type-changed"),
    ("in", "api-security-component-api-key-in-changed"),
    ("name", "api-security-component-api-key-name-changed"),
    ("scheme", "api-security-component-http-scheme-changed"),
    (
        "openIdConnectUrl",
        "api-security-component-openid-connect-url-changed",
    ),
    (
        "bearerFormat",
        "api-security-component-bearer-format-changed",
    ),
];

/// URLs of an OAuth flow and the rule for each.
const FLOW_FIELDS: [(&str, &str); 3] = [
    (
        "authorizationUrl",
        "api-security-component-oauth-url-changed",
    ),
    ("tokenUrl", "api-security-component-oauth-token-url-changed"),
    (
        "refreshUrl",
        "api-security-component-oauth-refresh-url-changed",
    ),
];

impl<'s> Walk<'s> {
    pub(super) fn schemes(&mut self) {
        let (old, new) = (self.old.security_schemes(), self.new.security_schemes());
        let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for name in names {
            let path = format!("openapi.components.securitySchemes[{name}]");
            let order = after_paths(&path);
            let title = format!("security scheme {name}");
            let (before, after) = match (old.get(name), new.get(name)) {
                (Some(before), Some(after)) => (*before, *after),
                (before, after) => {
                    let rule = if after.is_some() {
                        "api-security-component-added"
                    } else {
                        "api-security-component-removed"
                    };
                    let nodes = (before.map(|it| it.node), after.map(|it| it.node));
                    self.simple(rule, path, &order, nodes, &title);
                    continue;
                }
            };
            for (field, rule) in SCHEME_FIELDS {
                let values = (before.text(field), after.text(field));
                self.scheme_field(rule, format!("{path}.{field}"), values, before, after);
            }
            for (flow, sides) in flows(before, after) {
                for (field, rule) in FLOW_FIELDS {
                    let text = |node: Option<Node<'s>>| {
                        node.and_then(|node| node.get(field)).and_then(Node::as_str)
                    };
                    let values = (text(sides.0), text(sides.1));
                    if values.0.is_some() && values.1.is_some() {
                        let path = format!("{path}.flows[{flow}].{field}");
                        self.scheme_field(rule, path, values, before, after);
                    }
                }
                self.flow_scopes(&format!("{path}.flows[{flow}]"), &title, sides);
            }
        }
    }

    fn scheme_field(
        &mut self,
        rule: &str,
        path: String,
        values: (Option<&str>, Option<&str>),
        old: SecurityScheme<'s>,
        new: SecurityScheme<'s>,
    ) {
        if values.0 == values.1 {
            return;
        }
        let order = after_paths(&path);
        let value = |text: Option<&str>| text.map_or(Value::Null, Value::from);
        let pair = (value(values.0), value(values.1));
        self.field(rule, path, &order, (old.node, new.node), pair, "API");
    }

    /// What clients may ask for in a flow that both sides have.
    fn flow_scopes(
        &mut self,
        flow: &str,
        title: &str,
        (old, new): (Option<Node<'s>>, Option<Node<'s>>),
    ) {
        let (Some(old), Some(new)) = (old, new) else {
            return;
        };
        for (name, before, after) in paired(old.get("scopes"), new.get("scopes")) {
            let nodes = (before.map(|it| it.value), after.map(|it| it.value));
            let rule = match nodes {
                (Some(before), Some(after)) if before.value_eq(after) => continue,
                (Some(_), Some(_)) => "api-security-component-oauth-scope-changed",
                (None, _) => "api-security-component-oauth-scope-added",
                (_, None) => "api-security-component-oauth-scope-removed",
            };
            let path = format!("{flow}.scopes[{}]", bracketed(&name));
            let text = |node: Option<Node<'_>>| node.and_then(Node::as_str).map(Value::from);
            let (values, order) = ((text(nodes.0), text(nodes.1)), after_paths(&path));
            let reason = format!("{title}: {} ({name})", rule.replace('-', " "));
            self.findings
                .add(rule, path, &order, Direction::None, nodes, values, reason);
        }
    }
}

type Flow<'s> = (String, (Option<Node<'s>>, Option<Node<'s>>));

/// The OAuth flows of a scheme by name; in Swagger 2.0 the scheme is its only flow.
fn flows<'s>(old: SecurityScheme<'s>, new: SecurityScheme<'s>) -> Vec<Flow<'s>> {
    let flows = (old.node.get("flows"), new.node.get("flows"));
    if flows.0.is_none() && flows.1.is_none() {
        return vec![("flow".to_owned(), (Some(old.node), Some(new.node)))];
    }
    paired(flows.0, flows.1)
        .into_iter()
        .map(|(name, old, new)| (name, (old.map(|it| it.value), new.map(|it| it.value))))
        .collect()
}
