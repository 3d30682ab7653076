//! `explain`: what a contract says, without the rest of the file around it.

mod facts;

pub use facts::{
    ChartFacts, ConfigurationFacts, DependencyFacts, HealthFacts, ImageFacts, InterfaceFacts,
    LifecycleFacts, MetricsFacts, PolicyFacts, RuntimeFacts, ScalingFacts,
};

use jiff::civil::Date;
use pacto_contract::Contract;
use pacto_contract::readiness::{Assessment, assess};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::Context;
use crate::resolver::Resolver;
use crate::source::{OverrideOptions, Source, SourceError};

/// Which contract to explain.
#[derive(Debug, Clone, Default)]
pub struct ExplainOptions {
    /// The contract as typed.
    pub argument: String,
    /// Overrides of the contract.
    pub overrides: OverrideOptions,
}

/// Opens a contract and takes its facts.
pub fn explain(context: &Context, options: &ExplainOptions) -> Result<ExplainResult, SourceError> {
    let resolver = Resolver::new(context);
    let source = Source::open(&resolver, &options.argument, &options.overrides)?;
    let bundle = source.bundle()?;
    Ok(ExplainResult::of(
        bundle.contract.contract(),
        context.today(),
    ))
}

/// What a contract says.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainResult {
    /// `pacto.explain/v1`.
    pub schema_version: &'static str,
    /// Name of the service.
    pub name: String,
    /// Version of the service.
    pub version: String,
    /// The owner as written: text, or an object with `team`, `dri` and `contacts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Value>,
    /// What people call the owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_display: Option<String>,
    /// Version of the contract format.
    pub pacto_version: String,
    /// Container image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageFacts>,
    /// Helm chart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<ChartFacts>,
    /// Runtime semantics; empty texts where the contract says nothing.
    pub runtime: RuntimeFacts,
    /// How instances are replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<LifecycleFacts>,
    /// Where health shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<HealthFacts>,
    /// Where the metrics are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<MetricsFacts>,
    /// Interfaces in written order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub interfaces: Vec<InterfaceFacts>,
    /// Dependencies in written order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub dependencies: Vec<DependencyFacts>,
    /// Configuration scopes in written order.
    pub configurations: Vec<ConfigurationFacts>,
    /// Policies in written order.
    pub policies: Vec<PolicyFacts>,
    /// Replica count or range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling: Option<ScalingFacts>,
    /// Readiness at the date of the run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readiness: Option<Assessment>,
    /// Free-form map as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<serde_json::Map<String, Value>>,
}

impl ExplainResult {
    /// Takes the facts of a contract; `today` is the date that readiness is computed for.
    pub fn of(contract: &Contract, today: Date) -> Self {
        let service = &contract.service;
        let runtime = contract.runtime.as_ref();
        Self {
            schema_version: "pacto.explain/v1",
            name: service.name.clone(),
            version: service.version.clone(),
            owner: service
                .owner
                .as_ref()
                .and_then(|owner| serde_json::to_value(owner).ok()),
            owner_display: service
                .owner
                .as_ref()
                .map(|owner| owner.display().to_owned()),
            pacto_version: contract.pacto_version.clone(),
            image: service.image.as_ref().map(ImageFacts::of),
            chart: service.chart.as_ref().map(ChartFacts::of),
            runtime: RuntimeFacts::of(runtime),
            lifecycle: runtime
                .and_then(|runtime| runtime.lifecycle.as_ref())
                .map(LifecycleFacts::of),
            health: runtime
                .and_then(|runtime| runtime.health.as_ref())
                .map(HealthFacts::of),
            metrics: runtime
                .and_then(|runtime| runtime.metrics.as_ref())
                .map(MetricsFacts::of),
            interfaces: contract.interfaces.iter().map(InterfaceFacts::of).collect(),
            dependencies: contract
                .dependencies
                .iter()
                .map(DependencyFacts::of)
                .collect(),
            configurations: contract
                .configurations
                .iter()
                .map(ConfigurationFacts::of)
                .collect(),
            policies: contract.policies.iter().map(PolicyFacts::of).collect(),
            scaling: contract.scaling.as_ref().map(ScalingFacts::of),
            readiness: contract
                .readiness
                .as_ref()
                .map(|readiness| assess(readiness, today)),
            metadata: contract.metadata.clone(),
        }
    }
}
