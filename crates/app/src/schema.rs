//! `schema`: the JSON Schemas of what people write and of what the commands print.

mod settings;

use pacto_diagnostic::nearest;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::Value;

use crate::{Failure, FailureKind};

/// A schema by name.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    /// Name on the command line: `contract`, or the command whose JSON it describes.
    pub name: &'static str,
    /// What it describes, as a fragment.
    pub summary: &'static str,
    build: fn() -> Value,
}

/// Every schema: what people write, then what commands print, each by name.
pub const SCHEMAS: &[Named] = &[
    Named {
        name: "contract",
        summary: "a contract, `pacto.yaml`, for editors",
        build: contract,
    },
    Named {
        name: "rules-file",
        summary: "rules of comparisons, `pacto-diff.yaml`",
        build: of::<pacto_diff::RulesFile>,
    },
    Named {
        name: "settings",
        summary: "the settings file",
        build: of::<settings::SettingsFile>,
    },
    command::<crate::demo::DemoResult>("demo"),
    command::<DiffWithImpact<'static>>("diff"),
    Named {
        name: "diff-set",
        summary: "JSON output of `pacto diff --recursive`",
        build: of::<pacto_diff::DiffSet>,
    },
    command::<crate::explain::ExplainResult>("explain"),
    command::<pacto_graph::Graph>("graph"),
    command::<crate::impact::ImpactResult>("impact"),
    command::<crate::init::InitResult>("init"),
    command::<crate::lock::LockResult>("lock"),
    command::<crate::login::LoginResult>("login"),
    command::<crate::login::LogoutResult>("logout"),
    command::<crate::pack::PackResult>("pack"),
    command::<crate::pull::PullResult>("pull"),
    command::<crate::push::PushResult>("push"),
    command::<crate::rules::RulesExplainResult>("rules-explain"),
    command::<crate::rules::RulesListResult>("rules-list"),
    command::<SchemaListResult>("schema-list"),
    Named {
        name: "validate",
        summary: OUTPUT,
        build: validate,
    },
    command::<crate::version::VersionResult>("version"),
];

const OUTPUT: &str = "JSON output of the command of this name";

const fn command<T: JsonSchema>(name: &'static str) -> Named {
    Named {
        name,
        summary: OUTPUT,
        build: of::<T>,
    }
}

fn of<T: JsonSchema>() -> Value {
    schema_for!(T).to_value()
}

/// The JSON of `diff`, with who is hit where an estate was named.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Report")]
pub struct DiffWithImpact<'r> {
    /// The comparison.
    #[serde(flatten)]
    pub report: &'r pacto_diff::Report,
    /// Who is hit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<&'r crate::impact::ImpactResult>,
}

/// The schema of contracts of every version, as editors use it.
pub fn contract() -> Value {
    pacto_contract::schema::editor()
}

/// One contract, or many with `--recursive`.
fn validate() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let one = generator.subschema_for::<crate::validate::ValidateResult>();
    let many = generator.subschema_for::<crate::validate::RecursiveResult>();
    serde_json::json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ValidateResult",
        "anyOf": [one, many],
        "$defs": generator.take_definitions(true),
    })
}

/// The names of all schemas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SchemaListResult {
    /// `pacto.schema-list/v1`.
    pub schema_version: &'static str,
    /// The schemas: what people write, then what commands print, each by name.
    pub schemas: Vec<SchemaSummary>,
}

/// One schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SchemaSummary {
    /// Name on the command line.
    pub name: &'static str,
    /// What it describes.
    pub summary: &'static str,
}

/// Lists all schemas.
pub fn list() -> SchemaListResult {
    SchemaListResult {
        schema_version: "pacto.schema-list/v1",
        schemas: SCHEMAS
            .iter()
            .map(|named| SchemaSummary {
                name: named.name,
                summary: named.summary,
            })
            .collect(),
    }
}

/// No schema has that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no schema named `{name}`")]
pub struct UnknownSchema {
    /// The name as typed.
    pub name: String,
}

impl Failure for UnknownSchema {
    fn kind(&self) -> FailureKind {
        FailureKind::Usage
    }

    fn code(&self) -> &'static str {
        "unknown-schema"
    }

    fn hints(&self) -> Vec<String> {
        let names = SCHEMAS.iter().map(|schema| schema.name);
        let near = nearest(&self.name, names.clone()).map(|name| format!("did you mean `{name}`?"));
        let all = format!("schemas: {}", names.collect::<Vec<_>>().join(", "));
        near.into_iter().chain([all]).collect()
    }
}

/// The schema of that name; the contract without one.
pub fn schema(name: Option<&str>) -> Result<Value, UnknownSchema> {
    let name = name.unwrap_or("contract");
    SCHEMAS
        .iter()
        .find(|schema| schema.name == name)
        .map(|schema| (schema.build)())
        .ok_or_else(|| UnknownSchema {
            name: name.to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_an_object_and_a_typo_is_recognised() {
        for named in SCHEMAS {
            assert!(schema(Some(named.name)).is_ok_and(|schema| schema.is_object()));
        }
        let error = schema(Some("contrakt")).expect_err("no such schema");
        assert_eq!(error.hints()[0], "did you mean `contract`?");
    }
}
