//! What a comparison is asked to do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Class;
use crate::deep::protobuf::Level;

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

/// Which overall class is the verdict (diff.md 6.3).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// The highest class on either scale: never lower than that of the Go implementation.
    #[default]
    Compatible,
    /// The highest refined class; lower where rules understood a change completely.
    Refined,
}

/// What a comparison is asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// Which layers run.
    pub engine: Engine,
    /// How schema paths are spelled.
    pub path_style: PathStyle,
    /// Which overall class is the verdict.
    pub scale: Scale,
    /// The current day: sunset dates before it have passed. `None` when that is not to count.
    pub today: Option<jiff::civil::Date>,
    /// One record for each place of a change in a shared schema instead of one with a list.
    pub expand: bool,
    /// List edits of documentation as well, in documents and below `docs/`.
    pub include_annotations: bool,
    /// How OpenAPI documents are compared.
    pub openapi: OpenApiOptions,
    /// How AsyncAPI documents are compared.
    pub asyncapi: AsyncApiOptions,
    /// How protobuf files are compared.
    pub proto: ProtoOptions,
    /// Whether the version of the service is held against what changed.
    pub version_policy: VersionPolicy,
    /// Words in the documents that accept changes, `x-pacto-ignore` and `pacto:ignore`, do not
    /// count.
    pub ignores_inline_words: bool,
}

/// Changes that make a command fail.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Breaking changes.
    #[default]
    Breaking,
    /// Breaking and potentially breaking changes.
    Potential,
    /// Any change.
    Any,
    /// Nothing.
    None,
}

impl FailOn {
    /// Whether a change of some class makes the command fail.
    pub fn gates(self, class: Class) -> bool {
        match self {
            Self::Breaking => class >= Class::Breaking,
            Self::Potential => class >= Class::PotentialBreaking,
            Self::Any => true,
            Self::None => false,
        }
    }
}

/// How OpenAPI documents are compared; `openapi` of the rules file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct OpenApiOptions {
    /// Notice that deprecated operations, parameters and properties have to give; without it the
    /// rules about sunset dates and grace periods are off.
    pub sunset: Option<SunsetOptions>,
    /// Whether operations below some stability level may break.
    pub stability: Option<StabilityOptions>,
    /// Extension that lists values of an enumeration that may grow.
    pub extensible_enum: String,
    /// How paths of the two sides find each other.
    pub path_matching: PathMatching,
    /// Prefixes cut off before paths are matched.
    pub strip_prefix: Option<StripPrefix>,
}

impl Default for OpenApiOptions {
    fn default() -> Self {
        Self {
            sunset: None,
            stability: None,
            extensible_enum: "x-extensible-enum".to_owned(),
            path_matching: PathMatching::default(),
            strip_prefix: None,
        }
    }
}

/// Days between the announcement of an end and the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SunsetOptions {
    /// Days for stable operations.
    pub min_days_stable: u32,
    /// Days for beta operations.
    pub min_days_beta: u32,
}

impl Default for SunsetOptions {
    fn default() -> Self {
        Self {
            min_days_stable: 180,
            min_days_beta: 30,
        }
    }
}

/// Treats changes of unstable operations as less than they are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct StabilityOptions {
    /// Extension that names the level: `draft`, `alpha`, `beta` or `stable`.
    pub extension: String,
    /// Operations below this level are meant.
    pub below: String,
    /// The highest class their changes get.
    #[serde(deserialize_with = "crate::class::word::deserialize")]
    #[schemars(with = "crate::class::Word")]
    pub treat_as: Class,
}

impl Default for StabilityOptions {
    fn default() -> Self {
        Self {
            extension: "x-stability-level".to_owned(),
            below: "beta".to_owned(),
            treat_as: Class::NonBreaking,
        }
    }
}

/// How paths of the two sides find each other.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum PathMatching {
    /// By template with the names of parameters erased.
    #[default]
    Template,
    /// By the exact text.
    Exact,
}

/// Prefixes cut off before paths are matched.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct StripPrefix {
    /// On the old side.
    pub old: String,
    /// On the new side.
    pub new: String,
}

/// How AsyncAPI documents are compared; `asyncapi` of the rules file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AsyncApiOptions {
    /// From whose side `publish` and `subscribe` of AsyncAPI 2 are meant.
    pub v2_perspective: V2Perspective,
}

/// From whose side `publish` and `subscribe` of AsyncAPI 2 are meant.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum V2Perspective {
    /// As the standard says: clients publish what the application receives.
    Client,
    /// The application itself publishes.
    Application,
    /// Unknown: `publish` is judged in both directions.
    #[default]
    Both,
}

/// How protobuf files are compared; `proto` of the rules file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ProtoOptions {
    /// Rules of a less strict level than this are off.
    pub level: Level,
}

/// Whether the version of the service is held against what changed.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum VersionPolicy {
    /// No.
    #[default]
    Off,
    /// A version that rises too little is potentially breaking.
    Report,
    /// A version that rises too little is breaking.
    Enforce,
}
