//! Where in an interface a schema stands, and what its rules are called there.

use super::rules;
use crate::Direction;

/// A kind of place that has a schema. Rule ids begin with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Position {
    /// A parameter of an operation.
    Parameter,
    /// A header of a request.
    RequestHeader,
    /// A request body.
    RequestBody,
    /// The body of a response.
    ResponseBody,
    /// A header of a response.
    ResponseHeader,
    /// A configuration.
    Configuration,
    /// A policy: contracts are supplied to it.
    Policy,
    /// A message that a JSON Schema describes on its own; who sends it is not said.
    Message,
    /// A message that the application receives.
    EventInput,
    /// A message that the application sends.
    EventOutput,
    /// A message of which it is not clear who sends it.
    EventBoth,
}

/// How two schemas are compared: differences that only count one way depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Mode {
    /// Callers supply values.
    Input,
    /// The provider supplies values.
    Output,
    /// Operators supply values: input with names of its own.
    Configuration,
}

impl Mode {
    pub(crate) fn direction(self) -> Direction {
        match self {
            Self::Output => Direction::Output,
            _ => Direction::Input,
        }
    }
}

/// Differences of configurations that are named without `property`, wherever they are.
const UNSCOPED: [&str; 10] = [
    "additional-",
    "unique-items",
    "prefix-items",
    "dependent-",
    "all-of",
    "any-of",
    "one-of",
    "combined-kind",
    "not-",
    "if-then-else",
];

impl Position {
    pub(crate) fn mode(self) -> Mode {
        match self {
            Self::Parameter
            | Self::RequestHeader
            | Self::RequestBody
            | Self::EventInput
            | Self::EventBoth => Mode::Input,
            Self::ResponseBody | Self::ResponseHeader | Self::EventOutput => Mode::Output,
            Self::Configuration | Self::Policy | Self::Message => Mode::Configuration,
        }
    }

    pub(crate) fn direction(self) -> Direction {
        match self {
            Self::Message | Self::EventBoth => Direction::Both,
            _ => self.mode().direction(),
        }
    }

    /// An id of configurations, or of APIs, as it is called here.
    pub(crate) fn named(self, id: &str) -> String {
        let prefix = match self {
            Self::Policy => "policy-",
            Self::RequestHeader => {
                let id = match id {
                    "new-required-request-property"
                    | "new-required-request-property-with-default" => {
                        "new-required-request-header-property"
                    }
                    "request-property-became-required"
                    | "request-property-became-required-with-default" => {
                        "request-header-property-became-required"
                    }
                    id => id,
                };
                return id.to_owned();
            }
            Self::Message => "schema-",
            Self::EventInput | Self::EventBoth => {
                return format!("asyncapi-input-{}", id.replacen("request-", "", 1));
            }
            Self::EventOutput => {
                return format!("asyncapi-output-{}", id.replacen("response-", "", 1));
            }
            _ => return id.to_owned(),
        };
        match id.strip_prefix("config-") {
            Some(rest) => format!("{prefix}{rest}"),
            None => id.to_owned(),
        }
    }

    /// What rule ids begin with at the root of the schema, or below.
    fn scope(self, is_root: bool) -> &'static str {
        match (self, is_root) {
            (Self::Parameter | Self::RequestHeader, true) => "request-parameter",
            (Self::Parameter | Self::RequestHeader, false) => "request-parameter-property",
            (Self::RequestBody | Self::EventInput | Self::EventBoth, true) => "request-body",
            (Self::RequestBody | Self::EventInput | Self::EventBoth, false) => "request-property",
            (Self::ResponseBody | Self::EventOutput, true) => "response-body",
            (Self::ResponseBody | Self::EventOutput, false) => "response-property",
            (Self::ResponseHeader, _) => "response-header",
            (Self::Configuration | Self::Policy | Self::Message, true) => "config",
            (Self::Configuration | Self::Policy | Self::Message, false) => "config-property",
        }
    }

    /// The rule id of a family here.
    pub(crate) fn rule(self, family: &str, is_root: bool) -> String {
        let scope = self.scope(is_root);
        let is_generic = family == "keyword-changed"
            || family == "if-then-else-changed" && self.mode() != Mode::Configuration;
        if is_generic {
            return "schema-keyword-changed".to_owned();
        }
        // Announced or not, the rule is the same; its family has the class.
        let family = match family {
            "extensible-enum-value-added" => "enum-value-added",
            family => family,
        };
        if self.mode() == Mode::Configuration {
            let is_unscoped = UNSCOPED.iter().any(|prefix| family.starts_with(prefix));
            return match rules::named_for_configurations(family) {
                Some(id) => id.to_owned(),
                None if is_unscoped => format!("config-{family}"),
                None => format!("{scope}-{family}"),
            };
        }
        let family = match (family, self) {
            ("became-enum", Self::RequestHeader) if !is_root => {
                return "request-header-property-became-enum".to_owned();
            }
            (
                "type-narrowed" | "type-narrowed-as-text" | "type-changed",
                Self::Parameter | Self::RequestHeader,
            ) if !is_root => "type-specialized",
            // Below the root of a response it is called what it is for the reader: more choices.
            ("wrapped-in-one-of" | "wrapped-in-one-of-original-preserved", Self::ResponseBody)
                if !is_root =>
            {
                "one-of-added"
            }
            // How a property of a parameter is written is not known: perhaps as JSON.
            ("type-widened-as-text", Self::Parameter | Self::RequestHeader) if is_root => {
                "type-generalized"
            }
            ("type-widened-as-text", Self::Parameter | Self::RequestHeader) => "type-changed",
            ("type-widened-as-text", _) if self.mode() != Mode::Output => "type-compatible",
            ("type-narrowed-as-text", _) if self.mode() == Mode::Output => "type-compatible",
            ("multiple-of-extended", _) if self.mode() != Mode::Output => "multiple-of-changed",
            ("multiple-of-extended", _) => "multiple-of-specialized",
            ("multiple-of-reduced", _) if self.mode() == Mode::Output => "multiple-of-changed",
            ("multiple-of-reduced", _) => "multiple-of-generalized",
            ("type-narrowed" | "type-narrowed-as-text", _) if self.mode() != Mode::Output => {
                "type-changed"
            }
            ("type-narrowed", _) => "type-specialized",
            ("type-widened" | "type-widened-as-text", _) => "type-generalized",
            (family, _) => family,
        };
        let is_enum = family.starts_with("enum-value") || family.ends_with("enum");
        if self == Self::ResponseBody && is_root && is_enum {
            return format!("response-mediatype-{family}");
        }
        format!("{scope}-{family}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_has_a_name_for_every_position() {
        assert_eq!(
            Position::RequestBody.rule("max-length-decreased", false),
            "request-property-max-length-decreased"
        );
        assert_eq!(
            Position::ResponseBody.rule("enum-value-added", true),
            "response-mediatype-enum-value-added"
        );
        assert_eq!(
            Position::Parameter.rule("type-narrowed", false),
            "request-parameter-property-type-specialized"
        );
        assert_eq!(
            Position::Configuration.rule("additional-properties-disallowed", false),
            "config-additional-properties-disallowed"
        );
    }
}
