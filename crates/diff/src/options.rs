//! What a comparison is asked to do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which layers run.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Everything we know.
    #[default]
    Full,
    /// Only the layer that is compatible with the Go implementation, with its fields only.
    Base,
}

/// How records about configuration and policy schemas spell their paths.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum PathStyle {
    /// One spelling per fact: `configuration.properties[model_path]`.
    #[default]
    Canonical,
    /// The spelling of the Go implementation: `schema.properties[model_path]`.
    Go,
}

/// What a comparison is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Which layers run.
    pub engine: Engine,
    /// How schema paths are spelled.
    pub path_style: PathStyle,
    /// The current day: sunset dates before it have passed. `None` when that is not to count.
    pub today: Option<jiff::civil::Date>,
}
