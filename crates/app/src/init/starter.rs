//! The text of a starter bundle.

use pacto_contract::CONTRACT_FILE;

/// Where the schema for editors lies inside the bundle; not packed.
const SCHEMA_FILE: &str = ".pacto/contract.schema.json";

/// A starter bundle to be written.
#[derive(Debug)]
pub(super) struct Starter<'a> {
    name: &'a str,
    owner: &'a str,
    version: String,
    health_path: String,
    interface_file: String,
    interface: String,
}

impl<'a> Starter<'a> {
    pub(super) fn new(name: &'a str, owner: Option<&'a str>) -> Self {
        Self {
            name,
            owner: owner.unwrap_or("team/my-team"),
            version: "0.1.0".to_owned(),
            health_path: "/health".to_owned(),
            interface_file: "interfaces/openapi.yaml".to_owned(),
            interface: openapi(name),
        }
    }

    /// Starts from an existing interface document.
    pub(super) fn describe(
        &mut self,
        version: Option<&str>,
        health_path: Option<&str>,
        extension: &str,
        text: &str,
    ) {
        if let Some(version) = version {
            version.clone_into(&mut self.version);
        }
        if let Some(path) = health_path {
            path.clone_into(&mut self.health_path);
        }
        self.interface_file = format!("interfaces/openapi.{extension}");
        text.clone_into(&mut self.interface);
    }

    /// Files by path in byte order.
    pub(super) fn files(&self) -> Vec<(String, String)> {
        vec![
            (SCHEMA_FILE.to_owned(), schema()),
            (".pactoignore".to_owned(), ".pacto/\n".to_owned()),
            (
                "configuration/schema.json".to_owned(),
                CONFIGURATION.to_owned(),
            ),
            (self.interface_file.clone(), self.interface.clone()),
            (CONTRACT_FILE.to_owned(), self.contract()),
        ]
    }

    fn contract(&self) -> String {
        let Self {
            name,
            owner,
            version,
            health_path,
            interface_file,
            ..
        } = self;
        let team = owner.rsplit('/').next().unwrap_or(owner);
        let version = serde_json::Value::from(version.as_str());
        let health_path = serde_json::Value::from(health_path.as_str());
        format!(
            r##"# yaml-language-server: $schema={SCHEMA_FILE}
pactoVersion: "1.0"

service:
  name: {name}
  version: {version}
  owner: "{owner}"
  image:
    ref: ghcr.io/my-org/{name}:0.1.0
    private: false

interfaces:
  - name: api
    type: http
    port: 8080
    visibility: internal
    contract: {interface_file}

configurations:
  - name: default
    schema: configuration/schema.json

# dependencies:
#   - name: auth
#     ref: oci://ghcr.io/my-org/auth-pacto
#     required: true
#     compatibility: "^1.0.0"

runtime:
  workload: service
  state:
    type: stateless
    persistence:
      scope: local
      durability: ephemeral
    dataCriticality: low
  lifecycle:
    upgradeStrategy: rolling
    gracefulShutdownSeconds: 30
  health:
    interface: api
    path: {health_path}
    initialDelaySeconds: 5

scaling:
  min: 1
  max: 3

metadata:
  team: "{team}"
  tier: standard
"##
        )
    }
}

fn openapi(name: &str) -> String {
    format!(
        r#"openapi: "3.0.0"
info:
  title: {name}
  version: 0.1.0
paths:
  /health:
    get:
      summary: Tells whether the service is healthy
      responses:
        "200":
          description: The service is healthy
"#
    )
}

const CONFIGURATION: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {},
  "additionalProperties": false
}
"#;

/// The schema of contracts, for editors.
fn schema() -> String {
    let mut text = serde_json::to_string_pretty(&crate::schema::contract()).unwrap_or_default();
    text.push('\n');
    text
}
