//! The contracts of the contract reference, valid and invalid, and what they give, both in the
//! normal mode and as the Go implementation validates.

mod scenario;

use pacto_bundle::MemoryFiles;
use pacto_diagnostic::Finding;

use crate::scenario::Scenario;

const BASE_VERSION: &str = "pactoVersion: \"1.1\"\n";
const BASE_SERVICE: &str = "service: { name: demo, version: 1.0.0 }\n";
const RUNTIME: &str = "runtime: { workload: service, state: { type: stateless, persistence: { scope: local, durability: ephemeral }, dataCriticality: low }";
const CHECK: &str =
    "{ id: runbook, type: url, evidence: docs/runbook.md, weight: 100, expires: \"EXPIRES\" }";

/// One row: keys that replace or add to the base, files, and `CODE path` of every finding.
struct Row {
    number: u32,
    text: String,
    files: &'static [(&'static str, &'static str)],
    today: Option<&'static str>,
    expected: &'static [&'static str],
    /// Where our normal mode differs.
    modern: Option<&'static [&'static str]>,
}

fn row(number: u32, body: &str, expected: &'static [&'static str]) -> Row {
    let version = if body.contains("pactoVersion:") {
        ""
    } else {
        BASE_VERSION
    };
    let service = if body.contains("service:") && !body.contains("workload: service") {
        ""
    } else {
        BASE_SERVICE
    };
    Row {
        number,
        text: format!("{version}{service}{body}\n"),
        files: &[],
        today: None,
        expected,
        modern: None,
    }
}

impl Row {
    fn files(mut self, files: &'static [(&'static str, &'static str)]) -> Self {
        self.files = files;
        self
    }

    fn modern(mut self, expected: &'static [&'static str]) -> Self {
        self.modern = Some(expected);
        self
    }

    fn today(mut self, today: &'static str) -> Self {
        self.today = Some(today);
        self
    }

    fn scenario(&self) -> Scenario {
        let mut scenario = Scenario {
            text: self.text.clone(),
            ..Scenario::default()
        };
        for (path, content) in self.files {
            scenario.files.insert(*path, content.as_bytes());
        }
        scenario.options.readiness = self.today.map(|today| today.parse().expect("a date"));
        scenario
    }
}

fn check(expires: &str) -> String {
    CHECK.replace("EXPIRES", expires)
}

const SCHEMA_JSON: &str = "policy/schema.json";

