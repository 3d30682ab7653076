//! The contract after normalisation: the shape of the last V1 releases.
//!
//! Text that has a grammar (references, ranges, versions) is kept as written here; parsing it may
//! fail and is the business of whoever needs the parsed form. Enumerations keep unknown words, so
//! that a contract with a wrong word can still be checked elsewhere, shown and compared.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize, Serializer};

/// A service contract.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contract {
    /// `"1.0"` or `"1.1"`; later versions load as far as they share fields.
    pub pacto_version: String,
    /// Identity and owner.
    pub service: Service,
    /// Exposed interfaces, in written order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub interfaces: Vec<Interface>,
    /// Configuration scopes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub configurations: Vec<Configuration>,
    /// Policies obeyed or provided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<Policy>,
    /// Other services this one depends on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Dependency>,
    /// Runtime behaviour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime: Option<Runtime>,
    /// Replica count or range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling: Option<Scaling>,
    /// Operational readiness evidence (1.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readiness: Option<Readiness>,
    /// Free-form map, keys in written order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Identity and ownership of a service.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// DNS-like name, unique in an estate.
    pub name: String,
    /// Service version, loose semantic version; the default tag of a push.
    pub version: String,
    /// Who owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// Container image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// Helm chart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<Chart>,
}

/// An owner in the form that was written.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Owner {
    /// Plain text; the same owner as a structured one with only this team.
    Text(String),
    /// Team, person and contacts.
    Structured(StructuredOwner),
}

/// The object form of an owner.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StructuredOwner {
    /// Team name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Directly responsible individual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dri: Option<String>,
    /// Ways to reach the owner.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
}

/// One way to reach an owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// `email`, `url`, `group`, `oncall`, `chat` or `other`.
    pub r#type: String,
    /// Address.
    pub value: String,
    /// `ownership`, `support`, `escalation`, `oncall` or `notifications`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
}

impl Owner {
    /// The owner as fields: text becomes the team.
    pub fn structured(&self) -> StructuredOwner {
        match self {
            Self::Text(team) => StructuredOwner {
                team: Some(team.clone()),
                ..StructuredOwner::default()
            },
            Self::Structured(owner) => owner.clone(),
        }
    }

    /// What people read: the text, else team, else DRI, else `(structured owner)`.
    pub fn display(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Structured(owner) => owner
                .team
                .as_deref()
                .or(owner.dri.as_deref())
                .unwrap_or("(structured owner)"),
        }
    }
}

/// Owners are equal when all fields are, whichever form was written.
impl PartialEq for Owner {
    fn eq(&self, other: &Self) -> bool {
        self.structured() == other.structured()
    }
}

impl Service {
    /// Key for grouping by owner: `team:X`, else `dri:X`, else `(unowned)`.
    pub fn owner_key(&self) -> String {
        let Some(owner) = &self.owner else {
            return "(unowned)".to_owned();
        };
        let owner = owner.structured();
        match (owner.team, owner.dri) {
            (Some(team), _) => format!("team:{team}"),
            (None, Some(dri)) => format!("dri:{dri}"),
            (None, None) => "(unowned)".to_owned(),
        }
    }
}

/// Container image of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// OCI reference as written.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The registry needs credentials; false when absent.
    pub private: bool,
}

/// Helm chart of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Chart {
    /// `oci://` reference or local path, as written.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Chart version, loose semantic version.
    pub version: String,
}

/// Declares an enumeration that keeps words it does not know.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A word that is not one of the known ones, as written.
            Unknown(String),
        }
        impl $name {
            /// The known words, in the order of the contract reference.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
            /// Reads a word.
            pub fn from_word(word: &str) -> Self {
                match word { $($word => Self::$variant,)+ other => Self::Unknown(other.to_owned()) }
            }
            /// The word as written in a contract.
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $word,)+ Self::Unknown(word) => word }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from_word(&String::deserialize(deserializer)?))
            }
        }
    };
}

words! {
    /// Protocol of an interface.
    InterfaceType {
        /// HTTP, described by OpenAPI.
        Http = "http",
        /// gRPC, described by protobuf.
        Grpc = "grpc",
        /// Events, described by AsyncAPI or JSON Schema.
        Event = "event",
    }
}
words! {
    /// Who can reach an interface.
    Visibility {
        /// Everybody.
        Public = "public",
        /// The estate only; the default.
        Internal = "internal",
    }
}
words! {
    /// How a service runs.
    Workload {
        /// Long running.
        Service = "service",
        /// One shot.
        Job = "job",
        /// Recurring.
        Scheduled = "scheduled",
    }
}
words! {
    /// What a service keeps.
    StateType {
        /// Nothing.
        Stateless = "stateless",
        /// Data that must survive.
        Stateful = "stateful",
        /// Both kinds of data.
        Hybrid = "hybrid",
    }
}
words! {
    /// Where data lives.
    PersistenceScope {
        /// With the instance.
        Local = "local",
        /// Outside the instance.
        Shared = "shared",
    }
}
words! {
    /// Whether data survives the instance.
    Durability {
        /// It does not.
        Ephemeral = "ephemeral",
        /// It does.
        Persistent = "persistent",
    }
}
words! {
    /// How bad losing the data is.
    DataCriticality {
        /// Not bad.
        Low = "low",
        /// Bad.
        Medium = "medium",
        /// Very bad.
        High = "high",
    }
}
words! {
    /// How instances are replaced.
    UpgradeStrategy {
        /// A few at a time.
        Rolling = "rolling",
        /// All down, then all up.
        Recreate = "recreate",
        /// One after the other in a fixed order.
        Ordered = "ordered",
    }
}

