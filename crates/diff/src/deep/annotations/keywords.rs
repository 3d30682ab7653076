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

/// The words of one kind of document.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// What a schema describes; `None` for whole APIs.
    position: Option<Position>,
    /// Extensions that the options name.
    read: Vec<String>,
}

impl Vocabulary {
    pub(super) fn open_api(options: &OpenApiOptions) -> Self {
        let stability = options.stability.as_ref();
        let stability = stability.map(|stability| stability.extension.clone());
        Self {
            position: None,
            read: stability
                .into_iter()
                .chain([options.extensible_enum.clone()])
                .collect(),
        }
    }

    pub(super) fn schema(position: Position) -> Self {
        Self {
            position: Some(position),
            read: vec![OpenApiOptions::default().extensible_enum],
        }
    }

    /// How the rule of an edit is called in this document.
    pub(super) fn named(&self, rule: &str) -> String {
        match self.position {
            Some(position) => position.named(rule),
            None => rule.to_owned(),
        }
    }

    /// What a key means; `owner` is the key of the mapping it stands in, `None` at the root.
    pub(super) fn word(&self, key: &str, owner: Option<&str>) -> Word {
        if VALUES.contains(&key) {
            return Word::Value;
        }
        if key.starts_with("x-") {
            let is_read = READ.contains(&key) || self.read.iter().any(|other| other == key);
            return match self.position {
                _ if is_read => Word::Value,
                Some(_) => Word::Documentation("config-annotation-changed"),
                None => Word::Documentation("extension-changed"),
            };
        }
        let rule = match self.position {
            Some(_) => match key {
                "$comment" | "$id" | "description" | "example" | "examples" | "id" | "title" => {
                    "config-annotation-changed"
                }
                _ => return part(key),
            },
            None => match (key, owner) {
                ("openapi" | "swagger", None) => "openapi-version-changed",
                ("example" | "examples", _) => "example-changed",
                ("tags", _) => "tag-changed",
                ("version", Some("info"))
                | (
                    "$comment" | "contact" | "description" | "externalDocs" | "license" | "summary"
                    | "termsOfService" | "title",
                    _,
                ) => "documentation-changed",
                _ => return part(key),
            },
        };
        Word::Documentation(rule)
    }

    /// What a name means in a map from names to parts.
    pub(super) fn name(&self, name: &str, map: &str) -> Word {
        if name.starts_with("x-") && self.position.is_none() && EXTENSIBLE.contains(&map) {
            self.word(name, Some(map))
        } else {
            Word::Part
        }
    }
}

fn part(key: &str) -> Word {
    if NAMED.contains(&key) {
        Word::Named
    } else {
        Word::Part
    }
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
    }
}
