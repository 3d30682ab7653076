//! Base URLs and their variables.

use std::collections::BTreeSet;

use pacto_document::Node;
use pacto_spec::openapi::Server;
use serde_json::Value;

use super::{Walk, after_paths};
use crate::deep::schema::delta::bracketed;
use crate::detect::paired;

impl<'s> Walk<'s> {
    pub(super) fn servers(&mut self) {
        let (old, new) = (self.old.servers(), self.new.servers());
        self.base_path(&old, &new);
        let missing = |list: &[Server<'s>], url: &str| !list.iter().any(|it| it.url == url);
        let gone: Vec<_> = old.iter().filter(|it| missing(&new, &it.url)).collect();
        let come: Vec<_> = new.iter().filter(|it| missing(&old, &it.url)).collect();
        let order = after_paths("openapi.servers");
        if let ([before], [after]) = (gone.as_slice(), come.as_slice()) {
            let path = format!("openapi.servers[{}].url", after.url);
            let values = (before.url.as_str().into(), after.url.as_str().into());
            let nodes = (before.node, after.node);
            self.field("server-url-changed", path, &order, nodes, values, "API");
        } else {
            for server in gone {
                let path = format!("openapi.servers[{}]", server.url);
                let nodes = (Some(server.node), None);
                self.simple("server-removed", path, &order, nodes, &server.url);
            }
            for server in come {
                let path = format!("openapi.servers[{}]", server.url);
                let nodes = (None, Some(server.node));
                self.simple("server-added", path, &order, nodes, &server.url);
            }
        }
        for before in &old {
            if let Some(after) = new.iter().find(|after| after.url == before.url) {
                self.variables(before, after);
            }
        }
    }

    /// When no base URL keeps its path, every route moves.
    fn base_path(&mut self, old: &[Server<'s>], new: &[Server<'s>]) {
        let paths = |list: &[Server<'s>]| -> BTreeSet<String> {
            list.iter().map(|server| path_of(&server.url)).collect()
        };
        let (before, after) = (paths(old), paths(new));
        let (Some(one), Some(other)) = (old.first(), new.first()) else {
            return;
        };
        if !before.is_disjoint(&after) {
            return;
        }
        let order = after_paths("openapi.servers");
        let value =
            |paths: BTreeSet<String>| -> Value { paths.into_iter().collect::<Vec<_>>().into() };
        let values = (value(before), value(after));
        let path = "openapi.servers.path".to_owned();
        let nodes = (one.node, other.node);
        self.field("base-path-changed", path, &order, nodes, values, "API");
    }

    fn variables(&mut self, old: &Server<'s>, new: &Server<'s>) {
        let order = after_paths("openapi.servers");
        let variables = (old.node.get("variables"), new.node.get("variables"));
        for (name, before, after) in paired(variables.0, variables.1) {
            let (Some(before), Some(after)) = (before, after) else {
                continue;
            };
            let (before, after) = (before.value, after.value);
            let path = format!(
                "openapi.servers[{}].variables[{}]",
                new.url,
                bracketed(&name)
            );
            let title = format!("variable {name} of {}", new.url);
            let text = |node: Node<'_>| {
                let value = node.get("default");
                value.and_then(Node::to_json).unwrap_or(Value::Null)
            };
            let values = (text(before), text(after));
            if values.0 != values.1 {
                let rule = "server-variable-default-changed";
                let path = format!("{path}.default");
                self.field(rule, path, &order, (before, after), values, &title);
            }
            let Some(allowed) = after.get("enum") else {
                continue;
            };
            let listed = before.get("enum").into_iter().flat_map(Node::items);
            for value in listed.filter(|value| !allowed.items().any(|it| it.value_eq(*value))) {
                let member = value.as_str().unwrap_or_else(|| value.raw());
                let path = format!("{path}.enum[{}]", bracketed(member));
                let rule = "server-variable-enum-value-removed";
                self.simple(rule, path, &order, (Some(value), None), &title);
            }
        }
    }
}

/// The path of a URL, with variables as written and without a slash at its end.
fn path_of(url: &str) -> String {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = if after_scheme.len() == url.len() && !url.starts_with("//") {
        url
    } else {
        let host = after_scheme.trim_start_matches('/');
        host.find('/')
            .and_then(|start| host.get(start..))
            .unwrap_or("")
    };
    path.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_url_is_what_follows_its_host() {
        assert_eq!(path_of("https://a.example/v1/"), "/v1");
        assert_eq!(path_of("https://a.example"), "");
        assert_eq!(path_of("//a.example/v1"), "/v1");
        assert_eq!(path_of("/v1"), "/v1");
        assert_eq!(path_of("{scheme}://{host}/{base}"), "/{base}");
    }
}
