//! One operation, ready to be compared.

use std::collections::BTreeMap;

use pacto_document::{Kind, Node};

use super::api::{Api, PathItem};
use super::security::{Requirements, alternatives};
use crate::Problem;

/// A parameter.
#[derive(Debug, Clone)]
pub struct Parameter<'s> {
    /// Name as written.
    pub name: &'s str,
    /// `path`, `query`, `header`, `cookie`; `formData` in Swagger 2.0.
    pub location: &'s str,
    /// Callers must send it.
    pub is_required: bool,
    /// Its schema; the parameter itself in Swagger 2.0.
    pub schema: Option<Node<'s>>,
    /// Media type and schema of a parameter with `content`.
    pub content: BTreeMap<&'s str, Media<'s>>,
    /// How it is written: `form`, `simple` and so on, after defaults.
    pub style: &'s str,
    /// Whether lists become several parameters, after defaults.
    pub explode: bool,
    /// Declared on the path and not on the operation.
    pub is_inherited: bool,
    /// The parameter, references followed.
    pub node: Node<'s>,
}

/// One representation of a body.
#[derive(Debug, Clone, Copy)]
pub struct Media<'s> {
    /// Its schema.
    pub schema: Option<Node<'s>>,
    /// The schema of each item of a stream (OpenAPI 3.2).
    pub item_schema: Option<Node<'s>>,
    /// Where it is written.
    pub node: Node<'s>,
}

/// A request body.
#[derive(Debug, Clone)]
pub struct RequestBody<'s> {
    /// Callers must send it.
    pub is_required: bool,
    /// By media type.
    pub content: BTreeMap<&'s str, Media<'s>>,
    /// The body, references followed.
    pub node: Node<'s>,
}

/// A header of a response.
#[derive(Debug, Clone)]
pub struct Header<'s> {
    /// Always sent.
    pub is_required: bool,
    /// Its schema; the header itself in Swagger 2.0.
    pub schema: Option<Node<'s>>,
    /// Media type and schema of a header with `content`, which Swagger 2.0 does not have.
    pub content: BTreeMap<&'s str, Media<'s>>,
    /// The header, references followed.
    pub node: Node<'s>,
}

/// A response.
#[derive(Debug, Clone)]
pub struct Response<'s> {
    /// By media type.
    pub content: BTreeMap<&'s str, Media<'s>>,
    /// By name in lower case.
    pub headers: BTreeMap<String, Header<'s>>,
    /// What callers may do next, by name; references followed.
    pub links: BTreeMap<&'s str, Node<'s>>,
    /// The response, references followed.
    pub node: Node<'s>,
}

/// One operation with everything that holds for it.
#[derive(Debug, Clone)]
pub struct Operation<'s> {
    /// By place and name (lower case for headers).
    pub parameters: BTreeMap<(&'s str, String), Parameter<'s>>,
    /// The request body.
    pub request_body: Option<RequestBody<'s>>,
    /// By status key as text.
    pub responses: BTreeMap<&'s str, Response<'s>>,
    /// Its own requirements; `None` when those of the document hold.
    pub security: Option<Requirements<'s>>,
    /// Callers are told to move on.
    pub is_deprecated: bool,
    /// The day it goes, as written in `x-sunset`.
    pub sunset: Option<&'s str>,
    /// `operationId`
    pub operation_id: Option<&'s str>,
    /// What the provider calls back, by name and by the expression that gives the address.
    pub callbacks: BTreeMap<&'s str, BTreeMap<&'s str, PathItem<'s>>>,
    /// Where it is written.
    pub node: Node<'s>,
    /// References that lead nowhere.
    pub problems: Vec<Problem>,
}

impl<'s> Operation<'s> {
    pub(super) fn read(item: PathItem<'s>, node: Node<'s>) -> Self {
        let mut reader = Reader {
            api: item.api,
            node,
            problems: Vec::new(),
        };
        let mut parameters = BTreeMap::new();
        let mut body = None;
        let inherited = item.owners().map(|owner| (owner, true));
        for (owner, is_inherited) in inherited.chain([(node, false)]) {
            for parameter in owner.get("parameters").into_iter().flat_map(Node::items) {
                reader.parameter(parameter, is_inherited, &mut parameters, &mut body);
            }
        }
        let request_body = body.or_else(|| {
            let body = reader.follow(node.get("requestBody")?)?;
            Some(RequestBody {
                is_required: body.get("required").and_then(Node::as_bool) == Some(true),
                content: content(body),
                node: body,
            })
        });
        let mut responses = BTreeMap::new();
        for (status, response) in node.get("responses").into_iter().flat_map(Node::entries) {
            let Some(status) = status.as_str().filter(|key| !key.starts_with("x-")) else {
                continue;
            };
            if let Some(response) = reader.follow(response) {
                responses.insert(status, reader.response(response));
            }
        }
        let mut callbacks = BTreeMap::new();
        for (name, callback) in node.get("callbacks").into_iter().flat_map(Node::entries) {
            if let (Some(name), Some(callback)) = (name.as_str(), reader.follow(callback)) {
                callbacks.insert(name, reader.callback(callback));
            }
        }
        Self {
            callbacks,
            parameters,
            request_body,
            responses,
            security: alternatives(node),
            is_deprecated: node.get("deprecated").and_then(Node::as_bool) == Some(true),
            sunset: node
                .get("x-sunset")
                .map(|sunset| sunset.as_str().unwrap_or_else(|| sunset.raw())),
            operation_id: node.get("operationId").and_then(Node::as_str),
            node,
            problems: reader.problems,
        }
    }
}

