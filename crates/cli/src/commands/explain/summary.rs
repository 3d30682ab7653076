//! An explanation as headed blocks of lines, the common ground of text and Markdown.

use pacto_app::explain::{
    ConfigurationFacts, DependencyFacts, ExplainResult, InterfaceFacts, PolicyFacts, RuntimeFacts,
    ScalingFacts,
};
use pacto_contract::readiness::{Assessment, EvidenceStatus};
use serde_json::Value;

/// Lines below a heading.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) heading: String,
    pub(super) lines: Vec<String>,
}

impl Block {
    fn new(heading: impl Into<String>, lines: Vec<String>) -> Option<Self> {
        (!lines.is_empty()).then(|| Self {
            heading: heading.into(),
            lines,
        })
    }

    fn counted(heading: &str, lines: Vec<String>) -> Option<Self> {
        Self::new(format!("{heading} ({})", lines.len()), lines)
    }
}

/// What is known about a contract; blocks without anything to say are left out.
pub(super) fn blocks(facts: &ExplainResult) -> Vec<Block> {
    let lines = |count: usize| Vec::with_capacity(count);
    let mut identity: Vec<String> = lines(5);
    identity.extend(
        facts
            .owner_display
            .as_ref()
            .map(|owner| format!("Owner: {owner}")),
    );
    identity.extend(facts.owner.iter().flat_map(contacts));
    identity.push(format!("Pacto version: {}", facts.pacto_version));
    identity.extend(facts.image.as_ref().map(|image| {
        let private = if image.private { " (private)" } else { "" };
        format!("Image: {}{private}", image.reference)
    }));
    identity.extend(
        facts
            .chart
            .as_ref()
            .map(|chart| format!("Chart: {} {}", chart.reference, chart.version)),
    );

    let mut runtime = runtime(&facts.runtime);
    if let Some(lifecycle) = &facts.lifecycle {
        runtime.extend(
            lifecycle
                .upgrade_strategy
                .as_ref()
                .map(|strategy| format!("Upgrades: {strategy}")),
        );
        runtime.extend(
            lifecycle
                .graceful_shutdown_seconds
                .map(|seconds| format!("Graceful shutdown: {seconds} s")),
        );
    }
    if let Some(health) = &facts.health {
        let delay = health
            .initial_delay_seconds
            .map_or(String::new(), |seconds| {
                format!(", first after {seconds} s")
            });
        runtime.push(format!(
            "Health: {}{delay}",
            endpoint(&health.interface, health.path.as_deref())
        ));
    }
    if let Some(metrics) = &facts.metrics {
        runtime.push(format!(
            "Metrics: {}",
            endpoint(&metrics.interface, metrics.path.as_deref())
        ));
    }
    runtime.extend(facts.scaling.and_then(scaling));

    [
        Block::new(format!("{} {}", facts.name, facts.version), identity),
        Block::new("Runtime", runtime),
        Block::counted(
            "Interfaces",
            facts.interfaces.iter().map(interface).collect(),
        ),
        Block::counted(
            "Dependencies",
            facts.dependencies.iter().map(dependency).collect(),
        ),
        Block::counted(
            "Configurations",
            facts.configurations.iter().map(configuration).collect(),
        ),
        Block::counted("Policies", facts.policies.iter().map(policy).collect()),
        facts.readiness.as_ref().and_then(readiness),
        Block::new(
            "Metadata",
            facts
                .metadata
                .iter()
                .flatten()
                .map(|(key, value)| format!("{key}: {}", plain(value)))
                .collect(),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Person and contacts of a structured owner.
fn contacts(owner: &Value) -> Vec<String> {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut lines = Vec::new();
    if owner.get("team").is_some() {
        lines.extend(text(owner, "dri").map(|person| format!("Responsible: {person}")));
    }
    for contact in owner
        .get("contacts")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let (Some(kind), Some(value)) = (text(contact, "type"), text(contact, "value")) else {
            continue;
        };
        let purpose = text(contact, "purpose").map_or(String::new(), |word| format!(" ({word})"));
        lines.push(format!("Contact: {kind} {value}{purpose}"));
    }
    lines
}

fn runtime(facts: &RuntimeFacts) -> Vec<String> {
    let persistence: Vec<_> = [&facts.scope, &facts.durability]
        .into_iter()
        .filter(|word| !word.is_empty())
        .map(String::as_str)
        .collect();
    [
        ("Workload", facts.workload_type.as_str()),
        ("State", facts.state_type.as_str()),
        ("Persistence", persistence.join("/").as_str()),
        ("Data criticality", facts.data_criticality.as_str()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| format!("{name}: {value}"))
    .collect()
}

fn endpoint(interface: &str, path: Option<&str>) -> String {
    path.map_or_else(
        || interface.to_owned(),
        |path| format!("{interface} {path}"),
    )
}

fn scaling(facts: ScalingFacts) -> Option<String> {
    match (facts.replicas, facts.min, facts.max) {
        (Some(1), _, _) => Some("Scaling: 1 replica".to_owned()),
        (Some(count), _, _) => Some(format!("Scaling: {count} replicas")),
        (None, Some(min), Some(max)) => Some(format!("Scaling: {min}-{max}")),
        (None, Some(min), None) => Some(format!("Scaling: at least {min}")),
        (None, None, Some(max)) => Some(format!("Scaling: at most {max}")),
        (None, None, None) => None,
    }
}

fn interface(facts: &InterfaceFacts) -> String {
    let details: Vec<_> = [
        Some(facts.r#type.clone()),
        facts.port.map(|port| format!("port {port}")),
        facts.visibility.clone(),
        facts.contract.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!("{} ({})", facts.name, details.join(", "))
}

fn dependency(facts: &DependencyFacts) -> String {
    let need = if facts.required {
        "required"
    } else {
        "optional"
    };
    let details: Vec<_> = [facts.compatibility.as_str(), need]
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    format!(
        "{}: {} ({})",
        facts.name,
        facts.reference,
        details.join(", ")
    )
}

fn configuration(facts: &ConfigurationFacts) -> String {
    let from = source(
        &facts.name,
        facts.schema.as_deref(),
        facts.reference.as_deref(),
    );
    match facts.values.len() {
        0 => from,
        1 => format!("{from}, 1 value set"),
        count => format!("{from}, {count} values set"),
    }
}

fn policy(facts: &PolicyFacts) -> String {
    source(
        &facts.name,
        facts.schema.as_deref(),
        facts.reference.as_deref(),
    )
}

fn source(name: &str, schema: Option<&str>, reference: Option<&str>) -> String {
    match schema.or(reference) {
        Some(place) => format!("{name}: {place}"),
        None => name.to_owned(),
    }
}

fn readiness(facts: &Assessment) -> Option<Block> {
    let lines = facts
        .checks
        .iter()
        .map(|check| {
            let state = match (check.status, check.days_remaining) {
                (EvidenceStatus::Current, Some(0)) => "last day today".to_owned(),
                (EvidenceStatus::Current, Some(1)) => "1 day left".to_owned(),
                (EvidenceStatus::Current, Some(days)) => format!("{days} days left"),
                (EvidenceStatus::Current, None) => "current".to_owned(),
                (EvidenceStatus::Expired, _) => format!("expired {}", check.expires),
                (EvidenceStatus::Invalid, _) => format!("`{}` is no date", check.expires),
            };
            format!("{}: weight {}, {state}", check.id, check.weight)
        })
        .collect();
    Block::new(
        format!("Readiness: {} of {} needed", facts.score, facts.min_score),
        lines,
    )
}

/// A metadata value on one line.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
