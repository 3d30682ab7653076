//! The rules file, `pacto-diff.yaml`: what a team wants changes to weigh, and what it accepts.
//!
//! A file is [read](RulesFile::read) into options of the comparison and rules about its records,
//! which [`apply`](RulesFile::apply) to one comparison after the other; at the end
//! [`leftovers`](RulesFile::leftovers) tells which accepted changes no longer exist.
//!
//! What counts, from the strongest: `ignore`, the first of `paths` that matches, an id in `rules`
//! before a pattern (of patterns the last), the profile, the rule's page.

mod accept;
mod apply;
mod baseline;
mod glob;
mod import;
mod inline;
mod profile;
mod read;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    AsyncApiOptions, Class, Engine, FailOn, OpenApiOptions, Options, PathStyle, ProtoOptions,
    Scale, VersionPolicy,
};

pub(crate) use accept::{Scope, accept_known};
pub use baseline::{Baseline, ExpiredEntry, Recording, Updated};
pub use import::{ImportError, Imported, Peer, import};
pub(crate) use inline::accept as accept_inline;
pub use profile::Profile;

/// Name of the file where nobody names another one.
pub const RULES_FILE: &str = "pacto-diff.yaml";

/// What a team wants changes to weigh, and what it accepts.
#[derive(Debug, Clone, PartialEq, Eq, Default, JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
pub struct RulesFile {
    /// Version of the form of this file.
    #[schemars(range(min = 1, max = 1))]
    pub version: Option<u8>,
    /// What everything begins with.
    #[schemars(with = "Option<Profile>")]
    pub profile: Profile,
    /// Which overall class is the verdict.
    pub scale: Option<Scale>,
    /// Changes that make the command fail.
    pub fail_on: Option<FailOn>,
    /// Classes by rule id or pattern.
    #[schemars(with = "Option<std::collections::BTreeMap<String, Setting>>")]
    pub rules: Vec<(String, Setting)>,
    /// Classes by the path of the record; the first that matches counts.
    #[schemars(with = "Option<Vec<PathRule>>")]
    pub paths: Vec<PathRule>,
    /// Accepted changes.
    #[schemars(with = "Option<Vec<IgnoreEntry>>")]
    pub ignore: Vec<Ignore>,
    /// File of changes that were there when somebody looked, relative to this one; written by
    /// `pacto diff --write-baseline`.
    pub baseline: Option<String>,
    /// How OpenAPI documents are compared.
    pub openapi: Option<OpenApiOptions>,
    /// How AsyncAPI documents are compared.
    pub asyncapi: Option<AsyncApiOptions>,
    /// How protobuf files are compared.
    pub proto: Option<ProtoOptions>,
    /// Whether the version of the service is held against what changed.
    pub version_policy: Option<VersionPolicy>,
    /// Whether words in the documents accept changes: `x-pacto-ignore` and `pacto:ignore`.
    pub honour_inline: Option<bool>,
}

/// What a rule is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// Its changes are breaking.
    Breaking,
    /// Its changes are potentially breaking.
    Potential,
    /// Its changes are harmless.
    NonBreaking,
    /// It is not looked at: its records are left out; records of the base layer, which are always
    /// there, are harmless.
    Off,
}

impl Setting {
    /// The class; harmless for rules that are off.
    pub fn class(self) -> Class {
        match self {
            Self::Breaking => Class::Breaking,
            Self::Potential => Class::PotentialBreaking,
            Self::NonBreaking | Self::Off => Class::NonBreaking,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            other => other.class().word(),
        }
    }
}

/// What records below a path weigh.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PathRule {
    /// Pattern of paths: `*` within one segment, `**` across segments.
    #[serde(rename = "match")]
    pub pattern: String,
    /// The class is at most this.
    #[serde(default, deserialize_with = "optional_class")]
    #[schemars(with = "Option<crate::class::Word>")]
    pub max: Option<Class>,
    /// The class is this.
    #[serde(default, deserialize_with = "optional_class")]
    #[schemars(with = "Option<crate::class::Word>")]
    pub set: Option<Class>,
}