struct Reader<'s> {
    api: Api<'s>,
    node: Node<'s>,
    problems: Vec<Problem>,
}

impl<'s> Reader<'s> {
    fn follow(&mut self, node: Node<'s>) -> Option<Node<'s>> {
        match self.api.documents.follow(node) {
            Ok(node) => Some(node),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn parameter(
        &mut self,
        node: Node<'s>,
        is_inherited: bool,
        parameters: &mut BTreeMap<(&'s str, String), Parameter<'s>>,
        body: &mut Option<RequestBody<'s>>,
    ) {
        let Some(node) = self.follow(node) else {
            return;
        };
        let text = |key: &str| node.get(key).and_then(Node::as_str);
        let (Some(name), Some(location)) = (text("name"), text("in")) else {
            return;
        };
        let is_required = node.get("required").and_then(Node::as_bool) == Some(true);
        if location == "body" {
            *body = Some(RequestBody {
                is_required,
                content: self.media("consumes", node.get("schema"), node),
                node,
            });
            return;
        }
        let (style, explode) = self.style(node, location);
        let schema = if self.api.is_swagger() {
            Some(node)
        } else {
            node.get("schema")
        };
        let key = match location {
            "header" => name.to_lowercase(),
            _ => name.to_owned(),
        };
        let parameter = Parameter {
            name,
            location,
            is_required,
            schema,
            content: content(node),
            style,
            explode,
            is_inherited,
            node,
        };
        parameters.insert((location, key), parameter);
    }

    /// Style and explode after defaults; those of Swagger 2.0 come from `collectionFormat`.
    fn style(&self, node: Node<'s>, location: &str) -> (&'s str, bool) {
        let default = match location {
            "query" | "cookie" | "formData" => "form",
            _ => "simple",
        };
        if self.api.is_swagger() {
            return match node.get("collectionFormat").and_then(Node::as_str) {
                Some("ssv") => ("spaceDelimited", false),
                Some("pipes") => ("pipeDelimited", false),
                Some("tsv") => ("tabDelimited", false),
                Some("multi") => (default, true),
                _ => (default, false),
            };
        }
        let style = node.get("style").and_then(Node::as_str).unwrap_or(default);
        let explode = node.get("explode").and_then(Node::as_bool);
        (style, explode.unwrap_or(style == "form"))
    }

    fn callback(&mut self, node: Node<'s>) -> BTreeMap<&'s str, PathItem<'s>> {
        let mut items = BTreeMap::new();
        for (expression, item) in node.entries() {
            let Some(name) = expression.as_str().filter(|key| !key.starts_with("x-")) else {
                continue;
            };
            if let Some(node) = self.follow(item) {
                let api = self.api;
                let written = item;
                items.insert(
                    name,
                    PathItem {
                        name,
                        node,
                        written,
                        api,
                    },
                );
            }
        }
        items
    }

    fn response(&mut self, node: Node<'s>) -> Response<'s> {
        let representations = if self.api.is_swagger() {
            match node.get("schema") {
                Some(schema) => self.media("produces", Some(schema), node),
                None => BTreeMap::new(),
            }
        } else {
            content(node)
        };
        let mut headers = BTreeMap::new();
        for (name, header) in node.get("headers").into_iter().flat_map(Node::entries) {
            let (Some(name), Some(header)) = (name.as_str(), self.follow(header)) else {
                continue;
            };
            let (schema, content) = if self.api.is_swagger() {
                (Some(header), BTreeMap::new())
            } else {
                (header.get("schema"), content(header))
            };
            let header = Header {
                is_required: header.get("required").and_then(Node::as_bool) == Some(true),
                schema,
                content,
                node: header,
            };
            headers.insert(name.to_lowercase(), header);
        }
        let mut links = BTreeMap::new();
        for (name, link) in node.get("links").into_iter().flat_map(Node::entries) {
            if let (Some(name), Some(link)) = (name.as_str(), self.follow(link)) {
                links.insert(name, link);
            }
        }
        Response {
            content: representations,
            headers,
            links,
            node,
        }
    }

    /// One schema in every media type that Swagger 2.0 lists, of the operation or the document.
    fn media(
        &self,
        key: &str,
        schema: Option<Node<'s>>,
        node: Node<'s>,
    ) -> BTreeMap<&'s str, Media<'s>> {
        let listed: Vec<&str> = self
            .node
            .get(key)
            .or_else(|| self.api.root.get(key))
            .into_iter()
            .flat_map(Node::items)
            .filter_map(Node::as_str)
            .collect();
        let types = if listed.is_empty() {
            vec!["application/json"]
        } else {
            listed
        };
        types
            .into_iter()
            .map(|name| {
                let media = Media {
                    schema,
                    item_schema: None,
                    node,
                };
                (name, media)
            })
            .collect()
    }
}

/// `content` by media type.
fn content(owner: Node<'_>) -> BTreeMap<&str, Media<'_>> {
    owner
        .get("content")
        .into_iter()
        .flat_map(Node::entries)
        .filter_map(|(name, node)| {
            let schema = |key: &str| {
                let schema = node.get(key);
                schema.filter(|schema| matches!(schema.kind(), Kind::Mapping | Kind::Bool))
            };
            let media = Media {
                schema: schema("schema"),
                item_schema: schema("itemSchema"),
                node,
            };
            Some((name.as_str()?, media))
        })
        .collect()
}
