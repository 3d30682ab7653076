//! What a document of an interface describes, as far as it says so itself.

use pacto_document::Document;

/// Words of which a JSON Schema has at least one.
const OF_SCHEMAS: [&str; 7] = [
    "$schema",
    "type",
    "properties",
    "$ref",
    "oneOf",
    "anyOf",
    "allOf",
];

/// A format that is compared by rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Description {
    /// OpenAPI, or Swagger 2.0.
    OpenApi,
    /// Paths of an API in a document that does not say which version it is written in; only the
    /// base layer compares these.
    Paths,
    /// AsyncAPI 2 or 3.
    AsyncApi,
    /// A JSON Schema.
    Schema,
}

impl Description {
    /// `None` for what no rule is about.
    pub(crate) fn of(document: &Document) -> Option<Self> {
        let root = document.root();
        let has = |key: &str| root.get(key).is_some();
        if has("openapi") || has("swagger") {
            return Some(Self::OpenApi);
        }
        if let Some(version) = root.get("asyncapi") {
            let version = version.as_str().unwrap_or_default();
            let is_known = version.starts_with("2.") || version.starts_with("3.");
            return is_known.then_some(Self::AsyncApi);
        }
        if has("paths") {
            return Some(Self::Paths);
        }
        OF_SCHEMAS
            .iter()
            .any(|key| has(key))
            .then_some(Self::Schema)
    }
}
