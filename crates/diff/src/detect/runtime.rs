//! Workload, state, lifecycle, health and metrics.
//!
//! A part that is absent compares as a part of empty values.

use pacto_contract::Runtime;
use serde_json::Value;

use super::{Detector, Fact, pointer};

pub(super) fn detect(detector: &mut Detector<'_>) {
    let (old, new) = (
        Values::of(detector.old.contract().runtime.as_ref()),
        Values::of(detector.new.contract().runtime.as_ref()),
    );
    for (path, old, new) in [
        ("runtime.workload", old.workload, new.workload),
        ("runtime.state.type", old.state_type, new.state_type),
        ("runtime.state.persistence.scope", old.scope, new.scope),
        (
            "runtime.state.persistence.durability",
            old.durability,
            new.durability,
        ),
        (
            "runtime.state.dataCriticality",
            old.data_criticality,
            new.data_criticality,
        ),
    ] {
        let place = pointer(&path.split('.').collect::<Vec<_>>());
        detector.always_modified(Fact::Field(path), old.into(), new.into(), (&place, &place));
    }
    let (old, new) = (detector.old.contract(), detector.new.contract());
    let old = optional_values(old.runtime.as_ref());
    let new = optional_values(new.runtime.as_ref());
    for ((path, old), (_, new)) in old.into_iter().zip(new) {
        let place = pointer(&path.split('.').collect::<Vec<_>>());
        detector.optional(Fact::Field(path), old, new, (&place, &place));
    }
}

/// The mandatory texts; empty when absent.
#[derive(Default)]
struct Values {
    workload: String,
    state_type: String,
    scope: String,
    durability: String,
    data_criticality: String,
}

impl Values {
    fn of(runtime: Option<&Runtime>) -> Self {
        let Some(runtime) = runtime else {
            return Self::default();
        };
        let state = runtime.state.as_ref();
        let persistence = state.and_then(|state| state.persistence.as_ref());
        Self {
            workload: word(runtime.workload.as_ref()),
            state_type: word(state.and_then(|state| state.r#type.as_ref())),
            scope: word(persistence.and_then(|persistence| persistence.scope.as_ref())),
            durability: word(persistence.and_then(|persistence| persistence.durability.as_ref())),
            data_criticality: word(state.and_then(|state| state.data_criticality.as_ref())),
        }
    }
}

fn word(word: Option<&impl ToString>) -> String {
    word.map(ToString::to_string).unwrap_or_default()
}

/// The fields whose presence counts.
fn optional_values(runtime: Option<&Runtime>) -> [(&'static str, Option<Value>); 7] {
    let lifecycle = runtime.and_then(|runtime| runtime.lifecycle.as_ref());
    let health = runtime.and_then(|runtime| runtime.health.as_ref());
    let metrics = runtime.and_then(|runtime| runtime.metrics.as_ref());
    let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(Value::from);
    [
        (
            "runtime.lifecycle.upgradeStrategy",
            lifecycle
                .and_then(|lifecycle| lifecycle.upgrade_strategy.as_ref())
                .map(|strategy| strategy.as_str().into()),
        ),
        (
            "runtime.lifecycle.gracefulShutdownSeconds",
            lifecycle
                .and_then(|lifecycle| lifecycle.graceful_shutdown_seconds)
                .map(Value::from),
        ),
        (
            "runtime.health.interface",
            text(health.map(|health| health.interface.as_str())),
        ),
        (
            "runtime.health.path",
            text(health.and_then(|health| health.path.as_deref())),
        ),
        (
            "runtime.health.initialDelaySeconds",
            health
                .and_then(|health| health.initial_delay_seconds)
                .map(Value::from),
        ),
        (
            "runtime.metrics.interface",
            text(metrics.map(|metrics| metrics.interface.as_str())),
        ),
        (
            "runtime.metrics.path",
            text(metrics.and_then(|metrics| metrics.path.as_deref())),
        ),
    ]
}
