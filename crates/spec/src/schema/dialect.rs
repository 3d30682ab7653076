//! The dialects schemas are written in.

use pacto_document::Node;

/// A dialect of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Dialect {
    /// Draft 4.
    Draft4,
    /// Draft 6.
    Draft6,
    /// Draft 7.
    Draft7,
    /// Draft 2019-09.
    Draft201909,
    /// Draft 2020-12, which is also that of OpenAPI 3.1, and what nothing else is said to be.
    #[default]
    Draft202012,
    /// The schema object of OpenAPI 3.0.
    OpenApi30,
    /// The schema object of Swagger 2.0.
    Swagger2,
}

impl Dialect {
    /// The dialect that a document names at its root; `None` when it does not say.
    pub fn of(root: Node<'_>) -> Option<Self> {
        if root.get("swagger").is_some() {
            return Some(Self::Swagger2);
        }
        if let Some(version) = root.get("openapi") {
            if version.raw().trim_matches(['"', '\'']).starts_with("3.0") {
                return Some(Self::OpenApi30);
            }
            let named = root.get("jsonSchemaDialect").and_then(Node::as_str);
            return Some(named.and_then(Self::of_uri).unwrap_or_default());
        }
        Self::of_uri(root.get("$schema")?.as_str()?)
    }

    fn of_uri(uri: &str) -> Option<Self> {
        [
            ("draft-03", Self::Draft4),
            ("draft-04", Self::Draft4),
            ("draft-06", Self::Draft6),
            ("draft-07", Self::Draft7),
            ("2019-09", Self::Draft201909),
            ("2020-12", Self::Draft202012),
        ]
        .into_iter()
        .find_map(|(part, dialect)| uri.contains(part).then_some(dialect))
    }

    /// Whether keywords beside `$ref` count.
    pub fn reads_beside_references(self) -> bool {
        matches!(self, Self::Draft201909 | Self::Draft202012)
    }

    /// Whether `required` leaves out what is `readOnly` in requests: OpenAPI 3.0.4, section 4.7.24.2.
    /// Later versions say nothing of the kind.
    pub fn exempts_read_only(self) -> bool {
        matches!(self, Self::OpenApi30 | Self::Swagger2)
    }

    /// Whether `const`, `contains` and `propertyNames` are keywords.
    pub(super) fn has_constants(self) -> bool {
        !matches!(self, Self::Draft4 | Self::OpenApi30 | Self::Swagger2)
    }

    /// Whether `if`, `then` and `else` are keywords.
    pub(super) fn has_conditions(self) -> bool {
        self.has_constants() && self != Self::Draft6
    }

    /// Whether the `dependent…`, `unevaluated…` and `…Contains` keywords exist.
    pub(super) fn has_unevaluated(self) -> bool {
        matches!(self, Self::Draft201909 | Self::Draft202012)
    }

    /// Whether `dependencies` is a keyword.
    pub(super) fn has_dependencies(self) -> bool {
        matches!(self, Self::Draft4 | Self::Draft6 | Self::Draft7)
    }

    /// Whether `patternProperties` is a keyword.
    pub(super) fn has_pattern_properties(self) -> bool {
        !matches!(self, Self::OpenApi30 | Self::Swagger2)
    }

    /// Whether `prefixItems` is a keyword.
    pub(super) fn has_prefix_items(self) -> bool {
        self == Self::Draft202012
    }

    /// Whether `$dynamicRef` is a keyword.
    pub(super) fn has_dynamic_references(self) -> bool {
        self == Self::Draft202012
    }

    /// Whether `items` may be a list of schemas.
    pub(super) fn has_tuples(self) -> bool {
        self.has_dependencies() || self == Self::Draft201909
    }

    /// Whether `nullable` (or `x-nullable`) adds null to the type.
    pub fn nullable_keyword(self) -> Option<&'static str> {
        match self {
            Self::OpenApi30 => Some("nullable"),
            Self::Swagger2 => Some("x-nullable"),
            _ => None,
        }
    }
}
