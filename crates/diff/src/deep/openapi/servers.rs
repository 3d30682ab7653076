//! Base URLs and their variables.

use std::collections::BTreeSet;

use pacto_document::Node;
use pacto_spec::openapi::{Api, PathItem, Server};
use serde_json::Value;

use super::{At, Walk, after_paths, part_order};
use crate::deep::finding::Order;
use crate::deep::schema::delta::bracketed;
use crate::detect::paired;

/// Whose base URLs are compared.
struct Owner<'o> {
    path: &'o str,
    title: &'o str,
    order: Order,
}

impl<'s> Walk<'s> {
    /// The base URLs of the document.
    pub(super) fn servers(&mut self) {
        let (old, new) = (self.old.servers(), self.new.servers());
        let owner = Owner {
            path: "openapi",
            title: "API",
            order: after_paths("openapi.servers"),
        };
        self.server_lists(&owner, &old, &new);
    }

    /// The base URLs of a path where one side has its own.
    pub(super) fn path_servers(
        &mut self,
        (path, title): (&str, &str),
        order: &Order,
        turns: usize,
        old: PathItem<'s>,
        new: PathItem<'s>,
    ) {
        let (before, after) = (old.servers(), new.servers());
        if before.is_empty() && after.is_empty() {
            return;
        }
        let owner = Owner {
            path,
            title,
            order: order.clone(),
        };
        let before = own_or(before, || otherwise(self.old, turns));
        let after = own_or(after, || otherwise(self.new, turns));
        self.server_lists(&owner, &before, &after);
    }

    /// The base URLs of an operation where one side has its own.
    pub(super) fn operation_servers(
        &mut self,
        at: &At<'_>,
        old: PathItem<'s>,
        new: PathItem<'s>,
        method: &str,
    ) {
        let (before, after) = (old.operation_servers(method), new.operation_servers(method));
        if before.is_empty() && after.is_empty() {
            return;
        }
        let owner = Owner {
            path: &at.path,
            title: &at.title,
            order: part_order(at, 4, "servers"),
        };
        let before = own_or(before, || {
            own_or(old.servers(), || otherwise(self.old, at.turns))
        });
        let after = own_or(after, || {
            own_or(new.servers(), || otherwise(self.new, at.turns))
        });
        self.server_lists(&owner, &before, &after);
    }

    fn server_lists(&mut self, owner: &Owner<'_>, old: &[Server<'s>], new: &[Server<'s>]) {
        let Owner { path, title, order } = owner;
        self.base_path(owner, old, new);
        let missing = |list: &[Server<'s>], url: &str| !list.iter().any(|it| it.url == url);
        let gone: Vec<_> = old.iter().filter(|it| missing(new, &it.url)).collect();
        let come: Vec<_> = new.iter().filter(|it| missing(old, &it.url)).collect();
        if let ([before], [after]) = (gone.as_slice(), come.as_slice()) {
            let path = format!("{path}.servers[{}].url", after.url);
            let values = (before.url.as_str().into(), after.url.as_str().into());
            let nodes = (before.node, after.node);
            self.field("server-url-changed", path, order, nodes, values, title);
        } else {
            for server in gone {
                let path = format!("{path}.servers[{}]", server.url);
                let nodes = (Some(server.node), None);
                self.simple("server-removed", path, order, nodes, &server.url);
            }
            for server in come {
                let path = format!("{path}.servers[{}]", server.url);
                let nodes = (None, Some(server.node));
                self.simple("server-added", path, order, nodes, &server.url);
            }
        }
        for before in old {
            if let Some(after) = new.iter().find(|after| after.url == before.url) {
                self.variables(owner, before, after);
            }
        }
    }

    /// When no base URL keeps its path, every route moves.
    fn base_path(&mut self, owner: &Owner<'_>, old: &[Server<'s>], new: &[Server<'s>]) {
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
        let value =
            |paths: BTreeSet<String>| -> Value { paths.into_iter().collect::<Vec<_>>().into() };
        let values = (value(before), value(after));
        let path = format!("{}.servers.path", owner.path);
        let nodes = (one.node, other.node);
        let (order, title) = (&owner.order, owner.title);
        self.field("base-path-changed", path, order, nodes, values, title);
    }

    fn variables(&mut self, owner: &Owner<'_>, old: &Server<'s>, new: &Server<'s>) {
        let order = &owner.order;
        let variables = (old.node.get("variables"), new.node.get("variables"));
        for (name, before, after) in paired(variables.0, variables.1) {
            let (Some(before), Some(after)) = (before, after) else {
                continue;
            };
            let (before, after) = (before.value, after.value);
            let path = format!(
                "{}.servers[{}].variables[{}]",
                owner.path,
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
                self.field(rule, path, order, (before, after), values, &title);
            }
            let Some(allowed) = after.get("enum") else {
                continue;
            };
            let listed = before.get("enum").into_iter().flat_map(Node::items);
            for value in listed.filter(|value| !allowed.items().any(|it| it.value_eq(*value))) {
                let member = value.as_str().unwrap_or_else(|| value.raw());
                let path = format!("{path}.enum[{}]", bracketed(member));
                let rule = "server-variable-enum-value-removed";
                self.simple(rule, path, order, (Some(value), None), &title);
            }
        }
    }
}

/// The base URLs of the document, which are the provider's: they say nothing about addresses of
/// callbacks and webhooks.
fn otherwise(api: Api<'_>, turns: usize) -> Vec<Server<'_>> {
    if turns == 0 {
        api.servers()
    } else {
        Vec::new()
    }
}

/// A list of its own, or the one that holds otherwise.
fn own_or<'s>(
    own: Vec<Server<'s>>,
    otherwise: impl FnOnce() -> Vec<Server<'s>>,
) -> Vec<Server<'s>> {
    if own.is_empty() { otherwise() } else { own }
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
