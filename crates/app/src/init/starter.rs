//! The text of a starter bundle.

use pacto_contract::CONTRACT_FILE;

use super::openapi::Description;

/// Where the schema for editors lies inside the bundle; not packed.
///
/// It is a file beside the contract, not an address: editors complete and check without a network,
/// and against the schema of the program that wrote it.
const SCHEMA_FILE: &str = ".pacto/contract.schema.json";

/// A starter bundle to be written.
#[derive(Debug)]
pub(super) struct Starter<'a> {
    name: &'a str,
    owner: &'a str,
    version: String,
    port: u16,
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
            port: 8080,
            health_path: "/health".to_owned(),
            interface_file: "interfaces/openapi.yaml".to_owned(),
            interface: openapi(name),
        }
    }

    /// Starts from an existing interface document.
    pub(super) fn describe(&mut self, description: Description) {
        if let Some(version) = description.version {
            self.version = version;
        }
        if let Some(path) = description.health_path {
            self.health_path = path;
        }
        if let Some(port) = description.port {
            self.port = port;
        }
        self.interface_file = format!("interfaces/openapi.{}", description.extension);
        self.interface = description.text;
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
            port,
            health_path,
            interface_file,
            ..
        } = self;
        let team = owner.rsplit('/').next().unwrap_or(owner);
        let quoted_name = scalar(name);
        // Quoted, so that `1.10` stays text.
        let quoted_version = serde_json::Value::from(version.as_str());
        let health_path = serde_json::Value::from(health_path.as_str());
        format!(
            r#"# yaml-language-server: $schema={SCHEMA_FILE}
pactoVersion: "1.0"

service:
  name: {quoted_name}
  version: {quoted_version}
  owner: "{owner}"
  image:
    ref: ghcr.io/my-org/{name}:{version}
    private: false

interfaces:
  - name: api
    type: http
    port: {port}
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
"#
        )
    }
}

/// A name as YAML text: quoted where it would be read as something else.
fn scalar(name: &str) -> String {
    let is_word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&name);
    if is_word || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        format!("\"{name}\"")
    } else {
        name.to_owned()
    }
}

fn openapi(name: &str) -> String {
    let title = scalar(name);
    format!(
        r#"openapi: "3.0.0"
info:
  title: {title}
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
