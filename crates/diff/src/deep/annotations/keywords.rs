//! Which words of a document are documentation, and which of its parts have names.

use crate::OpenApiOptions;
use crate::deep::place::Position;

/// Keywords whose value maps names to parts of the document.
const NAMED: [&str; 21] = [
    "$defs",
    "callbacks",
    "content",
    "definitions",
    "dependencies",
    "dependentSchemas",
    "encoding",
    "headers",
    "links",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securityDefinitions",
    "securitySchemes",
    "variables",
    "webhooks",
];

/// Those of AsyncAPI beside them.
const NAMED_OF_EVENTS: [&str; 9] = [
    "channels",
    "correlationIds",
    "messageTraits",
    "messages",
    "operationTraits",
    "operations",
    "replies",
    "serverVariables",
    "servers",
];

/// Documentation in schemas that stand alone.
const OF_SCHEMAS: [&str; 7] = [
    "$comment",
    "$id",
    "description",
    "example",
    "examples",
    "id",
    "title",
];

/// Maps of parts whose keys may be extensions as well.
const EXTENSIBLE: [&str; 3] = ["callbacks", "paths", "responses"];

/// Keywords whose values are no parts of the document.
const VALUES: [&str; 6] = ["const", "default", "enum", "mapping", "scopes", "security"];

/// Extensions that other rules read.
const READ: [&str; 4] = [
    "x-nullable",
    "x-pacto-ignore",
    "x-stability-level",
    "x-sunset",
];

/// What is known about a key of a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Documentation, with the rule about it.
    Documentation(&'static str),
    /// A value that is not looked into.
    Value,
    /// A map from names to parts.
    Named,
    /// Anything else, which may hold documentation.
    Part,
}

/// Kind of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// OpenAPI.
    Api,
    /// AsyncAPI.
    Events,
    /// A JSON Schema, with what it describes.
    Schema(Position),
}

/// The words of one kind of document.
#[derive(Debug)]
pub(super) struct Vocabulary {
    kind: Kind,
    /// Extensions that the options name.
    read: Vec<String>,
}

impl Vocabulary {
    pub(super) fn open_api(options: &OpenApiOptions) -> Self {
        let stability = options.stability.as_ref();
        let stability = stability.map(|stability| stability.extension.clone());
        Self {
            kind: Kind::Api,
            read: stability
                .into_iter()
                .chain([options.extensible_enum.clone()])
                .collect(),
        }
    }

    pub(super) fn async_api() -> Self {
        Self::of(Kind::Events)
    }

    pub(super) fn schema(position: Position) -> Self {
        Self::of(Kind::Schema(position))
    }

    fn of(kind: Kind) -> Self {
        Self {
            kind,
            read: vec![OpenApiOptions::default().extensible_enum],
        }
    }

    /// How the rule of an edit is called in this document.
    pub(super) fn named(&self, rule: &str) -> String {
        match self.kind {
            Kind::Schema(position) => position.named(rule),
            Kind::Api | Kind::Events => rule.to_owned(),
        }
    }

    /// What a key means; `owner` is the key of the mapping it stands in, `None` at the root.
    pub(super) fn word(&self, key: &str, owner: Option<&str>) -> Word {
        if VALUES.contains(&key) {
            return Word::Value;
        }
        let is_extension = key.starts_with("x-");
        if is_extension && (READ.contains(&key) || self.read.iter().any(|other| other == key)) {
            return Word::Value;
        }
        let rule = match self.kind {
            Kind::Api if is_extension => Some("extension-changed"),
            Kind::Api => of_api(key, owner),
            Kind::Events if key == "asyncapi" && owner.is_none() => {
                Some("asyncapi-version-changed")
            }
            Kind::Events if is_extension || of_api(key, owner).is_some() => {
                Some("asyncapi-annotation-changed")
            }
            Kind::Schema(_) if is_extension || OF_SCHEMAS.contains(&key) => {
                Some("config-annotation-changed")
            }
            Kind::Events | Kind::Schema(_) => None,
        };
        match rule {
            Some(rule) => Word::Documentation(rule),
            None if self.is_map(key) => Word::Named,
            None => Word::Part,
        }
    }

    /// Whether a keyword maps names to parts. The headers of a message are one schema.
    fn is_map(&self, key: &str) -> bool {
        match self.kind {
            Kind::Events => {
                NAMED_OF_EVENTS.contains(&key) || NAMED.contains(&key) && key != "headers"
            }
            Kind::Api | Kind::Schema(_) => NAMED.contains(&key),
        }
    }

    /// What a name means in a map from names to parts.
    pub(super) fn name(&self, name: &str, map: &str) -> Word {
        if name.starts_with("x-") && self.kind == Kind::Api && EXTENSIBLE.contains(&map) {
            self.word(name, Some(map))
        } else {
            Word::Part
        }
    }
}

/// The rule about a keyword that is documentation in the description of an API.
fn of_api(key: &str, owner: Option<&str>) -> Option<&'static str> {
    Some(match (key, owner) {
        ("openapi" | "swagger", None) => "openapi-version-changed",
        ("example" | "examples", _) => "example-changed",
        ("tags", _) => "tag-changed",
        ("version", Some("info"))
        | (
            "$comment" | "contact" | "description" | "externalDocs" | "license" | "summary"
            | "termsOfService" | "title",
            _,
        ) => "documentation-changed",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_depends_on_the_document_and_on_where_it_stands() {
        let api = Vocabulary::open_api(&OpenApiOptions::default());
        assert_eq!(
            api.word("version", Some("info")),
            Word::Documentation("documentation-changed")
        );
        assert_eq!(api.word("version", None), Word::Part);
        assert_eq!(api.word("x-extensible-enum", None), Word::Value);
        assert_eq!(api.name("description", "properties"), Word::Part);
        assert_eq!(api.name("x-owner", "properties"), Word::Part);
        assert_eq!(
            api.name("x-owner", "paths"),
            Word::Documentation("extension-changed")
        );
        let schema = Vocabulary::schema(Position::Configuration);
        assert_eq!(schema.word("summary", None), Word::Part);
        assert_eq!(schema.word("properties", None), Word::Named);
        let events = Vocabulary::async_api();
        assert_eq!(events.word("headers", None), Word::Part);
        assert_eq!(api.word("headers", None), Word::Named);
        assert_eq!(events.word("channels", None), Word::Named);
    }
}