/// One exposed interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Interface {
    /// Unique name.
    pub name: String,
    /// Protocol.
    pub r#type: InterfaceType,
    /// TCP port, 1 to 65535 in a valid contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<i64>,
    /// Reachability as written; absent means internal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// Bundle path of the interface document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
}

/// One configuration scope: a schema of its own, or a reference to a provider.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    /// Unique name; `default` for the singular old form.
    pub name: String,
    /// Bundle path of a JSON Schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Reference to the contract whose bundle holds `configuration/schema.json`.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Default or environment values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<serde_json::Map<String, serde_json::Value>>,
    /// Where it stands as written: `configurations[0]`, `configuration`,
    /// `configuration.configs[0]`.
    #[serde(skip)]
    pub written_path: String,
}

/// One policy: a schema of its own, or a reference to a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// Unique name; `default` where an old form has none.
    pub name: String,
    /// Bundle path of a JSON Schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Reference to a contract that provides a policy.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Where it stands as written: `policies[0]` or `policy`.
    #[serde(skip)]
    pub written_path: String,
}

/// One dependency on another service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dependency {
    /// Unique name; derived from the reference where an old form has none.
    pub name: String,
    /// Reference as written.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Declared intent; false when absent.
    pub required: bool,
    /// Accepted versions as written.
    pub compatibility: String,
    /// The name was derived from the reference.
    #[serde(skip)]
    pub is_name_derived: bool,
}

/// Runtime behaviour. A part that is missing in an invalid or later contract is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Runtime {
    /// How it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<Workload>,
    /// What it keeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// How it is replaced and stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    /// Where its health shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    /// Where its metrics are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Metrics>,
}

/// State semantics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// What it keeps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<StateType>,
    /// Where and how durably.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistence: Option<Persistence>,
    /// How bad a loss is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_criticality: Option<DataCriticality>,
}

/// Persistence semantics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Persistence {
    /// Where data lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<PersistenceScope>,
    /// Whether it survives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub durability: Option<Durability>,
}

/// Upgrade and shutdown behaviour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Lifecycle {
    /// How instances are replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade_strategy: Option<UpgradeStrategy>,
    /// Seconds an instance needs to stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graceful_shutdown_seconds: Option<i64>,
}

/// Health check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Name of an http or grpc interface.
    pub interface: String,
    /// HTTP path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Seconds until the first probe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_delay_seconds: Option<i64>,
}

/// Metrics endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Metrics {
    /// Name of an http or grpc interface.
    pub interface: String,
    /// HTTP path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// Replica count. A valid contract has `replicas` alone, or `min` and `max`; the getters of the
/// effective bounds treat the fixed form as `min = max = replicas`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scaling {
    /// Fixed count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i64>,
    /// Lower bound as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Upper bound as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
}

impl Scaling {
    /// Lower bound, the fixed count included.
    pub fn effective_min(&self) -> Option<i64> {
        self.replicas.or(self.min)
    }

    /// Upper bound, the fixed count included.
    pub fn effective_max(&self) -> Option<i64> {
        self.replicas.or(self.max)
    }
}

/// Readiness evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    /// Score that must be reached, 0 to 100; 100 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_score: Option<i64>,
    /// The evidence.
    pub checks: Vec<ReadinessCheck>,
}

/// One piece of readiness evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadinessCheck {
    /// Unique id.
    pub id: String,
    /// `url`, `document`, `ticket`, `report`, `artifact`, `identifier` or `other`.
    pub r#type: String,
    /// Never fetched or resolved.
    pub evidence: String,
    /// Weight, 0 to 100.
    pub weight: i64,
    /// Last day on which the evidence counts, `YYYY-MM-DD`.
    pub expires: String,
    /// What it proves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Operations a service calls at its dependencies, by dependency name (`metadata.uses`).
pub type Uses = IndexMap<String, Vec<String>>;

impl Contract {
    /// Operations this service calls at its dependencies (`metadata.uses`), by dependency name.
    /// What has another shape than a list of texts is left out.
    pub fn uses(&self) -> Uses {
        let uses = self.metadata.as_ref().and_then(|map| map.get("uses"));
        let Some(uses) = uses.and_then(serde_json::Value::as_object) else {
            return Uses::new();
        };
        uses.iter()
            .filter_map(|(dependency, operations)| {
                let operations = operations.as_array()?.iter();
                let operations = operations.filter_map(|operation| operation.as_str());
                let operations = operations.filter(|text| !text.is_empty());
                Some((dependency.clone(), operations.map(str::to_owned).collect()))
            })
            .collect()
    }

    /// The group of services this one belongs to (`metadata.domain`), when it is a text.
    pub fn domain(&self) -> Option<&str> {
        self.metadata.as_ref()?.get("domain")?.as_str()
    }
}