fn rows() -> Vec<Row> {
    let stateless_persistent = RUNTIME.replace("ephemeral", "persistent");
    let job = RUNTIME.replace("workload: service", "workload: job");
    let later = check("2099-12-31");
    vec![
        row(1, "pactoVersion: \"2.0\"", &["UNSUPPORTED_PACTO_VERSION pactoVersion"]),
        row(2, "pactoVersion: 1.1", &["UNSUPPORTED_PACTO_VERSION pactoVersion"]),
        Row {
            text: BASE_SERVICE.to_owned(),
            ..row(3, "", &["PARSE_ERROR "])
        },
        row(4, "service: { version: 1.0.0 }", &["PARSE_ERROR "]),
        row(5, "service: { name: Demo_1, version: 1.0.0 }", &["SCHEMA_VIOLATION service.name"]),
        row(6, "service: { name: demo, version: 1.0 }", &["SCHEMA_VIOLATION service.version"]),
        row(7, "service: { name: demo, version: next }", &["INVALID_SEMVER service.version"]),
        row(8, "service: { name: demo, version: 1.0.0, owner: \"\" }", &["SCHEMA_VIOLATION service.owner"; 2]),
        row(9, "service: { name: demo, version: 1.0.0, owner: {} }", &["SCHEMA_VIOLATION service.owner"; 2]),
        row(
            10,
            "service: { name: demo, version: 1.0.0, owner: { team: \"a b\" } }",
            &["SCHEMA_VIOLATION service.owner", "SCHEMA_VIOLATION service.owner.team"],
        ),
        row(
            11,
            "service: { name: demo, version: 1.0.0, image: { ref: nginx } }",
            &["INVALID_IMAGE_REF service.image.ref"],
        ),
        row(
            12,
            "service: { name: demo, version: 1.0.0, chart: { ref: ./c } }",
            &["SCHEMA_VIOLATION service.chart"],
        ),
        row(
            13,
            "service: { name: demo, version: 1.0.0, chart: { ref: \"oci://reg\", version: abc } }",
            &["INVALID_CHART_REF service.chart.ref", "INVALID_CHART_VERSION service.chart.version"],
        ),
        row(14, "colour: blue", &["SCHEMA_VIOLATION "]),
        row(15, "runtime:", &["SCHEMA_VIOLATION runtime"]),
        row(16, "interfaces: [{ name: a, type: http }]", &["SCHEMA_VIOLATION interfaces.0"]),
        row(
            17,
            "interfaces: [{ name: a, type: http, port: 70000 }]",
            &["SCHEMA_VIOLATION interfaces.0.port"],
        ),
        row(18, "interfaces: [{ name: a, type: http, port: \"80\" }]", &["PARSE_ERROR "]),
        row(19, "interfaces: [{ name: a, type: grpc, port: 1 }]", &["SCHEMA_VIOLATION interfaces.0"]),
        row(20, "interfaces: [{ name: a, type: tcp, port: 1 }]", &["SCHEMA_VIOLATION interfaces.0.type"]),
        row(21, "interfaces: [{ name: a }]", &["SCHEMA_VIOLATION interfaces.0"; 4]),
        row(
            22,
            "interfaces: [{ name: a, type: http, port: 1 }, { name: a, type: http, port: 2 }]",
            &["DUPLICATE_INTERFACE_NAME interfaces[1].name"],
        ),
        row(
            23,
            "interfaces: [{ name: a, type: event, contract: e.json }]",
            &["FILE_NOT_FOUND interfaces[0].contract"],
        ),
        row(
            24,
            "interfaces: [{ name: a, type: event, contract: ./e.json }]",
            &["FILE_NOT_FOUND interfaces[0].contract"],
        )
        .files(&[("e.json", "{}")]),
        row(
            25,
            "interfaces: [{ name: a, type: event, contract: e.yaml }]",
            &["INVALID_CONTRACT_FILE interfaces[0].contract"],
        )
        .files(&[("e.yaml", "a: [")]),
        row(26, "configuration: { schema: c.json }", &["SCHEMA_VIOLATION "])
            .modern(&["LEGACY_FORM configuration", "FILE_NOT_FOUND configuration.schema"]),
        row(27, "configurations: [{ name: a }]", &["SCHEMA_VIOLATION configurations.0"; 2]),
        row(
            28,
            "configurations: [{ name: a, schema: c.json, ref: x }]",
            &["SCHEMA_VIOLATION configurations.0"; 2],
        ),
        row(
            29,
            "configurations: [{ name: a, ref: x, values: { K: 1 } }]",
            &["SCHEMA_VIOLATION configurations.0"; 3],
        ),
        row(
            30,
            "configurations: [{ name: a, schema: c.json }]",
            &["INVALID_CONFIG_JSON configurations[0].schema"],
        )
        .files(&[("c.json", "type: object")]),
        row(
            31,
            "configurations: [{ name: a, schema: c.json }]",
            &["INVALID_CONFIG_SCHEMA configurations[0].schema"],
        )
        .files(&[("c.json", "{\"type\": 5}")]),
        row(
            32,
            "configurations: [{ name: a, schema: c.json, values: { N: x } }]",
            &["CONFIG_VALUES_VALIDATION_FAILED configurations[0].values"],
        )
        .files(&[("c.json", "{\"properties\":{\"N\":{\"type\":\"integer\"}}}")]),
        row(
            33,
            "configurations: [{ name: a, ref: \"oci://reg\" }]",
            &["INVALID_CONFIG_REF configurations[0].ref"],
        ),
        row(34, "policies: []", &["SCHEMA_VIOLATION policies"]),
        row(35, "policies: [{ schema: policy/schema.json }]", &["SCHEMA_VIOLATION policies.0"])
            .modern(&["LEGACY_FORM policies[0]", "FILE_NOT_FOUND policies[0].schema"]),
        row(36, "policies: [{ name: p, schema: policy/schema.json }]", &["POLICY_VIOLATION "])
            .files(&[(SCHEMA_JSON, "{\"required\":[\"runtime\"]}")]),
        row(37, "policies: [{ name: p, ref: ../nowhere }]", &["POLICY_REF_UNRESOLVED "]),
        row(38, "policies: [{ name: p, ref: \"oci:///x\" }]", &["INVALID_POLICY_REF policies[0].ref"]),
        row(
            39,
            "dependencies: [{ ref: \"oci://r/x:1\", compatibility: \"^1\" }]",
            &["SCHEMA_VIOLATION dependencies.0"],
        )
        .modern(&["LEGACY_FORM dependencies[0]", "TAG_NOT_DIGEST dependencies[0].ref"]),
        row(
            40,
            "dependencies: [{ name: d, ref: \"oci://r/x\", compatibility: latest }]",
            &["INVALID_COMPATIBILITY dependencies[0].compatibility"],
        ),
        row(
            41,
            "dependencies: [{ name: d, ref: \"oci://r\", compatibility: latest }]",
            &["INVALID_OCI_REF dependencies[0].ref"],
        ),
        row(
            42,
            "dependencies: [{ name: d, ref: \"oci://r/x:1\", compatibility: \"^1\" }]",
            &["TAG_NOT_DIGEST dependencies[0].ref"],
        ),
        row(43, "dependencies: [{ name: d, ref: ../gone, compatibility: \"*\" }]", &[]),
        row(
            44,
            "runtime: { workload: cron, state: { type: stateful } }",
            &["SCHEMA_VIOLATION runtime.state", "SCHEMA_VIOLATION runtime.workload"],
        ),
        row(
            45,
            &format!("{stateless_persistent} }}"),
            &["SCHEMA_VIOLATION runtime.state.persistence.durability"],
        ),
        row(
            46,
            &format!("{RUNTIME}, health: {{ interface: api, path: /h }} }}"),
            &["HEALTH_INTERFACE_NOT_FOUND runtime.health.interface"],
        ),
        row(
            47,
            &format!("interfaces: [{{ name: a, type: http, port: 1 }}]\n{RUNTIME}, health: {{ interface: a }} }}"),
            &["HEALTH_PATH_REQUIRED runtime.health.path"],
        ),
        row(
            48,
            &format!("interfaces: [{{ name: e, type: event, contract: e.json }}]\n{RUNTIME}, metrics: {{ interface: e, path: /m }} }}"),
            &["METRICS_INTERFACE_INVALID runtime.metrics.interface"],
        )
        .files(&[("e.json", "{}")]),
        row(
            49,
            &format!("{RUNTIME}, lifecycle: {{ upgradeStrategy: ordered }} }}"),
            &["UPGRADE_STRATEGY_STATE_MISMATCH runtime.lifecycle.upgradeStrategy"],
        ),
        row(50, "scaling: { min: 2 }", &["SCHEMA_VIOLATION scaling"; 3]),
        row(51, "scaling: {}", &["SCHEMA_VIOLATION scaling"; 2]),
        row(52, "scaling: { replicas: 1, min: 1, max: 2 }", &["SCHEMA_VIOLATION scaling"; 2]),
        row(53, "scaling: { min: 3, max: 2 }", &["SCALING_MIN_EXCEEDS_MAX scaling"]),
        Row {
            text: format!("{BASE_VERSION}{BASE_SERVICE}scaling: {{ replicas: 1 }}\n{job} }}\n"),
            ..row(54, "", &["JOB_SCALING_NOT_ALLOWED scaling"])
        },
        row(
            55,
            &format!("pactoVersion: \"1.0\"\nreadiness: {{ checks: [{later}] }}"),
            &["SCHEMA_VIOLATION "],
        ),
        row(56, "readiness: { checks: [] }", &["SCHEMA_VIOLATION readiness.checks"]),
        row(
            57,
            "readiness: { checks: [{ id: \"A B\", type: link, evidence: \"\", weight: 101, expires: x }] }",
            &[
                "SCHEMA_VIOLATION readiness.checks.0.evidence",
                "SCHEMA_VIOLATION readiness.checks.0.id",
                "SCHEMA_VIOLATION readiness.checks.0.type",
                "SCHEMA_VIOLATION readiness.checks.0.weight",
            ],
        ),
        row(
            58,
            &format!("readiness: {{ checks: [{}] }}", check("2026-2-1")),
            &["INVALID_READINESS_EXPIRES readiness.checks[0].expires"],
        ),
        row(
            59,
            &format!("readiness: {{ checks: [{later}, {later}] }}"),
            &["DUPLICATE_READINESS_ID readiness.checks[1].id"],
        ),
        row(
            60,
            &format!("readiness: {{ checks: [{}] }}", check("2000-01-01")),
            &["READINESS_GATE_UNMET readiness"],
        )
        .today("2026-06-15"),
        row(60, &format!("readiness: {{ checks: [{}] }}", check("2000-01-01")), &[]),
        row(61, "metadata: { a: 1 }\nmetadata: { b: 1 }", &["PARSE_ERROR "]),
        row(
            62,
            "service: { name: demo, version: next }\nscaling: { min: 3, max: 2 }",
            &["INVALID_SEMVER service.version", "SCALING_MIN_EXCEEDS_MAX scaling"],
        ),
        row(
            63,
            "service: { name: Demo_1, version: 1.0.0 }\nscaling: { min: 3, max: 2 }",
            &["SCHEMA_VIOLATION service.name"],
        )
        .modern(&["SCHEMA_VIOLATION service.name", "SCALING_MIN_EXCEEDS_MAX scaling"]),
    ]
}

