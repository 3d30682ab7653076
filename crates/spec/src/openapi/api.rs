//! The document as a whole.

use std::collections::BTreeMap;

use pacto_document::{Kind, Node};

use super::operation::Operation;
use super::security::{Requirements, SecurityScheme, alternatives};
use crate::schema::{Dialect, Schemas};
use crate::{Documents, Problem};

/// The methods of a path item, in the order findings list them.
pub const METHODS: [&str; 9] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
];

/// An OpenAPI document.
#[derive(Debug, Clone, Copy)]
pub struct Api<'s> {
    pub(super) documents: &'s Documents<'s>,
    pub(super) root: Node<'s>,
}

/// A path or a webhook.
#[derive(Debug, Clone, Copy)]
pub struct PathItem<'s> {
    /// The template, or the name of the webhook.
    pub name: &'s str,
    /// The item, references followed.
    pub node: Node<'s>,
    /// The item as written: a reference may have operations beside it.
    pub(super) written: Node<'s>,
    pub(super) api: Api<'s>,
}

/// A base URL.
#[derive(Debug, Clone)]
pub struct Server<'s> {
    /// The URL as written, or put together from `schemes`, `host` and `basePath`.
    pub url: String,
    /// Where it is written.
    pub node: Node<'s>,
}

impl<'s> Api<'s> {
    /// Reads a document; `None` when it is no OpenAPI document.
    pub fn read(documents: &'s Documents<'s>) -> Option<Self> {
        let root = documents.main().root();
        let is_openapi = root.get("openapi").is_some() || root.get("swagger").is_some();
        is_openapi.then_some(Self { documents, root })
    }

    /// The documents it lies in.
    pub fn documents(self) -> &'s Documents<'s> {
        self.documents
    }

    /// The schemas in it.
    pub fn schemas(self) -> Schemas<'s> {
        Schemas::new(self.documents)
    }

    /// The root of the document.
    pub fn root(self) -> Node<'s> {
        self.root
    }

    /// True for Swagger 2.0.
    pub fn is_swagger(self) -> bool {
        self.documents.dialect(self.root) == Dialect::Swagger2
    }

    /// The version it declares, as written.
    pub fn version(self) -> &'s str {
        self.root
            .get("openapi")
            .or_else(|| self.root.get("swagger"))
            .map_or("", |node| node.raw().trim_matches(['"', '\'']))
    }

    /// Paths by template, and what could not be followed.
    pub fn paths(self) -> (BTreeMap<&'s str, PathItem<'s>>, Vec<Problem>) {
        self.items("paths")
    }

    /// Webhooks by name.
    pub fn webhooks(self) -> (BTreeMap<&'s str, PathItem<'s>>, Vec<Problem>) {
        self.items("webhooks")
    }

    fn items(self, key: &str) -> (BTreeMap<&'s str, PathItem<'s>>, Vec<Problem>) {
        let mut items = BTreeMap::new();
        let mut problems = Vec::new();
        for (name, written) in self.root.get(key).into_iter().flat_map(Node::entries) {
            let Some(name) = name.as_str() else { continue };
            if name.starts_with("x-") {
                continue;
            }
            match self.documents.follow(written) {
                Ok(node) if node.kind() == Kind::Mapping => {
                    let item = PathItem {
                        name,
                        node,
                        written,
                        api: self,
                    };
                    items.insert(name, item);
                }
                Ok(_) => {}
                Err(problem) => problems.push(problem),
            }
        }
        (items, problems)
    }

    /// The requirements of operations that say nothing themselves.
    pub fn security(self) -> Option<Requirements<'s>> {
        alternatives(self.root)
    }

    /// Security schemes by name.
    pub fn security_schemes(self) -> BTreeMap<&'s str, SecurityScheme<'s>> {
        let schemes = if self.is_swagger() {
            self.root.get("securityDefinitions")
        } else {
            self.root
                .get("components")
                .and_then(|components| components.get("securitySchemes"))
        };
        schemes
            .into_iter()
            .flat_map(Node::entries)
            .filter_map(|(name, node)| {
                let node = self.documents.follow(node).unwrap_or(node);
                Some((name.as_str()?, SecurityScheme { node }))
            })
            .collect()
    }

    /// Base URLs.
    pub fn servers(self) -> Vec<Server<'s>> {
        if self.is_swagger() {
            let text = |key| self.root.get(key).and_then(Node::as_str);
            let Some(node) = self.root.get("host").or_else(|| self.root.get("basePath")) else {
                return Vec::new();
            };
            let (host, path) = (text("host").unwrap_or(""), text("basePath").unwrap_or(""));
            let url = |scheme: &str| match host {
                "" => path.to_owned(),
                host => format!("{scheme}//{host}{path}"),
            };
            let schemes: Vec<&str> = self
                .root
                .get("schemes")
                .into_iter()
                .flat_map(Node::items)
                .filter_map(Node::as_str)
                .collect();
            if schemes.is_empty() {
                return vec![Server { url: url(""), node }];
            }
            let server = |scheme: &&str| Server {
                url: url(&format!("{scheme}:")),
                node,
            };
            return schemes.iter().map(server).collect();
        }
        listed_servers(self.root)
    }
}

/// The base URLs in a `servers` list.
fn listed_servers(owner: Node<'_>) -> Vec<Server<'_>> {
    owner
        .get("servers")
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|node| {
            let url = node.get("url")?.as_str()?.to_owned();
            Some(Server { url, node })
        })
        .collect()
}

impl<'s> PathItem<'s> {
    /// The node of an operation, by its method: in lower case, or as written where it is one of
    /// [`Self::additional_methods`].
    pub fn operation_node(self, method: &str) -> Option<Node<'s>> {
        let own = self.written.get(method);
        let additional = || self.node.get("additionalOperations")?.get(method);
        own.or_else(|| self.node.get(method))
            .or_else(additional)
            .filter(|node| node.kind() == Kind::Mapping)
    }

    /// Methods that have no field of their own, as written: OpenAPI 3.2, section 4.9.1.
    pub fn additional_methods(self) -> impl Iterator<Item = &'s str> {
        let operations = self.node.get("additionalOperations");
        let entries = operations.into_iter().flat_map(Node::entries);
        entries.filter_map(|(method, _)| method.as_str())
    }

    /// What holds parameters for all operations: the item, and what stands beside a reference to it.
    pub(super) fn owners(self) -> impl Iterator<Item = Node<'s>> {
        let is_same = self.written.identity() == self.node.identity();
        let beside = (!is_same).then_some(self.written);
        std::iter::once(self.node).chain(beside)
    }

    /// Its own base URLs, which stand in for those of the document; empty when it has none.
    pub fn servers(self) -> Vec<Server<'s>> {
        listed_servers(self.node)
    }

    /// The own base URLs of an operation, which stand in for those of its path.
    pub fn operation_servers(self, method: &str) -> Vec<Server<'s>> {
        self.operation_node(method)
            .map(listed_servers)
            .unwrap_or_default()
    }

    /// Reads an operation, by its method in lower case.
    pub fn operation(self, method: &str) -> Option<Operation<'s>> {
        let node = self.operation_node(method)?;
        Some(Operation::read(self, node))
    }
}