fn optional_class<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Class>, D::Error> {
    crate::class::word::deserialize(from).map(Some)
}

/// One accepted change as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct IgnoreEntry {
    /// Fingerprint of one change. `rule` and `path` beside it are for readers.
    #[serde(default)]
    fingerprint: Option<String>,
    /// Name of the service that the change belongs to; every service without one.
    #[serde(default)]
    service: Option<String>,
    /// Name of the interface that the change belongs to; every interface, and what is of none,
    /// without one.
    #[serde(default)]
    interface: Option<String>,
    /// Id or pattern of a rule.
    #[serde(default)]
    rule: Option<String>,
    /// Pattern of paths.
    #[serde(default)]
    path: Option<String>,
    /// Pattern of files of the bundle.
    #[serde(default)]
    file: Option<String>,
    /// Name of a dependency whose whole comparison is accepted.
    #[serde(default)]
    dependency: Option<String>,
    /// Why it is accepted.
    reason: String,
    /// Last day on which it is accepted, `2026-12-31`.
    #[serde(default)]
    until: Option<String>,
}

/// One accepted change, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignore {
    /// Which changes.
    pub(crate) what: Accepted,
    /// Why they are accepted.
    pub(crate) reason: String,
    /// Last day on which they are.
    pub(crate) until: Option<Date>,
    /// Where it is written; nowhere yet for one that was just made.
    pub(crate) location: Option<pacto_diagnostic::Location>,
}

/// Which changes are accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Accepted {
    /// One change.
    Change(KnownChange),
    /// What a rule says, below a path.
    Records {
        /// Id or pattern.
        rule: Option<String>,
        /// Pattern of paths.
        path: Option<String>,
        /// Pattern of files.
        file: Option<String>,
        /// Name of the service; any without one.
        service: Option<String>,
        /// Name of the interface; any, and none, without one.
        interface: Option<String>,
    },
    /// Everything about a dependency.
    Dependency(String),
}

/// One change that is known by its fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KnownChange {
    /// Its rule, for readers.
    pub(crate) rule: Option<String>,
    /// Its path, for readers.
    pub(crate) path: Option<String>,
    /// The interface it belongs to; any without one. Fingerprints do not tell interfaces apart.
    pub(crate) interface: Option<String>,
    /// Its fingerprint.
    pub(crate) fingerprint: String,
    /// The service it belongs to; every service without one.
    pub(crate) service: Option<String>,
}

impl RulesFile {
    /// What a comparison is asked to do, where these options do not say otherwise.
    pub fn options(&self, mut options: Options) -> Options {
        match self.profile {
            Profile::Go => {
                options.engine = Engine::Base;
                options.path_style = PathStyle::Go;
            }
            Profile::BufWire => {
                options.proto.level = crate::deep::protobuf::Level::Wire;
            }
            Profile::Default | Profile::Strict | Profile::Lenient | Profile::Oasdiff => {}
        }
        if let Some(scale) = self.scale {
            options.scale = scale;
        }
        if let Some(openapi) = &self.openapi {
            options.openapi = openapi.clone();
        }
        if let Some(asyncapi) = self.asyncapi {
            options.asyncapi = asyncapi;
        }
        if let Some(proto) = self.proto {
            options.proto = proto;
        }
        if let Some(policy) = self.version_policy {
            options.version_policy = policy;
        }
        options.ignores_inline_words = self.honour_inline == Some(false);
        options
    }

    /// Adds the changes of a baseline to the accepted ones.
    pub fn add_baseline(&mut self, baseline: &Baseline) {
        self.ignore.extend(baseline.as_ignore());
    }

    /// The file without what it accepts of other services than this one: where only one is compared,
    /// nothing can be told of these.
    #[must_use]
    pub fn about(&self, service: &str) -> Self {
        let mut file = self.clone();
        file.ignore.retain(|ignore| match &ignore.what {
            Accepted::Change(change) => change.is_about(service),
            Accepted::Records { service: named, .. } => {
                named.as_deref().is_none_or(|named| named == service)
            }
            Accepted::Dependency(_) => false,
        });
        file
    }
}