fn lines(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| format!("{} {}", finding.code, finding.path))
        .collect()
}

#[test]
fn all_63_rows_give_their_findings_in_both_modes() {
    let rows = rows();
    let mut numbers: Vec<_> = rows.iter().map(|row| row.number).collect();
    numbers.dedup();
    assert_eq!(numbers, (1..=63).collect::<Vec<_>>());
    assert_eq!(rows.iter().filter(|row| row.modern.is_some()).count(), 4);
    for row in rows {
        let mut scenario = row.scenario();
        let modern = lines(&scenario.run());
        assert_eq!(
            modern,
            row.modern.unwrap_or(row.expected),
            "row {}:\n{}",
            row.number,
            row.text
        );
        scenario.options.compat_short_circuit = true;
        assert_eq!(
            lines(&scenario.run()),
            row.expected,
            "row {} as the Go implementation:\n{}",
            row.number,
            row.text
        );
    }
}

#[test]
fn every_finding_has_a_place_in_the_contract() {
    for row in rows() {
        let report = row.scenario().report();
        for finding in &report.findings {
            let place = finding.location.as_ref();
            let place = place.unwrap_or_else(|| panic!("row {}: {finding:?}", row.number));
            let source = report.sources.get(&place.file);
            assert!(
                source.is_some_and(|source| source.span(place).is_some()),
                "row {}: {place:?}",
                row.number
            );
        }
    }
}

