//! The parts of an explanation.

use pacto_contract as model;
use schemars::JsonSchema;
use serde::Serialize;

/// Container image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImageFacts {
    /// Reference as written.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The registry needs credentials.
    pub private: bool,
}

impl ImageFacts {
    pub(super) fn of(image: &model::Image) -> Self {
        Self {
            reference: image.reference.clone(),
            private: image.private,
        }
    }
}

/// Helm chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChartFacts {
    /// Reference as written.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Version of the chart.
    pub version: String,
}

impl ChartFacts {
    pub(super) fn of(chart: &model::Chart) -> Self {
        Self {
            reference: chart.reference.clone(),
            version: chart.version.clone(),
        }
    }
}

/// Runtime semantics; an empty text where the contract says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuntimeFacts {
    /// `service`, `job` or `scheduled`.
    pub workload_type: String,
    /// `stateless`, `stateful` or `hybrid`.
    pub state_type: String,
    /// `local` or `shared`.
    pub scope: String,
    /// `ephemeral` or `persistent`.
    pub durability: String,
    /// `low`, `medium` or `high`.
    pub data_criticality: String,
}

impl RuntimeFacts {
    pub(super) fn of(runtime: Option<&model::Runtime>) -> Self {
        let state = runtime.and_then(|runtime| runtime.state.as_ref());
        let persistence = state.and_then(|state| state.persistence.as_ref());
        Self {
            workload_type: word(runtime.and_then(|runtime| runtime.workload.as_ref())),
            state_type: word(state.and_then(|state| state.r#type.as_ref())),
            scope: word(persistence.and_then(|persistence| persistence.scope.as_ref())),
            durability: word(persistence.and_then(|persistence| persistence.durability.as_ref())),
            data_criticality: word(state.and_then(|state| state.data_criticality.as_ref())),
        }
    }

    /// True when the contract says nothing about the runtime.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn word(word: Option<&impl ToString>) -> String {
    word.map(ToString::to_string).unwrap_or_default()
}

/// How instances are replaced and stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LifecycleFacts {
    /// `rolling`, `recreate` or `ordered`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upgrade_strategy: Option<String>,
    /// Seconds an instance needs to stop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graceful_shutdown_seconds: Option<i64>,
}

impl LifecycleFacts {
    pub(super) fn of(lifecycle: &model::Lifecycle) -> Self {
        Self {
            upgrade_strategy: lifecycle.upgrade_strategy.as_ref().map(ToString::to_string),
            graceful_shutdown_seconds: lifecycle.graceful_shutdown_seconds,
        }
    }
}

/// Health check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthFacts {
    /// Name of the interface.
    pub interface: String,
    /// HTTP path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Seconds until the first probe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_delay_seconds: Option<i64>,
}

impl HealthFacts {
    pub(super) fn of(health: &model::Health) -> Self {
        Self {
            interface: health.interface.clone(),
            path: health.path.clone(),
            initial_delay_seconds: health.initial_delay_seconds,
        }
    }
}

/// Metrics endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MetricsFacts {
    /// Name of the interface.
    pub interface: String,
    /// HTTP path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

impl MetricsFacts {
    pub(super) fn of(metrics: &model::Metrics) -> Self {
        Self {
            interface: metrics.interface.clone(),
            path: metrics.path.clone(),
        }
    }
}

/// One interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InterfaceFacts {
    /// Name.
    pub name: String,
    /// `http`, `grpc` or `event`.
    pub r#type: String,
    /// TCP port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<i64>,
    /// `public` or `internal`, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visibility: Option<String>,
    /// Bundle path of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
}

impl InterfaceFacts {
    pub(super) fn of(interface: &model::Interface) -> Self {
        Self {
            name: interface.name.clone(),
            r#type: interface.r#type.to_string(),
            port: interface.port,
            visibility: interface.visibility.as_ref().map(ToString::to_string),
            contract: interface.contract.clone(),
        }
    }
}

/// One dependency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DependencyFacts {
    /// Name, derived from the reference where none is written.
    pub name: String,
    /// Reference as written.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The service does not work without it.
    pub required: bool,
    /// Accepted versions as written.
    pub compatibility: String,
}

impl DependencyFacts {
    pub(super) fn of(dependency: &model::Dependency) -> Self {
        Self {
            name: dependency.name.clone(),
            reference: dependency.reference.clone(),
            required: dependency.required,
            compatibility: dependency.compatibility.clone(),
        }
    }
}

/// One configuration scope: a schema of its own, or a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConfigurationFacts {
    /// Name.
    pub name: String,
    /// Bundle path of the JSON Schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Reference to the contract that provides it, as written.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Names of the values that are set, in written order. The values themselves may be secret.
    pub values: Vec<String>,
}

impl ConfigurationFacts {
    pub(super) fn of(configuration: &model::Configuration) -> Self {
        Self {
            name: configuration.name.clone(),
            schema: configuration.schema.clone(),
            reference: configuration.reference.clone(),
            values: configuration
                .values
                .iter()
                .flat_map(|values| values.keys().cloned())
                .collect(),
        }
    }
}

/// One policy: a schema of its own, or a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PolicyFacts {
    /// Name.
    pub name: String,
    /// Bundle path of the JSON Schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Reference to the contract that provides it, as written.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

impl PolicyFacts {
    pub(super) fn of(policy: &model::Policy) -> Self {
        Self {
            name: policy.name.clone(),
            schema: policy.schema.clone(),
            reference: policy.reference.clone(),
        }
    }
}

/// Replica count, or a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScalingFacts {
    /// Fixed count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i64>,
    /// Lower bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Upper bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
}

impl ScalingFacts {
    pub(super) fn of(scaling: &model::Scaling) -> Self {
        Self {
            replicas: scaling.replicas,
            min: scaling.min,
            max: scaling.max,
        }
    }
}
