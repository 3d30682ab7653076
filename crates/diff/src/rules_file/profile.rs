//! Profiles: sets of classes with a name.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::judge::Layer;
use crate::{Class, Direction, Record};

/// A set of classes with a name.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// The classes of the pages.
    #[default]
    Default,
    /// What may break a reader does.
    Strict,
    /// Tolerant readers: looser output is potentially breaking, limits of output are harmless.
    Lenient,
    /// The base layer alone, with paths as the Go implementation spells them.
    Go,
    /// The levels of oasdiff where ours differ.
    Oasdiff,
    /// The binary encoding of protobuf alone.
    BufWire,
}

/// Parts of rule ids that are about limits of values.
const LIMITS: [&str; 10] = [
    "-max-",
    "-min-",
    "-exclusive-",
    "-pattern-",
    "-multiple-of-",
    "-unique-items-",
    "-format-",
    "-contains-",
    "-property-names-",
    "-content-",
];

/// Rules that ours takes for graver than oasdiff does; there they are for information.
const INFORMATION_THERE: [&str; 19] = [
    "response-optional-property-removed",
    "optional-response-header-removed",
    "response-non-success-status-removed",
    "api-removed-with-deprecation",
    "api-path-removed-with-deprecation",
    "api-operation-id-removed",
    "api-security-component-oauth-scope-removed",
    "api-security-component-removed",
    "*-discriminator-property-name-changed",
    "*-discriminator-mapping-deleted",
    "*-discriminator-mapping-changed",
    "*-discriminator-mapping-added",
    "*-discriminator-added",
    "*-discriminator-removed",
    "request-parameter-default-value-*",
    "request-body-default-value-*",
    "request-property-default-value-*",
    "response-body-default-value-*",
    "response-property-default-value-*",
];

/// Rules that ours takes for less grave than oasdiff does; there they are errors.
const ERRORS_THERE: [&str; 4] = [
    "response-property-enum-value-added",
    "response-mediatype-enum-value-added",
    "api-invalid-stability-level",
    "api-deprecated-sunset-parse",
];

impl Profile {
    /// The class a record has here; `None` for that of its page.
    pub(super) fn class(self, record: &Record) -> Option<Class> {
        let rule = record.rule.as_deref()?;
        let class = record.refined.unwrap_or(record.classification);
        let is_deep_output =
            record.layer == Some(Layer::Deep) && record.direction == Some(Direction::Output);
        match self {
            Self::Strict if is_deep_output && class == Class::PotentialBreaking => {
                Some(Class::Breaking)
            }
            Self::Strict if rule.starts_with("config-property-format-") => {
                (class == Class::PotentialBreaking).then_some(Class::Breaking)
            }
            Self::Strict if rule == "config-property-added-to-open-object" => {
                Some(Class::PotentialBreaking)
            }
            Self::Lenient if is_deep_output && LIMITS.iter().any(|part| rule.contains(part)) => {
                Some(Class::NonBreaking)
            }
            Self::Lenient if is_deep_output && class == Class::Breaking => {
                let is_loosened = !rule.contains("-removed") && !rule.contains("type-changed");
                is_loosened.then_some(Class::PotentialBreaking)
            }
            Self::Oasdiff if ERRORS_THERE.contains(&rule) => Some(Class::Breaking),
            Self::Oasdiff => INFORMATION_THERE
                .iter()
                .any(|pattern| super::glob::matches(pattern, rule))
                .then_some(Class::NonBreaking),
            _ => None,
        }
    }
}