#[test]
fn the_messages_of_policies_name_their_way() {
    let row = rows()
        .into_iter()
        .find(|row| row.number == 36)
        .expect("there");
    let findings = row.scenario().run();
    assert_eq!(
        findings[0].message,
        "policy policies[\"p\"]: at '': missing property 'runtime'"
    );
}

/// A bundle with a schema that accepts the values and a policy that is satisfied.
fn valid(text: &str, files: &[(&str, &str)]) -> Scenario {
    Scenario {
        text: text.to_owned(),
        files: files
            .iter()
            .map(|(path, content)| (*path, content.as_bytes().to_vec()))
            .collect::<MemoryFiles>(),
        ..Scenario::default()
    }
}

const OPEN: &str = "{ \"type\": \"object\" }";

#[test]
fn a_minimal_contract_is_valid_without_files() {
    let scenario = valid(
        "pactoVersion: \"1.0\"\nservice:\n  name: geo-lookup\n  version: 0.4.0\n",
        &[],
    );
    assert_eq!(lines(&scenario.run()), [""; 0]);
}

const FULL: &str = r##"pactoVersion: "1.1"
service:
  name: catalog-api
  version: 3.2.1
  owner:
    team: commerce/catalog
    dri: mira.okafor
    contacts:
      - { type: chat, value: "#catalog", purpose: support }
      - { type: oncall, value: catalog-primary, purpose: escalation }
  image: { ref: registry.example.net/commerce/catalog-api:3.2.1, private: true }
  chart: { ref: oci://registry.example.net/charts/catalog-api, version: 1.9.0 }
interfaces:
  - { name: rest, type: http, port: 8080, visibility: public, contract: interfaces/catalog-openapi.yaml }
  - { name: stock, type: grpc, port: 9000, contract: interfaces/stock.proto }
  - { name: admin, type: http, port: 8081 }
configurations:
  - name: app
    schema: configuration/schema.json
    values:
      PAGE_SIZE: 50
      SEARCH_URL: http://search:7700
      DB_PASSWORD: secret://vault/catalog/db
  - { name: platform, ref: oci://registry.example.net/platform/app-config }
policies:
  - { name: house-rules, ref: oci://registry.example.net/platform/house-rules:1.4.0 }
  - { name: local-rules, schema: policy/local.json }
dependencies:
  - { name: catalog-db, ref: oci://registry.example.net/data/catalog-db, required: true, compatibility: "^15.0.0" }
  - { name: search, ref: oci://registry.example.net/commerce/search:2.1.0, compatibility: ">=2.1.0, <3.0.0" }
runtime:
  workload: service
  state: { type: hybrid, persistence: { scope: local, durability: ephemeral }, dataCriticality: medium }
  lifecycle: { upgradeStrategy: rolling, gracefulShutdownSeconds: 20 }
  health: { interface: admin, path: /healthz, initialDelaySeconds: 5 }
  metrics: { interface: admin, path: /metrics }
scaling: { min: 2, max: 12 }
readiness:
  minScore: 80
  checks:
    - { id: dashboard, type: url, evidence: https://grafana.example.net/d/catalog, weight: 60, expires: "2099-06-30" }
    - { id: load-test, type: report, evidence: docs/load-test.md, weight: 40, expires: "2099-01-31", description: Quarterly load test report }
metadata:
  tier: gold
  tags: [shop, catalog]
"##;

const PROVIDER: &str = r#"pactoVersion: "1.0"
service:
  name: house-rules
  version: 1.4.0
  owner:
    team: platform
configurations:
  - { name: default, schema: configuration/schema.json }
policies:
  - { name: owned-and-tiered, schema: policy/schema.json }
metadata:
  tier: platform
"#;

const PROVIDER_SCHEMA: &str = r#"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["service", "metadata"],
  "properties": {
    "service": { "type": "object", "required": ["owner"] },
    "metadata": { "type": "object", "required": ["tier"] }
  }
}"#;

#[test]
fn a_full_http_service_is_valid_and_warns_of_its_one_tag() {
    let mut scenario = valid(
        FULL,
        &[
            ("interfaces/catalog-openapi.yaml", "openapi: 3.1.0\n"),
            ("interfaces/stock.proto", "syntax = \"proto3\";\n"),
            ("configuration/schema.json", OPEN),
            ("policy/local.json", "{ \"required\": [\"metadata\"] }"),
        ],
    );
    let house_rules: MemoryFiles = [
        ("pacto.yaml", PROVIDER.as_bytes().to_vec()),
        ("policy/schema.json", PROVIDER_SCHEMA.as_bytes().to_vec()),
    ]
    .into_iter()
    .collect();
    scenario.bundles.insert(
        "oci://registry.example.net/platform/house-rules:1.4.0".to_owned(),
        Ok(house_rules),
    );
    assert_eq!(
        lines(&scenario.run()),
        ["TAG_NOT_DIGEST dependencies[1].ref"]
    );

    scenario.text = FULL.replace("  tier: gold\n", "");
    let findings = scenario.run();
    assert_eq!(
        findings.last().map(|finding| finding.message.as_str()),
        Some(
            "policy oci://registry.example.net/platform/house-rules:1.4.0 → policies[\"owned-and-tiered\"]: at '/metadata': missing property 'tier'"
        )
    );
}

#[test]
fn a_stateful_database_a_worker_an_event_processor_and_a_provider_are_valid() {
    let database = r#"pactoVersion: "1.0"
service:
  name: ledger-db
  version: 15.6.0
  owner: team/data-platform
  image: { ref: docker.io/library/postgres:15.6 }
interfaces:
  - { name: sql, type: grpc, port: 5432, contract: interfaces/sql.md }
runtime:
  workload: service
  state: { type: stateful, persistence: { scope: local, durability: persistent }, dataCriticality: high }
  lifecycle: { upgradeStrategy: ordered, gracefulShutdownSeconds: 90 }
  health: { interface: sql }
scaling: { replicas: 3 }
metadata:
  protocol: postgresql
"#;
    let worker = r#"pactoVersion: "1.0"
service:
  name: invoice-archiver
  version: 1.0.3
  owner:
    dri: t.lindgren
configurations:
  - name: default
    schema: configuration/schema.json
    values:
      RETENTION_DAYS: 400
dependencies:
  - { name: ledger-db, ref: file://../ledger-db, required: true, compatibility: "15.x" }
runtime:
  workload: scheduled
  state: { type: stateless, persistence: { scope: shared, durability: ephemeral }, dataCriticality: low }
scaling: { replicas: 1 }
metadata:
  schedule: "30 3 * * *"
"#;
    let events = r#"pactoVersion: "1.1"
service:
  name: shipping-planner
  version: v2.0.0-rc.1
interfaces:
  - { name: orders-in, type: event, contract: interfaces/order-events.json }
  - { name: shipments-out, type: event, visibility: public, contract: interfaces/shipping-events.yaml }
  - { name: probe, type: http, port: 9090 }
dependencies:
  - { name: broker, ref: oci://registry.example.net/data/broker, required: true, compatibility: "^3.12 || ^4" }
runtime:
  workload: service
  state: { type: stateless, persistence: { scope: local, durability: ephemeral }, dataCriticality: medium }
  lifecycle: { upgradeStrategy: recreate }
  health: { interface: probe, path: /ready }
scaling: { min: 1, max: 1 }
"#;
    let retention = "{ \"properties\": { \"RETENTION_DAYS\": { \"type\": \"integer\" } }, \"required\": [\"RETENTION_DAYS\"] }";
    for (text, files) in [
        (database, &[("interfaces/sql.md", "# SQL\n")][..]),
        (worker, &[("configuration/schema.json", retention)]),
        (
            events,
            &[
                ("interfaces/order-events.json", "{}"),
                ("interfaces/shipping-events.yaml", "asyncapi: 3.0.0\n"),
            ],
        ),
        (
            PROVIDER,
            &[
                ("configuration/schema.json", OPEN),
                ("policy/schema.json", PROVIDER_SCHEMA),
            ],
        ),
    ] {
        let mut scenario = valid(text, files);
        for is_compat in [false, true] {
            scenario.options.compat_short_circuit = is_compat;
            assert_eq!(lines(&scenario.run()), [""; 0], "{text}");
        }
    }
}
